#include "sky/view.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <Eigen/Geometry>
#include <Eigen/SVD>

namespace firmament::sky {

namespace {

constexpr double kMaxFovRad = 4 * kPi;

double inTurn(double lon)
{
    if (lon >= 0 && lon < 2 * kPi) return lon;
    double l = std::fmod(lon, 2 * kPi);
    if (l < 0) l += 2 * kPi;
    return l >= 2 * kPi ? 0 : l;
}

double inHalfTurns(double a) { return std::abs(a) <= kPi ? a : std::remainder(a, 2 * kPi); }

/// Plane x of the right edge. Beyond the widest field the map shrinks in proportion.
double halfWidthPlane(Proj p, Angle fov)
{
    const Angle widest = info(p).maxFov;
    const double inside = planeHalfWidth(p, std::min(fov, widest) * 0.5);
    return fov > widest ? inside * (fov / widest) : inside;
}

Angle fovOfHalfWidth(Proj p, double x)
{
    const Angle widest = info(p).maxFov;
    const double limit = planeHalfWidth(p, widest * 0.5);
    return x > limit ? widest * (x / limit) : angleOfHalfWidth(p, x) * 2;
}

/// East, north and outward at a point: rows of the rotation from its frame.
struct Axes {
    Dir east, north, out;
};

Axes axesAt(double lon, double lat)
{
    const double sl = std::sin(lon), cl = std::cos(lon), sb = std::sin(lat), cb = std::cos(lat);
    return {{-sl, cl, 0}, {-sb * cl, -sb * sl, cb}, {cb * cl, cb * sl, sb}};
}

/// Handedness and roll: from (east, north, out) components to the camera and back. They act on the first two alone.
struct Screen {
    Eigen::Matrix2d m;

    Screen(const SkyView& v, double roll)
    {
        const double hand = v.frame() == Frame::Body ? 1 : -1;
        const double c = std::cos(roll), s = std::sin(roll);
        const double flip = v.mirror() ? -1 : 1; // of the finished picture
        m << flip * hand * c, -flip * s, hand * s, c;
    }
    Dir toCamera(const Dir& local) const
    {
        Dir out = local;
        out.head<2>() = m * local.head<2>();
        return out;
    }
    Dir toLocal(const Dir& camera) const
    {
        Dir out = camera;
        out.head<2>() = m.transpose() * camera.head<2>();
        return out;
    }
};

/// Where a camera points and how it is rolled, in radians. lat may have gone over a pole: tidy() brings it back.
struct Aim {
    double lon, lat, roll;

