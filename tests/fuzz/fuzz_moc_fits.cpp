#include "fits/moc_fits.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

/// cfitsio itself loses a few bytes on some damaged headers; that is not what is looked for here.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions()
{
    return "leak:libcfitsio";
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto map = fits::readMocFile(fuzz::view(data, size));
    if (!map) {
        fuzz::require(!map.error().what.empty());
        return 0;
    }
    const sky::Moc& moc = map->value.moc;
    uint64_t last = 0;
    bool first = true;
    for (const sky::Range29& r : moc.ranges()) {
        fuzz::require(r.first < r.end && (first || r.first > last) && r.end <= uint64_t{12} << 58);
        last = r.end;
        first = false;
    }
    fuzz::require(moc.order() >= 0 && moc.order() <= sky::kMaxOrder && moc.fraction() >= 0 && moc.fraction() <= 1);
    if (moc.ranges().size() > 2000) return 0;
    const auto again = fits::readMocFits(fits::writeMocFits(moc, "C"));
    fuzz::require(again && again->value.moc == moc && again->value.moc.order() == moc.order());
    return 0;
}
