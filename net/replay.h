// Exchanges with servers kept in a file, for tests that need what real ones answered: recorded by hand, replayed without
// any network. The file is text but for the bodies; several answers to one request are played in the order they came in.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "net/network.h"

namespace firmament::net {

/// One request and what came of it. Requests are told apart by method, URL and body; the URL's user and password are not kept.
struct Exchange {
    std::string method, url, requestBody;
    Expected<Response> answer;
};

Expected<std::vector<Exchange>> readExchanges(const std::filesystem::path& file);
Expected<void> writeExchanges(const std::filesystem::path& file, const std::vector<Exchange>& exchanges);

/// Passes everything on to another transport, which outlives it, and remembers what came back. Cancelled requests leave no trace.
class RecordingTransport final : public Transport {
public:
    explicit RecordingTransport(Transport& to);
    [[nodiscard]] Pending send(Request request, Executor& on, Done done) override;
    std::vector<Exchange> exchanges() const;

private:
    struct Kept {
        mutable std::mutex mutex;
        std::vector<Exchange> all;
    };
    Transport& to_;
    const std::shared_ptr<Kept> kept_ = std::make_shared<Kept>();
};

/// Answers from exchanges; the last answer to a request is given again and again. What was never recorded fails with
/// Errc::Network and the URL. Request::maxBytes and validate hold as anywhere.
class ReplayTransport final : public Transport {
public:
    explicit ReplayTransport(std::vector<Exchange> exchanges);
    [[nodiscard]] Pending send(Request request, Executor& on, Done done) override;

private:
    struct Tape {
        Exchange exchange;
        bool played = false;
    };
    std::vector<Tape> tapes_;
};

} // namespace firmament::net
