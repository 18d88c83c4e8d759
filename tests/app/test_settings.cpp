#include <QtTest>

#include "app/window/settings.h"

using namespace firmament;
using namespace firmament::window;

class TestSettings : public QObject {
    Q_OBJECT
private slots:
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
        s.leftWidth = 400;
        s.leftWideWidth = 500;
        s.rightWidth = 333;
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
        const auto read = settingsFromJson(R"({"width": 1, "interfacePercent": 100000, "cacheMegabytes": 0, "leftWidth": -5})");
        QVERIFY(read);
        QCOMPARE(read->value.width, 960);
        QCOMPARE(read->value.interfacePercent, 200);
        QCOMPARE(read->value.cacheMegabytes, uint64_t{16});
        QCOMPARE(read->value.leftWidth, 240);
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
