#include "render/renderer.h"

#include <algorithm>
#include <cstring>
#include <limits>

#include "render/bitmap_painter.h"
#include "render/frame_context.h"
#include "render/line_painter.h"
#include "render/map_edge.h"
#include "render/point_painter.h"
#include "render/screen_filter.h"
#include "render/texture_store.h"
#include "render/tile_painter.h"

namespace firmament::render {

namespace {

std::string text(const Gl& gl, GLenum what)
{
    const auto* s = gl.GetString(what);
    return s ? reinterpret_cast<const char*>(s) : "";
}

/// Round maps are drawn a little beyond their edge (see tile_mesh): values end where the map does.
void keepInMap(const sky::SkyView& view, int width, int height, std::vector<float>& values)
{
    const auto inMap = [&](double x, double y) {
        sky::Dir camera;
        return sky::unproject(view.projection(), view.planeOfPixel({x * view.width() / width, y * view.height() / height}), camera);
    };
    bool all = true; // of a round map: when its corners are inside, the window is
    for (const int x : {0, width})
        for (const int y : {0, height}) all = all && inMap(x, y);
    if (all) return;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x)
            if (!inMap(x + 0.5, y + 0.5)) values[static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)] = std::numeric_limits<float>::quiet_NaN();
}

bool isSoftware(const std::string& renderer)
{
    for (const char* word : {"llvmpipe", "softpipe", "SWR", "Software", "SwiftShader"})
        if (renderer.find(word) != renderer.npos) return true;
    return false;
}

/// GLX and EGL hand out an address for any name: only what the driver lists may be called.
bool hasResetStatus(const Gl& gl, std::string_view name)
{
    GLint major = 0, minor = 0, count = 0;
    gl.GetIntegerv(GL_MAJOR_VERSION, &major);
    gl.GetIntegerv(GL_MINOR_VERSION, &minor);
    if (name.ends_with("Status")) return major * 10 + minor >= 45;
    const std::string_view wanted = name.ends_with("KHR") ? "GL_KHR_robustness" : "GL_ARB_robustness";
    gl.GetIntegerv(GL_NUM_EXTENSIONS, &count);
    for (GLint i = 0; i < count; ++i) {
        const auto* extension = reinterpret_cast<const char*>(gl.GetStringi(GL_EXTENSIONS, static_cast<GLuint>(i)));
        if (extension && wanted == extension) return true;
    }
    return false;
}

/// Light becomes dark and the hue stays: an orange star is a brown dot, not a blue one.
const char* const kNegative = R"(
uniform sampler2D uPicture;
out vec4 oColour;
void main()
{
    vec4 c = texelFetch(uPicture, ivec2(gl_FragCoord.xy), 0);
    float turn = 1.0 - max(c.r, max(c.g, c.b)) - min(c.r, min(c.g, c.b));
    oColour = vec4(c.rgb + turn, c.a);
}
)";

} // namespace

struct Renderer::Impl {
    Gl gl;
    GpuInfo info;
    size_t budget = 0;
    int maxLayers = 256;
    std::unique_ptr<TextureStore> textures;
    std::unique_ptr<TilePainter> tiles;
    std::unique_ptr<PointPainter> points;
    std::unique_ptr<LinePainter> lines;
    std::unique_ptr<BitmapPainter> bitmaps;
    std::unique_ptr<ScreenFilter> negative;
    FrameContext frame;
    PFNGLGETGRAPHICSRESETSTATUSPROC resetStatus = nullptr; ///< GL 4.5, ARB_robustness or KHR_robustness: optional

    void make()
    {
        textures = std::make_unique<TextureStore>(gl, budget, maxLayers);
        tiles = std::make_unique<TilePainter>(gl);
        lines = std::make_unique<LinePainter>(gl);
        bitmaps = std::make_unique<BitmapPainter>(gl);
        negative = std::make_unique<ScreenFilter>(gl, kNegative);
        if (!points) points = std::make_unique<PointPainter>(gl);
        frame.gl = &gl;
    }
};

Renderer::Renderer() : impl_(std::make_unique<Impl>()) {}
Renderer::~Renderer() = default;

