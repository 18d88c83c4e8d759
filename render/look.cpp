#include "render/look.h"

#include <algorithm>
#include <cmath>
#include <span>

namespace firmament::render {

namespace {

template <class E, size_t N> const char* wordOf(E value, const std::array<const char*, N>& words)
{
    return words[std::min(static_cast<size_t>(value), N - 1)];
}
template <class E, size_t N> std::optional<E> fromWord(std::string_view text, const std::array<const char*, N>& words)
{
    for (size_t i = 0; i < N; ++i)
        if (text == words[i]) return static_cast<E>(i);
    return std::nullopt;
}

constexpr std::array kBlendWords{"normal", "add", "screen", "multiply", "difference"};
constexpr std::array kStretchWords{"linear", "sqrt", "log", "asinh", "pow2", "histogram"};
constexpr std::array kMapWords{"grey",  "viridis", "magma",     "inferno", "plasma",    "cividis",
                               "turbo", "rainbow", "cubehelix", "heat",    "cool-warm", "planck"};
constexpr std::array kSamplingWords{"linear", "nearest"};

using Table = std::array<std::array<float, 3>, 256>;
using Colour = std::array<double, 3>;

Colour unpacked(uint32_t rgb)
{
    return {((rgb >> 16) & 255u) / 255.0, ((rgb >> 8) & 255u) / 255.0, (rgb & 255u) / 255.0};
}

template <class F> Table tableOf(F colourAt)
{
    Table table{};
    for (size_t i = 0; i < table.size(); ++i) {
        const Colour c = colourAt(static_cast<double>(i) / 255.0);
        for (size_t k = 0; k < 3; ++k) table[i][k] = static_cast<float>(std::clamp(c[k], 0.0, 1.0));
    }
    return table;
}

/// Evenly spaced colours joined by cubic Hermite arcs (slopes by central differences): smooth, and within about two levels of 255
/// of maps that were designed as smooth curves.
Table smooth(std::span<const uint32_t> points)
{
    const auto n = static_cast<int>(points.size());
    const auto at = [&](int i) { return unpacked(points[static_cast<size_t>(i)]); };
    const auto slope = [&](int i, size_t k) {
        if (i == 0) return -1.5 * at(0)[k] + 2 * at(1)[k] - 0.5 * at(2)[k];
        if (i == n - 1) return 1.5 * at(n - 1)[k] - 2 * at(n - 2)[k] + 0.5 * at(n - 3)[k];
        return (at(i + 1)[k] - at(i - 1)[k]) / 2;
    };
    return tableOf([&](double t) {
        const int i = std::min(static_cast<int>(t * (n - 1)), n - 2);
        const double f = t * (n - 1) - i, g = 1 - f;
        Colour c{};
        for (size_t k = 0; k < 3; ++k) {
            c[k] = at(i)[k] * (1 + 2 * f) * g * g + slope(i, k) * f * g * g + at(i + 1)[k] * f * f * (3 - 2 * f) +
                   slope(i + 1, k) * f * f * (f - 1);
        }
        return c;
    });
}

Table straight(std::span<const uint32_t> points)
{
    const auto n = static_cast<int>(points.size());
    return tableOf([&](double t) {
        const int i = std::min(static_cast<int>(t * (n - 1)), n - 2);
        const double f = t * (n - 1) - i;
        const Colour a = unpacked(points[static_cast<size_t>(i)]), b = unpacked(points[static_cast<size_t>(i) + 1]);
        return Colour{a[0] + f * (b[0] - a[0]), a[1] + f * (b[1] - a[1]), a[2] + f * (b[2] - a[2])};
    });
}

// Colours at even steps of the well-known maps.
constexpr uint32_t kViridis[] = {0x440154, 0x481568, 0x482677, 0x453781, 0x3f4788, 0x39558c, 0x32648e, 0x2d718e, 0x287d8e,
                                 0x238a8d, 0x1f968b, 0x20a386, 0x29af7f, 0x3cbc75, 0x56c667, 0x74d055, 0x94d840, 0xb8de29,
                                 0xdce318, 0xfde725};
constexpr uint32_t kMagma[] = {0x000004, 0x090720, 0x1a1042, 0x311165, 0x4a1079, 0x621980, 0x7a2282, 0x922a81, 0xaa337d,
                                 0xc33b75, 0xd9486b, 0xec595f, 0xf7715d, 0xfc8f64, 0xfeaa74, 0xfec68a, 0xfde1a3, 0xfcfdbf};
constexpr uint32_t kInferno[] = {0x000004, 0x0a0722, 0x1e0c45, 0x380962, 0x510e6c, 0x69166e, 0x801f6c, 0x982765, 0xaf315b,
                                 0xc63d4d, 0xd94e3d, 0xe9622b, 0xf47916, 0xfa9406, 0xfab014, 0xf7cd37, 0xf8e767, 0xfcffa4};
constexpr uint32_t kPlasma[] = {0x0d0887, 0x47039f, 0x7301a8, 0x9c179e, 0xbd3786, 0xd8576b, 0xed7953, 0xfa9e3b, 0xfdc926, 0xf0f921};
constexpr uint32_t kCividis[] = {0x00224e, 0x123570, 0x3b496c, 0x575d6d, 0x707173, 0x8a8678, 0xa59c74, 0xc3b369, 0xe1cc55, 0xfee838};
constexpr uint32_t kTurbo[] = {0x30123b, 0x4145ab, 0x4675ed, 0x39a2fc, 0x1bcfd4, 0x24eca6, 0x61fc6c, 0xa4fc3b,
                               0xd1e834, 0xf3c63a, 0xfe9b2d, 0xf36315, 0xd93806, 0xb11901, 0x7a0402};
constexpr uint32_t kCoolWarm[] = {0x3b4cc0, 0x6282ea, 0x8db0fe, 0xb8d0f9, 0xdddddd, 0xf5c4ad, 0xf49a7b, 0xde604d, 0xb40426};
constexpr uint32_t kPlanck[] = {0x0000ff, 0x0070ff, 0x00ddff, 0xffedd9, 0xffb400, 0xff4b00, 0x640000};

Table grey() { return tableOf([](double t) { return Colour{t, t, t}; }); }
Table rainbow()
{
    return tableOf([](double t) {
        return Colour{std::abs(2 * t - 0.5), std::sin(3.14159265358979 * t), std::cos(3.14159265358979 / 2 * t)};
    });
}
/// Green 2011, Bull. Astr. Soc. India 39, 289: start 0.5, -1.5 rotations, hue 1, gamma 1.
Table cubehelix()
{
    return tableOf([](double t) {
        const double angle = 2 * 3.14159265358979 * (0.5 / 3 + 1 - 1.5 * t), amplitude = t * (1 - t) / 2;
        const double c = std::cos(angle), s = std::sin(angle);
        return Colour{t + amplitude * (-0.14861 * c + 1.78277 * s), t + amplitude * (-0.29227 * c - 0.90649 * s),
                      t + amplitude * 1.97294 * c};
    });
}
/// Black, red, yellow, white, each ramp after the other.
Table heat()
{
    return tableOf([](double t) { return Colour{t / 0.365 , (t - 0.365) / 0.381, (t - 0.746) / 0.254}; });
}

Table make(ColourMap m)
{
    switch (m) {
    case ColourMap::Grey: return grey();
    case ColourMap::Viridis: return smooth(kViridis);
    case ColourMap::Magma: return smooth(kMagma);
    case ColourMap::Inferno: return smooth(kInferno);
    case ColourMap::Plasma: return smooth(kPlasma);
    case ColourMap::Cividis: return smooth(kCividis);
    case ColourMap::Turbo: return smooth(kTurbo);
    case ColourMap::Rainbow: return rainbow();
    case ColourMap::Cubehelix: return cubehelix();
    case ColourMap::Heat: return heat();
    case ColourMap::CoolWarm: return smooth(kCoolWarm);
    case ColourMap::Planck: return straight(kPlanck);
    }
    return grey();
}

} // namespace

const char* word(Blend v) { return wordOf(v, kBlendWords); }
const char* word(Stretch v) { return wordOf(v, kStretchWords); }
const char* word(ColourMap v) { return wordOf(v, kMapWords); }
const char* word(Sampling v) { return wordOf(v, kSamplingWords); }
std::optional<Blend> blendFromWord(std::string_view t) { return fromWord<Blend>(t, kBlendWords); }
std::optional<Stretch> stretchFromWord(std::string_view t) { return fromWord<Stretch>(t, kStretchWords); }
std::optional<ColourMap> colourMapFromWord(std::string_view t)
{
    if (t == "gray") return ColourMap::Grey;
    if (t == "coolwarm") return ColourMap::CoolWarm;
    return fromWord<ColourMap>(t, kMapWords);
}
std::optional<Sampling> samplingFromWord(std::string_view t) { return fromWord<Sampling>(t, kSamplingWords); }

double applyStretch(Stretch s, double t, const std::array<float, 256>* equalised)
{
    t = std::clamp(t, 0.0, 1.0);
    switch (s) {
    case Stretch::Linear: return t;
    case Stretch::Sqrt: return std::sqrt(t);
    case Stretch::Log: return std::log10(1 + 1000 * t) / std::log10(1001.0);
    case Stretch::Asinh: return std::asinh(10 * t) / std::asinh(10.0);
    case Stretch::Pow2: return t * t;
    case Stretch::Histogram: {
        if (!equalised) return t;
        const size_t i = std::min<size_t>(static_cast<size_t>(t * 255), 254);
        const double f = t * 255 - static_cast<double>(i);
        return std::clamp((1 - f) * static_cast<double>((*equalised)[i]) + f * static_cast<double>((*equalised)[i + 1]), 0.0, 1.0);
    }
    }
    return t;
}

CutScale::CutScale(const Look& look)
{
    const double range = look.cutHi - look.cutLo;
    // Float arithmetic on the GPU: the step of equal cuts is steep, not infinite. Reversed cuts reverse the scale.
    const double least = std::max(std::abs(look.cutLo), std::abs(look.cutHi)) * 1e-7 + 1e-37;
    scale = 1 / (std::abs(range) > least ? range : std::copysign(least, range));
    offset = -look.cutLo * scale;
}

std::array<float, 3> mappedColour(const Look& look, double t, const std::array<std::array<float, 3>, 256>& table)
{
    double v = applyStretch(look.stretch, t, &look.equalised);
    if (look.gamma != 1) v = std::pow(v, 1 / std::clamp(look.gamma, 0.01, 100.0));
    if (look.invert) v = 1 - v;
    const double place = std::clamp(v, 0.0, 1.0) * 255;
    const size_t i = std::min<size_t>(static_cast<size_t>(place), 254);
    const auto f = static_cast<float>(place - static_cast<double>(i));
    std::array<float, 3> out{};
    for (size_t k = 0; k < 3; ++k) out[k] = table[i][k] + f * (table[i + 1][k] - table[i][k]);
    return out;
}

const std::array<std::array<float, 3>, 256>& colourTable(ColourMap m)
{
    static const std::array<Table, kMapWords.size()> tables = [] {
        std::array<Table, kMapWords.size()> all{};
        for (size_t i = 0; i < all.size(); ++i) all[i] = make(static_cast<ColourMap>(i));
        return all;
    }();
    return tables[std::min(static_cast<size_t>(m), tables.size() - 1)];
}

} // namespace firmament::render
