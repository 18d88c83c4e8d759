#include <string>
#include <vector>

#include "net/freshness.h"
#include "net/network.h"
#include "net/url.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

namespace {

constexpr int64_t kNow = 1795000000, kYear = 366 * 86400;

std::vector<net::Header> headersOf(std::string_view text)
{
    std::vector<net::Header> all;
    while (!text.empty() && all.size() < 100) {
        const size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (const size_t colon = line.find(':'); colon != std::string_view::npos)
            all.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
    }
    return all;
}

void judgeHeaders(const std::vector<net::Header>& headers)
{
    for (const int status : {200, 206, 301, 404, 410, 503})
        for (const bool query : {false, true}) {
            const net::Freshness f = net::judgeFreshness(status, headers, query, kNow, 600);
            if (f.store) fuzz::require(f.expires >= kNow && f.expires <= kNow + kYear);
            if (f.store && status >= 400) fuzz::require(f.expires <= kNow + 600);
        }
    if (const auto wait = net::retryAfterSeconds(headers, kNow)) fuzz::require(*wait >= 0 && *wait <= kYear);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text = asText(fuzz::view(data, size));
    judgeHeaders(headersOf(text));
    if (const auto url = net::parseUrl(text)) {
        fuzz::require(!url->host.empty() && url->port != 0 && url->target.starts_with('/'));
        const auto again = net::parseUrl(url->text());
        fuzz::require(again && again->text() == url->text() && again->origin() == url->origin());
        // What messages show has no name and password, whatever the path has in it.
        const auto shown = net::parseUrl(url->shown());
        fuzz::require(shown && shown->userInfo.empty() && shown->origin() == url->origin() && shown->target == url->target);
    }
    if (const auto rules = net::parseHostRules(text))
        for (const net::HostRule& r : *rules) fuzz::require(!r.from.empty());
    return 0;
}
