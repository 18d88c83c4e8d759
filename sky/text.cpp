#include "sky/text.h"

#include <erfa.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>
#include <span>
#include <vector>

#include <Eigen/Geometry>

namespace firmament::sky {
namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }
bool isAlpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string lower(std::string_view s)
{
    std::string out(s);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

void replaceAll(std::string& s, std::string_view from, std::string_view to)
{
    for (size_t at = s.find(from); at != std::string::npos; at = s.find(from, at + to.size())) s.replace(at, from.size(), to);
}

// Typographic spellings to plain ones: minus signs, primes, degree sign, no-break spaces.
std::string plain(std::string_view text)
{
    std::string s(text);
    static constexpr std::pair<const char*, const char*> kMarks[] = {
        {"\u2212", "-"}, {"\u2013", "-"}, {"\u2012", "-"}, {"\u00b0", "d"}, {"\u00ba", "d"}, {"\u2032", "'"}, {"\u2019", "'"},
        {"\u2033", "\""}, {"\u201d", "\""}, {"''", "\""}, {"\u02b0", "h"}, {"\u1d50", "m"}, {"\u02e2", "s"},
        {"\u00a0", " "}, {"\u2009", " "}, {"\u202f", " "}, {" deg", "deg"}};
    for (const auto& [from, to] : kMarks) replaceAll(s, from, to);
    return s;
}

std::string_view trimmed(std::string_view s)
{
    constexpr std::string_view kBlank = " \t\r\n";
    const size_t first = s.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return s.substr(first, s.find_last_not_of(kBlank) - first + 1);
}

std::string quoted(std::string_view s)
{
    std::string out = "\"";
    out.append(s.substr(0, 60));
    return out + (s.size() > 60 ? "...\"" : "\"");
}

Error wrong(std::string_view text, const std::string& why, const char* example)
{
    return {Errc::Parse, why + ". Example: " + example, quoted(text)};
}

// One number with what stands before and after it.
struct Token {
    double value = 0;
    bool negative = false, signedHere = false, fraction = false;
    bool joined = false;     ///< by a colon to the number before it
    bool afterComma = false; ///< or semicolon
    char unit = '\0'; ///< h d m s ' " or 0
    size_t digits = 0;
};

// ---- positions -----------------------------------------------------------------------------------------------------

constexpr const char* kExample = "05:41:04.6 -02:28:42 or 85.269 -2.478";

enum class Words : uint8_t { Icrs, Galactic, Supergalactic, Ecliptic, Fk5, Fk4 };
struct FrameWord {
    const char* word;
    Words frame;
    bool equinox = false; ///< goes with the name of a frame, and stands for one when alone
};
constexpr FrameWord kFrameWords[] = {
    {"icrs", Words::Icrs},          {"equatorial", Words::Icrs},        {"j2000", Words::Fk5, true},   {"fk5", Words::Fk5},
    {"gal", Words::Galactic},       {"galactic", Words::Galactic},      {"ecl", Words::Ecliptic},      {"ecliptic", Words::Ecliptic},
    {"fk4", Words::Fk4},            {"b1950", Words::Fk4, true},        {"j2000.0", Words::Fk5, true}, {"b1950.0", Words::Fk4, true},
    {"sgal", Words::Supergalactic}, {"supergalactic", Words::Supergalactic},
};

struct FrameChoice {
    std::optional<Words> named, equinox;
    bool contradictory = false;

    void take(const FrameWord& w)
    {
        auto& mine = w.equinox ? equinox : named;
        contradictory = contradictory || (mine && *mine != w.frame);
        mine = w.frame;
        // B1950 is of FK4 alone, and FK4 has no other equinox here.
        if (named && equinox) contradictory = contradictory || (*named == Words::Fk4) != (*equinox == Words::Fk4);
    }
    Words frame() const { return named ? *named : equinox.value_or(Words::Icrs); }
};

// Takes frame words off both ends ("GAL 184.557 -5.784", "... gal", "FK5 J2000").
FrameChoice takeFrame(std::string& s)
{
    FrameChoice choice;
    for (bool again = true; again;) {
        again = false;
        const std::string_view t = trimmed(s);
        for (const FrameWord& f : kFrameWords) {
            const std::string_view w = f.word;
            if (t.size() <= w.size()) continue;
            const bool front = lower(t.substr(0, w.size())) == w && std::string_view(" \t:,(").find(t[w.size()]) != std::string_view::npos;
            const bool back = lower(t.substr(t.size() - w.size())) == w &&
                              std::string_view(" \t,)").find(t[t.size() - w.size() - 1]) != std::string_view::npos;
            if (!front && !back) continue;
            std::string rest(front ? t.substr(w.size() + 1) : t.substr(0, t.size() - w.size()));
            s = rest;
            choice.take(f);
            again = true;
            break;
        }
    }
    return choice;
}

// "10,68 41,27": two numbers with a comma each, a blank or semicolon between them, and no point.
std::string withDecimalPoints(std::string s)
{
    const auto isNumber = [](std::string_view t) {
        if (!t.empty() && (t[0] == '+' || t[0] == '-')) t.remove_prefix(1);
        const size_t comma = t.find(',');
        if (comma == 0 || comma == std::string_view::npos || comma + 1 == t.size()) return false;
        for (size_t i = 0; i < t.size(); ++i)
            if (i != comma && !isDigit(t[i])) return false;
        return true;
    };
    const std::string_view t = trimmed(s);
    const size_t first = t.find_first_of(" \t;");
    if (first == std::string_view::npos) return s;
    if (!isNumber(t.substr(0, first)) || !isNumber(trimmed(t.substr(first + 1)))) return s;
    std::replace(s.begin(), s.end(), ',', '.');
    return s;
}

// Splits into numbers; false when there is a character that no position has (then it is a name).
bool tokenise(std::string_view s, std::vector<Token>& out)
{
    size_t at = 0;
    bool negative = false, signedHere = false, joined = false, afterComma = false;
    while (at < s.size()) {
        const char c = s[at];
        if (c == ' ' || c == '\t' || c == ':' || c == ',' || c == ';' || c == '(' || c == ')' || c == '/') {
            if (signedHere && c != ' ') return false;
            joined = joined || c == ':';
            afterComma = afterComma || c == ',' || c == ';';
            ++at;
            continue;
        }
        if (c == '+' || c == '-') {
            if (signedHere) return false;
            signedHere = true;
            negative = c == '-';
            ++at;
            continue;
        }
        if (!isDigit(c) && c != '.') return false;
        Token t;
        t.negative = negative;
        t.signedHere = signedHere;
        t.joined = joined && !out.empty();
        t.afterComma = afterComma && !out.empty();
        negative = signedHere = joined = afterComma = false;
        const size_t start = at;
        while (at < s.size() && isDigit(s[at])) ++at;
        t.digits = at - start;
        if (at < s.size() && s[at] == '.') {
            t.fraction = true;
            ++at;
            while (at < s.size() && isDigit(s[at])) ++at;
        }
        // An exponent, but not "5e" of something else.
        if (at + 1 < s.size() && (s[at] == 'e' || s[at] == 'E')) {
            size_t e = at + 1;
            if (s[e] == '+' || s[e] == '-') ++e;
            if (e < s.size() && isDigit(s[e])) {
                while (e < s.size() && isDigit(s[e])) ++e;
                at = e;
                t.fraction = true;
            }
        }
        if (t.digits == 0 && !t.fraction) return false;
        const auto [end, error] = std::from_chars(s.data() + start, s.data() + at, t.value);
        if (error != std::errc() || end != s.data() + at || !std::isfinite(t.value)) return false;
        if (at < s.size()) {
            const char u = static_cast<char>(std::tolower(static_cast<unsigned char>(s[at])));
            if (u == 'h' || u == 'd' || u == 'm' || u == 's' || u == '\'' || u == '"') {
                // A word ("deg", "min") or one letter.
                size_t e = at + 1;
                if (isAlpha(s[at]))
                    while (e < s.size() && isAlpha(s[e])) ++e;
                const std::string word = lower(s.substr(at, e - at));
                if (word.size() > 1 && word != "deg" && word != "degrees" && word != "degree" && word != "min" && word != "sec" && word != "hours" && word != "hour" &&
                    word != "arcmin" && word != "arcsec")
                    return false;
                t.unit = u;
                at = e;
            } else if (isAlpha(s[at])) {
                return false;
            }
        }
        out.push_back(t);
    }
    return !signedHere;
}

struct Sexagesimal {
    double value; ///< in the unit of the first token (degrees or hours), never negative
    bool negative;
};

Expected<Sexagesimal> sexagesimal(std::string_view text, std::span<const Token> part, const char* what)
{
    static constexpr double kDivide[3] = {1, 60, 3600};
    static constexpr const char* kNames[3] = {"degrees or hours", "minutes", "seconds"};
    double value = 0;
    for (size_t i = 0; i < part.size(); ++i) {
        // "41.27 2deg", "41 30m": the second is no part of the first, but a field after the position, say.
        const char unit = part[i].unit;
        if (i > 0 && (unit == 'd' || unit == 'h')) return wrong(text, std::string(what) + " has degrees or hours twice", kExample);
        if (i > 0 && (unit == 'm' || unit == 's') && part[0].unit != 'd' && part[0].unit != 'h')
            return wrong(text, std::string(what) + " has a unit in its " + kNames[i] + " and none before", kExample);
        if (i > 0 && part[i].signedHere) return wrong(text, std::string(what) + " has a sign in its " + kNames[i], kExample);
        if (i + 1 < part.size() && part[i].fraction)
            return wrong(text, std::string(what) + " has a fraction before its last part", kExample);
        // 60 seconds is a rounded 59.99...: carried. 60 minutes is a slip.
        if (i == 1 && part[i].value >= 60) return wrong(text, std::string(what) + " has more than 59 minutes", kExample);
        if (i == 2 && part[i].value > 60) return wrong(text, std::string(what) + " has more than 60 seconds", kExample);
        value += part[i].value / kDivide[i];
    }
    return Sexagesimal{value, part[0].negative};
}

// De Vaucouleurs et al. 1991 (RC3): the pole at l 47.37, b +6.32, the zero of longitude at l 137.37, b 0.
Eigen::Matrix3d supergalacticToGalactic()
{
    const Dir x = toDir(Angle::deg(137.37), Angle::deg(0)), z = toDir(Angle::deg(47.37), Angle::deg(6.32));
    Eigen::Matrix3d m;
    m << x, z.cross(x), z;
    return m;
}

Expected<SkyPos> inFrame(std::string_view text, double lonDeg, double latDeg, Words frame)
{
    if (!(std::abs(latDeg) <= 90)) {
        char found[32];
        std::snprintf(found, sizeof found, "%.6g", latDeg);
        return wrong(text, std::string("the latitude is ") + found + ", expected -90 to 90", kExample);
    }
    double lon = std::fmod(lonDeg, 360.0);
    if (lon < 0) lon += 360;
    const auto pos = [&](Frame f) { return SkyPos{Angle::deg(lon), Angle::deg(latDeg), f}; };
    switch (frame) {
    case Words::Icrs: return pos(Frame::Icrs);
    case Words::Galactic: return pos(Frame::Galactic);
    case Words::Supergalactic: return toPos(supergalacticToGalactic() * toDir(Angle::deg(lon), Angle::deg(latDeg)), Frame::Galactic);
    case Words::Ecliptic: return pos(Frame::EclipticJ2000);
    case Words::Fk5: return pos(Frame::Fk5);
    case Words::Fk4: {
        double ra = 0, dec = 0;
        eraFk45z(lon * kRadPerDeg, latDeg * kRadPerDeg, 1950.0, &ra, &dec);
        return SkyPos{Angle::rad(ra < 0 ? ra + 2 * kPi : ra), Angle::rad(dec), Frame::Fk5};
    }
    }
    return pos(Frame::Icrs);
}

// "J053431.94+220052.2": HHMMSS.ss+DDMMSS.s, HHMM.m+DDMM, HHMM+DD, or without a point as 2MASS has it, HHMMSSss+DDMMSSs. Truncated
// names, read as they stand.
std::optional<std::vector<Token>> packed(std::string_view s)
{
    const size_t split = s.find_first_of("+-");
    if (split == std::string_view::npos || split < 4) return std::nullopt;
    std::vector<Token> out;
    const auto half = [&](std::string part, bool isLatitude, bool negative) {
        if (part.find('.') == std::string::npos && part.size() > 6) part.insert(6, 1, '.');
        const size_t dot = std::min(part.find('.'), part.size());
        if (dot != 4 && dot != 6 && !(isLatitude && part.size() == 2)) return false;
        for (size_t i = 0; i < part.size(); ++i)
            if (i != dot && !isDigit(part[i])) return false;
        for (size_t i = 0; i < dot; i += 2) {
            Token t;
            const bool last = i + 2 >= dot;
            const std::string digits = last ? part.substr(i) : part.substr(i, 2);
            std::from_chars(digits.data(), digits.data() + digits.size(), t.value);
            t.fraction = last && dot < part.size();
            t.negative = i == 0 && negative;
            t.signedHere = i == 0 && isLatitude;
            out.push_back(t);
        }
        return true;
    };
    if (!half(std::string(s.substr(0, split)), false, false) || !half(std::string(s.substr(split + 1)), true, s[split] == '-')) return std::nullopt;
    return out;
}

// Where the latitude starts: at its sign, else at the second h/d unit ("10 41 2deg" has one, after the position), else at the one
// comma, else where numbers joined by colons begin or end, else in the middle.
Expected<size_t> latitudeStart(std::string_view text, const std::vector<Token>& tokens)
{
    size_t commas = 0, comma = 0;
    std::vector<size_t> starts{0}; // of what colons join, and of single numbers
    for (size_t i = 1; i < tokens.size(); ++i) {
        const Token& t = tokens[i];
        if (t.signedHere || (tokens[0].unit && (t.unit == 'd' || t.unit == 'h'))) return i;
        if (t.afterComma) ++commas, comma = i;
        if (!t.joined) starts.push_back(i);
    }
    if (commas == 1) return comma;
    if (starts.size() == tokens.size()) { // no colons
        if (tokens.size() % 2 == 0) return tokens.size() / 2;
        return wrong(text, std::to_string(tokens.size()) + " numbers without a sign between longitude and latitude", kExample);
    }
    if (starts.size() == 1) return wrong(text, "one angle, expected a longitude and a latitude", kExample);
    // One angle with colons, the other with blanks or alone: "05:34:31.9 22 00 52", "05 34 31.9 22:00:52".
    const size_t groups = starts.size();
    const bool firstAlone = starts[1] > 1 && tokens.size() - starts[1] == groups - 1;
    const bool lastAlone = tokens.size() - starts.back() > 1 && starts.back() == groups - 1;
    if (groups == 2 || firstAlone) return starts[1];
    if (lastAlone) return starts.back();
    return wrong(text, "numbers with and without colons between them", kExample);
}

Expected<SkyPos> fromTokens(std::string_view text, const std::vector<Token>& tokens, Words frame, bool packedName)
{
    if (tokens.size() < 2) return wrong(text, "one number, expected a longitude and a latitude", kExample);
    if (tokens.size() > 6) return wrong(text, std::to_string(tokens.size()) + " numbers, expected 2, 4 or 6", kExample);
    const auto start = latitudeStart(text, tokens);
    if (!start) return start.error();
    const size_t split = *start;
    if (tokens[split].joined) return wrong(text, "a colon between longitude and latitude", kExample);
    const std::span<const Token> all(tokens);
    const auto lonPart = all.subspan(0, split), latPart = all.subspan(split);
    if (lonPart.size() > 3 || latPart.size() > 3) return wrong(text, "more than three numbers for one angle", kExample);
    const auto lon = sexagesimal(text, lonPart, "the longitude");
    if (!lon) return lon.error();
    const auto lat = sexagesimal(text, latPart, "the latitude");
    if (!lat) return lat.error();

    const bool equatorial = frame == Words::Icrs || frame == Words::Fk5 || frame == Words::Fk4;
    // Letters win; without them two bare numbers are degrees and sexagesimal equatorial longitudes are hours.
    const char unit = lonPart[0].unit;
    const bool hours = unit == 'h' || (unit != 'd' && equatorial && (lonPart.size() > 1 || packedName));
    if (const char u = latPart[0].unit; u == 'm' || u == 's' || u == '\'' || u == '"') {
        if (latPart[0].value >= 60) return wrong(text, "more than 59 minutes", kExample);
        return wrong(text, "no latitude", kExample);
    }
    if (latPart[0].unit == 'h') return wrong(text, "the latitude is in hours, expected degrees", kExample);
    if (hours && lon->negative) return wrong(text, "the right ascension in hours is negative", kExample);
    if (hours && lon->value > 24) return wrong(text, "the right ascension has more than 24 hours", kExample);
    const double lonDeg = (lon->negative ? -lon->value : lon->value) * (hours ? 15.0 : 1.0);
    const double latDeg = lat->negative ? -lat->value : lat->value;
    return inFrame(text, lonDeg, latDeg, frame);
}

// ---- formatting ----------------------------------------------------------------------------------------------------

std::string sexagesimalText(double value, int decimals, char separator, int width, double wrapAt, std::string prefix)
{
    if (!std::isfinite(value)) return "nan";
    decimals = std::clamp(decimals, 0, 12);
    double scale = 1;
    for (int i = 0; i < decimals; ++i) scale *= 10;
    // Whole units of the last digit, rounded once, then split: 59.9999 carries.
    double units = std::round(value * 3600 * scale);
    if (wrapAt > 0 && units >= wrapAt * 3600 * scale) units -= wrapAt * 3600 * scale;
    const double seconds = std::floor(units / scale);
    const double part = units - seconds * scale;
    const long long whole = static_cast<long long>(seconds);
    char text[64];
    std::snprintf(text, sizeof text, "%0*lld%c%02lld%c%02lld", width, whole / 3600, separator, whole / 60 % 60, separator, whole % 60);
    prefix += text;
    if (decimals > 0) {
        std::snprintf(text, sizeof text, ".%0*.0f", decimals, part);
        prefix += text;
    }
    return prefix;
}

std::string fixed(double v, int decimals)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", std::clamp(decimals, 0, 15), v);
    if (text[0] == '-' && std::string_view(text).find_first_not_of("-0.") == std::string_view::npos) return text + 1; // no "-0.0"
    return text;
}

