#include <QTest>

#include <algorithm>
#include <array>
#include <chrono>
#include <functional>

#include <Eigen/Geometry>

#include "sky/outline.h"

using namespace firmament::sky;

namespace {

using Point = Eigen::Vector2d;

SkyView looking(double lonDeg, double latDeg, Angle fov, Proj p, int w = 1000, int h = 600)
{
    return SkyView().withSize(w, h).withProjection(p).lookingAt({Angle::deg(lonDeg), Angle::deg(latDeg), Frame::Icrs}).withFov(fov);
}

Dir at(double lonDeg, double latDeg) { return toDir(Angle::deg(lonDeg), Angle::deg(latDeg)); }

double distanceToSegment(const Point& p, const Point& a, const Point& b)
{
    const Point d = b - a;
    const double t = d.squaredNorm() > 0 ? std::clamp((p - a).dot(d) / d.squaredNorm(), 0.0, 1.0) : 0;
    return (a + t * d - p).norm();
}

double distanceToLines(const Point& p, const PixelLines& lines)
{
    double best = 1e9;
    for (const auto& line : lines)
        for (size_t i = 0; i + 1 < line.size(); ++i) best = std::min(best, distanceToSegment(p, line[i], line[i + 1]));
    return best;
}

bool inWindow(const SkyView& v, const Point& p) { return p.x() >= 0 && p.y() >= 0 && p.x() <= v.width() && p.y() <= v.height(); }

QString text(const SkyView& v, const char* what)
{
    return QString("%1: %2 at %3 %4 fov %5").arg(what).arg(info(v.projection()).code).arg(v.centre().lon.deg()).arg(v.centre().lat.deg()).arg(v.fov().deg());
}

/// True where a hair decides where a direction is drawn: on the seam, in HPX's gaps, at the limb and at singular points.
bool onTheEdge(const SkyView& v, const Dir& d)
{
    const Dir c = v.worldToCamera(Frame::Icrs) * d;
    const double hair = 2e-3;
    if (info(v.projection()).zenithal) return c.z() < info(v.projection()).zMin + hair;
    if (std::abs(c.x()) < hair && c.z() < hair) return true;
    if (std::hypot(c.x(), c.z()) < hair || std::abs(std::asin(c.y())) > info(v.projection()).thetaMax - hair) return true;
    return v.projection() == Proj::Hpx && std::abs(c.y()) > 0.66 && std::min(std::abs(c.x()), std::abs(c.z())) < hair;
}

/// Everything that ought to be drawn is, within the tolerance, and nothing else: the middle of each piece lies on the curve.
void check(const SkyView& v, const PixelLines& lines, const std::function<Dir(double)>& curve, const std::function<double(const Dir&)>& off,
           const char* what)
{
    constexpr int kSamples = 257;
    for (int i = 0; i <= kSamples; ++i) {
        const Dir d = curve(static_cast<double>(i) / kSamples);
        const auto pixel = v.pixelOf(d);
        if (!pixel || !inWindow(v, *pixel) || onTheEdge(v, d)) continue;
        QVERIFY2(distanceToLines(*pixel, lines) < 0.6, qPrintable(text(v, what) + QString(" sample %1 at %2 %3").arg(i).arg(pixel->x()).arg(pixel->y())));
    }
    for (const auto& line : lines) {
        QVERIFY(line.size() >= 2);
        for (size_t i = 0; i + 1 < line.size(); ++i) {
            const Point middle = 0.5 * (line[i] + line[i + 1]);
            QVERIFY(middle.allFinite());
            if (!inWindow(v, middle)) continue;
            const auto d = v.directionAt(middle), beside = v.directionAt(middle + Point(0.5, 0.5)), other = v.directionAt(middle + Point(0.5, -0.5));
            if (!d || !beside || !other || onTheEdge(v, *d)) continue; // a chord just beyond the limb
            const double pixel = std::max(separation(*d, *beside).rad(), separation(*d, *other).rad());
            QVERIFY2(off(*d) < 1.5 * pixel + 1e-14, qPrintable(text(v, what) + QString(": %1 pixel off at %2 %3").arg(off(*d) / pixel).arg(middle.x()).arg(middle.y())));
        }
    }
}

std::vector<SkyView> views()
{
    std::vector<SkyView> out;
    for (Proj p : kAllProjections)
        for (auto [lon, lat] : {std::pair{0.0, 0.0}, {83.0, 22.0}, {200.0, -70.0}, {10.0, 90.0}})
            for (double fov : {0.01, 70.0, 145.0, 360.0}) out.push_back(looking(lon, lat, Angle::deg(fov), p));
    return out;
}

} // namespace

