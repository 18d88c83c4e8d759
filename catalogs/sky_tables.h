// The small text tables of the embedded sky (docs/sky-data.md), read when first asked for. Private to catalogs/.
// A line that cannot be read is left out and told in the warnings: never an error, never a crash.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "catalogs/sky_data.h"

namespace firmament::catalogs {

struct StarNameRow {
    uint32_t hip = 0;
    uint32_t star = 0; ///< index in the star file: the brightest with this HIP number
    std::string constellation;
    std::vector<std::string> proper; ///< those that the IAU approved first
    size_t approved = 0;             ///< how many of them
    std::string bayer;     ///< "α1", "b"
    std::string flamsteed; ///< "58"
    std::string variable;  ///< "RR", "V1803"
    std::string bayerText() const;     ///< "α¹ Cen"; empty without one
    std::string flamsteedText() const; ///< "61 Cyg"
    std::string variableText() const;  ///< "RR Lyr"
};

/// A border at the equator and equinox of B1875: RA in seconds of time, declination in arcminutes. Its sides lie on
/// parallels and meridians and take the shorter way round.
struct BorderRing {
    struct Corner {
        int raSeconds, decArcmin;
    };
    std::vector<Corner> corners;
    bool aroundNorthPole = false;
    bool contains(const sky::Dir& dirB1875) const;
    std::vector<sky::Dir> subdivided(sky::Angle step) const; ///< in ICRS
};
/// Unit vectors from ICRS to the mean equator and equinox of B1875 (IAU 2006, ERFA pmat06 at B1875.0).
const Eigen::Matrix3d& toB1875();

struct ConstellationRow {
    std::string abbreviation, name, genitive;
    sky::Dir labelIcrs;
    std::vector<std::vector<uint32_t>> lines; ///< HIP numbers
    std::vector<BorderRing> borders;
};

std::vector<StarNameRow> readStarNames(std::string_view text, std::vector<std::string>& warnings);
std::vector<ConstellationRow> readConstellations(std::string_view text, std::vector<std::string>& warnings);
std::vector<DeepSkyObject> readDeepSky(std::string_view text, std::vector<std::string>& warnings);
std::vector<MilkyWayContour> readMilkyWay(std::string_view text, std::vector<std::string>& warnings);

} // namespace firmament::catalogs
