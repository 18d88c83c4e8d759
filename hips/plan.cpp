#include "hips/plan.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <unordered_map>
#include <unordered_set>

namespace firmament::hips {
namespace {

using sky::Cell;
using sky::CellHash;
using sky::Dir;

/// Mean side of an order-0 cell: sqrt(pi/3) rad = 58.6 deg.
const double kBaseSide = std::sqrt(sky::kPi / 3);
/// Below orderMin, single tiles are asked for while there are not more than this; else the pieces of Allsky do.
constexpr size_t kMaxBelowMin = 80;
constexpr size_t kMaxAtMin = 3072;
/// With more cells outstanding than this, coarser ones two orders up come first.
constexpr size_t kManyOutstanding = 12;
constexpr size_t kMaxWant = 500;
constexpr size_t kMaxPrefetch = 24;
/// Descendants stand in over at most this many orders.
constexpr int kStandInDepth = 2;

double naturalOrder(const sky::SkyView& view, const SurveyInfo& info, double scale)
{
    return std::log2(kBaseSide * scale / (info.tileWidth * view.pixelScale().rad()));
}

/// Tells which cells are in the window: by caps, then by the projected outline.
class Window {
public:
    Window(const sky::SkyView& view, sky::Frame world)
        : proj_(view.projection()), toCamera_(view.worldToCamera(world)), cap_(view.boundingCap(world)),
          centre_(toCamera_.transpose() * Dir::UnitZ()), everything_(view.wholeSky()),
          halfWidth_(view.planePerPixel() * view.width() / 2), halfHeight_(view.planePerPixel() * view.height() / 2)
    {
    }

    bool everything() const { return everything_; }
    const sky::Cap& cap() const { return cap_; }
    bool nearby(const Cell& c) const { return everything_ || cap_.overlaps(sky::boundingCap(c)); }
    float distance(const Cell& c) const
    {
        return static_cast<float>(2 * std::asin(std::min(1.0, (sky::cellCentre(c) - centre_).norm() / 2)));
    }

