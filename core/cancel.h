// Cancellation: the write side (CancelSource) and the read side (CancelToken) are different types.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

namespace firmament {

/// Cheap to copy; poll it in loops. A default-made token is never cancelled. Any thread.
class CancelToken {
public:
    CancelToken() = default;
    bool cancelled() const noexcept { return flag_ && flag_->load(std::memory_order_relaxed); }

private:
    friend class CancelSource;
    explicit CancelToken(std::shared_ptr<const std::atomic<bool>> flag) : flag_(std::move(flag)) {}
    std::shared_ptr<const std::atomic<bool>> flag_;
};

/// Cancels when told to or when destroyed. Move-only.
class CancelSource {
public:
    CancelSource() : flag_(std::make_shared<std::atomic<bool>>(false)) {}
    CancelSource(CancelSource&&) noexcept = default;
    CancelSource& operator=(CancelSource&& other) noexcept
    {
        if (this != &other) {
            cancel();
            flag_ = std::move(other.flag_);
        }
        return *this;
    }
    CancelSource(const CancelSource&) = delete;
    CancelSource& operator=(const CancelSource&) = delete;
    ~CancelSource() { cancel(); }

    CancelToken token() const { return CancelToken(flag_); }
    void cancel() noexcept
    {
        if (flag_) flag_->store(true, std::memory_order_relaxed);
    }

private:
    std::shared_ptr<std::atomic<bool>> flag_;
};

} // namespace firmament
