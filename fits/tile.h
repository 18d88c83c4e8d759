// One image of a FITS file in memory, as HiPS tiles are: 2-D of any BITPIX, plain, gzipped or tile-compressed, trimmed or
// not, padded or not; or three colour planes. Any thread.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament::fits {

enum class FitsPixels : uint8_t {
    Float32, ///< physical values, blank is NaN
    Rgba8    ///< made of 3 (or 4) planes; premultiplied alpha
};

/// In file order: the first row is the bottom one.
struct FitsTile {
    FitsPixels kind = FitsPixels::Float32;
    int width = 0, height = 0; ///< the full size; what was trimmed is NaN or transparent
    int bitpix = 0;            ///< as stored
    Bytes pixels;
    float min = 1, max = -1;   ///< of the finite values; min > max when there are none
    const float* values() const { return reinterpret_cast<const float*>(pixels.data()); }
};

struct FitsTileOptions {
    int maxSide = 16384;
    uint64_t maxBytes = uint64_t{256} << 20; ///< of the unpacked file and of the image
    int fullSide = 0;                        ///< of trimmed files that do not say how large they were
    int plane = 0;                           ///< of cubes other than colour
    bool alwaysCfitsio = false;              ///< tests: without the fast path for plain images
};

Expected<Read<FitsTile>> readFitsTile(ByteView file, const FitsTileOptions& options = {});

/// One physical value in double, where Float32 has too few digits; NaN where blank. Column and row from 0, file order, of
/// the full (untrimmed) size.
Expected<double> readFitsTilePixel(ByteView file, int column, int row, const FitsTileOptions& options = {});

} // namespace firmament::fits
