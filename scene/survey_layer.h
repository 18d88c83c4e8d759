// A HiPS on the sky: opens it, plans, loads, uploads, fades, finds cuts. ui thread. Private to scene/.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <unordered_map>

#include "hips/plan.h"
#include "hips/tile_source.h"
#include "hips/tile_store.h"
#include "scene/cut_pieces.h"
#include "scene/layer.h"
#include "scene/memory_budget.h"

namespace firmament::scene {

class SurveyLayer final : public Layer {
public:
    SurveyLayer(LayerId id, LayerServices services);
    ~SurveyLayer() override;

    bool setState(const LayerState& state) override;
    void prepare(const FrameInput& frame, render::Renderer& renderer) override;
    void draw(const FrameInput& frame, Painter& painter) override;
    void drawValues(render::Renderer& renderer);
    void drawAlone(render::Renderer& renderer) const; ///< opaque, as if nothing were below
    void rest(LayerPhase why) override;
    LayerReport report() const override;
    bool settled() const override;
    void dropGpu() override;
    void clearTextures() override;
    void retryFailed() override;
    void askAgain() override;

    void refresh(); ///< opens it anew, past the disk cache
    void setBudget(size_t bytes); ///< of decoded tiles; 0: nothing is kept
    std::optional<Histogram> histogram() const;
    std::optional<CloseUp> closeUp(const sky::SkyView& view, const Eigen::Vector2d& pixel) const;
    Pending exactValue(const CloseUp& at, std::function<void(Expected<double>)> done);
    std::optional<ValueReading> valueAt(const sky::SkyView& view, const Eigen::Vector2d& pixel) const;

    bool open() const { return store_ != nullptr; }
    bool opening() const { return phase_ == LayerPhase::Opening; }
    bool builtIn() const { return state_.source == kDefaultSky; }
    bool hasValues() const { return store_ && format_ == hips::TileFormat::Fits; }
    sky::Frame frame() const { return info_.frame; }
    const hips::SurveyInfo* info() const { return store_ ? &info_ : nullptr; }
    /// Nothing below can be seen in this view: full sky, opaque, every cell of the view drawn. As of the last prepare().
    bool coversAll() const;
    const hips::TilePlan& plan() const { return plan_; }
    hips::StoreStats storeStats() const { return store_ ? store_->stats() : hips::StoreStats{}; }
    Cuts cuts() const { return shownCuts_; }
    render::Look look(bool paper) const; ///< on paper dark sky is white by itself: the layer's own inversion does not count
    const SurveyState& state() const { return state_; }
    const std::string& name() const { return name_; }
    std::string credit() const;
    size_t drawnTiles() const { return draws_.size(); }
    bool drawsAnything() const { return before_ ? !before_->draws.empty() : !draws_.empty() && cutsKnown_; }

private:
    struct Fade {
        sky::Cell from, fadeFrom;
        double sinceMs = 0;
    };

    /// What was shown when the layer was opened anew for another format or channel: shown until the new one is complete.
    /// Its textures only; nothing more of it is loaded.
    struct Before {
        hips::SurveyInfo info;
        std::shared_ptr<const sky::Moc> coverage;
        uint32_t textureLayer = 0;
        hips::TilePlan plan;
        std::vector<render::TileDraw> draws;
        Cuts cuts;
        render::Stretch stretch = render::Stretch::Linear;
        std::array<float, 256> equalised{};
        bool values = false, coversAll = false;
    };

