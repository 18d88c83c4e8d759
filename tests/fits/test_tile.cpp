#include <QTest>

#include <fitsio.h>
#include <zlib.h>

#include <cmath>
#include <cstring>
#include <filesystem>
#include <limits>
#include <random>

#include "core/files.h"
#include "fits/gzip.h"
#include "fits/rice_check.h"
#include "fits/tile.h"
#include "tests/support/test_data.h"

using namespace firmament;
using namespace firmament::fits;

// Not in the header of cfitsio, but in the library.
extern "C" int fits_rcomp(int a[], int nx, unsigned char* c, int clen, int nblock);

namespace {

/// Files are made with cfitsio, in memory: it is the reference.
class Maker {
public:
    Maker(int bitpix, std::vector<long> size, int compression = 0)
    {
        check(fits_create_memfile(&file_, &memory_, &size_, 2880, std::realloc, &status_));
        if (compression) check(fits_set_compression_type(file_, compression, &status_));
        check(fits_create_img(file_, bitpix, static_cast<int>(size.size()), size.data(), &status_));
    }
    Maker(const Maker&) = delete;
    Maker& operator=(const Maker&) = delete;
    ~Maker()
    {
        if (file_) fits_close_file(file_, &status_);
        std::free(memory_);
    }
    /// One more image unit, behind those that are there.
    void image(int bitpix, std::vector<long> size)
    {
        check(fits_create_img(file_, bitpix, static_cast<int>(size.size()), size.data(), &status_));
    }
    template <class T> void key(const char* name, T value, int type)
    {
        check(fits_write_key(file_, type, name, &value, nullptr, &status_));
    }
    /// Stored values as they are, whatever BSCALE says.
    template <class T> void stored(std::vector<T> values, int type)
    {
        check(fits_set_bscale(file_, 1, 0, &status_));
        check(fits_write_img(file_, type, 1, static_cast<LONGLONG>(values.size()), values.data(), &status_));
    }
    /// NaN as cfitsio writes blanks into quantised images: by a value that stands for them.
    void storedReal(std::vector<float> values)
    {
        float blank = -1e30f;
        for (float& v : values)
            if (std::isnan(v)) v = blank;
        check(fits_write_imgnull(file_, TFLOAT, 1, static_cast<LONGLONG>(values.size()), values.data(), &blank, &status_));
    }
    Bytes finish()
    {
        check(fits_flush_file(file_, &status_));
        LONGLONG head = 0, data = 0, end = 0;
        check(fits_get_hduaddrll(file_, &head, &data, &end, &status_));
        const auto* p = static_cast<const std::byte*>(memory_);
        return Bytes(p, p + end);
    }

private:
    void check(int status) const
    {
        if (status) qFatal("cfitsio %d", status);
    }
    fitsfile* file_ = nullptr;
    void* memory_ = std::calloc(1, 2880);
    size_t size_ = 2880;
    int status_ = 0;
};

template <class T> std::vector<T> ramp(size_t n, double step = 1, double start = 0)
{
    std::vector<T> v(n);
    for (size_t i = 0; i < n; ++i) v[i] = static_cast<T>(start + step * static_cast<double>(i));
    return v;
}

FitsTile read(const Bytes& file, FitsTileOptions o = {})
{
    auto r = readFitsTile(file, o);
    if (!r) qFatal("%s", r.error().text().c_str());
    return std::move(r->value);
}

bool same(const FitsTile& a, const FitsTile& b)
{
    if (a.kind != b.kind || a.width != b.width || a.height != b.height || a.pixels.size() != b.pixels.size()) return false;
    if (a.kind == FitsPixels::Rgba8) return a.pixels == b.pixels;
    for (size_t i = 0; i < a.pixels.size() / 4; ++i) {
        const float x = a.values()[i], y = b.values()[i];
        if (x != y && !(std::isnan(x) && std::isnan(y))) return false;
    }
    return a.min == b.min && a.max == b.max;
}

Bytes gzipped(const Bytes& in)
{
    Bytes out(in.size() + 1000);
    z_stream z{};
    if (deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY) != Z_OK) qFatal("zlib");
    z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
    z.avail_in = static_cast<uInt>(in.size());
    z.next_out = reinterpret_cast<Bytef*>(out.data());
    z.avail_out = static_cast<uInt>(out.size());
    if (deflate(&z, Z_FINISH) != Z_STREAM_END) qFatal("zlib");
    out.resize(z.total_out);
    deflateEnd(&z);
    return out;
}

