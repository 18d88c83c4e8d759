// The bar on top: menu, undo, view history, omnibox, messages, panel switches.
#pragma once

#include <QWidget>

#include "app/window/controller.h"
#include "app/window/controls.h"

class QMenu;

namespace firmament::window {

class OmniBox;

class TopBar final : public QWidget {
    Q_OBJECT
public:
    TopBar(Controller& controller, QWidget* parent);
    IconButton* menuButton() { return menu_; }
    IconButton* messagesButton() { return messages_; }
    OmniBox* omnibox() { return omni_; }
    void setFullScreen(bool on);

signals:
    void menuWanted();

protected:
    void paintEvent(QPaintEvent*) override;
    void resizeEvent(QResizeEvent*) override;

private:
    IconButton* command(const char* id, const char* icon);
    void refresh();
    void layOut();
    class Mark;
    Controller& c_;
    Mark* mark_;
    QWidget* line_;
    IconButton *menu_, *undo_, *redo_, *back_, *forward_, *messages_, *left_, *right_, *full_;
    QList<std::pair<IconButton*, QString>> buttons_; ///< with their commands
    OmniBox* omni_;
    QWidget *leftGroup_, *rightGroup_;
};

} // namespace firmament::window
