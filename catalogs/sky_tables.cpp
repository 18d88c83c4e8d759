#include "catalogs/sky_tables.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <optional>

#include "catalogs/name_fold.h"

namespace firmament::catalogs {

namespace {

constexpr int kDaySeconds = 86400;

std::vector<std::string_view> split(std::string_view s, char at)
{
    std::vector<std::string_view> parts;
    parts.reserve(10);
    for (;;) {
        const size_t i = s.find(at);
        parts.push_back(s.substr(0, i));
        if (i == std::string_view::npos) return parts;
        s.remove_prefix(i + 1);
    }
}

std::vector<std::string> splitNames(std::string_view s)
{
    std::vector<std::string> names;
    if (s.empty()) return names;
    for (auto part : split(s, '|')) {
        if (!part.empty()) names.emplace_back(part);
    }
    return names;
}

template <class T> std::optional<T> parse(std::string_view s)
{
    T v{};
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
    if (error != std::errc() || end != s.data() + s.size()) return std::nullopt;
    if constexpr (std::is_floating_point_v<T>) {
        if (!std::isfinite(v)) return std::nullopt;
    }
    return v;
}

/// Calls `row` for every line that is no comment; it returns false when the line is no good.
void eachLine(std::string_view text, const char* table, std::vector<std::string>& warnings, const std::function<bool(std::string_view)>& row)
{
    size_t number = 0;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        std::string_view line = text.substr(0, end);
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
        ++number;
        if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        if (line.empty() || line[0] == '#' || row(line)) continue;
        if (warnings.size() < 100) warnings.push_back(std::string(table) + " line " + std::to_string(number) + " cannot be read");
    }
}

std::optional<sky::Dir> parseDir(std::string_view ra, std::string_view dec)
{
    const auto a = parse<double>(ra), d = parse<double>(dec);
    if (!a || !d || std::abs(*d) > 90 || std::abs(*a) > 720) return std::nullopt;
    return sky::toDir(sky::Angle::deg(*a), sky::Angle::deg(*d));
}

std::optional<DeepSkyKind> kindFromWord(std::string_view s)
{
    constexpr std::pair<std::string_view, DeepSkyKind> kWords[] = {
        {"Galaxy", DeepSkyKind::Galaxy},
        {"OpenCluster", DeepSkyKind::OpenCluster},
        {"GlobularCluster", DeepSkyKind::GlobularCluster},
        {"Nebula", DeepSkyKind::Nebula},
        {"PlanetaryNebula", DeepSkyKind::PlanetaryNebula},
        {"SupernovaRemnant", DeepSkyKind::SupernovaRemnant},
        {"ClusterWithNebula", DeepSkyKind::ClusterWithNebula},
        {"StarGroup", DeepSkyKind::StarGroup},
        {"DarkNebula", DeepSkyKind::DarkNebula},
        {"Star", DeepSkyKind::Star},
        {"Other", DeepSkyKind::Other},
    };
    for (const auto& [word, kind] : kWords) {
        if (word == s) return kind;
    }
    return std::nullopt;
}

/// "α1" -> "α¹"
std::string superscript(const std::string& bayer)
{
    constexpr std::string_view kDigits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    std::string out;
    for (size_t i = 0; i < bayer.size(); ++i) {
        const char c = bayer[i];
        if (i > 0 && c >= '0' && c <= '9') out += kDigits[c - '0'];
        else out += c;
    }
    return out;
}

/// From a to b the shorter way, in seconds of time: -43200..43200.
int turn(int from, int to)
{
    int d = (to - from) % kDaySeconds;
    if (d > kDaySeconds / 2) d -= kDaySeconds;
    if (d < -kDaySeconds / 2) d += kDaySeconds;
    return d;
}

bool readBorder(std::string_view text, BorderRing& ring)
{
    for (auto corner : split(text, ' ')) {
        const auto xy = split(corner, ',');
        if (xy.size() != 2) return false;
        const auto ra = parse<int>(xy[0]), dec = parse<int>(xy[1]);
        if (!ra || !dec || *ra < 0 || *ra >= kDaySeconds || std::abs(*dec) > 90 * 60) return false;
        ring.corners.push_back({*ra, *dec});
    }
    if (ring.corners.size() < 4) return false;
    int around = 0, dec = 0;
    for (size_t i = 0; i < ring.corners.size(); ++i) {
        const auto& a = ring.corners[i];
        const auto& b = ring.corners[(i + 1) % ring.corners.size()];
        if (a.raSeconds != b.raSeconds && a.decArcmin != b.decArcmin) return false;
        around += turn(a.raSeconds, b.raSeconds);
        dec += a.decArcmin > 0 ? 1 : -1;
    }
    ring.aroundNorthPole = around != 0 && dec > 0;
    return true;
}

} // namespace

