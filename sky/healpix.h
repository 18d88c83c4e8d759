// HEALPix, NESTED only, orders 0 to 29, in double throughout (Gorski et al. 2005). Arguments are validated here.
// In-cell coordinates: x,y in [0,1]; S=(0,0) E=(1,0) N=(1,1) W=(0,1). Nested sub-index: x in the even bits, y in the odd.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>

#include "sky/frame.h"

namespace firmament::sky {

inline constexpr int kMaxOrder = 29;

struct Cell {
    uint8_t order = 0;
    uint64_t pix = 0;
    auto operator<=>(const Cell&) const = default;
    Cell parent(int up = 1) const { return {static_cast<uint8_t>(order - up), pix >> (2 * up)}; }
    Cell child(int k) const { return {static_cast<uint8_t>(order + 1), (pix << 2) | static_cast<uint64_t>(k)}; }
    bool isAncestorOrSelf(const Cell& o) const { return order <= o.order && (o.pix >> (2 * (o.order - order))) == pix; }
    uint64_t first29() const { return pix << (2 * (kMaxOrder - order)); } ///< first order-29 cell inside
    uint64_t end29() const { return (pix + 1) << (2 * (kMaxOrder - order)); }
    bool valid() const { return order <= kMaxOrder && pix < (uint64_t{12} << (2 * order)); }
};

struct CellHash {
    size_t operator()(const Cell& c) const noexcept
    {
        return static_cast<size_t>((c.pix ^ (uint64_t{c.order} << 58)) * 0x9E3779B97F4A7C15ULL);
    }
};

/// Direction of a point of the cell. At a pole corner the direction is the pole.
Dir cellPoint(Cell cell, double x, double y);
inline Dir cellCentre(Cell cell) { return cellPoint(cell, 0.5, 0.5); }
Cell cellAt(const Dir& dir, int order);
/// The cell and where in it: 0 <= x,y <= 1.
struct CellPlace {
    Cell cell;
    double x, y;
};
CellPlace placeAt(const Dir& dir, int order);
/// SW, W, NW, N, NE, E, SE, S; empty where there is none (W, N, E or S at 24 cells).
std::array<std::optional<Cell>, 8> neighbours(Cell cell);
/// True when the cell's N (faces 0-3) or S (faces 8-11) corner is a pole of the frame.
bool touchesPole(Cell cell);
Cap boundingCap(Cell cell); ///< holds the whole cell, tight to a few percent

/// Where in an ancestor's square a descendant (or itself) lies: offset and size in [0,1].
struct SubRect {
    double x = 0, y = 0, size = 1;
    bool operator==(const SubRect&) const = default;
};
SubRect within(Cell descendant, Cell ancestor);

} // namespace firmament::sky
