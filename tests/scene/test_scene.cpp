#include <QtTest>
#include <QTemporaryDir>
#include <cstring>

#include "catalogs/sky_data.h"
#include "scene/headless.h"
#include "tests/scene/folder_transport.h"
#include "tests/support/bitmap_labels.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::scene;
using sky::Angle;
using testing::SyntheticHips;

namespace {

constexpr auto kLong = std::chrono::milliseconds(20000);
constexpr const char* kBase = "http://slow.test/hips";

struct Stage {
    QueueExecutor ui;
    InlineExecutor work;
    FakeClock clock;
    testing::BitmapLabels labels;
    std::vector<Message> messages;
    std::unique_ptr<HeadlessSession> session;

    /// Null where this machine has no GL.
    bool start(SceneEnvironment env = {}, HeadlessOptions options = {})
    {
        env.work = &work;
        env.clock = &clock;
        auto made = HeadlessSession::create(env, ui, options);
        if (!made) return false;
        session = std::move(*made);
        session->scene().onMessage = [this](const Message& m) { messages.push_back(m); };
        session->scene().setCanvasColours({1, 0, 1, 1}, {1, 1, 1, 1}, {0, 0, 0, 1}, {1, 1, 1, 0.2f}); // no tile is magenta
        return true;
    }
    Scene& scene() { return session->scene(); }
    HeadlessRun settle() { return session->run(kLong); }
    LayerReport report(size_t i = 0) { return scene().reports().at(i); }
};

SceneEnvironment instant()
{
    SceneEnvironment env;
    env.fadeMs = 0;
    return env;
}

Document surveyDocument(const std::string& source, double fovDeg = 60, double lon = 30, double lat = 20)
{
    Document d;
    d.view = sky::SkyView().withSize(320, 200).lookingAt({Angle::deg(lon), Angle::deg(lat), sky::Frame::Icrs}).withFov(Angle::deg(fovDeg));
    LayerState layer;
    layer.id = 1;
    SurveyState s;
    s.source = source;
    layer.content = s;
    d.layers.push_back(layer);
    d.overlays = {{}, false, false, false, false, false};
    return d;
}

size_t background(const std::vector<uint8_t>& rgba)
{
    size_t n = 0;
    for (size_t i = 0; i + 3 < rgba.size(); i += 4) n += rgba[i] > 230 && rgba[i + 1] < 25 && rgba[i + 2] > 230;
    return n;
}

std::array<uint8_t, 3> pixel(const std::vector<uint8_t>& rgba, int width, int x, int y)
{
    const size_t i = (static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4;
    return {rgba[i], rgba[i + 1], rgba[i + 2]};
}

#define START_OR_SKIP(...) \
    if (!stage.start(__VA_ARGS__)) QSKIP("no OpenGL on this machine")

} // namespace

class TestScene : public QObject {
    Q_OBJECT
    QTemporaryDir temp_;
    std::string pictures_, values_, moon_, partial_;

private slots:
    void initTestCase()
    {
        const std::filesystem::path root = temp_.path().toStdString();
        SyntheticHips hips{root / "pictures"};
        hips.orderMax = 3;
        hips.extra = "moc_sky_fraction = 1";
        hips.writePictures();
        pictures_ = hips.folder.string();
        SyntheticHips values{root / "values"};
        values.orderMax = 1;
        values.title = "Values";
        values.writeValues();
        values_ = values.folder.string();
        SyntheticHips moon{root / "moon"};
        moon.orderMax = 0;
        moon.frame = "moon";
        moon.extra = "hips_body = moon";
        moon.writePictures();
        moon_ = moon.folder.string();
        SyntheticHips partial{root / "partial"};
        partial.orderMax = 2;
        partial.has = [](sky::Cell c) { return (c.pix >> (2 * c.order)) == 0; }; // face 0 only
        partial.writePictures();
        partial_ = partial.folder.string();
    }

