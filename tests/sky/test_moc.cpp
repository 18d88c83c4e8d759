#include <QTest>

#include <map>
#include <random>

#include <Eigen/Geometry>
#include <healpix_cxx/healpix_base.h>

#include "sky/moc.h"

using namespace firmament;
using namespace firmament::sky;

namespace {

constexpr uint64_t kAll = uint64_t{12} << 58;

Dir at(double lonDeg, double latDeg) { return toDir(Angle::deg(lonDeg), Angle::deg(latDeg)); }

Moc parsed(std::string_view text)
{
    auto moc = parseMocAscii(text);
    if (!moc) qWarning("%s", moc.error().text().c_str());
    return moc ? moc->value : Moc();
}

bool refused(std::string_view text) { return !parseMocAscii(text).has_value(); }

Moc randomMoc(std::mt19937_64& random, int order, int count)
{
    std::uniform_int_distribution<uint64_t> pix(0, (uint64_t{12} << (2 * order)) - 1);
    std::vector<Cell> cells;
    for (int i = 0; i < count; ++i) cells.push_back({static_cast<uint8_t>(order), pix(random)});
    return Moc::fromCells(cells);
}

/// Sorted, disjoint, not touching.
bool canonical(const Moc& m)
{
    const auto r = m.ranges();
    for (size_t i = 0; i < r.size(); ++i) {
        if (r[i].first >= r[i].end || r[i].end > kAll) return false;
        if (i > 0 && r[i - 1].end >= r[i].first) return false;
    }
    return true;
}

} // namespace

class TestMoc : public QObject {
    Q_OBJECT
private slots:
    void cellsAndRangesAreTheSameThing()
    {
        const std::vector<Cell> given{{2, 9}, {0, 7}, {2, 3}, {3, 200}, {2, 10}, {2, 9}, {3, 36}}; // 3/36 lies in 2/9
        const Moc m = Moc::fromCells(given);
        QVERIFY(canonical(m));
        QCOMPARE(m.order(), 3);
        const std::vector<Cell> expected{{2, 3}, {2, 9}, {2, 10}, {3, 200}, {0, 7}};
        QCOMPARE(m.cells(), expected);
        QVERIFY(std::abs(m.fraction() - (1.0 / 12 + 3.0 / 192 + 1.0 / 768)) < 1e-15);
        const std::vector<Cell> siblings{{5, 43}, {5, 40}, {5, 41}, {5, 42}};
        QCOMPARE(Moc::fromCells(siblings).cells(), (std::vector<Cell>{{4, 10}}));
    }

    void emptyAndWhole()
    {
        QVERIFY(Moc().empty());
        QCOMPARE(Moc().fraction(), 0.0);
        QVERIFY(!Moc().contains(Dir::UnitX()));
        QCOMPARE(Moc().cover({5, 1}), Moc::Cover::None);
        QCOMPARE(Moc::all().fraction(), 1.0);
        QCOMPARE(Moc::all().cells().size(), size_t{12});
        QCOMPARE(Moc::all().complement(), Moc());
        QCOMPARE(Moc().complement(), Moc::all());
        for (const Dir& d : {Dir(0, 0, 1), Dir(0, 0, -1), Dir(1, 0, 0)}) QVERIFY(Moc::all().contains(d));
        QCOMPARE(Moc::all().cover({29, 5}), Moc::Cover::Full);
    }

    void algebra()
    {
        std::mt19937_64 random(1);
        for (int round = 0; round < 60; ++round) {
            const int order = 1 + round % 6;
            const Moc a = randomMoc(random, order, 40), b = randomMoc(random, order, 25);
            for (const Moc& m : {a | b, a & b, a - b, b - a, a.complement()}) QVERIFY(canonical(m));
            QCOMPARE(a | b, b | a);
            QCOMPARE(a & b, b & a);
            QCOMPARE((a - b) | (a & b), a);
            QCOMPARE(a - b, a & b.complement());
            QCOMPARE((a | b).complement(), a.complement() & b.complement());
            QCOMPARE(a.complement().complement(), a);
            QCOMPARE(a & a.complement(), Moc());
            QCOMPARE(a | a.complement(), Moc::all());
            QVERIFY(std::abs((a | b).fraction() + (a & b).fraction() - a.fraction() - b.fraction()) < 1e-15);
            // Against the plain meaning, cell by cell.
            for (uint64_t pix = 0; pix < (uint64_t{12} << (2 * order)); pix += 1 + static_cast<uint64_t>(order)) {
                const Cell c{static_cast<uint8_t>(order), pix};
                const bool inA = a.cover(c) == Moc::Cover::Full, inB = b.cover(c) == Moc::Cover::Full;
                QCOMPARE((a | b).cover(c) == Moc::Cover::Full, inA || inB);
                QCOMPARE((a & b).cover(c) == Moc::Cover::Full, inA && inB);
                QCOMPARE((a - b).cover(c) == Moc::Cover::Full, inA && !inB);
                QCOMPARE(a.contains(cellCentre(c)), inA);
            }
        }
        QCOMPARE((randomMoc(random, 3, 5) | randomMoc(random, 7, 5)).order(), 7);
    }

