#include "render/tile_mesh.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <unordered_map>

namespace firmament::render {

namespace {

using sky::Cell;
using sky::Dir;
using sky::Proj;

constexpr double kTolerance = 0.08;     ///< pixels between a drawn place and the exact one; keeps the mean shift of a view below 0.05
constexpr double kPoleTolerance = 0.07; ///< beside a pole, where the estimate is less sure
/// Near a projection's singular points, where a texel is smeared over many pixels.
constexpr double kSingularTolerance = 0.6;
constexpr int kMaxSubdivision = 64;
constexpr int kPoleRings = 8;       ///< least number of rings of a pole cell
constexpr double kOnPlane = 1e-13;  ///< nearer to a cutting plane than this is on it
constexpr uint64_t kKeepBuilds = 120; ///< unit vectors stay for so many builds after their last use

/// A piece of a cell that is meshed as one: the cell, or a quarter of it at order 0 (so that a pole piece lies wholly in
/// the polar cap, where the map is straight along rays from the pole).
struct Patch {
    Cell cell;
    double s0 = 0, t0 = 0, size = 1; ///< its place in the drawn cell's square
    bool pole = false;
    double poleReach = 0; ///< pixels from the pole to the far corner
    int n = 1;            ///< subdivision
    std::array<int, 4> border{}; ///< subdivision of the sides x=0, y=1, x=1, y=0: the coarser of both cells there
};

struct LatticeKey {
    Cell cell;
    int n, around, rings; ///< of a pole cell: segments a side of the inner rings, and rings; else 0
    bool operator==(const LatticeKey&) const = default;
};
struct LatticeKeyHash {
    size_t operator()(const LatticeKey& k) const noexcept
    {
        return sky::CellHash{}(k.cell) ^ (static_cast<size_t>(k.n) << 20) ^ (static_cast<size_t>(k.around) << 40) ^
               (static_cast<size_t>(k.rings) << 50);
    }
};
/// Unit vectors and cell coordinates of a patch, with the triangles that join them.
struct Lattice {
    Eigen::Matrix3Xd dirs;
    std::vector<std::array<double, 2>> xy;
    std::vector<std::array<uint32_t, 3>> triangles;
    std::array<std::vector<uint32_t>, 4> sides; ///< the vertices along x=0, y=1, x=1, y=0; none for the inner sides of a pole cell
    uint64_t used = 0;
};

void fillGrid(Lattice& out, Cell cell, int n)
{
    const int side = n + 1;
    out.dirs.resize(3, side * side);
    out.xy.reserve(static_cast<size_t>(side) * static_cast<size_t>(side));
    for (int j = 0; j < side; ++j) {
        for (int i = 0; i < side; ++i) {
            const double x = static_cast<double>(i) / n, y = static_cast<double>(j) / n;
            out.dirs.col(j * side + i) = sky::cellPoint(cell, x, y);
            out.xy.push_back({x, y});
        }
    }
    // Cut W-E: the kink of the map at |z| = 2/3 then falls on edges (architecture 5.1).
    out.triangles.reserve(2 * static_cast<size_t>(n) * static_cast<size_t>(n));
    for (int j = 0; j < n; ++j) {
        for (int i = 0; i < n; ++i) {
            const auto s = static_cast<uint32_t>(j * side + i);
            const uint32_t e = s + 1, w = s + static_cast<uint32_t>(side), north = w + 1;
            out.triangles.push_back({s, e, w});
            out.triangles.push_back({e, north, w});
        }
    }
    for (int k = 0; k <= n; ++k) {
        out.sides[0].push_back(static_cast<uint32_t>(k * side));
        out.sides[1].push_back(static_cast<uint32_t>(n * side + k));
        out.sides[2].push_back(static_cast<uint32_t>(k * side + n));
        out.sides[3].push_back(static_cast<uint32_t>(k));
    }
}

/// At a pole the map is x,y -> direction, homogeneous of degree one in the distance from the pole corner: rays from that
/// corner are meridians. So the pole cell is meshed in rings about the corner, with many segments around; only the
/// outermost ring has the n segments a side that the neighbours have, joined to the next by a zip of triangles.
void fillPole(Lattice& out, Cell cell, int n, int around, int rings)
{
    const bool north = cell.pix >> (2 * cell.order) < 4;
    const int perSide = std::max(n, around);
    // A point of the far two sides, k of count segments a side; distances from the pole corner.
    const auto rim = [](int k, int count) -> std::array<double, 2> {
        return k <= count ? std::array{1.0, static_cast<double>(k) / count}
                          : std::array{static_cast<double>(2 * count - k) / count, 1.0};
    };
    std::vector<std::array<double, 2>> points;
    points.push_back({0, 0});
    for (int ring = 1; ring <= rings; ++ring) {
        const int count = ring == rings ? n : perSide;
        for (int k = 0; k <= 2 * count; ++k) {
            const auto p = rim(k, count);
            const double f = static_cast<double>(ring) / rings;
            points.push_back({p[0] * f, p[1] * f});
        }
    }
    out.dirs.resize(3, static_cast<Eigen::Index>(points.size()));
    for (size_t i = 0; i < points.size(); ++i) {
        const double x = north ? 1 - points[i][0] : points[i][0], y = north ? 1 - points[i][1] : points[i][1];
        out.dirs.col(static_cast<Eigen::Index>(i)) = sky::cellPoint(cell, x, y);
        out.xy.push_back({x, y});
    }
    const auto inner = static_cast<uint32_t>(2 * perSide + 1);
    for (uint32_t k = 0; k + 1 < inner; ++k) out.triangles.push_back({0, 1 + k, 2 + k});
    for (int ring = 1; ring + 1 < rings; ++ring) {
        const uint32_t a = 1 + static_cast<uint32_t>(ring - 1) * inner, b = a + inner;
        for (uint32_t k = 0; k + 1 < inner; ++k) {
            out.triangles.push_back({a + k, b + k, b + k + 1});
            out.triangles.push_back({a + k, b + k + 1, a + k + 1});
        }
    }
    const uint32_t a = 1 + static_cast<uint32_t>(rings - 2) * inner, b = a + inner;
    const auto ratio = static_cast<uint32_t>(perSide / n), half = ratio / 2;
    for (uint32_t k = 0; k < static_cast<uint32_t>(2 * n); ++k) {
        for (uint32_t i = 0; i < ratio; ++i) {
            const uint32_t p = a + k * ratio + i;
            out.triangles.push_back({i < half || ratio == 1 ? b + k : b + k + 1, p + 1, p});
        }
        out.triangles.push_back({b + k, b + k + 1, a + k * ratio + (ratio == 1 ? 1 : half)});
    }
    // The far sides: first the one where the distance along x is 1, then the other.
    for (uint32_t k = 0; k <= static_cast<uint32_t>(n); ++k) {
        out.sides[north ? 0 : 2].push_back(b + k);
        out.sides[north ? 3 : 1].push_back(b + static_cast<uint32_t>(n) + k);
    }
}

/// A vertex on its way through the clippers: camera direction (unit) and coordinates in the patch.
struct Corner {
    Dir cam;
    double x, y;
};
struct Polygon {
    std::array<Corner, 16> at;
    int count = 0;
    void add(const Corner& c)
    {
        if (count < static_cast<int>(at.size())) at[static_cast<size_t>(count++)] = c;
    }
};

/// Sutherland-Hodgman against f >= 0, f linear in the camera direction. What is on the plane belongs to both sides.
template <class F> Polygon keep(const Polygon& in, F f)
{
    Polygon out;
    const auto value = [&](const Corner& c) {
        const double v = f(c.cam);
        return std::abs(v) < kOnPlane ? 0.0 : v;
    };
    for (int i = 0; i < in.count; ++i) {
        const Corner& a = in.at[static_cast<size_t>(i)];
        const Corner& b = in.at[static_cast<size_t>((i + 1) % in.count)];
        const double fa = value(a), fb = value(b);
        if (fa >= 0) out.add(a);
        if ((fa > 0 && fb < 0) || (fa < 0 && fb > 0)) {
            const double t = fa / (fa - fb);
            Corner c{a.cam + t * (b.cam - a.cam), a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
            c.cam.normalize();
            out.add(c);
        }
    }
    if (out.count < 3) out.count = 0;
    return out;
}

enum class Seam { None, Back, Facets };

/// What the projection and the window ask of the mesh.
struct Rules {
    Proj proj;
    Eigen::Matrix3d toCamera;
    double cx, cy, kx, ky;    ///< plane -> pixels
    double width, height;
    double pxPerRad;
    double rimScale = 1;      ///< magnification at the edge of the window, relative to the centre
    double radius;            ///< angle from the centre that holds the window
    Seam seam = Seam::None;
    bool clipZ = false, clipY = false;
    double zClip = -2, yClip = 2;
    bool singularPoles = false, singularBack = false;
    double lengthFactor = 0, lengthPower = 1, singularMin = 0;

    /// Longest edge allowed at a distance from the projection's singular point, radians; the formulas are the sagitta of
    /// the projected edge set to kTolerance.
    double longest(double distance) const
    {
        return lengthFactor * std::pow(std::max(distance, singularMin), lengthPower);
    }
    bool singular() const { return singularPoles || singularBack; }
    double distance(const Dir& c) const
    {
        if (singularBack) return std::hypot(c.x(), c.y(), c.z() + 1);
        return std::hypot(c.x(), std::abs(c.y()) - 1, c.z());
    }
    bool toPixel(const Dir& cam, Eigen::Vector2d& px) const
    {
        Eigen::Vector2d plane;
        switch (proj) {
        case Proj::Tan:
            if (cam.z() < zClip * 0.999) return false;
            plane = cam.head<2>() / cam.z();
            break;
        case Proj::Sin:
            if (cam.z() < 0) return false;
            plane = cam.head<2>();
            break;
        case Proj::Stg:
            if (cam.z() < zClip - 1e-3) return false;
            plane = cam.head<2>() * (2 / (1 + cam.z()));
            break;
        default:
            if (!sky::project(proj, cam, plane)) return false;
        }
        px = {cx + kx * plane.x(), cy + ky * plane.y()};
        return true;
    }
    unsigned outside(double x, double y) const
    {
        return (x < 0 ? 1u : 0u) | (x > width ? 2u : 0u) | (y < 0 ? 4u : 0u) | (y > height ? 8u : 0u);
    }
};

/// Angle from the centre to the furthest point of the window; pi when a part of its border is outside the map.
double windowRadius(const sky::SkyView& view)
{
    constexpr int kSteps = 16;
    const double w = view.width(), h = view.height();
    double radius = 0;
    for (int i = 0; i <= kSteps; ++i) {
        const double f = static_cast<double>(i) / kSteps;
        for (const Eigen::Vector2d& px : {Eigen::Vector2d(f * w, 0), Eigen::Vector2d(f * w, h), Eigen::Vector2d(0, f * h), Eigen::Vector2d(w, f * h)}) {
            Dir cam;
            if (!sky::unproject(view.projection(), view.planeOfPixel(px), cam)) return sky::kPi;
            radius = std::max(radius, std::atan2(std::hypot(cam.x(), cam.y()), cam.z()));
        }
    }
    return radius;
}

Rules rulesFor(const sky::SkyView& view, sky::Frame frame)
{
    Rules r;
    r.proj = view.projection();
    r.toCamera = view.worldToCamera(frame);
    const Eigen::Vector2d origin = view.pixelOfPlane({0, 0});
    const double scale = 1 / view.planePerPixel();
    const double unit = view.planePerPixel(); // one pixel away: no cancellation
    r.cx = origin.x();
    r.cy = origin.y();
    r.kx = std::copysign(scale, view.pixelOfPlane({unit, 0}).x() - origin.x());
    r.ky = std::copysign(scale, view.pixelOfPlane({0, unit}).y() - origin.y());
    r.width = view.width();
    r.height = view.height();
    r.pxPerRad = scale;
    const double root = std::sqrt(kSingularTolerance / scale);
    const double corner = windowRadius(view);
    r.radius = std::min(sky::kPi, corner * 1.01);
    switch (r.proj) {
    case Proj::Tan: // half-way to the horizon is well outside the window and finite
        r.clipZ = true;
        r.zClip = std::cos(std::min((corner + sky::kPi / 2) / 2, 89.0 * sky::kRadPerDeg));
        r.rimScale = std::pow(1 / std::max(std::cos(std::min(corner, sky::kPi / 2)), 0.15), 2);
        break;
    case Proj::Sin:
        r.clipZ = true;
        r.zClip = 0;
        r.rimScale = 4;
        break;
    case Proj::Stg:
        r.clipZ = true;
        r.zClip = std::max(std::cos(std::min((corner + sky::kPi) / 2, 178.0 * sky::kRadPerDeg)), sky::info(r.proj).zMin + 2e-3);
        r.rimScale = 2 / std::max(1 + std::cos(corner), 0.1);
        break;
    case Proj::Zea: // the antipode is drawn as the circle of radius 2: azimuth angle h/d there
    case Proj::Arc: {
        const bool zea = r.proj == Proj::Zea;
        r.singularBack = true;
        r.lengthFactor = (zea ? 1.5 : 1.6) * root;
        r.singularMin = zea ? std::sqrt(0.4 / scale) : 0.1 / scale; // rim within 0.1 pixel of the map's edge
        r.clipZ = true;
        r.zClip = -std::cos(r.singularMin);
        break;
    }
    case Proj::Ait:
    case Proj::Hpx: // a cone at the native poles: sagitta h^2/(8 d)
        r.singularPoles = true;
        r.lengthFactor = 0.8 * std::sqrt(8.0) * root;
        r.lengthPower = 0.5;
        r.singularMin = 0.5 / scale;
        break;
    case Proj::Mol: // x ~ phi d^(2/3)
        r.singularPoles = true;
        r.lengthFactor = 2 * root;
        r.lengthPower = 2.0 / 3;
        r.singularMin = 0.05 / scale;
        break;
    case Proj::Car: // the pole is a line as wide as the map
    case Proj::Mer:
        r.singularPoles = true;
        r.lengthFactor = 2.8 * root;
        r.singularMin = r.proj == Proj::Car ? 0.1 / scale : sky::kPi / 2 - sky::info(r.proj).thetaMax;
        r.clipY = true;
        r.yClip = std::cos(r.singularMin);
        break;
    }
    if (r.proj == Proj::Hpx) r.seam = Seam::Facets;
    else if (!sky::info(r.proj).zenithal) r.seam = Seam::Back;
    return r;
}

} // namespace

struct TileMesher::Impl {
    TileMesh mesh;
    std::unordered_map<LatticeKey, Lattice, LatticeKeyHash> lattices;
    uint64_t builds = 0;

