#include <QtTest>

#include "app/window/settings_history.h"

using namespace firmament::window;

class TestSettingsHistory : public QObject {
    Q_OBJECT
    static Settings with(const std::function<void(Settings&)>& change, Settings s = {})
    {
        change(s);
        return s;
    }

private slots:
    void takesBackAndDoesAgain()
    {
        SettingsHistory h;
        const Settings a, b = with([](Settings& s) { s.theme = "light"; }), c = with([](Settings& s) { s.offline = true; }, b);
        h.record(a, b, 0);
        h.record(b, c, 5000);
        QCOMPARE(h.undoNames(), std::vector<std::string>{"offline"});
        QVERIFY(h.undo(c) == b);
        QVERIFY(h.undo(b) == a);
        QVERIFY(!h.canUndo());
        QVERIFY(h.undo(a) == a);
        QVERIFY(h.redo(a) == b);
        QVERIFY(h.redo(b) == c);
        QVERIFY(!h.canRedo());
    }
    void oneDragIsOneStep()
    {
        SettingsHistory h;
        Settings now;
        const Settings first = now;
        for (int i = 0; i < 20; ++i) {
            const Settings before = now;
            now.nightBrightness = 60 - i;
            h.record(before, now, i * 30);
        }
        QVERIFY(h.undo(now) == first);
        QVERIFY(!h.canUndo());
    }
    void theWindowsStateIsNoStepAndStaysAsItIs()
    {
        SettingsHistory h;
        Settings a;
        Settings b = a;
        b.leftPanel = "layers";
        b.width = 1800;
        b.recent = {"M 31"};
        h.record(a, b, 0);
        QVERIFY(!h.canUndo());
        Settings c = b;
        c.proxy = "http://p:1";
        h.record(b, c, 10);
        c.width = 1500; // meanwhile
        const Settings back = h.undo(c);
        QVERIFY(back.proxy.empty());
        QCOMPARE(back.width, 1500);
        QCOMPARE(back.leftPanel, std::string("layers"));
    }
    void aClearedListCanComeBack()
    {
        SettingsHistory h;
        Settings a;
        a.recent = {"M 31", "M 33"};
        Settings b = a;
        b.recent.clear();
        h.record(a, b, 0, {"recent"});
        QVERIFY(h.canUndo());
        QVERIFY(h.undo(b) == a);
    }
    void keysAreStepsToo()
    {
        SettingsHistory h;
        Settings a, b;
        b.keys["go.back"] = {"F3"};
        h.record(a, b, 0);
        QCOMPARE(h.undoNames(), std::vector<std::string>{"keys"});
        QVERIFY(h.undo(b) == a);
    }
};

QTEST_APPLESS_MAIN(TestSettingsHistory)
#include "test_settings_history.moc"
