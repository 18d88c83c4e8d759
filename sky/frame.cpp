#include "sky/frame.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include <Eigen/Geometry>
#include <erfa.h>

namespace firmament::sky {

namespace {

constexpr size_t kFrames = 5;

Eigen::Matrix3d fromErfa(double (&m)[3][3])
{
    Eigen::Matrix3d out;
    for (int i = 0; i < 3; ++i)
        for (int j = 0; j < 3; ++j) out(i, j) = m[i][j];
    return out;
}

/// One Newton step towards the nearest orthogonal matrix: leaves 1e-16.
Eigen::Matrix3d orthonormal(const Eigen::Matrix3d& m)
{
    return 0.5 * m * (3.0 * Eigen::Matrix3d::Identity() - m.transpose() * m);
}

/// Hipparcos Catalogue (ESA SP-1200) volume 1, eq. 1.5.11: the definition of galactic coordinates in ICRS.
Eigen::Matrix3d icrsToGalactic()
{
    Eigen::Matrix3d n;
    n << -0.054875560416215368492398900454, -0.873437090234885048760383168409, -0.483835015548713226831774175116,
        +0.494109427875583673525222371358, -0.444829629960011178146614061616, +0.746982244497218890527388004556,
        -0.867666149019004701181616534570, -0.198076373431201528180486091412, +0.455983776175066922072100478348;
    return n;
}

Eigen::Matrix3d icrsTo(Frame frame)
{
    double m[3][3];
    double spin[3];
    switch (frame) {
    case Frame::Icrs:
    case Frame::Body: break;
    case Frame::Galactic: return orthonormal(icrsToGalactic());
    case Frame::EclipticJ2000: eraEcm06(2451545.0, 0.0, m); return orthonormal(fromErfa(m));
    case Frame::Fk5: eraFk5hip(m, spin); return orthonormal(fromErfa(m)).transpose(); // ERFA's goes FK5 -> Hipparcos
    }
    return Eigen::Matrix3d::Identity();
}

using Table = std::array<std::array<Eigen::Matrix3d, kFrames>, kFrames>;

Table makeTable()
{
    Table table;
    for (size_t from = 0; from < kFrames; ++from) {
        for (size_t to = 0; to < kFrames; ++to) {
            const auto f = static_cast<Frame>(from), t = static_cast<Frame>(to);
            if (f == t || f == Frame::Body || t == Frame::Body)
                table[from][to].setIdentity();
            else
                table[from][to] = orthonormal(icrsTo(t) * icrsTo(f).transpose());
        }
    }
    return table;
}

} // namespace

Dir toDir(Angle lon, Angle lat)
{
    const double c = std::cos(lat.rad());
    return {c * std::cos(lon.rad()), c * std::sin(lon.rad()), std::sin(lat.rad())};
}

SkyPos toPos(const Dir& dir, Frame frameOfDir)
{
    double lon = std::atan2(dir.y(), dir.x());
    if (lon < 0) lon += 2 * kPi;
    if (lon >= 2 * kPi) lon = 0; // -1e-17 + 2 pi rounds to 2 pi
    return {Angle::rad(lon), Angle::rad(std::atan2(dir.z(), std::hypot(dir.x(), dir.y()))), frameOfDir};
}

const Eigen::Matrix3d& rotation(Frame from, Frame to)
{
    static const Table table = makeTable();
    return table[static_cast<size_t>(from)][static_cast<size_t>(to)];
}

SkyPos converted(const SkyPos& p, Frame to)
{
    if (p.frame == to) return p;
    if (p.frame == Frame::Body || to == Frame::Body) return {p.lon, p.lat, to};
    return toPos(rotation(p.frame, to) * toDir(p), to);
}

Angle separation(const Dir& a, const Dir& b) { return Angle::rad(std::atan2(a.cross(b).norm(), a.dot(b))); }

Angle positionAngle(const Dir& from, const Dir& to)
{
    // East and north at `from`, times cos(lat); `to` in that basis. At a pole atan2 gives the limit from longitude 0.
    double east = from.x() * to.y() - from.y() * to.x();
    double north = to.z() * (from.x() * from.x() + from.y() * from.y()) - from.z() * (from.x() * to.x() + from.y() * to.y());
    if (from.x() == 0 && from.y() == 0) {
        east = to.y();
        north = from.z() > 0 ? -to.x() : to.x();
    }
    const double pa = std::atan2(east, north);
    return Angle::rad(pa < 0 ? pa + 2 * kPi : pa);
}

bool Cap::contains(const Dir& d) const
{
    if (radius.rad() >= kPi) return true;
    if (radius.rad() < 0) return false;
    // By the chord, which keeps its digits for tiny caps where the dot product does not.
    const double chord = 2 * std::sin(0.5 * radius.rad());
    return (d - centre).squaredNorm() <= chord * chord;
}

bool Cap::overlaps(const Cap& o) const
{
    if (radius.rad() < 0 || o.radius.rad() < 0) return false;
    const double sum = radius.rad() + o.radius.rad();
    if (sum >= kPi) return true;
    const double chord = 2 * std::sin(0.5 * sum);
    return (centre - o.centre).squaredNorm() <= chord * chord;
}

const char* frameName(Frame f)
{
    switch (f) {
    case Frame::Icrs: return "ICRS";
    case Frame::Galactic: return "Galactic";
    case Frame::EclipticJ2000: return "Ecliptic";
    case Frame::Fk5: return "FK5";
    case Frame::Body: return "Body";
    }
    return "ICRS";
}

std::optional<Frame> frameFromName(std::string_view s)
{
    std::string key(s);
    std::transform(key.begin(), key.end(), key.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (key == "icrs" || key == "equatorial" || key == "equ") return Frame::Icrs;
    if (key == "galactic" || key == "gal") return Frame::Galactic;
    if (key == "ecliptic" || key == "ecl") return Frame::EclipticJ2000;
    if (key == "fk5" || key == "j2000") return Frame::Fk5;
    if (key == "body") return Frame::Body;
    return std::nullopt;
}

} // namespace firmament::sky
