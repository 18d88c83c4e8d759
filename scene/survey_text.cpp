#include "scene/survey_text.h"

#include <charconv>
#include <cmath>
#include <filesystem>

#include "core/words.h"

namespace firmament::scene {

namespace {

Error usage(std::string what) { return Error{Errc::Usage, std::move(what), {}, 0, false}; }

Error wrongKey(const std::string& key, const std::string& value, const std::string& expected)
{
    return usage(key + "=" + value + ", expected " + expected);
}

std::optional<double> numberFrom(std::string_view text, double least, double most)
{
    double value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value) || value < least || value > most) return std::nullopt;
    return value;
}

/// Shortest digits that read back equal.
std::string textOf(double v)
{
    char text[40];
    return std::string(text, std::to_chars(text, text + sizeof text, v).ptr);
}

std::optional<CutRule> cutsFrom(const std::string& text)
{
    using Mode = CutRule::Mode;
    CutRule rule;
    if (text == "zscale" || text == "minmax" || text == "3sigma") {
        rule.mode = text == "zscale" ? Mode::ZScale : text == "minmax" ? Mode::MinMax : Mode::Sigma3;
        return rule;
    }
    if (text.ends_with('%')) {
        const auto percent = numberFrom(std::string_view(text).substr(0, text.size() - 1), 1e-6, 100);
        if (!percent) return std::nullopt;
        rule.mode = Mode::Percentile;
        rule.percent = *percent;
        return rule;
    }
    const auto colon = text.find(':');
    if (colon == std::string::npos) return std::nullopt;
    const auto lo = numberFrom(std::string_view(text).substr(0, colon), -1e300, 1e300);
    const auto hi = numberFrom(std::string_view(text).substr(colon + 1), -1e300, 1e300);
    if (!lo || !hi || *lo >= *hi) return std::nullopt;
    rule.mode = Mode::Manual;
    rule.lo = *lo;
    rule.hi = *hi;
    return rule;
}

std::string cutsText(const CutRule& rule)
{
    switch (rule.mode) {
    case CutRule::Mode::Manual: return textOf(rule.lo) + ":" + textOf(rule.hi);
    case CutRule::Mode::Percentile: return textOf(rule.percent) + "%";
    case CutRule::Mode::ZScale: return "zscale";
    case CutRule::Mode::MinMax: return "minmax";
    case CutRule::Mode::Sigma3: return "3sigma";
    case CutRule::Mode::Survey: break;
    }
    return {};
}

std::optional<bool> switchFrom(const std::string& text)
{
    if (text.empty() || text == "true" || text == "1") return true;
    if (text == "false" || text == "0") return false;
    return std::nullopt;
}

Expected<void> applyKey(LayerState& layer, SurveyState& survey, const std::string& key, const std::string& value)
{
    const auto set = [&](auto& target, const auto& parsed, const char* expected) -> Expected<void> {
        if (!parsed) return wrongKey(key, value, expected);
        target = static_cast<std::remove_reference_t<decltype(target)>>(*parsed);
        return {};
    };
    if (key == "opacity") return set(layer.opacity, numberFrom(value, 0, 1), "a number from 0 to 1");
    if (key == "blend") return set(layer.blend, render::blendFromWord(value), "normal, add, screen, multiply or difference");
    if (key == "cuts") return set(survey.cuts, cutsFrom(value), "LOW:HIGH with the lower cut first, a percentage like 99.5%, zscale, minmax or 3sigma");
    if (key == "stretch") return set(survey.stretch, render::stretchFromWord(value), "linear, sqrt, log, asinh, pow2 or histogram");
    if (key == "cmap")
        return set(survey.map, render::colourMapFromWord(value), "grey, viridis, magma, inferno, plasma, cividis, turbo, rainbow, cubehelix, heat, cool-warm or planck");
    if (key == "invert") return set(survey.invert, switchFrom(value), "nothing, true or false");
    if (key == "sampling") return set(survey.sampling, render::samplingFromWord(value), "linear or nearest");
    if (key == "format") return set(survey.format, hips::formatFromWord(value), "jpg, png, webp or fits");
    if (key == "gamma") return set(survey.gamma, numberFrom(value, 0.05, 20), "a number from 0.05 to 20");
    if (key == "channel") {
        const auto channel = numberFrom(value, 0, 1000000);
        return set(survey.channel, channel && *channel == std::floor(*channel) ? channel : std::nullopt, "a whole number from 0 to 1000000");
    }
    const std::vector<std::string> keys{"opacity", "blend", "cuts", "stretch", "cmap", "invert", "sampling", "format", "channel", "gamma"};
    const std::string nearest = nearestWord(key, keys);
    return usage("there is no key '" + key + "', " +
                 (nearest.empty() ? "expected opacity, blend, cuts, stretch, cmap, invert, sampling, format, channel or gamma" : "did you mean " + nearest));
}

