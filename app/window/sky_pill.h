// What the sky shows while the list of layers is closed: the topmost visible survey with its picture and state, at the left top of
// the free area. A click opens the list.
#pragma once

#include <QAbstractButton>
#include <QPixmap>
#include <QTimer>
#include <functional>

#include "app/window/controller.h"

namespace firmament::window {

class SkyPill final : public QAbstractButton {
    Q_OBJECT
public:
    /// A survey alone, so many physical pixels square; null when it has nothing to show.
    using Picture = std::function<QImage(scene::LayerId, int pixels)>;
    SkyPill(Controller& controller, Picture picture, QWidget* parent);
    QSize sizeHint() const override;
    bool hasSurvey() const { return layer_ != 0; }

signals:
    void sizeChanged();

protected:
    void paintEvent(QPaintEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }
    void showEvent(QShowEvent*) override;

private:
    void refresh();
    void takePicture();
    Controller& c_;
    Picture picture_;
    scene::LayerId layer_ = 0;
    scene::LayerPhase phase_ = scene::LayerPhase::Opening;
    QString title_, state_;
    QPixmap small_;
    QTimer rest_; ///< the picture is taken when the sky has come to rest
};

} // namespace firmament::window
