#include "render/gl.h"

#include <vector>

namespace firmament::render {

namespace {

Expected<GLuint> compile(const Gl& gl, GLenum stage, const std::string& defines, const char* text)
{
    const GLuint shader = gl.CreateShader(stage);
    const char* parts[] = {"#version 330 core\n", defines.c_str(), text};
    gl.ShaderSource(shader, 3, parts, nullptr);
    gl.CompileShader(shader);
    GLint ok = 0;
    gl.GetShaderiv(shader, GL_COMPILE_STATUS, &ok);
    if (ok) return shader;
    std::vector<char> log(4096);
    GLsizei length = 0;
    gl.GetShaderInfoLog(shader, static_cast<GLsizei>(log.size()), &length, log.data());
    gl.DeleteShader(shader);
    return Error{Errc::Gl, "the driver refuses a shader: " + std::string(log.data(), static_cast<size_t>(length)),
                 stage == GL_VERTEX_SHADER ? "vertex shader" : "fragment shader"};
}

} // namespace

Expected<Gl> loadGl(const GetProc& getProc)
{
    Gl gl;
#define X(name)                                                                                                        \
    gl.name = reinterpret_cast<decltype(gl.name)>(getProc("gl" #name));                                               \
    if (!gl.name) return Error{Errc::Gl, "OpenGL 3.3 is needed, and this driver has no gl" #name, "OpenGL"};
    FIRMAMENT_GL_FUNCTIONS(X)
#undef X
    return gl;
}

Expected<GlProgram> makeProgram(const Gl& gl, const std::string& defines, const char* vertex, const char* fragment,
                                std::initializer_list<const char*> attributes)
{
    auto vs = compile(gl, GL_VERTEX_SHADER, defines, vertex);
    if (!vs) return vs.error();
    auto fs = compile(gl, GL_FRAGMENT_SHADER, defines, fragment);
    if (!fs) {
        gl.DeleteShader(*vs);
        return fs.error();
    }
    GlProgram program = GlProgram::make(gl);
    gl.AttachShader(program.id(), *vs);
    gl.AttachShader(program.id(), *fs);
    GLuint place = 0;
    for (const char* name : attributes) gl.BindAttribLocation(program.id(), place++, name);
    gl.BindFragDataLocation(program.id(), 0, "oColour");
    gl.LinkProgram(program.id());
    gl.DeleteShader(*vs);
    gl.DeleteShader(*fs);
    GLint ok = 0;
    gl.GetProgramiv(program.id(), GL_LINK_STATUS, &ok);
    if (ok) return program;
    std::vector<char> log(4096);
    GLsizei length = 0;
    gl.GetProgramInfoLog(program.id(), static_cast<GLsizei>(log.size()), &length, log.data());
    return Error{Errc::Gl, "the driver refuses to link: " + std::string(log.data(), static_cast<size_t>(length)),
                 "shader program"};
}

} // namespace firmament::render
