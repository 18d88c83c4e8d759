// Looks over the tiles of a compressed image before cfitsio's decoders do. Private to this folder's .cpp files.
#pragma once

#include <fitsio.h>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament::fits {

/// Every tile of the current unit holds the pixels it must; what cfitsio took from the header counts, not a second reading.
/// file: the bytes given to cfitsio. Nothing to do for an image that is not compressed.
Expected<void> checkCompressedImage(fitsfile* f, ByteView file);

} // namespace firmament::fits