    void drawsTheRightTiles()
    {
        Stage stage;
        START_OR_SKIP(instant());
        const Document d = surveyDocument(pictures_, 40);
        stage.scene().setDocument(d);
        const auto run = stage.settle();
        QVERIFY(run.settled);
        const auto rgba = stage.session->rgba();
        QCOMPARE(background(rgba), size_t{0});
        const LayerReport r = stage.report();
        QCOMPARE(r.phase, LayerPhase::Complete);
        QCOMPARE(r.done, r.total);
        QVERIFY(r.line.find("Complete, order " + std::to_string(r.order)) == 0);
        for (const auto& [x, y] : {std::pair{160, 100}, {20, 30}, {300, 180}}) {
            const auto dir = d.view.directionAt({x + 0.5, y + 0.5});
            const auto place = sky::placeAt(*dir, r.order);
            if (std::min({place.x, place.y, 1 - place.x, 1 - place.y}) < 0.05) continue; // beside a border colours mix
            const auto colour = SyntheticHips::colourOf(place.cell);
            const auto drawn = pixel(rgba, 320, x, y);
            for (size_t k = 0; k < 3; ++k) QVERIFY2(std::abs(drawn[k] - colour[k]) <= 1, qPrintable(QString("at %1 %2").arg(x).arg(y)));
        }
        QVERIFY(!stage.scene().wantedFrame().has_value());
        QCOMPARE(stage.scene().credits(), std::vector<std::string>{"The testers"});
    }

    /// Tiles come one by one from a slow server while the view moves: no pixel may fall back to the background.
    void neverBlanks()
    {
        testing::FolderTransport net(kBase, pictures_);
        SceneEnvironment env;
        env.net = &net;
        Stage stage;
        START_OR_SKIP(env);
        Document d = surveyDocument(kBase, 120);
        stage.scene().setDocument(d);
        bool there = false;
        for (int i = 0; i < 400 && !there; ++i) {
            stage.clock.advance(std::chrono::milliseconds(20));
            stage.ui.drain();
            QVERIFY(stage.session->frame().has_value());
            there = stage.scene().settled();
        }
        QVERIFY(there);
        QCOMPARE(background(stage.session->rgba()), size_t{0});
        net.hold = true;
        const auto step = [&](const sky::SkyView& view, size_t answers) {
            d.view = view;
            stage.scene().setDocument(d);
            stage.clock.advance(std::chrono::milliseconds(16));
            net.release(answers);
            stage.ui.drain();
            if (!stage.session->frame()) return size_t{1};
            return background(stage.session->rgba());
        };
        for (int i = 0; i < 40; ++i) QCOMPARE(step(d.view.zoomedAbout({80, 60}, 1.12), i % 3 == 0 ? 1 : 0), size_t{0});
        for (int i = 0; i < 40; ++i) QCOMPARE(step(d.view.dragged({160, 100}, {160 + 23, 100 - 11}), i % 4 == 0 ? 1 : 0), size_t{0});
        // As far as the map (STG) reaches into the corners: beyond it the margin is background by right.
        for (int i = 0; i < 60 && d.view.fov().deg() < 200; ++i) QCOMPARE(step(d.view.zoomedAbout({200, 100}, 1 / 1.15), i % 5 == 0 ? 2 : 0), size_t{0});
        QVERIFY(stage.report().line.find("Loading") == 0 || stage.report().phase == LayerPhase::Complete);
        net.hold = false;
        net.release(10000);
        for (int i = 0; i < 200 && !stage.scene().settled(); ++i) QCOMPARE(step(d.view, 100), size_t{0});
        QVERIFY(stage.scene().settled());
        QCOMPARE(stage.report().phase, LayerPhase::Complete);
    }

    /// A fast pan over a slow survey asks for nothing that is gone again at once.
    void fastPansAskForLittle()
    {
        testing::FolderTransport net(kBase, pictures_);
        SceneEnvironment env;
        env.net = &net;
        Stage stage;
        START_OR_SKIP(env);
        Document d = surveyDocument(kBase, 8);
        stage.scene().setDocument(d);
        for (int i = 0; i < 400 && !stage.scene().settled(); ++i) {
            stage.clock.advance(std::chrono::milliseconds(20));
            stage.ui.drain();
            (void)stage.session->frame();
        }
        QVERIFY(stage.scene().settled());
        net.hold = true;
        const size_t before = net.asked;
        for (int i = 0; i < 60; ++i) { // a window a frame
            d.view = d.view.dragged({10, 100}, {310, 100});
            stage.scene().setDocument(d);
            stage.clock.advance(std::chrono::milliseconds(10));
            stage.ui.drain();
            (void)stage.session->frame();
        }
        QVERIFY2(net.asked - before < 30, qPrintable(QString::number(net.asked - before)));
        QVERIFY(!stage.scene().settled());
    }

