#include <QTest>

#include <map>
#include <utility>

#include "hips/tile_store.h"

using namespace firmament;
using namespace firmament::hips;
using sky::Cell;

namespace {

TilePtr tile(int width = 16)
{
    auto t = std::make_shared<TileImage>();
    t->width = width;
    t->pixels.resize(static_cast<size_t>(width * width) * 4);
    return t;
}
constexpr size_t kTileBytes = 16 * 16 * 4;

/// Answers when the test says so.
struct Script {
    struct Asked {
        TileSource::Done done;
        Priority priority;
        float distance;
        std::shared_ptr<PendingFlag> flag;
    };
    std::map<Cell, Asked> open;
    std::vector<Cell> history;
    int cancelled = 0;
    std::function<void(Cell, TilePtr)> each;
    std::function<void()> end;
    bool answerAtOnce = false;

    void answer(Cell c, Expected<TilePtr> t)
    {
        const auto it = open.find(c);
        if (it == open.end()) return;
        const Asked a = std::move(it->second);
        open.erase(it);
        a.done(std::move(t));
    }
    void fail(Cell c, Errc code, bool retry) { answer(c, Error{code, "why", "where", 0, retry}); }
};

class ScriptedSource final : public TileSource {
public:
    explicit ScriptedSource(Script& s) : script_(s) {}
    Pending load(Cell cell, Priority priority, float distance, Done done) override
    {
        struct Control final : Pending::Control {
            Control(Script& s, Cell c) : script(s), cell(c) {}
            void cancel() noexcept override
            {
                if (script.open.erase(cell)) ++script.cancelled;
            }
            void reprioritise(Priority p, float d) override
            {
                if (const auto it = script.open.find(cell); it != script.open.end()) {
                    it->second.priority = p;
                    it->second.distance = d;
                }
            }
            Script& script;
            Cell cell;
        };
        script_.history.push_back(cell);
        if (script_.answerAtOnce) {
            done(tile());
            return {};
        }
        script_.open[cell] = {std::move(done), priority, distance, nullptr};
        return Pending(std::make_shared<Control>(script_, cell));
    }
    Pending loadBase(std::function<void(Cell, TilePtr)> each, std::function<void()> end) override
    {
        script_.each = std::move(each);
        script_.end = std::move(end);
        return {};
    }
    SourceStats stats() const override { return {}; }

private:
    Script& script_;
};

struct Fixture {
    Script script;
    FakeClock clock;
    TileStore store;
    int changes = 0;
    std::vector<std::string> errors;
    explicit Fixture(size_t budget = 100 * kTileBytes) : store(std::make_unique<ScriptedSource>(script), budget, clock)
    {
        store.onChange = [this] { ++changes; };
        store.onError = [this](Cell, const Error& e) { errors.push_back(e.text()); };
    }
};

TilePlan wanting(std::initializer_list<Cell> cells, Priority p = Priority::Normal)
{
    TilePlan plan;
    float d = 0;
    for (const Cell& c : cells) plan.want.push_back({c, p, d += 1});
    return plan;
}

TilePlan drawing(std::initializer_list<Cell> cells)
{
    TilePlan plan;
    for (const Cell& c : cells) plan.draw.push_back({c, c, c});
    return plan;
}

} // namespace

class TestTileStore : public QObject {
    Q_OBJECT
private slots:
    void loadsRanksAndCancels()
    {
        Fixture f;
        f.store.apply(wanting({{3, 1}, {3, 2}}));
        QCOMPARE(f.script.open.size(), size_t{2});
        QCOMPARE(f.store.ready({3, 1}), Ready::Pending);
        QCOMPARE(f.store.ready({3, 9}), Ready::Absent);
        // The same again starts nothing, but passes the new rank on.
        f.store.apply(wanting({{3, 2}, {3, 1}}, Priority::Urgent));
        QCOMPARE(f.script.history.size(), size_t{2});
        QCOMPARE(f.script.open.at({3, 2}).distance, 1.0f);
        QCOMPARE(f.script.open.at({3, 1}).priority, Priority::Urgent);
        // What is no longer wanted is cancelled, and may be asked for again.
        f.store.apply(wanting({{3, 1}}));
        QCOMPARE(f.script.cancelled, 1);
        QCOMPARE(f.store.stats().cancelled, uint64_t{1});
        QCOMPARE(f.store.ready({3, 2}), Ready::Absent);
        f.script.answer({3, 1}, tile());
        QCOMPARE(f.store.ready({3, 1}), Ready::Ready);
        QVERIFY(f.store.find({3, 1}));
        QCOMPARE(f.changes, 1);
        QCOMPARE(f.store.stats().bytes, kTileBytes);
        QCOMPARE(f.script.cancelled, 1); // an answered load is not cancelled
    }

    void missingIsRememberedForTenMinutes()
    {
        Fixture f;
        f.store.apply(wanting({{3, 1}}));
        f.script.fail({3, 1}, Errc::NotFound, false);
        QCOMPARE(f.store.ready({3, 1}), Ready::Missing);
        QVERIFY(f.errors.empty());
        f.clock.advance(std::chrono::minutes(9));
        f.store.apply(wanting({{3, 1}}));
        QCOMPARE(f.script.history.size(), size_t{1});
        f.clock.advance(std::chrono::minutes(2));
        QCOMPARE(f.store.ready({3, 1}), Ready::Absent);
        f.store.apply(wanting({{3, 1}}));
        QCOMPARE(f.script.history.size(), size_t{2});
    }