/// A longitude in degrees: what rounds to 360 is 0.
std::string longitudeText(Angle lon, int decimals)
{
    const double deg = lon.deg() - 360 * std::floor(lon.deg() / 360);
    const std::string text = fixed(deg, decimals);
    return text.substr(0, 3) == "360" ? fixed(0, decimals) : text;
}

int decimalsFor(double unitsPerStep) { return static_cast<int>(std::clamp(std::ceil(-std::log10(unitsPerStep)), 0.0, 12.0)); }

} // namespace

Expected<Angle> parseAngle(std::string_view input)
{
    static constexpr const char* kAngleExample = "1.5, 20m, 30s or 0.5deg";
    const std::string text = plain(input);
    const std::string_view s = trimmed(text);
    if (s.empty()) return wrong(input, "an empty angle", kAngleExample);
    const char* begin = s.data();
    if (*begin == '+' && s.size() > 1 && s[1] != '-') ++begin;
    double value = 0;
    const auto [end, error] = std::from_chars(begin, s.data() + s.size(), value);
    if (error != std::errc() || !std::isfinite(value)) return wrong(input, "no number", kAngleExample);
    const std::string unit = lower(trimmed(std::string_view(end, static_cast<size_t>(s.data() + s.size() - end))));
    struct Unit {
        const char* word;
        double degrees;
    };
    static constexpr Unit kUnits[] = {{"", 1}, {"d", 1}, {"deg", 1}, {"degree", 1}, {"degrees", 1},
                                      {"m", 1 / 60.0}, {"'", 1 / 60.0}, {"min", 1 / 60.0}, {"arcmin", 1 / 60.0},
                                      {"s", 1 / 3600.0}, {"\"", 1 / 3600.0}, {"sec", 1 / 3600.0}, {"arcsec", 1 / 3600.0}, {"as", 1 / 3600.0},
                                      {"mas", 1 / 3.6e6}, {"rad", 180 / kPi}};
    for (const Unit& u : kUnits)
        if (unit == u.word) return Angle::deg(value * u.degrees);
    return wrong(input, "unknown unit " + quoted(unit), kAngleExample);
}

