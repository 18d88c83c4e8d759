#include <QTest>

#include <filesystem>

#include "core/files.h"
#include "fits/moc_fits.h"
#include "tests/support/test_data.h"

using namespace firmament;
using namespace firmament::fits;
using sky::Cell;
using sky::Moc;

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
        QVERIFY(readMocFile(asBytes("<html>")).error().what.find("HTML") != std::string::npos);
        const auto ascii = readMocFile(asBytes("0/7 2/3 9-11 3/200 10/"));
        QVERIFY(ascii);
        QCOMPARE(ascii->value.moc.order(), 10);
        const Bytes good = writeMocFits(Moc::cone(sky::Dir::UnitX(), sky::Angle::deg(5), 8), "C");
        for (size_t keep : {size_t{100}, size_t{2880}, size_t{5760}, size_t{5800}}) QVERIFY(!readMocFits(ByteView(good.data(), keep)));
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
