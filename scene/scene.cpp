#include "scene/scene.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "catalogs/sky_data.h"
#include "scene/bodies.h"
#include "scene/compare_overlay.h"
#include "scene/constellation_layer.h"
#include "scene/debug_overlay.h"
#include "scene/deep_sky_layer.h"
#include "scene/grid_overlay.h"
#include "scene/label_placer.h"
#include "scene/memory_budget.h"
#include "scene/overlays.h"
#include "scene/painter.h"
#include "scene/paper.h"
#include "scene/sheets.h"
#include "scene/solar_system_layer.h"
#include "scene/star_layer.h"
#include "scene/survey_layer.h"

namespace firmament::scene {

namespace {

constexpr double kReportsEveryMs = 50;

double stopwatchMs()
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

SceneEnvironment checked(SceneEnvironment env)
{
    static const SteadyClock kSteady;
    if (!env.clock) env.clock = &kSteady;
    return env;
}

/// Stands for an embedded layer whose data are not installed.
class AbsentLayer final : public Layer {
public:
    explicit AbsentLayer(LayerId id)
    {
        report_.id = id;
        report_.phase = LayerPhase::Failed;
        report_.line = "The built-in catalogues are not installed";
    }
    bool setState(const LayerState& state) override { return !std::holds_alternative<SurveyState>(state.content); }
    void prepare(const FrameInput&, render::Renderer&) override {}
    void draw(const FrameInput&, Painter&) override {}
    void rest(LayerPhase) override {}
    LayerReport report() const override { return report_; }

private:
    LayerReport report_;
};

} // namespace

class Scene::Impl {
public:
    Impl(Scene& scene, SceneEnvironment environment) : scene_(scene), env_(checked(std::move(environment)))
    {
        if (env_.labels) text_ = std::make_unique<TextCache>(*env_.labels);
    }

    ~Impl() { entries_.clear(); } // they use the services of the members that go first
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void setDocument(const Document& document);
    render::FrameStats render(render::Renderer& renderer, const render::FrameTarget& target, OverlayPicture* apart);
    bool renderValues(render::Renderer& renderer, const render::FrameTarget& target);
    void renderSurveys(render::Renderer& renderer, const render::FrameTarget& target);
    bool renderLayer(render::Renderer& renderer, const render::FrameTarget& target, LayerId id);
    void dropGpu();
    size_t tileBytes() const;
    bool settled() const { return !dirty_ && settled_; }
    std::vector<LayerReport> reports() const;
    std::vector<LayerReport> allReports() const;
    SurveyLayer* surveyWithValues(size_t pane) const;
    bool surveyFits(const SurveyLayer& survey) const; ///< of the sky in a view of the sky, of a body in one of a body
    /// The sheet that lies under a place of the canvas, and the place in it; empty between and beside panes.
    struct Spot {
        const Sheet* sheet;
        Eigen::Vector2d pixel;
    };
    std::optional<Spot> spotAt(const Eigen::Vector2d& canvasPixel) const;
    void layOut();
    std::vector<Hit> pick(const Eigen::Vector2d& pixel, double radius) const;
    std::vector<std::string> credits() const;
    std::optional<sky::Frame> wantedFrame() const;
    void needFrame();
    void fitBudget(render::Renderer& renderer, const render::FrameTarget& target);
    size_t surveysShown() const;
    void shareBudget();
    void reportsChanged();

    struct Entry {
        std::unique_ptr<Layer> layer;
        SurveyLayer* survey = nullptr; ///< the same, when it is one
        LayerState state;              ///< as last given to the layer
        size_t users = 0;              ///< panes that show it; of more than one, the state may differ a little
        uint64_t preparedIn = 0;       ///< number of the frame
        LayerPhase why = LayerPhase::Hidden;
        std::vector<LabelRequest> labels;
    };
    Entry* entryOf(size_t pane, LayerId id) const;
    Entry* entryOf(LayerId id) const { return entryOf(activePane(), id); }
    size_t activePane() const { return panes_.size() > 1 ? document_.compare.active : 0; }

    Scene& scene_;
    SceneEnvironment env_;
    Document document_;
    /// A layer of the same id and content is one in all panes; of other content, another one (the number).
    std::map<std::pair<LayerId, int>, Entry> entries_;
    std::vector<std::map<LayerId, Entry*>> panes_; ///< what of it each pane shows
    Sheets sheets_;
    bool blinkBelow_ = false;
    PixelRect free_;
    bool freeSet_ = false;
    std::vector<PixelRect> obstacles_; ///< of the canvas
    double brightness_ = 1; ///< of the sky
    double reticle_ = 1;
    bool debug_ = false;
    std::optional<Hit> hovered_, selected_;
    PixelRect creditsArea_;
    CanvasColours colours_;
    MemoryBudget budget_ = memoryBudget(true, 0, 1); ///< until the renderer is known

private:
    struct Shown {
        const LayerState* state;
        Entry* entry;
        bool drawn = false;
    };
    using ShownPass = std::vector<Shown>;    ///< bottom first
    using ShownSheet = std::vector<ShownPass>;

