// The sky in a QOpenGLWidget: composed by Qt, works on every platform.
#pragma once

#include "app/window/sky_surface.h"

namespace firmament::window {

class WidgetSurface final : public SkySurface {
public:
    WidgetSurface(QWidget& canvas, Client& client);
    ~WidgetSurface() override;
    Kind kind() const override { return Kind::Widget; }
    void requestFrame() override;
    void resize(const QSize& size) override;
    bool makeCurrent() override;
    void doneCurrent() override;
    QOpenGLContext* context() const override;
    void recreate(bool lost) override;

private:
    class View;
    void makeView();
    QWidget& canvas_;
    Client& client_;
    View* view_ = nullptr; ///< owned by the canvas
};

} // namespace firmament::window
