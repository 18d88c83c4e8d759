#include "render/bitmap_painter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "render/shaders.h"

namespace firmament::render {

const char* const kBitmapVertex = R"(
uniform vec2 uToClip;
in vec2 aPos;
in vec3 aUv;
out vec3 vUv;
void main()
{
    gl_Position = vec4(aPos.x * uToClip.x - 1.0, 1.0 - aPos.y * uToClip.y, 0.0, 1.0);
    vUv = aUv;
}
)";

const char* const kBitmapFragment = R"(
uniform sampler2D uAtlas;
in vec3 vUv;
out vec4 oColour;
void main() { oColour = texture(uAtlas, vUv.xy) * vUv.z; }
)";

namespace {
constexpr int kFirstSize = 1024;
constexpr int kLargestSize = 4096;
constexpr int kGap = 1; ///< clear texels between pictures
} // namespace

BitmapPainter::BitmapPainter(const Gl& gl) : gl_(gl) {}

void BitmapPainter::abandon()
{
    program_.forget();
    array_.forget();
    vertices_.forget();
    atlas_.forget();
    places_.clear();
    shelves_.clear();
    size_ = 0;
}

void BitmapPainter::endFrame() { ++frame_; }

bool BitmapPainter::ready(FrameContext& frame)
{
    if (program_) return true;
    auto made = makeProgram(gl_, "", kBitmapVertex, kBitmapFragment, {"aPos", "aUv"});
    if (!made) {
        if (frame.trouble.empty()) frame.trouble = made.error().text();
        return false;
    }
    program_ = std::move(*made);
    toClip_ = uniform(gl_, program_, "uToClip");
    gl_.UseProgram(program_.id());
    gl_.Uniform1i(uniform(gl_, program_, "uAtlas"), 0);
    array_ = GlVertexArray::make(gl_);
    vertices_ = GlBuffer::make(gl_);
    return true;
}

void BitmapPainter::startOver(int size)
{
    places_.clear();
    shelves_.clear();
    size_ = size;
    if (!atlas_) atlas_ = GlTexture::make(gl_);
    gl_.ActiveTexture(GL_TEXTURE0);
    gl_.BindTexture(GL_TEXTURE_2D, atlas_.id());
    const std::vector<uint8_t> clear(static_cast<size_t>(size) * static_cast<size_t>(size) * 4, 0);
    gl_.PixelStorei(GL_UNPACK_ALIGNMENT, 4);
    gl_.PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    gl_.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, size, size, 0, GL_RGBA, GL_UNSIGNED_BYTE, clear.data());
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
}

bool BitmapPainter::place(const BitmapDraw& draw, Place& out)
{
    const int w = draw.bitmap->width, h = draw.bitmap->height;
    if (w + 2 * kGap > size_ || h + 2 * kGap > size_) return false;
    Shelf* best = nullptr;
    for (Shelf& s : shelves_) {
        if (s.height < h || s.height > h + 4 || s.right + w + kGap > size_) continue;
        if (!best || s.height < best->height) best = &s;
    }
    if (!best) {
        const int y = shelves_.empty() ? kGap : shelves_.back().y + shelves_.back().height + kGap;
        const int tall = std::min((h + 3) / 4 * 4, size_ - y - kGap);
        if (tall < h) return false;
        best = &shelves_.emplace_back(Shelf{y, tall, kGap});
    }
    out.x = best->right;
    out.y = best->y;
    out.width = w;
    out.height = h;
    best->right += w + kGap;
    gl_.ActiveTexture(GL_TEXTURE0);
    gl_.BindTexture(GL_TEXTURE_2D, atlas_.id());
    gl_.PixelStorei(GL_UNPACK_ALIGNMENT, 4);
    gl_.PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    gl_.TexSubImage2D(GL_TEXTURE_2D, 0, out.x, out.y, w, h, GL_RGBA, GL_UNSIGNED_BYTE, draw.bitmap->rgba.data());
    return true;
}

const BitmapPainter::Place* BitmapPainter::find(const BitmapDraw& draw)
{
    const Bitmap& b = *draw.bitmap;
    const auto it = places_.find(draw.key);
    if (it != places_.end() && it->second.width == b.width && it->second.height == b.height) {
        it->second.used = frame_;
        return &it->second;
    }
    Place fresh;
    if (!place(draw, fresh)) return nullptr;
    fresh.used = frame_;
    return &(places_[draw.key] = fresh);
}

