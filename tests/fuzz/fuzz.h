// What every fuzz target is: one function that must come back whatever the bytes are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "core/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace firmament::fuzz {

inline ByteView view(const uint8_t* data, size_t size)
{
    return {reinterpret_cast<const std::byte*>(data), size};
}
/// Ends the run where a property of the result does not hold.
inline void require(bool holds)
{
    if (!holds) std::abort();
}

} // namespace firmament::fuzz
