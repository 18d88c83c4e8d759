#include "scene/constellation_layer.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "scene/label_placer.h"
#include "scene/paper.h"
#include "scene/sky_lines.h"
#include "scene/words.h"

namespace firmament::scene {

namespace {

const render::Rgba kLineColour = rgb(0x8FA9D0, 0.42f);
const render::Rgba kBorderColour = rgb(0x9EA7B8, 0.30f);
const render::Rgba kNameColour = rgb(0x93AAD2, 0.95f);
/// Contours from the faintest to the brightest.
constexpr float kMilkyWayAlpha[] = {0.16f, 0.20f, 0.24f, 0.28f, 0.32f};

} // namespace

ConstellationLayer::ConstellationLayer(LayerId id, LayerServices services, std::shared_ptr<const catalogs::SkyData> sky)
    : services_(std::move(services)), sky_(std::move(sky))
{
    report_.id = id;
    report_.credit = "Constellations: IAU";
    for (const auto& c : sky_->constellations()) {
        std::vector<sky::Dir> ends;
        for (const auto& line : c.lines) ends.insert(ends.end(), line.begin(), line.end());
        lineCaps_.push_back(capOf(ends));
        borderCaps_.push_back(capOf(c.border));
    }
    for (const auto& contour : sky_->milkyWay()) milkyWayCaps_.push_back(capOf(contour.ring));
}

bool ConstellationLayer::setState(const LayerState& layer)
{
    const auto* s = std::get_if<ConstellationsState>(&layer.content);
    if (!s) return false;
    state_ = *s;
    opacity_ = layer.opacity;
    builtFor_.reset();
    return true;
}

void ConstellationLayer::build(const FrameInput& frame)
{
    drawing_.clear();
    const sky::Cap seen = frame.view.boundingCap(sky::Frame::Icrs);
    const bool all = frame.view.wholeSky();
    const auto visible = [&](const sky::Cap& cap) { return all || seen.overlaps(cap); };
    const auto ink = [&](const render::Rgba& c) { return withAlpha(frame.colours.paper ? onPaper(c) : c, static_cast<float>(opacity_)); };
    if (state_.milkyWay) {
        const auto contours = sky_->milkyWay();
        for (size_t i = 0; i < contours.size(); ++i)
            if (visible(milkyWayCaps_[i]))
                addSkyLine(frame.view, sky::Frame::Icrs, contours[i].ring, true,
                           {ink(rgb(0xB9C6DC, kMilkyWayAlpha[std::clamp(contours[i].level, 0, 4)])), 1, 0}, drawing_);
    }
    const auto parts = sky_->constellations();
    if (state_.borders)
        for (size_t i = 0; i < parts.size(); ++i)
            if (visible(borderCaps_[i]))
                addSkyLine(frame.view, sky::Frame::Icrs, parts[i].border, true, {ink(kBorderColour), 1, 4}, drawing_);
    if (state_.lines)
        for (size_t i = 0; i < parts.size(); ++i)
            if (visible(lineCaps_[i]))
                for (const auto& line : parts[i].lines)
                    addSkyLine(frame.view, sky::Frame::Icrs, line, false, {ink(kLineColour), 1.1f, 0}, drawing_);
}

void ConstellationLayer::addNames(const FrameInput& frame) const
{
    const auto parts = sky_->constellations();
    TextStyle style;
    style.size = 12;
    style.tracking = 1.2f;
    style.colour = letterInk(kNameColour, frame.colours);
    const bool abbreviated = frame.fovDeg() > 220;
    for (size_t i = 0; i < parts.size(); ++i) {
        const auto pixel = frame.view.pixelOf(parts[i].labelIcrs);
        LabelRequest r;
        r.key = (uint64_t{2} << 56) | i;
        const double margin = frame.labels->margin(r.key);
        if (!pixel || pixel->x() < -margin || pixel->y() < -margin || pixel->x() > frame.view.width() + margin || pixel->y() > frame.view.height() + margin) continue;
        r.text = abbreviated ? parts[i].abbreviation : parts[i].name;
        r.style = style;
        r.anchor = *pixel;
        r.priority = 2.2;
        r.centred = true;
        r.opacity = static_cast<float>(opacity_);
        frame.labels->request(std::move(r));
    }
}

void ConstellationLayer::prepare(const FrameInput& frame, render::Renderer&)
{
    if (frame.body()) {
        drawing_.clear();
        builtFor_.reset();
        return;
    }
    if (!builtFor_ || !(*builtFor_ == frame.view) || builtOnPaper_ != frame.colours.paper) {
        build(frame);
        builtFor_ = frame.view;
        builtOnPaper_ = frame.colours.paper;
    }
    if (state_.names && frame.text) addNames(frame);
    if (report_.phase != LayerPhase::Complete) {
        report_.phase = LayerPhase::Complete;
        std::set<std::string> names; // Serpens has two parts
        for (const auto& c : sky_->constellations()) names.insert(c.name);
        report_.line = std::to_string(names.size()) + " constellations, built in";
        services_.reportsChanged();
    }
}

void ConstellationLayer::draw(const FrameInput& frame, Painter& painter)
{
    if (!frame.body()) painter.shapes(drawing_);
}

void ConstellationLayer::rest(LayerPhase why)
{
    drawing_.clear();
    builtFor_.reset();
    report_.phase = why;
    report_.line = restingLine(why);
}

} // namespace firmament::scene
