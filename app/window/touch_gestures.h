// Fingers on the canvas: one moves (with inertia), taps, taps twice, or rests for the menu; two move, zoom and turn at once.
// Touch points in, moves of the view and signals out; ui thread.
#pragma once

#include <Eigen/Core>
#include <QElapsedTimer>
#include <QObject>
#include <QPointF>
#include <QTimer>
#include <functional>

class QTouchEvent;

namespace firmament::window {

class Navigator;

class TouchGestures final : public QObject {
    Q_OBJECT
public:
    /// `toView`: from a place on the widget to the pixel of the view that is moved.
    TouchGestures(Navigator& navigator, std::function<Eigen::Vector2d(const QPointF&)> toView, QObject* parent = nullptr);
    /// Positions are those of the widget that the event was sent to.
    void handle(const QTouchEvent& event);
    bool active() const { return mode_ != Mode::None; }
    static constexpr int kLongPressMs = 500;

signals:
    void tapped(const QPointF& pixel);
    void doubleTapped(const QPointF& pixel);
    void restedOn(const QPointF& pixel); ///< long press
    void dragged(double pixels);

private:
    enum class Mode : uint8_t { None, Wait, Drag, Pinch, Done };
    void oneFinger(const QPointF& at);
    void lifted();
    Navigator& navigator_;
    std::function<Eigen::Vector2d(const QPointF&)> toView_;
    Mode mode_ = Mode::None;
    QPointF start_, lastTap_;
    int first_ = -1, second_ = -1; ///< ids of the two fingers of a pinch
    QTimer rest_;
    QElapsedTimer sinceTap_;
};

} // namespace firmament::window
