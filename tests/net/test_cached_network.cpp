#include <QtTest>

#include <filesystem>
#include <fstream>
#include <future>

#include "net/disk_cache.h"
#include "net/headers.h"
#include "net_client.h"
#include "tests/support/loopback_server.h"

using namespace firmament;
using namespace firmament::net;
using namespace firmament::testing;
using namespace std::chrono_literals;

namespace {

NetOptions withCache(const ScratchFolder& folder)
{
    NetOptions o = quickOptions();
    o.cacheFolder = folder.path();
    return o;
}

/// One text with an ETag that changes with it; counts how often "unchanged" was the answer.
struct Document {
    std::atomic<int> version{1};
    std::atomic<int> unchanged{0};
    std::atomic<const char*> control{"no-cache"};

    HttpReply operator()(const HttpRequest& r)
    {
        const std::string etag = "\"v" + std::to_string(version) + "\"";
        HttpReply reply(200, "version " + std::to_string(version));
        reply.with("ETag", etag).with("Cache-Control", control.load());
        if (r.header("if-none-match") != etag) return reply;
        ++unchanged;
        reply.status = 304;
        reply.body.clear();
        return reply;
    }
};

} // namespace

class TestCachedNetwork : public QObject {
    Q_OBJECT
private slots:
    void freshAnswersCostNothing();
    void headersMakeAnotherAnswer();
    void revalidates();
    void revalidatesByDate();
    void noStore();
    void policies();
    void staleFirst();
    void staleFirstStopsWithItsPending();
    void missingIsRemembered();
    void hiddenIsMissing();
    void missingIsNotForEver();
    void offline();
    void goingOfflineEndsWhatRuns();
    void serverDownGivesStale();
    void portalGivesStale();
    void errorsAreNotKept();
    void keptAnswerMustPleaseToo();
    void secretsAreNotKept();
    void damagedFileIsAskedForAgain();
    void twoPrograms();
    void clearing();
    void bounded();
    void startIsNotDelayed();
    void endWritesWhatWaits();
    void whatIsKept();
};

void TestCachedNetwork::freshAnswersCostNothing()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "tile", "image/jpeg", {{"Cache-Control", "max-age=60"}});
    {
        Client c(withCache(folder));
        QVERIFY(!c.get(server.url("/a"))->fromCache);
        c.settle();
    }
    Client c(withCache(folder)); // another start
    const auto r = c.get(server.url("/a"));
    QCOMPARE(text(r), std::string("tile"));
    QVERIFY(r->fromCache && !r->stale);
    QCOMPARE(*findHeader(r->headers, "content-type"), std::string("image/jpeg"));
    QCOMPARE(r->finalUrl, server.url("/a"));
    QCOMPARE(server.requests(), size_t{1});
    QCOMPARE(c.layer.stats().cacheHits, uint64_t{1});
    QCOMPARE(c.layer.stats().started, uint64_t{0});
}

void TestCachedNetwork::headersMakeAnotherAnswer()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.handle("/", [](const HttpRequest& r) { return HttpReply(200, r.header("range")); });
    Client c(withCache(folder));
    Request r = c.request(server.url("/a"));
    r.headers = {{"Range", "bytes=0-1"}};
    QCOMPARE(text(c.get(r)), std::string("bytes=0-1"));
    c.settle();
    QCOMPARE(text(c.get(server.url("/a"))), std::string());
    r.headers = {{"range", "bytes=0-1"}}; // names have no case
    QVERIFY(c.get(r)->fromCache);
    QCOMPARE(server.requests(), size_t{2});
}