    void coverSaysHowMuch()
    {
        const Moc m = parsed("3/100 5/7-9");
        QCOMPARE(m.cover({3, 100}), Moc::Cover::Full);
        QCOMPARE(m.cover({4, 401}), Moc::Cover::Full);
        QCOMPARE(m.cover({2, 25}), Moc::Cover::Partial);
        QCOMPARE(m.cover({3, 101}), Moc::Cover::None);
        QCOMPARE(m.cover({4, 1}), Moc::Cover::Partial); // 5/7 of 4..7
        QCOMPARE(m.cover({4, 2}), Moc::Cover::Partial);
        QCOMPARE(m.cover({4, 3}), Moc::Cover::None);
    }

    void degradingOnlyEnlarges()
    {
        std::mt19937_64 random(3);
        const Moc m = randomMoc(random, 8, 100);
        for (int order = 0; order < 8; ++order) {
            const Moc d = m.degraded(order);
            QVERIFY(canonical(d));
            QCOMPARE(d.order(), order);
            QCOMPARE(m - d, Moc());
            for (const Cell& c : d.cells()) QVERIFY(c.order <= order && m.cover(c) != Moc::Cover::None);
        }
        QCOMPARE(m.degraded(8), m);
        QCOMPARE(m.degraded(29), m);
    }

    void conesHoldWhatTouchesThemAndNoMore()
    {
        std::mt19937_64 random(4);
        std::uniform_real_distribution<double> unit(0, 1);
        struct Case {
            Dir centre;
            double radiusDeg;
            int order;
        };
        for (const Case& c : {Case{at(0, 0), 5, 5}, {at(359.99, 41.81), 3, 6}, {at(45, 90), 2, 7}, {at(10, -90), 20, 4}, {at(200, -70), 0.01, 14},
                              {at(83, 22), 1e-6, 26}, {at(83, 22), 0, 10}, {at(123, 45), 100, 4}, {at(30, 30), 180, 3}, {at(271, 2), 60, 3}}) {
            const Moc cone = Moc::cone(c.centre, Angle::deg(c.radiusDeg), c.order);
            QVERIFY(canonical(cone));
            QCOMPARE(cone.order(), c.order);
            const double r = c.radiusDeg * kRadPerDeg;
            const Dir u = c.centre.unitOrthogonal(), v = c.centre.cross(u);
            const auto away = [&](double angle, double a) {
                return Dir(c.centre * std::cos(angle) + (u * std::cos(a) + v * std::sin(a)) * std::sin(angle));
            };
            for (int i = 0; i < 4000; ++i) {
                const double a = 2 * kPi * unit(random), share = i % 2 ? 0.9999999 : std::sqrt(unit(random));
                QVERIFY(cone.contains(away(r * share, a)));
            }
            // Each cell has a point in the cone: some grid point lies inside, or nearly so for cells that are just grazed.
            if (c.radiusDeg == 0) {
                QCOMPARE(cone.cells(), (std::vector<Cell>{cellAt(c.centre, c.order)}));
                continue;
            }
            const double size = std::sqrt(kPi / 3) / std::ldexp(1.0, c.order);
            for (const Cell& cell : cone.cells()) {
                if (cell.order < c.order) continue;
                double nearest = 10;
                for (int i = 0; i <= 20; ++i)
                    for (int j = 0; j <= 20; ++j) nearest = std::min(nearest, separation(cellPoint(cell, i / 20.0, j / 20.0), c.centre).rad());
                QVERIFY2(nearest <= r + 0.004 * size, qPrintable(QString("%1 deg: cell %2/%3 is %4 sizes away").arg(c.radiusDeg).arg(cell.order).arg(cell.pix).arg((nearest - r) / size)));
            }
        }
        QVERIFY(Moc::cone(at(0, 0), Angle::deg(-1), 5).empty());
        QVERIFY(Moc::cone(at(0, 0), Angle::rad(std::nan("")), 5).empty());
        QVERIFY(Moc::cone({std::nan(""), 0, 0}, Angle::deg(1), 5).empty());
    }

