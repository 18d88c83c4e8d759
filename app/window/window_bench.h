// The whole window (sky, panels, what the platform does with them) driven by a script: how long its frames take. Makes its own
// QApplication; for `firmament bench view --window`.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/result.h"
#include "scene/document.h"

namespace firmament::window {

struct WindowBench {
    scene::Document document;
    int width = 1280, height = 800;                  ///< of the window, logical pixels
    std::vector<sky::SkyView> jumps;                 ///< sizes are those of the canvas, whatever these say
    std::function<sky::SkyView(double share)> script; ///< 0 to 1 of its length
    double seconds = 10, timeout = 60;
    bool offline = false;
};
struct WindowBenchResult {
    std::vector<double> frames;   ///< ms from one on the screen to the next
    std::vector<double> complete; ///< ms, one a jump
    bool all = true;              ///< every view was complete in time
    double cpuMsPerFrame = 0;     ///< all threads of this process
    std::string renderer, surface; ///< "direct" or "widget"
    int canvasWidth = 0, canvasHeight = 0;
};

Expected<WindowBenchResult> benchWindow(const WindowBench& bench);

} // namespace firmament::window
