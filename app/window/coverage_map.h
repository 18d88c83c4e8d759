// A small map of the whole sky (Mollweide, galactic or ICRS, east left) with a survey's coverage and the place of the view.
#pragma once

#include <QImage>
#include <QWidget>
#include <memory>

#include "app/window/style.h"
#include "sky/moc.h"
#include "sky/view.h"

namespace firmament::window {

class CoverageMap final : public QWidget {
    Q_OBJECT
public:
    CoverageMap(const Style& style, QWidget* parent);
    /// `frame`: that of the coverage's cells and of the map. Nothing: not known, the map is empty.
    void setCoverage(std::shared_ptr<const sky::Moc> coverage, sky::Frame frame);
    void setPlace(const sky::SkyPos& centre, sky::Angle fov);
    QSize sizeHint() const override { return {288, 144}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override { return width / 2; }

signals:
    void placeChosen(const sky::SkyPos& pos); ///< clicked

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;

private:
    sky::SkyView mapView() const;
    void draw();
    const Style& style_;
    std::shared_ptr<const sky::Moc> coverage_;
    sky::Frame frame_ = sky::Frame::Icrs;
    sky::SkyPos centre_;
    sky::Angle fov_;
    QImage map_; ///< empty: to be drawn again
};

} // namespace firmament::window
