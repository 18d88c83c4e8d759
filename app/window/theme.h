// The design tokens of resources/theme/theme.json as values: colours of the three themes, sizes of type and of controls.
#pragma once

#include <QByteArray>
#include <QColor>
#include <QHash>
#include <QString>

#include "core/result.h"

namespace firmament::window {

enum class ThemeName : uint8_t { Dark, Light, Night };
inline constexpr ThemeName kThemes[] = {ThemeName::Dark, ThemeName::Light, ThemeName::Night};
QString themeWord(ThemeName name); ///< "dark", "light", "night": as in settings and theme.json
ThemeName themeFromWord(const QString& word, ThemeName otherwise = ThemeName::Dark);

/// WCAG 2 contrast of two opaque colours, 1 to 21.
double contrast(const QColor& a, const QColor& b);

class Theme {
public:
    ThemeName name = ThemeName::Dark;
    /// Token of theme.json, alpha included ("accent", "panel", "canvasPill"). Unknown tokens are magenta, to be seen in tests.
    QColor operator[](const char* token) const;
    /// Fills {{token}} marks; {{token@0.5}} sets the alpha.
    QString fill(QString text) const;

private:
    friend Expected<QHash<int, Theme>> readThemes(const QByteArray& json);
    QHash<QByteArray, QColor> colours_;
};

Expected<QHash<int, Theme>> readThemes(const QByteArray& json);

/// Sizes in logical pixels: the usual ones and those for fingers.
class Metrics {
public:
    /// "control", "rail", "railButtonWidth", "railButtonHeight", "font.body". Unknown names are 0, to be seen in tests.
    double operator()(const QByteArray& name, bool touch) const;
    /// Fills [[name]], [[name-2]] and [[name+2]].
    QString fill(QString text, bool touch) const;

private:
    friend Expected<Metrics> readMetrics(const QByteArray& json);
    QHash<QByteArray, double> usual_, touch_;
};

Expected<Metrics> readMetrics(const QByteArray& json);

} // namespace firmament::window
