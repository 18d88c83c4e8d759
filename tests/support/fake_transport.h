// A Transport without a network for tests of what sits above net/: answers by URL, counts, and holds answers back.
// Keeps the promises of Transport: done runs once, on `on`, never after the Pending is gone; status >= 400 is an Error;
// maxBytes and validate are applied. One thread at a time, but for the executors.
//
//     FakeTransport net;
//     net.reply("http://x.test/a", "text");            // always
//     net.fail("http://x.test/b", {Errc::Timeout, "silent"});
//     net.serveFolder("http://x.test/survey", folder); // files below it
//     net.hold();                                      // nothing is answered ...
//     net.release();                                   // ... until now (or release("http://x.test/a"))
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/files.h"
#include "net/network.h"

namespace firmament::testing {

class FakeTransport final : public net::Transport {
public:
    using Answer = std::function<Expected<net::Response>(const net::Request&)>;

    /// `through`: answers go through this executor first (a QueueExecutor that the test drains); null: straight to `on`.
    explicit FakeTransport(Executor* through = nullptr) : through_(through) {}

    void reply(const std::string& url, std::string_view body, int status = 200, std::vector<net::Header> headers = {})
    {
        net::Response r;
        r.status = status;
        r.headers = std::move(headers);
        r.finalUrl = url;
        const ByteView bytes = asBytes(body);
        r.body = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
        answers_[url] = [r](const net::Request&) -> Expected<net::Response> { return r; };
    }
    void fail(const std::string& url, Error error)
    {
        answers_[url] = [error](const net::Request&) -> Expected<net::Response> { return error; };
    }
    void answer(const std::string& url, Answer answer) { answers_[url] = std::move(answer); }
    /// Also for all addresses that begin with `base` and a slash; other files than those there are 404.
    void serveFolder(std::string base, std::filesystem::path folder)
    {
        while (base.ends_with('/')) base.pop_back();
        folders_.emplace_back(base + "/", std::move(folder));
    }

    /// From now on answers wait for release().
    void hold() { holding_ = true; }
    /// Answers what waits, in the order of asking, and holds nothing back any more.
    void release()
    {
        holding_ = false;
        while (!held_.empty()) {
            Waiting w = std::move(held_.front());
            held_.pop_front();
            send(w);
        }
    }
    /// Answers the requests for this address that wait; others go on waiting. True when there was one.
    bool release(const std::string& url)
    {
        std::deque<Waiting> out;
        for (auto it = held_.begin(); it != held_.end();)
            if (it->request->url == url) {
                out.push_back(std::move(*it));
                it = held_.erase(it);
            } else {
                ++it;
            }
        for (const Waiting& w : out) send(w);
        return !out.empty();
    }
    /// Requests that wait and are still wanted.
    size_t held() const
    {
        return static_cast<size_t>(std::count_if(held_.begin(), held_.end(), [](const Waiting& w) { return w.control->wanted(); }));
    }
    std::vector<std::string> heldUrls() const
    {
        std::vector<std::string> urls;
        for (const Waiting& w : held_)
            if (w.control->wanted()) urls.push_back(w.request->url);
        return urls;
    }

    size_t requests() const { return log_.size(); }
    size_t requests(const std::string& url) const
    {
        return static_cast<size_t>(std::count_if(log_.begin(), log_.end(), [&](const net::Request& r) { return r.url == url; }));
    }
    size_t cancelled() const { return *cancelled_; }
    const std::vector<net::Request>& log() const { return log_; }
    void clearLog() { log_.clear(); }
    /// Rank that was last asked for: (priority, distance); of the first request for this address that waits.
    std::pair<Priority, float> rankOf(const std::string& url) const
    {
        for (const Waiting& w : held_)
            if (w.request->url == url) return {w.control->priority, w.control->distance};
        return {};
    }

    [[nodiscard]] Pending send(net::Request request, Executor& on, Done done) override
    {
        log_.push_back(request);
        auto control = std::make_shared<Control>();
        control->priority = request.priority;
        control->distance = request.distance;
        control->done = std::move(done);
        control->cancelledCount = cancelled_;
        Waiting w{std::make_shared<const net::Request>(std::move(request)), &on, control};
        if (holding_) held_.push_back(w);
        else send(w);
        return Pending(control);
    }

private:
    struct Control final : Pending::Control {
        enum class State { Wanted, Answered, Cancelled };
        std::atomic<State> state{State::Wanted};
        Priority priority = Priority::Normal;
        float distance = 0;
        Done done;
        std::shared_ptr<std::atomic<size_t>> cancelledCount;

        bool wanted() const { return state == State::Wanted; }
        void cancel() noexcept override
        {
            State expected = State::Wanted;
            if (!state.compare_exchange_strong(expected, State::Cancelled)) return;
            ++*cancelledCount;
            done = nullptr;
        }
        void reprioritise(Priority p, float d) override
        {
            priority = p;
            distance = d;
        }
        void run(const Expected<net::Response>& result)
        {
            State expected = State::Wanted;
            if (!state.compare_exchange_strong(expected, State::Answered)) return;
            const Done call = std::move(done);
            done = nullptr;
            if (call) call(result);
        }
    };
    struct Waiting {
        std::shared_ptr<const net::Request> request;
        Executor* on = nullptr;
        std::shared_ptr<Control> control;
    };

    void send(const Waiting& w)
    {
        auto deliver = [on = w.on, control = w.control, result = answerTo(*w.request)] {
            on->post(control->priority, [control, result] { control->run(result); });
        };
        if (through_) through_->post(std::move(deliver));
        else deliver();
    }

    Expected<net::Response> answerTo(const net::Request& request) const
    {
        auto result = lookUp(request);
        if (!result) return result;
        if (result->status >= 400) {
            const bool missing = result->status == 404 || result->status == 410;
            Error e{missing ? Errc::NotFound : Errc::Http, "answered " + std::to_string(result->status) + ", expected 200", request.url};
            e.http = result->status;
            return e;
        }
        if (!result->body) result->body = std::make_shared<const Bytes>();
        if (result->finalUrl.empty()) result->finalUrl = request.url;
        if (result->body->size() > request.maxBytes) return Error{Errc::TooLarge, "has too many bytes", request.url};
        if (request.validate)
            if (std::string why = request.validate(*result->body); !why.empty()) return Error{Errc::Parse, why, request.url};
        return result;
    }

    Expected<net::Response> lookUp(const net::Request& request) const
    {
        if (const auto it = answers_.find(request.url); it != answers_.end()) return it->second(request);
        net::Response r;
        r.status = 404;
        for (const auto& [base, folder] : folders_) {
            if (!request.url.starts_with(base)) continue;
            auto content = readFile(folder / request.url.substr(base.size(), request.url.find('?') - base.size()));
            if (!content) continue;
            r.status = 200;
            r.body = std::make_shared<const Bytes>(std::move(*content));
            break;
        }
        return r;
    }

    Executor* through_;
    bool holding_ = false;
    std::map<std::string, Answer> answers_;
    std::vector<std::pair<std::string, std::filesystem::path>> folders_;
    std::deque<Waiting> held_;
    std::vector<net::Request> log_;
    std::shared_ptr<std::atomic<size_t>> cancelled_ = std::make_shared<std::atomic<size_t>>(0);
};

} // namespace firmament::testing
