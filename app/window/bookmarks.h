// The user's bookmarks as a file of their own, so that they outlive sessions: bookmarks.json in the settings folder, and files
// that are exported and imported. Any thread.
#pragma once

#include <filesystem>
#include <span>
#include <vector>

#include "core/result.h"
#include "scene/document.h"

namespace firmament::window {

/// Errc::NotFound when there is no such file.
Expected<Read<std::vector<scene::Bookmark>>> readBookmarks(const std::filesystem::path& file);
Expected<void> writeBookmarks(const std::filesystem::path& file, std::span<const scene::Bookmark> bookmarks);
/// Adds those of `more` that are not there, up to scene::kMaxBookmarks. How many were added.
size_t addMissing(std::vector<scene::Bookmark>& bookmarks, std::span<const scene::Bookmark> more);

} // namespace firmament::window
