#include "app/window/settings.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <nlohmann/json.hpp>

namespace firmament::window {

namespace {

using nlohmann::json;

constexpr size_t kMaxTips = 100;

/// One list of fields for all directions: visit(key, member). First what the user chooses.
template <class S, class Visit> void eachPreference(S& s, Visit&& visit)
{
    visit("theme", s.theme);
    visit("interfacePercent", s.interfacePercent);
    visit("touchSize", s.touchSize);
    visit("reducedMotion", s.reducedMotion);
    visit("motionFromSystem", s.motionFromSystem);
    visit("nightBrightness", s.nightBrightness);
    visit("positionDegrees", s.positionDegrees);
    visit("reticleAlways", s.reticleAlways);
    visit("showWelcome", s.showWelcome);
    visit("cacheMegabytes", s.cacheMegabytes);
    visit("cacheFolder", s.cacheFolder);
    visit("offline", s.offline);
    visit("proxy", s.proxy);
    visit("hosts", s.hosts);
    visit("tileMegabytes", s.tileMegabytes);
    visit("textureMegabytes", s.textureMegabytes);
    visit("fadeMs", s.fadeMs);
    visit("keepRecent", s.keepRecent);
    visit("autosave", s.autosave);
}

template <class S, class Visit> void eachState(S& s, Visit&& visit)
{
    visit("leftPanel", s.leftPanel);
    visit("rightPanel", s.rightPanel);
    visit("width", s.width);
    visit("height", s.height);
    visit("maximised", s.maximised);
    visit("touchOffered", s.touchOffered);
    visit("recent", s.recent);
    visit("favourites", s.favourites);
    visit("recentSurveys", s.recentSurveys);
    visit("ownSurveys", s.ownSurveys);
    visit("tipsSeen", s.tipsSeen);
}

constexpr size_t kMaxText = 4096;

void enforceRanges(Settings& s)
{
    s.interfacePercent = std::clamp(s.interfacePercent, 80, 200);
    s.nightBrightness = std::clamp(s.nightBrightness, 10, 100);
    s.cacheMegabytes = std::clamp<uint64_t>(s.cacheMegabytes, 16, 1024 * 1024);
    s.tileMegabytes = std::clamp(s.tileMegabytes, 32, 8192);
    s.textureMegabytes = std::clamp(s.textureMegabytes, 0, 8192);
    s.fadeMs = std::clamp(s.fadeMs, 0.0, 1000.0);
    s.width = std::clamp(s.width, 960, 16384);
    s.height = std::clamp(s.height, 600, 16384);
    if (s.hosts.size() > kMaxText) s.hosts.clear();
    const auto bound = [](std::vector<std::string>& list, size_t limit) {
        if (list.size() > limit) list.resize(limit);
    };
    bound(s.recent, kMaxRecent);
    bound(s.favourites, kMaxFavourites);
    bound(s.recentSurveys, kMaxRecent);
    bound(s.ownSurveys, kMaxOwnSurveys);
    bound(s.tipsSeen, kMaxTips);
    if (s.layouts.size() > kMaxScreenLayouts) s.layouts.resize(kMaxScreenLayouts);
}

// Keys ---------------------------------------------------------------------------------------------------------------

KeyOverrides keysFromJson(const json& value, std::vector<std::string>& warnings)
{
    KeyOverrides keys;
    std::string broken;
    if (!value.is_object()) {
        warnings.push_back(std::string("\"keys\" has a value of the wrong kind (") + value.type_name() + "); the usual keys are used");
        return keys;
    }
    for (const auto& [id, list] : value.items()) {
        const bool good = list.is_array() && list.size() <= 8 && std::all_of(list.begin(), list.end(), [](const json& k) { return k.is_string(); });
        if (good) keys[id] = list.get<std::vector<std::string>>();
        else broken += (broken.empty() ? "" : ", ") + id;
    }
    if (!broken.empty()) warnings.push_back("\"keys\": expected lists of keys such as [\"Ctrl+K\"]; passed over: " + broken);
    return keys;
}

// Panels -------------------------------------------------------------------------------------------------------------

json toJson(const PanelState& p)
{
    json out = {{"mode", panelModeWord(p.mode)}, {"width", p.width}};
    if (p.open) out["open"] = true;
    if (p.window.isValid()) out["window"] = {p.window.x(), p.window.y(), p.window.width(), p.window.height()};
    return out;
}

PanelState panelFromJson(const json& value)
{
    PanelState p;
    const std::string mode = value.value("mode", std::string());
    for (PanelMode m : {PanelMode::Docked, PanelMode::Torn})
        if (mode == panelModeWord(m)) p.mode = m;
    const int width = value.value("width", 0);
    p.width = width <= 0 ? 0 : std::clamp(width, kLeastPanelWidth, kMostPanelWidth);
    p.open = value.value("open", false);
    if (const auto it = value.find("window"); it != value.end()) {
        const auto r = it->get<std::vector<int>>();
        if (r.size() == 4 && r[2] >= 100 && r[3] >= 100 && r[2] <= 16384 && r[3] <= 16384) p.window = QRect(r[0], r[1], r[2], r[3]);
    }
    return p;
}

json toJson(const std::vector<ScreenLayout>& layouts)
{
    json out = json::array();
    for (const ScreenLayout& layout : layouts) {
        json panels = json::object();
        for (const auto& [id, panel] : layout.panels) panels[id] = toJson(panel);
        out.push_back({{"screens", layout.screens}, {"panels", panels}});
    }
    return out;
}

std::vector<ScreenLayout> layoutsFromJson(const json& value)
{
    std::vector<ScreenLayout> out;
    for (const json& item : value) {
        ScreenLayout layout;
        layout.screens = item.at("screens").get<std::string>();
        const json& panels = item.at("panels");
        if (panels.is_object() && panels.size() <= 64)
            for (const auto& [id, panel] : panels.items()) layout.panels[id] = panelFromJson(panel);
        out.push_back(std::move(layout));
        if (out.size() >= kMaxScreenLayouts) break;
    }
    return out;
}

} // namespace

std::string toJson(const Settings& settings)
{
    json root = json::object();
    root["version"] = 1;
    root["positionFrame"] = sky::frameName(settings.positionFrame);
    const auto write = [&](const char* key, const auto& value) { root[key] = value; };
    eachPreference(settings, write);
    eachState(settings, write);
    root["keys"] = settings.keys;
    root["layouts"] = toJson(settings.layouts);
    return root.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

Expected<Read<Settings>> settingsFromJson(std::string_view text)
{
    const json root = json::parse(text.begin(), text.end(), nullptr, false);
    if (!root.is_object()) return Error{Errc::Parse, "expected a JSON object", "settings"};
    Read<Settings> out;
    const auto read = [&](const char* key, auto& value) {
        const auto it = root.find(key);
        if (it == root.end()) return;
        try {
            it->get_to(value);
        } catch (const json::exception&) {
            out.warnings.push_back(std::string("\"") + key + "\" has a value of the wrong kind (" + it->type_name() + "); the default is used");
        }
    };
    eachPreference(out.value, read);
    eachState(out.value, read);
    if (const auto it = root.find("positionFrame"); it != root.end() && it->is_string()) {
        if (const auto frame = sky::frameFromName(it->get<std::string>())) out.value.positionFrame = *frame;
        else out.warnings.push_back("\"positionFrame\" names no known frame; ICRS is used");
    }
    if (const auto it = root.find("keys"); it != root.end()) out.value.keys = keysFromJson(*it, out.warnings);
    if (const auto it = root.find("layouts"); it != root.end()) {
        try {
            out.value.layouts = layoutsFromJson(*it);
        } catch (const json::exception&) {
            out.warnings.push_back("\"layouts\" could not be read; panels float");
        }
    }
    enforceRanges(out.value);
    return out;
}

std::vector<std::string> changedPreferences(const Settings& a, const Settings& b)
{
    std::vector<std::string> names;
    eachPreference(a, [&](const char* key, const auto& value) {
        eachPreference(b, [&](const char* other, const auto& its) {
            if constexpr (std::is_same_v<decltype(value), decltype(its)>)
                if (std::string_view(key) == other && value != its) names.emplace_back(key);
        });
    });
    if (a.positionFrame != b.positionFrame) names.emplace_back("positionFrame");
    if (a.keys != b.keys) names.emplace_back("keys");
    return names;
}

void copyPreferences(Settings& to, const Settings& from, const std::vector<std::string>& names)
{
    const auto named = [&](std::string_view key) { return std::find(names.begin(), names.end(), key) != names.end(); };
    eachPreference(to, [&](const char* key, auto& value) {
        if (!named(key)) return;
        eachPreference(from, [&](const char* other, const auto& its) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::decay_t<decltype(its)>>)
                if (std::string_view(key) == other) value = its;
        });
    });
    if (named("positionFrame")) to.positionFrame = from.positionFrame;
    if (named("keys")) to.keys = from.keys;
    if (named("recent")) {
        to.recent = from.recent;
        to.recentSurveys = from.recentSurveys;
        to.ownSurveys = from.ownSurveys;
    }
}

