// One answer of the disk cache, and the bytes of its file: a preamble, a head, the body, each with its checksum. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "net/network.h"

namespace firmament::net {

struct CacheEntry {
    int status = 0;
    std::string finalUrl;
    std::vector<Header> headers;
    int64_t stored = 0;  ///< seconds since 1970
    int64_t expires = 0; ///< from then on it must be checked with the server
    BytesPtr body;
    /// An entry from the future (a clock set back) is not believed either.
    bool fresh(int64_t now) const { return now < expires && stored <= now + 86400; }
    bool negative() const { return status == 403 || status == 404 || status == 410; }
    /// stale: it could not be checked with the server.
    Response response(bool stale) const;
};

inline constexpr size_t kPreambleBytes = 24;

/// What is in front of the body. `key`: the canonical request. Nothing when it would be too long for anybody to read.
std::optional<std::string> packEntryHead(const std::string& key, const CacheEntry& entry);

/// Length of the head that follows a preamble; nothing when these bytes are none, or not of this version.
std::optional<uint32_t> headLength(std::string_view preamble);

struct EntryHead {
    std::string key;
    CacheEntry entry; ///< without its body
    uint64_t bodyLength = 0, bodySum = 0;
};
/// Nothing when it is damaged. Both as headLength() told.
std::optional<EntryHead> unpackEntryHead(std::string_view preamble, std::string_view head);
bool isBodyOf(const EntryHead& head, ByteView body);

/// Finds damage, is no defence against forgery (the folder belongs to the user). Eight bytes at a step.
uint64_t checksum(ByteView bytes, uint64_t seed);

} // namespace firmament::net
