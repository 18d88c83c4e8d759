// The FITS world coordinate system of a view, as header keywords (Greisen & Calabretta 2002, Calabretta & Greisen 2002 =
// Paper II, Calabretta & Roukema 2007), such that any reader gives each pixel the direction that it shows.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sky/view.h"

namespace firmament::sky {

struct WcsKeyword {
    std::string key;
    std::variant<std::string, int, double> value;
    std::string comment;
};

/// Keywords for an image of view.width() x view.height() pixels whose rows go bottom up: pixel (1,1) of FITS is the bottom
/// left one of the view. Longitude and latitude are RA and Dec (RADESYS ICRS); GLON and GLAT when the view's frame is galactic;
/// BOLN and BOLT for a planet or moon. WCSAXES 2; a third axis is for the caller to add.
/// LONPOLE and LATPOLE are always there. Handedness is the sign of CDELT1.
/// Where the three angles of Paper II cannot carry the orientation in doubles (a rolled cylindrical view a hair beside the
/// equator or the pole), the reference point is moved to the native pole by PV1_1 and PV1_2 (Paper II, 2.5).
std::vector<WcsKeyword> wcsOfView(const SkyView& view);

} // namespace firmament::sky