void TestCachedNetwork::revalidates()
{
    ScratchFolder folder;
    LoopbackServer server;
    Document doc;
    server.handle("/a", std::ref(doc));
    Client c(withCache(folder));
    QCOMPARE(text(c.get(server.url("/a"))), std::string("version 1"));
    c.settle();
    const auto same = c.get(server.url("/a"));
    QCOMPARE(text(same), std::string("version 1"));
    QVERIFY(same->fromCache && !same->stale);
    QCOMPARE(same->status, 200);
    QCOMPARE(doc.unchanged.load(), 1);
    c.settle();
    doc.version = 2;
    QCOMPARE(text(c.get(server.url("/a"))), std::string("version 2"));
    c.settle();
    doc.control = "max-age=60"; // the answer 304 makes it fresh again
    QCOMPARE(text(c.get(server.url("/a"))), std::string("version 2"));
    c.settle();
    const size_t before = server.requests();
    QCOMPARE(text(c.get(server.url("/a"))), std::string("version 2"));
    QCOMPARE(server.requests(), before);
}

void TestCachedNetwork::revalidatesByDate()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.handle("/a", [](const HttpRequest& r) {
        const std::string date = "Sat, 04 Nov 2023 22:13:20 GMT";
        HttpReply reply(r.header("if-modified-since") == date ? 304 : 200, "x");
        return reply.with("Last-Modified", date).with("Expires", "0");
    });
    Client c(withCache(folder));
    QVERIFY(c.get(server.url("/a")).has_value());
    c.settle();
    const auto r = c.get(server.url("/a"));
    QCOMPARE(text(r), std::string("x"));
    QVERIFY(r->fromCache);
    QCOMPARE(server.requests(), size_t{2});
}

void TestCachedNetwork::noStore()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "x", "text/plain", {{"Cache-Control", "no-store"}});
    Client c(withCache(folder));
    for (int i = 0; i < 2; ++i) {
        QVERIFY(!c.get(server.url("/a"))->fromCache);
        c.settle();
    }
    QCOMPARE(server.requests(), size_t{2});
    QCOMPARE(c.layer.cacheBytesUsed(), uint64_t{0});
}

void TestCachedNetwork::policies()
{
    ScratchFolder folder;
    LoopbackServer server;
    std::atomic<int> n{0};
    server.handle("/a", [&](const HttpRequest&) { return HttpReply(200, std::to_string(++n)).with("Cache-Control", "max-age=60"); });
    Client c(withCache(folder));
    Request r = c.request(server.url("/a"));
    r.cache = CachePolicy::None;
    QCOMPARE(text(c.get(r)), std::string("1"));
    c.settle();
    r.cache = CachePolicy::Standard; // None left nothing
    QCOMPARE(text(c.get(r)), std::string("2"));
    c.settle();
    QCOMPARE(text(c.get(r)), std::string("2"));
    r.cache = CachePolicy::Refresh;
    QCOMPARE(text(c.get(r)), std::string("3"));
    c.settle();
    r.cache = CachePolicy::Standard; // Refresh stored its answer
    QCOMPARE(text(c.get(r)), std::string("3"));
    r.cache = CachePolicy::None;
    QCOMPARE(text(c.get(r)), std::string("4"));
}

void TestCachedNetwork::staleFirst()
{
    ScratchFolder folder;
    LoopbackServer server;
    Document doc;
    server.handle("/a", std::ref(doc));
    Client c(withCache(folder));
    Request r = c.request(server.url("/a"));
    r.cache = CachePolicy::StaleFirst;
    QCOMPARE(text(c.get(r)), std::string("version 1"));
    c.settle();
    doc.version = 2;
    Asked a = c.ask(r);
    QVERIFY(c.until([&] { return a.done(); }));
    QCOMPARE(text(**a.answer), std::string("version 1")); // at once
    QVERIFY((*a.answer)->value().stale && (*a.answer)->value().fromCache);
    a.pending.reset(); // answered: what happens behind goes on
    QVERIFY(server.waitForRequests(2));
    QVERIFY(c.until([&] { return c.layer.stats().ok == 2; }));
    c.settle();
    QCOMPARE(*a.calls, 1);
    r.cache = CachePolicy::StaleFirst;
    QCOMPARE(text(c.get(r)), std::string("version 2"));
}

