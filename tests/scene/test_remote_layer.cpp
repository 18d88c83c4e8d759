// Surveys on servers as layers: copies shown offline, low orders that are missing, several that fail side by side.
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <ctime>
#include <set>

#include "net/disk_cache.h"
#include "net/network.h"
#include "scene/headless.h"
#include "tests/support/loopback_server.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::scene;
using namespace std::chrono_literals;
using sky::Angle;
using testing::Fault;
using testing::LoopbackServer;
using testing::SyntheticHips;

namespace {

constexpr int64_t kDay = 86400;

/// "18 Nov", with the year when that is another, by the C library.
std::string dayOf(int64_t when)
{
    const std::time_t then = when, now = std::time(nullptr);
    std::tm a{}, b{};
    localtime_r(&then, &a);
    localtime_r(&now, &b);
    char text[40];
    std::strftime(text, sizeof text, a.tm_year == b.tm_year ? "%e %b" : "%e %b %Y", &a);
    return text[0] == ' ' ? text + 1 : text;
}

struct Window {
    QueueExecutor ui;
    WorkPool work{2};
    FakeClock clock;
    std::unique_ptr<net::NetworkLayer> net;
    std::unique_ptr<HeadlessSession> session; // before the network it uses
    std::vector<Message> messages;

    static net::NetOptions options(const QString& cache)
    {
        net::NetOptions o;
        o.cacheFolder = cache.toStdString();
        o.retryDelay = 10ms;
        o.hostPause = 100ms;
        o.longestRetryAfter = 1s;
        return o;
    }
    bool start(net::NetOptions o)
    {
        net = std::make_unique<net::NetworkLayer>(std::move(o), work);
        SceneEnvironment env;
        env.work = &work;
        env.net = net.get();
        env.clock = &clock;
        env.fadeMs = 0;
        auto made = HeadlessSession::create(env, ui);
        if (!made) return false;
        session = std::move(*made);
        session->scene().setCanvasColours({1, 0, 1, 1}, {1, 1, 1, 1}, {0, 0, 0, 1}, {1, 1, 1, 0.2f}); // no tile is magenta
        session->scene().onMessage = [this](const Message& m) { messages.push_back(m); };
        return true;
    }
    ~Window() { session.reset(); }
    bool show(const Document& d)
    {
        session->scene().setDocument(d);
        return session->run(100s).settled;
    }
    LayerReport report(size_t i = 0) const { return session->scene().reports().at(i); }
    QByteArray line(size_t i = 0) const { return QByteArray::fromStdString(report(i).line); }
    size_t drawn() const
    {
        const auto rgba = session->rgba();
        size_t n = 0;
        for (size_t i = 0; i + 3 < rgba.size(); i += 4) n += !(rgba[i] > 230 && rgba[i + 1] < 25 && rgba[i + 2] > 230);
        return n;
    }
    /// Until what was received is on the disk.
    bool kept()
    {
        for (int i = 0; i < 2000 && net->stats().storing > 0; ++i) ui.waitAndDrain(10ms);
        return net->stats().storing == 0;
    }
    bool said(const std::string& thing, const std::string& part) const
    {
        return std::any_of(messages.begin(), messages.end(),
                           [&](const Message& m) { return m.thing == thing && m.sentence.find(part) != std::string::npos; });
    }
};

Document documentOf(const std::vector<std::string>& sources, double fovDeg)
{
    Document d;
    d.view = sky::SkyView().withSize(320, 200).lookingAt({Angle::deg(30), Angle::deg(20), sky::Frame::Icrs}).withFov(Angle::deg(fovDeg));
    for (const std::string& source : sources) {
        LayerState layer;
        layer.id = static_cast<LayerId>(d.layers.size() + 1);
        layer.opacity = d.layers.empty() ? 1 : 0.5; // so that none covers those below
        SurveyState s;
        s.source = source;
        layer.content = s;
        d.layers.push_back(layer);
    }
    d.overlays = {{}, false, false, false, false, false};
    return d;
}

/// The kept answers are changed: `change` returns false for those to be removed.
template <class F> int changeKept(const QString& cache, const LoopbackServer& server, F&& change)
{
    net::DiskCache disk(cache.toStdString(), uint64_t{1} << 30);
    int n = 0;
    std::set<std::string> paths;
    for (const auto& r : server.log()) paths.insert(r.path);
    for (const std::string& path : paths)
        for (const char* shelf : {"tiles", "surveys"}) {
            const std::string key = "[" + std::string(shelf) + "] GET " + server.url(path);
            auto entry = disk.read(key);
            if (!entry || entry->negative()) continue;
            ++n;
            if (change(path, *entry)) disk.write(key, *entry);
            else disk.remove(key);
        }
    return n;
}

} // namespace

