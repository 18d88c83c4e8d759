#include "app/window/style.h"

#include <QFile>
#include <QGuiApplication>
#include <QPainter>
#include <QSvgRenderer>
#include <cmath>

/// A static library's resources are linked only when asked for; the macro wants the global namespace.
static void initWindowResources()
{
    Q_INIT_RESOURCE(window);
}

namespace firmament::window {

namespace {

QByteArray resource(const QString& path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

constexpr const char* kSizes[] = {"font.display", "font.title", "font.body", "font.control", "font.small", "font.caption", "font.rail"};

} // namespace

Style::Style(ThemeName theme)
{
    initWindowResources();
    auto themes = readThemes(resource(QStringLiteral(":/theme/theme.json")));
    if (!themes) qFatal("%s", themes.error().text().c_str()); // a part of the program itself
    themes_ = std::move(themes).value();
    auto metrics = readMetrics(resource(QStringLiteral(":/theme/theme.json")));
    if (!metrics) qFatal("%s", metrics.error().text().c_str());
    metrics_ = std::move(metrics).value();
    theme_ = &*themes_.constFind(static_cast<int>(theme));
}

void Style::setTheme(ThemeName name)
{
    if (name == theme_->name) return;
    theme_ = &*themes_.constFind(static_cast<int>(name));
    pixmaps_.clear();
    emit changed();
}

void Style::setTouch(bool on)
{
    if (touch_ == on) return;
    touch_ = on;
    emit changed();
}

int Style::size(const char* name) const
{
    return static_cast<int>(std::lround(metrics_(name, touch_)));
}

QSize Style::box(const QSize& usual) const
{
    if (!touch_) return usual;
    const int least = size("control"), more = size("toolButton") - static_cast<int>(metrics_("toolButton", false));
    return {std::max(least, usual.width() + more), std::max(least, usual.height() + more)};
}

int Style::hitSlop() const
{
    return touch_ ? size("hitSlop") : 0;
}

QColor Style::skyGround() const
{
    return onSky("windowBg");
}

QColor Style::onSky(const char* token) const
{
    const ThemeName name = theme_->name == ThemeName::Light ? ThemeName::Dark : theme_->name;
    return (*themes_.constFind(static_cast<int>(name)))[token];
}

QColor Style::veil(float alpha) const
{
    QColor light = onSky("canvasText");
    light.setAlphaF(alpha);
    return light;
}

QFont Style::font(TextRole role, int weight) const
{
    QFont f;
    f.setFamilies({QStringLiteral("Firmament Sans"), QStringLiteral("Inter"), QStringLiteral("Noto Sans"), QStringLiteral("DejaVu Sans")});
    // Qt's pixel sizes are whole numbers; points keep the halves (96 dpi logical).
    f.setPointSizeF(metrics_(kSizes[static_cast<size_t>(role)], touch_) * 72.0 / 96.0);
    f.setWeight(static_cast<QFont::Weight>(weight));
    f.setHintingPreference(QFont::PreferNoHinting);
    return f;
}

QFont Style::monoFont(double pixels) const
{
    QFont f;
    f.setFamilies({QStringLiteral("JetBrains Mono"), QStringLiteral("DejaVu Sans Mono")});
    f.setPointSizeF(pixels * 72.0 / 96.0);
    return f;
}

QPixmap Style::pixmap(const QString& icon, int size, const QColor& colour, double ratio) const
{
    const QString key = icon + QLatin1Char('/') + QString::number(size) + QLatin1Char('/') + QString::number(colour.rgba(), 16)
                        + QLatin1Char('/') + QString::number(ratio);
    if (const auto it = pixmaps_.constFind(key); it != pixmaps_.cend()) return *it;
    QByteArray& source = sources_[icon];
    if (source.isEmpty()) {
        source = resource(QStringLiteral(":/icons/%1.svg").arg(icon));
        source.replace("stroke-width=\"2\"", "stroke-width=\"1.75\"");
    }
    QByteArray svg = source;
    svg.replace("currentColor", colour.name(QColor::HexRgb).toLatin1());
    QPixmap pixmap(QSize(size, size) * ratio);
    pixmap.setDevicePixelRatio(ratio);
    pixmap.fill(Qt::transparent);
    if (QSvgRenderer renderer(svg); renderer.isValid()) {
        QPainter p(&pixmap);
        p.setOpacity(colour.alphaF());
        renderer.render(&p, QRectF(0, 0, size, size));
    }
    pixmaps_.insert(key, pixmap);
    return pixmap;
}

QIcon Style::icon(const QString& name, int size) const
{
    const double ratio = qGuiApp ? qGuiApp->devicePixelRatio() : 1.0;
    QIcon icon;
    icon.addPixmap(pixmap(name, size, (*this)["textDim"], ratio), QIcon::Normal);
    icon.addPixmap(pixmap(name, size, (*this)["text"], ratio), QIcon::Active);
    icon.addPixmap(pixmap(name, size, (*this)["line"], ratio), QIcon::Disabled);
    icon.addPixmap(pixmap(name, size, (*this)["accent"], ratio), QIcon::Normal, QIcon::On);
    return icon;
}

QPalette Style::palette() const
{
    const Style& s = *this;
    QPalette p;
    p.setColor(QPalette::Window, s["windowBg"]);
    p.setColor(QPalette::WindowText, s["text"]);
    p.setColor(QPalette::Base, s["raised"]);
    p.setColor(QPalette::AlternateBase, s["hover"]);
    p.setColor(QPalette::Text, s["text"]);
    p.setColor(QPalette::PlaceholderText, s["textFaint"]);
    p.setColor(QPalette::Button, s["raised"]);
    p.setColor(QPalette::ButtonText, s["text"]);
    p.setColor(QPalette::BrightText, s["error"]);
    p.setColor(QPalette::Highlight, s["accent"]);
    p.setColor(QPalette::HighlightedText, s["onAccent"]);
    p.setColor(QPalette::Link, s["accent"]);
    p.setColor(QPalette::ToolTipBase, s["raised"]);
    p.setColor(QPalette::ToolTipText, s["text"]);
    for (auto role : {QPalette::Light, QPalette::Midlight, QPalette::Mid, QPalette::Dark, QPalette::Shadow})
        p.setColor(role, s["line"]);
    for (auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        p.setColor(QPalette::Disabled, role, s["textFaint"]);
    return p;
}

QString Style::sheet() const
{
    // Pictures in a style sheet cannot be tinted: there is one of each for every theme.
    QString text = QString::fromUtf8(resource(QStringLiteral(":/theme/style.qss")));
    text = metrics_.fill(text, touch_);
    return theme_->fill(text.replace(QLatin1String("@theme@"), themeWord(theme_->name)));
}

} // namespace firmament::window