void TestCachedNetwork::staleFirstStopsWithItsPending()
{
    ScratchFolder folder;
    LoopbackServer server;
    Document doc;
    server.handle("/a", std::ref(doc));
    Client c(withCache(folder));
    Request r = c.request(server.url("/a"));
    r.cache = CachePolicy::StaleFirst;
    QVERIFY(c.get(r).has_value());
    c.settle();
    Asked a = c.ask(r);
    a.pending.reset();
    c.settle();
    c.here.drain();
    QVERIFY(!a.done());
}

void TestCachedNetwork::missingIsRemembered()
{
    ScratchFolder folder;
    LoopbackServer server;
    Client c(withCache(folder));
    QCOMPARE(c.get(server.url("/a")).error().code, Errc::NotFound);
    c.settle();
    const auto r = c.get(server.url("/a"));
    QCOMPARE(r.error().code, Errc::NotFound);
    QCOMPARE(r.error().http, 404);
    QCOMPARE(server.requests(), size_t{1});
    Request fresh = c.request(server.url("/a"));
    fresh.cache = CachePolicy::Refresh;
    server.serve("/a", "here now");
    QCOMPARE(text(c.get(fresh)), std::string("here now"));
    c.settle();
    QCOMPARE(text(c.get(server.url("/a"))), std::string("here now"));
    QCOMPARE(server.requests(), size_t{2});
}

/// Stores that hide their folders answer 403 for what is not there, some servers 204; who says so takes that as 404.
void TestCachedNetwork::hiddenIsMissing()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.fault("/403", Fault::status(403));
    server.fault("/204", Fault::answer(HttpReply(204)));
    Client c(withCache(folder));
    for (const char* path : {"/403/a", "/204/a"}) {
        Request r = c.request(server.url(path));
        r.hiddenIsMissing = true;
        const auto first = c.get(r);
        QVERIFY(!first);
        QCOMPARE(first.error().code, Errc::NotFound);
        c.settle();
        QCOMPARE(c.get(r).error().code, Errc::NotFound);
        QCOMPARE(server.requests(path), size_t{1});
    }
    // For everybody else 403 is a refusal, asked for each time, and 204 an answer without content.
    QCOMPARE(c.get(server.url("/403/b")).error().code, Errc::Http);
    c.settle();
    QCOMPARE(c.get(server.url("/403/b")).error().http, 403);
    QCOMPARE(server.requests("/403/b"), size_t{2});
    QCOMPARE(c.get(server.url("/204/b"))->status, 204);
}

void TestCachedNetwork::missingIsNotForEver()
{
    ScratchFolder folder;
    LoopbackServer server;
    NetOptions options = withCache(folder);
    options.negativeLifetime = 0s;
    Client c(options);
    QVERIFY(!c.get(server.url("/a")));
    c.settle();
    server.serve("/a", "here now");
    QCOMPARE(text(c.get(server.url("/a"))), std::string("here now"));
}

