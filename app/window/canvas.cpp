#include "app/window/canvas.h"

#include <QGestureEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QPinchGesture>
#include <algorithm>
#include <cmath>

#include "app/window/comparison.h"

namespace firmament::window {

namespace {

constexpr double kNotch = 1.25, kFineNotch = 1.05;
constexpr double kClickSlop = 4;
constexpr int kHoverDelayMs = 250, kLookMs = 33;
constexpr double kPickRadius = 9;
constexpr double kReticleStayMs = 1000, kReticleFadeMs = 300;
constexpr size_t kSoftwareTextures = size_t{96} << 20, kHardwareTextures = size_t{512} << 20;

Eigen::Vector2d vec(const QPointF& p)
{
    return {p.x(), p.y()};
}

} // namespace

Canvas::Canvas(Controller& controller, QWidget* parent, SkySurface::Kind kind) : QWidget(parent), c_(controller)
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Sky"));
    setCursor(Qt::ArrowCursor);
    setAttribute(Qt::WA_AcceptTouchEvents);
    grabGesture(Qt::PinchGesture);
    surface_ = SkySurface::create(kind, *this, *this);
    connect(&c_, &Controller::needFrame, this, &Canvas::requestFrame);
    connect(&c_, &Controller::viewChanged, this, [this] {
        sinceMove_.restart();
        if (pointerInside_ && !lookTimer_.isActive()) lookTimer_.start(kLookMs);
        if (!describeTimer_.isActive()) describeTimer_.start(1000);
        if (!reticleTimer_.isActive()) reticleTimer_.start(static_cast<int>(kReticleStayMs));
        c_.scene().setReticleOpacity(1);
    });
    for (QTimer* t : {&hoverTimer_, &lookTimer_, &describeTimer_, &reticleTimer_}) t->setSingleShot(true);
    connect(&hoverTimer_, &QTimer::timeout, this, [this] { emit hoverCardWanted(c_.hovered().has_value()); });
    connect(&lookTimer_, &QTimer::timeout, this, &Canvas::lookUnderPointer);
    connect(&describeTimer_, &QTimer::timeout, this, &Canvas::updateDescription);
    connect(&reticleTimer_, &QTimer::timeout, this, &Canvas::updateReticle);
    sinceMove_.start();
    setReticleFixed(c_.settings().reticleAlways || !c_.options().screenshot.empty());
    reticleTimer_.start(static_cast<int>(kReticleStayMs));
    updateDescription();
}

Canvas::~Canvas()
{
    surface_.reset(); // tells that its context goes
}

// The surface --------------------------------------------------------------------------------------------------------

void Canvas::surfaceReady(const render::GetProc& getProc)
{
    // Nothing of an earlier context is used again, not even the addresses of its functions: another driver may be behind this one.
    // What the scene has decoded is kept, and uploaded again as it is drawn.
    getProc_ = getProc;
    auto made = render::Renderer::create(getProc, kSoftwareTextures);
    if (!made) {
        surfaceFailed(QString::fromStdString(made.error().text()));
        return;
    }
    renderer_ = std::move(made).value();
    setTextureBudget(static_cast<size_t>(std::max(0, c_.settings().textureMegabytes)) << 20);
    requestFrame();
}

void Canvas::surfaceLost(bool current)
{
    if (!renderer_) return;
    c_.scene().dropGpu();
    if (!current) {
        renderer_->dropGpu();
        if (night_) night_->dropGpu();
    }
    renderer_.reset();
    night_.reset();
    getProc_ = {};
    requested_ = false; // whatever was asked for went with the surface
}

void Canvas::surfaceFailed(const QString& why)
{
    emit glFailed(why);
}

void Canvas::setTextureBudget(size_t bytes)
{
    if (renderer_) renderer_->setTextureBudget(bytes > 0 ? bytes : renderer_->gpu().software ? kSoftwareTextures : kHardwareTextures);
}

