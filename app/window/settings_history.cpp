#include "app/window/settings_history.h"

#include <algorithm>
#include <utility>

namespace firmament::window {

namespace {
constexpr size_t kMaxSteps = 200;
constexpr double kMergeMs = 1000;

/// What is dragged or stepped through; a choice is always a step of its own.
bool isDragged(const std::vector<std::string>& names)
{
    static const std::vector<std::string> dragged[] = {{"nightBrightness"}, {"interfacePercent"}, {"fadeMs"}, {"cacheMegabytes"}, {"tileMegabytes"}, {"textureMegabytes"}};
    return std::find(std::begin(dragged), std::end(dragged), names) != std::end(dragged);
}
} // namespace

void SettingsHistory::record(const Settings& before, const Settings& after, double nowMs, const std::vector<std::string>& also)
{
    std::vector<std::string> names = changedPreferences(before, after);
    names.insert(names.end(), also.begin(), also.end());
    if (names.empty()) return;
    undone_.clear();
    if (!done_.empty() && isDragged(names) && done_.back().names == names && nowMs - done_.back().atMs < kMergeMs) {
        done_.back().after = after;
        done_.back().atMs = nowMs;
        if (also.empty() && changedPreferences(done_.back().before, after).empty()) done_.pop_back();
        return;
    }
    done_.push_back({before, after, std::move(names), nowMs});
    if (done_.size() > kMaxSteps) done_.erase(done_.begin());
}

std::vector<std::string> SettingsHistory::undoNames() const
{
    return done_.empty() ? std::vector<std::string>() : done_.back().names;
}

std::vector<std::string> SettingsHistory::redoNames() const
{
    return undone_.empty() ? std::vector<std::string>() : undone_.back().names;
}

Settings SettingsHistory::undo(Settings now)
{
    if (done_.empty()) return now;
    Step step = std::move(done_.back());
    done_.pop_back();
    step.atMs = -2 * kMergeMs; // what comes next is a step of its own
    copyPreferences(now, step.before, step.names);
    undone_.push_back(std::move(step));
    return now;
}

Settings SettingsHistory::redo(Settings now)
{
    if (undone_.empty()) return now;
    Step step = std::move(undone_.back());
    undone_.pop_back();
    copyPreferences(now, step.after, step.names);
    done_.push_back(std::move(step));
    return now;
}

} // namespace firmament::window
