// Every kind of JPEG, PNG and WebP that a tile may be: made with the libraries, compared with what the pixels were.
#include <QTest>

#include <cstdio> // before jpeglib.h

#include <jpeglib.h>
#include <png.h>

#include <array>
#include <functional>

#include "hips/image_codec.h"
#include "hips/tile_decode.h"

using namespace firmament;
using namespace firmament::hips;

namespace {

constexpr int kSide = 32;

Bytes toBytes(const void* p, size_t n)
{
    const auto* b = static_cast<const std::byte*>(p);
    return {b, b + n};
}

struct JpegKind {
    J_COLOR_SPACE in = JCS_RGB, stored = JCS_YCbCr;
    int components = 3;
    bool adobe = false, progressive = false, arithmetic = false;
    unsigned restart = 0;
    int sampling = 1;
};

/// `sample(x, y, c)`: a component of what is given to libjpeg.
Bytes makeJpeg(const JpegKind& kind, const std::function<int(int, int, int)>& sample)
{
    jpeg_compress_struct c{};
    jpeg_error_mgr errors{};
    c.err = jpeg_std_error(&errors);
    jpeg_create_compress(&c);
    unsigned char* out = nullptr;
    unsigned long size = 0;
    jpeg_mem_dest(&c, &out, &size);
    c.image_width = c.image_height = kSide;
    c.input_components = kind.components;
    c.in_color_space = kind.in;
    jpeg_set_defaults(&c);
    jpeg_set_colorspace(&c, kind.stored);
    jpeg_set_quality(&c, 97, TRUE);
    c.write_Adobe_marker = kind.adobe ? TRUE : FALSE;
    c.arith_code = kind.arithmetic ? TRUE : FALSE;
    c.restart_interval = kind.restart;
    c.comp_info[0].h_samp_factor = c.comp_info[0].v_samp_factor = kind.sampling;
    if (kind.progressive) jpeg_simple_progression(&c);
    jpeg_start_compress(&c, TRUE);
    std::vector<JSAMPLE> row(static_cast<size_t>(kSide * kind.components));
    for (int y = 0; y < kSide; ++y) {
        for (int x = 0; x < kSide; ++x)
            for (int k = 0; k < kind.components; ++k) row[static_cast<size_t>(x * kind.components + k)] = static_cast<JSAMPLE>(sample(x, y, k));
        JSAMPROW rows[1] = {row.data()};
        jpeg_write_scanlines(&c, rows, 1);
    }
    jpeg_finish_compress(&c);
    Bytes bytes = toBytes(out, size);
    jpeg_destroy_compress(&c);
    std::free(out);
    return bytes;
}

int ramp(int x, int y, int c)
{
    return c == 0 ? 7 * x : c == 1 ? 7 * y : 255 - 3 * (x + y);
}

struct PngKind {
    int colour = PNG_COLOR_TYPE_RGB, depth = 8;
    bool interlaced = false, keyed = false; ///< keyed: tRNS
};

void pngAppend(png_structp png, png_bytep data, size_t n)
{
    auto* out = static_cast<Bytes*>(png_get_io_ptr(png));
    const auto* p = reinterpret_cast<const std::byte*>(data);
    out->insert(out->end(), p, p + n);
}

/// The sample of depth bits; a palette's index is the value itself.
unsigned pngSample(const PngKind& k, int x, int y, int c)
{
    const unsigned most = (1u << k.depth) - 1;
    if (c == 3 || (c == 1 && k.colour == PNG_COLOR_TYPE_GRAY_ALPHA)) return static_cast<unsigned>(y) * most / (kSide - 1);
    return (static_cast<unsigned>(x) * (c == 0 ? 1u : 3u) * most / (kSide - 1) + static_cast<unsigned>(c)) & most;
}

int channelsOf(int colour)
{
    switch (colour) {
    case PNG_COLOR_TYPE_GRAY:
    case PNG_COLOR_TYPE_PALETTE: return 1;
    case PNG_COLOR_TYPE_GRAY_ALPHA: return 2;
    case PNG_COLOR_TYPE_RGB: return 3;
    default: return 4;
    }
}

png_color paletteColour(unsigned i) { return {static_cast<png_byte>(255 - i), static_cast<png_byte>(i), static_cast<png_byte>(i * 7)}; }

Bytes makePng(const PngKind& k)
{
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
    png_infop info = png_create_info_struct(png);
    Bytes out;
    png_set_write_fn(png, &out, pngAppend, nullptr);
    png_set_IHDR(png, info, kSide, kSide, k.depth, k.colour, k.interlaced ? PNG_INTERLACE_ADAM7 : PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    const int channels = channelsOf(k.colour);
    if (k.colour == PNG_COLOR_TYPE_PALETTE) {
        std::vector<png_color> palette;
        for (unsigned i = 0; i < 1u << k.depth; ++i) palette.push_back(paletteColour(i));
        png_set_PLTE(png, info, palette.data(), static_cast<int>(palette.size()));
        png_byte alpha[2] = {0, 100}; // the first two entries
        if (k.keyed) png_set_tRNS(png, info, alpha, 2, nullptr);
    } else if (k.keyed) {
        png_color_16 key{};
        key.gray = static_cast<png_uint_16>(pngSample(k, 5, 0, 0));
        key.red = static_cast<png_uint_16>(pngSample(k, 5, 0, 0));
        key.green = static_cast<png_uint_16>(pngSample(k, 5, 0, 1));
        key.blue = static_cast<png_uint_16>(pngSample(k, 5, 0, 2));
        png_set_tRNS(png, info, nullptr, 0, &key);
    }
    png_set_gAMA(png, info, 0.45455); // must not change anything
    png_write_info(png, info);
    const size_t stride = (static_cast<size_t>(kSide) * static_cast<size_t>(channels) * static_cast<size_t>(k.depth) + 7) / 8;
    std::vector<png_byte> data(stride * kSide);
    std::vector<png_bytep> rows;
    for (int y = 0; y < kSide; ++y) {
        png_bytep row = data.data() + stride * static_cast<size_t>(y);
        rows.push_back(row);
        for (int x = 0; x < kSide; ++x)
            for (int c = 0; c < channels; ++c) {
                const unsigned v = pngSample(k, x, y, c);
                const size_t bit = (static_cast<size_t>(x) * static_cast<size_t>(channels) + static_cast<size_t>(c)) * static_cast<size_t>(k.depth);
                if (k.depth == 16) {
                    row[bit / 8] = static_cast<png_byte>(v >> 8);
                    row[bit / 8 + 1] = static_cast<png_byte>(v & 255);
                } else {
                    row[bit / 8] = static_cast<png_byte>(row[bit / 8] | v << (8 - static_cast<unsigned>(k.depth) - bit % 8));
                }
            }
    }
    png_write_image(png, rows.data());
    png_write_end(png, info);
    png_destroy_write_struct(&png, &info);
    return out;
}

/// What the pixel is: straight, 0 to 1.
std::array<double, 4> pngPixel(const PngKind& k, int x, int y)
{
    const double most = (1u << k.depth) - 1;
    const auto s = [&](int c) { return pngSample(k, x, y, c) / most; };
    if (k.colour == PNG_COLOR_TYPE_PALETTE) {
        const unsigned i = pngSample(k, x, y, 0);
        const png_color p = paletteColour(i);
        return {p.red / 255.0, p.green / 255.0, p.blue / 255.0, !k.keyed || i > 1 ? 1 : i == 0 ? 0 : 100 / 255.0};
    }
    const bool grey = k.colour == PNG_COLOR_TYPE_GRAY || k.colour == PNG_COLOR_TYPE_GRAY_ALPHA;
    const double alpha = k.colour == PNG_COLOR_TYPE_GRAY_ALPHA ? s(1) : k.colour == PNG_COLOR_TYPE_RGBA ? s(3) : 1;
    bool out = k.keyed;
    for (int c = 0; c < (grey ? 1 : 3); ++c) out = out && pngSample(k, x, y, c) == pngSample(k, 5, 0, c);
    return {s(0), grey ? s(0) : s(1), grey ? s(0) : s(2), out ? 0 : alpha};
}

} // namespace

class TestImageKinds : public QObject {
    Q_OBJECT
private slots:
    void jpeg_data()
    {
        QTest::addColumn<JpegKind>("kind");
        QTest::newRow("colour") << JpegKind{};
        QTest::newRow("quarter chroma") << JpegKind{JCS_RGB, JCS_YCbCr, 3, false, false, false, 0, 2};
        QTest::newRow("progressive") << JpegKind{JCS_RGB, JCS_YCbCr, 3, false, true};
        QTest::newRow("restart marks") << JpegKind{JCS_RGB, JCS_YCbCr, 3, false, false, false, 2};
        QTest::newRow("arithmetic") << JpegKind{JCS_RGB, JCS_YCbCr, 3, false, false, true};
        QTest::newRow("plain RGB") << JpegKind{JCS_RGB, JCS_RGB, 3, true};
        QTest::newRow("grey") << JpegKind{JCS_GRAYSCALE, JCS_GRAYSCALE, 1};
        QTest::newRow("progressive grey") << JpegKind{JCS_GRAYSCALE, JCS_GRAYSCALE, 1, false, true};
        QTest::newRow("inks, Adobe") << JpegKind{JCS_CMYK, JCS_CMYK, 4, true};
        QTest::newRow("inks, as they are") << JpegKind{JCS_CMYK, JCS_CMYK, 4, false};
        QTest::newRow("YCCK") << JpegKind{JCS_CMYK, JCS_YCCK, 4, true};
        QTest::newRow("YCCK, progressive") << JpegKind{JCS_CMYK, JCS_YCCK, 4, true, true};
    }
    void jpeg()
    {
        QFETCH(JpegKind, kind);
        const bool inks = kind.components == 4;
        // Adobe's inks are inverted: what is written is the light of the three colours, times that of black.
        const auto sample = [&](int x, int y, int c) {
            const int v = c == 3 ? 200 : ramp(x, y, c);
            return inks && !kind.adobe ? 255 - v : v;
        };
        const auto image = decodeImage(makeJpeg(kind, sample));
        QVERIFY2(image.has_value(), image ? "" : image.error().text().c_str());
        QVERIFY(image->opaque);
        const int tolerance = kind.sampling > 1 ? 20 : 6;
        for (int y = 0; y < kSide; ++y)
            for (int x = 0; x < kSide; ++x) {
                const uint8_t* p = image->data() + (y * kSide + x) * 4;
                QCOMPARE(int{p[3]}, 255);
                for (int c = 0; c < 3; ++c) {
                    int expected = ramp(x, y, kind.components == 1 ? 0 : c);
                    if (inks) expected = expected * 200 / 255;
                    QVERIFY2(std::abs(int{p[c]} - expected) <= tolerance, qPrintable(QString("%1,%2 %3: %4 for %5").arg(x).arg(y).arg(c).arg(p[c]).arg(expected)));
                }
            }
    }

