// Directions and frames. A Dir is a unit vector; its frame is in the variable's name (dirIcrs) or its type (SkyPos).
// EclipticJ2000: mean ecliptic of J2000 by IAU 2006 with frame bias (ERFA ecm06). Body: longitudes of a planet or
// moon, not related to the others: rotation() between Body and any other frame is the identity and means nothing.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <string_view>

#include "sky/angle.h"

namespace firmament::sky {

using Dir = Eigen::Vector3d;

enum class Frame : uint8_t { Icrs, Galactic, EclipticJ2000, Fk5, Body };

struct SkyPos {
    Angle lon, lat; ///< lon in [0, 2 pi) when made by toPos
    Frame frame = Frame::Icrs;
    bool operator==(const SkyPos&) const = default;
};

Dir toDir(Angle lon, Angle lat);
inline Dir toDir(const SkyPos& p) { return toDir(p.lon, p.lat); } ///< in p.frame
SkyPos toPos(const Dir& dir, Frame frameOfDir);
/// u_to = rotation(from, to) * u_from
const Eigen::Matrix3d& rotation(Frame from, Frame to);
SkyPos converted(const SkyPos& p, Frame to);

Angle separation(const Dir& a, const Dir& b); ///< stable at 0 and pi
Angle positionAngle(const Dir& from, const Dir& to); ///< north through east, at `from`, in the frame of both

/// A spherical cap: centre and half-angle. Angle above pi/2 allowed; >= pi means everything.
struct Cap {
    Dir centre = Dir::UnitX();
    Angle radius;
    bool contains(const Dir& d) const;
    bool overlaps(const Cap& o) const;
};

const char* frameName(Frame f);                          ///< "ICRS", "Galactic", "Ecliptic", "FK5", "Body"
std::optional<Frame> frameFromName(std::string_view s);  ///< icrs, equatorial, galactic, gal, ecliptic, fk5 (any case)

} // namespace firmament::sky
