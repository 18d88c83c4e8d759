#include "scene/scene.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "catalogs/sky_data.h"
#include "scene/constellation_layer.h"
#include "scene/debug_overlay.h"
#include "scene/deep_sky_layer.h"
#include "scene/grid_overlay.h"
#include "scene/label_placer.h"
#include "scene/overlays.h"
#include "scene/painter.h"
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

    ~Impl() { layers_.clear(); } // they use the services of the members that go first
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void setDocument(const Document& document);
    render::FrameStats render(render::Renderer& renderer, const render::FrameTarget& target, OverlayPicture* apart);
    bool renderValues(render::Renderer& renderer, const render::FrameTarget& target);
    void dropGpu();
    bool settled() const { return !dirty_ && settled_; }
    std::vector<LayerReport> reports() const;
    SurveyLayer* surveyWithValues() const;
    std::vector<Hit> pick(const Eigen::Vector2d& pixel, double radius) const;
    std::vector<std::string> credits() const;
    std::optional<sky::Frame> wantedFrame() const;
    void needFrame();
    void shareBudget();
    void reportsChanged();

    struct Entry {
        std::unique_ptr<Layer> layer;
        SurveyLayer* survey = nullptr; ///< the same, when it is one
    };

    Scene& scene_;
    SceneEnvironment env_;
    Document document_;
    std::map<LayerId, Entry> layers_;
    PixelRect free_;
    bool freeSet_ = false;
    double reticle_ = 1;
    bool debug_ = false;
    std::optional<Hit> hovered_, selected_;
    CanvasColours colours_;

private:
    struct Shown {
        const LayerState* state;
        Entry* entry;
        bool drawn = false;
    };

    Entry makeLayer(const LayerState& state);
    LayerServices services();
    double nowMs() const;
    FrameInput input(double now, double scale) const;
    void beginWith(render::Renderer& renderer);
    void followView(double now);
    std::vector<Shown> prepareLayers(const FrameInput& frame, render::Renderer& renderer);
    bool surveyFits(const SurveyLayer& survey) const;
    void drawLayers(const FrameInput& frame, const std::vector<Shown>& shown, Painter& picture, Painter& overlay);
    void drawOverlays(const FrameInput& frame, const std::vector<Shown>& shown, Painter& painter);
    void finish(const std::vector<Shown>& shown, double now);
    void tellReports(double now, bool atOnce);

    std::unique_ptr<TextCache> text_;
    LabelPlacer placer_;
    GridOverlay grid_;
    Drawing hatch_, overlays_, labels_;
    std::optional<sky::SkyView> hatchFor_, lastView_;
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
    const bool layersChanged = !(document.layers == document_.layers);
    if (document == document_ && !layers_.empty()) return;
    document_ = document;
    if (layersChanged || layers_.empty()) {
        std::set<LayerId> present;
        for (const auto& state : document_.layers) {
            present.insert(state.id);
            const auto found = layers_.find(state.id);
            if (found != layers_.end() && found->second.layer->setState(state)) continue;
            Entry& entry = layers_[state.id];
            entry = makeLayer(state);
            entry.layer->setState(state);
        }
        std::erase_if(layers_, [&](const auto& e) { return !present.contains(e.first); });
        shareBudget();
        reportsChanged();
    }
    needFrame();
}

