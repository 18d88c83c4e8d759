// Where and how often the view is drawn on the canvas: once, twice beside a divider, or in each pane. Pure functions of the
// document and the free area; logical pixels.
#pragma once

#include <vector>

#include "scene/scene.h"
#include "scene/stacks.h"

namespace firmament::scene {

inline constexpr double kPaneTitle = 24, kPaneGap = 2;
inline constexpr double kDividerWidth = 2, kDividerKnob = 28;

/// One stack of layers, drawn inside `clip` of the canvas.
struct Pass {
    const std::vector<LayerState>* stack = nullptr;
    LayerId without = 0; ///< this layer of the stack is left out
    PixelRect clip;
    bool drawn = true;   ///< false: the other half of a blink, kept ready to be drawn
};
/// The view once.
struct Sheet {
    PixelRect place;     ///< the view fills it
    PixelRect free;      ///< in the sheet's own pixels
    size_t pane = 0;
    bool compass = true, credits = true;
    std::vector<Pass> passes;
};
struct Sheets {
    sky::SkyView view;   ///< of every sheet: the document's, cut to the size of a pane about its centre
    std::vector<Sheet> sheets;
};
/// Panes lie side by side, two a row, all of the same size.
struct PaneFrame {
    PixelRect whole, title, sky;
};
std::vector<PaneFrame> paneFrames(const PixelRect& free, size_t count);

/// Middle of the swipe's divider.
double dividerX(const CompareState& compare, const PixelRect& free);
/// `blinkBelow`: the half of a blink without the compared layer. The sheets point into `document`.
Sheets sheetsOf(const Document& document, const PixelRect& free, bool blinkBelow);

} // namespace firmament::scene
