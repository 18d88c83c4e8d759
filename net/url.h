// Web addresses, checked and in one canonical spelling. Pure functions, any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.h"

namespace firmament::net {

struct Url {
    std::string scheme;   ///< "http" or "https"
    std::string userInfo; ///< "name:password", usually empty; never shown
    std::string host;     ///< lower case; IPv6 with its brackets
    uint16_t port = 0;    ///< always set
    std::string target;   ///< path and query, begins with '/', percent-encoded, no fragment

    std::string origin() const; ///< "https://host" or "https://host:port": what limits and failures are counted for
    std::string text() const;   ///< the address to ask for
    std::string shown() const;  ///< the same without userInfo: for messages
    bool hasQuery() const { return target.find('?') != std::string::npos; }
};

/// Only absolute http and https addresses. Blanks and other characters that an address cannot hold are percent-encoded.
Expected<Url> parseUrl(std::string_view text);

} // namespace firmament::net