void Canvas::clearTextures()
{
    c_.scene().clearTextures(); // they are forgotten at the next frame
    requestFrame();
}

QImage Canvas::layerPicture(scene::LayerId id, int pixels)
{
    if (!renderer_ || frames_ == 0 || !surface_->makeCurrent()) return {};
    constexpr int kFiner = 3; // drawn finer, then averaged: a survey has no small versions of its tiles
    QImage picture;
    if (auto made = render::OffscreenTarget::create(getProc_, kFiner * pixels, kFiner * pixels, render::PixelKind::Rgba8)) {
        const render::FrameTarget target = (*made)->frame();
        if (c_.scene().renderLayer(*renderer_, target, id)) {
            if (night_ && c_.style().theme().name == ThemeName::Night) night_->apply(target, c_.settings().nightBrightness / 100.0);
            const auto rgba = renderer_->readRgba(target.width, target.height);
            picture = QImage(rgba.data(), target.width, target.height, 4 * target.width, QImage::Format_RGBX8888)
                          .scaled(pixels, pixels, Qt::IgnoreAspectRatio, Qt::SmoothTransformation)
                          .convertToFormat(QImage::Format_RGB32);
        }
    }
    surface_->doneCurrent();
    return picture;
}

void Canvas::requestFrame()
{
    if (requested_) return;
    requested_ = true;
    surface_->requestFrame();
}

void Canvas::drawFrame(const render::FrameTarget& surface)
{
    requested_ = false;
    if (!renderer_) return;
    if (renderer_->lost()) {
        c_.say(scene::Severity::Warning, tr("OpenGL"), tr("The graphics driver was reset. The sky is drawn anew from the tiles kept in memory."));
        QMetaObject::invokeMethod(this, [this] { surface_->recreate(true); }, Qt::QueuedConnection);
        return;
    }
    QElapsedTimer clock;
    clock.start();
    const bool more = c_.navigator().advance();
    render::FrameTarget target = surface;
    const QColor bg = c_.style().skyGround();
    target.background = {static_cast<float>(bg.redF()), static_cast<float>(bg.greenF()), static_cast<float>(bg.blueF()), 1};
    c_.scene().render(*renderer_, target);
    if (c_.style().theme().name == ThemeName::Night) {
        if (!night_) {
            if (auto made = render::NightFilter::create(getProc_)) night_ = std::move(made).value();
        }
        if (night_) night_->apply(target, c_.settings().nightBrightness / 100.0);
    }
    frameMs_.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    if (frameMs_.size() > 60) frameMs_.pop_front();
    if (frames_++ == 0) {
        c_.warmUpSky();
        emit firstFrame();
    }
    if (more) requestFrame();
}

/// Draws off the screen, in physical pixels; empty when there is no OpenGL.
picture::Picture Canvas::drawOff(const std::function<void(const render::FrameTarget&)>& draw)
{
    if (!renderer_ || !surface_->makeCurrent()) return {};
    const double ratio = devicePixelRatioF();
    picture::Picture out{static_cast<int>(std::lround(width() * ratio)), static_cast<int>(std::lround(height() * ratio)), {}};
    if (auto off = render::OffscreenTarget::create(getProc_, out.width, out.height, render::PixelKind::Rgba8)) {
        render::FrameTarget target = (*off)->frame();
        target.scale = ratio;
        draw(target);
        out.rgba = renderer_->readRgba(out.width, out.height);
    }
    surface_->doneCurrent();
    return out;
}

QImage Canvas::grabFramebuffer()
{
    const picture::Picture drawn = drawOff([this](const render::FrameTarget& target) { drawFrame(target); });
    if (drawn.rgba.empty()) return {};
    QImage out = QImage(drawn.rgba.data(), drawn.width, drawn.height, drawn.width * 4, QImage::Format_RGBA8888_Premultiplied).copy();
    out.setDevicePixelRatio(devicePixelRatioF());
    return out;
}

