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
    /// Returns why the body cannot be what was asked for ("HTML page, expected a JPEG tile"), or empty. Called on the net
    /// or work thread before the answer is cached: what fails here is never cached.
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
};

/// done runs once, on `on`, unless the Pending is destroyed first: then never. Status >= 400 is an Error with http set
/// (404 and 410: Errc::NotFound). send() from any one thread at a time.
class Transport {
public:
    virtual ~Transport() = default;
    using Done = std::function<void(Expected<Response>)>;
    [[nodiscard]] virtual Pending send(Request request, Executor& on, Done done) = 0;
};

struct NetStats {
    uint64_t started = 0, merged = 0, cancelled = 0, ok = 0, failed = 0, retried = 0, bytes = 0, cacheHits = 0, active = 0, queued = 0;
};

struct NetOptions {
    bool offline = false;
    int perHost = 6;
    int total = 24;
    int maxRedirects = 5;
    int retries = 3;
    std::string userAgent;               ///< empty: "Firmament/<version>"
    std::string proxy;                   ///< empty: from the environment
    std::filesystem::path cacheFolder;   ///< empty: no disk cache
    uint64_t cacheBytes = uint64_t{4} << 30;
    std::chrono::seconds negativeLifetime{600}; ///< how long a 404 is believed
};

/// Disk cache, merging, priorities, per-host limits, retries with back-off, circuit-breaker, all in one Transport.
class NetworkLayer final : public Transport {
public:
    NetworkLayer(NetOptions options, Executor& work);
    ~NetworkLayer() override; ///< abandons transfers; joins within 200 ms
    [[nodiscard]] Pending send(Request request, Executor& on, Done done) override;
    NetStats stats() const;
    void setOffline(bool offline);
    bool offline() const;
    uint64_t cacheBytesUsed() const;
    void setCacheLimit(uint64_t bytes);
    void clearCache();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::net
