#include "render/tile_mesh.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <array>
#include <cmath>
#include <map>
#include <memory>
#include <unordered_map>

#include "render/mesh_fit.h"
#include "render/mesh_lattice.h"
#include "render/mesh_rules.h"

namespace firmament::render {

namespace {

using sky::Cell;
using sky::Dir;
using sky::Proj;

constexpr double kTolerance = 0.05;    ///< pixels between a drawn place and the exact one; keeps the mean shift of a view below 0.05
constexpr double kFitTolerance = 0.2;  ///< the same where texels are fitted to the chords (mesh_fit): two thirds of it are left, and no mean shift
constexpr double kPolarFitTolerance = 0.1; ///< the same for cells about a pole
constexpr double kPoleTolerance = 0.08; ///< of rings and rays of a pole cell, whose errors add up on slant edges
constexpr int kMaxSubdivision = 64, kMaxLevels = 6; ///< 2^6
constexpr int kPoleRings = 8;       ///< least number of rings of a pole cell
constexpr double kOnPlane = MeshRules::kOnPlane;
constexpr double kBeside = 0.3;     ///< more than the longest edge: triangles that a seam cuts are not further from its end
constexpr double kOverhang = 0.6;   ///< pixels that are drawn beyond a round map's edge, for the slivers outside its chords
constexpr uint64_t kKeepBuilds = 120; ///< unit vectors stay for so many builds after their last use

/// A piece of a cell that is meshed as one: the cell, or a quarter of it at order 0 (so that a pole piece lies wholly in
/// the polar cap, where the map is straight along rays from the pole).
struct Patch {
    Cell cell;
    double s0 = 0, t0 = 0, size = 1; ///< its place in the drawn cell's square
    bool pole = false;
    double poleReach = 0; ///< pixels from the pole to the far corner
    int n = 1;            ///< subdivision
    int rings = 0;        ///< of a pole patch: rings that its rays ask for
    bool unseen = false;  ///< no line of it is in the window: it takes what its neighbours need
    bool fit = false;     ///< its squares are cut so finely that texelFit does the rest
    std::array<int, 4> border{}; ///< subdivision of the sides x=0, y=1, x=1, y=0: the coarser of both cells there
    std::array<int, 4> deeper{}; ///< by how many orders the smallest patch on the side is deeper
};

/// A vertex on its way through the clippers: camera direction (unit) and coordinates in the patch.
struct Corner {
    Dir cam;
    double x, y;
    bool limb = false; ///< on the circle where the map ends
};
struct Polygon {
    std::array<Corner, 16> at;
    int count = 0;
    int apex = 0; ///< where its fan of triangles starts: a vertex in the middle of an edge, if there is one, lest the fan fold
    void add(const Corner& c)
    {
        if (count < static_cast<int>(at.size())) at[static_cast<size_t>(count++)] = c;
    }
};

/// f of a corner; what is nearly on a plane is on it.
template <class F> double side(const Corner& c, F f)
{
    const double v = f(c.cam);
    return std::abs(v) < kOnPlane ? 0.0 : v;
}
/// Where the edge from a to b goes through f = 0.
Corner between(const Corner& a, const Corner& b, double fa, double fb)
{
    const double t = fa / (fa - fb);
    Corner c{a.cam + t * (b.cam - a.cam), a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
    c.cam.normalize();
    return c;
}

/// Sutherland-Hodgman against f >= 0, f linear in the camera direction. What is on the plane belongs to both sides.
template <class F> Polygon keep(const Polygon& in, F f)
{
    Polygon out;
    for (int i = 0; i < in.count; ++i) {
        const Corner& a = in.at[static_cast<size_t>(i)];
        const Corner& b = in.at[static_cast<size_t>((i + 1) % in.count)];
        const double fa = side(a, f), fb = side(b, f);
        if (fa >= 0) out.add(a);
        if ((fa > 0 && fb < 0) || (fa < 0 && fb > 0)) out.add(between(a, b, fa, fb));
    }
    if (out.count < 3) out.count = 0;
    return out;
}

/// The polygon with a vertex more on every edge that goes through f = 0 and that `wanted` (of its ends) asks for.
template <class F, class W> Polygon withCrossings(const Polygon& in, F f, W wanted)
{
    Polygon out;
    for (int i = 0; i < in.count; ++i) {
        const Corner& a = in.at[static_cast<size_t>(i)];
        const Corner& b = in.at[static_cast<size_t>((i + 1) % in.count)];
        const double fa = side(a, f), fb = side(b, f);
        out.add(a);
        if (((fa > 0 && fb < 0) || (fa < 0 && fb > 0)) && wanted(a.cam, b.cam)) {
            out.apex = out.count;
            out.add(between(a, b, fa, fb));
        }
    }
    return out;
}

double sideX(const Dir& d) { return d.x(); }
double sideZ(const Dir& d) { return d.z(); }

} // namespace

struct TileMesher::Impl {
    TileMesh mesh;
    struct Lattice {
        std::shared_ptr<const LatticePattern> pattern;
        Eigen::Matrix3Xd dirs;
        uint64_t used = 0; ///< the build that asked for it last
    };
    std::unordered_map<LatticeKey, Lattice, LatticeKeyHash> lattices;
    std::map<LatticeCut, std::shared_ptr<const LatticePattern>> patterns;
    uint64_t builds = 0;

