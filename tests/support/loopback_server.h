// A small HTTP/1.1 server on 127.0.0.1 for tests: serves a folder or texts, counts what is asked, and misbehaves as told.
// Plain sockets, a thread for each connection; no Qt. All functions may be called from any thread, at any time.
//
//     LoopbackServer server;
//     server.serveFolder("/survey", folder);
//     server.fault("/survey/Norder3", Fault::truncate());   // every path that begins so
//     open(server.url("/survey"));
//     QCOMPARE(server.requests("/survey/properties"), 1u);
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace firmament::testing {

struct HttpRequest {
    std::string method, path, query; ///< path without the query, as sent (still percent-encoded)
    std::map<std::string, std::string> headers; ///< names in lower case
    std::string body;
    unsigned connection = 0; ///< number of the connection, from 1

    std::string header(const std::string& lowerCaseName) const
    {
        const auto it = headers.find(lowerCaseName);
        return it == headers.end() ? std::string() : it->second;
    }
};

struct HttpReply {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers; ///< Content-Length is added
    std::string body;

    HttpReply() = default;
    explicit HttpReply(int code, std::string text = {}, std::string type = "text/plain") : status(code), body(std::move(text))
    {
        headers.emplace_back("Content-Type", std::move(type));
    }
    HttpReply& with(std::string name, std::string value)
    {
        headers.emplace_back(std::move(name), std::move(value));
        return *this;
    }
};

/// What goes wrong with a request; several may be combined by setting members.
struct Fault {
    static constexpr int64_t kAll = std::numeric_limits<int64_t>::max();
    std::chrono::milliseconds delayBefore{0};    ///< before the first byte of the answer
    std::chrono::milliseconds pauseInside{0};    ///< silence after half of the body
    int64_t bytesPerSecond = 0;                  ///< 0: as fast as it goes
    int64_t lengthError = 0;                     ///< added to the Content-Length promised
    double keep = 1;                             ///< part of the body that is sent; then the connection closes if less than all
    bool chunked = false;                        ///< no Content-Length
    bool closeUnanswered = false;
    bool untilClose = false;                     ///< HTTP/1.0 manner: no length, the end of the connection ends the body
    std::function<HttpReply(const HttpRequest&)> instead; ///< another answer

    static Fault delay(std::chrono::milliseconds t) { return make([&](Fault& f) { f.delayBefore = t; }); }
    static Fault hang() { return delay(std::chrono::hours(1)); }
    static Fault stall() { return make([](Fault& f) { f.pauseInside = std::chrono::hours(1); }); }
    static Fault slow(int64_t bytesPerSecond) { return make([&](Fault& f) { f.bytesPerSecond = bytesPerSecond; }); }
    static Fault truncate(double part = 0.5) { return make([&](Fault& f) { f.keep = part; }); }
    static Fault truncateChunked(double part = 0.5) { return make([&](Fault& f) { f.keep = part, f.chunked = true; }); }
    static Fault dieMidBody() { return truncate(0.3); }
    /// Positive: promises more than it sends (then closes). Negative: sends more than it promised.
    static Fault wrongLength(int64_t error) { return make([&](Fault& f) { f.lengthError = error; }); }
    static Fault close() { return make([](Fault& f) { f.closeUnanswered = true; }); }
    static Fault status(int code) { return answer(HttpReply(code, "as told by the test\n")); }
    static Fault unavailable(int retryAfterSeconds)
    {
        return answer(HttpReply(503, "busy\n").with("Retry-After", std::to_string(retryAfterSeconds)));
    }
    static Fault html() { return answer(HttpReply(200, "<html><body><h1>Please log in</h1></body></html>", "text/html")); }
    static Fault redirect(std::string to, int code = 302)
    {
        return answer(HttpReply(code).with("Location", std::move(to)));
    }
    static Fault redirectLoop()
    {
        return make([](Fault& f) {
            f.instead = [](const HttpRequest& r) { return HttpReply(302).with("Location", r.path); };
        });
    }
    /// A few kB on the line that become `inflated` zero bytes.
    static Fault gzipBomb(uint64_t inflated);
    static Fault answer(HttpReply reply)
    {
        return make([&](Fault& f) { f.instead = [reply = std::move(reply)](const HttpRequest&) { return reply; }; });
    }

private:
    template <class F> static Fault make(F set)
    {
        Fault f;
        set(f);
        return f;
    }
};

/// gzip without compression: for Content-Encoding.
std::string gzipStored(std::string_view text);
/// gzip of zero bytes, 160 times smaller than them.
std::string gzipZeros(uint64_t count);

class LoopbackServer {
public:
    using Handler = std::function<HttpReply(const HttpRequest&)>;

    LoopbackServer()
    {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t length = sizeof address;
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        if (listener_ < 0 || ::bind(listener_, generic, length) != 0 || ::listen(listener_, 128) != 0 ||
            ::getsockname(listener_, generic, &length) != 0)
            throw std::runtime_error("no socket on 127.0.0.1");
        port_ = ntohs(address.sin_port);
        acceptor_ = std::thread([this] { acceptLoop(); });
    }
    explicit LoopbackServer(const std::filesystem::path& folder) : LoopbackServer() { serveFolder("/", folder); }
    ~LoopbackServer() { stop(); }
    LoopbackServer(const LoopbackServer&) = delete;
    LoopbackServer& operator=(const LoopbackServer&) = delete;

    uint16_t port() const { return port_; }
    /// "http://127.0.0.1:PORT" and the path.
    std::string url(const std::string& path = {}) const { return "http://127.0.0.1:" + std::to_string(port_) + path; }

    /// Files below `folder`, with ETag, Last-Modified, 304, single ranges and HEAD.
    void serveFolder(const std::string& prefix, const std::filesystem::path& folder)
    {
        std::string start = prefix.ends_with('/') ? prefix.substr(0, prefix.size() - 1) : prefix;
        handle(start, [start, folder](const HttpRequest& r) { return fileReply(folder, r, start.size()); });
    }
    void serve(const std::string& path, std::string body, std::string type = "application/octet-stream",
               std::vector<std::pair<std::string, std::string>> headers = {})
    {
        HttpReply reply(200, std::move(body), std::move(type));
        for (auto& h : headers) reply.headers.push_back(std::move(h));
        handle(path, [reply](const HttpRequest&) { return reply; });
    }
    /// Answers every path that begins with `prefix`; the longest prefix wins, the latest of equal ones.
    void handle(const std::string& prefix, Handler handler)
    {
        std::lock_guard lock(mutex_);
        handlers_[prefix] = std::make_shared<const Handler>(std::move(handler));
    }
    /// The next `times` requests whose path begins with `prefix` go wrong so. Faults are tried longest prefix first.
    void fault(const std::string& prefix, Fault fault, int64_t times = Fault::kAll)
    {
        std::lock_guard lock(mutex_);
        faults_[prefix] = {std::make_shared<const Fault>(std::move(fault)), times};
    }
    void clearFaults()
    {
        std::lock_guard lock(mutex_);
        faults_.clear();
        ++wakes_;
        wake_.notify_all();
    }
    /// Added to every answer of folders and texts, for instance Cache-Control.
    void addHeader(std::string name, std::string value)
    {
        std::lock_guard lock(mutex_);
        extra_.emplace_back(std::move(name), std::move(value));
    }

    size_t requests() const
    {
        std::lock_guard lock(mutex_);
        return log_.size();
    }
    /// Of exactly this path (without the query).
    size_t requests(const std::string& path) const
    {
        std::lock_guard lock(mutex_);
        return static_cast<size_t>(std::count_if(log_.begin(), log_.end(), [&](const HttpRequest& r) { return r.path == path; }));
    }
    size_t requestsBelow(const std::string& prefix) const
    {
        std::lock_guard lock(mutex_);
        return static_cast<size_t>(
            std::count_if(log_.begin(), log_.end(), [&](const HttpRequest& r) { return r.path.starts_with(prefix); }));
    }
    std::vector<HttpRequest> log() const
    {
        std::lock_guard lock(mutex_);
        return log_;
    }
    void clearLog()
    {
        std::lock_guard lock(mutex_);
        log_.clear();
        mostAtOnce_ = 0;
    }
    /// For long measurements: counts nothing and remembers nothing.
    void setLogging(bool on) { logging_ = on; }
    size_t connections() const { return connectionCount_; }     ///< made so far
    size_t mostAtOnce() const { return mostAtOnce_; }           ///< requests being answered at the same time
    size_t beingAnswered() const { return answering_; }
    /// Waits until the count of requests has reached `count`; false after `limit`.
    bool waitForRequests(size_t count, std::chrono::milliseconds limit = std::chrono::seconds(10)) const
    {
        std::unique_lock lock(mutex_);
        return arrived_.wait_for(lock, limit, [&] { return log_.size() >= count; });
    }

    /// Closes all connections and refuses new ones, as a host that has died. Also done by the destructor.
    void stop()
    {
        {
            std::lock_guard lock(mutex_);
            if (stopping_) return;
            stopping_ = true;
            ::shutdown(listener_, SHUT_RDWR);
            for (const auto& c : open_) ::shutdown(c->socket, SHUT_RDWR);
            ++wakes_;
            wake_.notify_all();
        }
        acceptor_.join();
        ::close(listener_);
        for (auto& c : open_) {
            c->thread.join();
            ::close(c->socket);
        }
        open_.clear();
    }

private:
    struct Connection {
        int socket = -1;
        unsigned number = 0;
        std::thread thread;
        std::atomic<bool> over{false};
    };
    struct Armed {
        std::shared_ptr<const Fault> fault;
        int64_t times = 0;
    };

    void acceptLoop()
    {
        for (;;) {
            const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (socket < 0) return;
            const int on = 1;
            ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            std::lock_guard lock(mutex_);
            if (stopping_) {
                ::close(socket);
                return;
            }
            std::erase_if(open_, [](const std::unique_ptr<Connection>& c) {
                if (!c->over) return false;
                c->thread.join();
                ::close(c->socket);
                return true;
            });
            auto connection = std::make_unique<Connection>();
            connection->socket = socket;
            connection->number = static_cast<unsigned>(++connectionCount_);
            Connection* c = connection.get();
            open_.push_back(std::move(connection));
            c->thread = std::thread([this, c] { talk(*c); });
        }
    }

    void talk(Connection& c)
    {
        std::string input;
        HttpRequest request;
        while (readRequest(c.socket, input, request)) {
            request.connection = c.number;
            const size_t now = ++answering_;
            size_t most = mostAtOnce_;
            while (now > most && !mostAtOnce_.compare_exchange_weak(most, now)) {
            }
            const bool goOn = answer(c.socket, request);
            --answering_;
            if (!goOn) break;
        }
        ::shutdown(c.socket, SHUT_RDWR);
        c.over = true;
    }

    static bool readMore(int socket, std::string& input)
    {
        char block[65536];
        const ssize_t n = ::recv(socket, block, sizeof block, 0);
        if (n <= 0) return false;
        input.append(block, static_cast<size_t>(n));
        return true;
    }

    static bool readRequest(int socket, std::string& input, HttpRequest& out)
    {
        size_t end = 0;
        while ((end = input.find("\r\n\r\n")) == std::string::npos)
            if (!readMore(socket, input)) return false;
        out = HttpRequest();
        std::string head = input.substr(0, end + 2);
        input.erase(0, end + 4);
        size_t line = head.find("\r\n");
        const std::string first = head.substr(0, line);
        const size_t a = first.find(' '), b = first.rfind(' ');
        if (a == std::string::npos || b <= a) return false;
        out.method = first.substr(0, a);
        out.path = first.substr(a + 1, b - a - 1);
        if (const size_t q = out.path.find('?'); q != std::string::npos) {
            out.query = out.path.substr(q + 1);
            out.path.erase(q);
        }
        for (size_t from = line + 2; from < head.size();) {
            const size_t to = head.find("\r\n", from);
            const std::string text = head.substr(from, to - from);
            from = to + 2;
            const size_t colon = text.find(':');
            if (colon == std::string::npos) continue;
            std::string name = text.substr(0, colon);
            for (char& ch : name)
                if (ch >= 'A' && ch <= 'Z') ch = static_cast<char>(ch - 'A' + 'a');
            const size_t value = text.find_first_not_of(' ', colon + 1);
            out.headers[name] = value == std::string::npos ? std::string() : text.substr(value);
        }
        size_t length = 0;
        const std::string said = out.header("content-length");
        std::from_chars(said.data(), said.data() + said.size(), length);
        while (input.size() < length)
            if (!readMore(socket, input)) return false;
        out.body = input.substr(0, length);
        input.erase(0, length);
        return true;
    }

    /// The entry of a map of prefixes whose key is the longest beginning of `path`.
    template <class Map> static auto longest(Map& map, const std::string& path)
    {
        auto best = map.end();
        for (auto it = map.begin(); it != map.end(); ++it)
            if (path.starts_with(it->first) && (best == map.end() || it->first.size() >= best->first.size())) best = it;
        return best;
    }

    /// False when the connection is to be closed.
    bool answer(int socket, const HttpRequest& request)
    {
        std::shared_ptr<const Fault> fault;
        std::shared_ptr<const Handler> handler;
        std::vector<std::pair<std::string, std::string>> extra;
        unsigned wakes = 0;
        {
            std::lock_guard lock(mutex_);
            wakes = wakes_; // who has seen the request in the log may clear the fault at once
            if (logging_) log_.push_back(request);
            arrived_.notify_all();
            if (const auto it = longest(faults_, request.path); it != faults_.end() && it->second.times > 0) {
                fault = it->second.fault;
                if (it->second.times != Fault::kAll) --it->second.times;
            }
            if (const auto it = longest(handlers_, request.path); it != handlers_.end()) handler = it->second;
            extra = extra_;
        }
        if (!fault) fault = std::make_shared<const Fault>();
        if (!pause(fault->delayBefore, wakes) || fault->closeUnanswered) return false;
        HttpReply reply = fault->instead ? fault->instead(request)
                          : handler      ? (*handler)(request)
                                         : HttpReply(404, "not found\n");
        if (!fault->instead)
            for (auto& h : extra) reply.headers.push_back(h);
        return sendReply(socket, request, reply, *fault, wakes);
    }

    bool sendReply(int socket, const HttpRequest& request, const HttpReply& reply, const Fault& fault, unsigned wakes)
    {
        const bool bodyless = request.method == "HEAD" || reply.status == 304 || reply.status == 204;
        std::string head = "HTTP/1.1 " + std::to_string(reply.status) + " " + reason(reply.status) + "\r\n";
        for (const auto& [name, value] : reply.headers) head += name + ": " + value + "\r\n";
        const auto promised = static_cast<int64_t>(reply.body.size()) + fault.lengthError;
        if (fault.chunked) head += "Transfer-Encoding: chunked\r\n";
        else if (fault.untilClose) head += "Connection: close\r\n";
        else if (reply.status != 204 && reply.status != 304) head += "Content-Length: " + std::to_string(promised) + "\r\n";
        head += "\r\n";
        if (bodyless) return sendAll(socket, head);
        const auto size = static_cast<size_t>(static_cast<double>(reply.body.size()) * std::clamp(fault.keep, 0.0, 1.0));
        const std::string_view body = std::string_view(reply.body).substr(0, size);
        if (!fault.chunked && fault.bytesPerSecond == 0 && fault.pauseInside.count() == 0) {
            head += body;
            if (!sendAll(socket, head)) return false;
        } else {
            if (!sendAll(socket, head) || !sendSlowly(socket, body, fault, wakes)) return false;
        }
        if (fault.chunked && fault.keep >= 1 && !sendAll(socket, "0\r\n\r\n")) return false;
        return fault.keep >= 1 && fault.lengthError == 0 && !fault.untilClose;
    }

    bool sendSlowly(int socket, std::string_view body, const Fault& fault, unsigned wakes)
    {
        const size_t half = body.size() / 2;
        const size_t step = fault.bytesPerSecond > 0 ? std::max<size_t>(1, static_cast<size_t>(fault.bytesPerSecond) / 50) : 16384;
        bool paused = fault.pauseInside.count() == 0;
        for (size_t at = 0; at < body.size();) {
            if (!paused && at >= half) {
                if (!pause(fault.pauseInside, wakes)) return false;
                paused = true;
            }
            size_t n = std::min(step, body.size() - at);
            if (!paused) n = std::min(n, std::max<size_t>(1, half - at));
            std::string piece(body.substr(at, n));
            if (fault.chunked) {
                char length[24];
                std::snprintf(length, sizeof length, "%zx\r\n", n);
                piece = length + piece + "\r\n";
            }
            if (!sendAll(socket, piece)) return false;
            at += n;
            if (fault.bytesPerSecond > 0 && !pause(std::chrono::milliseconds(20), wakes)) return false;
        }
        return true;
    }

    /// False when the server is being stopped. clearFaults() ends a pause early.
    bool pause(std::chrono::milliseconds t, unsigned wakes)
    {
        if (t.count() == 0) return true;
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, t, [&] { return stopping_ || wakes_ != wakes; });
        return !stopping_;
    }

    static bool sendAll(int socket, std::string_view data)
    {
        while (!data.empty()) {
            const ssize_t n = ::send(socket, data.data(), data.size(), MSG_NOSIGNAL);
            if (n <= 0) return false;
            data.remove_prefix(static_cast<size_t>(n));
        }
        return true;
    }

    static const char* reason(int status)
    {
        switch (status) {
        case 200: return "OK";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 304: return "Not Modified";
        case 404: return "Not Found";
        case 416: return "Range Not Satisfiable";
        case 429: return "Too Many Requests";
        case 500: return "Internal Server Error";
        case 503: return "Service Unavailable";
        default: return "As Told";
        }
    }

    static std::string decoded(std::string_view text)
    {
        std::string out;
        for (size_t i = 0; i < text.size(); ++i) {
            unsigned value = 0;
            if (text[i] == '%' && i + 2 < text.size() &&
                std::from_chars(text.data() + i + 1, text.data() + i + 3, value, 16).ptr == text.data() + i + 3) {
                out += static_cast<char>(value);
                i += 2;
            } else {
                out += text[i];
            }
        }
        return out;
    }

    static std::string typeOf(const std::filesystem::path& file)
    {
        const std::string e = file.extension().string();
        if (e == ".jpg" || e == ".jpeg") return "image/jpeg";
        if (e == ".png") return "image/png";
        if (e == ".webp") return "image/webp";
        if (e == ".fits" || e == ".fit") return "application/fits";
        if (e == ".html") return "text/html";
        if (e == ".xml" || e == ".vot") return "text/xml";
        if (e == ".json") return "application/json";
        if (e == ".txt" || e.empty()) return "text/plain";
        return "application/octet-stream";
    }

    static std::string httpDate(std::time_t t)
    {
        std::tm parts{};
        ::gmtime_r(&t, &parts);
        char text[64];
        std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", &parts);
        return text;
    }

    static HttpReply fileReply(const std::filesystem::path& folder, const HttpRequest& request, size_t prefix)
    {
        const std::string relative = decoded(std::string_view(request.path).substr(prefix));
        struct stat st {};
        const std::filesystem::path file = folder / relative.substr(std::min(relative.size(), relative.find_first_not_of('/')));
        if (relative.find("..") != std::string::npos || ::stat(file.c_str(), &st) != 0 || !S_ISREG(st.st_mode))
            return HttpReply(404, "not found\n");
        const std::string etag = "\"" + std::to_string(st.st_mtime) + "-" + std::to_string(st.st_size) + "\"";
        HttpReply reply(200, {}, typeOf(file));
        reply.with("ETag", etag).with("Last-Modified", httpDate(st.st_mtime)).with("Accept-Ranges", "bytes");
        if (request.header("if-none-match") == etag) {
            reply.status = 304;
            return reply;
        }
        std::ifstream in(file, std::ios::binary);
        reply.body.assign(std::istreambuf_iterator<char>(in), {});
        applyRange(request.header("range"), reply);
        return reply;
    }

    static void applyRange(const std::string& range, HttpReply& reply)
    {
        if (!range.starts_with("bytes=")) return;
        const size_t dash = range.find('-');
        size_t from = 0, to = reply.body.size() - 1;
        std::from_chars(range.data() + 6, range.data() + dash, from);
        std::from_chars(range.data() + dash + 1, range.data() + range.size(), to);
        if (dash == 6) { // the last so many bytes
            from = reply.body.size() - std::min(reply.body.size(), to);
            to = reply.body.size() - 1;
        }
        const std::string all = std::to_string(reply.body.size());
        to = std::min(to, reply.body.size() - 1);
        if (from > to || reply.body.empty()) {
            reply.status = 416;
            reply.body.clear();
            reply.with("Content-Range", "bytes */" + all);
            return;
        }
        reply.status = 206;
        reply.with("Content-Range", "bytes " + std::to_string(from) + "-" + std::to_string(to) + "/" + all);
        reply.body = reply.body.substr(from, to - from + 1);
    }

    int listener_ = -1;
    uint16_t port_ = 0;
    std::thread acceptor_;
    mutable std::mutex mutex_;
    std::condition_variable wake_;
    mutable std::condition_variable arrived_;
    bool stopping_ = false;
    unsigned wakes_ = 0;
    std::atomic<bool> logging_{true};
    std::vector<std::unique_ptr<Connection>> open_;
    std::map<std::string, std::shared_ptr<const Handler>> handlers_;
    std::map<std::string, Armed> faults_;
    std::vector<std::pair<std::string, std::string>> extra_;
    std::vector<HttpRequest> log_;
    std::atomic<size_t> connectionCount_{0}, answering_{0}, mostAtOnce_{0};
};

