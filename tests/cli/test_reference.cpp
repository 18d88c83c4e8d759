// `render --reference` against the GPU: the same document makes the same picture, whatever is asked of its looks and comparisons.
#include <QtTest>

#include <cmath>
#include <limits>
#include <memory>

#include "app/cli/reference_drawing.h"
#include "fits/moc_fits.h"
#include "scene/headless.h"
#include "scene/sheets.h"
#include "scene/stacks.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::scene;
using sky::Angle;
using testing::SyntheticHips;

namespace {

constexpr int kWidth = 240, kHeight = 150;

/// Of a pixel of a FITS tile: files have the bottom row first.
sky::Dir directionOf(sky::Cell c, int index, int width)
{
    const int row = index / width, column = index % width;
    return sky::cellPoint(c, (width - 1 - row + 0.5) / width, (column + 0.5) / width);
}

LayerState survey(LayerId id, const std::string& source)
{
    LayerState layer;
    layer.id = id;
    layer.name = "survey " + std::to_string(id);
    layer.content = SurveyState{};
    std::get<SurveyState>(layer.content).source = source;
    return layer;
}

SurveyState& stateOf(LayerState& layer) { return std::get<SurveyState>(layer.content); }

Document documentOf(std::vector<LayerState> layers, double fovDeg = 100)
{
    Document d;
    d.view = sky::SkyView().withSize(kWidth, kHeight).withFov(Angle::deg(fovDeg)).withRoll(Angle::deg(20)).lookingAt(
        {Angle::deg(47), Angle::deg(24), sky::Frame::Icrs});
    d.layers = std::move(layers);
    d.overlays = {{}, false, false, false, false, false};
    return d;
}

struct Gl {
    QueueExecutor ui;
    WorkPool work{2};
    std::unique_ptr<HeadlessSession> session;

    bool start()
    {
        SceneEnvironment env;
        env.work = &work;
        env.fadeMs = 0;
        auto made = HeadlessSession::create(env, ui);
        if (!made) return false;
        session = std::move(*made);
        return true;
    }
    std::vector<uint8_t> draw(const Document& d)
    {
        session->scene().setDocument(d);
        if (!session->run(std::chrono::seconds(30)).settled) return {};
        return session->rgba();
    }
};

struct Apart {
    double mean = 0, off = 0; ///< levels of 255; the part of the pixels with more than 3
    QString text() const { return QString("mean %1, %2 off by more than 3").arg(mean).arg(off); }
};

using Counts = std::function<bool(int x, int y)>;

Apart compare(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b, const Counts& counts = {})
{
    Apart apart;
    size_t n = 0, off = 0;
    double sum = 0;
    for (size_t i = 0; i + 3 < a.size() && a.size() == b.size(); i += 4) {
        const int pixel = static_cast<int>(i / 4);
        if (counts && !counts(pixel % kWidth, pixel / kWidth)) continue;
        int most = 0;
        for (size_t k = 0; k < 3; ++k) {
            const int d = std::abs(int{a[i + k]} - int{b[i + k]});
            sum += d;
            most = std::max(most, d);
        }
        off += most > 3;
        ++n;
    }
    if (n == 0) return {1e9, 1};
    return {sum / (3 * static_cast<double>(n)), static_cast<double>(off) / static_cast<double>(n)};
}

} // namespace

class TestReference : public QObject {
    Q_OBJECT
    QTemporaryDir temp_;
    std::string values_, square_, pictures_, sparse_, high_, preview_, dark_, moon_, mars_;

    std::filesystem::path folder(const char* name) const { return std::filesystem::path(temp_.path().toStdString()) / name; }