class TestRemoteLayer : public QObject {
    Q_OBJECT
    QTemporaryDir temp_;

private slots:
    void offlineItSaysOfWhenItsCopiesAre()
    {
        const SyntheticHips tree{temp_.filePath("copies").toStdString(), 0, 2, 64, "equatorial", "Copies", "moc_sky_fraction = 1"};
        tree.writePictures();
        LoopbackServer server;
        server.serveFolder("/s", tree.folder);
        const QString cache = temp_.filePath("cache-copies");
        const Document d = documentOf({server.url("/s")}, 50);
        {
            Window w;
            if (!w.start(Window::options(cache))) QSKIP("no OpenGL on this machine");
            QVERIFY(w.show(d));
            QVERIFY2(w.line().startsWith("Complete, order"), w.line());
            QCOMPARE(w.report().copyOf, int64_t{0});
            // The network goes while it runs: what is shown is of today.
            w.net->setOffline(true);
            w.session->scene().retryFailed();
            QVERIFY(w.session->run(5s).settled);
            QCOMPARE(QString(w.line()), QString::fromStdString("Offline, copy of " + dayOf(std::time(nullptr))));
        }
        const int64_t then = std::time(nullptr) - 10 * kDay;
        bool one = true;
        QVERIFY(changeKept(cache, server, [&](const std::string& path, net::CacheEntry& e) {
                    e.stored = then + (std::exchange(one, false) || path.find("Npix") == std::string::npos ? 5 : 0) * kDay;
                    return true;
                }) > 12);
        server.clearLog();
        net::NetOptions offline = Window::options(cache);
        offline.offline = true;
        {
            Window w;
            QVERIFY(w.start(offline));
            QVERIFY(w.show(d));
            QCOMPARE(QString(w.line()), QString::fromStdString("Offline, copy of " + dayOf(then))); // the oldest in the picture
            QCOMPARE(w.report().phase, LayerPhase::Complete);
            QCOMPARE(w.report().copyOf, then);
            QCOMPARE(w.drawn(), size_t{320} * 200);
            QCOMPARE(server.requests(), size_t{0});
        }
    }

    void offlineItSaysWhatIsMissing()
    {
        const SyntheticHips tree{temp_.filePath("parts").toStdString(), 0, 2, 64, "equatorial", "Parts", "moc_sky_fraction = 1"};
        tree.writePictures();
        LoopbackServer server;
        server.serveFolder("/s", tree.folder);
        const QString cache = temp_.filePath("cache-parts");
        const Document d = documentOf({server.url("/s")}, 50);
        {
            Window w;
            if (!w.start(Window::options(cache))) QSKIP("no OpenGL on this machine");
            QVERIFY(w.show(d));
        }
        int removed = 0;
        changeKept(cache, server, [&](const std::string& path, net::CacheEntry&) { return path.find("Norder2") == std::string::npos || ++removed > 3; });
        QVERIFY(removed > 3);
        net::NetOptions offline = Window::options(cache);
        offline.offline = true;
        Window w;
        QVERIFY(w.start(offline));
        QVERIFY(w.show(d));
        QCOMPARE(w.report().phase, LayerPhase::Offline);
        QVERIFY2(w.line().startsWith("Offline, copy of ") && w.line().endsWith(" tiles"), w.line());
        QVERIFY(w.report().done == w.report().total - 3);
        QCOMPARE(w.drawn(), size_t{320} * 200); // lower orders stand in
        const auto& all = w.messages;
        QVERIFY(w.said("Parts", "No network. Showing tiles kept on this computer"));
        QVERIFY(std::none_of(all.begin(), all.end(), [](const Message& m) { return m.severity == Severity::Error; }));
        // A survey of which nothing is kept says so.
        QVERIFY(w.show(documentOf({server.url("/other")}, 50)));
        QCOMPARE(QString(w.line()), QStringLiteral("Offline: nothing of it is kept on this computer"));
        QCOMPARE(w.report().phase, LayerPhase::Offline);
    }

