// What lies on the surveys of a picture, as values: what a vector file is made of. View pixels, y down; colours with straight alpha.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include <Eigen/Core>

#include "render/placed_point.h"
#include "render/renderer.h"
#include "scene/label_source.h"

namespace firmament::scene {

/// A convex filled shape.
struct OverlayFill {
    std::vector<render::LineVertex> ring;
    render::Rgba colour;
};
struct OverlayText {
    std::string utf8;
    TextStyle style;
    double size = 0;             ///< of the letters as they are drawn: whole physical pixels
    Eigen::Vector2d at{0, 0};    ///< left end of the baseline
    double advance = 0;          ///< width without halo
    float opacity = 1;
};
using OverlayItem = std::variant<OverlayFill, render::Polyline, render::PlacedPoint, OverlayText>;

/// Items in the order of drawing: later ones lie on earlier ones.
struct OverlayPicture {
    int width = 0, height = 0;
    std::vector<OverlayItem> items;
};

} // namespace firmament::scene
