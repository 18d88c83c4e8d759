#include "net/transfer_loop.h"

#include <pthread.h>
#include <signal.h>

#include <algorithm>
#include <ctime>

#include "net/freshness.h"
#include "net/headers.h"

namespace firmament::net {
namespace {

using namespace std::chrono_literals;

constexpr int kSilentRetries = 1;       // waiting out a time limit again and again helps nobody
constexpr int kSpareForUrgent = 2;      // places at a host that Prefetch leaves free
constexpr auto kProgressInterval = 50ms;
constexpr auto kLongestPoll = 60s;
constexpr auto kFlushTime = 100ms;      // of the 200 ms that stopping may take
constexpr size_t kHostsRemembered = 256;
constexpr size_t kTextShown = 200;

int64_t wallClock() { return static_cast<int64_t>(std::time(nullptr)); }

std::string statusText(const Transfer::Outcome& o)
{
    return "answered " + std::to_string(o.status) + (o.reason.empty() ? "" : " " + o.reason);
}

/// The beginning of a short plain text, where services say what was wrong with the request.
std::string explanation(const Transfer::Outcome& o)
{
    const std::string* type = findHeader(o.headers, "Content-Type");
    if (!type || !type->starts_with("text/plain")) return {};
    std::string text;
    for (const char c : asText(o.body)) {
        if (text.size() >= kTextShown || c == '\n') break;
        if (static_cast<unsigned char>(c) >= 0x20) text += c;
    }
    return text.empty() ? text : ": " + text;
}

bool isRetryStatus(int status)
{
    return status == 429 || status == 500 || status == 502 || status == 503 || status == 504;
}

bool meansMissing(const Request& request, int status)
{
    return status == 404 || status == 410 || (request.hiddenIsMissing && (status == 403 || status == 204));
}

std::string secondsLeft(std::chrono::steady_clock::duration d)
{
    return std::to_string(std::max<int64_t>(1, std::chrono::ceil<std::chrono::seconds>(d).count())) + " s";
}

/// What may be kept on disk of the headers.
std::vector<Header> keptHeaders(std::vector<Header> headers)
{
    std::erase_if(headers, [](const Header& h) { return equalNoCase(h.name, "Set-Cookie") || equalNoCase(h.name, "Connection"); });
    return headers;
}

/// Null when the answer pleases this request.
std::optional<Error> objection(const Ticket& ticket, const Response& response)
{
    const Request& request = ticket.request();
    const ByteView body = response.body ? ByteView(*response.body) : ByteView();
    if (body.size() > request.maxBytes)
        return Error{Errc::TooLarge, "has " + std::to_string(body.size()) + " bytes, expected at most " + std::to_string(request.maxBytes),
                     ticket.url().shown()};
    if (!request.validate) return std::nullopt;
    std::string why = request.validate(body);
    if (why.empty()) return std::nullopt;
    return Error{Errc::Parse, std::move(why), ticket.url().shown()};
}

/// What each of them is to get, and whether nobody finds that it is not what was asked for.
struct Verdict {
    std::vector<std::pair<std::shared_ptr<Ticket>, std::shared_ptr<const Expected<Response>>>> answers;
    bool good = true;
};

Verdict judge(const std::vector<std::shared_ptr<Ticket>>& tickets, const std::shared_ptr<const Expected<Response>>& result,
              const std::optional<CacheEntry>& stale)
{
    Verdict verdict;
    for (const auto& t : tickets) {
        auto error = objection(*t, **result);
        if (!error) {
            verdict.answers.emplace_back(t, result);
            continue;
        }
        verdict.good = verdict.good && error->code != Errc::Parse;
        // A page of a portal in place of the file: what was seen before is better.
        const bool takesStale = stale && !stale->negative() && t->request().cache != CachePolicy::Refresh;
        const Response old = takesStale ? stale->response(true) : Response();
        Expected<Response> answer = takesStale && !objection(*t, old) ? Expected<Response>(old) : Expected<Response>(std::move(*error));
        verdict.answers.emplace_back(t, std::make_shared<const Expected<Response>>(std::move(answer)));
    }
    return verdict;
}

} // namespace

struct TransferLoop::Host {
    explicit Host(HostGate::Limits limits) : gate(limits) {}
    HostGate gate;
    std::set<std::pair<Rank, Job*>> queue;
};

struct TransferLoop::Job {
    enum class State { Queued, Running, Waiting, Finishing };
    uint64_t id = 0;
    std::string key; ///< empty: shared with nobody
    std::string origin;
    State state = State::Queued;
    std::vector<std::shared_ptr<Ticket>> tickets;
    std::shared_ptr<Ticket> first; ///< what to ask for; all tickets ask for the same
    std::optional<CacheEntry> stale;
    uint64_t maxBytes = 0;
    Rank rank;
    int attempts = 0;
    int silences = 0;
    bool keep = false; ///< may be stored
    Time due{};
    Time progressAt{};
    std::unique_ptr<Transfer> transfer;
    Result result; ///< while Finishing, for those who come late

