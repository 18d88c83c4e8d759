#include <QTemporaryDir>
#include <QTest>

#include "core/files.h"

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
