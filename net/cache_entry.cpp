#include "net/cache_entry.h"

#include <cstring>

namespace firmament::net {
namespace {

// A preamble: magic, version, length and checksum of the head. All numbers in the byte order of the machine:
// a cache does not travel, and a foreign one fails the magic.
constexpr uint64_t kMagic = 0x3165686361436d46; // "FmCache1"
constexpr uint32_t kVersion = 1;
constexpr uint32_t kMaxHead = 1u << 20;

struct Preamble {
    uint64_t magic = kMagic;
    uint32_t version = kVersion;
    uint32_t headLength = 0;
    uint64_t headSum = 0;
};
static_assert(sizeof(Preamble) == kPreambleBytes);

uint64_t mixed(uint64_t h)
{
    h ^= h >> 32;
    h *= 0x9e3779b97f4a7c15u;
    h ^= h >> 29;
    return h;
}

class Packer {
public:
    void number(uint64_t v) { append(&v, sizeof v); }
    void text(std::string_view s)
    {
        number(s.size());
        append(s.data(), s.size());
    }
    const std::string& bytes() const { return out_; }

private:
    void append(const void* p, size_t n) { out_.append(static_cast<const char*>(p), n); }
    std::string out_;
};

class Unpacker {
public:
    explicit Unpacker(std::string_view in) : in_(in) {}
    uint64_t number()
    {
        uint64_t v = 0;
        if (in_.size() < sizeof v) {
            good_ = false;
            return 0;
        }
        std::memcpy(&v, in_.data(), sizeof v);
        in_.remove_prefix(sizeof v);
        return v;
    }
    std::string text()
    {
        const uint64_t n = number();
        if (n > in_.size()) {
            good_ = false;
            return {};
        }
        std::string s(in_.substr(0, static_cast<size_t>(n)));
        in_.remove_prefix(static_cast<size_t>(n));
        return s;
    }
    bool good() const { return good_; }

private:
    std::string_view in_;
    bool good_ = true;
};

} // namespace

uint64_t checksum(ByteView bytes, uint64_t seed)
{
    uint64_t h = seed ^ (bytes.size() * 0xff51afd7ed558ccdu);
    size_t i = 0;
    for (; i + 8 <= bytes.size(); i += 8) {
        uint64_t word;
        std::memcpy(&word, bytes.data() + i, 8);
        h = (h ^ word) * 0x9e3779b97f4a7c15u;
        h ^= h >> 32;
    }
    uint64_t tail = 0;
    if (i < bytes.size()) std::memcpy(&tail, bytes.data() + i, bytes.size() - i);
    return mixed(mixed(h ^ tail));
}

Response CacheEntry::response(bool stale) const
{
    Response r;
    r.status = status;
    r.headers = headers;
    r.finalUrl = finalUrl;
    r.body = body;
    r.fromCache = true;
    r.stale = stale;
    r.asOf = stored;
    return r;
}

std::optional<std::string> packEntryHead(const std::string& key, const CacheEntry& entry)
{
    const ByteView body = entry.body ? ByteView(*entry.body) : ByteView();
    Packer p;
    p.text(key);
    p.number(static_cast<uint64_t>(entry.status));
    p.number(static_cast<uint64_t>(entry.stored));
    p.number(static_cast<uint64_t>(entry.expires));
    p.number(body.size());
    p.number(checksum(body, 1));
    p.text(entry.finalUrl);
    p.number(entry.headers.size());
    for (const Header& h : entry.headers) {
        p.text(h.name);
        p.text(h.value);
    }
    if (p.bytes().size() > kMaxHead) return std::nullopt;
    Preamble pre;
    pre.headLength = static_cast<uint32_t>(p.bytes().size());
    pre.headSum = checksum(asBytes(p.bytes()), 2);
    return std::string(reinterpret_cast<const char*>(&pre), sizeof pre) + p.bytes();
}

std::optional<uint32_t> headLength(std::string_view preamble)
{
    Preamble pre;
    if (preamble.size() != sizeof pre) return std::nullopt;
    std::memcpy(&pre, preamble.data(), sizeof pre);
    if (pre.magic != kMagic || pre.version != kVersion || pre.headLength > kMaxHead) return std::nullopt;
    return pre.headLength;
}

std::optional<EntryHead> unpackEntryHead(std::string_view preamble, std::string_view head)
{
    Preamble pre;
    if (headLength(preamble) != head.size()) return std::nullopt;
    std::memcpy(&pre, preamble.data(), sizeof pre);
    if (checksum(asBytes(head), 2) != pre.headSum) return std::nullopt;
    Unpacker u(head);
    EntryHead out;
    out.key = u.text();
    out.entry.status = static_cast<int>(u.number());
    out.entry.stored = static_cast<int64_t>(u.number());
    out.entry.expires = static_cast<int64_t>(u.number());
    out.bodyLength = u.number();
    out.bodySum = u.number();
    out.entry.finalUrl = u.text();
    const uint64_t count = u.number();
    for (uint64_t i = 0; i < count && u.good(); ++i) {
        std::string name = u.text();
        out.entry.headers.push_back({std::move(name), u.text()});
    }
    if (!u.good()) return std::nullopt;
    return out;
}

bool isBodyOf(const EntryHead& head, ByteView body)
{
    return body.size() == head.bodyLength && checksum(body, 1) == head.bodySum;
}

} // namespace firmament::net
