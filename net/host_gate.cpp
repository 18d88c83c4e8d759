#include "net/host_gate.h"

#include <algorithm>
#include <utility>

namespace firmament::net {

HostGate::Answer HostGate::ask(Time now, int spare) const
{
    if (closed(now)) return Answer::Closed;
    if (now < pausedUntil_) return Answer::Wait;
    // After a closure one transfer at a time goes out to see whether the host is back.
    if (closures_ > 0) return active_ == 0 ? Answer::Go : Answer::Wait;
    const int limit = std::max(1, (http2_ ? limits_.streams : limits_.connections) - spare);
    return active_ < limit ? Answer::Go : Answer::Wait;
}

void HostGate::answered(bool http2)
{
    http2_ = http2_ || http2;
    failures_ = 0;
    closures_ = 0;
    closedUntil_ = {};
    lastFailure_.clear();
}

bool HostGate::failed(Time begun, Time now, std::string reason)
{
    if (begun < lastFailureAt_) return false;
    lastFailureAt_ = now;
    lastFailure_ = std::move(reason);
    ++failures_;
    if (closures_ == 0 && failures_ < limits_.failures) return false;
    const auto length = std::min(limits_.firstClosure * (1 << std::min(closures_, 10)), limits_.longestClosure);
    ++closures_;
    closedUntil_ = now + length;
    return true;
}

} // namespace firmament::net
