// The GPU's pictures against the double-precision reference renderer, for every projection at the hard places.
#include <QtTest>

#include "gpu_fixture.h"

using namespace firmament;
using namespace firmament::render;
using namespace firmament::render::test;

namespace {

struct Centre {
    const char* name;
    double lon, lat;
};
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
                    if (c == 4 || fov > 1 || p == sky::Proj::Stg)
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
                              .withSize(322, 201) // no pixel centre exactly on the edge of a map
                              .withProjection(p)
                              .withFov(sky::Angle::deg(std::min(fov, sky::info(p).maxFov.deg())))
                              .withRoll(sky::Angle::deg(fov < 10 ? 33 : 0))
                              .lookingAt({sky::Angle::deg(where.lon), sky::Angle::deg(where.lat), sky::Frame::Icrs});
        const int width = 64, order = orderFor(view, width);
        // At most some ten levels a pixel, so that levels measure position.
        const double waves = (p == sky::Proj::Tan ? 10 : 16) / std::max(view.fov().rad(), 0.5), inverse = 0.5 / view.fov().rad();
        const Eigen::Vector3d middle = *view.directionAt({161, 100.5});
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
        layer.tileWidth = width;
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
            save((std::string(QTest::currentDataTag()) + "-gpu").c_str(), actual, 322, 201);
            save((std::string(QTest::currentDataTag()) + "-off").c_str(), marks, 322, 201);
        }
        QVERIFY2(mean < 0.5, qPrintable(report));
        QVERIFY2(off <= std::max<size_t>(1, counted / 1000), qPrintable(report));
    }
};

QTEST_GUILESS_MAIN(GpuReferenceTest)
#include "test_gpu_reference.moc"
