// What the pointer and the keyboard take hold of to move the swipe's divider. The line itself is drawn with the sky.
#pragma once

#include <QAbstractSlider>

#include "app/window/controller.h"

namespace firmament::window {

class DividerHandle final : public QAbstractSlider {
    Q_OBJECT
public:
    DividerHandle(Controller& controller, QWidget* canvas, QWidget* parent);

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void wheelEvent(QWheelEvent*) override;
    void keyReleaseEvent(QKeyEvent*) override;

private:
    void place();
    void moveTo(double hostX);
    Controller& c_;
    QWidget* canvas_;
    double grip_ = 0; ///< of the pointer from the line, while dragging
};

} // namespace firmament::window
