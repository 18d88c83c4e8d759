// What the painters of one frame share.
#pragma once

#include <Eigen/Core>

#include "render/gl.h"
#include "render/renderer.h"

namespace firmament::render {

struct FrameContext {
    const Gl* gl = nullptr;
    FrameTarget target;
    sky::SkyView view;
    FrameStats stats;
    std::string trouble; ///< the first shader that the driver refused
    /// View pixels -> clip space, as uToClip of the shaders.
    Eigen::Vector2f toClip() const
    {
        return {2.0f / static_cast<float>(view.width()), 2.0f / static_cast<float>(view.height())};
    }
};

/// Premultiplied blending, alpha kept; difference is made in the shader and then laid over.
void setBlend(const Gl& gl, Blend blend);
/// A number of a compile-time list of uniforms, looked up once a program.
inline GLint uniform(const Gl& gl, const GlProgram& program, const char* name)
{
    return gl.GetUniformLocation(program.id(), name);
}

} // namespace firmament::render
