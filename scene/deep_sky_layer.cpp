#include "scene/deep_sky_layer.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>
#include <cstdio>

#include "scene/label_placer.h"
#include "scene/paper.h"
#include "scene/words.h"

namespace firmament::scene {

namespace {

using catalogs::DeepSkyKind;
using catalogs::DeepSkyObject;

constexpr double kSymbol = 4.5;        ///< radius in pixels
constexpr double kOutlineFrom = 7;     ///< half major axis in pixels from which the true outline is drawn
constexpr size_t kMostShown = 260;
constexpr size_t kMostNames = 90;

bool isMessier(const DeepSkyObject& o)
{
    return o.name.size() > 2 && o.name[0] == 'M' && o.name[1] == ' ';
}

/// About a magnitude: what is large, bright or famous comes first.
float weightOf(const DeepSkyObject& o)
{
    float w = std::isfinite(o.v) ? o.v : 14.5f;
    if (o.majorArcmin > 0) w -= std::min(1.5f, 0.5f * std::log10(1 + o.majorArcmin));
    if (isMessier(o)) w = std::min(w, 9.5f) - 2.5f;
    if (o.kind == DeepSkyKind::Star || o.kind == DeepSkyKind::Other) w += 3;
    return w;
}

render::Rgba colourOf(DeepSkyKind kind)
{
    switch (kind) {
    case DeepSkyKind::Galaxy: return rgb(0xE8AE27);
    case DeepSkyKind::OpenCluster:
    case DeepSkyKind::GlobularCluster:
    case DeepSkyKind::StarGroup: return rgb(0xC2F7DA);
    case DeepSkyKind::Nebula:
    case DeepSkyKind::ClusterWithNebula:
    case DeepSkyKind::SupernovaRemnant: return rgb(0x56DCFF);
    case DeepSkyKind::PlanetaryNebula: return rgb(0x4FA3E0);
    case DeepSkyKind::DarkNebula: return rgb(0x9E7166);
    case DeepSkyKind::Star:
    case DeepSkyKind::Other: break;
    }
    return rgb(0xC3CAD6);
}

double limitFor(double fovDeg)
{
    // Messier objects (5 to 7) at 100 deg, all of the catalogue below 2 deg.
    return 5.2 + 6.0 * std::log10(100.0 / std::max(fovDeg, 1e-6));
}

std::string sizeText(const DeepSkyObject& o)
{
    const auto one = [](float arcmin) {
        if (arcmin < 1) return number(static_cast<double>(arcmin) * 60, 0) + "\"";
        return number(static_cast<double>(arcmin), arcmin < 10 && std::abs(arcmin - std::round(arcmin)) > 0.05f ? 1 : 0) + "'";
    };
    if (o.majorArcmin <= 0) return {};
    if (o.minorArcmin <= 0) return one(o.majorArcmin);
    return one(o.majorArcmin) + " \u00d7 " + one(o.minorArcmin);
}

uint64_t labelKey(uint32_t object)
{
    return (uint64_t{3} << 56) | object;
}

/// The name by which people know it: the first other name that is no catalogue number.
std::string commonName(const DeepSkyObject& o)
{
    for (const auto& name : o.aka)
        if (std::none_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; })) return name;
    return {};
}

} // namespace

DeepSkyLayer::DeepSkyLayer(LayerId id, LayerServices services, std::shared_ptr<const catalogs::SkyData> sky)
    : id_(id), services_(std::move(services)), sky_(std::move(sky))
{
    report_.id = id;
    report_.credit = "Deep sky: OpenNGC (CC BY-SA 4.0)";
    const auto objects = sky_->deepSky();
    order_.reserve(objects.size());
    for (size_t i = 0; i < objects.size(); ++i) {
        const sky::Dir& d = objects[i].dirIcrs;
        order_.push_back({static_cast<float>(d.x()), static_cast<float>(d.y()), static_cast<float>(d.z()), weightOf(objects[i]),
                          static_cast<uint32_t>(i)});
    }
    std::stable_sort(order_.begin(), order_.end(), [](const Mini& a, const Mini& b) { return a.weight < b.weight; });
}

bool DeepSkyLayer::setState(const LayerState& layer)
{
    const auto* s = std::get_if<DeepSkyState>(&layer.content);
    if (!s) return false;
    state_ = *s;
    opacity_ = layer.opacity;
    builtFor_.reset();
    return true;
}