    MeshRules rules;
    Patch patch;
    Eigen::Matrix3Xd cam;
    std::vector<Eigen::Vector2d> pixel;
    std::vector<Eigen::Vector2d> shift;
    std::vector<unsigned> code; ///< outside() of each vertex, or kNoPixel
    static constexpr unsigned kNoPixel = 16;
    struct Node;
    std::vector<Node> nodes;
    std::unordered_map<uint64_t, uint32_t> middles; ///< of edges between nodes
    std::unordered_map<Cell, Patch*, sky::CellHash> bySky;
    /// A side of a patch that lies on a patch of a lower order.
    struct Larger {
        Patch* patch;
        size_t side;
        Patch* smaller;
        size_t smallerSide;
        int levels;
    };
    std::vector<Larger> larger;
    std::vector<std::array<uint32_t, 3>> joined;

    Lattice& lattice(const LatticeKey& key)
    {
        Lattice& l = lattices[key];
        if (!l.pattern) {
            const LatticeCut cut = cutOf(key);
            auto& pattern = patterns[cut];
            if (!pattern) pattern = std::make_shared<const LatticePattern>(cut);
            l.pattern = pattern;
            l.dirs = latticeDirs(key.cell, *pattern);
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
            const bool seen = rules.toPixel(c, pixel[i]);
            code[i] = seen && !rules.hidden(c) ? rules.outside(pixel[i].x(), pixel[i].y()) : kNoPixel;
        }
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
        return std::hypot(centre.x(), centre.y()) < 4 * cellSize(cell);
    }

