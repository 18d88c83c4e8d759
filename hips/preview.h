// A small square picture of a survey, for lists. Pure functions but for localPreview, which reads files; any thread, and
// never the ui thread: a mosaic of the whole sky takes some 50 ms to decode.
#pragma once

#include <filesystem>

#include "core/bytes.h"
#include "hips/image_codec.h"
#include "hips/survey_info.h"

namespace firmament::hips {

/// What the pictures show: the same patch of the Milky Way for all surveys that have it, so that rows can be compared; the
/// place that the properties name for surveys of a small part of the sky; the globe for planets and moons.
struct PreviewSpot {
    sky::Dir centre = sky::Dir::UnitX(); ///< in the survey's frame
    sky::Angle side;                     ///< of the square; a globe: pi
    bool globe = false;
};
PreviewSpot previewSpot(const SurveyInfo& info, const sky::Moc* coverage);

/// The middle square of any picture file, averaged down to side x side pixels.
Expected<RasterImage> previewOfPicture(ByteView file, int side);
/// The spot out of an Allsky mosaic; values are cut at their percentiles 1 and 99.5, or as the survey suggests.
Expected<RasterImage> previewOfAllsky(ByteView file, int order, const SurveyInfo& info, const sky::Moc* coverage, int side);
/// Of a tree in a folder: its preview.jpg, else an Allsky, else tiles. NotFound when it has no picture to show.
Expected<RasterImage> localPreview(const std::filesystem::path& folder, const SurveyInfo& info, const sky::Moc* coverage, int side);

} // namespace firmament::hips
