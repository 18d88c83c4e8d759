#include <QTest>

#include <random>
#include <set>

#include <Eigen/Geometry>
#include <healpix_cxx/healpix_base.h>

#include "sky/healpix.h"

using namespace firmament::sky;

namespace {

using Reference = T_Healpix_Base<int64>;

Reference reference(int order) { return Reference(order, NEST); }

Dir fromVec3(const vec3& v) { return {v.x, v.y, v.z}; }

uint64_t cells(int order) { return uint64_t{12} << (2 * order); }

/// Random cells, and those at the corners and borders of the base faces.
std::vector<Cell> interesting(int order, std::mt19937_64& random)
{
    std::vector<Cell> out;
    const uint64_t perFace = uint64_t{1} << (2 * order);
    for (uint64_t face = 0; face < 12; ++face) {
        const uint64_t east = perFace / 3, west = 2 * (perFace / 3); // all even bits: x largest; all odd bits: y largest
        for (uint64_t in : {uint64_t{0}, east, west, perFace - 1, perFace / 2, perFace / 4})
            out.push_back({static_cast<uint8_t>(order), face * perFace + in % perFace});
    }
    std::uniform_int_distribution<uint64_t> any(0, cells(order) - 1);
    for (int i = 0; i < 200; ++i) out.push_back({static_cast<uint8_t>(order), any(random)});
    return out;
}

std::vector<Dir> interestingDirections(std::mt19937_64& random)
{
    std::vector<Dir> out;
    for (double lon : {0.0, 1e-12, 45.0, 89.99999999, 90.0, 134.3, 180.0, 225.0, 270.0, 359.99999999999})
        for (double lat : {-90.0, -89.9999999, -89.99, -60.0, -41.8103148957786, -20.0, 0.0, 1e-9, 41.8103148957786, 41.9, 89.999999999, 90.0})
            out.push_back(toDir(Angle::deg(lon), Angle::deg(lat)));
    std::uniform_real_distribution<double> lon(0, 2 * kPi), z(-1, 1);
    for (int i = 0; i < 2000; ++i) out.push_back(toDir(Angle::rad(lon(random)), Angle::rad(std::asin(z(random)))));
    return out;
}

} // namespace

class TestHealpix : public QObject {
    Q_OBJECT
private slots:
    void centresLikeTheLibrary()
    {
        std::mt19937_64 random(1);
        for (int order = 0; order <= kMaxOrder; ++order) {
            const auto base = reference(order);
            for (const Cell& c : interesting(order, random)) {
                vec3 v;
                base.pix2ang(static_cast<int64>(c.pix)); // must not throw: the cell is valid
                v = base.pix2vec(static_cast<int64>(c.pix));
                const double off = (cellCentre(c) - fromVec3(v)).norm();
                QVERIFY2(off < 3e-15, qPrintable(QString("order %1 pix %2: %3").arg(order).arg(c.pix).arg(off)));
            }
        }
    }

    void cornersLikeTheLibrary()
    {
        std::mt19937_64 random(2);
        for (int order : {0, 1, 2, 5, 13, 20, 29}) {
            const auto base = reference(order);
            for (const Cell& c : interesting(order, random)) {
                std::vector<vec3> corners; // N W S E
                base.boundaries(static_cast<int64>(c.pix), 1, corners);
                const Dir mine[4] = {cellPoint(c, 1, 1), cellPoint(c, 0, 1), cellPoint(c, 0, 0), cellPoint(c, 1, 0)};
                for (size_t k = 0; k < 4; ++k) QVERIFY((mine[k] - fromVec3(corners[k])).norm() < 2e-15);
            }
        }
    }

    void unitVectorsToTheLastDigit()
    {
        std::mt19937_64 random(3);
        for (int order : {0, 3, 12, 29})
            for (const Cell& c : interesting(order, random))
                for (double x : {0.0, 0.3, 1.0})
                    for (double y : {0.0, 0.9, 1.0}) QVERIFY(std::abs(cellPoint(c, x, y).norm() - 1) < 4e-16);
    }