Expected<SkyPos> parsePosition(std::string_view input)
{
    std::string text = plain(input);
    if (trimmed(text).empty()) return wrong(input, "an empty position", kExample);
    const std::string_view whole = trimmed(text);
    const Error aName{Errc::NotFound, "not a position; it may be a name", quoted(input)};

    // "J053431.94+220052.2" and "G121.17-21.57".
    if (whole.size() > 5 && (whole[0] == 'J' || whole[0] == 'j') && isDigit(whole[1])) {
        if (auto tokens = packed(whole.substr(1))) return fromTokens(input, *tokens, Words::Icrs, true); // else "J2000 10 20", or a name
    }
    Words frame = Words::Icrs;
    if (whole.size() > 3 && (whole[0] == 'G' || whole[0] == 'g') && (isDigit(whole[1]) || whole[1] == '.')) {
        std::string rest(whole.substr(1));
        text = rest;
        frame = Words::Galactic;
    } else {
        std::string rest(whole);
        const FrameChoice choice = takeFrame(rest);
        if (choice.contradictory) return wrong(input, "two frames that contradict each other", kExample);
        frame = choice.frame();
        text = rest;
    }
    text = withDecimalPoints(std::move(text));
    std::vector<Token> tokens;
    if (!tokenise(trimmed(text), tokens) || tokens.empty()) return aName;
    return fromTokens(input, tokens, frame, false);
}

