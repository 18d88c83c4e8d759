// The coordinate grid with its numbers. ui thread. Private to scene/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scene/painter.h"
#include "scene/frame.h"

namespace firmament::scene {

/// How lines of one direction are spaced.
struct GridSteps {
    double step = 0;             ///< degrees
    double first = 0;            ///< degrees: the first line at or above the range's low end
    int count = 0;               ///< lines in the range
};
/// The finest allowed step with at most `most` lines in [loDeg, hiDeg]. time: hours, minutes and seconds (longitude of the
/// equatorial frames); decimal: 1-2-5 of a degree (galactic, ecliptic); else degrees, arcminutes and arcseconds.
enum class GridUnits : uint8_t { Time, Sexagesimal, Decimal };
GridSteps gridSteps(double loDeg, double hiDeg, GridUnits units, int most = 8);
/// "18h", "18h30m", "18h03m37s"; "\u221220\u00b0", "+20\u00b0 30'"; "l 0.2\u00b0".
std::string gridLabel(double degrees, double stepDeg, GridUnits units, bool longitude, sky::Frame frame);

/// What of a frame's longitudes and latitudes is in view, in degrees; lon is unwrapped around the view's centre.
struct GridRange {
    double lonLo = 0, lonHi = 360, latLo = -90, latHi = 90;
    bool empty = false;
};
GridRange gridRange(const sky::SkyView& view, sky::Frame frame);

class GridOverlay {
public:
    /// Lines at once; the labels after what they must not cross is known.
    void prepare(const FrameInput& frame);
    void addLabels(const FrameInput& frame, std::vector<PixelRect>& taken, Drawing& out) const;
    void draw(Painter& painter) const { painter.shapes(lines_); }
    void clear();

private:
    struct Line {
        double degrees, step;
        GridUnits units;
        bool meridian;
        std::vector<std::vector<Eigen::Vector2d>> pieces;
    };
    std::optional<sky::SkyView> builtFor_;
    GridState state_;
    render::Rgba colour_;
    std::vector<Line> curves_;
    Drawing lines_;
};

} // namespace firmament::scene
