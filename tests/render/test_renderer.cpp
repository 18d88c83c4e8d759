// The renderer's own promises: values, borders, looks, blending, budgets, points, lines, pictures, a lost context.
#include <QtTest>

#include <algorithm>
#include <cmath>

#include "gpu_fixture.h"

using namespace firmament;
using namespace firmament::render;
using namespace firmament::render::test;

namespace {

sky::SkyView viewAt(sky::Proj p, double fovDeg, double lon, double lat, int w = 321, int h = 201)
{
    return sky::SkyView().withSize(w, h).withProjection(p).withFov(sky::Angle::deg(std::min(fovDeg, sky::info(p).maxFov.deg()))).lookingAt(
        {sky::Angle::deg(lon), sky::Angle::deg(lat), sky::Frame::Icrs});
}

/// RMS-free comparison: mean and worst difference of two pictures.
struct Difference {
    double mean = 0;
    int worst = 0;
};
Difference compare(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b)
{
    Difference d;
    for (size_t i = 0; i < a.size(); ++i) {
        const int v = std::abs(int(a[i]) - int(b[i]));
        d.mean += v;
        d.worst = std::max(d.worst, v);
    }
    d.mean /= static_cast<double>(std::max<size_t>(1, a.size()));
    return d;
}

PointRecord pointAt(const sky::Dir& d, float size = 3)
{
    const auto unit = [](double v) { return static_cast<int32_t>(std::llround(v * 1073741824.0)); };
    return {unit(d.x()), unit(d.y()), unit(d.z()), 0, 0, 0, 255, 255, 255, 255, size};
}

} // namespace

class RendererTest : public QObject {
    Q_OBJECT
    std::unique_ptr<Gpu> gpu_;

    std::array<float, 4> pixel(const std::vector<uint8_t>& rgba, int w, int x, int y) const
    {
        const size_t i = 4 * static_cast<size_t>(y * w + x);
        return {rgba[i] / 255.f, rgba[i + 1] / 255.f, rgba[i + 2] / 255.f, rgba[i + 3] / 255.f};
    }
    /// Centre of light above a dark background, pixels.
    static Eigen::Vector2d centroid(const std::vector<uint8_t>& rgba, int w, int h)
    {
        Eigen::Vector2d sum(0, 0);
        double weight = 0;
        for (int y = 0; y < h; ++y)
            for (int x = 0; x < w; ++x) {
                const double v = rgba[4 * static_cast<size_t>(y * w + x)];
                sum += v * Eigen::Vector2d(x + 0.5, y + 0.5);
                weight += v;
            }
        return weight > 0 ? Eigen::Vector2d(sum / weight) : Eigen::Vector2d(-1, -1);
    }
    std::vector<uint8_t> drawn(const sky::SkyView& view, const std::function<void(Renderer&)>& draw, double scale = 1, Rgba background = {0, 0, 0, 1})
    {
        const int w = static_cast<int>(view.width() * scale), h = static_cast<int>(view.height() * scale);
        auto t = gpu_->target(w, h, PixelKind::Rgba8);
        FrameTarget f = t->frame();
        f.scale = scale;
        f.background = background;
        gpu_->renderer->begin(f, view);
        draw(*gpu_->renderer);
        gpu_->renderer->end();
        return gpu_->renderer->readRgba(w, h);
    }

private slots:
    void initTestCase()
    {
        gpu_ = std::make_unique<Gpu>();
        QVERIFY2(*gpu_, gpu_->why.c_str());
    }
    void cleanupTestCase()
    {
        QCOMPARE(gpu_->renderer->trouble(), std::string());
        gpu_.reset();
    }
    void init() { gpu_->context->makeCurrent(); }

    void info()
    {
        QVERIFY(!gpu_->renderer->gpu().renderer.empty());
        QVERIFY(gpu_->renderer->gpu().maxTexture >= 4096);
        QCOMPARE(gpu_->renderer->gpu().software, gpu_->renderer->gpu().renderer.find("llvmpipe") != std::string::npos);
    }

