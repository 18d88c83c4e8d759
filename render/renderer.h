// All drawing. One thread (ui), context current in every call but the constructor of value types. Knows no URL, no file,
// no Qt. Colours are blended premultiplied, bottom to top.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/result.h"
#include "render/gl_context.h"
#include "render/look.h"
#include "sky/frame.h"
#include "sky/healpix.h"
#include "sky/view.h"

namespace firmament::render {

enum class PixelKind : uint8_t { Rgba8, Float32 };

/// A tile's pixels for upload: width x width, canonical orientation of hips/tile.h (u = y, v = x). Borrowed for the call.
struct TilePixels {
    PixelKind kind;
    int width;
    const void* data;
};
struct TileId {
    uint32_t layer = 0; ///< a number of the caller's for one survey, format and channel
    sky::Cell cell;
    auto operator<=>(const TileId&) const = default;
};

/// Draw `cell` from the texture `from` (cell or ancestor); when fade < 1, mixed over `fadeFrom` with weight `fade`.
struct TileDraw {
    sky::Cell cell;
    TileId from, fadeFrom;
    float fade = 1;
};

struct GpuInfo {
    std::string renderer, version, vendor;
    bool software = false;
    int maxTexture = 0;
};
struct FrameStats {
    int drawCalls = 0, vertices = 0, uploads = 0, tiles = 0, points = 0;
    size_t textureBytes = 0;
    double msUpload = 0, msMesh = 0, msDraw = 0;
};

/// A point of a star or catalogue layer: 32 bytes. Position unit vector x 2^30 (exact subtraction of the view's centre in
/// integers in the shader, architecture.md section 5.2); motion in rad/yr in the frame of the position.
struct PointRecord {
    int32_t x, y, z;
    float mx, my, mz;
    uint8_t r, g, b, a;
    float size; ///< pixels, diameter; symbols: full size. Stars: see PointStyle::Disc
};
enum class Symbol : uint8_t { Disc, Circle, Square, Triangle, Diamond, Cross, Plus, Hexagon, TriangleDown, Star, Ring, Dot };
struct PointStyle {
    Symbol symbol = Symbol::Disc;
    float scale = 1;          ///< times the record's size
    float opacity = 1;
    float minSize = 0;        ///< smaller points keep this size and fade,
    float goneSize = 0;       ///< until nothing is left of them at this one
    bool halo = false;        ///< 1 px dark outline
    std::optional<Rgba> colour{}; ///< instead of the records' own; their alpha counts
};
struct DrawRange {
    uint32_t first, count;
};

/// GPU copy of points, owned by the renderer until freePoints. After dropGpu valid() is false and drawing it does nothing: the
/// caller frees it and makes a new one.
class PointSet {
public:
    virtual ~PointSet() = default;
    virtual bool valid() const = 0;
    virtual size_t size() const = 0;
};

struct LineVertex {
    float x, y; ///< pixels
};
struct PolylineStyle {
    Rgba colour;
    float width = 1;    ///< pixels
    float dash = 0;     ///< pixels on and off; 0 = solid
};
/// Screen-space polylines with anti-aliased edges; consecutive vertices of one run are joined.
struct Polyline {
    std::vector<LineVertex> points;
    PolylineStyle style;
};
/// A bitmap with alpha (text, icon) at a pixel position; premultiplied RGBA8.
struct Bitmap {
    int width = 0, height = 0;
    std::vector<uint8_t> rgba;
};
struct BitmapDraw {
    const Bitmap* bitmap; ///< the renderer keeps a GPU copy keyed by `key` while it is used in each of the last 600 frames
    uint64_t key;
    float x, y;           ///< top left, pixels
    float opacity = 1;
};
struct Triangle2d {
    LineVertex a, b, c;
};

struct FrameTarget {
    unsigned framebuffer = 0;
    int width = 0, height = 0; ///< physical pixels
    double scale = 1;          ///< physical pixels per view pixel (HiDPI); the view's size x scale = this size
    Rgba background;
    bool values = false;       ///< R32F target of drawTileValues; cleared to NaN
};

/// Physical pixels of the target, from its top left.
struct TargetBox {
    int x = 0, y = 0, width = 0, height = 0;
};

class Renderer {
public:
    static constexpr size_t kTextureBudget = size_t{64} << 20; ///< until somebody knows better
    static Expected<std::unique_ptr<Renderer>> create(const GetProc& getProc, size_t textureBudgetBytes = kTextureBudget);
    ~Renderer();

    const GpuInfo& gpu() const;
    /// Why something could not be drawn (a shader that the driver refuses); empty: nothing was.
    const std::string& trouble() const;
    void setTextureBudget(size_t bytes);
    /// The driver says that the context is lost (it was reset, a card was taken away): call dropGpu, and make a new context and a
    /// new renderer. Always false where the driver cannot tell. Cheap: once a frame.
    bool lost() const;

    // Textures. A tile is kept until the budget needs its place; never one drawn in the last frame.
    bool has(const TileId& id) const;
    /// False when the budget is full of tiles drawn in this frame. Gutter texels are taken from neighbours that are resident, and
    /// neighbours' gutters are refreshed from this tile; clamped meanwhile.
    bool upload(const TileId& id, const TilePixels& pixels);
    void forget(uint32_t layer);
    size_t textureBytes() const;

    void begin(const FrameTarget& target, const sky::SkyView& view);
    /// From here on `view` fills `place`, and nothing is drawn outside `clip`. Until the next call or end().
    void drawIn(const TargetBox& place, const TargetBox& clip, const sky::SkyView& view);
    void drawTiles(sky::Frame frame, std::span<const TileDraw> tiles, const Look& look);
    /// The same tiles as values, not colours, into the current target (made by FloatTarget).
    void drawTileValues(sky::Frame frame, std::span<const TileDraw> tiles, Sampling sampling);
    PointSet* makePoints(std::span<const PointRecord> records, sky::Frame frame);
    void freePoints(PointSet* set);
    void drawPoints(PointSet& set, std::span<const DrawRange> ranges, const PointStyle& style, double yearsSinceEpoch);
    void drawVectors(PointSet& set, std::span<const DrawRange> ranges, double yearsFrom, double yearsTo, const PolylineStyle& style);
    void drawPolylines(std::span<const Polyline> lines);
    void drawTriangles(std::span<const Triangle2d> triangles, const Rgba& colour);
    void drawBitmaps(std::span<const BitmapDraw> bitmaps);
    /// What was drawn so far becomes its negative in lightness; hue and alpha stay.
    void negate();
    FrameStats end();

    /// Reads back the current target: RGBA8, top row first.
    std::vector<uint8_t> readRgba(int width, int height);
    std::vector<float> readFloat(int width, int height);

    /// The context is gone: forget all names. Everything is rebuilt at the next use. A context that is only going, and still
    /// current, is better left by destroying the renderer: that deletes what it made.
    void dropGpu();

private:
    Renderer();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// An off-screen target of RGBA8 or R32F pixels; bind gives a FrameTarget.
class OffscreenTarget {
public:
    static Expected<std::unique_ptr<OffscreenTarget>> create(const GetProc& getProc, int width, int height, PixelKind kind);
    ~OffscreenTarget();
    FrameTarget frame() const;

private:
    OffscreenTarget();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::render
