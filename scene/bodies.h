// Surveys of the sky and maps of planets and moons are never drawn together, nor the maps of two bodies. Values only; any thread.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "hips/survey_info.h"
#include "scene/document.h"

namespace firmament::scene {

/// Which surveys of one stack are drawn together: those of the sky, or in a view of a body those of the topmost survey's body.
class Company {
public:
    explicit Company(sky::Frame view) : onBody_(view == sky::Frame::Body) {}
    /// To be asked once for each visible survey, from the top down.
    bool admits(const hips::SurveyInfo& survey);

private:
    bool onBody_;
    std::string body_;
};

/// The frame that a view should have, when it does not fit what is shown: Body when the topmost survey is of a planet or moon, Icrs
/// when none is and the view is still on a body. `topDown`: the visible surveys that are open. `opening`: more are on their way.
std::optional<sky::Frame> fittingFrame(std::span<const hips::SurveyInfo* const> topDown, bool opening, sky::Frame view);

/// Turns the view and the grid of a document to a body, or back. What stood at the centre as RA and Dec is there as longitude and
/// latitude afterwards, whatever frame was up.
void turnTo(Document& document, sky::Frame frame);

} // namespace firmament::scene
