#include <QTest>

#include <array>
#include <random>

#include <Eigen/Geometry>
#include <Eigen/LU>

#include "sky/view.h"

using namespace firmament::sky;

namespace {

SkyPos at(double lonDeg, double latDeg, Frame f = Frame::Icrs) { return {Angle::deg(lonDeg), Angle::deg(latDeg), f}; }

SkyView looking(double lonDeg, double latDeg, Angle fov, Proj p, int w = 1280, int h = 800)
{
    return SkyView().withSize(w, h).withProjection(p).lookingAt(at(lonDeg, latDeg)).withFov(fov);
}

QString text(const SkyView& v)
{
    return QString("%1 %2 %3 fov %4 deg roll %5 %6x%7")
        .arg(info(v.projection()).code).arg(v.centre().lon.deg(), 0, 'g', 12).arg(v.centre().lat.deg(), 0, 'g', 12)
        .arg(v.fov().deg()).arg(v.roll().deg()).arg(v.width()).arg(v.height());
}

const std::array<std::pair<double, double>, 9> kCentres{{{0, 0}, {359.9999, 10}, {10, 41.8103148957786}, {266.4, -29}, {90, 89.9}, {200, 90}, {33, -90}, {123, -89.999999}, {180, 60}}};

Angle between(const SkyView& v, double x0, double y0, double x1, double y1)
{
    return separation(*v.directionAt({x0, y0}), *v.directionAt({x1, y1}));
}

} // namespace

class TestView : public QObject {
    Q_OBJECT
private slots:
    void fovIsTheAngleBetweenTheEdges()
    {
        for (Proj p : kAllProjections)
            for (double f : {1e-5, 1.0, 60.0, 149.0, 179.0, 299.0, 359.0})
                for (auto [w, h] : {std::pair{1280, 800}, {800, 1280}, {4000, 100}}) {
                    if (Angle::deg(f) > info(p).maxFov) continue;
                    const SkyView v = looking(33, 20, Angle::deg(f), p, w, h);
                    const double left = between(v, 0, h / 2.0, w / 2.0, h / 2.0).deg(), right = between(v, w / 2.0, h / 2.0, w, h / 2.0).deg();
                    QVERIFY2(std::abs(left + right - f) < 1e-9 + 1e-12 * f, qPrintable(text(v)));
                }
    }

    void beyondItsLimitTheMapShrinks()
    {
        for (Proj p : kAllProjections) {
            const Angle widest = info(p).maxFov;
            const SkyView full = looking(0, 0, widest, p), more = looking(0, 0, widest * 1.25, p);
            QVERIFY(std::abs(more.planePerPixel() / full.planePerPixel() - 1.25) < 1e-12);
            const SkyView justBelow = looking(0, 0, widest * (1 - 1e-9), p);
            QVERIFY(std::abs(justBelow.planePerPixel() / full.planePerPixel() - 1) < 1e-6); // no jump
            QVERIFY2(!more.directionAt({1, 400}), info(p).code);
            QVERIFY2(more.directionAt({0.11 * more.width(), 400}), info(p).code);
            if (!info(p).zenithal) continue;
            // The edge of a zenithal map is equally far from the centre all around.
            const double radius = 0.5 * more.width() / 1.25;
            for (double turn : {0.3, 0.8, 2.0, 4.1}) {
                const Eigen::Vector2d middle(640, 400), out = radius * Eigen::Vector2d(std::cos(turn), std::sin(turn));
                QVERIFY2(more.directionAt(middle + 0.999 * out), info(p).code);
                QVERIFY2(!more.directionAt(middle + 1.001 * out), info(p).code);
            }
        }
        QCOMPARE(SkyView().withFov(Angle::deg(5000)).fov().deg(), 720.0);
        QCOMPARE(SkyView().withFov(Angle::rad(0)).fov(), SkyView::kMinFov);
        QCOMPARE(SkyView().withFov(Angle::rad(std::nan(""))).fov(), SkyView().fov());
    }

