#include "render/tile_painter.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "render/sampling.h"
#include "render/shaders.h"

namespace firmament::render {

namespace {

constexpr int kMapSize = 4096;

double milliseconds(std::chrono::steady_clock::time_point since)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - since).count();
}

bool sameTable(const Look& a, const Look& b)
{
    return a.stretch == b.stretch && a.map == b.map && a.invert == b.invert && a.gamma == b.gamma &&
           (a.stretch != Stretch::Histogram || a.equalised == b.equalised);
}

/// Texture coordinates of a vertex of `cell` in a tile of `from`, in texels of the slot: column along y, row along x.
struct Placing {
    double u0, uSize, v0, vSize;
    Placing(sky::Cell cell, sky::Cell from, int width, PixelKind kind)
    {
        const sky::SubRect r = sky::within(cell, from);
        const double unit = kind == PixelKind::Float32 ? 1.0 : 1.0 / (width + 2);
        u0 = (1 + r.y * width) * unit;
        v0 = (1 + r.x * width) * unit;
        uSize = vSize = r.size * width * unit;
    }
    float u(const MeshVertex& m) const { return static_cast<float>(u0 + uSize * static_cast<double>(m.t)); }
    float v(const MeshVertex& m) const { return static_cast<float>(v0 + vSize * static_cast<double>(m.s)); }
};

} // namespace

void setBlend(const Gl& gl, Blend blend)
{
    gl.Enable(GL_BLEND);
    gl.BlendEquation(GL_FUNC_ADD);
    GLenum source = GL_ONE, destination = GL_ONE_MINUS_SRC_ALPHA;
    if (blend == Blend::Add) destination = GL_ONE;
    if (blend == Blend::Screen) destination = GL_ONE_MINUS_SRC_COLOR;
    if (blend == Blend::Multiply) source = GL_DST_COLOR;
    gl.BlendFuncSeparate(source, destination, GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
}

TilePainter::TilePainter(const Gl& gl) : gl_(gl) {}

void TilePainter::abandon()
{
    for (auto& [variant, p] : programs_) p.program.forget();
    programs_.clear();
    for (MapTable& m : maps_) m.texture.forget();
    maps_.clear();
    plain_.forget();
    fading_.forget();
    vertices_.forget();
    indices_.forget();
    below_.forget();
    belowFrame_.forget();
    belowWidth_ = belowHeight_ = 0;
}

TilePainter::Program* TilePainter::program(FrameContext& frame, unsigned variant)
{
    if (const auto it = programs_.find(variant); it != programs_.end()) return it->second.program ? &it->second : nullptr;
    std::string defines;
    const std::pair<unsigned, const char*> names[] = {{kFloats, "FLOATS"}, {kFade, "FADE"},           {kSteep, "STEEP"},
                                                      {kAdjust, "ADJUST"}, {kDifference, "DIFFERENCE"}, {kValues, "VALUES"}};
    for (const auto& [bit, name] : names)
        if (variant & bit) defines += std::string("#define ") + name + "\n";
    auto made = makeProgram(gl_, defines, kTileVertex, kTileFragment, {"aPos", "aUv", "aOld"});
    Program& p = programs_[variant];
    if (!made) {
        if (frame.trouble.empty()) frame.trouble = made.error().text();
        return nullptr;
    }
    p.program = std::move(*made);
    gl_.UseProgram(p.program.id());
    p.toClip = uniform(gl_, p.program, "uToClip");
    p.opacity = uniform(gl_, p.program, "uOpacity");
    p.steep = uniform(gl_, p.program, "uSteep");
    p.oldSteep = uniform(gl_, p.program, "uOldSteep");
    p.cut = uniform(gl_, p.program, "uCut");
    p.adjust = uniform(gl_, p.program, "uAdjust");
    gl_.Uniform1i(uniform(gl_, p.program, "uTile"), 0);
    gl_.Uniform1i(uniform(gl_, p.program, "uOldTile"), 1);
    gl_.Uniform1i(uniform(gl_, p.program, "uMap"), 2);
    gl_.Uniform1i(uniform(gl_, p.program, "uBelow"), 3);
    return &p;
}

GLuint TilePainter::mapTable(const Look& look)
{
    for (MapTable& m : maps_) {
        if (!sameTable(m.look, look)) continue;
        m.used = draws_;
        return m.texture.id();
    }
    std::vector<uint8_t> texels(static_cast<size_t>(kMapSize) * 4, 255);
    const auto& colours = colourTable(look.map);
    for (int i = 0; i < kMapSize; ++i) {
        const double root = static_cast<double>(i) / (kMapSize - 1);
        const auto colour = mappedColour(look, root * root, colours);
        for (size_t c = 0; c < 3; ++c)
            texels[static_cast<size_t>(i) * 4 + c] = static_cast<uint8_t>(std::lround(255 * std::clamp(colour[c], 0.0f, 1.0f)));
    }
    MapTable* place = nullptr;
    if (maps_.size() < 8) place = &maps_.emplace_back();
    else place = &*std::min_element(maps_.begin(), maps_.end(), [](const auto& a, const auto& b) { return a.used < b.used; });
    place->look = look;
    place->used = draws_;
    if (!place->texture) place->texture = GlTexture::make(gl_);
    gl_.ActiveTexture(GL_TEXTURE2);
    gl_.BindTexture(GL_TEXTURE_2D, place->texture.id());
    gl_.PixelStorei(GL_UNPACK_ALIGNMENT, 4);
    gl_.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, kMapSize, 1, 0, GL_RGBA, GL_UNSIGNED_BYTE, texels.data());
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
    return place->texture.id();
}