    /// A texel of what is drawn, by its tile.
    struct Texel {
        hips::TilePtr tile;
        sky::Cell cell;
        size_t column = 0, row = 0;
    };
    std::optional<Texel> texelAt(const sky::Dir& dir) const;
    static std::optional<double> valueOf(const Texel& texel); ///< empty: a tile of colours
    static render::Rgba colourOf(const Texel& texel, const render::Look& look);
    void reopen(bool pastCache = false);
    void keepAsBefore();
    void prepareBefore(const FrameInput& frame, render::Renderer& renderer);
    void dropBefore();
    void opened(Expected<hips::OpenSurvey>&& survey);
    void fail(const Error& error);
    void makePlan(const FrameInput& frame, render::Renderer& renderer);
    bool upload(const FrameInput& frame, render::Renderer& renderer, const hips::TilePlan& wanted);
    bool uploadOne(render::Renderer& renderer, sky::Cell cell);
    void request(const FrameInput& frame, const hips::TilePlan& wanted, const std::function<bool(sky::Cell)>& onGpu);
    void makeDraws(const FrameInput& frame, render::Renderer& renderer);
    FindTile finder() const { return [this](sky::Cell c) { return store_->find(c); }; }
    bool cutsOfPreview() const { return hasValues() && state_.cuts.from == CutRule::From::All; }
    void followCuts(const FrameInput& frame);
    bool sampleIsStale(const FrameInput& frame) const;
    void startSampling(const FrameInput& frame);
    void updateReport(const FrameInput& frame);
    void takeLearnt();
    bool offline() const;
    bool lookingForTiles() const;
    bool startsDeeper() const;
    void followCopies();
    std::string completeLine() const;
    void setReport(LayerPhase phase, std::string line);
    std::string title() const;
    void needFrame() const;

    LayerId id_;
    LayerServices services_;
    std::string name_, opened_; ///< opened_: what the store below was opened for
    bool local_ = true;
    SurveyState state_;
    double opacity_ = 1;
    double painted_ = 1; ///< the built-in sky gives way to the stars drawn one by one
    render::Blend blend_ = render::Blend::Normal;

    Pending pendingOpen_;
    hips::SurveyInfo info_;
    hips::TileFormat format_ = hips::TileFormat::Jpeg;
    std::shared_ptr<const sky::Moc> coverage_;
    std::unique_ptr<hips::TileStore> store_;
    uint32_t textureLayer_ = 0;
    std::optional<Before> before_;
    size_t budget_ = memoryBudget(true, 0, 1).tiles; ///< bytes; the scene shares out what there is

    hips::TilePlan plan_;
    bool planned_ = false, uploadsLeft_ = false, gpuFull_ = false, storeChanged_ = true, held_ = false, fading_ = false;
    std::optional<sky::SkyView> plannedView_;
    double plannedScale_ = 1;
    std::unordered_map<sky::Cell, double, sky::CellHash> wantedSince_;
    std::map<sky::Cell, Fade> fades_;
    std::vector<render::TileDraw> draws_;
    bool everDrawn_ = false, everComplete_ = false;
    /// Of the textures that are of copies: when the server gave them, and whether it could not be asked since.
    struct Copy {
        int64_t asOf = 0;
        bool unchecked = false;
    };
    std::unordered_map<sky::Cell, Copy, sky::CellHash> copies_;

    // Cuts.
    std::shared_ptr<const SampledValues> values_;
    std::shared_ptr<int> samplingTicket_; ///< alive while a sample is being taken
    std::optional<sky::SkyView> sampledView_;
    CutRule::From sampledFrom_ = CutRule::From::View;
    std::optional<sky::Cell> sampledCell_; ///< Tile: which
    int sampledOrder_ = -1;                ///< Tile, All
    size_t sampledPieces_ = 0;
    bool sampledComplete_ = false;
    CutRule shownRule_;
    std::array<float, 256> equalised_{};
    std::pair<const SampledValues*, Cuts> equalisedFor_{nullptr, {}};
    Cuts shownCuts_, fromCuts_, toCuts_;
    double cutsSinceMs_ = 0;
    bool cutsKnown_ = false, cutsMoving_ = false;

    // Report.
    LayerPhase phase_ = LayerPhase::Opening;
    LayerReport report_;
    std::string failure_, lastTrouble_;
    int lastStatus_ = 0; ///< HTTP status of the last failed tile
    int openFailures_ = 0; ///< in a row
    bool resting_ = false; ///< hidden: nothing is tried again
    std::optional<std::chrono::nanoseconds> reopenAt_; ///< by the scene's clock
    double incompleteSinceMs_ = -1, completeMs_ = -1;
};

} // namespace firmament::scene
