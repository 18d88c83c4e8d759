// Every pixel of a target through one function of its colour: the target is copied, then drawn over with a fragment shader that reads the
// copy. ui thread, context current. Private to render/.
#pragma once

#include "render/gl.h"
#include "render/renderer.h"

namespace firmament::render {

class ScreenFilter {
public:
    /// `fragment`: has "uniform sampler2D uPicture", which it reads at its own place, and writes oColour.
    ScreenFilter(const Gl& gl, const char* fragment) : gl_(gl), fragment_(fragment) {}
    /// `brightness` goes to "uniform float uBrightness" where the shader has it. Leaves the viewport at the whole target.
    void apply(const FrameTarget& target, float brightness = 1);
    void forget(); ///< the context is gone

private:
    bool ready(int width, int height);
    const Gl& gl_;
    const char* fragment_;
    GlProgram program_;
    GlVertexArray array_;
    GlTexture copy_;
    GlFramebuffer copyTarget_;
    int width_ = 0, height_ = 0;
    GLint brightness_ = -1;
};

} // namespace firmament::render
