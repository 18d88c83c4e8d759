#include "net/freshness.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>

#include "net/headers.h"

namespace firmament::net {
namespace {

constexpr int64_t kHour = 3600, kDay = 24 * kHour;
constexpr int64_t kLongest = 365 * kDay;
constexpr int64_t kUnstated = 7 * kDay;         // a tile server that says nothing at all
constexpr int64_t kUnstatedQuery = kHour;       // a service that says nothing
constexpr int64_t kByAgeLeast = kHour, kByAgeMost = 30 * kDay;

struct Directives {
    bool noStore = false, noCache = false;
    std::optional<int64_t> maxAge;
};

std::string_view trimmed(std::string_view s)
{
    while (!s.empty() && (s.front() == ' ' || s.front() == '\t' || s.front() == '"')) s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\t' || s.back() == '"')) s.remove_suffix(1);
    return s;
}

std::optional<int64_t> wholeNumber(std::string_view s)
{
    s = trimmed(s);
    if (s.empty() || !std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
    int64_t n = 0;
    if (std::from_chars(s.data(), s.data() + s.size(), n).ec != std::errc()) return kLongest; // too many digits
    return std::min(n, kLongest);
}

void readDirective(std::string_view text, Directives& out)
{
    text = trimmed(text);
    const size_t equals = text.find('=');
    const std::string_view name = trimmed(text.substr(0, equals));
    if (equalNoCase(name, "no-store")) out.noStore = true;
    if (equalNoCase(name, "no-cache")) out.noCache = true;
    if (equalNoCase(name, "max-age") && equals != std::string_view::npos)
        out.maxAge = wholeNumber(text.substr(equals + 1)).value_or(0); // unreadable: RFC 9111 4.2.1, take it as stale
}

Directives directives(const std::vector<Header>& headers)
{
    Directives out;
    bool any = false;
    for (const Header& h : headers) {
        if (equalNoCase(h.name, "Vary") && h.value.find('*') != std::string::npos) out.noCache = true;
        if (!equalNoCase(h.name, "Cache-Control")) continue;
        any = true;
        std::string_view rest = h.value;
        while (!rest.empty()) {
            const size_t comma = rest.find(',');
            readDirective(rest.substr(0, comma), out);
            rest = comma == std::string_view::npos ? std::string_view() : rest.substr(comma + 1);
        }
    }
    if (const std::string* pragma = findHeader(headers, "Pragma"); pragma && !any && equalNoCase(trimmed(*pragma), "no-cache"))
        out.noCache = true;
    return out;
}

/// Seconds from now, as the server says; nothing when it says nothing.
std::optional<int64_t> statedLifetime(const Directives& said, const std::vector<Header>& headers, int64_t now)
{
    if (said.noCache) return 0;
    if (said.maxAge) {
        const std::string* age = findHeader(headers, "Age");
        return std::max<int64_t>(0, *said.maxAge - (age ? wholeNumber(*age).value_or(0) : 0));
    }
    const std::string* expires = findHeader(headers, "Expires");
    if (!expires) return std::nullopt;
    const auto until = parseHttpDate(*expires);
    if (!until) return 0; // "Expires: 0" and the like mean: already over
    const std::string* date = findHeader(headers, "Date");
    const int64_t serverNow = date ? parseHttpDate(*date).value_or(now) : now;
    return std::clamp<int64_t>(*until - serverNow, 0, kLongest);
}

int64_t guessedLifetime(const std::vector<Header>& headers, bool query, int64_t now)
{
    if (const std::string* text = findHeader(headers, "Last-Modified"))
        if (const auto modified = parseHttpDate(*text); modified && *modified <= now)
            return std::clamp((now - *modified) / 10, kByAgeLeast, query ? kDay : kByAgeMost);
    return query ? kUnstatedQuery : kUnstated;
}

} // namespace

std::optional<int64_t> parseHttpDate(const std::string& text)
{
    const time_t t = ::curl_getdate(text.c_str(), nullptr);
    if (t == -1) return std::nullopt;
    return static_cast<int64_t>(t);
}

Freshness judgeFreshness(int status, const std::vector<Header>& headers, bool query, int64_t now, int64_t negativeLifetime)
{
    const bool negative = status == 404 || status == 410;
    if (!negative && status != 200 && status != 203 && status != 204 && status != 206) return {};
    const Directives said = directives(headers);
    if (said.noStore) return {};
    const auto stated = statedLifetime(said, headers, now);
    if (negative) {
        const int64_t lifetime = std::min(stated.value_or(negativeLifetime), negativeLifetime);
        return {lifetime > 0, now + lifetime};
    }
    return {true, now + (stated ? *stated : guessedLifetime(headers, query, now))};
}

std::optional<int64_t> retryAfterSeconds(const std::vector<Header>& headers, int64_t now)
{
    const std::string* text = findHeader(headers, "Retry-After");
    if (!text) return std::nullopt;
    if (const auto seconds = wholeNumber(*text)) return seconds;
    if (const auto date = parseHttpDate(*text)) return std::clamp<int64_t>(*date - now, 0, kLongest);
    return std::nullopt;
}

} // namespace firmament::net
