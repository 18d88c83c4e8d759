// One page of PDF by Qt: the letters stay letters, in the embedded typeface.
#include <QBuffer>
#include <QFont>
#include <QImage>
#include <QPainter>
#include <QPainterPath>
#include <QPdfWriter>

#include "app/picture/picture.h"
#include "app/text/gui_session.h"

namespace firmament::picture {

namespace {

constexpr int kDotsPerInch = 1200; // fonts and hairlines are rounded to this
constexpr double kPixelsPerInch = 96;

QColor colourOf(const render::Rgba& c, float opacity = 1)
{
    const auto part = [](float v) { return std::clamp(v, 0.f, 1.f); };
    return QColor::fromRgbF(part(c.r), part(c.g), part(c.b), part(c.a * opacity));
}

QPolygonF polygonOf(const std::vector<render::LineVertex>& points)
{
    QPolygonF out;
    for (const auto& p : points) out << QPointF(static_cast<double>(p.x), static_cast<double>(p.y));
    return out;
}

class Writer {
public:
    /// `scale`: device dots per view pixel, which the painter is scaled by already.
    Writer(QPainter& painter, QString family, double scale) : painter_(painter), family_(std::move(family)), scale_(scale) {}

    void operator()(const scene::OverlayFill& f)
    {
        fill(colourOf(f.colour));
        painter_.drawPolygon(polygonOf(f.ring));
    }
    void operator()(const render::Polyline& l)
    {
        const double width = std::max(1e-3, static_cast<double>(l.style.width));
        QPen pen(colourOf(l.style.colour), width, Qt::SolidLine, Qt::FlatCap, Qt::RoundJoin);
        if (l.style.dash > 0) {
            const double dash = static_cast<double>(l.style.dash) / width;
            pen.setDashPattern({dash, dash});
        }
        painter_.setPen(pen);
        painter_.setBrush(Qt::NoBrush);
        const QPolygonF line = polygonOf(l.points);
        if (line.size() > 2 && line.isClosed()) painter_.drawPolygon(line);
        else painter_.drawPolyline(line);
    }
    void operator()(const render::PlacedPoint& p)
    {
        for (const auto& disc : starDiscs(p)) {
            fill(colourOf(disc.colour));
            painter_.drawEllipse(QPointF(p.at.x(), p.at.y()), disc.radius, disc.radius);
        }
    }
    void operator()(const scene::OverlayText& t)
    {
        QFont font(family_);
        font.setPixelSize(std::max(1, static_cast<int>(std::lround(t.size * scale_))));
        font.setWeight(static_cast<QFont::Weight>(std::clamp(t.style.weight, 100, 900)));
        font.setLetterSpacing(QFont::AbsoluteSpacing, static_cast<double>(t.style.tracking) * scale_);
        font.setHintingPreference(QFont::PreferNoHinting);
        const QString text = QString::fromStdString(t.utf8);
        painter_.save();
        painter_.translate(t.at.x(), t.at.y());
        painter_.scale(1 / scale_, 1 / scale_);
        if (t.style.halo > 0) {
            QPainterPath path;
            path.addText(0, 0, font, text);
            painter_.strokePath(path, QPen(colourOf(scene::haloColour(t.style), t.opacity), static_cast<double>(t.style.halo) * scale_,
                                           Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
        }
        painter_.setFont(font);
        painter_.setPen(colourOf(t.style.colour, t.opacity));
        painter_.drawText(QPointF(0, 0), text);
        painter_.restore();
    }

private:
    void fill(const QColor& colour)
    {
        painter_.setPen(Qt::NoPen);
        painter_.setBrush(colour);
    }
    QPainter& painter_;
    QString family_;
    double scale_;
};

} // namespace

Expected<Bytes> encodePdf(const Picture& below, const scene::OverlayPicture& overlay, const std::string& title, std::optional<Page> page)
{
    const text::GuiSession session;
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    QPdfWriter writer(&buffer);
    writer.setTitle(QString::fromStdString(title));
    writer.setCreator(QStringLiteral("Firmament"));
    writer.setResolution(kDotsPerInch);
    const QSizeF inches = page ? QSizeF(page->width, page->height) / 25.4 : QSizeF(overlay.width, overlay.height) / kPixelsPerInch;
    writer.setPageSize(QPageSize(inches * 72, QPageSize::Point, QString(), QPageSize::ExactMatch));
    writer.setPageMargins(QMarginsF());
    {
        QPainter painter;
        if (!painter.begin(&writer)) return Error{Errc::Internal, "a PDF page could not be made", {}, 0, false};
        painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing | QPainter::LosslessImageRendering);
        const QSizeF dots = inches * kDotsPerInch;
        const double scale = std::min(dots.width() / overlay.width, dots.height() / overlay.height);
        painter.translate((dots.width() - overlay.width * scale) / 2, (dots.height() - overlay.height * scale) / 2);
        painter.scale(scale, scale);
        const QRectF view(0, 0, overlay.width, overlay.height);
        painter.setClipRect(view);
        const QImage picture(below.rgba.data(), below.width, below.height, below.width * 4, QImage::Format_RGBX8888);
        painter.drawImage(view, picture);
        Writer items(painter, QString::fromStdString(session.family()), scale);
        for (const auto& item : overlay.items) std::visit(items, item);
    }
    const auto* data = reinterpret_cast<const std::byte*>(bytes.constData());
    return Bytes(data, data + bytes.size());
}

} // namespace firmament::picture
