// A LabelSource that needs no fonts: every letter is a block with a pattern made from its code, so that pictures are the same on
// every machine and texts of different letters differ.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>

#include "scene/label_source.h"

namespace firmament::testing {

class BitmapLabels final : public scene::LabelSource {
public:
    scene::TextBitmap text(const std::string& utf8, const scene::TextStyle& style, double scale) override
    {
        ++made;
        const int cell = std::max(1, static_cast<int>(std::lround(static_cast<double>(style.size) * scale / 8)));
        const int halo = static_cast<int>(std::lround(static_cast<double>(style.halo) * scale));
        const int advance = static_cast<int>(std::lround(static_cast<double>(style.tracking) * scale)) + 6 * cell;
        int letters = 0;
        for (const char c : utf8) letters += (static_cast<unsigned char>(c) & 0xC0) != 0x80;
        scene::TextBitmap out;
        out.bitmap.width = letters * advance + 2 * halo;
        out.bitmap.height = 8 * cell + 2 * halo;
        out.bitmap.rgba.assign(static_cast<size_t>(out.bitmap.width) * static_cast<size_t>(out.bitmap.height) * 4, 0);
        out.advance = static_cast<float>(letters * advance);
        out.baseline = static_cast<float>(halo + 7 * cell);
        int at = 0;
        for (const char c : utf8) {
            const auto code = static_cast<unsigned char>(c);
            if ((code & 0xC0) == 0x80) continue;
            const uint64_t bits = code == ' ' ? 0 : (code * 0x9E3779B97F4A7C15ULL) | 1;
            for (int y = 0; y < 7; ++y)
                for (int x = 0; x < 5; ++x)
                    if (bits >> (y * 5 + x) & 1) block(out.bitmap, halo + at * advance + x * cell, halo + y * cell, cell, style.colour);
            ++at;
        }
        return out;
    }

    int made = 0; ///< bitmaps asked for

private:
    static void block(render::Bitmap& b, int x0, int y0, int size, const render::Rgba& colour)
    {
        const auto byte = [&](float v) { return static_cast<uint8_t>(std::lround(std::clamp(v * colour.a, 0.0f, 1.0f) * 255)); };
        for (int y = y0; y < y0 + size; ++y)
            for (int x = x0; x < x0 + size; ++x) {
                if (x < 0 || y < 0 || x >= b.width || y >= b.height) continue;
                uint8_t* p = b.rgba.data() + (static_cast<size_t>(y) * static_cast<size_t>(b.width) + static_cast<size_t>(x)) * 4;
                p[0] = byte(colour.r);
                p[1] = byte(colour.g);
                p[2] = byte(colour.b);
                p[3] = byte(1);
            }
    }
};

} // namespace firmament::testing
