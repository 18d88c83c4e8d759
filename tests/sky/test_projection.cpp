#include <QTest>

#include <cstring>
#include <random>

#include <Eigen/Geometry>
#include <wcslib/prj.h>

#include "sky/projection.h"

using namespace firmament::sky;

namespace {

/// Camera direction of native longitude and latitude of the cylindrical kind.
Dir fromNative(double phi, double theta)
{
    return {std::cos(theta) * std::sin(phi), std::sin(theta), std::cos(theta) * std::cos(phi)};
}

/// Camera direction at an angle c from the centre, towards direction a on the screen (0 = right).
Dir fromAxis(double c, double a) { return {std::sin(c) * std::cos(a), std::sin(c) * std::sin(a), std::cos(c)}; }

/// wcslib's plane coordinates in radians.
bool wcslib(Proj p, const Dir& camera, Eigen::Vector2d& plane)
{
    prjprm prj{};
    prjini(&prj);
    std::strcpy(prj.code, info(p).code);
    prj.pv[0] = 0;
    if (p == Proj::Hpx) {
        prj.pv[1] = 4;
        prj.pv[2] = 3;
    }
    if (prjset(&prj) != 0) return false;
    double phi = 0, theta = 0;
    if (info(p).zenithal) { // x = R sin(phi), y = -R cos(phi)
        phi = std::atan2(camera.x(), -camera.y()) / kRadPerDeg;
        theta = std::atan2(camera.z(), std::hypot(camera.x(), camera.y())) / kRadPerDeg;
    } else {
        phi = std::atan2(camera.x(), camera.z()) / kRadPerDeg;
        theta = std::atan2(camera.y(), std::hypot(camera.x(), camera.z())) / kRadPerDeg;
    }
    double x = 0, y = 0;
    int bad = 0;
    const int status = prj.prjs2x(&prj, 1, 1, 1, 1, &phi, &theta, &x, &y, &bad);
    plane = Eigen::Vector2d(x, y) * kRadPerDeg;
    prjfree(&prj);
    return status == 0 && bad == 0;
}

std::vector<Dir> directions(Proj p)
{
    std::vector<Dir> out;
    for (double c : {0.0, 1e-15, 1e-9, 1e-4, 0.5, 1.3, 1.5, 1.6, 2.2, 2.9, 3.1, 3.14159, kPi - 1e-7})
        for (double a : {0.0, 0.3, kPi / 2, 2.0, kPi, 4.5, 3 * kPi / 2}) out.push_back(fromAxis(c, a));
    for (double phi : {-kPi + 1e-9, -2.5, -kPi / 2, -1e-12, 0.0, 0.7, kPi / 2, 3.0, kPi - 1e-9})
        for (double t : {-1.57, -1.4, -0.7297276562, -0.3, 0.0, 1e-11, 0.7297276562269663, 0.8, 1.5, 1.5707, kPi / 2 - 1e-6})
            out.push_back(fromNative(phi, t));
    std::mt19937 random(static_cast<unsigned>(p));
    std::uniform_real_distribution<double> lon(-kPi, kPi), z(-1, 1);
    for (int i = 0; i < 3000; ++i) out.push_back(fromNative(lon(random), std::asin(z(random))));
    return out;
}

/// Distance from where the projection is singular: there a hair on the map is a long way on the sky, or the other way round.
double fromTrouble(Proj p, const Dir& c)
{
    const double rho = std::hypot(c.x(), c.y());
    switch (p) {
    case Proj::Tan: return c.z() - 0.05;
    case Proj::Sin: return c.z();
    case Proj::Zea:
    case Proj::Arc: return c.z() < 0 ? rho : 1;
    case Proj::Stg: return 1;
    default: {
        const double h = std::hypot(c.x(), c.z());
        const double seam = c.z() < 0 ? std::abs(c.x()) : 1;
        return std::min(h, seam);
    }
    }
}

} // namespace

class TestProjection : public QObject {
    Q_OBJECT
private slots:
    void agreesWithWcslib()
    {
        for (Proj p : kAllProjections) {
            int compared = 0;
            for (const Dir& d : directions(p)) {
                Eigen::Vector2d mine, theirs;
                if (fromTrouble(p, d) < 1e-3 || !project(p, d, mine) || !wcslib(p, d, theirs)) continue;
                ++compared;
                // wcslib takes degrees: angles near the pole come back with 1e-14 of rounding; MOL iterates to 1e-13.
                const double tolerance = (p == Proj::Mol ? 3e-12 : 3e-14) * (1 + mine.squaredNorm());
                QVERIFY2((mine - theirs).norm() < tolerance,
                         qPrintable(QString("%1: (%2 %3 %4) off by %5").arg(info(p).code).arg(d.x()).arg(d.y()).arg(d.z()).arg((mine - theirs).norm())));
            }
            QVERIFY(compared > 1000);
        }
    }

