// Looking into lists of HTTP headers; names are compared without regard to case.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "net/network.h"

namespace firmament::net {

inline char lowerAscii(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

inline bool equalNoCase(std::string_view a, std::string_view b)
{
    return a.size() == b.size() &&
           std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lowerAscii(x) == lowerAscii(y); });
}

/// The value of the first header of that name, null when there is none.
inline const std::string* findHeader(const std::vector<Header>& headers, std::string_view name)
{
    for (const Header& h : headers)
        if (equalNoCase(h.name, name)) return &h.value;
    return nullptr;
}

/// Replaces all headers of that name by one.
inline void setHeader(std::vector<Header>& headers, std::string_view name, std::string value)
{
    std::erase_if(headers, [name](const Header& h) { return equalNoCase(h.name, name); });
    headers.push_back({std::string(name), std::move(value)});
}

} // namespace firmament::net
