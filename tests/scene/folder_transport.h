// A network that serves a folder, as slowly as the test wants: answers wait until they are released.
#pragma once

#include <deque>
#include <filesystem>
#include <string>

#include "core/files.h"
#include "net/network.h"

namespace firmament::testing {

class FolderTransport final : public net::Transport {
public:
    FolderTransport(std::string base, std::filesystem::path folder) : base_(std::move(base)), folder_(std::move(folder)) {}

    Pending send(net::Request request, Executor& on, Done done) override
    {
        auto flag = std::make_shared<PendingFlag>();
        ++asked;
        waiting_.push_back({std::move(request), &on, std::move(done), flag});
        if (!hold) release(waiting_.size());
        return Pending(flag);
    }
    /// Answers up to `count` requests, the oldest first; cancelled ones are dropped. Returns how many were answered.
    size_t release(size_t count)
    {
        size_t answered = 0;
        while (answered < count && !waiting_.empty()) {
            Waiting w = std::move(waiting_.front());
            waiting_.pop_front();
            if (w.flag->cancelled()) continue;
            answer(w);
            ++answered;
        }
        return answered;
    }
    size_t waiting() const
    {
        size_t n = 0;
        for (const auto& w : waiting_) n += !w.flag->cancelled();
        return n;
    }

    bool hold = false;
    std::string failWith; ///< every tile fails so
    size_t asked = 0;

private:
    struct Waiting {
        net::Request request;
        Executor* on;
        Done done;
        std::shared_ptr<PendingFlag> flag;
    };
    void answer(Waiting& w)
    {
        const std::string& url = w.request.url;
        auto done = std::move(w.done);
        if (!failWith.empty() && url.find("Npix") != std::string::npos) {
            w.flag->deliver(*w.on, [done, url, why = failWith] { done(Error{Errc::Http, why, url, 503, true}); });
            return;
        }
        std::string path = url.starts_with(base_) ? url.substr(base_.size()) : "/nothing";
        path = path.substr(0, path.find('?'));
        auto bytes = readFile(folder_ / path.substr(1));
        if (!bytes) {
            w.flag->deliver(*w.on, [done, url] { done(Error{Errc::NotFound, "HTTP 404", url, 404, false}); });
            return;
        }
        net::Response response;
        response.status = 200;
        response.finalUrl = url;
        response.body = std::make_shared<const Bytes>(std::move(*bytes));
        w.flag->deliver(*w.on, [done, response] { done(response); });
    }
    std::string base_;
    std::filesystem::path folder_;
    std::deque<Waiting> waiting_;
};

} // namespace firmament::testing
