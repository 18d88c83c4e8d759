// Blink, swipe and panes: which pixels show what, what is kept in the document, what is asked of the network.
#include <QTemporaryDir>
#include <QtTest>

#include "scene/headless.h"
#include "scene/history.h"
#include "scene/sheets.h"
#include "scene/stacks.h"
#include "tests/scene/folder_transport.h"
#include "tests/support/bitmap_labels.h"
#include "tests/support/solid_hips.h"

using namespace firmament;
using namespace firmament::scene;
using sky::Angle;
using testing::Colour;
using testing::near;

namespace {

constexpr Colour kRed{200, 30, 20}, kGreen{20, 180, 40}, kBlue{30, 40, 210};
constexpr int kWidth = 320, kHeight = 200;
constexpr auto kLong = std::chrono::milliseconds(20000);

LayerState surveyLayer(LayerId id, const std::string& source, const std::string& name)
{
    LayerState layer;
    layer.id = id;
    layer.name = name;
    SurveyState s;
    s.source = source;
    layer.content = s;
    return layer;
}

struct Stage {
    QueueExecutor ui;
    InlineExecutor work;
    FakeClock clock;
    testing::BitmapLabels labels;
    std::unique_ptr<HeadlessSession> session;

    bool start(net::Transport* net = nullptr, double scale = 1)
    {
        SceneEnvironment env;
        env.fadeMs = 0;
        env.net = net;
        env.work = &work;
        env.clock = &clock;
        env.labels = &labels;
        HeadlessOptions options;
        options.scale = scale;
        auto made = HeadlessSession::create(env, ui, options);
        if (!made) return false;
        session = std::move(*made);
        session->scene().setCanvasColours({1, 0, 1, 1}, {1, 1, 1, 1}, {0, 0, 0, 1}, {1, 1, 1, 0.2f});
        return true;
    }
    Scene& scene() { return session->scene(); }
    bool show(const Document& d)
    {
        scene().setDocument(d);
        return session->run(kLong).settled;
    }
    Colour at(int x, int y)
    {
        const auto rgba = session->rgba();
        const size_t i = (static_cast<size_t>(y) * static_cast<size_t>(session->width()) + static_cast<size_t>(x)) * 4;
        return {rgba[i], rgba[i + 1], rgba[i + 2]};
    }
};

#define SKIP_WITHOUT_GL(...) \
    if (!stage.start(__VA_ARGS__)) QSKIP("no OpenGL on this machine")

} // namespace

class TestCompare : public QObject {
    Q_OBJECT
    QTemporaryDir temp_;
    std::string red_, green_, blue_;

    Document three() const
    {
        Document d;
        d.view = sky::SkyView().withSize(kWidth, kHeight).lookingAt({Angle::deg(30), Angle::deg(20), sky::Frame::Icrs}).withFov(Angle::deg(40));
        d.layers = {surveyLayer(1, red_, "Red"), surveyLayer(2, green_, "Green"), surveyLayer(3, blue_, "Blue")};
        d.overlays = {{}, false, false, false, false, false};
        return d;
    }

private slots:
    void initTestCase()
    {
        const std::filesystem::path root = temp_.path().toStdString();
        red_ = testing::writeSolidHips(root / "red", "Red", kRed);
        green_ = testing::writeSolidHips(root / "green", "Green", kGreen);
        blue_ = testing::writeSolidHips(root / "blue", "Blue", kBlue);
    }

    void thePairIsTheSelectedAndTheNextBelow()
    {
        Document d = three();
        QVERIFY((comparedPair(d) == ComparedPair{3, 2}));
        d.compare.layer = 2;
        QVERIFY((comparedPair(d) == ComparedPair{2, 1}));
        d.compare.layer = 1;
        QVERIFY((comparedPair(d) == ComparedPair{1, 0})); // nothing below
        d.compare.layer = 3;
        d.layers[1].visible = false;
        QVERIFY((comparedPair(d) == ComparedPair{3, 1}));
        d.layers[2].visible = false; // the selected one is hidden: the topmost that is seen
        QVERIFY((comparedPair(d) == ComparedPair{1, 0}));
    }

