// Links to a view: our own (firmament://view?...) and those of ESASky, Aladin Lite and the Data Aggregation Service. Pure text,
// any thread. docs/links.md describes them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "scene/document.h"

namespace firmament::scene {

struct SkyLink {
    enum class Kind : uint8_t { Firmament, EsaSky, AladinLite, Das };
    Kind kind = Kind::Firmament;
    std::string target;               ///< as written: a name or a position; empty: the link says no place
    std::optional<sky::SkyPos> pos;   ///< the target, when it is a position
    std::optional<sky::Angle> fov;
    std::optional<sky::Frame> frame;  ///< of "up"
    std::optional<sky::Proj> projection;
    std::optional<sky::Angle> roll;
    std::optional<bool> mirror;
    std::optional<GridState> grid;
    std::optional<double> epoch;      ///< Julian year
    std::vector<LayerState> surveys;  ///< bottom first; ids are not set. Of a foreign link: one, with the id or title that the link has
    bool operator==(const SkyLink&) const = default;
};

/// An address that means a view, not a file or a survey.
bool isSkyLink(std::string_view text);

/// Errc::Parse with what was expected; warnings: parts that were passed over.
Expected<Read<SkyLink>> parseSkyLink(std::string_view text);

/// How the view is, the visible surveys, and `target` as its place: what lies at the middle of the area that no panel covers.
/// Percent-encoded ASCII.
std::string linkTo(const Document& document, const sky::SkyPos& target);

} // namespace firmament::scene