    void failuresBackOff()
    {
        Fixture f;
        const auto failOnce = [&] {
            f.store.apply(wanting({{3, 1}}));
            f.script.fail({3, 1}, Errc::Network, true);
        };
        failOnce();
        QCOMPARE(f.store.ready({3, 1}), Ready::Failed);
        QCOMPARE(f.errors, (std::vector<std::string>{"where: why"}));
        QCOMPARE(f.store.stats().failed, size_t{1});
        f.clock.advance(std::chrono::seconds(4));
        QCOMPARE(f.store.ready({3, 1}), Ready::Absent);
        failOnce();
        f.clock.advance(std::chrono::seconds(4)); // the second wait is twice as long
        QCOMPARE(f.store.ready({3, 1}), Ready::Failed);
        f.clock.advance(std::chrono::seconds(3));
        QCOMPARE(f.store.ready({3, 1}), Ready::Absent);
        for (int i = 0; i < 20; ++i) {
            f.clock.advance(std::chrono::minutes(6));
            failOnce();
        }
        f.clock.advance(std::chrono::minutes(6)); // never longer than five minutes
        QCOMPARE(f.store.ready({3, 1}), Ready::Absent);
        failOnce();
        f.store.retryFailed();
        QCOMPARE(f.store.ready({3, 1}), Ready::Absent);
        // A tile that cannot be decoded will not be better soon.
        f.store.apply(wanting({{3, 1}}));
        f.script.fail({3, 1}, Errc::Parse, false);
        f.clock.advance(std::chrono::minutes(6));
        QCOMPARE(f.store.ready({3, 1}), Ready::Failed);
    }

    void theBudgetHolds()
    {
        Fixture f(4 * kTileBytes);
        f.script.answerAtOnce = true;
        f.store.loadBase();
        f.script.each({0, 0}, tile());
        f.script.end();
        for (uint64_t i = 0; i < 20; ++i) {
            f.store.apply(wanting({{5, i}}));
            QVERIFY(f.store.find({5, i}));
            f.store.apply(drawing({{5, i}}));
            QVERIFY(f.store.stats().bytes <= 4 * kTileBytes);
        }
        QVERIFY(f.store.find({0, 0})); // base cells stay
        QVERIFY(f.store.find({5, 19}) && f.store.find({5, 18}) && f.store.find({5, 17})); // the last drawn stay
        QVERIFY(!f.store.find({5, 3}));
        QVERIFY(f.store.stats().evicted > 10);
        // Least recently drawn first.
        f.store.apply(drawing({{5, 17}}));
        f.store.apply(wanting({{5, 30}}));
        QVERIFY(f.store.find({5, 17}));
        QVERIFY(!f.store.find({5, 18}));
        // What is drawn stays whatever the budget says; and it goes when it is not.
        f.store.apply(drawing({{5, 17}, {5, 19}, {5, 30}}));
        f.store.setBudget(1);
        QVERIFY(f.store.find({5, 17}) && f.store.find({5, 19}) && f.store.find({5, 30}));
        f.store.apply(drawing({}));
        QVERIFY(!f.store.find({5, 17}));
        QVERIFY(f.store.find({0, 0}));
    }

    void prefetchDoesNotPushOutWhatIsSeen()
    {
        Fixture f(4 * kTileBytes);
        f.script.answerAtOnce = true;
        f.store.apply(wanting({{5, 1}, {5, 2}, {5, 3}}));
        TilePlan p = drawing({{5, 1}, {5, 2}, {5, 3}});
        p.want = wanting({{5, 7}}, Priority::Prefetch).want;
        f.store.apply(p);
        QVERIFY(!f.store.find({5, 7}));
        QCOMPARE(f.script.history.size(), size_t{3});
    }

    void baseIsPendingUntilItEnds()
    {
        Fixture f;
        f.store.loadBase();
        f.store.loadBase();
        QCOMPARE(f.store.ready({0, 4}), Ready::Pending);
        f.store.apply(wanting({{0, 4}}));
        QVERIFY(f.script.history.empty()); // it comes with the others
        f.script.each({0, 3}, tile());
        QCOMPARE(f.store.ready({0, 3}), Ready::Ready);
        QCOMPARE(f.store.stats().loading, size_t{1});
        f.script.end();
        QCOMPARE(f.store.ready({0, 4}), Ready::Absent);
        f.store.apply(wanting({{0, 4}}));
        QCOMPARE(f.script.history.size(), size_t{1});
    }

    void nothingCallsBackIntoTheDead()
    {
        Script script;
        FakeClock clock;
        int changes = 0;
        {
            TileStore store(std::make_unique<ScriptedSource>(script), 1000, clock);
            store.onChange = [&] { ++changes; };
            store.apply(wanting({{3, 1}, {3, 2}}));
        }
        QVERIFY(script.open.empty());
        QCOMPARE(script.cancelled, 2);
        QCOMPARE(changes, 0);
    }

    void aChangeMayAskForMoreAtOnce()
    {
        Fixture f;
        f.script.answerAtOnce = true;
        uint64_t next = 0;
        f.store.onChange = [&] {
            if (++next < 50) f.store.apply(wanting({{9, next}}));
        };
        f.store.apply(wanting({{9, 0}, {9, 100}, {9, 101}}));
        QCOMPARE(f.store.stats().loaded, f.script.history.size());
        QVERIFY(f.store.stats().loading == 0);
    }
};

QTEST_APPLESS_MAIN(TestTileStore)
#include "test_tile_store.moc"
