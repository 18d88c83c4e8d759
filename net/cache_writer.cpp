#include "net/cache_writer.h"

namespace firmament::net {
namespace {
constexpr uint64_t kManyBytes = 32 << 20; // more than this must not wait for idle workers
}

void CacheWriter::add(std::string key, CacheEntry entry, std::function<void()> written)
{
    bool many = false;
    {
        std::lock_guard lock(mutex_);
        bytes_ += entry.body ? entry.body->size() : 0;
        many = bytes_ > kManyBytes;
        items_.push_back({std::move(key), std::move(entry), std::move(written)});
        waiting_.fetch_add(1);
    }
    work_.post(many ? Priority::Urgent : Priority::Prefetch, [self = shared_from_this()] { self->writeOne(); });
}

bool CacheWriter::writeOne()
{
    Item item;
    {
        std::lock_guard lock(mutex_);
        if (items_.empty()) return false;
        item = std::move(items_.front());
        items_.pop_front();
        bytes_ -= item.entry.body ? item.entry.body->size() : 0;
    }
    cache_->write(item.key, item.entry);
    if (item.written) item.written();
    waiting_.fetch_sub(1);
    return true;
}

void CacheWriter::flush(std::chrono::milliseconds limit)
{
    const auto end = std::chrono::steady_clock::now() + limit;
    while (std::chrono::steady_clock::now() < end && writeOne()) {
    }
}

} // namespace firmament::net
