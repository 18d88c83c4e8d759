// The real program ended by force and started again: the session is there; what is broken is told and kept; two at once do not
// write over each other.
#include <QProcess>
#include <QtTest>

#include <csignal>
#include <filesystem>

#include "core/files.h"
#include "scene/document.h"

using namespace firmament;

class TestRestart : public QObject {
    Q_OBJECT
    QTemporaryDir home_;

    std::filesystem::path home() const { return home_.path().toStdString(); }
    std::filesystem::path session() const { return home() / "data" / "session.json"; }
    QProcessEnvironment environment() const
    {
        QProcessEnvironment e = QProcessEnvironment::systemEnvironment();
        e.insert(QStringLiteral("FIRMAMENT_HOME"), home_.path());
        return e;
    }
    void start(QProcess& p, const QStringList& words = {})
    {
        p.setProcessEnvironment(environment());
        p.start(QStringLiteral(FIRMAMENT_PROGRAM), QStringList{QStringLiteral("--offline")} + words);
        QVERIFY(p.waitForStarted());
    }
    static void killHard(QProcess& p)
    {
        if (p.processId() > 0) ::kill(static_cast<pid_t>(p.processId()), SIGKILL);
        p.waitForFinished(10000);
    }
    static void end(QProcess& p)
    {
        p.terminate();
        if (!p.waitForFinished(10000)) killHard(p);
    }
    std::optional<scene::Document> saved() const
    {
        const auto bytes = readFile(session());
        if (!bytes) return std::nullopt;
        auto read = scene::fromJson(asText(*bytes));
        return read ? std::optional(std::move(read->value)) : std::nullopt;
    }
    static double off(const scene::Document& d, double lon, double lat)
    {
        return sky::separation(sky::toDir(sky::converted(d.view.centre(), sky::Frame::Icrs)), sky::toDir(sky::Angle::deg(lon), sky::Angle::deg(lat))).deg();
    }
    void write(const std::filesystem::path& file, const char* text)
    {
        std::filesystem::create_directories(file.parent_path());
        QVERIFY(writeFileWhole(file, asBytes(std::string_view(text)), Existing::Replace));
    }

private slots:
    void initTestCase()
    {
        if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
    }
    void init() { std::filesystem::remove_all(home() / "data"); }

    void killedByForceItComesBackWhereItWas()
    {
        QProcess first;
        start(first, {QStringLiteral("210.5 -33.25 3deg")});
        QTRY_VERIFY_WITH_TIMEOUT(saved() && off(*saved(), 210.5, -33.25) < 1, 30000);
        killHard(first);
        QCOMPARE(first.exitStatus(), QProcess::CrashExit);
        QVERIFY(saved()); // whole, not half written
        const double fov = saved()->view.fov().deg();
        std::filesystem::remove(home() / "shot.png");
        QProcess again;
        start(again, {QStringLiteral("--screenshot"), QString::fromStdString((home() / "shot.png").string())});
        QVERIFY(again.waitForFinished(60000));
        QCOMPARE(again.exitCode(), 0);
        QVERIFY(std::abs(saved()->view.fov().deg() / fov - 1) < 1e-9); // a picture changes nothing
        QProcess third;
        start(third, {QStringLiteral("10 20")}); // the dead one's lock keeps nobody out
        QTRY_VERIFY_WITH_TIMEOUT(saved() && off(*saved(), 10, 20) < 1, 30000);
        end(third);
    }
    /// The end of a login asks with a signal: what was changed a moment ago is saved, as by the close button.
    void toldToEndItSavesFirst()
    {
        for (const int number : {SIGTERM, SIGHUP, SIGINT}) {
            std::filesystem::remove_all(home() / "data");
            std::filesystem::remove_all(home() / "config");
            QProcess p;
            start(p, {QStringLiteral("12 34 2deg")});
            QTRY_VERIFY_WITH_TIMEOUT(saved() && off(*saved(), 12, 34) < 1, 30000);
            std::filesystem::remove(session());
            QCOMPARE(::kill(static_cast<pid_t>(p.processId()), number), 0);
            QVERIFY(p.waitForFinished(10000));
            QCOMPARE(p.exitStatus(), QProcess::NormalExit);
            QCOMPARE(p.exitCode(), 0);
            QVERIFY(saved());
            QVERIFY(off(*saved(), 12, 34) < 1e-6);
        }
    }
    void aBrokenSessionIsKeptAside()
    {
        write(session(), "{\"format\": \"firmament-session\", \"version\": 1, \"view\": {");
        QProcess p;
        start(p, {QStringLiteral("150 2 1deg")});
        QTRY_VERIFY_WITH_TIMEOUT(saved() && off(*saved(), 150, 2) < 1, 30000); // it runs, and saves again
        end(p);
        const auto aside = readFile(home() / "data" / "session.json.broken");
        QVERIFY(aside);
        QVERIFY(asText(*aside).starts_with("{\"format\""));
        // A second one does not replace the first.
        write(session(), "nothing of the kind");
        QProcess q;
        start(q, {QStringLiteral("151 2 1deg")});
        QTRY_VERIFY_WITH_TIMEOUT(saved() && off(*saved(), 151, 2) < 1, 30000);
        end(q);
        QVERIFY(asText(*readFile(home() / "data" / "session.json.broken")).starts_with("{\"format\""));
        QVERIFY(std::filesystem::exists(home() / "data" / "session.json.broken-2"));
    }
    void brokenSettingsAndBookmarksAreKeptAside()
    {
        write(home() / "config" / "settings.json", "{ theme: dark }");
        write(home() / "config" / "bookmarks.json", "[1, 2");
        QProcess p;
        start(p, {QStringLiteral("152 2 1deg")});
        QTRY_VERIFY_WITH_TIMEOUT(saved() && off(*saved(), 152, 2) < 1, 30000);
        end(p);
        QCOMPARE(asText(*readFile(home() / "config" / "settings.json.broken")), std::string_view("{ theme: dark }"));
        QCOMPARE(asText(*readFile(home() / "config" / "bookmarks.json.broken")), std::string_view("[1, 2"));
    }
    void twoAtOnceDoNotWriteOverEachOther()
    {
        QProcess first, second;
        start(first, {QStringLiteral("100 10 5deg")});
        QTRY_VERIFY_WITH_TIMEOUT(saved() && off(*saved(), 100, 10) < 2, 30000);
        start(second, {QStringLiteral("200 -10 5deg")});
        QTest::qWait(6000); // it would have saved by now
        QVERIFY(saved() && off(*saved(), 100, 10) < 2);
        QCOMPARE(second.state(), QProcess::Running);
        end(second);
        QVERIFY2(off(*saved(), 100, 10) < 2, "the second one's end");
        end(first);
    }
};

QTEST_MAIN(TestRestart)
#include "test_restart.moc"
