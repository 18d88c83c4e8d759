// `render --reference`: the surveys of a document by the double-precision CPU renderer. Overlays, stars and names are not
// in it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/picture/fits_file.h"
#include "core/result.h"
#include "scene/document.h"

namespace firmament::cli {

struct ReferenceDrawing {
    bool hasValues = false;
    std::vector<float> values;
    std::vector<uint8_t> rgba;
    picture::FitsOrigin origin;
    int tilesWanted = 0, tilesDrawn = 0, tilesFailed = 0;
    std::vector<std::string> troubles;
};

/// `asValues`: physical values when the top survey has them, and a black background otherwise.
/// Errc::Cancelled when interrupted.
Expected<ReferenceDrawing> drawReference(const scene::Document& document, bool asValues, bool offline, double timeoutSeconds);

} // namespace firmament::cli
