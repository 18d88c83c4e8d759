// Lattices joined to coarser neighbours: still every point of the cell in one triangle, none folded.
#include <QtTest>

#include "render/mesh_lattice.h"

using namespace firmament;
using namespace firmament::render;

namespace {

/// Twice the areas of the triangles, in cell coordinates.
std::vector<double> areas(const LatticePattern& l, const std::vector<std::array<uint32_t, 3>>& triangles)
{
    std::vector<double> out;
    for (const auto& t : triangles) {
        const auto &a = l.xy[t[0]], &b = l.xy[t[1]], &c = l.xy[t[2]];
        out.push_back((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0]));
    }
    return out;
}

} // namespace

class MeshLatticeTest : public QObject {
    Q_OBJECT

private slots:
    void everyPairOfNeighbours_data()
    {
        QTest::addColumn<quint64>("pix");
        QTest::addColumn<uint8_t>("order");
        QTest::addColumn<bool>("pole");
        QTest::newRow("grid") << quint64{137} << uint8_t{3} << false;
        QTest::newRow("north pole") << quint64{63} << uint8_t{3} << true;
        QTest::newRow("south pole") << quint64{8 * 64} << uint8_t{3} << true;
    }
    void everyPairOfNeighbours()
    {
        QFETCH(quint64, pix);
        QFETCH(uint8_t, order);
        QFETCH(bool, pole);
        for (int n : {1, 2, 4, 8}) {
            const LatticePattern l(cutOf(pole ? LatticeKey{{order, pix}, n, 2 * n, 8} : LatticeKey{{order, pix}, n}));
            for (int code = 0; code < 256; ++code) {
                std::array<int, 4> border{};
                for (size_t i = 0; i < 4; ++i) border[i] = n >> (code >> (2 * i) & 3);
                if (*std::min_element(border.begin(), border.end()) < 1) continue;
                const auto size = areas(l, joinedTriangles(l, n, border));
                double sum = 0, least = 1, most = -1;
                for (double a : size) {
                    sum += a;
                    least = std::min(least, std::abs(a));
                    most = std::max(most, a * size.front());
                }
                const auto text = QString("n %1, border %2 %3 %4 %5: sum %6, least %7").arg(n).arg(border[0]).arg(border[1]).arg(border[2]).arg(border[3]).arg(sum).arg(least);
                QVERIFY2(std::abs(std::abs(sum) - 2) < 1e-12, qPrintable(text));
                // None without height: a bent map would turn it over, and what it covers would be drawn twice.
                QVERIFY2(least > 1e-4, qPrintable(text));
                for (double a : size) QVERIFY2(a * size.front() > 0, qPrintable(text));
            }
        }
    }
};

QTEST_GUILESS_MAIN(MeshLatticeTest)
#include "test_mesh_lattice.moc"