    void heightOfTheField()
    {
        for (Proj p : kAllProjections) {
            const SkyView v = looking(33, 20, Angle::deg(50), p, 900, 700);
            QVERIFY2(std::abs(v.fovHeight().deg() - 2 * between(v, 450, 0, 450, 350).deg()) < 1e-9, qPrintable(text(v)));
            QVERIFY(looking(33, 20, Angle::deg(340), p, 900, 3000).fovHeight().deg() <= 1300);
        }
        QCOMPARE(looking(0, 0, Angle::deg(360), Proj::Ait, 800, 800).fovHeight().deg(), 180.0);
        QVERIFY(std::abs(looking(0, 0, Angle::deg(360), Proj::Mer, 800, 2000).fovHeight().deg() - 170) < 1e-9);
    }

    void eastIsLeftAndNorthIsUp()
    {
        for (Proj p : kAllProjections) {
            const SkyView v = looking(10, 20, Angle::deg(5), p);
            const auto centre = *v.pixelOf(toDir(Angle::deg(10), Angle::deg(20)));
            QVERIFY((centre - Eigen::Vector2d(640, 400)).norm() < 1e-9);
            QVERIFY(v.pixelOf(toDir(Angle::deg(10.5), Angle::deg(20)))->x() < 639);
            const auto north = *v.pixelOf(toDir(Angle::deg(10), Angle::deg(20.5)));
            QVERIFY(north.y() < 399 && std::abs(north.x() - 640) < 1e-6);
            QVERIFY(v.worldToCamera(Frame::Icrs).determinant() < 0);
            const SkyView flipped = v.withMirror(true);
            QVERIFY(flipped.pixelOf(toDir(Angle::deg(10.5), Angle::deg(20)))->x() > 641);
            QVERIFY(flipped.worldToCamera(Frame::Icrs).determinant() > 0);
        }
        const SkyView planet = SkyView().withFrame(Frame::Body).lookingAt(at(10, 20, Frame::Body)).withFov(Angle::deg(5));
        QVERIFY(planet.pixelOf(toDir(Angle::deg(10.5), Angle::deg(20)), Frame::Body)->x() > 641);
    }

    void mirrorFlipsTheFinishedPicture()
    {
        const SkyView v = looking(200, -35, Angle::deg(70), Proj::Zea).withRoll(Angle::deg(37));
        const SkyView m = v.withMirror(true);
        for (double x : {3.0, 500.0, 1200.0})
            for (double y : {10.0, 650.0}) QVERIFY((*v.directionAt({x, y}) - *m.directionAt({1280 - x, y})).norm() < 1e-14);
    }

    void positiveRollTurnsNorthToTheLeft()
    {
        const SkyView v = looking(10, 20, Angle::deg(5), Proj::Tan).withRoll(Angle::deg(30));
        const Eigen::Vector2d north = *v.pixelOf(toDir(Angle::deg(10), Angle::deg(20.001))) - Eigen::Vector2d(640, 400);
        QVERIFY(std::abs(std::atan2(-north.x(), -north.y()) / kRadPerDeg - 30) < 1e-6);
        QVERIFY(std::abs(v.withRoll(Angle::deg(390)).roll().deg() - 30) < 1e-12);
    }

    void atAPoleUpIsTheLimitFromTheGivenLongitude()
    {
        for (double lat : {90.0, -90.0})
            for (double lon : {0.0, 77.0, 300.0}) {
                const SkyView there = looking(lon, lat, Angle::deg(2), Proj::Tan);
                const SkyView beside = looking(lon, lat * (1 - 1e-9), Angle::deg(2), Proj::Tan);
                QCOMPARE(there.centre().lon, Angle::deg(lon));
                QVERIFY((there.worldToCamera(Frame::Icrs) - beside.worldToCamera(Frame::Icrs)).cwiseAbs().maxCoeff() < 1e-7);
                // Up from the north pole is the far side, lon + 180; from the south pole it is lon itself.
                const auto up = toPos(*there.directionAt({640, 300}), Frame::Icrs);
                QVERIFY(std::abs(std::remainder(up.lon.deg() - (lat > 0 ? lon + 180 : lon), 360)) < 1e-9);
            }
    }