FitsTileOptions viaCfitsio()
{
    FitsTileOptions o;
    o.alwaysCfitsio = true;
    return o;
}

} // namespace

class TestTile : public QObject {
    Q_OBJECT
private slots:
    void everyBitpix()
    {
        const std::pair<int, Bytes> files[] = {
            {8, [] { Maker m(BYTE_IMG, {8, 4}); m.stored(ramp<uint8_t>(32), TBYTE); return m.finish(); }()},
            {16, [] { Maker m(SHORT_IMG, {8, 4}); m.stored(ramp<short>(32, -100, 900), TSHORT); return m.finish(); }()},
            {32, [] { Maker m(LONG_IMG, {8, 4}); m.stored(ramp<int>(32, 1000003), TINT); return m.finish(); }()},
            {64, [] { Maker m(LONGLONG_IMG, {8, 4}); m.stored(ramp<LONGLONG>(32, 1e12), TLONGLONG); return m.finish(); }()},
            {-32, [] { Maker m(FLOAT_IMG, {8, 4}); m.stored(ramp<float>(32, 0.25), TFLOAT); return m.finish(); }()},
            {-64, [] { Maker m(DOUBLE_IMG, {8, 4}); m.stored(ramp<double>(32, 1.0 / 3), TDOUBLE); return m.finish(); }()}};
        for (const auto& [bitpix, file] : files) {
            const FitsTile a = read(file), b = read(file, viaCfitsio());
            QCOMPARE(a.bitpix, bitpix);
            QCOMPARE(a.width, 8);
            QCOMPARE(a.height, 4);
            QVERIFY2(same(a, b), qPrintable(QString::number(bitpix)));
            QVERIFY(a.max > a.min);
        }
        QCOMPARE(read(files[1].second).values()[1], 800.0f);
        QCOMPARE(read(files[5].second).values()[1], 1.0f / 3.0f);
    }

    void scaleZeroBlank()
    {
        Maker m(SHORT_IMG, {4, 2});
        m.key("BSCALE", 0.5, TDOUBLE);
        m.key("BZERO", 100.0, TDOUBLE);
        m.key("BLANK", -32768, TINT);
        m.stored(std::vector<short>{0, 1, 2, -32768, 32767, -1, 5, -32768}, TSHORT);
        const Bytes file = m.finish();
        for (const FitsTile& t : {read(file), read(file, viaCfitsio())}) {
            QCOMPARE(t.values()[1], 100.5f);
            QVERIFY(std::isnan(t.values()[3]));
            QVERIFY(std::isnan(t.values()[7]));
            QCOMPARE(t.min, 99.5f);
            QCOMPARE(t.max, 16483.5f);
        }
        QCOMPARE(*readFitsTilePixel(file, 1, 0), 100.5);
        QVERIFY(std::isnan(*readFitsTilePixel(file, 3, 1)));
        QVERIFY(!readFitsTilePixel(file, 4, 0));
        QVERIFY(!readFitsTilePixel(file, 0, -1));
        // A float BLANK means nothing.
        Maker f(FLOAT_IMG, {2, 2});
        f.key("BLANK", 1, TINT);
        f.stored(std::vector<float>{1, 2, 3, std::numeric_limits<float>::quiet_NaN()}, TFLOAT);
        QCOMPARE(read(f.finish()).values()[0], 1.0f);
    }

