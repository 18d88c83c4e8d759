#include "hips/survey_info.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace firmament::hips {
namespace {

std::string_view trimmed(std::string_view s)
{
    constexpr std::string_view blank = " \t\r\n\v\f";
    const size_t first = s.find_first_not_of(blank);
    if (first == std::string_view::npos) return {};
    return s.substr(first, s.find_last_not_of(blank) - first + 1);
}

std::string lowered(std::string_view s)
{
    std::string out(s);
    for (char& c : out)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return out;
}

std::vector<std::string> words(std::string_view s)
{
    std::vector<std::string> out;
    constexpr std::string_view gap = " \t,;";
    for (size_t at = s.find_first_not_of(gap); at != std::string_view::npos;) {
        const size_t end = s.find_first_of(gap, at);
        out.emplace_back(s.substr(at, end == std::string_view::npos ? end : end - at));
        at = end == std::string_view::npos ? end : s.find_first_not_of(gap, end);
    }
    return out;
}

/// "4,595e-7" is met: a comma is taken as a decimal point.
std::optional<double> toNumber(std::string_view text)
{
    std::string s(trimmed(text));
    std::replace(s.begin(), s.end(), ',', '.');
    std::string_view v = s;
    if (v.starts_with('+')) v.remove_prefix(1);
    double d = 0;
    const auto [end, error] = std::from_chars(v.data(), v.data() + v.size(), d);
    if (v.empty() || error != std::errc{} || end != v.data() + v.size() || !std::isfinite(d)) return std::nullopt;
    return d;
}

std::optional<int> toInteger(std::string_view text)
{
    const auto d = toNumber(text);
    if (!d || std::floor(*d) != *d || std::abs(*d) > 1e9) return std::nullopt;
    return static_cast<int>(*d);
}

/// How many bytes the UTF-8 character at the front takes; 0 when there is none.
size_t utf8Length(std::string_view s)
{
    const auto at = [&](size_t i) { return static_cast<unsigned char>(s[i]); };
    const size_t n = at(0) < 0x80 ? 1 : at(0) >= 0xC2 && at(0) < 0xE0 ? 2 : (at(0) & 0xF0) == 0xE0 ? 3 : at(0) >= 0xF0 && at(0) < 0xF5 ? 4 : 0;
    if (n == 0 || n > s.size()) return 0;
    for (size_t i = 1; i < n; ++i)
        if ((at(i) & 0xC0) != 0x80) return 0;
    const bool overlong = (at(0) == 0xE0 && at(1) < 0xA0) || (at(0) == 0xF0 && at(1) < 0x90);
    const bool beyond = (at(0) == 0xED && at(1) >= 0xA0) || (at(0) == 0xF4 && at(1) >= 0x90);
    return overlong || beyond ? 0 : n;
}

constexpr size_t kMostWarnings = 50;
constexpr size_t kLongestValue = 8192; ///< a description; whatever is longer was never meant to be read

/// UTF-8 without control characters, of bounded length. Bytes that are no UTF-8 are taken as Latin-1.
std::string readable(std::string_view s, bool& odd)
{
    std::string out;
    while (!s.empty() && out.size() < kLongestValue) {
        const auto c = static_cast<unsigned char>(s.front());
        const size_t n = utf8Length(s);
        if (n == 0) {
            odd = true;
            out += static_cast<char>(0xC0 | c >> 6);
            out += static_cast<char>(0x80 | (c & 0x3F));
        } else if (n > 1 || (c >= 0x20 && c != 0x7F)) {
            out += s.substr(0, n);
        } else {
            out += ' ';
        }
        s.remove_prefix(std::max<size_t>(n, 1));
    }
    odd = odd || !s.empty();
    return out;
}

/// The lines "key = value" in their order; keys in lower case.
class Lines {
public:
    explicit Lines(std::string_view text)
    {
        if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
        while (!text.empty()) {
            const size_t end = text.find_first_of("\r\n");
            const std::string_view line = trimmed(text.substr(0, end));
            text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
            const size_t equals = line.find('=');
            if (line.empty() || line.front() == '#' || equals == std::string_view::npos) continue;
            const std::string_view key = trimmed(line.substr(0, equals)), value = trimmed(line.substr(equals + 1));
            if (key.empty() || key.find_first_of(" \t<") != std::string_view::npos || value.empty()) continue;
            bool odd = false;
            entries_.emplace_back(readable(lowered(key), odd), readable(value, odd));
            if (odd) odd_.push_back(entries_.back().first);
        }
    }

