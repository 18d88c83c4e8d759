#include "hips/image_codec.h"
#include "hips/tile_decode.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const ByteView file = fuzz::view(data, size);
    const auto image = hips::decodeImage(file, {1024, 1u << 18});
    if (!image) return 0;
    fuzz::require(image->rgba.size() == static_cast<size_t>(image->width) * static_cast<size_t>(image->height) * 4);
    for (size_t i = 0; i < image->rgba.size(); i += 4)
        for (size_t c = 0; c < 3; ++c) fuzz::require(image->rgba[i + c] <= image->rgba[i + 3]); // premultiplied
    (void)hips::decodeTile(file, 64);
    return 0;
}
