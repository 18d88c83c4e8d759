// The outline of a map that does not fill the window.
#pragma once

#include <vector>

#include "render/renderer.h"

namespace firmament::render {

/// The map's edge in view pixels, closed; empty where the edge is out of the window or straight along the pixels.
std::vector<LineVertex> mapEdge(const sky::SkyView& view);

} // namespace firmament::render