std::optional<picture::Picture> Canvas::drawApart(scene::OverlayPicture& overlay)
{
    picture::Picture drawn = drawOff([&](const render::FrameTarget& target) { c_.scene().render(*renderer_, target, overlay); });
    requestFrame();
    if (drawn.rgba.empty()) return std::nullopt;
    return drawn;
}

void Canvas::holdPicture(const QImage& picture)
{
    picture_ = picture;
}

void Canvas::paintEvent(QPaintEvent*)
{
    if (!picture_.isNull()) QPainter(this).drawImage(0, 0, picture_);
}

double Canvas::medianFrameMs() const
{
    if (frameMs_.empty()) return 0;
    std::vector<double> sorted(frameMs_.begin(), frameMs_.end());
    std::nth_element(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 2), sorted.end());
    return sorted[sorted.size() / 2];
}

bool Canvas::settled() const
{
    return frames_ > 0 && !requested_ && !c_.navigator().moving() && c_.scene().settled();
}

void Canvas::resizeEvent(QResizeEvent* event)
{
    // Keeps arcsec per pixel; the very first size takes the field as it is.
    const sky::SkyView& v = c_.view();
    if (width() > 0 && height() > 0 && (v.width() != width() || v.height() != height()))
        c_.history().setView(event->oldSize().isValid() && frames_ > 0 ? v.resizedKeepingScale(width(), height()) : v.withSize(width(), height()));
    surface_->resize(size());
    QWidget::resizeEvent(event);
}

void Canvas::setReticleFixed(bool fixed)
{
    reticleFixed_ = fixed;
    updateReticle();
}

void Canvas::updateReticle()
{
    const double past = static_cast<double>(sinceMove_.elapsed()) - kReticleStayMs;
    const double opacity = reticleFixed_ ? 1 : std::clamp(1 - past / kReticleFadeMs, 0.0, 1.0);
    c_.scene().setReticleOpacity(opacity);
    if (!reticleFixed_ && opacity > 0) reticleTimer_.start(past < 0 ? static_cast<int>(-past) + 1 : 33);
    requestFrame();
}

void Canvas::updateDescription()
{
    setAccessibleDescription(tr("Centre %1, field %2").arg(c_.positionText(c_.aimPosition()), QString::fromStdString(sky::formatField(c_.view().fov()))));
}

Eigen::Vector2d Canvas::onView(const QPointF& p) const
{
    return c_.scene().viewPixel(vec(p), gesture_ == Gesture::None ? c_.scene().paneAt(vec(p)) : pane_);
}

void Canvas::lookUnderPointer()
{
    PointerInfo info;
    info.inside = pointerInside_;
    info.pixel = last_;
    info.viewPixel = {onView(last_).x(), onView(last_).y()};
    if (pointerInside_) {
        const sky::Frame frame = c_.view().frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
        if (const auto dir = c_.view().directionAt(onView(last_), frame)) info.pos = sky::toPos(*dir, frame);
        if (info.pos) info.value = c_.scene().valueAt(vec(last_));
    }
    c_.setPointer(info);
    if (gesture_ != Gesture::None || c_.navigator().moving() || !pointerInside_) return;
    const auto hits = c_.scene().pick(vec(last_), kPickRadius);
    const bool was = c_.hovered().has_value();
    c_.setHovered(hits.empty() ? std::nullopt : std::optional(hits.front()));
    if (!c_.hovered()) {
        hoverTimer_.stop();
        emit hoverCardWanted(false);
    } else if (!was) {
        hoverTimer_.start(kHoverDelayMs);
    } else if (!hoverTimer_.isActive()) {
        emit hoverCardWanted(true); // from one object to the next: at once
    }
    setCursor(c_.hovered() ? Qt::PointingHandCursor : tool_ == Tool::Box ? Qt::CrossCursor : Qt::ArrowCursor);
}

// Input --------------------------------------------------------------------------------------------------------------

