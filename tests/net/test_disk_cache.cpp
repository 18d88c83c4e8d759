#include <QtTest>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <random>
#include <thread>

#include "core/files.h"
#include "net/disk_cache.h"
#include "net_client.h"

using namespace firmament;
using namespace firmament::net;
using firmament::testing::ScratchFolder;

namespace {

CacheEntry entryOf(std::string_view body, int64_t expires = 2000)
{
    CacheEntry e;
    e.status = 200;
    e.finalUrl = "http://h/final";
    e.headers = {{"ETag", "\"1\""}, {"Content-Type", "image/jpeg"}};
    e.stored = 1000;
    e.expires = expires;
    const ByteView bytes = asBytes(body);
    e.body = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
    return e;
}

/// A body that says how it must look: n bytes, each made from n.
std::string patterned(size_t n)
{
    std::string s(n, '\0');
    for (size_t i = 0; i < n; ++i) s[i] = static_cast<char>((n * 31 + i * 7) & 255);
    return s;
}

std::string keyOf(int i) { return "GET http://h/" + std::to_string(i); }

/// What the child does that is killed: writes until the end of the world.
int writeForEver(const char* folder, uint64_t limit)
{
    DiskCache cache(folder, limit);
    std::minstd_rand random(static_cast<unsigned>(::getpid()));
    for (bool first = true;; first = false) {
        cache.write(keyOf(static_cast<int>(random() % 40)), entryOf(patterned(1 + random() % 200000)));
        if (first) std::ofstream(std::filesystem::path(folder) / ("writing-" + std::to_string(::getpid())));
    }
}

pid_t startWriter(const std::filesystem::path& folder, uint64_t limit = 64u << 20)
{
    std::string self = "/proc/self/exe", option = "--write-for-ever", where = folder.string(), bytes = std::to_string(limit);
    char* arguments[] = {self.data(), option.data(), where.data(), bytes.data(), nullptr};
    pid_t pid = -1;
    return ::posix_spawn(&pid, self.c_str(), nullptr, nullptr, arguments, ::environ) == 0 ? pid : -1;
}

} // namespace

class TestDiskCache : public QObject {
    Q_OBJECT
private slots:
    void keepsEverything();
    void emptyBody();
    void unknownIsNothing();
    void replaces();
    void freshUntilExpiry();
    void sameHashOtherRequest();
    void damageIsFound_data();
    void damageIsFound();
    void fileNamesAreOurs();
    void shelvesAreCountedAndClearedApart();
    void moves();
    void staysWithinLimit();
    void longestUnusedGoesFirst();
    void tooLargeIsNotKept();
    void countsWhatOthersWrote();
    void clears();
    void leftOversGo();
    void folderThatCannotBeWritten();
    void manyThreads();
    void killedWhileWriting();
    void theOtherGoesOn();
};

void TestDiskCache::keepsEverything()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    const std::string body = patterned(12345);
    QVERIFY(cache.write("GET http://h/a", entryOf(body)));
    DiskCache other(folder.path(), 1 << 20); // another start of the program
    const auto e = other.read("GET http://h/a");
    QVERIFY(e.has_value());
    QCOMPARE(e->status, 200);
    QCOMPARE(e->finalUrl, std::string("http://h/final"));
    QCOMPARE(e->stored, int64_t{1000});
    QCOMPARE(e->expires, int64_t{2000});
    QVERIFY(e->headers == entryOf("").headers);
    QVERIFY(asText(*e->body) == body);
}

void TestDiskCache::emptyBody()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    CacheEntry missing{404, "", {}, 1000, 1600, std::make_shared<Bytes>()};
    QVERIFY(cache.write("k", missing));
    const auto e = cache.read("k");
    QVERIFY(e && e->negative() && e->body->empty());
}

void TestDiskCache::unknownIsNothing()
{
    ScratchFolder folder;
    DiskCache cache(folder.path() / "not" / "there", 1 << 20);
    QVERIFY(!cache.read("k"));
    cache.remove("k");
    cache.tidy();
    QCOMPARE(cache.bytesUsed(), uint64_t{0});
}

void TestDiskCache::replaces()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    QVERIFY(cache.write("k", entryOf(patterned(20000))));
    const uint64_t used = cache.bytesUsed();
    QVERIFY(used >= 20000 && used < 20000 + 8192);
    QVERIFY(cache.write("k", entryOf("new")));
    QVERIFY(asText(*cache.read("k")->body) == "new");
    QCOMPARE(cache.bytesUsed(), uint64_t{4096});
    cache.remove("k");
    QCOMPARE(cache.bytesUsed(), uint64_t{0});
    QVERIFY(!cache.read("k"));
}

