// Moves the view: flights, inertia, drags and zooms, with the free area's centre as the place that things are brought to.
// Changes History's view; time is given by the caller, once a frame.
#pragma once

#include <Eigen/Core>
#include <functional>
#include <optional>

#include "core/clock.h"
#include "scene/camera_motion.h"
#include "scene/history.h"
#include "scene/scene.h"

namespace firmament::window {

class Navigator {
public:
    Navigator(scene::History& history, const Clock& clock);

    void setFreeArea(const scene::PixelRect& area) { free_ = area; }
    void setReducedMotion(bool on) { reduced_ = on; }
    Eigen::Vector2d freeCentre() const;
    /// The point of the sky at the free area's centre, ICRS; the view's centre when that is off the map.
    sky::Dir aim() const;

    /// Remembers where the user was, then flies. `fov`: of the whole canvas; empty keeps it.
    void flyTo(const sky::SkyPos& pos, std::optional<sky::Angle> fov);
    void flyTo(const sky::SkyView& target); ///< exactly this view
    void jumpTo(const sky::SkyView& target);
    void northUp();
    void wholeSky();
    void fit(const sky::SkyPos& pos, sky::Angle size); ///< the object fills about a third of the free area
    void boxZoom(const Eigen::Vector2d& a, const Eigen::Vector2d& b);

    void beginDrag(const Eigen::Vector2d& pixel);
    void drag(const Eigen::Vector2d& pixel);
    void endDrag();
    /// Two fingers: the sky that was between them stays between them; turning snaps to north within kNorthSnap.
    void beginPinch(const Eigen::Vector2d& a, const Eigen::Vector2d& b);
    void pinch(const Eigen::Vector2d& a, const Eigen::Vector2d& b);
    void beginRotate(const Eigen::Vector2d& pixel);
    void rotateDrag(const Eigen::Vector2d& pixel);
    void zoomAt(const Eigen::Vector2d& pixel, double factor);
    void zoomAtAim(double factor);
    void moveBy(double dx, double dy); ///< pixels; the sky moves the other way
    void moveSky(const Eigen::Vector2d& pixel, const Eigen::Vector2d& by); ///< what is under the pixel moves by so many pixels
    void rotateBy(sky::Angle angle);   ///< positive: to the left, about the free area's centre
    void rotateAt(const Eigen::Vector2d& pixel, sky::Angle angle);
    void snapToNorth(const Eigen::Vector2d& pixel); ///< when it is nearly up: what is under the pixel stays there
    void setFov(sky::Angle fov);       ///< typed: about the free area's centre, an own step of the view history
    void centreOn(const Eigen::Vector2d& pixel);

    /// One frame: moves the view on. True while there is more to come.
    bool advance();
    bool moving() const { return flight_.has_value() || inertia_.has_value(); }
    /// Brings a point of the sky (ICRS, or the body's) to the free area's centre without a step of the view history.
    void holdAim(const sky::Dir& dir);
    void stop(); ///< any input takes over at once
    /// The view that `pos` at the free area's centre would give.
    sky::SkyView viewOf(const sky::SkyPos& pos, std::optional<sky::Angle> fov) const { return viewOf(view(), pos, fov); }
    sky::SkyView viewOf(const sky::SkyView& now, const sky::SkyPos& pos, std::optional<sky::Angle> fov) const;

    static constexpr sky::Angle kNorthSnap = sky::Angle::deg(4);
    std::function<void()> onNeedFrame;

private:
    double nowMs() const;
    const sky::SkyView& view() const { return history_.document().view; }
    sky::SkyView heldAt(const sky::SkyView& v, const sky::Dir& dir, const Eigen::Vector2d& pixel) const;
    void rotateAbout(const Eigen::Vector2d& pixel, const sky::SkyView& from, sky::Angle by);

    scene::History& history_;
    const Clock& clock_;
    scene::PixelRect free_;
    bool reduced_ = false;
    std::optional<scene::Flight> flight_;
    std::optional<scene::Inertia> inertia_;
    scene::PointerSpeed speed_;
    double startedMs_ = 0;
    sky::SkyView startView_;
    Eigen::Vector2d startPixel_{0, 0}, startOther_{0, 0};
};

} // namespace firmament::window