    void unsignedConventions()
    {
        Maker m(USHORT_IMG, {2, 2});
        m.stored(std::vector<short>{-32768, 0, 32767, 1}, TSHORT);
        const Bytes file = m.finish();
        QCOMPARE(read(file).values()[0], 0.0f);
        QCOMPARE(read(file).values()[2], 65535.0f);
        QVERIFY(same(read(file), read(file, viaCfitsio())));
    }

    void allDigitsInDouble()
    {
        Maker m(LONGLONG_IMG, {2, 1});
        m.stored(std::vector<LONGLONG>{9007199254740991, 16777217}, TLONGLONG);
        const Bytes file = m.finish();
        for (const auto& o : {FitsTileOptions{}, viaCfitsio()}) {
            QCOMPARE(*readFitsTilePixel(file, 0, 0, o), 9007199254740991.0);
            QCOMPARE(*readFitsTilePixel(file, 1, 0, o), 16777217.0);
        }
        QCOMPARE(read(file).values()[1], 16777216.0f); // what float can hold
        Maker d(DOUBLE_IMG, {1, 1});
        d.stored(std::vector<double>{1.0 / 3}, TDOUBLE);
        QCOMPARE(*readFitsTilePixel(d.finish(), 0, 0), 1.0 / 3);
    }

    void gzipUnderTheSameName()
    {
        Maker m(SHORT_IMG, {64, 64});
        m.stored(ramp<short>(4096), TSHORT);
        const Bytes plain = m.finish(), packed = gzipped(plain);
        QVERIFY(isGzip(packed));
        QVERIFY(same(read(plain), read(packed)));
        QCOMPARE(*readFitsTilePixel(packed, 3, 1), 67.0);
        FitsTileOptions small;
        small.maxBytes = 5000;
        const auto bomb = readFitsTile(packed, small);
        QVERIFY(!bomb);
        QCOMPARE(bomb.error().code, Errc::TooLarge);
        QVERIFY(!readFitsTile(ByteView(packed.data(), packed.size() / 2)));
        // Two members in one file are one stream.
        Bytes two = gzipped(Bytes(plain.begin(), plain.begin() + 3000));
        const Bytes rest = gzipped(Bytes(plain.begin() + 3000, plain.end()));
        two.insert(two.end(), rest.begin(), rest.end());
        QVERIFY(same(read(plain), read(two)));
    }

    void gzipBombIsBounded()
    {
        const Bytes bomb = gzipped(Bytes(20u << 20));
        QVERIFY(bomb.size() < 100000);
        const auto r = gunzip(bomb, 1u << 20);
        QVERIFY(!r);
        QCOMPARE(r.error().code, Errc::TooLarge);
        QCOMPARE(gunzip(bomb, 20u << 20)->size(), size_t{20u << 20});
    }

    void compressed_data()
    {
        QTest::addColumn<int>("method");
        QTest::newRow("rice") << RICE_1;
        QTest::newRow("gzip") << GZIP_1;
        QTest::newRow("gzip2") << GZIP_2;
    }
    void compressed()
    {
        QFETCH(int, method);
        Maker m(SHORT_IMG, {64, 32}, method);
        m.stored(ramp<short>(2048), TSHORT);
        const Bytes file = m.finish();
        const FitsTile t = read(file);
        QCOMPARE(t.width, 64);
        QCOMPARE(t.height, 32);
        for (size_t i = 0; i < 2048; ++i) QCOMPARE(t.values()[i], static_cast<float>(i));
        QCOMPARE(*readFitsTilePixel(file, 5, 2), 133.0);
    }

    void otherCompressionsAreRefused()
    {
        for (const int method : {PLIO_1, HCOMPRESS_1}) {
            Maker m(SHORT_IMG, {64, 32}, method);
            m.stored(ramp<short>(2048), TSHORT);
            const auto r = readFitsTile(m.finish());
            QVERIFY(!r);
            QCOMPARE(r.error().code, Errc::Unsupported);
            QVERIFY(r.error().what.find("expected RICE_1") != std::string::npos);
        }
    }