    Entry makeLayer(const LayerState& state);
    LayerServices services();
    double nowMs() const;
    FrameInput input(double now, double scale, const Sheet& sheet, const std::vector<LayerState>& stack) const;
    void beginWith(render::Renderer& renderer);
    void followView(double now);
    void takeStack(size_t pane, const std::vector<LayerState>& stack, std::set<std::pair<LayerId, int>>& present);
    void give(Entry& entry, const LayerState& state);
    /// A survey shared by panes takes on the opacity and blend of the one that is drawn.
    void follow(Entry& entry, const LayerState& state)
    {
        if (entry.users > 1 && entry.survey && !(entry.state == state)) give(entry, state);
    }
    LabelPlacer& placerOf(const Sheet& sheet, const Pass& pass)
    {
        const auto i = sheet.pane + static_cast<size_t>(&pass - sheet.passes.data());
        return placers_[std::min(i, placers_.size() - 1)];
    }
    ShownPass preparePass(const Sheet& sheet, const Pass& pass, double now, render::Renderer& renderer);
    void drawHatch(const FrameInput& frame, const ShownPass& shown, Painter& picture);
    void drawPass(const FrameInput& frame, const ShownPass& shown, Painter& picture, Painter& overlay);
    void drawPaper(const std::vector<ShownSheet>& shown, double now, render::Renderer& renderer, Painter& picture);
    void drawAlone(render::Renderer& renderer, const render::FrameTarget& target, const std::function<bool(const FrameInput&)>& draw);
    void drawSheet(const Sheet& sheet, const ShownSheet& shown, double now, render::Renderer& renderer, Painter& picture, Painter& overlay);
    double addColourBars(const FrameInput& frame, const ShownSheet& shown, double bottom, std::vector<PixelRect>& taken);
    void addFurniture(const FrameInput& whole, const Sheet& sheet, const ShownSheet& shown, std::vector<PixelRect>& taken);
    void drawCompare(render::Renderer& renderer, Painter& painter);
    std::string paneTitle(size_t pane) const;
    render::TargetBox boxOf(const PixelRect& r) const;
    void clipTo(const Sheet& sheet, const PixelRect& clip, render::Renderer& renderer);
    void finish(const std::vector<ShownSheet>& shown, double now);
    void tellReports(double now, bool atOnce);

    std::unique_ptr<TextCache> text_;
    /// Of what is drawn: the canvas's, or those of a chart on white.
    CanvasColours inks() const { return document_.overlays.paper ? paperColours(colours_) : colours_; }

