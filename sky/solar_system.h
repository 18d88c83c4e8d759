// Sun, Moon and planets by date, from ERFA (epv00, plan94, moon98), geocentric astrometric places (light-time applied,
// no aberration), ICRS. Accuracy of plan94 as stated in ERFA: about 1.5 arcmin at worst (Saturn, Uranus); plenty for finding.
#pragma once

#include <string_view>
#include <vector>

#include "sky/frame.h"

namespace firmament::sky {

enum class Body { Sun, Moon, Mercury, Venus, Mars, Jupiter, Saturn, Uranus, Neptune };

struct BodyPlace {
    Body body;
    Dir dirIcrs;
    double distanceAu;
    double magnitude;    ///< approximate apparent V
    Angle diameter;      ///< apparent
    double phase;        ///< illuminated fraction, 0..1
};
const char* bodyName(Body b);
BodyPlace bodyAt(Body b, double jdTdb);
std::vector<BodyPlace> allBodies(double jdTdb);

} // namespace firmament::sky
