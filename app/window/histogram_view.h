// Bars of the view's values with two cut lines to drag and the curve of the stretch. Values, not widgets, go in and out.
#pragma once

#include <QWidget>
#include <optional>

#include "app/window/style.h"
#include "render/look.h"
#include "scene/scene.h"

namespace firmament::window {

class HistogramView final : public QWidget {
    Q_OBJECT
public:
    HistogramView(const Style& style, QWidget* parent);
    void setHistogram(std::optional<scene::Histogram> histogram);
    void setCuts(double lo, double hi, render::Stretch stretch);
    QSize sizeHint() const override { return {288, 104}; }
    static QString number(double v); ///< short, with a real minus

signals:
    void cutsDragged(double lo, double hi);
    void dragEnded();
    void automaticWanted();

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void wheelEvent(QWheelEvent*) override;
    void keyPressEvent(QKeyEvent*) override;

private:
    double xOf(double value) const;
    double valueOf(double x) const;
    void fitAxis();
    const Style& style_;
    std::optional<scene::Histogram> histogram_;
    double lo_ = 0, hi_ = 1, axisLo_ = 0, axisHi_ = 1;
    render::Stretch stretch_ = render::Stretch::Linear;
    enum class Grip : uint8_t { None, Lo, Hi, Both } grip_ = Grip::None;
    bool keyboardHi_ = false;
    double lastX_ = 0;
    bool axisByHand_ = false;
};

} // namespace firmament::window
