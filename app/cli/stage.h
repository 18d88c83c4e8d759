// A scene with all it stands on and no window: threads, network, surfaceless GL, renderer. One thread uses it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalogs/sky_data.h"
#include "core/clock.h"
#include "core/executor.h"
#include "core/result.h"
#include "net/network.h"
#include "render/gl_context.h"
#include "render/renderer.h"
#include "scene/label_source.h"
#include "scene/scene.h"

namespace firmament::cli {

struct StageOptions {
    bool offline = false;
    bool text = false;      ///< names and numbers are wanted
    bool network = true;    ///< something may come from an address
    size_t bytesInView = 0; ///< of tiles that one view of this size may show at once
    std::function<void(const scene::Message&)> onMessage;
};
/// What a document asks for, so that the rest is never loaded.
StageOptions stageOptionsFor(const scene::Document& document, bool offline);

struct SettleResult {
    bool settled = false, interrupted = false;
    double msFirstFrame = 0; ///< since the process began
    double msComplete = 0;
    int frames = 0;
};

class Stage {
public:
    /// Starts loading `document` at once; GL comes up meanwhile.
    static Expected<std::unique_ptr<Stage>> create(const scene::Document& document, StageOptions options);
    ~Stage();

    scene::Scene& scene() { return *scene_; }
    render::Renderer& renderer() { return *renderer_; }
    render::GetProc getProc() const { return context_->getProc(); }
    net::NetStats netStats() const;

    /// A target to draw to, of the size and kind given; kept until another one is asked for.
    Expected<void> useTarget(int width, int height, render::PixelKind kind);
    /// Draws until all is there, the time is over, or somebody interrupts. `tick` is called between frames. Turns the scene's
    /// document to the planet or moon that its top survey is of.
    SettleResult settle(double timeoutSeconds, const std::function<void()>& tick = {});
    render::FrameStats drawFrame();
    void awaitPixels(); ///< until the GPU has drawn what it was told
    /// The settled view in two parts: the surveys to the target, what lies on them to `overlay`.
    void drawApart(scene::OverlayPicture& overlay);
    /// Runs what has arrived.
    void pump(std::chrono::milliseconds wait);
    bool needsFrame() const { return needFrame_; }
    const render::FrameTarget& target() const { return frame_; }

private:
    Stage() = default;
    std::optional<int> outstanding() const;
    bool turnToBody();
    // In the order of making; taken down the other way round.
    SteadyClock clock_;
    QueueExecutor ui_;
    std::unique_ptr<WorkPool> work_;
    std::unique_ptr<net::NetworkLayer> net_;
    std::unique_ptr<scene::LabelSource> labels_;
    std::unique_ptr<render::HeadlessContext> context_;
    std::unique_ptr<render::Renderer> renderer_;
    std::unique_ptr<scene::Scene> scene_;
    std::unique_ptr<render::OffscreenTarget> offscreen_;
    render::FrameTarget frame_;
    bool needFrame_ = true;
    int changes_ = 0; ///< asked for a frame so often since the last one
};

} // namespace firmament::cli