    void camerasAreOrthonormal()
    {
        for (auto [lon, lat] : kCentres)
            for (Frame f : {Frame::Icrs, Frame::Galactic, Frame::EclipticJ2000, Frame::Fk5}) {
                const SkyView v = looking(lon, lat, Angle::deg(1), Proj::Tan).withFrame(f).withRoll(Angle::deg(123));
                for (Frame w : {Frame::Icrs, Frame::Galactic}) {
                    const Eigen::Matrix3d m = v.worldToCamera(w);
                    QVERIFY((m * m.transpose() - Eigen::Matrix3d::Identity()).cwiseAbs().maxCoeff() < 1e-15);
                }
            }
    }

    void framesKeepThePoint()
    {
        const SkyView v = looking(83, 22, Angle::deg(1), Proj::Tan).withRoll(Angle::deg(11));
        const SkyView g = v.withFrame(Frame::Galactic);
        QCOMPARE(g.frame(), Frame::Galactic);
        QCOMPARE(g.roll(), v.roll());
        QVERIFY((*g.directionAt({640, 400}) - *v.directionAt({640, 400})).norm() < 1e-15);
        const SkyView moved = g.lookingAt(at(10, -60));
        QCOMPARE(moved.frame(), Frame::Galactic);
        QVERIFY((*moved.directionAt({640, 400}) - toDir(Angle::deg(10), Angle::deg(-60))).norm() < 1e-15);
    }

    void pixelsThereAndBack()
    {
        for (Proj p : kAllProjections)
            for (auto [lon, lat] : kCentres)
                for (Angle fov : {Angle::arcsec(0.1), Angle::arcsec(1), Angle::arcmin(1), Angle::deg(1), Angle::deg(60), Angle::deg(140)}) {
                    const SkyView v = looking(lon, lat, fov, p).withRoll(Angle::deg(20));
                    for (double x : {0.0, 17.3, 640.0, 1280.0})
                        for (double y : {0.0, 333.1, 800.0}) {
                            const auto d = v.directionAt({x, y});
                            if (!d) continue;
                            const auto back = v.pixelOf(*d);
                            QVERIFY(back.has_value());
                            const double off = (*back - Eigen::Vector2d(x, y)).norm();
                            QVERIFY2(off < 1e-5, qPrintable(text(v) + QString(": %1").arg(off)));
                        }
                }
    }

    void zoomKeepsTheSkyUnderThePixel()
    {
        double worst = 0;
        for (Proj p : kAllProjections)
            for (auto [lon, lat] : kCentres)
                for (Angle fov : {Angle::arcsec(0.1), Angle::arcsec(20), Angle::deg(1), Angle::deg(60)})
                    for (double factor : {0.8, 1.25, 3.0}) {
                        const SkyView v = looking(lon, lat, fov, p);
                        for (Eigen::Vector2d pixel : {Eigen::Vector2d(640, 400), Eigen::Vector2d(100, 700), Eigen::Vector2d(1279.5, 0.5)}) {
                            const auto held = v.directionAt(pixel);
                            if (!held) continue;
                            const SkyView z = v.zoomedAbout(pixel, factor);
                            const auto now = z.pixelOf(*held);
                            QVERIFY(now.has_value());
                            const double off = (*now - pixel).norm();
                            if (fov.arcsec() < 1) worst = std::max(worst, off);
                            // The limit is that of doubles: 4e-16 in longitude is 1e-6 pixel of 0.1 arcsec.
                            QVERIFY2(off < (fov.arcsec() < 1 ? 1e-5 : 1e-6), qPrintable(text(v) + QString(" to %1: %2").arg(text(z)).arg(off)));
                            QVERIFY(std::abs(z.planePerPixel() * factor / v.planePerPixel() - 1) < 1e-9);
                            if (std::abs(lat) < 80 && fov.deg() < 2) QCOMPARE(z.roll(), v.roll());
                        }
                    }
        qInfo("worst at 0.1 arcsec: %g pixel", worst);
    }

