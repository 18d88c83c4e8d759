// Survey layers over time: one budget for all, another format without a blank, very deep trees from afar.
#include <QTest>
#include <QTemporaryDir>

#include <cmath>

#include "scene/headless.h"
#include "tests/scene/folder_transport.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::scene;
using testing::SyntheticHips;
using sky::Angle;

namespace {

constexpr auto kLong = std::chrono::milliseconds(20000);
constexpr const char* kBase = "http://hips.test/tree";

struct Stage {
    QueueExecutor ui;
    InlineExecutor work;
    FakeClock clock;
    std::unique_ptr<HeadlessSession> session;

    bool start(SceneEnvironment env = {}, HeadlessOptions options = {})
    {
        env.work = &work;
        env.clock = &clock;
        env.fadeMs = 0;
        auto made = HeadlessSession::create(env, ui, options);
        if (!made) return false;
        session = std::move(*made);
        session->scene().setCanvasColours({1, 0, 1, 1}, {1, 1, 1, 1}, {0, 0, 0, 1}, {1, 1, 1, 0.2f}); // no tile is magenta
        return true;
    }
    /// A few frames, without waiting for anything to be complete.
    void goOn(int frames = 5)
    {
        for (int i = 0; i < frames; ++i) {
            clock.advance(std::chrono::milliseconds(50));
            ui.drain();
            (void)session->frame();
        }
    }
    void show(const Document& d) { session->scene().setDocument(d); }
    bool settle() { return session->run(kLong).settled; }
    size_t background() const
    {
        const auto rgba = session->rgba();
        size_t n = 0;
        for (size_t i = 0; i + 3 < rgba.size(); i += 4) n += rgba[i] > 230 && rgba[i + 1] < 25 && rgba[i + 2] > 230;
        return n;
    }
};

Document documentOf(const std::vector<std::string>& sources, double fovDeg)
{
    Document d;
    d.view = sky::SkyView().withSize(320, 200).lookingAt({Angle::deg(30), Angle::deg(20), sky::Frame::Icrs}).withFov(Angle::deg(fovDeg));
    for (const std::string& source : sources) {
        LayerState layer;
        layer.id = static_cast<LayerId>(d.layers.size() + 1);
        layer.opacity = d.layers.empty() ? 1 : 0.5; // so that none covers those below
        SurveyState s;
        s.source = source;
        layer.content = s;
        d.layers.push_back(layer);
    }
    d.overlays = {{}, false, false, false, false, false};
    return d;
}

#define START_OR_SKIP(...) \
    if (!stage.start(__VA_ARGS__)) QSKIP("no OpenGL on this machine")

} // namespace

class TestSurveyLayer : public QObject {
    Q_OBJECT
    QTemporaryDir temp_;

    std::string pictures(const char* name, int orderMax) const
    {
        SyntheticHips hips{temp_.filePath(name).toStdString()};
        hips.orderMax = orderMax;
        hips.extra = "moc_sky_fraction = 1";
        hips.writePictures();
        return hips.folder.string();
    }

private slots:
    void fourLayersInOneBudget()
    {
        SyntheticHips values{temp_.filePath("values").toStdString()};
        values.orderMax = 3;
        values.writeValues();
        const std::vector<std::string> sources{pictures("a", 3), pictures("b", 3), values.folder.string(), pictures("c", 3)};
        // A layer's share holds its base cells and a few tiles more, not all that it draws here.
        constexpr size_t kTile = 64 * 64 * 4, kBudget = 4 * 20 * kTile;
        Stage stage;
        SceneEnvironment env;
        env.tileBytes = kBudget;
        env.textureBytes = size_t{12} << 20;
        START_OR_SKIP(env);
        Document d = documentOf(sources, 40);
        size_t most = 0;
        for (int i = 0; i < 25; ++i) {
            d.view = d.view.lookingAt({Angle::deg(30 + 14.0 * i), Angle::deg(50 * std::sin(i)), sky::Frame::Icrs});
            stage.show(d);
            QVERIFY(stage.settle());
            QCOMPARE(stage.background(), size_t{0});
            for (const auto& r : stage.session->scene().reports()) QVERIFY2(r.phase == LayerPhase::Complete, r.line.c_str());
            most = std::max(most, stage.session->scene().tileBytes());
            QVERIFY2(stage.session->scene().tileBytes() <= kBudget, qPrintable(QString::number(stage.session->scene().tileBytes())));
            QVERIFY2(stage.session->renderer().textureBytes() <= env.textureBytes, qPrintable(QString::number(stage.session->renderer().textureBytes())));
        }
        QVERIFY2(most > kBudget / 2, "the budget is used");
        // Hidden layers keep nothing; shown again they are whole again.
        for (size_t i = 0; i < 3; ++i) d.layers[i].visible = false;
        stage.show(d);
        QVERIFY(stage.settle());
        for (auto& layer : d.layers) layer.visible = !layer.visible;
        stage.show(d);
        QVERIFY(stage.settle());
        QCOMPARE(stage.background(), size_t{0});
        QVERIFY(stage.session->scene().tileBytes() <= kBudget);
        for (auto& layer : d.layers) layer.visible = false;
        stage.show(d);
        stage.goOn();
        QCOMPARE(stage.session->scene().tileBytes(), size_t{0});
    }

