// The geometry of drawn cells, in double until clip space. Rules: architecture.md section 5.1 (W-E diagonal, pole cells cut
// S-N and refined to the pole corner, seam and horizon clipping in 3D, the same n for all cells of a frame).
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "sky/healpix.h"
#include "sky/view.h"

namespace firmament::render {

struct MeshVertex {
    float px, py; ///< pixels of the view, top left origin
    float s, t;   ///< cell coordinates x,y in [0,1] (as sky::cellPoint)
};
struct MeshRange {
    uint32_t firstIndex, indexCount;
    uint32_t firstVertex = 0, vertexCount = 0;
};
/// One range per cell, in order. Cells outside the view give empty ranges.
struct TileMesh {
    std::vector<MeshVertex> vertices;
    std::vector<uint32_t> indices;
    std::vector<MeshRange> ranges;
    int subdivision = 0;
};
/// frame: of the cells. Caches the unit vectors of (cell, n) between frames.
class TileMesher {
public:
    TileMesher();
    ~TileMesher();
    const TileMesh& build(const sky::SkyView& view, sky::Frame frame, std::span<const sky::Cell> cells);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::render
