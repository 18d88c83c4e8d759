// The points of a cell that is cut into n x n squares, or into rings about a pole: unit vectors and the triangles between
// them, the same for every view.
#pragma once

#include <Eigen/Core>
#include <array>
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

struct Lattice {
    explicit Lattice(const LatticeKey& key);

    Eigen::Matrix3Xd dirs;                           ///< unit vectors in the cell's frame
    std::vector<std::array<double, 2>> xy;           ///< cell coordinates, as sky::cellPoint
    std::vector<std::array<uint32_t, 3>> triangles;
    /// Vertices along x=0, y=1, x=1, y=0 (SW, NW, NE, SE); of a grid in the order of growing x or y. None for the inner sides
    /// of a pole cell, where every cell of that pole has the same points.
    std::array<std::vector<uint32_t>, 4> sides;
    uint64_t used = 0;                               ///< the build that asked for it last

private:
    void fillGrid(sky::Cell cell, int n);
    void fillPole(sky::Cell cell, int n, int around, int rings);
};

/// The lattice's triangles where neighbours have fewer segments a side: border[i] on sides[i], n / border[i] a power of two.
/// The vertices that the neighbour does not have move to the next that it has, so that both cells share every edge.
std::vector<std::array<uint32_t, 3>> joinedTriangles(const Lattice& lattice, int n, const std::array<int, 4>& border);

} // namespace firmament::render
