// What the user set, as plain values. Saved whole as JSON in the config folder.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/result.h"
#include "sky/frame.h"

namespace firmament::window {

struct Settings {
    // Look
    std::string theme = "dark";
    int interfacePercent = 100;      ///< 80 to 200; from the next start
    bool reducedMotion = false;
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
    int leftWidth = 312, leftWideWidth = 448, rightWidth = 316;
    int width = 1440, height = 900;
    bool maximised = false;
    std::vector<std::string> recent;     ///< opened places, newest first
    std::vector<std::string> favourites; ///< sources of surveys
    std::vector<std::string> recentSurveys; ///< sources of surveys that became layers, newest first
    std::vector<std::string> ownSurveys;    ///< folders and addresses that the built-in list does not have, newest first
    bool operator==(const Settings&) const = default;
};

std::string toJson(const Settings& settings);
/// Unknown keys and values of the wrong type are passed over with a warning; ranges are enforced.
Expected<Read<Settings>> settingsFromJson(std::string_view text);

inline constexpr size_t kMaxRecent = 20, kMaxOwnSurveys = 100, kMaxFavourites = 1000;
/// Newest first, no doubles, bounded.
void remember(std::vector<std::string>& recent, const std::string& item, size_t limit = kMaxRecent);

} // namespace firmament::window
