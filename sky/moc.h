// Space coverage: sorted disjoint half-open ranges of order-29 NESTED indices (MOC 2.0). Cells are a view of them.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sky/healpix.h"

namespace firmament::sky {

struct Range29 {
    uint64_t first, end;
    bool operator==(const Range29&) const = default;
};

class Moc {
public:
    enum class Cover { None, Partial, Full };

    Moc() = default; ///< empty, order 0
    static Moc fromCells(std::span<const Cell> cells);
    static Moc fromRanges(std::vector<Range29> anyOrder, int order); ///< sorts and joins
    static Moc all();
    static Moc cone(const Dir& centre, Angle radius, int order); ///< every cell that touches the cone

    int order() const { return order_; }
    bool empty() const { return ranges_.empty(); }
    double fraction() const; ///< of the whole sky
    std::span<const Range29> ranges() const { return ranges_; }
    bool contains(const Dir& dir) const;
    Cover cover(Cell cell) const;
    Moc operator|(const Moc& o) const;
    Moc operator&(const Moc& o) const;
    Moc operator-(const Moc& o) const;
    Moc complement() const;
    Moc degraded(int order) const; ///< larger cells that hold all of this
    std::vector<Cell> cells() const;
    bool operator==(const Moc& o) const { return ranges_ == o.ranges_; }

private:
    std::vector<Range29> ranges_;
    int order_ = 0;
};

/// "3/1-4 7 4/..." and its JSON form {"3":[1,2]}, with the usual liberties (commas, comments, leading s); no text is no coverage.
Expected<Read<Moc>> parseMocAscii(std::string_view text);
std::string toAscii(const Moc& moc);

} // namespace firmament::sky
