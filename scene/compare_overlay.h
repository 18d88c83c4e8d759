// The swipe's divider and the titles of panes, drawn on the canvas itself. Private to scene/.
#pragma once

#include <string>

#include "scene/drawing.h"
#include "scene/frame.h"
#include "scene/text_cache.h"

namespace firmament::scene {

/// A line of 2 over the whole height with a knob of 28 at the middle of the free area.
void addDivider(const CanvasColours& colours, double x, const PixelRect& canvas, const PixelRect& free, Drawing& out);
/// The strip over a pane; the active one has an accent line on top. A long title is cut with an ellipsis.
void addPaneTitle(const CanvasColours& colours, TextCache* text, double scale, const PixelRect& strip, std::string title, bool active, Drawing& out);

} // namespace firmament::scene
