// Sends requests and waits for their answers on the test's own thread.
#pragma once

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "core/executor.h"
#include "net/network.h"

namespace firmament::testing {

/// A folder that ends with the object.
class ScratchFolder {
public:
    ScratchFolder()
    {
        std::string pattern = (std::filesystem::temp_directory_path() / "firmament-net-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    ~ScratchFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

/// Short waits, so that tests are quick.
inline net::NetOptions quickOptions()
{
    net::NetOptions o;
    o.retryDelay = std::chrono::milliseconds(5);
    o.hostPause = std::chrono::milliseconds(150);
    return o;
}

struct Asked {
    Pending pending;
    std::shared_ptr<std::optional<Expected<net::Response>>> answer = std::make_shared<std::optional<Expected<net::Response>>>();
    std::shared_ptr<int> calls = std::make_shared<int>(0);
    bool done() const { return answer->has_value(); }
};

class Client {
public:
    explicit Client(net::NetOptions options = quickOptions()) : work(2), layer(std::move(options), work) {}

    net::Request request(const std::string& url) const
    {
        net::Request r;
        r.url = url;
        return r;
    }
    Asked ask(net::Request r)
    {
        Asked a;
        a.pending = layer.send(std::move(r), here, [answer = a.answer, calls = a.calls](Expected<net::Response> got) {
            *answer = std::move(got);
            ++*calls;
        });
        return a;
    }
    Asked ask(const std::string& url) { return ask(request(url)); }
    /// False when it does not come true within 20 s.
    template <class F> bool until(F condition)
    {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > end) return false;
            here.waitAndDrain(std::chrono::milliseconds(2));
        }
        return true;
    }
    Expected<net::Response> get(net::Request r)
    {
        Asked a = ask(std::move(r));
        if (!until([&] { return a.done(); })) return Error{Errc::Internal, "no answer within 20 s", {}};
        return **a.answer;
    }
    Expected<net::Response> get(const std::string& url) { return get(request(url)); }
    /// Until what was received is on the disk.
    void settle()
    {
        until([&] {
            const net::NetStats now = layer.stats();
            return now.active + now.queued + now.storing == 0;
        });
    }

    QueueExecutor here;
    WorkPool work;
    net::NetworkLayer layer;
};

inline std::string text(const Expected<net::Response>& r)
{
    return r ? std::string(asText(*r->body)) : "ERROR " + r.error().text();
}

} // namespace firmament::testing
