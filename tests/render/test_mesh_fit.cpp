// Texture coordinates that make up for chords: no mean error, and less at most than without.
#include <QtTest>

#include "render/mesh_fit.h"
#include "sky/healpix.h"
#include "sky/view.h"

using namespace firmament;
using namespace firmament::render;
using Eigen::Vector2d;

namespace {

struct Errors {
    Vector2d mean = Vector2d::Zero(); ///< pixels
    double worst = 0;
};

/// How far from its place a texel is drawn, over the triangles of a cell.
Errors errors(const sky::SkyView& view, sky::Cell cell, const LatticePattern& pattern,
              const std::vector<Vector2d>& pixel, const std::vector<Vector2d>& shift)
{
    Errors out;
    double area = 0;
    for (const auto& t : pattern.triangles) {
        Vector2d at[3], uv[3];
        for (size_t i = 0; i < 3; ++i) {
            at[i] = pixel[t[i]];
            uv[i] = Vector2d(pattern.xy[t[i]][0], pattern.xy[t[i]][1]) + shift[t[i]];
        }
        const Vector2d e = at[1] - at[0], f = at[2] - at[0];
        const double size = std::abs(e.x() * f.y() - e.y() * f.x()) / 100;
        for (int i = 0; i < 10; ++i)
            for (int j = 0; i + j < 10; ++j) {
                const double a = (i + 1.0 / 3) / 10, b = (j + 1.0 / 3) / 10;
                const Vector2d place = uv[0] + a * (uv[1] - uv[0]) + b * (uv[2] - uv[0]);
                const Vector2d drawn = at[0] + a * e + b * f;
                const auto exact = view.pixelOf(
                    sky::cellPoint(cell, std::clamp(place.x(), 0.0, 1.0), std::clamp(place.y(), 0.0, 1.0)));
                if (!exact) continue;
                out.mean += size * (drawn - *exact);
                area += size;
                out.worst = std::max(out.worst, (drawn - *exact).norm());
            }
    }
    out.mean /= area;
    return out;
}

std::vector<Vector2d> drawnAt(const sky::SkyView& view, sky::Cell cell, const LatticePattern& pattern)
{
    std::vector<Vector2d> pixel;
    for (const auto& xy : pattern.xy) pixel.push_back(view.pixelOf(sky::cellPoint(cell, xy[0], xy[1])).value());
    return pixel;
}

} // namespace

class MeshFitTest : public QObject {
    Q_OBJECT

private slots:
    void cells_data()
    {
        QTest::addColumn<int>("order");
        QTest::addColumn<int>("pix");
        QTest::addColumn<int>("n");
        QTest::newRow("equator") << 2 << 76 << 4;
        QTest::newRow("polar cap") << 2 << 5 << 8;
        QTest::newRow("|z| = 2/3 halves it") << 2 << 1 + 4 << 8;
        QTest::newRow("order 1, |z| = 2/3") << 1 << 1 << 16;
    }
    void cells()
    {
        QFETCH(int, order);
        QFETCH(int, pix);
        QFETCH(int, n);
        const sky::Cell cell{static_cast<uint8_t>(order), static_cast<uint64_t>(pix)};
        const bool kinked = std::abs(std::abs(sky::cellCentre(cell).z()) - 2.0 / 3) < 1e-12;
        const auto view = sky::SkyView()
                              .withProjection(sky::Proj::Stg)
                              .withFov(sky::Angle::deg(60))
                              .lookingAt(sky::toPos(sky::cellCentre(cell), sky::Frame::Icrs));
        const LatticePattern pattern({n, 0, 0, false});
        const auto pixel = drawnAt(view, cell, pattern);
        std::vector<Vector2d> shift(pixel.size(), Vector2d::Zero());
        const Errors plain = errors(view, cell, pattern, pixel, shift);
        texelFit(pixel, n, kinked, shift);
        const Errors fitted = errors(view, cell, pattern, pixel, shift);
        QVERIFY(plain.mean.norm() > 0.02);
        QVERIFY2(fitted.mean.norm() < 0.15 * plain.mean.norm(),
                 qPrintable(QString("%1 -> %2").arg(plain.mean.norm()).arg(fitted.mean.norm())));
        QVERIFY2(fitted.worst < 0.9 * plain.worst, qPrintable(QString("%1 -> %2").arg(plain.worst).arg(fitted.worst)));
    }

    void pole()
    {
        const sky::Cell cell{2, 15};
        QVERIFY(sky::touchesPole(cell));
        const auto view = sky::SkyView()
                              .withProjection(sky::Proj::Stg)
                              .withFov(sky::Angle::deg(60))
                              .lookingAt({sky::Angle::deg(45), sky::Angle::deg(70), sky::Frame::Icrs});
        const LatticePattern pattern({8, 8, 12, true});
        const auto pixel = drawnAt(view, cell, pattern);
        std::vector<Vector2d> shift(pixel.size(), Vector2d::Zero());
        const Errors plain = errors(view, cell, pattern, pixel, shift);
        poleFit(pixel, pattern, shift);
        const Errors fitted = errors(view, cell, pattern, pixel, shift);
        QVERIFY2(fitted.mean.norm() < 0.4 * plain.mean.norm(),
                 qPrintable(QString("%1 -> %2").arg(plain.mean.norm()).arg(fitted.mean.norm())));
        QVERIFY2(fitted.worst <= plain.worst * 1.01,
                 qPrintable(QString("%1 -> %2").arg(plain.worst).arg(fitted.worst)));
        QCOMPARE(shift.front(), Vector2d::Zero().eval()); // the pole
        QCOMPARE(shift.back(), Vector2d::Zero().eval());  // the outermost ring is the neighbours' too
    }

    /// Nothing to go by, or nonsense: no shift, and never one of more than half a square.
    void nonsense()
    {
        std::vector<Vector2d> pixel(25, Vector2d(3, 4)), shift(25, Vector2d::Zero());
        texelFit(pixel, 4, false, shift);
        for (const Vector2d& s : shift) QCOMPARE(s, Vector2d::Zero().eval());
        for (size_t i = 0; i < pixel.size(); ++i)
            pixel[i] = Vector2d(i % 5 == 2 ? 1e9 : static_cast<double>(i % 5), static_cast<double>(i / 5));
        texelFit(pixel, 4, false, shift);
        for (const Vector2d& s : shift) QVERIFY(s.lpNorm<Eigen::Infinity>() <= 0.5 / 4 + 1e-12);
        std::vector<Vector2d> one(4, Vector2d(1, 1)), still(4, Vector2d::Zero());
        texelFit(one, 1, false, still);
        QCOMPARE(still.front(), Vector2d::Zero().eval());
    }
};

QTEST_APPLESS_MAIN(MeshFitTest)
#include "test_mesh_fit.moc"
