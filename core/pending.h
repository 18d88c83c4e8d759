// Cancellation is ownership: whoever holds the Pending of a request wants its answer. Destroying it, on the
// thread that the answer would come to, means the callback never runs.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <utility>

#include "core/executor.h"

namespace firmament {

class Pending {
public:
    /// What an implementation hands out behind a Pending. cancel() is called at most once.
    struct Control {
        virtual ~Control() = default;
        virtual void cancel() noexcept = 0;
        virtual void reprioritise(Priority, float /*distance*/) {}
    };

    Pending() = default;
    explicit Pending(std::shared_ptr<Control> control) : control_(std::move(control)) {}
    Pending(Pending&&) noexcept = default;
    Pending& operator=(Pending&& other) noexcept
    {
        if (this != &other) {
            reset();
            control_ = std::move(other.control_);
        }
        return *this;
    }
    Pending(const Pending&) = delete;
    Pending& operator=(const Pending&) = delete;
    ~Pending() { reset(); }

    explicit operator bool() const noexcept { return control_ != nullptr; }
    /// Lower distance first within one priority (angle from the view's centre, for tiles).
    void reprioritise(Priority p, float distance = 0)
    {
        if (control_) control_->reprioritise(p, distance);
    }
    void reset() noexcept
    {
        if (auto c = std::exchange(control_, nullptr)) c->cancel();
    }

private:
    std::shared_ptr<Control> control_;
};

/// The usual Control: a flag checked on the receiving thread just before the callback runs.
/// deliver() posts `call` to `on`; it is dropped there when cancelled meanwhile.
class PendingFlag final : public Pending::Control, public std::enable_shared_from_this<PendingFlag> {
public:
    void cancel() noexcept override { cancelled_.store(true, std::memory_order_release); }
    bool cancelled() const noexcept { return cancelled_.load(std::memory_order_acquire); }
    void deliver(Executor& on, std::function<void()> call)
    {
        on.post([self = shared_from_this(), call = std::move(call)] {
            if (!self->cancelled()) call();
        });
    }

private:
    std::atomic<bool> cancelled_{false};
};

} // namespace firmament
