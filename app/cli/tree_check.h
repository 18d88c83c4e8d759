// `survey check`: what is wrong with a HiPS tree on disk.
#pragma once

#include <filesystem>

#include "app/cli/tree_judge.h"

namespace firmament::cli {

/// Reads every tile once. Lists are bounded: what is found more than a few times is counted in one line. Stops early, with
/// what it has, when interrupted.
TreeCheck checkTree(const std::filesystem::path& folder);

} // namespace firmament::cli
