// What is known of one host: how many transfers it has, whether it asked for a pause, and whether it answers at all
// (circuit-breaker). Pure bookkeeping, the time is an argument. One thread.
#pragma once

#include <chrono>
#include <string>

namespace firmament::net {

class HostGate {
public:
    using Time = std::chrono::steady_clock::time_point;
    struct Limits {
        int connections = 6;
        int streams = 18;         ///< instead of `connections` once the host is known to speak HTTP/2
        int failures = 3;         ///< so many in a row close the gate
        std::chrono::milliseconds firstClosure{10000};
        std::chrono::milliseconds longestClosure{120000};
    };
    explicit HostGate(Limits limits) : limits_(limits) {}

    enum class Answer { Go, Wait, Closed };
    /// `spare`: places that must stay free for more urgent requests.
    Answer ask(Time now, int spare = 0) const;
    void began() { ++active_; }
    void ended() { --active_; }
    /// Any answer of the host, even an error status, shows that it lives.
    void answered(bool http2);
    /// No connection, or silence. `begun`: when that transfer began; several that failed side by side count once.
    /// True when this closes the gate.
    bool failed(Time begun, Time now, std::string reason);
    void pause(Time until) { pausedUntil_ = until > pausedUntil_ ? until : pausedUntil_; }

    bool closed(Time now) const { return now < closedUntil_; }
    Time closedUntil() const { return closedUntil_; }
    Time pausedUntil() const { return pausedUntil_; }
    int active() const { return active_; }
    int failures() const { return failures_; }
    const std::string& lastFailure() const { return lastFailure_; }
    /// Nothing worth remembering.
    bool idle(Time now) const { return active_ == 0 && failures_ == 0 && now >= pausedUntil_ && now >= closedUntil_; }

private:
    Limits limits_;
    int active_ = 0;
    int failures_ = 0;
    int closures_ = 0;
    bool http2_ = false;
    Time lastFailureAt_{}, closedUntil_{}, pausedUntil_{};
    std::string lastFailure_;
};

} // namespace firmament::net