    Rules rules;
    Patch patch;
    Eigen::Matrix3Xd cam;
    std::vector<Eigen::Vector2d> pixel;
    std::vector<unsigned> code; ///< outside() of each vertex, or kNoPixel
    static constexpr unsigned kNoPixel = 16;
    struct Node;
    std::vector<Node> nodes;
    std::unordered_map<uint64_t, uint32_t> middles; ///< of edges between nodes
    std::unordered_map<Cell, int, sky::CellHash> subdivisions;
    std::vector<uint32_t> remap;
    std::vector<std::array<uint32_t, 3>> joined;

    Lattice& lattice(Cell cell, int n, int around, int rings)
    {
        Lattice& l = lattices[{cell, n, around, rings}];
        if (l.xy.empty()) {
            if (around > 0) fillPole(l, cell, n, around, rings);
            else fillGrid(l, cell, n);
        }
        l.used = builds;
        return l;
    }

    void toCamera(const Lattice& l)
    {
        cam.noalias() = rules.toCamera * l.dirs;
        const auto count = static_cast<size_t>(cam.cols());
        pixel.resize(count);
        code.resize(count);
        for (size_t i = 0; i < count; ++i) {
            const Dir c = cam.col(static_cast<Eigen::Index>(i));
            code[i] = (!rules.clipZ || c.z() >= rules.zClip) && (!rules.clipY || std::abs(c.y()) <= rules.yClip) &&
                              rules.toPixel(c, pixel[i])
                          ? rules.outside(pixel[i].x(), pixel[i].y())
                          : kNoPixel;
        }
    }

