#include <QtTest>

#include "net/freshness.h"

using namespace firmament::net;

class TestFreshness : public QObject {
    Q_OBJECT
private slots:
    void lifetime_data();
    void lifetime();
    void retryAfter();
};

namespace {
constexpr int64_t kNow = 1'700'000'000; // Tue, 14 Nov 2023 22:13:20 GMT
constexpr int64_t kNever = -1;          // not to be stored

std::vector<Header> headers(const QString& lines)
{
    std::vector<Header> out;
    for (const QString& line : lines.split('\n', Qt::SkipEmptyParts)) {
        const auto colon = line.indexOf(':');
        out.push_back({line.left(colon).toStdString(), line.mid(colon + 1).trimmed().toStdString()});
    }
    return out;
}
} // namespace

void TestFreshness::lifetime_data()
{
    QTest::addColumn<int>("status");
    QTest::addColumn<QString>("lines");
    QTest::addColumn<bool>("query");
    QTest::addColumn<qint64>("seconds");
    const auto row = [](const char* name, int status, const char* lines, bool query, int64_t seconds) {
        QTest::newRow(name) << status << lines << query << qint64(seconds);
    };
    row("nothing said", 200, "", false, 7 * 86400);
    row("nothing said, query", 200, "", true, 3600);
    row("max-age", 200, "Cache-Control: public, max-age=60", false, 60);
    row("max-age quoted, case", 200, "cache-control: MAX-AGE=\"60\"", false, 60);
    row("max-age beats Expires", 200, "Cache-Control: max-age=60\nExpires: Wed, 15 Nov 2023 22:13:20 GMT", false, 60);
    row("Age", 200, "Cache-Control: max-age=60\nAge: 45", false, 15);
    row("Age beyond", 200, "Cache-Control: max-age=60\nAge: 4500", false, 0);
    row("max-age unreadable", 200, "Cache-Control: max-age=soon", false, 0);
    row("max-age negative", 200, "Cache-Control: max-age=-5", false, 0);
    row("max-age enormous", 200, "Cache-Control: max-age=99999999999999999999999", false, 365 * 86400);
    row("no-store", 200, "Cache-Control: max-age=60, no-store", false, kNever);
    row("no-cache", 200, "Cache-Control: no-cache", false, 0);
    row("two lines", 200, "Cache-Control: max-age=60\nCache-Control: no-cache", false, 0);
    row("Pragma", 200, "Pragma: no-cache", false, 0);
    row("Pragma is overruled", 200, "Pragma: no-cache\nCache-Control: max-age=9", false, 9);
    row("Expires", 200, "Expires: Wed, 15 Nov 2023 22:13:20 GMT", false, 86400);
    row("Expires by the server's clock", 200,
        "Date: Wed, 15 Nov 2023 22:12:20 GMT\nExpires: Wed, 15 Nov 2023 22:13:20 GMT", false, 60);
    row("Expires: 0", 200, "Expires: 0", false, 0);
    row("Expires over", 200, "Expires: Mon, 13 Nov 2023 22:13:20 GMT", false, 0);
    row("Vary: *", 200, "Vary: *\nCache-Control: max-age=60", false, 0);
    row("a tenth of its age", 200, "Last-Modified: Sat, 04 Nov 2023 22:13:20 GMT", false, 86400);
    row("old file", 200, "Last-Modified: Sat, 04 Nov 2000 22:13:20 GMT", false, 30 * 86400);
    row("new file", 200, "Last-Modified: Tue, 14 Nov 2023 22:13:10 GMT", false, 3600);
    row("from the future", 200, "Last-Modified: Sat, 04 Nov 2090 22:13:20 GMT", false, 7 * 86400);
    row("missing", 404, "", false, 600);
    row("gone", 410, "Cache-Control: max-age=60", false, 60);
    row("missing for a year", 404, "Cache-Control: max-age=31536000", false, 600);
    row("missing, no-store", 404, "Cache-Control: no-store", false, kNever);
    row("error", 500, "Cache-Control: max-age=60", false, kNever);
    row("refused", 403, "", false, kNever);
    row("part", 206, "Cache-Control: max-age=60", false, 60);
}

void TestFreshness::lifetime()
{
    QFETCH(int, status);
    QFETCH(QString, lines);
    QFETCH(bool, query);
    QFETCH(qint64, seconds);
    const Freshness f = judgeFreshness(status, headers(lines), query, kNow, 600);
    QCOMPARE(f.store, seconds != kNever);
    if (f.store) QCOMPARE(qint64(f.expires - kNow), seconds);
}

void TestFreshness::retryAfter()
{
    QVERIFY(!retryAfterSeconds({}, kNow));
    QVERIFY(!retryAfterSeconds(headers("Retry-After: soon"), kNow));
    QCOMPARE(*retryAfterSeconds(headers("Retry-After: 120"), kNow), int64_t{120});
    QCOMPARE(*retryAfterSeconds(headers("retry-after: Tue, 14 Nov 2023 22:14:20 GMT"), kNow), int64_t{60});
    QCOMPARE(*retryAfterSeconds(headers("Retry-After: Tue, 14 Nov 2000 22:14:20 GMT"), kNow), int64_t{0});
}

QTEST_APPLESS_MAIN(TestFreshness)
#include "test_freshness.moc"
