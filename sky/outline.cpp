#include "sky/outline.h"

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <functional>

namespace firmament::sky {
namespace {

constexpr double kLongestPiece = 3.0 * kRadPerDeg; // pieces are short enough that their ends tell whether they cross an edge
constexpr int kDeepest = 56;
constexpr double kOnSeam = 1e-14;
constexpr double kTear = 1e-3; // of a pixel's angle: what is still torn or leaping in so short a piece is really broken

struct Sample {
    Dir camera;
    Eigen::Vector2d pixel;
    bool drawn;
};

int polarFacet(const Dir& c) { return static_cast<int>(std::floor((std::atan2(c.x(), c.z()) + kPi) / (kPi / 2))); }

class Tracer {
public:
    Tracer(const SkyView& view, double tolerance)
        : view_(view)
        , tolerance_(tolerance)
        , planePerPixel_(view.planePerPixel())
        , perPlane_(1 / planePerPixel_)
        , middle_(0.5 * view.width(), 0.5 * view.height())
        , reach_(view.boundingCap(view.frame()).radius.rad() * 1.02 + 4 * planePerPixel_)
    {
    }

    /// Traces point(t) for t in [t0, t1]; `length`: radians of sky per unit of t. point gives camera directions.
    void trace(const std::function<Dir(double)>& point, double t0, double t1, double length)
    {
        point_ = &point;
        perT_ = length;
        piece(t0, sample(point(t0)), t1, sample(point(t1)), 0);
    }
    PixelLines take()
    {
        lift();
        return std::move(lines_);
    }
    void lift() // pen up
    {
        if (current_.size() > 1) lines_.push_back(std::move(current_));
        current_.clear();
    }

private:
    /// Exactly on a seam rounding would throw points to either side: they go to the right, and HPX's gaps likewise.
    Dir offSeam(Dir c) const
    {
        const Proj p = view_.projection();
        if (info(p).zenithal) return c;
        const bool cap = p == Proj::Hpx && std::abs(c.y()) > 2.0 / 3.0;
        if ((c.z() < 0 || cap) && std::abs(c.x()) < kOnSeam) c.x() = kOnSeam;
        if (cap && std::abs(c.z()) < kOnSeam) c.z() = kOnSeam;
        return c;
    }

    Sample sample(const Dir& direction) const
    {
        const Dir camera = offSeam(direction);
        Sample s{camera, {}, false};
        Eigen::Vector2d plane;
        s.drawn = project(view_.projection(), camera, plane);
        if (s.drawn) s.pixel = {middle_.x() + plane.x() * perPlane_, middle_.y() - plane.y() * perPlane_};
        return s;
    }

    bool torn(const Sample& a, const Sample& b) const
    {
        if (a.drawn != b.drawn) return true;
        if (!a.drawn || info(view_.projection()).zenithal) return false;
        if (a.camera.x() * b.camera.x() < 0) {
            const double w = std::abs(a.camera.x()) / (std::abs(a.camera.x()) + std::abs(b.camera.x()));
            if (a.camera.z() + (b.camera.z() - a.camera.z()) * w < 0) return true;
        }
        return view_.projection() == Proj::Hpx && std::abs(a.camera.y()) > 2.0 / 3.0 && std::abs(b.camera.y()) > 2.0 / 3.0 &&
               polarFacet(a.camera) != polarFacet(b.camera);
    }

    void put(const Sample& s)
    {
        if (current_.empty() || current_.back() != s.pixel) current_.push_back(s.pixel);
    }

    void piece(double t0, const Sample& a, double t1, const Sample& b, int depth)
    {
        const double length = (t1 - t0) * perT_;
        const double tm = (t0 + t1) / 2;
        const Sample m = sample((*point_)(tm));
        const double fromAxis = std::atan2(std::hypot(m.camera.x(), m.camera.y()), m.camera.z());
        if (fromAxis - length / 2 > reach_) return lift();
        const bool deepest = depth >= kDeepest;
        if (length > kLongestPiece && !deepest) return split(t0, a, tm, m, t1, b, depth);
        // Through a singular point (the antipode of ZEA and ARC, the poles of CAR) the image jumps without crossing a seam.
        const bool jump = length <= planePerPixel_ * kTear && a.drawn && b.drawn && (b.pixel - a.pixel).norm() > 8;
        if (jump || torn(a, b) || torn(a, m)) {
            if (length > planePerPixel_ * kTear && !deepest) return split(t0, a, tm, m, t1, b, depth);
            if (a.drawn) put(a);
            lift();
            if (b.drawn) put(b);
            return;
        }
        if (!a.drawn) return lift();
        if ((m.pixel - (a.pixel + b.pixel) / 2).norm() > tolerance_ && !deepest) return split(t0, a, tm, m, t1, b, depth);
        put(a);
        put(b);
    }

    void split(double t0, const Sample& a, double tm, const Sample& m, double t1, const Sample& b, int depth)
    {
        piece(t0, a, tm, m, depth + 1);
        piece(tm, m, t1, b, depth + 1);
    }