    void swipeShowsBothSides()
    {
        Stage stage;
        SKIP_WITHOUT_GL();
        Document d = three();
        d.compare.mode = CompareMode::Swipe;
        d.compare.layer = 3;
        QVERIFY(stage.show(d));
        QVERIFY(near(stage.at(20, 20), kBlue) && near(stage.at(150, 180), kBlue));
        QVERIFY(near(stage.at(170, 20), kGreen) && near(stage.at(300, 180), kGreen));
        d.compare.divider = 0.25;
        QVERIFY(stage.show(d));
        QVERIFY(near(stage.at(74, 20), kBlue) && near(stage.at(86, 20), kGreen));
        QVERIFY(near(stage.at(80, 20), Colour{255, 255, 255})); // the line itself
        stage.scene().setFreeArea({120, 0, 200, 200});            // the divider keeps to the free area
        QVERIFY(stage.show(d));
        QVERIFY(near(stage.at(160, 20), kBlue) && near(stage.at(180, 20), kGreen));
        d.compare.layer = 2; // below the blue one: nothing to be seen of it on either side
        QVERIFY(stage.show(d));
        QVERIFY(near(stage.at(20, 20), kBlue) && near(stage.at(300, 20), kBlue));
        d.compare.mode = CompareMode::Off;
        QVERIFY(stage.show(d));
        QVERIFY(near(stage.at(80, 20), kBlue) && near(stage.at(300, 20), kBlue));
    }

    void swipeKeepsToPhysicalPixels()
    {
        Stage stage;
        SKIP_WITHOUT_GL(nullptr, 2);
        Document d = three();
        d.compare.mode = CompareMode::Swipe;
        QVERIFY(stage.show(d));
        QCOMPARE(stage.session->width(), 2 * kWidth);
        QVERIFY(near(stage.at(310, 40), kBlue) && near(stage.at(330, 40), kGreen));
    }

    void blinkAlternatesWithoutNewRequests()
    {
        testing::FolderTransport net("http://blue.test/hips", blue_);
        Stage stage;
        SKIP_WITHOUT_GL(&net);
        Document d = three();
        std::get<SurveyState>(d.layers[2].content).source = "http://blue.test/hips";
        d.compare.mode = CompareMode::Blink;
        d.compare.layer = 3;
        QVERIFY(stage.show(d));
        QVERIFY(near(stage.at(160, 100), kBlue));
        const size_t asked = net.asked;
        QVERIFY(asked > 0);
        for (int i = 0; i < 6; ++i) {
            stage.scene().setBlinkBelow(i % 2 == 0);
            const auto stats = stage.session->frame();
            QVERIFY(stats.has_value());
            QCOMPARE(stats->uploads, 0);
            QVERIFY(near(stage.at(160, 100), i % 2 == 0 ? kGreen : kBlue));
            QVERIFY(stage.scene().settled());
        }
        QCOMPARE(net.asked, asked);
    }

    void panesShowTheirOwnStacksOfTheSamePlace()
    {
        Stage stage;
        SKIP_WITHOUT_GL();
        Document d = three();
        setPaneCount(d, 4);
        QCOMPARE(d.panes.size(), size_t{4});
        QVERIFY(stage.show(d));
        const auto frames = paneFrames({0, 0, kWidth, kHeight}, 4);
        const auto middle = [&](size_t i) { return Eigen::Vector2d(frames[i].sky.x + frames[i].sky.w / 2, frames[i].sky.y + frames[i].sky.h / 2); };
        const Colour expected[] = {kBlue, kGreen, kRed, kRed}; // each has one survey less, as long as there are two
        for (size_t i = 0; i < 4; ++i) {
            QVERIFY2(near(stage.at(static_cast<int>(middle(i).x()), static_cast<int>(middle(i).y())), expected[i]), qPrintable(QString::number(i)));
            // The middle of every pane is the middle of the view.
            const Eigen::Vector2d p = stage.scene().viewPixel(middle(i), i);
            QVERIFY(std::abs(p.x() - kWidth / 2.0) < 1e-9 && std::abs(p.y() - kHeight / 2.0) < 1e-9);
            QCOMPARE(stage.scene().paneAt(middle(i)), i);
        }
        QVERIFY(!near(stage.at(static_cast<int>(frames[0].title.x) + 3, 20), kBlue)); // a title lies over it
        // The active one has a line in the accent on top.
        QVERIFY(near(stage.at(40, 0), Colour{0x7D, 0xB8, 0xFF}));
        QVERIFY(!near(stage.at(static_cast<int>(frames[1].title.x) + 40, 0), Colour{0x7D, 0xB8, 0xFF}));
        // All layers of all panes have their credit.
        QCOMPARE(stage.scene().credits().size(), size_t{3});
        // The reports are those of the active pane.
        QCOMPARE(stage.scene().reports().size(), size_t{3});
    }

