#include "app/cli/reference_drawing.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <thread>
#include <unordered_map>
#include <utility>

#include "app/cli/console.h"
#include "app/cli/view_options.h"
#include "core/clock.h"
#include "core/executor.h"
#include "core/files.h"
#include "core/resources.h"
#include "hips/plan.h"
#include "hips/tile_source.h"
#include "hips/tile_store.h"
#include "net/network.h"
#include "render/reference.h"
#include "scene/bodies.h"
#include "scene/cut_pieces.h"
#include "scene/sheets.h"
#include "scene/stacks.h"

namespace firmament::cli {

namespace {

constexpr size_t kStoreBytes = size_t{1} << 30;
constexpr render::Rgba kCanvas{0x0A / 255.0f, 0x0C / 255.0f, 0x11 / 255.0f, 1}; // as the window's

/// What a plan draws, asked by direction.
class Chosen {
public:
    explicit Chosen(const hips::TilePlan& plan)
    {
        for (const auto& d : plan.draw) {
            from_.emplace(d.cell, d.from);
            if (std::find(orders_.begin(), orders_.end(), d.cell.order) == orders_.end()) orders_.push_back(d.cell.order);
        }
    }
    std::optional<sky::Cell> at(const sky::Dir& dir) const
    {
        for (const int order : orders_)
            if (const auto found = from_.find(sky::cellAt(dir, order)); found != from_.end()) return found->second;
        return std::nullopt;
    }

private:
    std::unordered_map<sky::Cell, sky::Cell, sky::CellHash> from_;
    std::vector<int> orders_;
};

/// One survey with the tiles of the view.
struct LoadedSurvey {
    const scene::LayerState* layer = nullptr;
    const scene::SurveyState* state = nullptr;
    hips::OpenSurvey open;
    std::unique_ptr<hips::TileStore> store;
    hips::TilePlan plan;
    bool failed = false, planned = false;

    bool hasValues() const { return open.format == hips::TileFormat::Fits; }
    render::Look look(const sky::SkyView& view) const;
    render::ReferenceLayer layerFor(const sky::SkyView& view) const;
};

render::Look LoadedSurvey::look(const sky::SkyView& view) const
{
    render::Look look;
    look.map = state->map;
    look.invert = state->invert;
    look.gamma = state->gamma;
    look.opacity = layer->opacity;
    look.blend = layer->blend;
    look.sampling = state->sampling;
    if (!hasValues()) return look;
    look.stretch = state->stretch.value_or(scene::suggestedStretch(open.info));
    scene::SampledValues values;
    if (scene::needsValues(state->cuts, open.info) || look.stretch == render::Stretch::Histogram) {
        const auto find = [this](sky::Cell c) { return store->find(c); };
        values = scene::sampleValues(scene::piecesOf(state->cuts.from, plan, view, open.info.frame, find).pieces);
    }
    const auto cuts = scene::cutsFor(state->cuts, open.info, values).value_or(scene::Cuts{});
    look.cutLo = cuts.lo;
    look.cutHi = cuts.hi;
    if (look.stretch == render::Stretch::Histogram) look.equalised = scene::equalised(values, cuts);
    return look;
}

render::ReferenceLayer LoadedSurvey::layerFor(const sky::SkyView& view) const
{
    render::ReferenceLayer out;
    out.frame = open.info.frame;
    out.tile = [this](sky::Cell cell) {
        const auto tile = store->find(cell);
        if (!tile) return render::TilePixels{render::PixelKind::Rgba8, 0, nullptr};
        const auto kind = tile->kind == hips::PixelKind::Float32 ? render::PixelKind::Float32 : render::PixelKind::Rgba8;
        return render::TilePixels{kind, tile->width, tile->pixels.data()};
    };
    out.chosen = [chosen = Chosen(plan)](const sky::Dir& dir) { return chosen.at(dir); };
    out.look = look(view);
    return out;
}

class Loader {
public:
    Loader(bool offline, bool network, double timeoutSeconds)
        : end_(std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                      std::chrono::duration<double>(timeoutSeconds)))
    {
        if (!network) return;
        net::NetOptions options;
        options.offline = offline;
        options.cacheFolder = UserPaths::fromEnvironment().cache / "http";
        net_ = std::make_unique<net::NetworkLayer>(options, work_);
    }

