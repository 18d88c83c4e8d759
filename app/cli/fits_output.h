// A finished drawing as a FITS file in memory.
#pragma once

#include <vector>

#include "app/picture/picture.h"
#include "sky/wcs_of_view.h"

namespace firmament::cli {

/// Header cards beyond the mandatory ones.
using FitsCards = std::vector<sky::WcsKeyword>;
/// float32, one plane; `values` top row first (NaN = none).
Expected<Bytes> encodeFitsValues(int width, int height, const std::vector<float>& values, const FitsCards& cards);
/// Three uint8 planes R, G, B.
Expected<Bytes> encodeFitsColours(const picture::Picture& picture, const FitsCards& cards);

} // namespace firmament::cli