    LabelPlacer collector_;               ///< what a layer wants written, before it is known where
    std::array<LabelPlacer, 4> placers_;  ///< of the panes, or of the two sides of a comparison
    uint64_t frameNumber_ = 0;
    bool labelsFade_ = false;
    bool clipped_ = false;                ///< the renderer draws into a part of the canvas
    GridOverlay grid_;
    Drawing hatch_, overlays_, labels_, compare_;
    std::optional<sky::SkyView> hatchFor_, lastView_;
    bool hatchOnPaper_ = false;
    std::vector<uint32_t> cells_;
    double viewSinceMs_ = 0, scale_ = 1, lastPlanePerPixel_ = 0;
    bool zoomed_ = false;
    uint32_t nextTexture_ = 1;
    std::vector<uint32_t> forget_;
    std::vector<render::PointSet*> freePoints_;
    render::Renderer* renderer_ = nullptr;
    bool dirty_ = true, settled_ = false, rendering_ = false, again_ = false;
    bool reportsDirty_ = false;
    double reportsToldMs_ = -1e9;
    DebugFacts facts_;
};

// ---- the document ----------------------------------------------------------------------------------------------

LayerServices Scene::Impl::services()
{
    return {env_,
            [this] { needFrame(); },
            [this](const Message& m) {
                if (scene_.onMessage) scene_.onMessage(m);
            },
            [this] { reportsChanged(); },
            [this] { return nextTexture_++; },
            [this](uint32_t layer) { forget_.push_back(layer); },
            [this](render::PointSet* set) { freePoints_.push_back(set); }};
}

Scene::Impl::Entry Scene::Impl::makeLayer(const LayerState& state)
{
    Entry entry;
    const LayerId id = state.id;
    if (std::holds_alternative<SurveyState>(state.content)) {
        auto survey = std::make_unique<SurveyLayer>(id, services());
        entry.survey = survey.get();
        entry.layer = std::move(survey);
    } else if (!env_.sky) {
        entry.layer = std::make_unique<AbsentLayer>(id);
    } else if (std::holds_alternative<StarsState>(state.content)) {
        entry.layer = std::make_unique<StarLayer>(id, services(), env_.sky);
    } else if (std::holds_alternative<ConstellationsState>(state.content)) {
        entry.layer = std::make_unique<ConstellationLayer>(id, services(), env_.sky);
    } else if (std::holds_alternative<DeepSkyState>(state.content)) {
        entry.layer = std::make_unique<DeepSkyLayer>(id, services(), env_.sky);
    } else {
        entry.layer = std::make_unique<SolarSystemLayer>(id, services(), env_.sky);
    }
    return entry;
}

void Scene::Impl::setDocument(const Document& document)
{
    if (document == document_ && !panes_.empty()) return;
    const bool layersChanged = panes_.empty() || !(document.layers == document_.layers) || !(document.panes == document_.panes) ||
                               paneCount(document) != paneCount(document_);
    document_ = document;
    if (layersChanged) {
        std::set<std::pair<LayerId, int>> present;
        for (auto& [key, entry] : entries_) entry.users = 0;
        panes_.assign(paneCount(document_), {});
        for (size_t i = 0; i < panes_.size(); ++i) takeStack(i, stackOf(document_, i), present);
        std::erase_if(entries_, [&](const auto& e) { return !present.contains(e.first); });
        shareBudget();
        reportsChanged();
    }
    layOut();
    needFrame();
}

size_t Scene::Impl::tileBytes() const
{
    size_t sum = 0;
    for (const auto& [key, entry] : entries_)
        if (entry.survey) sum += entry.survey->storeStats().bytes;
    return sum;
}

/// Panes share a layer when they show the same of it: its tiles are loaded and kept once. Colours of a survey may differ in
/// opacity and blend, which cost nothing to change from pane to pane.
void Scene::Impl::takeStack(size_t pane, const std::vector<LayerState>& stack, std::set<std::pair<LayerId, int>>& present)
{
    const auto same = [](const LayerState& a, const LayerState& b) {
        const bool survey = std::holds_alternative<SurveyState>(a.content);
        return a.content == b.content && (survey || a.opacity == b.opacity);
    };
    for (const LayerState& state : stack) {
        int version = 0;
        while (present.contains({state.id, version}) && !same(entries_.at({state.id, version}).state, state)) ++version;
        const std::pair key{state.id, version};
        Entry& entry = entries_[key];
        const bool taken = !present.insert(key).second;
        if (!taken || (state.visible && !entry.state.visible)) give(entry, state);
        ++entry.users;
        panes_[pane][state.id] = &entry;
    }
}

void Scene::Impl::give(Entry& entry, const LayerState& state)
{
    if (!entry.layer || !entry.layer->setState(state)) {
        const size_t users = entry.users;
        entry = makeLayer(state);
        entry.users = users;
        entry.layer->setState(state);
    }
    entry.state = state;
}

Scene::Impl::Entry* Scene::Impl::entryOf(size_t pane, LayerId id) const
{
    if (pane >= panes_.size()) return nullptr;
    const auto found = panes_[pane].find(id);
    return found == panes_[pane].end() ? nullptr : found->second;
}

size_t Scene::Impl::surveysShown() const
{
    size_t surveys = 0;
    for (const auto& [key, entry] : entries_) surveys += entry.survey && entry.state.visible;
    return surveys;
}

void Scene::Impl::fitBudget(render::Renderer& renderer, const render::FrameTarget& target)
{
    const MemoryBudget fit = memoryBudget(renderer.gpu().software, static_cast<double>(target.width) * target.height, surveysShown());
    renderer.setTextureBudget(env_.textureBytes > 0 ? env_.textureBytes : fit.textures);
    if (budget_ == fit) return;
    budget_ = fit;
    shareBudget();
}

/// The budget of decoded tiles is one for all layers.
void Scene::Impl::shareBudget()
{
    const size_t all = env_.tileBytes > 0 ? env_.tileBytes : budget_.tiles, surveys = std::max<size_t>(surveysShown(), 1);
    for (auto& [key, entry] : entries_)
        if (entry.survey) entry.survey->setBudget(entry.state.visible ? all / surveys : 0);
}

void Scene::Impl::needFrame()
{
    dirty_ = true;
    if (rendering_) again_ = true;
    else if (scene_.onNeedFrame) scene_.onNeedFrame();
}

void Scene::Impl::reportsChanged()
{
    reportsDirty_ = true;
    if (!rendering_) tellReports(nowMs(), false);
}

void Scene::Impl::tellReports(double now, bool atOnce)
{
    if (!reportsDirty_ || (!atOnce && now - reportsToldMs_ < kReportsEveryMs)) return;
    reportsDirty_ = false;
    reportsToldMs_ = now;
    if (scene_.onReports) scene_.onReports();
}

// ---- a frame ---------------------------------------------------------------------------------------------------

double Scene::Impl::nowMs() const
{
    return std::chrono::duration<double, std::milli>(env_.clock->now()).count();
}

void Scene::Impl::layOut()
{
    const PixelRect all{0, 0, static_cast<double>(document_.view.width()), static_cast<double>(document_.view.height())};
    sheets_ = sheetsOf(document_, freeSet_ ? free_ : all, blinkBelow_);
}

FrameInput Scene::Impl::input(double now, double scale, const Sheet& sheet, const std::vector<LayerState>& stack) const
{
    bool surveyBelow = false, stars = false;
    for (const auto& state : stack) {
        const Entry* entry = entryOf(sheet.pane, state.id);
        if (state.visible && entry && entry->survey && entry->survey->open()) surveyBelow = true;
        if (state.visible && state.opacity > 0 && env_.sky && std::holds_alternative<StarsState>(state.content)) stars = true;
    }
    return {sheets_.view, document_, sheet.free, scale, now, env_.fadeMs, now - viewSinceMs_, zoomed_, inks(),
            text_.get(), const_cast<LabelPlacer*>(&collector_), cells_, surveyBelow, stars};
}

void Scene::Impl::beginWith(render::Renderer& renderer)
{
    if (renderer_ && renderer_ != &renderer) dropGpu();
    renderer_ = &renderer;
    for (const uint32_t layer : forget_) renderer.forget(layer);
    for (render::PointSet* set : freePoints_) renderer.freePoints(set);
    forget_.clear();
    freePoints_.clear();
}

void Scene::Impl::followView(double now)
{
    const sky::SkyView& view = sheets_.view;
    const double perPixel = view.planePerPixel();
    zoomed_ = lastPlanePerPixel_ > 0 && std::abs(perPixel / lastPlanePerPixel_ - 1) > 1e-9;
    lastPlanePerPixel_ = perPixel;
    if (lastView_ && *lastView_ == view) return;
    viewSinceMs_ = now;
    lastView_ = view;
    cells_ = cellsInView(view);
}

bool Scene::Impl::surveyFits(const SurveyLayer& survey) const
{
    if (!survey.open()) return true;
    return (survey.frame() == sky::Frame::Body) == (document_.view.frame() == sky::Frame::Body);
}

/// Each layer once a frame, whatever number of passes draws it.
Scene::Impl::ShownPass Scene::Impl::preparePass(const Sheet& sheet, const Pass& pass, double now, render::Renderer& renderer)
{
    const FrameInput frame = input(now, scale_, sheet, *pass.stack);
    collector_.collectFor(placerOf(sheet, pass));
    ShownPass shown;
    shown.reserve(pass.stack->size());
    // From the top, so that what is fully covered asks for nothing. Of several maps of bodies, those of the topmost's body.
    bool covered = false;
    Company company(frame.view.frame());
    for (auto state = pass.stack->rbegin(); state != pass.stack->rend(); ++state) {
        Entry* entry = entryOf(sheet.pane, state->id);
        if (!entry || state->id == pass.without) continue;
        shown.push_back({&*state, entry});
        SurveyLayer* survey = entry->survey;
        const auto rests = [&](LayerPhase why) { entry->why = why; };
        if (!state->visible) rests(LayerPhase::Hidden);
        else if (survey ? survey->open() && !company.admits(*survey->info()) : frame.body()) rests(LayerPhase::OutsideCoverage);
        else if (survey && covered) rests(LayerPhase::Covered);
        else {
            follow(*entry, *state);
            if (entry->preparedIn != frameNumber_) {
                entry->layer->prepare(frame, renderer);
                entry->labels = collector_.takeRequests();
                entry->preparedIn = frameNumber_;
            }
            shown.back().drawn = true;
            if (survey && survey->coversAll()) covered = true;
        }
    }
    std::reverse(shown.begin(), shown.end());
    return shown;
}

render::TargetBox Scene::Impl::boxOf(const PixelRect& r) const
{
    const auto px = [this](double v) { return static_cast<int>(std::lround(v * scale_)); };
    return {px(r.x), px(r.y), px(r.x + r.w) - px(r.x), px(r.y + r.h) - px(r.y)};
}

void Scene::Impl::clipTo(const Sheet& sheet, const PixelRect& clip, render::Renderer& renderer)
{
    if (clipped_) renderer.drawIn(boxOf(sheet.place), boxOf(clip), sheets_.view);
}

render::FrameStats Scene::Impl::render(render::Renderer& renderer, const render::FrameTarget& target, OverlayPicture* apart)
{
    const double now = nowMs(), start = stopwatchMs();
    rendering_ = true;
    again_ = false;
    beginWith(renderer);
    fitBudget(renderer, target);
    layOut();
    followView(now);
    dirty_ = false;
    scale_ = target.scale > 0 ? target.scale : 1;
    ++frameNumber_;
    labelsFade_ = false;
    if (text_) text_->beginFrame(scale_);
    collector_.begin();

    render::FrameTarget canvas = target;
    const bool paper = document_.overlays.paper;
    canvas.background = paper ? render::Rgba{0, 0, 0, 1} : colours_.background; // black becomes the white of the paper
    renderer.begin(canvas, sheets_.view);
    clipped_ = sheets_.sheets.size() > 1 || (sheets_.sheets[0].passes.size() > 1 && document_.compare.mode == CompareMode::Swipe);
    std::vector<ShownSheet> shown;
    for (const Sheet& sheet : sheets_.sheets) {
        shown.emplace_back();
        for (const Pass& pass : sheet.passes) shown.back().push_back(preparePass(sheet, pass, now, renderer));
    }
    for (auto& [key, entry] : entries_)
        if (entry.preparedIn != frameNumber_) entry.layer->rest(entry.why);
    grid_.prepare(input(now, scale_, sheets_.sheets[0], document_.layers));
    const double prepared = stopwatchMs();
    GlPainter gl(renderer);

    // While views are compared the overlays are clipped to their part of the canvas: there the picture is one.
    std::optional<OverlayRecorder> recorder;
    if (apart && !clipped_) recorder.emplace(document_.view, *apart);
    Painter& overlay = recorder ? static_cast<Painter&>(*recorder) : gl;
    NoPainter none;
    if (paper) drawPaper(shown, now, renderer, gl);
    for (size_t i = 0; i < shown.size(); ++i) drawSheet(sheets_.sheets[i], shown[i], now, renderer, paper ? static_cast<Painter&>(none) : gl, overlay);
    drawCompare(renderer, gl);
    facts_.last = renderer.end();
    facts_.msPrepare = prepared - start;
    facts_.msDraw = stopwatchMs() - prepared;
    facts_.renderer = renderer.gpu().renderer;
    rendering_ = false;
    finish(shown, now);
    return facts_.last;
}

/// Faint, where nothing has data.
void Scene::Impl::drawHatch(const FrameInput& frame, const ShownPass& shown, Painter& picture)
{
    const bool fullSky = std::any_of(shown.begin(), shown.end(), [](const Shown& s) { return s.drawn && s.entry->survey && s.entry->survey->coversAll(); });
    if (!document_.overlays.noData || fullSky) return;
    if (!hatchFor_ || !(*hatchFor_ == frame.view) || hatchOnPaper_ != frame.colours.paper) {
        hatch_.clear();
        addNoDataHatch(frame, hatch_);
        hatchFor_ = frame.view;
        hatchOnPaper_ = frame.colours.paper;
    }
    picture.shapes(hatch_);
}

/// The surveys of a chart, as a negative: dark sky becomes the paper, and all ink lies on them.
void Scene::Impl::drawPaper(const std::vector<ShownSheet>& shown, double now, render::Renderer& renderer, Painter& picture)
{
    for (size_t i = 0; i < shown.size(); ++i)
        for (size_t k = 0; k < shown[i].size(); ++k) {
            const Sheet& sheet = sheets_.sheets[i];
            if (!sheet.passes[k].drawn) continue;
            clipTo(sheet, sheet.passes[k].clip, renderer);
            const FrameInput frame = input(now, scale_, sheet, *sheet.passes[k].stack);
            drawHatch(frame, shown[i][k], picture);
            for (const Shown& s : shown[i][k]) {
                if (!s.drawn || !s.entry->survey) continue;
                follow(*s.entry, *s.state);
                s.entry->layer->draw(frame, picture);
            }
        }
    const PixelRect all{0, 0, static_cast<double>(document_.view.width()), static_cast<double>(document_.view.height())};
    if (clipped_) renderer.drawIn(boxOf(all), boxOf(all), document_.view);
    renderer.negate();
}

void Scene::Impl::drawPass(const FrameInput& frame, const ShownPass& shown, Painter& picture, Painter& overlay)
{
    drawHatch(frame, shown, picture);
    // The grid lies on the surveys and under everything else: where they end, the picture ends and the overlay begins.
    size_t surveysEnd = 0;
    for (size_t i = 0; i < shown.size() && !frame.colours.paper; ++i) // on paper they are drawn already
        if (shown[i].drawn && shown[i].entry->survey) surveysEnd = i + 1;
    for (size_t i = 0; i < shown.size(); ++i) {
        if (i == surveysEnd) grid_.draw(overlay);
        if (!shown[i].drawn || (frame.colours.paper && shown[i].entry->survey)) continue;
        follow(*shown[i].entry, *shown[i].state);
        shown[i].entry->layer->draw(frame, i < surveysEnd ? picture : overlay);
    }
    if (surveysEnd == shown.size()) grid_.draw(overlay);
    if (brightness_ >= 1 || &picture != &overlay) return; // pictures in two parts are for paper
    Drawing shade;
    shade.fillRect({0, 0, static_cast<double>(frame.view.width()), static_cast<double>(frame.view.height())}, {0, 0, 0, static_cast<float>(1 - brightness_)});
    overlay.shapes(shade);
}

/// Returns the upper edge of what it drew.
double Scene::Impl::addColourBars(const FrameInput& frame, const ShownSheet& shown, double bottom, std::vector<PixelRect>& taken)
{
    std::set<LayerId> done;
    for (const ShownPass& pass : shown)
        for (const Shown& s : pass) {
            const SurveyLayer* survey = s.entry->survey;
            if (!s.drawn || !survey || !survey->state().colourBar || !survey->hasValues() || !survey->drawsAnything()) continue;
            if (!done.insert(s.state->id).second) continue;
            const hips::SurveyInfo& info = *survey->info();
            std::string unit = info.unit;
            const render::Look look = survey->look(frame.colours.paper);
            if (look.stretch != render::Stretch::Linear) unit += (unit.empty() ? "" : " \u00b7 ") + std::string(render::word(look.stretch));
            bottom -= addColourBar(frame, {survey->name().empty() ? info.title : survey->name(), unit, look}, bottom, overlays_, taken);
        }
    return bottom;
}

/// Credits, colour bars, compass and scale bar along the foot of the free area. `taken`: what already lies there; gets their places.
void Scene::Impl::addFurniture(const FrameInput& whole, const Sheet& sheet, const ShownSheet& shown, std::vector<PixelRect>& taken)
{
    const OverlayState& o = document_.overlays;
    const bool compass = sheet.compass && (o.compass || o.scaleBar);
    const std::vector<PixelRect> lying = taken;
    const bool right = compass && cornerTaken(whole, lying);
    FrameInput frame = whole;
    frame.free = footArea(whole.free, lying, kFootHeight);
    double bottom = frame.free.y + frame.free.h - 8;
    if (sheet.credits) creditsArea_ = {};
    if (o.credits && sheet.credits) {
        bottom -= addCredits(frame, credits(), right || !compass, overlays_, taken);
        if (taken.size() > lying.size()) creditsArea_ = {sheet.place.x + taken.back().x, sheet.place.y + taken.back().y, taken.back().w, taken.back().h};
    }
    Corner corner{right, frame.free.y + frame.free.h, {whole.free.x + whole.free.w / 2, whole.free.y + whole.free.h / 2}};
    if (compass && !right && frame.free.w < kNarrowFoot) { // not beside each other: credits, over them compass and scale bar, over them the bars
        corner.bottom = bottom + 8;
        bottom = corner.bottom - kCornerHeight;
    }
    bottom = addColourBars(frame, shown, bottom, taken);
    if (right) corner.bottom = bottom;
    if (right) frame.free = footArea(whole.free, lying, whole.free.y + whole.free.h - bottom + kCornerHeight);
    if (o.compass && sheet.compass) addCompass(frame, corner, overlays_, taken);
    if (o.scaleBar && sheet.compass) addScaleBar(frame, corner, overlays_, taken);
}

void Scene::Impl::drawSheet(const Sheet& sheet, const ShownSheet& shown, double now, render::Renderer& renderer, Painter& picture, Painter& overlay)
{
    for (size_t i = 0; i < shown.size(); ++i) {
        if (!sheet.passes[i].drawn) continue;
        clipTo(sheet, sheet.passes[i].clip, renderer);
        drawPass(input(now, scale_, sheet, *sheet.passes[i].stack), shown[i], picture, overlay);
    }
    const FrameInput frame = input(now, scale_, sheet, *sheet.passes[0].stack);
    const OverlayState& o = document_.overlays;
    overlays_.clear();
    std::vector<PixelRect> taken;
    taken.reserve(obstacles_.size() + 8);
    for (const PixelRect& r : obstacles_) taken.push_back({r.x - sheet.place.x, r.y - sheet.place.y, r.w, r.h});
    addFurniture(frame, sheet, shown, taken);
    grid_.addLabels(frame, taken, overlays_);
    if (sheet.pane == 0) facts_.labels = 0;
    for (size_t i = 0; i < shown.size(); ++i) {
        if (!sheet.passes[i].drawn) continue;
        LabelPlacer& placer = placerOf(sheet, sheet.passes[i]);
        placer.begin();
        for (const Shown& s : shown[i])
            if (s.drawn)
                for (const LabelRequest& r : s.entry->labels) placer.request(r);
        for (const PixelRect& r : taken) placer.reserve(r);
        labels_.clear();
        placer.place(frame, labels_);
        clipTo(sheet, sheet.passes[i].clip, renderer);
        overlay.shapes(labels_);
        facts_.labels += placer.placedCount();
        labelsFade_ = labelsFade_ || placer.fading();
    }
    if (o.reticle) addReticle(frame, reticle_, overlays_);
    if (selected_) addRing(frame, *selected_, true, overlays_);
    if (hovered_ && !(selected_ && selected_->name == hovered_->name && selected_->layer == hovered_->layer)) addRing(frame, *hovered_, false, overlays_);
    if (debug_ && sheet.pane == 0) {
        std::vector<const SurveyLayer*> surveys;
        for (const Shown& s : shown[0])
            if (s.drawn && s.entry->survey && s.entry->survey->open()) surveys.push_back(s.entry->survey);
        addDebugOverlay(frame, surveys, facts_, overlays_);
    }
    clipTo(sheet, sheet.place, renderer);
    overlay.shapes(overlays_);
}

std::string Scene::Impl::paneTitle(size_t pane) const
{
    const auto& stack = stackOf(document_, pane);
    for (auto state = stack.rbegin(); state != stack.rend(); ++state) {
        const Entry* entry = entryOf(pane, state->id);
        if (!state->visible || state->opacity <= 0 || !entry || !entry->survey) continue;
        if (!state->name.empty()) return state->name;
        if (const hips::SurveyInfo* info = entry->survey->info(); info && !info->title.empty()) return info->title;
        return entry->survey->state().source;
    }
    return "No survey";
}

/// The divider, or the titles of the panes: on the canvas itself, over everything.
void Scene::Impl::drawCompare(render::Renderer& renderer, Painter& painter)
{
    if (!clipped_) return;
    const PixelRect all{0, 0, static_cast<double>(document_.view.width()), static_cast<double>(document_.view.height())};
    compare_.clear();
    if (document_.compare.mode == CompareMode::Swipe) {
        addDivider(inks(), dividerX(document_.compare, freeSet_ ? free_ : all), all, freeSet_ ? free_ : all, compare_);
    } else {
        const auto frames = paneFrames(freeSet_ ? free_ : all, panes_.size());
        for (size_t i = 0; i < frames.size(); ++i)
            addPaneTitle(inks(), text_.get(), scale_, frames[i].title, paneTitle(i), i == activePane(), compare_);
    }
    renderer.drawIn(boxOf(all), boxOf(all), document_.view);
    painter.shapes(compare_);
}

void Scene::Impl::finish(const std::vector<ShownSheet>& shown, double now)
{
    const bool was = settled_;
    settled_ = !labelsFade_;
    if (labelsFade_) again_ = true;
    for (const ShownSheet& sheet : shown)
        for (const ShownPass& pass : sheet)
            for (const Shown& s : pass)
                if (s.drawn && !s.entry->layer->settled()) settled_ = false;
    if (again_) dirty_ = true;
    tellReports(now, settled_ && !was);
    if (again_ && scene_.onNeedFrame) scene_.onNeedFrame();
}

SurveyLayer* Scene::Impl::surveyWithValues(size_t pane) const
{
    const auto& stack = stackOf(document_, pane);
    for (auto it = stack.rbegin(); it != stack.rend(); ++it) {
        const Entry* entry = entryOf(pane, it->id);
        if (it->visible && entry && entry->survey && entry->survey->hasValues() && surveyFits(*entry->survey)) return entry->survey;
    }
    return nullptr;
}

std::optional<Scene::Impl::Spot> Scene::Impl::spotAt(const Eigen::Vector2d& p) const
{
    for (const Sheet& sheet : sheets_.sheets) {
        const PixelRect& r = sheet.place;
        if (sheets_.sheets.size() > 1 && !(p.x() >= r.x && p.y() >= r.y && p.x() < r.x + r.w && p.y() < r.y + r.h)) continue;
        return Spot{&sheet, p - Eigen::Vector2d(r.x, r.y)};
    }
    return std::nullopt;
}

/// The whole view without comparing and without overlays; `draw` says whether what it drew is final.
void Scene::Impl::drawAlone(render::Renderer& renderer, const render::FrameTarget& target, const std::function<bool(const FrameInput&)>& draw)
{
    const double now = nowMs();
    rendering_ = true;
    again_ = false;
    beginWith(renderer);
    Document alone = document_;
    alone.compare = {};
    alone.panes.clear();
    const PixelRect all{0, 0, static_cast<double>(alone.view.width()), static_cast<double>(alone.view.height())};
    sheets_ = sheetsOf(alone, all, false);
    followView(now);
    FrameInput frame = input(now, target.scale > 0 ? target.scale : 1, sheets_.sheets[0], alone.layers);
    frame.colours = colours_;
    dirty_ = false;
    renderer.begin(target, document_.view);
    settled_ = draw(frame);
    renderer.end();
    rendering_ = false;
    layOut();
    if (again_) {
        dirty_ = true;
        if (scene_.onNeedFrame) scene_.onNeedFrame();
    }
}

bool Scene::Impl::renderValues(render::Renderer& renderer, const render::FrameTarget& target)
{
    SurveyLayer* survey = surveyWithValues(activePane());
    if (!survey) return false;
    drawAlone(renderer, target, [&](const FrameInput& frame) {
        survey->prepare(frame, renderer);
        survey->drawValues(renderer);
        return survey->settled();
    });
    return true;
}

void Scene::Impl::renderSurveys(render::Renderer& renderer, const render::FrameTarget& target)
{
    render::FrameTarget black = target;
    black.background = {0, 0, 0, 1};
    drawAlone(renderer, black, [&](const FrameInput& frame) {
        std::vector<SurveyLayer*> seen; // from the top to the first that covers all
        for (auto state = document_.layers.rbegin(); state != document_.layers.rend(); ++state) {
            Entry* entry = entryOf(state->id);
            if (!state->visible || !entry || !entry->survey || !surveyFits(*entry->survey)) continue;
            follow(*entry, *state);
            entry->survey->prepare(frame, renderer);
            seen.push_back(entry->survey);
            if (entry->survey->coversAll()) break;
        }
        GlPainter painter(renderer);
        std::for_each(seen.rbegin(), seen.rend(), [&](SurveyLayer* survey) { survey->draw(frame, painter); });
        return std::all_of(seen.begin(), seen.end(), [](const SurveyLayer* survey) { return survey->settled(); });
    });
}

bool Scene::Impl::renderLayer(render::Renderer& renderer, const render::FrameTarget& target, LayerId id)
{
    Entry* entry = entryOf(id);
    if (!entry || !entry->survey || !entry->survey->drawsAnything() || &renderer != renderer_ || sheets_.sheets.empty()) return false;
    const Sheet& sheet = sheets_.sheets[0];
    const double side = std::max(16.0, std::min(sheet.free.w, sheet.free.h));
    sky::SkyView view = sheets_.view;
    const Eigen::Vector2d middle(view.width() / 2.0, view.height() / 2.0);
    const Eigen::Vector2d free(sheet.free.x + sheet.free.w / 2, sheet.free.y + sheet.free.h / 2);
    view = view.dragged(free, middle).resizedKeepingScale(static_cast<int>(side), static_cast<int>(side));
    render::FrameTarget square = target;
    square.scale = target.width / side;
    square.background = colours_.background;
    renderer.begin(square, view);
    entry->survey->drawAlone(renderer);
    renderer.end();
    return true;
}

void Scene::Impl::dropGpu()
{
    forget_.clear();
    freePoints_.clear();
    renderer_ = nullptr; // the next one may come to lie at the same address
    for (auto& [key, entry] : entries_) entry.layer->dropGpu();
    needFrame();
}

// ---- what is known ---------------------------------------------------------------------------------------------

std::vector<LayerReport> Scene::Impl::reports() const
{
    std::vector<LayerReport> all;
    for (const auto& state : document_.layers) {
        const Entry* entry = entryOf(state.id);
        if (!entry) continue;
        LayerReport r = entry->layer->report();
        r.id = state.id;
        all.push_back(std::move(r));
    }
    return all;
}

std::vector<LayerReport> Scene::Impl::allReports() const
{
    std::vector<LayerReport> all;
    for (const auto& [key, entry] : entries_) {
        all.push_back(entry.layer->report());
        all.back().id = key.first;
    }
    return all;
}

std::vector<Hit> Scene::Impl::pick(const Eigen::Vector2d& canvasPixel, double radius) const
{
    std::vector<Hit> hits;
    const auto spot = spotAt(canvasPixel);
    if (!spot) return hits;
    const auto& stack = stackOf(document_, spot->sheet->pane);
    const FrameInput frame = input(nowMs(), scale_, *spot->sheet, stack);
    for (auto it = stack.rbegin(); it != stack.rend(); ++it) {
        const Entry* entry = entryOf(spot->sheet->pane, it->id);
        if (!it->visible || !entry) continue;
        auto found = entry->layer->pick(frame, spot->pixel, radius);
        hits.insert(hits.end(), std::make_move_iterator(found.begin()), std::make_move_iterator(found.end()));
    }
    std::stable_sort(hits.begin(), hits.end(), [](const Hit& a, const Hit& b) { return a.distancePixels < b.distancePixels; });
    return hits;
}

std::vector<std::string> Scene::Impl::credits() const
{
    struct Credit {
        double opacity;
        bool survey, builtIn;
        std::string text;
    };
    std::vector<Credit> all;
    for (size_t pane = 0; pane < panes_.size(); ++pane) {
        const auto& stack = stackOf(document_, pane);
        for (auto it = stack.rbegin(); it != stack.rend(); ++it) {
            const Entry* entry = entryOf(pane, it->id);
            if (!it->visible || it->opacity <= 0 || !entry) continue;
            const LayerReport report = entry->layer->report();
            if (report.phase == LayerPhase::Covered || report.phase == LayerPhase::Failed || report.phase == LayerPhase::OutsideCoverage) continue;
            if (report.credit.empty()) continue;
            std::string text = report.credit;
            if (entry->survey && !entry->survey->builtIn() && !it->name.empty() && text.find(it->name) == std::string::npos) text = it->name + ": " + text;
            all.push_back({it->opacity, entry->survey != nullptr, !entry->survey || entry->survey->builtIn(), std::move(text)});
        }
    }
    std::stable_sort(all.begin(), all.end(), [](const Credit& a, const Credit& b) {
        return a.opacity != b.opacity ? a.opacity > b.opacity : a.survey && !b.survey;
    });
    // What is built in names its sources by topic, and several layers show the same stars.
    std::vector<std::string> texts, embedded;
    for (const auto& c : all)
        if (c.builtIn) embedded.push_back(c.text);
    bool embeddedDone = false;
    for (auto& c : all) {
        std::vector<std::string> more{std::move(c.text)};
        if (c.builtIn) more = std::exchange(embeddedDone, true) ? std::vector<std::string>{} : joinedCredits(embedded);
        for (auto& text : more)
            if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
    }
    return texts;
}

std::optional<sky::Frame> Scene::Impl::wantedFrame() const
{
    std::vector<const hips::SurveyInfo*> open;
    bool opening = false;
    for (auto it = document_.layers.rbegin(); it != document_.layers.rend(); ++it) {
        const Entry* entry = entryOf(it->id);
        if (!it->visible || !entry || !entry->survey) continue;
        if (entry->survey->open()) open.push_back(entry->survey->info());
        else opening = opening || entry->survey->opening();
    }
    return fittingFrame(open, opening, document_.view.frame());
}

// ---- the public face -------------------------------------------------------------------------------------------

Scene::Scene(SceneEnvironment environment) : impl_(std::make_unique<Impl>(*this, std::move(environment))) {}
Scene::~Scene() = default;

void Scene::setDocument(const Document& document) { impl_->setDocument(document); }
const Document& Scene::document() const { return impl_->document_; }

void Scene::setFreeArea(const PixelRect& area)
{
    if (impl_->freeSet_ && impl_->free_ == area) return;
    impl_->free_ = area;
    impl_->freeSet_ = true;
    impl_->layOut();
    impl_->needFrame();
}

void Scene::setAccent(render::Rgba accent)
{
    if (impl_->colours_.accent == accent) return;
    impl_->colours_.accent = accent;
    impl_->needFrame();
}

void Scene::setBlinkBelow(bool below)
{
    if (impl_->blinkBelow_ == below) return;
    impl_->blinkBelow_ = below;
    if (impl_->document_.compare.mode == CompareMode::Blink) impl_->needFrame();
}

size_t Scene::paneAt(const Eigen::Vector2d& p) const
{
    const size_t count = paneCount(impl_->document_);
    if (count == 1) return 0;
    const auto frames = paneFrames(freeArea(), count);
    size_t best = 0;
    double nearest = 1e300;
    for (size_t i = 0; i < count; ++i) {
        const PixelRect& r = frames[i].whole;
        const double dx = std::max({r.x - p.x(), 0.0, p.x() - r.x - r.w}), dy = std::max({r.y - p.y(), 0.0, p.y() - r.y - r.h});
        if (const double away = std::hypot(dx, dy); away < nearest) {
            nearest = away;
            best = i;
        }
    }
    return best;
}

Eigen::Vector2d Scene::viewPixel(const Eigen::Vector2d& p, size_t pane) const
{
    const size_t count = paneCount(impl_->document_);
    if (count == 1) return p;
    const PixelRect r = paneFrames(freeArea(), count)[std::min(pane, count - 1)].sky;
    const sky::SkyView& view = impl_->document_.view;
    return p - Eigen::Vector2d(r.x + r.w / 2, r.y + r.h / 2) + Eigen::Vector2d(view.width() / 2.0, view.height() / 2.0);
}

Eigen::Vector2d Scene::canvasPixel(const Eigen::Vector2d& p, size_t pane) const
{
    return 2 * p - viewPixel(p, pane); // the two differ by a shift
}

PixelRect Scene::freeArea() const
{
    const sky::SkyView& view = impl_->document_.view;
    return impl_->freeSet_ ? impl_->free_ : PixelRect{0, 0, static_cast<double>(view.width()), static_cast<double>(view.height())};
}

void Scene::setObstacles(std::vector<PixelRect> obstacles)
{
    if (impl_->obstacles_ == obstacles) return;
    impl_->obstacles_ = std::move(obstacles);
    impl_->needFrame();
}

void Scene::setSkyBrightness(double brightness)
{
    if (impl_->brightness_ == brightness) return;
    impl_->brightness_ = brightness;
    impl_->needFrame();
}

void Scene::setReticleOpacity(double opacity)
{
    if (impl_->reticle_ == opacity) return;
    impl_->reticle_ = opacity;
    impl_->needFrame();
}

void Scene::setTileBytes(size_t bytes)
{
    if (impl_->env_.tileBytes == bytes) return;
    impl_->env_.tileBytes = bytes;
    impl_->shareBudget();
    impl_->needFrame();
}

void Scene::setTextureBytes(size_t bytes)
{
    if (impl_->env_.textureBytes == bytes) return;
    impl_->env_.textureBytes = bytes;
    impl_->needFrame();
}

void Scene::setFadeMs(double ms)
{
    if (impl_->env_.fadeMs == ms) return;
    impl_->env_.fadeMs = ms;
    impl_->needFrame();
}

void Scene::setDebugOverlay(bool on)
{
    if (impl_->debug_ == on) return;
    impl_->debug_ = on;
    impl_->needFrame();
}

void Scene::setHighlight(std::optional<Hit> hovered, std::optional<Hit> selected)
{
    const auto same = [](const std::optional<Hit>& a, const std::optional<Hit>& b) {
        return a.has_value() == b.has_value() && (!a || (a->layer == b->layer && a->name == b->name && a->pos == b->pos));
    };
    if (same(impl_->hovered_, hovered) && same(impl_->selected_, selected)) return;
    impl_->hovered_ = std::move(hovered);
    impl_->selected_ = std::move(selected);
    impl_->needFrame();
}

void Scene::setCanvasColours(render::Rgba background, render::Rgba text, render::Rgba halo, render::Rgba grid, bool red)
{
    const CanvasColours colours{.background = background, .text = text, .halo = halo, .grid = grid, .accent = impl_->colours_.accent, .red = red};
    if (impl_->colours_ == colours) return;
    impl_->colours_ = colours;
    impl_->needFrame();
}

render::FrameStats Scene::render(render::Renderer& renderer, const render::FrameTarget& target) { return impl_->render(renderer, target, nullptr); }
render::FrameStats Scene::render(render::Renderer& renderer, const render::FrameTarget& target, OverlayPicture& overlay)
{
    return impl_->render(renderer, target, &overlay);
}
bool Scene::renderValues(render::Renderer& renderer, const render::FrameTarget& target) { return impl_->renderValues(renderer, target); }
bool Scene::renderLayer(render::Renderer& renderer, const render::FrameTarget& target, LayerId id) { return impl_->renderLayer(renderer, target, id); }
void Scene::dropGpu() { impl_->dropGpu(); }
size_t Scene::tileBytes() const { return impl_->tileBytes(); }
bool Scene::settled() const { return impl_->settled(); }
std::vector<LayerReport> Scene::reports() const { return impl_->reports(); }
std::vector<LayerReport> Scene::allReports() const { return impl_->allReports(); }

std::optional<Histogram> Scene::histogram(LayerId id) const
{
    const Impl::Entry* entry = impl_->entryOf(id);
    return entry && entry->survey ? entry->survey->histogram() : std::nullopt;
}

std::optional<ValueReading> Scene::valueAt(const Eigen::Vector2d& pixel) const
{
    const auto spot = impl_->spotAt(pixel);
    if (!spot) return std::nullopt;
    const SurveyLayer* survey = impl_->surveyWithValues(spot->sheet->pane);
    return survey ? survey->valueAt(impl_->sheets_.view, spot->pixel) : std::nullopt;
}

void Scene::renderSurveys(render::Renderer& renderer, const render::FrameTarget& target) { impl_->renderSurveys(renderer, target); }

std::optional<CloseUp> Scene::closeUp(const Eigen::Vector2d& pixel) const
{
    const auto spot = impl_->spotAt(pixel);
    if (!spot) return std::nullopt;
    const auto& stack = stackOf(impl_->document_, spot->sheet->pane);
    for (auto it = stack.rbegin(); it != stack.rend(); ++it) {
        const Impl::Entry* entry = impl_->entryOf(spot->sheet->pane, it->id);
        if (!it->visible || it->opacity <= 0 || !entry || !entry->survey || !impl_->surveyFits(*entry->survey)) continue;
        if (auto found = entry->survey->closeUp(impl_->sheets_.view, spot->pixel)) return found;
    }
    return std::nullopt;
}

Pending Scene::exactValue(const CloseUp& at, std::function<void(Expected<double>)> done)
{
    for (auto& [key, entry] : impl_->entries_)
        if (key.first == at.layer && entry.survey) return entry.survey->exactValue(at, std::move(done));
    return {};
}

std::vector<Hit> Scene::pick(const Eigen::Vector2d& pixel, double radiusPixels) const { return impl_->pick(pixel, radiusPixels); }
std::vector<std::string> Scene::credits() const { return impl_->credits(); }
PixelRect Scene::creditsArea() const { return impl_->creditsArea_; }
std::optional<sky::Frame> Scene::wantedFrame() const { return impl_->wantedFrame(); }

void Scene::askAgain()
{
    for (auto& [key, entry] : impl_->entries_) entry.layer->askAgain();
}

void Scene::refresh(LayerId id)
{
    for (auto& [key, entry] : impl_->entries_)
        if (entry.survey && entry.state.visible && (id == 0 || key.first == id)) entry.survey->refresh();
}

void Scene::retryFailed(LayerId id)
{
    for (auto& [key, entry] : impl_->entries_)
        if (id == 0 || key.first == id) entry.layer->retryFailed();
}

void Scene::clearTextures()
{
    for (auto& [key, entry] : impl_->entries_) entry.layer->clearTextures();
}

} // namespace firmament::scene
