#include "app/window/live_preview.h"

#include <algorithm>
#include <utility>

namespace firmament::window {

void insertAboveSurveys(scene::Document& d, scene::LayerState layer)
{
    size_t at = 0;
    for (size_t i = 0; i < d.layers.size(); ++i)
        if (std::holds_alternative<scene::SurveyState>(d.layers[i].content)) at = i + 1;
    // Not between the members of a group: they lie next to each other.
    while (at > 0 && at < d.layers.size() && d.layers[at].group != 0 && d.layers[at].group == d.layers[at - 1].group) ++at;
    d.layers.insert(d.layers.begin() + static_cast<std::ptrdiff_t>(at), std::move(layer));
}

LivePreview::LivePreview(QObject* parent) : QObject(parent)
{
    fade_.setStartValue(0.0);
    fade_.setEndValue(1.0);
    fade_.setEasingCurve(QEasingCurve::OutCubic);
    connect(&fade_, &QVariantAnimation::valueChanged, this, [this](const QVariant& v) {
        if (layers_.empty() || layers_.back().layer.opacity == v.toDouble()) return;
        layers_.back().layer.opacity = v.toDouble();
        emit changed();
    });
}

void LivePreview::show(const std::string& source, const std::string& title, scene::LayerId free, int fadeMs)
{
    if (source == source_ && shown()) return;
    fade_.stop();
    if (layers_.size() > 1) { // of two, the one that can be seen stays until the new one is there
        const bool arrived = layers_.back().layer.opacity > 0.5;
        layers_.erase(arrived ? layers_.begin() : layers_.end() - 1);
    } else if (!layers_.empty() && layers_.back().layer.opacity <= 0) {
        layers_.clear();
    }
    if (!layers_.empty()) layers_.back().layer.opacity = 1;
    Shown next;
    next.layer.id = free;
    for (const Shown& s : layers_) next.layer.id = std::max(next.layer.id, s.layer.id + 1);
    next.layer.name = title;
    next.layer.opacity = 0;
    scene::SurveyState survey;
    survey.source = source;
    next.layer.content = survey;
    layers_.push_back(std::move(next));
    source_ = source;
    fadeMs_ = fadeMs;
    say(tr("Opening"), false);
    emit changed();
}

void LivePreview::end()
{
    fade_.stop();
    const bool was = shown(), told = !source_.empty();
    layers_.clear();
    source_.clear();
    line_.clear();
    failed_ = false;
    if (was) emit changed();
    if (told) emit reported();
}

void LivePreview::addTo(scene::Document& d) const
{
    for (const Shown& s : layers_)
        if (!d.find(s.layer.id)) insertAboveSurveys(d, s.layer);
}

bool LivePreview::owns(scene::LayerId id) const
{
    return std::any_of(layers_.begin(), layers_.end(), [id](const Shown& s) { return s.layer.id == id; });
}

scene::LayerId LivePreview::take(const std::string& source)
{
    if (layers_.empty() || source_ != source) return 0;
    const scene::LayerId id = layers_.back().layer.id;
    fade_.stop();
    layers_.clear();
    source_.clear();
    line_.clear();
    emit reported();
    return id;
}

void LivePreview::say(const QString& line, bool failed)
{
    if (line == line_ && failed == failed_) return;
    line_ = line;
    failed_ = failed;
    emit reported();
}

void LivePreview::startFade()
{
    layers_.back().fading = true;
    fade_.stop();
    fade_.setDuration(fadeMs_);
    if (fadeMs_ > 0) {
        fade_.start();
        return;
    }
    layers_.back().layer.opacity = 1;
    emit changed();
}

void LivePreview::followReports(const std::vector<scene::LayerReport>& reports)
{
    using enum scene::LayerPhase;
    if (layers_.empty()) return;
    const auto found = std::find_if(reports.begin(), reports.end(), [this](const auto& r) { return r.id == layers_.back().layer.id; });
    if (found == reports.end() || found->phase == Opening) return;
    const QString line = QString::fromStdString(found->line);
    if (found->phase == Failed || found->phase == Offline) { // what was there says more than nothing
        fade_.stop();
        layers_.clear();
        emit changed();
        say(line, true);
        return;
    }
    say(line, false);
    const bool loading = found->phase == Loading;
    if (!layers_.back().fading && (found->done > 0 || !loading)) startFade();
    if (layers_.size() > 1 && !loading && layers_.back().layer.opacity >= 1) {
        layers_.erase(layers_.begin());
        emit changed();
    }
}

} // namespace firmament::window