    bool empty() const { return entries_.empty(); }
    /// The first value of the first of these keys that is there: the newer names come first.
    template <class... Keys> std::optional<std::string> get(Keys... keys) const
    {
        for (const std::string_view key : {std::string_view(keys)...})
            for (const auto& [k, v] : entries_)
                if (k == key) return v;
        return std::nullopt;
    }
    template <class... Keys> std::string text(Keys... keys) const { return get(keys...).value_or(std::string()); }
    template <class... Keys> std::optional<double> number(Keys... keys) const
    {
        const auto v = get(keys...);
        return v ? toNumber(*v) : std::nullopt;
    }
    template <class... Keys> std::optional<int> integer(Keys... keys) const
    {
        const auto v = get(keys...);
        return v ? toInteger(*v) : std::nullopt;
    }
    bool yes(std::string_view key) const
    {
        const auto v = get(key);
        return v && lowered(*v) == "true";
    }
    const std::vector<std::pair<std::string, std::string>>& entries() const { return entries_; }
    const std::vector<std::string>& odd() const { return odd_; } ///< keys whose values are not as they were written

private:
    std::vector<std::pair<std::string, std::string>> entries_;
    std::vector<std::string> odd_;
};

constexpr std::array kBodies{
    "sun",    "mercury", "venus",     "earth",   "moon",   "mars",   "phobos", "deimos", "ceres",   "vesta",   "jupiter",
    "io",     "europa",  "ganymede",  "callisto", "amalthea", "saturn", "mimas",  "enceladus", "tethys", "dione",   "rhea",
    "titan",  "iapetus", "hyperion",  "phoebe",  "uranus", "miranda", "ariel", "umbriel", "titania", "oberon",  "neptune",
    "triton", "pluto",   "charon",    "bennu",   "ryugu",  "eros",   "67p",    "arrokoth", "itokawa"};

bool isBody(const std::string& word)
{
    return std::find(kBodies.begin(), kBodies.end(), word) != kBodies.end();
}

std::string withoutIvo(std::string id)
{
    if (lowered(id).starts_with("ivo://")) id.erase(0, 6);
    return id;
}

std::string identifier(const Lines& l)
{
    if (const auto id = l.get("creator_did", "id", "publisher_did")) return withoutIvo(*id);
    const auto authority = l.get("creator_id", "publisher_id"), name = l.get("obs_id");
    if (authority && name) return withoutIvo(*authority) + "?" + *name;
    return {};
}

std::optional<Limits> limits(const Lines& l, const char* newer, const char* second, const char* older)
{
    const auto text = l.get(newer, second, older);
    if (!text) return std::nullopt;
    // Blank separated first: a comma may be a decimal point.
    std::vector<double> v;
    std::string_view rest = *text;
    while (!rest.empty() && v.size() < 2) {
        const size_t end = rest.find_first_of(" \t;");
        if (const auto n = toNumber(rest.substr(0, end))) v.push_back(*n);
        rest = end == std::string_view::npos ? std::string_view() : trimmed(rest.substr(end + 1));
    }
    if (v.size() < 2) {
        v.clear();
        for (const std::string& w : words(*text))
            if (const auto n = toNumber(w)) v.push_back(*n);
    }
    if (v.size() < 2 || v[0] == v[1]) return std::nullopt;
    return Limits{v[0], v[1]};
}

std::string withoutSlash(std::string s)
{
    while (s.size() > 1 && s.back() == '/') s.pop_back();
    return s;
}

using Warnings = std::vector<std::string>;

void readFrame(const Lines& l, SurveyInfo& info, Warnings& warnings)
{
    const std::string body = lowered(l.text("hips_body"));
    if (!body.empty() && body != "sky") {
        info.body = body;
        info.frame = sky::Frame::Body;
        return;
    }
    const auto given = l.get("hips_frame", "coordsys", "hips_coordsys");
    if (!given) {
        warnings.emplace_back("properties do not name a frame; ICRS is assumed");
        return;
    }
    const bool planet = lowered(l.text("type", "dataproduct_type")) == "planet";
    for (const std::string& word : words(*given)) {
        const std::string w = lowered(word);
        if (isBody(w) || planet) {
            info.body = w;
            info.frame = sky::Frame::Body;
            return;
        }
        if (w == "c" || w == "q" || w.starts_with("equ") || w.starts_with("icrs") || w == "j2000" || w == "celestial") {
            info.frame = sky::Frame::Icrs;
            return;
        }
        if (w.starts_with("fk5")) {
            info.frame = sky::Frame::Fk5;
            return;
        }
        if (w == "g" || w.starts_with("gal")) {
            info.frame = sky::Frame::Galactic;
            return;
        }
        if (w == "e" || w.starts_with("ecl")) {
            info.frame = sky::Frame::EclipticJ2000;
            return;
        }
    }
    warnings.push_back("unknown frame \"" + *given + "\"; ICRS is assumed");
}

void readFormats(const Lines& l, SurveyInfo& info, Warnings& warnings)
{
    const auto given = l.get("hips_tile_format", "format");
    if (given)
        for (const std::string& word : words(*given)) {
            const auto f = formatFromWord(word);
            if (!f) {
                warnings.push_back("unknown tile format \"" + word + "\"");
            } else if (std::find(info.formats.begin(), info.formats.end(), *f) == info.formats.end()) {
                info.formats.push_back(*f);
            }
        }
    if (info.formats.empty()) warnings.emplace_back("properties name no known tile format");
}

/// hips_order_hierarchy of the draft 2.0: "3_4 2_3 1_2".
std::optional<std::pair<int, int>> hierarchy(const Lines& l)
{
    const auto text = l.get("hips_order_hierarchy");
    if (!text) return std::nullopt;
    int lo = 99, hi = -1;
    for (const std::string& w : words(*text))
        if (const auto n = toInteger(std::string_view(w).substr(0, w.find('_')))) {
            lo = std::min(lo, *n);
            hi = std::max(hi, *n);
        }
    if (hi < 0) return std::nullopt;
    return std::pair{lo, hi};
}

void readOrders(const Lines& l, SurveyInfo& info, Warnings& warnings)
{
    const auto listed = hierarchy(l);
    auto deepest = l.integer("hips_order", "maxorder", "hips_order_max");
    auto lowest = l.integer("hips_order_min", "minorder");
    if (!deepest && listed) deepest = listed->second;
    if (!lowest && listed) lowest = listed->first;
    info.orderGuessed = !deepest;
    if (!deepest) warnings.emplace_back("properties do not say the deepest order");
    if (deepest && (*deepest < 0 || *deepest > sky::kMaxOrder)) {
        warnings.push_back("hips_order " + std::to_string(*deepest) + " is not between 0 and 29");
        deepest = std::clamp(*deepest, 0, sky::kMaxOrder);
    }
    info.orderMax = deepest.value_or(3);
    if (lowest && (*lowest < 0 || *lowest > info.orderMax)) {
        warnings.push_back("hips_order_min " + std::to_string(*lowest) + " is not between 0 and hips_order");
        lowest = 0;
    }
    info.orderMin = lowest.value_or(0);
}

void readTileWidth(const Lines& l, SurveyInfo& info, Warnings& warnings)
{
    auto width = l.integer("hips_tile_width", "nside");
    if (!width)
        if (const auto order = l.integer("tileorder"); order && *order >= 0 && *order < 20) width = 1 << *order;
    info.tileWidth = info.axisOrders ? 256 : 512;
    if (!width) return;
    if (*width < 8 || *width > 8192 || !std::has_single_bit(static_cast<unsigned>(*width))) {
        warnings.push_back("hips_tile_width " + std::to_string(*width) + " is not a power of two from 8 to 8192; " +
                           std::to_string(info.tileWidth) + " is assumed");
        return;
    }
    info.tileWidth = *width;
}

SurveyKind kindOf(const Lines& l, const SurveyInfo& info)
{
    const std::string type = lowered(l.text("dataproduct_type"));
    if (type.starts_with("catalog") || l.yes("iscatalog")) return SurveyKind::Catalogue;
    if (info.formats.size() == 1 && info.formats.front() == TileFormat::Tsv) return SurveyKind::Catalogue;
    if (type.find("cube") != std::string::npos || l.yes("iscube") || info.cubeDepth > 1) return SurveyKind::Cube;
    if (info.frame == sky::Frame::Body) return SurveyKind::Planet;
    for (const std::string& w : words(l.text("dataproduct_subtype")))
        if (const std::string low = lowered(w); low == "color" || low == "colour") return SurveyKind::Colour;
    if (l.yes("iscolor") || l.yes("iscolored")) return SurveyKind::Colour;
    return SurveyKind::Image;
}

void readStart(const Lines& l, SurveyInfo& info)
{
    info.initialRa = l.number("hips_initial_ra", "obs_initial_ra");
    info.initialDec = l.number("hips_initial_dec", "obs_initial_dec");
    info.initialFov = l.number("hips_initial_fov", "obs_initial_fov", "targetradius");
    if (!info.initialRa || !info.initialDec) {
        const auto target = words(l.text("target"));
        info.initialRa = info.initialDec = std::nullopt;
        if (target.size() >= 2) {
            info.initialRa = toNumber(target[0]);
            info.initialDec = toNumber(target[1]);
        }
    }
    if (!info.initialRa || !info.initialDec || std::abs(*info.initialDec) > 90) info.initialRa = info.initialDec = std::nullopt;
    // Aladin's way of saying "the whole sky".
    if (info.initialFov && *info.initialFov < 0.0000278) info.initialFov = 360;
}

void readMirrors(const Lines& l, SurveyInfo& info)
{
    info.url = withoutSlash(l.text("hips_service_url"));
    std::vector<std::pair<int, std::string>> found;
    for (const auto& [key, value] : l.entries())
        if (constexpr std::string_view stem = "hips_service_url_"; key.starts_with(stem))
            if (const auto n = toInteger(std::string_view(key).substr(stem.size()))) found.emplace_back(*n, withoutSlash(value));
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    for (auto& [n, url] : found)
        if (url != info.url && std::find(info.mirrors.begin(), info.mirrors.end(), url) == info.mirrors.end())
            info.mirrors.push_back(std::move(url));
}

void readDescription(const Lines& l, SurveyInfo& info)
{
    info.id = identifier(l);
    info.title = l.text("obs_title", "description", "obs_collection", "label");
    if (info.title.empty()) info.title = info.id;
    info.description = l.text("obs_description", "verbosedescription");
    info.credit = l.text("obs_copyright", "copyright", "obs_ack", "acknowledgement", "hips_copyright", "prov_progenitor");
    info.copyrightUrl = l.text("obs_copyright_url", "copyrighturl");
    info.regime = l.text("obs_regime");
    info.band = l.text("obs_bandpass", "obs_band");
    info.bibcode = l.text("bib_reference");
    info.unit = l.text("hips_bunit", "data_bunit", "obs_bunit");
    info.status = l.text("hips_status");
    info.releaseDate = l.text("hips_release_date", "processingdate");
    info.category = l.text("client_category", "category");
}

std::string spelt(double v)
{
    std::array<char, 40> b;
    const auto r = std::to_chars(b.data(), b.data() + b.size(), v);
    return {b.data(), r.ptr};
}

const char* frameWord(sky::Frame f)
{
    switch (f) {
    case sky::Frame::Galactic: return "galactic";
    case sky::Frame::EclipticJ2000: return "ecliptic";
    case sky::Frame::Fk5: return "fk5";
    default: return "equatorial";
    }
}

} // namespace