TilePainter::Group& TilePainter::groupFor(const Group& key)
{
    for (size_t i = 0; i < groupCount_; ++i)
        if (groups_[i].same(key)) return groups_[i];
    if (groupCount_ == groups_.size()) groups_.emplace_back();
    Group& g = groups_[groupCount_++];
    g.vertices.clear();
    g.indices.clear();
    g.texture = key.texture;
    g.oldTexture = key.oldTexture;
    g.kind = key.kind;
    g.fade = key.fade;
    g.steep = key.steep;
    g.oldSteep = key.oldSteep;
    return g;
}

void TilePainter::draw(FrameContext& frame, TextureStore& store, sky::Frame skyFrame, std::span<const TileDraw> tiles,
                       const Look& look, bool values)
{
    ++draws_;
    const auto start = std::chrono::steady_clock::now();
    cells_.clear();
    for (const TileDraw& t : tiles) cells_.push_back(t.cell);
    const TileMesh& mesh = mesher_.build(frame.view, skyFrame, cells_);
    frame.stats.msMesh += milliseconds(start);

    const auto drawStart = std::chrono::steady_clock::now();
    groupCount_ = 0;
    bool opaque = true;
    for (size_t k = 0; k < tiles.size(); ++k) {
        const TileDraw& t = tiles[k];
        const MeshRange& range = mesh.ranges[k];
        if (range.indexCount == 0 || !t.from.cell.isAncestorOrSelf(t.cell)) continue;
        const TextureStore::Place place = store.use(t.from);
        if (place.page < 0 || (values && place.kind != PixelKind::Float32)) continue;
        TextureStore::Place old;
        if (!values && t.fade < 1 && t.fadeFrom != t.from && t.fadeFrom.cell.isAncestorOrSelf(t.cell)) {
            old = store.use(t.fadeFrom);
            if (old.kind != place.kind) old.page = -1;
        }
        Group key;
        key.texture = place.texture;
        key.kind = place.kind;
        key.fade = old.page >= 0;
        key.oldTexture = key.fade ? old.texture : 0;
        const double scale = frame.target.scale;
        const auto steep = [&](const TileId& id, int width) {
            if (values) return static_cast<float>(look.sampling == Sampling::Nearest ? kNearest : 1.0);
            return static_cast<float>(steepness(look.sampling, texelPixels(frame.view, id.cell.order, width, scale)));
        };
        key.steep = steep(t.from, place.width);
        if (key.fade) key.oldSteep = steep(t.fadeFrom, old.width);
        opaque = opaque && place.opaque && (!key.fade || old.opaque);

        Group& group = groupFor(key);
        const size_t floats = key.fade ? 9 : 5;
        const auto base = static_cast<uint32_t>(group.vertices.size() / floats);
        const Placing placing(t.cell, t.from.cell, place.width, place.kind);
        const Placing oldPlacing(t.cell, key.fade ? t.fadeFrom.cell : t.from.cell, key.fade ? old.width : place.width, place.kind);
        const size_t at = group.vertices.size();
        group.vertices.resize(at + range.vertexCount * floats);
        float* out = group.vertices.data() + at;
        for (uint32_t i = 0; i < range.vertexCount; ++i) {
            const MeshVertex& m = mesh.vertices[range.firstVertex + i];
            *out++ = m.px;
            *out++ = m.py;
            *out++ = placing.u(m);
            *out++ = placing.v(m);
            *out++ = static_cast<float>(place.layer);
            if (!key.fade) continue;
            *out++ = oldPlacing.u(m);
            *out++ = oldPlacing.v(m);
            *out++ = static_cast<float>(old.layer);
            *out++ = t.fade;
        }
        for (uint32_t i = 0; i < range.indexCount; ++i)
            group.indices.push_back(mesh.indices[range.firstIndex + i] - range.firstVertex + base);
        ++frame.stats.tiles;
        frame.stats.vertices += static_cast<int>(range.vertexCount);
    }
    if (groupCount_ > 0) {
        if (!vertices_) {
            plain_ = GlVertexArray::make(gl_);
            fading_ = GlVertexArray::make(gl_);
            vertices_ = GlBuffer::make(gl_);
            indices_ = GlBuffer::make(gl_);
        }
        if (values || (opaque && look.opacity >= 1 && look.blend == Blend::Normal)) gl_.Disable(GL_BLEND);
        else setBlend(gl_, look.blend);
        if (!values && look.blend == Blend::Difference) copyBelow(frame);
        for (size_t i = 0; i < groupCount_; ++i) drawGroup(frame, groups_[i], look, values);
    }
    frame.stats.uploads += store.takeUploads();
    frame.stats.msDraw += milliseconds(drawStart);
}

