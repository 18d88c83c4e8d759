#include "fits/header.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace firmament::fits {
namespace {

/// A header longer than this is not one of a tile or a coverage map.
constexpr size_t kMaxCards = 20000;

std::string_view trimmed(std::string_view s)
{
    while (!s.empty() && s.front() == ' ') s.remove_prefix(1);
    while (!s.empty() && (s.back() == ' ' || s.back() == '\0')) s.remove_suffix(1);
    return s;
}

} // namespace

Expected<Header> Header::read(ByteView unit)
{
    const std::string_view all = asText(unit);
    Header h;
    for (size_t at = 0; at + kCard <= all.size() && h.cards_.size() < kMaxCards; at += kCard) {
        const std::string_view card = all.substr(at, kCard);
        if (trimmed(card.substr(0, 8)) == "END" && trimmed(card.substr(8)).empty()) {
            h.bytes_ = (at + kCard + kBlock - 1) / kBlock * kBlock;
            return h;
        }
        h.cards_.push_back(card);
    }
    return Error{Errc::Parse, "FITS header without END", {}};
}

std::string_view Header::raw(std::string_view key) const
{
    for (std::string_view card : cards_) {
        if (card[8] != '=' || trimmed(card.substr(0, 8)) != key) continue;
        std::string_view value = trimmed(card.substr(9));
        if (!value.empty() && value.front() == '\'') return value;
        return trimmed(value.substr(0, value.find('/')));
    }
    return {};
}

std::optional<double> Header::number(std::string_view key) const
{
    std::string s(raw(key));
    std::replace_if(s.begin(), s.end(), [](char c) { return c == 'D' || c == 'd'; }, 'E');
    std::string_view v = s;
    if (v.starts_with('+')) v.remove_prefix(1);
    double d = 0;
    const auto [end, error] = std::from_chars(v.data(), v.data() + v.size(), d);
    if (error != std::errc{} || end != v.data() + v.size() || v.empty()) return std::nullopt;
    return d;
}

std::optional<int64_t> Header::integer(std::string_view key) const
{
    std::string_view v = raw(key);
    if (v.starts_with('+')) v.remove_prefix(1);
    int64_t i = 0;
    const auto [end, error] = std::from_chars(v.data(), v.data() + v.size(), i);
    if (error == std::errc{} && end == v.data() + v.size() && !v.empty()) return i;
    // "512." is met; beyond 2^53 only the integer spelling is exact.
    if (const auto d = number(key); d && std::floor(*d) == *d && std::abs(*d) < 9.007199254740992e15)
        return static_cast<int64_t>(*d);
    return std::nullopt;
}

std::optional<bool> Header::logical(std::string_view key) const
{
    const std::string_view v = raw(key);
    if (v == "T") return true;
    if (v == "F") return false;
    return std::nullopt;
}

std::optional<std::string> Header::text(std::string_view key) const
{
    std::string_view v = raw(key);
    if (v.empty() || v.front() != '\'') return std::nullopt;
    std::string out;
    for (size_t i = 1; i < v.size(); ++i) {
        if (v[i] != '\'') {
            out += v[i];
        } else if (i + 1 < v.size() && v[i + 1] == '\'') {
            out += v[i++];
        } else {
            break;
        }
    }
    while (!out.empty() && out.back() == ' ') out.pop_back();
    return out;
}

} // namespace firmament::fits