    /// Draws both ways; the difference.
    Apart both(const Document& d, const Counts& counts = {})
    {
        Gl gl;
        if (!gl.start()) return {};
        const auto drawn = gl.draw(d);
        Document copy = d;
        const auto reference = cli::drawReference(copy, false, true, 30);
        if (!reference || !reference->troubles.empty()) return {1e9, 1};
        return compare(drawn, reference->rgba, counts);
    }

private slots:
    void initTestCase()
    {
        Gl gl;
        if (!gl.start()) QSKIP("no OpenGL on this machine");
        // Smooth values with a belt of nothing, the same at each order but for a little more at the deeper one.
        SyntheticHips values{folder("values")};
        values.orderMax = 1;
        values.extra = "hips_pixel_cut = 10 90";
        const auto value = [](sky::Cell c, int i) {
            const sky::Dir d = directionOf(c, i, 64);
            if (std::abs(d.z() - 0.55) < 0.04) return std::numeric_limits<float>::quiet_NaN();
            return static_cast<float>(50 + 30 * std::sin(4 * d.x()) + 15 * std::cos(7 * d.y()) + 3 * c.order);
        };
        values.writeValues(value);
        values_ = values.folder.string();
        // The function of a survey counts when none is chosen, in any spelling.
        SyntheticHips square{folder("square")};
        square.orderMax = 1;
        square.extra = "hips_pixel_cut = 0 100\nhips_pixel_function = Pow";
        square.writeValues(value);
        square_ = square.folder.string();
        SyntheticHips pictures{folder("pictures")};
        pictures.orderMax = 2;
        pictures.writePictures();
        pictures_ = pictures.folder.string();
        // Tiles in one part only, and a map that says so: beyond it nothing is drawn, though the base cells reach further.
        SyntheticHips sparse{folder("sparse")};
        sparse.orderMax = 2;
        const std::array cells{sky::cellAt(sky::toDir(Angle::deg(47), Angle::deg(24)), 2), sky::cellAt(sky::toDir(Angle::deg(70), Angle::deg(10)), 2)};
        sparse.writePictures();
        const auto map = fits::writeMocFits(sky::Moc::fromCells(cells), "C");
        std::ofstream(sparse.folder / "Moc.fits", std::ios::binary).write(reinterpret_cast<const char*>(map.data()), static_cast<std::streamsize>(map.size()));
        sparse_ = sparse.folder.string();
        // No low orders: they are made from those that there are.
        SyntheticHips high{folder("high")};
        high.orderMin = high.orderMax = 3;
        high.width = 32;
        high.writePictures();
        high_ = high.folder.string();
        // Smooth and dark, as pictures of the sky are.
        SyntheticHips dark{folder("dark")};
        dark.orderMax = 1;
        dark.writePictures();
        for (uint8_t order = 0; order <= 1; ++order)
            for (uint64_t pix = 0; pix < (uint64_t{12} << (2 * order)); ++pix) {
                std::vector<uint8_t> rgba;
                for (int i = 0; i < 64 * 64; ++i) { // pictures have the top row first
                    const sky::Dir d = sky::cellPoint({order, pix}, (i / 64 + 0.5) / 64, (i % 64 + 0.5) / 64);
                    const auto tone = [](double v) { return static_cast<uint8_t>(std::lround(9 + 8 * std::sin(9 * v))); };
                    rgba.insert(rgba.end(), {tone(d.x()), tone(d.y()), tone(d.z()), 255});
                }
                const auto png = *hips::encodePng(rgba.data(), 64, 64);
                std::ofstream(dark.folder / hips::tilePath({order, pix}, hips::TileFormat::Png), std::ios::binary)
                    .write(reinterpret_cast<const char*>(png.data()), static_cast<std::streamsize>(png.size()));
            }
        dark_ = dark.folder.string();
        // A few tiles, and a preview of the whole sky for the rest of it.
        SyntheticHips preview{folder("preview")};
        preview.orderMin = preview.orderMax = 3;
        preview.has = [](sky::Cell c) { return c.pix % 9 == 0; };
        preview.writePictures();
        constexpr int kPiece = 8, kColumns = 27, kRows = 29;
        std::vector<uint8_t> mosaic(size_t{kColumns} * kPiece * kRows * kPiece * 4, 255);
        for (size_t i = 0; i < mosaic.size() / 4; ++i) {
            const size_t x = i % (kColumns * kPiece), y = i / (kColumns * kPiece);
            const auto colour = SyntheticHips::colourOf({3, std::min<uint64_t>(767, y / kPiece * kColumns + x / kPiece)});
            std::copy(colour.begin(), colour.end(), mosaic.begin() + static_cast<std::ptrdiff_t>(4 * i));
        }
        const auto allsky = *hips::encodePng(mosaic.data(), kColumns * kPiece, kRows * kPiece);
        std::ofstream(preview.folder / hips::allskyPath(3, hips::TileFormat::Png), std::ios::binary)
            .write(reinterpret_cast<const char*>(allsky.data()), static_cast<std::streamsize>(allsky.size()));
        preview_ = preview.folder.string();
        for (const char* body : {"moon", "mars"}) {
            SyntheticHips globe{folder(body)};
            globe.orderMax = 1;
            globe.frame = body;
            globe.extra = std::string("hips_body = ") + body;
            globe.writePictures();
        }
        moon_ = folder("moon").string();
        mars_ = folder("mars").string();
    }

