// Which texel lies beside a tile's border: what gutters and the reference renderer sample across tile borders.
#pragma once

#include <optional>

#include "sky/healpix.h"

namespace firmament::render {

struct TexelPlace {
    sky::Cell cell;
    int x, y; ///< 0..width-1, along the cell's x and y
};
/// Texel (x, y) of the lattice of `cell`, continued over its borders by up to a cell. Empty at the eight places of the
/// sphere where three cells meet and the lattice has no fourth quarter.
std::optional<TexelPlace> texelBeside(sky::Cell cell, int width, int x, int y);

} // namespace firmament::render
