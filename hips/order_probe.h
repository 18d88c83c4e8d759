// Which orders a survey really has, found by asking for the tiles over a few places: properties are silent or wrong about
// it more often than about anything else. ui thread.
#pragma once

#include <functional>
#include <vector>

#include "hips/tile_source.h"

namespace firmament::hips {

struct FoundOrders {
    int lowest = -1, deepest = -1; ///< -1: no tile over any of the places
};

/// Asks for the tiles of orders 0 to `deepest` over each place (unit vectors of the survey's frame), all at once.
/// `tiles` outlives the Pending. `done` runs once, on the thread that the source answers on.
[[nodiscard]] Pending probeOrders(TileSource& tiles, const std::vector<sky::Dir>& places, int deepest, std::function<void(FoundOrders)> done);

} // namespace firmament::hips