/// The budget of decoded tiles is one for all layers.
void Scene::Impl::shareBudget()
{
    size_t surveys = 0;
    for (const auto& state : document_.layers)
        if (state.visible && std::holds_alternative<SurveyState>(state.content)) ++surveys;
    for (const auto& state : document_.layers)
        if (auto& entry = layers_[state.id]; entry.survey)
            entry.survey->setBudget(state.visible ? env_.tileBytes / std::max<size_t>(surveys, 1) : 0);
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

FrameInput Scene::Impl::input(double now, double scale) const
{
    const PixelRect all{0, 0, static_cast<double>(document_.view.width()), static_cast<double>(document_.view.height())};
    bool surveyBelow = false, stars = false;
    for (const auto& state : document_.layers) {
        const auto found = layers_.find(state.id);
        if (state.visible && found != layers_.end() && found->second.survey && found->second.survey->open()) surveyBelow = true;
        if (state.visible && state.opacity > 0 && env_.sky && std::holds_alternative<StarsState>(state.content)) stars = true;
    }
    return {document_.view, document_, freeSet_ ? free_ : all, scale, now, env_.fadeMs, now - viewSinceMs_, zoomed_, colours_,
            text_.get(), const_cast<LabelPlacer*>(&placer_), cells_, surveyBelow, stars};
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
    const sky::SkyView& view = document_.view;
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

std::vector<Scene::Impl::Shown> Scene::Impl::prepareLayers(const FrameInput& frame, render::Renderer& renderer)
{
    std::vector<Shown> shown;
    shown.reserve(document_.layers.size());
    for (const auto& state : document_.layers) shown.push_back({&state, &layers_.at(state.id)});
    // From the top, so that what is fully covered asks for nothing. Of several maps of bodies, those of the topmost's body.
    bool covered = false;
    std::string body;
    for (auto it = shown.rbegin(); it != shown.rend(); ++it) {
        Layer& layer = *it->entry->layer;
        SurveyLayer* survey = it->entry->survey;
        if (!it->state->visible) layer.rest(LayerPhase::Hidden);
        else if (survey && !surveyFits(*survey)) layer.rest(LayerPhase::OutsideCoverage);
        else if (!survey && frame.body()) layer.rest(LayerPhase::OutsideCoverage);
        else if (survey && covered) layer.rest(LayerPhase::Covered);
        else {
            if (survey && survey->open() && frame.body()) {
                if (body.empty()) body = survey->info()->body;
                else if (survey->info()->body != body) {
                    layer.rest(LayerPhase::OutsideCoverage);
                    continue;
                }
            }
            layer.prepare(frame, renderer);
            it->drawn = true;
            if (survey && survey->coversAll()) covered = true;
        }
    }
    return shown;
}

render::FrameStats Scene::Impl::render(render::Renderer& renderer, const render::FrameTarget& target, OverlayPicture* apart)
{
    const double now = nowMs(), start = stopwatchMs();
    rendering_ = true;
    again_ = false;
    beginWith(renderer);
    followView(now);
    dirty_ = false;
    scale_ = target.scale > 0 ? target.scale : 1;
    const FrameInput frame = input(now, scale_);
    if (text_) text_->beginFrame(scale_);
    placer_.begin();

    render::FrameTarget canvas = target;
    canvas.background = colours_.background;
    renderer.begin(canvas, document_.view);
    const auto shown = prepareLayers(frame, renderer);
    grid_.prepare(frame);
    const double prepared = stopwatchMs();
    GlPainter gl(renderer);

    const bool fullSky = std::any_of(shown.begin(), shown.end(), [](const Shown& s) { return s.drawn && s.entry->survey && s.entry->survey->coversAll(); });
    if (document_.overlays.noData && !fullSky) {
        if (!hatchFor_ || !(*hatchFor_ == document_.view)) {
            hatch_.clear();
            addNoDataHatch(frame, hatch_);
            hatchFor_ = document_.view;
        }
        gl.shapes(hatch_);
    }
    std::optional<OverlayRecorder> recorder;
    if (apart) recorder.emplace(document_.view, *apart);
    Painter& overlay = recorder ? static_cast<Painter&>(*recorder) : gl;
    drawLayers(frame, shown, gl, overlay);
    drawOverlays(frame, shown, overlay);
    facts_.last = renderer.end();
    facts_.msPrepare = prepared - start;
    facts_.msDraw = stopwatchMs() - prepared;
    facts_.renderer = renderer.gpu().renderer;
    rendering_ = false;
    finish(shown, now);
    return facts_.last;
}

/// The grid lies on the surveys and under everything else: where they end, the picture ends and the overlay begins.
void Scene::Impl::drawLayers(const FrameInput& frame, const std::vector<Shown>& shown, Painter& picture, Painter& overlay)
{
    size_t surveysEnd = 0;
    for (size_t i = 0; i < shown.size(); ++i)
        if (shown[i].drawn && shown[i].entry->survey) surveysEnd = i + 1;
    for (size_t i = 0; i < shown.size(); ++i) {
        if (i == surveysEnd) grid_.draw(overlay);
        if (shown[i].drawn) shown[i].entry->layer->draw(frame, i < surveysEnd ? picture : overlay);
    }
    if (surveysEnd == shown.size()) grid_.draw(overlay);
}

void Scene::Impl::drawOverlays(const FrameInput& frame, const std::vector<Shown>& shown, Painter& painter)
{
    const OverlayState& o = document_.overlays;
    overlays_.clear();
    std::vector<PixelRect> taken;
    double bottom = frame.free.y + frame.free.h - 8;
    if (o.credits) bottom -= addCredits(frame, credits(), overlays_, taken);
    for (const Shown& s : shown) {
        const SurveyLayer* survey = s.entry->survey;
        if (!s.drawn || !survey || !survey->state().colourBar || !survey->hasValues() || !survey->drawsAnything()) continue;
        const hips::SurveyInfo& info = *survey->info();
        std::string unit = info.unit;
        const render::Look look = survey->look();
        if (look.stretch != render::Stretch::Linear) unit += (unit.empty() ? "" : " \u00b7 ") + std::string(render::word(look.stretch));
        bottom -= addColourBar(frame, {survey->name().empty() ? info.title : survey->name(), unit, look}, bottom, overlays_, taken);
    }
    if (o.compass) addCompass(frame, overlays_, taken);
    if (o.scaleBar) addScaleBar(frame, overlays_, taken);
    grid_.addLabels(frame, taken, overlays_);
    for (const PixelRect& r : taken) placer_.reserve(r);
    labels_.clear();
    placer_.place(frame, labels_);
    painter.shapes(labels_);
    facts_.labels = placer_.placedCount();

    if (o.reticle) addReticle(frame, reticle_, overlays_);
    if (selected_) addRing(frame, *selected_, true, overlays_);
    if (hovered_ && !(selected_ && selected_->name == hovered_->name && selected_->layer == hovered_->layer)) addRing(frame, *hovered_, false, overlays_);
    if (debug_) {
        std::vector<const SurveyLayer*> surveys;
        for (const Shown& s : shown)
            if (s.drawn && s.entry->survey && s.entry->survey->open()) surveys.push_back(s.entry->survey);
        addDebugOverlay(frame, surveys, facts_, overlays_);
    }
    painter.shapes(overlays_);
}

void Scene::Impl::finish(const std::vector<Shown>& shown, double now)
{
    const bool was = settled_;
    settled_ = !placer_.fading();
    for (const Shown& s : shown)
        if (s.drawn && !s.entry->layer->settled()) settled_ = false;
    if (placer_.fading()) again_ = true;
    if (again_) dirty_ = true;
    tellReports(now, settled_ && !was);
    if (again_ && scene_.onNeedFrame) scene_.onNeedFrame();
}

SurveyLayer* Scene::Impl::surveyWithValues() const
{
    for (auto it = document_.layers.rbegin(); it != document_.layers.rend(); ++it) {
        if (!it->visible) continue;
        const auto found = layers_.find(it->id);
        if (found != layers_.end() && found->second.survey && found->second.survey->hasValues() && surveyFits(*found->second.survey))
            return found->second.survey;
    }
    return nullptr;
}

bool Scene::Impl::renderValues(render::Renderer& renderer, const render::FrameTarget& target)
{
    SurveyLayer* survey = surveyWithValues();
    if (!survey) return false;
    const double now = nowMs();
    rendering_ = true;
    again_ = false;
    beginWith(renderer);
    followView(now);
    const FrameInput frame = input(now, target.scale > 0 ? target.scale : 1);
    dirty_ = false;
    renderer.begin(target, document_.view);
    survey->prepare(frame, renderer);
    survey->drawValues(renderer);
    renderer.end();
    rendering_ = false;
    settled_ = survey->settled();
    if (again_) {
        dirty_ = true;
        if (scene_.onNeedFrame) scene_.onNeedFrame();
    }
    return true;
}

void Scene::Impl::dropGpu()
{
    forget_.clear();
    freePoints_.clear();
    renderer_ = nullptr; // the next one may come to lie at the same address
    for (auto& [id, entry] : layers_) entry.layer->dropGpu();
    needFrame();
}

// ---- what is known ---------------------------------------------------------------------------------------------

std::vector<LayerReport> Scene::Impl::reports() const
{
    std::vector<LayerReport> all;
    for (const auto& state : document_.layers) {
        const auto found = layers_.find(state.id);
        if (found == layers_.end()) continue;
        LayerReport r = found->second.layer->report();
        r.id = state.id;
        all.push_back(std::move(r));
    }
    return all;
}

std::vector<Hit> Scene::Impl::pick(const Eigen::Vector2d& pixel, double radius) const
{
    std::vector<Hit> hits;
    const FrameInput frame = input(nowMs(), scale_);
    for (auto it = document_.layers.rbegin(); it != document_.layers.rend(); ++it) {
        if (!it->visible) continue;
        auto found = layers_.at(it->id).layer->pick(frame, pixel, radius);
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
    for (auto it = document_.layers.rbegin(); it != document_.layers.rend(); ++it) {
        if (!it->visible || it->opacity <= 0) continue;
        const Entry& entry = layers_.at(it->id);
        const LayerReport report = entry.layer->report();
        if (report.phase == LayerPhase::Covered || report.phase == LayerPhase::Failed || report.phase == LayerPhase::OutsideCoverage) continue;
        if (report.credit.empty()) continue;
        std::string text = report.credit;
        if (entry.survey && !entry.survey->builtIn() && !it->name.empty() && text.find(it->name) == std::string::npos) text = it->name + ": " + text;
        all.push_back({it->opacity, entry.survey != nullptr, !entry.survey || entry.survey->builtIn(), std::move(text)});
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
    const bool onBody = document_.view.frame() == sky::Frame::Body;
    bool anyBody = false, opening = false;
    for (auto it = document_.layers.rbegin(); it != document_.layers.rend(); ++it) {
        const auto found = layers_.find(it->id);
        if (!it->visible || found == layers_.end() || !found->second.survey) continue;
        const SurveyLayer& survey = *found->second.survey;
        if (!survey.open()) {
            opening = opening || survey.opening();
            continue;
        }
        const bool body = survey.frame() == sky::Frame::Body;
        if (body && !onBody && !anyBody) return sky::Frame::Body;
        if (!body && !onBody) return std::nullopt; // the topmost open survey is of the sky, and so is the view
        anyBody = anyBody || body;
    }
    if (onBody && !anyBody && !opening) return sky::Frame::Icrs;
    return std::nullopt;
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

void Scene::setCanvasColours(render::Rgba background, render::Rgba text, render::Rgba halo, render::Rgba grid)
{
    const CanvasColours colours{background, text, halo, grid};
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
void Scene::dropGpu() { impl_->dropGpu(); }
bool Scene::settled() const { return impl_->settled(); }
std::vector<LayerReport> Scene::reports() const { return impl_->reports(); }

std::optional<Histogram> Scene::histogram(LayerId id) const
{
    const auto found = impl_->layers_.find(id);
    if (found == impl_->layers_.end() || !found->second.survey) return std::nullopt;
    return found->second.survey->histogram();
}

std::optional<ValueReading> Scene::valueAt(const Eigen::Vector2d& pixel) const
{
    const SurveyLayer* survey = impl_->surveyWithValues();
    return survey ? survey->valueAt(impl_->document_.view, pixel) : std::nullopt;
}

std::vector<Hit> Scene::pick(const Eigen::Vector2d& pixel, double radiusPixels) const { return impl_->pick(pixel, radiusPixels); }
std::vector<std::string> Scene::credits() const { return impl_->credits(); }
std::optional<sky::Frame> Scene::wantedFrame() const { return impl_->wantedFrame(); }

void Scene::retryFailed()
{
    for (auto& [id, entry] : impl_->layers_) entry.layer->retryFailed();
}

void Scene::clearTextures()
{
    for (auto& [id, entry] : impl_->layers_) entry.layer->clearTextures();
}

} // namespace firmament::scene