    void riceStreamsAreRunDry()
    {
        // 16 bits: first value, then per block 4 bits of selector; 0: nothing more, 15: pixels of 16 bits, else unary and bits.
        const auto bytes = [](std::initializer_list<int> v) {
            Bytes b;
            for (const int x : v) b.push_back(static_cast<std::byte>(x));
            return b;
        };
        const Bytes flat = bytes({0, 7, 0});
        QVERIFY(riceHolds(flat, 2, 32, 64));
        QVERIFY(!riceHolds(flat, 2, 32, 65));
        QVERIFY(!riceHolds(ByteView(flat.data(), 2), 2, 32, 1));
        const Bytes unary = bytes({0, 7, 0x1F, 0xF0});
        QVERIFY(riceHolds(unary, 2, 32, 8));
        QVERIFY(!riceHolds(unary, 2, 32, 9));
        const Bytes direct = bytes({0, 7, 0xF1, 0x23, 0x45});
        QVERIFY(riceHolds(direct, 2, 32, 1));
        QVERIFY(!riceHolds(direct, 2, 32, 2));
        for (const auto& [pixel, block, count] : {std::tuple{3, 32, 1}, {2, 0, 1}, {2, 32, 0}}) QVERIFY(!riceHolds(flat, pixel, block, count));
        // Streams of the reference: whole they pass, without the last byte they do not.
        std::mt19937 random(3);
        std::vector<int> values(100);
        for (int spread : {1, 20, 70000, 2000000000}) {
            for (int& v : values) v = static_cast<int>(random() % static_cast<unsigned>(spread));
            Bytes out(2000);
            const int n = fits_rcomp(values.data(), 100, reinterpret_cast<unsigned char*>(out.data()), 2000, 32);
            QVERIFY(n > 0);
            QVERIFY(riceHolds(ByteView(out.data(), static_cast<size_t>(n)), 4, 32, 100));
            QVERIFY(!riceHolds(ByteView(out.data(), static_cast<size_t>(n) - 1), 4, 32, 100));
        }
    }

    void trimmed()
    {
        // HiPS 2.0: TRIMn columns and rows were cut off in front, ONAXISn is the full size.
        const auto make = [](const char* k1, const char* k2, bool full) {
            Maker m(FLOAT_IMG, {4, 2});
            m.key(k1, 3, TINT);
            m.key(k2, 5, TINT);
            if (full) {
                m.key("ONAXIS1", 16, TINT);
                m.key("ONAXIS2", 16, TINT);
            }
            m.stored(ramp<float>(8, 1, 10), TFLOAT);
            return m.finish();
        };
        for (const auto& [file, side] : {std::pair{make("TRIM1", "TRIM2", true), 0}, {make("XTRIM", "YTRIM", false), 16}}) {
            for (const bool slow : {false, true}) {
                FitsTileOptions o;
                o.fullSide = side;
                o.alwaysCfitsio = slow;
                const FitsTile t = read(file, o);
                QCOMPARE(t.width, 16);
                QCOMPARE(t.height, 16);
                QCOMPARE(t.values()[5 * 16 + 3], 10.0f);
                QCOMPARE(t.values()[6 * 16 + 6], 17.0f);
                QVERIFY(std::isnan(t.values()[0]));
                QVERIFY(std::isnan(t.values()[6 * 16 + 7]));
                QCOMPARE(*readFitsTilePixel(file, 3, 5, o), 10.0);
                QVERIFY(std::isnan(*readFitsTilePixel(file, 0, 0, o)));
            }
        }
        Maker m(FLOAT_IMG, {4, 2});
        m.key("TRIM1", 14, TINT);
        m.key("ONAXIS1", 16, TINT);
        m.stored(ramp<float>(8), TFLOAT);
        QVERIFY(!readFitsTile(m.finish()));
    }

