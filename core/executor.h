// Where work runs. Three kinds of thread: ui (owner of views, layers and GL), net (one), work-N (this pool).
#pragma once

#include <condition_variable>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace firmament {

enum class Priority : uint8_t { Urgent, Normal, Prefetch };

/// Runs posted functions, at some time, on its own thread(s). post() may be called from any thread.
class Executor {
public:
    virtual ~Executor() = default;
    virtual void post(Priority priority, std::function<void()> work) = 0;
    void post(std::function<void()> work) { post(Priority::Normal, std::move(work)); }
};

/// Runs at once, inside post(). For tests and tools.
class InlineExecutor final : public Executor {
public:
    using Executor::post;
    void post(Priority, std::function<void()> work) override { work(); }
};

/// A queue that the thread owning it drains: the "ui thread" of programs without a window.
class QueueExecutor final : public Executor {
public:
    using Executor::post;
    void post(Priority, std::function<void()> work) override;
    /// Runs all that is queued now (and what that posts); returns how many functions ran. Owner's thread.
    size_t drain();
    /// Waits until something is queued or the time is over, then drains. Owner's thread.
    size_t waitAndDrain(std::chrono::milliseconds limit);

private:
    std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queue_;
};

/// Worker threads. Lower Priority values first, first in first out within one. An exception that leaves a
/// function ends the program: workers return Expected. The destructor drops what has not started and joins.
class WorkPool final : public Executor {
public:
    explicit WorkPool(unsigned threads = std::thread::hardware_concurrency());
    ~WorkPool() override;
    using Executor::post;
    void post(Priority priority, std::function<void()> work) override;
    size_t queued() const;
    unsigned threads() const { return static_cast<unsigned>(threads_.size()); }

private:
    void run(unsigned index);
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    std::deque<std::function<void()>> queues_[3];
    bool stopping_ = false;
    std::vector<std::thread> threads_;
};

} // namespace firmament
