#include "scene/overlays.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <Eigen/Geometry>

#include "scene/paper.h"
#include "scene/sky_lines.h"
#include "scene/text_cache.h"
#include "scene/words.h"
#include "sky/outline.h"

namespace firmament::scene {

namespace {

using Eigen::Vector2d;

constexpr double kMargin = 20;
constexpr double kArrow = 26;
constexpr double kCompassBox = 2 * (kArrow + 14);
const render::Rgba kPill = rgb(0x0E1117, 0.82f), kPaperPill = rgb(0xFFFFFF, 0.88f);
const render::Rgba kSelection = rgb(0xFDE44E), kPaperSelection = rgb(0xB8860B);

Vector2d centreOf(const PixelRect& r)
{
    return {r.x + r.w / 2, r.y + r.h / 2};
}

render::Rgba pillOf(const FrameInput& frame)
{
    return frame.colours.paper ? kPaperPill : kPill;
}

TextStyle textStyle(const FrameInput& frame, float size, int weight = 500, float halo = 3)
{
    TextStyle s;
    s.size = size;
    s.weight = weight;
    s.colour = frame.colours.text;
    s.halo = halo;
    return s;
}

sky::Frame compassFrame(const sky::SkyView& view)
{
    return view.frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
}

} // namespace

std::optional<ScaleBarValue> scaleBarValue(double radPerPixel)
{
    struct Unit {
        double deg;
        const char* mark;
        std::array<int, 11> values;
    };
    static const Unit units[] = {{1, "\u00b0", {1, 2, 5, 10, 15, 20, 30}},
                                 {1.0 / 60, "'", {1, 2, 5, 10, 15, 20, 30}},
                                 {1.0 / 3600, "\"", {1, 2, 5, 10, 15, 20, 30}},
                                 {1.0 / 3.6e6, " mas", {1, 2, 5, 10, 15, 20, 30, 50, 100, 200, 500}},
                                 {1.0 / 3.6e9, " \u00b5as", {1, 2, 5, 10, 20, 50, 100, 200, 500}}};
    if (!(radPerPixel > 0)) return std::nullopt;
    std::optional<ScaleBarValue> best;
    double bestOff = 1e9;
    for (const Unit& unit : units)
        for (const int v : unit.values) {
            if (v == 0) continue;
            const auto angle = sky::Angle::deg(unit.deg * v);
            const double length = angle.rad() / radPerPixel;
            const double off = std::abs(std::log(length / 130));
            if (length < 80 || length > 200 || off >= bestOff) continue;
            bestOff = off;
            best = ScaleBarValue{angle, std::to_string(v) + unit.mark};
        }
    return best;
}

std::optional<CompassArrows> compassArrows(const sky::SkyView& view, const Vector2d& at)
{
    const sky::Frame frame = compassFrame(view);
    const auto here = view.directionAt(at, frame);
    if (!here) return std::nullopt;
    // A step of a few pixels: long enough for rounding, short enough for curvature.
    const double step = std::clamp(view.pixelScale().rad() * 4, 1e-12, 0.02);
    const double flat = std::hypot(here->x(), here->y());
    const sky::Dir east = flat > 1e-14 ? sky::Dir(-here->y() / flat, here->x() / flat, 0) : sky::Dir::UnitY();
    const sky::Dir north = here->cross(east);
    const auto arrow = [&](const sky::Dir& along) -> std::optional<Vector2d> {
        const auto a = view.pixelOf((*here + along * step).normalized(), frame), b = view.pixelOf((*here - along * step).normalized(), frame);
        if (!a || !b || (*a - *b).norm() < 1e-9) return std::nullopt;
        return Vector2d((*a - *b).normalized());
    };
    const auto n = arrow(north), e = arrow(east);
    if (!n || !e) return std::nullopt;
    return CompassArrows{*n, *e};
}

PixelRect footArea(const PixelRect& free, std::span<const PixelRect> obstacles, double strip)
{
    constexpr double kGap = 8, kLeast = 240;
    double left = free.x, right = free.x + free.w;
    for (const PixelRect& r : obstacles) {
        if (r.y + r.h <= free.y + free.h - strip || r.x + r.w <= free.x || r.x >= free.x + free.w) continue;
        if (r.x + r.w / 2 < free.x + free.w / 2) left = std::max(left, r.x + r.w + kGap);
        else right = std::min(right, r.x - kGap);
    }
    return right - left < kLeast ? free : PixelRect{left, free.y, right - left, free.h};
}

bool cornerTaken(const FrameInput& frame, std::span<const PixelRect> obstacles)
{
    const PixelRect corner{frame.free.x, frame.free.y + frame.free.h - kCornerHeight, kMargin + kCompassBox + 6 + 200, kCornerHeight};
    return std::any_of(obstacles.begin(), obstacles.end(), [&](const PixelRect& r) {
        return r.x < corner.x + corner.w && corner.x < r.x + r.w && r.y < corner.y + corner.h && corner.y < r.y + r.h;
    });
}

void addCompass(const FrameInput& frame, const Corner& corner, Drawing& out, std::vector<PixelRect>& taken)
{
    if (frame.fovDeg() > 120) return;
    const auto arrows = compassArrows(frame.view, corner.of);
    if (!arrows) return;
    const double left = corner.right ? frame.free.x + frame.free.w - kMargin + 8 - kCompassBox : frame.free.x + kMargin - 8;
    const PixelRect box{left, corner.bottom - kMargin - kCompassBox + 14, kCompassBox, kCompassBox - 6};
    // The corner of the two arrows stands so that both, with their letters, fill the box.
    const Vector2d middle = -0.5 * kArrow * (arrows->north + arrows->east);
    const Vector2d origin = centreOf(box) + Vector2d(std::clamp(middle.x(), -kArrow / 2, kArrow / 2), std::clamp(middle.y(), -kArrow / 2, kArrow / 2));
    const auto draw = [&](const Vector2d& along, const char* letter) {
        const Vector2d tip = origin + along * kArrow, side(-along.y(), along.x());
        const render::PolylineStyle line{frame.colours.text, 1.6f, 0};
        const auto at = [](const Vector2d& p) { return render::LineVertex{static_cast<float>(p.x()), static_cast<float>(p.y())}; };
        const std::vector<render::LineVertex> head{at(tip - along * 6 + side * 4), at(tip), at(tip - along * 6 - side * 4)};
        out.polyline(head, {withAlpha(frame.colours.halo, 0.8f), 3.6f, 0});
        out.haloedLine(origin, tip, line, withAlpha(frame.colours.halo, 0.8f));
        out.polyline(head, line);
        if (!frame.text) return;
        const CachedText& text = frame.text->get(letter, textStyle(frame, 12));
        const Vector2d place = tip + along * 10;
        out.text(text, {place.x() - text.advance / 2, place.y() + 0.36 * text.size}, frame.scale);
    };
    draw(arrows->north, "N");
    draw(arrows->east, "E");
    taken.push_back(box);
}

void addScaleBar(const FrameInput& frame, const Corner& corner, Drawing& out, std::vector<PixelRect>& taken)
{
    const Vector2d& centre = corner.of;
    const auto a = frame.view.directionAt(centre - Vector2d(40, 0)), b = frame.view.directionAt(centre + Vector2d(40, 0));
    if (!a || !b) return;
    const auto value = scaleBarValue(sky::separation(*a, *b).rad() / 80);
    if (!value) return;
    const double length = value->angle.rad() / (sky::separation(*a, *b).rad() / 80);
    const double beside = kMargin + kCompassBox + 6;
    const double x = corner.right ? frame.free.x + frame.free.w - beside - length : frame.free.x + beside, y = corner.bottom - kMargin;
    if (x < frame.free.x || x + length > frame.free.x + frame.free.w) return;
    const render::PolylineStyle line{frame.colours.text, 1.6f, 0};
    const render::Rgba halo = withAlpha(frame.colours.halo, 0.8f);
    out.haloedLine({x, y - 5}, {x, y}, line, halo);
    out.haloedLine({x + length, y - 5}, {x + length, y}, line, halo);
    out.haloedLine({x, y}, {x + length, y}, line, halo);
    taken.push_back({x - 4, y - 24, length + 8, 30});
    if (!frame.text) return;
    const CachedText& text = frame.text->get(value->text, textStyle(frame, 12));
    out.text(text, {x + length / 2 - text.advance / 2, y - 9}, frame.scale);
}

void addReticle(const FrameInput& frame, double opacity, Drawing& out)
{
    if (opacity <= 0) return;
    const Vector2d c = centreOf(frame.free);
    const auto alpha = static_cast<float>(opacity);
    for (const Vector2d& d : {Vector2d(1, 0), Vector2d(-1, 0), Vector2d(0, 1), Vector2d(0, -1)}) // 28 across, gap 10
        out.haloedLine(c + d * 5, c + d * 14, {withAlpha(frame.colours.text, 0.9f * alpha), 1.4f, 0}, withAlpha(frame.colours.halo, 0.6f * alpha));
}

void addRing(const FrameInput& frame, const Hit& hit, bool selected, Drawing& out)
{
    const sky::Dir dir = sky::toDir(hit.pos);
    const auto pixel = frame.view.pixelOf(dir, hit.pos.frame);
    if (!pixel) return;
    const double size = hit.size.rad() / 2 / std::max(frame.view.pixelScale().rad(), 1e-15);
    const double radius = std::clamp(size + 4, 10.0, 2.0 * frame.view.width());
    if (selected) {
        out.circle(*pixel, radius + 1.5, {withAlpha(frame.colours.halo, 1), 1, 0});
        out.circle(*pixel, radius, {frame.colours.paper ? kPaperSelection : kSelection, 2, 0});
    } else {
        out.circle(*pixel, radius, {withAlpha(frame.colours.halo, 0.5f), 4, 0});
        out.circle(*pixel, radius, {frame.colours.paper ? frame.colours.text : rgb(0xFFFFFF), 2, 0});
    }
}

void addNoDataHatch(const FrameInput& frame, Drawing& out)
{
    constexpr double kStep = 8, kPiece = 16;
    // On paper this lies under the surveys, before they become a negative.
    const render::PolylineStyle style{withAlpha(frame.colours.paper ? rgb(0xFFFFFF) : frame.colours.text, 0.05f), 1, 0};
    const double w = frame.view.width(), h = frame.view.height();
    const bool margin = !sky::projectMapEdge(frame.view).empty();
    for (double c = kStep; c < w + h; c += kStep * std::sqrt(2.0)) { // x + y = c
        const Vector2d a(std::min(c, w), c - std::min(c, w)), b(c - std::min(c, h), std::min(c, h));
        if (!margin) {
            out.line(a, b, style);
            continue;
        }
        // Only where the map is: in pieces.
        const int n = std::max(1, static_cast<int>((b - a).norm() / kPiece));
        int from = -1;
        for (int i = 0; i <= n; ++i) {
            const bool inside = i < n && frame.view.directionAt(a + (b - a) * ((i + 0.5) / n)).has_value();
            if (inside && from < 0) from = i;
            if (!inside && from >= 0) {
                out.line(a + (b - a) * (static_cast<double>(from) / n), a + (b - a) * (static_cast<double>(i) / n), style);
                from = -1;
            }
        }
    }
}

std::vector<double> colourBarNumbers(const render::Look& look)
{
    std::vector<double> values;
    for (int i = 0; i < 5; ++i) {
        const double wanted = i / 4.0; // place on the bar; gamma is a part of the curve
        double lo = 0, hi = 1;
        for (int k = 0; k < 50; ++k) {
            const double t = (lo + hi) / 2;
            const double shown = std::pow(render::applyStretch(look.stretch, t, &look.equalised), 1 / std::clamp(look.gamma, 0.01, 100.0));
            (shown < wanted ? lo : hi) = t;
        }
        const double t = i == 0 ? 0 : i == 4 ? 1 : (lo + hi) / 2;
        values.push_back(look.cutLo + (look.cutHi - look.cutLo) * t);
    }
    return values;
}

double addColourBar(const FrameInput& frame, const ColourBarContent& content, double bottom, Drawing& out, std::vector<PixelRect>& taken)
{
    const double width = std::min(372.0, frame.free.w - 2 * kMargin), height = 60, pad = 12;
    if (width < 160) return 0;
    const PixelRect box{frame.free.x + frame.free.w - kMargin - width, bottom - height, width, height};
    out.pill(box, 8, pillOf(frame));
    taken.push_back(box);
    const auto& table = render::colourTable(content.look.map);
    constexpr int kParts = 93;
    const double barWidth = width - 2 * pad, each = barWidth / kParts;
    for (int i = 0; i < kParts; ++i) {
        double t = (i + 0.5) / kParts;
        if (content.look.invert) t = 1 - t;
        auto c = table[static_cast<size_t>(std::clamp(std::lround(t * 255), 0L, 255L))];
        if (frame.colours.paper) { // as the survey itself: Renderer::negate
            const auto [least, most] = std::minmax({c[0], c[1], c[2]});
            const float turn = 1 - most - least;
            c = {c[0] + turn, c[1] + turn, c[2] + turn};
        }
        out.fillRect({box.x + pad + i * each, box.y + 24, each + 0.05, 10}, {c[0], c[1], c[2], 1});
    }
    if (!frame.text) return height + 8;
    const TextStyle style = textStyle(frame, 11, 500, 0);
    TextStyle dim = style;
    dim.colour = letterInk(withAlpha(dim.colour, 0.75f), frame.colours);
    // Cut a long name by whole characters so that the unit keeps its place.
    const CachedText& unit = frame.text->get(content.unit, dim);
    out.text(unit, {box.x + width - pad - unit.advance, box.y + 17}, frame.scale);
    std::string name = content.name;
    const double room = barWidth - unit.advance - 12;
    while (name.size() > 4 && frame.text->get(name, style).advance > room) {
        if (name.ends_with("\u2026")) name.resize(name.size() - 3);
        while (!name.empty() && (static_cast<unsigned char>(name.back()) & 0xC0) == 0x80) name.pop_back();
        if (!name.empty()) name.pop_back();
        name += "\u2026";
    }
    out.text(frame.text->get(name, style), {box.x + pad, box.y + 17}, frame.scale);
    const auto numbers = colourBarNumbers(content.look);
    for (size_t i = 0; i < numbers.size(); ++i) {
        const CachedText& text = frame.text->get(shortNumber(numbers[i]), style);
        const double x = box.x + pad + barWidth * static_cast<double>(i) / 4;
        const double left = i == 0 ? x : i + 1 == numbers.size() ? x - text.advance : x - text.advance / 2;
        out.text(text, {left, box.y + 49}, frame.scale);
    }
    return height + 8;
}

std::vector<std::string> joinedCredits(const std::vector<std::string>& credits)
{
    struct Topic {
        std::string name; ///< with its colon; empty: what names no topic
        std::vector<std::string> sources;
    };
    const auto split = [](const std::string& text, const std::string& at) {
        std::vector<std::string> parts;
        size_t from = 0;
        for (size_t to; (to = text.find(at, from)) != text.npos; from = to + at.size()) parts.push_back(text.substr(from, to - from));
        parts.push_back(text.substr(from));
        return parts;
    };
    std::vector<Topic> topics;
    for (const auto& credit : credits)
        for (const auto& part : split(credit, "; ")) {
            const auto colon = part.find(": ");
            const std::string name = colon == part.npos ? "" : part.substr(0, colon + 2);
            auto topic = std::find_if(topics.begin(), topics.end(), [&](const Topic& t) { return t.name == name; });
            if (topic == topics.end()) topic = topics.insert(topics.end(), {name, {}});
            for (const auto& source : split(part.substr(name.size()), ", "))
                if (std::find(topic->sources.begin(), topic->sources.end(), source) == topic->sources.end()) topic->sources.push_back(source);
        }
    std::vector<std::string> out;
    for (const Topic& t : topics) {
        std::string line = t.name;
        for (size_t i = 0; i < t.sources.size(); ++i) line += (i ? ", " : "") + t.sources[i];
        out.push_back(line);
    }
    return out;
}

std::vector<std::string> creditLines(const std::vector<std::string>& credits, const std::function<double(const std::string&)>& width, double most)
{
    std::vector<std::string> lines;
    size_t used = 0;
    while (used < credits.size() && lines.size() < 2) {
        std::string line = credits[used++];
        while (used < credits.size()) {
            const std::string longer = line + kDot + credits[used];
            // The last line must leave room for what it does not say.
            const bool last = lines.size() == 1 && used + 1 < credits.size();
            if (width(last ? longer + "  +" + std::to_string(credits.size()) : longer) > most) break;
            line = longer;
            ++used;
        }
        lines.push_back(line);
    }
    if (used < credits.size()) lines.back() += "  +" + std::to_string(credits.size() - used);
    return lines;
}

double addCredits(const FrameInput& frame, const std::vector<std::string>& credits, bool alone, Drawing& out, std::vector<PixelRect>& taken)
{
    if (!frame.text || credits.empty()) return 0;
    TextStyle style = textStyle(frame, 11, 400, 0);
    style.colour = letterInk(withAlpha(style.colour, 0.8f), frame.colours);
    const double most = std::max(160.0, std::min(alone || frame.free.w < kNarrowFoot ? frame.free.w - 40 : frame.free.w * 0.55, 800.0));
    const auto width = [&](const std::string& s) { return frame.text->get(s, style).advance; };
    const auto lines = creditLines(credits, width, most);
    double wide = 0;
    for (const auto& l : lines) wide = std::max(wide, width(l));
    const double height = 14 * static_cast<double>(lines.size()) + 6;
    const PixelRect box{frame.free.x + frame.free.w - 12 - wide - 16, frame.free.y + frame.free.h - 8 - height, wide + 16, height};
    out.pill(box, 5, withAlpha(pillOf(frame), 0.75f));
    taken.push_back(box);
    for (size_t i = 0; i < lines.size(); ++i)
        out.text(frame.text->get(lines[i], style), {box.x + 8, box.y + 13 + 14 * static_cast<double>(i)}, frame.scale);
    return height + 16;
}

} // namespace firmament::scene
