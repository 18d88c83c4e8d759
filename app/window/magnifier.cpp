#include "app/window/magnifier.h"

#include <QLocale>
#include <QPainter>
#include <cmath>

#include "app/window/crosshair.h"
#include "app/window/floating.h"

namespace firmament::window {

namespace {

constexpr int kTexel = 10, kPad = 12, kAway = 24, kLines = 4;
constexpr int kGlass = scene::CloseUp::kSide * kTexel;
constexpr int kWidth = 248;
constexpr int kRestMs = 60;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

QString realMinus(QString text)
{
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

bool sameTexel(const scene::CloseUp& a, const scene::CloseUp& b)
{
    return a.layer == b.layer && a.cell == b.cell && a.tileWidth == b.tileWidth && a.column == b.column && a.row == b.row && a.value == b.value;
}

QColor colourOf(const render::Rgba& c)
{
    const auto part = [](float v) { return std::clamp(v, 0.f, 1.f); };
    return QColor::fromRgbF(part(c.r), part(c.g), part(c.b), part(c.a));
}

} // namespace

Magnifier::Magnifier(Controller& controller, const Crosshair& crosshair, QWidget* parent) : QWidget(parent), c_(controller), crosshair_(crosshair)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(tr("Magnifier"));
    resize(kWidth, kPad + kGlass + 8 + 26 + (kLines - 1) * 17 + kPad);
    hide();
    rest_.setSingleShot(true);
    connect(&rest_, &QTimer::timeout, this, &Magnifier::askExactly);
    connect(&c_, &Controller::pointerChanged, this, &Magnifier::follow);
    connect(&crosshair_, &Crosshair::moved, this, &Magnifier::follow);
    connect(&c_, &Controller::reportsChanged, this, &Magnifier::follow);
    connect(&c_, &Controller::viewChanged, this, &Magnifier::follow);
    connect(&c_, &Controller::settingsChanged, this, &Magnifier::follow);
}

void Magnifier::setOn(bool on)
{
    if (on == on_) return;
    on_ = on;
    follow();
    emit toggled(on);
}

std::optional<QPointF> Magnifier::target() const
{
    if (crosshair_.on()) return crosshair_.pixel();
    if (c_.pointer().inside) return c_.pointer().pixel;
    return std::nullopt;
}

void Magnifier::follow()
{
    const auto at = on_ ? target() : std::nullopt;
    if (!at) {
        hide();
        shown_.reset();
        exact_.reset();
        asking_.reset();
        rest_.stop();
        return;
    }
    const Eigen::Vector2d pixel(at->x(), at->y());
    shown_ = c_.scene().closeUp(pixel);
    const sky::Frame frame = c_.view().frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
    const auto dir = c_.view().directionAt(c_.scene().viewPixel(pixel, c_.scene().paneAt(pixel)), frame);
    position_ = dir ? c_.positionText(sky::toPos(*dir, frame)) : tr("outside the map");
    if (!shown_ || !exact_ || !sameTexel(*shown_, exact_->of)) {
        exact_.reset();
        asking_.reset();
        if (shown_ && shown_->rounded) rest_.start(kRestMs);
    }
    picture_ = QImage(scene::CloseUp::kSide, scene::CloseUp::kSide, QImage::Format_ARGB32);
    picture_.fill(Qt::transparent);
    if (shown_)
        for (size_t i = 0; i < shown_->texels.size(); ++i)
            picture_.setPixelColor(static_cast<int>(i) % picture_.width(), static_cast<int>(i) / picture_.width(), colourOf(shown_->texels[i]));
    setAccessibleDescription(QStringList{valueText(), placeText(), position_}.join(QStringLiteral(", ")));
    put(*at);
    show();
    raise();
    update();
}

void Magnifier::askExactly()
{
    if (!shown_ || !shown_->rounded) return;
    asking_ = c_.scene().exactValue(*shown_, [this, of = *shown_](const Expected<double>& value) {
        if (!value || !shown_ || !sameTexel(*shown_, of)) return; // what is shown stays marked as rounded
        exact_ = Exact{of, *value};
        setAccessibleDescription(QStringList{valueText(), placeText(), position_}.join(QStringLiteral(", ")));
        update();
    });
}

/// Above and to the left of the pointer (cards about objects are below and to the right), flipped at the edges, never under it.
void Magnifier::put(const QPointF& at)
{
    const QPoint p = at.toPoint();
    QPoint corner(p.x() - kAway - width(), p.y() - kAway - height());
    if (corner.x() < area_.left()) corner.setX(p.x() + kAway);
    if (corner.y() < area_.top()) corner.setY(std::min(p.y() + kAway, area_.bottom() - height()));
    move(corner);
}

QString Magnifier::valueText() const
{
    if (!shown_) return tr("No survey here");
    if (shown_->value) {
        if (!std::isfinite(exact_ ? exact_->value : *shown_->value)) return tr("blank");
        const bool rough = shown_->rounded && !exact_;
        const QString number = (rough ? tr("≈ ") : QString()) +
                               realMinus(exact_ ? QString::number(exact_->value, 'g', QLocale::FloatingPointShortest) : QString::number(*shown_->value, 'g', 7));
        return shown_->unit.empty() ? number : number + QLatin1Char(' ') + q(shown_->unit);
    }
    const auto byte = [](float v) { return static_cast<int>(std::lround(v * 255)); };
    return tr("R %1  G %2  B %3").arg(byte(shown_->colour.r)).arg(byte(shown_->colour.g)).arg(byte(shown_->colour.b));
}

QString Magnifier::placeText() const
{
    if (!shown_) return {};
    return tr("Tile %1/%2, pixel %3, %4").arg(shown_->cell.order).arg(shown_->cell.pix).arg(shown_->column).arg(shown_->row);
}

void Magnifier::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Style& style = c_.style();
    paintPill(p, style, rect());
    const QRect glass((width() - kGlass) / 2, kPad, kGlass, kGlass);
    p.fillRect(glass, style.skyGround());
    p.setRenderHint(QPainter::SmoothPixmapTransform, false);
    if (!picture_.isNull()) p.drawImage(glass, picture_);
    const QRectF middle(glass.x() + kGlass / 2.0 - kTexel / 2.0, glass.y() + kGlass / 2.0 - kTexel / 2.0, kTexel, kTexel);
    p.setRenderHint(QPainter::Antialiasing, false);
    for (const auto& [token, grow] : {std::pair{"canvasHalo", 1.0}, std::pair{"accent", 0.0}}) {
        p.setPen(style[token]);
        p.setBrush(Qt::NoBrush);
        p.drawRect(middle.adjusted(-grow, -grow, grow - 1, grow - 1));
    }
    const QRectF text(kPad, glass.bottom() + 9, width() - 2 * kPad, 26);
    const auto line = [&](const QRectF& r, const QFont& font, const char* token, const QString& words) {
        p.setFont(font);
        p.setPen(style[token]);
        p.drawText(r, Qt::AlignLeft | Qt::AlignVCenter, QFontMetricsF(font).elidedText(words, Qt::ElideRight, r.width()));
    };
    QFont large = style.font(TextRole::Title, 600);
    large.setPixelSize(17);
    line(text, large, "canvasText", valueText());
    QRectF small(text.x(), text.bottom(), text.width(), 17);
    const QString layer = shown_ ? q(shown_->layerName) + (shown_->value ? QString() : tr(" · colours")) : QString();
    for (const QString& words : {layer, placeText(), position_}) {
        line(small, style.font(TextRole::Small), "canvasTextDim", words);
        small.translate(0, 17);
    }
}

} // namespace firmament::window
