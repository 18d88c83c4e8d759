// Where the parts of a picture go. A layer decides once what is drawn where and hands it to a Painter; one painter draws with
// GL, the other keeps values for a vector file. ui thread. Private to scene/.
#pragma once

#include <functional>
#include <span>

#include "scene/drawing.h"
#include "scene/overlay_picture.h"

namespace firmament::scene {

/// Points as the GPU has them, and the same read again for whoever wants them as values.
struct PointBatch {
    render::PointSet* set = nullptr;
    std::span<const render::DrawRange> ranges;
    std::function<render::PointRecord(uint32_t place)> record; ///< of a place in the set
    sky::Frame frame = sky::Frame::Icrs;
};

class Painter {
public:
    virtual ~Painter() = default;
    virtual void tiles(sky::Frame frame, std::span<const render::TileDraw> tiles, const render::Look& look) = 0;
    virtual void shapes(const Drawing& drawing) = 0;
    virtual void points(const PointBatch& batch, const render::PointStyle& style, double years) = 0;
    virtual void vectors(const PointBatch& batch, double yearsFrom, double yearsTo, const render::PolylineStyle& style) = 0;
};

class GlPainter final : public Painter {
public:
    explicit GlPainter(render::Renderer& renderer) : renderer_(renderer) {}
    void tiles(sky::Frame frame, std::span<const render::TileDraw> tiles, const render::Look& look) override;
    void shapes(const Drawing& drawing) override;
    void points(const PointBatch& batch, const render::PointStyle& style, double years) override;
    void vectors(const PointBatch& batch, double yearsFrom, double yearsTo, const render::PolylineStyle& style) override;

private:
    render::Renderer& renderer_;
};

/// Draws nothing: for whoever wants one part of a picture without the other.
class NoPainter final : public Painter {
public:
    void tiles(sky::Frame, std::span<const render::TileDraw>, const render::Look&) override {}
    void shapes(const Drawing&) override {}
    void points(const PointBatch&, const render::PointStyle&, double) override {}
    void vectors(const PointBatch&, double, double, const render::PolylineStyle&) override {}
};

/// Appends to an OverlayPicture. Tiles are no values: they are left out, and belong below (Scene::render sees to that).
class OverlayRecorder final : public Painter {
public:
    OverlayRecorder(const sky::SkyView& view, OverlayPicture& out);
    void tiles(sky::Frame, std::span<const render::TileDraw>, const render::Look&) override {}
    void shapes(const Drawing& drawing) override;
    void points(const PointBatch& batch, const render::PointStyle& style, double years) override;
    void vectors(const PointBatch& batch, double yearsFrom, double yearsTo, const render::PolylineStyle& style) override;

private:
    const sky::SkyView& view_;
    OverlayPicture& out_;
};

} // namespace firmament::scene