void Canvas::mousePressEvent(QMouseEvent* e)
{
    pressed_ = last_ = e->position();
    pane_ = c_.scene().paneAt(vec(pressed_));
    c_.comparison().activate(pane_);
    emit hoverCardWanted(false);
    hoverTimer_.stop();
    if (e->button() == Qt::LeftButton && (e->modifiers() & Qt::AltModifier)) {
        gesture_ = Gesture::Rotate;
        c_.navigator().beginRotate(onView(pressed_));
    } else if (e->button() == Qt::LeftButton && ((e->modifiers() & Qt::ControlModifier) || tool_ == Tool::Box)) {
        gesture_ = Gesture::Box;
        c_.navigator().stop();
    } else if (e->button() == Qt::LeftButton || e->button() == Qt::MiddleButton) {
        gesture_ = Gesture::Press;
        c_.navigator().beginDrag(onView(pressed_));
    }
}

void Canvas::mouseMoveEvent(QMouseEvent* e)
{
    last_ = e->position();
    pointerInside_ = true;
    switch (gesture_) {
    case Gesture::Press:
        if ((last_ - pressed_).manhattanLength() < kClickSlop) break;
        gesture_ = Gesture::Drag;
        setCursor(Qt::ClosedHandCursor);
        c_.setHovered(std::nullopt);
        [[fallthrough]];
    case Gesture::Drag:
        c_.navigator().drag(onView(last_));
        emit dragged((last_ - pressed_).manhattanLength());
        break;
    case Gesture::Rotate: c_.navigator().rotateDrag(onView(last_)); break;
    case Gesture::Box: emit boxChanged(QRectF(pressed_, last_).normalized().toRect()); break;
    case Gesture::None: break;
    }
    if (!lookTimer_.isActive()) lookTimer_.start(gesture_ == Gesture::None ? 10 : kLookMs);
}

void Canvas::mouseReleaseEvent(QMouseEvent* e)
{
    const Gesture was = std::exchange(gesture_, Gesture::None);
    switch (was) {
    case Gesture::Drag:
        c_.navigator().endDrag();
        break;
    case Gesture::Box:
        emit boxChanged({});
        c_.navigator().boxZoom(c_.scene().viewPixel(vec(pressed_), pane_), c_.scene().viewPixel(vec(e->position()), pane_));
        if (tool_ == Tool::Box) setTool(Tool::Move);
        break;
    case Gesture::Press: {
        if (e->button() != Qt::LeftButton) break;
        const auto hits = c_.scene().pick(vec(e->position()), kPickRadius);
        if (hits.empty()) {
            clickStep_ = 0;
            c_.selectObject(std::nullopt);
            break;
        }
        // The same place again steps through what overlaps there.
        const bool again = c_.selectedObject() && hits.front().name == lastClickName_;
        clickStep_ = again ? (clickStep_ + 1) % hits.size() : 0;
        lastClickName_ = hits.front().name;
        c_.selectObject(hits[clickStep_]);
        break;
    }
    case Gesture::Rotate:
    case Gesture::None: break;
    }
    setCursor(tool_ == Tool::Box ? Qt::CrossCursor : Qt::ArrowCursor);
}

void Canvas::mouseDoubleClickEvent(QMouseEvent* e)
{
    if (e->button() != Qt::LeftButton) return;
    const auto hits = c_.scene().pick(vec(e->position()), kPickRadius);
    if (!hits.empty()) {
        c_.selectObject(hits.front());
        c_.navigator().fit(hits.front().pos, hits.front().size);
        return;
    }
    const sky::Frame frame = c_.view().frame();
    if (const auto dir = c_.view().directionAt(onView(e->position()), frame)) c_.navigator().flyTo(sky::toPos(*dir, frame), c_.view().fov() / 2);
}

