// `survey check` of a HiPS tree on a server: what its files say, and a bounded sample of its tiles.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "app/cli/tree_judge.h"
#include "core/executor.h"
#include "net/network.h"

namespace firmament::cli {

struct ServedTree {
    std::string base;                 ///< the address to check, no trailing slash
    std::vector<std::string> mirrors; ///< known beside those that its properties name
};

/// properties, Moc.fits, Allsky, then for each format that properties name some 60 tiles: the lowest order, one way down to
/// the deepest, and some of the deepest. Then the same few files of each mirror. Waits for the answers, which come on `ui`;
/// stops early, with what it has, when interrupted or when `limit` is over. Needs no work of its own threads.
TreeCheck checkServedTree(const ServedTree& tree, net::Transport& net, QueueExecutor& ui, std::chrono::milliseconds limit);

} // namespace firmament::cli