    static int facet(const Dir& d)
    {
        if (std::abs(d.y()) <= 2.0 / 3) return 0;
        return 1 + (d.x() > 0) + 2 * (d.z() > 0) + 4 * (d.y() > 0);
    }

    /// How finely to look for the error: where it varies inside the cell, two steps are too few.
    int probes(Cell cell) const
    {
        if (cell.order <= 1) return 8;
        return cell.order == 2 || besidePole(cell) || cellSize(cell) * rules.pxPerRad > 0.25 * rules.width ? 4 : 2;
    }
    static double cellSize(Cell cell) { return 1.0233 / static_cast<double>(uint64_t{1} << cell.order); }
    static bool besidePole(Cell cell)
    {
        const Dir centre = sky::cellCentre(cell);
        return std::hypot(centre.x(), centre.y()) < 5 * cellSize(cell);
    }

    /// Subdivision that brings the mid-point error of the patch's lines below the tolerance.
    /// Zero: the patch is out of sight.
    int wanted(Patch& p)
    {
        const int n0 = probes(p.cell);
        const Lattice& l = lattice(p.cell, n0, 0, 0);
        toCamera(l);
        if (outOfSight(p.cell)) return 0;
        const int side = n0 + 1;
        if (p.pole) {
            const bool north = p.cell.pix >> (2 * p.cell.order) < 4;
            const auto pole = static_cast<size_t>(north ? side * side - 1 : 0), far = static_cast<size_t>(north ? 0 : side * side - 1);
            p.poleReach = code[pole] != kNoPixel && code[far] != kNoPixel
                              ? (pixel[pole] - pixel[far]).norm()
                              : rules.pxPerRad * 2 / static_cast<double>(uint64_t{1} << p.cell.order);
        }
        double worst = 0;
        // A line across a seam says nothing: its middle is half a map away from its ends' mean.
        // On a cell that |z| = 2/3 halves, a line across the W-E diagonal bends there; the mesh has a vertex at that place.
        const bool kinked = std::abs(std::abs(sky::cellCentre(p.cell).z()) - 2.0 / 3) < 1e-12;
        const double jump = rules.seam == Seam::None ? 1e9 : rules.pxPerRad;
        const auto line = [&](int a, int m, int b) {
            const auto ia = static_cast<size_t>(a), im = static_cast<size_t>(m), ib = static_cast<size_t>(b);
            if (code[ia] & code[im] & code[ib]) return; // out of the window on one side, or all behind the horizon
            const Dir bend = (cam.col(a) + cam.col(b)) / 2 - cam.col(m);
            if (((code[ia] | code[im] | code[ib]) & kNoPixel)) {
                worst = std::max(worst, bend.norm() * rules.pxPerRad * rules.rimScale);
                return;
            }
            if (rules.singular() && rules.distance(cam.col(m)) < 0.5) { // longest() sees to the projection: what the cells' own map bends
                worst = std::max(worst, bend.cross(cam.col(m)).norm() * rules.pxPerRad);
                return;
            }
            double error = ((pixel[ia] + pixel[ib]) / 2 - pixel[im]).norm();
            if (error > jump || (rules.seam == Seam::Facets && (facet(cam.col(a)) != facet(cam.col(m)) || facet(cam.col(m)) != facet(cam.col(b)))))
                error = bend.norm() * rules.pxPerRad;
            // Towards the limb many texels crowd into a pixel: a quarter of a pixel would show.
            if (rules.proj == Proj::Sin) error /= std::max(cam(2, m), 0.25);
            worst = std::max(worst, error);
        };
        for (int j = 0; j < side; ++j) {
            for (int i = 0; i + 2 < side; i += 2) {
                const bool rim = j == 0 || j == n0; // inside a pole cell the rings take care
                if (p.pole && !rim) continue;
                if (kinked && i + 1 + j == n0) continue;
                line(j * side + i, j * side + i + 1, j * side + i + 2);
                line(i * side + j, (i + 1) * side + j, (i + 2) * side + j);
            }
        }
        for (int i = 0; i + 2 <= n0; i += 2) { // W-E, as the squares are cut; S-N is the longest ray of a pole cell
            const int a = p.pole ? i * (side + 1) : (n0 - i) * side + i, step = p.pole ? side + 1 : 1 - side;
            line(a, a + step, a + 2 * step);
        }
        const double tolerance = p.cell.order > 1 && besidePole(p.cell) ? kPoleTolerance : kTolerance;
        // Error of one step of two cells; a step of one cell has a quarter of it.
        return std::max(1, static_cast<int>(std::ceil(n0 / 2.0 * std::sqrt(worst / tolerance))));
    }

