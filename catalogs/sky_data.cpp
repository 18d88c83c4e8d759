#include "catalogs/sky_data.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <mutex>
#include <unordered_map>

#include "catalogs/name_fold.h"
#include "catalogs/name_index.h"
#include "catalogs/sky_tables.h"
#include "catalogs/star_file.h"
#include "core/bytes.h"
#include "sky/solar_system.h"

namespace firmament::catalogs {

namespace {

constexpr const char* kTables[] = {"star_names.tsv", "constellations.tsv", "milky_way.tsv", "deepsky.tsv"};
constexpr sky::Angle kBorderStep = sky::Angle::deg(1);

struct Place {
    std::string_view name, aka;
    sky::Frame frame;
    double lon, lat, size;
    std::string_view kind, source;
};
/// Points of the sky that people ask for by name. Sgr A*: Reid & Brunthaler 2004, ApJ 616, 872.
constexpr Place kPlaces[] = {
    {"Galactic Centre", "Galactic Center|GC|Centre of the Galaxy|Center of the Galaxy|Centre of the Milky Way", sky::Frame::Galactic, 0, 0, 10,
     "Reference point", "IAU"},
    {"Galactic Anticentre", "Galactic Anticenter", sky::Frame::Galactic, 180, 0, 10, "Reference point", "IAU"},
    {"Sgr A*", "Sagittarius A*|Sagittarius A star", sky::Frame::Icrs, 266.41683708, -29.00781056, 0.2, "Radio source", "Reid & Brunthaler 2004"},
    {"North Galactic Pole", "NGP", sky::Frame::Galactic, 0, 90, 10, "Reference point", "IAU"},
    {"South Galactic Pole", "SGP", sky::Frame::Galactic, 0, -90, 10, "Reference point", "IAU"},
    {"North Celestial Pole", "NCP|Celestial North Pole", sky::Frame::Icrs, 0, 90, 10, "Reference point", "IAU"},
    {"South Celestial Pole", "SCP|Celestial South Pole", sky::Frame::Icrs, 0, -90, 10, "Reference point", "IAU"},
    {"North Ecliptic Pole", "NEP", sky::Frame::EclipticJ2000, 0, 90, 10, "Reference point", "IAU"},
    {"South Ecliptic Pole", "SEP", sky::Frame::EclipticJ2000, 0, -90, 10, "Reference point", "IAU"},
    {"Vernal Equinox", "First Point of Aries|March Equinox", sky::Frame::EclipticJ2000, 0, 0, 10, "Reference point", "IAU"},
    // The two regions of the one constellation that is in two.
    {"Serpens Caput", "", sky::Frame::Icrs, 236.5, 10.5, 30, "Constellation", "IAU"},
    {"Serpens Cauda", "", sky::Frame::Icrs, 274.0, -5.0, 30, "Constellation", "IAU"},
    {"Autumnal Equinox", "First Point of Libra|September Equinox", sky::Frame::EclipticJ2000, 180, 0, 10, "Reference point", "IAU"},
};
constexpr sky::Body kBodies[] = {sky::Body::Sun,  sky::Body::Moon,    sky::Body::Mercury, sky::Body::Venus,  sky::Body::Mars,
                                 sky::Body::Jupiter, sky::Body::Saturn, sky::Body::Uranus, sky::Body::Neptune};

// Ranks of the name index: about "20 minus magnitude", so that all kinds can be sorted together.
constexpr float kLesserName = 3, kCommonNameBonus = 5;
constexpr float kBodyRank = 40, kConstellationRank = 19, kPlaceRank = 21;
/// The names in the order of their standing: the IAU's, letters and numbers, then what else the star has been called.
std::vector<std::string> namesOf(const StarNameRow& row)
{
    const auto other = row.proper.begin() + static_cast<std::ptrdiff_t>(row.approved);
    std::vector<std::string> all(row.proper.begin(), other);
    for (auto text : {row.bayerText(), row.flamsteedText()})
        if (!text.empty()) all.push_back(std::move(text));
    all.insert(all.end(), other, row.proper.end());
    if (auto text = row.variableText(); !text.empty()) all.push_back(std::move(text));
    return all;
}

float starRank(float v, bool proper) { return (proper ? 20.0f : 14.0f) - v; }
float deepSkyRank(const DeepSkyObject& o)
{
    const bool messier = o.name.starts_with("M ");
    // The other names come first the common ones, then the numbers ("NGC 1952").
    const bool common = !o.aka.empty() && o.aka[0].find_first_of("0123456789") == std::string::npos;
    return (messier ? 26.0f : 17.0f) - (std::isnan(o.v) ? 16.0f : o.v) + (o.kind == DeepSkyKind::Star ? -4.0f : 0.0f)
        + (common && !messier ? kCommonNameBonus : 0.0f);
}

std::string joined(const std::vector<std::string>& parts, size_t from = 0)
{
    std::string all;
    for (size_t i = from; i < parts.size(); ++i) all += (all.empty() ? "" : ", ") + parts[i];
    return all;
}

double jdNow()
{
    using namespace std::chrono;
    // UTC to TDB: 69.2 s since 2017 (37 leap seconds + 32.184 s).
    return 2440587.5 + (duration<double>(system_clock::now().time_since_epoch()).count() + 69.184) / 86400.0;
}

} // namespace

const char* kindName(DeepSkyKind k)
{
    switch (k) {
    case DeepSkyKind::Galaxy: return "Galaxy";
    case DeepSkyKind::OpenCluster: return "Open cluster";
    case DeepSkyKind::GlobularCluster: return "Globular cluster";
    case DeepSkyKind::Nebula: return "Nebula";
    case DeepSkyKind::PlanetaryNebula: return "Planetary nebula";
    case DeepSkyKind::SupernovaRemnant: return "Supernova remnant";
    case DeepSkyKind::ClusterWithNebula: return "Cluster with nebula";
    case DeepSkyKind::StarGroup: return "Star group";
    case DeepSkyKind::DarkNebula: return "Dark nebula";
    case DeepSkyKind::Star: return "Star";
    case DeepSkyKind::Other: return "Other";
    }
    return "Other";
}

sky::Dir Star::at(sky::Epoch when) const
{
    const double years = when.jyear - epoch.jyear;
    const double ra = std::atan2(dirIcrs.y(), dirIcrs.x());
    const double cosDec = std::hypot(dirIcrs.x(), dirIcrs.y());
    // Hipparcos catalogue, vol. 1, eq. 1.2.15: p to the east, q to the north.
    const sky::Dir p(-std::sin(ra), std::cos(ra), 0);
    const sky::Dir q(-dirIcrs.z() * std::cos(ra), -dirIcrs.z() * std::sin(ra), cosDec);
    const sky::Dir motion = p * sky::Angle::mas(pmRaMas).rad() + q * sky::Angle::mas(pmDecMas).rad();
    return (dirIcrs + motion * years).normalized();
}

struct SkyData::Impl {
    explicit Impl(StarFile f) : stars(std::move(f)) {}