    Rank bestRank() const
    {
        Rank best = tickets.empty() ? first->rank() : tickets.front()->rank();
        for (const auto& t : tickets) best = std::min(best, t->rank());
        return best;
    }
};

TransferLoop::TransferLoop(NetOptions options, Executor& work, std::shared_ptr<DiskCache> cache)
    : options_(std::move(options)), settings_(TransferSettings::from(options_)), work_(work), cache_(std::move(cache)),
      writer_(cache_ ? std::make_shared<CacheWriter>(cache_, work) : nullptr), multi_(curl_multi_init()), offline_(options_.offline), random_(std::random_device{}())
{
    curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_MULTIPLEX));
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, static_cast<long>(2 * options_.total));
}

TransferLoop::~TransferLoop()
{
    if (thread_.joinable()) stop();
    curl_multi_cleanup(multi_);
}

void TransferLoop::start()
{
    thread_ = std::thread([this] { run(); });
}

void TransferLoop::stop()
{
    {
        std::lock_guard lock(inboxMutex_);
        stopped_ = true;
        curl_multi_wakeup(multi_);
    }
    if (thread_.joinable()) thread_.join();
    // On the owner's thread, so that what the callbacks hold ends there.
    for (auto& [id, job] : jobs_)
        for (auto& ticket : job->tickets) ticket->abandon();
    jobs_.clear();
    byKey_.clear();
    hosts_.clear();
    inbox_.clear();
    if (writer_) writer_->flush(kFlushTime);
    std::lock_guard lock(statsMutex_);
    stats_.active = stats_.queued = 0;
}

// ---- from other threads -------------------------------------------------------------------------------------------

void TransferLoop::post(std::function<void()> command)
{
    std::lock_guard lock(inboxMutex_);
    if (stopped_) return;
    inbox_.push_back(std::move(command));
    if (inbox_.size() == 1) curl_multi_wakeup(multi_);
}

void TransferLoop::add(std::shared_ptr<Ticket> ticket, std::optional<CacheEntry> stale)
{
    post([this, ticket = std::move(ticket), stale = std::move(stale)]() mutable { admit(ticket, std::move(stale)); });
}

void TransferLoop::ticketCancelled(const std::shared_ptr<Ticket>& ticket)
{
    post([this, ticket] { leave(ticket); });
}

void TransferLoop::ticketRanked(const std::shared_ptr<Ticket>& ticket)
{
    post([this, ticket] { rerank(ticket); });
}

void TransferLoop::setOffline(bool offline)
{
    offline_.store(offline, std::memory_order_relaxed);
    if (offline) post([this] { goOffline(); });
}

void TransferLoop::setProxy(std::string proxy)
{
    post([this, proxy = std::move(proxy)] {
        NetOptions options = options_;
        options.proxy = proxy;
        settings_ = TransferSettings::from(options);
    });
}

NetStats TransferLoop::stats() const
{
    std::lock_guard lock(statsMutex_);
    NetStats s = stats_;
    s.cacheHits = cacheHits_.load(std::memory_order_relaxed);
    s.storing = writer_ ? writer_->waiting() : 0;
    return s;
}

// ---- the thread ---------------------------------------------------------------------------------------------------