    /// By caps; needs the patch's vertices in cam.
    bool outOfSight(Cell cell) const
    {
        if (rules.radius >= sky::kPi) return false;
        const sky::Cap cap = sky::boundingCap(cell);
        const Dir centre = rules.toCamera * cap.centre;
        return std::atan2(std::hypot(centre.x(), centre.y()), centre.z()) > rules.radius + cap.radius.rad();
    }
    bool outOfSight(const Dir& a, const Dir& b, const Dir& c) const
    {
        if (rules.radius >= sky::kPi) return false;
        const Dir centre = (a + b + c).normalized();
        const double reach = std::max({(a - centre).norm(), (b - centre).norm(), (c - centre).norm()}) * 1.1;
        return std::atan2(std::hypot(centre.x(), centre.y()), centre.z()) > rules.radius + reach;
    }

    bool nearSingular() const
    {
        if (!rules.singular()) return false;
        double nearest = 4;
        for (Eigen::Index i = 0; i < cam.cols(); ++i) nearest = std::min(nearest, rules.distance(cam.col(i)));
        const int n = std::min(patch.n, *std::min_element(patch.border.begin(), patch.border.end()));
        // The diagonals of the most stretched cells are about 1.7 times their mean size, their sides at most that.
        const double edge = 1.8 * 1.0233 / static_cast<double>(uint64_t{1} << patch.cell.order) / n;
        return rules.longest(std::max(0.0, nearest - edge)) < edge;
    }