    void looks_data()
    {
        QTest::addColumn<QString>("key");
        QTest::addColumn<int>("value");
        for (int i = 0; i < 6; ++i) QTest::addRow("stretch %s", render::word(static_cast<render::Stretch>(i))) << "stretch" << i;
        for (int i = 0; i < 12; ++i) QTest::addRow("map %s", render::word(static_cast<render::ColourMap>(i))) << "map" << i;
        for (int i = 0; i < 6; ++i) QTest::addRow("cut rule %d", i) << "cuts" << i;
        for (int i = 0; i < 3; ++i) QTest::addRow("cuts from %d", i) << "from" << i;
        QTest::newRow("invert") << "invert" << 1;
        QTest::newRow("gamma") << "gamma" << 22;
        QTest::newRow("gamma below 1") << "gamma" << 4;
        QTest::newRow("nearest") << "nearest" << 1;
        QTest::newRow("its own function") << "own" << 1;
        QTest::newRow("histogram of the preview") << "equalised preview" << 1;
    }
    void looks()
    {
        QFETCH(QString, key);
        QFETCH(int, value);
        LayerState layer = survey(1, key == "own" ? square_ : values_);
        SurveyState& s = stateOf(layer);
        if (key == "stretch") s.stretch = static_cast<render::Stretch>(value);
        if (key == "map") s.map = static_cast<render::ColourMap>(value);
        if (key == "cuts") s.cuts = {static_cast<CutRule::Mode>(value), 30, 70, 80, CutRule::From::View};
        if (key == "from") s.cuts = {CutRule::Mode::Percentile, 0, 1, 60, static_cast<CutRule::From>(value)};
        if (key == "invert") s.invert = true;
        if (key == "gamma") s.gamma = value / 10.0;
        if (key == "nearest") s.sampling = render::Sampling::Nearest;
        if (key == "equalised preview") {
            s.stretch = render::Stretch::Histogram;
            s.cuts = {CutRule::Mode::MinMax, 0, 1, 99.5, CutRule::From::All};
        }
        const Apart apart = both(documentOf({layer}));
        QVERIFY2(apart.mean < 0.5 && apart.off < 0.01, qPrintable(apart.text()));
    }

    void looksOfColours_data()
    {
        QTest::addColumn<double>("gamma");
        QTest::addColumn<bool>("invert");
        for (const double gamma : {0.4, 1.0, 2.2, 3.0}) {
            QTest::addRow("gamma %g", gamma) << gamma << false;
            QTest::addRow("gamma %g, inverted", gamma) << gamma << true;
        }
    }
    void looksOfColours()
    {
        QFETCH(double, gamma);
        QFETCH(bool, invert);
        for (const render::Sampling sampling : {render::Sampling::Linear, render::Sampling::Nearest}) {
            LayerState layer = survey(1, dark_);
            SurveyState& s = stateOf(layer);
            s.gamma = gamma;
            s.invert = invert;
            s.sampling = sampling;
            const Apart apart = both(documentOf({layer}));
            QVERIFY2(apart.mean < 0.5 && apart.off < 0.02, qPrintable(apart.text()));
        }
    }

