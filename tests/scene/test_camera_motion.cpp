#include <QtTest>
#include <random>

#include "scene/camera_motion.h"

using namespace firmament;
using namespace firmament::scene;
using sky::Angle;

namespace {

sky::SkyView at(double lon, double lat, double fov, sky::Frame frame = sky::Frame::Icrs)
{
    return sky::SkyView().withFrame(frame).lookingAt({Angle::deg(lon), Angle::deg(lat), frame}).withFov(Angle::deg(fov));
}

/// How differently two views are turned and aimed, in radians.
double turnBetween(const sky::SkyView& a, const sky::SkyView& b)
{
    const Eigen::Matrix3d m = a.worldToCamera(sky::Frame::Icrs) * b.worldToCamera(sky::Frame::Icrs).transpose();
    return std::acos(std::clamp((m.trace() - 1) / 2, -1.0, 1.0));
}

} // namespace

class TestCameraMotion : public QObject {
    Q_OBJECT
private slots:
    void endsAreExact()
    {
        std::mt19937 random(7);
        std::uniform_real_distribution<double> u(0, 1);
        for (int i = 0; i < 300; ++i) {
            auto from = at(360 * u(random), 170 * u(random) - 85, std::pow(10, 5 * u(random) - 3)).withRoll(Angle::deg(360 * u(random) - 180));
            auto to = at(360 * u(random), 170 * u(random) - 85, std::pow(10, 5 * u(random) - 3)).withRoll(Angle::deg(360 * u(random) - 180));
            if (i % 3 == 1) to = to.withMirror(true), from = from.withMirror(true);
            if (i % 4 == 2) to = to.withFrame(sky::Frame::Galactic);
            const Flight f(from, to);
            QVERIFY(f.durationMs() >= Flight::kShortestMs && f.durationMs() <= Flight::kLongestMs);
            QVERIFY(f.at(f.durationMs()) == to);
            const auto start = f.at(0);
            QVERIFY2(turnBetween(start, from) < 1e-5, qPrintable(QString("start turned by %1, case %2").arg(turnBetween(start, from)).arg(i)));
            QVERIFY(std::abs(start.fov() / from.fov() - 1) < 1e-6);
            const auto last = f.at(f.durationMs() - 1e-6);
            QVERIFY2(turnBetween(last, to) < 1e-4, qPrintable(QString("end turned by %1, case %2").arg(turnBetween(last, to)).arg(i)));
            QVERIFY(std::abs(last.fov() / to.fov() - 1) < 1e-3);
        }
    }
    void noSuddenTurns()
    {
        const std::pair<sky::SkyView, sky::SkyView> cases[] = {{at(0, 80, 5), at(180, 80, 5)}, // over the pole
                                                               {at(359, 0, 3), at(1, 0, 3)},
                                                               {at(10, 89.99, 1), at(200, -89.9, 1)},
                                                               {at(0, 0, 50), at(179.9, 0.1, 50)},
                                                               {at(30, 30, 1), at(30, 30, 60)}};
        for (const auto& [from, to] : cases) {
            const Flight f(from, to);
            sky::SkyView before = f.at(0);
            const double step = f.durationMs() / 400;
            for (double t = step; t <= f.durationMs() + step; t += step) {
                const auto now = f.at(t);
                QVERIFY2(turnBetween(before, now) < 0.15, qPrintable(QString("%1 rad at %2 ms").arg(turnBetween(before, now)).arg(t)));
                QVERIFY(std::abs(std::log(now.fov() / before.fov())) < 0.2);
                before = now;
            }
        }
    }
    void farTargetsZoomOut()
    {
        const Flight far(at(0, 0, 1), at(60, 10, 1)), near(at(0, 0, 1), at(0.2, 0, 1));
        QVERIFY(far.at(far.durationMs() / 2).fov().deg() > 10);
        QVERIFY(near.at(near.durationMs() / 2).fov().deg() < 1.2);
        QVERIFY(far.durationMs() > near.durationMs());
        QCOMPARE(near.durationMs(), Flight::kShortestMs);
        QCOMPARE(Flight(at(0, 0, 0.001), at(120, 10, 0.001)).durationMs(), Flight::kLongestMs);
    }
    void easesInAndOut()
    {
        const Flight f(at(0, 0, 10), at(0, 0, 1));
        const double d = f.durationMs();
        const auto speed = [&](double t) { return std::log(f.at(t).fov() / f.at(t + d / 100).fov()); };
        QVERIFY(speed(0) < 0.2 * speed(d / 2));
        QVERIFY(speed(d * 0.985) < 0.2 * speed(d / 2));
    }
    void sameViewIsNoFlight()
    {
        const Flight f(at(12, 34, 5), at(12, 34, 5));
        QVERIFY(turnBetween(f.at(100), at(12, 34, 5)) < 1e-7);
    }
    void inertiaHalvesItsSpeed()
    {
        const Inertia i({2, -1});
        const double dt = 0.01;
        const auto speed = [&](double t) { return (i.offsetAt(t + dt) - i.offsetAt(t)).norm() / dt; };
        QVERIFY(std::abs(speed(0) - std::sqrt(5.0)) < 1e-3);
        QVERIFY(std::abs(speed(180) / speed(0) - 0.5) < 1e-3);
        QVERIFY(!i.doneAt(500) && i.doneAt(2500));
        QVERIFY(i.offsetAt(0).norm() == 0);
        QVERIFY(i.offsetAt(1e5).y() < 0);
    }
    void pointerSpeed()
    {
        PointerSpeed p;
        for (int i = 0; i <= 20; ++i) p.add(10.0 * i, {3.0 * i, 0});
        QVERIFY(std::abs(p.pixelsPerMs(200).x() - 0.3) < 1e-9);
        QVERIFY(p.pixelsPerMs(400).norm() == 0); // it rested before the release
        p.clear();
        QVERIFY(p.pixelsPerMs(400).norm() == 0);
    }
};

QTEST_APPLESS_MAIN(TestCameraMotion)
#include "test_camera_motion.moc"
