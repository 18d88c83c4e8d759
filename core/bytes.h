// A block of bytes, shared and immutable once made.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

namespace firmament {

using Bytes = std::vector<std::byte>;
using BytesPtr = std::shared_ptr<const Bytes>;
using ByteView = std::span<const std::byte>;

inline std::string_view asText(ByteView b) { return {reinterpret_cast<const char*>(b.data()), b.size()}; }
inline ByteView asBytes(std::string_view s) { return {reinterpret_cast<const std::byte*>(s.data()), s.size()}; }

} // namespace firmament
