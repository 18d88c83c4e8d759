// The judge: a slow per-pixel renderer in double precision, no GL. Unprojects each pixel centre, finds the deepest texture
// offered at that place, samples it with the same rules as the GPU (bilinear across tile borders, NaN dropped), the same stretch.
#pragma once

#include <functional>
#include <vector>

#include "render/renderer.h"

namespace firmament::render {

/// What a reference layer can be asked. tile(cell): pixels of that very tile or null data.
struct ReferenceLayer {
    sky::Frame frame = sky::Frame::Icrs;
    int orderMin = 0, orderMax = 0; ///< deepest order to look for; ancestors are tried down to orderMin
    int tileWidth = 512;
    std::function<TilePixels(sky::Cell)> tile; ///< data == nullptr: none
    Look look;
};
/// RGBA8 straight over `background`, top row first.
std::vector<uint8_t> referenceRgba(const sky::SkyView& view, std::span<const ReferenceLayer> layers, Rgba background);
/// Values of one Float32 layer; NaN where there is none and outside the map.
std::vector<float> referenceValues(const sky::SkyView& view, const ReferenceLayer& layer);

} // namespace firmament::render
