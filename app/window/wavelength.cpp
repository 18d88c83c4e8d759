#include "app/window/wavelength.h"

#include <QCoreApplication>
#include <QPainter>
#include <QPainterPath>
#include <cmath>

#include "app/window/style.h"

namespace firmament::window {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("Wave", text);
}

struct Regime {
    const char *word, *narrow;
    double longest; ///< metres
    QRgb colour;
    double periods; ///< of the symbol
};
constexpr Regime kRegimes[] = {{QT_TRANSLATE_NOOP("Wave", "Gamma rays"), "γ", 1e-11, 0xFFB48CFF, 7},
                               {QT_TRANSLATE_NOOP("Wave", "X-rays"), "X", 1e-8, 0xFF7D8BFF, 6},
                               {QT_TRANSLATE_NOOP("Wave", "Ultraviolet"), "UV", 3.2e-7, 0xFF6FB4FF, 5},
                               {QT_TRANSLATE_NOOP("Wave", "Optical"), QT_TRANSLATE_NOOP("Wave", "Optical"), 9e-7, 0xFF8FD38A, 4},
                               {QT_TRANSLATE_NOOP("Wave", "Infrared"), "IR", 3e-4, 0xFFE8A33B, 3},
                               {QT_TRANSLATE_NOOP("Wave", "Millimetre"), "mm", 1e-2, 0xFFE07A4F, 2},
                               {QT_TRANSLATE_NOOP("Wave", "Radio"), QT_TRANSLATE_NOOP("Wave", "Radio"), 1e9, 0xFFD0605E, 1}};

const Regime& regime(Wave wave)
{
    return kRegimes[static_cast<size_t>(wave)];
}

} // namespace

QString waveWord(Wave wave)
{
    return words(regime(wave).word);
}

QString waveShort(Wave wave)
{
    return words(regime(wave).narrow);
}

std::optional<Wave> waveOf(const QString& word, std::optional<double> emMin, std::optional<double> emMax)
{
    static constexpr std::pair<const char*, Wave> kBegins[] = {
        {"gamma", Wave::Gamma}, {"x", Wave::X},          {"euv", Wave::Uv},        {"uv", Wave::Uv},         {"ultra", Wave::Uv},
        {"opt", Wave::Optical}, {"visible", Wave::Optical}, {"infra", Wave::Infrared}, {"ir", Wave::Infrared},  {"near", Wave::Infrared},
        {"far", Wave::Infrared}, {"mm", Wave::Millimetre}, {"sub", Wave::Millimetre},  {"milli", Wave::Millimetre}, {"radio", Wave::Radio}};
    const QString w = word.trimmed().toLower();
    for (const auto& [begin, wave] : kBegins)
        if (w.startsWith(QLatin1String(begin))) return wave;
    if (!emMin && !emMax) return std::nullopt;
    const double lo = emMin.value_or(*(emMin ? emMin : emMax)), hi = emMax.value_or(lo);
    if (!(lo > 0) || !(hi > 0)) return std::nullopt;
    const double middle = std::sqrt(lo * hi);
    for (const Wave wave : kWaves)
        if (middle <= regime(wave).longest) return wave;
    return std::nullopt;
}

QColor waveColour(std::optional<Wave> wave, const Style& style)
{
    if (!wave || style.theme().name == ThemeName::Night) return style["textFaint"];
    return QColor::fromRgb(regime(*wave).colour);
}

void paintWaveSymbol(QPainter& p, const QRectF& r, std::optional<Wave> wave, const Style& style)
{
    QColor ground = waveColour(wave, style), line = ground;
    ground.setAlphaF(0.20F);
    p.setPen(Qt::NoPen);
    p.setBrush(ground);
    p.drawRoundedRect(r, 5, 5);
    if (!wave) return;
    const QRectF box = r.adjusted(8, 14, -8, -14);
    QPainterPath path;
    constexpr int kSteps = 64;
    for (int i = 0; i <= kSteps; ++i) {
        const double t = static_cast<double>(i) / kSteps;
        const QPointF at(box.left() + t * box.width(), box.center().y() - box.height() / 2 * std::sin(2 * M_PI * t * regime(*wave).periods));
        if (i == 0) path.moveTo(at);
        else path.lineTo(at);
    }
    p.setPen(QPen(style.dark() ? line : line.darker(160), 1.5));
    p.setBrush(Qt::NoBrush);
    p.drawPath(path);
}

} // namespace firmament::window
