#include "scene/wavelength.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "hips/survey_list.h"

namespace firmament::scene {

namespace {

/// log10 of metres where the bands begin and end.
constexpr std::array<double, kBands + 1> kEdges{-15, -11, -8, -6.42, -6.1, -4, -2.7, 1};
constexpr double kHcEvMetres = 1.23984198e-6;

std::optional<int> bandOfRegime(const std::string& regime)
{
    static constexpr const char* kWords[kBands][4] = {{"gamma", nullptr, nullptr, nullptr}, {"x-ray", "xray", "x ray", nullptr}, {"uv", "ultraviolet", "euv", nullptr},
                                                      {"optical", "visible", nullptr, nullptr}, {"infrared", "near-infrared", "far-infrared", nullptr},
                                                      {"millimeter", "submillimeter", "millimetre", "mm"}, {"radio", nullptr, nullptr, nullptr}};
    std::string low;
    for (const char c : regime) low += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    for (int band = 0; band < kBands; ++band)
        for (const char* word : kWords[band])
            if (word && low.find(word) != std::string::npos && (std::string_view(word) != "mm" || low == "mm")) return band;
    return std::nullopt;
}

std::optional<double> middleOf(const hips::SurveyInfo& s)
{
    if (!s.emMin && !s.emMax) return std::nullopt;
    const double lo = s.emMin.value_or(*s.emMax), hi = s.emMax.value_or(lo);
    if (!(lo > 0) || !(hi > 0) || !std::isfinite(lo) || !std::isfinite(hi)) return std::nullopt;
    return std::sqrt(lo * hi);
}

std::string rounded(double v, const char* unit)
{
    char text[48];
    std::snprintf(text, sizeof text, "%.*f %s", v < 1 ? 2 : v < 99.95 ? 1 : 0, v, unit);
    std::string out = text;
    if (const size_t dot = out.find(".0 "); dot != std::string::npos) out.erase(dot, 2);
    return out;
}

} // namespace

const char* bandLabel(int band)
{
    static constexpr const char* kLabels[kBands] = {"\u03b3", "X", "UV", "Optical", "IR", "mm", "Radio"};
    return kLabels[std::clamp(band, 0, kBands - 1)];
}

const char* bandName(int band)
{
    static constexpr const char* kNames[kBands] = {"gamma", "X-ray", "ultraviolet", "optical", "infrared", "submillimetre", "radio"};
    return kNames[std::clamp(band, 0, kBands - 1)];
}

double rampOf(double metres)
{
    const double x = std::clamp(std::log10(std::max(metres, 1e-30)), kEdges.front(), kEdges.back());
    for (size_t i = 0; i < kBands; ++i)
        if (x <= kEdges[i + 1]) return (static_cast<double>(i) + (x - kEdges[i]) / (kEdges[i + 1] - kEdges[i])) / kBands;
    return 1;
}

double wavelengthAt(double ramp)
{
    const double at = std::clamp(ramp, 0.0, 1.0) * kBands;
    const auto i = std::min<size_t>(static_cast<size_t>(at), kBands - 1);
    return std::pow(10.0, kEdges[i] + (at - static_cast<double>(i)) * (kEdges[i + 1] - kEdges[i]));
}

int bandAt(double ramp)
{
    return std::clamp(static_cast<int>(ramp * kBands), 0, kBands - 1);
}

std::optional<double> wavelengthOf(const hips::SurveyInfo& info)
{
    if (info.frame == sky::Frame::Body) return std::nullopt;
    if (const auto own = middleOf(info)) return own;
    std::string regime = info.regime;
    if (!info.id.empty())
        if (const auto known = hips::findSurvey(info.id); known && known->id == info.id) {
            if (const auto listed = middleOf(*known)) return listed;
            if (regime.empty()) regime = known->regime;
        }
    if (const auto band = bandOfRegime(regime)) return wavelengthAt((*band + 0.5) / kBands);
    return std::nullopt;
}

std::string wavelengthText(double m)
{
    if (m < 1e-8) { // said as energies
        const double ev = kHcEvMetres / m;
        if (ev < 1e6) return rounded(ev / 1e3, "keV");
        if (ev < 1e9) return rounded(ev / 1e6, "MeV");
        return rounded(ev / 1e9, "GeV");
    }
    if (m < 1e-7) return rounded(m * 1e9, "nm");
    if (m < 1e-3) return rounded(m * 1e6, "\u00b5m");
    if (m < 1e-2) return rounded(m * 1e3, "mm");
    if (m < 1) return rounded(m * 1e2, "cm");
    return rounded(m, "m");
}

std::vector<std::pair<LayerId, double>> fadeTo(double ramp, std::vector<WaveLayer> layers)
{
    std::vector<std::pair<LayerId, double>> out;
    std::stable_sort(layers.begin(), layers.end(), [](const WaveLayer& a, const WaveLayer& b) { return a.ramp < b.ramp; });
    out.reserve(layers.size());
    for (const WaveLayer& l : layers) out.emplace_back(l.id, 0.0);
    if (layers.empty()) return out;
    const auto after = std::find_if(layers.begin(), layers.end(), [ramp](const WaveLayer& l) { return l.ramp > ramp; });
    if (after == layers.begin() || after == layers.end()) {
        out[after == layers.end() ? layers.size() - 1 : 0].second = 1;
        return out;
    }
    const auto b = static_cast<size_t>(after - layers.begin()), a = b - 1;
    const double weightOfB = (ramp - layers[a].ramp) / (layers[b].ramp - layers[a].ramp);
    const size_t upper = layers[a].index > layers[b].index ? a : b, lower = upper == a ? b : a;
    const double weight = upper == b ? weightOfB : 1 - weightOfB;
    out[upper].second = weight;
    out[lower].second = weight >= 1 ? 0.0 : 1.0;
    return out;
}

double fadePlace(const Document& document, const std::vector<WaveLayer>& layers)
{
    std::vector<WaveLayer> seen; // topmost first
    for (const WaveLayer& l : layers)
        if (const LayerState* state = document.find(l.id); state && state->opacity > 0) seen.push_back(l);
    if (seen.empty()) return layers.empty() ? 0.5 : layers.front().ramp;
    std::sort(seen.begin(), seen.end(), [](const WaveLayer& a, const WaveLayer& b) { return a.index > b.index; });
    const double weight = document.find(seen[0].id)->opacity;
    if (weight >= 1 || seen.size() == 1) return seen[0].ramp;
    return seen[1].ramp + weight * (seen[0].ramp - seen[1].ramp);
}

} // namespace firmament::scene
