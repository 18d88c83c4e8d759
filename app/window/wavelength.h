// The seven regimes of light: words, the fixed ramp of colours that always stands beside a word, and a small symbol.
#pragma once

#include <QColor>
#include <QRectF>
#include <QString>
#include <optional>

class QPainter;

namespace firmament::window {

class Style;

enum class Wave : uint8_t { Gamma, X, Uv, Optical, Infrared, Millimetre, Radio };
inline constexpr Wave kWaves[] = {Wave::Gamma, Wave::X, Wave::Uv, Wave::Optical, Wave::Infrared, Wave::Millimetre, Wave::Radio};

QString waveWord(Wave wave);  ///< "Gamma rays"
QString waveShort(Wave wave); ///< as narrow as can be: "γ", "X", "UV", "Optical", "IR", "mm", "Radio"
/// By the word of a HiPS (obs_regime), else by the wavelength in metres.
std::optional<Wave> waveOf(const QString& regime, std::optional<double> emMin, std::optional<double> emMax);
/// In the night theme all are shades of red.
QColor waveColour(std::optional<Wave> wave, const Style& style);
/// A tinted square with a wave, the longer the redder: stands for a picture that is not there.
void paintWaveSymbol(QPainter& p, const QRectF& r, std::optional<Wave> wave, const Style& style);

} // namespace firmament::window
