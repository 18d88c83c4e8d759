#include "render/mesh_rules.h"

#include <algorithm>
#include <limits>
#include <numbers>

namespace firmament::render {

using sky::Dir;
using sky::Proj;

namespace {

/// Pixels between an edge's middle and where it belongs, about a hard place. It counts what it is on the sky, in units of the
/// longer side of a pixel there.
constexpr double kHardTolerance = 0.2;
/// However little a pixel along a rim is on the sky, this much of it counts, for triangles that keep their shape.
constexpr double kLeastWeight = 0.35;
/// Pixels between the limb and a chord of it.
constexpr double kLimbTolerance = 0.25;

/// Angle from the centre to the furthest point of the window; pi when a part of its border is outside the map.
double windowRadius(const sky::SkyView& view)
{
    constexpr int kSteps = 16;
    const double w = view.width(), h = view.height();
    double radius = 0;
    for (int i = 0; i <= kSteps; ++i) {
        const double f = static_cast<double>(i) / kSteps;
        for (const Eigen::Vector2d& px : {Eigen::Vector2d(f * w, 0), Eigen::Vector2d(f * w, h), Eigen::Vector2d(0, f * h), Eigen::Vector2d(w, f * h)}) {
            Dir cam;
            if (!sky::unproject(view.projection(), view.planeOfPixel(px), cam)) return sky::kPi;
            radius = std::max(radius, std::atan2(std::hypot(cam.x(), cam.y()), cam.z()));
        }
    }
    return radius;
}

} // namespace

MeshRules::MeshRules(const sky::SkyView& view, sky::Frame frame)
{
    proj = view.projection();
    toCamera = view.worldToCamera(frame);
    const Eigen::Vector2d origin = view.pixelOfPlane({0, 0});
    const double unit = view.planePerPixel(); // one pixel away: no cancellation
    pxPerRad = 1 / unit;
    cx = origin.x();
    cy = origin.y();
    kx = std::copysign(pxPerRad, view.pixelOfPlane({unit, 0}).x() - origin.x());
    ky = std::copysign(pxPerRad, view.pixelOfPlane({0, unit}).y() - origin.y());
    width = view.width();
    height = view.height();
    const double corner = windowRadius(view);
    radius = std::min(sky::kPi, corner * 1.01);
    setHard(corner);
    if (proj == Proj::Hpx) seam = Seam::Facets;
    else if (!sky::info(proj).zenithal) seam = Seam::Back;
    // The rims of AIT and MOL bend most at their ends: radius sqrt(2) / 2.
    if (proj == Proj::Ait || proj == Proj::Mol) seamLimit_ = std::sqrt(8 * kLimbTolerance * 0.5 * std::numbers::sqrt2 / pxPerRad);
}

void MeshRules::setHard(double corner)
{
    const double root = std::sqrt(kHardTolerance / pxPerRad);
    const double zMin = sky::info(proj).zMin, limb = std::acos(zMin);
    switch (proj) {
    case Proj::Tan: // half-way to the horizon is well outside the window and finite
        zClip = std::max(zMin, std::cos((corner + sky::kPi / 2) / 2));
        rimScale = 1 / std::pow(std::cos(std::min(corner, limb)), 2);
        break;
    case Proj::Sin:
        zClip = 0;
        rimScale = 4;
        break;
    case Proj::Stg:
        zClip = std::max(zMin, std::cos((corner + sky::kPi) / 2));
        rimScale = 2 / (1 + std::cos(std::min(corner, limb)));
        break;
    case Proj::Zea: // the antipode is drawn as the circle of radius 2: azimuth angle h/d there
    case Proj::Arc:
        hard = Hard::Antipode;
        lengthFactor_ = (proj == Proj::Zea ? 1.5 : 1.6) * root;
        nearest_ = proj == Proj::Zea ? std::sqrt(1 / pxPerRad) : 0.25 / pxPerRad; // a quarter of a pixel inside the map's edge
        zClip = -std::cos(nearest_);
        break;
    case Proj::Ait:
    case Proj::Hpx: // a cone at the native poles: sagitta h^2/(8 d)
        hard = Hard::Poles;
        lengthFactor_ = 0.8 * std::sqrt(8.0) * root;
        lengthPower_ = 0.5;
        nearest_ = 0.5 / pxPerRad;
        break;
    case Proj::Mol: // x ~ phi d^(2/3)
        hard = Hard::Poles;
        lengthFactor_ = 2 * root;
        lengthPower_ = 2.0 / 3;
        nearest_ = 0.05 / pxPerRad;
        break;
    case Proj::Car: // the pole is a line as wide as the map
    case Proj::Mer:
        hard = Hard::Poles;
        lengthFactor_ = 2.8 * root;
        nearest_ = proj == Proj::Car ? 0.1 / pxPerRad : sky::kPi / 2 - sky::info(proj).thetaMax;
        clipY = true;
        yClip = std::cos(nearest_);
        break;
    }
    clipZ = sky::info(proj).zenithal;
    rim = sky::planeHalfWidth(proj, sky::info(proj).maxFov * 0.5) * pxPerRad;
    if (clipZ && hard == Hard::None && corner >= limb) { // chords of the limb
        hard = Hard::Limb;
        lengthFactor_ = std::sqrt(8 * kLimbTolerance / rim) * std::sin(limb);
    }
}

bool MeshRules::toPixel(const Dir& cam, Eigen::Vector2d& px) const
{
    Eigen::Vector2d plane;
    bool seen = true;
    switch (proj) {
    case Proj::Tan:
        seen = cam.z() >= zClip * 0.999;
        plane = cam.head<2>() / cam.z();
        break;
    case Proj::Sin:
        seen = cam.z() >= 0;
        plane = cam.head<2>();
        break;
    case Proj::Stg:
        seen = cam.z() >= zClip - 1e-3;
        plane = cam.head<2>() * (2 / (1 + cam.z()));
        break;
    default:
        seen = sky::project(proj, cam, plane);
    }
    if (seen) px = {cx + kx * plane.x(), cy + ky * plane.y()};
    else px.setConstant(std::numeric_limits<double>::quiet_NaN());
    return seen;
}

double MeshRules::distance(const Dir& cam) const
{
    switch (hard) {
    case Hard::Antipode: return std::hypot(cam.x(), cam.y(), cam.z() + 1);
    case Hard::Poles: return std::hypot(cam.x(), std::abs(cam.y()) - 1, cam.z());
    case Hard::Limb: return std::abs(std::atan2(std::hypot(cam.x(), cam.y()), cam.z()) - std::acos(zClip));
    case Hard::None: break;
    }
    return 4;
}

double MeshRules::edgeLimit(double distance) const
{
    if (hard == Hard::None) return 4;
    if (hard == Hard::Limb) return std::max(lengthFactor_, distance); // an edge that is longer may reach the limb
    return lengthFactor_ * std::pow(std::max(distance, nearest_), lengthPower_);
}

bool MeshRules::goodMiddle(const Eigen::Vector2d& off, const Dir& cam, const Eigen::Vector2d& px) const
{
    double size = 0;
    switch (proj) {
    case Proj::Zea:
    case Proj::Arc: { // along the rim a pixel is next to nothing on the sky
        const Eigen::Vector2d out = (px - Eigen::Vector2d(cx, cy)).normalized();
        const double across = proj == Proj::Zea ? 0.5 * (1 + cam.z()) : std::hypot(cam.x(), cam.y()) / std::atan2(std::hypot(cam.x(), cam.y()), cam.z());
        size = std::hypot(off.dot(out), (off.x() * out.y() - off.y() * out.x()) * std::max(across, kLeastWeight));
        break;
    }
    case Proj::Mol: { // an equal-area map: what is drawn wide is drawn low
        const double s = (px.y() - cy) / (pxPerRad * std::numbers::sqrt2);
        const double wide = sky::kPi / (2 * std::numbers::sqrt2) * std::hypot(cam.x(), cam.z()) / std::sqrt(std::max(1e-12, 1 - s * s));
        size = std::hypot(off.x() * std::clamp(wide * wide, kLeastWeight, 1.0), off.y());
        break;
    }
    case Proj::Car: size = std::hypot(off.x() * std::max(std::hypot(cam.x(), cam.z()), kLeastWeight), off.y()); break;
    default: size = off.norm();
    }
    return size <= kHardTolerance;
}

bool MeshRules::acrossSeam(const Dir& a, const Dir& b) const
{
    if (seam == Seam::None) return false;
    const auto crosses = [](double p, double q) { return std::min(p, q) < kOnPlane && std::max(p, q) > -kOnPlane; };
    const bool side = crosses(a.x(), b.x());
    if (side && std::min(a.z(), b.z()) < kOnPlane) return true;
    const double ya = std::abs(a.y()) - 2.0 / 3, yb = std::abs(b.y()) - 2.0 / 3;
    if (seam != Seam::Facets || std::max(ya, yb) < -kOnPlane) return false;
    return side || crosses(a.z(), b.z()) || crosses(ya, yb);
}

int MeshRules::facet(const Dir& cam)
{
    if (std::abs(cam.y()) <= 2.0 / 3) return 0;
    return 1 + (cam.x() > 0) + 2 * (cam.z() > 0) + 4 * (cam.y() > 0);
}

} // namespace firmament::render
