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
    bitmaps_.clear();
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

std::vector<render::Triangle2d>& Drawing::fill(const render::Rgba& colour)
{
    if (fills_.empty() || !(fills_.back().colour == colour)) fills_.push_back({colour, {}});
    return fills_.back().triangles;
}

void Drawing::disc(const Eigen::Vector2d& centre, double radius, const render::Rgba& colour)
{
    auto& out = fill(colour);
    const int n = segmentsFor(radius);
    for (int i = 0; i < n; ++i) {
        const double a = 2 * sky::kPi * i / n, b = 2 * sky::kPi * (i + 1) / n;
        out.push_back({vertex(centre), vertex(centre + radius * Eigen::Vector2d(std::cos(a), std::sin(a))),
                       vertex(centre + radius * Eigen::Vector2d(std::cos(b), std::sin(b)))});
    }
}

void Drawing::fillRect(const PixelRect& r, const render::Rgba& colour)
{
    const Eigen::Vector2d a(r.x, r.y), b(r.x + r.w, r.y), c(r.x + r.w, r.y + r.h), d(r.x, r.y + r.h);
    auto& out = fill(colour);
    out.push_back({vertex(a), vertex(b), vertex(c)});
    out.push_back({vertex(a), vertex(c), vertex(d)});
}

void Drawing::pill(const PixelRect& r, double radius, const render::Rgba& colour)
{
    radius = std::min({radius, r.w / 2, r.h / 2});
    constexpr int kCorner = 6;
    std::vector<Eigen::Vector2d> ring;
    const Eigen::Vector2d corners[] = {{r.x + r.w - radius, r.y + r.h - radius},
                                       {r.x + radius, r.y + r.h - radius},
                                       {r.x + radius, r.y + radius},
                                       {r.x + r.w - radius, r.y + radius}};
    for (int c = 0; c < 4; ++c)
        for (int i = 0; i <= kCorner; ++i) {
            const double t = sky::kPi / 2 * (c + static_cast<double>(i) / kCorner);
            ring.push_back(corners[c] + radius * Eigen::Vector2d(std::cos(t), std::sin(t)));
        }
    auto& out = fill(colour);
    const Eigen::Vector2d middle(r.x + r.w / 2, r.y + r.h / 2);
    for (size_t i = 0; i < ring.size(); ++i) out.push_back({vertex(middle), vertex(ring[i]), vertex(ring[(i + 1) % ring.size()])});
}

void Drawing::text(const CachedText& t, const Eigen::Vector2d& at, double scale, float opacity)
{
    if (t.bitmap.width <= 0 || t.bitmap.height <= 0) return;
    const auto snapped = [scale](double v) { return static_cast<float>(std::round(v * scale) / scale); };
    bitmaps_.push_back({&t.bitmap, t.key, snapped(at.x() - t.margin), snapped(at.y() - t.baseline), opacity});
}

void Drawing::flush(render::Renderer& renderer) const
{
    for (const auto& f : fills_) renderer.drawTriangles(f.triangles, f.colour);
    if (!lines_.empty()) renderer.drawPolylines(lines_);
    if (!bitmaps_.empty()) renderer.drawBitmaps(bitmaps_);
}

} // namespace firmament::scene
