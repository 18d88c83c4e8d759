// OpenGL 3.3 core through a table of our own: the program need not link libGL, and the same code runs under Qt's context
// and under a surfaceless one. Names are move-only and belong to the context they were made in.
#pragma once

#define GL_GLEXT_PROTOTYPES 1
#include <GL/gl.h>
#include <GL/glext.h>

#include <string>
#include <utility>

#include "core/result.h"
#include "render/gl_context.h"

namespace firmament::render {

// Every function that drawing uses; the types come from the declarations in the system's headers.
#define FIRMAMENT_GL_FUNCTIONS(X)                                                                                      \
    X(ActiveTexture) X(AttachShader) X(BindAttribLocation) X(BindBuffer) X(BindFragDataLocation) X(BindFramebuffer)    \
    X(BindTexture) X(BindVertexArray) X(BlendEquation) X(BlendFunc) X(BlendFuncSeparate) X(BlitFramebuffer) X(BufferData)                 \
    X(BufferSubData) X(CheckFramebufferStatus) X(Clear) X(ClearBufferfv) X(ClearColor) X(ColorMask) X(CompileShader)   \
    X(CreateProgram) X(CreateShader) X(DeleteBuffers) X(DeleteFramebuffers) X(DeleteProgram) X(DeleteShader)           \
    X(DeleteTextures) X(DeleteVertexArrays) X(DepthMask) X(Disable) X(DrawArrays) X(DrawArraysInstanced)               \
    X(DrawElements) X(Enable) X(EnableVertexAttribArray) X(Finish) X(FramebufferTexture2D) X(GenBuffers)               \
    X(GenFramebuffers) X(GenTextures) X(GenVertexArrays) X(GetError) X(GetIntegerv) X(GetProgramInfoLog)               \
    X(GetProgramiv) X(GetShaderInfoLog) X(GetShaderiv) X(GetString) X(GetStringi) X(GetUniformLocation) X(LinkProgram)               \
    X(MapBufferRange) X(MultiDrawArrays) X(PixelStorei) X(ReadPixels) X(Scissor) X(ShaderSource) X(TexImage2D) X(TexImage3D) X(TexSubImage3D) \
    X(TexParameteri) X(TexSubImage2D) X(Uniform1f) X(Uniform1i) X(Uniform2f) X(Uniform2i) X(Uniform3f) X(Uniform3i) X(Uniform4f)    \
    X(UniformMatrix3fv) X(UnmapBuffer) X(UseProgram) X(VertexAttribDivisor) X(VertexAttribIPointer)                    \
    X(VertexAttribPointer) X(Viewport)

struct Gl {
#define X(name) decltype(&::gl##name) name = nullptr;
    FIRMAMENT_GL_FUNCTIONS(X)
#undef X
};

Expected<Gl> loadGl(const GetProc& getProc);

enum class GlKind { Buffer, Texture, Framebuffer, VertexArray, Program };

/// A GL name. Deleted in the destructor (context current); forget() gives it up without a call, for a context that is gone.
template <GlKind kind> class GlName {
public:
    GlName() = default;
    static GlName make(const Gl& gl)
    {
        GlName n;
        n.gl_ = &gl;
        if constexpr (kind == GlKind::Buffer) gl.GenBuffers(1, &n.id_);
        if constexpr (kind == GlKind::Texture) gl.GenTextures(1, &n.id_);
        if constexpr (kind == GlKind::Framebuffer) gl.GenFramebuffers(1, &n.id_);
        if constexpr (kind == GlKind::VertexArray) gl.GenVertexArrays(1, &n.id_);
        if constexpr (kind == GlKind::Program) n.id_ = gl.CreateProgram();
        return n;
    }
    GlName(GlName&& o) noexcept : gl_(o.gl_), id_(std::exchange(o.id_, 0)) {}
    GlName& operator=(GlName&& o) noexcept
    {
        if (this != &o) {
            reset();
            gl_ = o.gl_;
            id_ = std::exchange(o.id_, 0);
        }
        return *this;
    }
    GlName(const GlName&) = delete;
    GlName& operator=(const GlName&) = delete;
    ~GlName() { reset(); }

    GLuint id() const { return id_; }
    explicit operator bool() const { return id_ != 0; }
    void forget() { id_ = 0; }
    void reset()
    {
        if (!id_) return;
        if constexpr (kind == GlKind::Buffer) gl_->DeleteBuffers(1, &id_);
        if constexpr (kind == GlKind::Texture) gl_->DeleteTextures(1, &id_);
        if constexpr (kind == GlKind::Framebuffer) gl_->DeleteFramebuffers(1, &id_);
        if constexpr (kind == GlKind::VertexArray) gl_->DeleteVertexArrays(1, &id_);
        if constexpr (kind == GlKind::Program) gl_->DeleteProgram(id_);
        id_ = 0;
    }

private:
    const Gl* gl_ = nullptr;
    GLuint id_ = 0;
};

using GlBuffer = GlName<GlKind::Buffer>;
using GlTexture = GlName<GlKind::Texture>;
using GlFramebuffer = GlName<GlKind::Framebuffer>;
using GlVertexArray = GlName<GlKind::VertexArray>;
using GlProgram = GlName<GlKind::Program>;

/// Compiles and links; attributes are bound to their place in the list ("aPos aUv"). `defines` go before both texts.
Expected<GlProgram> makeProgram(const Gl& gl, const std::string& defines, const char* vertex, const char* fragment,
                                std::initializer_list<const char*> attributes);

} // namespace firmament::render
