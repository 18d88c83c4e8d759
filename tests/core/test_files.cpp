#include <QTemporaryDir>
#include <QTest>

#include <thread>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/files.h"
#include "core/streams.h"

using namespace firmament;
namespace fs = std::filesystem;

class TestFiles : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    fs::path at(const char* name) const { return fs::path(folder_.path().toStdString()) / name; }

private slots:
    void writesAndReadsBack()
    {
        QVERIFY(writeFileWhole(at("a"), asBytes("hello")));
        const auto read = readFile(at("a"));
        QVERIFY(read);
        QCOMPARE(std::string(asText(*read)), std::string("hello"));
        int files = 0;
        for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder_.path().toStdString())) ++files;
        QCOMPARE(files, 1); // nothing is left beside it
    }
    void refusesToOverwrite()
    {
        QVERIFY(writeFileWhole(at("b"), asBytes("one")));
        const auto second = writeFileWhole(at("b"), asBytes("two"), Existing::Refuse);
        QVERIFY(!second);
        QCOMPARE(second.error().code, Errc::Usage);
        QCOMPARE(std::string(asText(*readFile(at("b")))), std::string("one"));
    }
    void namesWhatIsMissing()
    {
        const auto read = readFile(at("none"));
        QVERIFY(!read);
        QCOMPARE(read.error().code, Errc::NotFound);
        QVERIFY(read.error().text().find("none") != std::string::npos);
    }
    void boundsTheSize()
    {
        QVERIFY(writeFileWhole(at("c"), asBytes("0123456789")));
        const auto read = readFile(at("c"), 5);
        QVERIFY(!read);
        QCOMPARE(read.error().code, Errc::TooLarge);
    }
    void aFolderIsNotAFile()
    {
        const auto read = readFile(folder_.path().toStdString());
        QVERIFY(!read);
    }
    void failsWithoutAFolder()
    {
        QVERIFY(!writeFileWhole(at("no/such/file"), asBytes("x")));
    }
    void aLinkStaysALink()
    {
        QVERIFY(writeFileWhole(at("real"), asBytes("old")));
        fs::create_symlink(at("real"), at("link"));
        QVERIFY(writeFileWhole(at("link"), asBytes("new")));
        QVERIFY(fs::is_symlink(at("link")));
        QCOMPARE(std::string(asText(*readFile(at("real")))), std::string("new"));
    }
    /// Renamed over, a device would be gone for everybody.
    void devicesAreWrittenInto()
    {
        QVERIFY(writeFileWhole("/dev/null", asBytes("x")));
        QVERIFY(fs::is_character_file("/dev/null"));
        const auto full = writeFileWhole("/dev/full", asBytes("x"));
        QVERIFY(!full && full.error().text().find("/dev/full") != std::string::npos);
        QVERIFY(!writeFileWhole(folder_.path().toStdString(), asBytes("x")));
    }
    /// What is open already is gone on with, a file behind it is not replaced: `--stats /dev/stdout >> log`.
    void openStreamsAreContinued()
    {
        QVERIFY(writeFileWhole(at("log"), asBytes("one ")));
        const int fd = open(at("log").c_str(), O_WRONLY | O_APPEND);
        QVERIFY(fd >= 0);
        const std::string name = "/dev/fd/" + std::to_string(fd);
        QVERIFY(isStream(name));
        QVERIFY(writeFileWhole(name, asBytes("two"), Existing::Refuse));
        ::close(fd);
        QCOMPARE(std::string(asText(*readFile(at("log")))), std::string("one two"));
        QVERIFY(isStream("/dev/stdout") && isStream("/dev/null"));
        QVERIFY(!isStream(at("log")) && !isStream(at("none")) && !isStream(folder_.path().toStdString()) && !isStream("/dev/fd/x"));
    }
    void pipesAreRead()
    {
        const std::string name = at("pipe").string(), long_(200000, 'x');
        QCOMPARE(mkfifo(name.c_str(), 0600), 0);
        std::thread writer([&] { QVERIFY(writeFileWhole(name, asBytes(long_))); });
        const auto read = readFile(name);
        writer.join();
        QVERIFY(read);
        QCOMPARE(read->size(), long_.size());
        QCOMPARE(readFile("/dev/zero", 1000).error().code, Errc::TooLarge);
    }
    void pathsFollowTheEnvironment()
    {
        qputenv("FIRMAMENT_HOME", "/somewhere");
        QCOMPARE(UserPaths::fromEnvironment().cache, fs::path("/somewhere/cache"));
        qunsetenv("FIRMAMENT_HOME");
        qputenv("XDG_CACHE_HOME", "/x/cache");
        QCOMPARE(UserPaths::fromEnvironment().cache, fs::path("/x/cache/firmament"));
        qputenv("XDG_CACHE_HOME", "relative");
        QVERIFY(UserPaths::fromEnvironment().cache.is_absolute());
    }
};

QTEST_APPLESS_MAIN(TestFiles)
#include "test_files.moc"
