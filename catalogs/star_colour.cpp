#include "catalogs/star_colour.h"

#include <algorithm>
#include <cmath>

namespace firmament::catalogs {

namespace {

/// One lobe of the fit: its width differs left and right of the peak.
double lobe(double nm, double peak, double left, double right)
{
    const double t = (nm - peak) * (nm < peak ? left : right);
    return std::exp(-0.5 * t * t);
}

/// CIE 1931 2-degree colour matching functions: multi-lobe fit of Wyman, Sloan & Shirley 2013 (JCGT 2, 2), eq. 4.
std::array<double, 3> observer(double nm)
{
    return {1.056 * lobe(nm, 599.8, 0.0264, 0.0323) + 0.362 * lobe(nm, 442.0, 0.0624, 0.0374)
                - 0.065 * lobe(nm, 501.1, 0.0490, 0.0382),
            0.821 * lobe(nm, 568.8, 0.0213, 0.0247) + 0.286 * lobe(nm, 530.9, 0.0613, 0.0322),
            1.217 * lobe(nm, 437.0, 0.0845, 0.0278) + 0.681 * lobe(nm, 459.0, 0.0385, 0.0725)};
}

double planck(double nm, double kelvin)
{
    constexpr double kC2 = 1.438776877e7; // second radiation constant, nm K
    return std::pow(nm, -5) / std::expm1(kC2 / (nm * kelvin));
}

} // namespace

double srgbEncode(double linear)
{
    const double v = std::clamp(linear, 0.0, 1.0);
    return v <= 0.0031308 ? 12.92 * v : 1.055 * std::pow(v, 1 / 2.4) - 0.055;
}

double srgbDecode(double encoded)
{
    const double v = std::clamp(encoded, 0.0, 1.0);
    return v <= 0.04045 ? v / 12.92 : std::pow((v + 0.055) / 1.055, 2.4);
}

double starTemperature(double bv)
{
    const double b = std::clamp(bv, -0.4, 4.0);
    return std::clamp(4600 * (1 / (0.92 * b + 1.7) + 1 / (0.92 * b + 0.62)), 2400.0, 40000.0);
}

std::array<double, 3> blackBodyLinear(double kelvin)
{
    const double t = std::clamp(kelvin, 1000.0, 100000.0);
    double x = 0, y = 0, z = 0;
    for (double nm = 380; nm <= 780; nm += 5) {
        const double light = planck(nm, t);
        const auto o = observer(nm);
        x += light * o[0];
        y += light * o[1];
        z += light * o[2];
    }
    std::array<double, 3> rgb{3.2406 * x - 1.5372 * y - 0.4986 * z, -0.9689 * x + 1.8758 * y + 0.0415 * z,
                              0.0557 * x - 0.2040 * y + 1.0570 * z};
    for (double& c : rgb) c = std::max(c, 0.0);
    const double top = std::max({rgb[0], rgb[1], rgb[2]});
    for (double& c : rgb) c /= top;
    return rgb;
}

std::array<float, 3> starColourLinear(double bv)
{
    if (!std::isfinite(bv)) return {1, 1, 1};
    // 81 wavelengths a star are too many for a whole catalogue: the curve is smooth, so it is tabled once.
    static const auto table = [] {
        std::array<std::array<float, 3>, 256> t{};
        for (size_t i = 0; i < t.size(); ++i) {
            const auto c = blackBodyLinear(starTemperature(-0.4 + 4.4 * static_cast<double>(i) / 255));
            t[i] = {static_cast<float>(c[0]), static_cast<float>(c[1]), static_cast<float>(c[2])};
        }
        return t;
    }();
    const double at = std::clamp((bv + 0.4) / 4.4, 0.0, 1.0) * 255;
    const size_t i = std::min<size_t>(static_cast<size_t>(at), 254);
    const auto f = static_cast<float>(at - static_cast<double>(i));
    std::array<float, 3> out{};
    for (size_t c = 0; c < 3; ++c) out[c] = table[i][c] * (1 - f) + table[i + 1][c] * f;
    return out;
}

std::array<float, 3> starColour(double bv)
{
    auto c = starColourLinear(bv);
    for (float& v : c) v = static_cast<float>(srgbEncode(static_cast<double>(v)));
    return c;
}

} // namespace firmament::catalogs
