#include "render/screen_filter.h"

#include "render/frame_context.h"

namespace firmament::render {

namespace {

const char* const kVertex = R"(
void main()
{
    // One triangle that covers everything.
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
)";

} // namespace

bool ScreenFilter::ready(int width, int height)
{
    if (!program_) {
        auto made = makeProgram(gl_, "", kVertex, fragment_, {});
        if (!made) return false;
        program_ = std::move(*made);
        gl_.UseProgram(program_.id());
        gl_.Uniform1i(uniform(gl_, program_, "uPicture"), 0);
        brightness_ = uniform(gl_, program_, "uBrightness");
        array_ = GlVertexArray::make(gl_);
        copy_ = GlTexture::make(gl_);
        copyTarget_ = GlFramebuffer::make(gl_);
    }
    gl_.ActiveTexture(GL_TEXTURE0);
    gl_.BindTexture(GL_TEXTURE_2D, copy_.id());
    if (width == width_ && height == height_) return true;
    gl_.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, width, height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
    gl_.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
    gl_.BindFramebuffer(GL_FRAMEBUFFER, copyTarget_.id());
    gl_.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, copy_.id(), 0);
    width_ = width;
    height_ = height;
    return true;
}

void ScreenFilter::apply(const FrameTarget& target, float brightness)
{
    if (!ready(target.width, target.height)) return;
    gl_.Disable(GL_SCISSOR_TEST);
    gl_.BindFramebuffer(GL_READ_FRAMEBUFFER, target.framebuffer);
    gl_.BindFramebuffer(GL_DRAW_FRAMEBUFFER, copyTarget_.id());
    gl_.BlitFramebuffer(0, 0, target.width, target.height, 0, 0, target.width, target.height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    gl_.BindFramebuffer(GL_FRAMEBUFFER, target.framebuffer);
    gl_.Viewport(0, 0, target.width, target.height);
    gl_.Disable(GL_BLEND);
    gl_.UseProgram(program_.id());
    if (brightness_ >= 0) gl_.Uniform1f(brightness_, brightness);
    gl_.BindVertexArray(array_.id());
    gl_.DrawArrays(GL_TRIANGLES, 0, 3);
    gl_.BindVertexArray(0);
    gl_.UseProgram(0);
    gl_.BindTexture(GL_TEXTURE_2D, 0);
}

void ScreenFilter::forget()
{
    program_.forget();
    array_.forget();
    copy_.forget();
    copyTarget_.forget();
    width_ = height_ = 0;
}

} // namespace firmament::render
