// The ui thread as an Executor: work posted from anywhere runs in Qt's event loop, most urgent first.
#pragma once

#include <QObject>
#include <deque>
#include <mutex>

#include "core/executor.h"

namespace firmament::window {

class QtExecutor final : public QObject, public Executor {
public:
    using Executor::post;
    void post(Priority priority, std::function<void()> work) override; ///< any thread
    bool event(QEvent* event) override;
    size_t queued() const;

private:
    mutable std::mutex mutex_;
    std::deque<std::function<void()>> queues_[3];
    bool woken_ = false;
};

} // namespace firmament::window
