#include "scene/sky_lines.h"

#include <algorithm>

#include "sky/outline.h"

namespace firmament::scene {

void addPixelLines(const std::vector<std::vector<Eigen::Vector2d>>& lines, const render::PolylineStyle& style, Drawing& out)
{
    for (const auto& line : lines) {
        std::vector<render::LineVertex> points;
        points.reserve(line.size());
        for (const auto& p : line) points.push_back({static_cast<float>(p.x()), static_cast<float>(p.y())});
        out.polyline(std::move(points), style);
    }
}

void addSkyLine(const sky::SkyView& view, sky::Frame frame, std::span<const sky::Dir> dirs, bool closed,
                const render::PolylineStyle& style, Drawing& out)
{
    if (dirs.size() < 2) return;
    if (!closed || dirs.front() == dirs.back()) {
        addPixelLines(sky::projectPolyline(view, frame, dirs), style, out);
        return;
    }
    std::vector<sky::Dir> ring(dirs.begin(), dirs.end());
    ring.push_back(ring.front());
    addPixelLines(sky::projectPolyline(view, frame, ring), style, out);
}

sky::Cap capOf(std::span<const sky::Dir> dirs)
{
    sky::Dir sum = sky::Dir::Zero();
    for (const auto& d : dirs) sum += d;
    if (dirs.empty()) return {sky::Dir::UnitX(), sky::Angle::rad(0)};
    if (sum.norm() < 1e-6) return {sky::Dir::UnitX(), sky::Angle::rad(sky::kPi)};
    const sky::Dir centre = sum.normalized();
    double radius = 0;
    for (const auto& d : dirs) radius = std::max(radius, sky::separation(centre, d).rad());
    return {centre, sky::Angle::rad(radius + 1e-6)};
}

} // namespace firmament::scene
