// A batch of screen shapes in logical pixels, painted as the fills, then the lines, then the text. Private to scene/.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "render/renderer.h"
#include "scene/overlay_picture.h"
#include "scene/scene.h"
#include "scene/text_cache.h"

namespace firmament::scene {

class Drawing {
public:
    void clear();
    bool empty() const { return fills_.empty() && lines_.empty() && texts_.empty(); }

    void line(const Eigen::Vector2d& a, const Eigen::Vector2d& b, const render::PolylineStyle& style);
    void polyline(std::vector<render::LineVertex> points, const render::PolylineStyle& style);
    /// The line twice: wider and dark below.
    void haloedLine(const Eigen::Vector2d& a, const Eigen::Vector2d& b, const render::PolylineStyle& style, const render::Rgba& halo);
    void ellipse(const Eigen::Vector2d& centre, const Eigen::Vector2d& halfA, const Eigen::Vector2d& halfB,
                 const render::PolylineStyle& style, int segments = 0);
    void circle(const Eigen::Vector2d& centre, double radius, const render::PolylineStyle& style);
    void disc(const Eigen::Vector2d& centre, double radius, const render::Rgba& colour);
    void fillRect(const PixelRect& rect, const render::Rgba& colour);
    void pill(const PixelRect& rect, double radius, const render::Rgba& colour);
    /// Left end of the baseline at `at`; snapped to whole physical pixels.
    void text(const CachedText& text, const Eigen::Vector2d& at, double scale, float opacity = 1);

    struct PlacedText {
        OverlayText run;
        const CachedText* cached; ///< of this frame's TextCache
    };
    std::span<const OverlayFill> fills() const { return fills_; }
    std::span<const render::Polyline> lines() const { return lines_; }
    std::span<const PlacedText> texts() const { return texts_; }

private:
    std::vector<OverlayFill> fills_;
    std::vector<render::Polyline> lines_;
    std::vector<PlacedText> texts_;
};

} // namespace firmament::scene
