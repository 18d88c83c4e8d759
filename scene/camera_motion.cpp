#include "scene/camera_motion.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include <Eigen/Geometry>

namespace firmament::scene {

namespace {

using sky::Angle;
using sky::Dir;

constexpr double kRho = 1.4; // van Wijk & Nuij's users preferred 1.42
constexpr double kMsPerLength = 260;
/// Wider than this a flight shows no more of where it goes.
constexpr double kWidestFlight = 120 * sky::kRadPerDeg;

double wrapped(double a)
{
    return std::remainder(a, 2 * sky::kPi);
}

/// The roll that `view` would need in the frame of `wanted` to look the same on the screen.
Angle rollInFrame(const sky::SkyView& view, sky::Frame wanted)
{
    if (view.frame() == wanted || view.frame() == sky::Frame::Body || wanted == sky::Frame::Body) return view.roll();
    const sky::SkyView level = view.withFrame(wanted).withRoll(Angle::rad(0));
    const Eigen::Matrix3d turn = view.worldToCamera(sky::Frame::Icrs) * level.worldToCamera(sky::Frame::Icrs).transpose();
    const double angle = std::atan2(-turn(0, 1), turn(1, 1));
    const auto error = [&](double r) {
        return (level.withRoll(Angle::rad(r)).worldToCamera(sky::Frame::Icrs) - view.worldToCamera(sky::Frame::Icrs)).norm();
    };
    return Angle::rad(error(angle) <= error(-angle) ? angle : -angle);
}

/// A direction square to `d`.
Dir anySquare(const Dir& d)
{
    const Dir other = std::abs(d.z()) < 0.9 ? Dir::UnitZ() : Dir::UnitX();
    return d.cross(other).normalized();
}

} // namespace

Flight::Flight(const sky::SkyView& from, const sky::SkyView& to) : to_(to)
{
    const sky::SkyView begin = from.withFrame(to.frame());
    start_ = sky::toDir(begin.centre());
    const Dir end = sky::toDir(to.centre());
    arc_ = sky::separation(start_, end).rad();
    const Dir square = end - start_ * start_.dot(end);
    axisAlong_ = square.norm() > 1e-12 ? Dir(square.normalized()) : anySquare(start_);

    w0_ = std::max(from.fov().rad(), 1e-9);
    w1_ = std::max(to.fov().rad(), 1e-9);
    wMax_ = std::max({w0_, w1_, std::min(kWidestFlight, sky::info(to.projection()).maxFov.rad())});
    length_ = pathLength();

    // Screen angle of the path = roll + its position angle. Turning that angle evenly, not the roll, keeps flights over a
    // pole free of sudden turns.
    const double sense = to.mirror() == (to.frame() == sky::Frame::Body) ? 1 : -1;
    const double roll0 = sense * rollInFrame(from, to.frame()).rad(), roll1 = sense * to.roll().rad();
    if (arc_ > 1e-9 && arc_ < sky::kPi - 1e-9) {
        const Dir endAlong = axisAlong_ * std::cos(arc_) - start_ * std::sin(arc_);
        turn0_ = roll0 + sky::positionAngle(start_, (start_ + 0.01 * axisAlong_).normalized()).rad();
        turn1_ = roll1 + sky::positionAngle(end, (end + 0.01 * endAlong).normalized()).rad();
    } else {
        turn0_ = roll0;
        turn1_ = roll1;
    }
    turn1_ = turn0_ + wrapped(turn1_ - turn0_);
    const double turning = std::abs(wrapped(roll1 - roll0)) * 0.5;
    durationMs_ = std::clamp(kShortestMs + kMsPerLength * std::max(0.0, std::hypot(length_, turning) - 0.5), kShortestMs, kLongestMs);
}

double Flight::pathLength() const
{
    const double u1 = arc_;
    if (u1 < 1e-6 * std::min(w0_, w1_)) return std::abs(std::log(w1_ / w0_)) / kRho;
    const double rho2 = kRho * kRho, rho4 = rho2 * rho2;
    const double b0 = (w1_ * w1_ - w0_ * w0_ + rho4 * u1 * u1) / (2 * w0_ * rho2 * u1);
    const double b1 = (w1_ * w1_ - w0_ * w0_ - rho4 * u1 * u1) / (2 * w1_ * rho2 * u1);
    return (std::asinh(-b1) - std::asinh(-b0)) / kRho; // ln(-b + sqrt(b^2+1)) = asinh(-b)
}

void Flight::placeAt(double s, double& u, double& w) const
{
    const double u1 = arc_;
    if (u1 < 1e-6 * std::min(w0_, w1_)) { // zoom alone
        const double k = length_ > 0 ? s / length_ : 1;
        u = u1 * k;
        w = w0_ * std::pow(w1_ / w0_, k);
        return;
    }
    const double rho2 = kRho * kRho, rho4 = rho2 * rho2;
    const double b0 = (w1_ * w1_ - w0_ * w0_ + rho4 * u1 * u1) / (2 * w0_ * rho2 * u1);
    const double r0 = std::asinh(-b0);
    w = w0_ * std::cosh(r0) / std::cosh(kRho * s + r0);
    u = w0_ / rho2 * (std::cosh(r0) * std::tanh(kRho * s + r0) - std::sinh(r0));
}

sky::SkyView Flight::at(double ms) const
{
    if (doneAt(ms)) return to_;
    const double t = std::clamp(ms / durationMs_, 0.0, 1.0);
    const double eased = 0.5 - 0.5 * std::cos(sky::kPi * t);
    double u = 0, w = w0_;
    placeAt(eased * length_, u, w);
    u = std::clamp(u, 0.0, arc_);
    const Dir here = (start_ * std::cos(u) + axisAlong_ * std::sin(u)).normalized();
    double roll = turn0_ + (turn1_ - turn0_) * (arc_ > 0 && arc_ > 1e-9 ? u / arc_ : eased);
    if (arc_ > 1e-9 && arc_ < sky::kPi - 1e-9) {
        const Dir along = axisAlong_ * std::cos(u) - start_ * std::sin(u);
        roll -= sky::positionAngle(here, (here + 0.01 * along).normalized()).rad();
    }
    const double sense = to_.mirror() == (to_.frame() == sky::Frame::Body) ? 1 : -1;
    return to_.lookingAt(sky::toPos(here, to_.frame()))
        .withFov(Angle::rad(std::min(w, wMax_)))
        .withRoll(Angle::rad(wrapped(sense * roll)));
}

Eigen::Vector2d Inertia::offsetAt(double ms) const
{
    const double tau = kHalfLifeMs / std::numbers::ln2;
    return speed_ * tau * (1 - std::exp2(-std::max(ms, 0.0) / kHalfLifeMs));
}

bool Inertia::doneAt(double ms) const
{
    return speed_.norm() * std::exp2(-std::max(ms, 0.0) / kHalfLifeMs) < 0.01;
}

void PointerSpeed::add(double ms, const Eigen::Vector2d& pixel)
{
    samples_.push_back({ms, pixel});
    while (samples_.size() > 2 && ms - samples_.front().ms > 80) samples_.pop_front();
}

Eigen::Vector2d PointerSpeed::pixelsPerMs(double releasedAtMs) const
{
    if (samples_.size() < 2) return Eigen::Vector2d::Zero();
    const Sample& last = samples_.back();
    if (releasedAtMs - last.ms > 60) return Eigen::Vector2d::Zero();
    const auto first = std::find_if(samples_.begin(), samples_.end(), [&](const Sample& s) { return last.ms - s.ms <= 80; });
    const double ms = last.ms - first->ms;
    if (ms < 4) return Eigen::Vector2d::Zero();
    return (last.pixel - first->pixel) / ms;
}

} // namespace firmament::scene
