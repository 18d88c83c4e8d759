// Joins data to drawing: follows a Document, loads what it names, draws it. ui thread; drawing wants the context current.
#pragma once

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.h"
#include "core/executor.h"
#include "hips/survey_info.h"
#include "net/network.h"
#include "render/renderer.h"
#include "scene/document.h"
#include "scene/label_source.h"
#include "scene/overlay_picture.h"

namespace firmament::catalogs {
class SkyData;
}

namespace firmament::scene {

struct SceneEnvironment {
    Executor* ui = nullptr;
    Executor* work = nullptr;
    net::Transport* net = nullptr;       ///< null: folders and the embedded sky only
    const Clock* clock = nullptr;
    LabelSource* labels = nullptr;       ///< null: no text is drawn
    std::shared_ptr<const catalogs::SkyData> sky; ///< null: no embedded layers
    std::string defaultSkyFolder;        ///< the built-in HiPS
    size_t tileBytes = 0;                ///< decoded tiles of all layers together; 0: memoryBudget()
    size_t textureBytes = 0;             ///< the same of their textures
    double fadeMs = 220;                 ///< 0: no cross-fades (tests, reduced motion)
};

enum class LayerPhase : uint8_t { Opening, Loading, Complete, Partial, Offline, Failed, Hidden, OutsideCoverage, Covered };
struct LayerReport {
    LayerId id = 0;
    LayerPhase phase = LayerPhase::Opening;
    std::string line;               ///< the state line of the layer card: "Complete, order 8, 41 ms", "Loading 9 of 14 tiles"
    int done = 0, total = 0;        ///< tiles in view
    int order = -1;
    double nextTrySeconds = -1;     ///< until what failed is asked for again; below 0: nothing waits for that
    bool goThere = false;           ///< nothing of it shows here, or little, and it says where it has data: the line ends with "go there"
    int64_t copyOf = 0;             ///< what is drawn are copies that could not be checked with the server: date of the oldest, seconds since 1970
    std::optional<hips::SurveyInfo> survey;
    std::shared_ptr<const sky::Moc> coverage; ///< in the survey's frame; null: not known
    bool values = false;            ///< has physical values: cuts, maps and the histogram apply
    double cutLo = 0, cutHi = 1;    ///< in force
    render::Stretch stretch = render::Stretch::Linear; ///< in force
    std::string credit;
};
struct Histogram {
    double lo = 0, hi = 0;          ///< range of the bins
    std::vector<uint32_t> bins;
    uint64_t pixels = 0;
    CutRule::From from = CutRule::From::View; ///< whose pixels these are
    int order = -1;                 ///< Tile, All: the order of the tiles looked at
};
struct ValueReading {
    LayerId layer = 0;
    double value = 0;
    std::string unit, layerName;
};
/// What a survey has at and around a place of the canvas: the texels themselves, not the colours on the screen.
struct CloseUp {
    static constexpr int kSide = 13;  ///< texels; the middle one lies at the place
    LayerId layer = 0;
    std::string layerName, unit;
    bool rounded = false;             ///< the tile's file has more digits than `value`: see Scene::exactValue()
    std::optional<double> value;      ///< physical; empty: a survey of colours. NaN: blank
    render::Rgba colour;              ///< of the middle texel, as the survey's own display shows it; alpha 0: blank
    sky::Cell cell;                   ///< the tile, in the survey's frame
    int tileWidth = 0, column = 0, row = 0; ///< of the middle texel in the tile's file, from its top left
    std::array<render::Rgba, size_t{kSide} * kSide> texels; ///< as they lie on the canvas, top row first; alpha 0: none
};
/// Something under the pointer.
struct Hit {
    LayerId layer = 0;
    std::string name;               ///< "M 8 · Lagoon Nebula"
    std::string aka;                ///< "NGC 6523"
    std::string kind;               ///< "Cluster with nebula, Sagittarius"
    std::vector<std::string> facts; ///< lines: "18 03 37.0 −24 23 12 · 90' × 40' · V 6.0"
    sky::SkyPos pos;
    sky::Angle size;
    double distancePixels = 0;
};
enum class Severity : uint8_t { Info, Warning, Error };
struct Message {
    Severity severity = Severity::Info;
    std::string thing, sentence;    ///< "DSS2 red", "tile 6/24185: HTTP 503, tried 3 times"
    LayerId layer = 0;
};
struct PixelRect {
    double x = 0, y = 0, w = 0, h = 0;
    bool operator==(const PixelRect&) const = default;
};

class Scene {
public:
    explicit Scene(SceneEnvironment environment);
    ~Scene();