void TransferLoop::run()
{
    pthread_setname_np(pthread_self(), "net");
    // Ctrl-C belongs to the main thread, and TLS may write to a closed connection: no SIGPIPE here.
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);

    while (takeInbox()) {
        Time now = std::chrono::steady_clock::now();
        endSilent(now);
        wakeWaiting(now);
        startQueued(now);
        updateCounts(); // before any answer can be delivered, so that nobody sees it without its transfer
        int running = 0;
        curl_multi_perform(multi_, &running);
        const bool some = collectEnded();
        updateCounts();
        if (some) continue; // there are free places now
        curl_multi_poll(multi_, nullptr, 0, pollTimeout(std::chrono::steady_clock::now()), nullptr);
    }
    giveUp();
}

bool TransferLoop::takeInbox()
{
    std::vector<std::function<void()>> batch;
    {
        std::lock_guard lock(inboxMutex_);
        if (stopped_) return false;
        batch.swap(inbox_);
    }
    for (auto& command : batch) command();
    return true;
}

void TransferLoop::giveUp()
{
    for (Job* job : running_) curl_multi_remove_handle(multi_, job->transfer->easy());
    for (Job* job : running_) job->transfer.reset();
    running_.clear();
    waiting_.clear();
    spareEasies_.clear();
}

int TransferLoop::pollTimeout(Time now) const
{
    Time next = now + kLongestPoll;
    for (const Job* job : running_) next = std::min(next, job->transfer->deadline());
    if (!waiting_.empty()) next = std::min(next, waiting_.begin()->first);
    for (const auto& [origin, host] : hosts_) {
        if (host->queue.empty()) continue;
        if (host->gate.pausedUntil() > now) next = std::min(next, host->gate.pausedUntil());
    }
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(next - now).count();
    return static_cast<int>(std::clamp<int64_t>(left, 0, std::chrono::milliseconds(kLongestPoll).count()));
}

void TransferLoop::updateCounts()
{
    uint64_t queued = waiting_.size();
    for (const auto& [origin, host] : hosts_) queued += host->queue.size();
    std::lock_guard lock(statsMutex_);
    stats_.active = jobs_.size() - queued;
    stats_.queued = queued;
}

// ---- requests come and go -----------------------------------------------------------------------------------------

void TransferLoop::admit(const std::shared_ptr<Ticket>& ticket, std::optional<CacheEntry> stale)
{
    if (!ticket->waiting() && !ticket->answered()) return;
    if (!ticket->key().empty()) {
        if (const auto it = byKey_.find(ticket->key()); it != byKey_.end()) {
            join(*it->second, ticket);
            return;
        }
    }
    auto owned = std::make_unique<Job>();
    Job& job = *owned;
    job.id = nextJob_++;
    job.key = ticket->key();
    job.origin = ticket->url().origin();
    job.first = ticket;
    job.tickets.push_back(ticket);
    job.stale = std::move(stale);
    job.maxBytes = ticket->request().maxBytes;
    job.keep = cache_ && !job.key.empty() && ticket->request().cache != CachePolicy::None;
    ticket->job = job.id;
    jobs_.emplace(job.id, std::move(owned));
    if (!job.key.empty()) byKey_.emplace(job.key, &job);
    if (offline()) {
        fail(job, {Errc::Network, "not kept on this computer, and Firmament works offline", ticket->url().shown()}, true);
        return;
    }
    const Time now = std::chrono::steady_clock::now();
    Host& host = hostOf(job);
    if (host.gate.closed(now)) {
        fail(job, closedError(ticket->url(), host.gate, now), true);
        return;
    }
    enqueue(job);
}

void TransferLoop::join(Job& job, const std::shared_ptr<Ticket>& ticket)
{
    {
        std::lock_guard lock(statsMutex_);
        ++stats_.merged;
    }
    if (job.state == Job::State::Finishing) {
        work_.post(ticket->rank().priority, [ticket, result = job.result] {
            if (auto error = objection(*ticket, **result)) ticket->deliver(std::move(*error));
            else ticket->deliver(result);
        });
        return;
    }
    ticket->job = job.id;
    job.tickets.push_back(ticket);
    job.maxBytes = std::max(job.maxBytes, ticket->request().maxBytes);
    if (job.transfer) job.transfer->raiseLimit(job.maxBytes);
    if (job.state == Job::State::Queued) {
        dequeue(job);
        enqueue(job);
    }
}

