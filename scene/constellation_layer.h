// Constellation lines, names, borders, and contours of the Milky Way. ui thread. Private to scene/.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "catalogs/sky_data.h"
#include "scene/drawing.h"
#include "scene/layer.h"

namespace firmament::scene {

class ConstellationLayer final : public Layer {
public:
    ConstellationLayer(LayerId id, LayerServices services, std::shared_ptr<const catalogs::SkyData> sky);
    bool setState(const LayerState& state) override;
    void prepare(const FrameInput& frame, render::Renderer& renderer) override;
    void draw(const FrameInput& frame, Painter& painter) override;
    void rest(LayerPhase why) override;
    LayerReport report() const override { return report_; }

private:
    void build(const FrameInput& frame);
    void addNames(const FrameInput& frame) const;

    LayerServices services_;
    std::shared_ptr<const catalogs::SkyData> sky_;
    ConstellationsState state_;
    double opacity_ = 1;
    LayerReport report_;
    std::vector<sky::Cap> lineCaps_, borderCaps_, milkyWayCaps_;
    std::optional<sky::SkyView> builtFor_;
    bool builtOnPaper_ = false;
    Drawing drawing_;
};

} // namespace firmament::scene