    Expected<void> open(LoadedSurvey& survey, std::vector<std::string>& troubles)
    {
        hips::SurveyEnvironment environment{&ui_, &work_, net_.get()};
        hips::OpenOptions options{survey.state->format, survey.state->channel};
        std::string where = survey.state->source;
        if (where == scene::kDefaultSky) where = findResource("default-sky").string();
        if (where.empty()) return Error{Errc::NotFound, "the built-in sky is not installed", {}, 0, false};
        std::optional<Expected<hips::OpenSurvey>> answer;
        const Pending pending =
            hips::openSurvey(where, options, environment, [&answer](Expected<hips::OpenSurvey> s) { answer = std::move(s); });
        while (!answer)
            if (auto ok = wait(); !ok && !answer) return ok;
        if (!*answer) return answer->error();
        survey.open = std::move(**answer);
        if (survey.state->format && survey.open.format != *survey.state->format)
            troubles.push_back(survey.layer->name + ": " + otherFormatsDrawn(*survey.state->format));
        survey.store = std::make_unique<hips::TileStore>(std::move(survey.open.source), kStoreBytes, clock_);
        survey.store->onError = [&troubles, &survey](sky::Cell cell, const Error& e) {
            if (troubles.size() < 20)
                troubles.push_back(survey.layer->name + " tile " + std::to_string(cell.order) + "/" + std::to_string(cell.pix) +
                                   ": " + e.text());
        };
        survey.store->loadBase();
        return {};
    }

    /// Until all tiles of the view are here, or the time is over: then it is drawn with what there is.
    Expected<void> load(LoadedSurvey& survey, const sky::SkyView& view)
    {
        hips::PlanOptions options;
        options.coverage = survey.open.coverage.get();
        options.prefetch = false;
        const auto readiness = [&survey](sky::Cell c) { return survey.store->ready(c); };
        for (;;) {
            options.lowestMade = survey.store->lowestMade().value_or(-1);
            options.baseComing = survey.store->baseLoading();
            survey.plan = hips::planTiles(view, survey.open.info, readiness, survey.plan, options);
            survey.store->apply(survey.plan);
            if (survey.plan.count.complete() && !survey.store->baseLoading()) return {};
            const auto ok = wait();
            if (!ok) return ok.error().code == Errc::Timeout ? Expected<void>() : ok;
        }
    }

    net::NetStats netStats() const { return net_ ? net_->stats() : net::NetStats{}; }

private:
    Expected<void> wait()
    {
        ui_.waitAndDrain(std::chrono::milliseconds(20));
        if (interrupted()) return Error{Errc::Cancelled, "interrupted", {}, 0, false};
        if (std::chrono::steady_clock::now() > end_)
            return Error{Errc::Timeout, "not all came in time, expected within --timeout", {}, 0, true};
        return {};
    }

    SteadyClock clock_;
    QueueExecutor ui_;
    WorkPool work_{std::max(2u, std::thread::hardware_concurrency())};
    std::unique_ptr<net::NetworkLayer> net_;
    std::chrono::steady_clock::time_point end_;
};

/// The visible surveys of all panes, each once however often it is drawn.
class Gallery {
public:
    explicit Gallery(const scene::Document& document)
    {
        for (size_t pane = 0; pane < scene::paneCount(document); ++pane) {
            for (const auto& layer : scene::stackOf(document, pane)) {
                const auto* state = std::get_if<scene::SurveyState>(&layer.content);
                if (!state || !layer.visible || layer.opacity <= 0) continue;
                auto survey = std::make_unique<LoadedSurvey>();
                survey->layer = &layer;
                survey->state = state;
                all_.emplace(&layer, std::move(survey));
                order_.push_back(&layer);
            }
        }
    }

