#include "fits/moc_fits.h"
#include "fits/tile.h"
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
    fits::FitsTileOptions options;
    options.maxSide = 1024;
    options.maxBytes = 1u << 23;
    const ByteView file = fuzz::view(data, size);
    const auto tile = fits::readFitsTile(file, options);
    if (tile) {
        const fits::FitsTile& t = tile->value;
        fuzz::require(t.width > 0 && t.height > 0 && t.width <= 1024 && t.height <= 1024);
        fuzz::require(t.pixels.size() == static_cast<size_t>(t.width) * static_cast<size_t>(t.height) * 4);
        (void)fits::readFitsTilePixel(file, t.width / 2, t.height / 2, options);
    }
    (void)fits::readMocFile(file);
    return 0;
}