    void shortFiles()
    {
        Maker m(FLOAT_IMG, {32, 32});
        m.stored(ramp<float>(1024), TFLOAT);
        const Bytes file = m.finish();
        const size_t data = 2880 + 4096;
        for (const auto& base : {FitsTileOptions{}, viaCfitsio()}) {
            // Not padded to 2880: complete all the same.
            const auto unpadded = readFitsTile(ByteView(file.data(), data), base);
            QVERIFY2(unpadded.has_value(), unpadded ? "" : unpadded.error().text().c_str());
            QCOMPARE(unpadded->value.values()[1023], 1023.0f);
            for (size_t keep : {data - 1, size_t{2880}, size_t{2879}, size_t{100}, size_t{0}}) {
                const auto cut = readFitsTile(ByteView(file.data(), keep), base);
                QVERIFY2(!cut, qPrintable(QString::number(keep)));
            }
        }
        QVERIFY(readFitsTile(asBytes("<html>")).error().what.find("HTML") != std::string::npos);
    }

    void axes()
    {
        // An image behind an empty primary unit; a third axis of one plane; a cube of which a plane is asked for.
        Maker cube(SHORT_IMG, {4, 4, 5});
        cube.stored(ramp<short>(80), TSHORT);
        const Bytes file = cube.finish();
        FitsTileOptions o;
        o.plane = 2;
        QCOMPARE(read(file, o).values()[0], 32.0f);
        QVERIFY(same(read(file, o), [&] { o.alwaysCfitsio = true; return read(file, o); }()));
        Maker one(SHORT_IMG, {4, 4, 1});
        one.stored(ramp<short>(16), TSHORT);
        QCOMPARE(read(one.finish()).values()[15], 15.0f);
        Maker line(SHORT_IMG, {16});
        line.stored(ramp<short>(16), TSHORT);
        QVERIFY(!readFitsTile(line.finish()));
    }

    void planesBeyondTheCube()
    {
        Maker cube(SHORT_IMG, {4, 4, 5});
        cube.stored(ramp<short>(80), TSHORT);
        const Bytes file = cube.finish();
        for (const bool slow : {false, true}) {
            FitsTileOptions o;
            o.alwaysCfitsio = slow;
            o.plane = 4;
            QCOMPARE(read(file, o).values()[0], 64.0f);
            for (const int beyond : {5, -1}) {
                o.plane = beyond;
                const auto r = readFitsTile(file, o);
                QVERIFY(!r);
                QVERIFY2(r.error().what.find("cube of 5 planes") != std::string::npos, r.error().what.c_str());
                QVERIFY(!readFitsTilePixel(file, 0, 0, o));
            }
        }
        // A file for each channel is the plane asked for.
        Maker one(SHORT_IMG, {4, 4, 1});
        one.stored(ramp<short>(16), TSHORT);
        FitsTileOptions o;
        o.plane = 7;
        QCOMPARE(read(one.finish(), o).values()[3], 3.0f);
    }

    /// BITPIX 8 to 64 with the conventions for the other sign, scaled, blank: the same by both ways, and right.
    void scaledIntegers_data()
    {
        QTest::addColumn<int>("bitpix");
        QTest::addColumn<double>("scale");
        QTest::addColumn<double>("zero");
        for (const int bitpix : {8, 16, 32, 64}) {
            const double half = std::ldexp(1.0, bitpix - 1);
            QTest::addRow("%d plain", bitpix) << bitpix << 1.0 << 0.0;
            QTest::addRow("%d scaled", bitpix) << bitpix << 0.25 << -3.0;
            QTest::addRow("%d other sign", bitpix) << bitpix << 1.0 << (bitpix == 8 ? -half : half);
        }
    }
    void scaledIntegers()
    {
        QFETCH(int, bitpix);
        QFETCH(double, scale);
        QFETCH(double, zero);
        Maker m(bitpix == 8 ? BYTE_IMG : bitpix == 16 ? SHORT_IMG : bitpix == 32 ? LONG_IMG : LONGLONG_IMG, {4, 2});
        m.key("BSCALE", scale, TDOUBLE);
        m.key("BZERO", zero, TDOUBLE);
        m.key("BLANK", 7, TINT);
        std::vector<LONGLONG> values{0, 1, 7, 100, 127, 3, 7, 50};
        m.stored(values, TLONGLONG);
        const Bytes file = m.finish();
        for (const auto& o : {FitsTileOptions{}, viaCfitsio()}) {
            const FitsTile t = read(file, o);
            QCOMPARE(t.bitpix, bitpix);
            for (size_t i = 0; i < values.size(); ++i) {
                const double expected = zero + scale * static_cast<double>(values[i]);
                const double pixel = *readFitsTilePixel(file, static_cast<int>(i % 4), static_cast<int>(i / 4), o);
                if (values[i] == 7) QVERIFY(std::isnan(t.values()[i]) && std::isnan(pixel));
                else QVERIFY(t.values()[i] == static_cast<float>(expected) && std::abs(pixel - expected) <= 1e-14 * std::abs(expected)); // a card has 15 digits
            }
        }
    }

