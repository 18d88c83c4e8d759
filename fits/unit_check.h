// Looks over the units of a FITS file before cfitsio does, which trusts what headers and descriptors say: it takes memory
// by them without a bound, and reads and writes behind the ends of arrays. Private to this folder's .cpp files.
#pragma once

#include "core/bytes.h"
#include "core/result.h"

namespace firmament::fits {

/// Sizes within the file (its last unit may lack padding), columns within rows, heap entries within the heap, compressed
/// images with tiles of a sane size.
Expected<void> checkUnits(ByteView file);

} // namespace firmament::fits
