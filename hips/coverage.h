// The coverage map of a survey, brought into the survey's own frame.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "hips/survey_info.h"
#include "sky/moc.h"

namespace firmament::hips {

/// A map of another frame, larger than the given one by up to two cells at its borders, never smaller.
sky::Moc mocInFrame(const sky::Moc& moc, sky::Frame from, sky::Frame to);

/// From the bytes of Moc.fits (or ASCII, JSON). Null, with a warning, when it cannot be used.
std::shared_ptr<const sky::Moc> readCoverage(ByteView file, const SurveyInfo& info, std::vector<std::string>& warnings);

/// Where to look first, when properties do not say: the middle and the width of a coverage of less than a fifth of the sky.
/// Sets skyFraction too when that is not known.
void aimAtCoverage(SurveyInfo& info, const sky::Moc& coverage);

/// Places where a survey should have tiles, in its own frame: the one that its properties name, or the middle of its coverage;
/// without either a few all over the sky.
std::vector<sky::Dir> likelyPlaces(const SurveyInfo& info, const sky::Moc* coverage);
/// What a survey without a coverage map is said to hold at least: the field about the place that its properties name. Null when
/// they name none.
std::shared_ptr<const sky::Moc> saidCoverage(const SurveyInfo& info);

} // namespace firmament::hips