void TransferLoop::leave(const std::shared_ptr<Ticket>& ticket)
{
    const auto it = jobs_.find(ticket->job);
    if (it == jobs_.end()) return;
    Job& job = *it->second;
    std::erase(job.tickets, ticket);
    if (job.state == Job::State::Finishing) return; // it is here already: keep it
    if (!job.tickets.empty()) {
        if (job.state == Job::State::Queued) {
            dequeue(job);
            enqueue(job);
        }
        return;
    }
    if (job.attempts > 0) {
        std::lock_guard lock(statsMutex_);
        ++stats_.cancelled;
    }
    drop(job);
}

void TransferLoop::rerank(const std::shared_ptr<Ticket>& ticket)
{
    ticket->rankTaken();
    const auto it = jobs_.find(ticket->job);
    if (it == jobs_.end() || it->second->state != Job::State::Queued) return;
    dequeue(*it->second);
    enqueue(*it->second);
}

void TransferLoop::goOffline()
{
    std::vector<Job*> all;
    for (auto& [id, job] : jobs_)
        if (job->state != Job::State::Finishing) all.push_back(job.get());
    for (Job* job : all) fail(*job, {Errc::Network, "was given up because the program went offline", job->first->url().shown()}, true);
}

// ---- the queue ----------------------------------------------------------------------------------------------------

TransferLoop::Host& TransferLoop::hostOf(const Job& job)
{
    auto& host = hosts_[job.origin];
    if (!host) {
        HostGate::Limits limits;
        limits.connections = options_.perHost;
        limits.streams = std::min(options_.total, 3 * options_.perHost);
        limits.failures = options_.hostFailures;
        limits.firstClosure = options_.hostPause;
        limits.longestClosure = 12 * options_.hostPause;
        host = std::make_unique<Host>(limits);
    }
    return *host;
}

void TransferLoop::enqueue(Job& job)
{
    job.state = Job::State::Queued;
    job.rank = job.bestRank();
    hostOf(job).queue.emplace(job.rank, &job);
}

void TransferLoop::dequeue(Job& job) { hostOf(job).queue.erase({job.rank, &job}); }

TransferLoop::Job* TransferLoop::bestQueued(Time now)
{
    Job* best = nullptr;
    for (auto& [origin, host] : hosts_) {
        if (host->queue.empty()) continue;
        Job* job = host->queue.begin()->second;
        const int spare = job->rank.priority == Priority::Prefetch ? kSpareForUrgent : 0;
        if (host->gate.ask(now, spare) != HostGate::Answer::Go) continue;
        if (!best || job->rank < best->rank) best = job;
    }
    return best;
}

void TransferLoop::startQueued(Time now)
{
    while (running_.size() < static_cast<size_t>(std::max(1, options_.total))) {
        Job* job = bestQueued(now);
        if (!job) break;
        dequeue(*job);
        begin(*job, now);
    }
    if (hosts_.size() > kHostsRemembered) removeIdleHosts(now);
}

void TransferLoop::removeIdleHosts(Time now)
{
    std::erase_if(hosts_, [now](const auto& entry) { return entry.second->queue.empty() && entry.second->gate.idle(now); });
}

void TransferLoop::refuseQueued(Host& host, Time now)
{
    std::vector<Job*> refused;
    refused.reserve(host.queue.size() + waiting_.size());
    for (const auto& [rank, job] : host.queue) refused.push_back(job);
    for (const auto& [due, job] : waiting_)
        if (&hostOf(*job) == &host) refused.push_back(job);
    for (Job* job : refused) fail(*job, closedError(job->first->url(), host.gate, now), true);
}

Error TransferLoop::closedError(const Url& url, const HostGate& gate, Time now) const
{
    Error e{Errc::Network, url.origin() + " did not answer " + std::to_string(gate.failures()) + " times in a row (" +
                               gate.lastFailure() + "); it will be tried again in " + secondsLeft(gate.closedUntil() - now),
            url.shown()};
    e.retry = true;
    return e;
}

void TransferLoop::wakeWaiting(Time now)
{
    while (!waiting_.empty() && waiting_.begin()->first <= now) {
        Job* job = waiting_.begin()->second;
        waiting_.erase(waiting_.begin());
        enqueue(*job);
    }
}

