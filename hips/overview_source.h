// Tiles of the orders that a survey lacks, made of those that it has. Many surveys begin at order 3 without an Allsky, or
// hold only the deepest tiles of a small field: without this, a view from afar would need all of them at full size. No tile
// made costs more than kMostTiles requests; without a coverage map and three orders above the lowest there is, only the field that
// the survey itself names is looked into.
#pragma once

#include <memory>
#include <vector>

#include "hips/tile_source.h"

namespace firmament::hips {

/// What an OverviewSource is told of its survey.
struct OverviewFacts {
    int orderMin = 0, orderMax = 0, tileWidth = 512;
    std::shared_ptr<const sky::Moc> coverage; ///< in the survey's frame; null: not known
    std::shared_ptr<const sky::Moc> likely;   ///< without `coverage`: where it says that it has data; may be null
    /// Where to look for the orders that there are, when nothing shows in the widest views; empty: properties are right.
    std::vector<sky::Dir> places;
};

class OverviewSource final : public TileSource {
public:
    /// A made tile is put together of at most so many tiles of orderMin.
    static constexpr size_t kMostTiles = 64;

    OverviewSource(std::unique_ptr<TileSource> tiles, OverviewFacts facts, Executor& ui, Executor& work);
    ~OverviewSource() override;
    [[nodiscard]] Pending load(sky::Cell cell, Priority priority, float distance, Done done) override;
    /// When the survey's own base cells come to nothing, looks for its lowest order before it ends.
    [[nodiscard]] Pending loadBase(std::function<void(sky::Cell, TilePtr)> each, std::function<void()> end) override;
    [[nodiscard]] Pending exactValue(sky::Cell cell, int width, int column, int row, std::function<void(Expected<double>)> done) override;
    SourceStats stats() const override;
    /// Empty while the survey's own base cells may still come, and when they have come: those are enough.
    std::optional<MadeOrders> made() const override;
    LearntFacts learnt() const override;

private:
    struct Core;
    class Making;
    class Base;
    const std::unique_ptr<TileSource> tiles_;
    const std::shared_ptr<Core> core_;
};

/// The largest parts of `cell` that are covered and at most `most`, of one order between that of `cell` and `deepest`;
/// without a coverage map all parts count as covered.
std::vector<sky::Cell> coveredParts(sky::Cell cell, int deepest, const sky::Moc* coverage, size_t most);

} // namespace firmament::hips
