// The options that say what is drawn, as a Document. Shared by render and bench.
#pragma once

#include <string>
#include <vector>

#include "app/cli/args.h"
#include "core/result.h"
#include "scene/document.h"

namespace firmament::cli {

std::vector<OptionSpec> surveyOptions();  ///< --survey
std::vector<OptionSpec> viewOptions();    ///< --at --fov --size --projection --frame --roll --mirror
std::vector<OptionSpec> overlayOptions(); ///< --grid --constellations --labels --epoch --vectors --paper --session

/// A name of the embedded sky or a position in any spelling.
Expected<sky::SkyPos> targetPosition(const std::string& text);

/// With none of --survey, --at, --fov and --session: what the window shows at the first start.
Expected<scene::Document> documentOf(const Arguments& arguments);

} // namespace firmament::cli
