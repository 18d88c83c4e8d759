// The camera is a value; equal views are equal objects.
// Pixels: (0,0) is the top left corner of the top left pixel, x right, y down; pixel centres at +0.5; the view centre
// is at (width/2, height/2). fov is the angle on the sky between the left and the right edge along the horizontal
// midline; the height follows from the shape. Beyond info(proj).maxFov the map shrinks in proportion.
// roll turns the sky under the projection, positive = north towards the left. mirror flips left and right.
// East is left for the sky; for Frame::Body east is right. At a pole, up is the limit coming from the centre's lon.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "sky/frame.h"
#include "sky/projection.h"

namespace firmament::sky {

class SkyView {
public:
    SkyView() = default; ///< ICRS 0 0, 60 deg, STG, 1280x800

    /// Keeps the up direction's frame: `centre` may be in any frame and is converted to frame().
    SkyView lookingAt(const SkyPos& centre) const;
    SkyView withFov(Angle fov) const;             ///< clamped to [kMinFov, 360 deg x 2]
    SkyView withRoll(Angle roll) const;
    SkyView withMirror(bool mirror) const;
    SkyView withProjection(Proj p) const;
    SkyView withFrame(Frame f) const;             ///< frame of "up"; the centre stays the same point, roll kept
    SkyView withSize(int width, int height) const; ///< keeps fov
    SkyView resizedKeepingScale(int width, int height) const; ///< keeps arcsec per pixel at the centre
    SkyView zoomedAbout(Eigen::Vector2d pixel, double factor) const; ///< factor > 1 zooms in; the sky under the pixel stays put
    /// The view in which the sky now under `from` is under `to` (drag). Roll changes only when unavoidable (near poles).
    SkyView dragged(Eigen::Vector2d from, Eigen::Vector2d to) const;

    const SkyPos& centre() const { return centre_; } ///< in frame()
    Frame frame() const { return centre_.frame; }
    Angle fov() const { return fov_; }
    Angle fovHeight() const;  ///< along the vertical midline, as displayed beside fov
    Angle roll() const { return roll_; }
    bool mirror() const { return mirror_; }
    Proj projection() const { return proj_; }
    int width() const { return width_; }
    int height() const { return height_; }

    double planePerPixel() const; ///< plane units (radians at the centre) per pixel
    Angle pixelScale() const;     ///< at the centre
    /// Orthogonal matrix from unit vectors of `world` to the camera frame of sky/projection.h (det -1 for the sky, as
    /// east is left).
    Eigen::Matrix3d worldToCamera(Frame world) const;

    Eigen::Vector2d pixelOfPlane(const Eigen::Vector2d& plane) const;
    Eigen::Vector2d planeOfPixel(const Eigen::Vector2d& pixel) const;
    std::optional<Eigen::Vector2d> pixelOf(const Dir& dir, Frame frameOfDir = Frame::Icrs) const;
    std::optional<Dir> directionAt(const Eigen::Vector2d& pixel, Frame wanted = Frame::Icrs) const;

    /// The smallest cap known to hold everything visible; for culling.
    Cap boundingCap(Frame world) const;
    bool wholeSky() const; ///< the bounding cap is the whole sphere

    bool operator==(const SkyView&) const = default;

    static constexpr Angle kMinFov = Angle::arcsec(0.01);

private:
    SkyPos centre_{Angle::rad(0), Angle::rad(0), Frame::Icrs};
    Angle fov_ = Angle::deg(60);
    Angle roll_;
    Proj proj_ = Proj::Stg;
    bool mirror_ = false;
    int width_ = 1280, height_ = 800;
};

} // namespace firmament::sky
