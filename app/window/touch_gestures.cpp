#include "app/window/touch_gestures.h"

#include <QGuiApplication>
#include <QLineF>
#include <QStyleHints>
#include <QTouchEvent>
#include <utility>

#include "app/window/navigator.h"

namespace firmament::window {

namespace {

constexpr double kSlop = 12, kTwiceSlop = 32;

} // namespace

TouchGestures::TouchGestures(Navigator& navigator, std::function<Eigen::Vector2d(const QPointF&)> toView, QObject* parent)
    : QObject(parent), navigator_(navigator), toView_(std::move(toView))
{
    rest_.setSingleShot(true);
    connect(&rest_, &QTimer::timeout, this, [this] {
        mode_ = Mode::Done;
        emit restedOn(start_);
    });
}

void TouchGestures::handle(const QTouchEvent& event)
{
    QList<QEventPoint> down;
    if (event.type() != QEvent::TouchCancel)
        for (const QEventPoint& p : event.points())
            if (p.state() != QEventPoint::Released) down << p;
    if (event.type() == QEvent::TouchCancel) {
        rest_.stop();
        navigator_.stop();
        mode_ = Mode::None;
    } else if (down.isEmpty()) {
        lifted();
    } else if (down.size() == 1) {
        oneFinger(down.front().position());
    } else {
        rest_.stop();
        const QEventPoint &a = down[0], &b = down[1];
        if (mode_ != Mode::Pinch || a.id() != first_ || b.id() != second_) {
            navigator_.beginPinch(toView_(a.position()), toView_(b.position()));
            mode_ = Mode::Pinch;
            first_ = a.id();
            second_ = b.id();
        } else {
            navigator_.pinch(toView_(a.position()), toView_(b.position()));
            emit dragged(QLineF(start_, (a.position() + b.position()) / 2).length());
        }
    }
}

void TouchGestures::oneFinger(const QPointF& at)
{
    switch (mode_) {
    case Mode::None:
        mode_ = Mode::Wait;
        start_ = at;
        navigator_.beginDrag(toView_(at));
        rest_.start(kLongPressMs);
        break;
    case Mode::Wait:
        if (QLineF(start_, at).length() < kSlop) break;
        rest_.stop();
        mode_ = Mode::Drag;
        [[fallthrough]];
    case Mode::Drag:
        navigator_.drag(toView_(at));
        emit dragged(QLineF(start_, at).length());
        break;
    case Mode::Pinch: // one of two was lifted: the other goes on from where it is
        mode_ = Mode::Drag;
        start_ = at;
        navigator_.beginDrag(toView_(at));
        break;
    case Mode::Done: break;
    }
}

void TouchGestures::lifted()
{
    rest_.stop();
    const Mode was = std::exchange(mode_, Mode::None);
    if (was == Mode::Drag) navigator_.endDrag();
    if (was != Mode::Wait) return;
    const bool twice = sinceTap_.isValid() && sinceTap_.elapsed() < QGuiApplication::styleHints()->mouseDoubleClickInterval() && QLineF(lastTap_, start_).length() < kTwiceSlop;
    if (twice) {
        sinceTap_.invalidate();
        emit doubleTapped(start_);
        return;
    }
    sinceTap_.start();
    lastTap_ = start_;
    emit tapped(start_);
}

} // namespace firmament::window