std::optional<SkyPos> positionInName(std::string_view name)
{
    const std::string text = plain(name);
    const std::string_view whole = trimmed(text);
    const size_t blank = whole.find_last_of(" \t");
    if (blank == std::string_view::npos || whole[blank + 1] != 'J') return std::nullopt;
    const auto pos = parsePosition(whole.substr(blank + 1));
    return pos ? std::optional(*pos) : std::nullopt;
}

std::string formatHms(Angle lon, int decimals, char separator)
{
    double hours = std::fmod(lon.deg() / 15, 24.0);
    if (hours < 0) hours += 24;
    return sexagesimalText(hours, decimals, separator, 2, 24, "");
}

std::string formatDms(Angle lat, int decimals, char separator, Sign sign)
{
    const double d = lat.deg();
    return sexagesimalText(std::abs(d), decimals, separator, 2, 0, std::signbit(d) ? "-" : (sign == Sign::Always ? "+" : ""));
}

std::string formatDeg(Angle a, int decimals) { return fixed(a.deg(), decimals); }

std::string formatLongitudeDeg(Angle lon, int decimals) { return longitudeText(lon, decimals); }

std::string formatField(Angle a)
{
    const double d = std::abs(a.deg());
    // Three significant digits, no zeros at the end.
    const auto three = [](double v) {
        std::string text = fixed(v, v >= 99.95 ? 0 : v >= 9.995 ? 1 : 2);
        if (text.find('.') != std::string::npos) text.erase(text.find_last_not_of('0') + 1);
        if (text.back() == '.') text.pop_back();
        return text;
    };
    const std::string sign = a.deg() < 0 ? "-" : "";
    if (d >= 1) return sign + three(d) + "\u00b0";
    if (d * 60 >= 1) return sign + three(d * 60) + "\u2032";
    if (d * 3600 >= 0.09995 || d == 0) return sign + three(d * 3600) + "\u2033";
    return d * 3.6e6 >= 1 ? sign + three(d * 3.6e6) + " mas" : sign + three(d * 3.6e9) + " \u00b5as";
}

