// A scene with a surfaceless GL context, for tests, tools and whoever draws without a window. One thread uses it.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "core/executor.h"
#include "core/result.h"
#include "render/gl_context.h"
#include "render/renderer.h"
#include "scene/scene.h"

namespace firmament::scene {

struct HeadlessOptions {
    size_t textureBytes = size_t{256} << 20;
    double scale = 1; ///< physical pixels per view pixel
};

struct HeadlessRun {
    bool settled = false;
    double msFirstFrame = 0; ///< since run() began; a frame with something of every opened survey in it is not awaited
    double msComplete = 0;   ///< the last pixel is final (read back)
    int frames = 0;
};

class HeadlessSession {
public:
    /// `environment.ui` must be `ui`, which run() drains.
    static Expected<std::unique_ptr<HeadlessSession>> create(SceneEnvironment environment, QueueExecutor& ui, HeadlessOptions options = {});
    ~HeadlessSession();

    Scene& scene() { return *scene_; }
    render::Renderer& renderer() { return *renderer_; }
    render::GetProc getProc() const { return context_->getProc(); }

    /// Draws whenever something changed, until all is settled or the time is over. `stop` is asked between frames.
    HeadlessRun run(std::chrono::milliseconds timeout, const std::function<bool()>& stop = {});
    /// One frame now, at the size of the document's view.
    Expected<render::FrameStats> frame();
    /// The same in two parts, as Scene::render.
    Expected<render::FrameStats> frame(OverlayPicture& overlay);
    /// The last frame: RGBA8, top row first, width x height in physical pixels.
    std::vector<uint8_t> rgba();
    /// Values of the top survey that has them, of the settled view; empty when there is none.
    Expected<std::vector<float>> values();
    int width() const { return target_.width; }
    int height() const { return target_.height; }

private:
    HeadlessSession() = default;
    Expected<void> fitTarget();

    QueueExecutor* ui_ = nullptr;
    HeadlessOptions options_;
    std::unique_ptr<render::HeadlessContext> context_;
    std::unique_ptr<render::Renderer> renderer_;
    std::unique_ptr<Scene> scene_;
    std::unique_ptr<render::OffscreenTarget> offscreen_;
    render::FrameTarget target_;
    bool needFrame_ = true;
};

} // namespace firmament::scene