    void zoomBesideTheMapIsAboutTheCentre()
    {
        const SkyView v = looking(40, 30, Angle::deg(400), Proj::Ait);
        QVERIFY(!v.directionAt({2, 2}));
        const SkyView z = v.zoomedAbout({2, 2}, 1.5);
        QCOMPARE(z.centre(), v.centre());
        QCOMPARE(v.zoomedAbout({2, 2}, 0), v);
        QCOMPARE(v.zoomedAbout({2, 2}, std::nan("")), v);
        QCOMPARE(looking(40, 30, SkyView::kMinFov, Proj::Tan).zoomedAbout({5, 5}, 10).fov(), SkyView::kMinFov);
    }

    void dragTakesTheSkyAlong()
    {
        std::mt19937 random(5);
        std::uniform_real_distribution<double> x(0, 1280), y(0, 800);
        for (Proj p : kAllProjections)
            for (auto [lon, lat] : kCentres)
                for (Angle fov : {Angle::arcsec(0.01), Angle::arcsec(30), Angle::deg(1), Angle::deg(50)})
                    for (double roll : {0.0, 75.0})
                        for (int i = 0; i < 4; ++i) {
                            const SkyView v = looking(lon, lat, fov, p).withRoll(Angle::deg(roll));
                            const Eigen::Vector2d from(x(random), y(random)), to(x(random), y(random));
                            const auto held = v.directionAt(from);
                            if (!held || !v.directionAt(to)) continue;
                            const SkyView d = v.dragged(from, to);
                            QCOMPARE(d.fov(), v.fov());
                            const auto now = d.pixelOf(*held);
                            QVERIFY2(now.has_value(), qPrintable(text(v)));
                            const double off = (*now - to).norm();
                            QVERIFY2(off < (fov.arcsec() < 1 ? 1e-4 : 1e-6), qPrintable(text(v) + " to " + text(d) + QString(": %1").arg(off)));
                            if (std::abs(lat) <= 60 && fov.deg() <= 1) QVERIFY2(d.roll() == v.roll(), qPrintable(text(v) + " to " + text(d)));
                        }
    }

    void dragIsContinuousOverThePole()
    {
        // Pull the north pole down through the centre in small steps: the picture never jumps.
        SkyView v = looking(120, 70, Angle::deg(60), Proj::Stg);
        for (int i = 0; i < 60; ++i) {
            const SkyView next = v.dragged({655, 300}, {656, 312});
            const Eigen::Matrix3d turn = next.worldToCamera(Frame::Icrs) * v.worldToCamera(Frame::Icrs).transpose();
            const double angle = std::acos(std::clamp((turn.trace() - 1) / 2, -1.0, 1.0)) / kRadPerDeg;
            QVERIFY2(angle < 25, qPrintable(text(v) + " to " + text(next) + QString(" turned %1").arg(angle)));
            v = next;
        }
    }

    void dragFromBesideTheMap()
    {
        for (Proj p : {Proj::Sin, Proj::Ait, Proj::Hpx}) {
            const SkyView v = looking(10, 20, Angle::deg(500), p);
            QVERIFY(!v.directionAt({3, 3}));
            const SkyView d = v.dragged({3, 3}, {60, 3});
            QVERIFY(d.worldToCamera(Frame::Icrs).allFinite());
            const SkyView out = v.dragged({640, 400}, {5000, -4000}); // beyond the limb
            QVERIFY(out.worldToCamera(Frame::Icrs).allFinite());
        }
        const SkyView v = looking(10, 20, Angle::deg(5), Proj::Tan);
        QCOMPARE(v.dragged({5, 5}, {5, 5}), v);
        QCOMPARE(v.dragged({5, 5}, {std::nan(""), 5}), v);
    }

