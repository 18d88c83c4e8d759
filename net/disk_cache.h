// Answers kept on disk, bounded in bytes. One file for an answer, named by a hash of the request, written beside and
// renamed; a torn or damaged file is found by its lengths and checksums and dropped. Several programs may share a
// folder. Every function may be called from any thread and may touch the disk: call them on the work pool.
#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "net/cache_entry.h"

namespace firmament::net {

class DiskCache {
public:
    DiskCache(const std::filesystem::path& folder, uint64_t limit);

    /// `key`: the canonical request; "[tiles] GET ..." puts it on the shelf "tiles", a folder of its own, others lie on "other".
    /// Null when there is none, or it was not whole (it is removed then).
    std::optional<CacheEntry> read(const std::string& key);
    /// Whether there is one, and no remembered "404". Only its head is read.
    bool holds(const std::string& key) const;
    /// False when it could not be written or is larger than a quarter of the limit. Makes room when needed.
    bool write(const std::string& key, const CacheEntry& entry);
    void remove(const std::string& key);
    /// Empties it, or one shelf of it, at once for readers; the files are deleted by the function returned.
    [[nodiscard]] std::function<void()> clear(const std::string& shelf = {});
    /// Goes on in another folder; the old one stays as it is. tidy() counts the new one.
    void setFolder(const std::filesystem::path& folder);
    /// Counts what is there, deletes left-overs of killed programs, and the longest unused entries beyond the limit.
    void tidy();

    uint64_t bytesUsed() const { return used_.load(std::memory_order_relaxed); }
    std::vector<CacheShelf> shelves() const;
    uint64_t limit() const { return limit_.load(std::memory_order_relaxed); }
    void setLimit(uint64_t bytes) { limit_.store(bytes, std::memory_order_relaxed); }
    std::filesystem::path fileOf(const std::string& key) const;

private:
    void makeRoom();
    void removeCleared();
    void recount();
    std::filesystem::path root() const;
    void count(const std::string& shelf, uint64_t more, uint64_t less);

    mutable std::mutex mutex_; ///< of root_ and usedBy_
    std::filesystem::path root_;
    std::map<std::string, uint64_t> usedBy_;
    std::atomic<uint64_t> limit_;
    std::atomic<uint64_t> used_{0};
    std::atomic<uint64_t> writtenSinceTidy_{0};
    std::atomic<uint64_t> counter_{0};
    std::mutex tidying_;
};

} // namespace firmament::net
