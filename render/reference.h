// The judge: a slow per-pixel renderer in double precision, no GL. Unprojects each pixel centre, finds the deepest texture
// offered at that place, samples it with the same rules as the GPU (bilinear across tile borders, NaN dropped), the same stretch.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "render/renderer.h"

namespace firmament::render {

/// What a reference layer can be asked. tile(cell): pixels of that very tile or null data.
struct ReferenceLayer {
    sky::Frame frame = sky::Frame::Icrs;
    int orderMin = 0, orderMax = 0; ///< deepest order to look for; ancestors are tried down to orderMin
    std::function<TilePixels(sky::Cell)> tile; ///< data == nullptr: none
    /// The tile that a plan draws at a place; nothing: none is. No function: the deepest that tile() has.
    std::function<std::optional<sky::Cell>(const sky::Dir&)> chosen;
    Look look;
};
/// Asked once a row; true ends the drawing at once.
using StopDrawing = std::function<bool()>;
/// RGBA8 straight over `background`, top row first; empty when stopped.
std::vector<uint8_t> referenceRgba(const sky::SkyView& view, std::span<const ReferenceLayer> layers, Rgba background,
                                   const StopDrawing& stop = {});
/// Values of one Float32 layer; NaN where there is none and outside the map; empty when stopped.
std::vector<float> referenceValues(const sky::SkyView& view, const ReferenceLayer& layer, const StopDrawing& stop = {});

} // namespace firmament::render
