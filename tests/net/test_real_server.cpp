// Against a server that nobody here wrote (nginx with faults, shared/servers/start_nginx.sh), by HTTP/1.1, TLS and HTTP/2.
// Skipped where the scripts or nginx are not installed.
#include <QtTest>

#include <fstream>
#include <memory>
#include <random>

#include "net_client.h"
#include "tests/support/faulty_server.h"

using namespace firmament;
using namespace firmament::net;
using namespace firmament::testing;
using namespace std::chrono_literals;

class TestRealServer : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void whole_data();
    void whole();
    void broken_data();
    void broken();
    void revalidates();
    void untrustedCertificate();
    void neverFromSecureToPlain();
    void multiplexes();
    void truncatedStream();

private:
    std::string plain(const std::string& fault, const std::string& file = "x.png") const { return http_ + "/" + fault + "/" + file; }
    std::string secure(const std::string& fault, const std::string& file = "x.png") const { return https_ + "/" + fault + "/" + file; }
    NetOptions trusting() const
    {
        NetOptions o = quickOptions();
        o.caFile = server_->caFile();
        return o;
    }
    QStringList accessLog() const
    {
        QFile file(server_->folder() + "/access.log");
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts) : QStringList();
    }

    std::unique_ptr<FaultyServer> server_;
    std::string http_, https_, image_;
};

void TestRealServer::initTestCase()
{
    std::minstd_rand random(1);
    for (int i = 0; i < 62000; ++i) image_ += static_cast<char>(random() & 255);
    server_ = std::make_unique<FaultyServer>();
    if (const QString why = server_->start(); !why.isEmpty()) QSKIP(qPrintable(why));
    http_ = server_->http;
    https_ = server_->https;
    std::ofstream((server_->root() + "/x.png").toStdString(), std::ios::binary) << image_;
    for (int i = 0; i < 30; ++i) std::ofstream((server_->root() + QString("/t%1.txt").arg(i)).toStdString()) << "tile " << i;
}

void TestRealServer::whole_data()
{
    QTest::addColumn<QString>("fault");
    for (const char* fault : {"ok", "nocache", "nostore", "third", "redirect", "moved", "chain", "gzip", "norange", "slow"}) QTest::newRow(fault) << fault;
}

void TestRealServer::whole()
{
    QFETCH(QString, fault);
    for (const std::string& url : {plain(fault.toStdString()), secure(fault.toStdString())}) {
        if (fault == "slow" && url.starts_with("https")) continue; // 2 s are enough
        Client c(trusting());
        const auto r = c.get(url);
        QVERIFY2(r.has_value(), text(r).substr(0, 300).c_str());
        QVERIFY(text(r) == image_);
    }
}

void TestRealServer::broken_data()
{
    QTest::addColumn<QString>("fault");
    QTest::addColumn<int>("code");
    QTest::addColumn<bool>("retry");
    const auto row = [](const char* fault, Errc code, bool retry) { QTest::newRow(fault) << fault << int(code) << retry; };
    row("hang", Errc::Timeout, true);
    row("stall", Errc::Timeout, true);
    row("truncate", Errc::Network, true);
    row("truncate-chunked", Errc::Network, true);
    row("short", Errc::Parse, false);
    row("html", Errc::Parse, false);
    row("empty", Errc::Parse, false);
    row("close", Errc::Network, true);
    row("403", Errc::Http, false);
    row("404", Errc::NotFound, false);
    row("429", Errc::Http, true);
    row("500", Errc::Http, true);
    row("503", Errc::Http, true);
    row("loop", Errc::Http, false);
}

void TestRealServer::broken()
{
    QFETCH(QString, fault);
    QFETCH(int, code);
    QFETCH(bool, retry);
    ScratchFolder folder;
    NetOptions options = trusting();
    options.cacheFolder = folder.path();
    options.longestRetryAfter = 0s;
    for (const std::string& url : {plain(fault.toStdString()), secure(fault.toStdString())}) {
        Client c(options);
        Request r = c.request(url);
        r.idleTimeout = code == int(Errc::Timeout) ? 150ms : 20s; // a busy machine is not a silent server
        r.validate = [this](ByteView body) { return asText(body) == image_ ? "" : "is not the image"; };
        const auto got = c.get(r);
        QVERIFY(!got);
        QVERIFY2(int(got.error().code) == code, got.error().text().c_str());
        QVERIFY2(got.error().retry == retry, got.error().text().c_str());
        c.settle();
        c.layer.setOffline(true); // nothing wrong was kept
        QVERIFY(!c.get(r));
    }
}

