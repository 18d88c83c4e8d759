// A dry run over a RICE_1 stream: cfitsio's decoder looks for the end of its input only after a whole block.
#pragma once

#include <cstdint>

#include "core/bytes.h"

namespace firmament::fits {

/// Whether decoding so many pixels of 1, 2 or 4 bytes in blocks of `block` stays within the stream.
bool riceHolds(ByteView stream, int bytesPerPixel, int64_t block, int64_t pixels);

} // namespace firmament::fits
