// `survey check`: what is wrong with a HiPS tree on disk (HiPS 1.0, sections 4.1 to 4.4).
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace firmament::cli {

struct TreeCheck {
    std::vector<std::string> errors, warnings;
    uint64_t tiles = 0; ///< files that decode as a tile should
    bool ok() const { return errors.empty(); }
};

/// Reads every tile once. Lists are bounded: what is found more than a few times is counted in one line. Stops early, with
/// what it has, when interrupted.
TreeCheck checkTree(const std::filesystem::path& folder);

} // namespace firmament::cli
