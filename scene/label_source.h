// Text as bitmaps, so that `scene` and `render` know no fonts: the program implements it with QPainter, tests with a bitmap font.
#pragma once

#include <string>

#include "render/renderer.h"

namespace firmament::scene {

struct TextStyle {
    float size = 12;          ///< logical pixels
    int weight = 500;
    float tracking = 0;       ///< logical pixels between letters
    render::Rgba colour;
    float halo = 3;           ///< dark outline, logical pixels; 0 = none
    bool operator==(const TextStyle&) const = default;
};
struct TextBitmap {
    render::Bitmap bitmap;    ///< physical pixels: logical x scale
    float baseline = 0;       ///< from the top, physical pixels
    float advance = 0;        ///< width without halo, physical pixels
};
class LabelSource {
public:
    virtual ~LabelSource() = default;
    virtual TextBitmap text(const std::string& utf8, const TextStyle& style, double scale) = 0;
};

} // namespace firmament::scene
