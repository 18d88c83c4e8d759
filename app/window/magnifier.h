// The read-out of `V`: the survey's own pixels around the pointer (or the keyboard's crosshair), enlarged, with the value of the
// middle one, where it lies in its tile, and its position. A pill over the canvas, of the same parent, that follows. ui thread.
#pragma once

#include <QImage>
#include <QTimer>
#include <QWidget>
#include <optional>

#include "app/window/controller.h"

namespace firmament::window {

class Crosshair;

class Magnifier final : public QWidget {
    Q_OBJECT
public:
    Magnifier(Controller& controller, const Crosshair& crosshair, QWidget* parent);
    bool on() const { return on_; }
    void setOn(bool on);
    void keepInside(const QRect& area) { area_ = area; } ///< the free area, in the parent's pixels
    const std::optional<scene::CloseUp>& shown() const { return shown_; }
    QString valueText() const; ///< "0.01234 MJy/sr"; "≈ 1.234568e+08" until a value with more digits is read
    QString placeText() const; ///< "Tile 7/12345, pixel 210, 33"

signals:
    void toggled(bool on);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    void follow();
    std::optional<QPointF> target() const;
    void put(const QPointF& at);
    void askExactly();

    Controller& c_;
    const Crosshair& crosshair_;
    bool on_ = false;
    QRect area_;
    std::optional<scene::CloseUp> shown_;
    /// A value whose tile file has more digits: read again once the pointer rests.
    struct Exact {
        scene::CloseUp of;
        double value = 0;
    };
    std::optional<Exact> exact_; ///< of shown_, as far as it has come
    Pending asking_;
    QTimer rest_;
    QString position_;
    QImage picture_; ///< one pixel a texel
};

} // namespace firmament::window
