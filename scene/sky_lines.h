// Lines on the sky as screen polylines. Private to scene/.
#pragma once

#include <span>
#include <vector>

#include "scene/drawing.h"
#include "sky/view.h"

namespace firmament::scene {

/// Great-circle edges through the directions, subdivided and clipped.
void addSkyLine(const sky::SkyView& view, sky::Frame frame, std::span<const sky::Dir> dirs, bool closed,
                const render::PolylineStyle& style, Drawing& out);
void addPixelLines(const std::vector<std::vector<Eigen::Vector2d>>& lines, const render::PolylineStyle& style, Drawing& out);
/// A cap about the mean direction that holds all.
sky::Cap capOf(std::span<const sky::Dir> dirs);

} // namespace firmament::scene
