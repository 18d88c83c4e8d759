#include "fits/rice_check.h"

#include <algorithm>

namespace firmament::fits {
namespace {

/// Bits from the highest of each byte on.
class Bits {
public:
    explicit Bits(ByteView bytes) : bytes_(bytes), end_(bytes.size() * 8) {}
    bool skip(uint64_t n)
    {
        if (n > end_ - at_) return false;
        at_ += n;
        return true;
    }
    bool take(unsigned n, unsigned& value)
    {
        if (n > end_ - at_) return false;
        for (value = 0; n > 0; --n) value = value << 1 | bit();
        return true;
    }
    /// The zeros of a unary number and the one that ends it; at most `limit` zeros, as the decoder shifts their count.
    bool skipUnary(unsigned limit)
    {
        for (unsigned zeros = 0; at_ < end_ && zeros <= limit; ++zeros)
            if (bit()) return true;
        return false;
    }

private:
    unsigned bit()
    {
        const unsigned b = std::to_integer<unsigned>(bytes_[at_ / 8]) >> (7 - at_ % 8) & 1u;
        ++at_;
        return b;
    }
    ByteView bytes_;
    uint64_t at_ = 0, end_;
};

struct Widths {
    unsigned selector, direct, pixel; ///< bits of the block's selector; the selector of plain pixels; bits of a pixel
};

} // namespace

bool riceHolds(ByteView stream, int bytesPerPixel, int64_t block, int64_t pixels)
{
    if ((bytesPerPixel != 1 && bytesPerPixel != 2 && bytesPerPixel != 4) || block < 1 || pixels < 1) return false;
    const Widths w = bytesPerPixel == 1 ? Widths{3, 6, 8} : bytesPerPixel == 2 ? Widths{4, 14, 16} : Widths{5, 25, 32};
    constexpr unsigned kMaxZeros = 1u << 17; // what a 16-bit difference needs with no low bits; far fewer for others
    Bits bits(stream);
    if (!bits.skip(w.pixel)) return false; // the first pixel's value
    for (int64_t i = 0; i < pixels;) {
        const int64_t n = std::min(block, pixels - i);
        unsigned selector = 0;
        if (!bits.take(w.selector, selector) || selector > w.direct + 1) return false;
        if (selector == w.direct + 1) {
            if (!bits.skip(static_cast<uint64_t>(n) * w.pixel)) return false;
        } else if (selector > 0) {
            for (int64_t k = 0; k < n; ++k)
                if (!bits.skipUnary(kMaxZeros) || !bits.skip(selector - 1)) return false;
        }
        i += n;
    }
    return true;
}

} // namespace firmament::fits
