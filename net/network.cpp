#include "net/network.h"

#include <curl/curl.h>

#include <algorithm>
#include <atomic>
#include <ctime>
#include <mutex>

#include "net/disk_cache.h"
#include "net/headers.h"
#include "net/ticket.h"
#include "net/transfer_loop.h"

namespace firmament::net {
namespace {

void startCurl()
{
    static std::once_flag once; // curl counts its users; one start for the program is what it asks for
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

/// What makes two requests the same: method, address and headers.
std::string canonicalKey(const Request& request, const Url& url)
{
    std::vector<std::string> lines;
    for (const Header& h : request.headers) {
        std::string line;
        for (const char c : h.name) line += lowerAscii(c);
        lines.push_back(line + ": " + h.value);
    }
    std::sort(lines.begin(), lines.end());
    std::string key = request.method + " " + url.text();
    for (const std::string& line : lines) key += "\n" + line;
    return key;
}

bool isPersonal(const Request& request, const Url& url)
{
    return !url.userInfo.empty() || findHeader(request.headers, "Authorization") || findHeader(request.headers, "Cookie");
}

/// What would let a caller smuggle in more headers, or is no request at all.
std::optional<Error> malformed(const Request& request, const Url& url)
{
    const auto bad = [](std::string_view s) {
        return std::any_of(s.begin(), s.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
    };
    const auto letter = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (request.method.empty() || !std::all_of(request.method.begin(), request.method.end(), letter))
        return Error{Errc::Usage, "the method is \"" + request.method + "\", expected GET, POST or the like", url.shown()};
    for (const Header& h : request.headers)
        if (h.name.empty() || bad(h.name) || bad(h.value) || h.name.find(':') != std::string::npos)
            return Error{Errc::Usage, "the header \"" + h.name + "\" has characters that headers cannot hold", url.shown()};
    return std::nullopt;
}

Response toResponse(const CacheEntry& entry, bool stale)
{
    Response r;
    r.status = entry.status;
    r.headers = entry.headers;
    r.finalUrl = entry.finalUrl;
    r.body = entry.body;
    r.fromCache = true;
    r.stale = stale;
    return r;
}

bool pleases(const Request& request, const CacheEntry& entry)
{
    if (entry.negative()) return true;
    if (entry.body->size() > request.maxBytes) return false;
    return !request.validate || request.validate(*entry.body).empty();
}

Error rememberedMissing(const CacheEntry& entry, const Url& url, int64_t now)
{
    const int64_t minutes = std::max<int64_t>(0, now - entry.stored) / 60;
    Error e{Errc::NotFound,
            "answered " + std::to_string(entry.status) + " " + (minutes ? std::to_string(minutes) + " minutes ago" : "just before") +
                ", expected 200",
            url.shown()};
    e.http = entry.status;
    return e;
}

} // namespace

bool KeptAnswers::has(const std::string& url) const
{
    const auto address = parseUrl(url);
    return cache_ && address && cache_->holds(canonicalKey(Request{}, *address));
}

BytesPtr KeptAnswers::read(const std::string& url) const
{
    const auto address = parseUrl(url);
    const auto entry = cache_ && address ? cache_->read(canonicalKey(Request{}, *address)) : std::nullopt;
    return entry && !entry->negative() ? entry->body : nullptr;
}

class NetworkLayer::Impl {
public:
    Impl(NetOptions options, Executor& work) : work_(work)
    {
        startCurl();
        if (!options.cacheFolder.empty() && options.cacheBytes > 0) {
            cache_ = std::make_shared<DiskCache>(options.cacheFolder, options.cacheBytes);
            work.post(Priority::Prefetch, [cache = cache_] { cache->tidy(); });
        }
        loop_ = std::make_shared<TransferLoop>(std::move(options), work, cache_);
        loop_->start();
    }
    ~Impl() { loop_->stop(); }
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    Pending send(Request request, Executor& on, Done done)
    {
        auto url = parseUrl(request.url);
        Url address = url ? *url : Url();
        std::optional<Error> wrong = url ? malformed(request, *url) : std::optional(url.error());
        const bool get = request.method == "GET" && request.body.empty();
        if (isPersonal(request, address)) request.cache = CachePolicy::None;
        if (!cache_ || !get) request.cache = CachePolicy::None;
        const CachePolicy policy = request.cache;
        std::string key;
        if (!wrong && get) key = (policy == CachePolicy::None ? "uncached " : "") + canonicalKey(request, address);
        auto ticket = std::make_shared<Ticket>(std::move(request), std::move(address), std::move(key), age_.fetch_add(1), on,
                                               std::move(done), std::weak_ptr<Ticket::Listener>(loop_));
        if (wrong) {
            ticket->deliver(std::move(*wrong));
        } else if (policy == CachePolicy::None || (policy == CachePolicy::Refresh && !loop_->offline())) {
            loop_->add(ticket, std::nullopt);
        } else {
            work_.post(ticket->rank().priority, [ticket, cache = cache_, loop = std::weak_ptr<TransferLoop>(loop_)] {
                if (const auto alive = loop.lock()) lookUp(ticket, *cache, *alive);
            });
        }
        return Pending(ticket);
    }

    TransferLoop& loop() { return *loop_; }
    DiskCache* cache() { return cache_.get(); }
    KeptAnswers kept() const { return KeptAnswers(cache_); }
    void tidyLater()
    {
        work_.post(Priority::Prefetch, [cache = cache_] { cache->tidy(); });
    }
    void clear()
    {
        work_.post(Priority::Prefetch, cache_->clear());
    }

private:
    /// On the work pool.
    static void lookUp(const std::shared_ptr<Ticket>& ticket, DiskCache& cache, TransferLoop& loop)
    {
        if (!ticket->waiting()) return;
        const Request& request = ticket->request();
        const int64_t now = static_cast<int64_t>(std::time(nullptr));
        auto entry = cache.read(ticket->key());
        if (entry && !pleases(request, *entry)) entry.reset();
        const bool fresh = entry && entry->fresh(now);
        if (entry && (fresh || loop.offline())) {
            loop.countCacheHit();
            if (entry->negative()) ticket->deliver(rememberedMissing(*entry, ticket->url(), now));
            else ticket->deliver(std::make_shared<const Expected<Response>>(toResponse(*entry, !fresh)));
            return;
        }
        if (entry && request.cache == CachePolicy::StaleFirst && !entry->negative()) {
            loop.countCacheHit();
            ticket->deliver(std::make_shared<const Expected<Response>>(toResponse(*entry, true)));
            ticket->moveBehind();
        }
        loop.add(ticket, std::move(entry));
    }

    Executor& work_;
    std::shared_ptr<DiskCache> cache_;
    std::shared_ptr<TransferLoop> loop_;
    std::atomic<uint64_t> age_{0};
};

NetworkLayer::NetworkLayer(NetOptions options, Executor& work) : impl_(std::make_unique<Impl>(std::move(options), work)) {}
NetworkLayer::~NetworkLayer() = default;

Pending NetworkLayer::send(Request request, Executor& on, Done done)
{
    return impl_->send(std::move(request), on, std::move(done));
}

NetStats NetworkLayer::stats() const { return impl_->loop().stats(); }
void NetworkLayer::setOffline(bool offline) { impl_->loop().setOffline(offline); }
bool NetworkLayer::offline() const { return impl_->loop().offline(); }
KeptAnswers NetworkLayer::kept() const { return impl_->kept(); }
uint64_t NetworkLayer::cacheBytesUsed() const { return impl_->cache() ? impl_->cache()->bytesUsed() : 0; }

void NetworkLayer::setCacheLimit(uint64_t bytes)
{
    if (!impl_->cache()) return;
    impl_->cache()->setLimit(bytes);
    impl_->tidyLater();
}

void NetworkLayer::clearCache()
{
    if (impl_->cache()) impl_->clear();
}

} // namespace firmament::net
