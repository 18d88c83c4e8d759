#include "app/window/survey_filter.h"

#include <algorithm>

#include "app/window/omni_engine.h"

namespace firmament::window {

namespace {

constexpr int kDeepest = 14;

bool search(const sky::Moc& coverage, sky::Frame frame, const sky::SkyView& view, const sky::Cap& seen, sky::Cell cell)
{
    const sky::Moc::Cover cover = coverage.cover(cell);
    if (cover == sky::Moc::Cover::None) return false;
    const sky::Cap cap = sky::boundingCap(cell);
    if (!seen.overlaps(cap)) return false;
    const bool small = cap.radius.rad() < view.fov().rad() / 12 || cell.order >= kDeepest;
    if (small || (cover == sky::Moc::Cover::Full && seen.contains(cap.centre))) {
        // The cap around the view is larger than the window: look where the cell really is.
        if (const auto at = view.pixelOf(sky::cellCentre(cell), frame)) {
            const double reach = cap.radius / view.pixelScale();
            if (at->x() > -reach && at->y() > -reach && at->x() < view.width() + reach && at->y() < view.height() + reach) return true;
        }
        if (small) return false;
    }
    for (int k = 0; k < 4; ++k)
        if (search(coverage, frame, view, seen, cell.child(k))) return true;
    return false;
}

bool contains(const std::vector<std::string>& list, const QString& source)
{
    return std::find(list.begin(), list.end(), source.toStdString()) != list.end();
}

} // namespace

bool coverageInView(const sky::Moc& coverage, sky::Frame frame, const sky::SkyView& view)
{
    if (coverage.empty()) return false;
    const sky::Cap seen = view.boundingCap(frame);
    for (uint64_t base = 0; base < 12; ++base)
        if (search(coverage, frame, view, seen, {0, base})) return true;
    return false;
}

bool mayHaveData(const SurveyFacts& facts, const sky::SkyView& view)
{
    const hips::SurveyInfo& info = facts.info();
    if (info.frame == sky::Frame::Body || view.frame() == sky::Frame::Body) return true;
    if (!facts.coverage || facts.coverage->fraction() > 0.9999) return true;
    return coverageInView(*facts.coverage, info.frame, view);
}

bool passes(const SurveyFacts& f, const SurveyFilter& filter, const SurveyContext& context)
{
    if (!filter.text.trimmed().isEmpty() && matchScore(filter.text, f.entry.searchText) <= 0) return false;
    if (!filter.waves.isEmpty()) {
        const auto wave = f.wave();
        if (!wave || !filter.waves.contains(static_cast<int>(*wave))) return false;
    }
    if (!filter.kinds.isEmpty()) {
        const hips::SurveyKind kind = f.info().kind == hips::SurveyKind::Colour ? hips::SurveyKind::Image : f.info().kind;
        if (!filter.kinds.contains(static_cast<int>(kind))) return false;
    }
    if (filter.favourites && !contains(context.favourites, f.entry.source)) return false;
    if (filter.recent && !contains(context.recent, f.entry.source)) return false;
    if (filter.here && !f.hereOffline()) return false;
    return !filter.hasData || mayHaveData(f, context.view);
}

std::vector<int> filtered(const SurveyLibrary& library, const SurveyFilter& filter, const SurveyContext& context)
{
    std::vector<int> out;
    for (int i = 0; i < library.size(); ++i)
        if (passes(library.at(i), filter, context)) out.push_back(i);
    if (filter.recent) {
        const auto age = [&](int i) {
            return std::find(context.recent.begin(), context.recent.end(), library.at(i).entry.source.toStdString()) - context.recent.begin();
        };
        std::stable_sort(out.begin(), out.end(), [&](int a, int b) { return age(a) < age(b); });
    }
    return out;
}

} // namespace firmament::window
