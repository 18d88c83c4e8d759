// How much memory the tiles of all surveys may take, where nobody has set it.
#pragma once

#include <cstddef>

namespace firmament::scene {

/// Bytes of all layers together.
struct MemoryBudget {
    size_t tiles = 0;    ///< decoded, in ordinary memory
    size_t textures = 0; ///< on the GPU
    bool operator==(const MemoryBudget&) const = default;
};

/// `software`: OpenGL is drawn by the processor and textures are ordinary memory. `physicalPixels` of the canvas, `surveys` drawn on it.
MemoryBudget memoryBudget(bool software, double physicalPixels, size_t surveys);

} // namespace firmament::scene