    Aim tidy() const
    {
        Aim a = *this;
        a.lat = inHalfTurns(a.lat);
        if (std::abs(a.lat) > kPi / 2) { // over the pole: the same orientation with north the other way round
            a.lat = std::copysign(kPi, a.lat) - a.lat;
            a.lon += kPi;
            a.roll += kPi;
        }
        a.lon = inTurn(a.lon);
        a.roll = inHalfTurns(a.roll);
        return a;
    }
};

/// Corrects an aim by small differences so that direction d stands at local components w (those at aim.roll): closed forms
/// lose a digit or two. `turning`: roll may move too, where roll had to change and lon and lat alone are nearly dependent.
Aim refined(Aim aim, const Dir& d, const Dir& w, double hand, bool turning)
{
    double turned = 0;
    for (int i = 0; i < 3; ++i) {
        const Axes axes = axesAt(aim.lon, aim.lat);
        const Dir now(axes.east.dot(d), axes.north.dot(d), axes.out.dot(d));
        const double c = std::cos(turned), s = std::sin(turned);
        const Dir wanted(c * w.x() + s * w.y(), -s * w.x() + c * w.y(), w.z()); // w as seen after turning
        const double sb = std::sin(aim.lat), cb = std::cos(aim.lat);
        Eigen::Matrix3d slope = Eigen::Matrix3d::Zero(); // of now - wanted by lon, lat, turn
        slope.col(0) << sb * now.y() - cb * now.z(), -sb * now.x(), cb * now.x();
        slope.col(1) << 0, -now.z(), now.y();
        if (turning) slope.col(2) << -wanted.y(), wanted.x(), 0;
        Eigen::JacobiSVD<Eigen::Matrix3d> svd(slope, Eigen::ComputeFullU | Eigen::ComputeFullV);
        svd.setThreshold(1e-7);
        const Eigen::Vector3d step = svd.solve(wanted - now);
        if (!(step.cwiseAbs().maxCoeff() < 1e-3)) break; // not converging: keep the closed form
        aim.lon += step.x();
        aim.lat += step.y();
        turned += step.z();
    }
    if (turning) aim.roll += hand * turned;
    return aim;
}

Eigen::Matrix3d cameraOf(const SkyView& v, const Aim& aim)
{
    const Axes axes = axesAt(aim.lon, aim.lat);
    const Screen screen(v, aim.roll);
    Eigen::Matrix3d m;
    m.row(0) = screen.m(0, 0) * axes.east + screen.m(0, 1) * axes.north;
    m.row(1) = screen.m(1, 0) * axes.east + screen.m(1, 1) * axes.north;
    m.row(2) = axes.out;
    return m;
}

/// The roll nearest to the given one at which a point of the sky can stand at camera direction v: its component to the east
/// cannot exceed the cosine of its declination.
double reachableRoll(const SkyView& view, double roll, double cosDec, const Dir& v)
{
    const double rho = std::hypot(v.x(), v.y());
    const auto eastAt = [&](double r) { return Screen(view, r).toLocal(v).x(); };
    if (rho <= cosDec || std::abs(eastAt(roll)) <= cosDec) return roll;
    // East component at roll r is rho * cos(r - r0): solve for rho cos = +-cosDec on the nearer side.
    const double r0 = std::atan2(eastAt(kPi / 2), eastAt(0));
    const double open = std::atan2(std::sqrt((rho - cosDec) * (rho + cosDec)), cosDec);
    double turn = 10;
    for (const double candidate : {r0 + open, r0 - open, r0 + kPi + open, r0 + kPi - open}) {
        const double t = std::remainder(candidate - roll, 2 * kPi);
        if (std::abs(t) < std::abs(turn)) turn = t;
    }
    return roll + turn;
}

/// The aim that puts direction d (unit, in the view's frame) at camera direction v, keeping roll where that is possible.
Aim aimPlacing(const SkyView& view, const Dir& d, const Dir& v)
{
    const double cosDec = std::hypot(d.x(), d.y());
    const double before = view.roll().rad(), roll = reachableRoll(view, before, cosDec, v);
    const Dir w = Screen(view, roll).toLocal(v);
    const double tilt = std::atan2(w.y(), w.z());
    // Height of d above the plane of east and horizon; the complement by a difference of squares keeps digits at the poles.
    const double rise = std::atan2(d.z(), std::sqrt(std::max(0.0, (cosDec - w.x()) * (cosDec + w.x()))));
    const Eigen::Matrix3d was = cameraOf(view, {view.centre().lon.rad(), view.centre().lat.rad(), before});

    Aim best{view.centre().lon.rad(), view.centre().lat.rad(), roll};
    double bestScore = -1e9;
    for (const double lat : {rise - tilt, kPi - rise - tilt}) {
        const double wrapped = inHalfTurns(lat);
        const double out = w.z() * std::cos(wrapped) - w.y() * std::sin(wrapped);
        Aim aim{view.centre().lon.rad(), wrapped, roll};
        if (cosDec > 0) aim.lon = std::atan2(d.y(), d.x()) - std::atan2(w.x(), out);
        // The nearest orientation wins (largest trace of the rotation between them); one that does not turn north
        // upside down is preferred up to a difference of about 100 degrees of turn.
        const double trace = (cameraOf(view, aim) * was.transpose()).trace();
        const double score = trace + (std::abs(wrapped) <= kPi / 2 + 1e-12 ? 2.4 : 0.0);
        if (score > bestScore) {
            bestScore = score;
            best = aim;
        }
    }
    const double hand = view.frame() == Frame::Body ? 1 : -1;
    return refined(best, d, w, hand, roll != before);
}

/// The plane point itself, or where it enters the map on the way to the centre.
Eigen::Vector2d pulledInside(Proj p, const Eigen::Vector2d& plane, Dir& camera)
{
    if (unproject(p, plane, camera)) return plane;
    double inside = 0, outside = 1;
    for (int i = 0; i < 40; ++i) {
        const double middle = 0.5 * (inside + outside);
        Dir d;
        (unproject(p, plane * middle, d) ? inside : outside) = middle;
    }
    inside *= 1 - 1e-6; // off the rim itself, where directions are badly determined
    if (!unproject(p, plane * inside, camera)) camera = Dir::UnitZ();
    return plane * inside;
}

/// Points on the rims of the non-zenithal maps and how far they are from the centre.
struct RimPoint {
    Eigen::Vector2d plane;
    double distance;
};

std::vector<RimPoint> rimOf(Proj p)
{
    std::vector<RimPoint> rim;
    const auto add = [&](double phi, double theta) {
        const Dir c(std::cos(theta) * std::sin(phi), std::sin(theta), std::cos(theta) * std::cos(phi));
        Eigen::Vector2d plane;
        if (project(p, c, plane)) rim.push_back({plane, std::acos(std::clamp(c.z(), -1.0, 1.0))});
    };
    constexpr int kSteps = 90;
    const double top = info(p).thetaMax;
    const double hair = 1e-9;
    for (int i = -kSteps; i <= kSteps; ++i) {
        const double f = static_cast<double>(i) / kSteps;
        add(kPi - hair, f * top);
        add(-kPi + hair, f * top);
        if (p == Proj::Car || p == Proj::Mer) {
            add(f * (kPi - hair), top);
            add(f * (kPi - hair), -top);
        }
        if (p == Proj::Hpx)
            for (int k = -1; k <= 1; ++k) {
                add(k * kPi / 2 - hair, f * top);
                add(k * kPi / 2 + hair, f * top);
            }
    }
    return rim;
}

const std::vector<RimPoint>& rim(Proj p)
{
    static const auto all = [] {
        std::array<std::vector<RimPoint>, kAllProjections.size()> out;
        for (Proj q : kAllProjections)
            if (!info(q).zenithal) out[static_cast<size_t>(q)] = rimOf(q);
        return out;
    }();
    return all[static_cast<size_t>(p)];
}

/// Largest distance from the centre in a window of half-size (hx, hy) in the plane.
double reachZenithal(Proj p, double hx, double hy)
{
    const double r = std::hypot(hx, hy);
    const double edge = std::acos(std::max(-1.0, info(p).zMin));
    Dir c;
    if (!unproject(p, {r, 0}, c)) return edge;
    return std::min(edge, std::atan2(std::hypot(c.x(), c.y()), c.z()));
}

double reachOther(Proj p, double hx, double hy)
{
    constexpr int kSteps = 48;
    double reach = 0;
    const auto look = [&](double x, double y) {
        Dir c;
        if (unproject(p, {x, y}, c)) reach = std::max(reach, std::atan2(std::hypot(c.x(), c.y()), c.z()));
    };
    for (int i = 0; i <= kSteps; ++i) { // the maps are symmetric: a quarter of the window's border does, but for HPX's teeth
        const double f = static_cast<double>(i) / kSteps;
        look(hx, f * hy);
        look(f * hx, hy);
    }
    if (std::hypot(hx, hy) < 0.7) return reach * (1 + 1e-4); // no rim is that near
    constexpr double kRimStep = 0.15; // samples of a rim are closer than this
    bool rimSeen = false;
    for (const RimPoint& r : rim(p)) {
        if (std::abs(r.plane.x()) > hx + kRimStep || std::abs(r.plane.y()) > hy + kRimStep) continue;
        reach = std::max(reach, r.distance);
        rimSeen = true;
    }
    return rimSeen ? reach + 0.5 * kPi / kSteps : reach * (1 + 1e-3);
}

} // namespace

SkyView SkyView::lookingAt(const SkyPos& centre) const
{
    if (!std::isfinite(centre.lon.rad()) || !std::isfinite(centre.lat.rad())) return *this;
    SkyView v = *this;
    const SkyPos p = converted(centre, frame());
    v.centre_.lon = Angle::rad(inTurn(p.lon.rad()));
    v.centre_.lat = Angle::rad(std::clamp(p.lat.rad(), -kPi / 2, kPi / 2));
    return v;
}

SkyView SkyView::withFov(Angle fov) const
{
    if (std::isnan(fov.rad())) return *this;
    SkyView v = *this;
    v.fov_ = Angle::rad(std::clamp(fov.rad(), kMinFov.rad(), kMaxFovRad));
    return v;
}

SkyView SkyView::withRoll(Angle roll) const
{
    if (!std::isfinite(roll.rad())) return *this;
    SkyView v = *this;
    v.roll_ = Angle::rad(inHalfTurns(roll.rad()));
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
    const SkyView sized = withSize(width, height);
    return sized.withFov(fovOfHalfWidth(proj_, planePerPixel() * 0.5 * sized.width_));
}

SkyView SkyView::zoomedAbout(Eigen::Vector2d pixel, double factor) const
{
    if (!(factor > 0) || !std::isfinite(factor)) return *this;
    SkyView v = withFov(fovOfHalfWidth(proj_, planePerPixel() * 0.5 * width_ / factor));
    const auto held = directionAt(pixel, frame());
    Dir camera;
    // Outside the map there is nothing to hold: zoom about the centre.
    if (!held || !unproject(proj_, v.planeOfPixel(pixel), camera)) return v;
    const Aim aim = aimPlacing(v, *held, camera).tidy();
    v.centre_.lon = Angle::rad(aim.lon);
    v.centre_.lat = Angle::rad(aim.lat);
    v.roll_ = Angle::rad(aim.roll);
    return v;
}

SkyView SkyView::dragged(Eigen::Vector2d from, Eigen::Vector2d to) const
{
    if (!from.allFinite() || !to.allFinite() || from == to) return *this;
    Dir fromCamera, toCamera;
    const Eigen::Vector2d planeFrom = planeOfPixel(from);
    const Eigen::Vector2d start = pulledInside(proj_, planeFrom, fromCamera);
    // From beside the map, what is nearest on it is taken along.
    pulledInside(proj_, planeOfPixel(to) + (start - planeFrom), toCamera);
    const Dir held = (worldToCamera(frame()).transpose() * fromCamera).normalized();
    SkyView v = *this;
    const Aim aim = aimPlacing(*this, held, toCamera).tidy();
    v.centre_.lon = Angle::rad(aim.lon);
    v.centre_.lat = Angle::rad(aim.lat);
    v.roll_ = Angle::rad(aim.roll);
    return v;
}

Angle SkyView::fovHeight() const
{
    const double half = halfWidthPlane(proj_, fov_) * height_ / width_;
    if (info(proj_).zenithal) return fovOfHalfWidth(proj_, half);
    // The vertical midline is the meridian of the centre: half a turn from pole to pole, less for MER.
    Dir top;
    if (unproject(proj_, {0, half}, top)) return Angle::rad(2 * std::atan2(top.y(), top.z()));
    return Angle::rad(2 * info(proj_).thetaMax);
}

double SkyView::planePerPixel() const { return 2 * halfWidthPlane(proj_, fov_) / width_; }

Angle SkyView::pixelScale() const { return Angle::rad(planePerPixel()); }

Eigen::Matrix3d SkyView::worldToCamera(Frame world) const
{
    const Eigen::Matrix3d m = cameraOf(*this, {centre_.lon.rad(), centre_.lat.rad(), roll_.rad()});
    return world == frame() ? m : Eigen::Matrix3d(m * rotation(world, frame()));
}

Eigen::Vector2d SkyView::pixelOfPlane(const Eigen::Vector2d& plane) const
{
    const double scale = planePerPixel();
    return {0.5 * width_ + plane.x() / scale, 0.5 * height_ - plane.y() / scale};
}

Eigen::Vector2d SkyView::planeOfPixel(const Eigen::Vector2d& pixel) const
{
    const double scale = planePerPixel();
    return {(pixel.x() - 0.5 * width_) * scale, (0.5 * height_ - pixel.y()) * scale};
}

std::optional<Eigen::Vector2d> SkyView::pixelOf(const Dir& dir, Frame frameOfDir) const
{
    Eigen::Vector2d plane;
    if (!project(proj_, worldToCamera(frameOfDir) * dir, plane)) return std::nullopt;
    return pixelOfPlane(plane);
}

std::optional<Dir> SkyView::directionAt(const Eigen::Vector2d& pixel, Frame wanted) const
{
    Dir camera;
    if (!unproject(proj_, planeOfPixel(pixel), camera)) return std::nullopt;
    return (worldToCamera(wanted).transpose() * camera).normalized();
}

Cap SkyView::boundingCap(Frame world) const
{
    const double hx = halfWidthPlane(proj_, fov_), hy = hx * height_ / width_;
    const double reach = info(proj_).zenithal ? reachZenithal(proj_, hx, hy) : reachOther(proj_, hx, hy);
    const double room = reach * (1 + 1e-6) + 1e-15;
    const Dir centre = worldToCamera(world).row(2).transpose().normalized();
    return {centre, Angle::rad(room > 0.995 * kPi ? kPi : room)};
}

bool SkyView::wholeSky() const { return boundingCap(frame()).radius.rad() >= kPi; }

} // namespace firmament::sky
