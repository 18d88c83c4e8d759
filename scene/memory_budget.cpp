#include "scene/memory_budget.h"

#include <algorithm>

namespace firmament::scene {

namespace {

constexpr size_t kMb = size_t{1} << 20;
// Up to two texels a pixel of four bytes, and half as much again at the window's edges.
constexpr double kBytesPerPixel = 12;
// Beside 150 MB of the driver, of Qt and of what it draws with, this keeps the whole program below 250 MB: more than two views of
// 1280x800 as textures, and fewer as decoded tiles, since what is a texture already needs no second copy.
constexpr MemoryBudget kSoftware{20 * kMb, 30 * kMb};
constexpr MemoryBudget kHardware{128 * kMb, 512 * kMb};

} // namespace

MemoryBudget memoryBudget(bool software, double physicalPixels, size_t surveys)
{
    const auto inView = static_cast<size_t>(kBytesPerPixel * std::max(0.0, physicalPixels)) * surveys;
    const MemoryBudget& usual = software ? kSoftware : kHardware;
    return {std::max(usual.tiles, inView), std::max(usual.textures, inView + inView / 2)};
}

} // namespace firmament::scene