    void capHoldsAllThatIsSeen()
    {
        std::mt19937 random(6);
        std::uniform_real_distribution<double> unit(0, 1);
        for (Proj p : kAllProjections)
            for (auto [lon, lat] : kCentres)
                for (double fov : {1e-5, 1.0, 40.0, 100.0, 170.0, 250.0, 359.0, 360.0, 500.0})
                    for (auto [w, h] : {std::pair{1280, 800}, {300, 900}, {4000, 100}}) {
                        const SkyView v = looking(lon, lat, Angle::deg(fov), p, w, h).withRoll(Angle::deg(31));
                        const Cap cap = v.boundingCap(Frame::Galactic);
                        double farthest = 0;
                        const auto look = [&](double x, double y) {
                            const auto d = v.directionAt({x, y}, Frame::Galactic);
                            if (!d) return true;
                            farthest = std::max(farthest, separation(*d, cap.centre).rad());
                            return cap.contains(*d);
                        };
                        for (int i = 0; i < 60; ++i) QVERIFY2(look(unit(random) * w, unit(random) * h), qPrintable(text(v)));
                        for (double x : {0.0, 1.0})
                            for (double y : {0.0, 1.0}) QVERIFY2(look(x * w, y * h), qPrintable(text(v)));
                        for (int i = 0; i <= 60; ++i) {
                            QVERIFY2(look(i * w / 60.0, 0) && look(i * w / 60.0, h) && look(0, i * h / 60.0) && look(w, i * h / 60.0), qPrintable(text(v)));
                        }
                        if (fov <= (p == Proj::Hpx ? 1 : 40) && v.directionAt({0, 0})) QVERIFY2(cap.radius.rad() <= farthest * 1.02, qPrintable(text(v) + QString(" %1 for %2").arg(cap.radius.deg()).arg(farthest / kRadPerDeg)));
                    }
        QVERIFY(looking(0, 0, Angle::deg(360), Proj::Ait).wholeSky());
        QVERIFY(looking(0, 0, Angle::deg(360), Proj::Arc, 900, 900).wholeSky());
        QVERIFY(!looking(0, 0, Angle::deg(180), Proj::Sin).wholeSky());
        QVERIFY(looking(0, 0, Angle::deg(180), Proj::Sin).boundingCap(Frame::Icrs).radius.deg() <= 90.01);
    }

    void sizes()
    {
        const SkyView v = looking(5, 6, Angle::deg(7), Proj::Tan);
        QCOMPARE(v.withSize(640, 640).fov(), v.fov());
        const SkyView r = v.resizedKeepingScale(2000, 300);
        QVERIFY(std::abs(r.planePerPixel() / v.planePerPixel() - 1) < 1e-12);
        const SkyView wide = looking(5, 6, Angle::deg(300), Proj::Ait).resizedKeepingScale(2560, 800);
        QVERIFY(std::abs(wide.planePerPixel() / looking(5, 6, Angle::deg(300), Proj::Ait).planePerPixel() - 1) < 1e-12);
        QCOMPARE(v.withSize(0, -5).width(), 1);
        QCOMPARE(v.withSize(0, -5).height(), 1);
        QVERIFY(std::abs(looking(0, 0, Angle::deg(1), Proj::Tan, 1000, 1000).pixelScale().arcsec() - 3.6) < 1e-3);
    }

    void nonsenseChangesNothing()
    {
        const SkyView v = looking(5, 6, Angle::deg(7), Proj::Tan);
        const double nan = std::nan("");
        QCOMPARE(v.lookingAt({Angle::rad(nan), Angle::rad(0), Frame::Icrs}), v);
        QCOMPARE(v.withRoll(Angle::rad(nan)), v);
        QVERIFY(!v.directionAt({nan, 0}));
        QVERIFY(!v.pixelOf({nan, nan, nan}));
        QCOMPARE(v.lookingAt(at(-10, 100)).centre(), v.lookingAt(at(350, 90)).centre());
    }
};

QTEST_GUILESS_MAIN(TestView)
#include "test_view.moc"
