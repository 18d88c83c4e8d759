// Small things that lie over the sky: hover card, toast, rubber band, panel shadow, drop frame.
#pragma once

#include <QLabel>
#include <QTimer>
#include <QWidget>

#include "app/window/controller.h"
#include "app/window/controls.h"

class QPushButton;

namespace firmament::window {

/// The dark, round-cornered ground of what lies on the sky.
void paintPill(QPainter& painter, const Style& style, const QRectF& rect);

/// What is under the pointer, in a pill beside it.
class HoverCard final : public QWidget {
    Q_OBJECT
public:
    HoverCard(Controller& controller, QWidget* parent);
    /// `which`: "2 of 5" when several lie at the place.
    void present(const scene::Hit& hit, const QPointF& pointer, const QRect& area, const QString& which = {});

protected:
    void paintEvent(QPaintEvent*) override;

private:
    Controller& c_;
    scene::Hit hit_;
    QString aside_; ///< at the right of the name
};

/// One line about what the user just did, with an action, for six seconds.
class Toast final : public QWidget {
    Q_OBJECT
public:
    Toast(Controller& controller, QWidget* parent);
    void present(const QString& text, const QString& command);
    void reposition();

protected:
    void paintEvent(QPaintEvent*) override;

private:
    Controller& c_;
    QLabel* text_;
    QPushButton* action_;
    QString command_;
    QTimer timer_;
};

/// The zoom box while it is drawn; also the frame around the canvas while something is dragged over it.
class Band final : public QWidget {
    Q_OBJECT
public:
    Band(const Style& style, QWidget* parent);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    const Style& style_;
};

/// Shadow of a panel: a ring around its rectangle, from one cached nine-patch.
class Shadow final : public QWidget {
    Q_OBJECT
public:
    Shadow(const Style& style, QWidget* parent);
    void around(const QRect& panel);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    static constexpr int kReach = 24;
    const QPixmap& patch();
    const Style& style_;
    QPixmap patch_;
};

class DropHint final : public QWidget {
    Q_OBJECT
public:
    DropHint(const Style& style, QWidget* parent);
    void setText(const QString& text);

protected:
    void paintEvent(QPaintEvent*) override;

private:
    const Style& style_;
    QString text_;
};

} // namespace firmament::window
