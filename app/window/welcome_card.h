// The first start: five hints and five things to try. No account, no question.
#pragma once

#include <QWidget>

#include "app/window/controller.h"

namespace firmament::window {

class WelcomeCard final : public QWidget {
    Q_OBJECT
public:
    WelcomeCard(Controller& controller, QWidget* parent);
    QSize sizeHint() const override;

signals:
    void closed();

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* e) override;

private:
    Controller& c_;
};

} // namespace firmament::window
