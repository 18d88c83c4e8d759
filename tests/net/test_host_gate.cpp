#include <QtTest>

#include "net/host_gate.h"

using namespace firmament::net;
using namespace std::chrono_literals;
using Answer = HostGate::Answer;

class TestHostGate : public QObject {
    Q_OBJECT
private slots:
    void limitsTransfers();
    void http2AllowsMore();
    void sparesPlaces();
    void closesAfterFailuresInARow();
    void failuresSideBySideCountOnce();
    void oneProbeAfterClosure();
    void pauses();
};

namespace {
const HostGate::Time t0 = HostGate::Time() + 1h;
}

void TestHostGate::limitsTransfers()
{
    HostGate g({.connections = 2});
    QVERIFY(g.ask(t0) == Answer::Go);
    g.began();
    g.began();
    QVERIFY(g.ask(t0) == Answer::Wait);
    g.ended();
    QVERIFY(g.ask(t0) == Answer::Go);
}

void TestHostGate::http2AllowsMore()
{
    HostGate g({.connections = 1, .streams = 3});
    g.began();
    QVERIFY(g.ask(t0) == Answer::Wait);
    g.answered(true);
    QVERIFY(g.ask(t0) == Answer::Go);
}

void TestHostGate::sparesPlaces()
{
    HostGate g({.connections = 3});
    QVERIFY(g.ask(t0, 2) == Answer::Go);
    g.began();
    QVERIFY(g.ask(t0, 2) == Answer::Wait);
    QVERIFY(g.ask(t0) == Answer::Go);
    HostGate narrow({.connections = 1});
    QVERIFY(narrow.ask(t0, 2) == Answer::Go);
}

void TestHostGate::closesAfterFailuresInARow()
{
    HostGate g({.failures = 3, .firstClosure = 10s});
    QVERIFY(!g.failed(t0, t0 + 1s, "refused"));
    QVERIFY(!g.failed(t0 + 2s, t0 + 3s, "refused"));
    g.answered(false);
    QVERIFY(!g.failed(t0 + 4s, t0 + 5s, "refused"));
    QVERIFY(!g.failed(t0 + 6s, t0 + 7s, "refused"));
    QVERIFY(g.failed(t0 + 8s, t0 + 9s, "silent"));
    QVERIFY(g.ask(t0 + 10s) == Answer::Closed);
    QCOMPARE(g.lastFailure(), std::string("silent"));
    QVERIFY(g.ask(t0 + 19s) == Answer::Go);
}

void TestHostGate::failuresSideBySideCountOnce()
{
    HostGate g({.failures = 2});
    for (int i = 0; i < 6; ++i) QVERIFY(!g.failed(t0, t0 + 1s + i * 1ms, "refused"));
    QCOMPARE(g.failures(), 1);
    QVERIFY(g.failed(t0 + 2s, t0 + 3s, "refused"));
}

void TestHostGate::oneProbeAfterClosure()
{
    HostGate g({.connections = 6, .failures = 1, .firstClosure = 10s, .longestClosure = 15s});
    QVERIFY(g.failed(t0, t0, "refused"));
    const auto t1 = t0 + 10s;
    QVERIFY(g.ask(t1) == Answer::Go);
    g.began();
    QVERIFY(g.ask(t1) == Answer::Wait);
    g.ended();
    QVERIFY(g.failed(t1, t1, "refused")); // still dead: closed for longer, up to the limit
    QVERIFY(g.ask(t1 + 14s) == Answer::Closed);
    QVERIFY(g.ask(t1 + 15s) == Answer::Go);
    g.began();
    g.answered(false);
    QVERIFY(g.ask(t1 + 15s) == Answer::Go);
    QVERIFY(!g.idle(t1 + 15s));
    g.ended();
    QVERIFY(g.idle(t1 + 15s));
}

void TestHostGate::pauses()
{
    HostGate g({});
    g.pause(t0 + 5s);
    g.pause(t0 + 2s); // the longer one holds
    QVERIFY(g.ask(t0 + 4s) == Answer::Wait);
    QVERIFY(g.ask(t0 + 5s) == Answer::Go);
}

QTEST_APPLESS_MAIN(TestHostGate)
#include "test_host_gate.moc"