    /// False only when the cell is surely outside. Separating axes: those of the window and of the cell's sides.
    bool sees(const Cell& c) const
    {
        if (!nearby(c)) return false;
        const int steps = c.order <= 1 ? 8 : c.order <= 3 ? 4 : 2;
        std::array<Eigen::Vector2d, 32> points;
        size_t n = 0;
        for (int side = 0; side < 4; ++side)
            for (int i = 0; i < steps; ++i) {
                const double s = static_cast<double>(i) / steps;
                const double x = side == 0 ? s : side == 1 ? 1 : side == 2 ? 1 - s : 0;
                const double y = side == 0 ? 0 : side == 1 ? s : side == 2 ? 1 : 1 - s;
                // Partly behind the horizon: the cap has to be enough.
                if (!sky::project(proj_, toCamera_ * sky::cellPoint(c, x, y), points[n++])) return true;
            }
        const size_t corner = static_cast<size_t>(steps);
        const Eigen::Vector2d a = points[corner] - points[0] + points[2 * corner] - points[3 * corner];
        const Eigen::Vector2d b = points[3 * corner] - points[0] + points[2 * corner] - points[corner];
        for (const Eigen::Vector2d& axis : {Eigen::Vector2d(1, 0), Eigen::Vector2d(0, 1), Eigen::Vector2d(-a.y(), a.x()),
                                            Eigen::Vector2d(-b.y(), b.x())}) {
            double lo = axis.dot(points[0]), hi = lo;
            for (size_t i = 1; i < n; ++i) {
                const double v = axis.dot(points[i]);
                lo = std::min(lo, v);
                hi = std::max(hi, v);
            }
            // The outline bulges between the points: a few percent of its size at most.
            const double slack = 0.06 * (hi - lo);
            const double reach = std::abs(axis.x()) * halfWidth_ + std::abs(axis.y()) * halfHeight_;
            if (lo - slack > reach || hi + slack < -reach) return false;
        }
        return true;
    }

private:
    sky::Proj proj_;
    Eigen::Matrix3d toCamera_;
    sky::Cap cap_;
    Dir centre_;
    bool everything_;
    double halfWidth_, halfHeight_;
};

bool covered(const Cell& c, const PlanOptions& o)
{
    return !o.coverage || o.coverage->cover(c) != sky::Moc::Cover::None;
}

/// Where the walk starts: the 12 base cells, or for a small field the cell of its centre and the neighbours, of an order
/// whose cells are much larger than the field.
std::vector<Cell> roots(const Window& w, int order)
{
    std::vector<Cell> out;
    const double radius = w.cap().radius.rad();
    const int start = w.everything() || !(radius > 0)
                          ? 0
                          : std::min(order, static_cast<int>(std::floor(std::log2(kBaseSide / (4 * radius)))));
    if (start <= 0 || !(radius > 0)) {
        for (uint64_t p = 0; p < 12; ++p) out.push_back({0, p});
        return out;
    }
    out.push_back(sky::cellAt(w.cap().centre, start));
    for (const auto& n : sky::neighbours(out.front()))
        if (n) out.push_back(*n);
    return out;
}

/// Empty also when there would be more than `most` of them: *tooMany is set then.
std::vector<Cell> visibleCells(const Window& w, int order, const PlanOptions& o, size_t most = SIZE_MAX, bool* tooMany = nullptr)
{
    std::vector<Cell> now = roots(w, order);
    std::erase_if(now, [&](const Cell& c) { return !covered(c, o) || !w.nearby(c); });
    for (int k = now.empty() ? order : now.front().order; k < order; ++k) {
        std::vector<Cell> next;
        next.reserve(now.size() * 4);
        for (const Cell& c : now)
            for (int i = 0; i < 4; ++i)
                if (const Cell child = c.child(i); covered(child, o) && w.nearby(child)) next.push_back(child);
        // The exact test pays off before the number of cells grows again.
        if (next.size() > 24 && k + 1 < order) std::erase_if(next, [&](const Cell& c) { return !w.sees(c); });
        now = std::move(next);
        if (now.size() > most) {
            *tooMany = true;
            return {};
        }
    }
    if (!w.everything()) std::erase_if(now, [&](const Cell& c) { return !w.sees(c); });
    return now;
}

/// What the previous plan drew, to keep and to fade from.
class Before {
public:
    explicit Before(const TilePlan& previous)
    {
        for (const DrawCell& d : previous.draw) {
            drawn_.emplace(d.cell, d.from);
            lowest_ = std::min<int>(lowest_, d.cell.order);
            for (int up = 1; up <= kStandInDepth && up <= d.from.order; ++up) {
                if (d.from == d.cell) detailBelow_.emplace(d.from.parent(up), true);
            }
            if (d.from == d.cell) detail_.insert(d.from);
        }
    }
    /// The texture that was here, when one drawn cell held all of c.
    std::optional<Cell> textureAt(Cell c) const
    {
        for (int k = c.order; k >= lowest_ && !drawn_.empty(); --k) {
            if (const auto it = drawn_.find(c.parent(c.order - k)); it != drawn_.end()) return it->second;
        }
        return std::nullopt;
    }
    bool hasDetail(const Cell& c) const { return detail_.contains(c); }
    bool hasDetailBelow(const Cell& c) const { return detailBelow_.contains(c); }

private:
    std::unordered_map<Cell, Cell, CellHash> drawn_;
    std::unordered_set<Cell, CellHash> detail_;
    std::unordered_map<Cell, bool, CellHash> detailBelow_;
    int lowest_ = sky::kMaxOrder + 1;
};

class Planner {
public:
    Planner(const sky::SkyView& view, const SurveyInfo& info, const Readiness& readiness, const TilePlan& previous,
            const PlanOptions& options)
        : view_(view), info_(info), readiness_(readiness), options_(options), window_(view, info.frame), before_(previous)
    {
    }

    TilePlan plan()
    {
        const std::vector<Cell> cells = chooseCells();
        std::unordered_set<Cell, CellHash> counted;
        for (const Cell& c : cells) {
            const Cell tile = c.order > plan_.textureOrder ? c.parent(c.order - plan_.textureOrder) : c;
            if (counted.insert(tile).second) account(tile);
            drawOne(c, tile);
        }
        rankWants();
        if (options_.prefetch && plan_.want.empty()) prefetch(counted);
        return std::move(plan_);
    }

private:
    Ready ready(const Cell& c) const { return readiness_(c); }

    std::optional<Cell> readyAncestor(Cell c) const
    {
        while (c.order > 0) {
            c = c.parent();
            if (ready(c) == Ready::Ready) return c;
        }
        return std::nullopt;
    }