    /// libjpeg fills what it cannot read with grey and only warns.
    void jpegWithDamageInside()
    {
        Bytes file = makeJpeg({}, ramp);
        const Bytes whole = file;
        const size_t scan = asText(file).rfind("\xFF\xDA");
        QVERIFY(scan != std::string_view::npos);
        const size_t middle = (scan + file.size()) / 2;
        file[middle] = std::byte{0xFF};
        file[middle + 1] = std::byte{0xD9}; // the end, in the middle
        const auto cut = decodeImage(file);
        QVERIFY(!cut);
        QVERIFY(!cut.error().what.empty());
        Bytes behind = whole; // what follows the end is nobody's business
        behind.insert(behind.end(), 300, std::byte{0x55});
        QVERIFY(decodeImage(behind));
    }

    void png_data()
    {
        QTest::addColumn<PngKind>("kind");
        const std::pair<int, std::vector<int>> all[] = {{PNG_COLOR_TYPE_GRAY, {1, 2, 4, 8, 16}},
                                                        {PNG_COLOR_TYPE_PALETTE, {1, 2, 4, 8}},
                                                        {PNG_COLOR_TYPE_GRAY_ALPHA, {8, 16}},
                                                        {PNG_COLOR_TYPE_RGB, {8, 16}},
                                                        {PNG_COLOR_TYPE_RGBA, {8, 16}}};
        for (const auto& [colour, depths] : all)
            for (const int depth : depths)
                for (const bool interlaced : {false, true})
                    for (const bool keyed : {false, true}) {
                        if (keyed && (colour & PNG_COLOR_MASK_ALPHA)) continue;
                        QTest::addRow("type %d, %d bit%s%s", colour, depth, interlaced ? ", interlaced" : "", keyed ? ", tRNS" : "")
                            << PngKind{colour, depth, interlaced, keyed};
                    }
    }
    void png()
    {
        QFETCH(PngKind, kind);
        const Bytes file = makePng(kind);
        const auto image = decodeImage(file);
        QVERIFY2(image.has_value(), image ? "" : image.error().text().c_str());
        QCOMPARE(image->width, kSide);
        bool opaque = true;
        for (int y = 0; y < kSide; ++y)
            for (int x = 0; x < kSide; ++x) {
                const auto expected = pngPixel(kind, x, y);
                const uint8_t* p = image->data() + (y * kSide + x) * 4;
                opaque = opaque && expected[3] == 1;
                for (size_t c = 0; c < 4; ++c) {
                    const double v = 255 * (c == 3 ? expected[3] : expected[c] * expected[3]);
                    QVERIFY2(std::abs(p[c] - v) <= 1.6, qPrintable(QString("%1,%2 %3: %4 for %5").arg(x).arg(y).arg(c).arg(p[c]).arg(v)));
                }
            }
        QCOMPARE(image->opaque, opaque);
        const auto tile = decodeTile(file);
        QVERIFY(tile && (*tile)->width == kSide);
    }

    void webp()
    {
        for (const bool alpha : {false, true}) {
            std::vector<uint8_t> px(kSide * kSide * 4);
            for (int y = 0; y < kSide; ++y)
                for (int x = 0; x < kSide; ++x) {
                    uint8_t* p = &px[static_cast<size_t>(y * kSide + x) * 4];
                    const int a = alpha ? 8 * y : 255;
                    for (int c = 0; c < 3; ++c) p[c] = static_cast<uint8_t>(ramp(x, y, c) * a / 255);
                    p[3] = static_cast<uint8_t>(a);
                }
            for (const int quality : {101, 95}) {
                const auto image = decodeImage(*encodeWebp(px.data(), kSide, kSide, quality));
                QVERIFY2(image.has_value(), image ? "" : image.error().text().c_str());
                QCOMPARE(image->opaque, !alpha);
                for (size_t i = 0; i < px.size(); ++i) QVERIFY(std::abs(int{image->data()[i]} - int{px[i]}) <= (quality > 100 ? 1 : 24));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestImageKinds)
#include "test_image_kinds.moc"