    void valuesTellPosition_data()
    {
        QTest::addColumn<int>("proj");
        QTest::addColumn<double>("fov");
        QTest::addColumn<double>("lon");
        QTest::addColumn<double>("lat");
        for (sky::Proj p : sky::kAllProjections)
            for (double fov : {360.0, 90.0, 10.0, 1.0, 1.0 / 60, 1.0 / 3600})
                QTest::addRow("%s %g random", sky::info(p).code, fov) << static_cast<int>(p) << fov << 83.8 << -5.4;
        for (double fov : {360.0, 90.0, 10.0, 1.0, 1.0 / 60, 1.0 / 3600}) {
            QTest::addRow("STG %g north", fov) << static_cast<int>(sky::Proj::Stg) << fov << 0.0 << 90.0;
            QTest::addRow("STG %g south", fov) << static_cast<int>(sky::Proj::Stg) << fov << 0.0 << -90.0;
            QTest::addRow("STG %g ra0", fov) << static_cast<int>(sky::Proj::Stg) << fov << 0.0 << 0.0;
            QTest::addRow("STG %g z=2/3", fov) << static_cast<int>(sky::Proj::Stg) << fov << 45.0 << 41.8103149;
        }
    }
    /// Three surveys whose values are the coordinates of the texel: drawn values against the pixel's own direction, in units of the
    /// larger of texel and pixel.
    void valuesTellPosition()
    {
        QFETCH(int, proj);
        QFETCH(double, fov);
        QFETCH(double, lon);
        QFETCH(double, lat);
        const sky::SkyView view = viewAt(static_cast<sky::Proj>(proj), fov, lon, lat);
        const int width = 64, order = orderFor(view, width);
        // Offsets from the centre of the view, so that floats are enough for positions at 1 arcsec.
        const Eigen::Matrix3d toCamera = view.worldToCamera(sky::Frame::Icrs);
        std::array<std::vector<float>, 2> linear, nearest;
        for (int axis = 0; axis < 2; ++axis) {
            SyntheticTiles tiles(width, SyntheticTiles::PaintValue([&](const sky::Dir& d, sky::Cell, int, int) {
                                     const sky::Dir c = toCamera * d;
                                     return static_cast<float>(c[axis]);
                                 }));
            gpu_->renderer->forget(10);
            const auto draws = gpu_->load(tiles, 10, view, sky::Frame::Icrs, order);
            linear[static_cast<size_t>(axis)] = gpu_->values(view, sky::Frame::Icrs, draws, Sampling::Linear);
            nearest[static_cast<size_t>(axis)] = gpu_->values(view, sky::Frame::Icrs, draws, Sampling::Nearest);
        }
        const double texel = std::sqrt(sky::kPi / 3) / (std::ldexp(1.0, order) * width);
        std::vector<double> offLinear, offNearest;
        size_t missing = 0;
        for (int y = 0; y < view.height(); ++y) {
            for (int x = 0; x < view.width(); ++x) {
                const auto d = view.directionAt({x + 0.5, y + 0.5});
                const size_t k = static_cast<size_t>(y * view.width() + x);
                if (!d) continue;
                const sky::Dir c = toCamera * *d;
                if (c.z() < 0.3) continue; // where the two coordinates do not tell the place
                // The pixel's size on the sky here.
                double pixel = view.pixelScale().rad();
                if (const auto e = view.directionAt({x + 1.5, y + 0.5})) pixel = sky::separation(*d, *e).rad();
                const double unit = std::max(texel, pixel);
                if (!std::isfinite(linear[0][k])) {
                    ++missing;
                    continue;
                }
                offLinear.push_back(std::hypot(double(linear[0][k]) - c.x(), double(linear[1][k]) - c.y()) / unit);
                offNearest.push_back(std::hypot(double(nearest[0][k]) - c.x(), double(nearest[1][k]) - c.y()) / unit);
            }
        }
        const auto sorted = [](std::vector<double>& v) { std::sort(v.begin(), v.end()); };
        sorted(offLinear);
        sorted(offNearest);
        QVERIFY(offLinear.size() > 500);
        const auto at = [](const std::vector<double>& v, double q) { return v[static_cast<size_t>(q * static_cast<double>(v.size() - 1))]; };
        const auto report = QString("order %1: linear p99 %2 max %3, nearest p99 %4 max %5, missing %6")
                                .arg(order).arg(at(offLinear, 0.99)).arg(offLinear.back()).arg(at(offNearest, 0.99)).arg(offNearest.back()).arg(missing);
        if (qEnvironmentVariableIsSet("FIRMAMENT_TEST_OUTPUT")) qInfo().noquote() << QTest::currentDataTag() << report;
        QVERIFY2(missing <= 2, qPrintable(report));
        QVERIFY2(at(offLinear, 0.99) < 0.3, qPrintable(report));
        QVERIFY2(offLinear.back() < 0.6, qPrintable(report));
        QVERIFY2(at(offNearest, 0.99) < 0.85, qPrintable(report));
        QVERIFY2(offNearest.back() < 1.1, qPrintable(report));
    }

