// Pictures of the widgets that lie over the canvas, painted anew when those widgets paint themselves and at no other time.
// For a surface that Qt does not compose. ui thread.
#pragma once

#include <QImage>
#include <QObject>
#include <QPointer>
#include <QRegion>
#include <QWidget>
#include <functional>
#include <span>
#include <vector>

#include "render/image_overlay.h"

namespace firmament::window {

class OverlayCapture final : public QObject {
public:
    explicit OverlayCapture(QWidget& canvas);
    /// Paints what changed. Before images(); not while a context of somebody else's is needed current.
    void update(double ratio);
    std::span<const render::OverlayImage> images() const { return images_; }
    void drawn();  ///< the changes have been taken over
    void forget(); ///< the textures are gone: everything counts as changed
    std::function<void()> onChange;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Overlay {
        QPointer<QWidget> widget;
        uint64_t key = 0;
        QImage image;
        QRegion dirty; ///< logical pixels of the widget, not painted yet
    };
    /// Every visible widget that is stacked above the canvas and meets it, bottom first.
    std::vector<QWidget*> above() const;
    /// The one of them (shown or not) that `widget` is in; null: none.
    QWidget* overlayOf(QWidget* widget) const;
    void paint(Overlay& overlay, double ratio, render::PixelBox& changed);

    QWidget& canvas_;
    std::vector<Overlay> overlays_;
    std::vector<render::OverlayImage> images_;
    uint64_t nextKey_ = 1;
    bool painting_ = false;
};

} // namespace firmament::window
