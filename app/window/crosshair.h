// The crosshair of the keyboard (`K`): arrows go from object to object, Enter selects, and the canvas tells what is under it.
// A small widget over the canvas, of the same parent. Pixels are the canvas's, whatever the panes. ui thread.
#pragma once

#include <QPointF>
#include <QWidget>
#include <optional>

#include "app/window/controller.h"

namespace firmament::window {

class Crosshair final : public QWidget {
    Q_OBJECT
public:
    Crosshair(Controller& controller, QWidget& canvas);
    bool on() const { return on_; }
    void setOn(bool on); ///< starts at the free area's centre
    /// To the nearest object in that direction (dx, dy: -1, 0 or 1); where there is none, 40 pixels on.
    void step(int dx, int dy);
    void nudge(int dx, int dy); ///< by pixels
    void select();              ///< what is under it
    QPointF pixel() const { return pixel_; }
    const std::optional<scene::Hit>& hit() const { return hit_; }

signals:
    void moved(); ///< or another object came under it, or on and off

protected:
    void paintEvent(QPaintEvent*) override;

private:
    void put(const QPointF& pixel, std::optional<scene::Hit> hit);
    void followView();
    QPointF aim() const;                                  ///< the free area's centre
    std::optional<QPointF> seenAt(const scene::Hit& hit) const; ///< empty: out of sight
    Controller& c_;
    QWidget& canvas_;
    bool on_ = false;
    QPointF pixel_;
    std::optional<scene::Hit> hit_;
};

} // namespace firmament::window
