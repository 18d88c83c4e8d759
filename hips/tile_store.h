// The decoded tiles of one survey and their loads. ui thread only. Byte budget; least recently drawn go first, then the
// copies of what the graphics memory holds; what the last plan draws from here and the base cells stay.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "core/clock.h"
#include "hips/plan.h"
#include "hips/tile_source.h"

namespace firmament::hips {

struct StoreStats {
    size_t bytes = 0, tiles = 0, loading = 0, failed = 0;
    uint64_t loaded = 0, missing = 0, evicted = 0, cancelled = 0;
};

class TileStore {
public:
    TileStore(std::unique_ptr<TileSource> source, size_t budgetBytes, const Clock& clock);
    ~TileStore();

    void loadBase();                    ///< ask for Allsky or the lowest order; once, at the start
    /// Starts, re-ranks and cancels loads; touches what is drawn. onGpu: cells that are drawn without their copy here.
    void apply(const TilePlan& plan, const std::function<bool(sky::Cell)>& onGpu = {});
    TilePtr find(sky::Cell cell) const; ///< null when not here
    Ready ready(sky::Cell cell) const;
    StoreStats stats() const;
    SourceStats sourceStats() const;
    std::optional<MadeOrders> made() const; ///< as TileSource::made()
    LearntFacts learnt() const;             ///< as TileSource::learnt()
    bool baseLoading() const;               ///< what loadBase() asked for is still on its way
    /// 0 lets go of everything, base cells too; a budget after that asks for those again.
    void setBudget(size_t bytes);
    bool hasRoomFor(size_t tiles) const; ///< of the usual size, beside all that is here and on its way
    void retryFailed();
    [[nodiscard]] Pending exactValue(sky::Cell cell, int width, int column, int row, std::function<void(Expected<double>)> done); ///< as that of TileSource
    /// How long until a tile that failed, and may succeed yet, may be asked for again (a later plan does so); empty when none waits.
    std::optional<std::chrono::nanoseconds> nextTry() const;
    /// After each change (tile came, is missing, or failed).
    std::function<void()> onChange;
    /// Trouble with one tile, for the message list.
    std::function<void(sky::Cell, const Error&)> onError;

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::hips
