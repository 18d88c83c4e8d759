#include "app/text/label_source.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_map>

#include <QFont>
#include <QFontMetricsF>
#include <QImage>
#include <QPainter>
#include <QPainterPath>

#include "app/text/gui_session.h"

namespace firmament::text {

namespace {

constexpr size_t kCacheBytes = size_t{8} << 20;

QFont::Weight weightOf(int weight) { return static_cast<QFont::Weight>(std::clamp(weight, 100, 900)); }

QColor colourOf(const render::Rgba& c)
{
    return QColor::fromRgbF(std::clamp(c.r, 0.f, 1.f), std::clamp(c.g, 0.f, 1.f), std::clamp(c.b, 0.f, 1.f),
                            std::clamp(c.a, 0.f, 1.f));
}

std::string keyOf(const std::string& utf8, const scene::TextStyle& s, double scale)
{
    const float numbers[] = {s.size, static_cast<float>(s.weight), s.tracking, s.colour.r, s.colour.g, s.colour.b,
                             s.colour.a, s.halo, static_cast<float>(scale)};
    std::string key(sizeof numbers, '\0');
    std::memcpy(key.data(), numbers, sizeof numbers);
    return key + utf8;
}

} // namespace

struct QtLabelSource::Impl {
    std::unique_ptr<GuiSession> gui;
    QString family;
    std::unordered_map<std::string, scene::TextBitmap> cache;
    size_t cachedBytes = 0;

    void prepare()
    {
        if (gui) return;
        gui = std::make_unique<GuiSession>();
        family = QString::fromStdString(gui->family());
    }

    scene::TextBitmap draw(const std::string& utf8, const scene::TextStyle& style, double scale) const
    {
        QFont font(family);
        font.setPixelSize(scene::letterPixels(style, scale));
        font.setWeight(weightOf(style.weight));
        font.setLetterSpacing(QFont::AbsoluteSpacing, style.tracking * scale);
        font.setHintingPreference(QFont::PreferNoHinting);
        font.setStyleStrategy(QFont::PreferAntialias);

        const QString string = QString::fromStdString(utf8);
        const QFontMetricsF metrics(font);
        const double halo = style.halo * scale;
        const double advance = metrics.horizontalAdvance(string);
        const double margin = std::ceil(halo * 0.5 + 1);
        const double baseline = std::ceil(metrics.ascent()) + margin;
        QImage image(static_cast<int>(std::ceil(advance + 2 * margin)),
                     static_cast<int>(std::ceil(baseline + metrics.descent() + margin)),
                     QImage::Format_RGBA8888_Premultiplied);
        image.fill(Qt::transparent);
        {
            QPainter painter(&image);
            painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
            const QPointF at(margin, baseline);
            if (halo > 0) {
                QPainterPath path;
                path.addText(at, font, string);
                painter.strokePath(path, QPen(colourOf(scene::haloColour(style)), halo, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
            }
            painter.setFont(font);
            painter.setPen(colourOf(style.colour));
            painter.drawText(at, string);
        }
        scene::TextBitmap out;
        out.bitmap.width = image.width();
        out.bitmap.height = image.height();
        out.bitmap.rgba.resize(static_cast<size_t>(image.width()) * static_cast<size_t>(image.height()) * 4);
        const size_t stride = static_cast<size_t>(image.width()) * 4;
        for (int row = 0; row < image.height(); ++row)
            std::memcpy(&out.bitmap.rgba[static_cast<size_t>(row) * stride], image.constScanLine(row), stride);
        out.baseline = static_cast<float>(baseline);
        out.advance = static_cast<float>(advance);
        return out;
    }
};

QtLabelSource::QtLabelSource() : impl_(std::make_unique<Impl>()) {}
QtLabelSource::~QtLabelSource() = default;

scene::TextBitmap QtLabelSource::text(const std::string& utf8, const scene::TextStyle& style, double scale)
{
    impl_->prepare();
    const std::string key = keyOf(utf8, style, scale);
    if (const auto it = impl_->cache.find(key); it != impl_->cache.end()) return it->second;
    auto made = impl_->draw(utf8, style, scale);
    if (impl_->cachedBytes > kCacheBytes) {
        impl_->cache.clear();
        impl_->cachedBytes = 0;
    }
    impl_->cachedBytes += made.bitmap.rgba.size();
    impl_->cache.emplace(key, made);
    return made;
}

} // namespace firmament::text
