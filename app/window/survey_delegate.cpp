#include "app/window/survey_delegate.h"

#include <QAbstractItemView>
#include <QHelpEvent>
#include <QPainter>
#include <QPainterPath>
#include <QToolTip>
#include <cmath>

#include "app/window/controller.h"

namespace firmament::window {

namespace {

QString joined(QStringList facts)
{
    facts.removeAll(QString());
    return facts.join(QStringLiteral(" · "));
}

void elided(QPainter& p, const QRectF& r, const QString& text)
{
    p.drawText(r, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextSingleLine, QFontMetricsF(p.font()).elidedText(text, Qt::ElideRight, r.width()));
}

} // namespace

QImage forTheme(const QImage& image, const Controller& c)
{
    if (image.isNull() || c.style().theme().name != ThemeName::Night) return image;
    QImage red = image.convertToFormat(QImage::Format_RGBA8888_Premultiplied);
    const double brightness = c.settings().nightBrightness / 100.0;
    for (int y = 0; y < red.height(); ++y) {
        uchar* p = red.scanLine(y);
        for (int x = 0; x < red.width(); ++x, p += 4) {
            const double light = (0.2126 * p[0] + 0.7152 * p[1] + 0.0722 * p[2]) * brightness;
            p[0] = static_cast<uchar>(light);
            p[1] = static_cast<uchar>(light * 0.10);
            p[2] = static_cast<uchar>(light * 0.06);
        }
    }
    return red;
}

SurveyDelegate::SurveyDelegate(Controller& controller, const SurveyModel& model, const SurveyLibrary& library, QObject* parent)
    : QStyledItemDelegate(parent), c_(controller), model_(model), library_(library)
{
}

int SurveyDelegate::rowHeight(const Style& style)
{
    return style.touch() ? kTouchRow : kRow;
}

QSize SurveyDelegate::sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const
{
    return {280, rowHeight(c_.style())};
}

/// The two buttons lie over each other; in the higher rows for fingers, larger and beside each other.
QRect SurveyDelegate::zoneRect(const QRect& row, Zone zone)
{
    if (row.height() > kRow && zone != Zone::Row) {
        constexpr int kFinger = 44;
        const int x = zone == Zone::Picture ? row.left() + 8 : row.right() + 1 - (zone == Zone::Star ? 2 : 1) * kFinger;
        return {x, row.top() + (row.height() - kFinger) / 2, kFinger, kFinger};
    }
    switch (zone) {
    case Zone::Picture: return {row.left() + 8, row.top() + 4, 44, 44};
    case Zone::Star: return {row.right() - 31, row.top() + 2, 24, 24};
    case Zone::More: return {row.right() - 31, row.top() + 26, 24, 24};
    case Zone::Row: break;
    }
    return row;
}

SurveyDelegate::Zone SurveyDelegate::zoneAt(const QRect& row, const QPoint& at)
{
    for (const Zone zone : {Zone::Picture, Zone::Star, Zone::More})
        if (zoneRect(row, zone).contains(at)) return zone;
    return Zone::Row;
}

QString SurveyDelegate::zoneTip(const QModelIndex& index, Zone zone) const
{
    const SurveyFacts& f = model_.facts(index.row());
    switch (zone) {
    case Zone::Picture: return tr("Add %1 on top (Enter)").arg(f.title());
    case Zone::Star: return model_.isFavourite(f) ? tr("No favourite any more (Space)") : tr("Make it a favourite (Space)");
    case Zone::More: return tr("All about %1 (Right arrow)").arg(f.title());
    case Zone::Row: break;
    }
    return index.data(Qt::ToolTipRole).toString();
}

bool SurveyDelegate::helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option, const QModelIndex& index)
{
    if (event->type() != QEvent::ToolTip || !index.isValid()) return QStyledItemDelegate::helpEvent(event, view, option, index);
    const Zone zone = zoneAt(option.rect, event->pos());
    QToolTip::showText(event->globalPos(), zoneTip(index, zone), view->viewport(), zone == Zone::Row ? option.rect : zoneRect(option.rect, zone));
    return true;
}

