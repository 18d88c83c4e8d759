#include <QtTest>

#include "app/window/panel_layout.h"

using namespace firmament::window;

class TestPanelLayout : public QObject {
    Q_OBJECT
private slots:
    void nothingOpenLeavesTheWholeCanvas()
    {
        LayoutWish w;
        w.canvas = {1540, 928};
        const Layout l = layOut(w, 1600);
        QCOMPARE(l.freeArea, QRect(0, 0, 1540, 928));
        QVERIFY(l.left.isNull() && l.right.isNull() && l.tools.isNull());
    }
    void bothPanelsLieEightPixelsFromTheEdges()
    {
        LayoutWish w;
        w.canvas = {1540, 928};
        w.left = {true, 312, 600};
        w.right = {true, 316, 5000};
        w.tools = {40, 180};
        const Layout l = layOut(w, 1600);
        QCOMPARE(l.left, QRect(8, 8, 312, 600));
        QCOMPARE(l.right, QRect(1540 - 8 - 316, 8, 316, 928 - 16)); // as tall as the content, at most the free height
        QCOMPARE(l.freeArea.left(), 8 + 312 + 8);
        QCOMPARE(l.freeArea.right() + 1, 1540 - 8 - 316 - 8);
        QCOMPARE(l.tools.right() + 1, l.right.left() - 8); // beside the panel, in the free area
        QVERIFY(l.freeArea.contains(l.tools));
    }
    void dockedPanelsReachFromEdgeToEdge()
    {
        LayoutWish w;
        w.canvas = {1540, 928};
        w.left = {true, 312, 200, true};
        w.right = {true, 316, 200, true};
        w.tools = {40, 180};
        const Layout l = layOut(w, 1600);
        QCOMPARE(l.left, QRect(0, 0, 312, 928));
        QCOMPARE(l.right, QRect(1540 - 316, 0, 316, 928));
        QCOMPARE(l.freeArea, QRect(312, 0, 1540 - 312 - 316, 928)); // ends at the panels
        QVERIFY(l.leftDocked && l.rightDocked && l.freeArea.contains(l.tools));
    }
    void twoDockedPanelsStayTogetherBelow1280()
    {
        LayoutWish w;
        w.canvas = {1140, 700};
        w.left = {true, 312, 600, true};
        w.right = {true, 316, 600, true};
        QVERIFY(!layOut(w, 1200).left.isNull() && !layOut(w, 1200).right.isNull());
        w.right.docked = false;
        QVERIFY(layOut(w, 1200).rightGaveWay);
        w.right.docked = true;
        const Layout narrow = layOut(w, 1099); // overlays: one at a time, and none is docked
        QVERIFY(narrow.rightGaveWay && !narrow.leftDocked);
        QCOMPARE(narrow.left.topLeft(), QPoint(8, 8));
    }
    void widePanelsNeverMeet()
    {
        for (int window = 1100; window < 1900; window += 23) {
            for (bool docked : {false, true}) {
                LayoutWish w;
                w.canvas = {window - 60, 700};
                w.left = {true, 640, 600, docked};
                w.right = {true, 640, 600, docked};
                w.tools = {40, 180};
                const Layout l = layOut(w, window);
                QVERIFY2(l.left.isNull() || l.right.isNull() || l.freeArea.width() >= kLeastFreeWidth, qPrintable(QString::number(window)));
                QVERIFY(!l.left.intersects(l.right) && !l.tools.intersects(l.left) && !l.tools.intersects(l.right));
            }
        }
    }
    void below1280OnePanelGivesWay_data()
    {
        QTest::addColumn<int>("window");
        QTest::addColumn<bool>("rightLast");
        QTest::newRow("the right one came last") << 1279 << true;
        QTest::newRow("the left one came last") << 1200 << false;
    }
    void below1280OnePanelGivesWay()
    {
        QFETCH(int, window);
        QFETCH(bool, rightLast);
        LayoutWish w;
        w.canvas = {window - 60, 700};
        w.left = {true, 312, 600};
        w.right = {true, 316, 600};
        w.rightOpenedLast = rightLast;
        const Layout l = layOut(w, window);
        QCOMPARE(l.left.isNull(), rightLast);
        QCOMPARE(l.right.isNull(), !rightLast);
        QCOMPARE(l.leftGaveWay, rightLast);
        QCOMPARE(l.rightGaveWay, !rightLast);
    }
    void below1100ThePanelLiesOverTheSky()
    {
        LayoutWish w;
        w.canvas = {900, 528};
        w.left = {true, 312, 400};
        const Layout l = layOut(w, 960);
        QVERIFY(!l.left.isNull());
        QCOMPARE(l.freeArea, QRect(0, 0, 900, 528));
    }
    void hidingPanelsGivesEverythingBack()
    {
        LayoutWish w;
        w.canvas = {1540, 928};
        w.left = {true, 312, 600};
        w.tools = {40, 180};
        w.panelsHidden = true;
        const Layout l = layOut(w, 1600);
        QVERIFY(l.left.isNull() && l.tools.isNull());
        QCOMPARE(l.freeArea, QRect(0, 0, 1540, 928));
    }
    void nothingIsEverLargerThanTheCanvas()
    {
        for (int width = 100; width < 2000; width += 37) {
            LayoutWish w;
            w.canvas = {width, width / 2};
            w.left = {true, 640, 3000};
            w.right = {true, 640, 3000};
            w.tools = {40, 400};
            const Layout l = layOut(w, width + 60);
            const QRect canvas(QPoint(0, 0), w.canvas);
            for (const QRect& r : {l.left, l.right, l.tools})
                if (!r.isEmpty()) QVERIFY2(canvas.contains(r), qPrintable(QString::number(width)));
        }
    }
    void theOmniboxShrinks()
    {
        QCOMPARE(omniboxWidth(1600), 520);
        QCOMPARE(omniboxWidth(1279), 320);
    }
};

QTEST_APPLESS_MAIN(TestPanelLayout)
#include "test_panel_layout.moc"
