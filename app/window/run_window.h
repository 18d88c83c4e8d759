// Opens the window and runs it until it is closed (or until the screenshot is written).
#pragma once

#include <string>
#include <vector>

namespace firmament::window {

struct WindowOptions {
    std::vector<std::string> items;  ///< targets, folders, URLs, sessions; opened in order
    std::string screenshot;          ///< write the window here once everything has settled, then leave
    std::string session;             ///< start from this file
    int width = 0, height = 0;       ///< logical pixels; 0: as it was, else 1440 x 900
    bool offline = false;            ///< no network at all, whatever the settings say
    std::string theme;               ///< dark, light or night; empty: as set
    bool fresh = false;              ///< ignore the autosaved session and its welcome state
    double timeoutSeconds = 60;      ///< limit of the wait for a screenshot
};

void chooseSurface(); ///< the OpenGL that all surfaces ask for; before QApplication

/// Exit status: 0; 1 it failed; 3 a screenshot was written although something was wrong (a line on stderr says what) or not
/// everything had settled in time.
/// Makes its own QApplication.
int runWindow(const WindowOptions& options);

} // namespace firmament::window
