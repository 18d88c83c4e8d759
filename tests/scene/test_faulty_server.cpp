// A HiPS on a web server that misbehaves (nginx with faults, shared/servers): the view stays usable, the messages name the
// survey and the reason, nothing wrong is kept. Skipped where nginx is not installed.
#include <QTest>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "core/files.h"
#include "net/network.h"
#include "scene/document.h"
#include "scene/headless.h"
#include "scene/scene.h"
#include "tests/support/faulty_server.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::scene;
using testing::SyntheticHips;
using namespace std::chrono_literals;

class TestFaultyServer : public QObject {
    Q_OBJECT
    std::unique_ptr<testing::FaultyServer> server_;
    QTemporaryDir cache_;
    SyntheticHips tree_;

    Document view(const std::string& source) const
    {
        Document d;
        d.view = sky::SkyView().withSize(320, 200).lookingAt({sky::Angle::deg(30), sky::Angle::deg(20), sky::Frame::Icrs}).withFov(sky::Angle::deg(60));
        LayerState layer;
        layer.id = 1;
        layer.name = "Faulty survey";
        SurveyState s;
        s.source = source;
        layer.content = s;
        d.layers.push_back(layer);
        d.overlays = {{}, false, false, false, false, false};
        return d;
    }

private slots:
    void initTestCase()
    {
        server_ = std::make_unique<testing::FaultyServer>();
        if (const QString why = server_->start(); !why.isEmpty()) QSKIP(qPrintable(why));
        tree_ = SyntheticHips{(server_->root() + "/h").toStdString(), 0, 2, 64};
        tree_.writePictures();
    }

    void aFault_data()
    {
        QTest::addColumn<QString>("fault");
        QTest::addColumn<bool>("complete"); // a fault that good manners get over
        QTest::addColumn<bool>("all");      // properties go wrong too: the survey cannot be opened
        for (const char* good : {"ok", "nocache", "nostore", "slow", "third", "redirect", "chain", "gzip", "flaky"}) QTest::newRow(good) << good << true << false;
        for (const char* bad : {"stall", "truncate", "truncate-chunked", "short", "corrupt", "html", "empty", "close", "500", "503", "429", "loop", "elsewhere"})
            QTest::newRow(bad) << bad << false << false;
        for (const char* bad : {"html", "close", "404", "500", "loop"}) QTest::newRow(qPrintable(QString("all ") + bad)) << bad << false << true;
    }

    /// The tiles go wrong (or all, with properties): the folder "Norder*" is reached through the fault, properties are fine.
    void aFault()
    {
        QFETCH(QString, fault);
        QFETCH(bool, complete);
        QFETCH(bool, all);
        const std::string name = fault.toStdString();
        // properties come by the plain way and name the faulty place as a mirror would: what is tested is the tiles.
        testing::LoopbackServer front;
        const std::string tiles = server_->http + "/" + name + "/h";
        if (!all) {
            front.serveFolder("/s", tree_.folder);
            front.handle("/s/Norder", [&](const testing::HttpRequest& r) {
                return testing::HttpReply(302).with("Location", tiles + r.path.substr(2));
            });
        }
        const std::string base = all ? tiles : front.url("/s");

        net::NetOptions options;
        options.cacheFolder = (cache_.path() + "/" + fault + (all ? "-all" : "")).toStdString();
        options.retryDelay = 20ms;
        options.hostPause = 100ms;
        options.longestRetryAfter = 1s;
        QueueExecutor ui;
        FakeClock clock;
        std::vector<Message> messages;
        {
            WorkPool work(2);
            net::NetworkLayer net(options, work);
            SceneEnvironment env;
            env.work = &work;
            env.net = &net;
            env.clock = &clock;
            env.fadeMs = 0;
            auto session = HeadlessSession::create(env, ui);
            if (!session) QSKIP("no OpenGL on this machine");
            Scene& scene = (*session)->scene();
            scene.onMessage = [&](const Message& m) { messages.push_back(m); };
            scene.setDocument(view(base));
            const bool silent = fault == "stall"; // given up after 20 s only: here it is enough that the view goes on
            (*session)->run(silent ? 1500ms : 60000ms);
            // A server that fails by chance may fail one tile four times running: it is asked again a little later, as in the window.
            for (int i = 0; complete && i < 5 && scene.reports().at(0).nextTrySeconds >= 0; ++i) {
                clock.advance(std::chrono::seconds(1 + static_cast<int>(std::ceil(scene.reports().at(0).nextTrySeconds))));
                scene.askAgain();
                (*session)->run(60000ms);
            }
            const LayerReport report = scene.reports().at(0);
            const auto told = [&] {
                QByteArray text = QByteArray::fromStdString(report.line);
                for (const Message& m : messages) text += "\n" + QByteArray::fromStdString(m.thing + ": " + m.sentence);
                return text;
            };
            if (complete) {
                QVERIFY2(report.phase == LayerPhase::Complete, told());
            } else {
                QVERIFY2(report.phase != LayerPhase::Complete, told());
                const bool named = std::any_of(messages.begin(), messages.end(), [](const Message& m) {
                    return m.thing == "Faulty survey" && m.severity != Severity::Info && m.sentence.size() > 10;
                });
                QVERIFY2(named || silent, told());
                // Another survey is not kept from being drawn.
                scene.setDocument(view(tree_.folder.string()));
                QVERIFY((*session)->run(20000ms).settled);
                QCOMPARE(scene.reports().at(0).phase, LayerPhase::Complete);
            }
        }
        keptIsRight(options, base, tiles);
    }

private:
    /// What is on the disk now is either nothing or byte for byte the file of the tree.
    void keptIsRight(net::NetOptions options, const std::string& base, const std::string& tiles)
    {
        options.offline = true;
        QueueExecutor ui;
        WorkPool work(1);
        net::NetworkLayer net(options, work);
        for (const std::string& root : {base, tiles})
            for (int order = 0; order <= 2; ++order)
                for (uint64_t pix = 0; pix < (uint64_t{12} << (2 * order)); ++pix) {
                    const std::string path = hips::tilePath({static_cast<uint8_t>(order), pix}, hips::TileFormat::Png);
                    std::optional<Expected<net::Response>> answer;
                    net::Request r;
                    r.url = root + "/" + path;
                    const Pending pending = net.send(std::move(r), ui, [&](Expected<net::Response> a) { answer = std::move(a); });
                    for (int i = 0; i < 1000 && !answer; ++i) ui.waitAndDrain(10ms);
                    QVERIFY(answer.has_value());
                    if (!*answer) continue;
                    const auto file = readFile(tree_.folder / path);
                    QVERIFY2(file && *(*answer)->body == *file, qPrintable(QString::fromStdString(path)));
                }
    }
};

QTEST_GUILESS_MAIN(TestFaultyServer)
#include "test_faulty_server.moc"
