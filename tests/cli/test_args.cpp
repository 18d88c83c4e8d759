#include <QtTest>

#include "app/cli/args.h"

using namespace firmament;
using namespace firmament::cli;

namespace {

CommandSpec spec()
{
    CommandSpec c;
    c.path = "firmament thing";
    c.summary = "Does a thing.";
    c.operands = "FILE";
    c.minOperands = 0;
    c.maxOperands = 2;
    c.options = {{"at", 0, "TARGET", "where", false},
                 {"output", 'o', "OUT", "file", false},
                 {"survey", 0, "WHAT", "survey", true},
                 {"force", 'f', "", "overwrite", false}};
    return c;
}

Expected<Arguments> parse(std::vector<std::string> words) { return parseArguments(spec(), words); }

} // namespace

class TestArgs : public QObject {
    Q_OBJECT

private slots:
    void valuesInEverySpelling()
    {
        const auto a = parse({"--at", "10.68 41.27", "-o", "x.png", "--survey=a,b=c", "--survey", "d", "-f", "file"});
        QVERIFY(a);
        QCOMPARE(*a->value("at"), std::string("10.68 41.27"));
        QCOMPARE(*a->value("output"), std::string("x.png"));
        QCOMPARE(a->values("survey").size(), size_t(2));
        QCOMPARE(a->values("survey")[0], std::string("a,b=c"));
        QVERIFY(a->has("force"));
        QCOMPARE(a->operands(), std::vector<std::string>{"file"});
        QCOMPARE(*parse({"-ox.png"})->value("output"), std::string("x.png"));
    }
    void negativeNumbersAreValues()
    {
        QCOMPARE(*parse({"--at", "-5 -10"})->value("at"), std::string("-5 -10"));
        QCOMPARE(*parse({"--at", "-.5e-3 1"})->value("at"), std::string("-.5e-3 1"));
        QCOMPARE(*parse({"--at=-5"})->value("at"), std::string("-5"));
        QCOMPARE(parse({"10.68", "-41.2"})->operands(), (std::vector<std::string>{"10.68", "-41.2"}));
    }
    void doubleDashEndsOptions()
    {
        QCOMPARE(parse({"--", "--at", "-x"})->operands(), (std::vector<std::string>{"--at", "-x"}));
        QCOMPARE(parse({"-"})->operands(), std::vector<std::string>{"-"});
    }
    void wrongUsage_data()
    {
        QTest::addColumn<QStringList>("words");
        QTest::addColumn<QString>("part");
        QTest::newRow("unknown") << QStringList{"--survye", "x"} << "did you mean --survey";
        QTest::newRow("beginning") << QStringList{"--out", "x"} << "did you mean --output";
        QTest::newRow("far off") << QStringList{"--zzzzzz"} << "--help";
        QTest::newRow("unknown letter") << QStringList{"-z"} << "unknown option -z";
        QTest::newRow("no value at the end") << QStringList{"--at"} << "--at has no value";
        QTest::newRow("option instead of a value") << QStringList{"--at", "--force"} << "--at has no value";
        QTest::newRow("switch with a value") << QStringList{"--force=yes"} << "takes no value";
        QTest::newRow("twice") << QStringList{"--at", "1", "--at", "2"} << "given twice";
        QTest::newRow("too many words") << QStringList{"a", "b", "c"} << "unexpected 'c'";
    }
    void wrongUsage()
    {
        QFETCH(QStringList, words);
        QFETCH(QString, part);
        std::vector<std::string> list;
        for (const auto& w : words) list.push_back(w.toStdString());
        const auto a = parse(list);
        QVERIFY(!a);
        QCOMPARE(a.error().code, Errc::Usage);
        QVERIFY2(QString::fromStdString(a.error().text()).contains(part), a.error().text().c_str());
    }
    void helpAsksForNothingElse()
    {
        auto command = spec();
        command.minOperands = 1;
        QVERIFY(parseArguments(command, std::vector<std::string>{"--help"}));
        QVERIFY(!parseArguments(command, std::vector<std::string>{}));
        const auto text = helpText(command);
        QVERIFY(text.find("Usage: firmament thing FILE [options]") == 0);
        QVERIFY(text.find("-o, --output OUT") != std::string::npos);
    }
    void listsAndNumbers()
    {
        QCOMPARE(splitList("a,b=[1,2],c", ',').size(), size_t(3));
        QCOMPARE(splitList("", ',').size(), size_t(1));
        QVERIFY(!parseSize("--size", "0x10"));
        QVERIFY(!parseSize("--size", "10"));
        QVERIFY(!parseSize("--size", "10x99999"));
        QCOMPARE(*parseSize("--size", "1280x800"), (std::pair{1280, 800}));
        QVERIFY(!parseNumber("--x", "nan", -1, 1));
        QVERIFY(!parseNumber("--x", "1e", -1, 10));
        QCOMPARE(*parseNumber("--x", "-1.5e-3", -1, 1), -1.5e-3);
    }
};

QTEST_GUILESS_MAIN(TestArgs)
#include "test_args.moc"
