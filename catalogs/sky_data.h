// The embedded sky: stars, deep-sky objects, constellations, names. Files under resources/sky (formats: docs/sky-data.md),
// memory-mapped, no parsing at start. Immutable after load; any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sky/frame.h"
#include "sky/healpix.h"

namespace firmament::catalogs {

/// One star. Position ICRS at SkyData::starEpoch(); motion tangential.
struct Star {
    sky::Dir dirIcrs = sky::Dir::UnitX();
    double pmRaMas = 0, pmDecMas = 0; ///< mas/yr, pmRA includes cos(dec)
    float v = 0;                      ///< magnitude
    float bv = 0;                     ///< B-V; NaN when unknown
    float parallaxMas = 0;            ///< 0 = unknown
    uint32_t hip = 0;                 ///< 0 = none
    sky::Dir at(sky::Epoch epoch) const; ///< rigorous, rectilinear (Hipparcos 1.5.5), radial term 0
    sky::Epoch epoch;
};
enum class DeepSkyKind : uint8_t { Galaxy, OpenCluster, GlobularCluster, Nebula, PlanetaryNebula, SupernovaRemnant, ClusterWithNebula, StarGroup, DarkNebula, Star, Other };
struct DeepSkyObject {
    std::string name;                 ///< "M 8" or "NGC 6523"
    std::vector<std::string> aka;     ///< "NGC 6523", "Lagoon Nebula"
    DeepSkyKind kind = DeepSkyKind::Other;
    sky::Dir dirIcrs = sky::Dir::UnitX();
    float majorArcmin = 0, minorArcmin = 0, positionAngleDeg = 0; ///< 0 = unknown; PA north through east
    float v = 0;                      ///< NaN when unknown
};
const char* kindName(DeepSkyKind k);  ///< "Galaxy", "Open cluster", ...

struct ConstellationPart {
    std::string abbreviation, name, genitive; ///< "Sgr", "Sagittarius", "Sagittarii"
    sky::Dir labelIcrs;
    std::vector<std::vector<sky::Dir>> lines; ///< polylines between stars (ICRS)
    std::vector<sky::Dir> border;             ///< closed ring, subdivided along B1875 parallels and meridians before precessing
};
struct MilkyWayContour {
    int level;                                ///< 0 (faintest) to 4
    std::vector<sky::Dir> ring;
};

/// An object found by name.
struct NamedObject {
    std::string name;      ///< as it is written: "Messier 31" -> "M 31"
    std::string kind;      ///< "Galaxy", "Star", "Constellation", "Planet"
    std::string detail;    ///< "Andromeda Galaxy, NGC 224"
    std::string source;    ///< "OpenNGC", "Hipparcos", "IAU", "ERFA plan94"
    sky::SkyPos pos;       ///< ICRS, epoch J2000.0 (planets: now)
    sky::Angle size;       ///< for choosing a field of view; 0 = point
    std::optional<double> pmRaMas, pmDecMas;
    double rank = 0;       ///< higher first (brightness, kind)
};

/// What a star is called on a chart: the proper name approved by the IAU, else Bayer, else Flamsteed, else the designation of a
/// variable, else "HIP n". Other proper names are for searching and for the card of the star.
struct StarLabel {
    std::string text;    ///< may be empty
    bool number = false; ///< a variable's or a catalogue's: for close views
};

class SkyData {
public:
    static Expected<std::shared_ptr<const SkyData>> load(const std::filesystem::path& folder);
    ~SkyData();

    sky::Epoch starEpoch() const;
    size_t starCount() const;
    Star star(size_t index) const;
    /// Stars sorted by (order-kStarOrder cell, V): [starBegin(cell), starBegin(cell + 1)) brightest first.
    static constexpr int kStarOrder = 3;
    size_t starBegin(uint32_t cell) const;
    StarLabel starLabel(size_t index) const;
    std::vector<std::string> starNames(size_t index) const; ///< all
    std::span<const uint32_t> namedStars() const; ///< those with a name approved by the IAU, brightest first
    std::span<const DeepSkyObject> deepSky() const; ///< Messier first, then by magnitude
    std::span<const ConstellationPart> constellations() const;
    std::span<const MilkyWayContour> milkyWay() const;
    std::string constellationAt(const sky::Dir& icrs) const; ///< "Sagittarius"

    /// Exact look-up ("M31", "messier 31", "ngc224", "Andromeda Galaxy", "alf Ori", "Betelgeuse", "HIP 27989", "Orion", "Mars").
    std::optional<NamedObject> find(std::string_view name) const;
    /// As-you-type: best first; forgiving of case, blanks, accents; Greek letters spelt any way.
    std::vector<NamedObject> complete(std::string_view beginning, size_t limit) const;
    /// For "nothing found": nearest spellings.
    std::vector<std::string> similar(std::string_view name, size_t limit) const;

    /// Reads the small tables and builds the name index now, not at the first question (about 30 ms). For a worker thread.
    void warmUp() const;
    /// Reads every byte of the star file: whether it is as it was written (10 ms).
    bool starsIntact() const;
    /// One line for each line of the small tables that could not be read.
    std::vector<std::string> warnings() const;

private:
    SkyData();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::catalogs
