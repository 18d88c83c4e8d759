// Holds the canvas and everything that floats over it, and places it by PanelLayout. Makes panels when first opened.
#pragma once

#include <QHash>
#include <QWidget>

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "app/window/panel_layout.h"

class QVariantAnimation;

namespace firmament::window {

class Canvas;
class HoverCard;
class Toast;
class ToolStrip;
class WelcomeCard;

class CanvasHost final : public QWidget {
    Q_OBJECT
public:
    CanvasHost(Controller& controller, QWidget* parent);
    Canvas& canvas() { return *canvas_; }
    const Layout& placed() const { return layout_; }
    PanelFrame* leftPanel() { return left_; }
    PanelFrame* rightPanel() { return right_; }
    bool animating() const;
    void showWelcome();
    void hideWelcome();
    bool closeTopmost(); ///< Esc: card, object, panel; false when nothing was open
    void buildTools();   ///< after the commands are registered
    void toggleMessages();
    void showKeys();
    void showAbout();
    QList<QWidget*> regions() const; ///< for F6: left, canvas, right

protected:
    void resizeEvent(QResizeEvent*) override;
    void paintEvent(QPaintEvent*) override;

private:
    PanelFrame* panel(const QString& id);
    void place(bool glide);
    void syncPanels();
    void centreOverlay(QWidget* sheet);
    void moveFreeArea(const QRect& to, bool glide);

    Controller& c_;
    Canvas* canvas_;
    QHash<QString, PanelFrame*> panels_;
    PanelFrame *left_ = nullptr, *right_ = nullptr;
    ToolStrip* tools_ = nullptr;
    QWidget *leftShadow_ = nullptr, *rightShadow_ = nullptr;
    HoverCard* hover_ = nullptr;
    Toast* toast_ = nullptr;
    WelcomeCard* welcome_ = nullptr;
    QWidget *band_ = nullptr, *messages_ = nullptr, *sheet_ = nullptr;
    QVariantAnimation* glide_ = nullptr;
    Layout layout_;
    bool rightOpenedLast_ = false;
    bool placing_ = false;
};

} // namespace firmament::window
