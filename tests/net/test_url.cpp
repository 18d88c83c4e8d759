#include <QtTest>

#include "net/url.h"

using namespace firmament;
using namespace firmament::net;

class TestUrl : public QObject {
    Q_OBJECT
private slots:
    void canonical_data();
    void canonical();
    void refused_data();
    void refused();
    void hidesCredentials();
};

void TestUrl::canonical_data()
{
    QTest::addColumn<QString>("in");
    QTest::addColumn<QString>("out");
    QTest::newRow("plain") << "http://alasky.cds.unistra.fr/DSS/" << "http://alasky.cds.unistra.fr/DSS/";
    QTest::newRow("case") << "HTTPS://AlaSky.CDS/Path" << "https://alasky.cds/Path";
    QTest::newRow("no path") << "http://h" << "http://h/";
    QTest::newRow("query without path") << "http://h?a=b" << "http://h/?a=b";
    QTest::newRow("fragment") << "http://h/a#b" << "http://h/a";
    QTest::newRow("default port") << "https://h:443/a" << "https://h/a";
    QTest::newRow("other port") << "http://h:8080/a" << "http://h:8080/a";
    QTest::newRow("empty port") << "http://h:/a" << "http://h/a";
    QTest::newRow("blank inside") << " http://h/a b?c=d e\n" << "http://h/a%20b?c=d%20e";
    QTest::newRow("utf-8") << QString::fromUtf8("http://h/\xc3\xa9") << "http://h/%C3%A9";
    QTest::newRow("escapes stay") << "http://h/a%20b" << "http://h/a%20b";
    QTest::newRow("quotes and braces") << "http://h/?q=\"<a>{b}|\\^`" << "http://h/?q=%22%3Ca%3E%7Bb%7D%7C%5C%5E%60";
    QTest::newRow("ipv6") << "http://[::1]:80/a" << "http://[::1]/a";
    QTest::newRow("at sign in the path") << "http://h/@b" << "http://h/@b";
}

void TestUrl::canonical()
{
    QFETCH(QString, in);
    QFETCH(QString, out);
    const auto url = parseUrl(in.toStdString());
    QVERIFY2(url.has_value(), url ? "" : url.error().text().c_str());
    QCOMPARE(QString::fromStdString(url->text()), out);
    const auto again = parseUrl(url->text());
    QVERIFY(again.has_value());
    QCOMPARE(again->text(), url->text());
}

void TestUrl::refused_data()
{
    QTest::addColumn<QString>("in");
    for (const char* bad : {"", "alasky.cds/DSS", "ftp://h/a", "file:///etc/passwd", "http://", "http:///a", "http://h:0/", "http://h:99999/",
                            "http://h:8x/", "http://a b/", "http://h\"/", "http://[::1/", "http://[zz]/", "http://[::1]x/", "javascript:1"})
        QTest::newRow(bad) << bad;
}

void TestUrl::refused()
{
    QFETCH(QString, in);
    const auto url = parseUrl(in.toStdString());
    QVERIFY(!url);
    QCOMPARE(url.error().code, Errc::Usage);
    QVERIFY(!url.error().what.empty());
}

void TestUrl::hidesCredentials()
{
    const auto url = parseUrl("https://me:secret@h:444/a?b");
    QVERIFY(url.has_value());
    QCOMPARE(url->text(), std::string("https://me:secret@h:444/a?b"));
    QCOMPARE(url->shown(), std::string("https://h:444/a?b"));
    QCOMPARE(url->origin(), std::string("https://h:444"));
    // What stands before the last @ is no host.
    QCOMPARE(parseUrl("http://good.example@evil.example/")->host, std::string("evil.example"));
    QCOMPARE(parseUrl("http://good.example\\@evil.example/")->host, std::string("good.example"));
}

QTEST_APPLESS_MAIN(TestUrl)
#include "test_url.moc"