    void copiesAreSaidToBeUnchecked()
    {
        const SyntheticHips tree{temp_.filePath("stale").toStdString(), 0, 2, 64, "equatorial", "Stale", "moc_sky_fraction = 1"};
        tree.writePictures();
        LoopbackServer server;
        server.serveFolder("/s", tree.folder);
        const QString cache = temp_.filePath("cache-stale");
        const Document d = documentOf({server.url("/s")}, 50);
        {
            Window w;
            if (!w.start(Window::options(cache))) QSKIP("no OpenGL on this machine");
            QVERIFY(w.show(d));
        }
        const int64_t then = std::time(nullptr) - 40 * kDay;
        changeKept(cache, server, [&](const std::string&, net::CacheEntry& e) {
            e.stored = e.expires = then;
            return true;
        });
        server.fault("/s", Fault::close());
        Window w;
        QVERIFY(w.start(Window::options(cache)));
        QVERIFY(w.show(d));
        QCOMPARE(QString(w.line()), QString::fromStdString("Copy of " + dayOf(then) + ": its server does not answer"));
        QCOMPARE(w.drawn(), size_t{320} * 200);
        // It answers again: the copies stay on screen until they are confirmed.
        server.clearFaults();
        std::this_thread::sleep_for(250ms); // the pause that the host was given
        w.session->scene().retryFailed();
        (void)w.session->frame();
        QCOMPARE(w.drawn(), size_t{320} * 200);
        QVERIFY(w.session->run(30s).settled);
        QVERIFY2(w.line().startsWith("Complete, order"), w.line());
        QCOMPARE(w.report().copyOf, int64_t{0});
        QCOMPARE(w.drawn(), size_t{320} * 200);
    }

    void lowOrdersThatAreMissingAreMade()
    {
        // As Chandra's: tiles from order 3 on in a small part of the sky, no Allsky, no map, and properties that do not say so.
        const sky::Cell there = sky::cellAt(sky::toDir(Angle::deg(30), Angle::deg(20)), 3);
        SyntheticHips tree{temp_.filePath("low").toStdString(), 3, 4, 64, "equatorial", "Low"};
        tree.only = {there, there.child(0), there.child(1), there.child(2), there.child(3)};
        tree.extra = "hips_initial_ra = 30\nhips_initial_dec = 20\nhips_initial_fov = 7";
        tree.writePictures();
        auto text = readFile(tree.folder / "properties");
        QVERIFY(text.has_value());
        std::string said(asText(*text));
        said.erase(said.find("hips_order_min = 3\n"), 19);
        QVERIFY(writeFileWhole(tree.folder / "properties", asBytes(said)).has_value());
        LoopbackServer server;
        server.serveFolder("/s", tree.folder);
        const QString cache = temp_.filePath("cache-low");
        for (const bool again : {false, true}) {
            server.clearLog();
            Window w;
            if (!w.start(Window::options(cache))) QSKIP("no OpenGL on this machine");
            QVERIFY(w.show(documentOf({server.url("/s")}, 120)));
            // A tile of 7.3 degrees in a field of 120: some 320 pixels, wherever it is in the projection.
            QVERIFY2(w.drawn() > 150 && w.drawn() < 1200, qPrintable(QString::number(w.drawn()) + " " + w.line()));
            QVERIFY2(w.line().startsWith("Complete"), w.line());
            QVERIFY(w.said("Low", "tiles begin at order 3, properties say 0"));
            QCOMPARE(w.report().survey->orderMin, 3);
            QVERIFY2(again ? server.requestsBelow("/s/Norder") == 0 : server.requestsBelow("/s/Norder") < 820,
                     qPrintable(QString::number(server.requestsBelow("/s/Norder"))));
            QVERIFY(w.kept());
        }
    }

