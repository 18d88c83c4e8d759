#include "sky/moc.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto moc = sky::parseMocAscii(asText(fuzz::view(data, size)));
    if (!moc) return 0;
    uint64_t last = 0;
    for (const sky::Range29& r : moc->value.ranges()) {
        fuzz::require(r.first < r.end && (r.first > last || last == 0) && r.end <= uint64_t{12} << 58);
        last = r.end;
    }
    const auto again = sky::parseMocAscii(sky::toAscii(moc->value));
    fuzz::require(again && again->value == moc->value && again->value.order() == moc->value.order());
    return 0;
}
