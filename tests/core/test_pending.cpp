#include <QTest>

#include "core/pending.h"

using namespace firmament;

namespace {
struct Recorder final : Pending::Control {
    int cancels = 0;
    float distance = -1;
    void cancel() noexcept override { ++cancels; }
    void reprioritise(Priority, float d) override { distance = d; }
};
} // namespace

class TestPending : public QObject {
    Q_OBJECT
private slots:
    void destroyingCancelsOnce()
    {
        auto control = std::make_shared<Recorder>();
        {
            Pending a(control);
            Pending b = std::move(a);
            QVERIFY(!a); // NOLINT: a moved-from Pending is empty
            b.reprioritise(Priority::Urgent, 0.5f);
        }
        QCOMPARE(control->cancels, 1);
        QCOMPARE(control->distance, 0.5f);
    }
    void assigningCancelsTheOldOne()
    {
        auto first = std::make_shared<Recorder>();
        auto second = std::make_shared<Recorder>();
        Pending p(first);
        p = Pending(second);
        QCOMPARE(first->cancels, 1);
        QCOMPARE(second->cancels, 0);
    }
    void aCancelledFlagNeverDelivers()
    {
        QueueExecutor queue;
        int called = 0;
        auto flag = std::make_shared<PendingFlag>();
        Pending p(flag);
        flag->deliver(queue, [&] { ++called; });
        p.reset();
        queue.drain();
        QCOMPARE(called, 0);

        auto kept = std::make_shared<PendingFlag>();
        Pending q(kept);
        kept->deliver(queue, [&] { ++called; });
        queue.drain();
        QCOMPARE(called, 1);
    }
};

QTEST_APPLESS_MAIN(TestPending)
#include "test_pending.moc"
