// The CPU's twin of the point shaders: where a point record comes to lie, how large and how strong. For vector files and tests.
#pragma once

#include <optional>
#include <utility>

#include <Eigen/Core>

#include "render/renderer.h"

namespace firmament::render {

/// A star, view pixels.
struct PlacedPoint {
    Eigen::Vector2d at{0, 0};
    double radius = 0;
    Rgba colour;
    bool soft = true; ///< as Symbol::Disc is drawn; else a plain disc
};

/// Empty when the point has no image in the view or lies outside it. `years` since the epoch of the record.
std::optional<PlacedPoint> placedPoint(const sky::SkyView& view, sky::Frame frame, const PointRecord& record, const PointStyle& style,
                                       double years);
/// Both ends of a proper-motion vector; empty when it is shorter than a quarter of a pixel, over a seam, or outside the view.
std::optional<std::pair<LineVertex, LineVertex>> placedVector(const sky::SkyView& view, sky::Frame frame, const PointRecord& record,
                                                              double yearsFrom, double yearsTo);

} // namespace firmament::render
