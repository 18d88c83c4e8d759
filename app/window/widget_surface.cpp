#include "app/window/widget_surface.h"

#include <QOpenGLContext>
#include <QOpenGLWidget>
#include <cmath>

namespace firmament::window {

class WidgetSurface::View final : public QOpenGLWidget {
public:
    View(QWidget& canvas, Client& client) : QOpenGLWidget(&canvas), client_(client)
    {
        setAttribute(Qt::WA_TransparentForMouseEvents); // input belongs to the canvas
        setFocusPolicy(Qt::NoFocus);
        setUpdateBehavior(QOpenGLWidget::NoPartialUpdate);
        setAccessibleName(QStringLiteral("OpenGL"));
        connect(this, &QOpenGLWidget::frameSwapped, this, [this] { client_.frameShown(); });
    }
    ~View() override
    {
        leave();
        disconnect(going_); // the context outlives this part of the widget
    }

    /// The context goes with the widget, or at once: what was made in it is deleted while that can be done.
    void leave()
    {
        if (!entered_) return;
        entered_ = false;
        makeCurrent();
        client_.surfaceLost(!gone);
        doneCurrent();
    }
    bool gone = false; ///< the driver said so: nothing can be deleted

protected:
    void initializeGL() override
    {
        QOpenGLContext* gl = context();
        // Comes when the window is made anew around this widget (another screen, other flags) and when it is deleted.
        going_ = connect(gl, &QOpenGLContext::aboutToBeDestroyed, this, [this] { leave(); });
        entered_ = true;
        client_.surfaceReady([gl](const char* name) { return reinterpret_cast<void*>(gl->getProcAddress(name)); });
    }
    void paintGL() override
    {
        render::FrameTarget target;
        target.framebuffer = defaultFramebufferObject();
        target.scale = devicePixelRatioF();
        target.width = static_cast<int>(std::lround(width() * target.scale));
        target.height = static_cast<int>(std::lround(height() * target.scale));
        client_.drawFrame(target);
    }

private:
    Client& client_;
    QMetaObject::Connection going_;
    bool entered_ = false;
};

WidgetSurface::WidgetSurface(QWidget& canvas, Client& client) : canvas_(canvas), client_(client)
{
    makeView();
}

WidgetSurface::~WidgetSurface()
{
    delete view_;
}

void WidgetSurface::makeView()
{
    view_ = new View(canvas_, client_);
    view_->setGeometry(canvas_.rect());
    view_->lower();
    if (canvas_.isVisible()) view_->show();
}

void WidgetSurface::requestFrame()
{
    view_->update();
}

void WidgetSurface::resize(const QSize& size)
{
    view_->setGeometry(QRect(QPoint(0, 0), size));
}

bool WidgetSurface::makeCurrent()
{
    if (!view_->isValid()) return false;
    view_->makeCurrent();
    return QOpenGLContext::currentContext() == view_->context();
}

void WidgetSurface::doneCurrent()
{
    view_->doneCurrent();
}

QOpenGLContext* WidgetSurface::context() const
{
    return view_->context();
}

void WidgetSurface::recreate(bool lost)
{
    view_->gone = lost;
    delete view_;
    makeView();
}

} // namespace firmament::window