    /// Sets plan_.order and textureOrder, and returns the cells of that order in view and inside the coverage.
    std::vector<Cell> chooseCells()
    {
        const int lowest = options_.lowestMade >= 0 ? std::min(options_.lowestMade, info_.orderMin) : info_.orderMin;
        SurveyInfo reach;
        reach.orderMin = lowest;
        reach.orderMax = info_.orderMax;
        reach.tileWidth = info_.tileWidth;
        const int texture = textureOrderFor(view_, reach, options_.scale);
        plan_.textureOrder = texture;
        plan_.order = std::max(texture, texture < info_.orderMax ? texture : refinedOrder(texture));
        const int natural = std::max(0, static_cast<int>(std::lround(naturalOrder(view_, info_, options_.scale))));
        if (natural >= lowest) return visibleCells(window_, plan_.order, options_);
        // Far out over a survey that lacks the low orders: single tiles while they are few; else the pieces of Allsky,
        // which are enough; without those many tiles, but not so many that a plan would take longer than a frame.
        bool tooMany = false;
        std::vector<Cell> cells = visibleCells(window_, plan_.order, options_, kMaxAtMin, &tooMany);
        if (!tooMany && cells.size() <= kMaxBelowMin) return cells;
        std::vector<Cell> coarse = visibleCells(window_, natural, options_);
        const bool standIns = !coarse.empty() && std::all_of(coarse.begin(), coarse.end(), [&](const Cell& c) {
            return ready(c) == Ready::Ready || readyAncestor(c);
        });
        if (!standIns && !tooMany) return cells;
        plan_.order = plan_.textureOrder = natural;
        nothingToAsk_ = true;
        plan_.tooFarOut = !standIns;
        return coarse;
    }

    int refinedOrder(int order) const
    {
        const double limit =
            options_.maxCellPixels > 0 ? options_.maxCellPixels : 2.0 * std::max(view_.width(), view_.height());
        const double pixels = kBaseSide / view_.pixelScale().rad();
        while (order < sky::kMaxOrder && std::ldexp(pixels, -order) > limit) ++order;
        return order;
    }

    /// Counts one tile of the texture order and notes what is to be asked for on its behalf.
    void account(const Cell& tile)
    {
        ++plan_.count.visible;
        const Ready r = ready(tile);
        if (r == Ready::Ready || nothingToAsk_) {
            ++plan_.count.ready;
            return;
        }
        if (r == Ready::Failed) {
            ++plan_.count.failed;
            return;
        }
        if (r != Ready::Missing) {
            ++plan_.count.standIn;
            ask(tile);
            return;
        }
        // A 404 climbs: the nearest ancestor that the survey has is the best that there is.
        ++plan_.count.missing;
        Cell c = tile;
        Ready state = r;
        while (state == Ready::Missing && c.order > info_.orderMin) {
            c = c.parent();
            state = ready(c);
        }
        if (state == Ready::Absent || state == Ready::Pending) {
            ++plan_.count.standIn;
            ask(c);
            // And one halfway up, so that a sparse tree is climbed in a few steps, not one by one.
            const Cell halfway = c.parent((c.order - info_.orderMin) / 2);
            if (const Ready h = ready(halfway); halfway != c && (h == Ready::Absent || h == Ready::Pending) && !nearerThan(c, halfway))
                ask(halfway);
        } else if (state == Ready::Failed) {
            ++plan_.count.failed;
        } else {
            ++(options_.baseComing ? plan_.count.standIn : plan_.count.ready);
        }
    }

    /// Something between the two is there already.
    bool nearerThan(const Cell& c, const Cell& ancestor) const
    {
        const auto shown = readyAncestor(c);
        return shown && shown->order >= ancestor.order;
    }

    void ask(const Cell& c)
    {
        if (wanted_.insert(c).second) plan_.want.push_back({c, Priority::Normal, window_.distance(c)});
    }

    void push(const Cell& cell, const Cell& from)
    {
        Cell fade = from;
        if (const auto old = before_.textureAt(cell); old && *old != from && ready(*old) == Ready::Ready) fade = *old;
        plan_.draw.push_back({cell, from, fade});
    }

    void drawOne(const Cell& c, const Cell& tile)
    {
        if (ready(tile) == Ready::Ready) return push(c, tile);
        const auto ancestor = readyAncestor(tile);
        if (c == tile && drawDescendants(c, ancestor, kStandInDepth)) return;
        if (ancestor) push(c, *ancestor);
    }

