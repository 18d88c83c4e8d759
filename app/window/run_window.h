// The window, as the command line asks for it.
#pragma once

#include <string>
#include <vector>

namespace firmament::window {

struct WindowOptions {
    std::vector<std::string> items; ///< targets, files, folders, URLs: what was typed after the program's name
    std::string screenshot;         ///< draw the window once all visible work has settled, write this picture, end
    std::string session;            ///< start from this session file
    int width = 0, height = 0;      ///< of the window, logical pixels; 0 = as it was last time
    bool offline = false;           ///< no network access at all
    std::string theme;              ///< "dark", "light", "night"; empty = as set by the user
    bool fresh = false;             ///< forget the autosaved session: start as the first time
    bool force = false;             ///< screenshot may replace an existing file
    double timeoutSeconds = 60;     ///< how long a screenshot waits for what is missing
    std::string programPath;        ///< argv[0], for Qt
};

/// Opens the window and runs until it is closed. Exit status as the command line's: 0 done, 1 failed, 3 done in part (a
/// screenshot whose tiles were not all there in time). Errors have been written to stderr.
int runWindow(const WindowOptions& options);

} // namespace firmament::window
