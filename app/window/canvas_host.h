// Holds the canvas and everything that floats over it, and places it by PanelLayout. Makes panels when first opened.
#pragma once

#include <QHash>
#include <QPointer>
#include <QStringList>
#include <QWidget>

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "app/window/panel_frame.h"
#include "app/window/panel_layout.h"

class QVariantAnimation;

namespace firmament::window {

class Canvas;
class DividerHandle;
class HoverCard;
class LayersPanel;
class Magnifier;
class Toast;
class SkyPill;
class ToolStrip;
class TornWindow;
class WelcomeCard;

class CanvasHost final : public QWidget {
    Q_OBJECT
public:
    CanvasHost(Controller& controller, QWidget* parent);
    Canvas& canvas() { return *canvas_; }
    const Layout& placed() const { return layout_; }
    Magnifier& magnifier() { return *magnifier_; }
    LayersPanel& layersPanel(); ///< made when first wanted
    PanelFrame* leftPanel() { return left_; }
    PanelFrame* rightPanel() { return right_; }
    bool animating() const;
    void showWelcome();
    void tellObstacles(); ///< what lies on the sky, for its names to keep off
    void hideWelcome();
    bool closeTopmost(); ///< Esc: card, object, panel; false when nothing was open
    void buildTools();   ///< after the commands are registered
    void toggleMessages();
    void showKeys();
    void showAbout();
    void showCredits();
    QList<QWidget*> regions() const; ///< for F6: left, canvas, right, panels in windows of their own
    bool settingsFocused() const;    ///< undo belongs to the settings then
    PanelFrame* findPanel(const QString& id) const { return panels_.value(id); } ///< null until first opened
    static QStringList panelIds();
    QWidget* tornWindow(const QString& id) const; ///< null while the panel is in the main window
    void leave(); ///< the program ends: windows of panels go with it

signals:
    void windowMade(QWidget* window); ///< a panel got a window of its own: it wants the keys too

protected:
    void resizeEvent(QResizeEvent*) override;
    void paintEvent(QPaintEvent*) override;

private:
    PanelFrame* panel(const QString& id);
    static QString rightId() { return QStringLiteral("inspector"); }
    QString idOf(const PanelFrame* panel) const;
    void setMode(PanelFrame* panel, PanelMode mode, const QPoint& at);
    void syncTorn();
    void tear(const QString& id);
    void takeBack(const QString& id);
    void openedBy(PanelFrame* panel);
    void giveFocusBack(PanelFrame* panel);
    void place(bool glide);
    void syncPanels();
    void leaveSheet();
    void showSheet(class Sheet* sheet);
    void centreOverlay(QWidget* sheet);
    void moveFreeArea(const QRect& to, bool glide);

    Controller& c_;
    Canvas* canvas_;
    QHash<QString, PanelFrame*> panels_;
    QHash<QString, TornWindow*> torn_;
    QHash<PanelFrame*, QPointer<QWidget>> cameFrom_; ///< where the focus was before a panel took it
    QPointer<QWidget> beforeSheet_;
    PanelFrame *left_ = nullptr, *right_ = nullptr;
    EdgeGrip *leftGrip_, *rightGrip_;
    ToolStrip* tools_ = nullptr;
    SkyPill* pill_ = nullptr;
    QHash<PanelFrame*, class Shadow*> shadows_;
    HoverCard* hover_ = nullptr;
    Toast* toast_ = nullptr;
    WelcomeCard* welcome_ = nullptr;
    DividerHandle* divider_ = nullptr;
    Magnifier* magnifier_ = nullptr;
    QWidget *band_ = nullptr, *messages_ = nullptr, *sheet_ = nullptr;
    QVariantAnimation* glide_ = nullptr;
    Layout layout_;
    bool rightOpenedLast_ = false;
    bool placing_ = false;
};

} // namespace firmament::window
