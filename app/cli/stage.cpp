#include "app/cli/stage.h"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <thread>

#include "app/cli/console.h"
#include "app/cli/embedded_sky.h"
#include "app/cli/gui.h"
#include "core/files.h"
#include "core/resources.h"
#include "scene/bodies.h"

namespace firmament::cli {

namespace {

constexpr auto kFrameGap = std::chrono::milliseconds(150); // between frames of a picture that is still loading

bool isLocal(const std::string& source)
{
    std::error_code error;
    return source == scene::kDefaultSky || std::filesystem::is_directory(source, error);
}

bool wantsText(const scene::Document& d)
{
    const auto& o = d.overlays;
    if ((o.grid.on && o.grid.labels) || o.compass || o.scaleBar || o.credits) return true;
    return std::any_of(d.layers.begin(), d.layers.end(), [](const scene::LayerState& layer) {
        if (!layer.visible) return false;
        return std::visit(
            [](const auto& content) {
                if constexpr (requires { content.names; })
                    return content.names;
                else
                    return content.colourBar;
            },
            layer.content);
    });
}

bool wantsSky(const scene::Document& d)
{
    return std::any_of(d.layers.begin(), d.layers.end(), [](const scene::LayerState& layer) {
        return layer.visible && !std::holds_alternative<scene::SurveyState>(layer.content);
    });
}

} // namespace

StageOptions stageOptionsFor(const scene::Document& document, bool offline)
{
    StageOptions options;
    options.offline = offline;
    options.text = wantsText(document);
    options.network = std::any_of(document.layers.begin(), document.layers.end(), [](const scene::LayerState& layer) {
        const auto* survey = std::get_if<scene::SurveyState>(&layer.content);
        return survey && layer.visible && !isLocal(survey->source);
    });
    return options;
}

Expected<std::unique_ptr<Stage>> Stage::create(const scene::Document& document, StageOptions options)
{
    std::unique_ptr<Stage> self(new Stage);
    self->work_ = std::make_unique<WorkPool>(std::max(2u, std::thread::hardware_concurrency()));
    if (options.network) {
        net::NetOptions net;
        net.offline = options.offline;
        net.cacheFolder = UserPaths::fromEnvironment().cache / "http";
        self->net_ = std::make_unique<net::NetworkLayer>(net, *self->work_);
    }
    if (options.text) {
        const auto gui = guiModule();
        if (!gui) return gui.error();
        self->labels_ = (*gui)->makeLabels();
    }

    scene::SceneEnvironment environment;
    environment.ui = &self->ui_;
    environment.work = self->work_.get();
    environment.net = self->net_.get();
    environment.clock = &self->clock_;
    environment.labels = self->labels_.get();
    environment.fadeMs = 0;
    environment.defaultSkyFolder = findResource("default-sky").string();
    if (wantsSky(document)) {
        auto embedded = embeddedSky();
        if (!embedded) return embedded.error();
        environment.sky = std::move(*embedded);
    }
    self->scene_ = std::make_unique<scene::Scene>(std::move(environment));
    self->scene_->onMessage = std::move(options.onMessage);
    self->scene_->onNeedFrame = [stage = self.get()] {
        stage->needFrame_ = true;
        ++stage->changes_;
    };
    self->scene_->setReticleOpacity(0);
    self->scene_->setDocument(document);

    auto context = render::HeadlessContext::create();
    if (!context) return context.error();
    self->context_ = std::move(*context);
    auto renderer = render::Renderer::create(self->context_->getProc());
    if (!renderer) return renderer.error();
    self->renderer_ = std::move(*renderer);
    return self;
}

Stage::~Stage()
{
    // The scene's textures go with the renderer, which wants the context.
    offscreen_.reset();
    scene_.reset();
}

net::NetStats Stage::netStats() const { return net_ ? net_->stats() : net::NetStats{}; }

Expected<void> Stage::useTarget(int width, int height, render::PixelKind kind)
{
    auto made = render::OffscreenTarget::create(context_->getProc(), width, height, kind);
    if (!made) return made.error();
    offscreen_ = std::move(*made);
    frame_ = offscreen_->frame();
    frame_.width = width;
    frame_.height = height;
    return {};
}

render::FrameStats Stage::drawFrame()
{
    needFrame_ = false;
    return scene_->render(*renderer_, frame_);
}

void Stage::awaitPixels() { renderer_->readRgba(1, 1); }

void Stage::drawApart(scene::OverlayPicture& overlay) { scene_->render(*renderer_, frame_, overlay); }

void Stage::pump(std::chrono::milliseconds wait)
{
    if (wait.count() > 0)
        ui_.waitAndDrain(wait);
    else
        ui_.drain();
}

/// Tiles that the last frame still waited for; empty while a survey is being opened.
std::optional<int> Stage::outstanding() const
{
    int count = 0;
    for (const auto& r : scene_->reports()) {
        if (r.phase == scene::LayerPhase::Opening) return std::nullopt;
        if (r.phase == scene::LayerPhase::Loading) count += std::max(0, r.total - r.done);
    }
    return count;
}

/// Whether a survey is of a planet or moon is known once it is open.
bool Stage::turnToBody()
{
    const auto frame = scene_->wantedFrame();
    if (!frame) return false;
    scene::Document document = scene_->document();
    scene::turnTo(document, *frame);
    scene_->setDocument(document);
    return true;
}

SettleResult Stage::settle(double timeoutSeconds, const std::function<void()>& tick)
{
    using Clock = std::chrono::steady_clock;
    const auto begin = Clock::now();
    SettleResult result;
    pump({});
    for (;;) {
        changes_ = 0;
        drawFrame();
        awaitPixels(); // software GL keeps what it has not drawn yet in memory, frame after frame
        const auto drawn = Clock::now();
        if (++result.frames == 1) result.msFirstFrame = millisecondsSinceStart();
        if (tick) tick();
        if (scene_->settled()) {
            if (turnToBody()) continue;
            result.settled = true;
            break;
        }
        // While tiles come one by one, a frame for each would only slow them down: wait for the last of them, or for a pause.
        const auto awaited = outstanding();
        const auto pending = [&] {
            if (interrupted() || std::chrono::duration<double>(Clock::now() - begin).count() > timeoutSeconds) return false;
            if (!needFrame_) return true;
            if (!awaited || *awaited == 0 || changes_ >= *awaited) return false;
            return Clock::now() - drawn < kFrameGap;
        };
        while (pending()) pump(std::chrono::milliseconds(10));
        if (interrupted()) {
            result.interrupted = true;
            break;
        }
        if (std::chrono::duration<double>(Clock::now() - begin).count() > timeoutSeconds) break;
    }
    result.msComplete = millisecondsSinceStart();
    return result;
}

} // namespace firmament::cli
