#include "hips/local_hips.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <vector>

#include "core/files.h"
#include "hips/local_tree.h"
#include "hips/tile_decode.h"

namespace firmament::hips {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMaxTileFile = uint64_t{256} << 20;

} // namespace

Expected<Bytes> readTileFile(const fs::path& folder, sky::Cell cell, TileFormat format, int channel)
{
    const std::string usual = tilePath(cell, format, channel);
    auto file = readTreeFile(folder, usual, kMaxTileFile);
    if (file || file.error().code != Errc::NotFound) return file;
    if (format == TileFormat::Fits) {
        for (const char* ending : {".fz", ".gz"})
            if (auto f = readFile(folder / (usual + ending), kMaxTileFile)) return f;
    } else if (format == TileFormat::Jpeg) {
        if (auto f = readFile((folder / usual).replace_extension(".jpeg"), kMaxTileFile)) return f;
    }
    return file;
}

/// What waits to be read, shared between the source and its jobs. A job is taken when a worker is free, so that the
/// ranking of that moment counts, and not the one at the time of asking.
class LocalHips::Queue : public std::enable_shared_from_this<LocalHips::Queue> {
public:
    Queue(LocalTree tree, Executor& ui, Executor& work) : tree_(std::move(tree)), ui_(ui), work_(work) {}

    void add(std::shared_ptr<Job> job);
    void remove(const Job* job);
    void rank(const Job* job, Priority priority, float distance);
    const LocalTree& tree() const { return tree_; }
    Executor& ui() const { return ui_; }
    Executor& work() const { return work_; }

    std::atomic<uint64_t> requested{0}, ok{0}, missing{0}, failed{0}, bytes{0};

private:
    void runBest();
    const LocalTree tree_;
    Executor& ui_;
    Executor& work_;
    std::mutex mutex_;
    std::vector<std::shared_ptr<Job>> waiting_;
};

class LocalHips::Job final : public Pending::Control {
public:
    Job(std::weak_ptr<Queue> queue, sky::Cell c, Priority p, float d, uint64_t a, Done f)
        : cell(c), priority(p), distance(d), age(a), done(std::move(f)), queue_(std::move(queue))
    {
    }
    void cancel() noexcept override
    {
        flag->cancel();
        if (const auto q = queue_.lock()) q->remove(this);
    }
    void reprioritise(Priority p, float d) override
    {
        if (const auto q = queue_.lock()) q->rank(this, p, d);
    }
    bool before(const Job& o) const
    {
        if (priority != o.priority) return priority < o.priority;
        if (distance != o.distance) return distance < o.distance;
        return age < o.age;
    }

    const sky::Cell cell;
    Priority priority; // this and distance: under the queue's mutex
    float distance;
    const uint64_t age;
    const Done done;
    const std::shared_ptr<PendingFlag> flag = std::make_shared<PendingFlag>();

private:
    const std::weak_ptr<Queue> queue_;
};

void LocalHips::Queue::add(std::shared_ptr<Job> job)
{
    ++requested;
    const Priority p = job->priority;
    {
        std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(job));
    }
    work_.post(p, [self = shared_from_this()] { self->runBest(); });
}

void LocalHips::Queue::remove(const Job* job)
{
    std::shared_ptr<Job> gone; // destroyed outside the lock
    std::lock_guard lock(mutex_);
    const auto it = std::find_if(waiting_.begin(), waiting_.end(), [&](const auto& j) { return j.get() == job; });
    if (it == waiting_.end()) return;
    gone = std::move(*it);
    waiting_.erase(it);
}

void LocalHips::Queue::rank(const Job* job, Priority priority, float distance)
{
    std::lock_guard lock(mutex_);
    for (const auto& j : waiting_)
        if (j.get() == job) {
            j->priority = priority;
            j->distance = distance;
        }
}

