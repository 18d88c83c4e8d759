#include "app/cli/view_options.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "app/cli/embedded_sky.h"
#include "core/files.h"
#include "sky/text.h"

namespace firmament::cli {

namespace {

Error usage(std::string what) { return Error{Errc::Usage, std::move(what), {}, 0, false}; }

Error wrongKey(const std::string& key, const std::string& value, const std::string& expected)
{
    return usage("--survey " + key + "=" + value + ", expected " + expected);
}

Expected<scene::CutRule> parseCuts(const std::string& text)
{
    using Mode = scene::CutRule::Mode;
    scene::CutRule rule;
    const auto wrong = wrongKey("cuts", text, "LOW:HIGH, a percentage like 99.5%, zscale, minmax or 3sigma");
    if (text == "zscale" || text == "minmax" || text == "3sigma") {
        rule.mode = text == "zscale" ? Mode::ZScale : text == "minmax" ? Mode::MinMax : Mode::Sigma3;
        return rule;
    }
    if (text.ends_with('%')) {
        const auto percent = parseNumber("cuts", text.substr(0, text.size() - 1), 1e-6, 100);
        if (!percent) return wrong;
        rule.mode = Mode::Percentile;
        rule.percent = *percent;
        return rule;
    }
    const auto colon = text.find(':');
    if (colon == std::string::npos) return wrong;
    const auto lo = parseNumber("cuts", text.substr(0, colon), -1e300, 1e300);
    const auto hi = parseNumber("cuts", text.substr(colon + 1), -1e300, 1e300);
    if (!lo || !hi) return wrong;
    if (*lo >= *hi) return wrongKey("cuts", text, "the lower cut below the upper one");
    rule.mode = Mode::Manual;
    rule.lo = *lo;
    rule.hi = *hi;
    return rule;
}

template <class T>
Expected<T> word(const std::string& key, const std::string& value, std::optional<T> parsed, const char* expected)
{
    if (!parsed) return wrongKey(key, value, expected);
    return *parsed;
}

Expected<void> applyKey(scene::LayerState& layer, scene::SurveyState& survey, const std::string& key, const std::string& value)
{
    const auto set = [](auto& target, auto parsed) -> Expected<void> {
        if (!parsed) return parsed.error();
        target = *parsed;
        return {};
    };
    if (key == "opacity") {
        const auto opacity = parseNumber("opacity", value, 0, 1);
        if (!opacity) return wrongKey(key, value, "a number from 0 to 1");
        layer.opacity = *opacity;
        return {};
    }
    if (key == "blend")
        return set(layer.blend, word(key, value, render::blendFromWord(value), "normal, add, screen, multiply or difference"));
    if (key == "cuts") return set(survey.cuts, parseCuts(value));
    if (key == "stretch")
        return set(survey.stretch, word(key, value, render::stretchFromWord(value), "linear, sqrt, log, asinh, pow2 or histogram"));
    if (key == "cmap")
        return set(survey.map, word(key, value, render::colourMapFromWord(value),
                                    "grey, viridis, magma, inferno, plasma, cividis, turbo, rainbow, cubehelix, heat, cool-warm "
                                    "or planck"));
    if (key == "sampling")
        return set(survey.sampling, word(key, value, render::samplingFromWord(value), "linear or nearest"));
    if (key == "format") {
        auto format = hips::formatFromWord(value);
        if (format == hips::TileFormat::Tsv) format.reset(); // of catalogues
        return set(survey.format, word(key, value, format, "jpg, png, webp or fits"));
    }
    if (key == "channel") return set(survey.channel, parseInteger("--survey channel", value, 0, 1000000));
    if (key == "gamma") return set(survey.gamma, parseNumber("--survey gamma", value, 0.05, 20));
    const std::vector<std::string> keys{"opacity", "blend", "cuts", "stretch", "cmap", "invert", "sampling", "format", "channel",
                                        "gamma"};
    const std::string nearest = nearestWord(key, keys);
    return usage("--survey has no key '" + key + "', " +
                 (nearest.empty() ? "expected opacity, blend, cuts, stretch, cmap, invert, sampling, format, channel or gamma"
                                  : "did you mean " + nearest));
}

} // namespace

std::vector<OptionSpec> surveyOptions()
{
    return {{"survey", 0, "WHAT[,KEY=VALUE...]", "a folder, an address or an id; repeatable, bottom first", true}};
}

std::vector<OptionSpec> viewOptions()
{
    return {
        {"at", 0, "TARGET", "a name or a position (ICRS 0 0)", false},
        {"fov", 0, "ANGLE", "width of the view along its middle: 1.5, 20m, 30s (60)", false},
        {"size", 0, "WxH", "pixels (1280x800)", false},
        {"projection", 0, "CODE", "TAN SIN STG ZEA ARC AIT MOL CAR MER HPX (STG)", false},
        {"frame", 0, "FRAME", "icrs, galactic or ecliptic: where up is, and the grid's", false},
        {"roll", 0, "ANGLE", "positive turns north towards the left", false},
        {"mirror", 0, "", "flip left and right", false},
    };
}

std::vector<OptionSpec> overlayOptions()
{
    return {
        {"grid", 0, "", "coordinate grid", false},
        {"constellations", 0, "", "constellation lines", false},
        {"labels", 0, "", "names, and numbers of the grid", false},
        {"epoch", 0, "YEAR", "of star positions (2000)", false},
        {"vectors", 0, "YEARS", "proper-motion vectors", false},
        {"session", 0, "FILE", "start from a saved session", false},
    };
}

Expected<scene::LayerState> layerOfSurvey(const std::string& text, scene::LayerId id)
{
    auto parts = splitList(text, ',');
    scene::LayerState layer;
    layer.id = id;
    scene::SurveyState survey;
    // A folder's name may hold commas: take as much of the text as exists.
    size_t used = 1;
    std::string what = parts[0];
    std::error_code error;
    for (size_t n = parts.size(); n > 1; --n) {
        std::string joined = parts[0];
        for (size_t i = 1; i < n; ++i) joined += "," + parts[i];
        if (std::filesystem::is_directory(joined, error)) {
            what = joined;
            used = n;
            break;
        }
    }
    if (what.empty()) return usage("--survey is '" + text + "', expected a folder, an address or an id before the first comma");
    survey.source = what == "sky" || what == scene::kDefaultSky ? std::string(scene::kDefaultSky) : what;
    layer.name = what;
    for (size_t i = used; i < parts.size(); ++i) {
        const auto equals = parts[i].find('=');
        const std::string key = parts[i].substr(0, equals);
        const std::string value = equals == std::string::npos ? "" : parts[i].substr(equals + 1);
        if (key == "invert") {
            if (!value.empty() && value != "true" && value != "false" && value != "1" && value != "0")
                return wrongKey(key, value, "nothing, true or false");
            survey.invert = value != "false" && value != "0";
            continue;
        }
        if (auto done = applyKey(layer, survey, key, value); !done) return done.error();
    }
    layer.content = survey;
    return layer;
}

std::string otherFormatsDrawn(hips::TileFormat asked)
{
    return std::string("there are no ") + hips::formatWord(asked) + " tiles, so others are drawn; expected a format that `survey info` names";
}

Expected<sky::SkyPos> targetPosition(const std::string& text)
{
    auto position = sky::parsePosition(text);
    if (position) return *position;
    const auto embedded = embeddedSky();
    if (embedded)
        if (const auto found = (*embedded)->find(text)) return found->pos;
    if (position.error().code != Errc::NotFound)
        return usage("--at is '" + text + "': " + position.error().what);
    if (const auto place = sky::positionInName(text)) return *place;
    if (!embedded) return embedded.error();
    std::string why = "nothing is known under the name '" + text + "'";
    const auto similar = (*embedded)->similar(text, 3);
    for (size_t i = 0; i < similar.size(); ++i) why += (i ? ", " : ", did you mean ") + similar[i];
    if (similar.empty()) why += ", expected a name of the embedded sky or a position like 10.68 41.27";
    return Error{Errc::NotFound, why, {}, 0, false};
}

namespace {

Expected<void> applyView(sky::SkyView& view, const Arguments& a)
{
    if (const auto text = a.value("size")) {
        const auto size = parseSize("--size", *text);
        if (!size) return size.error();
        view = view.withSize(size->first, size->second);
    }
    if (const auto text = a.value("projection")) {
        const auto projection = sky::projFromCode(*text);
        if (!projection)
            return usage("--projection is '" + *text + "', expected TAN, SIN, STG, ZEA, ARC, AIT, MOL, CAR, MER or HPX");
        view = view.withProjection(*projection);
    }
    if (const auto text = a.value("frame")) {
        const auto frame = sky::frameFromName(*text);
        const bool known = frame && (*frame == sky::Frame::Icrs || *frame == sky::Frame::Galactic ||
                                     *frame == sky::Frame::EclipticJ2000);
        if (!known) return usage("--frame is '" + *text + "', expected icrs, galactic or ecliptic");
        view = view.withFrame(*frame);
    }
    if (const auto text = a.value("at")) {
        const auto position = targetPosition(*text);
        if (!position) return position.error();
        view = view.lookingAt(*position);
    }
    if (const auto text = a.value("fov")) {
        const auto fov = sky::parseAngle(*text);
        if (!fov || !(fov->rad() > 0) || fov->deg() > 720)
            return usage("--fov is '" + *text + "', expected an angle above 0 and up to 720 degrees like 1.5, 20m or 30s");
        view = view.withFov(*fov);
    }
    if (const auto text = a.value("roll")) {
        const auto roll = sky::parseAngle(*text);
        if (!roll) return usage("--roll is '" + *text + "', expected an angle like 30 or -12.5");
        view = view.withRoll(*roll);
    }
    if (a.has("mirror")) view = view.withMirror(true);
    return {};
}

template <class Content> scene::LayerState& layerOf(scene::Document& document, const char* name)
{
    for (auto& layer : document.layers)
        if (std::holds_alternative<Content>(layer.content)) {
            layer.visible = true;
            return layer;
        }
    scene::LayerState layer;
    layer.id = document.freeId();
    layer.name = name;
    layer.content = Content{};
    document.layers.push_back(layer);
    return document.layers.back();
}

/// The built-in sky: its picture and its stars, no names.
void addBuiltInSky(scene::Document& document)
{
    scene::LayerState layer;
    layer.id = document.freeId();
    layer.name = "Sky";
    layer.content = scene::SurveyState{};
    std::get<scene::SurveyState>(layer.content).source = scene::kDefaultSky;
    document.layers.push_back(layer);
    std::get<scene::StarsState>(layerOf<scene::StarsState>(document, "Stars").content).names = false;
}

Expected<void> applyOverlays(scene::Document& document, const Arguments& a, bool fromSession)
{
    const bool labels = a.has("labels");
    if (a.has("grid")) {
        document.overlays.grid.on = true;
        document.overlays.grid.frame = document.view.frame();
        document.overlays.grid.labels = labels;
    }
    if (a.has("constellations")) {
        auto& state = std::get<scene::ConstellationsState>(
            layerOf<scene::ConstellationsState>(document, "Constellations").content);
        state.lines = true;
        state.names = labels;
    }
    if (labels && !fromSession) {
        std::get<scene::StarsState>(layerOf<scene::StarsState>(document, "Stars").content).names = true;
        std::get<scene::DeepSkyState>(layerOf<scene::DeepSkyState>(document, "Deep sky").content).names = true;
    }
    if (const auto text = a.value("epoch")) {
        const auto year = parseNumber("--epoch", *text, -100000, 100000);
        if (!year) return year.error();
        document.epoch = sky::Epoch{*year};
    }
    if (const auto text = a.value("vectors")) {
        const auto years = parseNumber("--vectors", *text, 0, 1e6);
        if (!years) return years.error();
        document.vectorYears = *years;
        layerOf<scene::StarsState>(document, "Stars");
    }
    return {};
}

} // namespace

Expected<scene::Document> documentOf(const Arguments& a)
{
    const auto given = [&a](const char* option) { return a.has(option); };
    const bool nothingAsked = !given("at") && !given("fov") && !given("survey") && !given("session");
    scene::Document document = nothingAsked ? scene::firstStart() : scene::Document{};
    if (nothingAsked) document.overlays.reticle = false;
    const auto session = a.value("session");
    if (session) {
        const auto text = readFile(*session, uint64_t{64} << 20);
        if (!text) return text.error();
        auto read = scene::fromJson(asText(*text));
        if (!read) {
            Error error = read.error();
            error.where = *session;
            return error;
        }
        document = std::move(read->value);
    } else if (!nothingAsked) {
        document.overlays.compass = document.overlays.scaleBar = document.overlays.reticle = document.overlays.credits = false;
    }
    const auto surveys = a.values("survey");
    for (const auto& text : surveys) {
        auto layer = layerOfSurvey(text, document.freeId());
        if (!layer) return layer.error();
        document.layers.push_back(std::move(*layer));
    }
    if (surveys.empty() && !session && !nothingAsked) addBuiltInSky(document);
    if (auto done = applyView(document.view, a); !done) return done.error();
    if (auto done = applyOverlays(document, a, session.has_value()); !done) return done.error();
    return document;
}

} // namespace firmament::cli
