#include <QTest>

#include <erfa.h>

#include <cmath>

#include "catalogs/sky_tables.h"

using namespace firmament;
using namespace firmament::catalogs;

class TestSkyTables : public QObject {
    Q_OBJECT
    std::vector<std::string> warnings_;

private slots:
    void init() { warnings_.clear(); }

    void matrixOfB1875()
    {
        double day = 0, rest = 0, m[3][3];
        eraEpb2jd(1875.0, &day, &rest);
        eraPmat06(day, rest, m);
        for (int i = 0; i < 3; ++i) {
            for (int j = 0; j < 3; ++j) QVERIFY(std::abs(toB1875()(i, j) - m[i][j]) < 1e-15);
        }
    }
    void starNames()
    {
        const auto rows = readStarNames("# head\n27989\tOri\tAl Mankib|*Betelgeuse\tα1\t58\tZZ\r\nx\n1\t2\n0\t\t\t\t\t\n\n88\tPhe\t\tτ\t\t", warnings_);
        QCOMPARE(rows.size(), size_t{2});
        QCOMPARE(rows[0].proper, std::vector<std::string>({"Betelgeuse", "Al Mankib"}));
        QCOMPARE(rows[0].approved, size_t{1});
        QCOMPARE(rows[1].approved, size_t{0});
        QCOMPARE(rows[0].bayerText(), std::string("α¹ Ori"));
        QCOMPARE(rows[0].flamsteedText(), std::string("58 Ori"));
        QCOMPARE(rows[0].variableText(), std::string("ZZ Ori"));
        QCOMPARE(rows[1].flamsteedText(), std::string());
        QCOMPARE(warnings_.size(), size_t{3});
        QCOMPARE(warnings_[0], std::string("star_names.tsv line 3 cannot be read"));
    }
    void deepSky()
    {
        const auto rows = readDeepSky("M 1\tCrab Nebula|NGC 1952\tSupernovaRemnant\t83.63321\t22.01447\t8\t4\t\t8.4\n"
                                      "NGC 1\t\tGalaxy\t1.8\t27.7\t\t\t\t\t13.6\nNGC 2\t\tGalaxy\t1\t91\nNGC 3\t\tTeapot\t1\t1\nshort\n"
                                      "NGC 4\t\tGalaxy\tnan\t1\nNGC 5\t\tGalaxy\t1\t1\t-5\n",
                                      warnings_);
        QCOMPARE(rows.size(), size_t{3});
        QCOMPARE(rows[0].aka.size(), size_t{2});
        QCOMPARE(rows[0].kind, DeepSkyKind::SupernovaRemnant);
        QCOMPARE(rows[0].majorArcmin, 8.0f);
        QCOMPARE(rows[1].v, 13.6f); // B where V is not known
        QVERIFY(std::isnan(rows[2].v));
        QCOMPARE(rows[2].majorArcmin, 0.0f);
        QCOMPARE(warnings_.size(), size_t{4});
    }
    void milkyWay()
    {
        const auto rows = readMilkyWay("0\t1,2 3,4 5,6\n9\t1,2 3,4 5,6\n0\t1,2\n1\t1,2 3,x 5,6\n", warnings_);
        QCOMPARE(rows.size(), size_t{1});
        QCOMPARE(rows[0].ring.size(), size_t{3});
        QCOMPARE(warnings_.size(), size_t{3});
    }
    void constellationFile()
    {
        const auto rows = readConstellations("L\t1 2\nC\tXxx\tXname\tXgen\t10\t20\nL\t1 2 3\nB\t0,0 3600,0 3600,60 0,60\nB\t0,0 3600,5 7,7 0,5\nB\tx\nQ\t1\n", warnings_);
        QCOMPARE(rows.size(), size_t{1});
        QCOMPARE(rows[0].lines.size(), size_t{1});
        QCOMPARE(rows[0].borders.size(), size_t{1});
        QCOMPARE(warnings_.size(), size_t{4});
    }

    void insideBox_data()
    {
        QTest::addColumn<double>("ra");
        QTest::addColumn<double>("dec");
        QTest::addColumn<bool>("inside");
        QTest::newRow("centre") << 0.0 << 5.0 << true;
        QTest::newRow("before midnight") << 352.0 << 5.0 << true;
        QTest::newRow("west") << 348.0 << 5.0 << false;
        QTest::newRow("east") << 12.0 << 5.0 << false;
        QTest::newRow("north") << 0.0 << 12.0 << false;
        QTest::newRow("south") << 0.0 << -1.0 << false;
        QTest::newRow("opposite") << 180.0 << 5.0 << false;
        QTest::newRow("pole") << 0.0 << 90.0 << false;
    }
    // A box across RA 0, in both senses of turning.
    void insideBox()
    {
        QFETCH(double, ra);
        QFETCH(double, dec);
        QFETCH(bool, inside);
        const auto d = sky::toDir(sky::Angle::deg(ra), sky::Angle::deg(dec));
        for (const char* ring : {"84000,0 2400,0 2400,600 84000,600", "84000,600 2400,600 2400,0 84000,0"}) {
            const auto rows = readConstellations(std::string("C\tX\tX\tX\t0\t0\nB\t") + ring, warnings_);
            QCOMPARE(rows[0].borders.size(), size_t{1});
            QCOMPARE(rows[0].borders[0].contains(d), inside);
        }
    }
    void caps()
    {
        const auto rows = readConstellations("C\tX\tX\tX\t0\t0\nB\t0,4800 21600,4800 21600,5100 43200,5100 64800,5100 64800,4800 0,4800\n"
                                             "C\tY\tY\tY\t0\t0\nB\t0,-4800 28800,-4800 57600,-4800 57600,-4801 0,-4801\n",
                                             warnings_);
        QVERIFY(warnings_.empty());
        const auto at = [](double ra, double dec) { return sky::toDir(sky::Angle::deg(ra), sky::Angle::deg(dec)); };
        const auto& north = rows[0].borders[0];
        QVERIFY(north.contains(at(0, 90)) && north.contains(at(45, 81)) && !north.contains(at(45, 79)));
        QVERIFY(north.contains(at(180, 86)) && !north.contains(at(180, 84)) && !north.contains(at(0, -90)));
        const auto& south = rows[1].borders[0];
        QVERIFY(south.contains(at(0, -90)) && south.contains(at(90, -81)) && !south.contains(at(90, -79)) && !south.contains(at(0, 90)));
    }
    void sidesFollowParallels()
    {
        const auto rows = readConstellations("C\tX\tX\tX\t0\t0\nB\t0,3600 14400,3600 14400,3000 0,3000\n", warnings_);
        const auto ring = rows[0].borders[0].subdivided(sky::Angle::deg(1));
        QVERIFY(ring.size() > 80);
        for (size_t i = 0; i < ring.size(); ++i) {
            const sky::Dir b = toB1875() * ring[i];
            const auto p = sky::toPos(b, sky::Frame::Icrs);
            const double ra = p.lon.deg(), dec = p.lat.deg();
            const bool onSide = std::abs(dec - 60) < 1e-9 || std::abs(dec - 50) < 1e-9 || std::abs(ra - 60) < 1e-9
                || std::abs(ra) < 1e-9 || std::abs(ra - 360) < 1e-9;
            QVERIFY(onSide);
            QVERIFY(sky::separation(ring[i], ring[(i + 1) % ring.size()]).deg() < 1.01);
        }
    }
};

QTEST_APPLESS_MAIN(TestSkyTables)
#include "test_sky_tables.moc"