    void nearestValuesAreExact()
    {
        const sky::SkyView view = viewAt(sky::Proj::Tan, 3, 10, 20);
        SyntheticTiles tiles(32, SyntheticTiles::PaintValue([](const sky::Dir&, sky::Cell c, int x, int y) {
                                 return static_cast<float>(1e6 + static_cast<double>(c.pix % 1000) * 1024 + x * 32 + y) * 1.0009765f;
                             }));
        gpu_->renderer->forget(11);
        const int order = 5;
        const auto draws = gpu_->load(tiles, 11, view, sky::Frame::Galactic, order);
        const auto got = gpu_->values(view, sky::Frame::Galactic, draws, Sampling::Nearest);
        size_t different = 0;
        for (int y = 0; y < view.height(); ++y) {
            for (int x = 0; x < view.width(); ++x) {
                const auto d = *view.directionAt({x + 0.5, y + 0.5}, sky::Frame::Galactic);
                const auto place = sky::placeAt(d, order);
                const auto* p = static_cast<const float*>(tiles.tile(place.cell).data);
                const int tx = std::min(31, int(place.x * 32)), ty = std::min(31, int(place.y * 32));
                different += got[static_cast<size_t>(y * view.width() + x)] != p[tx * 32 + ty];
            }
        }
        QVERIFY2(different < got.size() / 30, qPrintable(QString::number(different))); // only on the texels' edges
    }

    /// Where tiles meet, magnified: no step. Without gutters the slope would be flat for half a texel on both sides.
    void bordersAreContinuous()
    {
        for (double lat : {0.0, 30.0, 41.81, 70.0, 90.0}) {
            const sky::SkyView view = viewAt(sky::Proj::Stg, 2, 45, lat);
            const Eigen::Matrix3d toCamera = view.worldToCamera(sky::Frame::Icrs);
            const int width = 16, order = 5; // texels of 6.9 arcmin, 18 pixels each
            SyntheticTiles tiles(width, SyntheticTiles::PaintValue([&](const sky::Dir& d, sky::Cell, int, int) {
                                     return static_cast<float>((toCamera * d).x());
                                 }));
            gpu_->renderer->forget(12);
            const auto draws = gpu_->load(tiles, 12, view, sky::Frame::Icrs, order);
            const auto got = gpu_->values(view, sky::Frame::Icrs, draws, Sampling::Linear);
            const double pixel = view.pixelScale().rad();
            double worst = 0;
            for (int y = 0; y < view.height(); ++y)
                for (int x = 0; x + 1 < view.width(); ++x) {
                    const size_t k = static_cast<size_t>(y * view.width() + x);
                    worst = std::max(worst, std::abs((double(got[k + 1]) - double(got[k])) / pixel - 1));
                }
            QVERIFY2(worst < (lat == 90 ? 1.6 : 1.1), qPrintable(QString("lat %1: slope differs from 1 by %2").arg(lat).arg(worst)));
        }
    }

    /// A tile that arrives later mends the gutters of those already there, in any order of arrival.
    void guttersFollowArrivals()
    {
        const sky::SkyView view = viewAt(sky::Proj::Tan, 2, 44, 41);
        const int width = 16, order = 5;
        const auto paint = SyntheticTiles::PaintValue([](const sky::Dir& d, sky::Cell, int, int) { return static_cast<float>(d.x() * 3 + d.y() - d.z()); });
        SyntheticTiles tiles(width, paint);
        auto cells = visibleCells(view, sky::Frame::Icrs, order);
        std::vector<std::vector<float>> pictures;
        for (int run = 0; run < 2; ++run) {
            gpu_->renderer->forget(13);
            std::vector<TileDraw> draws;
            for (const auto& c : cells) {
                const TileId id{13, c};
                QVERIFY(gpu_->renderer->upload(id, tiles.tile(c)));
                draws.push_back({c, id, id, 1});
                if (run == 1) gpu_->values(view, sky::Frame::Icrs, draws, Sampling::Linear); // draw in between
            }
            std::sort(draws.begin(), draws.end(), [](const auto& a, const auto& b) { return a.cell < b.cell; });
            pictures.push_back(gpu_->values(view, sky::Frame::Icrs, draws, Sampling::Linear));
            std::reverse(cells.begin(), cells.end());
        }
        for (size_t i = 0; i < pictures[0].size(); ++i) QVERIFY(pictures[0][i] == pictures[1][i]);
    }

