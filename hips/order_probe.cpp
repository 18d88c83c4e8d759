#include "hips/order_probe.h"

#include <algorithm>
#include <utility>

namespace firmament::hips {
namespace {

class Probe final : public Pending::Control, public std::enable_shared_from_this<Probe> {
public:
    explicit Probe(std::function<void(FoundOrders)> done) : done_(std::move(done)) {}

    void start(TileSource& tiles, const std::vector<sky::Dir>& places, int deepest)
    {
        std::vector<sky::Cell> cells;
        for (int order = 0; order <= deepest; ++order)
            for (const sky::Dir& place : places) cells.push_back(sky::cellAt(place, order));
        std::sort(cells.begin(), cells.end());
        cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
        left_ = cells.size() + 1; // one more, so that answers inside load() do not end it
        for (const sky::Cell& cell : cells) {
            Pending one = tiles.load(cell, Priority::Normal, 0, [self = weak_from_this(), order = int{cell.order}](Expected<TilePtr> tile) {
                if (const auto s = self.lock(); s && !s->cancelled_) s->answered(order, tile.has_value());
            });
            loads_.push_back(std::move(one));
        }
        countDown();
    }
    void cancel() noexcept override
    {
        cancelled_ = true;
        loads_.clear();
    }

private:
    void answered(int order, bool there)
    {
        if (there) {
            found_.lowest = found_.lowest < 0 ? order : std::min(found_.lowest, order);
            found_.deepest = std::max(found_.deepest, order);
        }
        countDown();
    }
    void countDown()
    {
        if (--left_ > 0) return;
        const auto keep = shared_from_this(); // done_ may drop the last Pending
        if (const auto done = std::exchange(done_, nullptr)) done(found_);
    }

    std::function<void(FoundOrders)> done_;
    FoundOrders found_;
    size_t left_ = 0;
    bool cancelled_ = false;
    std::vector<Pending> loads_;
};

} // namespace

Pending probeOrders(TileSource& tiles, const std::vector<sky::Dir>& places, int deepest, std::function<void(FoundOrders)> done)
{
    auto probe = std::make_shared<Probe>(std::move(done));
    probe->start(tiles, places, deepest);
    return Pending(probe);
}

} // namespace firmament::hips
