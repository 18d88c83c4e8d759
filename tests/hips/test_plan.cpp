#include <QTest>

#include <algorithm>
#include <chrono>
#include <map>
#include <set>

#include "hips/plan.h"

using namespace firmament;
using namespace firmament::hips;
using sky::Cell;

namespace {

SurveyInfo survey(int lo, int hi, int width = 512, sky::Frame frame = sky::Frame::Icrs)
{
    SurveyInfo s;
    s.orderMin = lo;
    s.orderMax = hi;
    s.tileWidth = width;
    s.frame = frame;
    return s;
}

sky::SkyView viewAt(double lon, double lat, double fov, sky::Proj p = sky::Proj::Stg)
{
    return sky::SkyView().withProjection(p).lookingAt({sky::Angle::deg(lon), sky::Angle::deg(lat), sky::Frame::Icrs}).withFov(
        sky::Angle::deg(fov));
}

/// What a store would say.
struct World {
    std::map<Cell, Ready> state;
    Ready other = Ready::Absent;
    Readiness readiness() const
    {
        return [this](Cell c) {
            const auto it = state.find(c);
            return it == state.end() ? other : it->second;
        };
    }
    void base()
    {
        for (uint64_t p = 0; p < 12; ++p) state[{0, p}] = Ready::Ready;
    }
};

TilePlan plan(const sky::SkyView& v, const SurveyInfo& s, const World& w, const TilePlan& before = {}, const PlanOptions& o = {})
{
    return planTiles(v, s, w.readiness(), before, o);
}

/// Every pixel of a raster lies in exactly one drawn cell; returns the places that do not.
int holes(const sky::SkyView& v, const SurveyInfo& s, const TilePlan& p, const sky::Moc* coverage = nullptr)
{
    std::set<Cell> drawn;
    int deepest = 0;
    for (const DrawCell& d : p.draw) {
        drawn.insert(d.cell);
        deepest = std::max<int>(deepest, d.cell.order);
    }
    int bad = 0;
    for (int y = 0; y <= 20; ++y)
        for (int x = 0; x <= 32; ++x) {
            const auto dir = v.directionAt({v.width() * x / 32.0, v.height() * y / 20.0}, s.frame);
            if (!dir || (coverage && !coverage->contains(*dir))) continue;
            int hits = 0;
            for (int k = 0; k <= deepest; ++k) hits += drawn.contains(sky::cellAt(*dir, k));
            bad += hits != 1;
        }
    return bad;
}

/// Cells of the order that a fine raster of the window really meets.
size_t met(const sky::SkyView& v, int order, sky::Frame frame)
{
    std::set<Cell> seen;
    for (int y = 0; y <= 200; ++y)
        for (int x = 0; x <= 320; ++x)
            if (const auto dir = v.directionAt({v.width() * x / 320.0, v.height() * y / 200.0}, frame)) seen.insert(sky::cellAt(*dir, order));
    return seen.size();
}

bool draws(const TilePlan& p, Cell cell, Cell from)
{
    return std::any_of(p.draw.begin(), p.draw.end(), [&](const DrawCell& d) { return d.cell == cell && d.from == from; });
}

bool wants(const TilePlan& p, Cell c)
{
    return std::any_of(p.want.begin(), p.want.end(), [&](const Want& w) { return w.cell == c; });
}

} // namespace

class TestPlan : public QObject {
    Q_OBJECT
private slots:
    void orderFollowsTheScale()
    {
        // A texel of 0.7 to 1.4 pixels.
        for (double fov : {120.0, 60.0, 10.0, 1.0, 0.1}) {
            const auto v = viewAt(10, 20, fov);
            const auto s = survey(0, 20);
            const int k = textureOrderFor(v, s);
            const double texel = std::sqrt(sky::kPi / 3) / (512 << k) / v.pixelScale().rad();
            if (k > 0) QVERIFY2(texel > 0.7 && texel < 1.42, qPrintable(QString("%1: %2").arg(fov).arg(texel)));
            QCOMPARE(textureOrderFor(v, survey(0, 3)), std::min(k, 3));
            QCOMPARE(textureOrderFor(v, survey(5, 20)), std::max(k, 5));
            QCOMPARE(textureOrderFor(v, s, 2.0), k + 1);
        }
        QCOMPARE(textureOrderFor(viewAt(0, 0, 1e-9 / 3600), survey(0, 9)), 9);
    }

