// Curves of the sky as polylines of a view, in pixels: subdivided until flat, broken at the horizon, at the seam and at HPX's
// gaps, culled to the window. Exact from the whole sky to 0.1 arcsec. A closed curve may come back in several pieces.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "sky/view.h"

namespace firmament::sky {

using PixelLines = std::vector<std::vector<Eigen::Vector2d>>;

/// Great-circle arcs from point to point (repeat the first point to close a ring). Edges of 180 deg or more are left out.
/// tolerance: how far in pixels a chord may lie from its arc.
PixelLines projectPolyline(const SkyView& view, Frame frame, std::span<const Dir> points, double tolerance = 0.25);
/// Whole circle of latitude, or the part from lon0 to lon1 (lon1 > lon0).
PixelLines projectParallel(const SkyView& view, Frame frame, Angle lat, double tolerance = 0.25, Angle lon0 = Angle::rad(0),
                           Angle lon1 = Angle::rad(2 * kPi));
/// Half circle of longitude between two latitudes (the poles by default).
PixelLines projectMeridian(const SkyView& view, Frame frame, Angle lon, double tolerance = 0.25, Angle lat0 = Angle::rad(-kPi / 2),
                           Angle lat1 = Angle::rad(kPi / 2));
/// The circle of angular radius `radius` about `centre`.
PixelLines projectCircle(const SkyView& view, Frame frame, const Dir& centre, Angle radius, double tolerance = 0.25);
/// The edge of the map itself where it lies inside the window (limb, ellipse, rectangle); empty when the sky fills the window.
PixelLines projectMapEdge(const SkyView& view, double tolerance = 0.25);

} // namespace firmament::sky
