// Tiles made from their own address, for the tests of drawing.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <vector>

#include "render/reference.h"
#include "render/renderer.h"

namespace firmament::render::test {

/// Cells of one order that the view shows, found by probing its pixels (independent of any planner).
inline std::vector<sky::Cell> visibleCells(const sky::SkyView& view, sky::Frame frame, int order, double step = 4)
{
    std::map<sky::Cell, bool> seen;
    for (double y = 0; y <= view.height(); y += step)
        for (double x = 0; x <= view.width(); x += step)
            if (const auto dir = view.directionAt({x, y}, frame)) seen[sky::cellAt(*dir, order)] = true;
    // Thin slivers between the probes: the neighbours of what was found, where they are near the window.
    std::map<sky::Cell, bool> all = seen;
    for (const auto& [cell, yes] : seen)
        for (const auto& n : sky::neighbours(cell))
            if (n) all[*n] = true;
    std::vector<sky::Cell> out;
    for (const auto& [cell, yes] : all) out.push_back(cell);
    return out;
}

/// A pyramid of tiles painted on demand by a function of (direction of the texel's centre, cell, x, y).
class SyntheticTiles {
public:
    using Colour = std::array<uint8_t, 4>;
    using PaintColour = std::function<Colour(const sky::Dir&, sky::Cell, int, int)>;
    using PaintValue = std::function<float(const sky::Dir&, sky::Cell, int, int)>;

    SyntheticTiles(int width, PaintColour paint) : width_(width), kind_(PixelKind::Rgba8), colour_(std::move(paint)) {}
    SyntheticTiles(int width, PaintValue paint) : width_(width), kind_(PixelKind::Float32), value_(std::move(paint)) {}

    TilePixels tile(sky::Cell cell)
    {
        auto& pixels = made_[cell];
        if (pixels.empty()) paint(cell, pixels);
        return {kind_, width_, pixels.data()};
    }
    int width() const { return width_; }

    /// Gradient that differs from cell to cell, and a frame of the cell's own colour.
    static Colour orderAndPlace(const sky::Dir& d, sky::Cell, int, int)
    {
        const auto wave = [](double v) { return static_cast<uint8_t>(std::lround(127.5 + 120 * std::sin(v))); };
        return {wave(9 * d.x()), wave(9 * d.y() + 1), wave(9 * d.z() + 2), 255};
    }

private:
    void paint(sky::Cell cell, std::vector<uint32_t>& pixels)
    {
        const auto n = static_cast<size_t>(width_);
        pixels.resize(n * n);
        for (int x = 0; x < width_; ++x) {
            for (int y = 0; y < width_; ++y) {
                const sky::Dir d = sky::cellPoint(cell, (x + 0.5) / width_, (y + 0.5) / width_);
                uint32_t& texel = pixels[static_cast<size_t>(x) * n + static_cast<size_t>(y)];
                if (kind_ == PixelKind::Rgba8) texel = std::bit_cast<uint32_t>(colour_(d, cell, x, y));
                else texel = std::bit_cast<uint32_t>(value_(d, cell, x, y));
            }
        }
    }
    int width_;
    PixelKind kind_;
    PaintColour colour_;
    PaintValue value_;
    std::map<sky::Cell, std::vector<uint32_t>> made_;
};

} // namespace firmament::render::test
