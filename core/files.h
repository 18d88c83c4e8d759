// Whole files, read and written. A file is written whole or not at all: beside, fsync, rename. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <string_view>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament {

Expected<Bytes> readFile(const std::filesystem::path& path, uint64_t maxBytes = std::numeric_limits<uint32_t>::max());

enum class Existing { Replace, Refuse };
/// Refuse fails with Errc::Usage when the file is there.
Expected<void> writeFileWhole(const std::filesystem::path& path, ByteView content, Existing existing = Existing::Replace);

/// Where things live, by the XDG base directories; FIRMAMENT_HOME moves all of them into one folder. Not created here.
struct UserPaths {
    std::filesystem::path config, data, cache;
    static UserPaths fromEnvironment();
};

} // namespace firmament