    void publishedAnchors()
    {
        // Native phi 40, theta 50 deg.
        struct Anchor {
            Proj p;
            double x, y;
        };
        for (const Anchor& a : {Anchor{Proj::Ait, 28.130765, 49.010183}, Anchor{Proj::Mol, 27.331537, 52.762296},
                                Anchor{Proj::Hpx, 40.811126, 52.300133}, Anchor{Proj::Sin, 23.673236, -28.212664},
                                Anchor{Proj::Tan, 30.903215, -36.829017}, Anchor{Proj::Stg, 26.809332, -31.950118},
                                Anchor{Proj::Zea, 25.192531, -30.023290}, Anchor{Proj::Arc, 25.711504, -30.641778}}) {
            const double phi = 40 * kRadPerDeg, theta = 50 * kRadPerDeg;
            const Dir d = info(a.p).zenithal ? fromAxis(kPi / 2 - theta, phi - kPi / 2) : fromNative(phi, theta);
            Eigen::Vector2d plane;
            QVERIFY(project(a.p, d, plane));
            QVERIFY((plane / kRadPerDeg - Eigen::Vector2d(a.x, a.y)).norm() < 1e-6);
        }
    }

    void roundTrips()
    {
        for (Proj p : kAllProjections) {
            double worst = 0;
            for (const Dir& d : directions(p)) {
                Eigen::Vector2d plane;
                if (fromTrouble(p, d) < 1e-3 || !project(p, d, plane)) continue;
                Dir back;
                QVERIFY2(unproject(p, plane, back), info(p).code);
                worst = std::max(worst, (back - d).norm());
                QVERIFY(std::abs(back.norm() - 1) < 1e-14);
            }
            QVERIFY2(worst < 1e-12, qPrintable(QString("%1: %2").arg(info(p).code).arg(worst)));
        }
    }

    void roundTripsEvenBesideTheTrouble()
    {
        for (Proj p : kAllProjections)
            for (const Dir& d : directions(p)) {
                Eigen::Vector2d plane;
                if (!project(p, d, plane)) continue;
                QVERIFY(plane.allFinite());
                Dir back;
                QVERIFY2(unproject(p, plane, back), info(p).code);
                // Square-root loss at a limb (SIN) and in the cusps of the maps: half the digits remain.
                QVERIFY2((back - d).norm() < 5e-7, qPrintable(QString("%1: %2").arg(info(p).code).arg((back - d).norm())));
            }
    }

    void theCentreIsExactInTheSmallestFields()
    {
        for (Proj p : kAllProjections)
            for (double size : {1e-4, 1e-7, 1e-10, 1e-13}) {
                const Eigen::Vector2d plane(size, -0.37 * size);
                Dir d;
                QVERIFY(unproject(p, plane, d));
                Eigen::Vector2d back;
                QVERIFY(project(p, d, back));
                QVERIFY2((back - plane).norm() < 1e-16 + 1e-15 * size, qPrintable(QString("%1 at %2: %3").arg(info(p).code).arg(size).arg((back - plane).norm())));
            }
    }

    void halfWidths()
    {
        for (Proj p : kAllProjections) {
            for (double f : {1e-9, 0.01, 0.3, 0.7, 1.0}) {
                const Angle half = info(p).maxFov * (0.5 * f);
                const double x = planeHalfWidth(p, half);
                QVERIFY(std::abs(angleOfHalfWidth(p, x).rad() - half.rad()) < 1e-12 + (f == 1.0 ? 1e-7 : 0));
                Eigen::Vector2d plane;
                const double shy = half.rad() * (1 - 1e-12);
                QVERIFY(project(p, fromNative(shy, 0), plane));
                QVERIFY2(std::abs(plane.x() - x) < 1e-9 * (1 + x), info(p).code);
            }
            QCOMPARE(planeHalfWidth(p, Angle::rad(0)), 0.0);
            QCOMPARE(planeHalfWidth(p, Angle::deg(400)), planeHalfWidth(p, info(p).maxFov * 0.5)); // clamped
        }
    }

