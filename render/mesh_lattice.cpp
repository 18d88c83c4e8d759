#include "render/mesh_lattice.h"

#include <algorithm>

namespace firmament::render {

LatticeCut cutOf(const LatticeKey& key)
{
    return {key.n, key.around, key.rings, key.around > 0 && key.cell.pix >> (2 * key.cell.order) < 4};
}

LatticePattern::LatticePattern(const LatticeCut& cut)
{
    if (cut.around > 0) fillPole(cut);
    else fillGrid(cut.n);
}

Eigen::Matrix3Xd latticeDirs(sky::Cell cell, const LatticePattern& pattern)
{
    Eigen::Matrix3Xd dirs(3, static_cast<Eigen::Index>(pattern.xy.size()));
    for (size_t i = 0; i < pattern.xy.size(); ++i)
        dirs.col(static_cast<Eigen::Index>(i)) = sky::cellPoint(cell, pattern.xy[i][0], pattern.xy[i][1]);
    return dirs;
}

void LatticePattern::fillGrid(int n)
{
    const int side = n + 1;
    xy.reserve(static_cast<size_t>(side) * static_cast<size_t>(side));
    for (int j = 0; j < side; ++j)
        for (int i = 0; i < side; ++i) xy.push_back({static_cast<double>(i) / n, static_cast<double>(j) / n});
    // Cut W-E: the kink of the map at |z| = 2/3 then falls on edges (architecture 5.1).
    triangles.reserve(2 * static_cast<size_t>(n) * static_cast<size_t>(n));
    for (int j = 0; j < n; ++j) {
        for (int i = 0; i < n; ++i) {
            const auto s = static_cast<uint32_t>(j * side + i);
            const uint32_t e = s + 1, w = s + static_cast<uint32_t>(side), north = w + 1;
            triangles.push_back({s, e, w});
            triangles.push_back({e, north, w});
        }
    }
    for (int k = 0; k <= n; ++k) {
        sides[0].push_back(static_cast<uint32_t>(k * side));
        sides[1].push_back(static_cast<uint32_t>(n * side + k));
        sides[2].push_back(static_cast<uint32_t>(k * side + n));
        sides[3].push_back(static_cast<uint32_t>(k));
    }
}

/// At a pole the map is x,y -> direction, homogeneous of degree one in the distance from the pole corner: rays from that
/// corner are meridians. So the pole cell is meshed in rings about the corner, with many segments around; only the
/// outermost ring has the n segments a side that the neighbours have, joined to the next by a zip of triangles.
void LatticePattern::fillPole(const LatticeCut& cut)
{
    const int n = cut.n;
    const bool north = cut.north;
    perSide = std::max(n, cut.around);
    rings = cut.rings;
    // A point of the far two sides, k of count segments a side; distances from the pole corner.
    const auto rim = [](int k, int count) -> std::array<double, 2> {
        return k <= count ? std::array{1.0, static_cast<double>(k) / count}
                          : std::array{static_cast<double>(2 * count - k) / count, 1.0};
    };
    const auto add = [this, pole = north](double x, double y) { xy.push_back(pole ? std::array{1 - x, 1 - y} : std::array{x, y}); };
    add(0, 0);
    for (int ring = 1; ring <= rings; ++ring) {
        const int count = ring == rings ? n : perSide;
        for (int k = 0; k <= 2 * count; ++k) {
            const auto p = rim(k, count);
            const double f = static_cast<double>(ring) / rings;
            add(p[0] * f, p[1] * f);
        }
    }
    const auto inner = static_cast<uint32_t>(2 * perSide + 1);
    for (uint32_t k = 0; k + 1 < inner; ++k) triangles.push_back({0, 1 + k, 2 + k});
    for (int ring = 1; ring + 1 < rings; ++ring) {
        const uint32_t a = 1 + static_cast<uint32_t>(ring - 1) * inner, b = a + inner;
        for (uint32_t k = 0; k + 1 < inner; ++k) {
            triangles.push_back({a + k, b + k, b + k + 1});
            triangles.push_back({a + k, b + k + 1, a + k + 1});
        }
    }
    const uint32_t a = 1 + static_cast<uint32_t>(rings - 2) * inner, b = a + inner;
    const auto ratio = static_cast<uint32_t>(perSide / n), half = ratio / 2;
    for (uint32_t k = 0; k < static_cast<uint32_t>(2 * n); ++k) {
        for (uint32_t i = 0; i < ratio; ++i) {
            const uint32_t p = a + k * ratio + i;
            triangles.push_back({i < half || ratio == 1 ? b + k : b + k + 1, p + 1, p});
        }
        triangles.push_back({b + k, b + k + 1, a + k * ratio + (ratio == 1 ? 1 : half)});
    }
    // The far sides: first the one where the distance along x is 1, then the other.
    for (uint32_t k = 0; k <= static_cast<uint32_t>(n); ++k) {
        sides[north ? 0 : 2].push_back(b + k);
        sides[north ? 3 : 1].push_back(b + static_cast<uint32_t>(n) + k);
    }
}

std::vector<std::array<uint32_t, 3>> joinedTriangles(const LatticePattern& pattern, int n, const std::array<int, 4>& border)
{
    std::vector<uint32_t> to(pattern.xy.size());
    for (size_t i = 0; i < to.size(); ++i) to[i] = static_cast<uint32_t>(i);
    for (size_t side = 0; side < 4; ++side) {
        const auto& line = pattern.sides[side];
        const auto ratio = static_cast<size_t>(n / border[side]);
        // Towards the nearer end of the side: at the corners no triangle may lose its height. The middle goes to the end at the
        // cell's S or N corner, never to W or E: three points on the W-E diagonal would make a triangle without height, which a
        // bent map turns over.
        const bool southHalf = side == 0 || side == 3;
        for (size_t k = 0; k < line.size(); ++k) {
            const size_t twice = 2 * k, last = line.size() - 1;
            const bool down = twice < last || (twice == last && southHalf);
            to[line[k]] = line[down ? k / ratio * ratio : (k + ratio - 1) / ratio * ratio];
        }
    }
    std::vector<std::array<uint32_t, 3>> out;
    out.reserve(pattern.triangles.size());
    for (const auto& t : pattern.triangles) {
        const std::array<uint32_t, 3> m{to[t[0]], to[t[1]], to[t[2]]};
        if (m[0] != m[1] && m[1] != m[2] && m[2] != m[0]) out.push_back(m);
    }
    return out;
}

} // namespace firmament::render
