#include <QtTest>

#include "app/window/panel_state.h"

using namespace firmament::window;

class TestPanelState : public QObject {
    Q_OBJECT
    const QRect one_{0, 0, 1920, 1080}, two_{1920, 0, 2560, 1440};
    static void use(std::vector<ScreenLayout>& layouts, const QList<QRect>& screens) { useScreenLayout(layouts, screenLayoutName(screens), screens); }

private slots:
    void aLayoutHasOneName()
    {
        QCOMPARE(screenLayoutName({one_, two_}), std::string("1920x1080+0+0 2560x1440+1920+0"));
        QCOMPARE(screenLayoutName({two_, one_}), screenLayoutName({one_, two_}));
        QCOMPARE(screenLayoutName({QRect(-1280, -20, 1280, 720)}), std::string("1280x720-1280-20"));
    }
    void aMissingScreenBringsItsPanelsBackAndTheyReturnWithIt()
    {
        std::vector<ScreenLayout> layouts;
        use(layouts, {one_, two_});
        PanelState& torn = layouts.front().panels["layers"];
        torn.mode = PanelMode::Torn;
        torn.open = true;
        torn.width = 400;
        torn.window = {2400, 100, 400, 600};
        layouts.front().panels["inspector"].mode = PanelMode::Docked;
        use(layouts, {one_});
        QCOMPARE(layouts.size(), size_t{2});
        QCOMPARE(layouts.front().panels["layers"].mode, PanelMode::Floating);
        QVERIFY(!layouts.front().panels["layers"].open);
        QCOMPARE(layouts.front().panels["layers"].width, 400);
        QCOMPARE(layouts.front().panels["inspector"].mode, PanelMode::Docked);
        use(layouts, {two_, one_});
        QCOMPARE(layouts.size(), size_t{2});
        QCOMPARE(layouts.front().panels["layers"].mode, PanelMode::Torn);
        QCOMPARE(layouts.front().panels["layers"].window, QRect(2400, 100, 400, 600));
    }
    void theListIsShort()
    {
        std::vector<ScreenLayout> layouts;
        for (int i = 0; i < 30; ++i) use(layouts, {QRect(0, 0, 1000 + i, 800)});
        QCOMPARE(layouts.size(), kMaxScreenLayouts);
        QCOMPARE(layouts.front().screens, std::string("1029x800+0+0"));
    }
    void aWindowIsAlwaysWhereItCanBeTakenHoldOf()
    {
        const QRect main(100, 100, 1280, 800);
        const QRect kept(2000, 50, 400, 600);
        QCOMPARE(placeTorn(kept, {312, 500}, main, {one_, two_}), kept);
        for (const QList<QRect>& screens : {QList<QRect>{one_}, QList<QRect>{one_, two_}, QList<QRect>{QRect(0, 0, 1024, 768)}}) {
            for (const QRect& wanted : {QRect(), QRect(9000, 9000, 400, 600), QRect(-390, 0, 400, 600), QRect(100, -590, 400, 600), QRect(0, 5000, 3000, 3000)}) {
                const QRect at = placeTorn(wanted, {312, 500}, main, screens);
                bool inside = false;
                for (const QRect& s : screens) inside = inside || s.contains(at);
                QVERIFY2(inside, qPrintable(QStringLiteral("%1,%2 %3x%4").arg(at.x()).arg(at.y()).arg(at.width()).arg(at.height())));
            }
        }
        QVERIFY(two_.contains(placeTorn({}, {312, 500}, main, {one_, two_}))); // the other screen, where there is one
        QVERIFY(placeTorn({}, {312, 500}, QRect(100, 100, 1280, 800), {one_}).left() > 1380); // beside the window
    }
};

QTEST_APPLESS_MAIN(TestPanelState)
#include "test_panel_state.moc"