    bool needsCare() const
    {
        bool left = false, right = false, behind = false, no = false;
        double yLow = 2, yHigh = -2;
        for (Eigen::Index i = 0; i < cam.cols(); ++i) {
            left |= cam(0, i) < kOnPlane;
            right |= cam(0, i) > -kOnPlane;
            behind |= cam(2, i) < kOnPlane;
            yLow = std::min(yLow, cam(1, i));
            yHigh = std::max(yHigh, cam(1, i));
            no |= (code[static_cast<size_t>(i)] & kNoPixel) != 0;
        }
        if (no) return true;
        if (rules.seam != Seam::None && left && right && behind) return true;
        if (rules.seam == Seam::Facets && (yHigh > 2.0 / 3 - kOnPlane || yLow < -2.0 / 3 + kOnPlane)) return true;
        return nearSingular();
    }

    /// The lattice's triangles, with the vertices of each side that the coarser neighbour does not have moved to ones it has.
    const std::vector<std::array<uint32_t, 3>>& joinedTriangles(const Lattice& l)
    {
        const bool same = std::all_of(patch.border.begin(), patch.border.end(), [this](int b) { return b == patch.n; });
        if (same) return l.triangles;
        remap.resize(l.xy.size());
        for (size_t i = 0; i < remap.size(); ++i) remap[i] = static_cast<uint32_t>(i);
        for (size_t side = 0; side < 4; ++side) {
            const auto& line = l.sides[side];
            const auto ratio = static_cast<size_t>(patch.n / patch.border[side]);
            // Towards the nearer end of the side: at the corners no triangle may lose its height.
            for (size_t k = 0; k < line.size(); ++k) {
                const size_t to = 2 * k < line.size() - 1 ? k / ratio * ratio : (k + ratio - 1) / ratio * ratio;
                remap[line[k]] = line[to];
            }
        }
        joined.clear();
        for (const auto& t : l.triangles) {
            const std::array<uint32_t, 3> m{remap[t[0]], remap[t[1]], remap[t[2]]};
            if (m[0] != m[1] && m[1] != m[2] && m[2] != m[0]) joined.push_back(m);
        }
        return joined;
    }

    void emitPlain(const Lattice& l)
    {
        const auto& triangles = joinedTriangles(l);
        const auto base = static_cast<uint32_t>(mesh.vertices.size());
        for (size_t i = 0; i < l.xy.size(); ++i) {
            mesh.vertices.push_back({static_cast<float>(pixel[i].x()), static_cast<float>(pixel[i].y()),
                                     static_cast<float>(patch.s0 + patch.size * l.xy[i][0]),
                                     static_cast<float>(patch.t0 + patch.size * l.xy[i][1])});
        }
        for (const auto& t : triangles) {
            if (code[t[0]] & code[t[1]] & code[t[2]]) continue; // all beyond one side of the window
            mesh.indices.push_back(base + t[0]);
            mesh.indices.push_back(base + t[1]);
            mesh.indices.push_back(base + t[2]);
        }
    }

