// What needs Qt: letters, PDF, the window. It is a shared module of its own, opened when it is first wanted, so that a command that
// writes no letters starts without Qt. The module has the libraries of the house in it once more; nothing of theirs that changes
// crosses its border, only values and objects by their abstract classes.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "app/picture/picture.h"
#include "app/window/run_window.h"
#include "app/window/window_bench.h"
#include "scene/label_source.h"

namespace firmament {

struct GuiModule {
    const char* version; ///< that of the program it belongs to
    std::unique_ptr<scene::LabelSource> (*makeLabels)();
    Expected<Bytes> (*encodePdf)(const picture::Picture& below, const scene::OverlayPicture& overlay, const std::string& title,
                                 std::optional<picture::Page> page);
    int (*runWindow)(const window::WindowOptions& options); ///< null: built without the window
    Expected<window::WindowBenchResult> (*benchWindow)(const window::WindowBench& bench);
};

/// Name of the function, with C linkage, that returns the module's `const GuiModule*`.
inline constexpr const char* kGuiModuleEntry = "firmamentGuiModule";

} // namespace firmament
