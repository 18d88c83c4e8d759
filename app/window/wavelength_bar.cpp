#include "app/window/wavelength_bar.h"

#include <QHBoxLayout>
#include <QPainter>
#include <QPainterPath>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace firmament::window {

namespace {

constexpr int kSteps = 1000;
constexpr double kTrack = 5;
/// From gamma to radio, the middle of each band: fixed, so that a colour always means the same waves.
constexpr QRgb kRamp[scene::kBands] = {0xFF6C4FC9, 0xFF4C6FE0, 0xFF4AA8E6, 0xFF6CB37A, 0xFFE0B04A, 0xFFD9743F, 0xFFB0433F};

QString text(const char* utf8)
{
    return QString::fromUtf8(utf8);
}

} // namespace

WavelengthSlider::WavelengthSlider(const Style& style, QWidget* parent) : Slider(style, tr("Wavelength"), parent), look_(style)
{
    setRange(0, kSteps);
    setSingleStep(5);
    setPageStep(kSteps / scene::kBands);
    const auto restyle = [this] { setFixedHeight(look_.touch() ? 60 : 44); };
    connect(&style, &Style::changed, this, restyle);
    restyle();
}

void WavelengthSlider::setMarks(std::vector<double> marks)
{
    if (marks == marks_) return;
    marks_ = std::move(marks);
    update();
}

void WavelengthSlider::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const Theme& t = look_.theme();
    const double radius = look_.size("sliderKnob") / 2.0, trackY = radius + 5;
    const double room = width() - 2 * radius;
    const auto at = [&](double ramp) { return radius + ramp * room; };
    const QRectF track(0, trackY - kTrack / 2, width(), kTrack);
    const bool night = t.name == ThemeName::Night; // steps of red, told apart by lightness
    QLinearGradient ramp(track.left(), 0, track.right(), 0);
    for (int i = 0; i < scene::kBands; ++i) {
        QColor colour(kRamp[i]);
        if (night) {
            const QColor red = t["accent"];
            colour = QColor::fromHsvF(red.hsvHueF(), red.hsvSaturationF(), 0.25F + 0.09F * static_cast<float>(i));
        }
        if (!isEnabled()) colour.setAlphaF(0.35F);
        ramp.setColorAt((i + 0.5) / scene::kBands, colour);
    }
    p.setPen(Qt::NoPen);
    p.setBrush(ramp);
    p.drawRoundedRect(track, kTrack / 2, kTrack / 2);
    p.setBrush(t["textDim"]);
    for (const double mark : marks_) p.drawRoundedRect(QRectF(at(mark) - 1, trackY + kTrack / 2 + 2, 2, 5), 1, 1);
    if (isEnabled()) {
        const double x = at(static_cast<double>(value()) / kSteps);
        paintKnob(p, look_, {x, trackY}, radius, true);
        if (hasFocus()) {
            p.setBrush(Qt::NoBrush);
            p.setPen(QPen(t["accent"], 2));
            p.drawEllipse(QPointF(x, trackY), radius + 1.5, radius + 1.5);
        }
    }
    p.setFont(look_.font(TextRole::Rail, 500));
    p.setPen(isEnabled() ? t["textDim"] : t["textFaint"]);
    for (int i = 0; i < scene::kBands; ++i) {
        const double middle = at((i + 0.5) / scene::kBands), half = room / scene::kBands / 2 + 4;
        p.drawText(QRectF(middle - half, height() - 16, 2 * half, 16), Qt::AlignCenter, text(scene::bandLabel(i)));
    }
}

WavelengthBar::WavelengthBar(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(2);
    auto* row = new QHBoxLayout;
    row->addWidget(makeLabel(tr("Wavelength"), "dim", this));
    words_ = new ElidedLabel(this);
    words_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    words_->setProperty("dim", true);
    words_->setFixedHeight(18);
    row->addWidget(words_, 1);
    column->addLayout(row);
    slider_ = new WavelengthSlider(c_.style(), this);
    connect(slider_, &QSlider::valueChanged, this, &WavelengthBar::fade);
    connect(slider_, &QSlider::sliderReleased, this, [this] { c_.history().endMerge(); });
    column->addWidget(slider_);
    refresh();
}

std::vector<scene::WaveLayer> WavelengthBar::layers() const
{
    std::vector<scene::WaveLayer> out;
    const auto& all = c_.document().layers;
    const auto reports = c_.scene().reports();
    for (size_t i = 0; i < all.size(); ++i) {
        if (!all[i].visible) continue;
        const auto report = std::find_if(reports.begin(), reports.end(), [&](const scene::LayerReport& r) { return r.id == all[i].id; });
        if (report == reports.end() || !report->survey) continue;
        const hips::SurveyInfo& info = *report->survey;
        const QString key = QStringLiteral("%1\n%2\n%3").arg(QString::fromStdString(info.id), QString::fromStdString(info.url)).arg(info.emMin.value_or(0));
        auto known = known_.find(key);
        if (known == known_.end()) known = known_.insert(key, scene::wavelengthOf(info));
        if (const auto& wave = *known) out.push_back({all[i].id, scene::rampOf(*wave), i});
    }
    return out;
}

void WavelengthBar::refresh()
{
    shown_ = layers();
    std::vector<double> marks;
    for (const scene::WaveLayer& l : shown_) marks.push_back(l.ramp);
    slider_->setMarks(marks);
    const bool enough = shown_.size() > 1;
    slider_->setEnabled(enough);
    slider_->setToolTip(enough ? tr("Fades through the visible surveys, ordered by wavelength") : tr("Show two surveys of known wavelength to fade between them"));
    if (!enough) {
        words_->setFullText(tr("needs two surveys"));
        words_->setAccessibleName(words_->fullText());
        return;
    }
    if (!slider_->isSliderDown()) {
        const QSignalBlocker quiet(slider_);
        slider_->setValue(static_cast<int>(std::lround(scene::fadePlace(c_.document(), shown_) * kSteps)));
    }
    showWords(static_cast<double>(slider_->value()) / kSteps);
}

void WavelengthBar::showWords(double ramp)
{
    words_->setFullText(QStringLiteral("%1 · %2").arg(text(scene::wavelengthText(scene::wavelengthAt(ramp)).c_str()), text(scene::bandName(scene::bandAt(ramp)))));
}

/// One drag is one undo step; with the keyboard, the presses in a row.
void WavelengthBar::fade(int value)
{
    const double ramp = static_cast<double>(value) / kSteps;
    const auto opacities = scene::fadeTo(ramp, shown_);
    c_.history().apply(tr("Wavelength").toStdString(), [&](scene::Document& d) {
        for (const auto& [id, opacity] : opacities)
            if (scene::LayerState* layer = d.find(id)) layer->opacity = opacity;
    }, "wavelength");
    showWords(ramp);
}

} // namespace firmament::window