/// A comma ends the name: in one it is written "%2C", as in addresses, where it stays so.
std::string replaced(std::string text, std::string_view from, std::string_view to)
{
    for (size_t at = 0; (at = text.find(from, at)) != text.npos; at += to.size()) text.replace(at, from.size(), to);
    return text;
}

/// Typed by hand, a folder's name may hold commas: as many of the parts as exist together. The number of them.
size_t partsOfName(const std::vector<std::string>& parts, std::string& name)
{
    std::error_code error;
    for (size_t n = parts.size(); n > 1; --n) {
        std::string joined = parts[0];
        for (size_t i = 1; i < n; ++i) joined += "," + parts[i];
        if (!std::filesystem::is_directory(joined, error)) continue;
        name = joined;
        return n;
    }
    name = parts[0];
    return 1;
}

} // namespace

Expected<LayerState> surveyFromText(const std::string& text, LayerId id)
{
    const auto parts = splitList(text, ',');
    LayerState layer;
    layer.id = id;
    const size_t used = partsOfName(parts, layer.name);
    if (layer.name.empty()) return usage("'" + text + "', expected a folder, an address or an id before the first comma");
    if (layer.name.find("://") == std::string::npos) layer.name = replaced(std::move(layer.name), "%2C", ",");
    SurveyState survey;
    survey.source = layer.name == "sky" ? std::string(kDefaultSky) : layer.name;
    for (size_t i = used; i < parts.size(); ++i) {
        const auto equals = parts[i].find('=');
        const std::string value = equals == std::string::npos ? "" : parts[i].substr(equals + 1);
        if (auto done = applyKey(layer, survey, parts[i].substr(0, equals), value); !done) return done.error();
    }
    layer.content = survey;
    return layer;
}

std::string surveyText(const LayerState& layer)
{
    const auto* survey = std::get_if<SurveyState>(&layer.content);
    if (!survey) return {};
    const SurveyState usual;
    std::string out = survey->source == kDefaultSky ? "sky" : replaced(survey->source, ",", "%2C");
    const auto add = [&out](const char* key, const std::string& value) { out += std::string(",") + key + "=" + value; };
    if (layer.opacity != 1) add("opacity", textOf(layer.opacity));
    if (layer.blend != render::Blend::Normal) add("blend", render::word(layer.blend));
    if (const std::string cuts = cutsText(survey->cuts); !cuts.empty()) add("cuts", cuts);
    if (survey->stretch) add("stretch", render::word(*survey->stretch));
    if (survey->map != usual.map) add("cmap", render::word(survey->map));
    if (survey->invert) add("invert", "true");
    if (survey->sampling != usual.sampling) add("sampling", render::word(survey->sampling));
    if (survey->format) add("format", hips::formatWord(*survey->format));
    if (survey->channel != 0) add("channel", std::to_string(survey->channel));
    if (survey->gamma != 1) add("gamma", textOf(survey->gamma));
    return out;
}

} // namespace firmament::scene
