// One layer of the picture. ui thread. Private to scene/.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "scene/frame.h"
#include "scene/painter.h"
#include "scene/scene.h"

namespace firmament::scene {

/// What layers may use of the scene around them.
struct LayerServices {
    const SceneEnvironment& environment;
    std::function<void()> needFrame;
    std::function<void(Message)> message;
    std::function<void()> reportsChanged;
    std::function<uint32_t()> newTextureLayer; ///< numbers for render::TileId
    std::function<void(uint32_t)> forgetTextureLayer; ///< at the next frame
    std::function<void(render::PointSet*)> freePoints; ///< at the next frame
};

class Layer {
public:
    virtual ~Layer() = default;
    /// Returns false when the content is of another kind: the layer must be made anew.
    virtual bool setState(const LayerState& state) = 0;
    /// After Renderer::begin: plans, requests, uploads, shapes.
    virtual void prepare(const FrameInput& frame, render::Renderer& renderer) = 0;
    virtual void draw(const FrameInput& frame, Painter& painter) = 0;
    /// A layer that is hidden or covered lets go of its requests.
    virtual void rest(LayerPhase why) = 0;
    virtual std::vector<Hit> pick(const FrameInput&, const Eigen::Vector2d& /*pixel*/, double /*radius*/) const { return {}; }
    virtual LayerReport report() const = 0;
    virtual bool settled() const { return true; }
    virtual void dropGpu() {} ///< the renderer's names are gone: forget them, free nothing
    virtual void clearTextures() {}
    virtual void retryFailed() {}
    virtual void askAgain() {} ///< for what failed, if its time has come
};

/// What a built-in layer says while it rests.
inline std::string restingLine(LayerPhase why)
{
    return why == LayerPhase::OutsideCoverage ? "Not shown with a planet" : "Hidden";
}

} // namespace firmament::scene
