// The bar at the foot: frame, position and value under the pointer, progress; field, projection, epoch, network.
#pragma once

#include <functional>

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include "app/window/controller.h"

class QLineEdit;
class QPushButton;
class QLabel;
class QMenu;

class QHBoxLayout;

namespace firmament::window {

class Tips;

class StatusBar final : public QWidget {
    Q_OBJECT
public:
    StatusBar(Controller& controller, QWidget* parent);
    QLineEdit* fovField() { return fov_; }
    Tips& tips() { return *tips_; }
    QPushButton* progressItem() { return progress_; }
    QPushButton* positionItem() { return position_; }
    /// One hint in place of the progress text, with a button and a cross; a second one replaces it.
    void showHint(const QString& text, const QString& action, const std::function<void()>& run);
    void copyMenu(QMenu& menu, const sky::SkyPos& pos); ///< fills "copy as"

protected:
    void paintEvent(QPaintEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;
    void resizeEvent(QResizeEvent*) override;

private:
    void refreshPointer();
    void refreshView();
    void refreshProgress();
    void fillFrameMenu();
    void fillProjectionMenu();
    void fillValueMenu();
    void fillNetworkMenu();
    void showProgress();
    void fovTyped();
    void epochTyped();
    void leave(QLineEdit* e);
    sky::SkyPos shownPosition() const;
    Controller& c_;
    QPushButton *frame_, *position_, *value_, *progress_, *projection_, *network_;
    QLineEdit *fov_, *epoch_;
    QLabel* fovHeight_;
    Tips* tips_;
    QString progressText_;
    QPointer<QWidget> cameFrom_;
    QWidget* hint_ = nullptr;
    QHBoxLayout* row_ = nullptr;
    QMenu *frameMenu_, *projectionMenu_, *valueMenu_, *networkMenu_;
    QTimer viewTimer_;
};

} // namespace firmament::window
