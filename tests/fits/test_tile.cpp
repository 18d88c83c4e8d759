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