void BitmapPainter::draw(FrameContext& frame, std::span<const BitmapDraw> bitmaps)
{
    struct Vertex {
        float x, y, u, v, opacity;
    };
    if (bitmaps.empty() || !ready(frame)) return;
    if (size_ == 0) startOver(kFirstSize);
    GLint largest = 0;
    gl_.GetIntegerv(GL_MAX_TEXTURE_SIZE, &largest);
    std::vector<Vertex> vertices;
    const double scale = frame.target.scale;
    // When the atlas is full: once more from an empty one, then from larger ones.
    for (int attempt = 0; attempt < 4; ++attempt) {
        vertices.clear();
        bool full = false;
        for (const BitmapDraw& d : bitmaps) {
            if (!d.bitmap || d.bitmap->width < 1 || d.bitmap->height < 1 || d.opacity <= 0) continue;
            if (d.bitmap->rgba.size() < static_cast<size_t>(d.bitmap->width) * static_cast<size_t>(d.bitmap->height) * 4) continue;
            const Place* p = find(d);
            if (!p) {
                full = true;
                if (attempt < 3) break;
                continue;
            }
            // Whole physical pixels keep text crisp.
            const auto x0 = static_cast<float>(std::round(static_cast<double>(d.x) * scale) / scale);
            const auto y0 = static_cast<float>(std::round(static_cast<double>(d.y) * scale) / scale);
            const auto x1 = x0 + static_cast<float>(p->width / scale), y1 = y0 + static_cast<float>(p->height / scale);
            const auto side = static_cast<float>(size_);
            const float u0 = static_cast<float>(p->x) / side, v0 = static_cast<float>(p->y) / side;
            const float u1 = static_cast<float>(p->x + p->width) / side, v1 = static_cast<float>(p->y + p->height) / side;
            const float o = std::min(d.opacity, 1.0f);
            for (const Vertex& v : {Vertex{x0, y0, u0, v0, o}, Vertex{x1, y0, u1, v0, o}, Vertex{x0, y1, u0, v1, o},
                                    Vertex{x1, y0, u1, v0, o}, Vertex{x1, y1, u1, v1, o}, Vertex{x0, y1, u0, v1, o}})
                vertices.push_back(v);
        }
        if (!full) break;
        // Everything not used lately goes; if all of it is in use, the atlas grows.
        size_t inUse = 0;
        for (const auto& [key, p] : places_)
            if (p.used + 2 >= frame_) inUse += static_cast<size_t>(p.width) * static_cast<size_t>(p.height);
        const bool crowded = inUse * 2 > static_cast<size_t>(size_) * static_cast<size_t>(size_) || attempt > 0;
        if (attempt < 3) startOver(crowded ? std::min({size_ * 2, kLargestSize, static_cast<int>(largest)}) : size_);
    }
    if (vertices.empty()) return;
    setBlend(gl_, Blend::Normal);
    gl_.UseProgram(program_.id());
    const Eigen::Vector2f clip = frame.toClip();
    gl_.Uniform2f(toClip_, clip.x(), clip.y());
    gl_.ActiveTexture(GL_TEXTURE0);
    gl_.BindTexture(GL_TEXTURE_2D, atlas_.id());
    gl_.BindVertexArray(array_.id());
    gl_.BindBuffer(GL_ARRAY_BUFFER, vertices_.id());
    gl_.BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(vertices.size() * sizeof(Vertex)), vertices.data(), GL_STREAM_DRAW);
    const auto stride = static_cast<GLsizei>(sizeof(Vertex));
    gl_.EnableVertexAttribArray(0);
    gl_.VertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, stride, nullptr);
    gl_.EnableVertexAttribArray(1);
    gl_.VertexAttribPointer(1, 3, GL_FLOAT, GL_FALSE, stride, reinterpret_cast<const void*>(offsetof(Vertex, u)));
    gl_.DrawArrays(GL_TRIANGLES, 0, static_cast<GLsizei>(vertices.size()));
    ++frame.stats.drawCalls;
    frame.stats.vertices += static_cast<int>(vertices.size());
}

} // namespace firmament::render
