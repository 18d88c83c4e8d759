#include "render/night_filter.h"

#include "render/frame_context.h"
#include "render/gl.h"

namespace firmament::render {

namespace {

const char* const kVertex = R"(
void main()
{
    // One triangle that covers everything.
    gl_Position = vec4(gl_VertexID == 1 ? 3.0 : -1.0, gl_VertexID == 2 ? 3.0 : -1.0, 0.0, 1.0);
}
)";

const char* const kFragment = R"(
uniform sampler2D uPicture;
uniform float uBrightness;
out vec4 oColour;
void main()
{
    vec3 c = texelFetch(uPicture, ivec2(gl_FragCoord.xy), 0).rgb;
    oColour = vec4(dot(c, vec3(0.2126, 0.7152, 0.0722)) * uBrightness * vec3(1.0, 0.10, 0.06), 1.0);
}
)";

} // namespace

struct NightFilter::Impl {
    Gl gl;
    GlProgram program;
    GlVertexArray array;
    GlTexture copy;
    GlFramebuffer copyTarget;
    int width = 0, height = 0;
    GLint brightness = -1;

    bool ready(int w, int h)
    {
        if (!program) {
            auto made = makeProgram(gl, "", kVertex, kFragment, {});
            if (!made) return false;
            program = std::move(*made);
            gl.UseProgram(program.id());
            gl.Uniform1i(uniform(gl, program, "uPicture"), 0);
            brightness = uniform(gl, program, "uBrightness");
            array = GlVertexArray::make(gl);
            copy = GlTexture::make(gl);
            copyTarget = GlFramebuffer::make(gl);
        }
        gl.ActiveTexture(GL_TEXTURE0);
        gl.BindTexture(GL_TEXTURE_2D, copy.id());
        if (w == width && h == height) return true;
        gl.TexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, w, h, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
        gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
        gl.TexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
        gl.BindFramebuffer(GL_FRAMEBUFFER, copyTarget.id());
        gl.FramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, copy.id(), 0);
        width = w;
        height = h;
        return true;
    }
};

NightFilter::NightFilter() : impl_(std::make_unique<Impl>()) {}
NightFilter::~NightFilter() = default;

Expected<std::unique_ptr<NightFilter>> NightFilter::create(const GetProc& getProc)
{
    auto gl = loadGl(getProc);
    if (!gl) return gl.error();
    std::unique_ptr<NightFilter> self(new NightFilter);
    self->impl_->gl = *gl;
    return self;
}

void NightFilter::apply(const FrameTarget& target, double brightness)
{
    Impl& m = *impl_;
    const Gl& gl = m.gl;
    if (!m.ready(target.width, target.height)) return;
    gl.BindFramebuffer(GL_READ_FRAMEBUFFER, target.framebuffer);
    gl.BindFramebuffer(GL_DRAW_FRAMEBUFFER, m.copyTarget.id());
    gl.BlitFramebuffer(0, 0, target.width, target.height, 0, 0, target.width, target.height, GL_COLOR_BUFFER_BIT, GL_NEAREST);
    gl.BindFramebuffer(GL_FRAMEBUFFER, target.framebuffer);
    gl.Viewport(0, 0, target.width, target.height);
    gl.Disable(GL_BLEND);
    gl.UseProgram(m.program.id());
    gl.Uniform1f(m.brightness, static_cast<float>(brightness));
    gl.BindVertexArray(m.array.id());
    gl.DrawArrays(GL_TRIANGLES, 0, 3);
    gl.BindVertexArray(0);
    gl.UseProgram(0);
    gl.BindTexture(GL_TEXTURE_2D, 0);
}

void NightFilter::dropGpu()
{
    Impl& m = *impl_;
    m.program.forget();
    m.array.forget();
    m.copy.forget();
    m.copyTarget.forget();
    m.width = m.height = 0;
}

} // namespace firmament::render
