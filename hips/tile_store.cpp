#include "hips/tile_store.h"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace firmament::hips {
namespace {

using sky::Cell;
using sky::CellHash;
using std::chrono::nanoseconds;

constexpr nanoseconds kMissingFor = std::chrono::minutes(10);
constexpr nanoseconds kFirstRetry = std::chrono::seconds(3);
constexpr nanoseconds kLongestRetry = std::chrono::minutes(5);
/// A file that is there but cannot be decoded will not be better soon.
constexpr nanoseconds kHopelessFor = std::chrono::minutes(10);

} // namespace

class TileStore::Impl {
public:
    Impl(TileStore& owner, std::unique_ptr<TileSource> source, size_t budget, const Clock& clock)
        : owner_(owner), source_(std::move(source)), budget_(budget), clock_(clock)
    {
    }

    void loadBase()
    {
        if (baseState_ != BaseState::NotAsked) return;
        baseState_ = BaseState::Loading;
        Pending pending = source_->loadBase(
            [this](Cell cell, TilePtr tile) {
                insert(cell, std::move(tile), true);
                changed();
            },
            [this] {
                baseState_ = BaseState::Done;
                if (source_->made()) missing_.clear(); // what the survey lacks can be made from now on
                changed();
            });
        if (baseState_ == BaseState::Loading) base_ = std::move(pending);
    }

    void apply(const TilePlan& plan, const std::function<bool(Cell)>& onGpu)
    {
        ++tick_;
        for (const DrawCell& d : plan.draw) {
            touch(d.from, onGpu);
            touch(d.fadeFrom, onGpu);
        }
        cancelUnwanted(plan);
        const bool roomToPrefetch = heldBytes() < budget_ / 4 * 3;
        // A load may answer at once and bring a new plan: no iterator into our own maps is kept.
        const std::vector<Want> wants = plan.want;
        for (const Want& w : wants) {
            if (w.priority == Priority::Prefetch && !roomToPrefetch) continue;
            if (const auto it = loads_.find(w.cell); it != loads_.end()) {
                Load& l = it->second;
                if (l.priority == w.priority && l.distance == w.distance) continue;
                l.priority = w.priority;
                l.distance = w.distance;
                l.pending.reprioritise(w.priority, w.distance);
                continue;
            }
            if (ready(w.cell) == Ready::Absent) start(w);
        }
        trim();
    }

    TilePtr find(const Cell& cell) const
    {
        const auto it = tiles_.find(cell);
        return it == tiles_.end() ? nullptr : it->second.tile;
    }

    Ready ready(const Cell& cell) const
    {
        if (tiles_.contains(cell)) return Ready::Ready;
        if (loads_.contains(cell)) return Ready::Pending;
        if (const auto it = missing_.find(cell); it != missing_.end() && clock_.now() < it->second) return Ready::Missing;
        if (const auto it = failed_.find(cell); it != failed_.end() && clock_.now() < it->second.until) return Ready::Failed;
        // The base cells are on their way as a whole.
        if (baseState_ == BaseState::Loading && cell.order == 0) return Ready::Pending;
        return Ready::Absent;
    }

    StoreStats stats() const
    {
        StoreStats s = stats_;
        s.bytes = bytes_;
        s.tiles = tiles_.size();
        s.loading = loads_.size() + (baseState_ == BaseState::Loading ? 1u : 0u);
        s.failed = 0;
        for (const auto& [cell, f] : failed_) s.failed += clock_.now() < f.until ? 1u : 0u;
        return s;
    }
    SourceStats sourceStats() const { return source_->stats(); }
    TileSource& source() { return *source_; }
    std::optional<MadeOrders> made() const { return source_->made(); }
    LearntFacts learnt() const { return source_->learnt(); }
    bool baseLoading() const { return baseState_ == BaseState::Loading; }

    void setBudget(size_t bytes)
    {
        const bool wasNothing = budget_ == 0;
        budget_ = bytes;
        trim();
        if (bytes > 0 && wasNothing && baseState_ == BaseState::Dropped) {
            baseState_ = BaseState::NotAsked;
            loadBase();
        }
    }

    bool hasRoomFor(size_t tiles) const { return bytes_ + (loads_.size() + tiles) * tileBytes_ <= budget_; }

    std::optional<nanoseconds> nextTry() const
    {
        std::optional<nanoseconds> least;
        const nanoseconds now = clock_.now();
        for (const auto& [cell, f] : failed_)
            if (f.again && f.until > now && (!least || f.until - now < *least)) least = f.until - now;
        return least;
    }

    void retryFailed()
    {
        if (failed_.empty()) return;
        failed_.clear();
        changed();
    }

private:
    enum class BaseState { NotAsked, Loading, Done, Dropped };
    struct Held {
        TilePtr tile;
        uint64_t used = 0;
        bool pinned = false, onGpu = false;
    };
    struct Load {
        Pending pending;
        Priority priority = Priority::Normal;
        float distance = 0;
    };
    struct Failure {
        nanoseconds until;
        int times = 0;
        bool again = false; ///< the same request may succeed later
    };

    void changed() const
    {
        if (owner_.onChange) owner_.onChange();
    }

    void touch(const Cell& cell, const std::function<bool(Cell)>& onGpu)
    {
        const auto it = tiles_.find(cell);
        if (it == tiles_.end()) return;
        it->second.used = tick_;
        it->second.onGpu = onGpu && onGpu(cell);
    }

    void cancelUnwanted(const TilePlan& plan)
    {
        std::unordered_set<Cell, CellHash> wanted;
        for (const Want& w : plan.want) wanted.insert(w.cell);
        stats_.cancelled += std::erase_if(loads_, [&](const auto& entry) { return !wanted.contains(entry.first); });
    }

