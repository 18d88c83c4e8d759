#include "app/window/histogram_view.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QPainterPath>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace firmament::window {

namespace {
constexpr int kPlotHeight = 84;
}

HistogramView::HistogramView(const Style& style, QWidget* parent) : QWidget(parent), style_(style)
{
    setFixedHeight(104);
    setFocusPolicy(Qt::StrongFocus);
    setMouseTracking(true);
    setAccessibleName(tr("Histogram and cuts"));
    setToolTip(tr("Drag the lines; Shift is fine; double-click: automatic; wheel zooms the axis"));
    connect(&style, &Style::changed, this, qOverload<>(&QWidget::update));
}

QString HistogramView::number(double v)
{
    return QString::number(v, 'g', 4).replace(QLatin1Char('-'), QChar(0x2212));
}

void HistogramView::setHistogram(std::optional<scene::Histogram> histogram)
{
    histogram_ = std::move(histogram);
    if (!axisByHand_ && grip_ == Grip::None) fitAxis();
    update();
}

void HistogramView::setCuts(double lo, double hi, render::Stretch stretch)
{
    lo_ = lo;
    hi_ = hi;
    stretch_ = stretch;
    if (!axisByHand_ && grip_ == Grip::None) fitAxis();
    setAccessibleDescription(tr("From %1 to %2").arg(number(lo), number(hi)));
    update();
}

void HistogramView::fitAxis()
{
    axisLo_ = lo_;
    axisHi_ = hi_;
    if (histogram_ && !histogram_->bins.empty()) {
        // The part that holds nearly all pixels, and the cuts with some room: far outliers do not squeeze the rest.
        const auto& bins = histogram_->bins;
        uint64_t total = 0, seen = 0;
        for (uint32_t b : bins) total += b;
        size_t first = 0, last = bins.size() - 1;
        for (size_t i = 0; i < bins.size(); ++i) {
            seen += bins[i];
            if (seen * 1000 <= total) first = i;
            if (seen * 1000 <= total * 999) last = i;
        }
        const double step = (histogram_->hi - histogram_->lo) / static_cast<double>(bins.size());
        axisLo_ = std::min(axisLo_, histogram_->lo + step * static_cast<double>(first));
        axisHi_ = std::max(axisHi_, histogram_->lo + step * static_cast<double>(last + 1));
    }
    const double room = (axisHi_ - axisLo_) * 0.06;
    axisLo_ -= room;
    axisHi_ += room;
    if (!(axisHi_ > axisLo_)) axisHi_ = axisLo_ + 1;
}

double HistogramView::xOf(double value) const
{
    return (value - axisLo_) / (axisHi_ - axisLo_) * width();
}

double HistogramView::valueOf(double x) const
{
    return axisLo_ + x / std::max(1, width()) * (axisHi_ - axisLo_);
}