    void fadesTakeTheirTime()
    {
        testing::FolderTransport net(kBase, pictures_);
        SceneEnvironment env;
        env.net = &net;
        Stage stage;
        START_OR_SKIP(env);
        Document d = surveyDocument(kBase, 120);
        stage.scene().setDocument(d);
        for (int i = 0; i < 400 && !stage.scene().settled(); ++i) {
            stage.clock.advance(std::chrono::milliseconds(20));
            stage.ui.drain();
            (void)stage.session->frame();
        }
        net.hold = true;
        d.view = d.view.withFov(Angle::deg(20));
        stage.scene().setDocument(d);
        for (int i = 0; i < 5; ++i) {
            stage.clock.advance(std::chrono::milliseconds(20));
            stage.ui.drain();
            (void)stage.session->frame();
        }
        const auto old = pixel(stage.session->rgba(), 320, 160, 100);
        net.release(10000);
        net.hold = false;
        stage.ui.drain();
        (void)stage.session->frame();
        net.release(10000);
        QCOMPARE(pixel(stage.session->rgba(), 320, 160, 100), old); // the fade begins where it was
        stage.clock.advance(std::chrono::milliseconds(110));
        stage.ui.drain();
        (void)stage.session->frame();
        QVERIFY(!stage.scene().settled());
        const auto half = pixel(stage.session->rgba(), 320, 160, 100);
        for (int i = 0; i < 100 && !stage.scene().settled(); ++i) {
            stage.clock.advance(std::chrono::milliseconds(50));
            stage.ui.drain();
            (void)stage.session->frame();
        }
        QVERIFY(stage.scene().settled());
        const auto end = pixel(stage.session->rgba(), 320, 160, 100);
        QVERIFY(end != old);
        QVERIFY2(std::abs(half[2] - (old[2] + end[2]) / 2) <= 3, qPrintable(QString("%1 %2 %3").arg(old[2]).arg(half[2]).arg(end[2])));
    }

    void valuesCutsAndHistogram()
    {
        Stage stage;
        START_OR_SKIP(instant());
        Document d = surveyDocument(values_, 50);
        auto& survey = std::get<SurveyState>(d.layers[0].content);
        survey.cuts = {CutRule::Mode::MinMax, 0, 1, 99};
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        LayerReport r = stage.report();
        QVERIFY(r.values);
        QCOMPARE(r.order, 1);
        const auto reading = stage.scene().valueAt({160, 100});
        QVERIFY(reading.has_value());
        const auto here = sky::cellAt(*d.view.directionAt({160, 100}), 1);
        QCOMPARE(static_cast<float>(reading->value), SyntheticHips::valueOf(here));
        QVERIFY(reading->value >= r.cutLo && reading->value <= r.cutHi);
        const auto h = stage.scene().histogram(1);
        QVERIFY(h && h->pixels > 0 && !h->bins.empty() && h->lo <= r.cutLo && h->hi >= r.cutHi);
        // The same as values, of the same pixels.
        const auto values = stage.session->values();
        QVERIFY(values.has_value());
        QCOMPARE(values->size(), size_t{320 * 200});
        QCOMPARE((*values)[100 * 320 + 160], SyntheticHips::valueOf(here));
        // Manual cuts are in force in the very next frame, without any new request.
        survey.cuts = {CutRule::Mode::Manual, 1003, 1007, 99};
        survey.stretch = render::Stretch::Asinh;
        stage.scene().setDocument(d);
        (void)stage.session->frame();
        r = stage.report();
        QCOMPARE(r.cutLo, 1003.0);
        QCOMPARE(r.cutHi, 1007.0);
        QCOMPARE(r.stretch, render::Stretch::Asinh);
        QVERIFY(!stage.scene().histogram(99).has_value());
    }

