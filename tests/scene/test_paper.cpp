// Charts on white: the inks, and a view drawn on paper beside the same view on the sky.
#include <QtTest>

#include <cmath>

#include "render/placed_point.h"
#include "scene/headless.h"
#include "scene/paper.h"
#include "tests/support/solid_hips.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::scene;

namespace {

double contrastWithWhite(const render::Rgba& c)
{
    const auto linear = [](float v) { return v <= 0.04045f ? static_cast<double>(v) / 12.92 : std::pow((static_cast<double>(v) + 0.055) / 1.055, 2.4); };
    return 1.05 / (0.2126 * linear(c.r) + 0.7152 * linear(c.g) + 0.0722 * linear(c.b) + 0.05);
}

} // namespace

class TestPaper : public QObject {
    Q_OBJECT
    QTemporaryDir dir_;
    WorkPool pool_{2};
    QueueExecutor ui_;
    std::unique_ptr<HeadlessSession> session_;

    std::filesystem::path at(const char* name) const { return std::filesystem::path(dir_.path().toStdString()) / name; }
    Document with(const std::filesystem::path& survey, bool paper)
    {
        Document d;
        d.view = d.view.withSize(320, 200).withFov(sky::Angle::deg(40)).lookingAt({sky::Angle::deg(30), sky::Angle::deg(10), sky::Frame::Icrs});
        d.overlays.paper = paper;
        d.overlays.compass = d.overlays.scaleBar = d.overlays.reticle = d.overlays.credits = false;
        if (!survey.empty()) {
            LayerState layer;
            layer.id = 1;
            SurveyState s;
            s.source = survey.string();
            layer.content = s;
            d.layers.push_back(layer);
        }
        return d;
    }
    std::vector<uint8_t> draw(const Document& d)
    {
        session_->scene().setDocument(d);
        if (!session_->run(std::chrono::seconds(30)).settled) qWarning("not settled");
        return session_->rgba();
    }

    /// What render::NightFilter makes of a colour that lies on black, against the darkest of the night theme.
    static double contrastAtNight(const render::Rgba& c)
    {
        const auto linear = [](double v) { return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4); };
        const auto luminance = [&](double r, double g, double b) { return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b); };
        const double luma = (0.2126 * static_cast<double>(c.r) + 0.7152 * static_cast<double>(c.g) + 0.0722 * static_cast<double>(c.b)) * static_cast<double>(c.a);
        return (luminance(luma, luma * 0.10, luma * 0.06) + 0.05) / (luminance(6 / 255.0, 1 / 255.0, 1 / 255.0) + 0.05);
    }

