#include "app/window/comparison.h"

#include <algorithm>
#include <cmath>

#include "app/window/controller.h"
#include "scene/sheets.h"

namespace firmament::window {

using scene::CompareMode;

Comparison::Comparison(Controller& controller) : QObject(&controller), c_(controller)
{
    connect(&clock_, &QTimer::timeout, this, [this] {
        below_ = !below_;
        c_.scene().setBlinkBelow(below_);
    });
    connect(&c_, &Controller::selectionChanged, this, &Comparison::followSelection);
    connect(&c_, &Controller::compareChanged, this, &Comparison::followDocument);
    connect(&c_, &Controller::settingsChanged, this, &Comparison::followClock);
    followClock();
}

CompareMode Comparison::mode() const
{
    return c_.document().compare.mode;
}

size_t Comparison::panes() const
{
    return scene::paneCount(c_.document());
}

/// Entering or leaving panes, the sky that was aimed at is what stays in the middle.
void Comparison::change(const QString& label, const std::function<void(scene::Document&)>& change, const QString& mergeKey)
{
    const bool before = panes() > 1;
    const sky::Dir aim = c_.navigator().aim();
    c_.history().apply(label.toStdString(), change, mergeKey.toStdString());
    if (before != (panes() > 1)) c_.navigator().holdAim(aim);
}

void Comparison::set(CompareMode mode)
{
    if (mode == this->mode()) return;
    if (mode != CompareMode::Off) {
        scene::Document d = c_.document();
        d.compare.layer = c_.selectedLayer();
        const scene::ComparedPair pair = scene::comparedPair(d);
        if (pair.upper == 0 || (mode == CompareMode::Blink && pair.lower == 0)) {
            c_.toast(pair.upper == 0 ? tr("Nothing to compare: no survey is visible.")
                                     : tr("%1 has no visible survey below it to compare with.").arg(nameOf(pair.upper)),
                     QStringLiteral("panel.surveys"));
            return;
        }
    }
    const QString label = mode == CompareMode::Blink ? tr("Blink") : mode == CompareMode::Swipe ? tr("Swipe") : tr("End comparing");
    change(label, [&](scene::Document& d) {
        scene::setPaneCount(d, 1);
        d.compare.mode = mode;
        d.compare.layer = c_.selectedLayer();
    });
    if (mode == CompareMode::Off) return;
    c_.selectLayer(scene::comparedPair(c_.document()).upper);
}

void Comparison::toggle(CompareMode mode)
{
    set(this->mode() == mode ? CompareMode::Off : mode);
}

void Comparison::setPanes(size_t count)
{
    if (count == panes()) return;
    change(count > 1 ? tr("%1 panes").arg(count) : tr("End comparing"), [&](scene::Document& d) { scene::setPaneCount(d, count); });
}

void Comparison::cyclePanes()
{
    setPanes(panes() == 1 ? 2 : panes() == 2 ? 4 : 1);
}

void Comparison::activate(size_t pane)
{
    if (panes() == 1 || pane == c_.document().compare.active) return;
    c_.history().amend([&](scene::Document& d) { scene::activatePane(d, pane); });
}

void Comparison::nextPane()
{
    if (panes() > 1) activate((c_.document().compare.active + 1) % panes());
}

void Comparison::setDivider(double share, bool done)
{
    change(tr("Move the divider"), [&](scene::Document& d) { d.compare.divider = std::clamp(share, scene::kDividerLow, scene::kDividerHigh); }, QStringLiteral("divider"));
    if (done) c_.history().endMerge();
}

void Comparison::setBlinkHz(double hz, bool done)
{
    change(tr("Blink speed"), [&](scene::Document& d) { d.compare.blinkHz = std::clamp(hz, scene::kSlowestBlink, scene::kFastestBlink); }, QStringLiteral("blink-hz"));
    if (done) c_.history().endMerge();
}

double Comparison::blinkHz() const
{
    const double hz = c_.document().compare.blinkHz;
    return c_.settings().reducedMotion ? std::min(hz, scene::kFastestCalmBlink) : hz;
}

QString Comparison::nameOf(scene::LayerId id) const
{
    const scene::LayerState* layer = c_.layer(id);
    return layer ? c_.layerTitle(*layer) : QString();
}

QString Comparison::sentence() const
{
    const scene::ComparedPair pair = scene::comparedPair(c_.document());
    switch (mode()) {
    case CompareMode::Off: return {};
    case CompareMode::Blink: return pair.lower ? tr("%1 and %2 in turn").arg(nameOf(pair.upper), nameOf(pair.lower)) : tr("Select a survey that lies above another");
    case CompareMode::Swipe: return pair.upper ? tr("Left with %1, right without").arg(nameOf(pair.upper)) : tr("Select a layer that is visible");
    case CompareMode::Panes: return tr("Pane %1 of %2: this list is its own").arg(c_.document().compare.active + 1).arg(panes());
    }
    return {};
}

scene::PixelRect Comparison::aimArea(const scene::PixelRect& free) const
{
    const size_t count = panes();
    if (count == 1 || free.w <= 0) return free;
    const scene::PixelRect pane = scene::paneFrames(free, count)[0].sky;
    const sky::SkyView& view = c_.view();
    return {view.width() / 2.0 - pane.w / 2, view.height() / 2.0 - pane.h / 2, pane.w, pane.h};
}

void Comparison::followSelection()
{
    const scene::LayerId id = c_.selectedLayer();
    if (mode() == CompareMode::Off || mode() == CompareMode::Panes || id == 0 || id == c_.document().compare.layer) return;
    c_.history().amend([id](scene::Document& d) { d.compare.layer = id; });
}

void Comparison::followDocument()
{
    // Undo may have brought another compared layer back.
    const scene::CompareState& now = c_.document().compare;
    if ((now.mode == CompareMode::Blink || now.mode == CompareMode::Swipe) && c_.document().find(now.layer)) c_.selectLayer(now.layer);
    followClock();
}

void Comparison::followClock()
{
    const bool on = mode() == CompareMode::Blink && scene::comparedPair(c_.document()).lower != 0 && c_.options().screenshot.empty();
    if (!on) {
        clock_.stop();
        below_ = false;
        c_.scene().setBlinkBelow(false);
        return;
    }
    const int half = static_cast<int>(std::lround(500 / blinkHz()));
    if (!clock_.isActive() || clock_.interval() != half) clock_.start(half);
}

} // namespace firmament::window
