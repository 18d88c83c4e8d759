#include "net/replay.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "core/files.h"

namespace firmament::net {
namespace {

constexpr std::string_view kFirstLine = "firmament exchanges 1";

/// As it is kept and shown: without user and password.
std::string withoutSecrets(const std::string& url)
{
    const size_t begin = url.find("://");
    if (begin == std::string::npos) return url;
    const size_t host = begin + 3, end = url.find_first_of("/?#", host), at = url.substr(0, end).rfind('@');
    return at == std::string::npos || at < host ? url : url.substr(0, host) + url.substr(at + 1);
}

/// A line may hold anything but a line break.
std::string oneLine(std::string s)
{
    for (char& c : s)
        if (c == '\n' || c == '\r') c = ' ';
    return s;
}

class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}
    bool atEnd() const { return rest_.empty(); }
    std::string_view line()
    {
        const size_t end = rest_.find('\n');
        const std::string_view l = rest_.substr(0, end);
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        return l;
    }
    /// The line's value when it begins with this word.
    std::optional<std::string_view> value(std::string_view word)
    {
        const size_t end = rest_.find('\n');
        const std::string_view l = rest_.substr(0, end);
        if (!l.starts_with(word) || l.size() <= word.size() || l[word.size()] != ' ') return std::nullopt;
        line();
        return l.substr(word.size() + 1);
    }
    template <class T> std::optional<T> number(std::string_view word)
    {
        const auto text = value(word);
        T v{};
        if (!text || std::from_chars(text->data(), text->data() + text->size(), v).ptr != text->data() + text->size()) return std::nullopt;
        return v;
    }
    /// So many bytes after the line "word N", and the line break behind them.
    std::optional<std::string_view> block(std::string_view word)
    {
        const auto n = number<size_t>(word);
        if (!n || *n >= rest_.size() || rest_[*n] != '\n') return std::nullopt;
        const std::string_view bytes = rest_.substr(0, *n);
        rest_.remove_prefix(*n + 1);
        return bytes;
    }

private:
    std::string_view rest_;
};

std::optional<Exchange> readOne(Reader& in)
{
    const auto method = in.value("request"), url = in.value("url"), asked = in.block("sent");
    if (!method || !url || !asked) return std::nullopt;
    Exchange e{std::string(*method), std::string(*url), std::string(*asked), Error{}};
    if (const auto code = in.number<int>("error")) {
        Error error;
        const auto http = in.number<int>("http"), retry = in.number<int>("retry");
        const auto what = in.value("what");
        if (*code < 0 || *code > static_cast<int>(Errc::Internal) || !http || !retry || !what) return std::nullopt;
        error.code = static_cast<Errc>(*code);
        error.http = *http;
        error.retry = *retry != 0;
        error.what = *what;
        error.where = e.url;
        e.answer = std::move(error);
        return e;
    }
    Response r;
    const auto status = in.number<int>("status");
    const auto finalUrl = in.value("final");
    if (!status || !finalUrl) return std::nullopt;
    r.status = *status;
    r.finalUrl = *finalUrl;
    while (const auto header = in.value("header")) {
        const size_t colon = header->find(": ");
        if (colon == std::string_view::npos) return std::nullopt;
        r.headers.push_back({std::string(header->substr(0, colon)), std::string(header->substr(colon + 2))});
    }
    const auto body = in.block("body");
    if (!body) return std::nullopt;
    const ByteView bytes = asBytes(*body);
    r.body = std::make_shared<const Bytes>(bytes.begin(), bytes.end());
    e.answer = std::move(r);
    return e;
}

std::string written(const Exchange& e)
{
    std::string out = "request " + e.method + "\nurl " + withoutSecrets(e.url) + "\nsent " + std::to_string(e.requestBody.size()) + "\n" +
                      e.requestBody + "\n";
    if (!e.answer) {
        const Error& x = e.answer.error();
        return out + "error " + std::to_string(static_cast<int>(x.code)) + "\nhttp " + std::to_string(x.http) + "\nretry " +
               std::to_string(x.retry ? 1 : 0) + "\nwhat " + oneLine(x.what) + "\n";
    }
    const Response& r = *e.answer;
    out += "status " + std::to_string(r.status) + "\nfinal " + withoutSecrets(r.finalUrl) + "\n";
    for (const Header& h : r.headers)
        if (h.name != "Set-Cookie" && h.name != "set-cookie") out += "header " + oneLine(h.name) + ": " + oneLine(h.value) + "\n";
    const std::string_view body = r.body ? asText(*r.body) : std::string_view();
    return out + "body " + std::to_string(body.size()) + "\n" + std::string(body) + "\n";
}

} // namespace

Expected<std::vector<Exchange>> readExchanges(const std::filesystem::path& file)
{
    const auto content = readFile(file);
    if (!content) return content.error();
    Reader in(asText(*content));
    if (in.line() != kFirstLine)
        return Error{Errc::Parse, "expected \"" + std::string(kFirstLine) + "\" in the first line", file.string(), 0, false};
    std::vector<Exchange> all;
    while (!in.atEnd()) {
        auto one = readOne(in);
        if (!one) return Error{Errc::Parse, "exchange " + std::to_string(all.size() + 1) + " is not whole", file.string(), 0, false};
        all.push_back(std::move(*one));
    }
    return all;
}

Expected<void> writeExchanges(const std::filesystem::path& file, const std::vector<Exchange>& exchanges)
{
    std::string text = std::string(kFirstLine) + "\n";
    for (const Exchange& e : exchanges) text += written(e);
    return writeFileWhole(file, asBytes(text));
}

RecordingTransport::RecordingTransport(Transport& to) : to_(to) {}

Pending RecordingTransport::send(Request request, Executor& on, Done done)
{
    Exchange e{request.method, withoutSecrets(request.url), request.body, Error{}};
    return to_.send(std::move(request), on, [kept = kept_, e = std::move(e), done = std::move(done)](Expected<Response> answer) {
        {
            const std::lock_guard lock(kept->mutex);
            kept->all.push_back({e.method, e.url, e.requestBody, answer});
        }
        done(std::move(answer));
    });
}

std::vector<Exchange> RecordingTransport::exchanges() const
{
    const std::lock_guard lock(kept_->mutex);
    return kept_->all;
}

ReplayTransport::ReplayTransport(std::vector<Exchange> exchanges)
{
    for (Exchange& e : exchanges) tapes_.push_back({std::move(e), false});
}

Pending ReplayTransport::send(Request request, Executor& on, Done done)
{
    const std::string url = withoutSecrets(request.url);
    Tape* found = nullptr;
    for (Tape& t : tapes_) {
        const Exchange& e = t.exchange;
        if (e.method != request.method || e.url != url || e.requestBody != request.body) continue;
        found = &t;
        if (!t.played) break;
    }
    Expected<Response> answer = Error{Errc::Network, "was never recorded", url, 0, false};
    if (found) {
        found->played = true;
        answer = found->exchange.answer;
    }
    if (answer && answer->body && answer->body->size() > request.maxBytes)
        answer = Error{Errc::TooLarge, "has more than the " + std::to_string(request.maxBytes) + " bytes that were allowed for it", url, 0, false};
    if (answer && request.validate)
        if (std::string why = request.validate(answer->body ? ByteView(*answer->body) : ByteView()); !why.empty())
            answer = Error{Errc::Parse, std::move(why), url, 0, false};
    auto flag = std::make_shared<PendingFlag>();
    flag->deliver(on, [done = std::move(done), answer = std::move(answer)] { done(answer); });
    return Pending(flag);
}

} // namespace firmament::net