    /// Subdivision that brings the mid-point error of the patch's lines below the tolerance.
    /// Zero: the patch is out of sight.
    int wanted(Patch& p)
    {
        const int n0 = probes(p.cell);
        const Lattice& l = lattice({p.cell, n0});
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
        double worst = 0, worstRay = 0; // of a pole patch: its far sides, and the rays from the pole
        // A line across a seam says nothing: its middle is half a map away from its ends' mean.
        // On a cell that |z| = 2/3 halves, a line across the W-E diagonal bends there; the mesh has a vertex at that place.
        const bool bent = kinked(p.cell);
        const double jump = rules.seam == MeshRules::Seam::None ? 1e9 : rules.pxPerRad;
        const auto error = [&](size_t ia, size_t im, size_t ib) {
            const Dir a = cam.col(static_cast<Eigen::Index>(ia)), m = cam.col(static_cast<Eigen::Index>(im)), b = cam.col(static_cast<Eigen::Index>(ib));
            const Dir bend = (a + b) / 2 - m;
            if (code[ia] & code[im] & code[ib]) return 0.0; // out of the window on one side, or all behind the horizon
            if ((code[ia] | code[im] | code[ib]) & kNoPixel) return bend.norm() * rules.pxPerRad * rules.rimScale;
            if (besideHard(m)) return bend.cross(m).norm() * rules.pxPerRad; // tooLong() sees to the projection: what the cells' own map bends
            double off = ((pixel[ia] + pixel[ib]) / 2 - pixel[im]).norm();
            if (off > jump || (rules.seam == MeshRules::Seam::Facets && (MeshRules::facet(a) != MeshRules::facet(m) || MeshRules::facet(m) != MeshRules::facet(b))))
                off = bend.norm() * rules.pxPerRad;
            // Towards the limb many texels crowd into a pixel: a quarter of a pixel would show.
            return rules.proj == Proj::Sin ? off / std::max(m.z(), 0.25) : off;
        };
        p.unseen = true;
        const auto line = [&](int a, int step, double& of) {
            const auto ia = static_cast<size_t>(a), by = static_cast<size_t>(std::abs(step));
            const size_t im = step > 0 ? ia + by : ia - by, ib = step > 0 ? im + by : im - by;
            p.unseen = p.unseen && (code[ia] & code[im] & code[ib]);
            of = std::max(of, error(ia, im, ib));
        };
        const int poleRow = p.cell.pix >> (2 * p.cell.order) < 4 ? n0 : 0;
        for (int j = 0; j < side; ++j) {
            if (p.pole && j != 0 && j != n0) continue; // inside a pole cell the rings take care
            for (int i = 0; i + 2 < side; i += 2) {
                if (bent && i + 1 + j == n0) continue;
                double& of = p.pole && j == poleRow ? worstRay : worst;
                line(j * side + i, 1, of);
                line(i * side + j, side, of);
            }
        }
        for (int i = 0; i + 2 <= n0; i += 2) { // W-E, as the squares are cut; S-N is the longest ray of a pole cell
            if (p.pole) line(i * (side + 1), side + 1, worstRay);
            else line((n0 - i) * side + i, 1 - side, worst);
        }
        // Error of one step of two cells; a step of one cell has a quarter of it.
        const auto segments = [n0](double off, double tolerance) { return std::max(1, static_cast<int>(std::ceil(n0 / 2.0 * std::sqrt(off / tolerance)))); };
        const bool polar = p.cell.order > 1 && besidePole(p.cell); // derivatives differ from end to end of a cell
        const int exact = segments(worst, kTolerance), fitted = std::max(segments(worst, polar ? kPolarFitTolerance : kFitTolerance), leastForFit(bent || polar));
        p.fit = !besideHard() && !needsCare(longestEdge(p.cell, fitted));
        if (!p.fit) return std::max(exact, segments(worstRay, kTolerance));
        p.rings = segments(worstRay, kPoleTolerance);
        return std::min(exact, fitted);
    }
    static bool kinked(Cell cell) { return std::abs(std::abs(sky::cellCentre(cell).z()) - 2.0 / 3) < 1e-12; }

