// Gorski et al. 2005, ApJ 622, 759. Everything is measured from the nearest pole or quadrant border in exact integers and
// powers of two first, so that no digits are lost beside the poles or at longitude 0.
#include "sky/healpix.h"

#include <algorithm>
#include <cmath>

namespace firmament::sky {

namespace {

constexpr double kSqrtTwoThirds = 0.81649658092772603; // sqrt(2/3)
constexpr double kSqrt3 = 1.7320508075688772;

/// Bits 0, 1, 2... of v to bits 0, 2, 4...
constexpr uint64_t spread(uint64_t v)
{
    v &= 0xffffffffULL;
    v = (v | (v << 16)) & 0x0000ffff0000ffffULL;
    v = (v | (v << 8)) & 0x00ff00ff00ff00ffULL;
    v = (v | (v << 4)) & 0x0f0f0f0f0f0f0f0fULL;
    v = (v | (v << 2)) & 0x3333333333333333ULL;
    v = (v | (v << 1)) & 0x5555555555555555ULL;
    return v;
}

constexpr uint64_t squeeze(uint64_t v)
{
    v &= 0x5555555555555555ULL;
    v = (v | (v >> 1)) & 0x3333333333333333ULL;
    v = (v | (v >> 2)) & 0x0f0f0f0f0f0f0f0fULL;
    v = (v | (v >> 4)) & 0x00ff00ff00ff00ffULL;
    v = (v | (v >> 8)) & 0x0000ffff0000ffffULL;
    v = (v | (v >> 16)) & 0x00000000ffffffffULL;
    return v;
}

/// Base face and integer place in it.
struct FaceXy {
    int face;
    int64_t x, y;
};

FaceXy split(Cell c)
{
    const uint64_t inFace = c.pix & ((uint64_t{1} << (2 * c.order)) - 1);
    return {static_cast<int>(c.pix >> (2 * c.order)), static_cast<int64_t>(squeeze(inFace)),
            static_cast<int64_t>(squeeze(inFace >> 1))};
}

Cell join(const FaceXy& f, int order)
{
    const auto face = static_cast<uint64_t>(f.face) << (2 * order);
    return {static_cast<uint8_t>(order),
            face | spread(static_cast<uint64_t>(f.x)) | (spread(static_cast<uint64_t>(f.y)) << 1)};
}

/// A direction at longitude quadrant * 90 deg + inQuadrant (radians).
Dir fromQuadrant(int64_t quadrant, double inQuadrant, double sinTheta, double z)
{
    const double c = sinTheta * std::cos(inQuadrant), s = sinTheta * std::sin(inQuadrant);
    switch (quadrant & 3) {
    case 0: return {c, s, z};
    case 1: return {-s, c, z};
    case 2: return {-c, -s, z};
    default: return {s, -c, z};
    }
}

/// In a polar cap: `low` and `high` are the distances from the two meridians that bound the face, their sum the distance
/// from the pole (1 at |z| = 2/3).
Dir polarPoint(int quadrant, double low, double high, bool north)
{
    const double nr = low + high;
    if (nr <= 0) return {0, 0, north ? 1.0 : -1.0};
    const double z = 1 - nr * nr / 3;
    const double sinTheta = kSqrtTwoThirds * nr * std::sqrt(1 - nr * nr / 6);
    return fromQuadrant(quadrant, 0.5 * kPi * (low / nr), sinTheta, north ? z : -z);
}

Dir facePoint(int face, int64_t ix, double dx, int64_t iy, double dy, int order)
{
    const int64_t n = int64_t{1} << order;
    const double size = 1.0 / static_cast<double>(n);
    const auto scaled = [size](int64_t i, double d) { return (static_cast<double>(i) + d) * size; };
    if (face < 4) {
        const double u = scaled(n - 1 - ix, 1 - dx), v = scaled(n - 1 - iy, 1 - dy); // from the N corner
        if (u + v < 1) return polarPoint(face, v, u, true);
    } else if (face >= 8) {
        const double u = scaled(ix, dx), v = scaled(iy, dy); // from the S corner
        if (u + v < 1) return polarPoint(face & 3, u, v, false);
    }
    // Equatorial belt: z and longitude are linear in x+y and x-y (section 5.2). Sums are taken as integers first.
    const int64_t row = face < 4 ? 0 : face < 8 ? 1 : 2; // face centres at z = 2/3, 0, -2/3
    const double up = scaled(ix + iy, dx + dy) - 1.0;
    const double z = (static_cast<double>(1 - row) + up) * (2.0 / 3.0);
    const double across = scaled(ix - iy, dx - dy); // -1 to 1, in units of 45 deg
    const double centre = row == 1 ? 2.0 * (face & 3) : 2.0 * (face & 3) + 1.0;
    const double t = centre + across;
    const double quadrant = std::floor(0.5 * t);
    return fromQuadrant(static_cast<int64_t>(quadrant), 0.25 * kPi * (t - 2 * quadrant), std::sqrt((1 - z) * (1 + z)), z);
}

/// Index of the cell along one axis and the place in it, from the place times n.
struct Along {
    int64_t index;
    double rest;
};

Along along(double scaled, int64_t n)
{
    const double whole = std::clamp(std::floor(scaled), 0.0, static_cast<double>(n - 1));
    return {static_cast<int64_t>(whole), std::clamp(scaled - whole, 0.0, 1.0)};
}

/// Quadrant of the longitude and the fraction of it, exact at the borders.
struct Quadrant {
    int index;
    double fraction; ///< [0,1]
};

Quadrant quadrantOf(double x, double y)
{
    int index = 0;
    if (y < 0 || (y == 0 && x < 0)) { // half a turn back
        x = -x;
        y = -y;
        index = 2;
    }
    if (x <= 0 && y > 0) { // a quarter back
        const double t = x;
        x = y;
        y = -t;
        ++index;
    }
    return {index, std::atan2(y, x) * (2.0 / kPi)};
}

} // namespace

Dir cellPoint(Cell cell, double x, double y)
{
    const FaceXy f = split(cell);
    return facePoint(f.face, f.x, x, f.y, y, cell.order);
}

CellPlace placeAt(const Dir& dir, int order)
{
    order = std::clamp(order, 0, kMaxOrder);
    const double norm = dir.norm();
    if (!(norm > 0) || !std::isfinite(norm)) return {Cell{static_cast<uint8_t>(order), 0}, 0.5, 0.5};
    const int64_t n = int64_t{1} << order;
    const auto nd = static_cast<double>(n);
    const double z = dir.z() / norm, za = std::abs(z);
    const Quadrant q = quadrantOf(dir.x(), dir.y());

    if (za <= 2.0 / 3.0) {
        // Distances along the two diagonals, counted in faces from longitude 0.
        const double base = static_cast<double>(q.index) + 0.5;
        const double down = nd * (base + q.fraction - 0.75 * z), up = nd * (base + q.fraction + 0.75 * z);
        const double faceDown = std::floor(down / nd), faceUp = std::floor(up / nd);
        const auto fd = static_cast<int>(faceDown), fu = static_cast<int>(faceUp);
        int face = 0;
        if (fd == fu)
            face = (fd & 3) + 4;
        else
            face = fd < fu ? (fd & 3) : (fu & 3) + 8;
        const Along ax = along(up - faceUp * nd, n), ad = along(down - faceDown * nd, n);
        return {join({face, ax.index, n - 1 - ad.index}, order), ax.rest, 1 - ad.rest};
    }
    // sqrt(3(1-|z|)) without cancellation near the pole.
    const double s = nd * kSqrt3 * std::hypot(dir.x(), dir.y()) / norm / std::sqrt(1 + za);
    const Along low = along(s * q.fraction, n), high = along(s * (1 - q.fraction), n);
    if (z > 0)
        return {join({q.index, n - 1 - high.index, n - 1 - low.index}, order), 1 - high.rest, 1 - low.rest};
    return {join({q.index + 8, low.index, high.index}, order), low.rest, high.rest};
}

Cell cellAt(const Dir& dir, int order) { return placeAt(dir, order).cell; }

namespace {

/// The cell one step over the border of a face, or none where only three faces meet.
std::optional<FaceXy> acrossBorder(const FaceXy& f, int64_t x, int64_t y, int64_t n)
{
    const int i = f.face & 3, next = (i + 1) & 3, previous = (i + 3) & 3, opposite = (i + 2) & 3;
    const bool east = x >= n, west = x < 0, left = y >= n, right = y < 0; // NE, SW, NW, SE borders
    const int64_t last = n - 1;
    switch (f.face >> 2) {
    case 0: // north: NE and NW borders are meridians shared with the other north faces, with the axes exchanged
        if (east && left) return FaceXy{opposite, last, last};
        if (west && right) return FaceXy{8 + i, last, last};
        if ((east && right) || (west && left)) return std::nullopt;
        if (east) return FaceXy{next, y, last};
        if (left) return FaceXy{previous, last, x};
        if (west) return FaceXy{4 + i, last, y};
        return FaceXy{4 + next, x, last};
    case 1: // equator
        if (east && right) return FaceXy{4 + next, 0, last};
        if (west && left) return FaceXy{4 + previous, last, 0};
        if ((east && left) || (west && right)) return std::nullopt;
        if (east) return FaceXy{i, 0, y};
        if (left) return FaceXy{previous, x, 0};
        if (west) return FaceXy{8 + previous, last, y};
        return FaceXy{8 + i, x, last};
    default: // south
        if (west && right) return FaceXy{8 + opposite, 0, 0};
        if (east && left) return FaceXy{i, 0, 0};
        if ((east && right) || (west && left)) return std::nullopt;
        if (east) return FaceXy{4 + next, 0, y};
        if (left) return FaceXy{4 + i, x, 0};
        if (west) return FaceXy{8 + previous, y, 0};
        return FaceXy{8 + next, 0, x};
    }
}

} // namespace

std::array<std::optional<Cell>, 8> neighbours(Cell cell)
{
    static constexpr int kDx[8] = {-1, -1, 0, 1, 1, 1, 0, -1};
    static constexpr int kDy[8] = {0, 1, 1, 1, 0, -1, -1, -1};
    std::array<std::optional<Cell>, 8> out;
    if (!cell.valid()) return out;
    const int64_t n = int64_t{1} << cell.order;
    const FaceXy f = split(cell);
    for (size_t k = 0; k < 8; ++k) {
        const int64_t x = f.x + kDx[k], y = f.y + kDy[k];
        if (x >= 0 && x < n && y >= 0 && y < n)
            out[k] = join({f.face, x, y}, cell.order);
        else if (const auto other = acrossBorder(f, x, y, n))
            out[k] = join(*other, cell.order);
    }
    return out;
}

bool touchesPole(Cell cell)
{
    const uint64_t perFace = uint64_t{1} << (2 * cell.order);
    const uint64_t face = cell.pix >> (2 * cell.order), inFace = cell.pix & (perFace - 1);
    return face < 4 ? inFace == perFace - 1 : face >= 8 && inFace == 0;
}

Cap boundingCap(Cell cell)
{
    const Dir centre = cellCentre(cell);
    double chord2 = 0;
    for (int k = 0; k < 4; ++k) {
        const Dir corner = cellPoint(cell, k & 1, k >> 1);
        chord2 = std::max(chord2, (corner - centre).squaredNorm());
    }
    // The farthest point is a corner; the factor is for rounding (at order 29 a cell is 2e-9 of the unit vector).
    constexpr double kRoom = 1.0 + 1e-5;
    return {centre, Angle::rad(2 * std::asin(std::min(1.0, 0.5 * std::sqrt(chord2))) * kRoom)};
}

SubRect within(Cell descendant, Cell ancestor)
{
    const int down = std::max(0, descendant.order - ancestor.order);
    const double size = std::ldexp(1.0, -down);
    const uint64_t mask = (uint64_t{1} << (2 * down)) - 1;
    const uint64_t sub = descendant.pix & mask;
    return {static_cast<double>(squeeze(sub)) * size, static_cast<double>(squeeze(sub >> 1)) * size, size};
}

} // namespace firmament::sky
