#include "render/image_overlay.h"

#include <algorithm>
#include <map>

#include "render/frame_context.h"
#include "render/gl.h"

namespace firmament::render {

namespace {

const char* const kVertex = R"(
uniform vec4 uBox; // left, bottom, right, top in clip space
void main()
{
    gl_Position = vec4((gl_VertexID & 1) == 0 ? uBox.x : uBox.z, (gl_VertexID & 2) == 0 ? uBox.y : uBox.w, 0.0, 1.0);
}
)";

const char* const kFragment = R"(
uniform sampler2D uPicture;
uniform ivec2 uTopLeft; // of the picture, in window coordinates (y up)
out vec4 oColour;
void main()
{
    ivec2 p = ivec2(gl_FragCoord.xy) - uTopLeft;
    oColour = texelFetch(uPicture, ivec2(p.x, -1 - p.y), 0);
}
)";

} // namespace

struct ImageOverlay::Impl {
    struct Picture {
        GlTexture texture;
        int width = 0, height = 0;
        bool inUse = false;
    };
    Gl gl;
    GlProgram program;
    GlVertexArray array;
    GLint box = -1, topLeft = -1;
    std::map<uint64_t, Picture> pictures;

    bool ready()
    {
        if (program) return true;
        auto made = makeProgram(gl, "", kVertex, kFragment, {});
        if (!made) return false;
        program = std::move(*made);
        gl.UseProgram(program.id());
        gl.Uniform1i(uniform(gl, program, "uPicture"), 0);
        box = uniform(gl, program, "uBox");
        topLeft = uniform(gl, program, "uTopLeft");
        array = GlVertexArray::make(gl);
        return true;
    }

    void upload(Picture& p, const OverlayImage& image) const
    {
        PixelBox part = image.changed;
        if (!p.texture || p.width != image.width || p.height != image.height) {
            if (!p.texture) p.texture = GlTexture::make(gl);
            gl.BindTexture(GL_TEXTURE_2D, p.texture.id());
            gl.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, image.width, image.height, 0, GL_BGRA, GL_UNSIGNED_BYTE, nullptr);
            gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
            gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
            gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
            p.width = image.width;
            p.height = image.height;
            part = {0, 0, image.width, image.height};
        }
        const int x0 = std::max(part.x, 0), y0 = std::max(part.y, 0);
        const int x1 = std::min(part.x + part.width, image.width), y1 = std::min(part.y + part.height, image.height);
        if (x1 <= x0 || y1 <= y0) return;
        gl.BindTexture(GL_TEXTURE_2D, p.texture.id());
        gl.PixelStorei(GL_UNPACK_ALIGNMENT, 4);
        gl.PixelStorei(GL_UNPACK_ROW_LENGTH, image.bytesPerLine / 4);
        gl.TexSubImage2D(GL_TEXTURE_2D, 0, x0, y0, x1 - x0, y1 - y0, GL_BGRA, GL_UNSIGNED_BYTE,
                         image.bits + static_cast<ptrdiff_t>(y0) * image.bytesPerLine + static_cast<ptrdiff_t>(x0) * 4);
        gl.PixelStorei(GL_UNPACK_ROW_LENGTH, 0);
    }
};

ImageOverlay::ImageOverlay() : impl_(std::make_unique<Impl>()) {}
ImageOverlay::~ImageOverlay() = default;

Expected<std::unique_ptr<ImageOverlay>> ImageOverlay::create(const GetProc& getProc)
{
    auto gl = loadGl(getProc);
    if (!gl) return gl.error();
    std::unique_ptr<ImageOverlay> self(new ImageOverlay);
    self->impl_->gl = *gl;
    return self;
}

void ImageOverlay::draw(const FrameTarget& target, std::span<const OverlayImage> images)
{
    Impl& m = *impl_;
    const Gl& gl = m.gl;
    for (auto& [key, p] : m.pictures) p.inUse = false;
    if (!images.empty() && m.ready()) {
        gl.BindFramebuffer(GL_FRAMEBUFFER, target.framebuffer);
        gl.Viewport(0, 0, target.width, target.height);
        gl.Enable(GL_BLEND);
        gl.BlendEquation(GL_FUNC_ADD);
        gl.BlendFunc(GL_ONE, GL_ONE_MINUS_SRC_ALPHA);
        gl.UseProgram(m.program.id());
        gl.BindVertexArray(m.array.id());
        gl.ActiveTexture(GL_TEXTURE0);
        for (const OverlayImage& image : images) {
            if (image.width <= 0 || image.height <= 0 || !image.bits) continue;
            Impl::Picture& p = m.pictures[image.key];
            p.inUse = true;
            m.upload(p, image);
            gl.BindTexture(GL_TEXTURE_2D, p.texture.id());
            const auto clipX = [&](int x) { return 2.0f * static_cast<float>(x) / static_cast<float>(target.width) - 1.0f; };
            const auto clipY = [&](int y) { return 1.0f - 2.0f * static_cast<float>(y) / static_cast<float>(target.height); };
            gl.Uniform4f(m.box, clipX(image.x), clipY(image.y + image.height), clipX(image.x + image.width), clipY(image.y));
            gl.Uniform2i(m.topLeft, image.x, target.height - image.y);
            gl.DrawArrays(GL_TRIANGLE_STRIP, 0, 4);
        }
        gl.BindTexture(GL_TEXTURE_2D, 0);
        gl.BindVertexArray(0);
        gl.UseProgram(0);
        gl.Disable(GL_BLEND);
        gl.BlendFunc(GL_ONE, GL_ZERO);
    }
    std::erase_if(m.pictures, [](const auto& p) { return !p.second.inUse; });
}

size_t ImageOverlay::textureBytes() const
{
    size_t bytes = 0;
    for (const auto& [key, p] : impl_->pictures) bytes += static_cast<size_t>(p.width) * static_cast<size_t>(p.height) * 4;
    return bytes;
}

void ImageOverlay::dropGpu()
{
    Impl& m = *impl_;
    m.program.forget();
    m.array.forget();
    for (auto& [key, p] : m.pictures) p.texture.forget();
    m.pictures.clear();
}

} // namespace firmament::render
