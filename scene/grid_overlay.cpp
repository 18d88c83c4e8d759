#include "scene/grid_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "scene/sky_lines.h"
#include "scene/text_cache.h"
#include "scene/words.h"
#include "sky/outline.h"

namespace firmament::scene {

namespace {

constexpr int kMostLines = 8;

GridUnits unitsFor(sky::Frame frame, bool longitude)
{
    if (frame == sky::Frame::Icrs || frame == sky::Frame::Fk5) return longitude ? GridUnits::Time : GridUnits::Sexagesimal;
    return GridUnits::Decimal;
}

/// Descending steps in degrees for one kind of number, down to a nano-degree.
std::vector<double> makeSteps(GridUnits units)
{
    std::vector<double> steps;
    const auto add = [&steps](double unit, std::initializer_list<double> values) {
        for (const double v : values) steps.push_back(unit * v);
    };
    const auto decimals = [&](double unit) {
        for (double k = 0.1; unit * k > 1e-10; k /= 10) add(unit * k, {5, 2, 1});
    };
    switch (units) {
    case GridUnits::Time:
        add(15, {6, 4, 3, 2, 1});
        add(15.0 / 60, {30, 20, 10, 5, 2, 1});
        add(15.0 / 3600, {30, 20, 10, 8, 4, 2, 1});
        decimals(15.0 / 3600);
        break;
    case GridUnits::Sexagesimal:
        add(1, {45, 30, 20, 10, 5, 2, 1});
        add(1.0 / 60, {30, 20, 10, 5, 2, 1});
        add(1.0 / 3600, {30, 20, 10, 5, 2, 1});
        decimals(1.0 / 3600);
        break;
    case GridUnits::Decimal:
        add(1, {90, 60, 45, 30, 20, 10, 5, 2, 1});
        decimals(1);
        break;
    }
    return steps;
}

const std::vector<double>& stepsOf(GridUnits units)
{
    static const std::array<std::vector<double>, 3> all{makeSteps(GridUnits::Time), makeSteps(GridUnits::Sexagesimal),
                                                        makeSteps(GridUnits::Decimal)};
    return all[static_cast<size_t>(units)];
}

int decimalsOf(double step)
{
    int n = 0;
    while (n < 12 && std::abs(step - std::round(step)) > 1e-6) {
        step *= 10;
        ++n;
    }
    return n;
}

double wrap360(double d)
{
    d = std::fmod(d, 360.0);
    return d < 0 ? d + 360 : d;
}

/// Splits a value counted in the smallest shown unit into parts with carries done.
std::string sexagesimal(double value, double step, const char* const (&marks)[3])
{
    // value and step in the largest unit (hours or degrees)
    char text[64];
    if (step > 1 - 1e-9) {
        std::snprintf(text, sizeof text, "%02d%s", static_cast<int>(std::lround(value)), marks[0]);
        return text;
    }
    if (step > 1.0 / 60 - 1e-9) {
        const long minutes = std::lround(value * 60);
        std::snprintf(text, sizeof text, "%02ld%s%02ld%s", minutes / 60, marks[0], minutes % 60, marks[1]);
        return text;
    }
    const int decimals = decimalsOf(step * 3600);
    const double unit = std::pow(10.0, decimals);
    const long long total = std::llround(value * 3600 * unit);
    const auto perSecond = static_cast<long long>(unit);
    const long long whole = total / perSecond, part = total % perSecond;
    if (decimals > 0)
        std::snprintf(text, sizeof text, "%02lld%s%02lld%s%02lld.%0*lld%s", whole / 3600, marks[0], whole / 60 % 60, marks[1], whole % 60,
                      decimals, part, marks[2]);
    else
        std::snprintf(text, sizeof text, "%02lld%s%02lld%s%02lld%s", whole / 3600, marks[0], whole / 60 % 60, marks[1], whole % 60, marks[2]);
    return text;
}

bool overlaps(const PixelRect& a, const PixelRect& b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/// Where a curve crosses the line `axis` = at (0: x, 1: y), within [lo, hi] of the other coordinate.
std::optional<Eigen::Vector2d> crossing(const std::vector<std::vector<Eigen::Vector2d>>& pieces, int axis, double at, double lo, double hi)
{
    for (const auto& piece : pieces)
        for (size_t i = 1; i < piece.size(); ++i) {
            const Eigen::Vector2d &a = piece[i - 1], &b = piece[i];
            if ((a[axis] - at) * (b[axis] - at) > 0 || a[axis] == b[axis]) continue;
            const double t = (at - a[axis]) / (b[axis] - a[axis]);
            const Eigen::Vector2d p = a + (b - a) * t;
            if (p[1 - axis] >= lo && p[1 - axis] <= hi) return p;
        }
    return std::nullopt;
}

} // namespace

GridSteps gridSteps(double loDeg, double hiDeg, GridUnits units, int most)
{
    GridSteps best;
    const bool circle = hiDeg - loDeg >= 360 - 1e-9;
    for (const double step : stepsOf(units)) {
        const double k0 = std::ceil(loDeg / step - 1e-9), k1 = std::floor(hiDeg / step + 1e-9);
        double count = std::max(0.0, k1 - k0 + 1);
        if (circle) count = std::min(count, std::round(360 / step)); // the last is the first again
        if (count > most) break;
        best = {step, k0 * step, static_cast<int>(count)};
    }
    return best;
}

std::string gridLabel(double degrees, double stepDeg, GridUnits units, bool longitude, sky::Frame frame)
{
    if (units == GridUnits::Time) {
        static constexpr const char* kTime[3] = {"h", "m", "s"};
        double hours = wrap360(degrees) / 15;
        if (24 - hours < stepDeg / 15 * 1e-3) hours = 0;
        return sexagesimal(hours, stepDeg / 15, kTime);
    }
    if (units == GridUnits::Sexagesimal) {
        static constexpr const char* kArc[3] = {"\u00b0", "'", "\""};
        const bool zero = std::abs(degrees) < stepDeg * 1e-3;
        const char* sign = zero ? "" : degrees < 0 ? "\u2212" : "+";
        return sign + sexagesimal(std::abs(degrees), stepDeg, kArc);
    }
    double shown = longitude ? wrap360(degrees) : degrees;
    if (longitude && 360 - shown < stepDeg * 1e-3) shown = 0;
    if (std::abs(shown) < stepDeg * 1e-3) shown = 0;
    const char* letter = frame == sky::Frame::Galactic ? (longitude ? "l " : "b ")
                         : frame == sky::Frame::EclipticJ2000 ? (longitude ? "\u03bb " : "\u03b2 ")
                                                              : "";
    return letter + number(shown, decimalsOf(stepDeg)) + "\u00b0";
}

GridRange gridRange(const sky::SkyView& view, sky::Frame frame)
{
    constexpr int kAcross = 24, kDown = 16;
    GridRange r;
    const sky::SkyPos centre = view.frame() == sky::Frame::Body || frame == sky::Frame::Body ? view.centre() : sky::converted(view.centre(), frame);
    const double lon0 = centre.lon.deg();
    double latLo = 90, latHi = -90, lonLo = 0, lonHi = 0;
    bool any = false;
    // For narrow fields differences are taken from the centre's direction: absolute longitudes lose no digits that matter
    // (1e-14 degrees), but their range must be unwrapped.
    for (int j = 0; j <= kDown; ++j)
        for (int i = 0; i <= kAcross; ++i) {
            const auto dir = view.directionAt({view.width() * static_cast<double>(i) / kAcross, view.height() * static_cast<double>(j) / kDown}, frame);
            if (!dir) continue;
            const sky::SkyPos p = sky::toPos(*dir, frame);
            const double lat = p.lat.deg(), lon = std::remainder(p.lon.deg() - lon0, 360.0);
            latLo = std::min(latLo, lat);
            latHi = std::max(latHi, lat);
            lonLo = std::min(lonLo, lon);
            lonHi = std::max(lonHi, lon);
            any = true;
        }
    if (!any) {
        r.empty = true;
        return r;
    }
    const auto inside = [&](double sign) {
        const auto pixel = view.pixelOf(sky::Dir(0, 0, sign), frame);
        return pixel && pixel->x() >= 0 && pixel->y() >= 0 && pixel->x() <= view.width() && pixel->y() <= view.height();
    };
    const double pad = std::max(latHi - latLo, 1e-12) / kDown;
    r.latLo = std::max(-90.0, latLo - pad);
    r.latHi = std::min(90.0, latHi + pad);
    const bool north = inside(1), south = inside(-1);
    if (north) r.latHi = 90;
    if (south) r.latLo = -90;
    const double padLon = std::max(lonHi - lonLo, 1e-12) / kAcross;
    if (north || south || lonHi - lonLo + 2 * padLon >= 350) {
        r.lonLo = lon0 - 180;
        r.lonHi = lon0 + 180;
    } else {
        r.lonLo = lon0 + lonLo - padLon;
        r.lonHi = lon0 + lonHi + padLon;
    }
    return r;
}

void GridOverlay::clear()
{
    builtFor_.reset();
    curves_.clear();
    lines_.clear();
}

void GridOverlay::prepare(const FrameInput& frame)
{
    GridState state = frame.document.overlays.grid;
    if (frame.body()) state.frame = sky::Frame::Body;
    else if (state.frame == sky::Frame::Body) state.frame = frame.view.frame();
    if (!state.on) {
        clear();
        return;
    }
    if (builtFor_ && *builtFor_ == frame.view && state_ == state && colour_ == frame.colours.grid) return;
    clear();
    builtFor_ = frame.view;
    state_ = state;
    colour_ = frame.colours.grid;
    const GridRange range = gridRange(frame.view, state.frame);
    if (range.empty) return;
    using sky::Angle;
    const GridUnits lonUnits = unitsFor(state.frame, true), latUnits = unitsFor(state.frame, false);
    const GridSteps lons = gridSteps(range.lonLo, range.lonHi, lonUnits, kMostLines);
    const GridSteps lats = gridSteps(range.latLo, range.latHi, latUnits, kMostLines);
    for (int i = 0; i < lons.count; ++i) {
        const double lon = lons.first + i * lons.step;
        curves_.push_back({lon, lons.step, lonUnits, true,
                           sky::projectMeridian(frame.view, state.frame, Angle::deg(lon), 0.25, Angle::deg(range.latLo), Angle::deg(range.latHi))});
    }
    for (int i = 0; i < lats.count; ++i) {
        const double lat = lats.first + i * lats.step;
        if (std::abs(lat) > 90 - 1e-9) continue; // a pole is no line
        curves_.push_back({lat, lats.step, latUnits, false,
                           range.lonHi - range.lonLo >= 360 - 1e-9
                               ? sky::projectParallel(frame.view, state.frame, Angle::deg(lat))
                               : sky::projectParallel(frame.view, state.frame, Angle::deg(lat), 0.25, Angle::deg(range.lonLo), Angle::deg(range.lonHi))});
    }
    for (const Line& c : curves_) addPixelLines(c.pieces, {frame.colours.grid, 1, 0}, lines_);
}

void GridOverlay::addLabels(const FrameInput& frame, std::vector<PixelRect>& taken, Drawing& out) const
{
    if (!frame.text || !state_.labels || curves_.empty()) return;
    TextStyle style;
    style.size = 11;
    style.weight = 500;
    style.colour = frame.colours.text;
    const PixelRect& f = frame.free;
    const double top = f.y + 14, left = f.x + 10;
    for (const Line& c : curves_) {
        const CachedText& text = frame.text->get(gridLabel(c.degrees, c.step, c.units, c.meridian, state_.frame), style);
        const double w = text.advance;
        std::optional<PixelRect> box;
        const auto onTop = [&] {
            if (const auto p = crossing(c.pieces, 1, top, f.x + w / 2 + 4, f.x + f.w - w / 2 - 4)) box = PixelRect{p->x() - w / 2, top - 6, w, 12};
        };
        const auto onLeft = [&] {
            if (const auto p = crossing(c.pieces, 0, left + w / 2, f.y + 26, f.y + f.h - 12)) box = PixelRect{left, p->y() - 6, w, 12};
        };
        if (c.meridian) onTop();
        else onLeft();
        if (!box && c.meridian) onLeft();
        else if (!box) onTop();
        if (!box) { // a map with a margin: at the curve's left end, or a meridian's middle
            const Eigen::Vector2d* best = nullptr;
            for (const auto& piece : c.pieces) {
                if (c.meridian && !piece.empty()) {
                    const auto& middle = piece[piece.size() / 2];
                    if (!best) best = &middle;
                } else
                    for (const auto& p : piece)
                        if (!best || p.x() < best->x()) best = &p;
            }
            if (best && best->x() > f.x && best->x() < f.x + f.w && best->y() > f.y && best->y() < f.y + f.h)
                box = PixelRect{std::clamp(best->x() - (c.meridian ? w / 2 : -4), f.x + 4, std::max(f.x + 4, f.x + f.w - w - 4)), best->y() - 6, w, 12};
        }
        if (!box) continue;
        const PixelRect padded{box->x - 4, box->y - 2, box->w + 8, box->h + 4};
        if (std::any_of(taken.begin(), taken.end(), [&](const PixelRect& t) { return overlaps(t, padded); })) continue;
        taken.push_back(padded);
        out.text(text, {box->x, box->y + 10}, frame.scale);
    }
}

} // namespace firmament::scene
