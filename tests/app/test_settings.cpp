#include <QtTest>

#include "app/window/settings.h"

using namespace firmament;
using namespace firmament::window;

class TestSettings : public QObject {
    Q_OBJECT
private slots:
    void whatIsNoProxyIsSaid()
    {
        for (const char* good : {"", "http://proxy.example.org:3128", "proxy:8080", "socks5h://127.0.0.1:1080", "https://user:secret@proxy.example.org/", "http://[::1]:3128", "[::1]", "cache"})
            QVERIFY2(proxyTrouble(good).empty(), good);
        for (const char* bad : {"ftp://proxy:21", "http://", "http://proxy:0", "http://proxy:99999", "proxy:port", "two words", "http://a b:1", ":3128", "http:/proxy:1/x"})
            QVERIFY2(proxyTrouble(bad).find("is no proxy") != std::string::npos, bad);
    }
    void everyFieldComesBack()
    {
        Settings s;
        s.theme = "night";
        s.interfacePercent = 150;
        s.reducedMotion = true;
        s.nightBrightness = 35;
        s.positionFrame = sky::Frame::Galactic;
        s.positionDegrees = true;
        s.reticleAlways = true;
        s.showWelcome = false;
        s.cacheMegabytes = 12345;
        s.cacheFolder = "/tmp/a b/ü";
        s.offline = true;
        s.proxy = "http://proxy:3128";
        s.tileMegabytes = 256;
        s.textureMegabytes = 512;
        s.fadeMs = 100;
        s.keepRecent = false;
        s.autosave = false;
        s.leftPanel = "layers";
        s.rightPanel = true;
        s.touchSize = true;
        s.motionFromSystem = false;
        s.hosts = "a.org = b.org";
        s.keys = {{"go.back", {"F3", "Ctrl+B"}}, {"view.theme", {}}};
        PanelState torn;
        torn.mode = PanelMode::Torn;
        torn.width = 400;
        torn.open = true;
        torn.window = QRect(-5, 20, 400, 600);
        s.layouts = {{"1920x1080+0+0", {{"layers", torn}}}, {"other", {}}};
        s.touchOffered = true;
        s.width = 1700;
        s.height = 1000;
        s.maximised = true;
        s.recent = {"M 31", "/data/hips"};
        s.favourites = {"CDS/P/DSS2/color"};
        const auto back = settingsFromJson(toJson(s));
        QVERIFY(back);
        QVERIFY(back->warnings.empty());
        QVERIFY(back->value == s);
    }
    void nonsenseIsSurvived_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("empty") << QByteArray();
        QTest::newRow("array") << QByteArray("[1,2]");
        QTest::newRow("cut off") << QByteArray("{\"theme\": \"da");
        QTest::newRow("binary") << QByteArray("\xff\xfe\x00\x01", 4);
    }
    void nonsenseIsSurvived()
    {
        QFETCH(QByteArray, text);
        const auto read = settingsFromJson(std::string_view(text.constData(), static_cast<size_t>(text.size())));
        QVERIFY(!read);
        QVERIFY(!read.error().what.empty());
    }
    void wrongKindsAreNamedAndPassedOver()
    {
        const auto read = settingsFromJson(R"({"theme": 5, "width": "wide", "positionFrame": "nowhere", "unknown": [], "height": 900})");
        QVERIFY(read);
        QCOMPARE(read->warnings.size(), size_t{3});
        QCOMPARE(read->value.theme, Settings().theme);
        QCOMPARE(read->value.height, 900);
    }
    void rangesAreEnforced()
    {
        const auto read = settingsFromJson(R"({"width": 1, "interfacePercent": 100000, "cacheMegabytes": 0, "layouts": [{"screens": "x", "panels": {"layers": {"mode": "docked", "width": 5}}}]})");
        QVERIFY(read);
        QCOMPARE(read->value.width, 960);
        QCOMPARE(read->value.interfacePercent, 200);
        QCOMPARE(read->value.cacheMegabytes, uint64_t{16});
        QCOMPARE(read->value.layouts.front().panels.at("layers").width, 240);
        QCOMPARE(read->value.layouts.front().panels.at("layers").mode, PanelMode::Docked);
    }
    void brokenKeysAndPanelsAreNamedOnce_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::newRow("keys are no object") << QByteArray(R"({"keys": [1, 2]})");
        QTest::newRow("lists of other things") << QByteArray(R"({"keys": {"go.back": "F3", "go.forward": [1], "view.theme": ["F4"]}})");
        QTest::newRow("layouts are no list") << QByteArray(R"({"layouts": {"a": 1}})");
        QTest::newRow("a window of letters") << QByteArray(R"({"layouts": [{"screens": "x", "panels": {"layers": {"window": ["a", 1, 2, 3]}}}]})");
    }
    void brokenKeysAndPanelsAreNamedOnce()
    {
        QFETCH(QByteArray, text);
        const auto read = settingsFromJson(std::string_view(text.constData(), static_cast<size_t>(text.size())));
        QVERIFY(read);
        QCOMPARE(read->warnings.size(), size_t{1});
        if (text.contains("view.theme")) QCOMPARE(read->value.keys.at("view.theme"), std::vector<std::string>{"F4"});
    }
    void differencesAreNamedAndTakenOver()
    {
        Settings a, b;
        b.theme = "night";
        b.tileMegabytes = 512;
        b.positionFrame = sky::Frame::Galactic;
        b.leftPanel = "layers";
        const std::vector<std::string> expected{"theme", "tileMegabytes", "positionFrame"};
        QCOMPARE(changedPreferences(a, b), expected);
        copyPreferences(a, b, {"theme", "positionFrame"});
        QCOMPARE(a.theme, std::string("night"));
        QCOMPARE(a.tileMegabytes, Settings().tileMegabytes);
        QCOMPARE(a.positionFrame, sky::Frame::Galactic);
        QVERIFY(a.leftPanel.empty());
    }
    void theRecentListIsShortAndHasNoDoubles()
    {
        std::vector<std::string> recent;
        for (int i = 0; i < 30; ++i) remember(recent, std::to_string(i));
        remember(recent, "15");
        QCOMPARE(recent.size(), kMaxRecent);
        QCOMPARE(recent.front(), std::string("15"));
        QCOMPARE(std::count(recent.begin(), recent.end(), "15"), std::ptrdiff_t{1});
    }
};

QTEST_APPLESS_MAIN(TestSettings)
#include "test_settings.moc"
