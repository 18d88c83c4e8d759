// FITS images written to memory, without cfitsio.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament::fits {

/// "COMMENT" and "HISTORY" take a text of any length; other texts longer than a card go on in CONTINUE cards.
struct FitsCard {
    std::string key; ///< up to 8 of A-Z 0-9 - _
    std::variant<std::string, double, int64_t, bool> value;
    std::string comment;
};

/// Rows from the bottom. values.size() == width * height; NaN is written as it is.
Expected<Bytes> writeFitsImage(std::span<const float> values, int width, int height, std::span<const FitsCard> cards);
/// Planes one after the other (R, then G, then B), rows from the bottom. size == width * height * planes.
Expected<Bytes> writeFitsImage(std::span<const uint8_t> values, int width, int height, int planes,
                               std::span<const FitsCard> cards);

} // namespace firmament::fits
