#include "app/window/survey_entry.h"

#include "hips/survey_list.h"

namespace firmament::window {

std::vector<SurveyEntry> readSurveyList()
{
    std::vector<SurveyEntry> out;
    auto known = hips::knownSurveys();
    if (!known) return out; // the list is compiled in; its own test sees to it
    out.reserve(known->size());
    for (hips::SurveyInfo& s : *known) {
        SurveyEntry e;
        e.id = QString::fromStdString(s.id);
        e.source = e.id;
        e.title = QString::fromStdString(s.title);
        e.band = QString::fromStdString(s.band);
        e.regime = QString::fromStdString(s.regime);
        e.credit = QString::fromStdString(s.credit);
        e.searchText = e.title + QLatin1Char(' ') + e.band + QLatin1Char(' ') + e.regime + QLatin1Char(' ') + e.id + QLatin1Char(' ') + e.credit;
        e.info = std::move(s);
        out.push_back(std::move(e));
    }
    return out;
}

} // namespace firmament::window
