// How long an answer may be believed (RFC 9111, as a private cache). Times are seconds since 1970, UTC.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/network.h"

namespace firmament::net {

struct Freshness {
    bool store = false;
    int64_t expires = 0; ///< from then on it must be checked with the server
};

/// `query`: the address has a query part, so that without a word from the server the answer is believed only shortly.
Freshness judgeFreshness(int status, const std::vector<Header>& headers, bool query, int64_t now, int64_t negativeLifetime);

/// Seconds to wait as Retry-After asks (a number or a date); nothing when absent or unreadable.
std::optional<int64_t> retryAfterSeconds(const std::vector<Header>& headers, int64_t now);

/// An HTTP date; nothing when unreadable.
std::optional<int64_t> parseHttpDate(const std::string& text);

} // namespace firmament::net
