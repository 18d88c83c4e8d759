#include "render/mesh_fit.h"

#include <algorithm>
#include <cmath>

namespace firmament::render {

namespace {

using Eigen::Vector2d;

constexpr double kMostSteps = 0.5; ///< of a grid's square: more is no chord's error but a part far outside the window

/// Steps along dx and dy that make up for an error; zero where they cannot.
Vector2d steps(const Vector2d& error, const Vector2d& dx, const Vector2d& dy)
{
    const double det = dx.x() * dy.y() - dx.y() * dy.x();
    const Vector2d step((error.x() * dy.y() - error.y() * dy.x()) / det,
                        (dx.x() * error.y() - dx.y() * error.x()) / det);
    if (!step.allFinite()) return Vector2d::Zero();
    const double size = step.lpNorm<Eigen::Infinity>();
    return size > kMostSteps ? Vector2d(step * (kMostSteps / size)) : step;
}

/// The shift that derivatives about vertex (i, j), which has all its neighbours, ask for; in squares of the grid.
Vector2d shiftAbout(std::span<const Vector2d> pixel, int side, int i, int j)
{
    const auto at = [&](int di, int dj) -> const Vector2d& {
        return pixel[static_cast<size_t>(j + dj) * static_cast<size_t>(side) + static_cast<size_t>(i + di)];
    };
    const Vector2d& middle = at(0, 0);
    const Vector2d xx = at(-1, 0) - 2 * middle + at(1, 0), yy = at(0, -1) - 2 * middle + at(0, 1);
    const Vector2d xy = (at(1, 1) - at(-1, 1) - at(1, -1) + at(-1, -1)) / 4;
    // Mean over a right triangle of (interpolated - true) is 1/12 for x^2/2 and y^2/2, and for x y -1/12, as its long
    // side runs W-E.
    return steps((xx + yy - xy) / 12, (at(1, 0) - at(-1, 0)) / 2, (at(0, 1) - at(0, -1)) / 2);
}

/// The vertex nearest to (i, j) that has all its neighbours in the grid and, for half < 0 or > 0, on that side of the
/// diagonal.
std::pair<int, int> inside(int i, int j, int n, int half)
{
    i = std::clamp(i, 1, n - 1);
    j = std::clamp(j, 1, n - 1);
    while (half < 0 && i + j > n - 2) --(i > j ? i : j);
    while (half > 0 && i + j < n + 2) ++(i < j ? i : j);
    return {i, j};
}

} // namespace

void texelFit(std::span<const Vector2d> pixel, int n, bool kinked, std::span<Vector2d> shift)
{
    const int side = n + 1;
    if (n < leastForFit(kinked)) return;
    const auto fitted = [&](int i, int j, int half) {
        const auto [ci, cj] = inside(i, j, n, half);
        return Vector2d(shiftAbout(pixel, side, ci, cj) / n);
    };
    for (int j = 0; j < side; ++j)
        for (int i = 0; i < side; ++i) {
            Vector2d& s = shift[static_cast<size_t>(j) * static_cast<size_t>(side) + static_cast<size_t>(i)];
            const int half = kinked ? i + j - n : 0;
            if (kinked && half == 0)
                s = (fitted(i, j, -1) + fitted(i, j, 1)) / 2;
            else
                s = fitted(i, j, half);
        }
}

void poleFit(std::span<const Vector2d> pixel, const LatticePattern& pattern, std::span<Vector2d> shift)
{
    const int count = pattern.perSide, points = 2 * count + 1;
    const int last = pattern.rings - 2; // the ring beyond it has as many points
    if (count < 2 || last < 1) return;
    const auto index = [points](int ring, int k) {
        return ring == 0 ? size_t{0} : 1 + static_cast<size_t>(ring - 1) * static_cast<size_t>(points) + static_cast<size_t>(k);
    };
    const auto uv = [&](int ring, int k) {
        return Vector2d(pattern.xy[index(ring, k)][0], pattern.xy[index(ring, k)][1]);
    };
    // The map is straight along rays from the pole, so that an error along a slanting edge is that along the ring.
    const auto fitted = [&](int ring, int k) {
        const int mid =
            k < count ? std::clamp(k, 1, count - 1) : std::clamp(k, count + 1, 2 * count - 1); // beside the far corner
        const Vector2d &at = pixel[index(ring, mid)], &left = pixel[index(ring, mid - 1)],
                       &right = pixel[index(ring, mid + 1)];
        const Vector2d &in = pixel[index(ring - 1, mid)], &out = pixel[index(ring + 1, mid)];
        const Vector2d step =
            steps((left - 2 * at + right + in - 2 * at + out) / 12, (right - left) / 2, (out - in) / 2);
        return Vector2d(step.x() * (uv(ring, mid + 1) - uv(ring, mid - 1)) / 2 +
                        step.y() * (uv(ring + 1, mid) - uv(ring - 1, mid)) / 2);
    };
    for (int ring = 1; ring <= last + 1; ++ring)
        for (int k = 0; k < points; ++k) shift[index(ring, k)] = fitted(std::min(ring, last), k);
}

} // namespace firmament::render
