// Which surveys a list shows, and in which order: pure functions of what is known.
#pragma once

#include <QSet>
#include <vector>

#include "app/window/survey_library.h"
#include "sky/view.h"

namespace firmament::window {

struct SurveyFilter {
    QString text{};
    QSet<int> waves{};       ///< of Wave; none: all
    QSet<int> kinds{};       ///< of SurveyKind, Colour counts as Image; none: all
    bool hasData = true;   ///< may have data in the view
    bool favourites = false, recent = false, here = false;
    bool operator==(const SurveyFilter&) const = default;
};
/// What the filter looks up beside the library.
struct SurveyContext {
    const sky::SkyView& view;
    const std::vector<std::string>& favourites;
    const std::vector<std::string>& recent; ///< newest first: the order of the list while `recent` is on
};

/// Some of the coverage (in `frame`) lies in the view.
bool coverageInView(const sky::Moc& coverage, sky::Frame frame, const sky::SkyView& view);
/// A survey whose coverage is not known may have data anywhere; maps of planets are no matter of place.
bool mayHaveData(const SurveyFacts& facts, const sky::SkyView& view);
bool passes(const SurveyFacts& facts, const SurveyFilter& filter, const SurveyContext& context);
/// Indices of the library.
std::vector<int> filtered(const SurveyLibrary& library, const SurveyFilter& filter, const SurveyContext& context);

} // namespace firmament::window
