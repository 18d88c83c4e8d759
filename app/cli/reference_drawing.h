// `render --reference`: the surveys of a document by the double-precision CPU renderer, compared as the document says. What lies on
// them is not in it: overlays, stars, names, the swipe's divider, the panes' titles.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "scene/document.h"

namespace firmament::cli {

struct ReferenceDrawing {
    bool hasValues = false;
    std::vector<float> values;
    std::vector<uint8_t> rgba;
    std::string unit, credit, title, id; ///< of the top survey
    int order = -1;
    int tilesWanted = 0, tilesDrawn = 0, tilesFailed = 0;
    uint64_t requests = 0, bytes = 0; ///< asked of the network
    double msLoaded = 0;              ///< since the process began: the tiles are here, drawing begins
    std::vector<std::string> troubles;
};

/// `asValues`: physical values when the top survey has them, and a black background otherwise. Turns the document to the body that
/// its top survey is of. Errc::Cancelled when interrupted.
Expected<ReferenceDrawing> drawReference(scene::Document& document, bool asValues, bool offline, double timeoutSeconds);

} // namespace firmament::cli
