#include "scene/survey_layer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <tuple>
#include <filesystem>
#include <set>
#include <utility>

#include "scene/words.h"

namespace firmament::scene {

namespace {

using hips::Ready;

constexpr double kUploadMs = 4;     // of a frame's 16 ms
constexpr int kUploadTiles = 8;
constexpr double kHoldMs = 30;      // a want must last so long before the network is asked
constexpr std::chrono::seconds kReopenAfter{5}, kReopenAtMost{300};
constexpr double kCutsStillMs = 150; // the view rests so long before cuts may follow it

double stopwatchMs()
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::string openKey(const SurveyState& s)
{
    return s.source + "\n" + (s.format ? hips::formatExtension(*s.format) : "") + "\n" + (s.channel ? std::to_string(*s.channel) : "");
}

bool isFolder(const std::string& source)
{
    std::error_code ignored;
    return source.find("://") == std::string::npos && std::filesystem::is_directory(source, ignored);
}

/// Far enough that cuts taken there may not fit here.
bool farFrom(const sky::SkyView& a, const sky::SkyView& b)
{
    if (a.frame() != b.frame() || a.projection() != b.projection()) return true;
    if (std::abs(std::log(a.fov() / b.fov())) > std::log(1.3)) return true;
    return sky::separation(sky::toDir(a.centre()), sky::toDir(b.centre())).rad() > 0.25 * std::min(a.fov().rad(), b.fov().rad());
}

/// Pixels of the screen that one texel of the deepest order covers.
double texelPixels(const sky::SkyView& view, const hips::SurveyInfo& info)
{
    const double texel = std::sqrt(sky::kPi / 3) / (static_cast<double>(info.tileWidth) * std::exp2(info.orderMax));
    return texel / view.pixelScale().rad();
}

/// "Server answered 503", or what else there is to say.
std::string troubleWords(int status, const std::string& otherwise)
{
    return status >= 400 ? "Server answered " + std::to_string(status) : otherwise;
}

double smooth(double t)
{
    t = std::clamp(t, 0.0, 1.0);
    return t * t * (3 - 2 * t);
}

} // namespace

SurveyLayer::SurveyLayer(LayerId id, LayerServices services) : id_(id), services_(std::move(services))
{
    report_.id = id;
}

SurveyLayer::~SurveyLayer()
{
    dropBefore();
    if (textureLayer_) services_.forgetTextureLayer(textureLayer_);
}

void SurveyLayer::needFrame() const
{
    services_.needFrame();
}

std::string SurveyLayer::title() const
{
    if (!name_.empty()) return name_;
    if (!info_.title.empty()) return info_.title;
    return state_.source;
}

std::string SurveyLayer::credit() const
{
    return store_ ? info_.credit : std::string();
}

bool SurveyLayer::setState(const LayerState& layer)
{
    const auto* survey = std::get_if<SurveyState>(&layer.content);
    if (!survey) return false;
    name_ = layer.name;
    opacity_ = layer.opacity;
    blend_ = layer.blend;
    state_ = *survey;
    if (layer.visible && openKey(state_) != opened_) reopen();
    return true;
}

void SurveyLayer::setBudget(size_t bytes)
{
    budget_ = bytes;
    if (store_) store_->setBudget(bytes);
}

// ---- opening ---------------------------------------------------------------------------------------------------

/// Until the other format or channel of the same survey is complete, the picture stays.
void SurveyLayer::keepAsBefore()
{
    const bool same = opened_.substr(0, opened_.find('\n')) == state_.source;
    if (!same) dropBefore();
    if (!same || before_ || !store_ || !cutsKnown_ || draws_.empty()) return;
    before_ = Before{info_, coverage_, std::exchange(textureLayer_, 0), plan_, draws_, shownCuts_, report_.stretch, equalised_, hasValues(), coversAll()};
}

void SurveyLayer::dropBefore()
{
    if (before_) services_.forgetTextureLayer(before_->textureLayer);
    before_.reset();
}

void SurveyLayer::prepareBefore(const FrameInput& frame, render::Renderer& renderer)
{
    Before& b = *before_;
    hips::PlanOptions options;
    options.coverage = b.coverage.get();
    options.prefetch = false;
    options.lowestMade = 0; // whatever there is of low orders may stand in
    const auto there = [&](sky::Cell c) { return renderer.has({b.textureLayer, c}) ? Ready::Ready : Ready::Missing; };
    b.plan = hips::planTiles(frame.view, b.info, there, b.plan, options);
    b.draws.clear();
    for (const auto& d : b.plan.draw) b.draws.push_back({d.cell, {b.textureLayer, d.from}, {b.textureLayer, d.from}, 1});
}

void SurveyLayer::refresh()
{
    reopen(true);
    needFrame();
}

void SurveyLayer::reopen(bool pastCache)
{
    keepAsBefore();
    opened_ = openKey(state_);
    pendingOpen_.reset();
    store_.reset();
    coverage_.reset();
    report_.coverage.reset();
    samplingTicket_.reset();
    values_.reset();
    plan_ = {};
    planned_ = false;
    plannedView_.reset();
    draws_.clear();
    fades_.clear();
    wantedSince_.clear();
    copies_.clear();
    reopenAt_.reset();
    report_.goThere = false;
    report_.copyOf = 0;
    sampledView_.reset();
    everComplete_ = cutsKnown_ = sampledComplete_ = cutsMoving_ = gpuFull_ = uploadsLeft_ = held_ = false;
    failure_.clear();
    lastTrouble_.clear();
    incompleteSinceMs_ = completeMs_ = -1;
    if (textureLayer_) services_.forgetTextureLayer(textureLayer_);
    textureLayer_ = services_.newTextureLayer();
    phase_ = LayerPhase::Opening;
    setReport(LayerPhase::Opening, "Opening");

    const SceneEnvironment& env = services_.environment;
    const hips::SurveyEnvironment where{env.ui, env.work, env.net};
    const hips::OpenOptions options{state_.format, state_.channel, pastCache};
    const bool isDefault = state_.source == kDefaultSky;
    const std::string source = isDefault ? env.defaultSkyFolder : state_.source;
    if (isDefault && source.empty()) {
        fail({Errc::NotFound, "the built-in sky is not installed", "Firmament default sky", 0, false});
        return;
    }
    local_ = isDefault || isFolder(source);
    if (local_) {
        auto survey = hips::openLocalSurvey(source, options, where);
        if (!survey || !survey->listingCutShort) return opened(std::move(survey));
    }
    pendingOpen_ = hips::openSurvey(source, options, where, [this](Expected<hips::OpenSurvey> s) { opened(std::move(s)); });
}

void SurveyLayer::fail(const Error& error)
{
    dropBefore(); // what is there no more is not shown beside the reason
    failure_ = troubleWords(error.http, error.what.empty() ? error.text() : error.what);
    phase_ = offline() ? LayerPhase::Offline : LayerPhase::Failed;
    if (error.retry) reopenAt_ = services_.environment.clock->now() + std::min<std::chrono::seconds>(kReopenAfter * (1 << std::min(openFailures_, 8)), kReopenAtMost);
    ++openFailures_;
    setReport(phase_, offline() ? "Offline: nothing of it is kept on this computer" : sentence(failure_));
    services_.message({Severity::Error, title(), error.where.empty() || error.where == title() ? failure_ : error.text(), id_});
    needFrame();
}

bool SurveyLayer::offline() const
{
    return services_.environment.net && services_.environment.net->offline();
}

void SurveyLayer::opened(Expected<hips::OpenSurvey>&& survey)
{
    if (!survey) {
        fail(survey.error());
        return;
    }
    info_ = std::move(survey->info);
    format_ = survey->format;
    report_.coverage = coverage_ = std::move(survey->coverage);
    openFailures_ = 0;
    for (const auto& warning : survey->warnings) services_.message({Severity::Info, title(), warning, id_});
    store_ = std::make_unique<hips::TileStore>(std::move(survey->source), budget_, *services_.environment.clock);
    store_->onChange = [this] {
        storeChanged_ = true;
        // Tiles fetched ahead change nothing on screen.
        if (!planned_ || !plan_.count.complete() || plan_.count.failed > 0 || uploadsLeft_ || draws_.empty() || cutsOfPreview()) needFrame();
    };
    store_->onError = [this](sky::Cell cell, const Error& error) {
        lastTrouble_ = error.what.empty() ? error.text() : error.what;
        lastStatus_ = error.http;
        if (offline()) return services_.message({Severity::Warning, title(), "No network. Showing tiles kept on this computer", id_});
        services_.message({error.retry ? Severity::Warning : Severity::Error, title(),
                           "tile " + std::to_string(cell.order) + "/" + std::to_string(cell.pix) + ": " + lastTrouble_, id_});
    };
    phase_ = LayerPhase::Loading;
    setReport(LayerPhase::Loading, "Loading");
    report_.survey = info_;
    report_.credit = info_.credit;
    report_.values = hasValues();
    store_->loadBase();
    storeChanged_ = true;
    needFrame();
}

// ---- a frame ---------------------------------------------------------------------------------------------------

void SurveyLayer::prepare(const FrameInput& frame, render::Renderer& renderer)
{
    resting_ = false;
    if (!store_) {
        if (before_) prepareBefore(frame, renderer);
        return;
    }
    const bool viewChanged = !plannedView_ || !(*plannedView_ == frame.view) || plannedScale_ != frame.scale;
    if (viewChanged || storeChanged_ || uploadsLeft_ || held_) makePlan(frame, renderer);
    makeDraws(frame, renderer);
    // The stars in the pixels of the built-in sky would grow to blocks; closer in, the star layer draws them sharp.
    painted_ = builtIn() && frame.starsDrawn ? 1 - smooth((texelPixels(frame.view, info_) - 2.5) / 5) : 1;
    if (hasValues()) followCuts(frame);
    else cutsKnown_ = true;
    updateReport(frame);
    if (before_) {
        if (plan_.count.complete() && !uploadsLeft_ && !fading_ && (cutsKnown_ || draws_.empty())) dropBefore();
        else prepareBefore(frame, renderer);
    }
    if (uploadsLeft_ || held_ || fading_ || cutsMoving_) needFrame();
}

void SurveyLayer::makePlan(const FrameInput& frame, render::Renderer& renderer)
{
    storeChanged_ = false;
    takeLearnt();
    hips::PlanOptions options;
    options.coverage = coverage_.get();
    options.scale = frame.scale;
    options.prefetch = !frame.instant();
    if (const auto made = store_->made()) options.lowestMade = made->lowest;
    options.baseComing = store_->baseLoading();
    const auto onGpu = [&](sky::Cell c) { return renderer.has({textureLayer_, c}); };
    // First as if all that is decoded could be shown; what of it is not on the GPU yet is uploaded, and if the time of
    // this frame is not enough for that, the plan is made again with what really is there.
    const auto decoded = [&](sky::Cell c) { return onGpu(c) ? Ready::Ready : store_->ready(c); };
    const hips::TilePlan wanted = hips::planTiles(frame.view, info_, decoded, plan_, options);
    uploadsLeft_ = !upload(frame, renderer, wanted);
    if (uploadsLeft_ || gpuFull_) {
        const auto shown = [&](sky::Cell c) {
            if (onGpu(c)) return Ready::Ready;
            const Ready r = store_->ready(c);
            return r == Ready::Ready ? Ready::Pending : r;
        };
        plan_ = hips::planTiles(frame.view, info_, shown, plan_, options);
    } else {
        plan_ = wanted;
    }
    planned_ = true;
    plannedView_ = frame.view;
    plannedScale_ = frame.scale;
    request(frame, wanted, onGpu);
}

/// What turned out to be otherwise than the survey says counts from the next plan on.
void SurveyLayer::takeLearnt()
{
    const hips::LearntFacts learnt = store_->learnt();
    const auto tell = [&](int& said, std::optional<int> real, const std::string& what) {
        if (!real || *real == said) return;
        services_.message({Severity::Info, title(), what + " " + std::to_string(*real) + ", properties say " + std::to_string(said), id_});
        said = *real;
        report_.survey = info_;
    };
    tell(info_.orderMin, learnt.orderMin, "tiles begin at order");
    tell(info_.tileWidth, learnt.tileWidth, "the width of the tiles is");
}

bool SurveyLayer::uploadOne(render::Renderer& renderer, sky::Cell cell)
{
    const hips::TilePtr tile = store_->find(cell);
    if (!tile) return false;
    const auto kind = tile->kind == hips::PixelKind::Float32 ? render::PixelKind::Float32 : render::PixelKind::Rgba8;
    if (renderer.upload({textureLayer_, cell}, {kind, tile->width, tile->pixels.data()})) {
        if (tile->asOf > 0) copies_[cell] = {tile->asOf, tile->unchecked};
        return true;
    }
    if (!gpuFull_)
        services_.message({Severity::Warning, title(), "graphics memory is full of what is on screen: some tiles stay less sharp", id_});
    gpuFull_ = true;
    return false;
}

/// True when all that the plan draws is on the GPU now.
bool SurveyLayer::upload(const FrameInput& frame, render::Renderer& renderer, const hips::TilePlan& wanted)
{
    const auto onGpu = [&](sky::Cell c) { return renderer.has({textureLayer_, c}); };
    const sky::Dir centre = sky::toDir(sky::converted(frame.view.centre(), info_.frame));
    std::vector<std::pair<double, sky::Cell>> missing;
    std::set<sky::Cell> seen;
    for (const auto& d : wanted.draw)
        if (!onGpu(d.from) && seen.insert(d.from).second) missing.emplace_back(-centre.dot(sky::cellCentre(d.from)), d.from);
    if (missing.empty()) {
        gpuFull_ = false;
        return true;
    }
    std::sort(missing.begin(), missing.end());
    gpuFull_ = false;
    const double start = stopwatchMs();
    int done = 0;
    bool all = true;
    for (const auto& [distance, cell] : missing) {
        const bool inTime = frame.instant() || (done < kUploadTiles && stopwatchMs() - start < kUploadMs);
        if (inTime && !gpuFull_) {
            if (uploadOne(renderer, cell)) ++done;
            else if (!gpuFull_) all = false;
            continue;
        }
        // Out of time: only where nothing at all could stand in, its coarsest ancestor.
        bool standIn = false;
        std::optional<sky::Cell> coarsest;
        for (int order = 0; order <= cell.order && !standIn; ++order) {
            const sky::Cell a = cell.parent(cell.order - order);
            if (onGpu(a)) standIn = true;
            else if (!coarsest && store_->ready(a) == Ready::Ready) coarsest = a;
        }
        if (!standIn && coarsest) uploadOne(renderer, *coarsest);
        if (!gpuFull_) all = false;
    }
    return all;
}

void SurveyLayer::request(const FrameInput& frame, const hips::TilePlan& wanted, const std::function<bool(sky::Cell)>& onGpu)
{
    hips::TilePlan asked = wanted;
    asked.draw.insert(asked.draw.end(), plan_.draw.begin(), plan_.draw.end());
    if (hasValues()) { // values are read from the decoded copies: fetch those that were dropped while the texture stayed
        std::set<sky::Cell> seen;
        size_t fetched = 0;
        for (const auto& d : plan_.draw)
            if (seen.insert(d.from).second && !store_->find(d.from) && store_->ready(d.from) != Ready::Missing && store_->hasRoomFor(++fetched))
                asked.want.push_back({d.from, Priority::Normal, 0});
    }
    held_ = false;
    if (!local_ && !frame.instant()) {
        std::unordered_map<sky::Cell, double, sky::CellHash> since;
        std::vector<hips::Want> released;
        for (const auto& w : asked.want) {
            const auto before = wantedSince_.find(w.cell);
            const double first = before == wantedSince_.end() ? frame.nowMs : before->second;
            since.emplace(w.cell, first);
            if (!everDrawn_ || frame.stillMs >= kHoldMs || frame.nowMs - first >= kHoldMs || store_->ready(w.cell) == Ready::Pending)
                released.push_back(w);
            else
                held_ = true;
        }
        wantedSince_ = std::move(since);
        asked.want = std::move(released);
    }
    store_->apply(asked, onGpu);
}

void SurveyLayer::makeDraws(const FrameInput& frame, render::Renderer& renderer)
{
    draws_.clear();
    draws_.reserve(plan_.draw.size());
    fading_ = false;
    std::map<sky::Cell, Fade> fades;
    for (const auto& d : plan_.draw) {
        if (!renderer.has({textureLayer_, d.from})) continue;
        render::TileDraw draw{d.cell, {textureLayer_, d.from}, {textureLayer_, d.from}, 1};
        if (!frame.instant()) {
            // The first picture of a local survey is there at once: fading would only hold up its decoding.
            const double begin = everComplete_ || !local_ ? frame.nowMs : frame.nowMs - frame.fadeMs;
            const auto running = fades_.find(d.cell);
            std::optional<Fade> fade;
            if (running != fades_.end() && running->second.from == d.from) fade = running->second;
            else if (!(d.fadeFrom == d.from)) fade = Fade{d.from, d.fadeFrom, begin};
            if (fade && renderer.has({textureLayer_, fade->fadeFrom})) {
                const double t = (frame.nowMs - fade->sinceMs) / frame.fadeMs;
                if (t < 1) {
                    draw.fadeFrom.cell = fade->fadeFrom;
                    draw.fade = static_cast<float>(smooth(t));
                    fading_ = true;
                }
                fades.emplace(d.cell, *fade); // kept when over, so that the plan's memory of it does not start it again
            }
        }
        draws_.push_back(draw);
    }
    fades_ = std::move(fades);
    if (!draws_.empty()) everDrawn_ = true;
}

render::Look SurveyLayer::look(bool paper) const
{
    render::Look look;
    look.cutLo = before_ ? before_->cuts.lo : shownCuts_.lo;
    look.cutHi = before_ ? before_->cuts.hi : shownCuts_.hi;
    look.stretch = before_ ? before_->stretch : report_.stretch;
    look.map = state_.map;
    look.invert = state_.invert && !paper;
    look.gamma = state_.gamma;
    look.opacity = opacity_ * painted_;
    look.blend = blend_;
    look.sampling = state_.sampling;
    look.equalised = before_ ? before_->equalised : equalised_;
    return look;
}

void SurveyLayer::draw(const FrameInput& frame, Painter& painter)
{
    if (opacity_ * painted_ <= 0) return;
    if (before_) return painter.tiles(before_->info.frame, before_->draws, look(frame.colours.paper));
    if (!store_ || !cutsKnown_ || draws_.empty()) return;
    painter.tiles(info_.frame, draws_, look(frame.colours.paper));
}

void SurveyLayer::drawAlone(render::Renderer& renderer) const
{
    render::Look alone = look(false);
    alone.opacity = 1;
    alone.blend = render::Blend::Normal;
    renderer.drawTiles(info_.frame, draws_, alone);
}

void SurveyLayer::drawValues(render::Renderer& renderer)
{
    if (before_ && before_->values) renderer.drawTileValues(before_->info.frame, before_->draws, state_.sampling);
    else if (store_ && !draws_.empty()) renderer.drawTileValues(info_.frame, draws_, state_.sampling);
}

void SurveyLayer::rest(LayerPhase why)
{
    resting_ = true;
    dropBefore();
    if (!store_ && phase_ != LayerPhase::Opening) return; // a failure stays to be read
    if (why != LayerPhase::Covered && report_.phase != why && store_) {
        store_->apply(hips::TilePlan{}); // nothing is wanted
        plannedView_.reset();
        plan_ = {};
        draws_.clear();
        fades_.clear();
    } else if (why == LayerPhase::Covered && report_.phase != why && store_) {
        hips::TilePlan keep = plan_;
        keep.want.clear();
        store_->apply(keep);
        plannedView_.reset();
        draws_.clear();
        fades_.clear();
    }
    held_ = uploadsLeft_ = fading_ = cutsMoving_ = false;
    std::string line = why == LayerPhase::Covered ? "Covered by the layer above" : "Hidden";
    if (why == LayerPhase::OutsideCoverage)
        line = info_.frame == sky::Frame::Body ? "Not shown with the sky: a map of " + (info_.body.empty() ? std::string("a planet") : info_.body)
                                               : "Not shown with a planet: a survey of the sky";
    setReport(why, line);
}

bool SurveyLayer::coversAll() const
{
    if (before_) return before_->coversAll && before_->plan.count.missing == 0;
    if (!store_ || opacity_ < 1 || blend_ != render::Blend::Normal || draws_.empty()) return false;
    const bool opaque = builtIn() || format_ == hips::TileFormat::Jpeg;
    const bool full = builtIn() || info_.skyFraction.value_or(0) > 0.9999 || (coverage_ && coverage_->fraction() > 0.9999);
    return opaque && full && plan_.count.visible > 0 && plan_.count.failed == 0 &&
           plan_.count.ready + plan_.count.standIn >= plan_.count.visible && draws_.size() == plan_.draw.size();
}

// ---- cuts ------------------------------------------------------------------------------------------------------

bool SurveyLayer::sampleIsStale(const FrameInput& frame) const
{
    if (!values_) return true;
    if (sampledFrom_ != state_.cuts.from) return true;
    if (sampledFrom_ == CutRule::From::Tile) return centreCell(plan_, frame.view, info_.frame) != sampledCell_ && plan_.count.complete();
    if (sampledFrom_ == CutRule::From::All) return previewPieces(finder()).second.size() != sampledPieces_;
    if (frame.instant()) return plan_.count.complete() && (!sampledComplete_ || !(*sampledView_ == frame.view));
    if (sampledComplete_ && !farFrom(*sampledView_, frame.view)) return false;
    return plan_.count.complete();
}

void SurveyLayer::startSampling(const FrameInput& frame)
{
    sampledFrom_ = state_.cuts.from;
    auto [pieces, order, cell] = piecesOf(sampledFrom_, plan_, frame.view, info_.frame, finder());
    sampledOrder_ = order;
    sampledCell_ = cell;
    sampledPieces_ = pieces.size();
    if (pieces.empty()) {
        if (plan_.count.complete()) { // nothing here has values: do not try again for this view
            sampledView_ = frame.view;
            sampledComplete_ = true;
            values_ = std::make_shared<SampledValues>();
        }
        return;
    }
    samplingTicket_ = std::make_shared<int>(0);
    sampledView_ = frame.view;
    sampledComplete_ = plan_.count.complete();
    Executor* ui = services_.environment.ui;
    services_.environment.work->post(Priority::Urgent, [this, ui, ticket = std::weak_ptr<int>(samplingTicket_), pieces = std::move(pieces)] {
        auto values = std::make_shared<const SampledValues>(sampleValues(pieces));
        ui->post([this, ticket, values] {
            if (ticket.expired()) return;
            samplingTicket_.reset();
            values_ = values;
            needFrame();
        });
    });
}

void SurveyLayer::followCuts(const FrameInput& frame)
{
    cutsMoving_ = false;
    if (!samplingTicket_ && sampleIsStale(frame) && !plan_.draw.empty()) {
        if (!values_ || frame.instant() || frame.stillMs >= kCutsStillMs) startSampling(frame);
        else if (plan_.count.complete()) cutsMoving_ = true; // come again when the view has rested
    }
    static const SampledValues kNone;
    const SampledValues& values = values_ ? *values_ : kNone;
    auto target = cutsFor(state_.cuts, info_, values);
    if (!target && values_) target = cutsKnown_ ? toCuts_ : Cuts{0, 1};
    if (!target) return;
    if (!cutsKnown_ || !(state_.cuts == shownRule_) || frame.instant()) {
        shownCuts_ = toCuts_ = *target;
        cutsSinceMs_ = frame.nowMs - frame.fadeMs;
    } else if (!(*target == toCuts_)) { // other data under the same rule: glide, so that the picture does not flash
        fromCuts_ = shownCuts_;
        toCuts_ = *target;
        cutsSinceMs_ = frame.nowMs;
    }
    shownRule_ = state_.cuts;
    cutsKnown_ = true;
    const double t = frame.instant() ? 1 : (frame.nowMs - cutsSinceMs_) / frame.fadeMs;
    if (t < 1) {
        const double k = smooth(t);
        shownCuts_ = {fromCuts_.lo + (toCuts_.lo - fromCuts_.lo) * k, fromCuts_.hi + (toCuts_.hi - fromCuts_.hi) * k};
        cutsMoving_ = true;
    } else {
        shownCuts_ = toCuts_;
    }
    report_.stretch = state_.stretch.value_or(suggestedStretch(info_));
    if (report_.stretch == render::Stretch::Histogram && equalisedFor_ != std::pair{values_.get(), shownCuts_}) {
        equalised_ = equalised(values, shownCuts_);
        equalisedFor_ = {values_.get(), shownCuts_};
    }
    report_.cutLo = shownCuts_.lo;
    report_.cutHi = shownCuts_.hi;
}

std::optional<Histogram> SurveyLayer::histogram() const
{
    if (!hasValues() || !values_ || values_->empty()) return std::nullopt;
    Histogram h = histogramOf(*values_, toCuts_);
    h.from = sampledFrom_;
    if (h.from != CutRule::From::View) h.order = sampledOrder_;
    return h;
}

std::optional<SurveyLayer::Texel> SurveyLayer::texelAt(const sky::Dir& dir) const
{
    const hips::DrawCell* best = nullptr;
    int order = -1;
    sky::Cell here;
    for (const auto& d : plan_.draw) {
        if (d.cell.order != order) {
            order = d.cell.order;
            here = sky::cellAt(dir, order);
        }
        if (d.cell == here && (!best || best->cell.order < d.cell.order)) best = &d;
    }
    if (!best) return std::nullopt;
    Texel texel{store_->find(best->from), best->from};
    if (!texel.tile || texel.tile->width <= 0) return std::nullopt;
    const sky::CellPlace place = sky::placeAt(dir, best->from.order);
    if (!(place.cell == best->from)) return std::nullopt;
    const int width = texel.tile->width;
    const auto index = [&](double v) { return static_cast<size_t>(std::clamp(static_cast<int>(v * width), 0, width - 1)); };
    texel.row = index(place.x);
    texel.column = index(place.y);
    return texel;
}

std::optional<double> SurveyLayer::valueOf(const Texel& texel)
{
    const hips::TileImage& tile = *texel.tile;
    if (tile.kind != hips::PixelKind::Float32) return std::nullopt;
    return static_cast<double>(tile.floats()[texel.row * static_cast<size_t>(tile.width) + texel.column]);
}

std::optional<ValueReading> SurveyLayer::valueAt(const sky::SkyView& view, const Eigen::Vector2d& pixel) const
{
    if (!hasValues() || draws_.empty()) return std::nullopt;
    const auto dir = view.directionAt(pixel, info_.frame);
    const auto texel = dir ? texelAt(*dir) : std::nullopt;
    const auto value = texel ? valueOf(*texel) : std::nullopt;
    if (!value) return std::nullopt;
    return ValueReading{id_, *value, info_.unit, title()};
}

render::Rgba SurveyLayer::colourOf(const Texel& texel, const render::Look& look)
{
    if (const auto value = valueOf(texel)) {
        if (!std::isfinite(*value)) return {0, 0, 0, 0};
        const render::CutScale scale(look);
        const auto c = render::mappedColour(look, std::clamp(*value * scale.scale + scale.offset, 0.0, 1.0), render::colourTable(look.map));
        return {c[0], c[1], c[2], 1};
    }
    const uint8_t* p = texel.tile->rgba() + 4 * (texel.row * static_cast<size_t>(texel.tile->width) + texel.column);
    if (p[3] == 0) return {0, 0, 0, 0};
    const auto straight = [p](int i) { return std::min(1.f, static_cast<float>(p[i]) / static_cast<float>(p[3])); };
    return {straight(0), straight(1), straight(2), static_cast<float>(p[3]) / 255};
}

/// A step of a texel, or of a pixel where texels are smaller than that.
std::optional<CloseUp> SurveyLayer::closeUp(const sky::SkyView& view, const Eigen::Vector2d& pixel) const
{
    if (!store_ || draws_.empty()) return std::nullopt;
    const auto dir = view.directionAt(pixel, info_.frame);
    const auto middle = dir ? texelAt(*dir) : std::nullopt;
    if (!middle) return std::nullopt;
    const render::Look shown = look(false);
    CloseUp out;
    out.layer = id_;
    out.layerName = title();
    out.unit = info_.unit;
    out.value = valueOf(*middle);
    out.rounded = out.value && !std::isnan(*out.value) && middle->tile->rounded;
    out.colour = colourOf(*middle, shown);
    if (out.colour.a <= 0 && !out.value) return std::nullopt; // a hole in it
    out.cell = middle->cell;
    out.tileWidth = middle->tile->width;
    out.column = static_cast<int>(middle->column);
    out.row = static_cast<int>(middle->row);
    const double side = std::sqrt(4 * sky::kPi / 12) / static_cast<double>(uint64_t{1} << middle->cell.order) / middle->tile->width;
    const double step = std::max(1.0, side / std::max(view.pixelScale().rad(), 1e-30));
    constexpr int kHalf = CloseUp::kSide / 2;
    size_t i = 0;
    for (int y = -kHalf; y <= kHalf; ++y)
        for (int x = -kHalf; x <= kHalf; ++x, ++i) {
            const auto there = view.directionAt(pixel + Eigen::Vector2d(x, y) * step, info_.frame);
            const auto texel = there ? texelAt(*there) : std::nullopt;
            out.texels[i] = texel ? colourOf(*texel, shown) : render::Rgba{0, 0, 0, 0};
        }
    return out;
}

Pending SurveyLayer::exactValue(const CloseUp& at, std::function<void(Expected<double>)> done)
{
    return store_ ? store_->exactValue(at.cell, at.tileWidth, at.column, at.row, std::move(done)) : Pending();
}

// ---- state -----------------------------------------------------------------------------------------------------

void SurveyLayer::setReport(LayerPhase phase, std::string line)
{
    if (report_.phase == phase && report_.line == line) return;
    report_.phase = phase;
    report_.line = std::move(line);
    services_.reportsChanged();
}

void SurveyLayer::updateReport(const FrameInput& frame)
{
    const auto& c = plan_.count;
    report_.done = c.ready;
    report_.total = c.visible;
    report_.order = plan_.textureOrder;
    const bool complete = c.complete() && !uploadsLeft_;
    if (complete && c.visible > 0) everComplete_ = true;
    if (!complete && incompleteSinceMs_ < 0) incompleteSinceMs_ = frame.nowMs;
    if (complete && incompleteSinceMs_ >= 0) {
        completeMs_ = frame.nowMs - incompleteSinceMs_;
        incompleteSinceMs_ = -1;
    }
    followCopies();
    const std::string of = std::to_string(c.ready) + " of " + std::to_string(c.visible) + " tiles";
    const bool deeper = complete && startsDeeper();
    report_.goThere = (c.visible == 0 || deeper) && info_.initialRa && info_.initialDec;
    if (c.visible == 0) {
        setReport(LayerPhase::OutsideCoverage, report_.goThere ? "Outside its coverage: go there" : "Outside its coverage");
    } else if (lookingForTiles()) {
        setReport(LayerPhase::Loading, "Looking for its tiles");
    } else if (deeper) {
        setReport(draws_.empty() ? LayerPhase::OutsideCoverage : LayerPhase::Complete,
                  "Tiles start at order " + std::to_string(info_.orderMin) + (report_.goThere ? ": zoom in, or go there" : ": zoom in"));
    } else if (!complete) {
        setReport(LayerPhase::Loading, "Loading " + of);
    } else if (c.failed > 0 && offline()) {
        setReport(LayerPhase::Offline, "Offline" + (report_.copyOf > 0 ? ", copy of " + dayWords(report_.copyOf, std::time(nullptr)) : std::string()) + ", " + of);
    } else if (c.failed > 0) {
        const std::string why = troubleWords(lastStatus_, lastTrouble_);
        setReport(LayerPhase::Partial, why.empty() ? of : why + ", " + of);
    } else {
        setReport(LayerPhase::Complete, completeLine());
    }
}

/// Nothing of it was found yet, and its lowest tiles are still looked for.
bool SurveyLayer::lookingForTiles() const
{
    return store_ && draws_.empty() && plan_.count.visible > 0 && (plan_.tooFarOut || plan_.count.missing == plan_.count.visible) && store_->baseLoading();
}

/// The view is so wide that it shows nothing of the survey, or only what lies where the survey says that it has data.
bool SurveyLayer::startsDeeper() const
{
    if (plan_.tooFarOut && plan_.draw.empty()) return true;
    const auto made = store_->made();
    return made && plan_.textureOrder >= 0 && plan_.textureOrder < made->whole;
}

void SurveyLayer::followCopies()
{
    report_.copyOf = 0;
    if (local_) return;
    const bool all = offline(); // then nothing can be checked, however new it is
    for (const auto& d : draws_) {
        const auto copy = copies_.find(d.from.cell);
        if (copy == copies_.end() || !(all || copy->second.unchecked)) continue;
        report_.copyOf = report_.copyOf > 0 ? std::min(report_.copyOf, copy->second.asOf) : copy->second.asOf;
    }
}

std::string SurveyLayer::completeLine() const
{
    if (builtIn()) return "Built in, works offline";
    if (report_.copyOf > 0) {
        const std::string day = dayWords(report_.copyOf, std::time(nullptr));
        return offline() ? "Offline, copy of " + day : "Copy of " + day + ": its server does not answer";
    }
    std::string line = "Complete, order " + std::to_string(plan_.textureOrder);
    if (completeMs_ >= 9950) line += ", " + std::to_string(std::lround(completeMs_ / 1000)) + " s";
    else if (completeMs_ >= 1000) line += ", " + std::to_string(std::lround(completeMs_ / 100) / 10) + "." + std::to_string(std::lround(completeMs_ / 100) % 10) + " s";
    else if (completeMs_ >= 0) line += ", " + std::to_string(std::lround(completeMs_)) + " ms";
    return line;
}

LayerReport SurveyLayer::report() const
{
    LayerReport r = report_;
    if (store_ && r.phase == LayerPhase::Partial)
        if (const auto wait = store_->nextTry()) r.nextTrySeconds = std::chrono::duration<double>(*wait).count();
    if (!store_ && reopenAt_ && !resting_ && r.phase == LayerPhase::Failed)
        r.nextTrySeconds = std::max(0.0, std::chrono::duration<double>(*reopenAt_ - services_.environment.clock->now()).count());
    return r;
}

bool SurveyLayer::settled() const
{
    if (!store_) return phase_ != LayerPhase::Opening;
    if (cutsOfPreview() && store_->baseLoading()) return false;
    return !before_ && planned_ && plan_.count.complete() && !lookingForTiles() && !uploadsLeft_ && !held_ && !fading_ && !cutsMoving_ &&
           !samplingTicket_ && (cutsKnown_ || draws_.empty());
}

void SurveyLayer::dropGpu()
{
    dropBefore();
    storeChanged_ = true;
    draws_.clear();
    fades_.clear();
    needFrame();
}

void SurveyLayer::clearTextures()
{
    if (textureLayer_) services_.forgetTextureLayer(textureLayer_);
    textureLayer_ = services_.newTextureLayer();
    dropGpu();
}

void SurveyLayer::askAgain()
{
    if (!store_ && reopenAt_ && !resting_ && *reopenAt_ <= services_.environment.clock->now()) return reopen();
    if (!store_ || report_.phase != LayerPhase::Partial) return;
    storeChanged_ = true; // the next plan asks
    needFrame();
}

void SurveyLayer::retryFailed()
{
    openFailures_ = 0;
    if (store_ && report_.copyOf > 0 && !offline()) return reopen(); // copies may be checked now; they are shown until then
    if (store_) store_->retryFailed();
    else if (phase_ == LayerPhase::Failed || phase_ == LayerPhase::Offline) reopen();
    lastTrouble_.clear();
    storeChanged_ = true;
    needFrame();
}

} // namespace firmament::scene
