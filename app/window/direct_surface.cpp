#include "app/window/direct_surface.h"

#include <QCoreApplication>
#include <QDropEvent>
#include <QOpenGLContext>
#include <QPointer>
#include <QPlatformSurfaceEvent>
#include <QWindow>
#include <cmath>

#include "app/window/overlay_capture.h"
#include "render/image_overlay.h"

namespace firmament::window {

class DirectSurface::View final : public QWindow {
public:
    View(QWidget& canvas, Client& client) : canvas_(canvas), client_(client), overlays_(canvas)
    {
        setSurfaceType(QSurface::OpenGLSurface);
        setFormat(QSurfaceFormat::defaultFormat());
        setFlags(Qt::FramelessWindowHint | Qt::WindowTransparentForInput | Qt::WindowDoesNotAcceptFocus);
        overlays_.onChange = [this] { ask(); };
    }
    ~View() override { leave(false); }

    void ask()
    {
        if (asked_) return;
        asked_ = true;
        QCoreApplication::postEvent(this, new QEvent(QEvent::UpdateRequest), Qt::LowEventPriority);
    }

    bool enter()
    {
        if (!context_ || !context_->isValid() || !handle()) return false;
        return context_->makeCurrent(this);
    }

    /// Gives up the context. gone: the driver lost it, nothing can be deleted.
    void leave(bool gone)
    {
        if (!context_) return;
        const bool current = !gone && enter();
        if (painter_ && !current) painter_->dropGpu();
        painter_.reset();
        client_.surfaceLost(current);
        if (current) context_->doneCurrent();
        context_.reset();
        overlays_.forget();
    }

    QOpenGLContext* context() const { return context_.get(); }

protected:
    bool event(QEvent* e) override
    {
        switch (e->type()) {
        case QEvent::UpdateRequest:
            asked_ = false;
            draw();
            return true;
        case QEvent::PlatformSurface:
            // The native window goes while the context stays: drawing waits for the next one.
            if (static_cast<QPlatformSurfaceEvent*>(e)->surfaceEventType() == QPlatformSurfaceEvent::SurfaceAboutToBeDestroyed) leave(false);
            break;
        case QEvent::DragEnter:
        case QEvent::DragMove:
        case QEvent::DragLeave:
        case QEvent::Drop: return forward(e);
        default: break;
        }
        return QWindow::event(e);
    }
    void exposeEvent(QExposeEvent*) override
    {
        if (!isExposed()) return;
        // At once: the window manager shows what is there now.
        draw();
    }

private:
    /// A source of drops may look for the innermost window; what it offers is for the window around.
    bool forward(QEvent* e)
    {
        QWindow* outer = canvas_.window()->windowHandle();
        if (!outer) return false;
        const QPointF offset = canvas_.mapTo(canvas_.window(), QPoint(0, 0));
        if (e->type() == QEvent::DragLeave) return QCoreApplication::sendEvent(outer, e);
        auto* drop = static_cast<QDropEvent*>(e);
        const QPoint at = (drop->position() + offset).toPoint();
        const auto pass = [&](QDropEvent&& moved) {
            QCoreApplication::sendEvent(outer, &moved);
            drop->setDropAction(moved.dropAction());
            drop->setAccepted(moved.isAccepted());
            return true;
        };
        if (e->type() == QEvent::DragEnter) return pass(QDragEnterEvent(at, drop->possibleActions(), drop->mimeData(), drop->buttons(), drop->modifiers()));
        if (e->type() == QEvent::DragMove) return pass(QDragMoveEvent(at, drop->possibleActions(), drop->mimeData(), drop->buttons(), drop->modifiers()));
        return pass(QDropEvent(at, drop->possibleActions(), drop->mimeData(), drop->buttons(), drop->modifiers()));
    }

    bool ready()
    {
        if (context_ && context_->isValid()) return enter();
        if (failed_) return false;
        context_ = std::make_unique<QOpenGLContext>();
        context_->setFormat(requestedFormat());
        if (!context_->create() || !context_->makeCurrent(this)) {
            context_.reset();
            failed_ = true;
            client_.surfaceFailed(QCoreApplication::translate("firmament::window::Canvas", "this display has no OpenGL 3.3 context to give"));
            return false;
        }
        const render::GetProc getProc = [gl = context_.get()](const char* name) { return reinterpret_cast<void*>(gl->getProcAddress(name)); };
        if (auto made = render::ImageOverlay::create(getProc)) painter_ = std::move(made).value();
        client_.surfaceReady(getProc);
        return true;
    }

    void draw()
    {
        if (!isExposed() || drawing_ || width() <= 0 || height() <= 0) return;
        drawing_ = true;
        const double ratio = devicePixelRatio();
        overlays_.update(ratio);
        if (ready()) {
            render::FrameTarget target;
            target.scale = ratio;
            target.width = static_cast<int>(std::lround(width() * ratio));
            target.height = static_cast<int>(std::lround(height() * ratio));
            target.framebuffer = context_->defaultFramebufferObject();
            client_.drawFrame(target);
            // A reset found in that frame: drawFrame asked for a new context, and this one is gone.
            if (context_) {
                if (painter_) painter_->draw(target, overlays_.images());
                overlays_.drawn();
                context_->swapBuffers(this);
                client_.frameShown();
            }
        }
        drawing_ = false;
    }

    QWidget& canvas_;
    Client& client_;
    OverlayCapture overlays_;
    std::unique_ptr<QOpenGLContext> context_;
    std::unique_ptr<render::ImageOverlay> painter_;
    bool asked_ = false, failed_ = false, drawing_ = false;
};

DirectSurface::DirectSurface(QWidget& canvas, Client& client) : view_(new View(canvas, client))
{
    container_ = QWidget::createWindowContainer(view_, &canvas);
    container_->setFocusPolicy(Qt::NoFocus);
    container_->setAttribute(Qt::WA_TransparentForMouseEvents);
    container_->setAccessibleName(QStringLiteral("OpenGL"));
    container_->setGeometry(canvas.rect());
    container_->lower();
}

DirectSurface::~DirectSurface()
{
    view_->leave(false);
    delete container_; // and the window in it
}

void DirectSurface::requestFrame()
{
    view_->ask();
}

void DirectSurface::resize(const QSize& size)
{
    container_->setGeometry(QRect(QPoint(0, 0), size));
}

bool DirectSurface::makeCurrent()
{
    return view_->enter();
}

void DirectSurface::doneCurrent()
{
    if (view_->context()) view_->context()->doneCurrent();
}

QOpenGLContext* DirectSurface::context() const
{
    return view_->context();
}

void DirectSurface::recreate(bool lost)
{
    view_->leave(lost);
    view_->ask();
}

} // namespace firmament::window
