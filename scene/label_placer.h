// Names on the sky: no two overlap, brighter first, and a name that has its place keeps it while the sky is panned.
// ui thread. Private to scene/.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <Eigen/Core>

#include "scene/drawing.h"
#include "scene/frame.h"
#include "scene/label_source.h"
#include "scene/text_cache.h"

namespace firmament::scene {

struct LabelRequest {
    uint64_t key = 0;           ///< of the object; the same in every frame
    std::string text;
    TextStyle style;
    Eigen::Vector2d anchor{0, 0};
    double gap = 6;             ///< from the anchor to the text: the symbol's radius and a little
    double priority = 0;        ///< lower first: a magnitude
    bool centred = false;       ///< on the anchor (constellations), not beside it
    float opacity = 1;
};

class LabelPlacer {
public:
    void begin();
    void request(LabelRequest r) { requests_.push_back(std::move(r)); }
    /// What was requested since begin(), given away: for a placer that only collects.
    std::vector<LabelRequest> takeRequests() { return std::exchange(requests_, {}); }
    /// For a placer that only collects: the one that will place what it has collected.
    void collectFor(const LabelPlacer& placer) { for_ = &placer; }
    /// Nothing is written there.
    void reserve(const PixelRect& rect) { reserved_.push_back(rect); }
    /// Chooses and draws into `drawing`.
    void place(const FrameInput& frame, Drawing& drawing);
    bool fading() const { return fading_; }
    size_t placedCount() const { return placed_.size(); }
    /// Shown in the last frame: whoever may ask for only so many names asks for these in any case.
    bool stands(uint64_t key) const { return placed_.contains(key) || (for_ && for_->stands(key)); }
    /// How far outside the view an object may lie whose name is asked for, pixels: names that stand are carried out whole.
    double margin(uint64_t key) const { return stands(key) ? kMargin : 0; }
    static constexpr double kMargin = 300;
    /// Where the text of an object stands; empty when it is not shown.
    const PixelRect* rectOf(uint64_t key) const;

private:
    struct Placed {
        uint8_t side = 0;
        double sinceMs = 0; ///< of its coming, or of its going under something
        bool hidden = false; ///< under something; it keeps its place while the sky moves
        PixelRect rect;
    };
    struct Mark {
        uint64_t key;
        PixelRect rect;
    };
    bool isReserved(const PixelRect& r) const;
    bool isFree(const PixelRect& r, uint64_t key, bool stands) const;
    Placed standing(const Placed* before, uint8_t side, const FrameInput& frame, bool hidden) const;

    std::vector<LabelRequest> requests_;
    std::vector<PixelRect> reserved_, taken_;
    std::vector<Mark> marks_; ///< symbols that only their own name may touch
    std::unordered_map<uint64_t, Placed> placed_;
    const LabelPlacer* for_ = nullptr;
    bool fading_ = false;
    bool first_ = true;
};

} // namespace firmament::scene
