// The tiles of a HiPS on a server, with mirrors. ui thread; decoding on the work pool.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "hips/tile_source.h"

namespace firmament::hips {

struct RemoteTree {
    std::vector<std::string> bases; ///< the address that was given first, then the mirrors; no trailing slash
    TileFormat format = TileFormat::Jpeg;
    int channel = 0;
    int tileWidth = 512;           ///< as properties say
    int orderMin = 0;
    std::shared_ptr<const sky::Moc> coverage;
    bool pastCache = false; ///< each tile once
};

class RemoteHips final : public TileSource {
public:
    RemoteHips(RemoteTree tree, const SurveyEnvironment& env);
    ~RemoteHips() override;
    [[nodiscard]] Pending load(sky::Cell cell, Priority priority, float distance, Done done) override;
    [[nodiscard]] Pending loadBase(std::function<void(sky::Cell, TilePtr)> each, std::function<void()> end) override;
    [[nodiscard]] Pending exactValue(sky::Cell cell, int width, int column, int row, std::function<void(Expected<double>)> done) override;
    SourceStats stats() const override;
    LearntFacts learnt() const override; ///< the width of the tiles, once two agree on another than properties say

private:
    struct Core;
    template <class Value> class Fetch;
    class Base;
    static void askAllsky(const std::shared_ptr<Core>& core, const std::shared_ptr<Base>& base, std::vector<int> orders,
                          const std::function<void(sky::Cell, TilePtr)>& each, const std::function<void()>& end);
    std::shared_ptr<Core> core_;
};

} // namespace firmament::hips