    void cutsFromTheTileOrThePreview()
    {
        Stage stage;
        START_OR_SKIP(instant());
        Document d = surveyDocument(values_, 50);
        auto& survey = std::get<SurveyState>(d.layers[0].content);
        survey.cuts = {.mode = CutRule::Mode::MinMax, .from = CutRule::From::All};
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        auto h = stage.scene().histogram(1);
        QVERIFY(h.has_value());
        QCOMPARE(h->order, 0);
        QCOMPARE(h->pixels, uint64_t{12 * 64 * 64});
        QCOMPARE(stage.report().cutLo, 0.0); // the twelve values of order 0
        QCOMPARE(stage.report().cutHi, 11.0);
        survey.cuts.from = CutRule::From::Tile;
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        h = stage.scene().histogram(1);
        QVERIFY(h.has_value());
        QCOMPARE(h->order, 1);
        QCOMPARE(h->pixels, uint64_t{64 * 64});
        const auto here = sky::cellAt(*d.view.directionAt({160, 100}), 1);
        const auto value = static_cast<double>(SyntheticHips::valueOf(here));
        QVERIFY(stage.report().cutLo <= value && stage.report().cutHi >= value && stage.report().cutHi - stage.report().cutLo <= 2);
        QCOMPARE(fromJson(toJson(d))->value, d);
    }

    void cutsDoNotFlickerWhilePanning()
    {
        Stage stage;
        START_OR_SKIP();
        Document d = surveyDocument(values_, 50);
        std::get<SurveyState>(d.layers[0].content).cuts = {CutRule::Mode::MinMax, 0, 1, 99};
        stage.scene().setDocument(d);
        const auto frame = [&](int ms) {
            stage.clock.advance(std::chrono::milliseconds(ms));
            stage.ui.drain();
            (void)stage.session->frame();
        };
        for (int i = 0; i < 100 && !stage.scene().settled(); ++i) frame(50);
        QVERIFY(stage.scene().settled());
        const auto before = stage.report();
        for (int i = 0; i < 30; ++i) {
            d.view = d.view.dragged({160, 100}, {190, 100});
            stage.scene().setDocument(d);
            frame(16);
            QCOMPARE(stage.report().cutLo, before.cutLo);
            QCOMPARE(stage.report().cutHi, before.cutHi);
        }
        for (int i = 0; i < 100 && !stage.scene().settled(); ++i) frame(50);
        QVERIFY(stage.scene().settled());
        QVERIFY(stage.report().cutLo != before.cutLo || stage.report().cutHi != before.cutHi); // and then they follow
    }

    void coveredLayersRest()
    {
        SyntheticHips jpeg{std::filesystem::path(temp_.path().toStdString()) / "jpeg"};
        jpeg.orderMax = 0;
        jpeg.extra = "moc_sky_fraction = 1";
        jpeg.writePictures();
        SceneEnvironment env = instant();
        env.defaultSkyFolder = jpeg.folder.string();
        Stage stage;
        START_OR_SKIP(env);
        Document d = surveyDocument(pictures_, 40);
        LayerState top = d.layers[0];
        top.id = 2;
        std::get<SurveyState>(top.content).source = std::string(kDefaultSky); // opaque and complete by definition
        d.layers.push_back(top);
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        QCOMPARE(stage.report(0).phase, LayerPhase::Covered);
        QCOMPARE(stage.report(1).phase, LayerPhase::Complete);
        QCOMPARE(stage.report(1).line, std::string("Built in, works offline"));
        d.layers[1].opacity = 0.5;
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        QCOMPARE(stage.report(0).phase, LayerPhase::Complete);
        d.layers[1].visible = false;
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        QCOMPARE(stage.report(1).phase, LayerPhase::Hidden);
    }

    void failuresNameSurveyAndReason()
    {
        testing::FolderTransport net(kBase, pictures_);
        net.failWith = "HTTP 503, tried 3 times";
        SceneEnvironment env = instant();
        env.net = &net;
        Stage stage;
        START_OR_SKIP(env);
        Document d = surveyDocument("/no/such/folder", 60);
        d.layers[0].name = "Lost survey";
        LayerState busy = d.layers[0];
        busy.id = 2;
        busy.name = "Busy survey";
        std::get<SurveyState>(busy.content).source = kBase;
        d.layers.push_back(busy);
        stage.scene().setDocument(d);
        stage.session->run(std::chrono::milliseconds(3000));
        QCOMPARE(stage.report(0).phase, LayerPhase::Failed);
        QVERIFY(!stage.report(0).line.empty());
        QVERIFY(stage.report(1).line.find("503") != std::string::npos);
        bool lost = false, tile = false;
        for (const Message& m : stage.messages) {
            lost = lost || (m.thing == "Lost survey" && m.layer == 1 && m.severity == Severity::Error);
            tile = tile || (m.thing == "Busy survey" && m.sentence.find("tile ") == 0 && m.sentence.find("503") != std::string::npos);
        }
        QVERIFY(lost && tile);
        // It recovers when the server does.
        net.failWith.clear();
        stage.scene().retryFailed();
        QVERIFY(stage.settle().settled);
        QCOMPARE(stage.report(1).phase, LayerPhase::Complete);
    }

