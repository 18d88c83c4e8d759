// JPEG, PNG and WebP, from and to memory. The kind is told by the first bytes, never by a name. Any thread.
#pragma once

#include <cstdint>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament::hips {

enum class ImageKind : uint8_t { Unknown, Jpeg, Png, Webp, Fits, Gzip, Html };
ImageKind sniffImage(ByteView bytes);
const char* imageKindName(ImageKind kind); ///< "JPEG", "HTML page", "unknown data"

/// Rows from the top, 4 bytes a pixel, premultiplied alpha.
struct RasterImage {
    int width = 0, height = 0;
    bool opaque = true; ///< every alpha is 255
    Bytes rgba;
    const uint8_t* data() const { return reinterpret_cast<const uint8_t*>(rgba.data()); }
};

struct ImageLimits {
    int maxSide = 32768;
    uint64_t maxPixels = uint64_t{1} << 26; ///< 256 MiB of RGBA
};

/// Grey, palette, 16 bit, CMYK and interlaced files all become RGBA8. A file cut short is an error.
Expected<RasterImage> decodeImage(ByteView bytes, const ImageLimits& limits = {});
/// Reads the header only: width and height (rgba stays empty).
Expected<RasterImage> imageSize(ByteView bytes, const ImageLimits& limits = {});

enum class AlphaKind : uint8_t { Premultiplied, Straight, Ignore };
enum class PngEffort : uint8_t { Fast, Small };

/// width x height RGBA8 pixels, rows from the top. PNG: written without an alpha channel when all is opaque.
Expected<Bytes> encodePng(const uint8_t* rgba, int width, int height, AlphaKind alpha = AlphaKind::Premultiplied,
                          PngEffort effort = PngEffort::Fast);
/// JPEG has no transparency: what is transparent is drawn over black. quality 1..100.
Expected<Bytes> encodeJpeg(const uint8_t* rgba, int width, int height, int quality = 90,
                           AlphaKind alpha = AlphaKind::Premultiplied);
/// quality 0..100, above 100: lossless.
Expected<Bytes> encodeWebp(const uint8_t* rgba, int width, int height, int quality = 90,
                           AlphaKind alpha = AlphaKind::Premultiplied);

} // namespace firmament::hips