const Eigen::Matrix3d& toB1875()
{
    static const Eigen::Matrix3d m = (Eigen::Matrix3d() << 0.99953592803959956, 0.027935235948032204, 0.012147063453534978,
                                       -0.027935234880521558, 0.99960972075234267, -0.00016979279517725931,
                                       -0.012147065908544641, -0.00016961707158125172, 0.9999262072872489).finished();
    return m;
}

std::string StarNameRow::bayerText() const { return bayer.empty() ? std::string() : superscript(bayer) + " " + constellation; }
std::string StarNameRow::flamsteedText() const { return flamsteed.empty() ? std::string() : flamsteed + " " + constellation; }
std::string StarNameRow::variableText() const { return variable.empty() ? std::string() : variable + " " + constellation; }

bool BorderRing::contains(const sky::Dir& dirB1875) const
{
    double ra = std::atan2(dirB1875.y(), dirB1875.x()) * (kDaySeconds / (2 * sky::kPi));
    if (ra < 0) ra += kDaySeconds;
    const double dec = std::atan2(dirB1875.z(), std::hypot(dirB1875.x(), dirB1875.y())) / sky::kRadPerDeg * 60;
    // Along the meridian to the north pole: how many sides on parallels are crossed.
    bool inside = aroundNorthPole;
    for (size_t i = 0; i < corners.size(); ++i) {
        const Corner& a = corners[i];
        const Corner& b = corners[(i + 1) % corners.size()];
        if (a.decArcmin != b.decArcmin || a.raSeconds == b.raSeconds || a.decArcmin <= dec) continue;
        const int length = turn(a.raSeconds, b.raSeconds);
        double from = length > 0 ? a.raSeconds : b.raSeconds;
        double along = ra - from;
        if (along < 0) along += kDaySeconds;
        if (along < std::abs(length)) inside = !inside;
    }
    return inside;
}

std::vector<sky::Dir> BorderRing::subdivided(sky::Angle step) const
{
    std::vector<sky::Dir> ring;
    for (size_t i = 0; i < corners.size(); ++i) {
        const Corner& a = corners[i];
        const Corner& b = corners[(i + 1) % corners.size()];
        const double ra = a.raSeconds / 240.0, dec = a.decArcmin / 60.0;
        const double dRa = turn(a.raSeconds, b.raSeconds) / 240.0, dDec = (b.decArcmin - a.decArcmin) / 60.0;
        const double length = std::max(std::abs(dRa) * std::cos(dec * sky::kRadPerDeg), std::abs(dDec));
        // Near a pole a parallel curves fast: at least one piece for each 10 degrees of RA.
        const int pieces = std::max({1, static_cast<int>(std::ceil(length / step.deg())), static_cast<int>(std::ceil(std::abs(dRa) / 10))});
        for (int k = 0; k < pieces; ++k) {
            const double t = static_cast<double>(k) / pieces;
            ring.push_back(toB1875().transpose() * sky::toDir(sky::Angle::deg(ra + dRa * t), sky::Angle::deg(dec + dDec * t)));
        }
    }
    return ring;
}