void TilePainter::drawGroup(FrameContext& frame, const Group& group, const Look& look, bool values)
{
    if (group.indices.empty()) return;
    const bool floats = group.kind == PixelKind::Float32;
    unsigned variant = 0;
    if (floats) variant |= kFloats;
    if (group.fade) variant |= kFade;
    if (group.steep != 1 || group.oldSteep != 1) variant |= kSteep;
    if (!floats && (look.invert || look.gamma != 1)) variant |= kAdjust;
    if (values) variant |= kValues;
    else if (look.blend == Blend::Difference) variant |= kDifference;
    const GLuint map = floats && !values ? mapTable(look) : 0;
    Program* p = program(frame, variant);
    if (!p) return;

    gl_.UseProgram(p->program.id());
    const Eigen::Vector2f clip = frame.toClip();
    gl_.Uniform2f(p->toClip, clip.x(), clip.y());
    gl_.Uniform1f(p->opacity, static_cast<float>(std::clamp(look.opacity, 0.0, 1.0)));
    gl_.Uniform1f(p->steep, group.steep);
    gl_.Uniform1f(p->oldSteep, group.oldSteep);
    const CutScale cut(look);
    gl_.Uniform2f(p->cut, static_cast<float>(cut.scale), static_cast<float>(cut.offset));
    gl_.Uniform2f(p->adjust, static_cast<float>(1 / std::clamp(look.gamma, 0.01, 100.0)), look.invert ? 1.0f : 0.0f);

    gl_.ActiveTexture(GL_TEXTURE0);
    gl_.BindTexture(GL_TEXTURE_2D_ARRAY, group.texture);
    if (group.fade) {
        gl_.ActiveTexture(GL_TEXTURE1);
        gl_.BindTexture(GL_TEXTURE_2D_ARRAY, group.oldTexture);
    }
    if (map) {
        gl_.ActiveTexture(GL_TEXTURE2);
        gl_.BindTexture(GL_TEXTURE_2D, map);
    }
    if (variant & kDifference) {
        gl_.ActiveTexture(GL_TEXTURE3);
        gl_.BindTexture(GL_TEXTURE_2D, below_.id());
    }
    gl_.BindVertexArray(group.fade ? fading_.id() : plain_.id());
    gl_.BindBuffer(GL_ARRAY_BUFFER, vertices_.id());
    gl_.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, indices_.id());
    gl_.BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(group.vertices.size() * sizeof(float)), group.vertices.data(),
                   GL_STREAM_DRAW);
    gl_.BufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(group.indices.size() * sizeof(uint32_t)),
                   group.indices.data(), GL_STREAM_DRAW);
    const GLsizei stride = (group.fade ? 9 : 5) * static_cast<GLsizei>(sizeof(float));
    const auto offset = [](size_t floatsBefore) { return reinterpret_cast<const void*>(floatsBefore * sizeof(float)); };
    gl_.EnableVertexAttribArray(0);
    gl_.VertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, stride, offset(0));
    gl_.EnableVertexAttribArray(1);
    gl_.VertexAttribPointer(1, 3, GL_FLOAT, GL_FALSE, stride, offset(2));
    if (group.fade) {
        gl_.EnableVertexAttribArray(2);
        gl_.VertexAttribPointer(2, 4, GL_FLOAT, GL_FALSE, stride, offset(5));
    }
    gl_.DrawElements(GL_TRIANGLES, static_cast<GLsizei>(group.indices.size()), GL_UNSIGNED_INT, nullptr);
    ++frame.stats.drawCalls;
}

/// Difference needs what is below: one copy of the target a layer.
void TilePainter::copyBelow(FrameContext& frame)
{
    const FrameTarget& target = frame.target;
    if (!below_ || belowWidth_ != target.width || belowHeight_ != target.height) {
        if (!below_) below_ = GlTexture::make(gl_);
        if (!belowFrame_) belowFrame_ = GlFramebuffer::make(gl_);
        belowWidth_ = target.width;
        belowHeight_ = target.height;
        gl_.ActiveTexture(GL_TEXTURE3);
        gl_.BindTexture(GL_TEXTURE_2D, below_.id());
        gl_.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, target.width, target.height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
        gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
        gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
        gl_.BindFramebuffer(GL_FRAMEBUFFER, belowFrame_.id());
        gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, below_.id(), 0);
    }
    gl_.BindFramebuffer(GL_READ_FRAMEBUFFER, target.framebuffer);
    gl_.BindFramebuffer(GL_DRAW_FRAMEBUFFER, belowFrame_.id());
    gl_.BlitFramebuffer(0, 0, target.width, target.height, 0, 0, target.width, target.height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    gl_.BindFramebuffer(GL_FRAMEBUFFER, target.framebuffer);
}

} // namespace firmament::render