    void notFinite()
    {
        constexpr float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
        Maker f(FLOAT_IMG, {4, 2});
        f.stored(std::vector<float>{1, nan, inf, -inf, 2, 3, nan, -5}, TFLOAT);
        Maker d(DOUBLE_IMG, {4, 2});
        d.stored(std::vector<double>{1, static_cast<double>(nan), static_cast<double>(inf), static_cast<double>(-inf), 2, 3, 1e300, -5}, TDOUBLE);
        for (const Bytes& file : {f.finish(), d.finish()})
            for (const auto& o : {FitsTileOptions{}, viaCfitsio()}) {
                const FitsTile t = read(file, o);
                QCOMPARE(t.min, -5.0f);
                QCOMPARE(t.max, 3.0f);
                QVERIFY(std::isnan(t.values()[1]));
                QVERIFY(!std::isfinite(t.values()[6])); // what float cannot hold is no value either
            }
        Maker none(FLOAT_IMG, {2, 2});
        none.stored(std::vector<float>{nan, nan, nan, nan}, TFLOAT);
        const FitsTile t = read(none.finish());
        QVERIFY(t.min > t.max);
    }

    /// The image is in an extension: plain, of four axes, not padded.
    void imagesInExtensions()
    {
        Maker m(SHORT_IMG, {});
        m.image(FLOAT_IMG, {8, 8, 1, 1});
        m.stored(ramp<float>(64, 0.5), TFLOAT);
        const Bytes file = m.finish();
        const FitsTile t = read(file);
        QCOMPARE(t.width, 8);
        QCOMPARE(t.values()[63], 31.5f);
        const auto unpadded = readFitsTile(ByteView(file.data(), 2880 + 2880 + 256));
        QVERIFY2(unpadded.has_value(), unpadded ? "" : unpadded.error().text().c_str());
        QVERIFY(same(unpadded->value, t));
        QVERIFY(!readFitsTile(ByteView(file.data(), 2880 + 2880 + 255)));
        QVERIFY(same(read(gzipped(file)), t));
    }

    void compressedKinds_data()
    {
        QTest::addColumn<int>("method");
        QTest::addColumn<int>("bitpix");
        for (const int method : {RICE_1, GZIP_1, GZIP_2})
            for (const int bitpix : {BYTE_IMG, SHORT_IMG, LONG_IMG, FLOAT_IMG}) QTest::addRow("method %d, BITPIX %d", method, bitpix) << method << bitpix;
    }
    void compressedKinds()
    {
        QFETCH(int, method);
        QFETCH(int, bitpix);
        const bool real = bitpix == FLOAT_IMG;
        Maker m(bitpix, {32, 32}, method);
        std::vector<float> values(1024);
        for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>((i * 37) % 120);
        if (real) values[5] = values[900] = std::numeric_limits<float>::quiet_NaN();
        else m.key("BLANK", 11, TINT);
        // In its own type: cfitsio converts none while it compresses.
        if (bitpix == BYTE_IMG) m.stored(std::vector<uint8_t>(values.begin(), values.end()), TBYTE);
        else if (bitpix == SHORT_IMG) m.stored(std::vector<short>(values.begin(), values.end()), TSHORT);
        else if (bitpix == LONG_IMG) m.stored(std::vector<int>(values.begin(), values.end()), TINT);
        else m.storedReal(values);
        const FitsTile t = read(m.finish());
        for (size_t i = 0; i < values.size(); ++i) {
            if (std::isnan(values[i]) || (!real && values[i] == 11)) QVERIFY2(std::isnan(t.values()[i]), qPrintable(QString::number(i)));
            else QVERIFY2(std::abs(t.values()[i] - values[i]) <= (real ? 12.0f : 0.0f), qPrintable(QString("%1: %2").arg(i).arg(double{t.values()[i]}))); // in steps of a quarter of the scatter
        }
    }

