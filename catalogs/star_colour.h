// The colour of a star's light on a screen.
#pragma once

#include <array>

namespace firmament::catalogs {

/// Temperature in kelvin of a B-V colour (Ballesteros 2012, EPL 97, 34008, eq. 14), kept within 2400..40000.
double starTemperature(double bv);
/// Linear-light sRGB of a black body, brightest channel 1 (Planck's law through the CIE 1931 observer). 1000..100000 K.
std::array<double, 3> blackBodyLinear(double kelvin);
/// sRGB (gamma encoded, 0..1, brightest channel 1) of a star; NaN (unknown B-V) gives white.
std::array<float, 3> starColour(double bv);
/// The same before gamma encoding.
std::array<float, 3> starColourLinear(double bv);

double srgbEncode(double linear); ///< IEC 61966-2-1
double srgbDecode(double encoded);

} // namespace firmament::catalogs
