// Against a server that nobody here wrote (nginx with faults, shared/servers/start_nginx.sh), by HTTP/1.1, TLS and HTTP/2.
// Skipped where the scripts or nginx are not installed.
#include <QtTest>

#include <QRegularExpression>
#include <QTemporaryDir>

#include <cstdio>
#include <fstream>
#include <memory>
#include <random>

#include "net_client.h"
#include "tests/support/loopback_server.h"
#include "tests/support/test_data.h"

using namespace firmament;
using namespace firmament::net;
using namespace firmament::testing;
using namespace std::chrono_literals;

namespace {

/// What a shell command writes. (QProcess forks, which the thread sanitizer does not stand.)
QString output(const QString& command)
{
    const std::unique_ptr<FILE, int (*)(FILE*)> pipe(::popen(command.toUtf8().constData(), "r"), ::pclose);
    QByteArray all;
    char block[4096];
    while (pipe) {
        const size_t n = std::fread(block, 1, sizeof block, pipe.get());
        if (n == 0) break;
        all.append(block, static_cast<qsizetype>(n));
    }
    return QString::fromUtf8(all);
}

} // namespace

class TestRealServer : public QObject {
    Q_OBJECT
private slots:
    void initTestCase();
    void cleanupTestCase();
    void whole_data();
    void whole();
    void broken_data();
    void broken();
    void revalidates();
    void untrustedCertificate();
    void multiplexes();
    void truncatedStream();

private:
    std::string plain(const std::string& fault, const std::string& file = "x.png") const { return http_ + "/" + fault + "/" + file; }
    std::string secure(const std::string& fault, const std::string& file = "x.png") const { return https_ + "/" + fault + "/" + file; }
    NetOptions trusting() const
    {
        NetOptions o = quickOptions();
        o.caFile = (scratch_.path() + "/n/ca.pem").toStdString();
        return o;
    }
    QStringList accessLog() const
    {
        QFile file(scratch_.path() + "/n/access.log");
        return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()).split('\n', Qt::SkipEmptyParts) : QStringList();
    }

    QTemporaryDir scratch_;
    QString stopScript_;
    std::string http_, https_, image_;
};

void TestRealServer::initTestCase()
{
    const auto scripts = sharedFolder() / "servers";
    const QString start = QString::fromStdString((scripts / "start_nginx.sh").string());
    if (!QFile::exists(start)) QSKIP(kNoSharedData);
    std::minstd_rand random(1);
    for (int i = 0; i < 62000; ++i) image_ += static_cast<char>(random() & 255);
    std::filesystem::create_directories(std::filesystem::path(scratch_.path().toStdString()) / "root");
    std::ofstream((scratch_.path() + "/root/x.png").toStdString(), std::ios::binary) << image_;
    for (int i = 0; i < 30; ++i)
        std::ofstream((scratch_.path() + QString("/root/t%1.txt").arg(i)).toStdString()) << "tile " << i;
    QFile::setPermissions(scratch_.path(), QFile::permissions(scratch_.path()) | QFile::ReadOther | QFile::ExeOther);

    int port = 0;
    for (int attempt = 0; attempt < 3 && http_.empty(); ++attempt) { // a free pair of ports may be taken meanwhile
        port = LoopbackServer().port();
        const QString said = output("NGINX_NO_INSTALL=1 '" + start + "' '" + scratch_.path() + "/n' '" + scratch_.path() + "/root' " +
                                    QString::number(port) + " 2>&1");
        if (said.contains("missing packages")) QSKIP("nginx is not installed");
        const auto found = QRegularExpression("FAULT_URL=(\\S+) TLS_URL=(\\S+)").match(said);
        if (!found.hasMatch()) continue;
        http_ = found.captured(1).toStdString();
        https_ = found.captured(2).toStdString();
        stopScript_ = QString::fromStdString((scripts / "stop_nginx.sh").string());
    }
    QVERIFY(!http_.empty());
}

void TestRealServer::cleanupTestCase()
{
    if (!stopScript_.isEmpty()) output("'" + stopScript_ + "' '" + scratch_.path() + "/n'");
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
    row("elsewhere", Errc::Network, true);
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
