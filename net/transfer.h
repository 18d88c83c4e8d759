// One attempt at one request: a curl easy handle, what has come so far, and what became of it. Net thread only.
#pragma once

#include <curl/curl.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/bytes.h"
#include "net/network.h"
#include "net/url.h"

namespace firmament::net {

struct EasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
using Easy = std::unique_ptr<CURL, EasyDeleter>;

/// What is the same for all transfers.
struct TransferSettings {
    std::string userAgent, proxy, noProxy, caFile, encodings;
    int maxRedirects = 5;
    static TransferSettings from(const NetOptions& options);
};

struct TransferSpec {
    Url url;
    std::string method;
    std::vector<Header> headers; ///< conditional ones included
    std::string body;
    std::chrono::milliseconds connectTimeout{}, idleTimeout{};
    uint64_t maxBytes = 0;
};

class Transfer {
public:
    using Time = std::chrono::steady_clock::time_point;
    Transfer(Easy easy, const TransferSettings& settings, TransferSpec spec, Time now);
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    CURL* easy() const { return easy_.get(); }
    Easy releaseEasy();
    Time begun() const { return begun_; }
    /// When it is to be given up unless bytes come.
    Time deadline() const;
    std::string overdueText() const;
    bool connected() const { return connected_; }
    Time lastByte() const { return lastByte_; }
    uint64_t got() const { return body_.size(); }
    uint64_t expected() const { return encoded_ ? 0 : contentLength_; }
    void raiseLimit(uint64_t maxBytes) { spec_.maxBytes = std::max(spec_.maxBytes, maxBytes); }
    std::function<void()> onBytes; ///< each time some of the body came

    enum class Kind {
        Answer,     ///< a complete answer, whatever its status
        Unreached,  ///< no connection
        Silent,     ///< a time limit ran out
        Broken,     ///< the connection ended early
        Refused     ///< asking again would not help: too large, too many redirects, untrusted certificate...
    };
    struct Outcome {
        Kind kind = Kind::Answer;
        Error error;              ///< unless Answer
        int status = 0;
        std::string reason;       ///< of the status line
        std::vector<Header> headers;
        std::string finalUrl;
        Bytes body;
        uint64_t lineBytes = 0;
        bool http2 = false;
        bool excess = false;      ///< more bytes came than Content-Length promised: the body may be cut
    };
    /// To be called once, when curl has ended it.
    Outcome finish(CURLcode code);

private:
    void configure(const TransferSettings& settings);
    Outcome failure(CURLcode code);
    size_t takeHeader(std::string_view line);
    size_t takeBody(const char* data, size_t size);
    static size_t onHeader(char* data, size_t size, size_t count, void* self);
    static size_t onBody(char* data, size_t size, size_t count, void* self);
    static int onProgress(void* self, curl_off_t, curl_off_t, curl_off_t, curl_off_t uploaded);
    static int onConnected(void* self, char*, char*, int, int);
    static int onDebug(CURL*, curl_infotype type, char* data, size_t size, void* self);

    struct ListDeleter {
        void operator()(curl_slist* list) const { curl_slist_free_all(list); }
    };
    Easy easy_;
    std::unique_ptr<curl_slist, ListDeleter> list_;
    TransferSpec spec_;
    Time begun_, lastByte_;
    bool connected_ = false, tooLarge_ = false, headTooLarge_ = false, excess_ = false, encoded_ = false;
    uint64_t contentLength_ = 0;
    size_t headBytes_ = 0;
    curl_off_t uploaded_ = 0;
    std::string reason_;
    std::vector<Header> headers_;
    Bytes body_;
    char errorText_[CURL_ERROR_SIZE] = {};
};

} // namespace firmament::net