Expected<std::unique_ptr<Renderer>> Renderer::create(const GetProc& getProc, size_t textureBudgetBytes)
{
    auto gl = loadGl(getProc);
    if (!gl) return gl.error();
    std::unique_ptr<Renderer> self(new Renderer);
    Impl& m = *self->impl_;
    m.gl = *gl;
    m.info.renderer = text(m.gl, GL_RENDERER);
    m.info.version = text(m.gl, GL_VERSION);
    m.info.vendor = text(m.gl, GL_VENDOR);
    m.info.software = isSoftware(m.info.renderer);
    GLint major = 0, minor = 0, layers = 0;
    m.gl.GetIntegerv(GL_MAJOR_VERSION, &major);
    m.gl.GetIntegerv(GL_MINOR_VERSION, &minor);
    if (major * 10 + minor < 33)
        return Error{Errc::Gl, "OpenGL 3.3 is needed; this driver offers " + m.info.version, m.info.renderer};
    m.gl.GetIntegerv(GL_MAX_TEXTURE_SIZE, &m.info.maxTexture);
    m.gl.GetIntegerv(GL_MAX_ARRAY_TEXTURE_LAYERS, &layers);
    m.maxLayers = std::max(1, layers);
    m.budget = textureBudgetBytes;
    for (const char* name : {"glGetGraphicsResetStatus", "glGetGraphicsResetStatusKHR", "glGetGraphicsResetStatusARB"})
        if (!m.resetStatus && hasResetStatus(m.gl, name)) m.resetStatus = reinterpret_cast<PFNGLGETGRAPHICSRESETSTATUSPROC>(getProc(name));
    m.make();
    return self;
}

const GpuInfo& Renderer::gpu() const { return impl_->info; }
const std::string& Renderer::trouble() const { return impl_->frame.trouble; }

void Renderer::setTextureBudget(size_t bytes)
{
    impl_->budget = bytes;
    impl_->textures->setBudget(bytes);
}

bool Renderer::lost() const { return impl_->resetStatus && impl_->resetStatus() != GL_NO_ERROR; }

bool Renderer::has(const TileId& id) const { return impl_->textures->has(id); }
bool Renderer::upload(const TileId& id, const TilePixels& pixels) { return impl_->textures->upload(id, pixels); }
void Renderer::forget(uint32_t layer) { impl_->textures->forgetLayer(layer); }
size_t Renderer::textureBytes() const { return impl_->textures->bytes(); }

void Renderer::begin(const FrameTarget& target, const sky::SkyView& view)
{
    Impl& m = *impl_;
    const Gl& gl = m.gl;
    m.frame.target = target;
    m.frame.view = view;
    m.frame.stats = {};
    m.textures->nextFrame();
    // The context may be shared with a toolkit that leaves its own state behind: everything that matters is set here.
    gl.BindFramebuffer(GL_FRAMEBUFFER, target.framebuffer);
    gl.Viewport(0, 0, target.width, target.height);
    for (GLenum off : {GLenum{GL_DEPTH_TEST}, GLenum{GL_STENCIL_TEST}, GLenum{GL_SCISSOR_TEST}, GLenum{GL_CULL_FACE},
                       GLenum{GL_FRAMEBUFFER_SRGB}, GLenum{GL_DITHER}, GLenum{GL_BLEND}, GLenum{GL_COLOR_LOGIC_OP},
                       GLenum{GL_POLYGON_OFFSET_FILL}, GLenum{GL_SAMPLE_ALPHA_TO_COVERAGE}, GLenum{GL_RASTERIZER_DISCARD},
                       GLenum{GL_PRIMITIVE_RESTART}})
        gl.Disable(off);
    gl.Enable(GL_PROGRAM_POINT_SIZE);
    gl.ColorMask(GL_TRUE, GL_TRUE, GL_TRUE, GL_TRUE);
    gl.DepthMask(GL_FALSE);
    if (target.values) {
        const float none = std::numeric_limits<float>::quiet_NaN();
        const float clear[4] = {none, none, none, none};
        gl.ClearBufferfv(GL_COLOR, 0, clear);
    }
    else {
        const Rgba& b = target.background;
        const float clear[4] = {b.r * b.a, b.g * b.a, b.b * b.a, b.a};
        gl.ClearBufferfv(GL_COLOR, 0, clear);
    }
}

