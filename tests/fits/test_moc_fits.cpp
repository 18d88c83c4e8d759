#include <QTest>

#include <fitsio.h>

#include <cstdlib>
#include <filesystem>

#include "core/files.h"
#include "fits/moc_fits.h"
#include "tests/support/test_data.h"

using namespace firmament;
using namespace firmament::fits;
using sky::Cell;
using sky::Moc;

namespace {

const std::vector<Cell> kCells{{0, 7}, {2, 3}, {2, 9}, {2, 10}, {3, 200}};

/// A file with one table, made by cfitsio.
struct Table {
    std::string form, name;
    std::vector<LONGLONG> values;
    std::vector<std::pair<std::string, std::string>> texts;
    std::vector<std::pair<std::string, int>> numbers;

    Bytes file() const
    {
        fitsfile* f = nullptr;
        size_t size = 2880;
        void* memory = std::calloc(1, size);
        int status = 0;
        std::string n = name, t = form;
        char *names[] = {n.data()}, *forms[] = {t.data()};
        fits_create_memfile(&f, &memory, &size, 2880, std::realloc, &status);
        fits_create_img(f, BYTE_IMG, 0, nullptr, &status);
        fits_create_tbl(f, BINARY_TBL, 0, 1, names, forms, nullptr, nullptr, &status);
        std::vector<LONGLONG> copy = values;
        if (!copy.empty()) fits_write_col(f, TLONGLONG, 1, 1, 1, static_cast<LONGLONG>(copy.size()), copy.data(), &status);
        for (const auto& [key, value] : texts) fits_write_key(f, TSTRING, key.c_str(), const_cast<char*>(value.c_str()), nullptr, &status);
        for (auto [key, value] : numbers) fits_write_key(f, TINT, key.c_str(), &value, nullptr, &status);
        fits_flush_file(f, &status);
        LONGLONG head = 0, data = 0, end = 0;
        fits_get_hduaddrll(f, &head, &data, &end, &status);
        if (status) qFatal("cfitsio %d", status);
        const auto* p = static_cast<const std::byte*>(memory);
        Bytes out(p, p + end);
        fits_close_file(f, &status);
        std::free(memory);
        return out;
    }
};

} // namespace