    void anotherFormatKeepsThePicture()
    {
        SyntheticHips hips{temp_.filePath("both").toStdString()};
        hips.orderMax = 2;
        hips.writeValues();
        hips.extra = "moc_sky_fraction = 1";
        hips.writePictures(); // properties anew; the FITS tiles stay
        const auto text = readFile(hips.folder / "properties");
        QVERIFY(text.has_value());
        std::string said(asText(*text));
        said.replace(said.find("hips_tile_format = png"), 22, "hips_tile_format = png fits");
        QVERIFY(writeFileWhole(hips.folder / "properties", asBytes(said)).has_value());
        testing::FolderTransport net(kBase, hips.folder);
        Stage stage;
        SceneEnvironment env;
        env.net = &net;
        START_OR_SKIP(env);
        Document d = documentOf({kBase}, 40);
        std::get<SurveyState>(d.layers[0].content).format = hips::TileFormat::Png;
        stage.show(d);
        QVERIFY(stage.settle());
        const auto before = stage.session->rgba();
        QCOMPARE(stage.background(), size_t{0});

        // The new tiles are long in coming: nothing changes, also where the view is turned back and forth.
        net.hold = true;
        std::get<SurveyState>(d.layers[0].content).format = hips::TileFormat::Fits;
        stage.show(d);
        stage.goOn();
        QVERIFY(stage.session->rgba() == before);
        QVERIFY(!stage.session->scene().settled());
        Document aside = d;
        aside.view = d.view.withFov(Angle::deg(30));
        stage.show(aside);
        stage.goOn();
        QCOMPARE(stage.background(), size_t{0});
        stage.show(d);
        for (int i = 0; i < 200 && net.waiting() > 3; ++i) { // all but a few
            net.release(1);
            stage.goOn(1);
            QVERIFY2(stage.background() == 0, qPrintable(QString::number(i)));
        }
        net.hold = false;
        net.release(net.waiting());
        QVERIFY(stage.settle());
        QVERIFY(stage.session->scene().reports().at(0).values);
        QVERIFY(stage.session->rgba() != before);
        QCOMPARE(stage.background(), size_t{0});
    }

    void aDeepTreeIsSeenFromAfar()
    {
        SyntheticHips hips{temp_.filePath("deep").toStdString(), 9, 9, 64};
        const auto block = sky::cellAt(sky::toDir(Angle::deg(30), Angle::deg(20)), 5);
        for (uint64_t i = 0; i < 256; ++i) hips.only.push_back({9, (block.pix << 8) + i});
        hips.writePictures();
        Stage stage;
        START_OR_SKIP();
        for (const double fov : {180.0, 30.0, 5.0, 0.4}) {
            stage.show(documentOf({hips.folder.string()}, fov));
            QVERIFY2(stage.settle(), qPrintable(QString::number(fov)));
            const size_t drawn = size_t{320} * 200 - stage.background();
            // The block is 1.8 degrees wide; what is seen of it grows with the scale.
            const double pixels = 1.83 / fov * 320;
            QVERIFY2(fov > 1 ? static_cast<double>(drawn) > 0.3 * pixels * pixels && static_cast<double>(drawn) < 3 * pixels * pixels + 30 : drawn == 320 * 200,
                     qPrintable(QString("field %1: %2 pixels").arg(fov).arg(drawn)));
        }
    }
};

QTEST_APPLESS_MAIN(TestSurveyLayer)
#include "test_survey_layer.moc"
