// From the bytes of a tile file to a TileImage in the canonical orientation. Any thread.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "hips/survey_info.h"
#include "hips/tile.h"

namespace firmament::hips {

/// tileWidth > 0: a tile of another size is brought to it (repeated or averaged texels), so that all of a survey are alike. plane: of FITS
/// cube tiles. fullWidth: of trimmed FITS tiles that do not say it; 0: tileWidth.
Expected<FreshTilePtr> decodeTile(ByteView file, int tileWidth = 0, int plane = 0, int fullWidth = 0);

/// One physical value in double, of a FITS tile whose decoded width is `width` (not a scaled one). Column and row as in TileImage.
Expected<double> valueInTile(ByteView file, int width, int column, int row, int plane = 0, int fullWidth = 0);

/// Why `file` cannot be a tile of this format ("found an HTML page, expected a JPEG tile"), or empty.
/// Image formats pass for each other: the magic bytes say how to decode.
std::string whyNotTile(ByteView file, TileFormat format);

/// The base cells out of an Allsky mosaic of all tiles of `order`: 8 x 8 pieces of order 3 make one of order 0.
Expected<std::vector<std::pair<sky::Cell, FreshTilePtr>>> splitAllsky(ByteView file, int order);

/// The same tile with other texels, repeated or averaged.
FreshTilePtr scaledTile(const TileImage& tile, int width);

} // namespace firmament::hips