    bool childrenReady(const Cell& c) const
    {
        if (c.order >= info_.orderMax) return false;
        for (int i = 0; i < 4; ++i)
            if (ready(c.child(i)) != Ready::Ready) return false;
        return true;
    }

    /// Detail that was on screen stays there while its own tile is awaited.
    bool drawDescendants(const Cell& c, const std::optional<Cell>& ancestor, int depth)
    {
        if (depth == 0 || c.order >= info_.orderMax || (!before_.hasDetailBelow(c) && !childrenReady(c))) return false;
        std::array<bool, 4> here{};
        bool any = false;
        for (int i = 0; i < 4; ++i) {
            const Cell child = c.child(i);
            here[static_cast<size_t>(i)] = ready(child) == Ready::Ready;
            any = any || here[static_cast<size_t>(i)] || (depth > 1 && before_.hasDetailBelow(child));
        }
        if (!any) return false;
        for (int i = 0; i < 4; ++i) {
            const Cell child = c.child(i);
            if (!covered(child, options_) || !window_.nearby(child)) continue;
            if (here[static_cast<size_t>(i)]) {
                push(child, child);
            } else if (!drawDescendants(child, ancestor, depth - 1) && ancestor) {
                push(child, *ancestor);
            }
        }
        return true;
    }

    void rankWants()
    {
        if (plan_.want.size() > kManyOutstanding) {
            std::vector<Want> early;
            for (const Want& w : plan_.want) {
                const int up = std::max<int>(info_.orderMin, w.cell.order - 2);
                if (up >= w.cell.order) continue;
                const Cell c = w.cell.parent(w.cell.order - up);
                const Ready r = ready(c);
                const auto shown = readyAncestor(w.cell);
                if ((r == Ready::Absent || r == Ready::Pending) && (!shown || shown->order < up) && wanted_.insert(c).second)
                    early.push_back({c, Priority::Urgent, window_.distance(c)});
            }
            plan_.want.insert(plan_.want.end(), early.begin(), early.end());
        }
        std::sort(plan_.want.begin(), plan_.want.end(), [](const Want& a, const Want& b) {
            if (a.priority != b.priority) return a.priority < b.priority;
            if (a.distance != b.distance) return a.distance < b.distance;
            return a.cell < b.cell;
        });
        if (plan_.want.size() > kMaxWant) plan_.want.resize(kMaxWant);
    }

    /// With nothing left to ask for: the ring round the window, then what zooming out would need.
    void prefetch(const std::unordered_set<Cell, CellHash>& visible)
    {
        if (nothingToAsk_) return;
        std::vector<Want> ring;
        const auto offer = [&](const Cell& c) {
            if (c.order >= info_.orderMin && !visible.contains(c) && covered(c, options_) && ready(c) == Ready::Absent &&
                wanted_.insert(c).second)
                ring.push_back({c, Priority::Prefetch, window_.distance(c)});
        };
        for (const Cell& c : visible) {
            for (const auto& n : sky::neighbours(c))
                if (n) offer(*n);
            if (c.order > 0) offer(c.parent());
        }
        std::sort(ring.begin(), ring.end(), [](const Want& a, const Want& b) {
            return a.distance != b.distance ? a.distance < b.distance : a.cell < b.cell;
        });
        if (ring.size() > kMaxPrefetch) ring.resize(kMaxPrefetch);
        plan_.want = std::move(ring);
    }

    const sky::SkyView& view_;
    const SurveyInfo& info_;
    const Readiness& readiness_;
    const PlanOptions& options_;
    Window window_;
    Before before_;
    TilePlan plan_;
    std::unordered_set<Cell, CellHash> wanted_;
    bool nothingToAsk_ = false;
};

} // namespace

int textureOrderFor(const sky::SkyView& view, const SurveyInfo& info, double scale)
{
    const double natural = naturalOrder(view, info, scale);
    if (!(natural > info.orderMin)) return info.orderMin;
    return std::clamp(static_cast<int>(std::lround(std::min(natural, 64.0))), info.orderMin, info.orderMax);
}

TilePlan planTiles(const sky::SkyView& view, const SurveyInfo& info, const Readiness& readiness, const TilePlan& previous,
                   const PlanOptions& options)
{
    return Planner(view, info, readiness, previous, options).plan();
}

} // namespace firmament::hips
