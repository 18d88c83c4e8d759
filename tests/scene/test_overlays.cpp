#include <QtTest>

#include "scene/grid_overlay.h"
#include "scene/label_placer.h"
#include "scene/overlays.h"
#include "scene/star_layer.h"
#include "tests/support/bitmap_labels.h"

using namespace firmament;
using namespace firmament::scene;
using sky::Angle;

namespace {

sky::SkyView at(double lon, double lat, double fovDeg, sky::Frame frame = sky::Frame::Icrs)
{
    return sky::SkyView().withFrame(frame).lookingAt({Angle::deg(lon), Angle::deg(lat), frame}).withFov(Angle::deg(fovDeg));
}

struct FrameHolder {
    Document document;
    testing::BitmapLabels labels;
    TextCache cache{labels};
    LabelPlacer placer;
    std::vector<uint32_t> cells;
    bool zoomed = false;
    double now = 0, still = 0;
    FrameInput input()
    {
        const auto& v = document.view;
        return {v, document, {0, 0, static_cast<double>(v.width()), static_cast<double>(v.height())}, 1, now, 220, still, zoomed, {}, &cache, &placer, cells};
    }
};

LabelRequest request(uint64_t key, double x, double y, double priority, const std::string& text = "Name of it")
{
    LabelRequest r;
    r.key = key;
    r.text = text;
    r.anchor = {x, y};
    r.priority = priority;
    return r;
}

bool overlap(const PixelRect& a, const PixelRect& b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

} // namespace

class TestOverlays : public QObject {
    Q_OBJECT
private slots:
    void gridStepsAreAtMostEight()
    {
        for (const auto units : {GridUnits::Time, GridUnits::Sexagesimal, GridUnits::Decimal})
            for (double range = 360; range > 1e-8; range *= 0.73)
                for (const double lo : {0.0, 10.123456, 266.4168, -179.9}) {
                    const GridSteps s = gridSteps(lo, lo + range, units);
                    QVERIFY2(s.count <= 8 && s.count >= 1, qPrintable(QString("%1 lines in %2 deg").arg(s.count).arg(range)));
                    QVERIFY(s.first >= lo - s.step * 1e-6);
                }
        QCOMPARE(gridSteps(0, 360, GridUnits::Time).count, 8);
        QCOMPARE(gridSteps(0, 360, GridUnits::Time).step, 45.0);
    }
    void gridLabels()
    {
        const auto icrs = sky::Frame::Icrs;
        QCOMPARE(gridLabel(270, 15, GridUnits::Time, true, icrs), std::string("18h"));
        QCOMPARE(gridLabel(-90, 15, GridUnits::Time, true, icrs), std::string("18h"));
        QCOMPARE(gridLabel(359.9999999999, 15, GridUnits::Time, true, icrs), std::string("00h"));
        QCOMPARE(gridLabel(266.25, 1.25, GridUnits::Time, true, icrs), std::string("17h45m"));
        QCOMPARE(gridLabel(266.25, 15.0 / 3600 * 0.02, GridUnits::Time, true, icrs), std::string("17h45m00.00s"));
        QCOMPARE(gridLabel(-20, 10, GridUnits::Sexagesimal, false, icrs), std::string("−20°"));
        QCOMPARE(gridLabel(0, 10, GridUnits::Sexagesimal, false, icrs), std::string("00°"));
        QCOMPARE(gridLabel(-0.5, 0.5, GridUnits::Sexagesimal, false, icrs), std::string("−00°30'"));
        QCOMPARE(gridLabel(29.999999999, 1.0 / 60, GridUnits::Sexagesimal, false, icrs), std::string("+30°00'"));
        QCOMPARE(gridLabel(0.2, 0.1, GridUnits::Decimal, true, sky::Frame::Galactic), std::string("l 0.2°"));
        QCOMPARE(gridLabel(-0.25, 0.05, GridUnits::Decimal, false, sky::Frame::Galactic), std::string("b −0.25°"));
    }
    void gridRangeAtHardPlaces()
    {
        const GridRange pole = gridRange(at(0, 90, 5), sky::Frame::Icrs);
        QVERIFY(pole.lonHi - pole.lonLo >= 360 - 1e-9);
        QCOMPARE(pole.latHi, 90.0);
        QVERIFY(pole.latLo < 88 && pole.latLo > 85);
        const GridRange wrap = gridRange(at(0, 0, 10), sky::Frame::Icrs);
        QVERIFY(wrap.lonHi - wrap.lonLo > 9.9 && wrap.lonHi - wrap.lonLo < 12);
        const GridRange tiny = gridRange(at(266.4, -29, 0.1 / 3600), sky::Frame::Icrs);
        const double seconds = (tiny.lonHi - tiny.lonLo) * 3600 * std::cos(29 * sky::kRadPerDeg);
        QVERIFY2(seconds > 0.099 && seconds < 0.13, qPrintable(QString::number(seconds)));
        const GridRange all = gridRange(at(0, 0, 360).withProjection(sky::Proj::Ait), sky::Frame::Galactic);
        QVERIFY(all.lonHi - all.lonLo >= 360 - 1e-9 && all.latLo < -85 && all.latHi > 85);
    }
    void gridDrawsEverywhere()
    {
        FrameHolder h;
        h.document.overlays.grid.on = true;
        for (const auto proj : sky::kAllProjections)
            for (const double fov : {360.0, 60.0, 1.0, 0.1 / 3600})
                for (const auto& [lon, lat] : {std::pair{0.0, 90.0}, {359.9, 0.0}, {100.0, -41.8}}) {
                    h.document.view = at(lon, lat, fov).withProjection(proj);
                    h.cache.beginFrame(1);
                    GridOverlay grid;
                    grid.prepare(h.input());
                    Drawing out;
                    std::vector<PixelRect> taken;
                    grid.addLabels(h.input(), taken, out);
                    QVERIFY2(taken.size() >= 2, qPrintable(QString("%1 %2 %3 %4").arg(sky::info(proj).code).arg(fov).arg(lon).arg(lat)));
                    QVERIFY(taken.size() <= 16);
                    for (size_t i = 0; i < taken.size(); ++i)
                        for (size_t k = 0; k < i; ++k) QVERIFY(!overlap(taken[i], taken[k]));
                }
    }
    void starsByField()
    {
        const StarsState state;
        double before = -10;
        for (double fov = 360; fov > 1e-5; fov *= 0.9) { // fainter as one zooms in, never beyond the catalogue, sizes never shrink
            const double limit = starLimit(fov, state, true);
            QVERIFY(limit >= before && limit <= state.faintest && limit >= 2.5);
            QVERIFY(starSizeLimit(fov, state, true) >= limit);
            QVERIFY(starLimit(fov, state, false) >= limit);
            before = limit;
        }
        QCOMPARE(before, state.faintest);
        QVERIFY(starDiameter(0, 6) > 2 * starDiameter(6, 6));
        QVERIFY(starLimit(60, {true, 4.0, 0}, true) <= 4.0);
        QVERIFY(std::abs(starLimit(60, {true, 10.5, 1.0}, true) - starLimit(60, state, true) - 1) < 1e-12);
    }
    void scaleBars()
    {
        for (double perPixel = 0.2 * sky::kRadPerDeg; perPixel > 1e-13; perPixel *= 0.87) {
            const auto v = scaleBarValue(perPixel);
            QVERIFY2(v.has_value(), qPrintable(QString::number(perPixel)));
            const double length = v->angle.rad() / perPixel;
            QVERIFY(length >= 80 && length <= 200);
        }
        QCOMPARE(scaleBarValue(0.075 * sky::kRadPerDeg)->text, std::string("10°"));
        QCOMPARE(scaleBarValue(Angle::arcsec(2).rad())->text, std::string("5'"));
        QVERIFY(!scaleBarValue(0).has_value());
        QVERIFY(!scaleBarValue(1).has_value());
    }
    void compassFollowsTheView()
    {
        const auto straight = compassArrows(at(100, 20, 10), {640, 400});
        QVERIFY((straight->north - Eigen::Vector2d(0, -1)).norm() < 1e-6 && (straight->east - Eigen::Vector2d(-1, 0)).norm() < 1e-6);
        const auto mirrored = compassArrows(at(100, 20, 10).withMirror(true), {640, 400});
        QVERIFY((mirrored->east - Eigen::Vector2d(1, 0)).norm() < 1e-6);
        const auto rolled = compassArrows(at(100, 20, 10).withRoll(Angle::deg(90)), {640, 400}); // north towards the left
        QVERIFY((rolled->north - Eigen::Vector2d(-1, 0)).norm() < 1e-6);
        const auto tiny = compassArrows(at(100, 20, 0.1 / 3600), {640, 400});
        QVERIFY((tiny->north - Eigen::Vector2d(0, -1)).norm() < 1e-3);
        const auto body = compassArrows(at(0, 0, 100, sky::Frame::Body), {640, 400});
        QVERIFY((body->east - Eigen::Vector2d(1, 0)).norm() < 1e-6);
        QVERIFY(compassArrows(at(0, 90, 1), {640, 400}).has_value());
    }
    void creditsAreTwoLines()
    {
        const auto width = [](const std::string& s) { return 7.0 * static_cast<double>(s.size()); };
        QVERIFY(creditLines({}, width, 100).empty());
        QCOMPARE(creditLines({"One"}, width, 100).size(), size_t{1});
        const std::vector<std::string> many(9, "Survey of the sky");
        const auto lines = creditLines(many, width, 300);
        QCOMPARE(lines.size(), size_t{2});
        QVERIFY(lines[1].find("  +") != std::string::npos);
        QVERIFY(width(lines[0]) <= 300 && width(lines[1]) <= 300);
    }
    void eachSourceIsNamedOnce()
    {
        const std::vector<std::string> joined = joinedCredits({"Stars: ESA Hipparcos, Tycho-2; Milky Way: A. Mellinger", "Planets: ERFA plan94",
                                                               "Stars: ESA Hipparcos, Tycho-2, NOMAD", "Public domain", "Public domain"});
        const std::vector<std::string> expected{"Stars: ESA Hipparcos, Tycho-2, NOMAD", "Milky Way: A. Mellinger", "Planets: ERFA plan94", "Public domain"};
        QCOMPARE(joined, expected);
        QVERIFY(joinedCredits({}).empty());
    }
    void colourBarNumbersFollowTheStretch()
    {
        render::Look look;
        look.cutLo = 10;
        look.cutHi = 110;
        auto v = colourBarNumbers(look);
        QVERIFY(std::abs(v[0] - 10) < 1e-9 && std::abs(v[2] - 60) < 1e-6 && std::abs(v[4] - 110) < 1e-9);
        look.stretch = render::Stretch::Sqrt;
        v = colourBarNumbers(look);
        QVERIFY(std::abs(v[2] - 35) < 1e-6);
        look.gamma = 2; // t^(1/2) of the square root: half is reached at (0.5^2)^2
        v = colourBarNumbers(look);
        QVERIFY(std::abs(v[2] - (10 + 100 * std::pow(0.5, 4))) < 1e-6);
    }
    void namesDoNotOverlap()
    {
        FrameHolder h;
        h.cache.beginFrame(1);
        h.placer.begin();
        uint32_t x = 1;
        const auto next = [&x](uint32_t n) {
            x = x * 1664525u + 1013904223u;
            return static_cast<double>((x >> 8) % n);
        };
        for (uint64_t i = 0; i < 400; ++i) h.placer.request(request(i + 1, next(1280), next(800), static_cast<double>(i)));
        Drawing out;
        h.placer.place(h.input(), out);
        QVERIFY(h.placer.placedCount() > 30);
        std::vector<PixelRect> rects;
        for (uint64_t i = 1; i <= 400; ++i)
            if (const PixelRect* r = h.placer.rectOf(i)) rects.push_back(*r);
        for (size_t i = 0; i < rects.size(); ++i)
            for (size_t k = 0; k < i; ++k) QVERIFY(!overlap(rects[i], rects[k]));
    }
    void brighterFirstAndStable()
    {
        FrameHolder h;
        const auto frame = [&](std::vector<LabelRequest> requests, bool zoomed = false) {
            h.cache.beginFrame(1);
            h.placer.begin();
            h.zoomed = zoomed;
            h.now += 16;
            for (auto& r : requests) h.placer.request(r);
            Drawing out;
            h.placer.place(h.input(), out);
        };
        // Three in a heap: room beside one for some only.
        std::vector<LabelRequest> heap;
        for (uint64_t i = 1; i <= 12; ++i) heap.push_back(request(i, 600 + static_cast<double>(i), 400, 12 - static_cast<double>(i)));
        frame(heap);
        QVERIFY(h.placer.rectOf(12) && !h.placer.rectOf(1)); // 12 is the brightest
        const PixelRect before = *h.placer.rectOf(12);
        for (auto& r : heap) r.anchor += Eigen::Vector2d(5, -3);
        frame(heap);
        const PixelRect after = *h.placer.rectOf(12);
        QVERIFY(std::abs(after.x - before.x - 5) < 1e-9 && std::abs(after.y - before.y + 3) < 1e-9);
        // While panning, a newcomer does not take the place of a name that stands, however bright it is.
        LabelRequest bright = request(99, heap.back().anchor.x() - 2, heap.back().anchor.y(), -5);
        auto with = heap;
        with.push_back(bright);
        frame(with);
        QVERIFY(h.placer.rectOf(12) && h.placer.rectOf(12)->x == after.x);
        // While zooming, the brightest comes first again.
        frame(with, true);
        frame(with, true);
        QVERIFY(h.placer.rectOf(99));
    }
    void reservedPlacesStayFree()
    {
        FrameHolder h;
        h.cache.beginFrame(1);
        h.placer.begin();
        h.placer.reserve({0, 0, 1280, 800});
        h.placer.request(request(1, 600, 400, 1));
        Drawing out;
        h.placer.place(h.input(), out);
        QCOMPARE(h.placer.placedCount(), size_t{0});
    }
    void aNameThatGoesUnderSomethingKeepsItsPlace()
    {
        FrameHolder h;
        const PixelRect tools{700, 200, 40, 400};
        double x = 500;
        const auto frame = [&](double step) {
            h.cache.beginFrame(1);
            h.placer.begin();
            h.placer.reserve(tools);
            h.now += 400; // fades are over
            x += step;
            h.still = step != 0 ? 0 : h.still + 400;
            h.placer.request(request(1, x, 400, 1));
            Drawing out;
            h.placer.place(h.input(), out);
            return !out.texts().empty() && out.texts()[0].run.opacity > 0;
        };
        QVERIFY(frame(0));
        const double off = h.placer.rectOf(1)->x - x;
        bool went = false, came = false;
        for (int i = 0; i < 60; ++i) { // carried right through
            const bool seen = frame(5);
            const PixelRect* r = h.placer.rectOf(1);
            QVERIFY2(r && std::abs(r->x - x - off) < 1e-9, qPrintable(QString::number(x))); // it never hops to the other side
            const bool under = overlap(*r, {tools.x + 12, tools.y, tools.w - 24, tools.h});
            if (under) QVERIFY2(!seen, qPrintable(QString::number(x)));
            went |= under;
            came |= went && seen;
        }
        QVERIFY(went && came);
        // It comes to rest under it: another side is looked for, or none.
        while (!overlap(*h.placer.rectOf(1), tools)) frame(-3);
        QVERIFY(h.placer.fading()); // asks for frames until it rests
        frame(0);
        frame(0);
        QVERIFY(!h.placer.rectOf(1) || !overlap(*h.placer.rectOf(1), tools));
        QVERIFY(!h.placer.fading() || h.placer.rectOf(1));
    }
    /// The directions and the scale are those of the middle, wherever a card makes them stand.
    void compassAndScaleBarTellOfTheMiddle()
    {
        FrameHolder h;
        h.document.view = at(266, -29, 96).withSize(1280, 800);
        h.cache.beginFrame(1);
        const FrameInput frame = h.input();
        FrameInput foot = frame;
        foot.free = {476, 0, 804, 800};
        const Eigen::Vector2d middle(640, 400);
        const auto sizes = [&](const FrameInput& where) {
            std::vector<PixelRect> taken;
            Drawing out;
            addScaleBar(where, {true, 760, middle}, out, taken);
            return taken.at(0).w;
        };
        QCOMPARE(sizes(foot), sizes(frame));
        const auto arrows = compassArrows(h.document.view, middle);
        QVERIFY(arrows && std::abs(arrows->north.x()) < 1e-9 && arrows->north.y() < 0);
    }
    void compassAndScaleBarGoWhereThereIsRoom()
    {
        FrameHolder h;
        h.document.view = at(266, -29, 20).withSize(1280, 800);
        h.cache.beginFrame(1);
        const FrameInput frame = h.input();
        const std::vector<PixelRect> card{{16, 400, 452, 384}}, elsewhere{{1200, 300, 40, 200}};
        QVERIFY(cornerTaken(frame, card));
        QVERIFY(!cornerTaken(frame, elsewhere) && !cornerTaken(frame, {}));
        // Along the foot, from the sides; what lies in the middle of the side is not in the way, and little room is no room.
        const PixelRect all = frame.free;
        QCOMPARE(footArea(all, {}, 60), all);
        QCOMPARE(footArea(all, elsewhere, 60), all);
        QCOMPARE(footArea(all, card, 60), (PixelRect{476, 0, 804, 800}));
        QCOMPARE(footArea(all, std::vector<PixelRect>{{956, 8, 316, 784}}, 60), (PixelRect{0, 0, 948, 800}));
        QCOMPARE(footArea(all, elsewhere, 350), (PixelRect{0, 0, 1192, 800})); // a higher strip meets the tools
        QCOMPARE(footArea(all, std::vector<PixelRect>{{0, 8, 600, 784}, {700, 8, 500, 784}}, 60), all);
        for (const bool right : {false, true}) {
            std::vector<PixelRect> taken;
            Drawing out;
            const Eigen::Vector2d middle(640, 400);
            addCompass(frame, {right, 760, middle}, out, taken);
            addScaleBar(frame, {right, 760, middle}, out, taken);
            QCOMPARE(taken.size(), size_t{2});
            QVERIFY(!overlap(taken[0], taken[1]));
            for (const PixelRect& r : taken) {
                QVERIFY(r.y + r.h <= 760 && (right ? r.x > 640 && r.x + r.w <= 1280 : r.x >= 0 && r.x + r.w < 640));
                QVERIFY(!right || !overlap(r, card[0]));
            }
        }
    }
};

QTEST_APPLESS_MAIN(TestOverlays)
#include "test_overlays.moc"
