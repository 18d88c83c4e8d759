// The sky in a native window of its own, without Qt's composition. It takes no input: that goes to the window behind it, and so to
// the canvas and to the widgets over it as if it were not there. Those widgets are drawn into it by an OverlayCapture.
#pragma once

#include "app/window/sky_surface.h"

namespace firmament::window {

class DirectSurface final : public SkySurface {
public:
    DirectSurface(QWidget& canvas, Client& client);
    ~DirectSurface() override;
    Kind kind() const override { return Kind::Direct; }
    void requestFrame() override;
    void resize(const QSize& size) override;
    bool makeCurrent() override;
    void doneCurrent() override;
    QOpenGLContext* context() const override;
    void recreate(bool lost) override;

private:
    class View;
    View* view_;         ///< owned by its container
    QWidget* container_; ///< owned by the canvas
};

} // namespace firmament::window
