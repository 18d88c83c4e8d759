#include "app/cli/reference_drawing.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include "app/cli/console.h"
#include "core/clock.h"
#include "core/executor.h"
#include "core/files.h"
#include "core/resources.h"
#include "hips/plan.h"
#include "hips/tile_source.h"
#include "hips/tile_store.h"
#include "net/network.h"
#include "render/reference.h"
#include "scene/survey_cuts.h"

namespace firmament::cli {

namespace {

constexpr size_t kStoreBytes = size_t{1} << 30;
/// As Renderer::negate.
void makeNegative(std::vector<uint8_t>& rgba)
{
    for (size_t i = 0; i + 3 < rgba.size(); i += 4) {
        const auto [least, most] = std::minmax({rgba[i], rgba[i + 1], rgba[i + 2]});
        const int turn = 255 - most - least;
        for (size_t k = i; k < i + 3; ++k) rgba[k] = static_cast<uint8_t>(rgba[k] + turn);
    }
}

constexpr render::Rgba kCanvas{0x0A / 255.0f, 0x0C / 255.0f, 0x11 / 255.0f, 1}; // as the window's

/// One survey with the tiles of the view.
struct LoadedSurvey {
    const scene::LayerState* layer = nullptr;
    const scene::SurveyState* state = nullptr;
    hips::OpenSurvey open;
    std::unique_ptr<hips::TileStore> store;
    hips::TilePlan plan;
    bool failed = false;
    bool hasValues() const { return open.format == hips::TileFormat::Fits; }
};

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

    Expected<void> load(LoadedSurvey& survey, const sky::SkyView& view, std::vector<std::string>& troubles)
    {
        if (auto ok = open(survey); !ok) return ok;
        survey.store = std::make_unique<hips::TileStore>(std::move(survey.open.source), kStoreBytes, clock_);
        survey.store->onError = [&troubles, &survey](sky::Cell cell, const Error& e) {
            if (troubles.size() < 20)
                troubles.push_back(survey.layer->name + " tile " + std::to_string(cell.order) + "/" + std::to_string(cell.pix) +
                                   ": " + e.text());
        };
        survey.store->loadBase();
        hips::PlanOptions options;
        options.coverage = survey.open.coverage.get();
        options.prefetch = false;
        const auto readiness = [&survey](sky::Cell c) { return survey.store->ready(c); };
        for (;;) {
            survey.plan = hips::planTiles(view, survey.open.info, readiness, survey.plan, options);
            survey.store->apply(survey.plan);
            if (survey.plan.count.complete() && survey.store->stats().loading == 0) return {};
            if (auto ok = wait(); !ok) {
                if (ok.error().code == Errc::Timeout) return {}; // drawn with what is there
                return ok;
            }
        }
    }

private:
    Expected<void> open(LoadedSurvey& survey)
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
        return {};
    }

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

scene::SampledValues valuesInView(const LoadedSurvey& survey)
{
    std::vector<scene::VisiblePiece> pieces;
    for (const auto& draw : survey.plan.draw) {
        const auto tile = survey.store->find(draw.from);
        if (tile && draw.from.isAncestorOrSelf(draw.cell)) pieces.push_back({tile, sky::within(draw.cell, draw.from)});
    }
    return scene::sampleValues(pieces);
}

render::Stretch suggestedStretch(const hips::SurveyInfo& info)
{
    return render::stretchFromWord(info.pixelFunction).value_or(render::Stretch::Linear);
}

render::Look lookOf(const LoadedSurvey& survey)
{
    render::Look look;
    look.map = survey.state->map;
    look.invert = survey.state->invert;
    look.gamma = survey.state->gamma;
    look.opacity = survey.layer->opacity;
    look.blend = survey.layer->blend;
    look.sampling = survey.state->sampling;
    if (!survey.hasValues()) return look;
    look.stretch = survey.state->stretch.value_or(suggestedStretch(survey.open.info));
    const bool sample =
        scene::needsValues(survey.state->cuts, survey.open.info) || look.stretch == render::Stretch::Histogram;
    const auto values = sample ? valuesInView(survey) : scene::SampledValues{};
    const auto cuts = scene::cutsFor(survey.state->cuts, survey.open.info, values).value_or(scene::Cuts{});
    look.cutLo = cuts.lo;
    look.cutHi = cuts.hi;
    if (look.stretch == render::Stretch::Histogram) look.equalised = scene::equalised(values, cuts);
    return look;
}

render::ReferenceLayer referenceLayer(const LoadedSurvey& survey)
{
    render::ReferenceLayer layer;
    layer.frame = survey.open.info.frame;
    layer.orderMin = 0;
    layer.orderMax = std::max(0, survey.plan.textureOrder);
    layer.tileWidth = survey.open.info.tileWidth;
    layer.tile = [&survey](sky::Cell cell) {
        const auto tile = survey.store->find(cell);
        if (!tile) return render::TilePixels{render::PixelKind::Rgba8, 0, nullptr};
        const auto kind = tile->kind == hips::PixelKind::Float32 ? render::PixelKind::Float32 : render::PixelKind::Rgba8;
        return render::TilePixels{kind, tile->width, tile->pixels.data()};
    };
    layer.look = lookOf(survey);
    return layer;
}

} // namespace

Expected<ReferenceDrawing> drawReference(const scene::Document& document, bool asValues, bool offline, double timeoutSeconds)
{
    ReferenceDrawing out;
    std::vector<std::unique_ptr<LoadedSurvey>> surveys;
    bool network = false;
    for (const auto& layer : document.layers) {
        const auto* state = std::get_if<scene::SurveyState>(&layer.content);
        if (!state || !layer.visible || layer.opacity <= 0) continue;
        std::error_code error;
        network = network || (state->source != scene::kDefaultSky && !std::filesystem::is_directory(state->source, error));
        surveys.push_back(std::make_unique<LoadedSurvey>());
        surveys.back()->layer = &layer;
        surveys.back()->state = state;
    }
    Loader loader(offline, network, timeoutSeconds);
    size_t failed = 0;
    for (auto& survey : surveys) {
        const auto ok = loader.load(*survey, document.view, out.troubles);
        if (ok) continue;
        if (ok.error().code == Errc::Cancelled) return ok.error();
        if (++failed == surveys.size()) return ok.error();
        survey->failed = true;
        out.troubles.push_back(survey->layer->name + ": " + ok.error().text());
    }
    std::erase_if(surveys, [](const auto& s) { return s->failed; });

    std::vector<render::ReferenceLayer> layers;
    for (const auto& survey : surveys) {
        const auto& count = survey->plan.count;
        out.tilesWanted += count.visible;
        out.tilesDrawn += count.ready;
        out.tilesFailed += count.visible - count.ready;
        out.origin = picture::originOf(survey->open.info, survey->plan.textureOrder);
        layers.push_back(referenceLayer(*survey));
        if (document.overlays.paper) layers.back().look.invert = false;
    }
    out.hasValues = asValues && !surveys.empty() && surveys.back()->hasValues();
    if (out.hasValues)
        out.values = render::referenceValues(document.view, layers.back());
    else
        out.rgba = render::referenceRgba(document.view, layers, asValues || document.overlays.paper ? render::Rgba{0, 0, 0, 1} : kCanvas);
    if (document.overlays.paper) makeNegative(out.rgba);
    if (interrupted()) return Error{Errc::Cancelled, "interrupted", {}, 0, false};
    return out;
}

} // namespace firmament::cli