    void conesLieBetweenTheLibrarysTwoAnswers()
    {
        for (int order : {3, 6, 9}) {
            const T_Healpix_Base<int64> base(order, NEST);
            for (const Dir& d : {at(12, 34), at(0, 89), at(300, -41.8)}) {
                const double r = 60.0 / (1 << order) * kRadPerDeg * 3.3;
                const Moc cone = Moc::cone(d, Angle::rad(r), order);
                rangeset<int64> inner, outer;
                const pointing p(vec3(d.x(), d.y(), d.z()));
                base.query_disc(p, r, inner);
                base.query_disc_inclusive(p, r, outer, 64);
                const auto toMoc = [&](const rangeset<int64>& set) {
                    std::vector<Range29> ranges;
                    const int shift = 2 * (kMaxOrder - order);
                    for (tdiff i = 0; i < static_cast<tdiff>(set.nranges()); ++i)
                        ranges.push_back({static_cast<uint64_t>(set.ivbegin(i)) << shift, static_cast<uint64_t>(set.ivend(i)) << shift});
                    return Moc::fromRanges(ranges, order);
                };
                QCOMPARE(toMoc(inner) - cone, Moc());
                QCOMPARE(cone - toMoc(outer), Moc());
            }
        }
    }

    void asciiReadsAndWrites()
    {
        const Moc m = parsed("0/7 2/3 9-11 3/200 10/");
        QCOMPARE(m.order(), 10);
        QCOMPARE(toAscii(m), std::string("0/7 2/3 9-11 3/200 10/"));
        QCOMPARE(parsed("s0/7 2/3 9-11 3/200 10/"), m);
        QCOMPARE(parsed("S0/7\n2/3,9-11\t3/200;10/ "), m);
        QCOMPARE(parsed("# a coverage\n0/7 2/3,9-11,3/200"), m);
        QCOMPARE(parsed(" 0/ 7 2/ 3 9 10 11 5/ 3/200 10/"), m);
        QCOMPARE(parsed("3/282,410 4/40,323,326").cells().size(), size_t{5});
        QCOMPARE(parsed("").empty(), true);
        QCOMPARE(parsed("8/").order(), 8);
        QCOMPARE(toAscii(parsed("8/")), std::string("8/"));
        QCOMPARE(toAscii(Moc()), std::string("0/"));
        QCOMPARE(toAscii(Moc::all()), std::string("0/0-11"));
        QCOMPARE(parsed("29/3458764513820540927").ranges()[0].end, kAll);
        std::mt19937_64 random(5);
        for (int i = 0; i < 20; ++i) {
            const Moc r = randomMoc(random, 3 + i, 60);
            const Moc back = parsed(toAscii(r));
            QCOMPARE(back, r);
            QCOMPARE(back.order(), r.order());
        }
    }

    void jsonReads()
    {
        const Moc m = parsed("0/7 2/3 9-11 10/");
        QCOMPARE(parsed(R"({"0":[7],"2":[3,9,10,11],"10":[]})"), m);
        QCOMPARE(parsed(R"({"0":[7],"2":[3,9,10,11],"10":[]})").order(), 10);
        QCOMPARE(parsed(" { \"0\" : [ 7 ] ,\n \" 2 \" : [3, 9,10, 11,], } "), m);
        QCOMPARE(parsed(R"({"s":{"0":[7],"2":[3,9,10,11]}})"), m);
        QCOMPARE(parsed(R"({"moc":{"0":[7],"2":[3,9,10,11]}})"), m);
        QCOMPARE(parsed("{}").empty(), true);
    }

    void nonsenseIsRefusedWithTheReason()
    {
        for (const char* text : {"hello", "3", "3/x", "30/1", "3/768", "0/12", "3/5-2", "3/1-", "t40/7", "{", "{\"0\":7}", "{\"0\":[12]}", "{\"x\":[1]}", "{\"0\":[1",
                                 "3/99999999999999999999999", "-1/3", "3/-4", "{\"31\":[0]}", "\xff\xfe", "3//4"})
            QVERIFY2(refused(text), text);
        const auto wrong = parseMocAscii("3/1 768");
        QVERIFY(!wrong);
        QVERIFY(wrong.error().text().find("768") != std::string::npos);
    }

    void anyBytesAreSurvived()
    {
        std::mt19937 random(6);
        const std::string alphabet = "0123456789/-, \n{}[]\":stS#.e\xff";
        std::uniform_int_distribution<size_t> pick(0, alphabet.size() - 1), length(0, 40);
        for (int i = 0; i < 20000; ++i) {
            std::string text;
            for (size_t n = length(random); n > 0; --n) text += alphabet[pick(random)];
            const auto moc = parseMocAscii(text);
            if (moc) QVERIFY(canonical(moc->value));
        }
    }
};

QTEST_GUILESS_MAIN(TestMoc)
#include "test_moc.moc"
