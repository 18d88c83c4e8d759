// The bar at the foot: frame, position and value under the pointer, progress; field, projection, epoch, network.
#pragma once

#include <functional>
#include <vector>

#include <QPointer>
#include <QTimer>
#include <QWidget>

#include "app/window/controller.h"
#include "app/window/scoped_connection.h"

class QLineEdit;
class QPushButton;
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
    QSize minimumSizeHint() const override { return {240, height()}; } ///< what has no room is left away

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
    struct Part;
    Part& part(std::initializer_list<QWidget*> widgets, const QString& name);
    void fit();
    void fillMoreMenu();
    void restyle();
    void leave(QLineEdit* e);
    sky::SkyPos shownPosition() const;

    /// Widgets that come and go together with the line before or after them.
    struct Part {
        QList<QWidget*> widgets;
        QString name;
        bool wanted = true; ///< has something to say
    };
    Controller& c_;
    QPushButton *frame_, *position_, *value_, *progress_, *projection_, *network_, *more_;
    QLineEdit *fov_, *epoch_;
    std::vector<Part> parts_;       ///< in the order in which they give way in a narrow window
    const Part* forced_ = nullptr;  ///< being typed into: it stays
    Tips* tips_;
    QString progressText_;
    QPointer<QWidget> cameFrom_;
    QWidget* hint_ = nullptr;
    QHBoxLayout* row_ = nullptr;
    QMenu *frameMenu_, *projectionMenu_, *valueMenu_, *networkMenu_, *moreMenu_;
    QTimer viewTimer_;
    ScopedConnection focusWatch_; ///< last: it ends first
};

} // namespace firmament::window