    void whereTilesStartIsSaid()
    {
        const sky::Cell there = sky::cellAt(sky::toDir(Angle::deg(30), Angle::deg(20)), 6);
        for (const bool placed : {true, false}) {
            SyntheticHips tree{temp_.filePath(placed ? "placed" : "unplaced").toStdString(), 6, 6, 64, "equatorial", "Deep"};
            tree.only = {there};
            if (placed) tree.extra = "hips_initial_ra = 30\nhips_initial_dec = 20\nhips_initial_fov = 1";
            tree.writePictures();
            LoopbackServer server;
            server.serveFolder("/s", tree.folder);
            Window w;
            if (!w.start(Window::options(temp_.filePath(placed ? "cache-placed" : "cache-unplaced")))) QSKIP("no OpenGL on this machine");
            QVERIFY(w.show(documentOf({server.url("/s")}, 150)));
            QCOMPARE(QString(w.line()), placed ? QStringLiteral("Tiles start at order 6: zoom in, or go there") : QStringLiteral("Tiles start at order 6: zoom in"));
            QCOMPARE(w.report().goThere, placed);
            QCOMPARE(w.drawn() > 0, placed); // the field that it names is drawn at any distance
            QVERIFY2(server.requestsBelow("/s/Norder") < 100, qPrintable(QString::number(server.requestsBelow("/s/Norder"))));
            QVERIFY(w.show(documentOf({server.url("/s")}, 1)));
            QVERIFY2(w.line().startsWith("Complete, order 6"), w.line());
            QVERIFY(w.drawn() > 320 * 200 / 4);
        }
    }

    void severalThatFailDoNotSpoilTheView()
    {
        const SyntheticHips tree{temp_.filePath("several").toStdString(), 0, 2, 64, "equatorial", "Several", "moc_sky_fraction = 1"};
        tree.writePictures();
        const auto text = readFile(tree.folder / "properties");
        QVERIFY(text.has_value());
        // Each survey has a server and two mirrors, which all fail in their own ways.
        const std::pair<std::string, std::array<Fault, 3>> kinds[] = {
            {"One", {Fault::status(500), Fault::html(), Fault::truncate()}},
            {"Two", {Fault::close(), Fault::redirectLoop(), Fault::gzipBomb(uint64_t{1} << 27)}},
            {"Three", {Fault::wrongLength(500), Fault::status(503), Fault::status(500)}}};
        std::vector<std::unique_ptr<LoopbackServer>> servers;
        std::vector<std::string> sources;
        for (const auto& [name, faults] : kinds) {
            std::string said(asText(*text));
            said.replace(said.find("obs_title = Several"), 19, "obs_title = " + name);
            for (size_t i = 0; i < faults.size(); ++i) {
                servers.push_back(std::make_unique<LoopbackServer>());
                servers.back()->serveFolder("/s", tree.folder);
                servers.back()->fault("/s/Norder", faults[i]);
                if (i > 0) said += "hips_service_url_" + std::to_string(i) + " = " + servers.back()->url("/s") + "\n";
            }
            LoopbackServer& first = **(servers.end() - 3);
            first.serve("/s/properties", said, "text/plain");
            sources.push_back(first.url("/s"));
        }
        sources.push_back(tree.folder.string());
        const QString cache = temp_.filePath("cache-several");
        Window w;
        if (!w.start(Window::options(cache))) QSKIP("no OpenGL on this machine");
        QVERIFY(w.show(documentOf(sources, 20)));
        for (size_t i = 0; i < 3; ++i) {
            QCOMPARE(w.report(i).phase, LayerPhase::Partial);
            const std::string name = kinds[i].first;
            QVERIFY2(std::any_of(w.messages.begin(), w.messages.end(), [&](const Message& m) { return m.thing == name && m.sentence.size() > 20; }), name.c_str());
            QVERIFY(w.report(i).line.size() > 10);
        }
        QVERIFY2(w.line(3).startsWith("Complete"), w.line(3));
        QCOMPARE(w.drawn(), size_t{320} * 200);
        // They recover: what failed is asked for again, and nothing wrong was kept.
        for (const auto& s : servers) s->clearFaults();
        std::this_thread::sleep_for(250ms);
        w.session->scene().retryFailed();
        QVERIFY(w.session->run(100s).settled);
        for (size_t i = 0; i < 4; ++i) QVERIFY2(w.line(i).startsWith("Complete"), w.line(i));
    }