    void valuesWithGaps()
    {
        const float nan = std::numeric_limits<float>::quiet_NaN();
        const sky::SkyView view = viewAt(sky::Proj::Arc, 4, 200, 10);
        const int width = 16, order = 4;
        SyntheticTiles tiles(width, SyntheticTiles::PaintValue([nan](const sky::Dir&, sky::Cell c, int x, int y) {
                                 return (x * 7 + y * 3 + int(c.pix % 5)) % 4 == 0 ? nan : static_cast<float>(x + 2 * y);
                             }));
        gpu_->renderer->forget(14);
        const auto draws = gpu_->load(tiles, 14, view, sky::Frame::Icrs, order);
        ReferenceLayer layer;
        layer.orderMin = layer.orderMax = order;
        layer.tile = [&](sky::Cell c) { return gpu_->renderer->has({14, c}) ? tiles.tile(c) : TilePixels{PixelKind::Float32, width, nullptr}; };
        for (Sampling s : {Sampling::Linear, Sampling::Nearest}) {
            layer.look.sampling = s;
            const auto got = gpu_->values(view, sky::Frame::Icrs, draws, s);
            const auto expected = referenceValues(view, layer);
            size_t shape = 0, off = 0, gaps = 0;
            for (size_t i = 0; i < got.size(); ++i) {
                gaps += std::isnan(expected[i]);
                if (std::isnan(got[i]) != std::isnan(expected[i])) ++shape;
                else if (!std::isnan(got[i]) && std::abs(got[i] - expected[i]) > 0.3f) ++off;
            }
            QVERIFY(gaps > got.size() / 6);
            QVERIFY2(shape < got.size() / 200 && off < got.size() / 100, qPrintable(QString("%1 %2").arg(shape).arg(off)));
        }
    }

    void looksMatchTheReference_data()
    {
        QTest::addColumn<int>("stretch");
        QTest::addColumn<int>("map");
        QTest::addColumn<bool>("invert");
        for (int s = 0; s < 6; ++s) QTest::addRow("%s", word(static_cast<Stretch>(s))) << s << static_cast<int>(ColourMap::Grey) << (s % 2 == 1);
        for (int m = 0; m < 12; ++m) QTest::addRow("map %s", word(static_cast<ColourMap>(m))) << 0 << m << false;
    }
    void looksMatchTheReference()
    {
        QFETCH(int, stretch);
        QFETCH(int, map);
        QFETCH(bool, invert);
        const sky::SkyView view = viewAt(sky::Proj::Zea, 50, 120, -20, 160, 100);
        const int width = 64, order = orderFor(view, width);
        SyntheticTiles tiles(width, SyntheticTiles::PaintValue([](const sky::Dir& d, sky::Cell, int, int) { return static_cast<float>(1000 + 500 * std::sin(6 * d.x() + 4 * d.y())); }));
        gpu_->renderer->forget(15);
        const auto draws = gpu_->load(tiles, 15, view, sky::Frame::Icrs, order);
        Look look;
        look.cutLo = 600;
        look.cutHi = 1450;
        look.stretch = static_cast<Stretch>(stretch);
        look.map = static_cast<ColourMap>(map);
        look.invert = invert;
        look.gamma = invert ? 1.4 : 1.0;
        look.opacity = 0.8;
        for (size_t i = 0; i < 256; ++i) look.equalised[i] = static_cast<float>(std::pow(static_cast<double>(i) / 255, 0.6));
        const Rgba background{0.1f, 0.3f, 0.2f, 1};
        const auto got = gpu_->picture(view, sky::Frame::Icrs, draws, look, background);
        ReferenceLayer layer;
        layer.orderMin = layer.orderMax = order;
        layer.tile = [&](sky::Cell c) { return tiles.tile(c); };
        layer.look = look;
        const auto expected = referenceRgba(view, std::span(&layer, 1), background);
        const Difference d = compare(got, expected);
        QVERIFY2(d.mean < 0.5, qPrintable(QString("mean %1 worst %2").arg(d.mean).arg(d.worst)));
    }