    /// Looks that make another picture than the default do so in the reference, too.
    void looksAreNotIgnored()
    {
        const auto draw = [](const LayerState& layer) {
            Document d = documentOf({layer});
            return cli::drawReference(d, false, true, 30)->rgba;
        };
        const auto plain = draw(survey(1, values_));
        for (const CutRule::From from : {CutRule::From::View, CutRule::From::Tile, CutRule::From::All}) {
            LayerState layer = survey(1, values_);
            stateOf(layer).cuts = {CutRule::Mode::Percentile, 0, 1, 60, from};
            QVERIFY(compare(plain, draw(layer)).mean > 2);
        }
        LayerState square = survey(1, square_), linear = square;
        stateOf(linear).stretch = render::Stretch::Linear;
        QVERIFY(compare(draw(square), draw(linear)).mean > 2);
    }

    void blends_data()
    {
        QTest::addColumn<int>("blend");
        for (int i = 0; i < 5; ++i) QTest::newRow(render::word(static_cast<render::Blend>(i))) << i;
    }
    void blends()
    {
        QFETCH(int, blend);
        for (const double opacity : {1.0, 0.4}) {
            LayerState below = survey(1, pictures_), above = survey(2, values_), top = survey(3, sparse_);
            above.blend = static_cast<render::Blend>(blend);
            above.opacity = opacity;
            stateOf(above).map = render::ColourMap::Turbo;
            top.opacity = 0.5;
            const Apart apart = both(documentOf({below, above, top}));
            QVERIFY2(apart.mean < 0.5 && apart.off < 0.02, qPrintable(apart.text()));
        }
    }

    void trees_data()
    {
        QTest::addColumn<int>("tree");
        QTest::addColumn<double>("fov");
        for (const double fov : {360.0, 180.0, 60.0, 8.0}) {
            QTest::addRow("sparse %g", fov) << 0 << fov;
            QTest::addRow("without low orders %g", fov) << 1 << fov;
            QTest::addRow("values %g", fov) << 2 << fov;
            QTest::addRow("preview %g", fov) << 3 << fov;
        }
    }
    void trees()
    {
        QFETCH(int, tree);
        QFETCH(double, fov);
        Document d = documentOf({survey(1, std::array{sparse_, high_, values_, preview_}[static_cast<size_t>(tree)])}, fov);
        if (fov > 200) d.view = d.view.withProjection(sky::Proj::Mol);
        const Apart apart = both(d);
        QVERIFY2(apart.mean < 0.5 && apart.off < 0.02, qPrintable(apart.text()));
    }

    /// A picture is complete with its preview, never before: with one, nothing of the sky is left dark.
    void thePreviewIsWaitedFor()
    {
        for (int i = 0; i < 5; ++i) {
            Gl gl;
            QVERIFY(gl.start());
            const auto drawn = gl.draw(documentOf({survey(1, preview_)}, 60));
            QVERIFY(!drawn.empty());
            for (size_t k = 0; k < drawn.size(); k += 4) QVERIFY(drawn[k] > 30);
        }
    }

    void swipe()
    {
        Document d = documentOf({survey(1, pictures_), survey(2, values_)});
        d.compare = {CompareMode::Swipe, 2, 2, 0.3, 0};
        const double divider = dividerX(d.compare, {0, 0, kWidth, kHeight});
        const Apart apart = both(d, [&](int x, int) { return std::abs(x + 0.5 - divider) > kDividerKnob / 2 + 2; });
        QVERIFY2(apart.mean < 0.5 && apart.off < 0.01, qPrintable(apart.text()));
        // On the right the compared layer is taken away.
        Document below = documentOf({survey(1, pictures_)}), all = documentOf({survey(1, pictures_), survey(2, values_)});
        const auto swiped = cli::drawReference(d, false, true, 30), without = cli::drawReference(below, false, true, 30);
        const auto with = cli::drawReference(all, false, true, 30);
        QVERIFY(swiped && with && without);
        const auto right = [&](int x, int) { return x >= divider; };
        const auto left = [&](int x, int) { return x < divider; };
        QVERIFY(compare(swiped->rgba, without->rgba, right).mean == 0 && compare(swiped->rgba, with->rgba, left).mean == 0);
        QVERIFY(compare(with->rgba, without->rgba, right).mean > 5);
    }

