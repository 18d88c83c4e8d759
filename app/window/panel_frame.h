// A panel: header (title, detail, actions, pin, own window), scrolling body, footer. It looks the same floating, docked and
// in a window of its own; where it lies is the matter of whoever holds it.
#pragma once

#include <QFrame>

#include "app/window/panel_state.h"
#include "app/window/style.h"

class QHBoxLayout;
class QLabel;
class QScrollArea;
class QVBoxLayout;

namespace firmament::window {

class ElidedLabel;

class IconButton;

class PanelFrame : public QFrame {
    Q_OBJECT
public:
    PanelFrame(const Style& style, const QString& title, QWidget* parent = nullptr);
    QString title() const;
    void setTitle(const QString& title);
    void setTightHeader(bool tight); ///< a second line of the title comes right below
    void setDetail(const QString& detail); ///< fainter, after the title
    QHBoxLayout* actions() { return actions_; }
    void addClose(const QString& name); ///< a cross at the end of the header
    QVBoxLayout* body() { return body_; }
    QVBoxLayout* top();    ///< between header and body, not scrolled
    QVBoxLayout* footer(); ///< made at first use
    int wantedHeight() const;
    int leastWidth() const; ///< what is in it is not cut at this width
    int panelWidth() const { return width_; }
    void setPanelWidth(int width) { width_ = width; }
    /// Body that scrolls by itself (a list view) instead of the scroll area.
    void setBodyWidget(QWidget* widget, int wantedHeight);
    void scrollTo(QWidget* child); ///< brings a part of the body to its top
    void reveal(QWidget* child, const QRect& part); ///< scrolls as little as needed to show `part` of `child`
    virtual void focusStart();     ///< focus on opening

    PanelMode mode() const { return mode_; }
    void setMode(PanelMode mode); ///< looks only
    int defaultWidth = 312;

signals:
    void heightWanted(); ///< content grew or shrank
    void closeWanted();
    /// `at`: where on the desktop the pointer drags it; null for a button.
    void modeWanted(PanelMode mode, const QPoint& at);
    void titleChanged();

protected:
    void paintEvent(QPaintEvent*) override;
    bool event(QEvent* event) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    const Style& style_;

private:
    void restyle();
    ElidedLabel* title_;
    QLabel* detail_;
    QWidget* header_;
    QHBoxLayout *actions_, *right_;
    QVBoxLayout *column_, *body_, *top_ = nullptr, *footer_ = nullptr;
    IconButton *pin_, *tear_;
    QScrollArea* scroll_;
    QWidget *content_, *bodyWidget_ = nullptr;
    int bodyWanted_ = 0;
    int width_ = 312;
    bool tight_ = false;
    PanelMode mode_ = PanelMode::Floating;
    QPoint pressed_;
    bool onHeader_ = false;
};

/// The edge of a panel that is dragged to make it wider: arrows do the same, Home and a double-click give the usual width.
class EdgeGrip final : public QWidget {
    Q_OBJECT
public:
    EdgeGrip(const Style& style, bool onRight, QWidget* parent); ///< onRight: of the right panel, whose edge is at its left
    /// Lies along the edge of `panel`, where its holder put it.
    void follow(PanelFrame* panel, const QRect& at);

signals:
    void widthWanted(int width);

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }

private:
    void want(int width);
    const Style& style_;
    const bool onRight_;
    PanelFrame* panel_ = nullptr;
    int startWidth_ = 0;
    double startX_ = 0;
    bool dragging_ = false;
};

} // namespace firmament::window
