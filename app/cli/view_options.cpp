#include "app/cli/view_options.h"

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "app/cli/embedded_sky.h"
#include "core/files.h"
#include "scene/survey_text.h"
#include "sky/text.h"

namespace firmament::cli {

namespace {

Error usage(std::string what) { return Error{Errc::Usage, std::move(what), {}, 0, false}; }

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
        {"paper", 0, "", "on white: dark ink, surveys as negatives", false},
        {"session", 0, "FILE", "start from a saved session", false},
    };
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
            return usage("--fov is '" + *text + "', expected an angle above 0 like 1.5, 20m or 30s");
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

/// A planet or moon among the surveys on this computer: the view is then one of its own longitudes.
bool showsBody(const scene::Document& document)
{
    for (const auto& layer : document.layers) {
        const auto* survey = std::get_if<scene::SurveyState>(&layer.content);
        std::error_code error;
        if (!survey || !std::filesystem::is_directory(survey->source, error)) continue;
        const auto text = readFile(std::filesystem::path(survey->source) / "properties", 1u << 20);
        if (!text) continue;
        const auto read = hips::parseProperties(asText(*text));
        if (read && read->value.frame == sky::Frame::Body) return true;
    }
    return false;
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
    if (a.has("paper")) document.overlays.paper = true;
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
        auto layer = scene::surveyFromText(text, document.freeId());
        if (!layer) return usage("--survey: " + layer.error().what);
        document.layers.push_back(std::move(*layer));
    }
    if (surveys.empty() && !session && !nothingAsked) addBuiltInSky(document);
    if (!surveys.empty() && showsBody(document)) document.view = document.view.withFrame(sky::Frame::Body);
    if (auto done = applyView(document.view, a); !done) return done.error();
    if (auto done = applyOverlays(document, a, session.has_value()); !done) return done.error();
    return document;
}

} // namespace firmament::cli