    void blendsMatchTheReference_data()
    {
        QTest::addColumn<int>("blend");
        for (int b = 0; b < 5; ++b) QTest::addRow("%s", word(static_cast<Blend>(b))) << b;
    }
    void blendsMatchTheReference()
    {
        QFETCH(int, blend);
        const sky::SkyView view = viewAt(sky::Proj::Sin, 100, 300, 35, 160, 100);
        const int width = 64, order = orderFor(view, width);
        SyntheticTiles below(width, SyntheticTiles::PaintColour(SyntheticTiles::orderAndPlace));
        SyntheticTiles above(width, SyntheticTiles::PaintColour([](const sky::Dir& d, sky::Cell, int, int) {
                                 const double a = 0.5 + 0.5 * std::sin(5 * d.z()); // premultiplied, partly transparent
                                 const auto c = [a](double v) { return static_cast<uint8_t>(std::lround(255 * a * (0.5 + 0.5 * std::sin(v)))); };
                                 return SyntheticTiles::Colour{c(7 * d.x()), c(5 * d.y()), c(3 * d.z()), static_cast<uint8_t>(std::lround(255 * a))};
                             }));
        gpu_->renderer->forget(16);
        gpu_->renderer->forget(17);
        const auto first = gpu_->load(below, 16, view, sky::Frame::Icrs, order);
        const auto second = gpu_->load(above, 17, view, sky::Frame::Galactic, order);
        Look plain, look;
        look.blend = static_cast<Blend>(blend);
        look.opacity = 0.7;
        auto t = gpu_->target(160, 100, PixelKind::Rgba8);
        FrameTarget f = t->frame();
        f.background = {0.2f, 0.2f, 0.3f, 1};
        gpu_->renderer->begin(f, view);
        gpu_->renderer->drawTiles(sky::Frame::Icrs, first, plain);
        gpu_->renderer->drawTiles(sky::Frame::Galactic, second, look);
        gpu_->renderer->end();
        const auto got = gpu_->renderer->readRgba(160, 100);
        std::array<ReferenceLayer, 2> layers;
        layers[0].orderMin = layers[0].orderMax = layers[1].orderMin = layers[1].orderMax = order;
        layers[0].tile = [&](sky::Cell c) { return below.tile(c); };
        layers[1].tile = [&](sky::Cell c) { return above.tile(c); };
        layers[1].frame = sky::Frame::Galactic;
        layers[1].look = look;
        const Difference d = compare(got, referenceRgba(view, layers, f.background));
        QVERIFY2(d.mean < 0.7, qPrintable(QString("mean %1 worst %2").arg(d.mean).arg(d.worst)));
        for (size_t i = 3; i < got.size(); i += 4) QCOMPARE(int(got[i]), 255); // the window stays opaque
    }

    void fadeIsAMixture()
    {
        const sky::SkyView view = viewAt(sky::Proj::Tan, 10, 30, 30, 64, 40);
        const auto flat = [](uint8_t v) { return SyntheticTiles::PaintColour([v](const sky::Dir&, sky::Cell, int, int) { return SyntheticTiles::Colour{v, v, v, 255}; }); };
        SyntheticTiles dark(16, flat(40)), bright(16, flat(200));
        gpu_->renderer->forget(18);
        gpu_->renderer->forget(19);
        auto draws = gpu_->load(bright, 18, view, sky::Frame::Icrs, 4);
        gpu_->load(dark, 19, view, sky::Frame::Icrs, 2);
        for (auto& d : draws) {
            d.fadeFrom = {19, d.cell.parent(2)};
            d.fade = 0.25f;
        }
        const auto got = gpu_->picture(view, sky::Frame::Icrs, draws, Look{});
        for (size_t i = 0; i < got.size(); i += 4) QVERIFY(std::abs(int(got[i]) - 80) <= 1);
    }

