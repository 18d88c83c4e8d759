// An OpenGL 3.3 core context that needs no display: surfaceless EGL (hardware or llvmpipe). Becomes current on the
// thread that makes it and stays there. Source of getProc for programs and tests without a window.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/result.h"

namespace firmament::render {

using GetProc = std::function<void*(const char*)>;

class HeadlessContext {
public:
    static Expected<std::unique_ptr<HeadlessContext>> create();
    ~HeadlessContext();
    GetProc getProc() const;
    void makeCurrent(); ///< again, after another context was

private:
    HeadlessContext();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::render
