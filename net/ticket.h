// One request that somebody waits for: what is behind a Pending of NetworkLayer.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <tuple>

#include "net/network.h"
#include "net/url.h"

namespace firmament::net {

/// Order in the queue: lower first.
struct Rank {
    Priority priority = Priority::Normal;
    float distance = 0;
    uint64_t age = 0;
    bool operator<(const Rank& o) const
    {
        return std::tie(priority, distance, age) < std::tie(o.priority, o.distance, o.age);
    }
};

class Ticket final : public Pending::Control, public std::enable_shared_from_this<Ticket> {
public:
    /// Told (any thread) when the Pending was destroyed or re-ranked.
    struct Listener {
        virtual ~Listener() = default;
        virtual void ticketCancelled(const std::shared_ptr<Ticket>& ticket) = 0;
        virtual void ticketRanked(const std::shared_ptr<Ticket>& ticket) = 0;
    };

    Ticket(Request request, Url url, std::string key, uint64_t age, Executor& on, Transport::Done done,
           std::weak_ptr<Listener> listener);

    const Request& request() const { return request_; }
    const Url& url() const { return url_; }
    const std::string& key() const { return key_; }
    bool wantsProgress() const { return wantsProgress_; }
    bool waiting() const { return state_.load(std::memory_order_acquire) == State::Waiting; }
    Rank rank() const;

    /// Posts the answer; it is dropped over there when the Pending is gone by then.
    void deliver(std::shared_ptr<const Expected<Response>> result);
    void deliver(Error error) { deliver(std::make_shared<const Expected<Response>>(std::move(error))); }
    void postProgress(uint64_t got, uint64_t total);
    /// Nobody will answer any more (shutdown).
    void abandon() noexcept;
    /// From now on at Prefetch, and without a second answer: the stale one went out already.
    void moveBehind();
    bool answered() const { return behind_.load(std::memory_order_relaxed); }

    void cancel() noexcept override;
    void reprioritise(Priority priority, float distance) override;
    /// A rank change is on its way to the listener: no need to send another.
    void rankTaken() { rankSent_.store(false); }

    uint64_t job = 0; ///< owned by the net thread

private:
    enum class State : uint8_t { Waiting, Answered, Cancelled };
    void run(const Expected<Response>& result);

    Request request_;
    const Url url_;
    const std::string key_;
    const bool wantsProgress_;
    Executor& on_;
    Transport::Done done_;
    std::weak_ptr<Listener> listener_;
    std::atomic<State> state_{State::Waiting};
    std::atomic<bool> rankSent_{false};
    std::atomic<bool> behind_{false};
    mutable std::mutex rankMutex_;
    Rank rank_;
};

} // namespace firmament::net