    void budgetHolds()
    {
        Gpu small(size_t{1} << 20);
        QVERIFY(small);
        const int width = 64; // 17 KB each: about 60 fit
        SyntheticTiles tiles(width, SyntheticTiles::PaintColour(SyntheticTiles::orderAndPlace));
        const sky::SkyView view = viewAt(sky::Proj::Tan, 5, 100, 10, 64, 40);
        int refused = 0;
        for (uint64_t i = 0; i < 100; ++i) refused += !small.renderer->upload({1, {3, i}}, tiles.tile({3, i}));
        QVERIFY(refused > 20); // all of this frame: nothing may go
        QVERIFY(small.renderer->textureBytes() <= (size_t{1} << 20));
        // A frame that draws three of them keeps these three.
        std::vector<TileDraw> draws;
        for (uint64_t i = 0; i < 3; ++i) draws.push_back({{3, i}, {1, {3, i}}, {1, {3, i}}, 1});
        for (int frame = 0; frame < 3; ++frame) small.picture(viewAt(sky::Proj::Ait, 360, 100, 10, 64, 40), sky::Frame::Icrs, draws, Look{});
        refused = 0;
        for (uint64_t i = 200; i < 255; ++i) refused += !small.renderer->upload({1, {3, i}}, tiles.tile({3, i}));
        QCOMPARE(refused, 0);
        for (uint64_t i = 0; i < 3; ++i) QVERIFY(small.renderer->has({1, {3, i}}));
        // Another kind of tile gets its place too, once the old ones are no longer drawn.
        SyntheticTiles values(width, SyntheticTiles::PaintValue([](const sky::Dir&, sky::Cell, int, int) { return 1.0f; }));
        for (int frame = 0; frame < 3; ++frame) small.picture(view, sky::Frame::Icrs, {}, Look{});
        QVERIFY(small.renderer->upload({2, {3, 1}}, values.tile({3, 1})));
        QVERIFY(small.renderer->textureBytes() <= (size_t{1} << 20));
        small.renderer->forget(1);
        small.renderer->forget(2);
        QCOMPARE(small.renderer->textureBytes(), size_t{0});
        QVERIFY(!small.renderer->upload({1, {3, 1}}, {PixelKind::Rgba8, 64, nullptr}));
        QVERIFY(!small.renderer->upload({1, {3, 99999}}, tiles.tile({3, 1})));
    }

    void survivesALostContext()
    {
        Gpu gpu;
        QVERIFY(gpu);
        const sky::SkyView view = viewAt(sky::Proj::Stg, 60, 20, 20, 64, 40);
        SyntheticTiles tiles(32, SyntheticTiles::PaintColour(SyntheticTiles::orderAndPlace));
        const auto before = gpu.picture(view, sky::Frame::Icrs, gpu.load(tiles, 1, view, sky::Frame::Icrs, 2), Look{});
        const std::vector<PointRecord> records{pointAt(*view.directionAt({32, 20}))};
        PointSet* points = gpu.renderer->makePoints(records, sky::Frame::Icrs);
        QVERIFY(points->valid());
        gpu.renderer->dropGpu();
        QVERIFY(!points->valid());
        QCOMPARE(gpu.renderer->textureBytes(), size_t{0});
        gpu.renderer->freePoints(points);
        const auto after = gpu.picture(view, sky::Frame::Icrs, gpu.load(tiles, 1, view, sky::Frame::Icrs, 2), Look{});
        QVERIFY(before == after);
    }

