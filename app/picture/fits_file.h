// A finished drawing of surveys as a FITS file in memory: pixels, WCS of the view, where they come from. Any thread.
#pragma once

#include <string>
#include <vector>

#include "app/picture/picture.h"
#include "hips/survey_info.h"
#include "sky/wcs_of_view.h"

namespace firmament::picture {

/// What is known of the pixels: of the top survey.
struct FitsOrigin {
    std::string survey, credit, unit;
    std::string address; ///< of its tiles; empty: a folder, or built in
    int order = -1;      ///< of the tiles drawn
};

FitsOrigin originOf(const hips::SurveyInfo& info, int order);

/// Header cards beyond the mandatory ones.
using FitsCards = std::vector<sky::WcsKeyword>;
/// `width` x `height`: of the picture, which may be finer than the view (a dense screen). `values`: one plane of them, else R, G, B.
FitsCards fitsCards(const sky::SkyView& view, int width, int height, const FitsOrigin& origin, bool values);

/// float32, one plane; `values` top row first (NaN = none).
Expected<Bytes> encodeFitsValues(int width, int height, const std::vector<float>& values, const FitsCards& cards);
/// Three uint8 planes R, G, B.
Expected<Bytes> encodeFitsColours(const Picture& picture, const FitsCards& cards);

} // namespace firmament::picture