    /// Vertices of a patch on the careful way, each projected and written at most once unless it is clipped.
    struct Node {
        Corner at;
        unsigned code = kNoPixel;
        uint32_t written = kNotWritten;
        Eigen::Vector2d px;
        double limit = 4; ///< longest edge allowed here
    };
    static constexpr uint32_t kNotWritten = ~0u;

    uint32_t addNode(const Corner& c, bool graded)
    {
        Node n;
        n.at = c;
        if ((!rules.clipZ || c.cam.z() >= rules.zClip) && (!rules.clipY || std::abs(c.cam.y()) <= rules.yClip) && rules.toPixel(c.cam, n.px))
            n.code = rules.outside(n.px.x(), n.px.y());
        if (graded) n.limit = rules.longest(rules.distance(c.cam));
        nodes.push_back(n);
        return static_cast<uint32_t>(nodes.size() - 1);
    }

    void emitCareful(const Lattice& l, bool graded)
    {
        const auto& triangles = joinedTriangles(l);
        nodes.clear();
        middles.clear();
        for (size_t i = 0; i < l.xy.size(); ++i) {
            Node n;
            n.at = {cam.col(static_cast<Eigen::Index>(i)), l.xy[i][0], l.xy[i][1]};
            n.code = code[i];
            n.px = pixel[i];
            if (graded) n.limit = rules.longest(rules.distance(n.at.cam));
            nodes.push_back(n);
        }
        for (const auto& t : triangles) {
            if (graded) refine(t[0], t[1], t[2], 0);
            else finish(t[0], t[1], t[2]);
        }
    }

    bool tooLong(uint32_t a, uint32_t b) const
    {
        const double limit = std::min(nodes[a].limit, nodes[b].limit);
        return (nodes[a].at.cam - nodes[b].at.cam).squaredNorm() > limit * limit;
    }
    uint32_t middle(uint32_t a, uint32_t b)
    {
        const uint64_t key = (uint64_t{std::min(a, b)} << 32) | std::max(a, b);
        if (const auto it = middles.find(key); it != middles.end()) return it->second;
        const double x = (nodes[a].at.x + nodes[b].at.x) / 2, y = (nodes[a].at.y + nodes[b].at.y) / 2;
        const uint32_t m = addNode({rules.toCamera * sky::cellPoint(patch.cell, x, y), x, y}, true);
        middles.emplace(key, m);
        return m;
    }

    /// Cuts edges until they are short enough for the singular point's neighbourhood. Whether an edge is cut depends on that edge
    /// alone, so the triangle on its other side cuts it too, and there are no cracks.
    void refine(uint32_t a, uint32_t b, uint32_t c, int depth)
    {
        if (outOfSight(nodes[a].at.cam, nodes[b].at.cam, nodes[c].at.cam)) return;
        if (depth > 16) return finish(a, b, c);
        const bool ab = tooLong(a, b), bc = tooLong(b, c), ca = tooLong(c, a);
        const int cuts = ab + bc + ca;
        if (cuts == 0) return finish(a, b, c);
        if (cuts == 3) {
            const uint32_t mab = middle(a, b), mbc = middle(b, c), mca = middle(c, a);
            refine(a, mab, mca, depth + 1);
            refine(mab, b, mbc, depth + 1);
            refine(mca, mbc, c, depth + 1);
            refine(mab, mbc, mca, depth + 1);
            return;
        }
        // Turned so that ab is cut, and, of two, ca is not.
        if (cuts == 1) {
            if (bc) return refineOne(b, c, a, depth);
            if (ca) return refineOne(c, a, b, depth);
            return refineOne(a, b, c, depth);
        }
        if (!ab) return refineTwo(b, c, a, depth);
        if (!bc) return refineTwo(c, a, b, depth);
        refineTwo(a, b, c, depth);
    }
    void refineOne(uint32_t a, uint32_t b, uint32_t c, int depth)
    {
        const uint32_t m = middle(a, b);
        refine(a, m, c, depth + 1);
        refine(m, b, c, depth + 1);
    }
    void refineTwo(uint32_t a, uint32_t b, uint32_t c, int depth)
    {
        const uint32_t m = middle(a, b), k = middle(b, c);
        refine(m, b, k, depth + 1);
        refine(a, m, k, depth + 1);
        refine(a, k, c, depth + 1);
    }

    /// True when the triangle touches no seam, so that its vertices can be shared with its neighbours.
    bool wholeSide(const Dir& a, const Dir& b, const Dir& c) const
    {
        if (rules.seam == Seam::None) return true;
        const auto clear = [&](int axis) {
            return std::min({a[axis], b[axis], c[axis]}) > kOnPlane || std::max({a[axis], b[axis], c[axis]}) < -kOnPlane;
        };
        const bool side = clear(0);
        if (rules.seam == Seam::Back) return side || std::min({a.z(), b.z(), c.z()}) > kOnPlane;
        const double high = std::max({a.y(), b.y(), c.y()}), low = std::min({a.y(), b.y(), c.y()});
        if (high < 2.0 / 3 && low > -2.0 / 3) return side || std::min({a.z(), b.z(), c.z()}) > kOnPlane;
        return (low > 2.0 / 3 || high < -2.0 / 3) && side && clear(2);
    }