    bool wantsNetwork() const
    {
        std::error_code error;
        return std::any_of(order_.begin(), order_.end(), [&](const scene::LayerState* layer) {
            const auto& source = all_.at(layer)->state->source;
            return source != scene::kDefaultSky && !std::filesystem::is_directory(source, error);
        });
    }

    /// Fails when none could be opened.
    Expected<void> open(Loader& loader, std::vector<std::string>& troubles)
    {
        size_t failed = 0;
        for (const auto* layer : order_) {
            auto& survey = *all_.at(layer);
            const auto ok = loader.open(survey, troubles);
            if (ok) continue;
            if (ok.error().code == Errc::Cancelled || ++failed == order_.size()) return ok;
            survey.failed = true;
            troubles.push_back(layer->name + ": " + ok.error().text());
        }
        return {};
    }

    LoadedSurvey* find(const scene::LayerState& layer) const
    {
        const auto found = all_.find(&layer);
        return found == all_.end() || found->second->failed ? nullptr : found->second.get();
    }

    std::vector<const hips::SurveyInfo*> topDown(const std::vector<scene::LayerState>& stack) const
    {
        std::vector<const hips::SurveyInfo*> open;
        for (auto layer = stack.rbegin(); layer != stack.rend(); ++layer)
            if (const auto* survey = find(*layer)) open.push_back(&survey->open.info);
        return open;
    }

    /// What a pass draws in such a view, bottom first.
    std::vector<LoadedSurvey*> of(const scene::Pass& pass, sky::Frame view) const
    {
        std::vector<LoadedSurvey*> shown;
        scene::Company company(view);
        for (auto layer = pass.stack->rbegin(); layer != pass.stack->rend(); ++layer) {
            LoadedSurvey* survey = layer->id == pass.without ? nullptr : find(*layer);
            if (survey && company.admits(survey->open.info)) shown.push_back(survey);
        }
        std::reverse(shown.begin(), shown.end());
        return shown;
    }

private:
    std::map<const scene::LayerState*, std::unique_ptr<LoadedSurvey>> all_;
    std::vector<const scene::LayerState*> order_; ///< bottom first, pane after pane
};

struct DrawnPass {
    const scene::Sheet& sheet;
    const scene::Pass& pass;
    std::vector<LoadedSurvey*> surveys; ///< bottom first
};

/// Loads the tiles of all that is drawn; a survey of two passes once, as both show the same view.
Expected<std::vector<DrawnPass>> loadAll(const Gallery& gallery, Loader& loader, const scene::Sheets& sheets, ReferenceDrawing& out)
{
    std::vector<DrawnPass> passes;
    for (const auto& sheet : sheets.sheets) {
        for (const auto& pass : sheet.passes) {
            if (!pass.drawn) continue;
            passes.push_back({sheet, pass, gallery.of(pass, sheets.view.frame())});
            for (LoadedSurvey* survey : passes.back().surveys) {
                if (std::exchange(survey->planned, true)) continue;
                if (auto ok = loader.load(*survey, sheets.view); !ok) return ok.error();
                const auto& count = survey->plan.count;
                out.tilesWanted += count.visible;
                out.tilesDrawn += count.ready;
                out.tilesFailed += count.visible - count.ready;
            }
        }
    }
    return passes;
}

/// Copies what lies inside the clip of a pass. `picture` is the whole view of its sheet.
void place(const std::vector<uint8_t>& picture, const sky::SkyView& view, const DrawnPass& drawn, const sky::SkyView& canvasView,
           std::vector<uint8_t>& canvas)
{
    const auto px = [](double v) { return static_cast<int>(std::lround(v)); };
    const scene::PixelRect& clip = drawn.pass.clip;
    const int left = px(drawn.sheet.place.x), top = px(drawn.sheet.place.y);
    const int x0 = std::max({px(clip.x), left, 0}), x1 = std::min({px(clip.x + clip.w), left + view.width(), canvasView.width()});
    const int y0 = std::max({px(clip.y), top, 0}), y1 = std::min({px(clip.y + clip.h), top + view.height(), canvasView.height()});
    const auto offset = [](int x, int y, int width) { return 4 * (static_cast<std::ptrdiff_t>(y) * width + x); };
    for (int y = y0; y < y1 && x0 < x1; ++y) {
        const auto from = picture.begin() + offset(x0 - left, y - top, view.width());
        std::copy(from, from + 4 * (x1 - x0), canvas.begin() + offset(x0, y, canvasView.width()));
    }
}

std::vector<uint8_t> filled(const sky::SkyView& view, const render::Rgba& colour)
{
    const auto byte = [](float v) { return static_cast<uint8_t>(std::lround(255 * v)); };
    const std::array<uint8_t, 4> pixel{byte(colour.r), byte(colour.g), byte(colour.b), byte(colour.a)};
    std::vector<uint8_t> all(static_cast<size_t>(view.width()) * static_cast<size_t>(view.height()) * 4);
    for (size_t i = 0; i < all.size(); ++i) all[i] = pixel[i % 4];
    return all;
}

std::vector<uint8_t> paintAll(const std::vector<DrawnPass>& passes, const sky::SkyView& view, const sky::SkyView& canvasView,
                              const render::Rgba& background)
{
    std::vector<uint8_t> canvas = filled(canvasView, background);
    for (const DrawnPass& drawn : passes) {
        std::vector<render::ReferenceLayer> layers;
        for (const LoadedSurvey* survey : drawn.surveys) layers.push_back(survey->layerFor(view));
        const auto picture = render::referenceRgba(view, layers, background, interrupted);
        if (picture.empty()) break; // interrupted
        place(picture, view, drawn, canvasView, canvas);
    }
    return canvas;
}

void describe(const LoadedSurvey& top, ReferenceDrawing& out)
{
    out.order = top.plan.textureOrder;
    out.unit = top.open.info.unit;
    out.credit = top.open.info.credit;
    out.id = top.open.info.id;
    out.title = top.open.info.title.empty() ? top.open.info.id : top.open.info.title;
}

} // namespace

