// gzip data, inflated with a bound that holds before the memory is taken.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament::fits {

inline bool isGzip(ByteView b)
{
    return b.size() > 2 && b[0] == std::byte{0x1F} && b[1] == std::byte{0x8B};
}
/// All members of the file. Errc::TooLarge as soon as the output would pass maxBytes.
Expected<Bytes> gunzip(ByteView compressed, uint64_t maxBytes);

} // namespace firmament::fits