    void poleCornersArePoles()
    {
        for (int order : {0, 7, 29})
            for (uint64_t face = 0; face < 4; ++face) {
                const uint64_t perFace = uint64_t{1} << (2 * order);
                const Cell north{static_cast<uint8_t>(order), (face + 1) * perFace - 1};
                const Cell south{static_cast<uint8_t>(order), (face + 8) * perFace};
                QCOMPARE(cellPoint(north, 1, 1), Dir(0, 0, 1));
                QCOMPARE(cellPoint(south, 0, 0), Dir(0, 0, -1));
                QVERIFY(touchesPole(north));
                QVERIFY(touchesPole(south));
                if (order > 0) QCOMPARE(touchesPole({static_cast<uint8_t>(order), face * perFace}), false);
                QCOMPARE(touchesPole({static_cast<uint8_t>(order), (face + 4) * perFace}), false);
            }
    }

    void cellsMeetWithoutGaps()
    {
        // The east neighbour's west side is this cell's east side: points of shared edges agree to rounding.
        std::mt19937_64 random(4);
        for (int order : {1, 4, 11, 29})
            for (const Cell& c : interesting(order, random)) {
                for (size_t k : {size_t{0}, size_t{2}, size_t{4}, size_t{6}}) { // SW NW NE SE
                    const auto n = neighbours(c)[k];
                    QVERIFY(n.has_value());
                    // Middle of the shared edge, from either side: the nearest of the neighbour's four edge middles.
                    const double mx[8] = {0, 0, 0.5, 0, 1, 0, 0.5, 0}, my[8] = {0.5, 0, 1, 0, 0.5, 0, 0, 0};
                    const Dir mine = cellPoint(c, mx[k], my[k]);
                    double nearest = 10;
                    for (size_t j : {size_t{0}, size_t{2}, size_t{4}, size_t{6}})
                        nearest = std::min(nearest, (cellPoint(*n, mx[j], my[j]) - mine).norm());
                    QVERIFY2(nearest < 4e-16, qPrintable(QString("order %1 pix %2 side %3").arg(order).arg(c.pix).arg(k)));
                }
            }
    }

    void cellOfADirectionLikeTheLibrary()
    {
        std::mt19937_64 random(5);
        const auto directions = interestingDirections(random);
        for (int order : {0, 1, 3, 8, 13, 20}) {
            const auto base = reference(order);
            int different = 0;
            for (const Dir& d : directions) {
                const auto theirs = static_cast<uint64_t>(base.vec2pix(vec3(d.x(), d.y(), d.z())));
                const Cell mine = cellAt(d, order);
                QVERIFY(mine.valid());
                if (mine.pix == theirs) continue;
                // On a border either side is right: the direction must be on the border of both.
                ++different;
                const CellPlace p = placeAt(d, order);
                const double edge = std::min(std::min(p.x, 1 - p.x), std::min(p.y, 1 - p.y));
                QVERIFY2(edge < 1e-15 * std::ldexp(1.0, order) + 1e-7,
                         qPrintable(QString("order %1: %2 against %3, %4 from the edge").arg(order).arg(mine.pix).arg(theirs).arg(edge)));
            }
            QVERIFY(different < 100);
        }
    }

    void placeAndPointAreInverse()
    {
        std::mt19937_64 random(6);
        std::uniform_real_distribution<double> in(0.02, 0.98);
        for (int order : {0, 1, 5, 12, 20, 27, 29})
            for (const Cell& c : interesting(order, random)) {
                const double x = in(random), y = in(random);
                const CellPlace p = placeAt(cellPoint(c, x, y), order);
                QCOMPARE(p.cell, c);
                // Rounding of a unit vector, seen in units of the cell; in cells at the pole the angle is worth less.
                const double off = std::max(std::abs(p.x - x), std::abs(p.y - y)) - 1e-12;
                QVERIFY2(off < 2e-15 * std::ldexp(1.0, order),
                         qPrintable(QString("order %1 pix %2: %3").arg(order).arg(c.pix).arg(off)));
            }
    }

