// Undo and redo of settings, apart from that of layers: what is undone is what is in front of the user. Only what the user
// chooses is a step; the state of the window (open panels, sizes, recent places) is none. Values only.
#pragma once

#include <string>
#include <vector>

#include "app/window/settings.h"

namespace firmament::window {

class SettingsHistory {
public:
    /// Remembers the step from `before` to `after`. Changes of the same number less than a second apart (a slider being
    /// dragged) are one step. `nowMs`: any steady clock.
    /// `also`: names of settings that are no preference but are to come back, such as a list that was cleared.
    void record(const Settings& before, const Settings& after, double nowMs, const std::vector<std::string>& also = {});
    bool canUndo() const { return !done_.empty(); }
    bool canRedo() const { return !undone_.empty(); }
    /// Names of the settings that the next step changes, as in the file.
    std::vector<std::string> undoNames() const;
    std::vector<std::string> redoNames() const;
    /// `now` with the step taken back, or done again; `now` itself when there is none.
    Settings undo(Settings now);
    Settings redo(Settings now);

private:
    struct Step {
        Settings before, after;
        std::vector<std::string> names;
        double atMs = 0;
    };
    std::vector<Step> done_, undone_;
};

} // namespace firmament::window