// ---- gzip by hand -------------------------------------------------------------------------------------------------

namespace detail {

inline uint32_t crc32(uint32_t crc, unsigned char byte) // RFC 1952, section 8
{
    crc ^= byte;
    for (int k = 0; k < 8; ++k) crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320u : 0u);
    return crc;
}

inline std::string little32(uint64_t v)
{
    std::string s;
    for (unsigned k = 0; k < 4; ++k) s += static_cast<char>((v >> (8 * k)) & 255);
    return s;
}

inline std::string gzipHead() { return std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10); }

} // namespace detail

inline std::string gzipStored(std::string_view text)
{
    std::string out = detail::gzipHead();
    uint32_t crc = ~0u;
    for (const char c : text) crc = detail::crc32(crc, static_cast<unsigned char>(c));
    std::string_view rest = text;
    do { // stored blocks, RFC 1951 section 3.2.4
        const std::string_view block = rest.substr(0, 65535);
        rest.remove_prefix(block.size());
        const auto n = static_cast<uint16_t>(block.size());
        out += rest.empty() ? '\1' : '\0';
        out += detail::little32(n).substr(0, 2) + detail::little32(static_cast<uint16_t>(~n)).substr(0, 2);
        out += block;
    } while (!rest.empty());
    return out + detail::little32(~crc) + detail::little32(text.size());
}

