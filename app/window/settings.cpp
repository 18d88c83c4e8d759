#include "app/window/settings.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace firmament::window {

namespace {

using nlohmann::json;

/// One list of fields for both directions: visit(key, member).
template <class S, class Visit> void eachField(S& s, Visit&& visit)
{
    visit("theme", s.theme);
    visit("interfacePercent", s.interfacePercent);
    visit("reducedMotion", s.reducedMotion);
    visit("nightBrightness", s.nightBrightness);
    visit("positionDegrees", s.positionDegrees);
    visit("reticleAlways", s.reticleAlways);
    visit("showWelcome", s.showWelcome);
    visit("cacheMegabytes", s.cacheMegabytes);
    visit("cacheFolder", s.cacheFolder);
    visit("offline", s.offline);
    visit("proxy", s.proxy);
    visit("tileMegabytes", s.tileMegabytes);
    visit("textureMegabytes", s.textureMegabytes);
    visit("fadeMs", s.fadeMs);
    visit("keepRecent", s.keepRecent);
    visit("autosave", s.autosave);
    visit("leftPanel", s.leftPanel);
    visit("rightPanel", s.rightPanel);
    visit("leftWidth", s.leftWidth);
    visit("leftWideWidth", s.leftWideWidth);
    visit("rightWidth", s.rightWidth);
    visit("width", s.width);
    visit("height", s.height);
    visit("maximised", s.maximised);
    visit("recent", s.recent);
    visit("favourites", s.favourites);
    visit("recentSurveys", s.recentSurveys);
    visit("ownSurveys", s.ownSurveys);
}

void enforceRanges(Settings& s)
{
    s.interfacePercent = std::clamp(s.interfacePercent, 80, 200);
    s.nightBrightness = std::clamp(s.nightBrightness, 10, 100);
    s.cacheMegabytes = std::clamp<uint64_t>(s.cacheMegabytes, 16, 1024 * 1024);
    s.tileMegabytes = std::clamp(s.tileMegabytes, 32, 8192);
    s.textureMegabytes = std::clamp(s.textureMegabytes, 0, 8192);
    s.fadeMs = std::clamp(s.fadeMs, 0.0, 1000.0);
    s.leftWidth = std::clamp(s.leftWidth, 240, 640);
    s.leftWideWidth = std::clamp(s.leftWideWidth, 240, 640);
    s.rightWidth = std::clamp(s.rightWidth, 240, 640);
    s.width = std::clamp(s.width, 960, 16384);
    s.height = std::clamp(s.height, 600, 16384);
    const auto bound = [](std::vector<std::string>& list, size_t limit) {
        if (list.size() > limit) list.resize(limit);
    };
    bound(s.recent, kMaxRecent);
    bound(s.favourites, kMaxFavourites);
    bound(s.recentSurveys, kMaxRecent);
    bound(s.ownSurveys, kMaxOwnSurveys);
}

} // namespace

std::string toJson(const Settings& settings)
{
    json root = json::object();
    root["version"] = 1;
    root["positionFrame"] = sky::frameName(settings.positionFrame);
    eachField(settings, [&](const char* key, const auto& value) { root[key] = value; });
    return root.dump(2) + "\n";
}

Expected<Read<Settings>> settingsFromJson(std::string_view text)
{
    const json root = json::parse(text.begin(), text.end(), nullptr, false);
    if (!root.is_object()) return Error{Errc::Parse, "expected a JSON object", "settings"};
    Read<Settings> out;
    eachField(out.value, [&](const char* key, auto& value) {
        const auto it = root.find(key);
        if (it == root.end()) return;
        try {
            it->get_to(value);
        } catch (const json::exception&) {
            out.warnings.push_back(std::string("\"") + key + "\" has a value of the wrong kind (" + it->type_name() + "); the default is used");
        }
    });
    if (const auto it = root.find("positionFrame"); it != root.end() && it->is_string()) {
        if (const auto frame = sky::frameFromName(it->get<std::string>())) out.value.positionFrame = *frame;
        else out.warnings.push_back("\"positionFrame\" names no known frame; ICRS is used");
    }
    enforceRanges(out.value);
    return out;
}

void remember(std::vector<std::string>& recent, const std::string& item, size_t limit)
{
    std::erase(recent, item);
    recent.insert(recent.begin(), item);
    if (recent.size() > limit) recent.resize(limit);
}

} // namespace firmament::window
