// Tiles of the orders that a survey lacks, made of those that it has.
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

#include "hips/coverage.h"
#include "hips/overview_source.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::hips;
using sky::Cell;
using testing::SyntheticHips;

namespace {

/// What load() answers, on executors that run at once.
Expected<TilePtr> tileOf(TileSource& source, Cell cell)
{
    std::optional<Expected<TilePtr>> answer;
    const Pending pending = source.load(cell, Priority::Normal, 0, [&](Expected<TilePtr> t) { answer = std::move(t); });
    return answer ? *answer : Expected<TilePtr>(Error{Errc::Timeout, "no answer", {}});
}

/// The texel of the made tile that holds the middle of a descendant.
size_t texelOf(const TileImage& tile, Cell made, Cell descendant)
{
    const sky::SubRect r = sky::within(descendant, made);
    const auto at = [&](double v) { return static_cast<size_t>((v + r.size / 2) * tile.width); };
    return at(r.x) * static_cast<size_t>(tile.width) + at(r.y);
}

} // namespace

class TestOverviewSource : public QObject {
    Q_OBJECT
    InlineExecutor now_;
    QTemporaryDir dir_;

    std::string folder(const char* name) const { return dir_.filePath(name).toStdString(); }
    OpenSurvey open(const std::string& folder, OpenOptions options = {})
    {
        auto survey = openLocalSurvey(folder, options, {&now_, &now_, nullptr});
        if (!survey) qFatal("%s", survey.error().text().c_str());
        const Pending base = survey->source->loadBase([](Cell, TilePtr) {}, [] {});
        return std::move(*survey);
    }

private slots:
    void eachTexelComesFromItsTile()
    {
        const SyntheticHips tree{folder("three"), 3, 3, 32, "equatorial", "Three", {}, [](Cell c) { return c.pix < 200 && c.pix % 5 != 0; }};
        tree.writePictures();
        OpenSurvey survey = open(folder("three"));
        QCOMPARE(survey.source->made(), std::optional(MadeOrders{0, 0}));
        for (const Cell made : {Cell{0, 0}, Cell{1, 2}, Cell{2, 31}}) {
            const auto tile = tileOf(*survey.source, made);
            QVERIFY2(tile.has_value(), tile ? "" : tile.error().text().c_str());
            QCOMPARE((*tile)->width, 32);
            const uint64_t below = uint64_t{1} << (2 * (3 - made.order));
            for (uint64_t i = 0; i < below; ++i) {
                const Cell c{3, made.pix * below + i};
                const uint8_t* rgba = (*tile)->rgba() + texelOf(**tile, made, c) * 4;
                const auto expected = SyntheticHips::colourOf(c);
                if (c.pix % 5 == 0) QCOMPARE(int{rgba[3]}, 0);
                else QVERIFY2((std::array{rgba[0], rgba[1], rgba[2]}) == expected, qPrintable(QString::number(c.pix)));
            }
        }
        // Beside its coverage there is nothing to make, and real orders are passed on.
        QCOMPARE(tileOf(*survey.source, {0, 11}).error().code, Errc::NotFound);
        QVERIFY(tileOf(*survey.source, {3, 1}).has_value());
        QCOMPARE(tileOf(*survey.source, {3, 5}).error().code, Errc::NotFound);
    }

    void valuesAreAveraged()
    {
        const SyntheticHips tree{folder("values"), 2, 2, 32, "galactic", "Values", {}, [](Cell c) { return c.pix < 32; }};
        // Every other texel is blank: means are of the others.
        tree.writeValues([](Cell c, int i) { return i % 2 ? SyntheticHips::valueOf(c) : std::nanf(""); });
        OpenSurvey survey = open(folder("values"));
        const auto tile = tileOf(*survey.source, {1, 3});
        QVERIFY(tile.has_value() && (*tile)->kind == PixelKind::Float32);
        for (uint64_t p = 12; p < 16; ++p)
            QCOMPARE((*tile)->floats()[texelOf(**tile, {1, 3}, {2, p})], SyntheticHips::valueOf({2, p}));
        QCOMPARE((*tile)->dataMin, SyntheticHips::valueOf({2, 12}));
        QCOMPARE((*tile)->dataMax, SyntheticHips::valueOf({2, 15}));
    }