class TestMocFits : public QObject {
    Q_OBJECT
private slots:
    void roundTrip()
    {
        const std::vector<Cell> cells{{0, 7}, {2, 3}, {2, 9}, {2, 10}, {3, 200}, {29, 12345678901234567}};
        for (const Moc& m : {Moc::fromCells(cells), Moc::all(), Moc(), Moc::cone(sky::Dir::UnitZ(), sky::Angle::deg(2), 9)}) {
            const auto back = readMocFits(writeMocFits(m, "G"));
            QVERIFY2(back.has_value(), back ? "" : back.error().text().c_str());
            QVERIFY(back->value.moc == m);
            QCOMPARE(back->value.moc.order(), m.order());
            QCOMPARE(back->value.coordsys, std::string("G"));
            QVERIFY(back->warnings.empty());
        }
    }
    void otherThings()
    {
        QVERIFY(!readMocFits(asBytes("junk")));
        QVERIFY(!readMocFits({}));
        QVERIFY(readMocFile({}).error().what.find("an empty file") != std::string::npos);
        QVERIFY(readMocFile(asBytes("<html>")).error().what.find("HTML") != std::string::npos);
        const auto ascii = readMocFile(asBytes("0/7 2/3 9-11 3/200 10/"));
        QVERIFY(ascii);
        QCOMPARE(ascii->value.moc.order(), 10);
        const Bytes good = writeMocFits(Moc::cone(sky::Dir::UnitX(), sky::Angle::deg(5), 8), "C");
        for (size_t keep : {size_t{100}, size_t{2880}, size_t{5760}, size_t{5800}}) QVERIFY(!readMocFits(ByteView(good.data(), keep)));
    }
    /// Every way in which programs wrote maps: the same cells come out.
    void encodings_data()
    {
        QTest::addColumn<Table>("table");
        const std::vector<LONGLONG> uniq{4 + 7, 64 + 3, 64 + 9, 64 + 10, 1024 / 4 + 200}; // 0/7 2/3 9 10 3/200
        std::vector<LONGLONG> ranges;
        for (const Cell& c : kCells) {
            ranges.push_back(static_cast<LONGLONG>(c.first29()));
            ranges.push_back(static_cast<LONGLONG>(c.end29()));
        }
        QTest::newRow("32 bit") << Table{"1J", "UNIQ", uniq, {{"ORDERING", "NUNIQ"}, {"COORDSYS", "C"}}, {{"MOCORDER", 3}}};
        QTest::newRow("J") << Table{"J", "NPIX", uniq, {{"ORDERING", "NUNIQ"}}, {{"HPXMOC", 3}}};
        QTest::newRow("64 bit") << Table{"1K", "UNIQ", uniq, {{"ORDERING", "NUNIQ"}, {"MOCVERS", "2.0"}, {"MOCDIM", "SPACE"}}, {{"MOCORD_S", 3}}};
        QTest::newRow("16 bit") << Table{"1I", "uniq", uniq, {{"ORDERING", "NUNIQ"}, {"PIXTYPE", "HEALPIX"}}, {}};
        QTest::newRow("nothing said") << Table{"1K", "PIXEL", uniq, {}, {}};
        QTest::newRow("ranges") << Table{"1K", "RANGE", ranges, {{"ORDERING", "RANGE"}, {"MOCVERS", "2.0"}}, {{"MOCORD_S", 3}}};
        QTest::newRow("pairs") << Table{"2K", "RANGE", ranges, {{"ORDERING", "RANGE"}}, {}};
        QTest::newRow("range29") << Table{"1K", "range", ranges, {{"ORDERING", "RANGE29"}}, {{"MOCORDER", 3}}};
        std::vector<LONGLONG> messy(uniq.rbegin(), uniq.rend());
        messy.insert(messy.end(), {64 + 9, 4 * (64 + 10) + 1, 0, -1}); // twice, inside another, filling
        QTest::newRow("not in order") << Table{"1K", "UNIQ", messy, {{"ORDERING", "NUNIQ"}}, {}};
    }
    void encodings()
    {
        QFETCH(Table, table);
        const Bytes file = table.file();
        const auto r = readMocFile(file);
        QVERIFY2(r.has_value(), r ? "" : r.error().text().c_str());
        QVERIFY(r->value.moc == Moc::fromCells(kCells));
        QCOMPARE(r->value.moc.order(), 3);
        QVERIFY2(r->warnings.empty(), r->warnings.empty() ? "" : r->warnings[0].c_str());
        // Cut off inside the table it is refused, not taken for a smaller map.
        QVERIFY(!readMocFile(ByteView(file.data(), 2880 * 2 + 9)));
    }
    void texts_data()
    {
        QTest::addColumn<QByteArray>("text");
        for (const char* text : {"0/7 2/3 9-10 3/200", "s 0/7 2/3,9,10 3/200", "# a note\n0/7\n2/3 9-10\n3/200\n", "S0/7 2/3 9-10 3/200",
                                 "{\"0\":[7],\"2\":[3,9,10],\"3\":[200]}", "{\"s\": {\"0\":[7], \"2\":[3,9,10], \"3\":[200]}}",
                                 "\n {\"3\":[200],\"0\":[7],\"2\":[10,9,3]} ", "#MOCORDER 3\n{\"0\":[7],\"2\":[3,9,10],\"3\":[200]}"})
            QTest::newRow(text) << QByteArray(text);
    }
    void texts()
    {
        QFETCH(QByteArray, text);
        const auto r = readMocFile(asBytes(std::string_view(text.constData(), static_cast<size_t>(text.size()))));
        QVERIFY2(r.has_value(), r ? "" : r.error().text().c_str());
        QVERIFY(r->value.moc == Moc::fromCells(kCells));
        QCOMPARE(r->value.moc.order(), 3);
    }
    void deepestAndEmpty()
    {
        const Table deep{"1K", "UNIQ", {(LONGLONG{1} << 60) + 12345678901}, {{"ORDERING", "NUNIQ"}}, {}};
        const auto r = readMocFile(deep.file());
        QVERIFY(r && r->value.moc == Moc::fromCells(std::vector<Cell>{{29, 12345678901}}));
        QCOMPARE(r->value.moc.order(), 29);
        // A map of nothing is one; its order is kept.
        const auto none = readMocFile(Table{"1K", "UNIQ", {}, {{"ORDERING", "NUNIQ"}}, {{"MOCORD_S", 9}}}.file());
        QVERIFY2(none.has_value(), none ? "" : none.error().text().c_str());
        QVERIFY(none->value.moc.empty());
        QCOMPARE(none->value.moc.order(), 9);
        // More said than there can be, and things that are no cells.
        const auto odd = readMocFile(Table{"1K", "UNIQ", {4, 3, 16 * (LONGLONG{1} << 58)}, {{"ORDERING", "NUNIQ"}}, {}}.file());
        QVERIFY(odd && odd->value.moc == Moc::fromCells(std::vector<Cell>{{0, 0}}) && !odd->warnings.empty());
        const auto map = readMocFile(Table{"1K", "PIXEL", {4, 5}, {{"ORDERING", "NESTED"}}, {}}.file());
        QVERIFY(!map && map.error().what.find("NESTED") != std::string::npos);
        QVERIFY(!readMocFile(Table{"1D", "UNIQ", {4}, {{"ORDERING", "NUNIQ"}}, {}}.file()));
    }
    /// Fractions by mocpy-independent arithmetic: the space example of MOC 2.0 in FITS and ASCII is the same map.
    void standardExamples()
    {
        const auto root = testing::sharedData("moc/moc20_spec_examples");
        if (!root) QSKIP(testing::kNoSharedData);
        const auto fits = readMocFile(*readFile(*root / "SMOC.fits"));
        const auto text = readMocFile(*readFile(*root / "smoc.ascii.txt"));
        QVERIFY(fits && text);
        QVERIFY(fits->value.moc == text->value.moc);
        const auto spaceTime = readMocFits(*readFile(*root / "STMOC.fits"));
        QVERIFY2(spaceTime.has_value(), spaceTime ? "" : spaceTime.error().text().c_str());
        QVERIFY(!spaceTime->value.moc.empty());
        const auto time = readMocFits(*readFile(*root / "TMOC.fits"));
        QVERIFY(!time);
        QCOMPARE(time.error().code, Errc::Unsupported);
    }
    void realMaps()
    {
        int n = 0;
        for (const char* folder : {"moc/smoc", "moc/vizier", "hips"}) {
            const auto root = testing::sharedData(folder);
            if (!root) QSKIP(testing::kNoSharedData);
            for (const auto& e : std::filesystem::recursive_directory_iterator(*root)) {
                const std::string name = e.path().filename().string();
                const bool map = std::string(folder) == "hips" ? name == "Moc.fits" : e.path().extension() == ".fits";
                if (!map) continue;
                const auto r = readMocFits(*readFile(e.path()));
                QVERIFY2(r.has_value(), (e.path().string() + ": " + (r ? "" : r.error().text())).c_str());
                QVERIFY2(!r->value.moc.empty(), e.path().c_str());
                QVERIFY(r->value.moc.fraction() <= 1);
                ++n;
            }
        }
        QVERIFY(n > 80);
        const auto all = readMocFits(*readFile(*testing::sharedData("hips/CDS_P_DSS2_color/Moc.fits")));
        QCOMPARE(all->value.moc.fraction(), 1.0);
        QCOMPARE(all->value.moc.order(), 9);
    }
};

QTEST_APPLESS_MAIN(TestMocFits)
#include "test_moc_fits.moc"