    void nothingMissingInView_data()
    {
        QTest::addColumn<int>("projection");
        for (const sky::Proj p : sky::kAllProjections) QTest::newRow(sky::info(p).code) << static_cast<int>(p);
    }
    void nothingMissingInView()
    {
        QFETCH(int, projection);
        const auto proj = static_cast<sky::Proj>(projection);
        World w;
        w.base();
        for (const double fov : {360.0, 140.0, 60.0, 8.0, 0.3, 1e-3, 1e-6}) {
            for (const auto& [lon, lat] : {std::pair{10.0, 20.0}, {0.0, 0.0}, {45.0, 41.81}, {123.0, 90.0}, {200.0, -90.0}, {359.99, -66.0}, {266.4, -28.9}}) {
                for (const auto frame : {sky::Frame::Icrs, sky::Frame::Galactic}) {
                    const auto v = viewAt(lon, lat, fov, proj).withRoll(sky::Angle::deg(17));
                    const auto s = survey(0, 9, 512, frame);
                    const TilePlan p = plan(v, s, w);
                    const int bad = holes(v, s, p);
                    QVERIFY2(bad == 0, qPrintable(QString("fov %1 at %2 %3: %4 of 693, %5 cells").arg(fov).arg(lon).arg(lat).arg(bad).arg(p.draw.size())));
                    for (const DrawCell& d : p.draw) {
                        QCOMPARE(int{d.cell.order}, p.order);
                        QVERIFY(d.from.isAncestorOrSelf(d.cell));
                    }
                }
            }
        }
    }

    void fewCellsTooMany()
    {
        World w;
        w.base();
        for (const double fov : {90.0, 60.0, 10.0, 1.0, 0.01}) {
            for (const auto& [lon, lat] : {std::pair{10.0, 20.0}, {45.0, 41.81}, {123.0, 89.0}, {266.4, -28.9}}) {
                const auto v = viewAt(lon, lat, fov);
                const auto s = survey(0, 20);
                const TilePlan p = plan(v, s, w);
                const size_t really = met(v, p.order, s.frame);
                QVERIFY2(p.draw.size() >= really && p.draw.size() <= really + really / 3 + 3,
                         qPrintable(QString("fov %1 at %2 %3: %4 drawn, %5 met").arg(fov).arg(lon).arg(lat).arg(p.draw.size()).arg(really)));
            }
        }
    }

    void standInsAndWants()
    {
        const auto v = viewAt(83, -5, 3);
        const auto s = survey(0, 9);
        World w;
        w.base();
        const TilePlan cold = plan(v, s, w);
        QVERIFY(cold.count.visible > 4);
        QCOMPARE(cold.count.standIn, cold.count.visible);
        QCOMPARE(cold.count.ready, 0);
        QVERIFY(!cold.count.complete());
        for (const DrawCell& d : cold.draw) {
            QCOMPARE(int{d.from.order}, 0);
            QCOMPARE(d.fadeFrom, d.from);
        }
        // Best first: the coarse ones when there is much to wait for, then from the centre outwards.
        QVERIFY(!cold.want.empty());
        for (size_t i = 1; i < cold.want.size(); ++i)
            QVERIFY(cold.want[i - 1].priority < cold.want[i].priority ||
                    (cold.want[i - 1].priority == cold.want[i].priority && cold.want[i - 1].distance <= cold.want[i].distance));
        if (cold.count.visible > 12) QCOMPARE(cold.want.front().priority, Priority::Urgent);

        // One arrives: it is drawn from itself, fading from what was there; the next plan has nothing to fade.
        const Cell first = cold.draw.front().cell;
        w.state[first] = Ready::Ready;
        const TilePlan second = plan(v, s, w, cold);
        const auto it = std::find_if(second.draw.begin(), second.draw.end(), [&](const DrawCell& d) { return d.cell == first; });
        QVERIFY(it != second.draw.end());
        QCOMPARE(it->from, first);
        QCOMPARE(it->fadeFrom, first.parent(first.order));
        QCOMPARE(second.count.ready, 1);
        QVERIFY(!wants(second, first));
        const TilePlan third = plan(v, s, w, second);
        const auto again = std::find_if(third.draw.begin(), third.draw.end(), [&](const DrawCell& d) { return d.cell == first; });
        QCOMPARE(again->fadeFrom, first);

        // All there: complete, and only the surroundings are fetched.
        for (const DrawCell& d : cold.draw) w.state[d.cell] = Ready::Ready;
        const TilePlan done = plan(v, s, w, third);
        QVERIFY(done.count.complete());
        QVERIFY(!done.want.empty());
        for (const Want& x : done.want) QCOMPARE(x.priority, Priority::Prefetch);
        PlanOptions quiet;
        quiet.prefetch = false;
        QVERIFY(plan(v, s, w, third, quiet).want.empty());
    }

