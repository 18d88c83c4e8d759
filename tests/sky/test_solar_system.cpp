#include <QTest>

#include <erfa.h>

#include "sky/solar_system.h"

using namespace firmament::sky;

namespace {

constexpr Body kBodies[] = {Body::Sun, Body::Moon, Body::Mercury, Body::Venus, Body::Mars, Body::Jupiter, Body::Saturn, Body::Uranus, Body::Neptune};

double julianDate(int year, int month, double day)
{
    double zero = 0, mjd = 0;
    eraCal2jd(year, month, 1, &zero, &mjd);
    return zero + mjd + day - 1;
}

/// Arcminutes between a body and an ICRS place in degrees.
double off(Body b, double jd, double ra, double dec) { return separation(bodyAt(b, jd).dirIcrs, toDir(Angle::deg(ra), Angle::deg(dec))).arcmin(); }

} // namespace

class TestSolarSystem : public QObject {
    Q_OBJECT
private slots:
    void theSunAtTheEquinoxes()
    {
        // March equinox 2024-03-20 03:07 UT, June solstice 2024-06-20 20:51 UT: longitude of date 0 and 90 deg; in J2000 less by the
        // precession since (24.2 years x 50.29 arcsec).
        const double precession = 24.22 * 50.29 / 3600;
        const auto longitude = [](double jd) { return toPos(rotation(Frame::Icrs, Frame::EclipticJ2000) * bodyAt(Body::Sun, jd).dirIcrs, Frame::EclipticJ2000).lon.deg(); };
        QVERIFY(std::abs(std::remainder(longitude(julianDate(2024, 3, 20 + (3 + 7 / 60.0) / 24)) + precession, 360)) < 0.01);
        QVERIFY(std::abs(longitude(julianDate(2024, 6, 20 + (20 + 51 / 60.0) / 24)) + precession - 90) < 0.01);
    }

    void eclipses()
    {
        // Total solar eclipse of 2024-04-08, greatest at 18:17 UT: seen from the Earth's centre the Moon passes within 0.35 deg.
        const double jd = julianDate(2024, 4, 8 + (18 + 18 / 60.0) / 24);
        const BodyPlace sun = bodyAt(Body::Sun, jd), moon = bodyAt(Body::Moon, jd);
        QVERIFY(separation(sun.dirIcrs, moon.dirIcrs).deg() < 0.36);
        QVERIFY(moon.phase < 0.001);
        QVERIFY(moon.diameter > sun.diameter);
        // Total lunar eclipse of 2022-11-08, 10:59 UT: the Moon stands opposite the Sun.
        const double full = julianDate(2022, 11, 8 + 11.0 / 24);
        QVERIFY(separation(bodyAt(Body::Sun, full).dirIcrs, -bodyAt(Body::Moon, full).dirIcrs).deg() < 0.3);
        QVERIFY(bodyAt(Body::Moon, full).phase > 0.999);
    }

    void greatConjunction()
    {
        // Jupiter and Saturn on 2020-12-21 at 18:20 UT, 6.1 arcmin apart (geocentric).
        const double jd = julianDate(2020, 12, 21 + 18.33 / 24);
        QVERIFY(std::abs(separation(bodyAt(Body::Jupiter, jd).dirIcrs, bodyAt(Body::Saturn, jd).dirIcrs).arcmin() - 6.1) < 1.5);
        QVERIFY(off(Body::Jupiter, jd, 302.5, -20.5) < 60);
    }

    void againstAPlainReckoningWithErfa()
    {
        // The same theories put together anew, light-time by one more iteration.
        for (double jd : {2415020.5, 2451545.0, 2460000.25, 2488070.0})
            for (int np : {1, 2, 4, 5, 6, 7, 8}) {
                double h[2][3], b[2][3], p[2][3];
                eraEpv00(jd, 0, h, b);
                double t = jd, distance = 0;
                Dir d;
                for (int i = 0; i < 5; ++i) {
                    eraPlan94(t, 0, np, p);
                    d = Dir(p[0][0] - h[0][0], p[0][1] - h[0][1], p[0][2] - h[0][2]);
                    distance = d.norm();
                    t = jd - distance * 499.004783836 / 86400;
                }
                const Body body = np < 3 ? (np == 1 ? Body::Mercury : Body::Venus) : static_cast<Body>(np);
                const BodyPlace mine = bodyAt(body, jd);
                QVERIFY(separation(mine.dirIcrs, d / distance).arcsec() < 0.1);
                QVERIFY(std::abs(mine.distanceAu - distance) < 1e-6);
            }
    }

    void moonAgainstErfa()
    {
        for (double jd : {2451545.0, 2460000.25}) {
            double m[2][3];
            eraMoon98(jd, 0, m);
            const Dir d(m[0][0], m[0][1], m[0][2]);
            // Light-time moves it by less than an arcsecond against the stars, as the Earth carries it along: 20 arcsec at most.
            QVERIFY(separation(bodyAt(Body::Moon, jd).dirIcrs, d.normalized()).arcsec() < 30);
            QVERIFY(std::abs(bodyAt(Body::Moon, jd).distanceAu / d.norm() - 1) < 2e-4);
        }
    }

    void looksAreSensible()
    {
        for (int year = 1900; year <= 2100; year += 7) {
            const double jd = julianDate(year, 5, 3.3);
            const auto all = allBodies(jd);
            QCOMPARE(all.size(), std::size(kBodies));
            for (size_t i = 0; i < all.size(); ++i) {
                const BodyPlace& b = all[i];
                QCOMPARE(b.body, kBodies[i]);
                QVERIFY(std::abs(b.dirIcrs.norm() - 1) < 1e-14);
                QVERIFY(b.phase >= 0 && b.phase <= 1);
                QVERIFY(std::isfinite(b.magnitude));
                // All of them keep to the ecliptic.
                QVERIFY(std::abs(toPos(rotation(Frame::Icrs, Frame::EclipticJ2000) * b.dirIcrs, Frame::EclipticJ2000).lat.deg()) < 9.5);
            }
            QVERIFY(all[0].magnitude < -26.5 && all[0].magnitude > -27);
            QVERIFY(std::abs(all[0].diameter.arcmin() - 32) < 0.6);
            QVERIFY(std::abs(all[1].diameter.arcmin() - 31.2) < 2.5);
            QVERIFY(all[3].magnitude < -3.4 && all[3].magnitude > -5.1);  // Venus
            QVERIFY(all[5].magnitude < -1.5 && all[5].magnitude > -3.0);  // Jupiter
            QVERIFY(all[8].magnitude > 7.6 && all[8].magnitude < 8.1);    // Neptune
            QVERIFY(all[5].phase > 0.98 && all[8].phase > 0.999);
        }
    }

    void names()
    {
        QCOMPARE(std::string(bodyName(Body::Sun)), std::string("Sun"));
        QCOMPARE(std::string(bodyName(Body::Neptune)), std::string("Neptune"));
    }
};

QTEST_GUILESS_MAIN(TestSolarSystem)
#include "test_solar_system.moc"
