// One decoded tile, immutable once made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "sky/healpix.h"

namespace firmament::hips {

enum class PixelKind : uint8_t {
    Rgba8,   ///< premultiplied alpha
    Float32  ///< physical values (BSCALE, BZERO applied; BLANK is NaN)
};

/// width x width pixels in the one canonical orientation, that of a JPEG tile: pixel (column, row) covers the cell's
/// x in [row, row+1]/width and y in [column, column+1]/width. So texture u = y, v = x.
struct TileImage {
    PixelKind kind = PixelKind::Rgba8;
    int width = 0;
    std::vector<std::byte> pixels;
    bool rounded = false;   ///< Float32: the file has more digits (BITPIX 32, 64, -64), see TileSource::exactValue()
    float dataMin = 0, dataMax = 0; ///< Float32: of the finite values; dataMin > dataMax when there are none
    int64_t asOf = 0;       ///< when a server gave or confirmed its file, seconds since 1970; 0: it lies in a folder
    bool unchecked = false; ///< it is of the cache, and the server could not be asked whether there is a newer one
    size_t bytes() const { return pixels.size(); }
    const float* floats() const { return reinterpret_cast<const float*>(pixels.data()); }
    const uint8_t* rgba() const { return reinterpret_cast<const uint8_t*>(pixels.data()); }
};
using TilePtr = std::shared_ptr<const TileImage>;
using FreshTilePtr = std::shared_ptr<TileImage>; ///< just made: nobody else has it yet

} // namespace firmament::hips
