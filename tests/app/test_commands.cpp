#include <QtTest>

#include "app/window/commands.h"

using namespace firmament::window;

class TestCommands : public QObject {
    Q_OBJECT
    static CommandRegistry registry()
    {
        CommandRegistry r;
        const auto add = [&](const char* id, const char* text, std::initializer_list<const char*> keys, KeyScope scope = KeyScope::Window) {
            Command c;
            c.id = QString::fromLatin1(id);
            c.text = QString::fromLatin1(text);
            for (const char* k : keys) c.keys << QKeySequence(QString::fromLatin1(k));
            c.run = [] {};
            c.scope = scope;
            r.add(std::move(c));
        };
        add("a", "First", {"Ctrl+A", "A"});
        add("b", "Second", {"B"});
        add("sky", "On the sky", {"Left"}, KeyScope::Canvas);
        add("list", "In the list", {"Left"}, KeyScope::Layers);
        add("none", "Without", {});
        return r;
    }
    static QString keys(const CommandRegistry& r, const char* id) { return r.find(QString::fromLatin1(id))->allKeysText(); }

private slots:
    void overridesTakeThePlaceOfTheUsualKeys()
    {
        CommandRegistry r = registry();
        QVERIFY(r.setOverrides({{"a", {"Ctrl+J"}}, {"none", {"F2", "Ctrl+Shift+X"}}, {"b", {}}}).isEmpty());
        QCOMPARE(keys(r, "a"), QStringLiteral("Ctrl+J"));
        QCOMPARE(keys(r, "none"), QStringLiteral("F2, Ctrl+Shift+X"));
        QCOMPARE(keys(r, "b"), QString());
        QCOMPARE(r.tip(QStringLiteral("a")), QStringLiteral("First  (Ctrl+J)"));
        QCOMPARE(r.tip(QStringLiteral("b")), QStringLiteral("Second"));
        QVERIFY(r.setOverrides({}).isEmpty()); // and back
        QCOMPARE(keys(r, "a"), QStringLiteral("Ctrl+A, A"));
        QCOMPARE(keys(r, "b"), QStringLiteral("B"));
    }
    void twoMayExchangeTheirKeys()
    {
        CommandRegistry r = registry();
        QVERIFY(r.setOverrides({{"a", {"B"}}, {"b", {"A"}}}).isEmpty());
        QCOMPARE(keys(r, "a"), QStringLiteral("B"));
        QCOMPARE(keys(r, "b"), QStringLiteral("A"));
        QVERIFY(r.conflicts().isEmpty());
    }
    void takenKeysAreRefusedWithTheOtherName()
    {
        CommandRegistry r = registry();
        const QStringList refused = r.setOverrides({{"none", {"B"}}});
        QCOMPARE(refused.size(), 1);
        QVERIFY2(refused.front().contains(QLatin1String("Second")), qPrintable(refused.front()));
        QCOMPARE(keys(r, "none"), QString());
        QVERIFY(r.conflicts().isEmpty());
        QCOMPARE(r.holder(QKeySequence(QStringLiteral("B")), QStringLiteral("none"))->id, QStringLiteral("b"));
        QVERIFY(!r.holder(QKeySequence(QStringLiteral("B")), QStringLiteral("b")));
        QVERIFY(!r.holder(QKeySequence(QStringLiteral("F9")), QStringLiteral("b")));
    }
    void keysMeetOnlyWhereBothAct()
    {
        CommandRegistry r = registry();
        QVERIFY(r.conflicts().isEmpty()); // Left on the sky and Left in the list
        QVERIFY(r.holder(QKeySequence(QStringLiteral("Left")), QStringLiteral("b")));
        QVERIFY(!r.setOverrides({{"b", {"Left"}}}).isEmpty());
    }
    void whatComesOfARefusalIsWholeAgain()
    {
        // a wants b's key, b wants a key that is taken: b falls back, so a must fall back too.
        CommandRegistry r = registry();
        QCOMPARE(r.setOverrides({{"a", {"B"}}, {"b", {"Left"}}}).size(), 2);
        QVERIFY(r.conflicts().isEmpty());
        QCOMPARE(keys(r, "a"), QStringLiteral("Ctrl+A, A"));
        QCOMPARE(keys(r, "b"), QStringLiteral("B"));
    }
    void brokenEntriesAreNamedAndPassedOver()
    {
        CommandRegistry r = registry();
        const QStringList refused = r.setOverrides({{"no.such", {"F2"}}, {"a", {"Ctrl+NoSuchKey"}}, {"b", {"F3"}}});
        QCOMPARE(refused.size(), 2);
        QCOMPARE(keys(r, "a"), QStringLiteral("Ctrl+A, A"));
        QCOMPARE(keys(r, "b"), QStringLiteral("F3"));
    }
    void onlyDifferencesAreStored()
    {
        const CommandRegistry r = registry();
        KeyOverrides o = r.withKeys({}, QStringLiteral("b"), {QKeySequence(QStringLiteral("Ctrl+Alt+B"))});
        QCOMPARE(o.size(), size_t{1});
        QCOMPARE(o["b"], std::vector<std::string>{"Ctrl+Alt+B"});
        o = r.withKeys(o, QStringLiteral("a"), {});
        QVERIFY(o.at("a").empty());
        o = r.withKeys(o, QStringLiteral("b"), {QKeySequence(QStringLiteral("B"))}); // the usual one
        QVERIFY(!o.contains("b"));
        QCOMPARE(o.size(), size_t{1});
    }
};

QTEST_MAIN(TestCommands)
#include "test_commands.moc"
