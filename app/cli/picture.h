// A finished drawing as a file in memory: PNG, JPEG, WebP, SVG, PDF, FITS. No Qt, no files.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "sky/wcs_of_view.h"

namespace firmament::cli {

enum class PictureFormat { Png, Jpeg, Webp, Fits, Svg, Pdf };
/// By the suffix, any case; empty when it is none of them.
std::optional<PictureFormat> pictureFormatOf(std::string_view fileName);

/// Rows top first, opaque; `rgba` has 4 bytes a pixel.
struct Picture {
    int width = 0, height = 0;
    std::vector<uint8_t> rgba;
};
Expected<Bytes> encodePicture(const Picture& picture, PictureFormat format, const std::string& title);

/// Header cards beyond the mandatory ones.
using FitsCards = std::vector<sky::WcsKeyword>;
/// float32, one plane; `values` top row first (NaN = none).
Expected<Bytes> encodeFitsValues(int width, int height, const std::vector<float>& values, const FitsCards& cards);
/// Three uint8 planes R, G, B.
Expected<Bytes> encodeFitsColours(const Picture& picture, const FitsCards& cards);

} // namespace firmament::cli
