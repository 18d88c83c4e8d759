// The GPU's pictures against the double-precision reference renderer, for every projection at the hard places.
#include <QtTest>

#include "gpu_fixture.h"
#include "render/sampling.h"

using namespace firmament;
using namespace firmament::render;
using namespace firmament::render::test;

namespace {

struct Centre {
    const char* name;
    double lon, lat;
};
constexpr int kWidth = 323, kHeight = 201; // no pixel centre exactly on the edge of a map
constexpr Centre kCentres[] = {{"ra0", 0, 0.3}, {"north pole", 30, 90}, {"south pole", 200, -89.97}, {"z=2/3", 45.3, 41.8103}, {"random", 251.3, -33.7}};

void save(const char* name, const std::vector<uint8_t>& rgba, int w, int h)
{
    const QString folder = qEnvironmentVariable("FIRMAMENT_TEST_OUTPUT");
    if (folder.isEmpty()) return;
    QFile f(folder + "/" + QString(name).replace(' ', '_').replace('/', '_') + ".ppm");
    if (!f.open(QIODevice::WriteOnly)) return;
    f.write(QString("P6 %1 %2 255\n").arg(w).arg(h).toLatin1());
    for (size_t i = 0; i < rgba.size(); i += 4) f.write(reinterpret_cast<const char*>(&rgba[i]), 3);
}

} // namespace

class GpuReferenceTest : public QObject {
    Q_OBJECT
    std::unique_ptr<Gpu> gpu_;

private slots:
    void initTestCase()
    {
        gpu_ = std::make_unique<Gpu>();
        QVERIFY2(*gpu_, gpu_->why.c_str());
    }
    void cleanupTestCase() { gpu_.reset(); }

    void everyProjection_data()
    {
        QTest::addColumn<int>("proj");
        QTest::addColumn<int>("centre");
        QTest::addColumn<double>("fov");
        for (sky::Proj p : sky::kAllProjections)
            for (int c = 0; c < 5; ++c)
                for (double fov : {360.0, 60.0, 1.0, 1.0 / 60, 1.0 / 3600})
                    if (c == 4 || fov >= 1 || p == sky::Proj::Stg)
                        QTest::addRow("%s %s %g", sky::info(p).code, kCentres[c].name, fov) << static_cast<int>(p) << c << fov;
    }
    void everyProjection()
    {
        QFETCH(int, proj);
        QFETCH(int, centre);
        QFETCH(double, fov);
        const auto& where = kCentres[centre];
        const auto p = static_cast<sky::Proj>(proj);
        const auto view = sky::SkyView()
                              .withSize(kWidth, kHeight)
                              .withProjection(p)
                              .withFov(sky::Angle::deg(std::min(fov, sky::info(p).maxFov.deg())))
                              .withRoll(sky::Angle::deg(fov < 10 ? 33 : 0))
                              .lookingAt({sky::Angle::deg(where.lon), sky::Angle::deg(where.lat), sky::Frame::Icrs});
        const int width = 64, order = orderFor(view, width);
        // At most some ten levels a pixel, so that levels measure position.
        const double waves = (p == sky::Proj::Tan ? 10 : 16) / std::max(view.fov().rad(), 0.5), inverse = 0.5 / view.fov().rad();
        const Eigen::Vector3d middle = *view.directionAt({kWidth / 2.0, kHeight / 2.0});
        SyntheticTiles tiles(width, SyntheticTiles::PaintColour([&](const sky::Dir& d, sky::Cell, int, int) {
                                 const Eigen::Vector3d q = (d - middle) * (fov < 10 ? 60 * inverse : waves);
                                 const auto wave = [](double v) { return static_cast<uint8_t>(std::lround(127.5 + 110 * std::sin(v))); };
                                 return SyntheticTiles::Colour{wave(q.x()), wave(q.y() + 1), wave(q.z() + 2), 255};
                             }));
        gpu_->renderer->forget(1);
        const auto draws = gpu_->load(tiles, 1, view, sky::Frame::Icrs, order);
        Look look;
        const auto actual = gpu_->picture(view, sky::Frame::Icrs, draws, look);
        ReferenceLayer layer;
        layer.orderMin = layer.orderMax = order;
        layer.tile = [&](sky::Cell c) { return gpu_->renderer->has({1, c}) ? tiles.tile(c) : TilePixels{PixelKind::Rgba8, width, nullptr}; };
        layer.look = look;
        const auto expected = referenceRgba(view, std::span(&layer, 1), {0, 0, 0, 1});
        QCOMPARE(actual.size(), expected.size());
        const auto away = awayFromBorders(view, sky::Frame::Icrs, order);
        double sum = 0;
        size_t off = 0, counted = 0, offAnywhere = 0;
        std::vector<uint8_t> marks = expected;
        for (size_t i = 0; i < expected.size() / 4; ++i) {
            int worst = 0;
            for (size_t k = 0; k < 4; ++k) {
                const int d = std::abs(int(actual[4 * i + k]) - int(expected[4 * i + k]));
                sum += d;
                worst = std::max(worst, d);
            }
            offAnywhere += worst > 3;
            if (worst > 3) marks[4 * i] = 255, marks[4 * i + 1] = marks[4 * i + 2] = 0;
            if (!away[i]) continue;
            ++counted;
            off += worst > 3;
        }
        const double mean = sum / static_cast<double>(expected.size());
        const auto report = QString("order %1, mean %2, off %3 of %4, anywhere %5 of %6").arg(order).arg(mean).arg(off).arg(counted).arg(offAnywhere).arg(expected.size() / 4);
        if (qEnvironmentVariableIsSet("FIRMAMENT_TEST_OUTPUT")) {
            qInfo().noquote() << QTest::currentDataTag() << report;
            save((std::string(QTest::currentDataTag()) + "-gpu").c_str(), actual, kWidth, kHeight);
            save((std::string(QTest::currentDataTag()) + "-off").c_str(), marks, kWidth, kHeight);
        }
        QVERIFY2(mean < 0.5, qPrintable(report));
        QVERIFY2(off <= std::max<size_t>(1, counted / 1000), qPrintable(report));
    }

