// What lies on the sky apart from layers: compass, scale bar, reticle, rings of hovered and selected things, colour bars,
// credits, the hatch of no data. Each draws into a Drawing and says which place it takes. Private to scene/.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "render/look.h"
#include "scene/drawing.h"
#include "scene/frame.h"

namespace firmament::scene {

/// "10°", "5'", "30\"", "20 mas" and the angle.
struct ScaleBarValue {
    sky::Angle angle;
    std::string text;
};
/// The value of the list 1 2 5 10 15 20 30 (of degrees, arcminutes, arcseconds; 50 to 500 mas too) whose bar is 80 to 200 pixels
/// long, nearest to 130; empty when none is.
std::optional<ScaleBarValue> scaleBarValue(double radPerPixel);

/// Directions of north and east on the screen, unit vectors; empty where the sky has no place there.
struct CompassArrows {
    Eigen::Vector2d north, east;
};
std::optional<CompassArrows> compassArrows(const sky::SkyView& view, const Eigen::Vector2d& at);

/// Where compass and scale bar stand: the left foot of the free area (compass first), or the right one (compass last) above
/// `bottom` when something lies in the left.
struct Corner {
    bool right = false;
    double bottom = 0;
    Eigen::Vector2d of{0, 0}; ///< the pixel whose directions and scale they tell: the middle of the whole free area
};
inline constexpr double kCornerHeight = 100;
inline constexpr double kFootHeight = 60;  ///< of the credits, with some room
inline constexpr double kNarrowFoot = 680; ///< less: what lies along the foot stands over each other
/// The part of the free area of which the lowest `strip` pixels have nothing lying on them from the sides; all of it when little
/// would be left.
PixelRect footArea(const PixelRect& free, std::span<const PixelRect> obstacles, double strip);
bool cornerTaken(const FrameInput& frame, std::span<const PixelRect> obstacles);
void addCompass(const FrameInput& frame, const Corner& corner, Drawing& out, std::vector<PixelRect>& taken);
void addScaleBar(const FrameInput& frame, const Corner& corner, Drawing& out, std::vector<PixelRect>& taken);
void addReticle(const FrameInput& frame, double opacity, Drawing& out);
void addRing(const FrameInput& frame, const Hit& hit, bool selected, Drawing& out);
void addNoDataHatch(const FrameInput& frame, Drawing& out);

struct ColourBarContent {
    std::string name, unit;
    render::Look look;
};
/// Physical values at five even places of the bar.
std::vector<double> colourBarNumbers(const render::Look& look);
/// Returns the height taken above `bottom`.
double addColourBar(const FrameInput& frame, const ColourBarContent& content, double bottom, Drawing& out, std::vector<PixelRect>& taken);
/// Credits of the form "Stars: A, B; Milky Way: C" joined: each topic once, each of its sources once.
std::vector<std::string> joinedCredits(const std::vector<std::string>& credits);
/// The lines of the credits: at most two, the rest as "+3".
std::vector<std::string> creditLines(const std::vector<std::string>& credits, const std::function<double(const std::string&)>& width, double most);
/// `alone`: nothing else stands beside them along the foot.
double addCredits(const FrameInput& frame, const std::vector<std::string>& credits, bool alone, Drawing& out, std::vector<PixelRect>& taken);

} // namespace firmament::scene
