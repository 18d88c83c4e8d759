// Sun, Moon and planets at a date: discs when they are large enough, else points by magnitude; names. ui thread.
// Private to scene/.
#pragma once

#include <optional>
#include <vector>

#include "catalogs/sky_data.h"
#include "scene/drawing.h"
#include "scene/layer.h"
#include "sky/solar_system.h"

namespace firmament::scene {

class SolarSystemLayer final : public Layer {
public:
    SolarSystemLayer(LayerId id, LayerServices services, std::shared_ptr<const catalogs::SkyData> sky);
    bool setState(const LayerState& state) override;
    void prepare(const FrameInput& frame, render::Renderer& renderer) override;
    void draw(const FrameInput& frame, Painter& painter) override;
    void rest(LayerPhase why) override;
    std::vector<Hit> pick(const FrameInput& frame, const Eigen::Vector2d& pixel, double radius) const override;
    LayerReport report() const override { return report_; }

private:
    void addBody(const FrameInput& frame, const sky::BodyPlace& place, const Eigen::Vector2d& pixel, double radius);
    double jd() const;

    LayerId id_;
    LayerServices services_;
    std::shared_ptr<const catalogs::SkyData> sky_;
    SolarSystemState state_;
    double opacity_ = 1;
    LayerReport report_;
    std::vector<sky::BodyPlace> places_;
    double placesJd_ = 0;
    Drawing drawing_;
};

} // namespace firmament::scene
