// Under the header of the layer panel: off, blink, swipe, two or four panes, and one line on what that does now.
#pragma once

#include "app/window/controller.h"
#include "app/window/controls.h"

namespace firmament::window {

class CompareStrip final : public QWidget {
    Q_OBJECT
public:
    CompareStrip(Controller& controller, QWidget* parent);
    void refresh();

private:
    Controller& c_;
    Segmented* modes_;
    QWidget* line_;
    ElidedLabel* sentence_;
    Slider* speed_;
    QLabel* hz_;
};

} // namespace firmament::window
