#include "app/window/sky_pill.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

#include "app/window/controls.h"
#include "app/window/layer_card.h"

namespace firmament::window {

namespace {

constexpr int kThumb = 32, kPad = 8, kGap = 12, kLeast = 200, kMost = 320, kRestMs = 500, kAtOnceMs = 20;

} // namespace

SkyPill::SkyPill(Controller& controller, Picture picture, QWidget* parent)
    : QAbstractButton(parent), c_(controller), picture_(std::move(picture))
{
    setFocusPolicy(Qt::TabFocus);
    setCursor(Qt::PointingHandCursor);
    rest_.setSingleShot(true);
    connect(&rest_, &QTimer::timeout, this, &SkyPill::takePicture);
    connect(this, &QAbstractButton::clicked, this, [this] { c_.showPanel(QStringLiteral("layers")); });
    connect(&c_, &Controller::layersChanged, this, &SkyPill::refresh);
    connect(&c_, &Controller::reportsChanged, this, &SkyPill::refresh);
    connect(&c_, &Controller::viewChanged, this, [this] {
        if (isVisible()) rest_.start(c_.options().screenshot.empty() ? kRestMs : kAtOnceMs);
    });
    connect(&c_.style(), &Style::changed, this, [this] {
        small_ = {}; // it has the theme's light in it
        if (isVisible()) rest_.start(kAtOnceMs);
        emit sizeChanged();
    });
    refresh();
}

void SkyPill::refresh()
{
    const auto reports = c_.scene().reports();
    const auto shown = std::find_if(reports.rbegin(), reports.rend(), [this](const scene::LayerReport& r) {
        const scene::LayerState* l = c_.layer(r.id);
        return l && l->visible && l->opacity > 0 && std::holds_alternative<scene::SurveyState>(l->content) && r.phase != scene::LayerPhase::OutsideCoverage;
    });
    const scene::LayerId before = layer_;
    const QString titleBefore = title_, stateBefore = state_;
    layer_ = shown == reports.rend() ? 0 : shown->id;
    if (layer_) {
        const scene::LayerState& l = *c_.layer(layer_);
        const bool builtIn = std::get<scene::SurveyState>(l.content).source == scene::kDefaultSky;
        phase_ = shown->phase;
        title_ = c_.layerTitle(l);
        state_ = builtIn && phase_ == scene::LayerPhase::Complete ? tr("Built in, complete, works offline") : stateLine(*shown);
        setAccessibleName(tr("Layers: %1, %2").arg(title_, state_));
        setToolTip(accessibleName());
        if (isVisible()) rest_.start(c_.options().screenshot.empty() ? kRestMs : kAtOnceMs);
    }
    if (before != layer_) small_ = {};
    if (before != layer_ || titleBefore != title_) emit sizeChanged();
    if (before != layer_ || titleBefore != title_ || stateBefore != state_) update();
}

void SkyPill::showEvent(QShowEvent*)
{
    rest_.start(kAtOnceMs);
}

void SkyPill::takePicture()
{
    if (!isVisible() || !layer_) return;
    const double ratio = devicePixelRatioF();
    const QImage image = picture_(layer_, static_cast<int>(std::lround(kThumb * ratio)));
    if (image.isNull()) return;
    small_ = QPixmap::fromImage(image);
    small_.setDevicePixelRatio(ratio);
    update();
}

/// As wide as the name and the usual states need: a state that changes does not move its edge.
QSize SkyPill::sizeHint() const
{
    const Style& s = c_.style();
    const double name = QFontMetricsF(s.font(TextRole::Body, 500)).horizontalAdvance(title_);
    const double state = QFontMetricsF(s.font(TextRole::Small)).horizontalAdvance(tr("Built in, complete, works offline")) + 18;
    const int text = static_cast<int>(std::ceil(std::max(name, state))) + 2 * kPad + kThumb + kGap;
    return {(std::clamp(text, kLeast, kMost) + 3) / 4 * 4, s.box({48, 48}).height()};
}

void SkyPill::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const Style& style = c_.style();
    const Theme& t = style.theme();
    QColor ground = t["canvasPill"];
    if (underMouse() || isDown()) ground.setAlphaF(std::min(1.0F, ground.alphaF() + 0.12F));
    p.setPen(style.veil(0.08F));
    p.setBrush(ground);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
    const QRectF thumb(kPad, (height() - kThumb) / 2.0, kThumb, kThumb);
    QPainterPath frame;
    frame.addRoundedRect(thumb, 5, 5);
    p.fillPath(frame, style.skyGround());
    if (!small_.isNull()) {
        p.setClipPath(frame);
        p.drawPixmap(thumb.topLeft(), small_);
        p.setClipping(false);
    }
    const double x = kPad + kThumb + kGap, width = this->width() - x - kPad, ratio = devicePixelRatioF();
    const double middle = height() / 2.0;
    p.setFont(style.font(TextRole::Body, 500));
    p.setPen(t["canvasText"]);
    p.drawText(QRectF(x, middle - 18, width, 18), Qt::AlignVCenter, QFontMetricsF(p.font()).elidedText(title_, Qt::ElideRight, width));
    const PhaseLook look = phaseLook(phase_);
    p.drawPixmap(QPointF(x, middle + 2), style.pixmap(QString::fromLatin1(look.icon), 14, style.onSky(look.token), ratio));
    p.setFont(style.font(TextRole::Small));
    p.setPen(t["canvasTextDim"]);
    p.drawText(QRectF(x + 18, middle, width - 18, 18), Qt::AlignVCenter, QFontMetricsF(p.font()).elidedText(state_, Qt::ElideRight, width - 18));
    if (hasFocus()) paintFocusRing(p, style, rect(), 8);
}

} // namespace firmament::window
