// The whole state as plain values: what a session file holds, what undo restores, what `render --session` draws.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/result.h"
#include "hips/survey_info.h"
#include "render/look.h"
#include "scene/compare.h"
#include "sky/angle.h"
#include "sky/view.h"

namespace firmament::scene {

using LayerId = uint64_t;

struct CutRule {
    enum class Mode : uint8_t { Survey, Manual, Percentile, ZScale, MinMax, Sigma3 }; ///< Survey: its own suggestion, else 99.5 %
    enum class From : uint8_t { View, Tile, All }; ///< whose pixels are looked at: those in view, the tile at its centre, the survey's preview (lowest order)
    Mode mode = Mode::Survey;
    double lo = 0, hi = 1; ///< Manual, physical values
    double percent = 99.5; ///< Percentile: the central part kept
    From from = From::View;
    bool operator==(const CutRule&) const = default;
};

inline constexpr std::string_view kDefaultSky = "builtin:sky"; ///< source of the embedded survey

struct SurveyState {
    std::string source; ///< kDefaultSky, a folder, an http(s) base, or an id of the survey list
    std::optional<hips::TileFormat> format;
    int channel = 0;
    CutRule cuts;
    std::optional<render::Stretch> stretch; ///< empty: the survey's suggestion, else linear
    render::ColourMap map = render::ColourMap::Grey;
    bool invert = false;
    double gamma = 1;
    render::Sampling sampling = render::Sampling::Linear;
    bool colourBar = false;
    bool operator==(const SurveyState&) const = default;
};
struct StarsState {
    bool names = true;
    double faintest = 10.5;   ///< V; never more than the embedded catalogue has
    double boost = 0;         ///< magnitudes added to the automatic limit
    bool operator==(const StarsState&) const = default;
};
struct ConstellationsState {
    bool lines = true, names = true, borders = false, milkyWay = false;
    bool operator==(const ConstellationsState&) const = default;
};
struct DeepSkyState {
    bool names = true, outlines = true;
    bool operator==(const DeepSkyState&) const = default;
};
struct SolarSystemState {
    std::optional<double> jdTdb; ///< empty: now
    bool names = true;
    bool operator==(const SolarSystemState&) const = default;
};
using LayerContent = std::variant<SurveyState, StarsState, ConstellationsState, DeepSkyState, SolarSystemState>;

using GroupId = uint64_t;

struct LayerState {
    LayerId id = 0;
    std::string name;
    GroupId group = 0; ///< 0: in none. Members of a group lie next to each other
    bool visible = true;
    double opacity = 1;
    render::Blend blend = render::Blend::Normal;
    LayerContent content;
    bool operator==(const LayerState&) const = default;
};

/// Layers that are kept together in the list; `LayerState::group` tells the members.
struct LayerGroup {
    GroupId id = 0;
    std::string name;
    bool folded = false;
    bool operator==(const LayerGroup&) const = default;
};
/// One of several linked pictures. The layers of the active one are Document::layers; its own list is empty.
struct PaneState {
    std::vector<LayerState> layers; ///< bottom first
    bool operator==(const PaneState&) const = default;
};

struct GridState {
    bool on = false;
    sky::Frame frame = sky::Frame::Icrs;
    bool labels = true;
    bool operator==(const GridState&) const = default;
};
struct OverlayState {
    GridState grid;
    bool compass = true, scaleBar = true, reticle = true, credits = true;
    bool paper = false;  ///< white ground, dark ink, surveys as negatives: for printing
    bool noData = false; ///< faint hatch where no survey has data, so that black sky and no data differ
    bool operator==(const OverlayState&) const = default;
};
struct Bookmark {
    std::string name;
    sky::SkyView view;
    bool operator==(const Bookmark&) const = default;
};

inline constexpr size_t kMaxBookmarks = 1000;
inline constexpr int kMaxBookmarkName = 200; ///< characters

struct Document {
    sky::SkyView view;
    std::vector<LayerState> layers; ///< bottom first; with panes: those of the active one
    std::vector<LayerGroup> groups;
    CompareState compare;
    std::vector<PaneState> panes;   ///< two or four with CompareMode::Panes, else none
    OverlayState overlays;
    sky::Epoch epoch;               ///< of positions with proper motion
    double vectorYears = 0;         ///< proper-motion vectors; 0 = off
    std::vector<Bookmark> bookmarks;
    bool operator==(const Document&) const = default;

    LayerId freeId() const; ///< larger than any in use, in any pane
    LayerState* find(LayerId id);
    const LayerState* find(LayerId id) const;
};

/// Galactic centre, 96 deg wide, STG: the embedded survey, stars, constellations, deep sky, solar system; names on.
Document firstStart();

/// Versioned JSON, described in docs/session-format.md. Unknown keys are kept out of the way with a warning, never fatal.
std::string toJson(const Document& document);
Expected<Read<Document>> fromJson(std::string_view text);
/// Bookmarks alone, as a file of their own. At most kMaxBookmarks are read.
std::string bookmarksToJson(std::span<const Bookmark> bookmarks);
Expected<Read<std::vector<Bookmark>>> bookmarksFromJson(std::string_view text);

} // namespace firmament::scene