Expected<ReferenceDrawing> drawReference(scene::Document& document, bool asValues, bool offline, double timeoutSeconds)
{
    ReferenceDrawing out;
    Gallery gallery(document);
    Loader loader(offline, gallery.wantsNetwork(), timeoutSeconds);
    if (auto ok = gallery.open(loader, out.troubles); !ok) return ok.error();
    if (const auto frame = scene::fittingFrame(gallery.topDown(document.layers), false, document.view.frame()))
        scene::turnTo(document, *frame);

    const sky::SkyView& view = document.view;
    const scene::Sheets sheets = scene::sheetsOf(document, {0, 0, static_cast<double>(view.width()), static_cast<double>(view.height())}, false);
    const auto passes = loadAll(gallery, loader, sheets, out);
    if (!passes) return passes.error();
    out.requests = loader.netStats().started;
    out.bytes = loader.netStats().bytes;
    out.msLoaded = millisecondsSinceStart();

    const LoadedSurvey* top = nullptr; // of the active pane
    for (const DrawnPass& drawn : *passes)
        if (drawn.pass.stack == &document.layers && !drawn.surveys.empty() && !top) top = drawn.surveys.back();
    if (top) describe(*top, out);
    out.hasValues = asValues && top && top->hasValues();
    if (out.hasValues) out.values = render::referenceValues(view, top->layerFor(view), interrupted);
    else out.rgba = paintAll(*passes, sheets.view, view, asValues ? render::Rgba{0, 0, 0, 1} : kCanvas);
    if (interrupted()) return Error{Errc::Cancelled, "interrupted", {}, 0, false};
    return out;
}

} // namespace firmament::cli
