// How layers are compared, as plain values of the document: blinked, swiped, or side by side in linked panes.
#pragma once

#include <cstdint>

namespace firmament::scene {

enum class CompareMode : uint8_t {
    Off,
    Blink, ///< the whole stack and the stack without the compared layer, in turn
    Swipe, ///< the whole stack left of the divider, the stack without the compared layer right of it
    Panes  ///< two or four pictures of the same place, each with a stack of its own
};

inline constexpr double kSlowestBlink = 0.5, kFastestBlink = 4; ///< Hz: there and back so often a second
inline constexpr double kFastestCalmBlink = 3;                  ///< with reduced motion
inline constexpr double kDividerLow = 0.02, kDividerHigh = 0.98;

struct CompareState {
    CompareMode mode = CompareMode::Off;
    uint64_t layer = 0;    ///< the compared layer; 0, or one that is not visible: the topmost visible survey
    double blinkHz = 2;
    double divider = 0.5;  ///< of the free area's width, from its left
    uint32_t active = 0;   ///< the pane whose stack Document::layers is
    bool operator==(const CompareState&) const = default;
};

} // namespace firmament::scene
