// No bare double crosses a module border as an angle.
#pragma once

#include <cmath>
#include <compare>
#include <numbers>

namespace firmament::sky {

inline constexpr double kPi = std::numbers::pi;
inline constexpr double kRadPerDeg = kPi / 180.0;

class Angle {
public:
    constexpr Angle() = default;
    static constexpr Angle rad(double v) { return Angle(v); }
    static constexpr Angle deg(double v) { return Angle(v * kRadPerDeg); }
    static constexpr Angle arcmin(double v) { return deg(v / 60.0); }
    static constexpr Angle arcsec(double v) { return deg(v / 3600.0); }
    static constexpr Angle mas(double v) { return deg(v / 3.6e6); }
    constexpr double rad() const { return rad_; }
    constexpr double deg() const { return rad_ / kRadPerDeg; }
    constexpr double arcmin() const { return deg() * 60.0; }
    constexpr double arcsec() const { return deg() * 3600.0; }
    constexpr double mas() const { return deg() * 3.6e6; }
    constexpr Angle operator+(Angle o) const { return Angle(rad_ + o.rad_); }
    constexpr Angle operator-(Angle o) const { return Angle(rad_ - o.rad_); }
    constexpr Angle operator-() const { return Angle(-rad_); }
    constexpr Angle operator*(double k) const { return Angle(rad_ * k); }
    constexpr Angle operator/(double k) const { return Angle(rad_ / k); }
    constexpr double operator/(Angle o) const { return rad_ / o.rad_; }
    constexpr auto operator<=>(const Angle&) const = default;

private:
    constexpr explicit Angle(double v) : rad_(v) {}
    double rad_ = 0;
};

/// Julian years; TT and TDB are not told apart (below 2 ms), stated.
struct Epoch {
    double jyear = 2000.0;
    constexpr double jd() const { return 2451545.0 + (jyear - 2000.0) * 365.25; }
    static constexpr Epoch fromJd(double jd) { return {2000.0 + (jd - 2451545.0) / 365.25}; }
    auto operator<=>(const Epoch&) const = default;
};

} // namespace firmament::sky
