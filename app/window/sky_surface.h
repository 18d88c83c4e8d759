// Where the sky is drawn: an OpenGL surface that fills a widget. ui thread.
//
// Two kinds (docs/house.md, "Two surfaces"): Widget is a QOpenGLWidget, which Qt composes with the rest of the window in two more
// passes over all its pixels; Direct is a native window of its own, to which the widgets that lie over it are added as pictures
// when they change. The second is for software OpenGL on X11, where those passes cost more than the sky.
#pragma once

#include <QWidget>
#include <memory>

#include "render/renderer.h"

class QOpenGLContext;

namespace firmament::window {

class SkySurface {
public:
    /// The one who draws. The context is current in all calls, but for surfaceLost(false).
    class Client {
    public:
        virtual ~Client() = default;
        virtual void surfaceReady(const render::GetProc& getProc) = 0;
        /// current: the context is going, and names in it can still be deleted; else it is gone.
        virtual void surfaceLost(bool current) = 0;
        virtual void drawFrame(const render::FrameTarget& target) = 0;
        virtual void surfaceFailed(const QString& why) = 0; ///< there is no OpenGL here
        virtual void frameShown() = 0;                      ///< it is on the screen
    };
    enum class Kind : uint8_t { Widget, Direct };

    virtual ~SkySurface() = default;
    SkySurface(const SkySurface&) = delete;
    SkySurface& operator=(const SkySurface&) = delete;

    /// `canvas` is filled; the client outlives the surface.
    static std::unique_ptr<SkySurface> create(Kind kind, QWidget& canvas, Client& client);
    /// What is right for this machine; FIRMAMENT_CANVAS=widget or direct decides otherwise.
    static Kind suitable();

    virtual Kind kind() const = 0;
    virtual void requestFrame() = 0; ///< one will be drawn when the event loop has nothing else to do
    virtual void resize(const QSize& size) = 0;
    virtual bool makeCurrent() = 0;  ///< false: there is no context (yet)
    virtual void doneCurrent() = 0;
    virtual QOpenGLContext* context() const = 0;
    /// A new context in place of the present one. lost: the driver said that the present one is gone.
    virtual void recreate(bool lost) = 0;

protected:
    SkySurface() = default;
};

} // namespace firmament::window
