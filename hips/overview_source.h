// Tiles of the orders that a survey lacks, made of those that it has. Many surveys begin at order 3 without an Allsky, or
// hold only the deepest tiles of a small field: without this, a view from afar would need all of them at full size.
#pragma once

#include <memory>

#include "hips/tile_source.h"

namespace firmament::hips {

class OverviewSource final : public TileSource {
public:
    /// A made tile is put together of at most so many tiles of orderMin.
    static constexpr size_t kMostTiles = 64;

    /// `tiles` has what there is, from orderMin (> 0) down; coverage (may be null) in the survey's frame.
    OverviewSource(std::unique_ptr<TileSource> tiles, int orderMin, int tileWidth, std::shared_ptr<const sky::Moc> coverage,
                   Executor& ui, Executor& work);
    ~OverviewSource() override;
    [[nodiscard]] Pending load(sky::Cell cell, Priority priority, float distance, Done done) override;
    [[nodiscard]] Pending loadBase(std::function<void(sky::Cell, TilePtr)> each, std::function<void()> end) override;
    SourceStats stats() const override;
    /// Empty while the survey's own base cells may still come, and when they have come: those are enough.
    std::optional<int> lowestMade() const override;

private:
    struct Facts;
    class Making;
    const std::unique_ptr<TileSource> tiles_;
    const std::shared_ptr<const Facts> facts_;
    Executor& ui_;
    Executor& work_;
    struct Base;
    const std::shared_ptr<Base> base_;
};

/// The largest parts of `cell` that are covered and at most `most`, of one order between that of `cell` and `deepest`;
/// without a coverage map all parts count as covered.
std::vector<sky::Cell> coveredParts(sky::Cell cell, int deepest, const sky::Moc* coverage, size_t most);

} // namespace firmament::hips
