// For whoever looks for a fault: cells with their numbers and state, what is loading, frame times. Private to scene/.
#pragma once

#include <string>
#include <vector>

#include "scene/drawing.h"
#include "scene/frame.h"
#include "scene/survey_layer.h"

namespace firmament::scene {

struct DebugFacts {
    render::FrameStats last;       ///< of the frame before
    double msPrepare = 0, msDraw = 0;
    size_t labels = 0;
    std::string renderer;
};
void addDebugOverlay(const FrameInput& frame, const std::vector<const SurveyLayer*>& surveys, const DebugFacts& facts, Drawing& out);

} // namespace firmament::scene