    void panningKeepsWhatIsThere()
    {
        const auto s = survey(0, 9);
        World w;
        w.base();
        const auto a = viewAt(83, -5, 3);
        for (const DrawCell& d : plan(a, s, w).draw) w.state[d.cell] = Ready::Ready;
        const TilePlan before = plan(a, s, w);
        const auto b = viewAt(84, -5, 3);
        const TilePlan after = plan(b, s, w, before);
        QCOMPARE(holes(b, s, after), 0);
        int kept = 0;
        for (const DrawCell& d : after.draw) {
            if (w.state.contains(d.cell)) {
                QCOMPARE(d.from, d.cell);
                ++kept;
            } else {
                QVERIFY(wants(after, d.cell));
            }
        }
        QVERIFY(kept > 0);
    }

    void zoomingInStandsInAndFades()
    {
        const auto s = survey(0, 9);
        World w;
        w.base();
        const auto far = viewAt(83, -5, 6);
        for (const DrawCell& d : plan(far, s, w).draw) w.state[d.cell] = Ready::Ready;
        const TilePlan before = plan(far, s, w);
        const auto near = viewAt(83, -5, 3);
        const TilePlan after = plan(near, s, w, before);
        QCOMPARE(after.order, before.order + 1);
        for (const DrawCell& d : after.draw) QCOMPARE(d.from, d.cell.parent());
        const Cell c = after.draw.front().cell;
        w.state[c] = Ready::Ready;
        const TilePlan later = plan(near, s, w, after);
        QVERIFY(draws(later, c, c));
        // Straight from the far view: it fades from what the larger cell showed.
        const TilePlan jump = plan(near, s, w, before);
        const auto it = std::find_if(jump.draw.begin(), jump.draw.end(), [&](const DrawCell& d) { return d.cell == c; });
        QCOMPARE(it->fadeFrom, c.parent());
    }

    void zoomingOutKeepsTheDetail()
    {
        const auto s = survey(0, 9);
        World w;
        w.base();
        const auto near = viewAt(83, -5, 3);
        for (const DrawCell& d : plan(near, s, w).draw) w.state[d.cell] = Ready::Ready;
        const TilePlan before = plan(near, s, w);
        for (const double fov : {6.0, 12.0}) {
            const auto far = viewAt(83, -5, fov);
            TilePlan after = plan(far, s, w, before);
            QVERIFY(after.order < before.order);
            QCOMPARE(holes(far, s, after), 0);
            size_t fine = 0;
            for (const DrawCell& d : after.draw) fine += d.from.order == before.order;
            QVERIFY2(fine >= before.draw.size() * 3 / 4, qPrintable(QString("%1: %2 of %3").arg(fov).arg(fine).arg(before.draw.size())));
            // It stays so as long as nothing better comes.
            const TilePlan again = plan(far, s, w, after);
            QVERIFY(again.draw == after.draw);
            // And goes when the right tile is there.
            const Cell right = sky::cellAt(sky::toDir(far.centre()), after.order);
            w.state[right] = Ready::Ready;
            const TilePlan last = plan(far, s, w, again);
            QVERIFY(draws(last, right, right));
            QCOMPARE(holes(far, s, last), 0);
            w.state.erase(right);
        }
    }