// ---- one attempt --------------------------------------------------------------------------------------------------

TransferSpec TransferLoop::specFor(const Job& job) const
{
    const Request& request = job.first->request();
    TransferSpec spec;
    spec.url = job.first->url();
    spec.method = request.method;
    spec.headers = request.headers;
    spec.body = request.body;
    spec.maxBytes = job.maxBytes;
    spec.connectTimeout = request.connectTimeout;
    spec.idleTimeout = request.idleTimeout;
    for (const auto& t : job.tickets) {
        spec.connectTimeout = std::max(spec.connectTimeout, t->request().connectTimeout);
        spec.idleTimeout = std::max(spec.idleTimeout, t->request().idleTimeout);
    }
    if (!job.stale || job.stale->negative()) return spec;
    if (findHeader(spec.headers, "If-None-Match") || findHeader(spec.headers, "If-Modified-Since")) return spec;
    if (const std::string* etag = findHeader(job.stale->headers, "ETag")) spec.headers.push_back({"If-None-Match", *etag});
    if (const std::string* date = findHeader(job.stale->headers, "Last-Modified"))
        spec.headers.push_back({"If-Modified-Since", *date});
    return spec;
}

void TransferLoop::begin(Job& job, Time now)
{
    Easy easy;
    if (spareEasies_.empty()) {
        easy.reset(curl_easy_init());
    } else {
        easy = std::move(spareEasies_.back());
        spareEasies_.pop_back();
    }
    job.state = Job::State::Running;
    job.transfer = std::make_unique<Transfer>(std::move(easy), settings_, specFor(job), now);
    job.transfer->onBytes = [&job] {
        const Time t = job.transfer->lastByte();
        if (t < job.progressAt) return;
        job.progressAt = t + kProgressInterval;
        for (const auto& ticket : job.tickets) ticket->postProgress(job.transfer->got(), job.transfer->expected());
    };
    curl_easy_setopt(job.transfer->easy(), CURLOPT_PRIVATE, &job);
    {
        std::lock_guard lock(statsMutex_);
        ++(job.attempts == 0 ? stats_.started : stats_.retried);
    }
    ++job.attempts;
    hostOf(job).gate.began();
    running_.push_back(&job);
    curl_multi_add_handle(multi_, job.transfer->easy());
}

void TransferLoop::detach(Job& job)
{
    curl_multi_remove_handle(multi_, job.transfer->easy());
    spareEasies_.push_back(job.transfer->releaseEasy());
    job.transfer.reset();
    std::erase(running_, &job);
    hostOf(job).gate.ended();
}

void TransferLoop::endSilent(Time now)
{
    std::vector<Job*> silent;
    for (Job* job : running_)
        if (job->transfer->deadline() <= now) silent.push_back(job);
    for (Job* job : silent) ended(*job, job->transfer->finish(CURLE_OPERATION_TIMEDOUT));
}

bool TransferLoop::collectEnded()
{
    bool some = false;
    int left = 0;
    while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg != CURLMSG_DONE) continue;
        some = true;
        char* self = nullptr;
        curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &self);
        Job& job = *reinterpret_cast<Job*>(self);
        ended(job, job.transfer->finish(message->data.result));
    }
    return some;
}

void TransferLoop::ended(Job& job, Transfer::Outcome outcome)
{
    const Time now = std::chrono::steady_clock::now();
    const Time begun = job.transfer->begun();
    const bool reached = job.transfer->connected();
    detach(job);
    {
        std::lock_guard lock(statsMutex_);
        stats_.bytes += outcome.lineBytes;
    }
    using Kind = Transfer::Kind;
    Host& host = hostOf(job);
    const bool silent = outcome.kind == Kind::Unreached || outcome.kind == Kind::Silent;
    // Where a redirect led is not this host's fault.
    const auto at = parseUrl(outcome.finalUrl);
    const bool own = !at || at->origin() == job.origin;
    if (!silent && reached && own) host.gate.answered(outcome.http2);
    const bool closes = silent && own && host.gate.failed(begun, now, outcome.error.what);
    if (outcome.kind == Kind::Answer) answered(job, std::move(outcome), now);
    else failed(job, std::move(outcome), now);
    if (closes) refuseQueued(host, now);
}

