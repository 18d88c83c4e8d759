// Surveys by wavelength: the ramp from gamma to radio, and fading through the surveys that lie along it. Values only; any thread.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "hips/survey_info.h"
#include "scene/document.h"

namespace firmament::scene {

/// The bands of the ramp, shortest waves first; each takes the same width of it.
inline constexpr int kBands = 7;
const char* bandLabel(int band); ///< short, for the ramp: "γ", "X", "UV", "Optical", "IR", "mm", "Radio"
const char* bandName(int band);  ///< in a sentence: "gamma", "X-ray", "ultraviolet", "optical", "infrared", "submillimetre", "radio"

/// Place on the ramp, 0 to 1, of a wavelength in metres, and back.
double rampOf(double metres);
double wavelengthAt(double ramp);
int bandAt(double ramp);
/// Metres: the geometric middle of what the survey says of itself, else of the built-in list, else the middle of its regime.
std::optional<double> wavelengthOf(const hips::SurveyInfo& info);
/// "21.3 µm", "0.55 µm", "1.1 mm", "21 cm", "1.2 keV", "300 MeV".
std::string wavelengthText(double metres);

struct WaveLayer {
    LayerId id = 0;
    double ramp = 0;
    size_t index = 0; ///< in the document, bottom is 0
};
/// Opacities with which the slider at `ramp` shows these surveys: of the two nearest, the lower one fully and the upper one over it by
/// its weight; the others not at all.
std::vector<std::pair<LayerId, double>> fadeTo(double ramp, std::vector<WaveLayer> layers);
/// Where the slider stands for the opacities in the document.
double fadePlace(const Document& document, const std::vector<WaveLayer>& layers);

} // namespace firmament::scene
