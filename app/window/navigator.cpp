#include "app/window/navigator.h"

#include <algorithm>
#include <cmath>

namespace firmament::window {

namespace {
constexpr double kSmallestFit = 4.0 / 60.0; ///< degrees: a star is shown with 4 arcmin around it
} // namespace

Navigator::Navigator(scene::History& history, const Clock& clock) : history_(history), clock_(clock) {}

double Navigator::nowMs() const
{
    return std::chrono::duration<double, std::milli>(clock_.now()).count();
}

Eigen::Vector2d Navigator::freeCentre() const
{
    if (free_.w <= 0 || free_.h <= 0) return {view().width() / 2.0, view().height() / 2.0};
    return {free_.x + free_.w / 2, free_.y + free_.h / 2};
}

sky::Dir Navigator::aim() const
{
    const sky::Frame frame = view().frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
    if (const auto dir = view().directionAt(freeCentre(), frame)) return *dir;
    return sky::rotation(view().frame(), frame) * sky::toDir(view().centre());
}

sky::SkyView Navigator::heldAt(const sky::SkyView& v, const sky::Dir& dir, const Eigen::Vector2d& pixel) const
{
    const sky::Frame frame = v.frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
    const auto now = v.pixelOf(dir, frame);
    return now ? v.dragged(*now, pixel) : v;
}

sky::SkyView Navigator::viewOf(const sky::SkyView& now, const sky::SkyPos& pos, std::optional<sky::Angle> fov) const
{
    sky::SkyView target = now;
    if (fov) target = target.withFov(*fov);
    target = target.lookingAt(pos);
    const Eigen::Vector2d middle(target.width() / 2.0, target.height() / 2.0);
    const Eigen::Vector2d free = freeCentre();
    // Near the whole sky the shift would only bend the map.
    if ((free - middle).norm() < 1 || target.fov().deg() > 180) return target;
    return target.dragged(middle, free);
}

void Navigator::flyTo(const sky::SkyPos& pos, std::optional<sky::Angle> fov)
{
    flyTo(viewOf(pos, fov));
}

void Navigator::flyTo(const sky::SkyView& target)
{
    stop();
    history_.markView();
    if (reduced_) {
        history_.setView(target);
        history_.markView();
    } else {
        flight_.emplace(view(), target);
        startedMs_ = nowMs();
    }
    if (onNeedFrame) onNeedFrame();
}

void Navigator::jumpTo(const sky::SkyView& target)
{
    stop();
    history_.setView(target);
}

void Navigator::northUp()
{
    sky::SkyView up = view().withRoll(sky::Angle::rad(0));
    flyTo(heldAt(up, aim(), freeCentre()).withRoll(sky::Angle::rad(0)));
}

void Navigator::wholeSky()
{
    const sky::SkyView& v = view();
    const sky::Angle most = sky::info(v.projection()).maxFov;
    // The whole sky fits the height too: wide maps are half as high as wide.
    const double shape = sky::info(v.projection()).zenithal ? 1.0 : 2.0;
    const double room = std::max(1.0, static_cast<double>(v.width()) / std::max(1, v.height()) / shape);
    flyTo(v.withFov(most * room));
}

void Navigator::fit(const sky::SkyPos& pos, sky::Angle size)
{
    const double across = std::max(size.deg(), kSmallestFit) * 3;
    const double share = free_.w > 0 ? std::min(free_.w, free_.h) / view().width() : 1;
    flyTo(pos, sky::Angle::deg(std::min(across / std::max(share, 0.1), 120.0)));
}

void Navigator::boxZoom(const Eigen::Vector2d& a, const Eigen::Vector2d& b)
{
    const double w = std::abs(a.x() - b.x()), h = std::abs(a.y() - b.y());
    const sky::Frame frame = view().frame();
    const auto middle = view().directionAt((a + b) / 2, frame);
    if (w < 4 || h < 4 || !middle) return;
    const double freeW = free_.w > 0 ? free_.w : view().width(), freeH = free_.h > 0 ? free_.h : view().height();
    const double factor = std::min(freeW / w, freeH / h);
    flyTo(sky::toPos(*middle, frame), view().fov() / factor);
}

void Navigator::beginDrag(const Eigen::Vector2d& pixel)
{
    stop();
    startView_ = view();
    startPixel_ = pixel;
    speed_.clear();
    speed_.add(nowMs(), pixel);
}

void Navigator::drag(const Eigen::Vector2d& pixel)
{
    speed_.add(nowMs(), pixel);
    history_.setView(startView_.dragged(startPixel_, pixel));
}

void Navigator::endDrag()
{
    const Eigen::Vector2d speed = speed_.pixelsPerMs(nowMs());
    if (reduced_ || speed.norm() < 0.02) return;
    inertia_.emplace(speed);
    startView_ = view();
    startedMs_ = nowMs();
    if (onNeedFrame) onNeedFrame();
}

void Navigator::beginPinch(const Eigen::Vector2d& a, const Eigen::Vector2d& b)
{
    stop();
    startView_ = view();
    startPixel_ = a;
    startOther_ = b;
}

void Navigator::pinch(const Eigen::Vector2d& a, const Eigen::Vector2d& b)
{
    const Eigen::Vector2d was = startOther_ - startPixel_, now = b - a, from = (startPixel_ + startOther_) / 2, to = (a + b) / 2;
    if (was.norm() < 8 || now.norm() < 8) return;
    const double north = kNorthSnap.rad();
    // Screen y runs down: fingers that turn clockwise turn north to the right, which is negative roll (positive when mirrored).
    const double turn = std::remainder(std::atan2(now.y(), now.x()) - std::atan2(was.y(), was.x()), 2 * sky::kPi);
    double roll = std::remainder(startView_.roll().rad() - (startView_.mirror() ? -turn : turn), 2 * sky::kPi);
    if (std::abs(roll) < north) roll = 0;
    else if (std::abs(turn) < north) roll = startView_.roll().rad(); // a pinch is never quite straight
    sky::SkyView v = startView_.zoomedAbout(from, now.norm() / was.norm());
    // Near a pole zooming about a point turns the view a little; that is kept.
    const double extra = std::remainder(v.roll().rad() - startView_.roll().rad(), 2 * sky::kPi);
    const auto dir = startView_.directionAt(from, v.frame());
    v = v.withRoll(sky::Angle::rad(roll + extra));
    const auto at = dir ? v.pixelOf(*dir, v.frame()) : std::nullopt;
    history_.setView(at ? v.dragged(*at, to) : v.dragged(from, to));
}

void Navigator::beginRotate(const Eigen::Vector2d& pixel)
{
    stop();
    startView_ = view();
    startPixel_ = pixel;
}

void Navigator::rotateAbout(const Eigen::Vector2d& pixel, const sky::SkyView& from, sky::Angle by)
{
    const sky::Frame frame = from.frame();
    const auto dir = from.directionAt(pixel, frame);
    // A whole turn brings the same picture: kept within +-180 deg.
    const double turn = from.mirror() ? -by.rad() : by.rad();
    sky::SkyView turned = from.withRoll(sky::Angle::rad(std::remainder(from.roll().rad() + turn, 2 * sky::kPi)));
    if (dir) {
        if (const auto now = turned.pixelOf(*dir, frame); now && (*now - pixel).norm() > 1e-3) turned = turned.dragged(*now, pixel);
    }
    history_.setView(turned);
}

void Navigator::rotateDrag(const Eigen::Vector2d& pixel)
{
    const Eigen::Vector2d pivot = freeCentre(), a = startPixel_ - pivot, b = pixel - pivot;
    if (a.norm() < 8 || b.norm() < 8) return;
    // Screen y runs down: a clockwise drag moves north to the right, which is negative roll (and positive when mirrored).
    const double turn = std::atan2(a.y(), a.x()) - std::atan2(b.y(), b.x());
    rotateAbout(pivot, startView_, sky::Angle::rad(turn));
}

void Navigator::rotateBy(sky::Angle angle)
{
    stop();
    rotateAbout(freeCentre(), view(), angle);
}

void Navigator::rotateAt(const Eigen::Vector2d& pixel, sky::Angle angle)
{
    stop();
    rotateAbout(pixel, view(), angle);
}

void Navigator::snapToNorth(const Eigen::Vector2d& pixel)
{
    const sky::Angle roll = view().roll();
    if (roll.rad() == 0 || std::abs(roll.rad()) >= kNorthSnap.rad()) return;
    stop();
    rotateAbout(pixel, view(), sky::Angle::rad(view().mirror() ? roll.rad() : -roll.rad()));
}

void Navigator::moveSky(const Eigen::Vector2d& pixel, const Eigen::Vector2d& by)
{
    stop();
    history_.setView(view().dragged(pixel, pixel + by));
}

void Navigator::zoomAt(const Eigen::Vector2d& pixel, double factor)
{
    stop();
    history_.setView(view().zoomedAbout(pixel, factor));
}

void Navigator::zoomAtAim(double factor)
{
    zoomAt(freeCentre(), factor);
}

void Navigator::moveBy(double dx, double dy)
{
    stop();
    const Eigen::Vector2d middle(view().width() / 2.0, view().height() / 2.0);
    history_.setView(view().dragged(middle, middle - Eigen::Vector2d(dx, dy)));
}

void Navigator::setFov(sky::Angle fov)
{
    const sky::Frame frame = view().frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
    flyTo(sky::toPos(aim(), frame), fov);
}

void Navigator::centreOn(const Eigen::Vector2d& pixel)
{
    const sky::Frame frame = view().frame();
    if (const auto dir = view().directionAt(pixel, frame)) flyTo(sky::toPos(*dir, frame), std::nullopt);
}

bool Navigator::advance()
{
    const double ms = nowMs() - startedMs_;
    if (flight_) {
        const bool done = flight_->doneAt(ms);
        const sky::SkyView next = done ? flight_->target() : flight_->at(ms);
        if (done) flight_.reset();
        // The window may have been resized on the way.
        history_.setView(next.withSize(view().width(), view().height()));
        if (done) history_.markView();
    } else if (inertia_) {
        const bool done = inertia_->doneAt(ms);
        const Eigen::Vector2d middle(startView_.width() / 2.0, startView_.height() / 2.0);
        history_.setView(startView_.dragged(middle, middle + inertia_->offsetAt(ms)));
        if (done) inertia_.reset();
    }
    return moving();
}

void Navigator::holdAim(const sky::Dir& dir)
{
    stop();
    history_.setView(heldAt(view(), dir, freeCentre()));
}

void Navigator::stop()
{
    flight_.reset();
    inertia_.reset();
}

} // namespace firmament::window
