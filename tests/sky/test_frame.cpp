#include <QTest>

#include <random>

#include <Eigen/Geometry>
#include <Eigen/LU>
#include <erfa.h>

#include "sky/frame.h"

using namespace firmament::sky;

namespace {

SkyPos icrs(double lonDeg, double latDeg) { return {Angle::deg(lonDeg), Angle::deg(latDeg), Frame::Icrs}; }

bool near(double a, double b, double tolerance)
{
    if (std::abs(a - b) <= tolerance) return true;
    qWarning("%.17g against %.17g: off by %.3g, allowed %.3g", a, b, a - b, tolerance);
    return false;
}

constexpr Frame kRelated[] = {Frame::Icrs, Frame::Galactic, Frame::EclipticJ2000, Frame::Fk5};

} // namespace

class TestFrame : public QObject {
    Q_OBJECT
private slots:
    void rotationsAreOrthonormal()
    {
        for (Frame a : kRelated)
            for (Frame b : kRelated) {
                const auto& m = rotation(a, b);
                QVERIFY((m * m.transpose() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 4e-16);
                QVERIFY(near(m.determinant(), 1, 4e-16));
                QVERIFY((m - rotation(b, a).transpose()).cwiseAbs().maxCoeff() < 4e-16);
            }
        QVERIFY(rotation(Frame::Body, Frame::Galactic).isIdentity(0));
        QVERIFY(rotation(Frame::Icrs, Frame::Body).isIdentity(0));
    }

    void agreesWithErfa()
    {
        std::mt19937 random(1);
        std::uniform_real_distribution<double> lon(0, 2 * kPi), z(-1, 1);
        for (int i = 0; i < 300; ++i) {
            const double a = lon(random), d = std::asin(z(random));
            const SkyPos p{Angle::rad(a), Angle::rad(d), Frame::Icrs};
            double l = 0, b = 0;
            eraIcrs2g(a, d, &l, &b);
            QVERIFY(separation(toDir(converted(p, Frame::Galactic)), toDir(Angle::rad(l), Angle::rad(b))).rad() < 1e-15);
            eraEqec06(2451545.0, 0, a, d, &l, &b);
            QVERIFY(separation(toDir(converted(p, Frame::EclipticJ2000)), toDir(Angle::rad(l), Angle::rad(b))).rad() < 1e-15);
            eraHfk5z(a, d, 2451545.0, 0, &l, &b, std::array<double, 1>{}.data(), std::array<double, 1>{}.data());
            QVERIFY(separation(toDir(converted(p, Frame::Fk5)), toDir(Angle::rad(l), Angle::rad(b))).rad() < 1e-15);
        }
    }

    void knownPlaces()
    {
        const SkyPos pole = converted(icrs(192.85948, 27.12825), Frame::Galactic);
        QVERIFY(near(pole.lat.deg(), 90, 1e-9));
        const SkyPos crabGal = converted(icrs(83.6331, 22.0145), Frame::Galactic);
        QVERIFY(near(crabGal.lon.deg(), 184.5574602, 1e-7));
        QVERIFY(near(crabGal.lat.deg(), -5.7843464, 1e-7));
        const SkyPos crab = converted(icrs(83.6331, 22.0145), Frame::EclipticJ2000);
        QVERIFY(near(crab.lon.deg(), 84.0975213, 1e-7));
        QVERIFY(near(crab.lat.deg(), -1.2944233, 1e-7));
    }

    void thereAndBackAtTheHardPlaces()
    {
        for (double lon : {0.0, 1e-13, 90.0, 180.0, 359.9999999999999})
            for (double lat : {-90.0, -89.9999999999, 0.0, 1e-13, 41.8103149, 90.0})
                for (Frame f : kRelated) {
                    const SkyPos p = icrs(lon, lat);
                    const SkyPos back = converted(converted(p, f), Frame::Icrs);
                    QVERIFY(separation(toDir(back), toDir(p)).rad() < 1e-15);
                    QVERIFY(back.lon.rad() >= 0 && back.lon.rad() < 2 * kPi);
                }
    }

    void longitudeStaysBelowATurn()
    {
        QCOMPARE(toPos({1, -1e-17, 0}, Frame::Icrs).lon.rad(), 0.0);
        QVERIFY(toPos({1, -1e-15, 0}, Frame::Icrs).lon.rad() < 2 * kPi);
        QVERIFY(toPos({-1, -0.0, 0}, Frame::Icrs).lon.rad() >= 0);
    }

    void separationAtTheExtremes()
    {
        const Dir a = toDir(Angle::deg(10), Angle::deg(89.999999));
        QCOMPARE(separation(a, a).rad(), 0.0);
        QVERIFY(near(separation(a, -a).rad(), kPi, 1e-15));
        const double tiny = Angle::mas(0.001).rad();
        QVERIFY(near(separation(Dir::UnitX(), toDir(Angle::rad(0), Angle::rad(tiny))).rad(), tiny, 1e-25));
    }

    void positionAngleLikeErfa()
    {
        std::mt19937 random(2);
        std::uniform_real_distribution<double> lon(0, 2 * kPi), z(-1, 1);
        for (int i = 0; i < 300; ++i) {
            const double a1 = lon(random), d1 = std::asin(z(random)), a2 = lon(random), d2 = std::asin(z(random));
            double expected = eraPas(a1, d1, a2, d2);
            if (expected < 0) expected += 2 * kPi;
            const double pa = positionAngle(toDir(Angle::rad(a1), Angle::rad(d1)), toDir(Angle::rad(a2), Angle::rad(d2))).rad();
            QVERIFY(near(std::remainder(pa - expected, 2 * kPi), 0, 1e-12));
        }
        // At the pole, north is the limit from longitude 0.
        QVERIFY(near(positionAngle(Dir::UnitZ(), toDir(Angle::deg(90), Angle::deg(80))).deg(), 90, 1e-12));
        QVERIFY(near(positionAngle(-Dir::UnitZ(), toDir(Angle::deg(0), Angle::deg(-80))).deg(), 0, 1e-12));
    }

    void capsKnowWhatTheyHold()
    {
        const Dir c = toDir(Angle::deg(30), Angle::deg(-40));
        const auto away = [&](Angle r) { return toDir(Angle::deg(30), Angle::deg(-40) + r); };
        const Cap small{c, Angle::arcsec(0.1)};
        QVERIFY(small.contains(c));
        QVERIFY(small.contains(away(Angle::arcsec(0.0999))));
        QVERIFY(!small.contains(away(Angle::arcsec(0.1001))));
        const Cap wide{c, Angle::deg(120)};
        QVERIFY(wide.contains(away(Angle::deg(119.9))));
        QVERIFY(!wide.contains(-c));
        const Cap all{c, Angle::rad(kPi)};
        QVERIFY(all.contains(-c));
        QVERIFY(small.overlaps({away(Angle::arcsec(0.3)), Angle::arcsec(0.21)}));
        QVERIFY(!small.overlaps({away(Angle::arcsec(0.3)), Angle::arcsec(0.19)}));
        QVERIFY(wide.overlaps({-c, Angle::deg(61)}));
        QVERIFY(!wide.overlaps({-c, Angle::deg(59)}));
        QVERIFY(all.overlaps({-c, Angle::rad(0)}));
    }

    void namesReadBack()
    {
        for (Frame f : {Frame::Icrs, Frame::Galactic, Frame::EclipticJ2000, Frame::Fk5, Frame::Body})
            QCOMPARE(frameFromName(frameName(f)), std::optional(f));
        QCOMPARE(frameFromName("GAL"), std::optional(Frame::Galactic));
        QCOMPARE(frameFromName("Equatorial"), std::optional(Frame::Icrs));
        QVERIFY(!frameFromName("mars"));
        QVERIFY(!frameFromName(""));
    }
};

QTEST_GUILESS_MAIN(TestFrame)
#include "test_frame.moc"
