// Small things that lie over the sky: hover card, toast, rubber band, shadow, drop frame.
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
    static QString hint(); ///< what the mouse does with it
    int lineHeight() const { return c_.style().touch() ? 20 : 17; }
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

/// What a panel, card or sheet throws on the sky: a ring around it, from one cached nine-patch. Goes where its owner goes, right under
/// it, and is seen while that is.
class Shadow final : public QWidget {
    Q_OBJECT
public:
    Shadow(const Style& style, QWidget* owner);
    void setThrown(bool thrown); ///< a docked panel throws none

protected:
    void paintEvent(QPaintEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    static constexpr int kReach = 24;
    void follow();
    const QPixmap& patch();
    const Style& style_;
    QWidget* owner_;
    bool thrown_ = true;
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
