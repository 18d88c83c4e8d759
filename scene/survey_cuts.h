// Values of what is in view, sampled: the histogram, and cuts by rule. Pure; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "hips/survey_info.h"
#include "hips/tile.h"
#include "scene/document.h"
#include "scene/scene.h"
#include "sky/healpix.h"

namespace firmament::scene {

/// A part of a tile that is in view.
struct VisiblePiece {
    hips::TilePtr tile;
    sky::SubRect part; ///< in the tile's square (x, y of cellPoint)
};

/// Finite values of the view, sorted, evenly sampled (every pixel of the pieces has the same chance).
struct SampledValues {
    std::vector<float> sorted;
    uint64_t pixels = 0; ///< finite or not, that the sample stands for
    bool empty() const { return sorted.empty(); }
};

inline constexpr size_t kSampleSize = 60000;
SampledValues sampleValues(std::span<const VisiblePiece> pieces, size_t wanted = kSampleSize);

struct Cuts {
    double lo = 0, hi = 1;
    bool operator==(const Cuts&) const = default;
};
/// The cuts that a rule gives; nothing when there are no values to tell (Survey and Manual may not need any).
std::optional<Cuts> cutsFor(const CutRule& rule, const hips::SurveyInfo& info, const SampledValues& values);
/// True when the rule's answer depends on what is in view.
bool needsValues(const CutRule& rule, const hips::SurveyInfo& info);
/// What the survey's hips_pixel_function asks for, in any spelling; linear when it asks for nothing that is known.
render::Stretch suggestedStretch(const hips::SurveyInfo& info);

/// Value below which the fraction q of the sorted sample lies, interpolated.
double quantile(std::span<const float> sorted, double q);
/// The display range of IRAF's `zscale`: a line through the sorted sample about its median, with rejection; contrast 0.25.
Cuts zscale(std::span<const float> sorted, double contrast = 0.25);

Histogram histogramOf(const SampledValues& values, const Cuts& cuts, size_t bins = 128);
/// Cumulative distribution at 256 equal steps from cuts.lo to cuts.hi, 0 to 1.
std::array<float, 256> equalised(const SampledValues& values, const Cuts& cuts);

} // namespace firmament::scene
