#include "sky/view.h"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>

namespace firmament::sky {
namespace {

constexpr double kMaxFov = 4 * kPi;

struct Basis {
    Dir east, north, centre;
};
Basis basisAt(const SkyPos& p)
{
    const double sl = std::sin(p.lon.rad()), cl = std::cos(p.lon.rad());
    const double sb = std::sin(p.lat.rad()), cb = std::cos(p.lat.rad());
    return {{-sl, cl, 0}, {-sb * cl, -sb * sl, cb}, {cb * cl, cb * sl, sb}};
}

double normalisedLon(double lon)
{
    const double t = std::fmod(lon, 2 * kPi);
    return t < 0 ? t + 2 * kPi : t;
}
double normalisedRoll(double r) { return std::remainder(r, 2 * kPi); }

// -1: east is left (sky), +1: east is right (bodies); mirror swaps.
double eastSign(Frame frame, bool mirror) { return (frame == Frame::Body) != mirror ? 1.0 : -1.0; }

} // namespace

SkyView SkyView::lookingAt(const SkyPos& centre) const
{
    SkyView v = *this;
    v.centre_ = centre.frame == frame() ? centre : converted(centre, frame());
    v.centre_.lon = Angle::rad(normalisedLon(v.centre_.lon.rad()));
    v.centre_.lat = Angle::rad(std::clamp(v.centre_.lat.rad(), -kPi / 2, kPi / 2));
    return v;
}

SkyView SkyView::withFov(Angle fov) const
{
    SkyView v = *this;
    if (std::isfinite(fov.rad())) v.fov_ = Angle::rad(std::clamp(fov.rad(), kMinFov.rad(), kMaxFov));
    return v;
}

SkyView SkyView::withRoll(Angle roll) const
{
    SkyView v = *this;
    v.roll_ = Angle::rad(normalisedRoll(roll.rad()));
    return v;
}

SkyView SkyView::withMirror(bool mirror) const
{
    SkyView v = *this;
    v.mirror_ = mirror;
    return v;
}

SkyView SkyView::withProjection(Proj p) const
{
    SkyView v = *this;
    v.proj_ = p;
    return v;
}

SkyView SkyView::withFrame(Frame f) const
{
    SkyView v = *this;
    if (f == Frame::Body || frame() == Frame::Body)
        v.centre_.frame = f; // no relation between a body's longitudes and the sky's
    else
        v.centre_ = converted(centre_, f);
    return v;
}

SkyView SkyView::withSize(int width, int height) const
{
    SkyView v = *this;
    v.width_ = std::max(1, width);
    v.height_ = std::max(1, height);
    return v;
}

SkyView SkyView::resizedKeepingScale(int width, int height) const
{
    SkyView v = withSize(width, height);
    const double half = planePerPixel() * v.width_ / 2;
    const double limit = planeHalfWidth(proj_, info(proj_).maxFov / 2);
    return v.withFov(half <= limit ? angleOfHalfWidth(proj_, half) * 2 : info(proj_).maxFov * (half / limit));
}

double SkyView::planePerPixel() const
{
    const Angle maxFov = info(proj_).maxFov;
    const double half = fov_ <= maxFov ? planeHalfWidth(proj_, fov_ / 2) : planeHalfWidth(proj_, maxFov / 2) * (fov_ / maxFov);
    return half / (width_ / 2.0);
}

Angle SkyView::pixelScale() const
{
    // At the centre every projection but MOL has plane units of radians in both directions; MOL is area-true there: 2 sqrt2 / pi
    // across and its inverse up, so the mean scale is one too.
    return Angle::rad(planePerPixel());
}

Angle SkyView::fovHeight() const
{
    const double half = planePerPixel() * height_ / 2;
    Dir c;
    if (!unproject(proj_, {0, half}, c)) return info(proj_).zenithal ? info(proj_).maxFov : Angle::rad(2 * info(proj_).thetaMax);
    return Angle::rad(2 * std::atan2(std::hypot(c.x(), c.y()), c.z()));
}

Eigen::Matrix3d SkyView::worldToCamera(Frame world) const
{
    const Basis b = basisAt(centre_);
    const double s = eastSign(frame(), mirror_);
    const double cr = std::cos(roll_.rad()), sr = std::sin(roll_.rad());
    Eigen::Matrix3d m;
    m.row(0) = s * cr * b.east - sr * b.north;
    m.row(1) = s * sr * b.east + cr * b.north;
    m.row(2) = b.centre;
    if (world == frame()) return m;
    return m * rotation(world, frame());
}

Eigen::Vector2d SkyView::pixelOfPlane(const Eigen::Vector2d& plane) const
{
    const double k = planePerPixel();
    return {width_ / 2.0 + plane.x() / k, height_ / 2.0 - plane.y() / k};
}

Eigen::Vector2d SkyView::planeOfPixel(const Eigen::Vector2d& pixel) const
{
    const double k = planePerPixel();
    return {(pixel.x() - width_ / 2.0) * k, (height_ / 2.0 - pixel.y()) * k};
}

std::optional<Eigen::Vector2d> SkyView::pixelOf(const Dir& dir, Frame frameOfDir) const
{
    Eigen::Vector2d plane;
    const Dir camera = worldToCamera(frameOfDir) * dir;
    if (!project(proj_, camera, plane)) return std::nullopt;
    return pixelOfPlane(plane);
}

std::optional<Dir> SkyView::directionAt(const Eigen::Vector2d& pixel, Frame wanted) const
{
    Dir camera;
    if (!unproject(proj_, planeOfPixel(pixel), camera)) return std::nullopt;
    return Dir(worldToCamera(wanted).transpose() * camera);
}

SkyView SkyView::dragged(Eigen::Vector2d from, Eigen::Vector2d to) const
{
    const auto grabbed = directionAt(from, frame());
    Dir target;
    if (!grabbed || !unproject(proj_, planeOfPixel(to), target)) return *this;
    const Dir& d = *grabbed;

    // With the roll kept, the new centre (lon, lat) has to satisfy: d's components along east, north and centre are those of
    // the target pixel, turned back by the roll. The third component of d gives lat in closed form, the others lon.
    const double cr = std::cos(roll_.rad()), sr = std::sin(roll_.rad());
    const double a = eastSign(frame(), mirror_) * (cr * target.x() + sr * target.y());
    const double b = -sr * target.x() + cr * target.y();
    const double g = target.z();
    const double cosDelta = std::hypot(d.x(), d.y());
    const double inside = (cosDelta - a) * (cosDelta + a);
    if (inside >= 0) {
        const double root = std::sqrt(inside), phase = std::atan2(b, g);
        double best = 1e9;
        for (const double r : {root, -root}) {
            const double lat = std::remainder(std::atan2(d.z(), r) - phase, 2 * kPi);
            if (std::abs(lat) <= kPi / 2 && std::abs(lat - centre_.lat.rad()) < std::abs(best - centre_.lat.rad())) best = lat;
        }
        if (best < 1e8) {
            const double lon = std::atan2(d.y(), d.x()) - std::atan2(a, g * std::cos(best) - b * std::sin(best));
            return lookingAt({Angle::rad(lon), Angle::rad(best), frame()});
        }
    }
    // Next to a pole no centre has this roll: turn the sky by the smallest rotation and let the roll follow.
    const Eigen::Matrix3d now = worldToCamera(frame());
    const Eigen::Matrix3d turned = Eigen::Quaterniond::FromTwoVectors(now * d, target).toRotationMatrix() * now;
    const SkyPos centre = toPos(turned.row(2).transpose(), frame());
    const Basis basis = basisAt(centre);
    const double roll = std::atan2(-turned.row(0).dot(basis.north), turned.row(1).dot(basis.north));
    return lookingAt(centre).withRoll(Angle::rad(roll));
}

SkyView SkyView::zoomedAbout(Eigen::Vector2d pixel, double factor) const
{
    if (!(factor > 0) || !std::isfinite(factor)) return *this;
    const double limit = planeHalfWidth(proj_, info(proj_).maxFov / 2);
    const double half = planePerPixel() * (width_ / 2.0) / factor;
    const Angle fov = half <= limit ? angleOfHalfWidth(proj_, half) * 2 : info(proj_).maxFov * (half / limit);
    const SkyView zoomed = withFov(fov);
    // Where in the zoomed view the sky now under the pixel is, from the plane alone: exact at any depth.
    const double k = zoomed.planePerPixel() / planePerPixel();
    const Eigen::Vector2d middle(width_ / 2.0, height_ / 2.0);
    return zoomed.dragged(middle + (pixel - middle) / k, pixel);
}

Cap SkyView::boundingCap(Frame world) const
{
    const Dir centre = worldToCamera(world).row(2).transpose();
    const ProjInfo& pi = info(proj_);
    double furthest = 0;
    bool outside = false;
    constexpr int kSteps = 16;
    for (int i = 0; i <= kSteps && !outside; ++i) {
        const double u = static_cast<double>(i) / kSteps;
        for (const Eigen::Vector2d& pixel : {Eigen::Vector2d(u * width_, 0), Eigen::Vector2d(u * width_, height_),
                                             Eigen::Vector2d(0, u * height_), Eigen::Vector2d(width_, u * height_)}) {
            Dir c;
            if (!unproject(proj_, planeOfPixel(pixel), c)) {
                outside = true;
                break;
            }
            furthest = std::max(furthest, std::atan2(std::hypot(c.x(), c.y()), c.z()));
        }
    }
    if (outside) furthest = pi.zenithal ? std::acos(pi.zMin) : kPi;
    return {centre, Angle::rad(std::min(kPi, furthest * 1.005 + 2 * planePerPixel()))};
}

bool SkyView::wholeSky() const { return boundingCap(frame()).radius.rad() >= kPi; }

} // namespace firmament::sky