void Canvas::wheelEvent(QWheelEvent* e)
{
    last_ = e->position();
    pointerInside_ = true;
    const bool trackpad = !e->pixelDelta().isNull() && e->phase() != Qt::NoScrollPhase;
    if (trackpad && !(e->modifiers() & Qt::ControlModifier)) {
        c_.navigator().moveBy(-e->pixelDelta().x(), -e->pixelDelta().y());
        return;
    }
    const QPoint delta = e->angleDelta();
    const int turned = delta.y() != 0 ? delta.y() : delta.x(); // Shift turns the wheel's axis on some systems
    if (turned == 0) return;
    const double notch = e->modifiers() & Qt::ShiftModifier ? kFineNotch : kNotch;
    c_.navigator().zoomAt(onView(e->position()), std::pow(notch, turned / 120.0));
    if (gesture_ == Gesture::Drag || gesture_ == Gesture::Press) c_.navigator().beginDrag(onView(e->position()));
    emit hoverCardWanted(false);
    e->accept();
}

bool Canvas::event(QEvent* event)
{
    if (event->type() == QEvent::NativeGesture && nativeGesture(event)) return true;
    if (event->type() == QEvent::Gesture && pinch(event)) return true;
    return QWidget::event(event);
}

bool Canvas::nativeGesture(QEvent* event)
{
    const auto* g = static_cast<QNativeGestureEvent*>(event);
    if (g->gestureType() == Qt::ZoomNativeGesture) c_.navigator().zoomAt(onView(g->position()), 1 + g->value());
    else if (g->gestureType() == Qt::RotateNativeGesture) c_.navigator().rotateBy(sky::Angle::deg(-g->value()));
    else return false;
    return true;
}

bool Canvas::pinch(QEvent* event)
{
    auto* gestures = static_cast<QGestureEvent*>(event);
    auto* p = static_cast<QPinchGesture*>(gestures->gesture(Qt::PinchGesture));
    if (!p) return false;
    gesture_ = Gesture::None;
    if (p->state() == Qt::GestureStarted) pinchFrom_ = 1;
    const double total = std::max(0.01, p->totalScaleFactor());
    c_.navigator().zoomAt(onView(mapFromGlobal(p->centerPoint())), total / pinchFrom_);
    pinchFrom_ = total;
    if (const double turn = p->rotationAngle() - p->lastRotationAngle(); std::abs(turn) > 0.01) c_.navigator().rotateBy(sky::Angle::deg(-turn));
    // A twist that ends near north means north.
    if (p->state() == Qt::GestureFinished && std::abs(c_.view().roll().deg()) < 4 && c_.view().roll().deg() != 0) c_.navigator().northUp();
    gestures->accept(p);
    return true;
}

void Canvas::keyPressEvent(QKeyEvent* e)
{
    e->ignore(); // commands of the canvas are actions of this widget
}

void Canvas::leaveEvent(QEvent* e)
{
    pointerInside_ = false;
    lookTimer_.stop();
    hoverTimer_.stop();
    emit hoverCardWanted(false);
    c_.setHovered(std::nullopt);
    c_.setPointer({});
    QWidget::leaveEvent(e);
}

void Canvas::contextMenuEvent(QContextMenuEvent* e)
{
    const bool keyboard = e->reason() == QContextMenuEvent::Keyboard;
    const Eigen::Vector2d aim = c_.scene().canvasPixel(c_.navigator().freeCentre(), c_.document().compare.active);
    const QPointF pixel = keyboard ? QPointF(aim.x(), aim.y()) : QPointF(e->pos());
    emit contextMenuWanted(mapToGlobal(pixel.toPoint()), pixel);
}

void Canvas::focusInEvent(QFocusEvent* e)
{
    updateDescription();
    QWidget::focusInEvent(e);
}

void Canvas::setTool(Tool tool)
{
    if (tool_ == tool) return;
    tool_ = tool;
    setCursor(tool == Tool::Box ? Qt::CrossCursor : Qt::ArrowCursor);
    emit toolChanged();
}

} // namespace firmament::window