    void setDocument(const Document& document); ///< cheap; differences only
    const Document& document() const;
    /// The part of the canvas not covered by panels, logical pixels: overlays keep to it. Default: everything.
    void setFreeArea(const PixelRect& area);
    /// What lies over the canvas, logical pixels of it (tools, cards, panels): no name or number is written under it, and compass and
    /// scale bar go to the other side when it takes their corner.
    void setObstacles(std::vector<PixelRect> obstacles);
    /// Less than 1 darkens all that lies under names and furniture, so that these stay readable (the night theme).
    void setSkyBrightness(double brightness);
    void setReticleOpacity(double opacity);
    void setDebugOverlay(bool on);
    void setTileBytes(size_t bytes);    ///< as SceneEnvironment::tileBytes, at once
    void setTextureBytes(size_t bytes); ///< as SceneEnvironment::textureBytes, from the next frame on
    void setFadeMs(double ms);       ///< as SceneEnvironment::fadeMs, at once
    void setHighlight(std::optional<Hit> hovered, std::optional<Hit> selected);
    void setCanvasColours(render::Rgba background, render::Rgba text, render::Rgba halo, render::Rgba grid, bool red = false); ///< red: for the eyes at night
    void setAccent(render::Rgba accent); ///< the line over the active pane
    /// Which half of a blink is shown: without the compared layer, or all. Both are kept ready; nothing is asked for.
    void setBlinkBelow(bool below);
    /// The pane at, or nearest to, a place of the canvas; 0 without panes.
    size_t paneAt(const Eigen::Vector2d& canvasPixel) const;
    /// Where the document's view has what a pane shows at that place of the canvas. The same pixel without panes.
    Eigen::Vector2d viewPixel(const Eigen::Vector2d& canvasPixel, size_t pane) const;
    Eigen::Vector2d canvasPixel(const Eigen::Vector2d& viewPixel, size_t pane) const; ///< the way back
    PixelRect freeArea() const;

    render::FrameStats render(render::Renderer& renderer, const render::FrameTarget& target);
    /// The same picture in two parts, for vector files: the surveys (and what lies under them) are drawn, all that lies on them
    /// is appended to `overlay` instead.
    render::FrameStats render(render::Renderer& renderer, const render::FrameTarget& target, OverlayPicture& overlay);
    /// The top survey with physical values, as values (or nothing when there is none).
    bool renderValues(render::Renderer& renderer, const render::FrameTarget& target);
    /// The surveys alone as they are displayed, over black, without comparing and without what lies on them: a cut-out of colours.
    void renderSurveys(render::Renderer& renderer, const render::FrameTarget& target);
    /// One survey alone, of the sky at the free area's centre, from the tiles that the last frame drew: nothing is loaded. `target` is
    /// square, in physical pixels. False when it has nothing to show.
    bool renderLayer(render::Renderer& renderer, const render::FrameTarget& target, LayerId id);
    void dropGpu(); ///< after Renderer::dropGpu

    size_t tileBytes() const; ///< decoded tiles of all layers, now: inside the budget
    bool settled() const; ///< all visible work is done and the last frame showed it
    std::vector<LayerReport> reports() const; ///< of the document's layers, bottom first: with panes, those of the active one
    std::vector<LayerReport> allReports() const; ///< of all panes, each layer once, in no order
    std::optional<Histogram> histogram(LayerId id) const;
    std::optional<ValueReading> valueAt(const Eigen::Vector2d& canvasPixel) const; ///< of the pane that lies there
    /// Of the topmost visible survey of the pane that has something there; empty: none has.
    std::optional<CloseUp> closeUp(const Eigen::Vector2d& canvasPixel) const;
    /// The value of what closeUp() found, as the tile's file has it. `done` on the thread of the scene, unless the Pending goes before.
    [[nodiscard]] Pending exactValue(const CloseUp& at, std::function<void(Expected<double>)> done);
    std::vector<Hit> pick(const Eigen::Vector2d& canvasPixel, double radiusPixels) const; ///< nearest first
    PixelRect creditsArea() const; ///< on the canvas, of the last frame; no width: they are not shown
    std::vector<std::string> credits() const; ///< of the visible layers of all panes, most opaque first
    /// The frame that the view should have, when it does not fit what is shown: Body when the topmost visible survey is of a
    /// planet or moon, Icrs when none is and the view is still on a body. The owner of the document changes its view
    /// (surveys of bodies and of the sky are never drawn together).
    std::optional<sky::Frame> wantedFrame() const;
    void retryFailed(LayerId id = 0); ///< of one layer, or with 0 of all
    /// One survey, or with 0 all visible ones, from its source again, past the disk cache; what is shown stays until the new is complete.
    void refresh(LayerId id = 0);
    void askAgain(); ///< for failed tiles whose waiting time is over (LayerReport::nextTrySeconds)
    void clearTextures();

    std::function<void()> onNeedFrame;
    std::function<void(const Message&)> onMessage;
    std::function<void()> onReports; ///< reports() changed (at most every 50 ms)

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::scene
