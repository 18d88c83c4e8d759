// Makes up for the chords of a mesh: texture coordinates that put texels where they belong on the mean of a triangle,
// not at its corners.
#pragma once

#include <Eigen/Core>
#include <span>

#include "render/mesh_lattice.h"

namespace firmament::render {

/// Least segments a side for which there is a fit.
constexpr int leastForFit(bool kinked) { return kinked ? 4 : 2; }

/// What to add to the cell coordinates of each vertex of an n x n grid that is cut W-E (mesh_lattice), whose vertices
/// are drawn at `pixel` ((n + 1)^2, x fastest). Triangles with straight edges draw what is between the corners beside
/// its place, all to one side; with these shifts the mean error of a triangle is that of the third derivatives and the
/// greatest is two thirds of a chord's. Positions of vertices stay, so that cells still meet. `kinked`: the map bends
/// at the W-E diagonal (|z| = 2/3). Any thread. shift: as many as pixels, zero; only what differs from that is written.
void texelFit(std::span<const Eigen::Vector2d> pixel, int n, bool kinked, std::span<Eigen::Vector2d> shift);
/// The same for the rings of a pole cell; its outermost ring, which the neighbours share, stays.
void poleFit(std::span<const Eigen::Vector2d> pixel, const LatticePattern& pattern, std::span<Eigen::Vector2d> shift);

} // namespace firmament::render
