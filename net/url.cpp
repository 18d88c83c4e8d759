#include "net/url.h"

#include <algorithm>
#include <charconv>

namespace firmament::net {
namespace {

constexpr size_t kMaxLength = 65536;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lowered(std::string_view s)
{
    std::string out(s);
    std::transform(out.begin(), out.end(), out.begin(), lower);
    return out;
}

std::string encoded(std::string_view s)
{
    constexpr std::string_view kHex = "0123456789ABCDEF";
    constexpr std::string_view kForbidden = "\"<>\\^`{|}";
    std::string out;
    out.reserve(s.size());
    for (const char c : s) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte > 0x20 && byte < 0x7f && kForbidden.find(c) == std::string_view::npos) {
            out += c;
        } else {
            out += '%';
            out += kHex[byte >> 4];
            out += kHex[byte & 15];
        }
    }
    return out;
}

bool hostCharacter(char c)
{
    const auto byte = static_cast<unsigned char>(c);
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '.' || c == '-' || c == '_' || byte >= 0x80;
}

bool addressCharacter(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || c == ':' || c == '.' || c == '[' || c == ']';
}

std::string_view trimmed(std::string_view s)
{
    constexpr std::string_view kBlank = " \t\r\n";
    const size_t first = s.find_first_not_of(kBlank);
    if (first == std::string_view::npos) return {};
    return s.substr(first, s.find_last_not_of(kBlank) - first + 1);
}

Error bad(std::string_view text, std::string what) { return {Errc::Usage, std::move(what), std::string(text.substr(0, 300))}; }

uint16_t defaultPort(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

} // namespace

std::string Url::origin() const
{
    std::string out = scheme + "://" + host;
    if (port != defaultPort(scheme)) out += ":" + std::to_string(port);
    return out;
}

std::string Url::shown() const { return origin() + target; }

std::string Url::text() const
{
    if (userInfo.empty()) return shown();
    return scheme + "://" + userInfo + "@" + origin().substr(scheme.size() + 3) + target;
}

Expected<Url> parseUrl(std::string_view text)
{
    text = trimmed(text);
    if (text.size() > kMaxLength)
        return bad(text, "has " + std::to_string(text.size()) + " characters, expected at most " + std::to_string(kMaxLength));
    const size_t colon = text.find("://");
    if (colon == std::string_view::npos) return bad(text, "is not an address, expected http://... or https://...");
    Url url;
    url.scheme = lowered(text.substr(0, colon));
    if (url.scheme != "http" && url.scheme != "https")
        return bad(text, "has the scheme \"" + url.scheme + "\", expected http or https");

    std::string_view rest = text.substr(colon + 3);
    const size_t end = rest.find_first_of("/?#\\");
    std::string_view authority = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end);
    if (const size_t at = authority.rfind('@'); at != std::string_view::npos) {
        url.userInfo = encoded(authority.substr(0, at));
        authority = authority.substr(at + 1);
    }

    std::string_view port;
    if (authority.starts_with('[')) {
        const size_t close = authority.find(']');
        if (close == std::string_view::npos) return bad(text, "has a \"[\" without \"]\" in its host");
        url.host = lowered(authority.substr(0, close + 1));
        if (!std::all_of(url.host.begin(), url.host.end(), addressCharacter)) return bad(text, "has a malformed IPv6 host");
        port = authority.substr(close + 1);
        if (!port.empty() && port[0] != ':') return bad(text, "has a malformed port");
        if (!port.empty()) port.remove_prefix(1);
    } else {
        const size_t separator = authority.find(':');
        url.host = lowered(authority.substr(0, separator));
        if (separator != std::string_view::npos) port = authority.substr(separator + 1);
        if (!std::all_of(url.host.begin(), url.host.end(), hostCharacter))
            return bad(text, "has a character in its host that host names cannot hold");
    }
    if (url.host.empty()) return bad(text, "names no host");
    url.port = defaultPort(url.scheme);
    if (!port.empty()) {
        unsigned number = 0;
        const auto [stop, failure] = std::from_chars(port.data(), port.data() + port.size(), number);
        if (failure != std::errc() || stop != port.data() + port.size() || number == 0 || number > 65535)
            return bad(text, "has the port \"" + std::string(port) + "\", expected 1 to 65535");
        url.port = static_cast<uint16_t>(number);
    }

    rest = rest.substr(0, rest.find('#'));
    url.target = encoded(rest);
    if (!url.target.starts_with('/')) url.target.insert(0, "/");
    return url;
}

} // namespace firmament::net
