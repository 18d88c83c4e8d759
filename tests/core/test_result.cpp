#include <QTest>

#include <memory>
#include <string>

#include "core/result.h"

using namespace firmament;

class TestResult : public QObject {
    Q_OBJECT
private slots:
    void holdsAValue()
    {
        Expected<int> e = 7;
        QVERIFY(e);
        QCOMPARE(*e, 7);
        QCOMPARE(e.value_or(3), 7);
    }
    void holdsAnError()
    {
        Expected<int> e = Error{Errc::Parse, "expected a number, found \"x\"", "file.txt"};
        QVERIFY(!e);
        QCOMPARE(e.error().code, Errc::Parse);
        QCOMPARE(e.value_or(3), 3);
        QCOMPARE(e.error().text(), std::string("file.txt: expected a number, found \"x\""));
    }
    void textOfPartialErrors()
    {
        QCOMPARE((Error{Errc::Io, "why", ""}).text(), std::string("why"));
        QCOMPARE((Error{Errc::Io, "", "thing"}).text(), std::string("thing"));
    }
    void movesWithoutCopy()
    {
        Expected<std::unique_ptr<int>> e = std::make_unique<int>(4);
        const std::unique_ptr<int> p = *std::move(e);
        QCOMPARE(*p, 4);
    }
    void voidKnowsSuccess()
    {
        QVERIFY(Expected<void>());
        const Expected<void> failed = Error{Errc::Io, "disk full", "a"};
        QVERIFY(!failed);
        QCOMPARE(failed.error().what, std::string("disk full"));
    }
};

QTEST_APPLESS_MAIN(TestResult)
#include "test_result.moc"
