// Fades through the visible surveys by their wavelength: a fixed ramp from gamma to radio with a knob, at the foot of the layers.
#pragma once

#include <QHash>
#include <optional>
#include <vector>

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "scene/wavelength.h"

namespace firmament::window {

/// The ramp with its knob, marks where surveys lie, and the names of the bands.
class WavelengthSlider final : public Slider {
    Q_OBJECT
public:
    WavelengthSlider(const Style& style, QWidget* parent);
    void setMarks(std::vector<double> marks);
    QSize sizeHint() const override { return {200, 44}; }

protected:
    void paintEvent(QPaintEvent*) override;

private:
    const Style& look_;
    std::vector<double> marks_; ///< 0 to 1
};

class WavelengthBar final : public QWidget {
    Q_OBJECT
public:
    WavelengthBar(Controller& controller, QWidget* parent);
    void refresh();

private:
    std::vector<scene::WaveLayer> layers() const;
    void fade(int value);
    void showWords(double ramp);

    Controller& c_;
    WavelengthSlider* slider_;
    ElidedLabel* words_;
    std::vector<scene::WaveLayer> shown_;
    mutable QHash<QString, std::optional<double>> known_; ///< by id and regime: looking up the built-in list takes a moment
};

} // namespace firmament::window
