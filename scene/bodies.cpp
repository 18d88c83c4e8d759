#include "scene/bodies.h"

namespace firmament::scene {

bool Company::admits(const hips::SurveyInfo& survey)
{
    if ((survey.frame == sky::Frame::Body) != onBody_) return false;
    if (!onBody_) return true;
    if (body_.empty()) body_ = survey.body;
    return survey.body == body_;
}

std::optional<sky::Frame> fittingFrame(std::span<const hips::SurveyInfo* const> topDown, bool opening, sky::Frame view)
{
    const bool onBody = view == sky::Frame::Body;
    if (!onBody) {
        if (topDown.empty() || topDown.front()->frame != sky::Frame::Body) return std::nullopt;
        return sky::Frame::Body;
    }
    for (const hips::SurveyInfo* survey : topDown)
        if (survey->frame == sky::Frame::Body) return std::nullopt;
    return opening ? std::nullopt : std::optional(sky::Frame::Icrs);
}

void turnTo(Document& document, sky::Frame frame)
{
    const bool gridFollows = document.overlays.grid.frame == document.view.frame() || frame == sky::Frame::Body;
    document.view = document.view.withFrame(sky::Frame::Icrs).withFrame(frame);
    if (gridFollows) document.overlays.grid.frame = frame;
}

} // namespace firmament::scene
