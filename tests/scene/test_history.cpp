#include <QtTest>

#include "scene/history.h"

using namespace firmament;
using namespace firmament::scene;
using sky::Angle;

class TestHistory : public QObject {
    Q_OBJECT
    static void setOpacity(History& h, double v, const std::string& key = {})
    {
        h.apply("Opacity", [v](Document& d) { d.layers[0].opacity = v; }, key);
    }
private slots:
    void undoAndRedo()
    {
        History h(firstStart());
        int changes = 0;
        h.onChange = [&] { ++changes; };
        QVERIFY(!h.canUndo() && !h.canRedo());
        setOpacity(h, 0.5);
        h.apply("Hide", [](Document& d) { d.layers[1].visible = false; });
        QCOMPARE(h.undoLabel(), std::string("Hide"));
        h.undo();
        QVERIFY(h.document().layers[1].visible);
        QCOMPARE(h.redoLabel(), std::string("Hide"));
        h.undo();
        QCOMPARE(h.document().layers[0].opacity, 1.0);
        QVERIFY(!h.canUndo());
        h.undo();
        h.redo();
        QCOMPARE(h.document().layers[0].opacity, 0.5);
        setOpacity(h, 0.2); // a new step ends what could be redone
        QVERIFY(!h.canRedo());
        QCOMPARE(changes, 6);
    }
    void nothingChangedIsNoStep()
    {
        History h(firstStart());
        h.apply("Nothing", [](Document&) {});
        QVERIFY(!h.canUndo());
    }
    void sliderIsOneStep()
    {
        History h(firstStart());
        for (int i = 9; i > 0; --i) setOpacity(h, i / 10.0, "opacity 1");
        h.endMerge();
        setOpacity(h, 0.05, "opacity 1");
        h.undo();
        QVERIFY(std::abs(h.document().layers[0].opacity - 0.1) < 1e-12);
        h.undo();
        QCOMPARE(h.document().layers[0].opacity, 1.0);
        QVERIFY(!h.canUndo());
        // Another key, or none, does not merge.
        setOpacity(h, 0.5, "a");
        setOpacity(h, 0.4, "b");
        setOpacity(h, 0.3);
        setOpacity(h, 0.2);
        for (int i = 0; i < 4; ++i) h.undo();
        QCOMPARE(h.document().layers[0].opacity, 1.0);
        // Dragged back to where it began: no step is left.
        setOpacity(h, 0.5, "c");
        setOpacity(h, 1.0, "c");
        QVERIFY(!h.canUndo());
        QCOMPARE(h.document().layers[0].opacity, 1.0);
    }
    void undoKeepsTheView()
    {
        History h(firstStart());
        setOpacity(h, 0.5);
        const auto there = h.document().view.lookingAt({Angle::deg(10), Angle::deg(41), sky::Frame::Icrs});
        h.setView(there);
        h.undo();
        QVERIFY(h.document().view == there);
        QCOMPARE(h.document().layers[0].opacity, 1.0);
        h.setView(there.withFov(Angle::deg(1)));
        h.redo();
        QVERIFY(h.document().view == there.withFov(Angle::deg(1)));
        // A change of the view alone is no step.
        h.apply("Look", [](Document& d) { d.view = d.view.withFov(Angle::deg(7)); });
        QCOMPARE(h.undoLabel(), std::string("Opacity"));
    }
    void undoLeavesAPlanet()
    {
        History h(firstStart());
        const auto skyView = h.document().view;
        h.apply("Add the Moon", [](Document& d) {
            d.layers.push_back(d.layers[0]);
            d.layers.back().id = d.freeId();
            d.view = sky::SkyView().withFrame(sky::Frame::Body);
        });
        QCOMPARE(h.document().view.frame(), sky::Frame::Body);
        h.undo();
        QVERIFY(h.document().view == skyView);
        h.redo();
        QCOMPARE(h.document().view.frame(), sky::Frame::Body);
    }
    void backAndForward()
    {
        History h(firstStart());
        const auto a = h.document().view;
        const auto b = a.lookingAt({Angle::deg(10), Angle::deg(41), sky::Frame::Icrs});
        const auto c = b.withFov(Angle::deg(2));
        QVERIFY(!h.canGoBack());
        for (double f = 90; f > 50; --f) h.setView(a.withFov(Angle::deg(f))); // a flight: no places on the way
        h.setView(b);
        h.markView();
        h.markView(); // twice the same is once
        h.setView(c);
        h.markView();
        h.goBack();
        QVERIFY(h.document().view == b);
        h.goBack();
        QVERIFY(h.document().view == a);
        QVERIFY(!h.canGoBack() && h.canGoForward());
        h.goForward();
        h.goForward();
        QVERIFY(h.document().view == c);
        QVERIFY(!h.canGoForward());
        h.goBack();
        // The window was resized meanwhile: the place comes back, not the shape.
        h.setView(h.document().view.withSize(500, 400));
        h.goBack();
        QCOMPARE(h.document().view.width(), 500);
        QVERIFY(!h.canUndo());
    }
    void openingASessionClears()
    {
        History h(firstStart());
        setOpacity(h, 0.5);
        h.setView(h.document().view.withFov(Angle::deg(1)));
        h.markView();
        h.replaceAll(Document{});
        QVERIFY(!h.canUndo() && !h.canGoBack() && h.document() == Document{});
    }
};

QTEST_APPLESS_MAIN(TestHistory)
#include "test_history.moc"