    void partialCoverage()
    {
        Stage stage;
        START_OR_SKIP(instant());
        // Face 0 has its centre at 45 deg, 41.8 deg.
        Document d = surveyDocument(partial_, 10, 45, 41.8);
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        QCOMPARE(background(stage.session->rgba()), size_t{0});
        d.view = d.view.lookingAt({Angle::deg(225), Angle::deg(-41.8), sky::Frame::Icrs});
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        QCOMPARE(background(stage.session->rgba()), size_t{320 * 200});
    }

    void bodiesAreNotMixedWithTheSky()
    {
        Stage stage;
        START_OR_SKIP(instant());
        Document d = surveyDocument(pictures_, 60);
        LayerState moon = d.layers[0];
        moon.id = 2;
        std::get<SurveyState>(moon.content).source = moon_;
        d.layers.push_back(moon);
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        QVERIFY(stage.scene().wantedFrame() == sky::Frame::Body);
        QCOMPARE(stage.report(1).phase, LayerPhase::OutsideCoverage);
        QVERIFY(stage.report(1).line.find("moon") != std::string::npos);
        d.view = d.view.withFrame(sky::Frame::Body).lookingAt({Angle::deg(0), Angle::deg(0), sky::Frame::Body});
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        QVERIFY(!stage.scene().wantedFrame().has_value());
        QCOMPARE(stage.report(1).phase, LayerPhase::Complete);
        QCOMPARE(stage.report(0).phase, LayerPhase::OutsideCoverage);
        QCOMPARE(background(stage.session->rgba()), size_t{0});
        d.layers[1].visible = false;
        stage.scene().setDocument(d);
        QVERIFY(stage.scene().wantedFrame() == sky::Frame::Icrs);
    }

    void survivesALostContext()
    {
        Stage stage;
        SceneEnvironment env = instant();
        env.labels = &stage.labels;
        auto sky = catalogs::SkyData::load(std::string(FIRMAMENT_SOURCE_DIR) + "/resources/sky");
        QVERIFY(sky.has_value());
        env.sky = *sky;
        env.defaultSkyFolder = pictures_;
        START_OR_SKIP(env);
        Document d = firstStart();
        d.view = d.view.withSize(400, 250);
        std::get<SolarSystemState>(d.layers[4].content).jdTdb = 2460000.5;
        stage.scene().setDocument(d);
        QVERIFY(stage.settle().settled);
        const auto before = stage.session->rgba();
        stage.session->renderer().dropGpu();
        stage.scene().dropGpu();
        QVERIFY(!stage.scene().settled());
        QVERIFY(stage.settle().settled);
        QVERIFY(stage.session->rgba() == before);
        stage.scene().clearTextures();
        QVERIFY(stage.settle().settled);
        QVERIFY(stage.session->rgba() == before);
    }

    void sessionsDrawTheSamePicture()
    {
        auto sky = catalogs::SkyData::load(std::string(FIRMAMENT_SOURCE_DIR) + "/resources/sky");
        QVERIFY(sky.has_value());
        Document d = firstStart();
        d.view = d.view.withSize(400, 250).withFov(Angle::deg(33)).withRoll(Angle::deg(12));
        std::get<SolarSystemState>(d.layers[4].content).jdTdb = 2460000.5;
        std::get<ConstellationsState>(d.layers[1].content) = {true, true, true, true};
        d.overlays.grid = {true, sky::Frame::Galactic, true};
        std::vector<std::vector<uint8_t>> pictures;
        for (const Document& document : {d, fromJson(toJson(d))->value}) {
            Stage stage;
            SceneEnvironment env = instant();
            env.labels = &stage.labels;
            env.sky = *sky;
            env.defaultSkyFolder = pictures_;
            START_OR_SKIP(env);
            stage.scene().setDocument(document);
            QVERIFY(stage.settle().settled);
            pictures.push_back(stage.session->rgba());
        }
        QVERIFY(pictures[0] == pictures[1]);
        QCOMPARE(background(pictures[0]), size_t{0});
    }

