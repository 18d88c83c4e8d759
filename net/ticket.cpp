#include "net/ticket.h"

#include <limits>

namespace firmament::net {
namespace {

/// The queue needs a strict order, which NaN has not.
float ordered(float distance) { return distance == distance ? distance : std::numeric_limits<float>::max(); }

} // namespace

Ticket::Ticket(Request request, Url url, std::string key, uint64_t age, Executor& on, Transport::Done done,
               std::weak_ptr<Listener> listener)
    : request_(std::move(request)), url_(std::move(url)), key_(std::move(key)),
      wantsProgress_(static_cast<bool>(request_.progress)), on_(on), done_(std::move(done)),
      listener_(std::move(listener)), rank_{request_.priority, ordered(request_.distance), age}
{
}

Rank Ticket::rank() const
{
    std::lock_guard lock(rankMutex_);
    return rank_;
}

void Ticket::deliver(std::shared_ptr<const Expected<Response>> result)
{
    if (!waiting() || answered()) return;
    on_.post(rank().priority, [self = shared_from_this(), result = std::move(result)] { self->run(*result); });
}

void Ticket::run(const Expected<Response>& result)
{
    State expected = State::Waiting;
    if (!state_.compare_exchange_strong(expected, State::Answered, std::memory_order_acq_rel)) return;
    // Moved out first: the callback may own whatever holds this ticket.
    const Transport::Done done = std::move(done_);
    done_ = nullptr;
    request_.progress = nullptr;
    if (done) done(result);
}

void Ticket::postProgress(uint64_t got, uint64_t total)
{
    if (!wantsProgress_ || !waiting() || answered()) return;
    on_.post(rank().priority, [self = shared_from_this(), got, total] {
        if (self->waiting() && self->request_.progress) self->request_.progress(got, total);
    });
}

void Ticket::abandon() noexcept
{
    State expected = State::Waiting;
    if (!state_.compare_exchange_strong(expected, State::Cancelled, std::memory_order_acq_rel)) return;
    done_ = nullptr;
    request_.progress = nullptr;
}

void Ticket::cancel() noexcept
{
    State expected = State::Waiting;
    if (!state_.compare_exchange_strong(expected, State::Cancelled, std::memory_order_acq_rel)) return;
    // On the receiving thread, so what the callbacks hold ends where it was made.
    done_ = nullptr;
    request_.progress = nullptr;
    if (auto listener = listener_.lock()) listener->ticketCancelled(shared_from_this());
}

void Ticket::moveBehind()
{
    behind_.store(true, std::memory_order_relaxed);
    std::lock_guard lock(rankMutex_);
    rank_.priority = Priority::Prefetch;
}

void Ticket::reprioritise(Priority priority, float distance)
{
    if (!waiting() || answered()) return;
    distance = ordered(distance);
    {
        std::lock_guard lock(rankMutex_);
        if (rank_.priority == priority && rank_.distance == distance) return;
        rank_.priority = priority;
        rank_.distance = distance;
    }
    if (rankSent_.exchange(true)) return;
    if (auto listener = listener_.lock()) listener->ticketRanked(shared_from_this());
}

} // namespace firmament::net
