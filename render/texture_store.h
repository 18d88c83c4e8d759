// Tiles on the GPU: slots of texture arrays, one kind and tile width an array, each slot with a one-texel gutter taken from
// the neighbour tiles. Budget in bytes; least recently drawn tiles go first, never one drawn in this frame or the last.
#pragma once

#include <unordered_map>
#include <vector>

#include "render/gl.h"
#include "render/renderer.h"

namespace firmament::render {

struct TileIdHash {
    size_t operator()(const TileId& id) const noexcept
    {
        return sky::CellHash{}(id.cell) ^ (static_cast<size_t>(id.layer) * 0xC2B2AE3D27D4EB4FULL);
    }
};

class TextureStore {
public:
    struct Place {
        GLuint texture = 0;
        int page = -1, layer = 0;
        PixelKind kind = PixelKind::Rgba8;
        int width = 0;
        bool opaque = false; ///< no transparent texel, gutter included
    };

    TextureStore(const Gl& gl, size_t budgetBytes, int maxLayers);

    void setBudget(size_t bytes);
    size_t bytes() const { return bytes_; }
    bool has(const TileId& id) const { return tiles_.contains(id); }
    bool upload(const TileId& id, const TilePixels& pixels);
    void forgetLayer(uint32_t layer);
    void nextFrame() { ++frame_; }
    /// Where the tile is, its gutter brought up to date, counted as drawn. page < 0: not here.
    Place use(const TileId& id);
    void abandon(); ///< the context is gone
    int takeUploads() { return std::exchange(uploads_, 0); }

private:
    struct Page {
        GlTexture texture;
        PixelKind kind;
        int width = 0, layers = 0;
        size_t bytes = 0;
        std::vector<int> free;
    };
    struct Tile {
        int page, layer;
        uint64_t drawn = 0;
        bool gutterOld = false, opaque = false, insideOpaque = false;
        std::vector<uint32_t> rim; ///< border texels: x = 0, x = w-1, y = 0, y = w-1
    };

    bool findSlot(PixelKind kind, int width, int& page, int& layer);
    bool addPage(PixelKind kind, int width);
    bool evictOldest(PixelKind kind, int width);
    bool dropIdlePage();
    void erase(const TileId& id);
    bool protectedNow(const Tile& t) const { return t.drawn + 1 >= frame_; }
    uint32_t rimTexel(const Tile& tile, int width, int x, int y) const;
    /// Gutter texel (x, y), one of them outside 0..w-1 by one.
    uint32_t gutterTexel(const TileId& id, const Tile& tile, int width, PixelKind kind, int x, int y) const;
    void refreshGutter(const TileId& id, Tile& tile);
    void write(const Page& page, int layer, int column, int row, int columns, int rows, const void* data);

    const Gl& gl_;
    size_t budget_, bytes_ = 0;
    int maxLayers_;
    uint64_t frame_ = 2;
    int uploads_ = 0;
    std::vector<Page> pages_; ///< an empty entry (no texture) may be used again
    std::unordered_map<TileId, Tile, TileIdHash> tiles_;
    std::vector<uint32_t> scratch_;
};

} // namespace firmament::render
