#include "scene/paper.h"

#include <algorithm>
#include <cmath>

namespace firmament::scene {

namespace {

struct Pair {
    uint32_t sky, paper;
};
// The overlay palette, and its text colours, with the fellows of the same names.
constexpr Pair kPalette[] = {{0x4FA3E0, 0x01406C}, {0xE8AE27, 0x954C03}, {0xDA4C01, 0xB8857D}, {0xC2F7DA, 0x016E5C}, {0x6D6DEF, 0x7F47C2},
                             {0x56DCFF, 0x019CD2}, {0xD475AB, 0xCA2B88}, {0x9DC398, 0x6F8F0A}, {0x9E7166, 0x4D3A0F}, {0xFFFFFF, 0x15181F},
                             {0xFF9461, 0xB8857D}, {0xA5A5FF, 0x7F47C2}, {0xD0A79C, 0x4D3A0F}};
/// Relative luminance that has a contrast of 7.5 with white; letters of it have a light outline (haloColour).
constexpr double kDarkEnough = 1.05 / 7.5 - 0.05;
/// What NightFilter makes of this brightness has a contrast of 4.5 with the darkest of the night theme.
constexpr float kLightEnough = 0.94f;

double linear(float v)
{
    const auto c = static_cast<double>(std::clamp(v, 0.f, 1.f));
    return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

float encoded(double v)
{
    return static_cast<float>(v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055);
}

uint32_t hexOf(const render::Rgba& c)
{
    const auto byte = [](float v) { return static_cast<uint32_t>(std::lround(std::clamp(v, 0.f, 1.f) * 255)); };
    return byte(c.r) << 16 | byte(c.g) << 8 | byte(c.b);
}

} // namespace

render::Rgba onPaper(const render::Rgba& onSky)
{
    const uint32_t hex = hexOf(onSky);
    for (const Pair& pair : kPalette)
        if (pair.sky == hex) return rgb(pair.paper, onSky.a);
    const double r = linear(onSky.r), g = linear(onSky.g), b = linear(onSky.b);
    const double luminance = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    if (luminance <= kDarkEnough) return onSky;
    const double k = kDarkEnough / luminance;
    return {encoded(r * k), encoded(g * k), encoded(b * k), onSky.a};
}

render::Rgba letterInk(const render::Rgba& onSky, const CanvasColours& colours)
{
    if (colours.paper) return onPaper(onSky);
    if (!colours.red) return onSky;
    // Red alone is dark: white itself has 5.3. So the hue goes as far as it must; it could not be told in red anyway.
    const float luma = 0.2126f * onSky.r + 0.7152f * onSky.g + 0.0722f * onSky.b;
    const float white = luma >= kLightEnough ? 0 : (kLightEnough - luma) / (1 - luma);
    const auto mixed = [white](float v) { return v + white * (1 - v); };
    return {mixed(onSky.r), mixed(onSky.g), mixed(onSky.b), 1};
}

CanvasColours paperColours(const CanvasColours& sky)
{
    CanvasColours c;
    c.background = rgb(0xFFFFFF);
    c.text = rgb(0x15181F);
    c.halo = rgb(0xFFFFFF, 0.85f);
    c.grid = rgb(0x15181F, 0.22f);
    c.accent = onPaper(sky.accent);
    c.paper = true;
    return c;
}

} // namespace firmament::scene