    void missingTilesClimb()
    {
        const auto s = survey(0, 9);
        World w;
        w.base();
        const auto v = viewAt(83, -5, 0.5);
        const TilePlan cold = plan(v, s, w);
        const int k = cold.order;
        for (const DrawCell& d : cold.draw) w.state[d.cell] = Ready::Missing;
        const TilePlan up = plan(v, s, w, cold);
        QVERIFY(!up.count.complete());
        QCOMPARE(up.count.missing, up.count.visible);
        for (const Want& x : up.want) QVERIFY(x.cell.order < k);
        for (const DrawCell& d : cold.draw) QVERIFY(wants(up, d.cell.parent()));
        // The parents exist: drawn from them for good.
        for (const DrawCell& d : cold.draw) w.state[d.cell.parent()] = Ready::Ready;
        const TilePlan done = plan(v, s, w, up);
        QVERIFY(done.count.complete());
        QCOMPARE(done.count.ready, done.count.visible);
        for (const DrawCell& d : done.draw) QCOMPARE(d.from, d.cell.parent());
        // A survey with nothing here at all: complete once every order has said so, without any hole that has a base tile.
        World none;
        none.base();
        none.other = Ready::Missing;
        const TilePlan empty = plan(v, s, none);
        QVERIFY(empty.count.complete());
        QVERIFY(empty.want.empty());
        QCOMPARE(holes(v, s, empty), 0);
    }

    void failedOnesAreCountedAndNotAskedFor()
    {
        const auto s = survey(0, 9);
        World w;
        w.base();
        const auto v = viewAt(83, -5, 3);
        for (const DrawCell& d : plan(v, s, w).draw) w.state[d.cell] = Ready::Failed;
        const TilePlan p = plan(v, s, w);
        QCOMPARE(p.count.failed, p.count.visible);
        QVERIFY(p.count.complete());
        for (const Want& x : p.want) QCOMPARE(x.priority, Priority::Prefetch);
        QCOMPARE(holes(v, s, p), 0);
    }

    void beyondTheDeepestOrder()
    {
        const auto s = survey(0, 3);
        World w;
        for (uint64_t i = 0; i < 768; ++i) w.state[{3, i}] = Ready::Ready;
        for (const double fov : {1.0, 1e-2, 1e-5, 3e-8}) {
            const auto v = viewAt(83.6, -5.4, fov);
            const TilePlan p = plan(v, s, w);
            QCOMPARE(p.textureOrder, 3);
            QCOMPARE(holes(v, s, p), 0);
            const double pixels = std::sqrt(sky::kPi / 3) / v.pixelScale().rad() / std::exp2(p.order);
            QVERIFY2(pixels <= 2 * v.width() || p.order == sky::kMaxOrder, qPrintable(QString::number(pixels)));
            QVERIFY(p.draw.size() <= 12);
            QVERIFY(p.count.complete());
            for (const DrawCell& d : p.draw) QCOMPARE(int{d.from.order}, 3);
            PlanOptions small;
            small.maxCellPixels = 400;
            const TilePlan q = plan(v, s, w, {}, small);
            QVERIFY(q.order > p.order || q.order == sky::kMaxOrder);
            QCOMPARE(holes(v, s, q), 0);
            QCOMPARE(q.count.visible, p.count.visible); // tiles, not pieces of them
        }
    }

    void coverageLimitsAll()
    {
        const auto s = survey(0, 9);
        World w;
        w.base();
        const auto v = viewAt(83, -5, 10);
        const sky::Moc moc = sky::Moc::cone(sky::toDir(sky::Angle::deg(84), sky::Angle::deg(-5)), sky::Angle::deg(1), 8);
        PlanOptions o;
        o.coverage = &moc;
        const TilePlan p = plan(v, s, w, {}, o);
        QVERIFY(!p.draw.empty());
        for (const DrawCell& d : p.draw) QVERIFY(moc.cover(d.cell) != sky::Moc::Cover::None);
        for (const Want& x : p.want) QVERIFY(moc.cover(x.cell) != sky::Moc::Cover::None);
        QCOMPARE(holes(v, s, p, &moc), 0);
        const sky::Moc nothing;
        o.coverage = &nothing;
        const TilePlan q = plan(v, s, w, {}, o);
        QVERIFY(q.draw.empty() && q.want.empty() && q.count.complete());
    }