    /// Wider than the map: values to its very edge, and none beyond.
    void valuesEndWithTheMap()
    {
        for (sky::Proj p : sky::kAllProjections) {
            for (double share : {1.0, 1.37}) {
                const auto view = sky::SkyView().withSize(kWidth, kHeight).withProjection(p).withFov(sky::info(p).maxFov * share).lookingAt(
                    {sky::Angle::deg(251.3), sky::Angle::deg(-33.7), sky::Frame::Icrs});
                SyntheticTiles tiles(64, SyntheticTiles::PaintValue([](const sky::Dir& d, sky::Cell, int, int) { return static_cast<float>(d.x()); }));
                gpu_->renderer->forget(1);
                const auto values = gpu_->values(view, sky::Frame::Icrs, gpu_->load(tiles, 1, view, sky::Frame::Icrs, 1), Sampling::Linear);
                int holes = 0, stray = 0, inside = 0;
                for (int y = 0; y < kHeight; ++y) {
                    for (int x = 0; x < kWidth; ++x) {
                        const bool in = view.directionAt({x + 0.5, y + 0.5}).has_value();
                        const bool drawn = std::isfinite(values[static_cast<size_t>(y * kWidth + x)]);
                        inside += in;
                        holes += in && !drawn;
                        stray += !in && drawn;
                    }
                }
                const auto report = QString("%1 at %2 degrees: %3 holes and %4 stray values, %5 pixels inside").arg(sky::info(p).code).arg(view.fov().deg()).arg(holes).arg(stray).arg(inside);
                QVERIFY2(inside > 5000, qPrintable(report));
                QVERIFY2(holes == 0 && stray == 0, qPrintable(report));
            }
        }
    }