    void finish(uint32_t ia, uint32_t ib, uint32_t ic)
    {
        const Node &a = nodes[ia], &b = nodes[ib], &c = nodes[ic];
        if (((a.code | b.code | c.code) & kNoPixel) || !wholeSide(a.at.cam, b.at.cam, c.at.cam)) return clipTriangle(a.at, b.at, c.at);
        if (a.code & b.code & c.code) return;
        for (uint32_t i : {ia, ib, ic}) {
            Node& n = nodes[i];
            if (n.written == kNotWritten) {
                n.written = static_cast<uint32_t>(mesh.vertices.size());
                mesh.vertices.push_back({static_cast<float>(n.px.x()), static_cast<float>(n.px.y()),
                                         static_cast<float>(patch.s0 + patch.size * n.at.x),
                                         static_cast<float>(patch.t0 + patch.size * n.at.y)});
            }
            mesh.indices.push_back(n.written);
        }
    }

    void clipTriangle(const Corner& a, const Corner& b, const Corner& c)
    {
        Polygon p;
        p.add(a);
        p.add(b);
        p.add(c);
        if (rules.clipZ) p = keep(p, [this](const Dir& d) { return d.z() - rules.zClip; });
        if (rules.clipY) {
            p = keep(p, [this](const Dir& d) { return rules.yClip - d.y(); });
            p = keep(p, [this](const Dir& d) { return d.y() + rules.yClip; });
        }
        if (p.count == 0) return;
        if (rules.seam == Seam::None) return emitPolygon(p);
        if (rules.seam == Seam::Back) return splitBack(p);
        const double z = 2.0 / 3;
        splitBack(keep(keep(p, [z](const Dir& d) { return z - d.y(); }), [z](const Dir& d) { return z + d.y(); }));
        splitFacets(keep(p, [z](const Dir& d) { return d.y() - z; }));
        splitFacets(keep(p, [z](const Dir& d) { return -z - d.y(); }));
    }
    void splitBack(const Polygon& p)
    {
        bool behind = false;
        for (int i = 0; i < p.count; ++i) behind |= p.at[static_cast<size_t>(i)].cam.z() < kOnPlane;
        if (!behind) return emitPolygon(p);
        emitPolygon(keep(p, [](const Dir& d) { return d.x(); }));
        emitPolygon(keep(p, [](const Dir& d) { return -d.x(); }));
    }
    /// HPX beyond |z| = 2/3: four facets a cap, apart along the meridians 0, 90, 180 and 270 degrees.
    void splitFacets(const Polygon& p)
    {
        if (p.count == 0) return;
        for (double sx : {1.0, -1.0}) {
            const Polygon half = keep(p, [sx](const Dir& d) { return sx * d.x(); });
            for (double sz : {1.0, -1.0}) emitPolygon(keep(half, [sz](const Dir& d) { return sz * d.z(); }));
        }
    }

    void emitPolygon(const Polygon& p)
    {
        if (p.count < 3) return;
        Dir centre = Dir::Zero();
        for (int i = 0; i < p.count; ++i) centre += p.at[static_cast<size_t>(i)].cam;
        centre /= p.count;
        std::array<Eigen::Vector2d, 16> px;
        unsigned common = 15;
        for (int i = 0; i < p.count; ++i) {
            const auto k = static_cast<size_t>(i);
            // What lies on a seam belongs to this polygon's side of it; everything else stays exactly where its neighbours have it.
            Dir d = p.at[k].cam;
            if (rules.seam != Seam::None && (std::abs(d.x()) < kOnPlane || (rules.seam == Seam::Facets && std::abs(d.z()) < kOnPlane)))
                d += 1e-7 * (centre - d);
            if (rules.proj == Proj::Sin) d.z() = std::max(d.z(), 0.0);
            if (rules.clipY && std::abs(d.y()) > rules.yClip) {
                const double across = std::sqrt(1 - rules.yClip * rules.yClip) / std::hypot(d.x(), d.z());
                d = Dir(d.x() * across, std::copysign(rules.yClip, d.y()), d.z() * across);
            }
            if (!rules.toPixel(d, px[k])) return;
            common &= rules.outside(px[k].x(), px[k].y());
        }
        if (common) return;
        const auto base = static_cast<uint32_t>(mesh.vertices.size());
        for (int i = 0; i < p.count; ++i) {
            const auto k = static_cast<size_t>(i);
            mesh.vertices.push_back({static_cast<float>(px[k].x()), static_cast<float>(px[k].y()),
                                     static_cast<float>(patch.s0 + patch.size * p.at[k].x),
                                     static_cast<float>(patch.t0 + patch.size * p.at[k].y)});
            if (i >= 2) {
                mesh.indices.push_back(base);
                mesh.indices.push_back(base + static_cast<uint32_t>(i) - 1);
                mesh.indices.push_back(base + static_cast<uint32_t>(i));
            }
        }
    }

