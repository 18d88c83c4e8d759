#include "app/window/overlay_capture.h"

#include <QApplication>
#include <QPaintEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace firmament::window {

OverlayCapture::OverlayCapture(QWidget& canvas) : canvas_(canvas)
{
    qApp->installEventFilter(this);
}

std::vector<QWidget*> OverlayCapture::above() const
{
    std::vector<QWidget*> out;
    // Level by level up to the window; what is stacked above an ancestor is above all that is in it.
    for (const QWidget* w = &canvas_; w && !w->isWindow(); w = w->parentWidget()) {
        const QWidget* parent = w->parentWidget();
        if (!parent) break;
        const QRect area(canvas_.mapTo(parent, QPoint(0, 0)), canvas_.size());
        bool later = false;
        for (QObject* child : parent->children()) { // in stacking order
            if (child == w) {
                later = true;
                continue;
            }
            auto* sibling = later ? qobject_cast<QWidget*>(child) : nullptr;
            if (sibling && !sibling->isWindow() && sibling->isVisible() && sibling->geometry().intersects(area)) out.push_back(sibling);
        }
    }
    return out;
}

QWidget* OverlayCapture::overlayOf(QWidget* widget) const
{
    if (widget == &canvas_ || canvas_.isAncestorOf(widget)) return nullptr;
    for (QWidget* w = widget; w && !w->isWindow(); w = w->parentWidget()) {
        QWidget* parent = w->parentWidget();
        if (w->isAncestorOf(&canvas_)) return nullptr; // beside or around it
        if (parent && parent->isAncestorOf(&canvas_)) return w;
    }
    return nullptr;
}

bool OverlayCapture::eventFilter(QObject* watched, QEvent* event)
{
    if (painting_ || !watched->isWidgetType()) return false;
    switch (event->type()) {
    case QEvent::Paint:
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::ZOrderChange: break;
    default: return false;
    }
    auto* widget = static_cast<QWidget*>(watched);
    QWidget* overlay = overlayOf(widget);
    if (!overlay) return false;
    const auto it = std::find_if(overlays_.begin(), overlays_.end(), [&](const Overlay& o) { return o.widget == overlay; });
    if (event->type() == QEvent::Paint) {
        if (it != overlays_.end()) it->dirty += static_cast<QPaintEvent*>(event)->region().translated(widget->mapTo(overlay, QPoint(0, 0)));
    } else if (widget != overlay) {
        return false; // its own painting follows
    }
    if (onChange) onChange();
    return false;
}

void OverlayCapture::paint(Overlay& o, double ratio, render::PixelBox& changed)
{
    const QSize size(static_cast<int>(std::ceil(o.widget->width() * ratio)), static_cast<int>(std::ceil(o.widget->height() * ratio)));
    if (o.image.size() != size || o.image.devicePixelRatio() != ratio) {
        o.image = QImage(size, QImage::Format_ARGB32_Premultiplied);
        o.image.setDevicePixelRatio(ratio);
        o.dirty = o.widget->rect();
    }
    const QRegion region = o.dirty & o.widget->rect();
    o.dirty = {};
    if (region.isEmpty()) return;
    const QRect box = region.boundingRect();
    {
        QPainter p(&o.image);
        p.setCompositionMode(QPainter::CompositionMode_Source);
        for (const QRect& r : region) p.fillRect(r, Qt::transparent);
    }
    o.widget->render(&o.image, box.topLeft(), region, QWidget::DrawChildren);
    const int x0 = static_cast<int>(std::floor(box.x() * ratio)), y0 = static_cast<int>(std::floor(box.y() * ratio));
    const int x1 = static_cast<int>(std::ceil((box.x() + box.width()) * ratio)), y1 = static_cast<int>(std::ceil((box.y() + box.height()) * ratio));
    changed = {x0, y0, x1 - x0, y1 - y0};
}

void OverlayCapture::update(double ratio)
{
    painting_ = true; // the paint events of these pictures are our own
    const std::vector<QWidget*> now = above();
    std::vector<Overlay> kept;
    kept.reserve(now.size());
    for (QWidget* widget : now) {
        const auto it = std::find_if(overlays_.begin(), overlays_.end(), [&](const Overlay& o) { return o.widget == widget; });
        kept.push_back(it != overlays_.end() ? std::move(*it) : Overlay{widget, nextKey_++, {}, widget->rect()});
    }
    overlays_ = std::move(kept);
    std::vector<render::OverlayImage> images;
    for (Overlay& o : overlays_) {
        render::OverlayImage image;
        image.key = o.key;
        // What an undrawn frame left over is still to come.
        for (const render::OverlayImage& before : images_)
            if (before.key == o.key) image.changed = before.changed;
        render::PixelBox changed;
        paint(o, ratio, changed);
        if (image.changed.empty()) {
            image.changed = changed;
        } else if (!changed.empty()) {
            image.changed = {0, 0, o.image.width(), o.image.height()};
        }
        const QPointF at = QPointF(o.widget->mapTo(canvas_.window(), QPoint(0, 0)) - canvas_.mapTo(canvas_.window(), QPoint(0, 0))) * ratio;
        image.x = static_cast<int>(std::lround(at.x()));
        image.y = static_cast<int>(std::lround(at.y()));
        image.width = o.image.width();
        image.height = o.image.height();
        image.bits = o.image.constBits();
        image.bytesPerLine = static_cast<int>(o.image.bytesPerLine());
        images.push_back(image);
    }
    images_ = std::move(images);
    painting_ = false;
}

void OverlayCapture::drawn()
{
    for (render::OverlayImage& image : images_) image.changed = {};
}

void OverlayCapture::forget()
{
    overlays_.clear();
    images_.clear();
}

} // namespace firmament::window