    void placeIsExactBesideThePoles()
    {
        for (double arcsec : {1e-9, 1e-6, 1e-3, 1.0})
            for (double lon : {0.0, 33.0, 90.0, 200.0, 359.0})
                for (double side : {1.0, -1.0}) {
                    const double r = Angle::arcsec(arcsec).rad();
                    const Dir d(std::sin(r) * std::cos(lon * kRadPerDeg), std::sin(r) * std::sin(lon * kRadPerDeg), side * std::cos(r));
                    const CellPlace p = placeAt(d, 29);
                    QVERIFY((cellPoint(p.cell, p.x, p.y) - d).norm() < 2e-16);
                }
    }

    void neighboursLikeTheLibrary()
    {
        std::mt19937_64 random(7);
        for (int order : {0, 1, 2, 3, 9, 21, 29}) {
            const auto base = reference(order);
            std::vector<Cell> list = interesting(order, random);
            if (order <= 3) {
                list.clear();
                for (uint64_t p = 0; p < cells(order); ++p) list.push_back({static_cast<uint8_t>(order), p});
            }
            for (const Cell& c : list) {
                fix_arr<int64, 8> theirs;
                base.neighbors(static_cast<int64>(c.pix), theirs);
                const auto mine = neighbours(c);
                for (size_t k = 0; k < 8; ++k) {
                    QCOMPARE(mine[k].has_value(), theirs[k] >= 0);
                    if (mine[k]) QCOMPARE(mine[k]->pix, static_cast<uint64_t>(theirs[k]));
                }
            }
        }
        const auto example = neighbours({2, 0});
        const uint64_t expected[8] = {69, 71, 2, 3, 1, 91, 90, 143};
        for (size_t k = 0; k < 8; ++k) QCOMPARE(example[k]->pix, expected[k]);
    }

    void capsHoldTheirCellsTightly()
    {
        std::mt19937_64 random(8);
        for (int order : {0, 1, 2, 6, 14, 22, 29})
            for (const Cell& c : interesting(order, random)) {
                const Cap cap = boundingCap(c);
                double farthest = 0;
                for (int i = 0; i <= 16; ++i)
                    for (int j = 0; j <= 16; ++j) {
                        const Dir d = cellPoint(c, i / 16.0, j / 16.0);
                        QVERIFY(cap.contains(d));
                        farthest = std::max(farthest, separation(cap.centre, d).rad());
                    }
                QVERIFY(cap.radius.rad() < farthest * 1.03);
            }
    }

    void familyTies()
    {
        const Cell c{9, 123456};
        QCOMPARE(c.child(3).parent(), c);
        QCOMPARE(c.parent(9), (Cell{0, 123456 >> 18}));
        QVERIFY(c.parent(4).isAncestorOrSelf(c));
        QVERIFY(!c.isAncestorOrSelf(c.parent()));
        QCOMPARE(within(c, c), (SubRect{0, 0, 1}));
        QCOMPARE(within(c.child(0), c), (SubRect{0, 0, 0.5}));
        QCOMPARE(within(c.child(1), c), (SubRect{0.5, 0, 0.5})); // 1 is to the east: x
        QCOMPARE(within(c.child(2), c), (SubRect{0, 0.5, 0.5}));
        QCOMPARE(within(c.child(3).child(1), c), (SubRect{0.75, 0.5, 0.25}));
        QVERIFY((cellPoint(c.child(1), 0, 0) - cellPoint(c, 0.5, 0)).norm() < 1e-15);
        QVERIFY(!(Cell{0, 12}).valid());
        QVERIFY(!(Cell{30, 0}).valid());
    }

    void nonsenseIsHarmless()
    {
        const double nan = std::nan("");
        QVERIFY(cellAt({nan, 0, 0}, 5).valid());
        QVERIFY(cellAt({0, 0, 0}, 5).valid());
        QVERIFY(cellAt({0, 0, 1}, 99).valid());
        QVERIFY(cellAt({1, 0, 0}, -3).valid());
        QCOMPARE(cellAt({3, 4, 5}, 12), cellAt(Dir(3, 4, 5).normalized(), 12));
        for (const auto& n : neighbours({5, ~uint64_t{0}})) QVERIFY(!n);
    }
};

QTEST_GUILESS_MAIN(TestHealpix)
#include "test_healpix.moc"
