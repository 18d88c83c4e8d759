#include "render/texture_store.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "render/tile_edges.h"

namespace firmament::render {

namespace {

constexpr size_t kPageBytes = size_t{16} << 20;

size_t slotBytes(int width) { return static_cast<size_t>(width + 2) * static_cast<size_t>(width + 2) * 4; }

uint32_t meanTexel(uint32_t a, uint32_t b, PixelKind kind)
{
    if (kind == PixelKind::Float32) {
        const float x = std::bit_cast<float>(a), y = std::bit_cast<float>(b);
        if (!std::isfinite(x)) return b;
        if (!std::isfinite(y)) return a;
        return std::bit_cast<uint32_t>(x / 2 + y / 2);
    }
    uint32_t out = 0;
    for (int shift = 0; shift < 32; shift += 8) out |= ((((a >> shift) & 255u) + ((b >> shift) & 255u)) / 2) << shift;
    return out;
}

} // namespace

TextureStore::TextureStore(const Gl& gl, size_t budgetBytes, int maxLayers)
    : gl_(gl), budget_(budgetBytes), maxLayers_(maxLayers)
{
}

void TextureStore::setBudget(size_t bytes)
{
    budget_ = bytes;
    while (bytes_ > budget_ && dropIdlePage()) {}
}

bool TextureStore::upload(const TileId& id, const TilePixels& pixels)
{
    const int w = pixels.width;
    if (!pixels.data || w < 1 || w > 8192 || !id.cell.valid()) return false;
    if (const auto old = tiles_.find(id); old != tiles_.end()) {
        const Page& page = pages_[static_cast<size_t>(old->second.page)];
        if (page.kind != pixels.kind || page.width != w) erase(id);
    }
    if (!tiles_.contains(id)) {
        int page = -1, layer = 0;
        if (!findSlot(pixels.kind, w, page, layer)) return false;
        Tile fresh;
        fresh.page = page;
        fresh.layer = layer;
        tiles_.emplace(id, std::move(fresh));
    }
    Tile& tile = tiles_.at(id);
    tile.drawn = frame_;
    const auto* in = static_cast<const uint32_t*>(pixels.data);
    const auto at = [in, w](int x, int y) { return in[static_cast<size_t>(x) * static_cast<size_t>(w) + static_cast<size_t>(y)]; };
    const auto n = static_cast<size_t>(w);
    tile.rim.resize(4 * n);
    for (int i = 0; i < w; ++i) {
        const auto k = static_cast<size_t>(i);
        tile.rim[k] = at(0, i);
        tile.rim[n + k] = at(w - 1, i);
        tile.rim[2 * n + k] = at(i, 0);
        tile.rim[3 * n + k] = at(i, w - 1);
    }
    tile.insideOpaque = pixels.kind == PixelKind::Rgba8;
    if (tile.insideOpaque) {
        uint32_t all = 0xffffffffu;
        for (size_t i = 0; i < n * n; ++i) all &= in[i];
        tile.insideOpaque = std::bit_cast<std::array<uint8_t, 4>>(all)[3] == 255;
    }
    // The whole slot in one transfer: row x+1, column y+1.
    const size_t stride = n + 2;
    scratch_.resize(stride * stride);
    for (size_t x = 0; x < n; ++x) std::memcpy(&scratch_[(x + 1) * stride + 1], in + x * n, n * 4);
    bool opaque = tile.insideOpaque;
    const auto put = [&](int x, int y) {
        const uint32_t texel = gutterTexel(id, tile, w, pixels.kind, x, y);
        opaque = opaque && std::bit_cast<std::array<uint8_t, 4>>(texel)[3] == 255;
        scratch_[static_cast<size_t>(x + 1) * stride + static_cast<size_t>(y + 1)] = texel;
    };
    for (int i = -1; i <= w; ++i) {
        put(-1, i);
        put(w, i);
        if (i < 0 || i == w) continue;
        put(i, -1);
        put(i, w);
    }
    tile.opaque = opaque;
    tile.gutterOld = false;
    write(pages_[static_cast<size_t>(tile.page)], tile.layer, 0, 0, w + 2, w + 2, scratch_.data());
    ++uploads_;
    for (const auto& neighbour : sky::neighbours(id.cell)) {
        if (!neighbour) continue;
        if (const auto it = tiles_.find({id.layer, *neighbour}); it != tiles_.end()) it->second.gutterOld = true;
    }
    return true;
}

void TextureStore::forgetLayer(uint32_t layer)
{
    std::vector<TileId> gone;
    for (const auto& [id, tile] : tiles_)
        if (id.layer == layer) gone.push_back(id);
    for (const TileId& id : gone) erase(id);
    for (Page& page : pages_) {
        if (!page.texture || static_cast<int>(page.free.size()) != page.layers) continue;
        bytes_ -= page.bytes;
        page = Page{};
    }
}

TextureStore::Place TextureStore::use(const TileId& id)
{
    const auto it = tiles_.find(id);
    if (it == tiles_.end()) return {};
    Tile& tile = it->second;
    tile.drawn = frame_;
    if (tile.gutterOld) refreshGutter(id, tile);
    const Page& page = pages_[static_cast<size_t>(tile.page)];
    return {page.texture.id(), tile.page, tile.layer, page.kind, page.width, tile.opaque};
}

void TextureStore::abandon()
{
    for (Page& page : pages_) page.texture.forget();
    pages_.clear();
    tiles_.clear();
    bytes_ = 0;
}

bool TextureStore::findSlot(PixelKind kind, int width, int& page, int& layer)
{
    for (;;) {
        for (size_t i = 0; i < pages_.size(); ++i) {
            Page& p = pages_[i];
            if (!p.texture || p.kind != kind || p.width != width || p.free.empty()) continue;
            page = static_cast<int>(i);
            layer = p.free.back();
            p.free.pop_back();
            return true;
        }
        if (addPage(kind, width)) continue;
        if (evictOldest(kind, width)) continue;
        if (!dropIdlePage()) return false;
    }
}

bool TextureStore::addPage(PixelKind kind, int width)
{
    // A small budget gets small pages, so that two kinds of tiles can still live in it.
    const size_t slot = slotBytes(width), wanted = std::min(kPageBytes, budget_ / 4);
    const int layers = static_cast<int>(std::clamp<size_t>(wanted / slot, 1, static_cast<size_t>(std::min(maxLayers_, 256))));
    const size_t bytes = slot * static_cast<size_t>(layers);
    if (bytes_ + bytes > budget_) return false;
    Page page;
    page.kind = kind;
    page.width = width;
    page.layers = layers;
    page.bytes = bytes;
    page.texture = GlTexture::make(gl_);
    gl_.ActiveTexture(GL_TEXTURE0);
    gl_.BindTexture(GL_TEXTURE_2D_ARRAY, page.texture.id());
    const bool values = kind == PixelKind::Float32;
    gl_.TexImage3D(GL_TEXTURE_2D_ARRAY, 0, values ? GL_R32F : GL_RGBA8, width + 2, width + 2, layers, 0,
                   values ? GL_RED : GL_RGBA, values ? GL_FLOAT : GL_UNSIGNED_BYTE, nullptr);
    const GLint filter = values ? GL_NEAREST : GL_LINEAR;
    gl_.TexParameteri(GL_TEXTURE_2D_ARRAY, GL_TEXTURE_MIN_FILTER, filter);
    gl_.TexParameteri(GL_TEXTURE_2D_ARRAY, GL_TEXTURE_MAG_FILTER, filter);
    gl_.TexParameteri(GL_TEXTURE_2D_ARRAY, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    gl_.TexParameteri(GL_TEXTURE_2D_ARRAY, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    gl_.TexParameteri(GL_TEXTURE_2D_ARRAY, GL_TEXTURE_MAX_LEVEL, 0);
    for (int i = layers - 1; i >= 0; --i) page.free.push_back(i);
    bytes_ += bytes;
    for (Page& empty : pages_) {
        if (empty.texture) continue;
        empty = std::move(page);
        return true;
    }
    pages_.push_back(std::move(page));
    return true;
}

bool TextureStore::evictOldest(PixelKind kind, int width)
{
    const TileId* oldest = nullptr;
    uint64_t when = 0;
    for (const auto& [id, tile] : tiles_) {
        const Page& page = pages_[static_cast<size_t>(tile.page)];
        if (page.kind != kind || page.width != width || protectedNow(tile)) continue;
        if (oldest && tile.drawn >= when) continue;
        oldest = &id;
        when = tile.drawn;
    }
    if (!oldest) return false;
    erase(TileId(*oldest));
    return true;
}

bool TextureStore::dropIdlePage()
{
    std::vector<uint64_t> lastUse(pages_.size(), 0);
    for (const auto& [id, tile] : tiles_) {
        uint64_t& last = lastUse[static_cast<size_t>(tile.page)];
        last = std::max(last, tile.drawn);
    }
    int best = -1;
    for (size_t i = 0; i < pages_.size(); ++i) {
        if (!pages_[i].texture || lastUse[i] + 1 >= frame_) continue;
        if (best < 0 || lastUse[i] < lastUse[static_cast<size_t>(best)]) best = static_cast<int>(i);
    }
    if (best < 0) return false;
    std::vector<TileId> gone;
    for (const auto& [id, tile] : tiles_)
        if (tile.page == best) gone.push_back(id);
    for (const TileId& id : gone) erase(id);
    bytes_ -= pages_[static_cast<size_t>(best)].bytes;
    pages_[static_cast<size_t>(best)] = Page{};
    return true;
}

void TextureStore::erase(const TileId& id)
{
    const auto it = tiles_.find(id);
    if (it == tiles_.end()) return;
    pages_[static_cast<size_t>(it->second.page)].free.push_back(it->second.layer);
    tiles_.erase(it);
}

uint32_t TextureStore::rimTexel(const Tile& tile, int width, int x, int y) const
{
    const auto n = static_cast<size_t>(width);
    if (x == 0) return tile.rim[static_cast<size_t>(y)];
    if (x == width - 1) return tile.rim[n + static_cast<size_t>(y)];
    if (y == 0) return tile.rim[2 * n + static_cast<size_t>(x)];
    return tile.rim[3 * n + static_cast<size_t>(x)];
}

uint32_t TextureStore::gutterTexel(const TileId& id, const Tile& tile, int width, PixelKind kind, int x, int y) const
{
    if (const auto beside = texelBeside(id.cell, width, x, y)) {
        const auto it = tiles_.find({id.layer, beside->cell});
        if (it != tiles_.end()) {
            const Page& page = pages_[static_cast<size_t>(it->second.page)];
            if (page.width == width && page.kind == kind) return rimTexel(it->second, width, beside->x, beside->y);
        }
    }
    const int cx = std::clamp(x, 0, width - 1), cy = std::clamp(y, 0, width - 1);
    if (cx != x && cy != y)
        return meanTexel(gutterTexel(id, tile, width, kind, cx, y), gutterTexel(id, tile, width, kind, x, cy), kind);
    return rimTexel(tile, width, cx, cy);
}

void TextureStore::refreshGutter(const TileId& id, Tile& tile)
{
    const Page& page = pages_[static_cast<size_t>(tile.page)];
    const int w = page.width;
    scratch_.resize(static_cast<size_t>(w) + 2);
    bool opaque = tile.insideOpaque;
    const auto strip = [&](bool row, int at) {
        for (int i = -1; i <= w; ++i) {
            const uint32_t texel = row ? gutterTexel(id, tile, w, page.kind, at, i) : gutterTexel(id, tile, w, page.kind, i, at);
            opaque = opaque && std::bit_cast<std::array<uint8_t, 4>>(texel)[3] == 255;
            scratch_[static_cast<size_t>(i) + 1] = texel;
        }
        if (row) write(page, tile.layer, 0, at + 1, w + 2, 1, scratch_.data());
        else write(page, tile.layer, at + 1, 0, 1, w + 2, scratch_.data());
    };
    strip(true, -1);
    strip(true, w);
    strip(false, -1);
    strip(false, w);
    tile.opaque = opaque;
    tile.gutterOld = false;
}

void TextureStore::write(const Page& page, int layer, int column, int row, int columns, int rows, const void* data)
{
    const bool values = page.kind == PixelKind::Float32;
    gl_.ActiveTexture(GL_TEXTURE0);
    gl_.BindTexture(GL_TEXTURE_2D_ARRAY, page.texture.id());
    gl_.PixelStorei(GL_UNPACK_ALIGNMENT, 4);
    gl_.PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    gl_.PixelStorei(GL_UNPACK_SKIP_ROWS, 0);
    gl_.PixelStorei(GL_UNPACK_SKIP_PIXELS, 0);
    gl_.TexSubImage3D(GL_TEXTURE_2D_ARRAY, 0, column, row, layer, columns, rows, 1, values ? GL_RED : GL_RGBA,
                      values ? GL_FLOAT : GL_UNSIGNED_BYTE, data);
}

} // namespace firmament::render