    void surveysWithoutLowOrders()
    {
        const auto s = survey(3, 9);
        World w;
        const auto all = viewAt(83, -5, 360, sky::Proj::Ait);
        // Neither Allsky nor anything: the order-3 tiles are asked for, nearest first and not without bound.
        const TilePlan cold = plan(all, s, w);
        QCOMPARE(cold.order, 3);
        QVERIFY(!cold.want.empty() && cold.want.size() <= 500);
        for (const Want& x : cold.want) QCOMPARE(int{x.cell.order}, 3);
        // With the base cells made of Allsky there is nothing to ask for.
        w.base();
        const TilePlan p = plan(all, s, w);
        QVERIFY(p.want.empty());
        QVERIFY(p.count.complete());
        QVERIFY(p.order < 3);
        QCOMPARE(holes(all, s, p), 0);
        // Near by, real tiles.
        const auto near = viewAt(83, -5, 12);
        const TilePlan q = plan(near, s, w);
        QVERIFY(q.order >= 3 && !q.want.empty());
        for (const Want& x : q.want) QVERIFY(x.cell.order >= 3);
        // A tree that begins very deep must not be walked cell by cell from afar.
        const auto start = std::chrono::steady_clock::now();
        const TilePlan deep = plan(all, survey(13, 13), World());
        QVERIFY(deep.want.size() <= 500);
        QVERIFY(std::chrono::steady_clock::now() - start < std::chrono::seconds(1));
        QVERIFY(deep.tooFarOut && !p.tooFarOut && !q.tooFarOut);
    }

    void madeTilesOfLowOrders()
    {
        const auto s = survey(3, 9);
        const auto all = viewAt(83, -5, 360, sky::Proj::Ait), near = viewAt(83, -5, 12);
        PlanOptions o;
        o.lowestMade = 0;
        World w;
        // From afar those are asked for, of the order that the view needs.
        const TilePlan far = plan(all, s, w, {}, o);
        QVERIFY(far.order < 3 && far.textureOrder == far.order && !far.tooFarOut && !far.want.empty());
        for (const Want& x : far.want) QCOMPARE(int{x.cell.order}, far.order);
        // Near by never: not to stand in, and not ahead of need.
        const TilePlan close = plan(near, s, w, {}, o);
        QVERIFY(!close.want.empty());
        for (const Want& x : close.want) QVERIFY(x.cell.order >= 3);
        World full;
        full.other = Ready::Ready;
        const TilePlan idle = plan(all, s, full, {}, o);
        QVERIFY(idle.want.empty() && idle.count.complete());
        QCOMPARE(holes(all, s, idle), 0);
        // A made tile that cannot be made is not climbed from.
        World none;
        none.other = Ready::Missing;
        QVERIFY(plan(all, s, none, {}, o).count.complete());
    }

    /// Where there are no tiles, pieces of a preview that is on its way may stand yet.
    void notCompleteBeforeThePreview()
    {
        World none;
        none.other = Ready::Missing;
        const auto v = viewAt(83, -5, 60);
        const auto s = survey(3, 3);
        PlanOptions o;
        o.baseComing = true;
        const TilePlan coming = plan(v, s, none, {}, o);
        QVERIFY(!coming.count.complete() && coming.want.empty());
        o.baseComing = false;
        QVERIFY(plan(v, s, none, {}, o).count.complete());
        // What has its own tiles waits for nothing.
        World all;
        all.other = Ready::Ready;
        o.baseComing = true;
        QVERIFY(plan(v, s, all, {}, o).count.complete());
    }

    void narrowTiles()
    {
        World w;
        w.base();
        const auto v = viewAt(83, -5, 60);
        const TilePlan a = plan(v, survey(0, 9, 512), w), b = plan(v, survey(0, 9, 64), w);
        QCOMPARE(b.order, a.order + 3);
        QCOMPARE(holes(v, survey(0, 9, 64), b), 0);
    }

    void speed()
    {
        World w;
        w.base();
        const auto s = survey(0, 12);
        for (const double fov : {60.0, 2.0, 0.05}) {
            const auto v = viewAt(83, -5, fov);
            const TilePlan before = plan(v, s, w);
            double best = 1e9;
            for (int i = 0; i < 30; ++i) {
                const auto start = std::chrono::steady_clock::now();
                const TilePlan p = plan(v, s, w, before);
                best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
                QVERIFY(!p.draw.empty());
            }
            qInfo("fov %g: %d cells of order %d, %d wanted, %.3f ms", fov, before.count.visible, before.order, int(before.want.size()), best);
            QVERIFY(best < 20); // on any machine; 0.3 is what is meant on a quiet one
        }
    }
};

QTEST_APPLESS_MAIN(TestPlan)
#include "test_plan.moc"
