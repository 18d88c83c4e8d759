#include <QTest>

#include <atomic>
#include <latch>
#include <vector>

#include "core/cancel.h"
#include "core/executor.h"

using namespace firmament;

class TestExecutor : public QObject {
    Q_OBJECT
private slots:
    void poolRunsEverything()
    {
        std::atomic<int> sum{0};
        std::latch done(100);
        WorkPool pool(2);
        for (int i = 1; i <= 100; ++i)
            pool.post([&, i] {
                sum += i;
                done.count_down();
            });
        done.wait();
        QCOMPARE(sum.load(), 5050);
    }
    void urgentOvertakes()
    {
        WorkPool pool(1);
        std::latch started(1), release(1), done(3);
        std::vector<int> order; // one worker: no race
        pool.post([&] {
            started.count_down();
            release.wait();
        });
        started.wait();
        pool.post(Priority::Prefetch, [&] { order.push_back(3), done.count_down(); });
        pool.post(Priority::Normal, [&] { order.push_back(2), done.count_down(); });
        pool.post(Priority::Urgent, [&] { order.push_back(1), done.count_down(); });
        QCOMPARE(pool.queued(), size_t{3});
        release.count_down();
        done.wait();
        QCOMPARE(order, (std::vector<int>{1, 2, 3}));
    }
    void poolDropsWhatHasNotStarted()
    {
        std::atomic<int> ran{0};
        std::latch started(1);
        std::atomic<bool> release{false};
        {
            WorkPool pool(1);
            pool.post([&] {
                started.count_down();
                while (!release) std::this_thread::yield();
            });
            started.wait();
            for (int i = 0; i < 10; ++i) pool.post([&] { ++ran; });
            // The first function ends only once the destructor has emptied the queue.
            std::thread watcher([&] {
                while (pool.queued() > 0) std::this_thread::yield();
                release = true;
            });
            watcher.detach();
        }
        QVERIFY(release);
        QCOMPARE(ran.load(), 0);
    }
    void queueDrainsNested()
    {
        QueueExecutor queue;
        int ran = 0;
        queue.post([&] {
            ++ran;
            queue.post([&] { ++ran; });
        });
        QCOMPARE(queue.drain(), size_t{2});
        QCOMPARE(ran, 2);
        QCOMPARE(queue.waitAndDrain(std::chrono::milliseconds(1)), size_t{0});
    }
    void queueWakesForOtherThreads()
    {
        QueueExecutor queue;
        int ran = 0;
        std::thread other([&] { queue.post([&] { ++ran; }); });
        while (ran == 0) queue.waitAndDrain(std::chrono::seconds(5));
        other.join();
        QCOMPARE(ran, 1);
    }
    void tokensSeeTheirSource()
    {
        CancelToken token;
        QVERIFY(!token.cancelled());
        {
            CancelSource source;
            token = source.token();
            QVERIFY(!token.cancelled());
            CancelSource moved = std::move(source);
            QVERIFY(!token.cancelled());
        }
        QVERIFY(token.cancelled());
    }
};

QTEST_APPLESS_MAIN(TestExecutor)
#include "test_executor.moc"