void TransferLoop::failed(Job& job, Transfer::Outcome outcome, Time now)
{
    const bool silent = outcome.kind == Transfer::Kind::Silent;
    if (silent) ++job.silences;
    const bool mayRetry = outcome.kind != Transfer::Kind::Refused && !(silent && job.silences > kSilentRetries);
    const Host& host = hostOf(job);
    if (mayRetry && !host.gate.closed(now) && retryLater(job, options_.retries, std::nullopt, now)) return;
    if (job.attempts > 1) outcome.error.what += " (tried " + std::to_string(job.attempts) + " times)";
    if (outcome.kind != Transfer::Kind::Refused && host.gate.closed(now))
        outcome.error.what += "; it will be tried again in " + secondsLeft(host.gate.closedUntil() - now);
    fail(job, std::move(outcome.error), outcome.error.retry);
}

/// False when it must not or need not be tried again.
bool TransferLoop::retryLater(Job& job, int limit, std::optional<std::chrono::milliseconds> asked, Time now)
{
    if (job.first->request().method != "GET" || job.attempts > limit) return false;
    if (asked && *asked > options_.longestRetryAfter) return false;
    auto wait = options_.retryDelay * (1 << std::min(job.attempts - 1, 10));
    // Jitter: those who were refused together do not come back together.
    wait = wait * std::uniform_int_distribution<int>(75, 125)(random_) / 100;
    if (asked) wait = *asked > wait ? *asked : std::max(*asked, std::min(wait, 100ms));
    job.state = Job::State::Waiting;
    job.due = now + wait;
    waiting_.emplace(job.due, &job);
    return true;
}

// ---- answers ------------------------------------------------------------------------------------------------------

void TransferLoop::answered(Job& job, Transfer::Outcome outcome, Time now)
{
    if (outcome.status == 304 && job.stale && !job.stale->negative()) unchanged(job, outcome);
    else if (meansMissing(job.first->request(), outcome.status)) notFound(job, outcome);
    else if (outcome.status < 200 || outcome.status >= 300) answeredBadly(job, outcome, now);
    else complete(job, std::move(outcome));
}

void TransferLoop::answeredBadly(Job& job, const Transfer::Outcome& outcome, Time now)
{
    const bool again = isRetryStatus(outcome.status);
    const auto asked = retryAfterSeconds(outcome.headers, wallClock());
    std::optional<std::chrono::milliseconds> pause;
    if (asked) pause = std::chrono::seconds(*asked);
    // "Too many requests" speaks of all of them, not of this one.
    if (outcome.status == 429 && pause) hostOf(job).gate.pause(now + std::min<std::chrono::milliseconds>(*pause, options_.longestRetryAfter));
    if (again && retryLater(job, options_.retries, pause, now)) return;
    Error e{Errc::Http, statusText(outcome) + ", expected 200" + explanation(outcome), job.first->url().shown()};
    if (job.attempts > 1) e.what += " (tried " + std::to_string(job.attempts) + " times)";
    if (asked && *asked > 0) e.what += "; the server asks to wait " + std::to_string(*asked) + " s";
    e.http = outcome.status;
    e.retry = again || outcome.status == 408;
    fail(job, std::move(e), again);
}

void TransferLoop::notFound(Job& job, const Transfer::Outcome& outcome)
{
    Error e{Errc::NotFound, statusText(outcome) + ", expected 200", job.first->url().shown()};
    e.http = outcome.status;
    const int64_t now = wallClock();
    const Freshness fresh = judgeFreshness(404, outcome.headers, false, now, options_.negativeLifetime.count());
    if (job.keep) {
        const int kept = outcome.status == 204 ? 404 : outcome.status; // elsewhere 204 is a good answer
        if (fresh.store) writer_->add(job.key, {kept, outcome.finalUrl, {}, now, fresh.expires, std::make_shared<Bytes>()});
        else work_.post(Priority::Prefetch, [cache = cache_, key = job.key] { cache->remove(key); });
    }
    fail(job, std::move(e), false);
}