void TestCachedNetwork::offline()
{
    ScratchFolder folder;
    LoopbackServer server;
    Document doc;
    server.handle("/a", std::ref(doc));
    server.serve("/fresh", "fresh", "text/plain", {{"Cache-Control", "max-age=60"}});
    {
        Client c(withCache(folder));
        QVERIFY(c.get(server.url("/a")).has_value());
        QVERIFY(c.get(server.url("/fresh")).has_value());
        QVERIFY(!c.get(server.url("/missing")));
        c.settle();
    }
    const size_t before = server.requests();
    NetOptions options = withCache(folder);
    options.offline = true;
    Client c(options);
    QVERIFY(c.layer.offline());
    const auto stale = c.get(server.url("/a"));
    QCOMPARE(text(stale), std::string("version 1"));
    QVERIFY(stale->fromCache && stale->stale);
    const auto fresh = c.get(server.url("/fresh"));
    QVERIFY(fresh->fromCache && !fresh->stale);
    QCOMPARE(c.get(server.url("/missing")).error().code, Errc::NotFound);
    const auto unseen = c.get(server.url("/unseen"));
    QCOMPARE(unseen.error().code, Errc::Network);
    QVERIFY2(unseen.error().what.find("offline") != std::string::npos, unseen.error().what.c_str());
    for (const CachePolicy policy : {CachePolicy::StaleFirst, CachePolicy::Refresh}) {
        Request r = c.request(server.url("/a"));
        r.cache = policy;
        QCOMPARE(text(c.get(r)), std::string("version 1"));
    }
    Request post = c.request(server.url("/a"));
    post.method = "POST";
    QCOMPARE(c.get(post).error().code, Errc::Network);
    c.settle();
    QCOMPARE(server.requests(), before);
    QCOMPARE(c.layer.stats().started, uint64_t{0});
    c.layer.setOffline(false);
    QCOMPARE(c.get(server.url("/unseen")).error().code, Errc::NotFound);
}

void TestCachedNetwork::goingOfflineEndsWhatRuns()
{
    LoopbackServer server;
    server.fault("/", Fault::hang());
    Client c;
    std::vector<Asked> all;
    for (int i = 0; i < 10; ++i) all.push_back(c.ask(server.url("/" + std::to_string(i))));
    QVERIFY(server.waitForRequests(6));
    c.layer.setOffline(true);
    QVERIFY(c.until([&] { return std::all_of(all.begin(), all.end(), [](const Asked& a) { return a.done(); }); }));
    for (const Asked& a : all) QCOMPARE((*a.answer)->error().code, Errc::Network);
    QVERIFY(c.until([&] { return c.layer.stats().active == 0; }));
}

void TestCachedNetwork::serverDownGivesStale()
{
    ScratchFolder folder;
    Document doc;
    auto server = std::make_unique<LoopbackServer>();
    server->handle("/a", std::ref(doc));
    const std::string url = server->url("/a");
    NetOptions options = withCache(folder);
    options.hostPause = 60s;
    Client c(options);
    QVERIFY(c.get(url).has_value());
    c.settle();
    server->fault("/", Fault::status(500));
    auto r = c.get(url);
    QVERIFY2(r.has_value(), text(r).c_str());
    QVERIFY(r->stale);
    server->stop();
    for (int i = 0; i < 2; ++i) { // the second time the host is known to be dead
        r = c.get(url);
        QVERIFY2(r.has_value(), text(r).c_str());
        QVERIFY(r->stale && r->fromCache);
    }
    Request fresh = c.request(url);
    fresh.cache = CachePolicy::Refresh; // wants the truth
    QCOMPARE(c.get(fresh).error().code, Errc::Network);
}

void TestCachedNetwork::portalGivesStale()
{
    ScratchFolder folder;
    LoopbackServer server;
    Document doc;
    server.handle("/a", std::ref(doc));
    Client c(withCache(folder));
    Request r = c.request(server.url("/a"));
    r.validate = [](ByteView body) { return asText(body).starts_with("version") ? "" : "HTML page"; };
    QVERIFY(c.get(r).has_value());
    c.settle();
    server.fault("/a", Fault::html());
    const auto got = c.get(r);
    QCOMPARE(text(got), std::string("version 1"));
    QVERIFY(got->stale);
    c.settle();
    server.clearFaults();
    QCOMPARE(text(c.get(r)), std::string("version 1"));
}

void TestCachedNetwork::errorsAreNotKept()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "x");
    server.fault("/a", Fault::answer(HttpReply(403, "no").with("Cache-Control", "max-age=1000")), 1);
    Client c(withCache(folder));
    QCOMPARE(c.get(server.url("/a")).error().http, 403);
    c.settle();
    QCOMPARE(text(c.get(server.url("/a"))), std::string("x"));
}