private slots:
    void lettersStayReadableAtNight()
    {
        CanvasColours dark, night;
        night.red = true;
        for (const render::Rgba& c : {rgb(0x93AAD2, 0.95f), rgb(0xFFE3B0), rgb(0xE8EBF1, 0.75f), rgb(0xFFFFFF), rgb(0x000000)}) {
            QVERIFY2(contrastAtNight(letterInk(c, night)) >= 4.5, qPrintable(QString::number(contrastAtNight(letterInk(c, night)))));
            QVERIFY(letterInk(c, dark) == c);
        }
        QVERIFY(contrastAtNight(rgb(0x93AAD2, 0.95f)) < 4.5); // else there were nothing to do
        QVERIFY(letterInk(rgb(0xFFFFFF), night) == rgb(0xFFFFFF));
        QVERIFY(letterInk(rgb(0x93AAD2), paperColours(dark)) == onPaper(rgb(0x93AAD2)));
    }
    void initTestCase()
    {
        SceneEnvironment env;
        env.work = &pool_;
        env.fadeMs = 0;
        auto made = HeadlessSession::create(env, ui_);
        QVERIFY2(made, made ? "" : made.error().text().c_str());
        session_ = std::move(*made);
        testing::SyntheticHips{at("pictures"), 0, 2, 64}.writePictures();
        testing::SyntheticHips half{at("half"), 0, 2, 64};
        half.has = [](sky::Cell c) { return sky::cellCentre(c).z() > 0.2; };
        half.writePictures();
    }
    void cleanupTestCase() { session_.reset(); }

    void inksCanBeReadOnWhite()
    {
        for (const uint32_t sky : {0x8FA9D0u, 0x9EA7B8u, 0x93AAD2u, 0xB9C6DCu, 0xC3CAD6u, 0xFFE3B0u, 0xFFF1CFu, 0x00FF00u, 0xFFFF00u})
            QVERIFY2(contrastWithWhite(onPaper(rgb(sky))) >= 7.4, qPrintable(QString::number(sky, 16)));
        // The palette has fellows chosen by hand.
        QCOMPARE(onPaper(rgb(0xE8AE27, 0.5f)), rgb(0x954C03, 0.5f));
        QCOMPARE(onPaper(rgb(0xFFFFFF)), rgb(0x15181F));
        QCOMPARE(onPaper(rgb(0x101010)), rgb(0x101010)); // dark enough as it is
    }
    void surveysBecomeNegatives()
    {
        const auto sky = draw(with(at("pictures"), false)), paper = draw(with(at("pictures"), true));
        QCOMPARE(sky.size(), paper.size());
        int off = 0;
        for (size_t i = 0; i < sky.size(); i += 4) {
            QCOMPARE(paper[i + 3], uint8_t{255});
            // Light and dark change places, the hue stays.
            const auto [least, most] = std::minmax({sky[i], sky[i + 1], sky[i + 2]});
            for (size_t k = i; k < i + 3; ++k) off = std::max(off, std::abs(sky[k] + 255 - most - least - paper[k]));
        }
        QVERIFY2(off <= 1, qPrintable(QString::number(off)));
    }
    void whereNothingIsThePaperIsWhite()
    {
        const auto none = draw(with({}, true));
        QVERIFY(std::all_of(none.begin(), none.end(), [](uint8_t v) { return v == 255; }));
        const auto half = draw(with(at("half"), true)); // its southern part has no tiles
        const size_t bottom = 4 * (320 * 195 + 160), top = 4 * (320 * 5 + 160);
        QCOMPARE(half[bottom], uint8_t{255});
        QVERIFY(half[top] < 250);
    }
    void aLayersOwnInversionDoesNotCount()
    {
        testing::SyntheticHips values{at("values"), 0, 2, 64};
        values.writeValues();
        Document d = with(at("values"), true);
        const auto straight = draw(d);
        std::get<SurveyState>(d.layers[0].content).invert = true;
        QVERIFY(draw(d) == straight);
    }
    void gridAndMarksAreInk()
    {
        Document d = with({}, true);
        d.overlays.grid.on = true;
        const auto drawn = draw(d);
        int darkest = 255;
        for (size_t i = 0; i < drawn.size(); i += 4) darkest = std::min<int>(darkest, drawn[i]);
        QVERIFY2(darkest < 235 && darkest > 100, qPrintable(QString::number(darkest)));
        OverlayPicture overlay;
        QVERIFY(session_->frame(overlay));
        QVERIFY(!overlay.items.empty());
        for (const auto& item : overlay.items)
            if (const auto* line = std::get_if<render::Polyline>(&item)) QVERIFY(contrastWithWhite(line->style.colour) > 4.5);
    }
    void swipedViewsAreWhiteAllOver()
    {
        Document d = with(at("half"), true);
        LayerState other = d.layers[0];
        other.id = 2;
        d.layers.push_back(other);
        d.compare.mode = CompareMode::Panes;
        d.panes.resize(2);
        d.panes[1].layers = d.layers;
        const auto drawn = draw(d);
        for (size_t x = 10; x < 310; x += 20) QCOMPARE(drawn[4 * (320 * 196 + x)], uint8_t{255});
    }
    void starsAreDiscsOfInk()
    {
        render::PointRecord r{1 << 30, 0, 0, 0, 0, 0, 255, 240, 200, 255, 6};
        render::PointStyle style;
        style.symbol = render::Symbol::Dot;
        style.colour = rgb(0x15181F);
        style.opacity = 0.5f;
        const sky::SkyView view = sky::SkyView().withSize(200, 200);
        const auto placed = render::placedPoint(view, sky::Frame::Icrs, r, style, 0);
        QVERIFY(placed);
        QVERIFY(!placed->soft);
        QCOMPARE(placed->colour, rgb(0x15181F, 0.5f));
        style.colour.reset();
        QCOMPARE(render::placedPoint(view, sky::Frame::Icrs, r, style, 0)->colour.r, 1.f);
    }
    void cutOutsOfColoursAreOfTheSky()
    {
        session_->scene().setDocument(with(at("half"), true));
        QVERIFY(session_->run(std::chrono::seconds(30)).settled);
        auto target = render::OffscreenTarget::create(session_->getProc(), 320, 200, render::PixelKind::Rgba8);
        QVERIFY(target);
        session_->scene().renderSurveys(session_->renderer(), (*target)->frame());
        const auto pixels = session_->renderer().readRgba(320, 200);
        QCOMPARE(pixels[4 * (320 * 195 + 160)], uint8_t{0}); // nothing there
        const auto sky = draw(with(at("half"), false));
        const size_t top = 4 * (320 * 5 + 160);
        for (size_t i = 0; i < 3; ++i) QVERIFY(std::abs(pixels[top + i] - sky[top + i]) <= 1);
    }
};

QTEST_GUILESS_MAIN(TestPaper)
#include "test_paper.moc"