std::vector<StarNameRow> readStarNames(std::string_view text, std::vector<std::string>& warnings)
{
    std::vector<StarNameRow> rows;
    rows.reserve(12000);
    eachLine(text, "star_names.tsv", warnings, [&](std::string_view line) {
        const auto f = split(line, '\t');
        const auto hip = parse<uint32_t>(f[0]);
        if (f.size() != 6 || !hip || *hip == 0) return false;
        StarNameRow r;
        r.hip = *hip;
        r.constellation = f[1];
        r.proper = splitNames(f[2]);
        std::stable_partition(r.proper.begin(), r.proper.end(), [](const std::string& n) { return n.starts_with('*'); });
        for (auto& name : r.proper) {
            if (!name.starts_with('*')) continue;
            name.erase(0, 1);
            ++r.approved;
        }
        r.bayer = f[3];
        r.flamsteed = f[4];
        r.variable = f[5];
        rows.push_back(std::move(r));
        return true;
    });
    return rows;
}

std::vector<ConstellationRow> readConstellations(std::string_view text, std::vector<std::string>& warnings)
{
    std::vector<ConstellationRow> rows;
    eachLine(text, "constellations.tsv", warnings, [&](std::string_view line) {
        const auto f = split(line, '\t');
        if (f[0] == "C" && f.size() == 6) {
            const auto label = parseDir(f[4], f[5]);
            if (!label) return false;
            rows.push_back({std::string(f[1]), std::string(f[2]), std::string(f[3]), *label, {}, {}});
            return true;
        }
        if (rows.empty() || f.size() != 2) return false;
        if (f[0] == "L") {
            std::vector<uint32_t> chain;
            for (auto word : split(f[1], ' ')) {
                const auto hip = parse<uint32_t>(word);
                if (!hip) return false;
                chain.push_back(*hip);
            }
            rows.back().lines.push_back(std::move(chain));
            return true;
        }
        BorderRing ring;
        if (f[0] != "B" || !readBorder(f[1], ring)) return false;
        rows.back().borders.push_back(std::move(ring));
        return true;
    });
    return rows;
}

std::vector<DeepSkyObject> readDeepSky(std::string_view text, std::vector<std::string>& warnings)
{
    std::vector<DeepSkyObject> rows;
    rows.reserve(14000);
    eachLine(text, "deepsky.tsv", warnings, [&](std::string_view line) {
        auto f = split(line, '\t');
        if (f.size() < 5 || f[0].empty()) return false;
        f.resize(10); // empty fields at the end of a line are not written
        const auto kind = kindFromWord(f[2]);
        const auto dir = parseDir(f[3], f[4]);
        if (!kind || !dir) return false;
        const auto number = [&](size_t i, float unknown) {
            const auto v = parse<float>(f[i]);
            return v ? *v : unknown;
        };
        DeepSkyObject o;
        o.name = f[0];
        o.aka = splitNames(f[1]);
        o.kind = *kind;
        o.dirIcrs = *dir;
        o.majorArcmin = std::max(0.0f, number(5, 0));
        o.minorArcmin = std::max(0.0f, number(6, 0));
        o.positionAngleDeg = number(7, 0);
        o.v = number(8, number(9, std::numeric_limits<float>::quiet_NaN()));
        rows.push_back(std::move(o));
        return true;
    });
    return rows;
}

std::vector<MilkyWayContour> readMilkyWay(std::string_view text, std::vector<std::string>& warnings)
{
    std::vector<MilkyWayContour> rows;
    eachLine(text, "milky_way.tsv", warnings, [&](std::string_view line) {
        const auto f = split(line, '\t');
        const auto level = parse<int>(f[0]);
        if (f.size() != 2 || !level || *level < 0 || *level > 4) return false;
        MilkyWayContour c{*level, {}};
        for (auto point : split(f[1], ' ')) {
            const auto xy = split(point, ',');
            const auto dir = xy.size() == 2 ? parseDir(xy[0], xy[1]) : std::nullopt;
            if (!dir) return false;
            c.ring.push_back(*dir);
        }
        if (c.ring.size() < 3) return false;
        rows.push_back(std::move(c));
        return true;
    });
    return rows;
}

} // namespace firmament::catalogs