    void pointsAreWhereTheyBelong_data()
    {
        QTest::addColumn<int>("proj");
        QTest::addColumn<double>("fov");
        for (sky::Proj p : sky::kAllProjections)
            for (double fov : {340.0, 100.0, 5.0, 1.0 / 60, 1.0 / 3600})
                QTest::addRow("%s %g", sky::info(p).code, fov) << static_cast<int>(p) << fov;
    }
    /// Single points against SkyView::pixelOf. In a field of 1 arcmin a tenth of a pixel here is 19 mas: floats without the centre taken
    /// off first, good to 20 mas, would fail at 1 arcsec by dozens of pixels.
    void pointsAreWhereTheyBelong()
    {
        QFETCH(int, proj);
        QFETCH(double, fov);
        const sky::SkyView view = viewAt(static_cast<sky::Proj>(proj), fov, 123.4, 56.7, 321, 201).withRoll(sky::Angle::deg(20));
        double worst = 0;
        int seen = 0;
        for (const Eigen::Vector2d& px : {Eigen::Vector2d(160.2, 100.4), Eigen::Vector2d(40.7, 30.1), Eigen::Vector2d(290.4, 180.9), Eigen::Vector2d(100.5, 150.5),
                                         Eigen::Vector2d(230.3, 55.8), Eigen::Vector2d(10.5, 100.5)}) {
            const auto dir = view.directionAt(px, sky::Frame::Galactic);
            if (!dir) continue;
            const std::vector<PointRecord> records{pointAt(*dir, 6)};
            // Rounding of the record itself is part of the format: compare with what it says.
            const sky::Dir stored = sky::Dir(records[0].x, records[0].y, records[0].z).normalized();
            const auto expected = view.pixelOf(stored, sky::Frame::Galactic);
            if (!expected) continue;
            PointSet* set = gpu_->renderer->makePoints(records, sky::Frame::Galactic);
            const DrawRange all{0, 1};
            const auto got = drawn(view, [&](Renderer& r) { r.drawPoints(*set, std::span(&all, 1), PointStyle{}, 0); });
            gpu_->renderer->freePoints(set);
            const Eigen::Vector2d at = centroid(got, 321, 201);
            worst = std::max(worst, (at - *expected).norm());
            ++seen;
        }
        QVERIFY(seen >= 3);
        QVERIFY2(worst < (fov < 1e-3 ? 0.2 : 0.12), qPrintable(QString("off by %1 px").arg(worst)));
    }

    void properMotionMovesPoints()
    {
        const sky::SkyView view = viewAt(sky::Proj::Tan, 1, 80, 30, 200, 200);
        const sky::Dir from = *view.directionAt({100, 100}), to = *view.directionAt({140, 70});
        PointRecord record = pointAt(from, 6);
        const double years = 1000;
        // The straight line in space that points at `to` after 1000 years.
        const sky::Dir motion = (to / to.dot(from) - from) / years;
        record.mx = static_cast<float>(motion.x());
        record.my = static_cast<float>(motion.y());
        record.mz = static_cast<float>(motion.z());
        PointSet* set = gpu_->renderer->makePoints(std::span(&record, 1), sky::Frame::Icrs);
        const DrawRange all{0, 1};
        const auto got = drawn(view, [&](Renderer& r) { r.drawPoints(*set, std::span(&all, 1), PointStyle{}, years); });
        QVERIFY((centroid(got, 200, 200) - Eigen::Vector2d(140, 70)).norm() < 0.15);
        const auto strip = drawn(view, [&](Renderer& r) {
            r.drawVectors(*set, std::span(&all, 1), 0, years, {{1, 1, 1, 1}, 2, 0});
        });
        gpu_->renderer->freePoints(set);
        QVERIFY((centroid(strip, 200, 200) - Eigen::Vector2d(120, 85)).norm() < 0.3);
        QVERIFY(pixel(strip, 200, 120, 85)[0] > 0.6f);
    }

    void everySymbolDraws()
    {
        const sky::SkyView view = viewAt(sky::Proj::Tan, 1, 80, 30, 41, 41);
        const std::vector<PointRecord> records{pointAt(*view.directionAt({20.5, 20.5}), 21)};
        PointSet* set = gpu_->renderer->makePoints(records, sky::Frame::Icrs);
        const DrawRange all{0, 5}; // more than there are
        std::vector<std::vector<uint8_t>> seen;
        for (int s = 0; s < 12; ++s) {
            PointStyle style;
            style.symbol = static_cast<Symbol>(s);
            const auto got = drawn(view, [&](Renderer& r) { r.drawPoints(*set, std::span(&all, 1), style, 0); });
            int lit = 0;
            for (size_t i = 0; i < got.size(); i += 4) lit += got[i] > 128;
            QVERIFY2(lit > 20 && lit < 21 * 21, qPrintable(QString("symbol %1: %2 pixels").arg(s).arg(lit)));
            QVERIFY2((centroid(got, 41, 41) - Eigen::Vector2d(20.5, 20.5)).norm() < 2.5, qPrintable(QString("symbol %1").arg(s)));
            seen.push_back(got);
        }
        for (size_t a = 0; a < seen.size(); ++a)
            for (size_t b = 0; b < a; ++b) QVERIFY2(seen[a] != seen[b], qPrintable(QString("symbols %1 and %2 look the same").arg(a).arg(b)));
        gpu_->renderer->freePoints(set);
    }