const char* formatWord(TileFormat f)
{
    switch (f) {
    case TileFormat::Jpeg: return "jpeg";
    case TileFormat::Png: return "png";
    case TileFormat::Webp: return "webp";
    case TileFormat::Fits: return "fits";
    case TileFormat::Tsv: return "tsv";
    }
    return "";
}

const char* formatExtension(TileFormat f)
{
    return f == TileFormat::Jpeg ? "jpg" : formatWord(f);
}

std::optional<TileFormat> formatFromWord(std::string_view word)
{
    std::string w = lowered(trimmed(word));
    if (w.starts_with('.')) w.erase(0, 1);
    if (w.starts_with("image/")) w.erase(0, 6);
    if (w == "jpeg" || w == "jpg") return TileFormat::Jpeg;
    if (w == "png") return TileFormat::Png;
    if (w == "webp") return TileFormat::Webp;
    if (w == "fits" || w == "fit") return TileFormat::Fits;
    if (w == "tsv") return TileFormat::Tsv;
    return std::nullopt;
}

Expected<Read<SurveyInfo>> parseProperties(std::string_view text)
{
    const std::string_view start = trimmed(text.starts_with("\xEF\xBB\xBF") ? text.substr(3) : text);
    if (start.starts_with('<')) return Error{Errc::Parse, "expected the properties of a HiPS, found an HTML page", {}};
    const Lines l(text);
    if (l.empty()) return Error{Errc::Parse, "expected lines \"key = value\" as HiPS properties, found none", {}};
    if (!l.get("hips_order", "maxorder", "hips_frame", "coordsys", "hips_tile_format", "format", "hips_version", "creator_did",
               "obs_title", "hips_service_url", "hips_order_hierarchy"))
        return Error{Errc::Parse, "no keyword of HiPS properties found", {}};

    Read<SurveyInfo> result;
    SurveyInfo& info = result.value;
    readDescription(l, info);
    readMirrors(l, info);
    readOrders(l, info, result.warnings);
    readFrame(l, info, result.warnings);
    readFormats(l, info, result.warnings);
    info.cubeDepth = std::clamp(l.integer("hips_cube_depth", "cubedepth").value_or(1), 1, 1 << 24);
    const int first = l.integer("hips_cube_firstframe", "cubefirstframe").value_or(0);
    info.cubeFirst = std::clamp(first, 0, info.cubeDepth - 1);
    if (first != info.cubeFirst)
        result.warnings.push_back("hips_cube_firstframe " + std::to_string(first) + " is not between 0 and " + std::to_string(info.cubeDepth - 1));
    info.kind = kindOf(l, info);
    info.axisOrders = l.get("hips_order_freq", "hips_order_axis2", "hips_order_time").has_value();
    readTileWidth(l, info, result.warnings);
    readStart(l, info);
    info.pixelCut = limits(l, "hips_pixel_cut", "pixelcut", "pixelcut");
    info.dataRange = limits(l, "hips_data_range", "hips_data_minmax", "pixelrange");
    info.pixelFunction = lowered(l.text("hips_pixel_function"));
    info.skyFraction = l.number("moc_sky_fraction");
    info.emMin = l.number("em_min");
    info.emMax = l.number("em_max");
    info.tMin = l.number("t_min");
    info.tMax = l.number("t_max");
    info.bitpix = l.integer("hips_pixel_bitpix", "data_pixel_bitpix").value_or(0);
    for (const std::string& key : l.odd())
        if (result.warnings.size() < kMostWarnings) result.warnings.push_back(key + " is not UTF-8, or longer than " + std::to_string(kLongestValue) + " bytes: changed");
    return result;
}

