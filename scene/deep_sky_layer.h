// Messier, NGC and IC objects: symbols by kind, true outlines where they are larger than the symbol, names. ui thread.
// Private to scene/.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "catalogs/sky_data.h"
#include "scene/drawing.h"
#include "scene/layer.h"

namespace firmament::scene {

class DeepSkyLayer final : public Layer {
public:
    DeepSkyLayer(LayerId id, LayerServices services, std::shared_ptr<const catalogs::SkyData> sky);
    bool setState(const LayerState& state) override;
    void prepare(const FrameInput& frame, render::Renderer& renderer) override;
    void draw(const FrameInput& frame, Painter& painter) override;
    void rest(LayerPhase why) override;
    std::vector<Hit> pick(const FrameInput& frame, const Eigen::Vector2d& pixel, double radius) const override;
    LayerReport report() const override { return report_; }

private:
    struct Mini {
        float x, y, z;
        float weight; ///< lower = shown earlier: about a magnitude
        uint32_t index;
    };
    struct Shown {
        uint32_t index;
        float weight;
        Eigen::Vector2d pixel;
        Eigen::Vector2d major, minor; ///< half axes in pixels; zero: drawn as a symbol
        double reach;                 ///< symbol radius or half of the minor axis
    };
    void build(const FrameInput& frame);
    bool outlineOf(const FrameInput& frame, const catalogs::DeepSkyObject& object, Shown& shown) const;
    void addShape(const FrameInput& frame, const Shown& shown);

    LayerId id_;
    LayerServices services_;
    std::shared_ptr<const catalogs::SkyData> sky_;
    DeepSkyState state_;
    double opacity_ = 1;
    LayerReport report_;
    std::vector<Mini> order_;
    std::vector<Shown> shown_;
    std::optional<sky::SkyView> builtFor_;
    bool builtOnPaper_ = false;
    Drawing drawing_;
};

} // namespace firmament::scene
