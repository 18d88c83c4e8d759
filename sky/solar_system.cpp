#include "sky/solar_system.h"

#include <erfa.h>

#include <algorithm>
#include <cmath>
#include <iterator>

namespace firmament::sky {
namespace {

constexpr double kLightDaysPerAu = 499.004783836 / 86400.0;

// Equatorial radius in km and V(1,0) (Mallama & Hilton 2018, the constant terms; Sun and Moon as usually quoted).
struct BodyFacts {
    const char* name;
    double radiusKm, v10;
    int plan94; // number of the planet for eraPlan94, 0 = not a planet
};
constexpr BodyFacts kFacts[] = {
    {"Sun", 695700, -26.74, 0},    {"Moon", 1737.4, 0.21, 0},      {"Mercury", 2439.7, -0.613, 1},
    {"Venus", 6051.8, -4.384, 2},  {"Mars", 3396.2, -1.601, 4},    {"Jupiter", 71492, -9.395, 5},
    {"Saturn", 60268, -8.914, 6},  {"Uranus", 25559, -7.110, 7},   {"Neptune", 24764, -7.000, 8},
};
const BodyFacts& facts(Body b) { return kFacts[static_cast<size_t>(b)]; }

using Vec = Eigen::Vector3d;

struct EarthState {
    Vec heliocentric, barycentric;
};
EarthState earth(double jd)
{
    double h[2][3], b[2][3];
    eraEpv00(2451545.0, jd - 2451545.0, h, b);
    return {Vec(h[0][0], h[0][1], h[0][2]), Vec(b[0][0], b[0][1], b[0][2])};
}
// Heliocentric position of a planet, au. plan94 is in the mean equator of J2000, within 0.02 arcsec of ICRS: far below its accuracy.
Vec planet(int number, double jd)
{
    double pv[2][3];
    eraPlan94(2451545.0, jd - 2451545.0, number, pv);
    return {pv[0][0], pv[0][1], pv[0][2]};
}

Vec moonFromEarth(double jd)
{
    double pv[2][3];
    eraMoon98(2451545.0, jd - 2451545.0, pv);
    return {pv[0][0], pv[0][1], pv[0][2]};
}

// V by phase angle i in degrees: the terms that matter to a tenth of a magnitude (Mallama & Hilton 2018).
double phaseTerm(Body b, double i)
{
    switch (b) {
    case Body::Mercury: return 6.3280e-2 * i - 1.6336e-3 * i * i + 3.3644e-5 * i * i * i - 3.4265e-7 * std::pow(i, 4) +
                               1.6893e-9 * std::pow(i, 5) - 3.0334e-12 * std::pow(i, 6);
    case Body::Venus: return i < 163.7 ? -1.044e-3 * i + 3.687e-4 * i * i - 2.814e-6 * i * i * i + 8.938e-9 * std::pow(i, 4)
                                       : 236.05828 + 4.384 - 2.81914 * i + 8.39034e-3 * i * i;
    case Body::Mars: return 2.267e-2 * i - 1.302e-4 * i * i;
    case Body::Jupiter: return -3.7e-4 * i + 6.16e-4 * i * i;
    case Body::Saturn: return 2.446e-4 * i + 2.672e-4 * i * i; // globe alone: the rings are not reckoned
    case Body::Moon: return 0.026 * i + 4.0e-9 * std::pow(i, 4); // Allen 1973
    default: return 0;
    }
}

BodyPlace placed(Body b, const Vec& geocentric, const Vec& fromSun)
{
    BodyPlace out;
    out.body = b;
    out.distanceAu = geocentric.norm();
    out.dirIcrs = geocentric / out.distanceAu;
    const double radiusAu = facts(b).radiusKm / 149597870.7;
    out.diameter = Angle::rad(2 * std::asin(std::min(1.0, radiusAu / out.distanceAu)));
    if (b == Body::Sun) {
        out.phase = 1;
        out.magnitude = facts(b).v10 + 5 * std::log10(out.distanceAu);
        return out;
    }
    const double r = fromSun.norm();
    const double phaseAngle = separation(fromSun / r, out.dirIcrs).rad(); // Sun - body - Earth
    out.phase = (1 + std::cos(phaseAngle)) / 2;
    out.magnitude = facts(b).v10 + 5 * std::log10(r * out.distanceAu) + phaseTerm(b, phaseAngle / kRadPerDeg);
    return out;
}

} // namespace

const char* bodyName(Body b) { return facts(b).name; }

BodyPlace bodyAt(Body b, double jdTdb)
{
    const EarthState e = earth(jdTdb);
    if (b == Body::Moon) {
        // Where the Moon was among the stars when the light left: the Earth has moved on by 20 arcsec as seen from there.
        const double left = jdTdb - moonFromEarth(jdTdb).norm() * kLightDaysPerAu;
        const Vec moon = earth(left).barycentric + moonFromEarth(left) - e.barycentric;
        return placed(b, moon, e.heliocentric + moon);
    }
    // Light left the body when it was distance/c ago; the Sun moves about the barycentre, too little to matter.
    double delay = 0;
    Vec body = Vec::Zero(), geocentric = -e.heliocentric;
    for (int i = 0; i < 3; ++i) {
        if (b != Body::Sun) body = planet(facts(b).plan94, jdTdb - delay);
        geocentric = body - e.heliocentric;
        delay = geocentric.norm() * kLightDaysPerAu;
    }
    return placed(b, geocentric, body);
}

std::vector<BodyPlace> allBodies(double jdTdb)
{
    std::vector<BodyPlace> out;
    out.reserve(std::size(kFacts));
    for (size_t i = 0; i < std::size(kFacts); ++i) out.push_back(bodyAt(static_cast<Body>(i), jdTdb));
    return out;
}

} // namespace firmament::sky
