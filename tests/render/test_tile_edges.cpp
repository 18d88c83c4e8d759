// What lies beside a tile's border, against the geometry of the sphere.
#include <QtTest>

#include <random>
#include <set>

#include "render/tile_edges.h"

using namespace firmament;
using namespace firmament::render;

namespace {

sky::Dir centre(const TexelPlace& p, int width)
{
    return sky::cellPoint(p.cell, (p.x + 0.5) / width, (p.y + 0.5) / width);
}

} // namespace

class TileEdgesTest : public QObject {
    Q_OBJECT

private slots:
    void sidesTouch_data()
    {
        QTest::addColumn<int>("order");
        for (int order : {0, 1, 2, 5}) QTest::addRow("order %d", order) << order;
    }
    /// Texels on both sides of a border share the two corners of their common side.
    void sidesTouch()
    {
        QFETCH(int, order);
        const int w = 8;
        std::mt19937_64 random(7);
        const uint64_t count = uint64_t{12} << (2 * order);
        for (uint64_t k = 0; k < std::min<uint64_t>(count, 200); ++k) {
            const sky::Cell cell{static_cast<uint8_t>(order), count <= 200 ? k : random() % count};
            for (int side = 0; side < 4; ++side) {
                for (int i = 0; i < w; ++i) {
                    const int x = side == 0 ? -1 : side == 1 ? w : i, y = side == 2 ? -1 : side == 3 ? w : i;
                    const auto out = texelBeside(cell, w, x, y);
                    QVERIFY(out);
                    QVERIFY(out->cell.valid() && out->x >= 0 && out->x < w && out->y >= 0 && out->y < w);
                    QVERIFY(out->cell != cell);
                    // The corners of the inner texel on the border.
                    const int ix = std::clamp(x, 0, w - 1), iy = std::clamp(y, 0, w - 1);
                    const double fx = side == 0 ? 0 : side == 1 ? w : ix, fy = side == 2 ? 0 : side == 3 ? w : iy;
                    const sky::Dir a = sky::cellPoint(cell, fx / w, fy / w);
                    const sky::Dir b = sky::cellPoint(cell, (side < 2 ? fx : fx + 1) / w, (side < 2 ? fy + 1 : fy) / w);
                    int shared = 0;
                    for (int corner = 0; corner < 4; ++corner) {
                        const sky::Dir c = sky::cellPoint(out->cell, (out->x + (corner & 1)) / double(w), (out->y + (corner >> 1)) / double(w));
                        shared += (c - a).norm() < 1e-12 || (c - b).norm() < 1e-12;
                    }
                    QVERIFY2(shared == 2, qPrintable(QString("cell %1 side %2 texel %3 shares %4 corners").arg(cell.pix).arg(side).arg(i).arg(shared)));
                }
            }
        }
    }

    /// Diagonal texels share exactly the corner; there is none at the eight places where three cells meet.
    void cornersTouch()
    {
        for (int order : {0, 1, 3}) {
            const int w = 4;
            int missing = 0;
            for (uint64_t pix = 0; pix < (uint64_t{12} << (2 * order)); ++pix) {
                const sky::Cell cell{static_cast<uint8_t>(order), pix};
                for (int corner = 0; corner < 4; ++corner) {
                    const int cx = corner & 1, cy = corner >> 1;
                    const auto out = texelBeside(cell, w, cx ? w : -1, cy ? w : -1);
                    const auto around = sky::neighbours(cell);
                    const auto& neighbour = around[cx ? (cy ? 3 : 5) : (cy ? 1 : 7)]; // N E W S
                    QCOMPARE(out.has_value(), neighbour.has_value());
                    if (!out) {
                        ++missing;
                        continue;
                    }
                    QCOMPARE(out->cell, *neighbour);
                    const sky::Dir at = sky::cellPoint(cell, cx, cy);
                    double nearest = 9;
                    for (int k = 0; k < 4; ++k)
                        nearest = std::min(nearest, (sky::cellPoint(out->cell, (out->x + (k & 1)) / double(w), (out->y + (k >> 1)) / double(w)) - at).norm());
                    QVERIFY(nearest < 1e-12);
                }
            }
            QCOMPARE(missing, 24);
        }
    }

    void insideIsItself()
    {
        const auto p = texelBeside({29, 123456789012345678ULL}, 512, 17, 400);
        QVERIFY(p);
        QCOMPARE(p->cell, (sky::Cell{29, 123456789012345678ULL}));
        QCOMPARE(p->x, 17);
        QCOMPARE(p->y, 400);
        QVERIFY(sky::separation(centre(*p, 512), sky::cellPoint(p->cell, 17.5 / 512, 400.5 / 512)).rad() < 1e-15);
    }

    void theNeighboursAgree()
    {
        std::mt19937_64 random(3);
        for (int i = 0; i < 2000; ++i) {
            const int order = static_cast<int>(random() % 30);
            const sky::Cell cell{static_cast<uint8_t>(order), random() % (uint64_t{12} << (2 * order))};
            const auto around = sky::neighbours(cell);
            const int dx[] = {-1, -1, 0, 1, 1, 1, 0, -1}, dy[] = {0, 1, 1, 1, 0, -1, -1, -1};
            for (size_t k = 0; k < 8; ++k) {
                const auto out = texelBeside(cell, 1, dx[k], dy[k]);
                QCOMPARE(out.has_value(), around[k].has_value());
                if (out) QCOMPARE(out->cell, *around[k]);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TileEdgesTest)
#include "test_tile_edges.moc"
