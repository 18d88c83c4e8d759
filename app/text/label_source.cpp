#include "app/text/label_source.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <unordered_map>
#include <vector>

#include <QFont>
#include <QFontMetricsF>
#include <QImage>
#include <QPainter>

#include "app/text/gui_session.h"

namespace firmament::text {

namespace {

constexpr size_t kCacheBytes = size_t{8} << 20;

QFont::Weight weightOf(int weight) { return static_cast<QFont::Weight>(std::clamp(weight, 100, 900)); }

/// What the letters cover of each pixel, 0 to 1.
struct Mask {
    int width = 0, height = 0;
    std::vector<float> cover;
    float* row(int y) { return cover.data() + static_cast<size_t>(y) * static_cast<size_t>(width); }
    const float* row(int y) const { return cover.data() + static_cast<size_t>(y) * static_cast<size_t>(width); }
};

Mask maskOf(const QImage& image)
{
    Mask mask{image.width(), image.height(), {}};
    mask.cover.resize(static_cast<size_t>(mask.width) * static_cast<size_t>(mask.height));
    for (int y = 0; y < mask.height; ++y) {
        const uchar* from = image.constScanLine(y);
        for (int x = 0; x < mask.width; ++x) mask.row(y)[x] = static_cast<float>(from[4 * x + 3]) / 255;
    }
    return mask;
}

/// The mask grown by `radius` pixels all around, its edge one pixel soft: what a round pen along the letters' outline covers
/// with them, without the outline, which takes twenty times as long.
Mask grown(const Mask& mask, double radius)
{
    Mask out{mask.width, mask.height, std::vector<float>(mask.cover.size(), 0.f)};
    const int reach = static_cast<int>(std::ceil(radius));
    for (int dy = -reach; dy <= reach; ++dy)
        for (int dx = -reach; dx <= reach; ++dx) {
            const auto weight = static_cast<float>(std::clamp(radius + 0.5 - std::hypot(dx, dy), 0.0, 1.0));
            if (weight <= 0) continue;
            const int first = std::max(0, -dx), last = std::min(mask.width, mask.width - dx);
            for (int y = std::max(0, -dy); y < std::min(mask.height, mask.height - dy); ++y) {
                const float* from = mask.row(y + dy) + dx;
                float* to = out.row(y);
                for (int x = first; x < last; ++x) to[x] = std::max(to[x], from[x] * weight);
            }
        }
    return out;
}

/// Ink of a colour over what is there, both with premultiplied alpha.
void lay(const Mask& mask, const render::Rgba& colour, std::vector<uint8_t>& rgba)
{
    const float ink[] = {colour.r, colour.g, colour.b, 1};
    const float opacity = std::clamp(colour.a, 0.f, 1.f);
    for (size_t i = 0; i < mask.cover.size(); ++i) {
        const float alpha = mask.cover[i] * opacity;
        if (alpha <= 0) continue;
        for (size_t c = 0; c < 4; ++c) {
            uint8_t& to = rgba[4 * i + c];
            to = static_cast<uint8_t>(std::lround(255 * std::clamp(ink[c], 0.f, 1.f) * alpha + static_cast<float>(to) * (1 - alpha)));
        }
    }
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
            painter.setFont(font);
            painter.setPen(Qt::white);
            painter.drawText(QPointF(margin, baseline), string);
        }
        const Mask letters = maskOf(image);
        scene::TextBitmap out;
        out.bitmap.width = image.width();
        out.bitmap.height = image.height();
        out.bitmap.rgba.assign(letters.cover.size() * 4, 0);
        if (halo > 0) lay(grown(letters, halo / 2), scene::haloColour(style), out.bitmap.rgba);
        lay(letters, style.colour, out.bitmap.rgba);
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
