// Text as bitmaps, so that `scene` and `render` know no fonts: the program implements it with QPainter, tests with a bitmap font.
#pragma once

#include <algorithm>
#include <cmath>
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
/// Size of the letters in physical pixels: always whole.
inline int letterPixels(const TextStyle& style, double scale)
{
    return std::max(1, static_cast<int>(std::lround(static_cast<double>(style.size) * scale)));
}
/// The outline is the opposite of the letters: dark around light ones, light around dark ones.
inline render::Rgba haloColour(const TextStyle& style)
{
    const render::Rgba& c = style.colour;
    const bool light = 0.299f * c.r + 0.587f * c.g + 0.114f * c.b > 0.35f;
    const render::Rgba halo = light ? render::Rgba{4 / 255.f, 6 / 255.f, 12 / 255.f, 190 / 255.f} : render::Rgba{0.98f, 0.98f, 0.98f, 210 / 255.f};
    return {halo.r, halo.g, halo.b, halo.a * std::clamp(c.a, 0.f, 1.f)};
}
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