void TransferLoop::unchanged(Job& job, const Transfer::Outcome& outcome)
{
    CacheEntry entry = std::move(*job.stale);
    job.stale.reset();
    for (const Header& h : outcome.headers)
        if (!equalNoCase(h.name, "Content-Length") && !equalNoCase(h.name, "Content-Encoding"))
            setHeader(entry.headers, h.name, h.value);
    entry.headers = keptHeaders(std::move(entry.headers));
    entry.stored = wallClock();
    const Freshness fresh = judgeFreshness(entry.status, entry.headers, job.first->url().hasQuery(), entry.stored,
                                           options_.negativeLifetime.count());
    entry.expires = fresh.expires;
    countCacheHit();
    Response response = entry.response(false);
    finish(job, std::move(response), fresh.store && job.keep ? std::optional(std::move(entry)) : std::nullopt);
}

void TransferLoop::complete(Job& job, Transfer::Outcome outcome)
{
    Response response;
    response.status = outcome.status;
    response.headers = std::move(outcome.headers);
    response.finalUrl = std::move(outcome.finalUrl);
    response.body = std::make_shared<const Bytes>(std::move(outcome.body));
    const int64_t now = response.asOf = wallClock();
    const Freshness fresh = judgeFreshness(response.status, response.headers, job.first->url().hasQuery(), now,
                                           options_.negativeLifetime.count());
    std::optional<CacheEntry> keep;
    if (job.keep && fresh.store && !outcome.excess)
        keep = CacheEntry{response.status, response.finalUrl, keptHeaders(response.headers), now, fresh.expires, response.body};
    finish(job, std::move(response), std::move(keep));
}

/// Delivers what came to all who wait, and keeps it if nobody objects.
void TransferLoop::finish(Job& job, Response response, std::optional<CacheEntry> keep)
{
    job.state = Job::State::Finishing;
    job.result = std::make_shared<const Expected<Response>>(std::move(response));
    {
        std::lock_guard lock(statsMutex_);
        ++stats_.ok;
    }
    const bool checks = std::any_of(job.tickets.begin(), job.tickets.end(), [](const auto& t) {
        return static_cast<bool>(t->request().validate);
    });
    // On the work pool or here, then on the disk, then forgotten: until then late comers get the answer from here.
    auto deliver = [self = weak_from_this(), writer = writer_, id = job.id, key = job.key, tickets = job.tickets, result = job.result,
                    stale = std::move(job.stale), keep = std::move(keep)]() mutable {
        auto end = [self, id] {
            if (const auto loop = self.lock()) loop->post([raw = loop.get(), id] { raw->close(id); });
        };
        const Verdict verdict = judge(tickets, result, stale);
        if (verdict.good && keep) writer->add(std::move(key), std::move(*keep), std::move(end));
        else end();
        for (const auto& [ticket, answer] : verdict.answers) ticket->deliver(answer);
    };
    if (checks) work_.post(job.bestRank().priority, std::move(deliver));
    else deliver();
}

void TransferLoop::fail(Job& job, Error error, bool mayBeStale)
{
    if (job.attempts > 0) {
        std::lock_guard lock(statsMutex_);
        ++stats_.failed;
    }
    Result stale;
    if (mayBeStale && job.stale && !job.stale->negative())
        stale = std::make_shared<const Expected<Response>>(job.stale->response(true));
    const auto failure = std::make_shared<const Expected<Response>>(std::move(error));
    bool hit = false;
    for (const auto& t : job.tickets) {
        const bool takesStale = stale && t->request().cache != CachePolicy::Refresh && !objection(*t, **stale);
        hit = hit || takesStale;
        t->deliver(takesStale ? stale : failure);
    }
    if (hit) countCacheHit();
    drop(job);
}

void TransferLoop::close(uint64_t id)
{
    if (const auto it = jobs_.find(id); it != jobs_.end()) drop(*it->second);
}

void TransferLoop::drop(Job& job)
{
    switch (job.state) {
    case Job::State::Queued: dequeue(job); break;
    case Job::State::Waiting: waiting_.erase({job.due, &job}); break;
    case Job::State::Running:
        if (job.transfer) detach(job);
        break;
    case Job::State::Finishing: break;
    }
    if (!job.key.empty()) byKey_.erase(job.key);
    jobs_.erase(job.id);
}

} // namespace firmament::net
