#include <QtTest>

#include "app/window/message_model.h"

using namespace firmament::scene;
using firmament::window::MessageModel;

class TestMessageModel : public QObject {
    Q_OBJECT
private slots:
    void newestIsFirst()
    {
        MessageModel m;
        m.add({Severity::Info, "a", "one", 0});
        m.add({Severity::Error, "b", "two", 0});
        QCOMPARE(m.rowCount(), 2);
        QCOMPARE(m.index(0).data(MessageModel::ThingRole).toString(), QStringLiteral("b"));
        QCOMPARE(m.unread(), 2);
        QCOMPARE(m.worstUnread(), Severity::Error);
        m.markRead();
        QCOMPARE(m.unread(), 0);
    }
    void equalOnesAreCounted()
    {
        MessageModel m;
        for (int i = 0; i < 12; ++i) m.add({Severity::Warning, "DSS2 red", "tile 6/" + std::to_string(i) + ": HTTP 503, tried 3 times", 1});
        m.add({Severity::Warning, "DSS2 red", "tile 6/9: timed out", 1});
        QCOMPARE(m.rowCount(), 2);
        QCOMPARE(m.index(1).data(MessageModel::CountRole).toInt(), 12);
    }
    void theListIsBounded()
    {
        MessageModel m;
        for (int i = 0; i < 700; ++i) m.add({Severity::Info, "thing " + std::to_string(i), "said", 0});
        QCOMPARE(m.rowCount(), 500);
        QCOMPARE(m.index(0).data(MessageModel::ThingRole).toString(), QStringLiteral("thing 699"));
    }
};

QTEST_APPLESS_MAIN(TestMessageModel)
#include "test_message_model.moc"
