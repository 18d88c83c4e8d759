// The net thread: owns all transfers, their queue and what is known of hosts. Everything reaches it through an inbox,
// so nothing here needs a lock but the inbox and the counters.
#pragma once

#include <curl/curl.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

#include "net/cache_writer.h"
#include "net/disk_cache.h"
#include "net/host_gate.h"
#include "net/network.h"
#include "net/ticket.h"
#include "net/transfer.h"

namespace firmament::net {

class TransferLoop final : public Ticket::Listener, public std::enable_shared_from_this<TransferLoop> {
public:
    TransferLoop(NetOptions options, Executor& work, std::shared_ptr<DiskCache> cache);
    ~TransferLoop() override;
    TransferLoop(const TransferLoop&) = delete;
    TransferLoop& operator=(const TransferLoop&) = delete;
    void start();
    /// Abandons everything and joins. Owner's thread, once.
    void stop();

    // Any thread:
    /// `stale`: what the disk has, to be checked with the server.
    void add(std::shared_ptr<Ticket> ticket, std::optional<CacheEntry> stale);
    void ticketCancelled(const std::shared_ptr<Ticket>& ticket) override;
    void ticketRanked(const std::shared_ptr<Ticket>& ticket) override;
    void setOffline(bool offline);
    void setProxy(std::string proxy); ///< for transfers begun from now on
    bool offline() const { return offline_.load(std::memory_order_relaxed); }
    void countCacheHit() { cacheHits_.fetch_add(1, std::memory_order_relaxed); }
    NetStats stats() const;

private:
    using Time = std::chrono::steady_clock::time_point;
    using Result = std::shared_ptr<const Expected<Response>>;
    struct Host;
    struct Job;

    void post(std::function<void()> command);
    void run();
    bool takeInbox();
    void giveUp();

    void admit(const std::shared_ptr<Ticket>& ticket, std::optional<CacheEntry> stale);
    void join(Job& job, const std::shared_ptr<Ticket>& ticket);
    void leave(const std::shared_ptr<Ticket>& ticket);
    void rerank(const std::shared_ptr<Ticket>& ticket);
    void goOffline();

    Host& hostOf(const Job& job);
    void enqueue(Job& job);
    void dequeue(Job& job);
    void startQueued(Time now);
    Job* bestQueued(Time now);
    void refuseQueued(Host& host, Time now);
    void begin(Job& job, Time now);
    void wakeWaiting(Time now);
    void endSilent(Time now);
    bool collectEnded();
    void ended(Job& job, Transfer::Outcome outcome);
    void detach(Job& job);

    void failed(Job& job, Transfer::Outcome outcome, Time now);
    void answered(Job& job, Transfer::Outcome outcome, Time now);
    void answeredBadly(Job& job, const Transfer::Outcome& outcome, Time now);
    void notFound(Job& job, const Transfer::Outcome& outcome);
    void unchanged(Job& job, const Transfer::Outcome& outcome);
    void complete(Job& job, Transfer::Outcome outcome);
    bool retryLater(Job& job, int limit, std::optional<std::chrono::milliseconds> asked, Time now);
    void fail(Job& job, Error error, bool mayBeStale);
    void finish(Job& job, Response response, std::optional<CacheEntry> keep);
    void close(uint64_t id);
    void drop(Job& job);
    Error closedError(const Url& url, const HostGate& gate, Time now) const;
    TransferSpec specFor(const Job& job) const;
    int pollTimeout(Time now) const;
    void updateCounts();
    void removeIdleHosts(Time now);

    const NetOptions options_;
    TransferSettings settings_; ///< net thread only
    Executor& work_;
    const std::shared_ptr<DiskCache> cache_;      ///< null: no cache
    const std::shared_ptr<CacheWriter> writer_;   ///< null: no cache
    std::thread thread_;

    mutable std::mutex inboxMutex_;
    std::vector<std::function<void()>> inbox_;
    bool stopped_ = false;
    CURLM* multi_ = nullptr; ///< used by post() under inboxMutex_ while not stopped_

    std::atomic<bool> offline_;
    mutable std::mutex statsMutex_;
    NetStats stats_;
    std::atomic<uint64_t> cacheHits_{0};

    // Net thread only.
    std::unordered_map<uint64_t, std::unique_ptr<Job>> jobs_;
    std::unordered_map<std::string, Job*> byKey_;
    std::map<std::string, std::unique_ptr<Host>> hosts_;
    std::set<std::pair<Time, Job*>> waiting_;
    std::vector<Job*> running_;
    std::vector<Easy> spareEasies_;
    uint64_t nextJob_ = 1;
    std::minstd_rand random_;
};

} // namespace firmament::net