void LocalHips::Queue::runBest()
{
    std::shared_ptr<Job> job;
    {
        std::lock_guard lock(mutex_);
        const auto best = std::min_element(waiting_.begin(), waiting_.end(), [](const auto& a, const auto& b) { return a->before(*b); });
        if (best == waiting_.end()) return;
        job = std::move(*best);
        waiting_.erase(best);
    }
    if (job->flag->cancelled()) return;
    auto file = readTileFile(tree_.folder, job->cell, tree_.format, tree_.channel);
    if (job->flag->cancelled()) return;
    auto decoded = file ? decodeTile(*file, tree_.tileWidth, tree_.channel) : Expected<FreshTilePtr>(file.error());
    Expected<TilePtr> tile = decoded ? Expected<TilePtr>(std::move(*decoded)) : Expected<TilePtr>(decoded.error());
    if (tile) {
        ++ok;
        bytes += file->size();
    } else if (tile.error().code == Errc::NotFound) {
        ++missing;
    } else {
        ++failed;
        Error e = tile.error();
        if (e.where.empty()) e.where = (tree_.folder / tilePath(job->cell, tree_.format, tree_.channel)).string();
        tile = Expected<TilePtr>(std::move(e));
    }
    job->flag->deliver(ui_, [job, tile = std::move(tile)]() mutable { job->done(std::move(tile)); });
}

/// The loading of all base cells as one thing that can be stopped. ui thread.
class LocalHips::Base final : public Pending::Control {
public:
    void cancel() noexcept override
    {
        flag->cancel();
        loads.clear();
    }
    const std::shared_ptr<PendingFlag> flag = std::make_shared<PendingFlag>();
    std::vector<Pending> loads;
    size_t left = 0;
};

LocalHips::LocalHips(LocalTree tree, Executor& ui, Executor& work) : queue_(std::make_shared<Queue>(std::move(tree), ui, work)) {}
LocalHips::~LocalHips() = default;

Pending LocalHips::load(sky::Cell cell, Priority priority, float distance, Done done)
{
    auto job = std::make_shared<Job>(queue_, cell, priority, distance, queue_->requested.load(), std::move(done));
    queue_->add(job);
    return Pending(job);
}

Pending LocalHips::exactValue(sky::Cell cell, int width, int column, int row, std::function<void(Expected<double>)> done)
{
    auto flag = std::make_shared<PendingFlag>();
    queue_->work().post(Priority::Urgent, [queue = queue_, flag, cell, width, column, row, done = std::move(done)] {
        if (flag->cancelled()) return;
        const LocalTree& tree = queue->tree();
        const auto file = readTileFile(tree.folder, cell, tree.format, tree.channel);
        flag->deliver(queue->ui(), [done, value = file ? valueInTile(*file, width, column, row, tree.channel, tree.tileWidth) : Expected<double>(file.error())] { done(value); });
    });
    return Pending(flag);
}

Pending LocalHips::loadBase(std::function<void(sky::Cell, TilePtr)> each, std::function<void()> end)
{
    auto base = std::make_shared<Base>();
    const LocalTree& tree = queue_->tree();
    if (!tree.base.empty()) {
        base->left = tree.base.size();
        const std::weak_ptr<Base> weak = base;
        auto ended = std::make_shared<std::function<void()>>(std::move(end));
        for (const sky::Cell& cell : tree.base) {
            // After what is in view, which is asked for at the same time.
            Pending one = load(cell, Priority::Prefetch, 0, [cell, each, ended, weak](Expected<TilePtr> tile) {
                const auto b = weak.lock();
                if (!b || b->flag->cancelled()) return;
                if (tile) each(cell, *tile);
                if (--b->left == 0) (*ended)();
            });
            base->loads.push_back(std::move(one));
        }
        return Pending(base);
    }
    if (tree.allskyOrder < 0) {
        base->flag->deliver(queue_->ui(), std::move(end));
        return Pending(base);
    }
    queue_->work().post(Priority::Normal, [flag = base->flag, queue = queue_, each = std::move(each), end = std::move(end)] {
        if (flag->cancelled()) return;
        const LocalTree& t = queue->tree();
        const auto file = readTreeFile(t.folder, allskyPath(t.allskyOrder, t.format, t.channel), kMaxTileFile);
        auto tiles = file ? splitAllsky(*file, t.allskyOrder) : Expected<std::vector<std::pair<sky::Cell, FreshTilePtr>>>(file.error());
        flag->deliver(queue->ui(), [tiles = std::move(tiles), flag, each, end] {
            if (tiles)
                for (const auto& [cell, tile] : *tiles) {
                    each(cell, tile);
                    if (flag->cancelled()) return;
                }
            end();
        });
    });
    return Pending(base);
}

SourceStats LocalHips::stats() const
{
    return {queue_->requested, queue_->ok, queue_->missing, queue_->failed, queue_->bytes};
}

} // namespace firmament::hips