    void outsideTheMap()
    {
        struct Case {
            Proj p;
            double x, y;
        };
        for (const Case& c : {Case{Proj::Sin, 0.8, 0.7}, Case{Proj::Zea, 1.5, 1.4}, Case{Proj::Arc, 3, 1.5}, Case{Proj::Ait, 2.5, 1.0},
                              Case{Proj::Mol, 2.5, 1.0}, Case{Proj::Car, 3.2, 0}, Case{Proj::Car, 0, 1.6}, Case{Proj::Mer, 0, 3.2},
                              Case{Proj::Hpx, 0, 1.2}, Case{Proj::Hpx, 0.79, 1.6}, Case{Proj::Tan, 3.74, 0}, Case{Proj::Tan, 2.7, 2.7}, Case{Proj::Stg, 7.47, 0}, Case{Proj::Stg, 5.3, -5.3}}) {
            Dir d;
            QVERIFY2(!unproject(c.p, {c.x, c.y}, d), info(c.p).code);
            QVERIFY(!unproject(c.p, {std::nan(""), 0}, d));
            QVERIFY(!unproject(c.p, {0, HUGE_VAL}, d));
        }
        Eigen::Vector2d plane;
        QVERIFY(!project(Proj::Tan, fromAxis(1.58, 1), plane));
        QVERIFY(!project(Proj::Tan, fromAxis(3, 1), plane));
        QVERIFY(!project(Proj::Tan, fromAxis(75.01 * kRadPerDeg, 1), plane));
        QVERIFY(!project(Proj::Stg, fromAxis(150.01 * kRadPerDeg, 1), plane));
        QVERIFY(!project(Proj::Sin, fromAxis(1.58, 1), plane));
        QVERIFY(!project(Proj::Stg, fromAxis(3.1, 1), plane));
        QVERIFY(!project(Proj::Mer, fromNative(0.3, 1.5), plane));
        QVERIFY(!project(Proj::Ait, {std::nan(""), 0, 0}, plane));
    }

    void theEdgeItselfIsInside()
    {
        for (Proj p : kAllProjections) {
            const ProjInfo& i = info(p);
            Eigen::Vector2d plane;
            Dir back;
            for (double a : {0.0, 1.0, 2.5, 4.0}) {
                const Dir d = i.zenithal ? fromAxis(std::acos(i.zMin), a) : fromNative(kPi, (a / 4.0 - 0.4) * i.thetaMax);
                QVERIFY2(project(p, d, plane), i.code);
                QVERIFY2(unproject(p, plane, back), i.code);
            }
            if (i.zenithal) continue;
            QVERIFY(project(p, fromNative(0.4, i.thetaMax), plane));
            QVERIFY2(unproject(p, plane, back), i.code);
        }
    }

    void conformalAndEqualAreaScales()
    {
        // Numerical Jacobian: STG and MER are conformal; ZEA, AIT, MOL and HPX keep areas.
        const double e = 1e-6;
        for (Proj p : {Proj::Stg, Proj::Mer, Proj::Zea, Proj::Ait, Proj::Mol, Proj::Hpx})
            for (double phi : {-2.0, 0.2, 1.1})
                for (double theta : {-1.1, 0.1, 0.6}) {
                    Eigen::Vector2d c, east, north;
                    QVERIFY(project(p, fromNative(phi, theta), c) && project(p, fromNative(phi + e / std::cos(theta), theta), east) &&
                            project(p, fromNative(phi, theta + e), north));
                    const Eigen::Vector2d u = (east - c) / e, v = (north - c) / e;
                    if (p == Proj::Stg || p == Proj::Mer) {
                        QVERIFY(std::abs(u.norm() - v.norm()) < 1e-4 * u.norm());
                        QVERIFY(std::abs(u.dot(v)) < 1e-4 * u.squaredNorm());
                    } else {
                        // HPX is an equal-area map of factor 3 pi/8 in these units (Calabretta & Roukema 2007, section 4).
                        const double area = p == Proj::Hpx ? 3 * kPi / 8 : 1.0;
                        QVERIFY2(std::abs(u.x() * v.y() - u.y() * v.x() - area) < 1e-4, info(p).code);
                    }
                }
    }

    void codes()
    {
        for (Proj p : kAllProjections) QCOMPARE(projFromCode(info(p).code), std::optional(p));
        QCOMPARE(projFromCode("ait"), std::optional(Proj::Ait));
        QVERIFY(!projFromCode("XXX"));
        QVERIFY(!projFromCode("TANX"));
        QVERIFY(!projFromCode(""));
    }
};

QTEST_GUILESS_MAIN(TestProjection)
#include "test_projection.moc"