    void picksWhatIsThere()
    {
        auto sky = catalogs::SkyData::load(std::string(FIRMAMENT_SOURCE_DIR) + "/resources/sky");
        QVERIFY(sky.has_value());
        Stage stage;
        SceneEnvironment env = instant();
        env.sky = *sky;
        env.defaultSkyFolder = pictures_;
        START_OR_SKIP(env);
        Document d = firstStart();
        for (const auto& [name, expected, fov] : {std::tuple{"Antares", "Antares", 60.0}, {"M 8", "M 8 · Lagoon Nebula", 20.0}, {"M 31", "M 31 · Andromeda Galaxy", 5.0}}) {
            const auto object = (*sky)->find(name);
            QVERIFY2(object.has_value(), name);
            d.view = d.view.withFov(Angle::deg(fov)).lookingAt(object->pos);
            stage.scene().setDocument(d);
            QVERIFY(stage.settle().settled);
            const auto hits = stage.scene().pick({640, 400}, 8);
            const auto hit = std::find_if(hits.begin(), hits.end(), [&](const Hit& h) { return h.name == expected; });
            QVERIFY2(hit != hits.end(), name);
            QVERIFY(!hit->facts.empty() && hit->kind.find(", ") != std::string::npos);
            QVERIFY(sky::separation(sky::toDir(hit->pos), sky::toDir(sky::converted(object->pos, sky::Frame::Icrs))).arcsec() < 60);
            for (size_t i = 1; i < hits.size(); ++i) QVERIFY(hits[i - 1].distancePixels <= hits[i].distancePixels);
        }
        // Inside the ellipse of M 31, away from its centre.
        const auto hits = stage.scene().pick({650, 390}, 8);
        QVERIFY(std::any_of(hits.begin(), hits.end(), [](const Hit& h) { return h.name.find("M 31") == 0; }));
        // A sky of body frames has no stars.
        d.view = d.view.withFrame(sky::Frame::Body);
        stage.scene().setDocument(d);
        (void)stage.session->frame();
        QVERIFY(stage.scene().pick({640, 400}, 8).empty());
    }

    void textureBudgetIsKept()
    {
        Stage stage;
        SceneEnvironment env = instant();
        env.textureBytes = size_t{3} << 20;
        START_OR_SKIP(env);
        Document d = surveyDocument(pictures_, 30);
        for (int i = 0; i < 40; ++i) {
            d.view = d.view.lookingAt({Angle::deg(9.0 * i), Angle::deg(60 * std::sin(i)), sky::Frame::Icrs});
            stage.scene().setDocument(d);
            QVERIFY(stage.settle().settled);
            QCOMPARE(background(stage.session->rgba()), size_t{0});
            QVERIFY2(stage.session->renderer().textureBytes() <= env.textureBytes + (size_t{1} << 20), qPrintable(QString::number(stage.session->renderer().textureBytes())));
        }
    }

    void restsWhenNothingChanges()
    {
        Stage stage;
        SceneEnvironment env;
        env.labels = &stage.labels;
        auto sky = catalogs::SkyData::load(std::string(FIRMAMENT_SOURCE_DIR) + "/resources/sky");
        QVERIFY(sky.has_value());
        env.sky = *sky;
        env.defaultSkyFolder = pictures_;
        START_OR_SKIP(env);
        stage.scene().setDocument(firstStart());
        for (int i = 0; i < 200 && !stage.scene().settled(); ++i) {
            stage.clock.advance(std::chrono::milliseconds(30));
            stage.ui.drain();
            (void)stage.session->frame();
        }
        QVERIFY(stage.scene().settled());
        int asked = 0, told = 0;
        stage.scene().onNeedFrame = [&] { ++asked; };
        stage.scene().onReports = [&] { ++told; };
        stage.clock.advance(std::chrono::milliseconds(1000));
        stage.ui.drain();
        (void)stage.session->frame();
        stage.scene().setDocument(firstStart());
        QCOMPARE(asked, 0);
        QCOMPARE(told, 0);
        QVERIFY(stage.scene().settled());
    }
};

QTEST_APPLESS_MAIN(TestScene)
#include "test_scene.moc"