    void emitPatch(int rings)
    {
        int around = 0;
        if (patch.pole) {
            around = patch.n;
            const double segments = sky::kPi / 4 * std::sqrt(patch.poleReach / (8 * kPoleTolerance));
            while (around < segments && around < 4 * kMaxSubdivision) around *= 2;
        }
        const Lattice& l = lattice(patch.cell, patch.n, around, patch.pole ? rings : 0);
        toCamera(l);
        if (!needsCare()) emitPlain(l);
        else emitCareful(l, nearSingular());
    }

    /// Where two patches meet, both use the vertices of the coarser one. Patches of one order know their neighbours; a mixture of
    /// orders gets one common lattice instead, so that all vertices of a side coincide.
    void joinSides(std::vector<Patch>& patches)
    {
        bool mixed = false;
        int level = 0;
        for (const Patch& p : patches) {
            if (p.n == 0) continue;
            mixed |= p.cell.order != patches.front().cell.order;
            level = std::max(level, p.cell.order + static_cast<int>(std::lround(std::log2(p.n))));
        }
        if (mixed) {
            for (Patch& p : patches) {
                if (p.n > 0) p.n = std::min(1 << std::max(0, level - p.cell.order), kMaxSubdivision);
                p.border.fill(p.n);
            }
            return;
        }
        subdivisions.clear();
        for (const Patch& p : patches)
            if (p.n > 0) subdivisions[p.cell] = p.n;
        for (Patch& p : patches) {
            if (p.n == 0) continue;
            const auto around = sky::neighbours(p.cell);
            for (size_t side = 0; side < 4; ++side) { // SW, NW, NE, SE
                p.border[side] = p.n;
                const auto& other = around[2 * side];
                if (!other) continue;
                if (const auto it = subdivisions.find(*other); it != subdivisions.end()) p.border[side] = std::min(p.n, it->second);
            }
        }
    }

    static void addPatches(Cell cell, std::vector<Patch>& out)
    {
        if (cell.order > 0) {
            out.push_back({cell, 0, 0, 1, sky::touchesPole(cell), 0, 1, {}});
            return;
        }
        for (int k = 0; k < 4; ++k) {
            const Cell child = cell.child(k);
            const sky::SubRect r = sky::within(child, cell);
            out.push_back({child, r.x, r.y, r.size, sky::touchesPole(child), 0, 1, {}});
        }
    }

    void forgetOld()
    {
        for (auto it = lattices.begin(); it != lattices.end();) {
            if (it->second.used + kKeepBuilds < builds) it = lattices.erase(it);
            else ++it;
        }
    }
};

TileMesher::TileMesher() : impl_(std::make_unique<Impl>()) {}
TileMesher::~TileMesher() = default;

const TileMesh& TileMesher::build(const sky::SkyView& view, sky::Frame frame, std::span<const sky::Cell> cells)
{
    Impl& m = *impl_;
    ++m.builds;
    m.rules = rulesFor(view, frame);
    m.mesh.vertices.clear();
    m.mesh.indices.clear();
    m.mesh.ranges.clear();

    std::vector<Patch> patches;
    patches.reserve(cells.size() + 36);
    std::vector<size_t> firstPatch;
    for (const Cell& cell : cells) {
        firstPatch.push_back(patches.size());
        if (cell.valid()) Impl::addPatches(cell, patches);
    }
    firstPatch.push_back(patches.size());
    int rings = kPoleRings;
    m.mesh.subdivision = 1;
    for (Patch& p : patches) {
        const int n = m.wanted(p);
        p.n = n == 0 ? 0 : 1;
        // Triangles of much more than a tenth of a radian are too coarse for the clippers.
        const int least = p.pole || p.cell.order <= 1 ? 4 : p.cell.order == 2 ? 2 : 1;
        while (p.n > 0 && p.n < std::max(n, least) && p.n < kMaxSubdivision) p.n *= 2;
    }
    m.joinSides(patches);
    for (const Patch& p : patches) {
        m.mesh.subdivision = std::max(m.mesh.subdivision, p.n);
        if (p.pole) rings = std::max(rings, p.n); // one number for all cells of a pole: their sides meet
    }
    for (size_t c = 0; c < cells.size(); ++c) {
        const auto first = static_cast<uint32_t>(m.mesh.indices.size());
        const auto vertex = static_cast<uint32_t>(m.mesh.vertices.size());
        for (size_t k = firstPatch[c]; k < firstPatch[c + 1]; ++k) {
            m.patch = patches[k];
            if (m.patch.n > 0) m.emitPatch(rings);
        }
        m.mesh.ranges.push_back({first, static_cast<uint32_t>(m.mesh.indices.size()) - first, vertex,
                                 static_cast<uint32_t>(m.mesh.vertices.size()) - vertex});
    }
    if (m.builds % 32 == 0) m.forgetOld();
    return m.mesh;
}

} // namespace firmament::render
