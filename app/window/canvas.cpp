#include "app/window/canvas.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QNativeGestureEvent>
#include <QPainter>
#include <QPointingDevice>
#include <algorithm>
#include <cmath>

#include "app/window/comparison.h"
#include "app/window/crosshair.h"

namespace firmament::window {

namespace {

constexpr double kNotch = 1.25, kFineNotch = 1.05;
constexpr double kClickSlop = 4;
constexpr int kHoverDelayMs = 250, kLookMs = 33;
constexpr double kPickRadius = 9, kTouchPickRadius = 24;
constexpr int kDescribeMs = 1000; ///< a screen reader is told at most this often
constexpr double kContrastPixels = 150, kBrightnessPixels = 300;
constexpr double kReticleStayMs = 1000, kReticleFadeMs = 300;
constexpr size_t kSoftwareTextures = size_t{96} << 20, kHardwareTextures = size_t{512} << 20;

Eigen::Vector2d vec(const QPointF& p)
{
    return {p.x(), p.y()};
}

} // namespace

Canvas::Canvas(Controller& controller, QWidget* parent, SkySurface::Kind kind) : QWidget(parent), c_(controller), touch_(controller.navigator(), [this](const QPointF& p) { return onPane(p); }), crosshair_(new Crosshair(controller, *this))
{
    setAttribute(Qt::WA_OpaquePaintEvent);
    setAttribute(Qt::WA_NoSystemBackground);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Sky"));
    setCursor(Qt::ArrowCursor);
    setAttribute(Qt::WA_AcceptTouchEvents);
    surface_ = SkySurface::create(kind, *this, *this);
    connect(&c_, &Controller::needFrame, this, &Canvas::requestFrame);
    connect(&c_, &Controller::viewChanged, this, [this] {
        sinceMove_.restart();
        if (pointerInside_ && !lookTimer_.isActive()) lookTimer_.start(kLookMs);
        describeSoon();
        if (!reticleTimer_.isActive()) reticleTimer_.start(static_cast<int>(kReticleStayMs));
        c_.scene().setReticleOpacity(1);
    });
    for (QTimer* t : {&hoverTimer_, &lookTimer_, &describeTimer_, &reticleTimer_}) t->setSingleShot(true);
    connect(&hoverTimer_, &QTimer::timeout, this, [this] { emit hoverCardWanted(c_.hovered().has_value()); });
    connect(&lookTimer_, &QTimer::timeout, this, &Canvas::lookUnderPointer);
    connect(&describeTimer_, &QTimer::timeout, this, &Canvas::updateDescription);
    connect(&reticleTimer_, &QTimer::timeout, this, &Canvas::updateReticle);
    connect(crosshair_, &Crosshair::moved, this, &Canvas::describeSoon);
    connect(&c_, &Controller::hoverChanged, this, &Canvas::describeSoon);
    connect(&c_, &Controller::layersChanged, this, &Canvas::describeSoon);
    connect(&touch_, &TouchGestures::tapped, this, [this](const QPointF& at) { clickAt(at, kTouchPickRadius); });
    connect(&touch_, &TouchGestures::doubleTapped, this, &Canvas::flyInto);
    connect(&touch_, &TouchGestures::restedOn, this, [this](const QPointF& at) { emit contextMenuWanted(mapToGlobal(at.toPoint()), at); });
    connect(&touch_, &TouchGestures::dragged, this, &Canvas::dragged);
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
    if (requested_ || !surface_) return; // the surface tells of its end while it is going
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

picture::Picture Canvas::drawPicture()
{
    picture::Picture drawn = drawOff([this](const render::FrameTarget& target) { c_.scene().render(*renderer_, target); });
    requestFrame();
    return drawn;
}

std::optional<Canvas::SurveyPixels> Canvas::surveyPixels()
{
    const auto reports = c_.scene().reports();
    const auto top = std::find_if(reports.rbegin(), reports.rend(), [this](const scene::LayerReport& r) {
        const scene::LayerState* layer = c_.layer(r.id);
        return layer && layer->visible && r.survey;
    });
    if (top == reports.rend() || !renderer_ || !surface_->makeCurrent()) return std::nullopt;
    SurveyPixels out;
    const double ratio = devicePixelRatioF();
    const int w = out.colours.width = static_cast<int>(std::lround(width() * ratio)), h = out.colours.height = static_cast<int>(std::lround(height() * ratio));
    if (auto off = render::OffscreenTarget::create(getProc_, w, h, top->values ? render::PixelKind::Float32 : render::PixelKind::Rgba8)) {
        render::FrameTarget target = (*off)->frame();
        target.scale = ratio;
        if (!top->values) {
            c_.scene().renderSurveys(*renderer_, target);
            out.colours.rgba = renderer_->readRgba(w, h);
        } else if (c_.scene().renderValues(*renderer_, target)) {
            out.values = renderer_->readFloat(w, h);
        }
    }
    surface_->doneCurrent();
    requestFrame();
    if (out.values.empty() && out.colours.rgba.empty()) return std::nullopt;
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
    const QPoint place = mapTo(window(), QPoint(0, 0)), moved = std::exchange(place_, place) - place;
    const bool frameOnly = std::exchange(windowSize_, window()->size()) == window()->size(); // bars came or went
    if (width() > 0 && height() > 0 && (v.width() != width() || v.height() != height())) {
        sky::SkyView to = event->oldSize().isValid() && frames_ > 0 ? v.resizedKeepingScale(width(), height()) : v.withSize(width(), height());
        if (frameOnly && frames_ > 0) { // the sky stays where it is on the screen
            const Eigen::Vector2d middle(width() / 2.0, height() / 2.0);
            to = to.dragged(middle, middle + Eigen::Vector2d(moved.x() - (width() - v.width()) / 2.0, moved.y() - (height() - v.height()) / 2.0));
        }
        c_.history().setView(to);
    }
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

void Canvas::centreOnCrosshair()
{
    c_.navigator().centreOn(onView(crosshair_->pixel()));
}

void Canvas::describeSoon()
{
    if (!describeTimer_.isActive()) describeTimer_.start(kDescribeMs);
}

void Canvas::updateDescription()
{
    QStringList parts{tr("Centre %1").arg(c_.positionText(c_.aimPosition())), tr("field %1").arg(QString::fromStdString(sky::formatField(c_.view().fov())))};
    if (crosshair_->on()) {
        if (const auto v = c_.scene().valueAt(vec(crosshair_->pixel()))) parts << tr("value %1 %2").arg(v->value, 0, 'g', 5).arg(QString::fromStdString(v->unit)).trimmed();
    }
    if (crosshair_->on() && !crosshair_->hit()) parts << tr("nothing under the crosshair");
    if (const auto& hit = crosshair_->on() ? crosshair_->hit() : c_.hovered())
        parts << (crosshair_->on() ? tr("under the crosshair: %1, %2") : tr("under the pointer: %1, %2")).arg(QString::fromStdString(hit->name), QString::fromStdString(hit->kind));
    for (auto it = c_.document().layers.rbegin(); it != c_.document().layers.rend(); ++it) {
        if (!it->visible) continue;
        parts << tr("top layer %1").arg(c_.layerTitle(*it));
        break;
    }
    if (const QString text = parts.join(QStringLiteral(", ")); text != accessibleDescription()) setAccessibleDescription(text);
}

Eigen::Vector2d Canvas::onPane(const QPointF& p) const
{
    return c_.scene().viewPixel(vec(p), pane_);
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
    if (crosshair_->on()) return; // what is under that one is told instead
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
    showCursor();
}

void Canvas::showCursor()
{
    const bool held = gesture_ == Gesture::Drag;
    setCursor(held ? Qt::ClosedHandCursor : spaceHeld_ ? Qt::OpenHandCursor : c_.hovered() || overCredits(last_) ? Qt::PointingHandCursor : tool_ == Tool::Box ? Qt::CrossCursor : Qt::ArrowCursor);
}

// Input --------------------------------------------------------------------------------------------------------------

void Canvas::mousePressEvent(QMouseEvent* e)
{
    pressed_ = last_ = e->position();
    pane_ = c_.scene().paneAt(vec(pressed_));
    c_.comparison().activate(pane_);
    emit hoverCardWanted(false);
    hoverTimer_.stop();
    c_.navigator().stop(); // any input takes over
    const bool left = e->button() == Qt::LeftButton;
    const bool moveOnly = e->button() == Qt::MiddleButton || (left && spaceHeld_);
    if (e->buttons() == e->button()) gesture_ = Gesture::None; // a release that went elsewhere
    if (gesture_ != Gesture::None) return; // a second button does not change what the first began
    if (moveOnly) {
        gesture_ = Gesture::Press;
        c_.navigator().beginDrag(onPane(pressed_));
    } else if (left && (e->modifiers() & Qt::AltModifier)) {
        gesture_ = Gesture::Rotate;
        c_.navigator().beginRotate(onPane(pressed_));
    } else if (left && ((e->modifiers() & Qt::ControlModifier) || tool_ == Tool::Box)) {
        gesture_ = Gesture::Box;
    } else if (left) {
        gesture_ = Gesture::Press;
        c_.navigator().beginDrag(onPane(pressed_));
    } else if (e->button() == Qt::RightButton) {
        beginStretch();
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
        showCursor();
        c_.setHovered(std::nullopt);
        [[fallthrough]];
    case Gesture::Drag:
        c_.navigator().drag(onView(last_));
        emit dragged((last_ - pressed_).manhattanLength());
        break;
    case Gesture::Rotate: c_.navigator().rotateDrag(onView(last_)); break;
    case Gesture::Box: emit boxChanged(QRectF(pressed_, last_).normalized().toRect()); break;
    case Gesture::Stretch: stretchTo(last_); break;
    case Gesture::None: break;
    }
    if (!lookTimer_.isActive()) lookTimer_.start(gesture_ == Gesture::None ? 10 : kLookMs);
}

void Canvas::mouseReleaseEvent(QMouseEvent* e)
{
    const bool mine = e->buttons() == Qt::NoButton || e->button() == Qt::LeftButton;
    if (!mine && gesture_ != Gesture::Stretch) return;
    const Gesture was = std::exchange(gesture_, Gesture::None);
    switch (was) {
    case Gesture::Drag: c_.navigator().endDrag(); break;
    case Gesture::Box:
        emit boxChanged({});
        c_.navigator().boxZoom(c_.scene().viewPixel(vec(pressed_), pane_), c_.scene().viewPixel(vec(e->position()), pane_));
        if (tool_ == Tool::Box) setTool(Tool::Move);
        break;
    case Gesture::Press:
        if (e->button() == Qt::LeftButton && !spaceHeld_) clickAt(e->position(), kPickRadius);
        break;
    case Gesture::Stretch:
        if (stretch_.moved) c_.history().endMerge();
        else emit contextMenuWanted(mapToGlobal(e->position().toPoint()), e->position());
        break;
    case Gesture::Rotate:
    case Gesture::None: break;
    }
    showCursor();
}

void Canvas::clickAt(const QPointF& pixel, double radius)
{
    if (overCredits(pixel)) {
        emit creditsWanted();
        return;
    }
    const auto hits = c_.scene().pick(vec(pixel), radius);
    if (hits.empty()) {
        clickStep_ = 0;
        c_.selectObject(std::nullopt);
        return;
    }
    // The same place again steps through what overlaps there.
    const bool again = c_.selectedObject() && hits.front().name == lastClickName_;
    clickStep_ = again ? (clickStep_ + 1) % hits.size() : 0;
    lastClickName_ = hits.front().name;
    c_.selectObject(hits[clickStep_]);
    if (hits.size() > 1) emit stepped(hits[clickStep_], pixel, clickStep_ + 1, hits.size());
}

bool Canvas::overCredits(const QPointF& pixel) const
{
    const scene::PixelRect& r = c_.scene().creditsArea();
    return r.w > 0 && QRectF(r.x, r.y, r.w, r.h).contains(pixel);
}

void Canvas::mouseDoubleClickEvent(QMouseEvent* e)
{
    if (e->button() == Qt::LeftButton) flyInto(e->position());
}

void Canvas::flyInto(const QPointF& pixel)
{
    const auto hits = c_.scene().pick(vec(pixel), kPickRadius);
    if (!hits.empty()) {
        c_.selectObject(hits.front());
        c_.navigator().fit(hits.front().pos, hits.front().size);
        return;
    }
    const sky::Frame frame = c_.view().frame();
    if (const auto dir = c_.view().directionAt(onView(pixel), frame)) c_.navigator().flyTo(sky::toPos(*dir, frame), c_.view().fov() / 2);
}

/// The selected layer, or the topmost one with values when none is selected.
void Canvas::beginStretch()
{
    gesture_ = Gesture::Stretch;
    stretch_ = {};
    const auto reports = c_.scene().reports();
    for (auto it = reports.rbegin(); it != reports.rend(); ++it) {
        const scene::LayerState* layer = c_.layer(it->id);
        if (!layer || !layer->visible || !it->values) continue;
        if (c_.selectedLayer() && c_.selectedLayer() != it->id) continue;
        stretch_ = {it->id, it->cutLo, it->cutHi, false};
        return;
    }
}

void Canvas::stretchTo(const QPointF& pixel)
{
    const QPointF by = pixel - pressed_;
    if (!stretch_.moved && by.manhattanLength() < kClickSlop) return;
    stretch_.moved = true;
    if (!stretch_.layer) return;
    // To the right: more contrast, a narrower range. Up: brighter, the range moves down.
    const double range = stretch_.hi - stretch_.lo, middle = (stretch_.lo + stretch_.hi) / 2 + by.y() / kBrightnessPixels * range;
    const double half = range / 2 * std::exp2(-by.x() / kContrastPixels);
    c_.changeSurvey(stretch_.layer, tr("Contrast and brightness"), [&](scene::SurveyState& s) {
        s.cuts.mode = scene::CutRule::Mode::Manual;
        s.cuts.lo = middle - half;
        s.cuts.hi = middle + half;
    }, QStringLiteral("cuts-%1").arg(stretch_.layer));
}

void Canvas::wheelEvent(QWheelEvent* e)
{
    e->accept();
    last_ = e->position();
    pointerInside_ = true;
    // A trackpad moves the sky; a wheel zooms. Where the platform tells no phases, the kind of device decides.
    const auto* device = e->pointingDevice();
    const bool trackpad = !e->pixelDelta().isNull() && (e->phase() != Qt::NoScrollPhase || (device && device->type() == QInputDevice::DeviceType::TouchPad));
    if (trackpad && !(e->modifiers() & Qt::ControlModifier)) {
        c_.navigator().moveSky(onView(e->position()), {static_cast<double>(e->pixelDelta().x()), static_cast<double>(e->pixelDelta().y())});
        return;
    }
    const QPoint delta = e->angleDelta().isNull() ? e->pixelDelta() : e->angleDelta();
    const int turned = delta.y() != 0 ? delta.y() : delta.x(); // Shift or Alt turns the wheel's axis on some systems
    if (turned == 0) return;
    const double notch = e->modifiers() & Qt::ShiftModifier ? kFineNotch : kNotch;
    c_.navigator().zoomAt(onView(e->position()), std::pow(notch, turned / 120.0));
    if (gesture_ == Gesture::Drag || gesture_ == Gesture::Press) c_.navigator().beginDrag(onView(e->position()));
    emit hoverCardWanted(false);
}

bool Canvas::event(QEvent* event)
{
    switch (event->type()) {
    case QEvent::NativeGesture:
        if (!nativeGesture(*static_cast<QNativeGestureEvent*>(event))) break;
        event->accept();
        return true;
    case QEvent::TouchBegin:
    case QEvent::TouchUpdate:
    case QEvent::TouchEnd:
    case QEvent::TouchCancel:
        hoverTimer_.stop();
        emit hoverCardWanted(false);
        if (const auto& touch = *static_cast<QTouchEvent*>(event); event->type() == QEvent::TouchBegin && !touch.points().isEmpty()) {
            pane_ = c_.scene().paneAt(vec(touch.points().front().position()));
            c_.comparison().activate(pane_);
        }
        touch_.handle(*static_cast<QTouchEvent*>(event));
        event->accept(); // no mouse is made up from it
        return true;
    default: break;
    }
    return QWidget::event(event);
}

bool Canvas::nativeGesture(const QNativeGestureEvent& g)
{
    const Eigen::Vector2d at = onView(g.position());
    switch (g.gestureType()) {
    case Qt::ZoomNativeGesture: c_.navigator().zoomAt(at, std::max(0.1, 1 + g.value())); return true;
    case Qt::RotateNativeGesture: c_.navigator().rotateAt(at, sky::Angle::deg(-g.value())); return true;
    case Qt::PanNativeGesture: c_.navigator().moveSky(at, vec(g.delta())); return true;
    case Qt::SmartZoomNativeGesture: flyInto(g.position()); return true;
    case Qt::BeginNativeGesture: c_.navigator().stop(); return true;
    case Qt::EndNativeGesture: c_.navigator().snapToNorth(at); return true;
    default: return false;
    }
}

void Canvas::keyPressEvent(QKeyEvent* e)
{
    if (e->key() == Qt::Key_Space && e->modifiers() == Qt::NoModifier) {
        spaceHeld_ = true;
        showCursor();
        return;
    }
    e->ignore(); // commands of the canvas are actions of this widget
}

void Canvas::keyReleaseEvent(QKeyEvent* e)
{
    if (e->key() != Qt::Key_Space || e->isAutoRepeat()) {
        e->ignore();
        return;
    }
    spaceHeld_ = false;
    showCursor();
}

void Canvas::focusOutEvent(QFocusEvent* e)
{
    spaceHeld_ = false;
    QWidget::focusOutEvent(e);
}

void Canvas::leaveEvent(QEvent* e)
{
    pointerInside_ = false;
    lookTimer_.stop();
    hoverTimer_.stop();
    emit hoverCardWanted(false);
    if (!crosshair_->on()) c_.setHovered(std::nullopt);
    c_.setPointer({});
    QWidget::leaveEvent(e);
}

void Canvas::contextMenuEvent(QContextMenuEvent* e)
{
    e->accept();
    if (e->reason() == QContextMenuEvent::Mouse) return; // when the button is released where it went down
    const Eigen::Vector2d aim = c_.scene().canvasPixel(c_.navigator().freeCentre(), c_.document().compare.active);
    const QPointF pixel = crosshair_->on() ? crosshair_->pixel() : QPointF(aim.x(), aim.y());
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
    showCursor();
    emit toolChanged();
}

} // namespace firmament::window
