// The built-in list of surveys, compiled in. Any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "hips/survey_info.h"

namespace firmament::hips {

/// In the order of wavelength, shortest first; of one survey: id, title, regime, band (the range in words), url, mirrors,
/// frame or body, orders, formats, credit. `filter`: all its words occur in id, title, regime, band or credit, any case.
Expected<std::vector<SurveyInfo>> knownSurveys(std::string_view filter = {});

/// By id (any case, with or without ivo://), else by title, else the only one whose id or title holds the text.
std::optional<SurveyInfo> findSurvey(std::string_view idOrTitle);

} // namespace firmament::hips
