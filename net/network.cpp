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
    std::string key = request.shelf.empty() ? std::string() : "[" + request.shelf + "] ";
    key += request.method + " " + url.text();
    for (const std::string& line : lines) key += "\n" + line;
    return key;
}

/// Of a plain GET.
std::string keyOnShelf(const Url& url, const std::string& shelf)
{
    Request plain;
    plain.shelf = shelf;
    return canonicalKey(plain, url);
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

std::string_view trimmed(std::string_view s)
{
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '\r')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '\r')) s.remove_suffix(1);
    return s;
}

/// The host of "host", "host:port", "http://host:port" as an address of its own; the scheme is `scheme` when none is given.
Expected<Url> hostAddress(std::string_view text, const std::string& scheme)
{
    const bool whole = text.find("://") != std::string_view::npos;
    auto url = parseUrl(whole ? std::string(text) : scheme + "://" + std::string(text));
    if (url && (url->target != "/" || !url->userInfo.empty()))
        return Error{Errc::Usage, "expected a host such as mirror.example.org:8080, found \"" + std::string(text) + "\"", {}};
    return url;
}

} // namespace

Expected<std::vector<HostRule>> parseHostRules(std::string_view text)
{
    std::vector<HostRule> rules;
    int number = 0;
    while (!text.empty()) {
        const size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = trimmed(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        ++number;
        if (line.empty() || line.front() == '#') continue;
        const std::string where = "line " + std::to_string(number);
        const size_t equals = line.find('=');
        if (equals == std::string_view::npos) return Error{Errc::Usage, "expected \"host = other host\", found no equals sign", where};
        HostRule rule{std::string(trimmed(line.substr(0, equals))), std::string(trimmed(line.substr(equals + 1)))};
        const auto from = hostAddress(rule.from, "https");
        if (!from || rule.from.find("://") != std::string::npos || rule.from.find(':') != std::string::npos)
            return Error{Errc::Usage, "expected a plain host name, found \"" + rule.from + "\"", where};
        rule.from = from->host;
        if (!rule.to.empty() && !hostAddress(rule.to, "https"))
            return Error{Errc::Usage, "expected a host such as mirror.example.org:8080, found \"" + rule.to + "\"", where};
        rules.push_back(std::move(rule));
    }
    return rules;
}

bool KeptAnswers::has(const std::string& url, const std::string& shelf) const
{
    const auto address = parseUrl(url);
    return cache_ && address && cache_->holds(keyOnShelf(*address, shelf));
}

BytesPtr KeptAnswers::read(const std::string& url, const std::string& shelf) const
{
    const auto address = parseUrl(url);
    const auto entry = cache_ && address ? cache_->read(keyOnShelf(*address, shelf)) : std::nullopt;
    return entry && !entry->negative() ? entry->body : nullptr;
}

class NetworkLayer::Impl {
public:
    Impl(NetOptions options, Executor& work) : work_(work), hosts_(options.hosts)
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
        if (!wrong) wrong = redirected(address);
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
    void clear(const std::string& shelf)
    {
        work_.post(Priority::Prefetch, cache_->clear(shelf));
    }
    void setHosts(std::vector<HostRule> rules)
    {
        std::lock_guard lock(hostsMutex_);
        hosts_ = std::move(rules);
    }

private:
    /// Puts the host that the rules name into the address. The cache goes by the address as it was.
    std::optional<Error> redirected(Url& address)
    {
        std::lock_guard lock(hostsMutex_);
        for (const HostRule& rule : hosts_) {
            if (rule.from != address.host) continue;
            if (rule.to.empty())
                return Error{Errc::Usage, "the settings say that " + address.host + " is never asked", address.shown()};
            auto to = hostAddress(rule.to, address.scheme);
            if (!to) return to.error();
            address.scheme = to->scheme;
            address.host = to->host;
            address.port = to->port;
            break;
        }
        return std::nullopt;
    }

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
            else ticket->deliver(std::make_shared<const Expected<Response>>(entry->response(!fresh)));
            return;
        }
        if (entry && request.cache == CachePolicy::StaleFirst && !entry->negative()) {
            loop.countCacheHit();
            ticket->deliver(std::make_shared<const Expected<Response>>(entry->response(true)));
            ticket->moveBehind();
        }
        loop.add(ticket, std::move(entry));
    }

    Executor& work_;
    std::shared_ptr<DiskCache> cache_;
    std::shared_ptr<TransferLoop> loop_;
    std::atomic<uint64_t> age_{0};
    std::mutex hostsMutex_;
    std::vector<HostRule> hosts_;
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

void NetworkLayer::clearCache(const std::string& shelf)
{
    if (impl_->cache()) impl_->clear(shelf);
}

std::vector<CacheShelf> NetworkLayer::cacheShelves() const
{
    return impl_->cache() ? impl_->cache()->shelves() : std::vector<CacheShelf>();
}

void NetworkLayer::setCacheFolder(const std::filesystem::path& folder)
{
    if (!impl_->cache() || folder.empty()) return;
    impl_->cache()->setFolder(folder);
    impl_->tidyLater();
}

void NetworkLayer::setProxy(const std::string& proxy) { impl_->loop().setProxy(proxy); }
void NetworkLayer::setHosts(std::vector<HostRule> rules) { impl_->setHosts(std::move(rules)); }

} // namespace firmament::net
