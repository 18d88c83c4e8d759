// `firmament survey`: the known surveys, what one says of itself, whether a tree is sound.
#include <chrono>
#include <cmath>
#include <filesystem>
#include <thread>

#include "app/cli/commands.h"
#include "app/cli/json_text.h"
#include "app/cli/server_check.h"
#include "app/cli/tree_check.h"
#include "core/executor.h"
#include "core/files.h"
#include "core/resources.h"
#include "hips/survey_list.h"
#include "hips/tile_source.h"
#include "net/network.h"
#include "scene/document.h"

namespace firmament::cli {

namespace {

const char* kindWord(hips::SurveyKind k)
{
    switch (k) {
    case hips::SurveyKind::Image: return "image";
    case hips::SurveyKind::Colour: return "colour";
    case hips::SurveyKind::Cube: return "cube";
    case hips::SurveyKind::Catalogue: return "catalogue";
    case hips::SurveyKind::Planet: return "planet";
    }
    return "image";
}

std::string frameWord(const hips::SurveyInfo& info)
{
    switch (info.frame) {
    case sky::Frame::Galactic: return "galactic";
    case sky::Frame::EclipticJ2000: return "ecliptic";
    case sky::Frame::Body: return info.body.empty() ? "body" : info.body;
    case sky::Frame::Icrs:
    case sky::Frame::Fk5: break;
    }
    return "equatorial";
}

std::vector<std::string> formatWords(const hips::SurveyInfo& info)
{
    std::vector<std::string> words;
    for (const auto f : info.formats) words.emplace_back(hips::formatWord(f));
    return words;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string text;
    for (const auto& w : words) text += (text.empty() ? "" : " ") + w;
    return text;
}

// ---- survey list ----------------------------------------------------------------------------------------------------

Exit listSurveys(Words words)
{
    CommandSpec c;
    c.path = "firmament survey list";
    c.summary = "The built-in list of surveys, by wavelength.";
    c.options = {{"filter", 0, "TEXT", "only those whose id, title or band hold it, any case", false},
                 {"json", 0, "", "one JSON array", false},
                 {"offline", 0, "", "no network access at all (none is made)", false}};
    auto parsed = parseOrExplain(c, words);
    if (parsed.exit) return *parsed.exit;
    const auto surveys = hips::knownSurveys(parsed.arguments.valueOr("filter", ""));
    if (!surveys) return fail("survey list", surveys.error());
    Json all = Json::array();
    std::string text;
    for (const auto& info : *surveys) {
        if (parsed.arguments.has("json")) {
            Json j;
            j["id"] = info.id;
            j["title"] = info.title;
            j["regime"] = info.regime;
            j["band"] = info.band;
            j["frame"] = frameWord(info);
            j["order_max"] = info.orderMax;
            j["formats"] = formatWords(info);
            j["url"] = info.url;
            j["credit"] = info.credit;
            all.push_back(std::move(j));
            continue;
        }
        text += info.id + "\t" + info.title + "\t" + (info.band.empty() ? info.regime : info.band) + "\t" + info.url + "\n";
    }
    if (!print(parsed.arguments.has("json") ? jsonText(all, 1) : text)) return Exit::Failed;
    if (!surveys->empty()) return Exit::Done;
    errorLine("survey list", "no survey has '" + parsed.arguments.valueOr("filter", "") + "' in its id, title or band");
    return Exit::Failed;
}

// ---- survey info ----------------------------------------------------------------------------------------------------

Expected<hips::OpenSurvey> openAnywhere(const std::string& what, bool offline, double timeoutSeconds)
{
    std::string where = what;
    if (what == "sky" || what == scene::kDefaultSky) {
        where = findResource("default-sky").string();
        if (where.empty()) return Error{Errc::NotFound, "the built-in sky is not installed", what, 0, false};
    }
    QueueExecutor ui;
    WorkPool work(2);
    std::error_code error;
    std::unique_ptr<net::NetworkLayer> net;
    if (!std::filesystem::is_directory(where, error)) {
        net::NetOptions options;
        options.offline = offline;
        options.cacheFolder = UserPaths::fromEnvironment().cache / "http";
        net = std::make_unique<net::NetworkLayer>(options, work);
    }
    std::optional<Expected<hips::OpenSurvey>> answer;
    const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(timeoutSeconds);
    Pending pending = hips::openSurvey(where, {}, {&ui, &work, net.get()},
                                       [&answer](Expected<hips::OpenSurvey> s) { answer = std::move(s); });
    while (!answer) {
        ui.waitAndDrain(std::chrono::milliseconds(20));
        if (interrupted()) return Error{Errc::Cancelled, "interrupted", {}, 0, false};
        if (std::chrono::steady_clock::now() > end)
            return Error{Errc::Timeout, "no answer in time, expected one within --timeout", what, 0, true};
    }
    pending.reset();
    if (answer->has_value()) (*answer)->source.reset(); // it stands on the executors here
    return std::move(*answer);
}

Json coverageJson(const hips::OpenSurvey& open)
{
    if (open.coverage) return std::round(open.coverage->fraction() * 1e9) / 1e9;
    if (open.info.skyFraction) return *open.info.skyFraction;
    return nullptr;
}

Json infoJson(const hips::OpenSurvey& open)
{
    const auto& i = open.info;
    Json j;
    j["id"] = i.id;
    j["title"] = i.title;
    j["order_min"] = i.orderMin;
    j["order_max"] = i.orderMax;
    j["tile_width"] = i.tileWidth;
    j["frame"] = frameWord(i);
    j["formats"] = formatWords(i);
    j["kind"] = kindWord(i.kind);
    j["coverage"] = coverageJson(open);
    j["url"] = i.url;
    j["credit"] = i.credit;
    j["warnings"] = open.warnings;
    j["description"] = i.description;
    j["regime"] = i.regime;
    j["band"] = i.band;
    j["unit"] = i.unit;
    j["status"] = i.status;
    j["release_date"] = i.releaseDate;
    j["bitpix"] = i.bitpix;
    j["channels"] = i.cubeDepth;
    j["cuts"] = i.pixelCut ? Json::array({i.pixelCut->lo, i.pixelCut->hi}) : Json(nullptr);
    j["mirrors"] = i.mirrors;
    return j;
}

std::string infoText(const hips::OpenSurvey& open)
{
    const auto& i = open.info;
    std::string text;
    const auto line = [&text](const char* name, const std::string& value) {
        if (value.empty()) return;
        std::string head = name;
        head.resize(12, ' ');
        text += head + value + "\n";
    };
    line("id", i.id);
    line("title", i.title);
    line("kind", kindWord(i.kind));
    line("band", i.band.empty() ? i.regime : i.band);
    line("frame", frameWord(i));
    line("orders", std::to_string(i.orderMin) + " to " + std::to_string(i.orderMax));
    line("tiles", joined(formatWords(i)) + ", " + std::to_string(i.tileWidth) + " pixels wide");
    const Json coverage = coverageJson(open);
    char percent[32];
    if (coverage.is_number()) {
        std::snprintf(percent, sizeof percent, "%.6g %% of the sky", 100 * coverage.get<double>());
        line("coverage", percent);
    }
    line("unit", i.unit);
    line("credit", i.credit);
    line("url", i.url);
    for (const auto& m : i.mirrors) line("mirror", m);
    line("about", i.description);
    for (const auto& w : open.warnings) line("warning", w);
    return text;
}

Exit surveyInfo(Words words)
{
    CommandSpec c;
    c.path = "firmament survey info";
    c.summary = "What a survey says of itself.";
    c.operands = "WHAT";
    c.minOperands = c.maxOperands = 1;
    c.options = {{"json", 0, "", "one JSON object", false},
                 {"timeout", 0, "S", "how long to wait for a server (60)", false},
                 {"offline", 0, "", "no network access at all", false}};
    c.details = "WHAT is a folder, an address, an id of the list, or \"sky\" for the built-in survey.";
    auto parsed = parseOrExplain(c, words);
    if (parsed.exit) return *parsed.exit;
    catchInterrupts();
    const auto timeout = parseNumber("--timeout", parsed.arguments.valueOr("timeout", "60"), 0, 1e6);
    if (!timeout) return fail("survey info", timeout.error());
    const auto open = openAnywhere(parsed.arguments.operands()[0], parsed.arguments.has("offline"), *timeout);
    if (!open) return fail("survey info", open.error());
    return print(parsed.arguments.has("json") ? jsonText(infoJson(*open), 1) : infoText(*open)) ? Exit::Done : Exit::Failed;
}

// ---- survey check ---------------------------------------------------------------------------------------------------

/// A tree on disk: every tile. On a server, by address or id: a sample.
Expected<TreeCheck> checkAnywhere(std::string where, bool offline, double timeoutSeconds)
{
    if (where == "sky" || where == scene::kDefaultSky) where = findResource("default-sky").string();
    if (where.starts_with("file://")) where.erase(0, 7);
    std::error_code error;
    if (std::filesystem::is_directory(where, error)) return checkTree(where);
    ServedTree tree;
    if (where.starts_with("http://") || where.starts_with("https://")) {
        tree.base = where;
    } else if (const auto known = hips::findSurvey(where)) {
        tree.base = known->url;
        tree.mirrors = known->mirrors;
    } else {
        return Error{Errc::NotFound, "neither a folder, nor an address, nor an id of the list", where, 0, false};
    }
    while (tree.base.ends_with('/')) tree.base.pop_back();
    if (offline) return Error{Errc::Network, "is on a server, and --offline forbids asking it", tree.base, 0, false};
    QueueExecutor ui;
    WorkPool work(1);
    net::NetworkLayer net({}, work); // no cache: the server is what is checked
    return checkServedTree(tree, net, ui, std::chrono::milliseconds(static_cast<int64_t>(timeoutSeconds * 1000)));
}

Exit checkSurvey(Words words)
{
    CommandSpec c;
    c.path = "firmament survey check";
    c.summary = "Says what is wrong with a HiPS tree. Exit status 1 when something is.";
    c.operands = "WHAT";
    c.minOperands = c.maxOperands = 1;
    c.options = {{"json", 0, "", "one JSON object: ok, errors, warnings, tiles", false},
                 {"timeout", 0, "S", "how long to ask a server in all (120)", false},
                 {"offline", 0, "", "no network access at all", false}};
    c.details = "WHAT is a folder, of which every tile is read; an address or an id of the list, of which a sample of tiles in\n"
                "each format is read, and each mirror is compared with it; or \"sky\" for the built-in survey.";
    auto parsed = parseOrExplain(c, words);
    if (parsed.exit) return *parsed.exit;
    catchInterrupts();
    const auto timeout = parseNumber("--timeout", parsed.arguments.valueOr("timeout", "120"), 0, 1e6);
    if (!timeout) return fail("survey check", timeout.error());
    const std::string where = parsed.arguments.operands()[0];
    const auto checked = checkAnywhere(where, parsed.arguments.has("offline"), *timeout);
    if (interrupted()) return sayInterrupted("survey check");
    if (!checked) return fail("survey check", checked.error());
    const TreeCheck& result = *checked;
    bool written = true;
    if (parsed.arguments.has("json")) {
        Json j;
        j["ok"] = result.ok();
        j["errors"] = result.errors;
        j["warnings"] = result.warnings;
        j["tiles"] = result.tiles;
        written = print(jsonText(j, 1));
    } else {
        std::string text;
        for (const auto& e : result.errors) text += "error: " + e + "\n";
        for (const auto& w : result.warnings) text += "warning: " + w + "\n";
        text += std::to_string(result.tiles) + " good tiles, " + std::to_string(result.errors.size()) + " errors, " +
                std::to_string(result.warnings.size()) + " warnings\n";
        written = print(text);
    }
    if (!result.ok()) {
        errorLine("survey check", where + " has " + std::to_string(result.errors.size()) + " errors, expected none");
        return Exit::Failed;
    }
    return written ? Exit::Done : Exit::Failed;
}

} // namespace

Exit surveyCommand(Words words)
{
    static constexpr Subcommand kAll[] = {
        {"list", "the known surveys", listSurveys},
        {"info", "what a survey says of itself", surveyInfo},
        {"check", "what is wrong with a HiPS tree", checkSurvey},
    };
    return runSubcommand("firmament survey", "Surveys: pictures of the sky as trees of tiles (HiPS).", kAll, words);
}

} // namespace firmament::cli
