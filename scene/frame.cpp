#include "scene/frame.h"

#include <array>

#include "sky/healpix.h"

namespace firmament::scene {

std::vector<uint32_t> cellsInView(const sky::SkyView& view)
{
    constexpr uint32_t kCells = 768;
    static const std::array<sky::Cap, kCells> caps = [] {
        std::array<sky::Cap, kCells> c;
        for (uint32_t i = 0; i < kCells; ++i) c[i] = sky::boundingCap(sky::Cell{3, i});
        return c;
    }();
    std::vector<uint32_t> cells;
    if (view.frame() == sky::Frame::Body) return cells;
    cells.reserve(kCells);
    const sky::Cap seen = view.boundingCap(sky::Frame::Icrs);
    const bool all = view.wholeSky();
    for (uint32_t i = 0; i < kCells; ++i)
        if (all || seen.overlaps(caps[i])) cells.push_back(i);
    return cells;
}

} // namespace firmament::scene
