// A tour in six steps, each on the real control: a ring around it and a card beside it. The user can do what the card says, go on, go
// back, or leave at any time. ui thread.
#pragma once

#include <QWidget>
#include <functional>
#include <vector>

#include "app/window/controller.h"

class QLabel;
class QPushButton;

namespace firmament::window {

struct TourStep {
    QString title, text;
    std::function<QWidget*()> target; ///< what it is about; null: the middle of the window
    std::function<void()> prepare{};  ///< before it is shown
    std::function<bool()> done{};     ///< the user did it; empty: nothing to do here
};

class Tour final : public QWidget {
    Q_OBJECT
public:
    Tour(Controller& controller, std::vector<TourStep> steps, QWidget* window);
    ~Tour() override;
    int step() const { return step_; }
    int count() const { return static_cast<int>(steps_.size()); }
    void go(int step); ///< past the end: leaves
    void leave();

signals:
    void left();

protected:
    void paintEvent(QPaintEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void place();
    void look();
    Controller& c_;
    std::vector<TourStep> steps_;
    int step_ = -1;
    bool done_ = false;
    QWidget* ring_; ///< over the window, takes no input
    QLabel *count_, *title_, *text_, *did_;
    QPushButton *back_, *next_;
};

} // namespace firmament::window