    void linesHaveTheirWidth()
    {
        const sky::SkyView view = viewAt(sky::Proj::Tan, 1, 0, 0, 100, 60);
        for (double scale : {1.0, 2.0}) {
            const std::vector<Polyline> lines{{{{10, 30.5f}, {90, 30.5f}}, {{1, 1, 1, 1}, 3, 0}}};
            const auto got = drawn(view, [&](Renderer& r) { r.drawPolylines(lines); }, scale);
            const int w = static_cast<int>(100 * scale);
            double sum = 0;
            for (int y = 0; y < 60 * scale; ++y) sum += double(pixel(got, w, w / 2, y)[0]);
            QVERIFY2(std::abs(sum - 3 * scale) < 0.1, qPrintable(QString::number(sum)));
        }
        // Dashes: half of the length is drawn.
        const std::vector<Polyline> dashed{{{{0, 30.5f}, {100, 30.5f}}, {{1, 1, 1, 1}, 1, 5}}};
        const auto got = drawn(view, [&](Renderer& r) { r.drawPolylines(dashed); });
        double sum = 0;
        for (int x = 0; x < 100; ++x) sum += double(pixel(got, 100, x, 30)[0]);
        QVERIFY2(std::abs(sum - 50) < 6, qPrintable(QString::number(sum)));
        // A corner is filled, and a half-transparent line is not darker there.
        const std::vector<Polyline> corner{{{{20, 20}, {50, 20}, {50, 50}}, {{1, 1, 1, 0.5f}, 5, 0}}};
        const auto bent = drawn(view, [&](Renderer& r) { r.drawPolylines(corner); });
        QVERIFY(std::abs(pixel(bent, 100, 51, 18)[0] - 0.5f) < 0.02f);
        for (size_t i = 0; i < bent.size(); i += 4) QVERIFY(bent[i] <= 140);
    }

    void trianglesAndBitmaps()
    {
        const sky::SkyView view = viewAt(sky::Proj::Tan, 1, 0, 0, 100, 60);
        const Triangle2d t{{10, 10}, {50, 10}, {10, 50}};
        const auto filled = drawn(view, [&](Renderer& r) { r.drawTriangles(std::span(&t, 1), {1, 0, 0, 0.5f}); }, 1, {0, 0, 1, 1});
        QVERIFY(std::abs(pixel(filled, 100, 20, 20)[0] - 0.5f) < 0.01f && std::abs(pixel(filled, 100, 20, 20)[2] - 0.5f) < 0.01f);
        QCOMPARE(pixel(filled, 100, 60, 40)[0], 0.f);

        // More pictures than an atlas of the first size holds, drawn over several frames.
        std::vector<Bitmap> bitmaps(300);
        for (size_t i = 0; i < bitmaps.size(); ++i) {
            bitmaps[i].width = 90;
            bitmaps[i].height = 50;
            bitmaps[i].rgba.assign(90 * 50 * 4, static_cast<uint8_t>(i % 200 + 50));
            for (size_t k = 3; k < bitmaps[i].rgba.size(); k += 4) bitmaps[i].rgba[k] = 255;
        }
        for (size_t i = 0; i < bitmaps.size(); ++i) {
            const BitmapDraw d{&bitmaps[i], i + 1, 5, 5, 1};
            const auto got = drawn(view, [&](Renderer& r) { r.drawBitmaps(std::span(&d, 1)); }, 1, {0, 0, 0, 1});
            QCOMPARE(int(got[4 * (30 * 100 + 50)]), int(i % 200 + 50));
            QCOMPARE(int(got[4 * (2 * 100 + 2)]), 0);
        }
        std::vector<BitmapDraw> all;
        for (size_t i = 0; i < bitmaps.size(); ++i) all.push_back({&bitmaps[i], i + 1, static_cast<float>(i % 10), 5, 1});
        const auto got = drawn(view, [&](Renderer& r) { r.drawBitmaps(all); });
        QCOMPARE(int(got[4 * (30 * 100 + 50)]), int(299 % 200 + 50)); // opaque as written: the last one wins
    }
};

QTEST_GUILESS_MAIN(RendererTest)
#include "test_renderer.moc"
