// How pixel values become colours, as plain values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace firmament::render {

enum class Blend : uint8_t { Normal, Add, Screen, Multiply, Difference };
enum class Stretch : uint8_t { Linear, Sqrt, Log, Asinh, Pow2, Histogram };
enum class ColourMap : uint8_t { Grey, Viridis, Magma, Inferno, Plasma, Cividis, Turbo, Rainbow, Cubehelix, Heat, CoolWarm, Planck };
enum class Sampling : uint8_t { Linear, Nearest };

/// The words of the command line and of session files ("normal", "asinh", "cool-warm"...).
const char* word(Blend);
const char* word(Stretch);
const char* word(ColourMap);
const char* word(Sampling);
std::optional<Blend> blendFromWord(std::string_view);
std::optional<Stretch> stretchFromWord(std::string_view);
std::optional<ColourMap> colourMapFromWord(std::string_view);
std::optional<Sampling> samplingFromWord(std::string_view);

struct Rgba {
    float r = 0, g = 0, b = 0, a = 1; ///< straight alpha, sRGB as displayed
    bool operator==(const Rgba&) const = default;
};

struct Look {
    double cutLo = 0, cutHi = 1; ///< physical values (Float32 tiles only)
    Stretch stretch = Stretch::Linear;
    ColourMap map = ColourMap::Grey;
    bool invert = false;
    double gamma = 1.0;
    double opacity = 1.0;
    Blend blend = Blend::Normal;
    Sampling sampling = Sampling::Linear;
    /// Histogram stretch: cumulative distribution at 256 equal steps from cutLo to cutHi, 0..1.
    std::array<float, 256> equalised{};
    bool operator==(const Look&) const = default;
};

/// 0..1 -> 0..1. sqrt, log: log10(1 + 1000 t)/log10(1001), asinh: asinh(10 t)/asinh(10), pow2: t*t.
double applyStretch(Stretch s, double t, const std::array<float, 256>* equalised = nullptr);
/// The place of a value between the cuts: t = value * scale + offset. Equal cuts make a step there.
struct CutScale {
    double scale, offset;
    explicit CutScale(const Look& look);
};
/// Stretch, gamma (t^(1/gamma)), inversion, colour map, in this order, of a place t between the cuts (0..1).
std::array<float, 3> mappedColour(const Look& look, double t, const std::array<std::array<float, 3>, 256>& table);
/// 256 entries of sRGB, 0..1.
const std::array<std::array<float, 3>, 256>& colourTable(ColourMap m);

} // namespace firmament::render
