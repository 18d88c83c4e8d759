// The rail at the left: what can be opened, each with icon and word; and the tool strip that lies on the sky.
#pragma once

#include <QWidget>

#include "app/window/controller.h"
#include "app/window/controls.h"

namespace firmament::window {

class Canvas;

class Rail final : public QWidget {
    Q_OBJECT
public:
    Rail(Controller& controller, QWidget* parent);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    Controller& c_;
    QList<std::pair<QString, RailButton*>> buttons_;
};

class ToolStrip final : public QWidget {
    Q_OBJECT
public:
    ToolStrip(Controller& controller, Canvas& canvas, QWidget* parent);
    QSize sizeHint() const override;

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* e) override;

private:
    Controller& c_;
    int rows_ = 0;
};

} // namespace firmament::window
