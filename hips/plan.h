// Which cells to draw and which to ask for: a pure function of its arguments. No GL, no clock, no network.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "core/executor.h"
#include "hips/survey_info.h"
#include "sky/healpix.h"
#include "sky/moc.h"
#include "sky/view.h"

namespace firmament::hips {

enum class Ready : uint8_t {
    Absent,  ///< not asked for
    Pending, ///< on its way
    Ready,   ///< can be drawn now
    Missing, ///< the survey has none (404)
    Failed   ///< trouble; may be asked again later
};

struct DrawCell {
    sky::Cell cell;     ///< the geometry
    sky::Cell from;     ///< the texture: cell or an ancestor of it
    sky::Cell fadeFrom; ///< the texture that the previous plan drew here; == from when that has not changed. Whoever draws
                        ///< remembers it while the fade runs
    bool operator==(const DrawCell&) const = default;
};
struct Want {
    sky::Cell cell;
    Priority priority;
    float distance; ///< radians from the view's centre
};
struct PlanCounters {
    int visible = 0;   ///< cells of the target order in view and inside the coverage
    int ready = 0;     ///< of these, drawn from themselves, or known to have no tile
    int standIn = 0;   ///< of these, drawn from an ancestor or descendants while their own, or a preview, is awaited
    int missing = 0, failed = 0;
    bool complete() const { return ready + failed >= visible; }
};
struct TilePlan {
    int order = -1;     ///< order of the geometry
    int textureOrder = -1; ///< deepest order that textures are asked for: min(order, info.orderMax)
    std::vector<DrawCell> draw;
    std::vector<Want> want; ///< best first
    PlanCounters count;
    bool tooFarOut = false;    ///< the survey has nothing to show in so wide a view
};
struct PlanOptions {
    double scale = 1;         ///< physical pixels per pixel of the view: tiles are as fine as the screen
    int maxCellPixels = 0;    ///< refine geometry beyond orderMax so that a cell stays below this; 0 = two windows
    const sky::Moc* coverage = nullptr; ///< in the survey's frame; limits requests and drawing
    bool prefetch = true;
    int lowestMade = -1;      ///< tiles from this order to below info.orderMin can be made of others; -1: they cannot
    bool baseComing = false;  ///< base cells are on their way: too many tiles in their place are not asked for
};
using Readiness = std::function<Ready(sky::Cell)>;

/// round(log2(58.6 deg / (tileWidth x pixelScale / scale))) clamped to [orderMin, orderMax]: a texel is 0.7 to 1.4 physical pixels.
int textureOrderFor(const sky::SkyView& view, const SurveyInfo& info, double scale = 1);
TilePlan planTiles(const sky::SkyView& view, const SurveyInfo& info, const Readiness& readiness,
                   const TilePlan& previous, const PlanOptions& options);

} // namespace firmament::hips
