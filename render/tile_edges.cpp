#include "render/tile_edges.h"

namespace firmament::render {

namespace {

/// A place in the lattice of a whole base cell; may be up to one cell outside until resolved.
struct FacePlace {
    int face;
    int64_t x, y;
};

uint64_t spread(uint64_t v)
{
    v &= 0xffffffffu;
    v = (v | (v << 16)) & 0x0000ffff0000ffffu;
    v = (v | (v << 8)) & 0x00ff00ff00ff00ffu;
    v = (v | (v << 4)) & 0x0f0f0f0f0f0f0f0fu;
    v = (v | (v << 2)) & 0x3333333333333333u;
    return (v | (v << 1)) & 0x5555555555555555u;
}
uint64_t squeeze(uint64_t v)
{
    v &= 0x5555555555555555u;
    v = (v | (v >> 1)) & 0x3333333333333333u;
    v = (v | (v >> 2)) & 0x0f0f0f0f0f0f0f0fu;
    v = (v | (v >> 4)) & 0x00ff00ff00ff00ffu;
    v = (v | (v >> 8)) & 0x0000ffff0000ffffu;
    return (v | (v >> 16)) & 0x00000000ffffffffu;
}

// How the twelve base cells join (Gorski et al. 2005, figure 4). Sides between two polar base cells exchange the axes;
// all others continue them.
std::optional<FacePlace> overNorthFace(const FacePlace& p, int64_t side)
{
    const int f = p.face;
    const bool xLow = p.x < 0, xHigh = p.x >= side, yLow = p.y < 0, yHigh = p.y >= side;
    if (xHigh && yHigh) return FacePlace{(f + 2) % 4, 2 * side - 1 - p.x, 2 * side - 1 - p.y}; // over the pole
    if (xLow && yLow) return FacePlace{f + 8, p.x + side, p.y + side};
    if ((xLow && yHigh) || (xHigh && yLow)) return std::nullopt;
    if (xHigh) return FacePlace{(f + 1) % 4, p.y, 2 * side - 1 - p.x};
    if (yHigh) return FacePlace{(f + 3) % 4, 2 * side - 1 - p.y, p.x};
    if (xLow) return FacePlace{4 + f, p.x + side, p.y};
    return FacePlace{4 + (f + 1) % 4, p.x, p.y + side};
}
std::optional<FacePlace> overEquatorFace(const FacePlace& p, int64_t side)
{
    const int f = p.face - 4;
    const bool xLow = p.x < 0, xHigh = p.x >= side, yLow = p.y < 0, yHigh = p.y >= side;
    if ((xHigh && yHigh) || (xLow && yLow)) return std::nullopt;
    if (xLow && yHigh) return FacePlace{4 + (f + 3) % 4, p.x + side, p.y - side};
    if (xHigh && yLow) return FacePlace{4 + (f + 1) % 4, p.x - side, p.y + side};
    if (xHigh) return FacePlace{f, p.x - side, p.y};
    if (yHigh) return FacePlace{(f + 3) % 4, p.x, p.y - side};
    if (xLow) return FacePlace{8 + (f + 3) % 4, p.x + side, p.y};
    return FacePlace{8 + f, p.x, p.y + side};
}
std::optional<FacePlace> overSouthFace(const FacePlace& p, int64_t side)
{
    const int f = p.face - 8;
    const bool xLow = p.x < 0, xHigh = p.x >= side, yLow = p.y < 0, yHigh = p.y >= side;
    if (xLow && yLow) return FacePlace{8 + (f + 2) % 4, -1 - p.x, -1 - p.y}; // over the pole
    if (xHigh && yHigh) return FacePlace{f, p.x - side, p.y - side};
    if ((xLow && yHigh) || (xHigh && yLow)) return std::nullopt;
    if (xHigh) return FacePlace{4 + (f + 1) % 4, p.x - side, p.y};
    if (yHigh) return FacePlace{4 + f, p.x, p.y - side};
    if (xLow) return FacePlace{8 + (f + 3) % 4, p.y, -1 - p.x};
    return FacePlace{8 + (f + 1) % 4, -1 - p.y, p.x};
}

} // namespace

std::optional<TexelPlace> texelBeside(sky::Cell cell, int width, int x, int y)
{
    const int64_t cells = int64_t{1} << cell.order;
    const int64_t side = cells * width;
    const uint64_t inFace = cell.pix & ((uint64_t{1} << (2 * cell.order)) - 1);
    FacePlace p{static_cast<int>(cell.pix >> (2 * cell.order)), static_cast<int64_t>(squeeze(inFace)) * width + x,
                static_cast<int64_t>(squeeze(inFace >> 1)) * width + y};
    if (p.x < 0 || p.y < 0 || p.x >= side || p.y >= side) {
        const auto over = p.face < 4 ? overNorthFace(p, side) : p.face < 8 ? overEquatorFace(p, side) : overSouthFace(p, side);
        if (!over) return std::nullopt;
        p = *over;
    }
    const uint64_t pix = (static_cast<uint64_t>(p.face) << (2 * cell.order)) | spread(static_cast<uint64_t>(p.x / width)) |
                         (spread(static_cast<uint64_t>(p.y / width)) << 1);
    return TexelPlace{{cell.order, pix}, static_cast<int>(p.x % width), static_cast<int>(p.y % width)};
}

} // namespace firmament::render
