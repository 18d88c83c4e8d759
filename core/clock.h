// Time that tests can set.
#pragma once

#include <chrono>

namespace firmament {

class Clock {
public:
    virtual ~Clock() = default;
    virtual std::chrono::nanoseconds now() const = 0; ///< monotonic
};

class SteadyClock final : public Clock {
public:
    std::chrono::nanoseconds now() const override { return std::chrono::steady_clock::now().time_since_epoch(); }
};

class FakeClock final : public Clock {
public:
    std::chrono::nanoseconds now() const override { return now_; }
    void advance(std::chrono::nanoseconds d) { now_ += d; }

private:
    std::chrono::nanoseconds now_{0};
};

} // namespace firmament