void Renderer::drawIn(const TargetBox& place, const TargetBox& clip, const sky::SkyView& view)
{
    Impl& m = *impl_;
    const int height = m.frame.target.height; // GL counts rows from the bottom
    m.frame.view = view;
    m.gl.Viewport(place.x, height - place.y - place.height, std::max(place.width, 1), std::max(place.height, 1));
    m.gl.Scissor(clip.x, height - clip.y - clip.height, std::max(clip.width, 0), std::max(clip.height, 0));
    m.gl.Enable(GL_SCISSOR_TEST);
}

void Renderer::drawTiles(sky::Frame frame, std::span<const TileDraw> tiles, const Look& look)
{
    Impl& m = *impl_;
    m.tiles->draw(m.frame, *m.textures, frame, tiles, look, false);
    if (tiles.empty()) return;
    if (const auto edge = mapEdge(m.frame.view); !edge.empty()) m.lines->softenEdge(m.frame, edge, m.frame.target.background);
}

void Renderer::drawTileValues(sky::Frame frame, std::span<const TileDraw> tiles, Sampling sampling)
{
    Look look;
    look.sampling = sampling;
    impl_->tiles->draw(impl_->frame, *impl_->textures, frame, tiles, look, true);
}

PointSet* Renderer::makePoints(std::span<const PointRecord> records, sky::Frame frame)
{
    return impl_->points->make(records, frame);
}
void Renderer::freePoints(PointSet* set) { impl_->points->free(set); }

void Renderer::drawPoints(PointSet& set, std::span<const DrawRange> ranges, const PointStyle& style, double yearsSinceEpoch)
{
    impl_->points->draw(impl_->frame, set, ranges, style, yearsSinceEpoch);
}

void Renderer::drawVectors(PointSet& set, std::span<const DrawRange> ranges, double yearsFrom, double yearsTo,
                           const PolylineStyle& style)
{
    impl_->points->drawVectors(impl_->frame, set, ranges, yearsFrom, yearsTo, style);
}

void Renderer::drawPolylines(std::span<const Polyline> lines) { impl_->lines->draw(impl_->frame, lines); }

void Renderer::drawTriangles(std::span<const Triangle2d> triangles, const Rgba& colour)
{
    impl_->lines->drawTriangles(impl_->frame, triangles, colour);
}

void Renderer::negate() { impl_->negative->apply(impl_->frame.target); }

void Renderer::drawBitmaps(std::span<const BitmapDraw> bitmaps) { impl_->bitmaps->draw(impl_->frame, bitmaps); }

FrameStats Renderer::end()
{
    Impl& m = *impl_;
    const Gl& gl = m.gl;
    m.bitmaps->endFrame();
    gl.Disable(GL_SCISSOR_TEST);
    gl.Viewport(0, 0, m.frame.target.width, m.frame.target.height);
    // Back to what a fresh context has, for whoever draws next in it.
    gl.BindVertexArray(0);
    gl.UseProgram(0);
    gl.BindBuffer(GL_ARRAY_BUFFER, 0);
    for (GLenum unit : {GLenum{GL_TEXTURE3}, GLenum{GL_TEXTURE2}, GLenum{GL_TEXTURE1}, GLenum{GL_TEXTURE0}}) {
        gl.ActiveTexture(unit);
        gl.BindTexture(GL_TEXTURE_2D_ARRAY, 0);
        gl.BindTexture(GL_TEXTURE_2D, 0);
    }
    gl.Disable(GL_BLEND);
    gl.Disable(GL_PROGRAM_POINT_SIZE);
    gl.BlendFunc(GL_ONE, GL_ZERO);
    gl.DepthMask(GL_TRUE);
    gl.PixelStorei(GL_UNPACK_ALIGNMENT, 4);
    m.frame.stats.textureBytes = m.textures->bytes();
    return m.frame.stats;
}