    /// Numbers as old programs write them.
    void oddCards()
    {
        Maker m(SHORT_IMG, {4, 1});
        m.key("BSCALE", 1.0, TDOUBLE);
        m.key("BZERO", 1.0, TDOUBLE);
        m.key("BLANK", -32768, TINT);
        m.stored(std::vector<short>{1, 2, -32768, 3}, TSHORT);
        const Bytes good = m.finish();
        const auto with = [&](const std::string& key, std::string value) {
            std::string text(asText(good));
            const size_t at = text.find(key + std::string(8 - key.size(), ' ') + "=");
            if (at == std::string::npos) qFatal("no card %s", key.c_str());
            value.resize(70, ' ');
            text.replace(at + 10, 70, value);
            const ByteView b = asBytes(text);
            return Bytes(b.begin(), b.end());
        };
        for (const char* scale : {"2.5D-01", "  0.25 / per count", "+.25", "2.5d-1"}) QCOMPARE(read(with("BSCALE", scale)).values()[3], 1.75f);
        for (const char* blank : {"-32768", "-32768.", " -32768.0 / none"}) QVERIFY(std::isnan(read(with("BLANK", blank)).values()[2]));
        QVERIFY(!readFitsTile(with("NAXIS1", "four")));
        QVERIFY(!readFitsTile(with("BITPIX", "12")));
        QVERIFY(!readFitsTile(with("NAXIS1", "-4")));
    }

    void damagedNeverCrashes()
    {
        Maker a(SHORT_IMG, {32, 32}, RICE_1);
        a.stored(ramp<short>(1024), TSHORT);
        Maker b(FLOAT_IMG, {16, 16});
        b.stored(ramp<float>(256), TFLOAT);
        std::mt19937 random(7);
        for (const Bytes& good : {a.finish(), b.finish()})
            for (int i = 0; i < 400; ++i) {
                Bytes bad = good;
                for (int k = 0; k < 3; ++k) bad[random() % bad.size()] = static_cast<std::byte>(32 + random() % 90);
                (void)readFitsTile(bad);
            }
    }

    void realTiles()
    {
        const auto root = testing::sharedData("hips");
        if (!root) QSKIP(testing::kNoSharedData);
        int n = 0;
        for (const auto& e : std::filesystem::recursive_directory_iterator(*root)) {
            if (e.path().extension() != ".fits" || !e.path().filename().string().starts_with("Npix")) continue;
            const auto bytes = readFile(e.path());
            QVERIFY(bytes);
            QVERIFY2(same(read(*bytes), read(*bytes, viaCfitsio())), e.path().c_str());
            ++n;
        }
        QVERIFY(n > 30);
    }

    void realCompressed()
    {
        const auto root = testing::sharedData("fits/compressed");
        if (!root) QSKIP(testing::kNoSharedData);
        const auto file = [&](const char* name) { return *readFile(*root / name); };
        const FitsTile plain = read(file("m13.fits"));
        QVERIFY(same(plain, read(file("m13_rice.fits"))));
        QVERIFY(same(plain, read(file("m13_gzip.fits"))));
        const auto other = readFitsTile(file("m13_hcomp.fits"));
        QVERIFY(!other);
        QCOMPARE(other.error().code, Errc::Unsupported);
    }
};

QTEST_APPLESS_MAIN(TestTile)
#include "test_tile.moc"
