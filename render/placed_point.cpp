#include "render/placed_point.h"

namespace firmament::render {

namespace {

std::optional<Eigen::Vector2d> pixelAt(const sky::SkyView& view, sky::Frame frame, const PointRecord& r, double years)
{
    constexpr double kUnit = 1073741824.0; // 2^30
    const sky::Dir dir = sky::Dir(r.x, r.y, r.z) / kUnit +
                         years * sky::Dir(static_cast<double>(r.mx), static_cast<double>(r.my), static_cast<double>(r.mz));
    return view.pixelOf(dir.normalized(), frame);
}

bool near(const sky::SkyView& view, const Eigen::Vector2d& p, double margin)
{
    return p.x() >= -margin && p.y() >= -margin && p.x() <= view.width() + margin && p.y() <= view.height() + margin;
}

} // namespace

std::optional<PlacedPoint> placedPoint(const sky::SkyView& view, sky::Frame frame, const PointRecord& record, const PointStyle& style,
                                       double years)
{
    const auto pixel = pixelAt(view, frame, record, years);
    if (!pixel) return std::nullopt;
    // As kPointVertex: below the least size a point keeps its size and fades.
    double size = static_cast<double>(record.size) * static_cast<double>(style.scale), fade = 1;
    const auto least = static_cast<double>(style.minSize);
    if (size < least) {
        const auto gone = static_cast<double>(style.goneSize);
        fade = std::max(0.0, (size - gone) / (least - gone));
        size = least;
    }
    if (!near(view, *pixel, size / 2 + 1)) return std::nullopt;
    if (fade <= 0) return std::nullopt;
    const auto part = [](uint8_t v) { return static_cast<float>(v) / 255; };
    Rgba colour = style.colour.value_or(Rgba{part(record.r), part(record.g), part(record.b)});
    colour.a = part(record.a) * style.opacity * static_cast<float>(fade);
    return PlacedPoint{*pixel, size / 2, colour, style.symbol == Symbol::Disc};
}

std::optional<std::pair<LineVertex, LineVertex>> placedVector(const sky::SkyView& view, sky::Frame frame, const PointRecord& record,
                                                              double yearsFrom, double yearsTo)
{
    const auto a = pixelAt(view, frame, record, yearsFrom), b = pixelAt(view, frame, record, yearsTo);
    if (!a || !b) return std::nullopt;
    const double length = (*b - *a).norm();
    if (length < 0.25 || length * view.planePerPixel() > 1) return std::nullopt;
    if (!near(view, *a, 2) && !near(view, *b, 2)) return std::nullopt;
    const auto vertex = [](const Eigen::Vector2d& p) { return LineVertex{static_cast<float>(p.x()), static_cast<float>(p.y())}; };
    return std::pair{vertex(*a), vertex(*b)};
}

} // namespace firmament::render