void TestCachedNetwork::keptAnswerMustPleaseToo()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "JPEG");
    server.fault("/a", Fault::html(), 1);
    Client c(withCache(folder));
    QVERIFY(c.get(server.url("/a")).has_value()); // nobody looked at it, so it was kept
    c.settle();
    Request r = c.request(server.url("/a"));
    r.validate = [](ByteView body) { return asText(body) == "JPEG" ? "" : "HTML page"; };
    QCOMPARE(text(c.get(r)), std::string("JPEG"));
    c.settle();
    QVERIFY(c.get(r)->fromCache);
}

void TestCachedNetwork::secretsAreNotKept()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "mine", "text/plain", {{"Cache-Control", "max-age=60"}, {"Set-Cookie", "id=secret"}});
    Client c(withCache(folder));
    Request r = c.request(server.url("/a"));
    r.headers = {{"Authorization", "Bearer x"}};
    QVERIFY(c.get(r).has_value());
    c.settle();
    QCOMPARE(c.layer.cacheBytesUsed(), uint64_t{0});
    QVERIFY(c.get(server.url("/a")).has_value());
    c.settle();
    const auto kept = c.get(server.url("/a"));
    QVERIFY(kept->fromCache);
    QVERIFY(!findHeader(kept->headers, "Set-Cookie"));
    for (const auto& f : std::filesystem::recursive_directory_iterator(folder.path()))
        if (f.is_regular_file()) {
            const auto others = std::filesystem::perms::group_all | std::filesystem::perms::others_all;
            QVERIFY((f.status().permissions() & others) == std::filesystem::perms::none);
        }
}

void TestCachedNetwork::damagedFileIsAskedForAgain()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "tile", "image/jpeg", {{"Cache-Control", "max-age=60"}});
    Client c(withCache(folder));
    QVERIFY(c.get(server.url("/a")).has_value());
    c.settle();
    const auto file = DiskCache(folder.path(), 1).fileOf("GET " + server.url("/a"));
    QVERIFY(std::filesystem::exists(file));
    std::filesystem::resize_file(file, std::filesystem::file_size(file) - 1);
    const auto r = c.get(server.url("/a"));
    QCOMPARE(text(r), std::string("tile"));
    QVERIFY(!r->fromCache);
}

void TestCachedNetwork::twoPrograms()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.handle("/", [](const HttpRequest& r) { return HttpReply(200, r.path).with("Cache-Control", "max-age=60"); });
    Client one(withCache(folder)), two(withCache(folder));
    for (int i = 0; i < 50; ++i) {
        const std::string path = "/" + std::to_string(i % 20);
        Client& c = i % 2 ? one : two;
        QCOMPARE(text(c.get(server.url(path))), path);
        c.settle();
    }
    QCOMPARE(server.requests(), size_t{20});
}

void TestCachedNetwork::clearing()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "x", "text/plain", {{"Cache-Control", "max-age=60"}});
    Client c(withCache(folder));
    QVERIFY(c.get(server.url("/a")).has_value());
    c.settle();
    QVERIFY(c.layer.cacheBytesUsed() > 0);
    c.layer.clearCache();
    QCOMPARE(c.layer.cacheBytesUsed(), uint64_t{0});
    QVERIFY(!c.get(server.url("/a"))->fromCache);
    QCOMPARE(server.requests(), size_t{2});
}

void TestCachedNetwork::bounded()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/", std::string(10000, 'x'));
    NetOptions options = withCache(folder);
    options.cacheBytes = 300 << 10;
    Client c(options);
    for (int i = 0; i < 60; ++i) QVERIFY(c.get(server.url("/" + std::to_string(i))).has_value());
    c.settle();
    QVERIFY(c.layer.cacheBytesUsed() <= (300u << 10));
    QVERIFY(c.layer.cacheBytesUsed() > (100u << 10));
    c.layer.setCacheLimit(100 << 10);
    QVERIFY(c.until([&] { return c.layer.cacheBytesUsed() <= (100u << 10); }));
}

