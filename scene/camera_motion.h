// How the camera moves by itself: flights and inertia. Pure functions of time since the start; the window owns the clock.
#pragma once

#include <deque>

#include <Eigen/Core>

#include "sky/view.h"

namespace firmament::scene {

/// From one view to another along a great circle, zooming out between far places (van Wijk & Nuij 2003, "Smooth and
/// efficient zooming and panning", with rho = 1.4), eased InOutSine, 350 to 1400 ms by the length of the path.
/// Size, projection and mirror are those of `to` from the start.
class Flight {
public:
    Flight(const sky::SkyView& from, const sky::SkyView& to);
    double durationMs() const { return durationMs_; }
    bool doneAt(double ms) const { return ms >= durationMs_; }
    sky::SkyView at(double ms) const; ///< exactly `to` from durationMs on
    const sky::SkyView& target() const { return to_; }

    static constexpr double kShortestMs = 350, kLongestMs = 1400;

private:
    double pathLength() const;
    void placeAt(double s, double& u, double& w) const;

    sky::SkyView to_;
    sky::Dir start_, axisAlong_;     ///< unit vectors in the target's frame: point(a) = start cos a + axisAlong sin a
    double arc_ = 0;                 ///< radians between the centres
    double w0_ = 0, w1_ = 0, wMax_ = 0; ///< widths in radians
    double length_ = 0;              ///< of the zoom path
    double turn0_ = 0, turn1_ = 0;   ///< screen angle of the path at both ends
    double durationMs_ = kShortestMs;
};

/// What a drag leaves behind: the offset in pixels since the release. Half-life of the speed: 180 ms.
class Inertia {
public:
    explicit Inertia(Eigen::Vector2d pixelsPerMs) : speed_(std::move(pixelsPerMs)) {}
    Eigen::Vector2d offsetAt(double ms) const;
    bool doneAt(double ms) const; ///< slower than 10 pixels a second
    static constexpr double kHalfLifeMs = 180;

private:
    Eigen::Vector2d speed_;
};

/// Speed of the pointer at its release, from its last 80 ms; zero when it rested before.
class PointerSpeed {
public:
    void add(double ms, const Eigen::Vector2d& pixel);
    void clear() { samples_.clear(); }
    Eigen::Vector2d pixelsPerMs(double releasedAtMs) const;

private:
    struct Sample {
        double ms;
        Eigen::Vector2d pixel;
    };
    std::deque<Sample> samples_;
};

} // namespace firmament::scene