class TestOutline : public QObject {
    Q_OBJECT
private slots:
    void meridians()
    {
        for (const SkyView& v : views())
            for (double lon : {0.0, 83.0, 120.0}) {
                const Dir normal = at(lon + 90, 0);
                check(v, projectMeridian(v, Frame::Icrs, Angle::deg(lon)), [&](double t) { return at(lon, -90 + 180 * t); },
                      [&](const Dir& d) { return std::abs(d.dot(normal)); }, "meridian");
            }
    }

    void parallels()
    {
        for (const SkyView& v : views())
            for (double lat : {-70.0, 0.0, 22.0, 89.0})
                check(v, projectParallel(v, Frame::Icrs, Angle::deg(lat)), [&](double t) { return at(360 * t, lat); },
                      [&](const Dir& d) { return std::abs(toPos(d, Frame::Icrs).lat.rad() - lat * kRadPerDeg); }, "parallel");
    }

    void partOfAParallel()
    {
        const SkyView v = looking(20, 40, Angle::deg(60), Proj::Stg);
        const auto lines = projectParallel(v, Frame::Icrs, Angle::deg(40), 0.25, Angle::deg(10), Angle::deg(30));
        QCOMPARE(lines.size(), size_t{1});
        QVERIFY((lines[0].front() - *v.pixelOf(at(10, 40))).norm() < 1e-6);
        QVERIFY((lines[0].back() - *v.pixelOf(at(30, 40))).norm() < 1e-6);
    }

    void circles()
    {
        for (const SkyView& v : views())
            for (double radius : {0.004, 2.0, 60.0, 120.0}) {
                if (radius * kRadPerDeg < v.pixelScale().rad()) continue; // nothing to see
                const Dir c = at(83, 20), u = c.unitOrthogonal(), w = c.cross(u);
                const double r = radius * kRadPerDeg;
                check(v, projectCircle(v, Frame::Icrs, c, Angle::deg(radius)),
                      [&](double t) { return Dir(c * std::cos(r) + (u * std::cos(2 * kPi * t) + w * std::sin(2 * kPi * t)) * std::sin(r)); },
                      [&](const Dir& d) { return std::abs(separation(d, c).rad() - r); }, "circle");
            }
    }

    void polylines()
    {
        const std::vector<Dir> triangle{at(350, -10), at(20, 45), at(95, 20), at(350, -10)};
        for (const SkyView& v : views()) {
            const auto lines = projectPolyline(v, Frame::Icrs, triangle);
            const auto along = [&](double t) {
                const double s = std::min(t * 3, 2.9999999);
                const auto i = static_cast<size_t>(s);
                const double f = s - static_cast<double>(i), whole = separation(triangle[i], triangle[i + 1]).rad();
                return Dir((triangle[i] * std::sin((1 - f) * whole) + triangle[i + 1] * std::sin(f * whole)) / std::sin(whole));
            };
            const auto off = [&](const Dir& d) {
                double best = 10;
                for (size_t i = 0; i < 3; ++i) best = std::min(best, std::abs(d.dot(triangle[i].cross(triangle[i + 1]).normalized())));
                return best;
            };
            check(v, lines, along, off, "triangle");
        }
    }

    void smallPiecesStayWhole()
    {
        // A border segment of a milliarcsecond, in a field of 0.1 arcsec.
        const SkyView v = looking(33, 44, Angle::arcsec(0.1), Proj::Tan);
        const std::vector<Dir> line{*v.directionAt({400, 300}), *v.directionAt({410, 310})};
        const auto lines = projectPolyline(v, Frame::Icrs, line);
        QCOMPARE(lines.size(), size_t{1});
        QVERIFY((lines[0].front() - Point(400, 300)).norm() < 1e-5);
        QVERIFY((lines[0].back() - Point(410, 310)).norm() < 1e-5);
    }

