// One survey that the window knows by name: of the built-in list, or the user's own.
#pragma once

#include <QString>
#include <vector>

#include "hips/survey_info.h"

namespace firmament::window {

struct SurveyEntry {
    QString id;      ///< of the survey list; empty: the user's own
    QString source;  ///< what a layer opens: id, address or folder
    QString title, band, regime, credit;
    hips::SurveyInfo info; ///< as the list has it; of the user's own: nothing but the address
    QString searchText;
};
/// The built-in list in the order of wavelength, gamma first.
std::vector<SurveyEntry> readSurveyList();

} // namespace firmament::window