std::string writeProperties(const SurveyInfo& info)
{
    std::string out;
    const auto line = [&](std::string key, const std::string& value) {
        if (value.empty()) return;
        key.resize(std::max<size_t>(key.size(), 20), ' ');
        std::string one = value;
        std::replace_if(one.begin(), one.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
        out += key + " = " + one + "\n";
    };
    const auto number = [&](const char* key, const std::optional<double>& v) {
        if (v) line(key, spelt(*v));
    };
    const auto pair = [&](const char* key, const std::optional<Limits>& v) {
        if (v) line(key, spelt(v->lo) + " " + spelt(v->hi));
    };
    std::string formats;
    for (TileFormat f : info.formats) formats += (formats.empty() ? "" : " ") + std::string(formatWord(f));
    line("creator_did", info.id.empty() ? "" : "ivo://" + info.id);
    line("obs_title", info.title);
    line("obs_description", info.description);
    line("obs_copyright", info.credit);
    line("obs_copyright_url", info.copyrightUrl);
    line("obs_regime", info.regime);
    line("obs_bandpass", info.band);
    line("bib_reference", info.bibcode);
    line("client_category", info.category);
    line("hips_builder", "Firmament");
    line("hips_version", "1.4");
    line("hips_release_date", info.releaseDate);
    line("hips_status", info.status.empty() ? "public master clonableOnce" : info.status);
    line("hips_frame", info.frame == sky::Frame::Body ? info.body : frameWord(info.frame));
    if (info.frame == sky::Frame::Body) line("hips_body", info.body);
    line("hips_order", std::to_string(info.orderMax));
    line("hips_order_min", std::to_string(info.orderMin));
    line("hips_tile_width", std::to_string(info.tileWidth));
    line("hips_tile_format", formats);
    if (info.bitpix) line("hips_pixel_bitpix", std::to_string(info.bitpix));
    // Mean pixel size in degrees: sqrt(pi/3) / (tile width x 2^order), Gorski et al. 2005.
    line("hips_pixel_scale", spelt(std::sqrt(sky::kPi / 3) / sky::kRadPerDeg / (info.tileWidth * std::exp2(info.orderMax))));
    line("hips_bunit", info.unit);
    pair("hips_pixel_cut", info.pixelCut);
    pair("hips_data_range", info.dataRange);
    line("hips_pixel_function", info.pixelFunction);
    number("hips_initial_ra", info.initialRa);
    number("hips_initial_dec", info.initialDec);
    number("hips_initial_fov", info.initialFov);
    number("moc_sky_fraction", info.skyFraction);
    number("em_min", info.emMin);
    number("em_max", info.emMax);
    number("t_min", info.tMin);
    number("t_max", info.tMax);
    switch (info.kind) {
    case SurveyKind::Catalogue: line("dataproduct_type", "catalog"); break;
    case SurveyKind::Cube: line("dataproduct_type", "cube"); break;
    default: line("dataproduct_type", "image"); break;
    }
    if (info.kind == SurveyKind::Colour) line("dataproduct_subtype", "color");
    if (info.cubeDepth > 1) {
        line("hips_cube_depth", std::to_string(info.cubeDepth));
        line("hips_cube_firstframe", std::to_string(info.cubeFirst));
    }
    line("hips_service_url", info.url.starts_with("http") ? info.url : "");
    for (size_t i = 0; i < info.mirrors.size(); ++i) line("hips_service_url_" + std::to_string(i + 1), info.mirrors[i]);
    return out;
}

TileFormat chooseFormat(const SurveyInfo& info, std::optional<TileFormat> wanted)
{
    const auto has = [&](TileFormat f) { return std::find(info.formats.begin(), info.formats.end(), f) != info.formats.end(); };
    if (wanted && has(*wanted)) return *wanted;
    const auto picture = std::find_if(info.formats.begin(), info.formats.end(), [](TileFormat f) { return f == TileFormat::Webp || f == TileFormat::Png || f == TileFormat::Jpeg; });
    if (picture != info.formats.end()) return *picture;
    for (TileFormat f : {TileFormat::Fits, TileFormat::Tsv})
        if (has(f)) return f;
    return wanted.value_or(TileFormat::Jpeg);
}

std::string tilePath(sky::Cell cell, TileFormat format, int channel)
{
    std::string path = "Norder" + std::to_string(cell.order) + "/Dir" + std::to_string(cell.pix / 10000 * 10000) + "/Npix" +
                       std::to_string(cell.pix);
    if (channel > 0) path += "_" + std::to_string(channel);
    return path + "." + formatExtension(format);
}

std::string allskyPath(int order, TileFormat format, int channel)
{
    std::string path = "Norder" + std::to_string(order) + "/Allsky";
    if (channel > 0) path += "_" + std::to_string(channel);
    return path + "." + formatExtension(format);
}

} // namespace firmament::hips
