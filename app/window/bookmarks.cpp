#include "app/window/bookmarks.h"

#include <algorithm>

#include "core/files.h"

namespace firmament::window {

namespace {
constexpr uint64_t kMaxBytes = 4u << 20;
}

Expected<Read<std::vector<scene::Bookmark>>> readBookmarks(const std::filesystem::path& file)
{
    const auto bytes = readFile(file, kMaxBytes);
    if (!bytes) return bytes.error();
    return scene::bookmarksFromJson(asText(*bytes));
}

Expected<void> writeBookmarks(const std::filesystem::path& file, std::span<const scene::Bookmark> bookmarks)
{
    std::error_code ec;
    if (file.has_parent_path()) std::filesystem::create_directories(file.parent_path(), ec);
    return writeFileWhole(file, asBytes(scene::bookmarksToJson(bookmarks)));
}

size_t addMissing(std::vector<scene::Bookmark>& bookmarks, std::span<const scene::Bookmark> more)
{
    size_t added = 0;
    for (const scene::Bookmark& b : more) {
        if (bookmarks.size() >= scene::kMaxBookmarks) break;
        // The window's shape is no part of a place.
        const auto same = [&](const scene::Bookmark& other) { return other.name == b.name && other.view.withSize(100, 100) == b.view.withSize(100, 100); };
        if (std::any_of(bookmarks.begin(), bookmarks.end(), same)) continue;
        bookmarks.push_back(b);
        ++added;
    }
    return added;
}

} // namespace firmament::window
