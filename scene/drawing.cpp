#include "scene/drawing.h"

#include <algorithm>
#include <cmath>

#include "sky/angle.h"

namespace firmament::scene {

namespace {

render::LineVertex vertex(const Eigen::Vector2d& p)
{
    return {static_cast<float>(p.x()), static_cast<float>(p.y())};
}

int segmentsFor(double radius)
{
    return std::clamp(static_cast<int>(std::ceil(2.5 * std::sqrt(std::max(radius, 0.0)) + 8)), 12, 180);
}

} // namespace

void Drawing::clear()
{
    fills_.clear();
    lines_.clear();
    texts_.clear();
}

void Drawing::line(const Eigen::Vector2d& a, const Eigen::Vector2d& b, const render::PolylineStyle& style)
{
    lines_.push_back({{vertex(a), vertex(b)}, style});
}

void Drawing::polyline(std::vector<render::LineVertex> points, const render::PolylineStyle& style)
{
    if (points.size() > 1) lines_.push_back({std::move(points), style});
}

void Drawing::haloedLine(const Eigen::Vector2d& a, const Eigen::Vector2d& b, const render::PolylineStyle& style,
                         const render::Rgba& halo)
{
    const Eigen::Vector2d along = (b - a).norm() > 0 ? Eigen::Vector2d((b - a).normalized()) : Eigen::Vector2d(1, 0);
    line(a - along, b + along, {halo, style.width + 2, 0});
    line(a, b, style);
}

void Drawing::ellipse(const Eigen::Vector2d& centre, const Eigen::Vector2d& halfA, const Eigen::Vector2d& halfB,
                      const render::PolylineStyle& style, int segments)
{
    const int n = segments > 0 ? segments : segmentsFor(std::max(halfA.norm(), halfB.norm()));
    std::vector<render::LineVertex> points;
    points.reserve(static_cast<size_t>(n) + 1);
    for (int i = 0; i <= n; ++i) {
        const double t = 2 * sky::kPi * (i % n) / n;
        points.push_back(vertex(centre + halfA * std::cos(t) + halfB * std::sin(t)));
    }
    lines_.push_back({std::move(points), style});
}

void Drawing::circle(const Eigen::Vector2d& centre, double radius, const render::PolylineStyle& style)
{
    ellipse(centre, {radius, 0}, {0, radius}, style);
}

void Drawing::disc(const Eigen::Vector2d& centre, double radius, const render::Rgba& colour)
{
    const int n = segmentsFor(radius);
    std::vector<render::LineVertex> ring;
    ring.reserve(static_cast<size_t>(n));
    for (int i = 0; i < n; ++i) {
        const double t = 2 * sky::kPi * i / n;
        ring.push_back(vertex(centre + radius * Eigen::Vector2d(std::cos(t), std::sin(t))));
    }
    fills_.push_back({std::move(ring), colour});
}

void Drawing::fillRect(const PixelRect& r, const render::Rgba& colour)
{
    const auto at = [](double x, double y) { return vertex({x, y}); };
    fills_.push_back({{at(r.x, r.y), at(r.x + r.w, r.y), at(r.x + r.w, r.y + r.h), at(r.x, r.y + r.h)}, colour});
}

void Drawing::pill(const PixelRect& r, double radius, const render::Rgba& colour)
{
    radius = std::min({radius, r.w / 2, r.h / 2});
    constexpr int kCorner = 6;
    std::vector<render::LineVertex> ring;
    const Eigen::Vector2d corners[] = {{r.x + r.w - radius, r.y + r.h - radius},
                                       {r.x + radius, r.y + r.h - radius},
                                       {r.x + radius, r.y + radius},
                                       {r.x + r.w - radius, r.y + radius}};
    for (int c = 0; c < 4; ++c)
        for (int i = 0; i <= kCorner; ++i) {
            const double t = sky::kPi / 2 * (c + static_cast<double>(i) / kCorner);
            ring.push_back(vertex(corners[c] + radius * Eigen::Vector2d(std::cos(t), std::sin(t))));
        }
    fills_.push_back({std::move(ring), colour});
}

void Drawing::text(const CachedText& t, const Eigen::Vector2d& at, double scale, float opacity)
{
    if (t.bitmap.width <= 0 || t.bitmap.height <= 0) return;
    // The bitmap's corner falls on a physical pixel.
    const auto snapped = [scale](double v) { return std::round(v * scale) / scale; };
    OverlayText run;
    run.utf8 = t.utf8;
    run.style = t.style;
    run.size = letterPixels(t.style, scale) / scale;
    run.at = {snapped(at.x() - t.margin) + t.margin, snapped(at.y() - t.baseline) + t.baseline};
    run.advance = t.advance;
    run.opacity = opacity;
    texts_.push_back({std::move(run), &t});
}

} // namespace firmament::scene
