#include "app/window/floating.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPushButton>
#include <cmath>

namespace firmament::window {

namespace {

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

constexpr int kCardWidth = 300, kCardPad = 12, kToastMs = 6000;

} // namespace

void paintPill(QPainter& p, const Style& style, const QRectF& r)
{
    p.setRenderHint(QPainter::Antialiasing);
    QColor ground = style["canvasPill"];
    ground.setAlphaF(0.95F);
    p.setPen(style.veil(0.1F));
    p.setBrush(ground);
    p.drawRoundedRect(r.adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

// HoverCard ----------------------------------------------------------------------------------------------------------

HoverCard::HoverCard(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    setAccessibleName(tr("Under the pointer"));
    hide();
}

void HoverCard::present(const scene::Hit& hit, const QPointF& pointer, const QRect& area, const QString& which)
{
    hit_ = hit;
    aside_ = which.isEmpty() ? q(hit.aka) : which;
    const QFontMetricsF strong(c_.style().font(TextRole::Body, 600)), small(c_.style().font(TextRole::Small));
    double wanted = strong.horizontalAdvance(q(hit.name)) + (aside_.isEmpty() ? 0 : small.horizontalAdvance(aside_) + 24);
    wanted = std::max(wanted, small.horizontalAdvance(q(hit.kind)));
    for (const std::string& f : hit.facts) wanted = std::max(wanted, small.horizontalAdvance(q(f)));
    wanted = std::max(wanted, small.horizontalAdvance(hint()));
    const int lines = (hit.kind.empty() ? 0 : 1) + static_cast<int>(std::min<size_t>(hit.facts.size(), 2)) + 1;
    const int width = std::min(kCardWidth, static_cast<int>(std::ceil(wanted)) + 2 * kCardPad);
    resize(width, 2 * 10 + 18 + lines * lineHeight());
    // Beside the pointer, never under it; flipped at the edges of the free area.
    QPoint at = pointer.toPoint() + QPoint(16, 16);
    if (at.x() + width > area.right()) at.setX(pointer.toPoint().x() - 16 - width);
    if (at.y() + height() > area.bottom()) at.setY(pointer.toPoint().y() - 16 - height());
    move(std::max(area.left(), at.x()), std::max(area.top(), at.y()));
    setAccessibleDescription(q(hit.name) + QStringLiteral(", ") + q(hit.kind) + (which.isEmpty() ? QString() : QStringLiteral(", ") + which));
    show();
    raise();
    update();
}

void HoverCard::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const Theme& t = c_.style().theme();
    paintPill(p, c_.style(), rect());
    const double inner = width() - 2 * kCardPad;
    double y = 10;
    p.setFont(c_.style().font(TextRole::Small));
    const QFontMetricsF small(p.font());
    double akaWidth = 0;
    if (!aside_.isEmpty()) {
        const QString aka = small.elidedText(aside_, Qt::ElideRight, inner / 2);
        akaWidth = small.horizontalAdvance(aka) + 12;
        p.setPen(t["canvasTextDim"]);
        p.drawText(QRectF(kCardPad, y, inner, 18), Qt::AlignRight | Qt::AlignVCenter, aka);
    }
    p.setFont(c_.style().font(TextRole::Body, 600));
    p.setPen(t["canvasText"]);
    p.drawText(QRectF(kCardPad, y, inner - akaWidth, 18), Qt::AlignVCenter,
               QFontMetricsF(p.font()).elidedText(q(hit_.name), Qt::ElideRight, inner - akaWidth));
    y += 19;
    p.setFont(c_.style().font(TextRole::Small));
    const auto line = [&](const std::string& text) {
        p.drawText(QRectF(kCardPad, y, inner, lineHeight()), Qt::AlignVCenter, small.elidedText(q(text), Qt::ElideRight, inner));
        y += lineHeight();
    };
    if (!hit_.kind.empty()) line(hit_.kind);
    for (size_t i = 0; i < std::min<size_t>(hit_.facts.size(), 2); ++i) line(hit_.facts[i]);
    p.setPen(c_.style().onSky("accent"));
    line(hint().toStdString());
}

QString HoverCard::hint()
{
    return tr("Click selects, double-click fits");
}

// Toast --------------------------------------------------------------------------------------------------------------

Toast::Toast(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Note"));
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(12, 4, 6, 4);
    row->setSpacing(8);
    text_ = new QLabel(this);
    action_ = new QPushButton(this);
    action_->setProperty("flatLink", true);
    row->addWidget(text_);
    row->addWidget(action_);
    timer_.setSingleShot(true);
    connect(&timer_, &QTimer::timeout, this, &QWidget::hide);
    connect(action_, &QPushButton::clicked, this, [this] {
        hide();
        c_.commands().run(command_);
    });
    hide();
}

void Toast::present(const QString& text, const QString& command)
{
    text_->setText(fontMetrics().elidedText(text, Qt::ElideMiddle, std::max(200, parentWidget()->width() - 200)));
    command_ = command;
    const Command* found = c_.commands().find(command);
    action_->setVisible(found != nullptr);
    if (found) {
        action_->setText(found->text);
        action_->setAccessibleName(found->text);
    }
    adjustSize();
    reposition();
    show();
    raise();
    timer_.start(kToastMs);
}

void Toast::reposition()
{
    const scene::PixelRect& free = c_.freeArea();
    move(static_cast<int>(free.x + (free.w - width()) / 2), 12);
}

void Toast::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(c_.style()["line"]);
    p.setBrush(c_.style()["panel"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
}

// Band, Shadow, DropHint ---------------------------------------------------------------------------------------------

Band::Band(const Style& style, QWidget* parent) : QWidget(parent), style_(style)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void Band::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setPen(QPen(style_["accent"], 1));
    p.setBrush(style_["accentWash"]);
    p.drawRect(rect().adjusted(0, 0, -1, -1));
}

Shadow::Shadow(const Style& style, QWidget* owner) : QWidget(owner->parentWidget()), style_(style), owner_(owner)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    connect(&style, &Style::changed, this, [this] {
        patch_ = {};
        update();
    });
    connect(owner, &QObject::destroyed, this, &QObject::deleteLater);
    owner->installEventFilter(this);
    follow();
}

void Shadow::setThrown(bool thrown)
{
    thrown_ = thrown;
    follow();
}

bool Shadow::eventFilter(QObject* watched, QEvent* event)
{
    switch (event->type()) {
    case QEvent::Show:
    case QEvent::Hide:
    case QEvent::Move:
    case QEvent::Resize:
    case QEvent::ZOrderChange:
    case QEvent::ParentChange: follow(); break;
    default: break;
    }
    return QWidget::eventFilter(watched, event);
}

void Shadow::follow()
{
    // A panel in a window of its own has another parent: nothing to throw a shadow on.
    const bool shown = thrown_ && !owner_->isHidden() && owner_->parentWidget() == parentWidget();
    if (shown) {
        setGeometry(owner_->geometry().adjusted(-kReach, -kReach + 8, kReach, kReach + 8));
        stackUnder(owner_);
    }
    setVisible(shown);
}

const QPixmap& Shadow::patch()
{
    if (!patch_.isNull()) return patch_;
    constexpr int kSize = 2 * kReach + 2 * 10 + 1;
    QImage image(kSize, kSize, QImage::Format_ARGB32_Premultiplied);
    const ThemeName theme = style_.theme().name;
    const double most = theme == ThemeName::Light ? 0.22 : theme == ThemeName::Night ? 0.6 : 0.5; // theme.json, shadow
    // A rounded box's shadow: distance to the inner core, fallen off as a smooth step.
    const double core = kReach + 10;
    for (int y = 0; y < kSize; ++y) {
        for (int x = 0; x < kSize; ++x) {
            const double dx = std::max(0.0, std::abs(x - (kSize - 1) / 2.0) - ((kSize - 1) / 2.0 - core));
            const double dy = std::max(0.0, std::abs(y - (kSize - 1) / 2.0) - ((kSize - 1) / 2.0 - core));
            const double d = std::clamp(1 - (std::hypot(dx, dy) - 6) / (core - 6), 0.0, 1.0);
            image.setPixel(x, y, qRgba(0, 0, 0, static_cast<int>(std::lround(255 * most * d * d * (3 - 2 * d) * 0.8))));
        }
    }
    patch_ = QPixmap::fromImage(image);
    return patch_;
}

void Shadow::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    const QPixmap& s = patch();
    const int c = kReach + 10, n = s.width(), w = width(), h = height();
    const auto part = [&](const QRect& to, const QRect& from) { p.drawPixmap(to, s, from); };
    part({0, 0, c, c}, {0, 0, c, c});
    part({w - c, 0, c, c}, {n - c, 0, c, c});
    part({0, h - c, c, c}, {0, n - c, c, c});
    part({w - c, h - c, c, c}, {n - c, n - c, c, c});
    part({c, 0, w - 2 * c, c}, {c, 0, 1, c});
    part({c, h - c, w - 2 * c, c}, {c, n - c, 1, c});
    part({0, c, c, h - 2 * c}, {0, c, c, 1});
    part({w - c, c, c, h - 2 * c}, {n - c, c, c, 1});
}

DropHint::DropHint(const Style& style, QWidget* parent) : QWidget(parent), style_(style)
{
    setAttribute(Qt::WA_TransparentForMouseEvents);
    hide();
}

void DropHint::setText(const QString& text)
{
    text_ = text;
    setAccessibleName(text);
    update();
}

void DropHint::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(QPen(style_["accent"], 2));
    p.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 4, 4);
    p.setFont(style_.font(TextRole::Body, 500));
    const double w = QFontMetricsF(p.font()).horizontalAdvance(text_) + 32;
    const QRectF box((width() - w) / 2, height() - 76, w, 36);
    paintPill(p, style_, box);
    p.setPen(style_["canvasText"]);
    p.drawText(box, Qt::AlignCenter, text_);
}

} // namespace firmament::window