    /// Where a projection is singular its derivatives say little about a whole square.
    bool besideHard(const Dir& c) const { return rules.measured() && rules.distance(c) < 0.5; }
    bool besideHard() const
    {
        for (Eigen::Index i = 0; i < cam.cols(); ++i)
            if (besideHard(Dir(cam.col(i)))) return true;
        return false;
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

    /// The diagonals of the most stretched cells are about 1.7 times their mean size, their sides at most that.
    static double longestEdge(Cell cell, int n) { return 1.8 * cellSize(cell) / n; }

    /// True when an edge of this length may have to be cut. A patch where that is false has short edges only, so that
    /// its neighbours do not cut the common ones either.
    bool nearHard(double edge) const
    {
        if (rules.hard == MeshRules::Hard::None) return false;
        double nearest = 4;
        for (Eigen::Index i = 0; i < cam.cols(); ++i) nearest = std::min(nearest, rules.distance(cam.col(i)));
        return rules.shortEdge(nearest) < edge;
    }

    /// Can a triangle with edges of this length at most be cut by a plane, or an edge for being too long?
    bool needsCare(double edge) const
    {
        bool left = false, right = false, front = false, behind = false, no = false;
        double y = 0;
        for (Eigen::Index i = 0; i < cam.cols(); ++i) {
            left |= cam(0, i) < kOnPlane;
            right |= cam(0, i) > -kOnPlane;
            front |= cam(2, i) > -kOnPlane;
            behind |= cam(2, i) < kBeside;
            y = std::max(y, std::abs(cam(1, i)));
            no |= (code[static_cast<size_t>(i)] & kNoPixel) != 0;
        }
        if (no) return true;
        if (rules.seam != MeshRules::Seam::None && left && right && behind) return true;
        if (rules.seam == MeshRules::Seam::Facets && y > 2.0 / 3 - kBeside && ((left && right) || (front && behind))) return true;
        if (rules.seam == MeshRules::Seam::Facets && y > 2.0 / 3 - kOnPlane) return true;
        return nearHard(edge);
    }

    const std::vector<std::array<uint32_t, 3>>& triangles(const LatticePattern& pattern)
    {
        const bool same = std::all_of(patch.border.begin(), patch.border.end(), [this](int b) { return b == patch.n; });
        if (same) return pattern.triangles;
        joined = joinedTriangles(pattern, patch.n, patch.border);
        return joined;
    }

    void emitPlain(const LatticePattern& pattern)
    {
        const auto base = static_cast<uint32_t>(mesh.vertices.size());
        shift.assign(pixel.size(), Eigen::Vector2d::Zero());
        if (patch.fit && patch.pole) poleFit(pixel, pattern, shift);
        else if (patch.fit) texelFit(pixel, patch.n, kinked(patch.cell), shift);
        for (size_t i = 0; i < pixel.size(); ++i) write(pixel[i], pattern.xy[i][0] + shift[i].x(), pattern.xy[i][1] + shift[i].y());
        for (const auto& t : triangles(pattern)) {
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
        bool seen = false;          ///< px is a pixel, though it may be clipped
        Eigen::Vector2d px;
        double distance = 4;        ///< from the hard place
    };
    static constexpr uint32_t kNotWritten = ~0u;

    uint32_t addNode(const Corner& c)
    {
        Node n;
        n.at = c;
        n.seen = rules.toPixel(c.cam, n.px);
        if (n.seen && !rules.hidden(c.cam)) n.code = rules.outside(n.px.x(), n.px.y());
        n.distance = rules.distance(c.cam);
        nodes.push_back(n);
        return static_cast<uint32_t>(nodes.size() - 1);
    }

    void emitCareful(const LatticePattern& pattern)
    {
        nodes.clear();
        middles.clear();
        for (size_t i = 0; i < pattern.xy.size(); ++i) addNode({cam.col(static_cast<Eigen::Index>(i)), pattern.xy[i][0], pattern.xy[i][1]});
        for (const auto& t : triangles(pattern)) refine(t[0], t[1], t[2], 0);
    }

    /// Says for an edge alone, whatever triangle it belongs to, whether it has to be cut.
    bool tooLong(uint32_t ia, uint32_t ib)
    {
        const Node a = nodes[ia], b = nodes[ib];
        if (rules.measured() && rules.hidden(a.at.cam) && rules.hidden(b.at.cam)) return false;
        const double length = (a.at.cam - b.at.cam).norm(), distance = std::min(a.distance, b.distance);
        const bool across = rules.acrossSeam(a.at.cam, b.at.cam);
        if (across && length > rules.seamLimit()) return true;
        if (length <= rules.shortEdge(distance)) return false;
        if (!rules.measured() || across || !a.seen || !b.seen) return length > rules.edgeLimit(distance);
        const Node& m = nodes[middle(ia, ib)];
        if (!m.seen) return length > rules.edgeLimit(distance);
        return !rules.goodMiddle((a.px + b.px) / 2 - m.px, m.at.cam, m.px);
    }
    uint32_t middle(uint32_t a, uint32_t b)
    {
        const uint64_t key = (uint64_t{std::min(a, b)} << 32) | std::max(a, b);
        if (const auto it = middles.find(key); it != middles.end()) return it->second;
        const double x = (nodes[a].at.x + nodes[b].at.x) / 2, y = (nodes[a].at.y + nodes[b].at.y) / 2;
        const uint32_t m = addNode({rules.toCamera * sky::cellPoint(patch.cell, x, y), x, y});
        middles.emplace(key, m);
        return m;
    }

    /// Cuts edges until they are short enough for the hard place's neighbourhood. Whether an edge is cut depends on that edge
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

    /// Does this edge get a vertex where it goes through x = 0 (or z = 0)? Where a seam cuts one of its two triangles it must,
    /// and the triangle on its other side has to have the same vertex.
    static bool cutAtX(const Dir& a, const Dir& b, bool facets)
    {
        return std::min(a.z(), b.z()) < kBeside || (facets && nearCap(a, b));
    }
    static bool nearCap(const Dir& a, const Dir& b) { return std::max(std::abs(a.y()), std::abs(b.y())) > 2.0 / 3 - kBeside; }

    /// True when the triangle touches no seam, so that its vertices can be shared with its neighbours.
    bool wholeSide(const Dir& a, const Dir& b, const Dir& c) const
    {
        if (rules.seam == MeshRules::Seam::None) return true;
        const auto clear = [&](int axis) {
            return std::min({a[axis], b[axis], c[axis]}) > kOnPlane || std::max({a[axis], b[axis], c[axis]}) < -kOnPlane;
        };
        const bool left = clear(0);
        if (rules.seam == MeshRules::Seam::Back) return left || std::min({a.z(), b.z(), c.z()}) > kBeside;
        const double high = std::max({a.y(), b.y(), c.y()}), low = std::min({a.y(), b.y(), c.y()});
        if (std::max(high, -low) < 2.0 / 3 - kBeside) return left || std::min({a.z(), b.z(), c.z()}) > kBeside;
        const bool oneBelt = low > 2.0 / 3 || high < -2.0 / 3 || std::max(high, -low) < 2.0 / 3;
        return oneBelt && left && clear(2);
    }

    void finish(uint32_t ia, uint32_t ib, uint32_t ic)
    {
        const Node &a = nodes[ia], &b = nodes[ib], &c = nodes[ic];
        if (((a.code | b.code | c.code) & kNoPixel) || !wholeSide(a.at.cam, b.at.cam, c.at.cam)) return clipTriangle(a.at, b.at, c.at);
        if (a.code & b.code & c.code) return;
        for (uint32_t i : {ia, ib, ic}) {
            Node& n = nodes[i];
            if (n.written == kNotWritten) n.written = write(n.px, n.at.x, n.at.y);
            mesh.indices.push_back(n.written);
        }
    }
    uint32_t write(const Eigen::Vector2d& px, double x, double y)
    {
        mesh.vertices.push_back({static_cast<float>(px.x()), static_cast<float>(px.y()), static_cast<float>(patch.s0 + patch.size * x),
                                 static_cast<float>(patch.t0 + patch.size * y)});
        return static_cast<uint32_t>(mesh.vertices.size() - 1);
    }

    void clipTriangle(const Corner& a, const Corner& b, const Corner& c)
    {
        Polygon p;
        p.add(a);
        p.add(b);
        p.add(c);
        if (rules.clipZ) p = keepInLimb(p);
        if (rules.clipY) {
            p = keep(p, [this](const Dir& d) { return rules.yClip - d.y(); });
            p = keep(p, [this](const Dir& d) { return d.y() + rules.yClip; });
        }
        if (p.count == 0) return;
        if (rules.seam == MeshRules::Seam::None) return emitPolygon(p);
        if (rules.seam == MeshRules::Seam::Back) return splitBack(p);
        splitFacets(p);
    }
    Polygon keepInLimb(const Polygon& in) const
    {
        const auto depth = [this](const Dir& d) { return d.z() - rules.zClip; };
        Polygon out = keep(in, depth);
        const double across = std::sqrt((1 - rules.zClip) * (1 + rules.zClip));
        for (int i = 0; i < out.count; ++i) {
            Corner& c = out.at[static_cast<size_t>(i)];
            bool given = false;
            for (int k = 0; k < in.count; ++k) given |= c.x == in.at[static_cast<size_t>(k)].x && c.y == in.at[static_cast<size_t>(k)].y;
            c.limb = !given || side(c, depth) == 0;
            // A plane cuts chords: their ends go back to the circle.
            if (c.limb) c.cam = Dir(0, 0, rules.zClip) + Dir(c.cam.x(), c.cam.y(), 0).normalized() * across;
        }
        return out;
    }
    void splitBack(const Polygon& p)
    {
        bool behind = false;
        for (int i = 0; i < p.count; ++i) behind |= p.at[static_cast<size_t>(i)].cam.z() < kOnPlane;
        if (behind) {
            // The seam ends at the native poles: a corner of the map, so both halves need a vertex there.
            const auto onMeridian = [](const Dir& a, const Dir& b) { return std::abs(a.x()) < kOnPlane && std::abs(b.x()) < kOnPlane; };
            for (const double sx : {1.0, -1.0})
                emitPolygon(withCrossings(keep(p, [sx](const Dir& d) { return sx * d.x(); }), sideZ, onMeridian));
        } else {
            const bool facets = rules.seam == MeshRules::Seam::Facets;
            const Polygon q = withCrossings(p, sideX, [facets](const Dir& a, const Dir& b) { return cutAtX(a, b, facets); });
            const Polygon r = facets ? withCrossings(q, sideZ, nearCap) : q;
            emitPolygon(r.count > q.count ? r : q);
        }
    }
    /// HPX beyond |z| = 2/3: four facets a cap, apart along the meridians 0, 90, 180 and 270 degrees.
    void splitFacets(const Polygon& p)
    {
        const double top = 2.0 / 3;
        bool cap = false;
        for (int i = 0; i < p.count; ++i) cap |= std::abs(p.at[static_cast<size_t>(i)].cam.y()) > top - kOnPlane;
        if (!cap) return splitBack(p);
        for (double sx : {1.0, -1.0}) {
            const Polygon half = keep(p, [sx](const Dir& d) { return sx * d.x(); });
            for (double sz : {1.0, -1.0}) {
                const Polygon quarter = keep(half, [sz](const Dir& d) { return sz * d.z(); });
                emitPolygon(keep(keep(quarter, [top](const Dir& d) { return top - d.y(); }), [top](const Dir& d) { return top + d.y(); }));
                emitPolygon(keep(quarter, [top](const Dir& d) { return d.y() - top; }));
                emitPolygon(keep(quarter, [top](const Dir& d) { return -top - d.y(); }));
            }
        }
    }
    bool onSeam(const Dir& d) const
    {
        if (rules.seam == MeshRules::Seam::None) return false;
        const bool cap = rules.seam == MeshRules::Seam::Facets && std::abs(d.y()) > 2.0 / 3;
        return (std::abs(d.x()) < kOnPlane && (d.z() < kOnPlane || cap)) || (std::abs(d.z()) < kOnPlane && cap);
    }

    void emitPolygon(const Polygon& p)
    {
        if (p.count < 3) return;
        Dir centre = Dir::Zero();
        for (int i = 0; i < p.count; ++i) centre += p.at[static_cast<size_t>(i)].cam;
        centre /= p.count;
        std::array<Eigen::Vector2d, 16> px;
        std::array<bool, 16> edge{}; // at the edge of the map
        unsigned common = 15;
        for (int i = 0; i < p.count; ++i) {
            const auto k = static_cast<size_t>(i);
            Dir d = p.at[k].cam;
            edge[k] = p.at[k].limb;
            // What lies on a seam belongs to this polygon's side of it; everything else stays exactly where its neighbours have it.
            if (onSeam(d)) {
                d += 1e-7 * (centre - d);
                edge[k] = true;
            }
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
            write(px[k], p.at[k].x, p.at[k].y);
            if (i < 2) continue;
            for (const int v : {0, i - 1, i}) mesh.indices.push_back(base + static_cast<uint32_t>((p.apex + v) % p.count));
        }
        if (!rules.roundEdge()) return;
        for (int i = 0; i < p.count; ++i) {
            const auto k = static_cast<size_t>(i), next = static_cast<size_t>((i + 1) % p.count);
            if (edge[k] && edge[next]) overhang(base + static_cast<uint32_t>(k), px[k], p.at[k], base + static_cast<uint32_t>(next), px[next], p.at[next]);
        }
    }

    /// A strip outside a chord of the map's edge, so that pixels between chord and edge are drawn. What it covers beyond the map
    /// is taken away again: by the softened edge of a picture, and from an image of values.
    void overhang(uint32_t ia, const Eigen::Vector2d& pa, const Corner& a, uint32_t ib, const Eigen::Vector2d& pb, const Corner& b)
    {
        const Eigen::Vector2d middle(rules.cx, rules.cy);
        const auto beyond = [&](const Eigen::Vector2d& px) {
            const double r = (px - middle).norm(), to = (rules.clipZ ? rules.rim : r) + kOverhang;
            return Eigen::Vector2d(middle + (px - middle) * (to / r));
        };
        const uint32_t oa = write(beyond(pa), a.x, a.y), ob = write(beyond(pb), b.x, b.y);
        for (const uint32_t v : {ia, ib, ob, ia, ob, oa}) mesh.indices.push_back(v);
    }

    void emitPatch(int rings)
    {
        int around = 0;
        if (patch.pole) {
            const double segments = sky::kPi / 4 * std::sqrt(patch.poleReach / (8 * (patch.fit ? kPoleTolerance : kTolerance)));
            around = patch.n;
            while (around < segments && around < 4 * kMaxSubdivision) around += patch.fit ? patch.n : around;
        }
        const Lattice& l = lattice({patch.cell, patch.n, around, patch.pole ? rings : 0});
        toCamera(l);
        const int coarsest = std::min(patch.n, *std::min_element(patch.border.begin(), patch.border.end()));
        if (needsCare(longestEdge(patch.cell, coarsest))) emitCareful(*l.pattern);
        else emitPlain(*l.pattern);
    }

    /// Where two patches meet, both use the vertices of the coarser one. The cells are apart from each other, of any orders.
    void joinSides(std::vector<Patch>& patches)
    {
        bySky.clear();
        for (Patch& p : patches)
            if (p.n > 0) bySky.emplace(p.cell, &p);
        larger.clear();
        for (Patch& p : patches) {
            if (p.n == 0) continue;
            const auto around = sky::neighbours(p.cell);
            for (size_t side = 0; side < 4; ++side) // SW, NW, NE, SE
                if (const auto& beside = around[2 * side]) addLarger(p, side, *beside);
        }
        for (const Larger& l : larger) { // a vertex at every corner that lies on the side
            const int deepest = l.patch->deeper[l.side];
            l.patch->n = std::max(l.patch->n, 1 << std::min(deepest, kMaxLevels));
            l.smaller->n = std::max(l.smaller->n, 1 << std::min(deepest - l.levels, kMaxLevels));
        }
        for (Patch& p : patches)
            if (p.n > 0 && p.unseen) takeFromNeighbours(p);
        for (Patch& p : patches) p.border.fill(p.n);
        for (Patch& p : patches) {
            if (p.n == 0) continue;
            const auto around = sky::neighbours(p.cell);
            for (size_t side = 0; side < 4; ++side) {
                const auto& beside = around[2 * side];
                if (!beside) continue;
                if (const auto it = bySky.find(*beside); it != bySky.end()) p.border[side] = std::min(p.n, it->second->n);
            }
        }
        for (const Larger& l : larger) {
            int& border = l.patch->border[l.side];
            border = std::min(border, l.smaller->n << std::min(l.levels, kMaxLevels));
        }
        for (const Larger& l : larger) l.smaller->border[l.smallerSide] = std::max(1, l.patch->border[l.side] >> l.levels);
    }
    void takeFromNeighbours(Patch& p)
    {
        for (const auto& beside : sky::neighbours(p.cell)) {
            const auto it = beside ? bySky.find(*beside) : bySky.end();
            if (it != bySky.end() && !it->second->unseen) p.n = std::max(p.n, it->second->n);
        }
    }
    /// Notes the patch of a lower order that a side of `p` lies on, if there is one. beside: the cell of p's order there.
    void addLarger(Patch& p, size_t side, Cell beside)
    {
        Cell own = p.cell;
        for (int levels = 1; beside.order > 0; ++levels) {
            beside = beside.parent();
            own = own.parent();
            const auto it = bySky.find(beside);
            if (it == bySky.end()) continue;
            const auto around = sky::neighbours(beside);
            for (size_t k = 0; k < 4; ++k)
                if (around[2 * k] && *around[2 * k] == own) {
                    larger.push_back({it->second, k, &p, side, levels});
                    it->second->deeper[k] = std::max(it->second->deeper[k], levels);
                }
            return;
        }
    }

    static void addPatches(Cell cell, std::vector<Patch>& out)
    {
        if (cell.order > 0) {
            out.push_back({cell, 0, 0, 1, sky::touchesPole(cell)});
            return;
        }
        for (int k = 0; k < 4; ++k) {
            const Cell child = cell.child(k);
            const sky::SubRect r = sky::within(child, cell);
            out.push_back({child, r.x, r.y, r.size, sky::touchesPole(child)});
        }
    }

    void forgetOld()
    {
        for (auto it = lattices.begin(); it != lattices.end();) {
            if (it->second.used + kKeepBuilds < builds) it = lattices.erase(it);
            else ++it;
        }
        std::erase_if(patterns, [](const auto& p) { return p.second.use_count() == 1; });
    }
};

TileMesher::TileMesher() : impl_(std::make_unique<Impl>()) {}
TileMesher::~TileMesher() = default;

const TileMesh& TileMesher::build(const sky::SkyView& view, sky::Frame frame, std::span<const sky::Cell> cells)
{
    Impl& m = *impl_;
    ++m.builds;
    m.rules = MeshRules(view, frame);
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
        if (p.pole && p.n > 0) rings = std::max(rings, p.fit ? p.rings : p.n); // one number for all cells of a pole: their sides meet
    }
    rings = std::min((rings + 3) / 4 * 4, kMaxSubdivision); // few different ones: a view that zooms finds its lattices
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
