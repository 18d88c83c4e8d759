// The mapped star file: what is damaged is refused with a reason, what is refused never crashes.
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <fstream>

#include "catalogs/star_file.h"
#include "sky/healpix.h"

using namespace firmament;
using namespace firmament::catalogs;

namespace {

void put(std::string& s, uint64_t v, int bytes)
{
    for (int i = 0; i < bytes; ++i) s += static_cast<char>(v >> (8 * i) & 0xFF);
}
uint64_t fnv(std::string s)
{
    s.resize((s.size() + 7) / 8 * 8);
    uint64_t h = 0xCBF29CE484222325ULL;
    for (size_t i = 0; i < s.size(); i += 8) {
        uint64_t w;
        std::memcpy(&w, s.data() + i, 8);
        h = (h ^ w) * 0x100000001B3ULL;
    }
    return h;
}

/// Three stars: two in cell 5, one in cell 767; the last one fast.
std::string smallFile()
{
    const double epoch = 2000;
    uint64_t epochBits;
    std::memcpy(&epochBits, &epoch, 8);
    std::string cells, places, motions, v, bv, hip, hd, fast;
    for (int c = 0; c <= 768; ++c) put(cells, c <= 5 ? 0 : c <= 767 ? 2 : 3, 4);
    for (uint64_t y : {0x800000u, 0x0u, 0xFFFFFFu}) {
        put(places, y, 3);
        put(places, 0x400000, 3);
    }
    put(motions, 10, 2), put(motions, 0xFFF6, 2); // 1.0, -1.0 mas/yr
    put(motions, 0, 4);
    put(motions, 0x8000, 2), put(motions, 0x8000, 2);
    put(v, static_cast<uint16_t>(-145), 2), put(v, 900, 2), put(v, 850, 2);
    put(bv, 30, 1), put(bv, 255, 1), put(bv, 0, 1);
    put(hip, 0, 3), put(hip, 32349, 3), put(hip, 18960, 2);
    put(hd, 48915, 3);
    put(fast, 2, 4), put(fast, 123456, 4), put(fast, static_cast<uint32_t>(-654321), 4);
    struct Part {
        const char* tag;
        unsigned size;
        std::string* data;
    } parts[] = {{"CELL", 4, &cells}, {"PLAC", 6, &places}, {"MOTN", 4, &motions}, {"VMAG", 2, &v},
                 {"BVCI", 1, &bv},    {"HIPN", 8, &hip},    {"HDNO", 3, &hd},     {"FAST", 12, &fast}};
    std::string table, body;
    const size_t at = 64 + 24 * 8;
    for (const auto& p : parts) {
        while ((at + body.size()) % 8) body += '\0';
        table += p.tag;
        put(table, p.size, 4);
        put(table, at + body.size(), 8);
        put(table, p.data->size() / p.size, 8);
        body += *p.data;
    }
    std::string head = "FIRMSTAR";
    put(head, 1, 4), put(head, 3, 4), put(head, 3, 8), put(head, epochBits, 8), put(head, at + body.size(), 8);
    put(head, 8, 4), put(head, 0, 4);
    const uint64_t headSum = fnv(head + table + cells);
    put(head, headSum, 8), put(head, fnv(body), 8);
    return head + table + body;
}

} // namespace

class TestStarFile : public QObject {
    Q_OBJECT
    QTemporaryDir folder_;
    std::filesystem::path write(const std::string& content)
    {
        const auto path = std::filesystem::path(folder_.path().toStdString()) / "stars.bin";
        std::ofstream(path, std::ios::binary) << content;
        return path;
    }

private slots:
    void reads()
    {
        const auto f = StarFile::open(write(smallFile()));
        QVERIFY2(f, f ? "" : f.error().text().c_str());
        QVERIFY(f->intact());
        QCOMPARE(f->count(), size_t{3});
        QCOMPARE(f->cellOf(0), 5u);
        QCOMPARE(f->cellOf(1), 5u);
        QCOMPARE(f->cellOf(2), 767u);
        const auto expected = sky::cellPoint({3, 5}, 0.25, 0.5);
        QVERIFY(sky::separation(f->direction(0), expected).mas() < 2);
        double ra = 0, dec = 0;
        f->motion(0, ra, dec);
        QCOMPARE(ra, 1.0);
        QCOMPARE(dec, -1.0);
        f->motion(2, ra, dec);
        QCOMPARE(ra, 12345.6);
        QCOMPARE(dec, -65432.1);
        QCOMPARE(f->magnitude(0), -1.45f);
        QVERIFY(std::abs(f->colour(0)) < 1e-6f);
        QVERIFY(std::isnan(f->colour(1)));
        QCOMPARE(f->hipOf(0).hip, 32349u);
        QCOMPARE(f->hipOf(0).parallaxMas, 379.2f);
        QCOMPARE(f->hipOf(0).hd, 48915u);
        QCOMPARE(f->hipOf(2).hip, 0u);
    }
    void everyLengthIsRefused()
    {
        const std::string whole = smallFile();
        for (size_t n = 0; n < whole.size(); n += n < 260 ? 3 : 97) {
            const auto f = StarFile::open(write(whole.substr(0, n)));
            QVERIFY(!f);
            QVERIFY(!f.error().what.empty());
        }
        QVERIFY(!StarFile::open(write(whole + "x")));
    }
    void everyByteOfTheHeadIsGuarded()
    {
        const std::string whole = smallFile();
        for (size_t i = 0; i < 256 + 3076; i += i < 300 ? 1 : 41) {
            if (i >= 56 && i < 64) continue; // the body's checksum, looked at by intact() only
            std::string bad = whole;
            bad[i] = static_cast<char>(bad[i] ^ 0x41);
            QVERIFY2(!StarFile::open(write(bad)), qPrintable(QString::number(i)));
        }
    }
    // Damage in the columns is no danger: every answer stays finite.
    void damagedBody()
    {
        const std::string whole = smallFile();
        for (size_t i = 256 + 3076; i < whole.size(); ++i) {
            std::string bad = whole;
            bad[i] = static_cast<char>(bad[i] ^ 0xFF);
            const auto f = StarFile::open(write(bad));
            if (!f) continue; // star numbers out of range or order
            QVERIFY(!f->intact());
            for (size_t s = 0; s < f->count(); ++s) {
                double ra = 0, dec = 0;
                f->motion(s, ra, dec);
                QVERIFY(std::isfinite(ra) && std::isfinite(dec) && std::abs(f->direction(s).norm() - 1) < 1e-12);
            }
        }
    }
    void notAFile()
    {
        QVERIFY(!StarFile::open(folder_.path().toStdString()));
        const auto none = StarFile::open(folder_.path().toStdString() + "/none.bin");
        QVERIFY(!none);
        QCOMPARE(none.error().code, Errc::NotFound);
    }
};

QTEST_APPLESS_MAIN(TestStarFile)
#include "test_star_file.moc"
