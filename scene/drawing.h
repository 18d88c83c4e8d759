// A batch of screen shapes in logical pixels: fills, then lines, then text. Private to scene/.
#pragma once

#include <span>
#include <vector>

#include <Eigen/Core>

#include "render/renderer.h"
#include "scene/scene.h"
#include "scene/text_cache.h"

namespace firmament::scene {

class Drawing {
public:
    void clear();
    bool empty() const { return fills_.empty() && lines_.empty() && bitmaps_.empty(); }

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

    /// The fills, then the lines, then the text.
    void flush(render::Renderer& renderer) const;
    std::span<const render::Polyline> lines() const { return lines_; }

private:
    struct Fill {
        render::Rgba colour;
        std::vector<render::Triangle2d> triangles;
    };
    std::vector<render::Triangle2d>& fill(const render::Rgba& colour);
    std::vector<Fill> fills_;
    std::vector<render::Polyline> lines_;
    std::vector<render::BitmapDraw> bitmaps_;
};

} // namespace firmament::scene