void HistogramView::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const Theme& t = style_.theme();
    const QRectF plot(0, 0, width(), kPlotHeight);
    p.setPen(Qt::NoPen);
    p.setBrush(t["raised"]);
    p.drawRoundedRect(plot, 5, 5);
    if (!histogram_ || histogram_->bins.empty()) {
        p.setPen(t["textFaint"]);
        p.setFont(style_.font(TextRole::Small));
        p.drawText(plot, Qt::AlignCenter, tr("No pixels in view yet"));
        return;
    }
    const auto& bins = histogram_->bins;
    const double step = (histogram_->hi - histogram_->lo) / static_cast<double>(bins.size());
    // One column per pixel, log counts: faint tails count as much as the peak.
    std::vector<double> columns(static_cast<size_t>(std::max(1, width())));
    for (size_t i = 0; i < bins.size(); ++i) {
        const double x0 = xOf(histogram_->lo + step * static_cast<double>(i)), x1 = xOf(histogram_->lo + step * static_cast<double>(i + 1));
        const double last = static_cast<double>(columns.size()) - 1;
        if (x1 < 0 || x0 > last) continue;
        // Shared out by overlap: a bin that crosses a column's border must not count twice.
        const double density = bins[i] / std::max(1e-9, x1 - x0);
        for (auto x = static_cast<size_t>(std::clamp(std::floor(x0), 0.0, last)); x <= static_cast<size_t>(std::clamp(std::ceil(x1) - 1, 0.0, last)); ++x)
            columns[x] += density * std::max(0.0, std::min(x1, static_cast<double>(x) + 1) - std::max(x0, static_cast<double>(x)));
    }
    const double most = std::log1p(*std::max_element(columns.begin(), columns.end()));
    const double a = xOf(lo_), b = xOf(hi_);
    for (size_t x = 0; x < columns.size(); ++x) {
        const double h = most > 0 ? std::log1p(columns[x]) / most * (kPlotHeight - 8) : 0;
        const bool inside = static_cast<double>(x) >= a && static_cast<double>(x) <= b;
        p.fillRect(QRectF(static_cast<double>(x), kPlotHeight - h, 1, h), inside ? t["textFaint"] : t["track"]);
    }
    QPainterPath curve;
    for (int i = 0; i <= 48; ++i) {
        const double s = i / 48.0;
        const double y = kPlotHeight - 4 - render::applyStretch(stretch_ == render::Stretch::Histogram ? render::Stretch::Linear : stretch_, s) * (kPlotHeight - 8);
        const QPointF at(a + (b - a) * s, y);
        if (i == 0) curve.moveTo(at);
        else curve.lineTo(at);
    }
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(t["accent"], 1.5));
    p.drawPath(curve);
    for (int i = 0; i < 2; ++i) {
        const double x = i == 0 ? a : b;
        p.setPen(QPen(t["accent"], 1.5));
        p.drawLine(QPointF(x, 2), QPointF(x, kPlotHeight - 2));
        p.setBrush(t["panel"]);
        p.setPen(QPen(t["accent"], hasFocus() && (i == 1) == keyboardHi_ ? 3 : 2));
        p.drawEllipse(QPointF(std::clamp(x, 6.0, width() - 6.0), i == 0 ? kPlotHeight - 7.0 : 7.0), 5, 5);
    }
    p.setPen(t["textFaint"]);
    p.setFont(style_.font(TextRole::Caption));
    p.drawText(QRectF(0, kPlotHeight + 3, width(), 16), Qt::AlignLeft, number(axisLo_));
    p.drawText(QRectF(0, kPlotHeight + 3, width(), 16), Qt::AlignHCenter, number((axisLo_ + axisHi_) / 2));
    p.drawText(QRectF(0, kPlotHeight + 3, width(), 16), Qt::AlignRight, number(axisHi_));
    if (hasFocus()) {
        p.setBrush(Qt::NoBrush);
        p.setPen(QPen(t["accent"], 2));
        p.drawRoundedRect(plot.adjusted(1, 1, -1, -1), 5, 5);
    }
}

void HistogramView::mousePressEvent(QMouseEvent* e)
{
    if (e->button() != Qt::LeftButton) return;
    const double x = e->position().x(), a = xOf(lo_), b = xOf(hi_);
    const double da = std::abs(x - a), db = std::abs(x - b);
    grip_ = std::min(da, db) < 12 || x < a || x > b ? (da <= db ? Grip::Lo : Grip::Hi) : Grip::Both;
    keyboardHi_ = grip_ == Grip::Hi;
    lastX_ = x;
    e->accept();
}

void HistogramView::mouseMoveEvent(QMouseEvent* e)
{
    if (grip_ == Grip::None) return;
    double by = valueOf(e->position().x()) - valueOf(lastX_);
    if (e->modifiers() & Qt::ShiftModifier) by /= 10;
    lastX_ = e->position().x();
    double lo = lo_, hi = hi_;
    if (grip_ != Grip::Hi) lo += by;
    if (grip_ != Grip::Lo) hi += by;
    if (lo < hi) emit cutsDragged(lo, hi);
}

void HistogramView::mouseReleaseEvent(QMouseEvent*)
{
    if (grip_ == Grip::None) return;
    grip_ = Grip::None;
    emit dragEnded();
}

void HistogramView::mouseDoubleClickEvent(QMouseEvent*)
{
    axisByHand_ = false;
    emit automaticWanted();
}

void HistogramView::wheelEvent(QWheelEvent* e)
{
    const double about = valueOf(e->position().x()), k = std::pow(0.8, e->angleDelta().y() / 120.0);
    axisLo_ = about + (axisLo_ - about) * k;
    axisHi_ = about + (axisHi_ - about) * k;
    axisByHand_ = true;
    update();
    e->accept();
}

void HistogramView::keyPressEvent(QKeyEvent* e)
{
    const double step = (axisHi_ - axisLo_) / (e->modifiers() & Qt::ShiftModifier ? 1000 : 100);
    const double by = e->key() == Qt::Key_Right ? step : e->key() == Qt::Key_Left ? -step : 0;
    if (e->key() == Qt::Key_Up || e->key() == Qt::Key_Down) {
        keyboardHi_ = !keyboardHi_;
        update();
    } else if (by != 0) {
        const double lo = keyboardHi_ ? lo_ : lo_ + by, hi = keyboardHi_ ? hi_ + by : hi_;
        if (lo < hi) emit cutsDragged(lo, hi);
    } else {
        QWidget::keyPressEvent(e);
    }
}

} // namespace firmament::window
