// The rail at the left: what can be opened, each with icon and word; and the tool strip that lies on the sky.
#pragma once

#include <QWidget>

#include "app/window/controller.h"
#include "app/window/controls.h"

namespace firmament::window {

class Canvas;

/// What the rail holds, in order; Alt+1 to Alt+9 open them. An empty one: from here on at the bottom.
struct RailItem {
    const char *id, *command, *icon;
};
QList<RailItem> railItems();

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

signals:
    void sizeChanged();

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* e) override;

private:
    Controller& c_;
    QList<std::pair<IconButton*, QString>> buttons_;
};

} // namespace firmament::window
