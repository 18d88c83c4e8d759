// Turns a finished picture into shades of red, for eyes that are used to the dark: luminance times (1, 0.10, 0.06) times
// brightness. One thread, context current.
#pragma once

#include <memory>

#include "core/result.h"
#include "render/gl_context.h"
#include "render/renderer.h"

namespace firmament::render {

class NightFilter {
public:
    static Expected<std::unique_ptr<NightFilter>> create(const GetProc& getProc);
    ~NightFilter();
    /// Replaces what is in the target's framebuffer (RGBA8, one sample). brightness 0 to 1.
    void apply(const FrameTarget& target, double brightness);
    /// The context is going or gone: forget all names.
    void dropGpu();

private:
    NightFilter();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::render