    const SkyView& view_;
    double tolerance_, planePerPixel_, perPlane_;
    Eigen::Vector2d middle_;
    double reach_;
    const std::function<Dir(double)>* point_ = nullptr;
    double perT_ = 1;
    std::vector<Eigen::Vector2d> current_;
    PixelLines lines_;
};

} // namespace

PixelLines projectPolyline(const SkyView& view, Frame frame, std::span<const Dir> points, double tolerance)
{
    const Eigen::Matrix3d toCamera = view.worldToCamera(frame);
    Tracer tracer(view, tolerance);
    for (size_t i = 0; i + 1 < points.size(); ++i) {
        const Dir a = toCamera * points[i], b = toCamera * points[i + 1];
        const double whole = separation(a, b).rad();
        if (whole == 0) continue;
        const Dir across = b - a * a.dot(b);
        if (across.norm() < 1e-9 && a.dot(b) < 0) {
            tracer.lift();
            continue;
        }
        const Dir side = across.normalized();
        tracer.trace([&](double t) { return Dir(a * std::cos(t) + side * std::sin(t)); }, 0, whole, 1);
    }
    return tracer.take();
}

PixelLines projectParallel(const SkyView& view, Frame frame, Angle lat, double tolerance, Angle lon0, Angle lon1)
{
    const Eigen::Matrix3d toCamera = view.worldToCamera(frame);
    Tracer tracer(view, tolerance);
    const double sb = std::sin(lat.rad()), cb = std::cos(lat.rad());
    // Started opposite to the view's centre, so that a whole circle is not cut in the middle of the window.
    const Dir centre = toCamera.row(2);
    const bool whole = (lon1 - lon0).rad() >= 2 * kPi - 1e-12;
    const double start = whole ? std::atan2(-centre.y(), -centre.x()) : lon0.rad();
    tracer.trace([&](double t) { return Dir(toCamera * Dir(cb * std::cos(start + t), cb * std::sin(start + t), sb)); }, 0,
                 (lon1 - lon0).rad(), std::max(cb, 1e-12));
    return tracer.take();
}

PixelLines projectMeridian(const SkyView& view, Frame frame, Angle lon, double tolerance, Angle lat0, Angle lat1)
{
    const Eigen::Matrix3d toCamera = view.worldToCamera(frame);
    Tracer tracer(view, tolerance);
    const double sl = std::sin(lon.rad()), cl = std::cos(lon.rad());
    tracer.trace([&](double t) { return Dir(toCamera * Dir(std::cos(t) * cl, std::cos(t) * sl, std::sin(t))); }, lat0.rad(),
                 lat1.rad(), 1);
    return tracer.take();
}

PixelLines projectCircle(const SkyView& view, Frame frame, const Dir& centre, Angle radius, double tolerance)
{
    const Eigen::Matrix3d toCamera = view.worldToCamera(frame);
    const Dir c = toCamera * centre;
    const Dir u = c.unitOrthogonal(), v = c.cross(u);
    const double sr = std::sin(radius.rad()), cr = std::cos(radius.rad());
    Tracer tracer(view, tolerance);
    tracer.trace([&](double t) { return Dir(c * cr + (u * std::cos(t) + v * std::sin(t)) * sr); }, 0, 2 * kPi, sr);
    return tracer.take();
}

PixelLines projectMapEdge(const SkyView& view, double tolerance)
{
    const Proj p = view.projection();
    const ProjInfo& pi = info(p);
    const double w = view.width(), h = view.height();
    const bool filled = view.directionAt({0, 0}) && view.directionAt({w, 0}) && view.directionAt({0, h}) && view.directionAt({w, h}) &&
                        view.directionAt({w / 2, 0}) && view.directionAt({0, h / 2});
    if (filled) return {};
    PixelLines out;
    std::vector<Eigen::Vector2d> line;
    if (pi.zenithal) {
        Eigen::Vector2d edge;
        const double z = std::max(pi.zMin, -1 + 1e-12);
        if (!project(p, {std::sqrt((1 - z) * (1 + z)), 0, z}, edge)) return {};
        const double radius = edge.x() / view.planePerPixel();
        const int steps = static_cast<int>(std::clamp(kPi / std::sqrt(2 * tolerance / std::max(radius, 1.0)), 64.0, 2000.0));
        for (int i = 0; i <= steps; ++i) {
            const double t = 2 * kPi * i / steps;
            line.push_back(view.pixelOfPlane(Eigen::Vector2d(std::cos(t), std::sin(t)) * edge.x()));
        }
        out.push_back(std::move(line));
        return out;
    }
    // Up the right-hand seam and down the left-hand one; HPX's sawteeth follow the gaps between its polar facets.
    const auto at = [&](double phi, double theta) {
        Eigen::Vector2d plane;
        const double t = std::clamp(theta, -pi.thetaMax * (1 - 1e-12), pi.thetaMax * (1 - 1e-12));
        const Dir c(std::cos(t) * std::sin(phi), std::sin(t), std::cos(t) * std::cos(phi));
        if (project(p, c, plane)) line.push_back(view.pixelOfPlane(plane));
    };
    constexpr int kSteps = 180;
    const double nearly = kPi * (1 - 1e-12);
    const auto seam = [&](double phi, bool up) {
        for (int i = 0; i <= kSteps; ++i) at(phi, (up ? 1 : -1) * (static_cast<double>(i) / kSteps - 0.5) * kPi);
    };
    const auto teeth = [&](bool right, double sign) {
        for (int k = 1; k < 4; ++k) {
            const double phi = (right ? 1 : -1) * (kPi - kPi / 2 * k);
            for (const double side : {right ? 1e-9 : -1e-9, right ? -1e-9 : 1e-9})
                for (int i = 0; i <= 30; ++i) {
                    const double f = static_cast<double>(i) / 30;
                    const bool down = (side > 0) == right;
                    const double theta = std::asin(2.0 / 3.0) + (kPi / 2 - std::asin(2.0 / 3.0)) * (down ? 1 - f : f);
                    at(phi + side, sign * theta);
                }
        }
    };
    seam(nearly, true);
    if (p == Proj::Hpx)
        teeth(true, 1);
    seam(-nearly, false);
    if (p == Proj::Hpx) teeth(false, -1);
    if (!line.empty()) line.push_back(line.front());
    out.push_back(std::move(line));
    return out;
}

} // namespace firmament::sky
