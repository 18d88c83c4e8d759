// Oblique projections, native pole-free: the view centre maps to (0,0).
// Camera frame: X right on the screen, Y up, Z towards the viewer's aim (the view centre is (0,0,1)).
// Plane: radians at the centre, x right, y up. Every projection is symmetric in x and y, so sky and planet
// handedness, mirror and roll all live in the rotation world -> camera.
// Zenithal ones (TAN SIN STG ZEA ARC) have the centre at the native pole; the others have it at native (0,0), with
// native longitude phi = atan2(X, Z) and latitude theta = asin(Y). Formulas: Calabretta & Greisen 2002 (Paper II),
// Calabretta & Roukema 2007 (HPX, H=4 K=3).
#pragma once

#include <Eigen/Core>
#include <array>
#include <optional>
#include <string_view>

#include "sky/frame.h"

namespace firmament::sky {

enum class Proj : uint8_t { Tan, Sin, Stg, Zea, Arc, Ait, Mol, Car, Mer, Hpx };
inline constexpr std::array kAllProjections{Proj::Tan, Proj::Sin, Proj::Stg, Proj::Zea, Proj::Arc,
                                            Proj::Ait, Proj::Mol, Proj::Car, Proj::Mer, Proj::Hpx};

struct ProjInfo {
    const char* code;  ///< "TAN"
    const char* name;  ///< "Gnomonic"
    Angle maxFov;      ///< the widest field between left and right edge; beyond it the map shrinks and leaves a margin
    bool zenithal;     ///< true: horizon clip at Z >= zMin; false: seam at camera longitude 180 deg
    double zMin;       ///< smallest camera Z that is drawn (-1 where everything is). TAN: slightly above 0, STG: above -1
    double thetaMax;   ///< MER: latitude limit in radians (85 deg); others pi/2
};
const ProjInfo& info(Proj p);
std::optional<Proj> projFromCode(std::string_view code); ///< any case

/// False where the direction has no image (behind the horizon); plane is then unspecified.
bool project(Proj p, const Dir& camera, Eigen::Vector2d& plane) noexcept;
/// False outside the map. Round trips with project to 1e-12 rad.
bool unproject(Proj p, const Eigen::Vector2d& plane, Dir& camera) noexcept;
/// Plane x of the point `half` to the right of the centre on the horizontal midline (half <= maxFov/2).
double planeHalfWidth(Proj p, Angle half);
/// Inverse of planeHalfWidth.
Angle angleOfHalfWidth(Proj p, double x);

} // namespace firmament::sky