void TestDiskCache::freshUntilExpiry()
{
    const CacheEntry e = entryOf("x", 2000);
    QVERIFY(e.fresh(1000));
    QVERIFY(e.fresh(1999));
    QVERIFY(!e.fresh(2000));
    CacheEntry future = entryOf("x", 2'000'000'000);
    future.stored = 1'000'000'000;
    QVERIFY(!future.fresh(1000)); // the clock was set back
}

void TestDiskCache::sameHashOtherRequest()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    QVERIFY(cache.write("a", entryOf("A")));
    // As if "b" had the hash of "a".
    std::filesystem::create_directories(cache.fileOf("b").parent_path());
    std::filesystem::copy_file(cache.fileOf("a"), cache.fileOf("b"));
    QVERIFY(!cache.read("b"));
    QVERIFY(cache.read("a").has_value());
    QVERIFY(cache.write("b", entryOf("B")));
    QVERIFY(asText(*cache.read("b")->body) == "B");
}

void TestDiskCache::damageIsFound_data()
{
    QTest::addColumn<int>("kind");
    QTest::newRow("cut") << 0;
    QTest::newRow("longer") << 1;
    QTest::newRow("a bit of the body") << 2;
    QTest::newRow("a bit of the head") << 3;
    QTest::newRow("empty") << 4;
    QTest::newRow("not ours") << 5;
    QTest::newRow("zeros at the end") << 6; // what a power cut leaves
    QTest::newRow("enormous length of the head") << 7;
}

void TestDiskCache::damageIsFound()
{
    QFETCH(int, kind);
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    QVERIFY(cache.write("k", entryOf(patterned(5000))));
    const auto file = cache.fileOf("k");
    Bytes b = *readFile(file);
    switch (kind) {
    case 0: b.pop_back(); break;
    case 1: b.push_back(std::byte{0}); break;
    case 2: b[b.size() - 100] ^= std::byte{1}; break;
    case 3: b[40] ^= std::byte{1}; break;
    case 4: b.clear(); break;
    case 5: b.assign(9000, std::byte{'x'}); break;
    case 6: std::fill(b.end() - 3000, b.end(), std::byte{0}); break;
    case 7: std::fill(b.begin() + 12, b.begin() + 16, std::byte{255}); break;
    default: break;
    }
    QVERIFY(writeFileWhole(file, b).has_value());
    QVERIFY(!cache.read("k"));
    QVERIFY(!std::filesystem::exists(file)); // dropped
    QVERIFY(cache.write("k", entryOf("again")));
    QVERIFY(cache.read("k").has_value());
}

void TestDiskCache::fileNamesAreOurs()
{
    ScratchFolder folder;
    DiskCache cache(folder.path() / "cache", 1 << 20);
    for (const char* key : {"GET http://h/../../../etc/passwd", "/etc/passwd", "..", "a/b\nc", ""}) {
        const std::string name = cache.fileOf(key).filename().string();
        QCOMPARE(name.size(), size_t{32});
        QVERIFY(name.find_first_not_of("0123456789abcdef") == std::string::npos);
        QVERIFY(cache.write(key, entryOf(key)));
        QVERIFY(asText(*cache.read(key)->body) == key);
    }
    QVERIFY(std::filesystem::exists(folder.path() / "cache"));
    QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.path()), {}), std::ptrdiff_t{1});
}

void TestDiskCache::shelvesAreCountedAndClearedApart()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    for (int i = 0; i < 5; ++i) QVERIFY(cache.write("[tiles] " + keyOf(i), entryOf(patterned(9000))));
    QVERIFY(cache.write("[surveys] " + keyOf(1), entryOf("properties")));
    QVERIFY(cache.write(keyOf(1), entryOf("plain")));
    QVERIFY(cache.write("[../up] " + keyOf(1), entryOf("no word"))); // no folder outside
    const std::vector<CacheShelf> all{{"other", 8192}, {"surveys", 4096}, {"tiles", 5 * 12288}};
    QVERIFY(cache.shelves() == all);
    QCOMPARE(cache.bytesUsed(), uint64_t{8192 + 4096 + 5 * 12288});
    cache.tidy();
    QVERIFY(cache.shelves() == all); // counted on the disk: the same
    cache.clear("tiles")();
    QVERIFY(!cache.read("[tiles] " + keyOf(2)));
    QVERIFY(asText(*cache.read("[surveys] " + keyOf(1))->body) == "properties");
    QCOMPARE(cache.bytesUsed(), uint64_t{8192 + 4096});
    cache.tidy();
    QCOMPARE(cache.shelves().size(), size_t{2});
}

