#include "render/map_edge.h"

#include <cmath>
#include <numbers>

namespace firmament::render {

std::vector<LineVertex> mapEdge(const sky::SkyView& view)
{
    constexpr double kPi = std::numbers::pi;
    constexpr int kSegments = 512; // of an ellipse: sagitta below a tenth of a pixel up to 4000 pixels across
    double a = 0, b = 0;
    switch (view.projection()) {
    case sky::Proj::Ait:
    case sky::Proj::Mol:
        a = 2 * std::numbers::sqrt2;
        b = std::numbers::sqrt2;
        break;
    case sky::Proj::Hpx: break;
    case sky::Proj::Car:
    case sky::Proj::Mer: return {};
    default: a = b = sky::planeHalfWidth(view.projection(), sky::info(view.projection()).maxFov * 0.5); // a disc
    }
    std::vector<Eigen::Vector2d> plane;
    if (a > 0) {
        for (int i = 0; i < kSegments; ++i) plane.push_back({a * std::cos(2 * kPi * i / kSegments), b * std::sin(2 * kPi * i / kSegments)});
    }
    else { // the sawteeth of HPX
        for (int k = 0; k < 4; ++k) {
            plane.push_back({-kPi + k * kPi / 2, kPi / 4});
            plane.push_back({-kPi + (k + 0.5) * kPi / 2, kPi / 2});
        }
        for (int k = 0; k < 4; ++k) {
            plane.push_back({kPi - k * kPi / 2, k == 0 ? kPi / 4 : -kPi / 4});
            if (k == 0) plane.push_back({kPi, -kPi / 4});
            plane.push_back({kPi - (k + 0.5) * kPi / 2, -kPi / 2});
        }
        plane.push_back({-kPi, -kPi / 4});
    }
    // In sight when any corner of the window is outside the map; HPX always shows some of its teeth then too.
    bool outside = false;
    for (double x : {0.0, 0.5, 1.0})
        for (double y : {0.0, 0.5, 1.0}) outside = outside || !view.directionAt({x * view.width(), y * view.height()}).has_value();
    if (!outside) return {};
    std::vector<LineVertex> out;
    for (const Eigen::Vector2d& p : plane) {
        const Eigen::Vector2d px = view.pixelOfPlane(p);
        out.push_back({static_cast<float>(px.x()), static_cast<float>(px.y())});
    }
    return out;
}

} // namespace firmament::render