std::string spell(const SkyPos& pos, PosSpelling spelling, Angle precision)
{
    const double step = std::max(1e-13, precision.deg());
    const int degrees = decimalsFor(step), arcsec = std::min(decimalsFor(step * 3600), 8), seconds = arcsec + 1;
    const auto as = [&](Frame f) { return pos.frame == Frame::Body || pos.frame == f ? pos : converted(pos, f); };
    const auto pair = [&](const SkyPos& p) { return longitudeText(p.lon, degrees) + " " + (p.lat.deg() < 0 ? "" : "+") + formatDeg(p.lat, degrees); };
    switch (spelling) {
    case PosSpelling::Sexagesimal: {
        if (pos.frame == Frame::Body || pos.frame == Frame::Galactic || pos.frame == Frame::EclipticJ2000) return pair(pos);
        return formatHms(pos.lon, seconds) + " " + formatDms(pos.lat, arcsec);
    }
    case PosSpelling::Degrees: return pair(pos.frame == Frame::Body ? pos : as(Frame::Icrs));
    case PosSpelling::Hms: {
        const SkyPos p = as(Frame::Icrs);
        std::string ra = formatHms(p.lon, seconds, ':'), dec = formatDms(p.lat, arcsec, ':');
        if (ra.size() < 8 || dec.size() < 9) return ra + " " + dec; // not a number
        ra[2] = 'h', ra[5] = 'm', dec[3] = 'd', dec[6] = 'm';
        return ra + "s " + dec + "s";
    }
    case PosSpelling::GalacticDegrees: return pair(as(Frame::Galactic));
    case PosSpelling::EclipticDegrees: return pair(as(Frame::EclipticJ2000));
    case PosSpelling::AstropySkyCoord: {
        const SkyPos p = as(Frame::Icrs);
        return "SkyCoord(" + longitudeText(p.lon, degrees) + ", " + formatDeg(p.lat, degrees) + ", unit=\"deg\", frame=\"icrs\")";
    }
    case PosSpelling::Ds9Region: {
        const SkyPos p = as(Frame::Icrs);
        return "icrs; point(" + longitudeText(p.lon, degrees) + "," + formatDeg(p.lat, degrees) + ")";
    }
    case PosSpelling::Json: {
        const SkyPos p = as(Frame::Icrs);
        return "{\"ra\": " + longitudeText(p.lon, degrees) + ", \"dec\": " + formatDeg(p.lat, degrees) + "}";
    }
    }
    return {};
}

} // namespace firmament::sky