std::string proxyTrouble(std::string_view text)
{
    if (text.empty()) return {};
    const std::string wrong = "\"" + std::string(text.substr(0, 60)) + "\" is no proxy. Example: http://proxy.example.org:3128";
    std::string_view rest = text;
    if (const auto scheme = rest.find("://"); scheme != std::string_view::npos) {
        const std::string_view word = rest.substr(0, scheme);
        const std::string_view known[] = {"http", "https", "socks4", "socks4a", "socks5", "socks5h"};
        if (std::find(std::begin(known), std::end(known), word) == std::end(known)) return wrong;
        rest.remove_prefix(scheme + 3);
    }
    if (rest.ends_with('/')) rest.remove_suffix(1);
    if (const auto user = rest.rfind('@'); user != std::string_view::npos) rest.remove_prefix(user + 1);
    std::string_view host = rest, port;
    const auto colon = rest.rfind(':');
    if (colon != std::string_view::npos && rest.find(']', colon) == std::string_view::npos) {
        host = rest.substr(0, colon);
        port = rest.substr(colon + 1);
        int number = 0;
        const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (error != std::errc() || end != port.data() + port.size() || number < 1 || number > 65535) return wrong;
    }
    const auto fits = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_' || c == ':' || c == '[' || c == ']'; };
    if (host.empty() || !std::all_of(host.begin(), host.end(), fits)) return wrong;
    return {};
}

void remember(std::vector<std::string>& recent, const std::string& item, size_t limit)
{
    std::erase(recent, item);
    recent.insert(recent.begin(), item);
    if (recent.size() > limit) recent.resize(limit);
}

} // namespace firmament::window
