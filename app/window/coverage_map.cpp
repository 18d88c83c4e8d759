#include "app/window/coverage_map.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>

namespace firmament::window {

CoverageMap::CoverageMap(const Style& style, QWidget* parent) : QWidget(parent), style_(style)
{
    QSizePolicy policy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    policy.setHeightForWidth(true);
    setSizePolicy(policy);
    setAccessibleName(tr("Map of the coverage"));
    setToolTip(tr("The whole sky; click to go there"));
    connect(&style, &Style::changed, this, [this] {
        map_ = {};
        update();
    });
}

void CoverageMap::setCoverage(std::shared_ptr<const sky::Moc> coverage, sky::Frame frame)
{
    if (coverage == coverage_ && frame == frame_) return;
    coverage_ = std::move(coverage);
    frame_ = frame;
    map_ = {};
    update();
}

void CoverageMap::setPlace(const sky::SkyPos& centre, sky::Angle fov)
{
    if (centre == centre_ && fov == fov_) return;
    centre_ = centre;
    fov_ = fov;
    update();
}

sky::SkyView CoverageMap::mapView() const
{
    return sky::SkyView()
        .withFrame(frame_)
        .lookingAt({sky::Angle::deg(0), sky::Angle::deg(0), frame_})
        .withProjection(sky::Proj::Mol)
        .withSize(std::max(2, width()), std::max(2, height()))
        .withFov(sky::Angle::deg(364));
}

void CoverageMap::draw()
{
    const double ratio = devicePixelRatioF();
    map_ = QImage(size() * ratio, QImage::Format_ARGB32_Premultiplied);
    const sky::SkyView view = mapView().resizedKeepingScale(map_.width(), map_.height()).withFov(sky::Angle::deg(364));
    const Theme& t = style_.theme();
    const QRgb empty = t["raised"].rgb(), has = t["accent"].rgb();
    for (int y = 0; y < map_.height(); ++y) {
        auto* line = reinterpret_cast<QRgb*>(map_.scanLine(y));
        for (int x = 0; x < map_.width(); ++x) {
            const auto dir = view.directionAt({x + 0.5, y + 0.5}, frame_);
            line[x] = !dir ? qRgba(0, 0, 0, 0) : coverage_ && coverage_->contains(*dir) ? has : empty;
        }
    }
    map_.setDevicePixelRatio(ratio);
}

void CoverageMap::paintEvent(QPaintEvent*)
{
    if (map_.isNull() || map_.size() != size() * devicePixelRatioF()) draw();
    QPainter p(this);
    p.drawImage(QPoint(0, 0), map_);
    if ((centre_.frame == sky::Frame::Body) != (frame_ == sky::Frame::Body)) return;
    const auto at = mapView().pixelOf(sky::toDir(sky::converted(centre_, frame_)), frame_);
    if (!at) return;
    p.setRenderHint(QPainter::Antialiasing);
    const double radius = std::clamp(fov_.deg() / 360 * width() / 2, 4.0, width() / 4.0);
    p.setBrush(Qt::NoBrush);
    for (const auto& [colour, width] : {std::pair{style_.theme()["windowBg"], 3.0}, {style_.theme()["selection"], 1.5}}) {
        p.setPen(QPen(colour, width));
        p.drawEllipse(QPointF(at->x(), at->y()), radius, radius);
    }
}

void CoverageMap::mousePressEvent(QMouseEvent* e)
{
    const auto dir = mapView().directionAt({e->position().x(), e->position().y()}, frame_);
    if (dir) emit placeChosen(sky::toPos(*dir, frame_));
}

} // namespace firmament::window
