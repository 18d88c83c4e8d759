// Answers on their way to the disk. They are written when the work pool has nothing better to do, and at the end of the
// program at the latest, as far as the time allows.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "core/executor.h"
#include "net/disk_cache.h"

namespace firmament::net {

class CacheWriter : public std::enable_shared_from_this<CacheWriter> {
public:
    CacheWriter(std::shared_ptr<DiskCache> cache, Executor& work) : cache_(std::move(cache)), work_(work) {}

    /// Any thread. `written` runs on the work pool afterwards.
    void add(std::string key, CacheEntry entry, std::function<void()> written = nullptr);
    /// Writes what waits, on the caller's thread; stops when the time is over.
    void flush(std::chrono::milliseconds limit);
    uint64_t waiting() const { return waiting_.load(std::memory_order_relaxed); }

private:
    struct Item {
        std::string key;
        CacheEntry entry;
        std::function<void()> written;
    };
    bool writeOne();

    const std::shared_ptr<DiskCache> cache_;
    Executor& work_;
    std::mutex mutex_;
    std::deque<Item> items_;
    uint64_t bytes_ = 0; ///< in items_
    std::atomic<uint64_t> waiting_{0};
};

} // namespace firmament::net