void TestRealServer::revalidates()
{
    ScratchFolder folder;
    NetOptions options = trusting();
    options.cacheFolder = folder.path();
    Client c(options);
    const qsizetype before = accessLog().size();
    for (int i = 0; i < 3; ++i) {
        QVERIFY(text(c.get(plain("nocache"))) == image_);
        c.settle();
    }
    QTRY_COMPARE(accessLog().size(), before + 3);
    QVERIFY(accessLog().at(before).contains(" 200 "));
    QVERIFY(accessLog().at(before + 1).contains(" 304 0 "));
    QVERIFY(accessLog().at(before + 2).contains(" 304 0 "));
    QVERIFY(accessLog().at(before).contains("\"Firmament/"));
}

void TestRealServer::untrustedCertificate()
{
    Client c; // knows only the authorities of the system
    const auto r = c.get(secure("ok"));
    QVERIFY(!r);
    QCOMPARE(r.error().code, Errc::Network);
    QVERIFY(!r.error().retry);
    QVERIFY2(r.error().what.find("certificate") != std::string::npos, r.error().what.c_str());
}

/// The same redirection is followed (to nowhere) from http, and refused from https.
void TestRealServer::neverFromSecureToPlain()
{
    Client c(trusting());
    const auto refused = c.get(secure("elsewhere"));
    QVERIFY(!refused);
    QCOMPARE(refused.error().code, Errc::Unsupported);
    QVERIFY2(refused.error().what.find("not https") != std::string::npos, refused.error().what.c_str());
    QVERIFY(!refused.error().retry);
    const auto nowhere = c.get(plain("elsewhere"));
    QCOMPARE(nowhere.error().code, Errc::Network);
    QVERIFY(nowhere.error().retry);
    const auto within = c.get(secure("moved"));
    QVERIFY2(within.has_value() && within->finalUrl.starts_with("https://"), text(within).c_str());
}

void TestRealServer::multiplexes()
{
    Client c(trusting());
    const qsizetype before = accessLog().size();
    std::vector<Asked> all;
    for (int i = 0; i < 30; ++i) all.push_back(c.ask(secure("ok", "t" + std::to_string(i) + ".txt")));
    QVERIFY(c.until([&] { return std::all_of(all.begin(), all.end(), [](const Asked& a) { return a.done(); }); }));
    for (int i = 0; i < 30; ++i) QCOMPARE(text(**all[static_cast<size_t>(i)].answer), "tile " + std::to_string(i));
    QTRY_COMPARE(accessLog().size(), before + 30);
    QSet<QString> connections;
    for (qsizetype i = before; i < before + 30; ++i) {
        QVERIFY(accessLog().at(i).contains("HTTP/2.0"));
        connections.insert(QRegularExpression("conn=(\\d+)/").match(accessLog().at(i)).captured(1));
    }
    QCOMPARE(connections.size(), qsizetype(1)); // one connection carries them all
}

void TestRealServer::truncatedStream()
{
    // A reset stream must not take the others of its connection with it.
    Client c(trusting());
    Asked bad = c.ask(secure("truncate"));
    std::vector<Asked> good;
    for (int i = 0; i < 10; ++i) good.push_back(c.ask(secure("ok", "t" + std::to_string(i) + ".txt")));
    QVERIFY(c.until([&] { return bad.done() && std::all_of(good.begin(), good.end(), [](const Asked& a) { return a.done(); }); }));
    QVERIFY(!bad.answer->value());
    for (const Asked& a : good) QVERIFY((*a.answer)->has_value());
}

QTEST_GUILESS_MAIN(TestRealServer)
#include "test_real_server.moc"