    void aFewVeryDeepTiles()
    {
        // A block of 24 x 24 tiles of order 12, from (266.4, -28.9): some 20 arcmin.
        SyntheticHips tree{folder("deep"), 12, 12, 32};
        const sky::Dir centre = sky::toDir(sky::Angle::deg(266.4), sky::Angle::deg(-28.9));
        const Cell block = sky::cellAt(centre, 7);
        for (uint64_t i = 0; i < 576; ++i) tree.only.push_back({12, (block.pix << 10) + i});
        tree.writePictures();
        OpenSurvey survey = open(folder("deep"));
        QCOMPARE(survey.source->made(), std::optional(MadeOrders{0, 0}));
        QVERIFY(survey.coverage && survey.info.skyFraction && *survey.info.skyFraction < 1e-5);
        // It says where it is.
        QVERIFY(survey.info.initialRa && survey.info.initialDec && survey.info.initialFov);
        const sky::Dir aim = sky::toDir(sky::Angle::deg(*survey.info.initialRa), sky::Angle::deg(*survey.info.initialDec));
        QVERIFY(survey.coverage->contains(aim));
        QVERIFY(*survey.info.initialFov > 0.3 && *survey.info.initialFov < 1.5);
        // From anywhere above it something is drawn there, and nothing beside it; no tile costs more than 64 others.
        for (const int order : {0, 3, 6, 7, 9, 11}) {
            const Cell made = order < 7 ? block.parent(7 - order) : Cell{static_cast<uint8_t>(order), block.pix << (2 * (order - 7))};
            const uint64_t before = survey.source->stats().requested;
            const auto tile = tileOf(*survey.source, made);
            QVERIFY2(tile.has_value(), qPrintable(QString::number(order)));
            QVERIFY(survey.source->stats().requested - before <= OverviewSource::kMostTiles);
            size_t seen = 0;
            for (size_t i = 0; i < 32 * 32; ++i) seen += (*tile)->rgba()[i * 4 + 3] == 255;
            QVERIFY2(seen >= 1, qPrintable(QString::number(order)));
            if (order == 6) QVERIFY2(seen > 120 && seen < 160, qPrintable(QString::number(seen))); // 576 of 4096 cells: 144 of 1024
            if (order == 9) QCOMPARE(seen, size_t{1024});
        }
    }

    void largeFoldersAreListedInTheBackground()
    {
        SyntheticHips tree{folder("listed"), 6, 6, 32};
        for (uint64_t i = 0; i < 60; ++i) tree.only.push_back({6, 1000 + i});
        tree.writePictures();
        OpenOptions few;
        few.mostListed = 50;
        OpenSurvey cut = open(folder("listed"), few);
        QVERIFY(cut.listingCutShort && !cut.coverage);
        QCOMPARE(cut.source->made(), std::optional(MadeOrders{3, 3})); // 64 tiles a cell, whether there or not
        std::optional<Expected<OpenSurvey>> whole;
        const Pending pending = openSurvey(folder("listed"), few, {&now_, &now_, nullptr}, [&](Expected<OpenSurvey> s) { whole = std::move(s); });
        QVERIFY(whole && whole->has_value() && !(*whole)->listingCutShort && (*whole)->coverage);
    }

    void notWhereThereIsEnough()
    {
        const SyntheticHips tree{folder("enough"), 0, 2, 32};
        tree.writePictures();
        QCOMPARE(open(folder("enough")).source->made(), std::nullopt);
    }

    void cancelledOnesNeverCall()
    {
        const SyntheticHips tree{folder("cancel"), 2, 2, 32};
        tree.writePictures();
        QueueExecutor ui;
        auto survey = openLocalSurvey(folder("cancel"), {}, {&ui, &now_, nullptr});
        QVERIFY(survey.has_value());
        int calls = 0;
        {
            const Pending pending = survey->source->load({0, 3}, Priority::Normal, 0, [&](Expected<TilePtr>) { ++calls; });
        }
        ui.drain();
        QCOMPARE(calls, 0);
        const Pending kept = survey->source->load({0, 3}, Priority::Normal, 0, [&](Expected<TilePtr>) { ++calls; });
        survey->source.reset(); // the answer may come after its source has gone, or never; it must not crash
        ui.drain();
        QVERIFY(calls <= 1);
    }

    void partsAreOfOneOrder()
    {
        QCOMPARE(coveredParts({0, 4}, 3, nullptr, 64).size(), size_t{64});
        QCOMPARE(coveredParts({0, 4}, 4, nullptr, 64).size(), size_t{64});
        const Cell one{12, 4567};
        const sky::Moc moc = sky::Moc::fromCells(std::vector{one});
        QCOMPARE(coveredParts(one.parent(12), 12, &moc, 64), std::vector{one});
        QVERIFY(coveredParts({0, (one.parent(12).pix + 1) % 12}, 12, &moc, 64).empty());
    }
};

QTEST_APPLESS_MAIN(TestOverviewSource)
#include "test_overview_source.moc"