/// The half axes on the screen by projecting points north-east of the centre, so that roll, mirror and projection are in.
bool DeepSkyLayer::outlineOf(const FrameInput& frame, const DeepSkyObject& o, Shown& shown) const
{
    if (!state_.outlines || o.majorArcmin <= 0) return false;
    const double half = std::min(sky::Angle::arcmin(static_cast<double>(o.majorArcmin) / 2).rad(), 0.3);
    if (half < kOutlineFrom * frame.view.pixelScale().rad() * 0.3) return false;
    const double halfMinor = o.minorArcmin > 0 ? half * static_cast<double>(o.minorArcmin / o.majorArcmin) : half;
    const sky::Dir& d = o.dirIcrs;
    const double flat = std::hypot(d.x(), d.y());
    const sky::Dir east = flat > 1e-12 ? sky::Dir(-d.y() / flat, d.x() / flat, 0) : sky::Dir::UnitY();
    const sky::Dir north = d.cross(east);
    const double pa = static_cast<double>(o.positionAngleDeg) * sky::kRadPerDeg;
    const sky::Dir along = north * std::cos(pa) + east * std::sin(pa), across = east * std::cos(pa) - north * std::sin(pa);
    const auto a = frame.view.pixelOf((d * std::cos(half) + along * std::sin(half)).normalized());
    const auto b = frame.view.pixelOf((d * std::cos(halfMinor) + across * std::sin(halfMinor)).normalized());
    if (!a || !b) return false;
    shown.major = *a - shown.pixel;
    shown.minor = *b - shown.pixel;
    const double length = shown.major.norm();
    if (length < kOutlineFrom || length > 4.0 * frame.view.width()) return false;
    shown.reach = std::max(shown.minor.norm(), 3.0);
    return true;
}

void DeepSkyLayer::addShape(const FrameInput& frame, const Shown& s)
{
    const DeepSkyObject& o = sky_->deepSky()[s.index];
    const auto opacity = static_cast<float>(opacity_);
    const render::Rgba own = colourOf(o.kind), colour = withAlpha(frame.colours.paper ? onPaper(own) : own, 0.85f * opacity);
    const render::Rgba halo = withAlpha(frame.colours.halo, 0.55f * opacity);
    const Eigen::Vector2d& p = s.pixel;
    const auto both = [&](const auto& shape) {
        shape(render::PolylineStyle{halo, 3.2f, 0});
        shape(render::PolylineStyle{colour, 1.4f, 0});
    };
    if (s.major.squaredNorm() > 0) {
        const float dash = o.kind == DeepSkyKind::OpenCluster || o.kind == DeepSkyKind::StarGroup ? 5.0f : 0.0f;
        drawing_.ellipse(p, s.major, s.minor, {withAlpha(colour, 0.85f), 1.3f, dash});
        return;
    }
    const double r = kSymbol;
    const auto cross = [&](double from, double to) {
        for (const Eigen::Vector2d& d : {Eigen::Vector2d(1, 0), Eigen::Vector2d(-1, 0), Eigen::Vector2d(0, 1), Eigen::Vector2d(0, -1)})
            drawing_.line(p + d * from, p + d * to, {colour, 1.2f, 0});
    };
    switch (o.kind) {
    case DeepSkyKind::Galaxy: {
        const double pa = -0.6; // a leaning ellipse stands for galaxies of unknown or small size
        const Eigen::Vector2d a(r * 1.25 * std::cos(pa), r * 1.25 * std::sin(pa)), b(-r * 0.6 * std::sin(pa), r * 0.6 * std::cos(pa));
        both([&](const render::PolylineStyle& st) { drawing_.ellipse(p, a, b, st, 16); });
        break;
    }
    case DeepSkyKind::GlobularCluster:
        both([&](const render::PolylineStyle& st) { drawing_.circle(p, r, st); });
        cross(0, r);
        break;
    case DeepSkyKind::PlanetaryNebula:
        both([&](const render::PolylineStyle& st) { drawing_.circle(p, r * 0.7, st); });
        cross(r * 0.7, r * 1.35);
        break;
    case DeepSkyKind::Nebula:
    case DeepSkyKind::DarkNebula:
    case DeepSkyKind::SupernovaRemnant:
        both([&](const render::PolylineStyle& st) {
            const auto at = [&](double x, double y) { return render::LineVertex{static_cast<float>(p.x() + x), static_cast<float>(p.y() + y)}; };
            const double h = r * 0.9;
            drawing_.polyline({at(-h, -h), at(h, -h), at(h, h), at(-h, h), at(-h, -h)}, st);
        });
        break;
    case DeepSkyKind::OpenCluster:
    case DeepSkyKind::StarGroup: drawing_.circle(p, r, {colour, 1.5f, 2.2f}); break;
    case DeepSkyKind::ClusterWithNebula:
        both([&](const render::PolylineStyle& st) { drawing_.circle(p, r, st); });
        drawing_.line(p - Eigen::Vector2d(r * 0.5, 0), p + Eigen::Vector2d(r * 0.5, 0), {colour, 1.2f, 0});
        break;
    case DeepSkyKind::Star:
    case DeepSkyKind::Other: cross(0, r * 0.8); break;
    }
}

