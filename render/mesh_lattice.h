// The points of a cell that is cut into n x n squares, or into rings about a pole, and the triangles between them: the same for
// every view. What does not depend on where the cell lies is kept once for all cells that are cut alike.
#pragma once

#include <Eigen/Core>
#include <array>
#include <compare>
#include <cstdint>
#include <vector>

#include "sky/healpix.h"

namespace firmament::render {

struct LatticeKey {
    sky::Cell cell;
    int n;                      ///< segments a side, a power of two
    int around = 0, rings = 0;  ///< of a pole cell: segments a side of the inner rings, and rings; else 0
    bool operator==(const LatticeKey&) const = default;
};
struct LatticeKeyHash {
    size_t operator()(const LatticeKey& k) const noexcept
    {
        return sky::CellHash{}(k.cell) ^ (static_cast<size_t>(k.n) << 20) ^ (static_cast<size_t>(k.around) << 40) ^
               (static_cast<size_t>(k.rings) << 50);
    }
};

/// How a cell is cut.
struct LatticeCut {
    int n = 1;
    int around = 0, rings = 0;  ///< as in LatticeKey
    bool north = false;         ///< around > 0: of the north pole
    auto operator<=>(const LatticeCut&) const = default;
};
LatticeCut cutOf(const LatticeKey& key);

struct LatticePattern {
    explicit LatticePattern(const LatticeCut& cut);

    std::vector<std::array<double, 2>> xy;           ///< cell coordinates, as sky::cellPoint
    std::vector<std::array<uint32_t, 3>> triangles;
    /// Vertices along x=0, y=1, x=1, y=0 (SW, NW, NE, SE); of a grid in the order of growing x or y. None for the inner sides
    /// of a pole cell, where every cell of that pole has the same points.
    std::array<std::vector<uint32_t>, 4> sides;
    int rings = 0;    ///< of a pole cell: vertex 0 is the pole, then follow the rings, the last has fewer points
    int perSide = 0;  ///< segments a side of the inner rings, whose points are 2 perSide + 1

private:
    void fillGrid(int n);
    void fillPole(const LatticeCut& cut);
};

/// Unit vectors of the pattern's points, in the cell's frame.
Eigen::Matrix3Xd latticeDirs(sky::Cell cell, const LatticePattern& pattern);

/// The pattern's triangles where neighbours have fewer segments a side: border[i] on sides[i], n / border[i] a power of two.
/// The vertices that the neighbour does not have move to the next that it has, so that both cells share every edge.
std::vector<std::array<uint32_t, 3>> joinedTriangles(const LatticePattern& pattern, int n, const std::array<int, 4>& border);

} // namespace firmament::render
