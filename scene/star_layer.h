// The embedded stars: round points whose size follows the magnitude, fainter ones as one zooms in. ui thread. Private to scene/.
#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "catalogs/sky_data.h"
#include "scene/layer.h"

namespace firmament::scene {

/// The faintest magnitude drawn: by the field of view, the setting and what lies below.
double starLimit(double fovDeg, const StarsState& state, bool surveyBelow);
/// The limit that diameters follow: past the faintest star there is, the points still grow a little as one zooms in.
double starSizeLimit(double fovDeg, const StarsState& state, bool surveyBelow);
/// Diameter in pixels of a star in a picture with this limit.
double starDiameter(double magnitude, double limit);

class StarLayer final : public Layer {
public:
    StarLayer(LayerId id, LayerServices services, std::shared_ptr<const catalogs::SkyData> sky);
    ~StarLayer() override;

    bool setState(const LayerState& state) override;
    void prepare(const FrameInput& frame, render::Renderer& renderer) override;
    void draw(const FrameInput& frame, Painter& painter) override;
    void rest(LayerPhase why) override;
    std::vector<Hit> pick(const FrameInput& frame, const Eigen::Vector2d& pixel, double radius) const override;
    LayerReport report() const override { return report_; }
    bool settled() const override { return !vectorsTicket_; }
    void dropGpu() override;

private:
    struct Mini { ///< what culling and labels need, without touching the catalogue
        float x, y, z, v;
        uint32_t index;
    };
    struct CellStars {
        std::vector<Mini> stars; ///< brightest first
        render::PointSet* points = nullptr;
    };
    struct Part {
        render::PointSet* points;
        std::vector<render::DrawRange> ranges;
        const std::vector<Mini>* stars; ///< what the points were made of
    };

    void readBright();
    CellStars& deepCell(uint32_t cell);
    render::PointRecord record(const catalogs::Star& star) const;
    void makeParts(const FrameInput& frame, render::Renderer& renderer);
    void forgetFarCells(const FrameInput& frame);
    void makeVectors(const FrameInput& frame);
    void addLabels(const FrameInput& frame);
    void addLabel(const FrameInput& frame, uint32_t index, double v, bool numbersToo);
    double yearsTo(sky::Epoch epoch) const;

    LayerId id_;
    LayerServices services_;
    std::shared_ptr<const catalogs::SkyData> sky_;
    StarsState state_;
    double opacity_ = 1;
    LayerReport report_;

    std::vector<Mini> bright_;
    std::vector<uint32_t> brightBegin_; ///< by cell
    render::PointSet* brightPoints_ = nullptr;
    std::unordered_map<uint32_t, CellStars> deep_;
    std::vector<Part> parts_;
    std::unordered_map<uint32_t, catalogs::StarLabel> names_;
    double limit_ = 0, sizeLimit_ = 0;
    size_t drawn_ = 0;

    std::vector<render::PointRecord> fastest_;
    render::PointSet* fastestPoints_ = nullptr;
    std::shared_ptr<int> vectorsTicket_;
};

} // namespace firmament::scene
