// Requests to the outside. One curl-multi thread behind NetworkLayer; nothing else in the program talks HTTP.
// Knows nothing of HiPS or TAP.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "core/clock.h"
#include "core/executor.h"
#include "core/pending.h"
#include "core/result.h"

namespace firmament::net {

struct Header {
    std::string name, value;
    bool operator==(const Header&) const = default;
};

enum class CachePolicy {
    Standard,   ///< disk cache first; stale answers are revalidated
    StaleFirst, ///< as Standard, but a stale answer is delivered at once and revalidated behind
    Refresh,    ///< past the cache, but store the answer
    None        ///< neither read nor stored
};

struct Request {
    std::string url;
    std::string method = "GET";
    std::vector<Header> headers;
    std::string body;
    Priority priority = Priority::Normal;
    float distance = 0; ///< lower first within one priority
    std::chrono::milliseconds connectTimeout{8000};
    std::chrono::milliseconds idleTimeout{20000}; ///< no byte for so long
    uint64_t maxBytes = 256u << 20;               ///< after decompression
    CachePolicy cache = CachePolicy::Standard;
    /// 403 and 204 mean that there is no such file, as servers say it that hide their folders: it fails as by 404, and that is
    /// remembered as well.
    bool hiddenIsMissing = false;
    /// What kind of data it is, in one lower-case word ("tiles"): kinds are counted and cleared apart. Empty: "other".
    std::string shelf;
    /// Returns why the body cannot be what was asked for ("HTML page, expected a JPEG tile"), or empty. Called on the net
    /// or work thread before the answer is cached: what fails here is never cached, and fails with Errc::Parse.
    std::function<std::string(ByteView body)> validate;
    std::function<void(uint64_t got, uint64_t total)> progress; ///< on the receiving executor; total 0 = unknown
};

struct Response {
    int status = 0;
    std::vector<Header> headers;
    std::string finalUrl;
    BytesPtr body;
    bool fromCache = false;
    bool stale = false; ///< from the cache and not checked with the server (offline or server down)
    int64_t asOf = 0;   ///< when the server gave it, or confirmed what the cache has: seconds since 1970
};

/// done runs once, on `on`, unless the Pending (or the Transport) is destroyed first: then never. Status >= 400 is an
/// Error with http set (404 and 410: Errc::NotFound). send() from any one thread at a time. `on` outlives the Transport.
class Transport {
public:
    virtual ~Transport() = default;
    using Done = std::function<void(Expected<Response>)>;
    [[nodiscard]] virtual Pending send(Request request, Executor& on, Done done) = 0;
    virtual bool offline() const { return false; } ///< no server is asked, by the user's wish; any thread
};

/// Of transfers, but for `merged` and `cacheHits`, which count requests. Each transfer started ends as one of ok, failed, cancelled.
struct NetStats {
    uint64_t started = 0;   ///< asked of a host, whatever became of it; repetitions are not counted again
    uint64_t merged = 0;    ///< requests that joined an identical one
    uint64_t cancelled = 0; ///< given up because nobody waited any more
    uint64_t ok = 0, failed = 0;
    uint64_t retried = 0;   ///< attempts beyond the first
    uint64_t bytes = 0;     ///< received, as they came over the line
    uint64_t cacheHits = 0; ///< answered from the disk, revalidated answers included
    uint64_t active = 0, queued = 0; ///< now: under way or being checked; waiting for their turn or to be repeated
    uint64_t storing = 0;            ///< now: answers that are still to be written to the disk
};

/// Bytes on the disk of one kind of data.
struct CacheShelf {
    std::string name;
    uint64_t bytes = 0;
    bool operator==(const CacheShelf&) const = default;
};

/// Which host is asked instead of the one that an address names. Redirects are followed as the server says.
struct HostRule {
    std::string from; ///< "alasky.cds.unistra.fr"
    std::string to;   ///< "host", "host:port" or "http://host:port"; empty: it is never asked
    bool operator==(const HostRule&) const = default;
};

/// One rule a line, "from = to" or "from =" (never ask); empty lines and lines with # pass. The error's `where` is the line.
Expected<std::vector<HostRule>> parseHostRules(std::string_view text);

struct NetOptions {
    bool offline = false;
    int perHost = 6;
    int total = 24;
    int maxRedirects = 5;
    int retries = 3;
    std::string userAgent;               ///< empty: "Firmament/<version> (...)"
    std::vector<HostRule> hosts;
    std::string proxy;                   ///< empty: from the environment; never used for this machine itself then
    std::filesystem::path cacheFolder;   ///< empty: no disk cache
    uint64_t cacheBytes = uint64_t{4} << 30;
    std::chrono::seconds negativeLifetime{600}; ///< how long a 404 is believed
    std::string caFile;                  ///< certificate authorities; empty: $SSL_CERT_FILE, else the system's
    std::chrono::milliseconds retryDelay{250};    ///< before the first repetition; doubled for each further one
    std::chrono::seconds longestRetryAfter{60};   ///< a server that asks for a longer pause is not asked again by itself
    int hostFailures = 3;                         ///< so many silences in a row: the host is left alone for hostPause
    std::chrono::milliseconds hostPause{10000};   ///< doubled while it stays silent, to at most 12 times that
};

class DiskCache;

/// What earlier answers to plain GETs left on the disk, however old; the network is never asked. Any thread, also when the
/// layer that it came from is gone. Touches the disk.
class KeptAnswers {
public:
    explicit KeptAnswers(std::shared_ptr<DiskCache> cache) : cache_(std::move(cache)) {}
    /// `shelf`: as Request::shelf; answers lie on the shelf that they were asked for with, and are not found on another.
    bool has(const std::string& url, const std::string& shelf = {}) const;
    BytesPtr read(const std::string& url, const std::string& shelf = {}) const; ///< null when there is none, or only a remembered "404"

private:
    std::shared_ptr<DiskCache> cache_;
};

/// Disk cache, merging, priorities, per-host limits, retries with back-off, circuit-breaker, all in one Transport.
class NetworkLayer final : public Transport {
public:
    /// `work` (disk, validation) outlives the layer.
    NetworkLayer(NetOptions options, Executor& work);
    ~NetworkLayer() override; ///< abandons transfers; joins within 200 ms
    NetworkLayer(const NetworkLayer&) = delete;
    NetworkLayer& operator=(const NetworkLayer&) = delete;
    [[nodiscard]] Pending send(Request request, Executor& on, Done done) override;
    NetStats stats() const;
    void setOffline(bool offline); ///< true also ends what is under way
    bool offline() const override;
    KeptAnswers kept() const;
    uint64_t cacheBytesUsed() const; ///< 0 until the folder was counted, soon after the start
    void setCacheLimit(uint64_t bytes);
    std::vector<CacheShelf> cacheShelves() const; ///< by name; empty ones are left out
    /// At once for readers; the files go in the background. Empty: all of it.
    void clearCache(const std::string& shelf = {});
    /// From the next request on. What the old folder holds stays there. Nothing happens without a cache.
    void setCacheFolder(const std::filesystem::path& folder);
    void setProxy(const std::string& proxy); ///< transfers begun from now on; empty: from the environment
    void setHosts(std::vector<HostRule> rules); ///< requests sent from now on

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::net
