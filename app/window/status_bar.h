// The bar at the foot: frame, position and value under the pointer, progress; field, projection, epoch, network.
#pragma once

#include <QTimer>
#include <QWidget>

#include "app/window/controller.h"

class QLineEdit;
class QPushButton;
class QLabel;
class QMenu;

namespace firmament::window {

class ElidedLabel;

class StatusBar final : public QWidget {
    Q_OBJECT
public:
    StatusBar(Controller& controller, QWidget* parent);
    QLineEdit* fovField() { return fov_; }
    QPushButton* positionItem() { return position_; }
    void copyMenu(QMenu& menu, const sky::SkyPos& pos); ///< fills "copy as"

protected:
    void paintEvent(QPaintEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refreshPointer();
    void refreshView();
    void refreshProgress();
    void fillFrameMenu();
    void fillProjectionMenu();
    void fovTyped();
    void epochTyped();
    sky::SkyPos shownPosition() const;
    Controller& c_;
    QPushButton *frame_, *position_, *value_, *projection_, *network_;
    QLineEdit *fov_, *epoch_;
    QLabel* fovHeight_;
    ElidedLabel* progress_;
    QMenu *frameMenu_, *projectionMenu_;
    QTimer viewTimer_;
};

} // namespace firmament::window
