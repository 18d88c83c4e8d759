#include "core/executor.h"

#include <pthread.h>

#include <algorithm>
#include <string>

namespace firmament {

void QueueExecutor::post(Priority, std::function<void()> work)
{
    {
        std::lock_guard lock(mutex_);
        queue_.push_back(std::move(work));
    }
    wake_.notify_one();
}

size_t QueueExecutor::drain()
{
    size_t ran = 0;
    for (;;) {
        std::function<void()> work;
        {
            std::lock_guard lock(mutex_);
            if (queue_.empty()) return ran;
            work = std::move(queue_.front());
            queue_.pop_front();
        }
        work();
        ++ran;
    }
}

size_t QueueExecutor::waitAndDrain(std::chrono::milliseconds limit)
{
    {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, limit, [this] { return !queue_.empty(); });
    }
    return drain();
}

WorkPool::WorkPool(unsigned threads)
{
    const unsigned count = std::max(1u, threads);
    threads_.reserve(count);
    for (unsigned i = 0; i < count; ++i) threads_.emplace_back([this, i] { run(i); });
}

WorkPool::~WorkPool()
{
    std::deque<std::function<void()>> dropped[3];
    {
        std::lock_guard lock(mutex_);
        stopping_ = true;
        for (int i = 0; i < 3; ++i) dropped[i].swap(queues_[i]);
    }
    wake_.notify_all();
    for (std::thread& t : threads_) t.join();
}

void WorkPool::post(Priority priority, std::function<void()> work)
{
    {
        std::lock_guard lock(mutex_);
        if (stopping_) return;
        queues_[static_cast<size_t>(priority)].push_back(std::move(work));
    }
    wake_.notify_one();
}

size_t WorkPool::queued() const
{
    std::lock_guard lock(mutex_);
    return queues_[0].size() + queues_[1].size() + queues_[2].size();
}

void WorkPool::run(unsigned index)
{
    pthread_setname_np(pthread_self(), ("work-" + std::to_string(index)).c_str());
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(mutex_);
            wake_.wait(lock, [this] {
                return stopping_ || !queues_[0].empty() || !queues_[1].empty() || !queues_[2].empty();
            });
            if (stopping_) return;
            for (auto& queue : queues_) {
                if (queue.empty()) continue;
                work = std::move(queue.front());
                queue.pop_front();
                break;
            }
        }
        work();
    }
}

} // namespace firmament
