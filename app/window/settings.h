// What the user set, as plain values. Saved whole as JSON in the config folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/window/commands.h"
#include "app/window/panel_state.h"
#include "core/result.h"
#include "sky/frame.h"

namespace firmament::window {

struct Settings {
    // Look
    std::string theme = "dark";      ///< dark, light, night or system
    int interfacePercent = 100;      ///< 80 to 200
    bool touchSize = false;
    bool reducedMotion = false;
    bool motionFromSystem = true;    ///< less motion also when the desktop wishes it
    int nightBrightness = 60;        ///< percent, 10 to 100
    // Sky
    sky::Frame positionFrame = sky::Frame::Icrs;
    bool positionDegrees = false;    ///< decimal degrees instead of sexagesimal
    bool reticleAlways = false;
    bool showWelcome = true;
    // Data and cache
    uint64_t cacheMegabytes = 4096;
    std::string cacheFolder;         ///< empty: the usual place
    // Network
    bool offline = false;
    std::string proxy;               ///< empty: from the environment
    std::string hosts;               ///< as net::parseHostRules reads them
    // Keys
    KeyOverrides keys;               ///< differences from the usual ones only
    // Performance
    int tileMegabytes = 128;
    int textureMegabytes = 0;        ///< 0: by the hardware
    double fadeMs = 220;
    // Privacy
    bool keepRecent = true;
    bool autosave = true;
    // State of the window
    std::string leftPanel;           ///< id of the open one, or empty
    bool rightPanel = false;
    std::vector<ScreenLayout> layouts; ///< how panels stood, the present screens first
    int width = 1440, height = 900;
    bool maximised = false;
    bool touchOffered = false;       ///< touch size was offered once
    std::vector<std::string> recent;     ///< opened places, newest first
    std::vector<std::string> favourites; ///< sources of surveys
    std::vector<std::string> recentSurveys; ///< sources of surveys that became layers, newest first
    std::vector<std::string> ownSurveys;    ///< folders and addresses that the built-in list does not have, newest first
    std::vector<std::string> tipsSeen;   ///< commands whose tip was shown
    bool operator==(const Settings&) const = default;
};

std::string toJson(const Settings& settings);
/// Unknown keys and values of the wrong type are passed over with a warning; ranges are enforced.
Expected<Read<Settings>> settingsFromJson(std::string_view text);

/// Names (as in the file) of the settings that the user chooses and that differ; the state of the window does not count.
std::vector<std::string> changedPreferences(const Settings& a, const Settings& b);
/// Takes the named settings over from `from`.
void copyPreferences(Settings& to, const Settings& from, const std::vector<std::string>& names);

/// Empty when it can be a proxy: nothing (from the environment), "host:port", or with http://, https://, socks4:// or socks5:// before it;
/// else what was expected.
std::string proxyTrouble(std::string_view text);

inline constexpr size_t kMaxRecent = 20, kMaxOwnSurveys = 100, kMaxFavourites = 1000;
/// Newest first, no doubles, bounded.
void remember(std::vector<std::string>& recent, const std::string& item, size_t limit = kMaxRecent);

} // namespace firmament::window