void DeepSkyLayer::build(const FrameInput& frame)
{
    drawing_.clear();
    shown_.clear();
    const auto objects = sky_->deepSky();
    const double limit = limitFor(frame.fovDeg());
    const sky::Cap seen = frame.view.boundingCap(sky::Frame::Icrs);
    const double cosSeen = frame.view.wholeSky() ? -2 : std::cos(std::min(seen.radius.rad() + 0.05, sky::kPi));
    const double w = frame.view.width(), h = frame.view.height();
    for (const Mini& m : order_) {
        if (static_cast<double>(m.weight) > limit || shown_.size() >= kMostShown) break;
        if (seen.centre.x() * static_cast<double>(m.x) + seen.centre.y() * static_cast<double>(m.y) + seen.centre.z() * static_cast<double>(m.z) < cosSeen) continue;
        const DeepSkyObject& o = objects[m.index];
        const auto pixel = frame.view.pixelOf(o.dirIcrs);
        if (!pixel) continue;
        Shown s{m.index, m.weight, *pixel, {0, 0}, {0, 0}, kSymbol};
        if (!outlineOf(frame, o, s)) s.major = s.minor = {0, 0};
        const double margin = std::max({10.0, s.major.norm(), frame.labels->margin(labelKey(m.index))});
        if (pixel->x() < -margin || pixel->y() < -margin || pixel->x() > w + margin || pixel->y() > h + margin) continue;
        shown_.push_back(s);
        addShape(frame, s);
    }
}

void DeepSkyLayer::prepare(const FrameInput& frame, render::Renderer&)
{
    if (frame.body()) {
        drawing_.clear();
        shown_.clear();
        builtFor_.reset();
        return;
    }
    if (!builtFor_ || !(*builtFor_ == frame.view) || builtOnPaper_ != frame.colours.paper) {
        build(frame);
        builtFor_ = frame.view;
        builtOnPaper_ = frame.colours.paper;
    }
    if (report_.phase != LayerPhase::Complete) {
        report_.phase = LayerPhase::Complete;
        report_.line = grouped(order_.size()) + " objects, built in";
        services_.reportsChanged();
    }
    if (!state_.names || !frame.text) return;
    const auto objects = sky_->deepSky();
    TextStyle style;
    style.size = 11.5f;
    style.colour = frame.colours.text;
    for (size_t i = 0; i < shown_.size(); ++i) {
        const Shown& s = shown_[i];
        LabelRequest r;
        r.key = labelKey(s.index);
        // Names that stand do not go because brighter objects came into view elsewhere.
        if (i >= kMostNames && !frame.labels->stands(r.key)) continue;
        r.text = objects[s.index].name;
        if (frame.fovDeg() < 12)
            if (const std::string common = commonName(objects[s.index]); !common.empty()) r.text += kDot + common;
        r.style = style;
        r.anchor = s.pixel;
        r.gap = (s.major.squaredNorm() > 0 ? std::min(std::hypot(s.major.x(), s.minor.x()), 60.0) : kSymbol) + 4;
        r.priority = static_cast<double>(s.weight) - 1;
        r.opacity = static_cast<float>(opacity_);
        frame.labels->request(std::move(r));
    }
}

void DeepSkyLayer::draw(const FrameInput& frame, Painter& painter)
{
    if (!frame.body()) painter.shapes(drawing_);
}

void DeepSkyLayer::rest(LayerPhase why)
{
    drawing_.clear();
    shown_.clear();
    builtFor_.reset();
    report_.phase = why;
    report_.line = "Hidden";
}

std::vector<Hit> DeepSkyLayer::pick(const FrameInput& frame, const Eigen::Vector2d& pixel, double radius) const
{
    std::vector<Hit> hits;
    if (frame.body()) return hits;
    for (const Shown& s : shown_) {
        const Eigen::Vector2d off = pixel - s.pixel;
        double distance = std::max(0.0, off.norm() - kSymbol);
        const double det = s.major.x() * s.minor.y() - s.major.y() * s.minor.x();
        if (std::abs(det) > 1) { // inside its ellipse counts as on it, nearer objects first
            const double a = (off.x() * s.minor.y() - off.y() * s.minor.x()) / det;
            const double b = (s.major.x() * off.y() - s.major.y() * off.x()) / det;
            const double inside = std::hypot(a, b);
            distance = inside <= 1 ? std::min(distance, radius * 0.9 * inside) : std::min(distance, (inside - 1) * s.minor.norm());
        }
        if (distance > radius) continue;
        const DeepSkyObject& o = sky_->deepSky()[s.index];
        Hit h;
        h.layer = id_;
        const std::string common = commonName(o);
        h.name = o.name + (common.empty() ? "" : kDot + common);
        for (const auto& name : o.aka)
            if (name != common && h.aka.size() < 30) h.aka += (h.aka.empty() ? "" : ", ") + name;
        h.kind = catalogs::kindName(o.kind);
        if (const std::string where = sky_->constellationAt(o.dirIcrs); !where.empty()) h.kind += ", " + where;
        std::string line = positionLine(o.dirIcrs);
        if (const std::string size = sizeText(o); !size.empty()) line += kDot + size;
        if (std::isfinite(o.v)) line += kDot + ("V " + number(static_cast<double>(o.v), 1));
        h.facts.push_back(line);
        h.pos = sky::toPos(o.dirIcrs, sky::Frame::Icrs);
        h.size = sky::Angle::arcmin(static_cast<double>(o.majorArcmin));
        h.distancePixels = distance;
        hits.push_back(std::move(h));
    }
    return hits;
}

} // namespace firmament::scene
