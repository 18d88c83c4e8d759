// The decoded tiles of one survey and their loads. ui thread only. Byte budget; least recently drawn go first; what
// the last plan draws and the base cells stay.
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
    void apply(const TilePlan& plan);   ///< start, re-rank and cancel loads; touch what is drawn
    TilePtr find(sky::Cell cell) const; ///< null when not here
    Ready ready(sky::Cell cell) const;
    StoreStats stats() const;
    SourceStats sourceStats() const;
    void setBudget(size_t bytes);
    void retryFailed();
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
