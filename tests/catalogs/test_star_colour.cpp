#include <QTest>

#include <cmath>

#include "catalogs/star_colour.h"

using namespace firmament::catalogs;

class TestStarColour : public QObject {
    Q_OBJECT
private slots:
    void temperatures()
    {
        QVERIFY(std::abs(starTemperature(0.65) - 5780) < 80);   // the Sun
        QVERIFY(std::abs(starTemperature(0.0) - 10100) < 200);  // Vega, to Ballesteros's accuracy
        QVERIFY(starTemperature(1.85) > 3000 && starTemperature(1.85) < 3800); // Betelgeuse
        QCOMPARE(starTemperature(99), starTemperature(4));
    }
    // Chromaticity x, y of the Planckian locus (Wyszecki & Stiles 1982, table 1(3.11)) within 0.006.
    void planckianLocus_data()
    {
        QTest::addColumn<double>("kelvin");
        QTest::addColumn<double>("x");
        QTest::addColumn<double>("y");
        QTest::newRow("3000") << 3000.0 << 0.4369 << 0.4041;
        QTest::newRow("5000") << 5000.0 << 0.3451 << 0.3516;
        QTest::newRow("6500") << 6500.0 << 0.3135 << 0.3237;
        QTest::newRow("10000") << 10000.0 << 0.2807 << 0.2884;
    }
    void planckianLocus()
    {
        QFETCH(double, kelvin);
        QFETCH(double, x);
        QFETCH(double, y);
        const auto c = blackBodyLinear(kelvin);
        const double X = 0.4124 * c[0] + 0.3576 * c[1] + 0.1805 * c[2];
        const double Y = 0.2126 * c[0] + 0.7152 * c[1] + 0.0722 * c[2];
        const double Z = 0.0193 * c[0] + 0.1192 * c[1] + 0.9505 * c[2];
        QVERIFY(std::abs(X / (X + Y + Z) - x) < 0.006);
        QVERIFY(std::abs(Y / (X + Y + Z) - y) < 0.006);
    }
    void colours()
    {
        const auto blue = starColour(-0.3), white = starColour(0.25), red = starColour(1.8), unknown = starColour(std::nan(""));
        QVERIFY(blue[2] == 1 && blue[0] < 0.85f);
        QVERIFY(red[0] == 1 && red[2] < 0.7f);
        QVERIFY(white[0] > 0.85f && white[1] > 0.85f && white[2] > 0.85f);
        QVERIFY(unknown[0] == 1 && unknown[1] == 1 && unknown[2] == 1);
        for (double bv = -1; bv < 6; bv += 0.01) {
            for (float v : starColour(bv)) QVERIFY(v >= 0 && v <= 1);
        }
        for (double v = 0; v <= 1; v += 0.01) QVERIFY(std::abs(srgbDecode(srgbEncode(v)) - v) < 1e-4);
    }
};

QTEST_APPLESS_MAIN(TestStarColour)
#include "test_star_colour.moc"
