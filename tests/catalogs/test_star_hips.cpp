// The painter of the default sky: stars where they are, no seams between tiles, dark where there is nothing.
#include <QTest>

#include <algorithm>
#include <cmath>

#include "catalogs/star_hips.h"

using namespace firmament;
using namespace firmament::catalogs;

class TestStarHips : public QObject {
    Q_OBJECT
    static constexpr int kWidth = 64;
    std::shared_ptr<const SkyData> sky_;
    std::unique_ptr<StarPainter> painter_;

    /// A mosaic whose light is 0 but for one pixel of face 4.
    static std::vector<uint8_t> mosaic()
    {
        std::vector<uint8_t> rgba(size_t{1024} * 768 * 4, 0);
        rgba[(size_t{256 + 100} * 1024 + 50) * 4 + 1] = 255; // face 4: x = 100, y = 50, green
        return rgba;
    }
    static int brightness(const std::vector<uint8_t>& tile, int x, int y)
    {
        const auto i = static_cast<size_t>(x * kWidth + y) * 4;
        return tile[i] + tile[i + 1] + tile[i + 2];
    }

private slots:
    void initTestCase()
    {
        const auto loaded = SkyData::load(std::filesystem::path(FIRMAMENT_SOURCE_DIR) / "resources/sky");
        QVERIFY(loaded);
        sky_ = *loaded;
        const auto rgba = mosaic();
        auto diffuse = DiffuseMap::fromMosaic(rgba.data(), 1024, 768);
        QVERIFY(diffuse);
        painter_ = std::make_unique<StarPainter>(*sky_, std::move(*diffuse));
    }
    void mosaicLayout()
    {
        const auto rgba = mosaic();
        const auto map = DiffuseMap::fromMosaic(rgba.data(), 1024, 768);
        QVERIFY(map);
        const sky::Dir at = sky::cellPoint({0, 4}, 100.5 / 256, 50.5 / 256);
        QCOMPARE(map->pixel(sky::cellAt(at, 8).pix)[1], 1.0f);
        QCOMPARE(map->near(4, 100, 50)[1], 1.0f);
        QCOMPARE(map->near(4, 101, 50)[1], 0.0f);
        QVERIFY(!DiffuseMap::fromMosaic(rgba.data(), 1024, 767));
    }
    // Outside of a face the map goes on into the next one, at corners and poles too.
    void mosaicGoesOn()
    {
        const auto rgba = mosaic();
        const auto map = DiffuseMap::fromMosaic(rgba.data(), 1024, 768);
        for (int face = 0; face < 12; ++face) {
            for (int x = -2; x < 258; ++x) {
                for (int y : {-2, -1, 256, 257}) QVERIFY(map->near(face, x, y)[0] == 0 && map->near(face, y, x)[0] == 0);
            }
        }
        // One step over the edge of face 4 lands one pixel away on the sky.
        const sky::Dir edge = sky::cellPoint({0, 4}, 0.5 / 256, 50.5 / 256);
        const auto beyond = sky::placeAt((2 * sky::cellPoint({0, 4}, 0, 50.5 / 256) - edge).normalized(), 8);
        QVERIFY(beyond.cell.pix >> 16 != 4);
    }

    void starsAreAtTheirPlaces_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* n : {"Sirius", "Vega", "Betelgeuse", "Polaris", "Canopus", "Rigil Kentaurus", "Antares", "Arcturus", "Deneb"}) QTest::newRow(n) << n;
    }
    void starsAreAtTheirPlaces()
    {
        QFETCH(QString, name);
        const auto star = sky_->find(name.toStdString());
        QVERIFY(star);
        const auto place = sky::placeAt(sky::toDir(star->pos), 3);
        const StarPainter::Plan plan(*painter_, 3, kWidth);
        const auto tile = plan.tile(place.cell.pix);
        QCOMPARE(tile.size(), size_t{kWidth} * kWidth * 4);
        // The weighted centre of the light around it.
        double sum = 0, sx = 0, sy = 0;
        const int x0 = static_cast<int>(place.x * kWidth), y0 = static_cast<int>(place.y * kWidth);
        for (int x = std::max(0, x0 - 2); x <= std::min(kWidth - 1, x0 + 2); ++x) {
            for (int y = std::max(0, y0 - 2); y <= std::min(kWidth - 1, y0 + 2); ++y) {
                const double light = std::pow(brightness(tile, x, y), 2);
                sum += light;
                sx += light * (x + 0.5);
                sy += light * (y + 0.5);
            }
        }
        QVERIFY(brightness(tile, x0, y0) > 600);
        QVERIFY2(std::abs(sx / sum - place.x * kWidth) < 0.7 && std::abs(sy / sum - place.y * kWidth) < 0.7, "the star is off its place");
    }
    // What is seen just inside and just outside of a tile's edge is the same sky.
    void noSeams()
    {
        const StarPainter::Plan plan(*painter_, 3, kWidth);
        double differ = 0, inside = 0;
        int count = 0;
        for (uint64_t pix : {0u, 63u, 255u, 256u, 300u, 511u, 512u, 700u, 767u}) {
            const sky::Cell cell{3, pix};
            const auto tile = plan.tile(pix);
            std::vector<std::pair<uint64_t, std::vector<uint8_t>>> others;
            for (int k = 1; k < kWidth - 1; ++k) {
                const double t = (k + 0.5) / kWidth, h = 0.5 / kWidth;
                // Across the edge x = 0: the pixel, and the place one pixel further.
                const sky::Dir out = (2 * sky::cellPoint(cell, 0, t) - sky::cellPoint(cell, h, t)).normalized();
                const auto there = sky::placeAt(out, 3);
                auto it = std::find_if(others.begin(), others.end(), [&](const auto& o) { return o.first == there.cell.pix; });
                if (it == others.end()) it = others.insert(others.end(), {there.cell.pix, plan.tile(there.cell.pix)});
                const int a = brightness(tile, 0, k);
                const int b = brightness(it->second, std::min(kWidth - 1, static_cast<int>(there.x * kWidth)), std::min(kWidth - 1, static_cast<int>(there.y * kWidth)));
                differ += std::abs(a - b);
                inside += std::abs(brightness(tile, 31, k) - brightness(tile, 32, k));
                ++count;
            }
        }
        // Neighbouring pixels differ by as much across the edge as in the middle of a tile.
        QVERIFY2(differ / count < 1.5 * inside / count + 2, qPrintable(QString("%1 against %2").arg(differ / count).arg(inside / count)));
    }
    void diffuseLight()
    {
        const StarPainter::Plan plan(*painter_, 0, 256);
        const auto tile = plan.tile(4);
        const auto at = [&](int x, int y) { return tile[static_cast<size_t>(x * 256 + y) * 4 + 1]; };
        QVERIFY(at(100, 50) > 150);
        QVERIFY(at(100, 50) > tile[static_cast<size_t>(100 * 256 + 50) * 4]); // green
        std::vector<uint8_t> all;
        for (size_t i = 0; i < tile.size(); i += 4) {
            all.push_back(tile[i + 1]);
            QCOMPARE(tile[i + 3], uint8_t{255});
        }
        std::nth_element(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(all.size() / 4), all.end());
        QVERIFY(all[all.size() / 4] < 24); // a dark sky between the stars
    }
    void sameEveryTime()
    {
        const StarPainter::Plan a(*painter_, 2, kWidth), b(*painter_, 2, kWidth);
        QVERIFY(a.tile(77) == b.tile(77));
    }
};

QTEST_APPLESS_MAIN(TestStarHips)
#include "test_star_hips.moc"
