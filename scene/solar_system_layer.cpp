#include "scene/solar_system_layer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

#include "scene/label_placer.h"
#include "scene/paper.h"
#include "scene/star_layer.h"
#include "scene/words.h"
#include "sky/text.h"

namespace firmament::scene {

namespace {

constexpr double kAgainAfterDays = 1.0 / 1440; // the Moon moves half an arcsecond a second

render::Rgba colourOf(sky::Body b)
{
    switch (b) {
    case sky::Body::Sun: return rgb(0xFFE08A);
    case sky::Body::Moon: return rgb(0xDAD8D0);
    case sky::Body::Mercury: return rgb(0xC9BBA6);
    case sky::Body::Venus: return rgb(0xFFF1CF);
    case sky::Body::Mars: return rgb(0xFF9A66);
    case sky::Body::Jupiter: return rgb(0xF2DCB8);
    case sky::Body::Saturn: return rgb(0xEBD394);
    case sky::Body::Uranus: return rgb(0xA8E4E8);
    case sky::Body::Neptune: return rgb(0x8FB4FF);
    }
    return rgb(0xFFFFFF);
}

const char* kindOf(sky::Body b)
{
    return b == sky::Body::Sun ? "Star of the Solar System" : b == sky::Body::Moon ? "Moon of the Earth" : "Planet";
}

double discRadius(const FrameInput& frame, const sky::BodyPlace& p)
{
    return p.diameter.rad() / 2 / frame.view.planePerPixel();
}

} // namespace

SolarSystemLayer::SolarSystemLayer(LayerId id, LayerServices services, std::shared_ptr<const catalogs::SkyData> sky)
    : id_(id), services_(std::move(services)), sky_(std::move(sky))
{
    report_.id = id;
    report_.credit = "Planets: ERFA plan94";
}

bool SolarSystemLayer::setState(const LayerState& layer)
{
    const auto* s = std::get_if<SolarSystemState>(&layer.content);
    if (!s) return false;
    state_ = *s;
    opacity_ = layer.opacity;
    return true;
}

double SolarSystemLayer::jd() const
{
    if (state_.jdTdb) return *state_.jdTdb;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    constexpr double kTdbMinusUtc = 69.184; // since 2017; a second is nothing here
    return 2440587.5 + (std::chrono::duration<double>(now).count() + kTdbMinusUtc) / 86400.0;
}

void SolarSystemLayer::addBody(const FrameInput& frame, const sky::BodyPlace& place, const Eigen::Vector2d& pixel, double radius)
{
    const auto opacity = static_cast<float>(opacity_);
    const render::Rgba own = colourOf(place.body), colour = withAlpha(frame.colours.paper ? onPaper(own) : own, opacity);
    drawing_.circle(pixel, radius + 0.6, {withAlpha(frame.colours.halo, 0.6f * opacity), 1.6f, 0});
    drawing_.disc(pixel, radius, colour);
    drawing_.circle(pixel, radius, {colour, 1, 0}); // a smooth edge
}

void SolarSystemLayer::prepare(const FrameInput& frame, render::Renderer&)
{
    drawing_.clear();
    if (frame.body()) return;
    const double now = jd();
    if (places_.empty() || std::abs(now - placesJd_) > (state_.jdTdb ? 0 : kAgainAfterDays)) {
        places_ = sky::allBodies(now);
        placesJd_ = now;
        // Nearer ones over farther ones: the Moon before the Sun.
        std::sort(places_.begin(), places_.end(), [](const auto& a, const auto& b) { return a.distanceAu > b.distanceAu; });
    }
    const double limit = starLimit(frame.fovDeg(), StarsState{}, frame.surveyBelow);
    TextStyle style;
    style.size = 11.5f;
    style.colour = letterInk(rgb(0xFFE3B0), frame.colours);
    for (const auto& place : places_) {
        const auto pixel = frame.view.pixelOf(place.dirIcrs);
        if (!pixel) continue;
        const double radius = std::max(discRadius(frame, place), std::clamp(starDiameter(place.magnitude, std::max(limit, 3.0)) / 2, 2.0, 6.0));
        if (pixel->x() < -radius || pixel->y() < -radius || pixel->x() > frame.view.width() + radius || pixel->y() > frame.view.height() + radius)
            continue;
        addBody(frame, place, *pixel, radius);
        if (!state_.names || !frame.text) continue;
        LabelRequest r;
        r.key = (uint64_t{4} << 56) | static_cast<uint64_t>(place.body);
        r.text = sky::bodyName(place.body);
        r.style = style;
        r.anchor = *pixel;
        r.gap = std::min(radius, 200.0) + 4;
        r.priority = place.magnitude - 6;
        r.opacity = static_cast<float>(opacity_);
        frame.labels->request(std::move(r));
    }
    if (report_.phase != LayerPhase::Complete) {
        report_.phase = LayerPhase::Complete;
        report_.line = "Sun, Moon and 7 planets, computed";
        services_.reportsChanged();
    }
}

void SolarSystemLayer::draw(const FrameInput&, Painter& painter)
{
    painter.shapes(drawing_);
}

void SolarSystemLayer::rest(LayerPhase why)
{
    drawing_.clear();
    report_.phase = why;
    report_.line = restingLine(why);
}

std::vector<Hit> SolarSystemLayer::pick(const FrameInput& frame, const Eigen::Vector2d& pixel, double radius) const
{
    std::vector<Hit> hits;
    if (frame.body()) return hits;
    for (const auto& place : places_) {
        const auto at = frame.view.pixelOf(place.dirIcrs);
        if (!at) continue;
        const double distance = std::max(0.0, (*at - pixel).norm() - std::max(3.0, discRadius(frame, place)));
        if (distance > radius) continue;
        Hit h;
        h.layer = id_;
        h.name = sky::bodyName(place.body);
        h.kind = kindOf(place.body);
        if (sky_)
            if (const std::string where = sky_->constellationAt(place.dirIcrs); !where.empty()) h.kind += ", " + where;
        h.facts.push_back(positionLine(place.dirIcrs) + kDot + sky::formatField(place.diameter) + kDot + "V " + number(place.magnitude, 1));
        std::string second = number(place.distanceAu, place.distanceAu < 0.1 ? 5 : 3) + " au";
        if (place.body != sky::Body::Sun) second += kDot + number(100 * place.phase, 0) + " % lit";
        h.facts.push_back(second);
        h.pos = sky::toPos(place.dirIcrs, sky::Frame::Icrs);
        h.size = place.diameter;
        h.distancePixels = distance;
        hits.push_back(std::move(h));
    }
    return hits;
}

} // namespace firmament::scene
