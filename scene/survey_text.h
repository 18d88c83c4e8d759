// One survey layer in one line, "CDS/P/DSS2/color,opacity=0.5,cuts=0:100": what `--survey` takes and links carry. Any thread.
#pragma once

#include <string>

#include "core/result.h"
#include "scene/document.h"

namespace firmament::scene {

/// `text`: a folder, an address, an id of the survey list or "sky" for the built-in one, then keys. Errc::Usage with what was expected.
Expected<LayerState> surveyFromText(const std::string& text, LayerId id);

/// The same line of a layer: only keys that differ from the usual. Empty when it is no survey.
std::string surveyText(const LayerState& layer);

} // namespace firmament::scene