    /// The picture of a pane is that part of the view that lies around its centre.
    void aPaneIsAPieceOfTheView()
    {
        const Document d = three();
        Document panes = d;
        setPaneCount(panes, 2);
        const Sheets sheets = sheetsOf(panes, {60, 10, 260, 180}, false);
        QCOMPARE(sheets.sheets.size(), size_t{2});
        QVERIFY(std::abs(sheets.view.pixelScale().rad() / d.view.pixelScale().rad() - 1) < 1e-9);
        const auto& s = sheets.sheets[1];
        const Eigen::Vector2d inPane(17, 33), onCanvas = inPane + Eigen::Vector2d(s.place.x, s.place.y);
        const Eigen::Vector2d inView = inPane - Eigen::Vector2d(s.place.w / 2, s.place.h / 2) + Eigen::Vector2d(kWidth / 2.0, kHeight / 2.0);
        const auto a = sheets.view.directionAt(inPane, sky::Frame::Icrs), b = d.view.directionAt(inView, sky::Frame::Icrs);
        QVERIFY(a && b && sky::separation(*a, *b).rad() < 1e-9);
        QVERIFY(onCanvas.x() > 190);
        // Both panes are of one size and lie inside the free area.
        QCOMPARE(sheets.sheets[0].place.w, s.place.w);
        QVERIFY(s.place.x + s.place.w <= 320 && s.place.y + s.place.h <= 190);
    }

    void panesShareWhatIsTheSame()
    {
        testing::FolderTransport net("http://red.test/hips", red_);
        Stage stage;
        SKIP_WITHOUT_GL(&net);
        Document d = three();
        for (auto& layer : d.layers) std::get<SurveyState>(layer.content).source = "http://red.test/hips";
        d.layers.resize(1);
        setPaneCount(d, 2);
        QVERIFY(stage.show(d));
        const size_t asked = net.asked;
        activatePane(d, 1);
        d.layers[0].opacity = 0; // a pane of its own: the other one keeps it
        QVERIFY(stage.show(d));
        QCOMPARE(net.asked, asked);
        const auto frames = paneFrames({0, 0, kWidth, kHeight}, 2);
        QVERIFY(near(stage.at(static_cast<int>(frames[0].sky.x) + 30, 100), kRed));
        QVERIFY(near(stage.at(static_cast<int>(frames[1].sky.x) + 30, 100), Colour{255, 0, 255}));
    }

    void activePanesSwapTheirLayers()
    {
        Document d = three();
        setPaneCount(d, 2);
        const auto first = d.layers, second = stackOf(d, 1);
        QVERIFY(!(first == second));
        activatePane(d, 1);
        QVERIFY(d.layers == second && stackOf(d, 0) == first && stackOf(d, 1) == second);
        QVERIFY(d.panes[1].layers.empty());
        setPaneCount(d, 1);
        QVERIFY(d.panes.empty() && d.layers == second && d.compare.mode == CompareMode::Off);
        QCOMPARE(d.compare.active, 0u);
        // From four to two the active one stays.
        d = three();
        setPaneCount(d, 4);
        activatePane(d, 3);
        const auto fourth = d.layers;
        setPaneCount(d, 2);
        QCOMPARE(paneCount(d), size_t{2});
        QVERIFY(d.compare.active < 2);
    }