void TestDiskCache::moves()
{
    ScratchFolder a, b;
    DiskCache cache(a.path(), 1 << 20);
    QVERIFY(cache.write(keyOf(1), entryOf("first")));
    cache.setFolder(b.path());
    cache.tidy();
    QCOMPARE(cache.bytesUsed(), uint64_t{0});
    QVERIFY(!cache.read(keyOf(1)));
    QVERIFY(cache.write(keyOf(1), entryOf("second")));
    cache.setFolder(a.path());
    cache.tidy();
    QVERIFY(cache.bytesUsed() > 0);
    QVERIFY(asText(*cache.read(keyOf(1))->body) == "first");
}

void TestDiskCache::staysWithinLimit()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 400 << 10);
    for (int i = 0; i < 200; ++i) {
        QVERIFY(cache.write(keyOf(i), entryOf(patterned(10000))));
        QVERIFY(cache.bytesUsed() <= cache.limit());
    }
    cache.tidy();
    QVERIFY(cache.bytesUsed() <= cache.limit());
    QVERIFY(cache.bytesUsed() > cache.limit() / 2);
    cache.setLimit(100 << 10);
    cache.tidy();
    QVERIFY(cache.bytesUsed() <= (100u << 10));
}

void TestDiskCache::longestUnusedGoesFirst()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    const auto now = std::filesystem::file_time_type::clock::now();
    for (int i = 0; i < 40; ++i) {
        QVERIFY(cache.write(keyOf(i), entryOf(patterned(10000))));
        std::filesystem::last_write_time(cache.fileOf(keyOf(i)), now - std::chrono::hours(100 - i));
    }
    for (int i = 0; i < 5; ++i) QVERIFY(cache.read(keyOf(i)).has_value()); // used just now
    cache.setLimit(20 * 12288);
    cache.tidy();
    for (int i = 0; i < 5; ++i) QVERIFY(cache.read(keyOf(i)).has_value());
    for (int i = 5; i < 20; ++i) QVERIFY(!cache.read(keyOf(i)));
    for (int i = 35; i < 40; ++i) QVERIFY(cache.read(keyOf(i)).has_value());
}

void TestDiskCache::tooLargeIsNotKept()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 100 << 10);
    QVERIFY(!cache.write("k", entryOf(patterned(50 << 10))));
    QVERIFY(!cache.read("k"));
    QVERIFY(cache.write("k", entryOf(patterned(20 << 10))));
}

void TestDiskCache::countsWhatOthersWrote()
{
    ScratchFolder folder;
    DiskCache one(folder.path(), 1 << 20), two(folder.path(), 1 << 20);
    for (int i = 0; i < 10; ++i) QVERIFY(one.write(keyOf(i), entryOf(patterned(10000))));
    two.tidy();
    QCOMPARE(two.bytesUsed(), one.bytesUsed());
    for (int i = 0; i < 10; ++i) QVERIFY(two.read(keyOf(i)).has_value());
}

void TestDiskCache::clears()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    QVERIFY(cache.write("k", entryOf("x")));
    const auto sweep = cache.clear();
    QVERIFY(!cache.read("k"));
    QCOMPARE(cache.bytesUsed(), uint64_t{0});
    QVERIFY(cache.write("k", entryOf("y"))); // usable before the files are gone
    sweep();
    QVERIFY(asText(*cache.read("k")->body) == "y");
    QCOMPARE(std::distance(std::filesystem::directory_iterator(folder.path()), {}), std::ptrdiff_t{1});
}

void TestDiskCache::leftOversGo()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 1 << 20);
    QVERIFY(cache.write("k", entryOf("x")));
    const auto shard = cache.fileOf("k").parent_path();
    const auto old = shard / ".part-1-1", young = shard / ".part-1-2";
    std::ofstream(old) << "torn";
    std::ofstream(young) << "being written";
    std::filesystem::last_write_time(old, std::filesystem::file_time_type::clock::now() - std::chrono::hours(2));
    std::filesystem::create_directories(folder.path() / "http-old-1-1" / "aa");
    cache.tidy();
    QVERIFY(!std::filesystem::exists(old));
    QVERIFY(std::filesystem::exists(young));
    QVERIFY(!std::filesystem::exists(folder.path() / "http-old-1-1"));
    QVERIFY(cache.read("k").has_value());
}

void TestDiskCache::folderThatCannotBeWritten()
{
    ScratchFolder folder;
    std::ofstream(folder.path() / "file") << "no folder";
    DiskCache cache(folder.path() / "file", 1 << 20);
    QVERIFY(!cache.write("k", entryOf("x")));
    QVERIFY(!cache.read("k"));
    cache.tidy();
    cache.clear()();
}