    void start(const Want& w)
    {
        loads_[w.cell] = Load{Pending(), w.priority, w.distance};
        Pending pending = source_->load(w.cell, w.priority, w.distance,
                                        [this, cell = w.cell](Expected<TilePtr> tile) { finish(cell, std::move(tile)); });
        if (const auto it = loads_.find(w.cell); it != loads_.end()) it->second.pending = std::move(pending);
    }

    void finish(const Cell& cell, Expected<TilePtr> tile)
    {
        // Kept until the end of this call: it is what is calling us.
        Load done;
        if (const auto it = loads_.find(cell); it != loads_.end()) {
            done = std::move(it->second);
            loads_.erase(it);
        }
        if (tile) {
            failed_.erase(cell);
            missing_.erase(cell);
            ++stats_.loaded;
            insert(cell, std::move(*tile), false);
        } else if (tile.error().code == Errc::NotFound) {
            ++stats_.missing;
            missing_[cell] = clock_.now() + kMissingFor;
        } else if (tile.error().code != Errc::Cancelled) {
            fail(cell, tile.error());
        }
        changed();
    }

    void fail(const Cell& cell, const Error& error)
    {
        Failure& f = failed_[cell];
        const nanoseconds wait = error.retry ? std::min(kFirstRetry * (int64_t{1} << std::min(f.times, 10)), kLongestRetry) : kHopelessFor;
        ++f.times;
        f.again = error.retry;
        f.until = clock_.now() + wait;
        if (owner_.onError) owner_.onError(cell, error);
    }

    void insert(const Cell& cell, TilePtr tile, bool pinned)
    {
        if (!tile) return;
        Held& h = tiles_[cell];
        if (h.tile) bytes_ -= h.tile->bytes();
        bytes_ += tile->bytes();
        tileBytes_ = tile->bytes();
        h = Held{std::move(tile), tick_, pinned || h.pinned, false};
        trim();
    }

    bool held(const Held& h) const { return h.pinned || h.used == tick_; }

    /// What has to stay here: copies of what is drawn from its texture need not.
    size_t heldBytes() const
    {
        size_t sum = 0;
        for (const auto& [cell, h] : tiles_)
            if (h.pinned || (held(h) && !h.onGpu)) sum += h.tile->bytes();
        return sum;
    }

    /// Least recently drawn first, then what is drawn from its texture; never what else the last plan draws, nor the base
    /// cells while there is any budget.
    void trim()
    {
        if (bytes_ <= budget_) return;
        std::vector<std::pair<uint64_t, Cell>> go;
        for (const auto& [cell, h] : tiles_) {
            if (budget_ == 0 || !held(h)) go.emplace_back(h.used, cell);
            else if (h.onGpu && !h.pinned) go.emplace_back(tick_ + 1, cell);
        }
        std::sort(go.begin(), go.end());
        for (const auto& [used, cell] : go) {
            if (bytes_ <= budget_) break;
            const Held& h = tiles_.at(cell);
            if (h.pinned) baseState_ = BaseState::Dropped;
            bytes_ -= h.tile->bytes();
            tiles_.erase(cell);
            ++stats_.evicted;
        }
        if (budget_ == 0 && baseState_ != BaseState::NotAsked) {
            base_.reset();
            baseState_ = BaseState::Dropped;
        }
    }

    TileStore& owner_;
    std::unique_ptr<TileSource> source_;
    size_t budget_;
    const Clock& clock_;
    uint64_t tick_ = 1;
    size_t bytes_ = 0, tileBytes_ = 0;
    StoreStats stats_;
    BaseState baseState_ = BaseState::NotAsked;
    std::unordered_map<Cell, Held, CellHash> tiles_;
    std::unordered_map<Cell, nanoseconds, CellHash> missing_; ///< until when that is believed
    std::unordered_map<Cell, Failure, CellHash> failed_;
    // Last, so that they go first: nothing may call back into what is already gone.
    std::unordered_map<Cell, Load, CellHash> loads_;
    Pending base_;
};

TileStore::TileStore(std::unique_ptr<TileSource> source, size_t budgetBytes, const Clock& clock)
    : impl_(std::make_unique<Impl>(*this, std::move(source), budgetBytes, clock))
{
}
TileStore::~TileStore() = default;
void TileStore::loadBase() { impl_->loadBase(); }
void TileStore::apply(const TilePlan& plan, const std::function<bool(sky::Cell)>& onGpu) { impl_->apply(plan, onGpu); }
bool TileStore::hasRoomFor(size_t tiles) const { return impl_->hasRoomFor(tiles); }
TilePtr TileStore::find(sky::Cell cell) const { return impl_->find(cell); }
Ready TileStore::ready(sky::Cell cell) const { return impl_->ready(cell); }
StoreStats TileStore::stats() const { return impl_->stats(); }
SourceStats TileStore::sourceStats() const { return impl_->sourceStats(); }
std::optional<MadeOrders> TileStore::made() const { return impl_->made(); }
LearntFacts TileStore::learnt() const { return impl_->learnt(); }
bool TileStore::baseLoading() const { return impl_->baseLoading(); }
void TileStore::setBudget(size_t bytes) { impl_->setBudget(bytes); }
std::optional<std::chrono::nanoseconds> TileStore::nextTry() const { return impl_->nextTry(); }
void TileStore::retryFailed() { impl_->retryFailed(); }
Pending TileStore::exactValue(sky::Cell cell, int width, int column, int row, std::function<void(Expected<double>)> done)
{
    return impl_->source().exactValue(cell, width, column, row, std::move(done));
}

} // namespace firmament::hips
