#include "scene/headless.h"

#include <cmath>

namespace firmament::scene {

namespace {

using SteadyTime = std::chrono::steady_clock;

double msSince(SteadyTime::time_point start)
{
    return std::chrono::duration<double, std::milli>(SteadyTime::now() - start).count();
}

} // namespace

HeadlessSession::~HeadlessSession()
{
    scene_.reset(); // before the renderer it draws with
}

Expected<std::unique_ptr<HeadlessSession>> HeadlessSession::create(SceneEnvironment environment, QueueExecutor& ui, HeadlessOptions options)
{
    std::unique_ptr<HeadlessSession> self(new HeadlessSession);
    auto context = render::HeadlessContext::create();
    if (!context) return context.error();
    self->context_ = std::move(*context);
    auto renderer = render::Renderer::create(self->context_->getProc());
    if (!renderer) return renderer.error();
    self->renderer_ = std::move(*renderer);
    self->ui_ = &ui;
    self->options_ = options;
    environment.ui = &ui;
    self->scene_ = std::make_unique<Scene>(std::move(environment));
    self->scene_->onNeedFrame = [session = self.get()] { session->needFrame_ = true; };
    return self;
}

Expected<void> HeadlessSession::fitTarget()
{
    const sky::SkyView& view = scene_->document().view;
    const int width = static_cast<int>(std::lround(view.width() * options_.scale)), height = static_cast<int>(std::lround(view.height() * options_.scale));
    if (offscreen_ && target_.width == width && target_.height == height) return {};
    auto made = render::OffscreenTarget::create(context_->getProc(), width, height, render::PixelKind::Rgba8);
    if (!made) return made.error();
    offscreen_ = std::move(*made);
    target_ = offscreen_->frame();
    target_.scale = options_.scale;
    return {};
}

Expected<render::FrameStats> HeadlessSession::frame()
{
    if (auto fitted = fitTarget(); !fitted) return fitted.error();
    needFrame_ = false;
    return scene_->render(*renderer_, target_);
}

Expected<render::FrameStats> HeadlessSession::frame(OverlayPicture& overlay)
{
    if (auto fitted = fitTarget(); !fitted) return fitted.error();
    return scene_->render(*renderer_, target_, overlay);
}

HeadlessRun HeadlessSession::run(std::chrono::milliseconds timeout, const std::function<bool()>& stop)
{
    HeadlessRun result;
    const auto start = SteadyTime::now();
    needFrame_ = true;
    while (SteadyTime::now() - start < timeout) {
        if (stop && stop()) break;
        ui_->drain();
        if (!needFrame_ && !scene_->settled()) {
            ui_->waitAndDrain(std::chrono::milliseconds(20));
            if (!needFrame_) continue;
        }
        if (needFrame_) {
            if (!frame()) break;
            if (result.frames++ == 0) result.msFirstFrame = msSince(start);
        }
        if (scene_->settled()) {
            result.settled = true;
            break;
        }
    }
    if (offscreen_) (void)rgba();
    result.msComplete = msSince(start);
    return result;
}

std::vector<uint8_t> HeadlessSession::rgba()
{
    if (!offscreen_) return {};
    return renderer_->readRgba(target_.width, target_.height);
}

Expected<std::vector<float>> HeadlessSession::values()
{
    const sky::SkyView& view = scene_->document().view;
    auto made = render::OffscreenTarget::create(context_->getProc(), view.width(), view.height(), render::PixelKind::Float32);
    if (!made) return made.error();
    if (!scene_->renderValues(*renderer_, (*made)->frame())) return std::vector<float>{};
    return renderer_->readFloat(view.width(), view.height());
}

} // namespace firmament::scene