    void blinkShowsTheWhole()
    {
        Document d = documentOf({survey(1, pictures_), survey(2, values_)});
        d.compare.mode = CompareMode::Blink;
        const Apart apart = both(d);
        QVERIFY2(apart.mean < 0.5 && apart.off < 0.01, qPrintable(apart.text()));
    }

    void panes_data()
    {
        QTest::addColumn<int>("count");
        QTest::newRow("two") << 2;
        QTest::newRow("four") << 4;
    }
    void panes()
    {
        QFETCH(int, count);
        Document d = documentOf({survey(1, pictures_), survey(2, values_), survey(3, high_)});
        setPaneCount(d, static_cast<size_t>(count));
        activatePane(d, 1);
        const auto frames = paneFrames({0, 0, kWidth, kHeight}, static_cast<size_t>(count));
        const Apart apart = both(d, [&](int x, int y) {
            return std::any_of(frames.begin(), frames.end(), [&](const PaneFrame& f) {
                return x >= f.sky.x && x < f.sky.x + f.sky.w && y >= f.sky.y && y < f.sky.y + f.sky.h;
            });
        });
        QVERIFY2(apart.mean < 0.5 && apart.off < 0.02, qPrintable(apart.text()));
        const auto drawn = cli::drawReference(d, false, true, 30);
        QVERIFY(drawn && drawn->tilesWanted > 0 && drawn->tilesDrawn == drawn->tilesWanted);
    }

    void bodies()
    {
        // The topmost is of the moon: the view turns to it, the sky and mars are left out.
        Document d = documentOf({survey(1, pictures_), survey(2, mars_), survey(3, moon_)});
        d.view = d.view.withFrame(sky::Frame::Galactic);
        const sky::SkyPos icrs = sky::converted(d.view.centre(), sky::Frame::Icrs);
        const auto drawn = cli::drawReference(d, false, true, 30);
        QVERIFY(drawn);
        QCOMPARE(d.view.frame(), sky::Frame::Body);
        QVERIFY(std::abs(d.view.centre().lon.rad() - icrs.lon.rad()) < 1e-12 && std::abs(d.view.centre().lat.rad() - icrs.lat.rad()) < 1e-12);
        Document alone = documentOf({survey(3, moon_)});
        alone.view = d.view;
        QVERIFY(compare(cli::drawReference(alone, false, true, 30)->rgba, drawn->rgba).mean == 0);
        const Apart apart = both(d);
        QVERIFY2(apart.mean < 0.5 && apart.off < 0.02, qPrintable(apart.text()));
    }

    void valuesOfTheTopSurvey()
    {
        Document d = documentOf({survey(1, pictures_), survey(2, values_)});
        const auto drawn = cli::drawReference(d, true, true, 30);
        QVERIFY(drawn && drawn->hasValues);
        QCOMPARE(drawn->values.size(), size_t{kWidth * kHeight});
        Gl gl;
        QVERIFY(gl.start());
        gl.draw(d);
        const auto values = gl.session->values();
        QVERIFY(values && values->size() == drawn->values.size());
        size_t numbers = 0, nothings = 0, unlike = 0;
        for (size_t i = 0; i < values->size(); ++i) {
            const float a = (*values)[i], b = drawn->values[i];
            nothings += std::isnan(b);
            numbers += !std::isnan(b);
            unlike += std::isnan(a) != std::isnan(b) || std::abs(a - b) > 0.2f;
        }
        QVERIFY(numbers > 1000 && nothings > 100);
        QVERIFY2(unlike < values->size() / 200, qPrintable(QString::number(unlike)));
    }
};

QTEST_GUILESS_MAIN(TestReference)
#include "test_reference.moc"