    void deepZoom_data()
    {
        QTest::addColumn<int>("proj");
        QTest::addColumn<double>("lon");
        QTest::addColumn<double>("lat");
        for (sky::Proj p : {sky::Proj::Tan, sky::Proj::Sin}) {
            const char* code = sky::info(p).code;
            QTest::addRow("%s beside the north pole", code) << static_cast<int>(p) << 123.4 << 89.9999;
            QTest::addRow("%s beside the south pole", code) << static_cast<int>(p) << 321.0 << -89.9999;
            QTest::addRow("%s at the pole", code) << static_cast<int>(p) << 17.0 << 90.0;
            QTest::addRow("%s RA 0", code) << static_cast<int>(p) << 0.0 << 12.3;
            QTest::addRow("%s RA 360", code) << static_cast<int>(p) << 359.99999999 << -12.3;
            QTest::addRow("%s z=2/3", code) << static_cast<int>(p) << 45.0 << 41.810314895778596;
            QTest::addRow("%s z=-2/3", code) << static_cast<int>(p) << 90.0 << -41.810314895778596;
        }
    }
    /// A field of 0.1 arcsec, moved by parts of a pixel: every pixel shows its own place, so that nothing trembles.
    void deepZoom()
    {
        QFETCH(int, proj);
        QFETCH(double, lon);
        QFETCH(double, lat);
        const auto start = sky::SkyView().withSize(kWidth, kHeight).withProjection(static_cast<sky::Proj>(proj)).withFov(sky::Angle::arcsec(0.1)).withRoll(
            sky::Angle::deg(20)).lookingAt({sky::Angle::deg(lon), sky::Angle::deg(lat), sky::Frame::Icrs});
        const int order = orderFor(start, 64);
        QVERIFY(order >= 20);
        const Eigen::Matrix3d axes = start.worldToCamera(sky::Frame::Icrs);
        const double pixel = start.pixelScale().rad();
        const double unit = std::max(1.0, texelPixels(start, order, 64, 1)); // the larger of texel and pixel
        for (int axis : {0, 1}) {
            SyntheticTiles tiles(64, SyntheticTiles::PaintValue([&](const sky::Dir& d, sky::Cell, int, int) {
                                     return static_cast<float>(axes.row(axis).dot(d) / pixel); // pixels from the centre
                                 }));
            gpu_->renderer->forget(1);
            for (int step = 0; step < 6; ++step) {
                const auto view = start.dragged({100, 100}, {100 + 0.17 * step, 100 - 0.29 * step});
                const auto values = gpu_->values(view, sky::Frame::Icrs, gpu_->load(tiles, 1, view, sky::Frame::Icrs, order), Sampling::Linear);
                ReferenceLayer layer;
                layer.orderMin = layer.orderMax = order;
                layer.tile = [&](sky::Cell c) { return gpu_->renderer->has({1, c}) ? tiles.tile(c) : TilePixels{PixelKind::Float32, 64, nullptr}; };
                const auto expected = referenceValues(view, layer);
                double apart = 0, off = 0, shift = 0;
                for (int y = 0; y < kHeight; ++y) {
                    for (int x = 0; x < kWidth; ++x) {
                        const size_t i = static_cast<size_t>(y * kWidth + x);
                        const double exact = axes.row(axis).dot(*view.directionAt({x + 0.5, y + 0.5})) / pixel;
                        QVERIFY2(std::isfinite(values[i]), qPrintable(QString("no value at %1 %2").arg(x).arg(y)));
                        apart = std::max(apart, std::abs(static_cast<double>(values[i]) - static_cast<double>(expected[i])));
                        off = std::max(off, std::abs(static_cast<double>(values[i]) - exact));
                        shift += (static_cast<double>(values[i]) - exact) / (kWidth * kHeight);
                    }
                }
                const auto report = QString("axis %1, step %2, order %3: %4 px from the reference, %5 from the truth, mean %6").arg(axis).arg(step).arg(order).arg(apart).arg(off).arg(shift);
                if (qEnvironmentVariableIsSet("FIRMAMENT_TEST_OUTPUT")) qInfo().noquote() << QTest::currentDataTag() << report;
                // Where three cells meet, four texels are mixed that are no square: the truth is further off, for the reference too.
                QVERIFY2(apart < 0.25, qPrintable(report));
                QVERIFY2(off < 0.6 * unit && std::abs(shift) < 0.02 * unit, qPrintable(report));
            }
        }
    }
};

QTEST_GUILESS_MAIN(GpuReferenceTest)
#include "test_gpu_reference.moc"
