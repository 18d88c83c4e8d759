#include <cstring>
#include <memory>
#include <string>

#include "net/cache_entry.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

namespace {

/// In front of any head: the right magic, length and checksum, so that the reader looks further.
std::string preambleFor(std::string_view head)
{
    std::string p = net::packEntryHead({}, {})->substr(0, net::kPreambleBytes);
    const auto length = static_cast<uint32_t>(head.size());
    const uint64_t sum = net::checksum(asBytes(head), 2);
    std::memcpy(p.data() + 12, &length, sizeof length);
    std::memcpy(p.data() + 16, &sum, sizeof sum);
    return p;
}

void judge(std::string_view preamble, std::string_view head)
{
    const auto entry = net::unpackEntryHead(preamble, head);
    if (!entry) return;
    fuzz::require(entry->key.size() + entry->entry.finalUrl.size() <= head.size());
    net::CacheEntry copy = entry->entry;
    copy.body = std::make_shared<Bytes>();
    const auto packed = net::packEntryHead(entry->key, copy);
    fuzz::require(packed.has_value());
    const std::string_view all = *packed;
    const auto again = net::unpackEntryHead(all.substr(0, net::kPreambleBytes), all.substr(net::kPreambleBytes));
    fuzz::require(again && again->key == entry->key && again->entry.headers == entry->entry.headers && again->entry.finalUrl == entry->entry.finalUrl);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text = asText(fuzz::view(data, size));
    if (size >= net::kPreambleBytes) judge(text.substr(0, net::kPreambleBytes), text.substr(net::kPreambleBytes));
    if (size < 1u << 20) judge(preambleFor(text), text);
    return 0;
}