    /// What cannot be opened is tried again by itself, later and later.
    void aServerThatComesBackIsOpened()
    {
        const SyntheticHips tree{temp_.filePath("back").toStdString(), 0, 1, 64, "equatorial", "Back", "moc_sky_fraction = 1"};
        tree.writePictures();
        LoopbackServer server;
        server.serveFolder("/s", tree.folder);
        server.fault("/s/properties", Fault::status(503));
        Window w;
        if (!w.start(Window::options(temp_.filePath("cache-back")))) QSKIP("no OpenGL on this machine");
        QVERIFY(w.show(documentOf({server.url("/s")}, 50)));
        QCOMPARE(w.report().phase, LayerPhase::Failed);
        QCOMPARE(QString(w.line()), QStringLiteral("Server answered 503"));
        QVERIFY(w.report().nextTrySeconds > 1 && w.report().nextTrySeconds < 20);
        w.session->scene().askAgain(); // too early
        QCOMPARE(w.report().phase, LayerPhase::Failed);
        server.clearFaults();
        w.clock.advance(std::chrono::seconds(20));
        w.session->scene().askAgain();
        QVERIFY(w.session->run(30s).settled);
        QVERIFY2(w.line().startsWith("Complete"), w.line());
    }

    /// Whatever a server says in their place: of properties, map and mosaic only what is one is kept.
    void nothingWrongIsKept_data()
    {
        QTest::addColumn<QString>("file");
        for (const char* file : {"properties", "Moc.fits", "Norder3/Allsky.png"}) QTest::newRow(file) << file;
    }
    void nothingWrongIsKept()
    {
        QFETCH(QString, file);
        const std::string path = "/s/" + file.toStdString();
        const std::vector<std::pair<const char*, Fault>> lies{{"html", Fault::html()},
                                                              {"text", Fault::answer(testing::HttpReply(200, "Not found\n"))},
                                                              {"nothing", Fault::answer(testing::HttpReply(200, ""))},
                                                              {"cut", Fault::truncate(0.3)},
                                                              {"longer", Fault::wrongLength(-40)},
                                                              {"bomb", Fault::gzipBomb(uint64_t{1} << 27)},
                                                              {"loop", Fault::redirectLoop()}};
        for (const auto& [name, fault] : lies) {
            SyntheticHips tree{temp_.filePath(QString("lies-%1").arg(name)).toStdString(), 3, 3, 64, "equatorial", "Lies"};
            tree.only = {sky::Cell{3, 100}};
            tree.writePictures();
            LoopbackServer server;
            server.serveFolder("/s", tree.folder);
            server.fault(path, fault);
            const QString cache = temp_.filePath(QString("cache-lies-%1-%2").arg(name, file.section('/', -1)));
            {
                Window w;
                if (!w.start(Window::options(cache))) QSKIP("no OpenGL on this machine");
                (void)w.show(documentOf({server.url("/s")}, 50));
                QVERIFY(w.kept());
            }
            net::DiskCache disk(cache.toStdString(), uint64_t{1} << 30);
            for (const char* shelf : {"surveys", "tiles"}) {
                const auto kept = disk.read("[" + std::string(shelf) + "] GET " + server.url(path));
                QVERIFY2(!kept || kept->negative(), qPrintable(QString("%1, %2").arg(file, name)));
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestRemoteLayer)
#include "test_remote_layer.moc"