void TestCachedNetwork::startIsNotDelayed()
{
    // A folder that takes long to count: the layer works meanwhile.
    ScratchFolder folder;
    DiskCache filler(folder.path(), 1u << 30);
    CacheEntry e{200, "", {}, 1000, 2000, std::make_shared<Bytes>(100)};
    for (int i = 0; i < 2000; ++i) QVERIFY(filler.write("k" + std::to_string(i), e));
    LoopbackServer server;
    server.serve("/a", "x");
    const auto begun = std::chrono::steady_clock::now();
    Client c(withCache(folder));
    qInfo("made in %.2f ms", std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begun).count());
    QCOMPARE(text(c.get(server.url("/a"))), std::string("x"));
    c.settle();
    QVERIFY(c.until([&] { return c.layer.cacheBytesUsed() >= 2001 * 4096; }));
    QVERIFY(c.layer.cacheBytesUsed() <= 2002 * 4096); // what came during the count may be counted twice, never not at all
}

void TestCachedNetwork::endWritesWhatWaits()
{
    // A short-lived program ends while its workers are still busy: what it received is kept all the same.
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "x", "text/plain", {{"Cache-Control", "max-age=60"}});
    QueueExecutor here;
    WorkPool work(1);
    struct Busy { // until the end of the test, however it ends
        std::promise<void> over;
        ~Busy() { over.set_value(); }
    } busy;
    work.post(Priority::Urgent, [over = busy.over.get_future().share()] { over.wait(); });
    auto layer = std::make_unique<NetworkLayer>(withCache(folder), work);
    Request r;
    r.url = server.url("/a");
    r.cache = CachePolicy::Refresh; // does not look at the disk first, for which there is no worker
    bool done = false;
    const Pending p = layer->send(r, here, [&](Expected<Response> got) { done = got.has_value(); });
    for (int i = 0; i < 10000 && !done; ++i) here.waitAndDrain(2ms);
    QVERIFY(done);
    QCOMPARE(layer->stats().storing, uint64_t{1});
    layer.reset();
    QVERIFY(DiskCache(folder.path(), 1 << 20).read("GET " + r.url).has_value());
}

void TestCachedNetwork::whatIsKept()
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/a", "body", "text/plain", {{"Cache-Control", "max-age=0"}});
    auto c = std::make_unique<Client>(withCache(folder));
    const KeptAnswers kept = c->layer.kept();
    QVERIFY(!kept.has(server.url("/a")));
    QVERIFY(!kept.read(server.url("/a")));
    QVERIFY(c->get(server.url("/a")).has_value());
    QVERIFY(!c->get(server.url("/missing")).has_value());
    c->settle();
    QVERIFY(kept.has(server.url("/a")));
    QVERIFY(!kept.has(server.url("/missing"))); // remembered, but nothing is there
    QVERIFY(!kept.read(server.url("/missing")));
    // On its shelf, and nowhere else.
    Request tile = c->request(server.url("/a"));
    tile.shelf = "tiles";
    QVERIFY(!kept.has(tile.url, "tiles"));
    QVERIFY(c->get(tile).has_value());
    c->settle();
    QVERIFY(kept.has(tile.url, "tiles") && !kept.has(tile.url, "surveys"));
    QCOMPARE(std::string(asText(*kept.read(tile.url, "tiles"))), std::string("body"));
    const auto asked = server.requests("/a");
    c.reset(); // and after the layer
    QCOMPARE(std::string(asText(*kept.read(server.url("/a")))), std::string("body")); // stale as it is
    QCOMPARE(server.requests("/a"), asked);
}

QTEST_GUILESS_MAIN(TestCachedNetwork)
#include "test_cached_network.moc"