void SurveyDelegate::paintPicture(QPainter& p, const QRect& r, const SurveyFacts& facts, int libraryIndex, bool dim, bool pointed, double ratio) const
{
    const Style& style = c_.style();
    const QRectF box = QRectF(r);
    p.save();
    if (dim) p.setOpacity(0.45);
    if (const QImage image = library_.picture(libraryIndex); !image.isNull()) {
        QPainterPath round;
        round.addRoundedRect(box, 5, 5);
        p.setClipPath(round);
        p.fillRect(box, QColor(0x06, 0x08, 0x0C));
        p.setRenderHint(QPainter::SmoothPixmapTransform);
        p.drawImage(box, forTheme(image, c_));
        p.setClipping(false);
    } else {
        paintWaveSymbol(p, box, facts.wave(), style);
    }
    p.restore();
    p.setBrush(Qt::NoBrush);
    const bool previewed = facts.entry.source == previewed_;
    p.setPen(previewed ? QPen(style["accent"], 2) : QPen(style["line"], 1));
    p.drawRoundedRect(previewed ? box.adjusted(1, 1, -1, -1) : box.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    if (!pointed) return;
    const QRectF badge(box.center().x() - 12, box.center().y() - 12, 24, 24);
    p.setPen(Qt::NoPen);
    p.setBrush(style["canvasPill"]);
    p.drawRoundedRect(badge, 6, 6);
    p.drawPixmap(QPointF(badge.x() + 4, badge.y() + 4), style.pixmap(QStringLiteral("plus"), 16, style["canvasText"], ratio));
}

void SurveyDelegate::paintFacts(QPainter& p, const QRectF& r, const SurveyFacts& facts, bool dim, double ratio) const
{
    const Style& style = c_.style();
    const bool offline = c_.offline();
    const double more = r.height() > kRow ? 4 : 0; // of each line, in the higher rows
    QRectF first(r.x(), r.y() + 3, r.width(), 17 + more);
    if (model_.isOnSky(facts)) {
        first.setWidth(first.width() - 18);
        p.drawPixmap(QPointF(first.right() + 2, first.y() + 2), style.pixmap(QStringLiteral("eye"), 14, style["ok"], ratio));
    }
    p.setFont(style.font(TextRole::Body, 500));
    p.setPen(style[dim ? "textFaint" : "text"]);
    elided(p, first, facts.title());
    p.setFont(style.font(TextRole::Small));
    p.setPen(style[dim ? "textFaint" : "textDim"]);
    elided(p, QRectF(r.x(), r.y() + 20 + more, r.width(), 15 + more), joined({bandText(facts), yearsText(facts)}));
    p.setFont(style.font(TextRole::Caption));
    p.setPen(style["textFaint"]);
    const QFontMetricsF metrics(p.font());
    QString before = joined({resolutionText(facts), coverageText(facts)});
    if (!before.isEmpty()) before += QStringLiteral(" · ");
    const QRectF third(r.x(), r.y() + 35 + 2 * more, r.width(), 14 + more);
    elided(p, third, before);
    const double x = third.x() + std::min(metrics.horizontalAdvance(before), third.width() - 14);
    const HealthLook look = healthLook(facts, offline);
    p.drawPixmap(QPointF(x, third.center().y() - 6), style.pixmap(QString::fromLatin1(look.icon), 12, style[look.token], ratio));
    elided(p, QRectF(x + 15, third.y(), std::max(0.0, third.right() - x - 15), third.height()), healthText(facts, offline));
}

void SurveyDelegate::paintStar(QPainter& p, const QRect& r, bool on) const
{
    QPolygonF star;
    const QPointF centre = QRectF(r).center();
    for (int i = 0; i < 10; ++i) {
        const double radius = i % 2 ? 2.8 : 6.8, angle = i * M_PI / 5;
        star << centre + QPointF(radius * std::sin(angle), -radius * std::cos(angle));
    }
    p.setPen(QPen(c_.style()[on ? "warn" : "textFaint"], 1.2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    p.setBrush(on ? QBrush(c_.style()["warn"]) : Qt::NoBrush);
    p.drawPolygon(star);
}

void SurveyDelegate::paint(QPainter* painter, const QStyleOptionViewItem& o, const QModelIndex& index) const
{
    QPainter& p = *painter;
    const SurveyFacts& f = model_.facts(index.row());
    const Style& style = c_.style();
    const double ratio = p.device()->devicePixelRatioF();
    const bool selected = o.state & QStyle::State_Selected, pointed = o.state & QStyle::State_MouseOver, dim = c_.offline() && !f.hereOffline();
    p.save();
    p.setRenderHint(QPainter::Antialiasing);
    if (selected || pointed) {
        p.setPen(!selected ? QPen(Qt::NoPen) : o.state & QStyle::State_HasFocus ? QPen(style["accent"], 2) : QPen(style["accent"], 1));
        p.setBrush(selected ? style["accentWash"] : style["hover"]);
        p.drawRoundedRect(QRectF(o.rect).adjusted(5, 1, -5, -1), 7, 7);
    }
    const QRect picture = zoneRect(o.rect, Zone::Picture), star = zoneRect(o.rect, Zone::Star), more = zoneRect(o.rect, Zone::More);
    paintPicture(p, picture, f, model_.indexAt(index.row()), dim, pointed, ratio);
    for (const QRect& zone : {star, more}) {
        if (!pointed || !zone.contains(pointer_)) continue;
        p.setPen(Qt::NoPen);
        p.setBrush(style["press"]);
        p.drawRoundedRect(QRectF(zone), 6, 6);
    }
    const double x = picture.right() + 11;
    paintFacts(p, QRectF(x, o.rect.top(), star.left() - x - 2, o.rect.height()), f, dim, ratio);
    paintStar(p, star, model_.isFavourite(f));
    p.drawPixmap(more.center() - QPoint(6, 6), style.pixmap(QStringLiteral("ellipsis"), 14, style["textDim"], ratio));
    p.restore();
}

} // namespace firmament::window
