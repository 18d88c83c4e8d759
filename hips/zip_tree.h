// A HiPS tree in a zip archive, unpacked into a folder. Stored and deflated files, zip64; nothing encrypted. What it says of itself is
// not trusted: names that lead elsewhere, sizes that are not true and archives that swell beyond reason are refused. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

#include "core/result.h"

namespace firmament::hips {

struct ZippedTree {
    std::string root;   ///< the folder in the archive that holds `properties`, with its last slash; empty: the top
    size_t files = 0;   ///< below root
    uint64_t bytes = 0; ///< of them, unpacked
};
/// Looks at the list of files alone. Errc::NotFound: there is no `properties` in it.
Expected<ZippedTree> lookIntoZip(const std::filesystem::path& archive);

/// Into the new folder `into`, whole or not at all. `tell`: bytes written so far; false stops it (Errc::Cancelled).
Expected<ZippedTree> unpackZip(const std::filesystem::path& archive, const std::filesystem::path& into, const std::function<bool(uint64_t)>& tell = {});

} // namespace firmament::hips