    StarFile stars;
    std::vector<MappedFile> tables; ///< as in kTables

    mutable std::once_flag hipOnce, namesOnce, deepOnce, constellationsOnce, milkyOnce, indexOnce;
    mutable std::vector<uint32_t> starByHip;                   ///< brightest star + 1 of each HIP number; 0 = none
    mutable std::vector<StarNameRow> names;                    ///< by star
    mutable std::vector<uint32_t> named;                       ///< stars with proper names, brightest first
    mutable std::vector<DeepSkyObject> deep;
    mutable std::vector<ConstellationRow> constellationRows;
    mutable std::vector<ConstellationPart> parts;
    mutable std::vector<uint32_t> rowOfPart;
    mutable std::vector<MilkyWayContour> milky;
    mutable NameIndex index;
    mutable std::mutex warningsMutex;
    mutable std::vector<std::string> warnings;

    std::string_view table(size_t i) const
    {
        const auto b = tables[i].bytes();
        return {reinterpret_cast<const char*>(b.data()), b.size()};
    }
    void warn(std::vector<std::string> lines) const
    {
        const std::lock_guard lock(warningsMutex);
        warnings.insert(warnings.end(), std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
    }

    Star star(size_t i) const;
    std::optional<uint32_t> starOfHip(uint32_t hip) const;
    std::optional<uint32_t> starOfHd(uint32_t hd) const;
    std::vector<std::string> catalogueNumbers(size_t star) const;
    std::optional<uint32_t> starOfNumber(const std::vector<std::string>& keys) const;
    const std::vector<StarNameRow>& starNameRows() const;
    const StarNameRow* nameRow(size_t star) const;
    const std::vector<DeepSkyObject>& deepSky() const;
    const std::vector<ConstellationRow>& constellations() const;
    const std::vector<MilkyWayContour>& milkyWay() const;
    const NameIndex& nameIndex() const;

    void readNames() const;
    void readConstellationFile() const;
    void buildIndex() const;
    void indexStar(const StarNameRow& row, const std::unordered_map<std::string_view, std::string_view>& genitives) const;
    void indexName(const std::string& name, NamedRef ref, float rank) const;

    NamedObject object(const NamedRef& ref) const;
    NamedObject starObject(size_t star) const;
    NamedObject deepSkyObject(size_t i) const;
    NamedObject constellationObject(size_t row) const;
    static NamedObject bodyObject(size_t i);
    static NamedObject placeObject(size_t i);
};

// ------------------------------------------------------------------ tables, read when first asked for

Star SkyData::Impl::star(size_t i) const
{
    Star s;
    s.dirIcrs = stars.direction(i);
    stars.motion(i, s.pmRaMas, s.pmDecMas);
    s.v = stars.magnitude(i);
    s.bv = stars.colour(i);
    const auto hip = stars.hipOf(i);
    s.hip = hip.hip;
    s.parallaxMas = hip.parallaxMas;
    s.epoch = {stars.epoch()};
    return s;
}

std::optional<uint32_t> SkyData::Impl::starOfHip(uint32_t hip) const
{
    std::call_once(hipOnce, [&] {
        constexpr uint32_t kLast = 150000; // HIP numbers go to 120404; the file is not trusted to keep to that
        for (size_t i = 0; i < stars.hipCount(); ++i) {
            const auto e = stars.hipEntry(i);
            if (e.hip > kLast) continue;
            if (e.hip >= starByHip.size()) starByHip.resize(e.hip + 1);
            uint32_t& best = starByHip[e.hip];
            if (best == 0 || stars.magnitude(e.star) < stars.magnitude(best - 1)) best = e.star + 1;
        }
    });
    if (hip >= starByHip.size() || starByHip[hip] == 0) return std::nullopt;
    return starByHip[hip] - 1;
}

std::optional<uint32_t> SkyData::Impl::starOfHd(uint32_t hd) const
{
    for (size_t i = 0; i < stars.hipCount(); ++i) { // 0.1 ms: not worth an index
        if (const auto e = stars.hipEntry(i); e.hd == hd) return starOfHip(e.hip);
    }
    return std::nullopt;
}

void SkyData::Impl::readNames() const
{
    std::vector<std::string> warned;
    auto rows = readStarNames(table(0), warned);
    std::vector<std::pair<uint32_t, uint32_t>> order; // star, row: sorting pairs is cheaper than sorting rows
    for (uint32_t i = 0; i < rows.size(); ++i) {
        if (const auto star = starOfHip(rows[i].hip)) order.emplace_back(*star, i);
    }
    std::sort(order.begin(), order.end());
    names.reserve(order.size());
    for (const auto& [star, i] : order) {
        names.push_back(std::move(rows[i]));
        names.back().star = star;
    }
    for (uint32_t i = 0; i < names.size(); ++i) {
        if (names[i].approved > 0) named.push_back(names[i].star);
    }
    std::sort(named.begin(), named.end(), [&](uint32_t a, uint32_t b) { return stars.magnitude(a) < stars.magnitude(b); });
    warn(std::move(warned));
}

const std::vector<StarNameRow>& SkyData::Impl::starNameRows() const
{
    std::call_once(namesOnce, [&] { readNames(); });
    return names;
}

const StarNameRow* SkyData::Impl::nameRow(size_t star) const
{
    const auto& rows = starNameRows();
    const auto it = std::lower_bound(rows.begin(), rows.end(), star, [](const StarNameRow& r, size_t s) { return r.star < s; });
    return it != rows.end() && it->star == star ? &*it : nullptr;
}

const std::vector<DeepSkyObject>& SkyData::Impl::deepSky() const
{
    std::call_once(deepOnce, [&] {
        std::vector<std::string> warned;
        deep = readDeepSky(table(3), warned);
        warn(std::move(warned));
    });
    return deep;
}

void SkyData::Impl::readConstellationFile() const
{
    std::vector<std::string> warned;
    constellationRows = readConstellations(table(1), warned);
    for (uint32_t r = 0; r < constellationRows.size(); ++r) {
        const auto& row = constellationRows[r];
        ConstellationPart part{row.abbreviation, row.name, row.genitive, row.labelIcrs, {}, {}};
        for (const auto& chain : row.lines) {
            std::vector<sky::Dir> line;
            for (uint32_t hip : chain) {
                if (const auto star = starOfHip(hip)) line.push_back(stars.direction(*star));
            }
            if (line.size() > 1) part.lines.push_back(std::move(line));
        }
        if (!row.borders.empty()) part.border = row.borders[0].subdivided(kBorderStep);
        parts.push_back(part);
        rowOfPart.push_back(r);
        // Serpens has two regions: the second is a part with a border and no lines of its own.
        for (size_t b = 1; b < row.borders.size(); ++b) {
            ConstellationPart second{row.abbreviation, row.name, row.genitive, row.labelIcrs, {}, row.borders[b].subdivided(kBorderStep)};
            sky::Dir sum = sky::Dir::Zero();
            for (const auto& d : second.border) sum += d;
            if (sum.norm() > 0) second.labelIcrs = sum.normalized();
            parts.push_back(std::move(second));
            rowOfPart.push_back(r);
        }
    }
    warn(std::move(warned));
}

const std::vector<ConstellationRow>& SkyData::Impl::constellations() const
{
    std::call_once(constellationsOnce, [&] { readConstellationFile(); });
    return constellationRows;
}

const std::vector<MilkyWayContour>& SkyData::Impl::milkyWay() const
{
    std::call_once(milkyOnce, [&] {
        std::vector<std::string> warned;
        milky = readMilkyWay(table(2), warned);
        warn(std::move(warned));
    });
    return milky;
}

// ------------------------------------------------------------------ name index

void SkyData::Impl::indexName(const std::string& name, NamedRef ref, float rank) const
{
    const auto keys = lookUpKeys(name);
    for (const auto& key : keys) index.add(key, name, ref, rank);
    const auto words = foldWords(name);
    if (words.size() < 2 || keys.size() > 1) return; // catalogue numbers are not looked for by their number alone
    for (size_t i = 1; i < words.size(); ++i) {
        std::string rest;
        for (size_t k = i; k < words.size(); ++k) rest += words[k];
        if (rest.size() > 2) index.addInner(rest, ref, rank);
    }
}

void SkyData::Impl::indexStar(const StarNameRow& row, const std::unordered_map<std::string_view, std::string_view>& genitives) const
{
    const float v = stars.magnitude(row.star);
    const NamedRef ref{NamedKind::Star, row.star};
    // A star's usual name comes before the same word among the lesser names of another (Toliman: alpha2, once alpha1 Cen).
    for (size_t i = 0; i < row.proper.size(); ++i) indexName(row.proper[i], ref, starRank(v, true) - (i > 0 ? kLesserName : 0));
    if (row.constellation.empty()) return;
    const auto genitive = genitives.find(row.constellation);
    const auto addDesignation = [&](const std::string& folded, const std::string& text, float rank) {
        index.add(folded + foldName(row.constellation), text, ref, rank);
        if (genitive != genitives.end()) index.add(folded + foldName(genitive->second), text, ref, rank);
    };
    const float rank = starRank(v, false);
    if (!row.bayer.empty()) {
        const std::string folded = foldName(row.bayer);
        addDesignation(folded, row.bayerText(), rank);
        // "alpha Cen" finds the brightest of alpha1, alpha2.
        const size_t digit = folded.find_first_of("0123456789");
        if (digit != std::string::npos && digit > 0) addDesignation(folded.substr(0, digit), row.bayerText(), rank - 0.5f);
    }
    if (!row.flamsteed.empty()) addDesignation(foldName(row.flamsteed), row.flamsteedText(), rank);
    if (!row.variable.empty()) addDesignation(foldName(row.variable), row.variableText(), rank);
}

void SkyData::Impl::buildIndex() const
{
    std::unordered_map<std::string_view, std::string_view> genitives;
    std::unordered_map<std::string, std::string> abbreviations; // folded, by folded genitive
    const auto& rows = constellations();
    for (uint32_t i = 0; i < rows.size(); ++i) {
        genitives.emplace(rows[i].abbreviation, rows[i].genitive);
        abbreviations.emplace(foldName(rows[i].genitive), foldName(rows[i].abbreviation));
        const NamedRef ref{NamedKind::Constellation, i};
        indexName(rows[i].name, ref, kConstellationRank);
        // Before the lesser names of stars: "Men" is Mensa, not alpha Lupi.
        index.add(foldName(rows[i].abbreviation), rows[i].name, ref, kConstellationRank - 1);
        index.add(foldName(rows[i].genitive), rows[i].name, ref, kConstellationRank - 1);
    }
    for (const auto& row : starNameRows()) indexStar(row, genitives);
    const auto& objects = deepSky();
    for (uint32_t i = 0; i < objects.size(); ++i) {
        const NamedRef ref{NamedKind::DeepSky, i};
        const float rank = deepSkyRank(objects[i]);
        indexName(objects[i].name, ref, rank);
        for (const auto& name : objects[i].aka) {
            indexName(name, ref, rank);
            // "Omega Centauri" is asked for as "ω Cen" too.
            const auto words = foldWords(name);
            if (words.size() != 2) continue;
            if (const auto of = abbreviations.find(words[1]); of != abbreviations.end()) index.add(words[0] + of->second, name, ref, rank);
        }
    }
    for (uint32_t i = 0; i < std::size(kBodies); ++i) indexName(sky::bodyName(kBodies[i]), {NamedKind::Body, i}, kBodyRank - static_cast<float>(i));
    for (uint32_t i = 0; i < std::size(kPlaces); ++i) {
        const NamedRef ref{NamedKind::Place, i};
        indexName(std::string(kPlaces[i].name), ref, kPlaceRank);
        std::string_view rest = kPlaces[i].aka;
        while (!rest.empty()) {
            const size_t end = rest.find('|');
            indexName(std::string(rest.substr(0, end)), ref, kPlaceRank);
            rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
        }
    }
    index.finish();
}

const NameIndex& SkyData::Impl::nameIndex() const
{
    std::call_once(indexOnce, [&] { buildIndex(); });
    return index;
}

// ------------------------------------------------------------------ objects

NamedObject SkyData::Impl::starObject(size_t i) const
{
    const Star s = star(i);
    NamedObject o;
    std::vector<std::string> all;
    if (const auto* row = nameRow(i)) all = namesOf(*row);
    for (auto& number : catalogueNumbers(i)) all.push_back(std::move(number));
    o.name = all.empty() ? std::string() : all[0];
    o.kind = "Star";
    o.detail = joined(all, 1);
    o.source = s.hip ? "Hipparcos" : "Tycho-2";
    o.pos = sky::toPos(s.at({2000.0}), sky::Frame::Icrs);
    o.pmRaMas = s.pmRaMas;
    o.pmDecMas = s.pmDecMas;
    o.rank = static_cast<double>(starRank(s.v, true));
    return o;
}

NamedObject SkyData::Impl::deepSkyObject(size_t i) const
{
    const DeepSkyObject& d = deepSky()[i];
    NamedObject o;
    o.name = d.name;
    o.kind = kindName(d.kind);
    o.detail = joined(d.aka);
    o.source = "OpenNGC";
    o.pos = sky::toPos(d.dirIcrs, sky::Frame::Icrs);
    o.size = sky::Angle::arcmin(static_cast<double>(d.majorArcmin));
    o.rank = static_cast<double>(deepSkyRank(d));
    return o;
}

NamedObject SkyData::Impl::constellationObject(size_t i) const
{
    const ConstellationRow& row = constellations()[i];
    NamedObject o;
    o.name = row.name;
    o.kind = "Constellation";
    o.detail = row.abbreviation + ", " + row.genitive;
    o.source = "IAU";
    o.pos = sky::toPos(row.labelIcrs, sky::Frame::Icrs);
    for (size_t p = 0; p < parts.size(); ++p) {
        if (rowOfPart[p] != i) continue;
        for (const auto& d : parts[p].border) o.size = std::max(o.size, sky::separation(row.labelIcrs, d) * 2.0);
        break;
    }
    o.rank = static_cast<double>(kConstellationRank);
    return o;
}

NamedObject SkyData::Impl::bodyObject(size_t i)
{
    const auto place = sky::bodyAt(kBodies[i], jdNow());
    NamedObject o;
    o.name = sky::bodyName(place.body);
    o.kind = place.body == sky::Body::Sun ? "Star" : place.body == sky::Body::Moon ? "Moon" : "Planet";
    o.detail = "position now";
    o.source = place.body == sky::Body::Sun ? "ERFA epv00" : place.body == sky::Body::Moon ? "ERFA moon98" : "ERFA plan94";
    o.pos = sky::toPos(place.dirIcrs, sky::Frame::Icrs);
    o.size = place.diameter;
    o.rank = static_cast<double>(kBodyRank) - static_cast<double>(i);
    return o;
}

NamedObject SkyData::Impl::placeObject(size_t i)
{
    const Place& p = kPlaces[i];
    NamedObject o;
    o.name = p.name;
    o.kind = p.kind;
    o.source = p.source;
    o.pos = sky::converted({sky::Angle::deg(p.lon), sky::Angle::deg(p.lat), p.frame}, sky::Frame::Icrs);
    o.size = sky::Angle::deg(p.size);
    o.rank = static_cast<double>(kPlaceRank);
    return o;
}

NamedObject SkyData::Impl::object(const NamedRef& ref) const
{
    switch (ref.kind) {
    case NamedKind::Star: return starObject(ref.index);
    case NamedKind::DeepSky: return deepSkyObject(ref.index);
    case NamedKind::Constellation: return constellationObject(ref.index);
    case NamedKind::Body: return bodyObject(ref.index);
    case NamedKind::Place: return placeObject(ref.index);
    }
    return {};
}

namespace {

/// "hip27989" with "hip" -> 27989
std::optional<uint32_t> numberAfter(std::string_view prefix, std::string_view key)
{
    if (!key.starts_with(prefix)) return std::nullopt;
    uint32_t n = 0;
    const auto [end, error] = std::from_chars(key.data() + prefix.size(), key.data() + key.size(), n);
    if (error != std::errc() || end != key.data() + key.size() || n == 0) return std::nullopt;
    return n;
}

} // namespace

std::vector<std::string> SkyData::Impl::catalogueNumbers(size_t star) const
{
    std::vector<std::string> all;
    const auto e = stars.hipOf(star);
    if (e.hip) all.push_back("HIP " + std::to_string(e.hip));
    if (e.hd) all.push_back("HD " + std::to_string(e.hd));
    return all;
}

std::optional<uint32_t> SkyData::Impl::starOfNumber(const std::vector<std::string>& keys) const
{
    for (const auto& key : keys) {
        if (const auto hip = numberAfter("hip", key)) return starOfHip(*hip);
        if (const auto hd = numberAfter("hd", key)) return starOfHd(*hd);
    }
    return std::nullopt;
}

// ------------------------------------------------------------------ SkyData

SkyData::SkyData() = default;
SkyData::~SkyData() = default;

Expected<std::shared_ptr<const SkyData>> SkyData::load(const std::filesystem::path& folder)
{
    auto stars = StarFile::open(folder / "stars.bin");
    if (!stars) return stars.error();
    std::shared_ptr<SkyData> data(new SkyData);
    data->impl_ = std::make_unique<Impl>(std::move(*stars));
    for (const char* name : kTables) {
        auto table = MappedFile::open(folder / name);
        if (!table) return table.error();
        data->impl_->tables.push_back(std::move(*table));
    }
    return std::shared_ptr<const SkyData>(std::move(data));
}

sky::Epoch SkyData::starEpoch() const { return {impl_->stars.epoch()}; }
size_t SkyData::starCount() const { return impl_->stars.count(); }
Star SkyData::star(size_t index) const { return impl_->star(std::min(index, starCount() - 1)); }
size_t SkyData::starBegin(uint32_t cell) const { return impl_->stars.cellBegin(cell); }
bool SkyData::starsIntact() const { return impl_->stars.intact(); }

std::vector<std::string> SkyData::starNames(size_t index) const
{
    std::vector<std::string> all;
    if (index >= starCount()) return all;
    if (const auto* row = impl_->nameRow(index)) all = namesOf(*row);
    for (auto& number : impl_->catalogueNumbers(index)) all.push_back(std::move(number));
    return all;
}

StarLabel SkyData::starLabel(size_t index) const
{
    if (index >= starCount()) return {};
    if (const auto* row = impl_->nameRow(index)) {
        if (row->approved > 0) return {row->proper[0], false};
        if (!row->bayer.empty()) return {row->bayerText(), false};
        if (!row->flamsteed.empty()) return {row->flamsteedText(), false};
        if (!row->variable.empty()) return {row->variableText(), true};
    }
    // A fainter component shares the number of its primary: only that one is called by it.
    const auto hip = impl_->stars.hipOf(index).hip;
    return {hip && impl_->starOfHip(hip) == index ? "HIP " + std::to_string(hip) : std::string(), true};
}

std::span<const uint32_t> SkyData::namedStars() const
{
    impl_->starNameRows();
    return impl_->named;
}

std::span<const DeepSkyObject> SkyData::deepSky() const { return impl_->deepSky(); }

std::span<const ConstellationPart> SkyData::constellations() const
{
    impl_->constellations();
    return impl_->parts;
}

std::span<const MilkyWayContour> SkyData::milkyWay() const { return impl_->milkyWay(); }

std::string SkyData::constellationAt(const sky::Dir& icrs) const
{
    const sky::Dir d = toB1875() * icrs;
    for (const auto& row : impl_->constellations()) {
        for (const auto& border : row.borders) {
            if (border.contains(d)) return row.name;
        }
    }
    return {};
}

std::optional<NamedObject> SkyData::find(std::string_view name) const
{
    const auto keys = lookUpKeys(name);
    if (const auto star = impl_->starOfNumber(keys)) return impl_->starObject(*star);
    for (const auto& all : {keys, lesserKeys(name)}) {
        for (const auto& key : all)
            if (const auto hit = impl_->nameIndex().find(key)) return impl_->object(hit->ref);
    }
    return std::nullopt;
}

std::vector<NamedObject> SkyData::complete(std::string_view beginning, size_t limit) const
{
    std::vector<NamedObject> found;
    const auto keys = lookUpKeys(beginning);
    if (keys.empty() || limit == 0) return found;
    if (const auto star = impl_->starOfNumber(keys)) found.push_back(impl_->starObject(*star));
    // The components of a double star share its name: the brighter one stands for both.
    for (const auto& hit : impl_->nameIndex().complete(keys, 2 * limit)) {
        if (found.size() >= limit) break;
        NamedObject object = impl_->object(hit.ref);
        if (std::any_of(found.begin(), found.end(), [&](const NamedObject& o) { return o.name == object.name; })) continue;
        object.rank = static_cast<double>(hit.rank);
        found.push_back(std::move(object));
    }
    return found;
}

std::vector<std::string> SkyData::similar(std::string_view name, size_t limit) const
{
    return impl_->nameIndex().similar(foldName(name), limit);
}

void SkyData::warmUp() const
{
    impl_->nameIndex();
    impl_->milkyWay();
}

std::vector<std::string> SkyData::warnings() const
{
    warmUp();
    const std::lock_guard lock(impl_->warningsMutex);
    return impl_->warnings;
}

} // namespace firmament::catalogs