    void onTheSeamItself()
    {
        for (Proj p : {Proj::Ait, Proj::Mol, Proj::Car, Proj::Mer, Proj::Hpx}) {
            const SkyView v = looking(0, 0, Angle::deg(360), p);
            for (const auto& line : projectMeridian(v, Frame::Icrs, Angle::deg(180)))
                for (size_t i = 0; i + 1 < line.size(); ++i) QVERIFY2((line[i + 1] - line[i]).norm() < 60, info(p).code);
            for (const auto& line : projectParallel(v, Frame::Icrs, Angle::deg(30)))
                for (size_t i = 0; i + 1 < line.size(); ++i) QVERIFY2((line[i + 1] - line[i]).norm() < 100, info(p).code);
        }
    }

    void nothingWhereNothingIsSeen()
    {
        const SkyView v = looking(10, 20, Angle::deg(1), Proj::Tan);
        QVERIFY(projectParallel(v, Frame::Icrs, Angle::deg(-50)).empty());
        QVERIFY(projectMeridian(v, Frame::Icrs, Angle::deg(200)).empty());
        QVERIFY(projectPolyline(v, Frame::Icrs, {}).empty());
        const std::vector<Dir> one{at(10, 20)};
        QVERIFY(projectPolyline(v, Frame::Icrs, one).empty());
        const std::vector<Dir> same{at(10, 20), at(10, 20)};
        QVERIFY(projectPolyline(v, Frame::Icrs, same).empty());
        const double nan = std::nan("");
        const std::vector<Dir> bad{at(10, 20), Dir(nan, nan, nan), at(10.1, 20)};
        for (const auto& line : projectPolyline(v, Frame::Icrs, bad))
            for (const auto& p : line) QVERIFY(p.allFinite());
    }

    void fewPoints()
    {
        // A straight line in TAN needs few; a grid of the whole sky stays affordable.
        const SkyView v = looking(10, 20, Angle::deg(1), Proj::Tan);
        size_t points = 0;
        for (const auto& line : projectMeridian(v, Frame::Icrs, Angle::deg(10))) points += line.size();
        QVERIFY2(points < 200, qPrintable(QString::number(points)));
        points = 0;
        const SkyView whole = looking(0, 0, Angle::deg(360), Proj::Ait);
        for (int lon = 0; lon < 360; lon += 15)
            for (const auto& line : projectMeridian(whole, Frame::Galactic, Angle::deg(lon))) points += line.size();
        QVERIFY2(points < 24 * 300, qPrintable(QString::number(points)));
    }

    void mapEdges()
    {
        for (Proj p : kAllProjections) {
            QVERIFY(projectMapEdge(looking(10, 20, Angle::deg(1), p)).empty());
            const SkyView v = looking(10, 20, Angle::deg(720), p);
            const auto edge = projectMapEdge(v);
            QVERIFY2(!edge.empty(), info(p).code);
            for (const auto& line : edge) {
                QVERIFY(line.size() > 4);
                for (size_t i = 0; i + 1 < line.size(); ++i) QVERIFY2((line[i + 1] - line[i]).norm() < 40 || p == Proj::Car || p == Proj::Mer, info(p).code);
                for (const Point& q : line) {
                    int in = 0; // of the surroundings: a border has both
                    for (int k = 0; k < 16; ++k)
                        in += v.directionAt(q + 1.5 * Point(std::cos(k * kPi / 8), std::sin(k * kPi / 8))).has_value() ? 1 : 0;
                    QVERIFY2(in > 0 && in < 16, info(p).code);
                    // Just inside is map; just outside (seen from the middle) is not.
                    const Point c(0.5 * v.width(), 0.5 * v.height());
                    const Point out = (q - c).normalized() * 1.0;
                    if (p == Proj::Hpx) continue; // its rim is not convex
                    QVERIFY2(v.directionAt(q - out).has_value(), info(p).code);
                    QVERIFY2(!v.directionAt(q + out).has_value(), info(p).code);
                }
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestOutline)
#include "test_outline.moc"