inline std::string gzipZeros(uint64_t count)
{
    std::string out = detail::gzipHead();
    uint32_t hold = 0;
    unsigned held = 0;
    // Bits go in from the low end; Huffman codes are given with their first bit lowest (RFC 1951, section 3.1.1).
    const auto put = [&](uint32_t bits, unsigned n) {
        hold |= bits << held;
        held += n;
        for (; held >= 8; held -= 8, hold >>= 8) out += static_cast<char>(hold & 255);
    };
    put(0b011, 3); // the last block, fixed codes
    uint64_t made = 0;
    for (; made < std::min<uint64_t>(count, 1); ++made) put(0b00001100, 8); // literal 0: 00110000
    for (; made + 258 <= count; made += 258) put(0b10100011, 8), put(0, 5);  // length 258 (11000101), distance 1
    for (; made < count; ++made) put(0b00001100, 8);
    put(0, 7); // end of block
    if (held) put(0, 8 - held);
    uint32_t crc = ~0u;
    // Beyond a few MB nobody reads to the end, where the checksum is.
    for (uint64_t i = 0; i < std::min<uint64_t>(count, 4u << 20); ++i) crc = detail::crc32(crc, 0);
    return out + detail::little32(~crc) + detail::little32(count);
}

inline Fault Fault::gzipBomb(uint64_t inflated)
{
    return answer(HttpReply(200, gzipZeros(inflated), "image/jpeg").with("Content-Encoding", "gzip"));
}

} // namespace firmament::testing
