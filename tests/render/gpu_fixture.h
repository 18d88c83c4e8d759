// One headless context and renderer for a test class, and the steps that every picture needs.
#pragma once

#include <memory>
#include <string>

#include "synthetic_tiles.h"

namespace firmament::render::test {

struct Gpu {
    std::unique_ptr<HeadlessContext> context;
    std::unique_ptr<Renderer> renderer;
    std::string why;

    explicit Gpu(size_t budget = size_t{256} << 20)
    {
        auto c = HeadlessContext::create();
        if (!c) {
            why = c.error().text();
            return;
        }
        context = std::move(*c);
        auto r = Renderer::create(context->getProc(), budget);
        if (!r) {
            why = r.error().text();
            return;
        }
        renderer = std::move(*r);
    }
    ~Gpu()
    {
        if (context) context->makeCurrent();
        renderer.reset();
    }
    explicit operator bool() const { return renderer != nullptr; }
    std::unique_ptr<OffscreenTarget> target(int width, int height, PixelKind kind) const
    {
        auto t = OffscreenTarget::create(context->getProc(), width, height, kind);
        return t ? std::move(*t) : nullptr;
    }

    /// Uploads and lists the cells of `order` that the view shows.
    std::vector<TileDraw> load(SyntheticTiles& tiles, uint32_t layer, const sky::SkyView& view, sky::Frame frame, int order) const
    {
        std::vector<TileDraw> draws;
        for (const sky::Cell& cell : visibleCells(view, frame, order)) {
            const TileId id{layer, cell};
            if (!renderer->has(id)) renderer->upload(id, tiles.tile(cell));
            draws.push_back({cell, id, id, 1});
        }
        return draws;
    }
    std::vector<uint8_t> picture(const sky::SkyView& view, sky::Frame frame, const std::vector<TileDraw>& draws, const Look& look,
                                 Rgba background = {0, 0, 0, 1}) const
    {
        auto t = target(view.width(), view.height(), PixelKind::Rgba8);
        FrameTarget f = t->frame();
        f.background = background;
        renderer->begin(f, view);
        renderer->drawTiles(frame, draws, look);
        renderer->end();
        return renderer->readRgba(view.width(), view.height());
    }
    std::vector<float> values(const sky::SkyView& view, sky::Frame frame, const std::vector<TileDraw>& draws, Sampling sampling) const
    {
        auto t = target(view.width(), view.height(), PixelKind::Float32);
        renderer->begin(t->frame(), view);
        renderer->drawTileValues(frame, draws, sampling);
        renderer->end();
        return renderer->readFloat(view.width(), view.height());
    }
};

/// The order at which a texel is about a pixel.
inline int orderFor(const sky::SkyView& view, int width)
{
    const double order = std::log2(std::sqrt(sky::kPi / 3) / (width * view.pixelScale().rad()));
    return std::clamp(static_cast<int>(std::lround(order)), 0, sky::kMaxOrder);
}

/// Pixels away from cell borders and from the edge of the map by more than `band`.
inline std::vector<bool> awayFromBorders(const sky::SkyView& view, sky::Frame frame, int order, int band = 2)
{
    const int w = view.width(), h = view.height();
    std::vector<uint64_t> cell(static_cast<size_t>(w * h), ~uint64_t{0});
    for (int y = 0; y < h; ++y)
        for (int x = 0; x < w; ++x)
            if (const auto d = view.directionAt({x + 0.5, y + 0.5}, frame)) cell[static_cast<size_t>(y * w + x)] = sky::cellAt(*d, order).pix;
    std::vector<bool> out(cell.size(), true);
    for (int y = 0; y < h; ++y) {
        for (int x = 0; x < w; ++x) {
            const uint64_t here = cell[static_cast<size_t>(y * w + x)];
            for (int dy = -band; dy <= band; ++dy)
                for (int dx = -band; dx <= band; ++dx) {
                    const int nx = std::clamp(x + dx, 0, w - 1), ny = std::clamp(y + dy, 0, h - 1);
                    if (cell[static_cast<size_t>(ny * w + nx)] != here || here == ~uint64_t{0}) out[static_cast<size_t>(y * w + x)] = false;
                }
        }
    }
    return out;
}

} // namespace firmament::render::test