    void comparisonIsUndoneAndSaved()
    {
        History history(three());
        history.apply("Swipe", [](Document& d) { d.compare.mode = CompareMode::Swipe; });
        history.apply("Divider", [](Document& d) { d.compare.divider = 0.3; }, "divider");
        history.apply("Divider", [](Document& d) { d.compare.divider = 0.4; }, "divider");
        history.amend([](Document& d) { d.compare.layer = 2; });
        history.endMerge();
        history.undo();
        QCOMPARE(history.document().compare.divider, 0.5);
        QVERIFY(history.document().compare.mode == CompareMode::Swipe);
        history.undo();
        QVERIFY(history.document() == three());
        QVERIFY(!history.canUndo()); // what follows the eye is no step

        Document d = three();
        setPaneCount(d, 4);
        activatePane(d, 2);
        d.compare.blinkHz = 3.5;
        d.compare.divider = 0.7;
        const auto read = fromJson(toJson(d));
        QVERIFY(read.has_value());
        QVERIFY2(read->warnings.empty(), read->warnings.empty() ? "" : read->warnings[0].c_str());
        QVERIFY(read->value == d);
    }

    void oddSessionsAreRead()
    {
        const std::string head = R"({"format": "firmament-session", "version": 1, "layers": [{"kind": "stars", "id": 4}], )";
        const auto old = fromJson(head + R"("overlays": {}})");
        QVERIFY(old.has_value() && old->warnings.empty());
        QVERIFY(old->value.compare == CompareState{} && old->value.panes.empty() && old->value.groups.empty());
        for (const char* compare : {R"({"mode": "panes"})", R"({"mode": "panes", "panes": [{}]})", R"({"mode": "panes", "panes": 7})", R"({"mode": "sideways"})", R"(3)"}) {
            const auto read = fromJson(head + "\"compare\": " + compare + "}");
            QVERIFY2(read.has_value() && !read->warnings.empty(), compare);
            QVERIFY2(read->value.compare.mode == CompareMode::Off && read->value.panes.empty(), compare);
        }
        const auto odd = fromJson(head + R"("compare": {"mode": "panes", "active": 9, "blink_hz": 40, "divider": -3, "panes": [{"layers": [{"kind": "stars", "id": 4}, {"kind": "stars", "id": 4}]}, 5]}})");
        QVERIFY(odd.has_value() && !odd->warnings.empty());
        QCOMPARE(odd->value.compare.active, 1u);
        QCOMPARE(odd->value.compare.blinkHz, kFastestBlink);
        QCOMPARE(odd->value.compare.divider, kDividerLow);
        QVERIFY(odd->value.panes[0].layers[0].id != odd->value.panes[0].layers[1].id);
    }

    void groupsStayTogether()
    {
        Document d = three();
        d.layers.push_back(surveyLayer(4, red_, "Again"));
        d.groups = {{1, "Colours", false}, {2, "Nobody", true}};
        d.layers[0].group = 1;
        d.layers[2].group = 1;
        d.layers[3].group = 9;
        tidyGroups(d);
        const auto ids = [&] {
            std::vector<LayerId> out;
            for (const auto& l : d.layers) out.push_back(l.id);
            return out;
        };
        QVERIFY((ids() == std::vector<LayerId>{2, 1, 3, 4})); // gathered at the topmost member
        QCOMPARE(d.groups.size(), size_t{1});
        QCOMPARE(d.layers[3].group, GroupId{0});
        placeLayer(d, 4, 2, 1); // into the group, between its members
        QVERIFY((ids() == std::vector<LayerId>{2, 1, 4, 3}));
        QCOMPARE(d.find(4)->group, GroupId{1});
        placeGroup(d, 1, 0);
        QVERIFY((ids() == std::vector<LayerId>{1, 4, 3, 2}));
        const auto read = fromJson(toJson(d));
        QVERIFY(read.has_value() && read->warnings.empty() && read->value == d);
        placeLayer(d, 1, 3, 0);
        placeLayer(d, 4, 3, 0);
        placeLayer(d, 3, 3, 0);
        QVERIFY(d.groups.empty()); // no members left
    }
};

QTEST_APPLESS_MAIN(TestCompare)
#include "test_compare.moc"
