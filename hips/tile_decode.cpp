#include "hips/tile_decode.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "fits/tile.h"
#include "hips/image_codec.h"

namespace firmament::hips {
namespace {

constexpr int kMaxTileSide = 8192;
constexpr int kMaxAllskySide = 16384;

/// Pixels of 4 bytes, rows from the top as in a JPEG tile.
struct Picture {
    PixelKind kind = PixelKind::Rgba8;
    int width = 0, height = 0;
    std::vector<std::byte> pixels;
    float min = 0, max = 0;
    bool rounded = false;
};

/// Do its values have more digits than Float32 keeps?
bool needsDouble(int bitpix)
{
    return bitpix == 32 || bitpix == 64 || bitpix == -64;
}

fits::FitsTileOptions optionsFor(int maxSide, int tileWidth, int plane)
{
    fits::FitsTileOptions o;
    o.maxSide = maxSide;
    o.fullSide = tileWidth;
    o.plane = plane;
    return o;
}

void flipRows(std::vector<std::byte>& pixels, int width, int height)
{
    const size_t row = static_cast<size_t>(width) * 4;
    for (int top = 0, bottom = height - 1; top < bottom; ++top, --bottom) {
        std::byte* a = pixels.data() + row * static_cast<size_t>(top);
        std::swap_ranges(a, a + row, pixels.data() + row * static_cast<size_t>(bottom));
    }
}

Expected<Picture> picture(ByteView file, int maxSide, int tileWidth, int plane)
{
    const ImageKind kind = sniffImage(file);
    if (kind == ImageKind::Fits || kind == ImageKind::Gzip) {
        auto read = fits::readFitsTile(file, optionsFor(maxSide, tileWidth, plane));
        if (!read) return read.error();
        fits::FitsTile& t = read->value;
        // The last row of the file is the top one: x of the cell grows from the top (HiPS 1.0, figure 4).
        flipRows(t.pixels, t.width, t.height);
        const bool colours = t.kind == fits::FitsPixels::Rgba8;
        return Picture{colours ? PixelKind::Rgba8 : PixelKind::Float32, t.width, t.height, std::move(t.pixels), t.min, t.max, !colours && needsDouble(t.bitpix)};
    }
    auto image = decodeImage(file, {maxSide, static_cast<uint64_t>(maxSide) * static_cast<uint64_t>(maxSide)});
    if (!image) return image.error();
    return Picture{PixelKind::Rgba8, image->width, image->height, std::move(image->rgba), 0, 0, false};
}

/// One texel of the scaled tile out of a block of the given one: the mean, for values the mean of what is not blank.
void blockMean(const TileImage& t, int x0, int x1, int y0, int y1, std::byte* out)
{
    const auto at = [&](int x, int y) { return static_cast<size_t>(y) * static_cast<size_t>(t.width) + static_cast<size_t>(x); };
    if (t.kind == PixelKind::Float32) {
        double sum = 0;
        int n = 0;
        for (int y = y0; y < y1; ++y)
            for (int x = x0; x < x1; ++x)
                if (const float v = t.floats()[at(x, y)]; std::isfinite(v)) {
                    sum += static_cast<double>(v);
                    ++n;
                }
        const float mean = n ? static_cast<float>(sum / n) : std::numeric_limits<float>::quiet_NaN();
        std::memcpy(out, &mean, 4);
        return;
    }
    const int n = (x1 - x0) * (y1 - y0);
    for (size_t c = 0; c < 4; ++c) {
        int sum = 0;
        for (int y = y0; y < y1; ++y)
            for (int x = x0; x < x1; ++x) sum += t.rgba()[at(x, y) * 4 + c];
        out[c] = static_cast<std::byte>((sum + n / 2) / n);
    }
}

FreshTilePtr toTile(Picture&& p)
{
    auto tile = std::make_shared<TileImage>();
    tile->kind = p.kind;
    tile->width = p.width;
    tile->pixels = std::move(p.pixels);
    tile->dataMin = p.min;
    tile->dataMax = p.max;
    tile->rounded = p.rounded;
    return tile;
}

/// x from the even bits of a nested index, y from the odd ones.
int evenBits(uint64_t v)
{
    int out = 0;
    for (int i = 0; i < 16; ++i) out |= static_cast<int>((v >> (2 * i)) & 1) << i;
    return out;
}

void findRange(Picture& p)
{
    float lo = std::numeric_limits<float>::infinity(), hi = -lo;
    for (size_t i = 0; i < p.pixels.size(); i += 4) {
        float v;
        std::memcpy(&v, p.pixels.data() + i, 4);
        if (std::isfinite(v)) {
            lo = std::min(lo, v);
            hi = std::max(hi, v);
        }
    }
    p.min = lo <= hi ? lo : 1;
    p.max = lo <= hi ? hi : -1;
}

} // namespace

Expected<FreshTilePtr> decodeTile(ByteView file, int tileWidth, int plane, int fullWidth)
{
    auto p = picture(file, kMaxTileSide, fullWidth > 0 ? fullWidth : tileWidth, plane);
    if (!p) return p.error();
    if (p->width != p->height)
        return Error{Errc::Parse, "tile of " + std::to_string(p->width) + "x" + std::to_string(p->height) + " pixels, expected a square", {}};
    const FreshTilePtr tile = toTile(std::move(*p));
    return tileWidth > 0 && tile->width != tileWidth ? scaledTile(*tile, tileWidth) : tile;
}

Expected<double> valueInTile(ByteView file, int width, int column, int row, int plane, int fullWidth)
{
    return fits::readFitsTilePixel(file, column, width - 1 - row, optionsFor(kMaxTileSide, fullWidth, plane));
}

FreshTilePtr scaledTile(const TileImage& t, int width)
{
    auto out = std::make_shared<TileImage>();
    out->kind = t.kind;
    out->width = width;
    out->pixels.resize(static_cast<size_t>(width) * static_cast<size_t>(width) * 4);
    out->dataMin = t.dataMin;
    out->dataMax = t.dataMax;
    const auto begin = [&](int i) { return static_cast<int>(int64_t{i} * t.width / width); };
    for (int y = 0; y < width; ++y)
        for (int x = 0; x < width; ++x)
            blockMean(t, begin(x), std::max(begin(x) + 1, begin(x + 1)), begin(y), std::max(begin(y) + 1, begin(y + 1)),
                      out->pixels.data() + (static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4);
    return out;
}

std::string whyNotTile(ByteView file, TileFormat format)
{
    const std::string expected = std::string("expected a ") + formatWord(format) + " tile";
    if (file.empty()) return expected + ", found an empty answer";
    const ImageKind kind = sniffImage(file);
    const bool fits = kind == ImageKind::Fits || kind == ImageKind::Gzip;
    const bool image = kind == ImageKind::Jpeg || kind == ImageKind::Png || kind == ImageKind::Webp;
    if (format == TileFormat::Tsv) return kind == ImageKind::Html ? expected + ", found an HTML page" : std::string();
    if (format == TileFormat::Fits ? fits : image) return {};
    return expected + ", found " + (kind == ImageKind::Html ? "an " : "") + imageKindName(kind);
}

Expected<std::vector<std::pair<sky::Cell, FreshTilePtr>>> splitAllsky(ByteView file, int order)
{
    if (order < 0 || order > 5) return Error{Errc::Unsupported, "Allsky of order " + std::to_string(order), {}};
    auto all = picture(file, kMaxAllskySide, 0, 0);
    if (!all) return all.error();
    const int tiles = 12 << (2 * order);
    const int columns = static_cast<int>(std::sqrt(static_cast<double>(tiles)));
    const int rows = (tiles + columns - 1) / columns;
    const int w = all->width / columns;
    const auto badSize = [&] {
        return Error{Errc::Parse,
                     "Allsky of order " + std::to_string(order) + " with " + std::to_string(all->width) + "x" +
                         std::to_string(all->height) + " pixels, expected " + std::to_string(columns) + "x" + std::to_string(rows) +
                         " squares of a power of two",
                     {}};
    };
    if (w < 1 || !std::has_single_bit(static_cast<unsigned>(w)) || all->width != w * columns || all->height < w * rows) return badSize();

    std::vector<std::pair<sky::Cell, FreshTilePtr>> out;
    const int pieces = 1 << order, side = w << order;
    const size_t stride = static_cast<size_t>(all->width) * 4, line = static_cast<size_t>(w) * 4;
    for (int base = 0; base < 12; ++base) {
        Picture p{all->kind, side, side, std::vector<std::byte>(static_cast<size_t>(side) * static_cast<size_t>(side) * 4), 0, 0, false};
        for (int sub = 0; sub < pieces * pieces; ++sub) {
            const int index = base * pieces * pieces + sub;
            const auto nested = static_cast<uint64_t>(sub);
            // A piece lies like a tile: its column is y of the cell, its row is x.
            const int column = evenBits(nested >> 1) * w, row = evenBits(nested) * w;
            const std::byte* from = all->pixels.data() + static_cast<size_t>(index / columns * w) * stride +
                                    static_cast<size_t>(index % columns) * line;
            std::byte* to = p.pixels.data() + (static_cast<size_t>(row) * static_cast<size_t>(side) + static_cast<size_t>(column)) * 4;
            for (int y = 0; y < w; ++y)
                std::memcpy(to + static_cast<size_t>(y) * static_cast<size_t>(side) * 4, from + static_cast<size_t>(y) * stride, line);
        }
        if (p.kind == PixelKind::Float32) findRange(p);
        out.emplace_back(sky::Cell{0, static_cast<uint64_t>(base)}, toTile(std::move(p)));
    }
    return out;
}

} // namespace firmament::hips
