// Calabretta & Greisen 2002 (Paper II), Calabretta & Roukema 2007 (HPX). Written in components of the camera vector rather
// than in angles, so that differences near the centre, the poles and the antipode do not cancel.
#include "sky/projection.h"

#include <algorithm>
#include <cctype>
#include <cmath>

namespace firmament::sky {

namespace {

constexpr double kSqrt2 = std::numbers::sqrt2;
constexpr double kSqrt3 = std::numbers::sqrt3;
constexpr double kEdge = 1e-12; ///< what was clipped to the edge of a map still counts as inside
constexpr double kMerTheta = 85.0 * kRadPerDeg;
constexpr double kCos75 = 0.25 * kSqrt2 * (kSqrt3 - 1);

constexpr std::array<ProjInfo, 10> kInfo{{
    {"TAN", "Gnomonic", Angle::deg(150), true, kCos75, kPi / 2},
    {"SIN", "Orthographic", Angle::deg(180), true, 0.0, kPi / 2},
    {"STG", "Stereographic", Angle::deg(300), true, -0.5 * kSqrt3, kPi / 2},
    {"ZEA", "Zenithal equal-area", Angle::deg(360), true, -1.0, kPi / 2},
    {"ARC", "Zenithal equidistant", Angle::deg(360), true, -1.0, kPi / 2},
    {"AIT", "Hammer-Aitoff", Angle::deg(360), false, -1.0, kPi / 2},
    {"MOL", "Mollweide", Angle::deg(360), false, -1.0, kPi / 2},
    {"CAR", "Plate carr\u00e9e", Angle::deg(360), false, -1.0, kPi / 2},
    {"MER", "Mercator", Angle::deg(360), false, -1.0, kMerTheta},
    {"HPX", "HEALPix", Angle::deg(360), false, -1.0, kPi / 2},
}};

double sign(double v) { return v < 0 ? -1.0 : 1.0; }

// ---- zenithal: plane = k * (X, Y), k a function of Z = cos c and rho = sin c

bool zenithalScale(Proj p, double rho, double z, double& k)
{
    switch (p) {
    case Proj::Tan: k = 1 / z; return true;
    case Proj::Sin: k = 1; return true;
    case Proj::Stg: k = z >= 0 ? 2 / (1 + z) : 2 * (1 - z) / (rho * rho); return true;
    case Proj::Zea: k = z >= 0 ? std::sqrt(2 / (1 + z)) : std::sqrt(2 * (1 - z)) / rho; return true;
    case Proj::Arc: k = rho < 1e-9 && z > 0 ? 1 : std::atan2(rho, z) / rho; return true;
    default: return false;
    }
}

bool projectZenithal(Proj p, const Dir& c, Eigen::Vector2d& plane)
{
    if (c.z() < info(p).zMin - kEdge) return false;
    const double rho = std::hypot(c.x(), c.y());
    if (rho == 0 && c.z() < 0) { // the antipode is the whole rim: take its right end
        plane = {p == Proj::Zea ? 2.0 : kPi, 0.0};
        return true;
    }
    double k = 1;
    if (!zenithalScale(p, rho, c.z(), k)) return false;
    plane = {k * c.x(), k * c.y()};
    return true;
}

bool unprojectZenithal(Proj p, const Eigen::Vector2d& plane, Dir& c)
{
    const double r2 = plane.squaredNorm(), r = std::sqrt(r2);
    double z = 1, k = 1; // (X, Y) = k * plane
    switch (p) {
    case Proj::Tan:
        k = z = 1 / std::sqrt(1 + r2);
        break;
    case Proj::Sin:
        if (r > 1 + kEdge) return false;
        z = std::sqrt(std::max(0.0, (1 - r) * (1 + r)));
        break;
    case Proj::Stg:
        k = 1 / (1 + 0.25 * r2);
        z = (1 - 0.25 * r2) * k;
        break;
    case Proj::Zea:
        if (r > 2 + kEdge) return false;
        z = 1 - 0.5 * r2;
        k = std::sqrt(std::max(0.0, (1 - 0.5 * r) * (1 + 0.5 * r)));
        break;
    default: // ARC
        if (r > kPi + kEdge) return false;
        z = std::cos(r);
        k = r < 1e-9 ? 1 : std::sin(r) / r;
        break;
    }
    if (z < info(p).zMin - kEdge) return false;
    c = {k * plane.x(), k * plane.y(), z};
    return true;
}

// ---- Hammer-Aitoff (Paper II, 5.5.2), with half-angle formulas in components

bool projectAit(const Dir& c, Eigen::Vector2d& plane)
{
    const double h = std::hypot(c.x(), c.z()); // cos(theta)
    double cosHalf = 0, sinHalf = 0;           // times cos(theta)
    if (c.z() >= 0) {
        cosHalf = std::sqrt(0.5 * h * (h + c.z()));
        sinHalf = cosHalf > 0 ? 0.5 * c.x() * h / cosHalf : 0;
    } else {
        sinHalf = sign(c.x()) * std::sqrt(0.5 * h * (h - c.z()));
        cosHalf = sinHalf != 0 ? 0.5 * c.x() * h / sinHalf : 0;
    }
    const double g = std::sqrt(2 / (1 + cosHalf));
    plane = {2 * g * sinHalf, g * c.y()};
    return true;
}

bool unprojectAit(const Eigen::Vector2d& plane, Dir& c)
{
    const double a = 0.25 * plane.x(), b = 0.5 * plane.y();
    const double w2 = 1 - a * a - b * b;
    if (!(w2 >= 0.5 - kEdge)) return false;
    const double w = std::sqrt(w2);
    const double sinHalf = 2 * a * w, cosHalf = std::max(0.0, 2 * w2 - 1); // times cos(theta)
    const double h = std::hypot(sinHalf, cosHalf);
    c.y() = plane.y() * w;
    c.x() = h > 0 ? 2 * sinHalf * cosHalf / h : 0;
    c.z() = h > 0 ? (cosHalf - sinHalf) * (cosHalf + sinHalf) / h : 0;
    return true;
}

// ---- Mollweide (Paper II, 5.5.3)

/// w - sin w, keeping its digits for small w.
double minusSine(double w)
{
    if (std::abs(w) > 0.7) return w - std::sin(w);
    const double w2 = w * w;
    double term = w * w2 / 6, sum = 0;
    for (int k = 4; k < 24; k += 2) {
        sum += term;
        term *= -w2 / static_cast<double>(k * (k + 1));
    }
    return sum + term;
}

/// Solves w - sin w = m, 0 <= m <= pi, by Halley's iteration. Near 0 it is a triple root, hence the cube root to start.
double inverseMinusSine(double m)
{
    if (m <= 0) return 0;
    double w = std::min(kPi, std::cbrt(6 * m));
    for (int i = 0; i < 8; ++i) {
        const double f = minusSine(w) - m;
        const double s = std::sin(0.5 * w);
        const double f1 = 2 * s * s, f2 = std::sin(w);
        const double step = 2 * f * f1 / (2 * f1 * f1 - f * f2);
        w -= step;
        if (std::abs(step) <= 1e-16 * w) break;
    }
    return w;
}

/// Solves 2g + sin 2g = pi s for |s| <= 1/2 or so, where the root is simple.
double gammaOf(double s)
{
    double g = 0.25 * kPi * s;
    for (int i = 0; i < 12; ++i) {
        const double c = std::cos(g);
        const double step = (2 * g + std::sin(2 * g) - kPi * s) / (4 * c * c);
        g -= step;
        if (std::abs(step) <= 1e-16 * std::abs(g) || step == 0) break;
    }
    return g;
}

bool projectMol(const Dir& c, Eigen::Vector2d& plane)
{
    const double h = std::hypot(c.x(), c.z());
    const double phi = std::atan2(c.x(), c.z());
    double sinGamma = 0, cosGamma = 1;
    if (std::abs(c.y()) < 0.5) {
        const double g = gammaOf(c.y());
        sinGamma = std::sin(g);
        cosGamma = std::cos(g);
    } else {
        // From the pole: d = pi/2 - |gamma|, 2d - sin 2d = pi (1 - sin|theta|).
        const double d = 0.5 * inverseMinusSine(kPi * h * h / (1 + std::abs(c.y())));
        sinGamma = sign(c.y()) * std::cos(d);
        cosGamma = std::sin(d);
    }
    plane = {2 * kSqrt2 / kPi * phi * cosGamma, kSqrt2 * sinGamma};
    return true;
}

bool unprojectMol(const Eigen::Vector2d& plane, Dir& c)
{
    const double s = plane.y() / kSqrt2;
    if (std::abs(s) > 1 + kEdge) return false;
    const double cosGamma = std::sqrt(std::max(0.0, (1 - s) * (1 + s)));
    // Beside a pole the last digit of y is worth many of cos(gamma).
    const double edge = kEdge + 1e-15 / std::max(cosGamma, 1e-8);
    if (std::abs(plane.x()) > 2 * kSqrt2 * cosGamma + edge) return false;
    double y = 0, h = 1;
    if (std::abs(s) < 0.35) {
        const double g = std::asin(s);
        y = (2 * g + std::sin(2 * g)) / kPi;
        h = std::sqrt((1 - y) * (1 + y));
    } else {
        const double d = std::atan2(cosGamma, std::abs(s));
        const double q = minusSine(2 * d) / kPi; // 1 - sin|theta|
        y = sign(s) * (1 - q);
        h = std::sqrt(std::max(0.0, q * (2 - q)));
    }
    const double phi = cosGamma > 0 ? std::clamp(kPi * plane.x() / (2 * kSqrt2 * cosGamma), -kPi, kPi) : 0;
    c = {h * std::sin(phi), y, h * std::cos(phi)};
    return true;
}

// ---- cylindrical and HPX

double longitude(const Dir& c) { return std::atan2(c.x(), c.z()); }

bool fromAngles(double phi, double sinTheta, double cosTheta, Dir& c)
{
    if (std::abs(phi) > kPi + kEdge) return false;
    phi = std::clamp(phi, -kPi, kPi);
    c = {cosTheta * std::sin(phi), sinTheta, cosTheta * std::cos(phi)};
    return true;
}

bool projectMer(const Dir& c, Eigen::Vector2d& plane)
{
    const double h = std::hypot(c.x(), c.z());
    const double theta = std::atan2(c.y(), h);
    if (std::abs(theta) > kMerTheta + kEdge) return false;
    plane = {longitude(c), std::asinh(c.y() / h)};
    return true;
}

bool unprojectMer(const Eigen::Vector2d& plane, Dir& c)
{
    if (std::abs(plane.y()) > std::asinh(std::tan(kMerTheta)) + kEdge) return false;
    return fromAngles(plane.x(), std::tanh(plane.y()), 1 / std::cosh(plane.y()), c);
}

/// Middle longitude of the quarter that holds a longitude (or, in the caps, a plane x).
double quarterCentre(double phi)
{
    const double quarter = std::clamp(std::floor(phi / (kPi / 2)), -2.0, 1.0);
    return (quarter + 0.5) * (kPi / 2);
}

bool projectHpx(const Dir& c, Eigen::Vector2d& plane)
{
    const double phi = longitude(c), za = std::abs(c.y());
    if (za <= 2.0 / 3.0) {
        plane = {phi, 0.375 * kPi * c.y()};
        return true;
    }
    const double sigma = kSqrt3 * std::hypot(c.x(), c.z()) / std::sqrt(1 + za);
    const double middle = quarterCentre(phi);
    plane = {middle + (phi - middle) * sigma, sign(c.y()) * 0.25 * kPi * (2 - sigma)};
    return true;
}

bool unprojectHpx(const Eigen::Vector2d& plane, Dir& c)
{
    const double ya = std::abs(plane.y());
    if (ya <= 0.25 * kPi) {
        const double z = plane.y() * (8.0 / (3.0 * kPi));
        return fromAngles(plane.x(), z, std::sqrt((1 - z) * (1 + z)), c);
    }
    if (ya > 0.5 * kPi + kEdge || std::abs(plane.x()) > kPi + kEdge) return false;
    const double sigma = std::max(0.0, (0.5 * kPi - ya) * (4 / kPi));
    const double middle = quarterCentre(plane.x());
    const double off = plane.x() - middle;
    if (std::abs(off) > sigma * 0.25 * kPi + kEdge) return false;
    const double phi = sigma > 0 ? middle + std::clamp(off / sigma, -0.25 * kPi, 0.25 * kPi) : middle;
    const double z = 1 - sigma * sigma / 3;
    const double h = sigma * std::sqrt((2.0 / 3.0) * (1 - sigma * sigma / 6)); // sin of twice asin(sigma / sqrt 6)
    return fromAngles(phi, sign(plane.y()) * z, h, c);
}

} // namespace

const ProjInfo& info(Proj p) { return kInfo[static_cast<size_t>(p)]; }

std::optional<Proj> projFromCode(std::string_view code)
{
    if (code.size() != 3) return std::nullopt;
    for (Proj p : kAllProjections) {
        const std::string_view name = info(p).code;
        if (std::equal(name.begin(), name.end(), code.begin(),
                       [](char a, char b) { return a == std::toupper(static_cast<unsigned char>(b)); }))
            return p;
    }
    return std::nullopt;
}

bool project(Proj p, const Dir& camera, Eigen::Vector2d& plane) noexcept
{
    if (!camera.allFinite()) return false;
    switch (p) {
    case Proj::Ait: return projectAit(camera, plane);
    case Proj::Mol: return projectMol(camera, plane);
    case Proj::Car:
        plane = {longitude(camera), std::atan2(camera.y(), std::hypot(camera.x(), camera.z()))};
        return true;
    case Proj::Mer: return projectMer(camera, plane);
    case Proj::Hpx: return projectHpx(camera, plane);
    default: return projectZenithal(p, camera, plane);
    }
}

bool unproject(Proj p, const Eigen::Vector2d& plane, Dir& camera) noexcept
{
    if (!plane.allFinite()) return false;
    switch (p) {
    case Proj::Ait: return unprojectAit(plane, camera);
    case Proj::Mol: return unprojectMol(plane, camera);
    case Proj::Car:
        if (std::abs(plane.y()) > kPi / 2 + kEdge) return false;
        return fromAngles(plane.x(), std::sin(plane.y()), std::max(0.0, std::cos(plane.y())), camera);
    case Proj::Mer: return unprojectMer(plane, camera);
    case Proj::Hpx: return unprojectHpx(plane, camera);
    default: return unprojectZenithal(p, plane, camera);
    }
}

double planeHalfWidth(Proj p, Angle half)
{
    const double c = std::clamp(half.rad(), 0.0, 0.5 * info(p).maxFov.rad());
    switch (p) {
    case Proj::Tan: return std::tan(c);
    case Proj::Sin: return std::sin(c);
    case Proj::Stg: return 2 * std::tan(0.5 * c);
    case Proj::Zea: return 2 * std::sin(0.5 * c);
    case Proj::Ait: return 4 * std::sin(0.25 * c);
    case Proj::Mol: return 2 * kSqrt2 / kPi * c;
    default: return c;
    }
}

Angle angleOfHalfWidth(Proj p, double x)
{
    const double limit = 0.5 * info(p).maxFov.rad();
    x = std::clamp(x, 0.0, planeHalfWidth(p, Angle::rad(limit)));
    double c = x;
    switch (p) {
    case Proj::Tan: c = std::atan(x); break;
    case Proj::Sin: c = std::asin(std::min(1.0, x)); break;
    case Proj::Stg: c = 2 * std::atan(0.5 * x); break;
    case Proj::Zea: c = 2 * std::asin(std::min(1.0, 0.5 * x)); break;
    case Proj::Ait: c = 4 * std::asin(std::min(1.0, 0.25 * x)); break;
    case Proj::Mol: c = kPi / (2 * kSqrt2) * x; break;
    default: break;
    }
    return Angle::rad(std::min(c, limit));
}

} // namespace firmament::sky
