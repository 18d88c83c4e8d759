// The tiles of a HiPS in a folder: each is read and decoded in one job on the work pool, best ranked first.
#pragma once

#include <filesystem>
#include <memory>

#include "hips/tile_source.h"

namespace firmament::hips {

struct LocalTree {
    std::filesystem::path folder;
    TileFormat format = TileFormat::Jpeg;
    int channel = 0;
    int tileWidth = 512;
    std::vector<sky::Cell> base;  ///< real tiles of order 0, used as base cells
    int allskyOrder = -1;         ///< of the Allsky to make them of when there are none; -1: none
};

class LocalHips final : public TileSource {
public:
    LocalHips(LocalTree tree, Executor& ui, Executor& work);
    ~LocalHips() override;
    [[nodiscard]] Pending load(sky::Cell cell, Priority priority, float distance, Done done) override;
    [[nodiscard]] Pending loadBase(std::function<void(sky::Cell, TilePtr)> each, std::function<void()> end) override;
    [[nodiscard]] Pending exactValue(sky::Cell cell, int width, int column, int row, std::function<void(Expected<double>)> done) override;
    SourceStats stats() const override;

private:
    class Queue;
    class Job;
    class Base;
    std::shared_ptr<Queue> queue_;
};

/// The file of one tile; NotFound when there is none under any of the usual names.
Expected<Bytes> readTileFile(const std::filesystem::path& folder, sky::Cell cell, TileFormat format, int channel);

} // namespace firmament::hips
