#include "app/window/divider_handle.h"

#include <QCoreApplication>
#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <cmath>

#include "app/window/comparison.h"
#include "app/window/controls.h"
#include "scene/sheets.h"

namespace firmament::window {

namespace {
constexpr int kReach = 18;     ///< half of the width: the knob and its ring
constexpr int kLineReach = 6;  ///< on both sides of the line
constexpr double kSteps = 1000;
} // namespace

DividerHandle::DividerHandle(Controller& controller, QWidget* canvas, QWidget* parent)
    : QAbstractSlider(parent), c_(controller), canvas_(canvas)
{
    setAccessibleName(tr("Swipe divider"));
    setToolTip(tr("Drag, or use the arrow keys. Double-click: the middle"));
    setOrientation(Qt::Horizontal);
    setFocusPolicy(Qt::StrongFocus);
    setCursor(Qt::SplitHCursor);
    setRange(static_cast<int>(scene::kDividerLow * kSteps), static_cast<int>(scene::kDividerHigh * kSteps));
    setSingleStep(10);
    setPageStep(100);
    connect(this, &QAbstractSlider::valueChanged, this, [this](int v) { c_.comparison().setDivider(v / kSteps, false); });
    connect(&c_, &Controller::compareChanged, this, &DividerHandle::place);
    connect(&c_, &Controller::freeAreaChanged, this, &DividerHandle::place);
    place();
}

void DividerHandle::place()
{
    const scene::CompareState& compare = c_.document().compare;
    const bool shown = compare.mode == scene::CompareMode::Swipe && scene::comparedPair(c_.document()).upper != 0;
    setVisible(shown);
    if (!shown) return;
    const QSignalBlocker quiet(this);
    if (!isSliderDown()) setValue(static_cast<int>(std::lround(compare.divider * kSteps)));
    const scene::PixelRect free = c_.scene().freeArea();
    const int x = static_cast<int>(scene::dividerX(compare, free)), height = canvas_->height(), middle = static_cast<int>(free.y + free.h / 2);
    setGeometry(x - kReach, 0, 2 * kReach, height);
    setMask(QRegion(kReach - kLineReach, 0, 2 * kLineReach, height) + QRegion(0, middle - kReach, 2 * kReach, 2 * kReach, QRegion::Ellipse));
    lower();
    canvas_->lower(); // the canvas, the handle, then panels and tools
}

void DividerHandle::paintEvent(QPaintEvent*)
{
    if (!hasFocus()) return;
    QPainter p(this);
    const scene::PixelRect free = c_.scene().freeArea();
    paintFocusRing(p, c_.style(), QRectF(1, free.y + free.h / 2 - kReach + 1, 2 * kReach - 2, 2 * kReach - 2), kReach);
}

void DividerHandle::moveTo(double hostX)
{
    const scene::PixelRect free = c_.scene().freeArea();
    if (free.w > 0) c_.comparison().setDivider((hostX - grip_ - free.x) / free.w, false);
}

void DividerHandle::mousePressEvent(QMouseEvent* e)
{
    if (e->button() != Qt::LeftButton) return;
    setFocus(Qt::MouseFocusReason);
    setSliderDown(true);
    grip_ = mapToParent(e->position().toPoint()).x() - scene::dividerX(c_.document().compare, c_.scene().freeArea());
}

void DividerHandle::mouseMoveEvent(QMouseEvent* e)
{
    if (isSliderDown()) moveTo(mapToParent(e->position().toPoint()).x());
}

void DividerHandle::mouseReleaseEvent(QMouseEvent*)
{
    setSliderDown(false);
    c_.history().endMerge();
    place();
}

void DividerHandle::mouseDoubleClickEvent(QMouseEvent*)
{
    c_.comparison().setDivider(0.5, true);
}

void DividerHandle::keyReleaseEvent(QKeyEvent* e)
{
    if (!e->isAutoRepeat()) c_.history().endMerge();
    QAbstractSlider::keyReleaseEvent(e);
}

void DividerHandle::wheelEvent(QWheelEvent* e)
{
    // The wheel belongs to the sky below.
    QWheelEvent below(canvas_->mapFromGlobal(e->globalPosition()), e->globalPosition(), e->pixelDelta(), e->angleDelta(), e->buttons(), e->modifiers(), e->phase(), e->inverted());
    QCoreApplication::sendEvent(canvas_, &below);
    e->accept();
}

} // namespace firmament::window