void TestDiskCache::manyThreads()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 600 << 10);
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (unsigned t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            std::minstd_rand random(t);
            for (int i = 0; i < 300; ++i) {
                const std::string key = keyOf(static_cast<int>(random() % 30));
                const auto what = random() % 10;
                if (what == 0) cache.remove(key);
                else if (what < 5) cache.write(key, entryOf(patterned(1 + random() % 30000)));
                else if (const auto e = cache.read(key); e && asText(*e->body) != patterned(e->body->size())) ++wrong;
                if (random() % 100 == 0) cache.clear()();
            }
        });
    for (auto& t : threads) t.join();
    QCOMPARE(wrong.load(), 0);
    cache.tidy();
    QVERIFY(cache.bytesUsed() <= cache.limit());
}

void TestDiskCache::killedWhileWriting()
{
    ScratchFolder folder;
    DiskCache cache(folder.path(), 64u << 20);
    int whole = 0;
    std::minstd_rand random(7);
    for (int round = 0; round < 12; ++round) {
        const pid_t a = startWriter(folder.path()), b = startWriter(folder.path()); // two programs at once
        QVERIFY(a > 0 && b > 0);
        for (const pid_t pid : {a, b})
            QTRY_VERIFY_WITH_TIMEOUT(std::filesystem::exists(folder.path() / ("writing-" + std::to_string(pid))), 30000);
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 20000));
        for (const pid_t pid : {a, b}) {
            ::kill(pid, SIGKILL);
            int status = 0;
            QCOMPARE(::waitpid(pid, &status, 0), pid);
            QVERIFY(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
        }
        for (int i = 0; i < 40; ++i)
            if (const auto e = cache.read(keyOf(i))) {
                QVERIFY(asText(*e->body) == patterned(e->body->size()));
                ++whole;
            }
    }
    QVERIFY(whole > 0);
    cache.tidy();
    QVERIFY(cache.bytesUsed() <= cache.limit());
}

/// A program writes and reads while others of the same folder are killed beside it.
void TestDiskCache::theOtherGoesOn()
{
    constexpr uint64_t kLimit = 3u << 20, kLargest = 200000;
    constexpr int kRounds = 15;
    ScratchFolder folder;
    DiskCache cache(folder.path(), kLimit);
    std::atomic<bool> stop{false};
    std::atomic<int> wrong{0}, refused{0}, written{0}, found{0};
    std::thread survivor([&] {
        std::minstd_rand random(3);
        while (!stop) {
            const std::string key = keyOf(static_cast<int>(random() % 40));
            if (random() % 2) {
                if (cache.write(key, entryOf(patterned(1 + random() % kLargest)))) ++written;
                else ++refused;
            } else if (const auto e = cache.read(key)) {
                ++found;
                if (asText(*e->body) != patterned(e->body->size())) ++wrong;
            }
        }
    });
    std::minstd_rand random(11);
    bool killed = true;
    for (int round = 0; round < kRounds && killed; ++round) {
        const pid_t pid = startWriter(folder.path(), kLimit);
        const auto began = folder.path() / ("writing-" + std::to_string(pid));
        for (int i = 0; i < 3000 && !std::filesystem::exists(began); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(10));
        std::this_thread::sleep_for(std::chrono::microseconds(random() % 60000));
        ::kill(pid, SIGKILL);
        int status = 0;
        killed = ::waitpid(pid, &status, 0) == pid && WIFSIGNALED(status);
    }
    stop = true;
    survivor.join();
    QVERIFY(killed);
    QCOMPARE(wrong.load(), 0);
    QCOMPARE(refused.load(), 0);
    QVERIFY(written > 0 && found > 0);
    // Each of the killed may leave one file half written; beyond that two programs may each be a limit's worth ahead.
    uint64_t bytes = 0;
    for (const auto& f : std::filesystem::recursive_directory_iterator(folder.path()))
        if (f.is_regular_file()) bytes += f.file_size();
    QVERIFY2(bytes <= 2 * kLimit + kRounds * (kLargest + 4096), qPrintable(QString::number(bytes)));
    cache.tidy();
    QVERIFY(cache.bytesUsed() <= kLimit + kRounds * (kLargest + 4096));
}

int main(int argc, char** argv)
{
    if (argc == 4 && std::string_view(argv[1]) == "--write-for-ever") return writeForEver(argv[2], std::stoull(argv[3]));
    TestDiskCache test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_disk_cache.moc"
