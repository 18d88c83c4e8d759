#include "app/window/compare_strip.h"

#include <QHBoxLayout>
#include <QVBoxLayout>
#include <cmath>

#include "app/window/comparison.h"
#include "scene/stacks.h"

namespace firmament::window {

using scene::CompareMode;

CompareStrip::CompareStrip(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Compare"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    modes_ = new Segmented(c_.style(), tr("Compare"), {tr("Off"), tr("Blink"), tr("Swipe"), tr("2 panes"), tr("4 panes")}, this);
    const auto key = [this](const char* id) {
        const Command* command = c_.commands().find(QString::fromLatin1(id));
        return command ? command->keyText() : QString();
    };
    modes_->setToolTip(tr("Compare the selected layer with what is below it: %1 blinks, %2 swipes, %3 shows panes side by side")
                           .arg(key("compare.blink"), key("compare.swipe"), key("compare.panes")));
    connect(modes_, &Segmented::chosen, this, [this](int i) {
        if (i >= 3) c_.comparison().setPanes(i == 3 ? 2 : 4);
        else c_.comparison().set(i == 0 ? CompareMode::Off : i == 1 ? CompareMode::Blink : CompareMode::Swipe);
        refresh(); // it may not have been possible
    });
    column->addWidget(modes_);
    line_ = new QWidget(this);
    auto* row = new QHBoxLayout(line_);
    row->setContentsMargins(2, 0, 2, 0);
    row->setSpacing(8);
    sentence_ = new ElidedLabel(line_);
    sentence_->setProperty("faint", true);
    row->addWidget(sentence_, 1);
    speed_ = new Slider(c_.style(), tr("Blink speed"), line_);
    speed_->setToolTip(tr("How often a second the picture goes there and back"));
    speed_->setRange(static_cast<int>(scene::kSlowestBlink * 10), static_cast<int>(scene::kFastestBlink * 10));
    speed_->setFixedWidth(72);
    speed_->hasDefault = true;
    speed_->defaultValue = 20;
    connect(speed_, &QSlider::valueChanged, this, [this](int v) { c_.comparison().setBlinkHz(v / 10.0, !speed_->isSliderDown()); });
    connect(speed_, &QSlider::sliderReleased, this, [this] { c_.history().endMerge(); });
    row->addWidget(speed_);
    hz_ = makeLabel({}, nullptr, line_);
    holdWidth(hz_, c_.style(), {tr("%1 Hz").arg(0.5, 0, 'f', 1)});
    hz_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row->addWidget(hz_);
    column->addWidget(line_);
    connect(&c_, &Controller::compareChanged, this, &CompareStrip::refresh);
    connect(&c_, &Controller::layersChanged, this, &CompareStrip::refresh);
    connect(&c_, &Controller::settingsChanged, this, &CompareStrip::refresh);
    refresh();
}

void CompareStrip::refresh()
{
    const Comparison& compare = c_.comparison();
    const CompareMode mode = compare.mode();
    modes_->setCurrent(mode == CompareMode::Panes ? (compare.panes() == 2 ? 3 : 4) : static_cast<int>(mode));
    line_->setVisible(mode != CompareMode::Off);
    sentence_->setFullText(compare.sentence());
    const bool blink = mode == CompareMode::Blink;
    speed_->setVisible(blink);
    hz_->setVisible(blink);
    const QSignalBlocker quiet(speed_);
    speed_->setMaximum(static_cast<int>((c_.settings().reducedMotion ? scene::kFastestCalmBlink : scene::kFastestBlink) * 10));
    speed_->setValue(static_cast<int>(std::lround(compare.blinkHz() * 10)));
    hz_->setText(tr("%1 Hz").arg(compare.blinkHz(), 0, 'f', 1));
}

} // namespace firmament::window