std::vector<uint8_t> Renderer::readRgba(int width, int height)
{
    const Gl& gl = impl_->gl;
    const size_t row = static_cast<size_t>(width) * 4;
    std::vector<uint8_t> pixels(row * static_cast<size_t>(height));
    gl.BindFramebuffer(GL_READ_FRAMEBUFFER, impl_->frame.target.framebuffer);
    gl.PixelStorei(GL_PACK_ALIGNMENT, 4);
    gl.ReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE, pixels.data());
    for (int y = 0; y < height / 2; ++y)
        std::swap_ranges(pixels.begin() + static_cast<ptrdiff_t>(row) * y, pixels.begin() + static_cast<ptrdiff_t>(row) * (y + 1),
                         pixels.end() - static_cast<ptrdiff_t>(row) * (y + 1));
    return pixels;
}

std::vector<float> Renderer::readFloat(int width, int height)
{
    const Gl& gl = impl_->gl;
    const auto row = static_cast<ptrdiff_t>(width);
    std::vector<float> pixels(static_cast<size_t>(width) * static_cast<size_t>(height));
    gl.BindFramebuffer(GL_READ_FRAMEBUFFER, impl_->frame.target.framebuffer);
    gl.PixelStorei(GL_PACK_ALIGNMENT, 4);
    gl.ReadPixels(0, 0, width, height, GL_RED, GL_FLOAT, pixels.data());
    for (int y = 0; y < height / 2; ++y)
        std::swap_ranges(pixels.begin() + row * y, pixels.begin() + row * (y + 1), pixels.end() - row * (y + 1));
    keepInMap(impl_->frame.view, width, height, pixels);
    return pixels;
}

void Renderer::dropGpu()
{
    Impl& m = *impl_;
    m.textures->abandon();
    m.tiles->abandon();
    m.points->abandon();
    m.lines->abandon();
    m.bitmaps->abandon();
    m.negative->forget();
    m.make();
}

struct OffscreenTarget::Impl {
    Gl gl;
    GlTexture texture;
    GlFramebuffer framebuffer;
    FrameTarget target;
};

OffscreenTarget::OffscreenTarget() : impl_(std::make_unique<Impl>()) {}
OffscreenTarget::~OffscreenTarget() = default;

Expected<std::unique_ptr<OffscreenTarget>> OffscreenTarget::create(const GetProc& getProc, int width, int height, PixelKind kind)
{
    auto loaded = loadGl(getProc);
    if (!loaded) return loaded.error();
    std::unique_ptr<OffscreenTarget> self(new OffscreenTarget);
    Impl& m = *self->impl_;
    m.gl = *loaded;
    const Gl& gl = m.gl;
    GLint limit = 0;
    gl.GetIntegerv(GL_MAX_TEXTURE_SIZE, &limit);
    if (width < 1 || height < 1 || width > limit || height > limit)
        return Error{Errc::Gl, "a picture of " + std::to_string(width) + "x" + std::to_string(height) +
                                   " pixels; this driver draws 1 to " + std::to_string(limit) + " a side", "picture size"};
    const bool values = kind == PixelKind::Float32;
    m.texture = GlTexture::make(gl);
    gl.ActiveTexture(GL_TEXTURE0);
    gl.BindTexture(GL_TEXTURE_2D, m.texture.id());
    gl.TexImage2D(GL_TEXTURE_2D, 0, values ? GL_R32F : GL_RGBA8, width, height, 0, values ? GL_RED : GL_RGBA,
                  values ? GL_FLOAT : GL_UNSIGNED_BYTE, nullptr);
    gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
    m.framebuffer = GlFramebuffer::make(gl);
    gl.BindFramebuffer(GL_FRAMEBUFFER, m.framebuffer.id());
    gl.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, m.texture.id(), 0);
    if (gl.CheckFramebufferStatus(GL_FRAMEBUFFER) != GL_FRAMEBUFFER_COMPLETE)
        return Error{Errc::Gl, "the driver cannot draw into a picture of this size and kind",
                     std::to_string(width) + "x" + std::to_string(height)};
    m.target.framebuffer = m.framebuffer.id();
    m.target.width = width;
    m.target.height = height;
    m.target.values = values;
    return self;
}

FrameTarget OffscreenTarget::frame() const { return impl_->target; }

} // namespace firmament::render
