#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <cstring>
#include <fstream>

#include "core/files.h"
#include "fits/moc_fits.h"
#include "fits/write.h"
#include "hips/coverage.h"
#include "hips/image_codec.h"
#include "hips/tile_decode.h"
#include "hips/tile_source.h"
#include "tests/support/double_tile.h"
#include "tests/support/test_data.h"

using namespace firmament;
using namespace firmament::hips;

namespace {

struct Env {
    InlineExecutor both;
    SurveyEnvironment environment{&both, &both, nullptr};
};

Expected<TilePtr> tileOf(TileSource& source, sky::Cell cell)
{
    Expected<TilePtr> got = Error{};
    const Pending p = source.load(cell, Priority::Normal, 0, [&](Expected<TilePtr> t) { got = std::move(t); });
    return got;
}

/// A tile whose every pixel tells where it is: red = x / 4, green = y / 4 of the cell.
Bytes positionPng(int w)
{
    std::vector<uint8_t> px(static_cast<size_t>(w * w) * 4);
    for (int row = 0; row < w; ++row)
        for (int col = 0; col < w; ++col) {
            uint8_t* p = &px[static_cast<size_t>(row * w + col) * 4];
            p[0] = static_cast<uint8_t>(row * 4); // x grows from the top
            p[1] = static_cast<uint8_t>(col * 4); // y grows to the right
            p[3] = 255;
        }
    return *encodePng(px.data(), w, w);
}

class Tree {
public:
    std::filesystem::path root() const { return folder_.path().toStdString(); }
    void write(const std::string& path, ByteView bytes) const
    {
        std::filesystem::create_directories((root() / path).parent_path());
        QVERIFY(writeFileWhole(root() / path, bytes));
    }
    void write(const std::string& path, const std::string& text) const { write(path, asBytes(text)); }
    OpenSurvey open(Env& env, std::optional<TileFormat> f = {}) const
    {
        auto r = openLocalSurvey(root().string(), {f, 0}, env.environment);
        if (!r) qFatal("%s", r.error().text().c_str());
        return std::move(*r);
    }

private:
    QTemporaryDir folder_;
};

} // namespace

class TestLocalSurvey : public QObject {
    Q_OBJECT
private slots:
    void valuesWithMoreDigitsAreReadFromTheFile()
    {
        Tree t;
        t.write("properties", std::string("hips_order = 0\nhips_frame = galactic\nhips_tile_format = fits\nhips_tile_width = 4\nobs_title = X\n"));
        const auto value = [](int column, int row) { return column == 3 && row == 3 ? std::nan("") : 1234567890.125 + 100 * row + column; };
        t.write("Norder0/Dir0/Npix4.fits", testing::doubleTile(4, value));
        const std::vector<float> floats(16, 0.25f);
        t.write("Norder0/Dir0/Npix5.fits", *fits::writeFitsImage(std::span<const float>(floats), 4, 4, {}));
        Env env;
        OpenSurvey s = t.open(env);
        const auto exact = [&](uint64_t pix, int column, int row) {
            Expected<double> got = Error{};
            const Pending p = s.source->exactValue({0, pix}, 4, column, row, [&](Expected<double> v) { got = std::move(v); });
            return got;
        };
        const auto tile = tileOf(*s.source, {0, 4});
        QVERIFY(tile && (*tile)->rounded);
        for (int row = 0; row < 4; ++row)
            for (int column = 0; column < 4; ++column) {
                const double is = value(column, 3 - row); // the file's first row is the bottom one
                const float kept = (*tile)->floats()[row * 4 + column];
                const auto read = exact(4, column, row);
                QVERIFY(read);
                if (std::isnan(is)) {
                    QVERIFY(std::isnan(kept) && std::isnan(*read));
                    continue;
                }
                QCOMPARE(kept, static_cast<float>(is));
                QVERIFY(static_cast<double>(kept) != is);
                QVERIFY(*read == is);
            }
        QVERIFY(!(*tileOf(*s.source, {0, 5}))->rounded);
        QCOMPARE(exact(6, 0, 0).error().code, Errc::NotFound);
        QCOMPARE(exact(4, 4, 0).error().code, Errc::Usage);
    }
    void propertiesAndTiles()
    {
        Tree t;
        t.write("properties", std::string("hips_order = 1\nhips_frame = galactic\nhips_tile_format = png\nhips_tile_width = 64\nobs_title = X\n"));
        t.write("Norder0/Dir0/Npix4.png", positionPng(64));
        t.write("Norder1/Dir0/Npix17.png", positionPng(64));
        Env env;
        OpenSurvey s = t.open(env);
        QVERIFY2(s.warnings.empty(), s.warnings.empty() ? "" : s.warnings[0].c_str());
        QCOMPARE(s.info.title, std::string("X"));
        QCOMPARE(s.info.orderMin, 0);
        QCOMPARE(s.info.orderMax, 1);
        const auto tile = tileOf(*s.source, {1, 17});
        QVERIFY(tile);
        QCOMPARE((*tile)->width, 64);
        QCOMPARE(int{(*tile)->rgba()[(5 * 64 + 9) * 4]}, 20);
        QCOMPARE(int{(*tile)->rgba()[(5 * 64 + 9) * 4 + 1]}, 36);
        const auto none = tileOf(*s.source, {1, 18});
        QVERIFY(!none);
        QCOMPARE(none.error().code, Errc::NotFound);
        QCOMPARE(s.source->stats().ok, uint64_t{1});
        QCOMPARE(s.source->stats().missing, uint64_t{1});
        std::vector<sky::Cell> base;
        bool ended = false;
        const Pending p = s.source->loadBase([&](sky::Cell c, TilePtr) { base.push_back(c); }, [&] { ended = true; });
        QCOMPARE(base, (std::vector<sky::Cell>{{0, 4}}));
        QVERIFY(ended);
    }

    void theBestRankedIsReadFirst()
    {
        Tree t;
        t.write("properties", std::string("hips_order = 3\nhips_frame = equatorial\nhips_tile_format = png\nhips_tile_width = 64\n"));
        for (uint64_t p = 0; p < 6; ++p) t.write(tilePath({3, p}, TileFormat::Png), positionPng(64));
        QueueExecutor ui, work;
        auto s = openLocalSurvey(t.root().string(), {}, {&ui, &work, nullptr});
        QVERIFY(s);
        std::vector<uint64_t> order;
        std::vector<Pending> pending;
        const auto ask = [&](uint64_t pix, Priority p, float d) {
            pending.push_back(s->source->load({3, pix}, p, d, [&order, pix](Expected<TilePtr> tile) {
                QVERIFY(tile);
                order.push_back(pix);
            }));
        };
        ask(0, Priority::Prefetch, 0);
        ask(1, Priority::Normal, 3);
        ask(2, Priority::Normal, 1);
        ask(3, Priority::Urgent, 9);
        ask(4, Priority::Normal, 2);
        ask(5, Priority::Normal, 0);
        pending[1].reprioritise(Priority::Urgent, 1);
        pending[4].reset();
        work.drain();
        ui.drain();
        QCOMPARE(order, (std::vector<uint64_t>{1, 3, 5, 2, 0}));
    }

    void manyAtOnceOnThePool()
    {
        Tree t;
        t.write("properties", std::string("hips_order = 3\nhips_frame = equatorial\nhips_tile_format = png\nhips_tile_width = 64\n"));
        for (uint64_t p = 0; p < 40; ++p) t.write(tilePath({3, p}, TileFormat::Png), positionPng(64));
        QueueExecutor ui;
        WorkPool work(3);
        auto s = openLocalSurvey(t.root().string(), {}, {&ui, &work, nullptr});
        QVERIFY(s);
        int came = 0, missing = 0;
        std::vector<Pending> kept;
        for (uint64_t p = 0; p < 60; ++p) {
            Pending one = s->source->load({3, p}, Priority::Normal, static_cast<float>(p), [&](Expected<TilePtr> tile) { ++(tile ? came : missing); });
            if (p % 4 != 3) kept.push_back(std::move(one)); // every fourth is given up at once
        }
        while (came + missing < 45) ui.waitAndDrain(std::chrono::milliseconds(1000));
        QCOMPARE(came, 30);
        QCOMPARE(missing, 15);
        // The source may go while jobs of it are still waiting.
        for (uint64_t p = 0; p < 30; ++p) kept.push_back(s->source->load({3, p}, Priority::Normal, 0, [&](Expected<TilePtr>) { ++came; }));
        kept.clear();
        s->source.reset();
        ui.drain();
        QCOMPARE(came, 30);
    }

    void fitsLiesAsPngDoes()
    {
        // HiPS 1.0: file row of FITS = width - 1 - x, column = y.
        const int w = 32;
        std::vector<float> v(w * w);
        for (int x = 0; x < w; ++x)
            for (int y = 0; y < w; ++y) v[static_cast<size_t>((w - 1 - x) * w + y)] = static_cast<float>(1000 * x + y);
        const auto file = fits::writeFitsImage(v, w, w, {});
        QVERIFY(file);
        const auto tile = decodeTile(*file);
        QVERIFY(tile);
        QCOMPARE((*tile)->kind, PixelKind::Float32);
        for (int x : {0, 3, 31})
            for (int y : {0, 7, 31}) QCOMPARE((*tile)->floats()[x * w + y], static_cast<float>(1000 * x + y));
        QCOMPARE((*tile)->dataMin, 0.0f);
        QCOMPARE((*tile)->dataMax, 31031.0f);
    }

    /// HiPS 1.0 cubes: a tile for each channel, "_z" in its name but for the first.
    void channelsOfACube()
    {
        Env env;
        Tree tree;
        tree.write("properties", "hips_order = 0\nhips_tile_width = 16\nhips_tile_format = png fits\nhips_frame = galactic\n"
                                 "dataproduct_type = cube\nhips_cube_depth = 3\n");
        for (int z = 0; z < 3; ++z) {
            const std::string name = "Norder0/Dir0/Npix5" + (z ? "_" + std::to_string(z) : std::string());
            std::vector<uint8_t> grey(16 * 16 * 4, 255);
            for (size_t i = 0; i < grey.size(); i += 4) grey[i] = static_cast<uint8_t>(50 * z);
            tree.write(name + ".png", *encodePng(grey.data(), 16, 16));
            const std::vector<float> values(256, static_cast<float>(z) + 0.5f);
            tree.write(name + ".fits", *fits::writeFitsImage(std::span<const float>(values), 16, 16, {}));
        }
        for (const TileFormat format : {TileFormat::Png, TileFormat::Fits})
            for (int z = 0; z < 3; ++z) {
                const auto survey = openLocalSurvey(tree.root().string(), {format, z}, env.environment);
                QVERIFY(survey && survey->info.kind == SurveyKind::Cube && survey->info.cubeDepth == 3);
                const auto tile = tileOf(*survey->source, {0, 5});
                QVERIFY(tile);
                if (format == TileFormat::Png) QCOMPARE(int{(*tile)->rgba()[0]}, 50 * z);
                else QCOMPARE((*tile)->floats()[100], static_cast<float>(z) + 0.5f);
            }
    }

    void otherSizesAreScaled()
    {
        const auto small = decodeTile(positionPng(32), 64);
        QVERIFY(small);
        QCOMPARE((*small)->width, 64);
        QCOMPARE(int{(*small)->rgba()[(10 * 64 + 7) * 4]}, 20);
        QCOMPARE(int{(*small)->rgba()[(10 * 64 + 7) * 4 + 1]}, 12);
        const auto large = decodeTile(positionPng(64), 32);
        QVERIFY(large);
        QCOMPARE(int{(*large)->rgba()[(3 * 32 + 5) * 4]}, 26); // mean of rows 6 and 7
        std::vector<float> wide(8 * 4, 1.0f);
        QVERIFY(!decodeTile(*fits::writeFitsImage(wide, 8, 4, {})));
    }

    void withoutProperties()
    {
        Tree t;
        for (int p = 0; p < 12; ++p) t.write(tilePath({0, static_cast<uint64_t>(p)}, TileFormat::Png), positionPng(32));
        t.write("Norder3/Dir0/Npix5.png", positionPng(32));
        Env env;
        OpenSurvey s = t.open(env);
        QVERIFY(!s.warnings.empty());
        QCOMPARE(s.info.orderMin, 0);
        QCOMPARE(s.info.orderMax, 3);
        QCOMPARE(s.info.tileWidth, 32);
        QCOMPARE(s.format, TileFormat::Png);
        QVERIFY(!openLocalSurvey((t.root() / "Norder3").string(), {}, env.environment));
        QVERIFY(!openLocalSurvey((t.root() / "nowhere").string(), {}, env.environment));
    }

    void propertiesThatAreWrong()
    {
        Tree t;
        t.write("properties", std::string("hips_order = 9\nhips_frame = equatorial\nhips_tile_format = jpeg png\nhips_tile_width=512\n"));
        t.write("Norder3/Dir0/Npix5.png", positionPng(64));
        t.write("Norder3/Dir0/Npix700.png", positionPng(64));
        Env env;
        OpenSurvey s = t.open(env, TileFormat::Jpeg);
        QCOMPARE(s.format, TileFormat::Png);
        QCOMPARE(s.info.orderMin, 3);
        QCOMPARE(s.info.orderMax, 9);
        QCOMPARE(s.info.tileWidth, 64);
        QVERIFY(s.warnings.size() >= 3);
        // One order and no mosaic: the tiles are the coverage.
        QVERIFY(s.coverage);
        QCOMPARE(s.coverage->cover({3, 5}), sky::Moc::Cover::Full);
        QCOMPARE(s.coverage->cover({3, 6}), sky::Moc::Cover::None);
        t.write("Norder3/Dir0/Npix6.png", std::string("<html>not found</html>"));
        const auto html = tileOf(*s.source, {3, 6});
        QVERIFY(!html);
        QCOMPARE(html.error().code, Errc::Parse);
        QVERIFY(html.error().text().find("HTML") != std::string::npos);
        QVERIFY(html.error().text().find("Npix6.png") != std::string::npos);
    }

    void namesInCapitals()
    {
        for (const bool all : {true, false}) {
            Tree t;
            t.write(all ? "PROPERTIES" : "Properties", std::string("hips_order = 1\nhips_frame = equatorial\nhips_tile_format = png\nhips_tile_width = 64\n"));
            t.write(all ? "NORDER1/DIR0/NPIX17.PNG" : "Norder1/Dir0/Npix17.PNG", positionPng(64));
            t.write(all ? "MOC.FITS" : "moc.fits", fits::writeMocFits(sky::Moc::fromCells(std::vector<sky::Cell>{{1, 17}}), "C"));
            Env env;
            OpenSurvey s = t.open(env);
            QVERIFY2(s.warnings.empty(), s.warnings.empty() ? "" : s.warnings[0].c_str());
            QCOMPARE(s.info.orderMin, 1);
            QVERIFY(s.coverage && s.coverage->fraction() < 0.03);
            QVERIFY(tileOf(*s.source, {1, 17}));
            QCOMPARE(tileOf(*s.source, {1, 18}).error().code, Errc::NotFound);
        }
    }

    void whichChannelIsShown()
    {
        Tree t;
        const std::string said = "hips_order = 3\nhips_frame = equatorial\nhips_tile_format = png\nhips_tile_width = 64\n";
        t.write("properties", said + "hips_cube_depth = 3\nhips_cube_firstframe = 1\n");
        const auto grey = [](uint8_t v) { return *encodePng(std::vector<uint8_t>(64 * 64 * 4, v).data(), 64, 64); };
        for (int z = 0; z < 3; ++z) t.write(tilePath({3, 5}, TileFormat::Png, z), grey(static_cast<uint8_t>(100 + z)));
        Env env;
        const auto open = [&](std::optional<int> channel) {
            OpenOptions o;
            o.channel = channel;
            return openLocalSurvey(t.root().string(), o, env.environment);
        };
        for (const auto& [asked, value] : {std::pair{std::optional<int>(), 101}, {std::optional(0), 100}, {std::optional(2), 102}}) {
            auto s = open(asked);
            QVERIFY(s);
            QCOMPARE(s->info.kind, SurveyKind::Cube);
            const auto tile = tileOf(*s->source, {3, 5});
            QVERIFY(tile);
            QCOMPARE(int{(*tile)->rgba()[0]}, value);
        }
        QCOMPARE(QString::fromStdString(open(3).error().what), QStringLiteral("has no channel 3, expected 0 to 2"));
        // What properties do not say is seen by the files.
        t.write("properties", said);
        const auto silent = open(2);
        QVERIFY2(silent.has_value(), silent ? "" : silent.error().text().c_str());
        QCOMPARE(silent->info.cubeDepth, 3);
        QVERIFY(!open(3));
        // A mosaic of one channel is none of another.
        t.write("Norder3/Allsky_1.png", grey(1));
        const auto madeOf = [&](int channel) {
            auto s = open(channel);
            const Pending p = s->source->loadBase([](sky::Cell, TilePtr) {}, [] {});
            return s->source->made();
        };
        QCOMPARE(madeOf(0), std::optional(MadeOrders{0, 0}));
        QCOMPARE(madeOf(1), std::nullopt);
    }

    void allskyMakesBaseTiles()
    {
        // Each piece of order 3 is filled with its number; it must come to where that cell lies in its base cell.
        const int w = 8, columns = 27, rows = 29;
        std::vector<uint8_t> px(static_cast<size_t>(columns * w * rows * w) * 4, 0);
        for (int i = 0; i < 768; ++i)
            for (int r = 0; r < w; ++r)
                for (int c = 0; c < w; ++c) {
                    uint8_t* p = &px[(static_cast<size_t>(i / columns * w + r) * (columns * w) + static_cast<size_t>(i % columns * w + c)) * 4];
                    p[0] = static_cast<uint8_t>(i & 255);
                    p[1] = static_cast<uint8_t>(i >> 8);
                    p[2] = static_cast<uint8_t>(r * 16 + c);
                    p[3] = 255;
                }
        const auto tiles = splitAllsky(*encodePng(px.data(), columns * w, rows * w), 3);
        QVERIFY(tiles);
        QCOMPARE(tiles->size(), size_t{12});
        for (const auto& [cell, tile] : *tiles) {
            QCOMPARE(tile->width, 64);
            for (const uint64_t sub : {0u, 1u, 2u, 21u, 42u, 63u}) {
                const sky::Cell piece{3, cell.pix * 64 + sub};
                const sky::SubRect where = sky::within(piece, cell);
                const int row = static_cast<int>(where.x * 64) + 2, column = static_cast<int>(where.y * 64) + 5;
                const uint8_t* p = tile->rgba() + (row * 64 + column) * 4;
                QCOMPARE(p[0] + 256 * p[1], static_cast<int>(piece.pix));
                QCOMPARE(int{p[2]}, 2 * 16 + 5);
            }
        }
        QVERIFY(!splitAllsky(positionPng(64), 3));
        QVERIFY(!splitAllsky(asBytes("junk"), 3));
    }

    void coverageOfAnotherFrame()
    {
        const sky::Dir centre = sky::toDir(sky::Angle::deg(83), sky::Angle::deg(-5));
        const sky::Moc icrs = sky::Moc::cone(centre, sky::Angle::deg(3), 7);
        const sky::Moc gal = mocInFrame(icrs, sky::Frame::Icrs, sky::Frame::Galactic);
        QVERIFY(gal.fraction() < 3 * icrs.fraction());
        const auto& turn = sky::rotation(sky::Frame::Icrs, sky::Frame::Galactic);
        for (const sky::Cell& c : icrs.cells())
            for (double x : {0.01, 0.5, 0.99})
                for (double y : {0.01, 0.5, 0.99}) QVERIFY(gal.contains(turn * sky::cellPoint(c, x, y)));

        SurveyInfo info;
        info.frame = sky::Frame::Galactic;
        std::vector<std::string> warnings;
        const auto asC = readCoverage(fits::writeMocFits(icrs, "C"), info, warnings);
        const auto asG = readCoverage(fits::writeMocFits(icrs, "G"), info, warnings);
        QVERIFY(asC && asG && warnings.empty());
        QVERIFY(*asC == gal);
        QVERIFY(*asG == icrs);
        QVERIFY(!readCoverage(asBytes("<html>"), info, warnings));
        QCOMPARE(warnings.size(), size_t{1});
    }

    void realTrees_data()
    {
        QTest::addColumn<QString>("name");
        QTest::addColumn<int>("lowest");
        QTest::addColumn<int>("deepest");
        QTest::addColumn<int>("width");
        QTest::addColumn<int>("frame");
        QTest::addColumn<int>("format");
        QTest::addColumn<int>("base");
        QTest::addColumn<bool>("moc");
        const auto row = [](const char* n, int lo, int hi, int w, sky::Frame f, TileFormat t, int base, bool moc) {
            QTest::newRow(n) << n << lo << hi << w << static_cast<int>(f) << static_cast<int>(t) << base << moc;
        };
        using F = sky::Frame;
        row("AKARI-FIS-Color", 3, 5, 512, F::Icrs, TileFormat::Png, 0, true);
        row("CDS_P_DSS2_color", 0, 7, 512, F::Icrs, TileFormat::Jpeg, 12, true);
        row("CFHT_StephansQuintet", 0, 5, 512, F::Icrs, TileFormat::Png, 1, true);
        row("DSS2Red", 3, 3, 512, F::Icrs, TileFormat::Jpeg, 12, false);
        row("FermiColor", 3, 3, 512, F::Icrs, TileFormat::Jpeg, 12, false);
        row("JWST_MIRI", 0, 7, 512, F::Icrs, TileFormat::Png, 1, true);
        row("Planck-HFI143", 3, 3, 256, F::Galactic, TileFormat::Jpeg, 12, false);
        row("hipsgen_2MASS_K_GC", 0, 5, 512, F::Icrs, TileFormat::Png, 1, true);
        row("stellarium_milkyway", 0, 0, 512, F::Icrs, TileFormat::Webp, 12, false);
        row("stellarium_moon", 0, 0, 512, F::Body, TileFormat::Webp, 12, false);
    }
    void realTrees()
    {
        QFETCH(QString, name);
        const auto folder = testing::sharedData("hips/" + name.toStdString());
        if (!folder) QSKIP(testing::kNoSharedData);
        Env env;
        auto opened = openLocalSurvey(folder->string(), {}, env.environment);
        QVERIFY2(opened.has_value(), opened ? "" : opened.error().text().c_str());
        OpenSurvey& s = *opened;
        QTEST(s.info.orderMin, "lowest");
        QTEST(s.info.orderMax, "deepest");
        QTEST(s.info.tileWidth, "width");
        QTEST(static_cast<int>(s.info.frame), "frame");
        QTEST(static_cast<int>(s.format), "format");
        QTEST(s.coverage != nullptr, "moc");
        int base = 0;
        const Pending p = s.source->loadBase([&](sky::Cell c, TilePtr t) {
            QVERIFY(c.order == 0 && t->width >= 64);
            ++base;
        }, [] {});
        QTEST(base, "base");
        // Every tile of every format decodes.
        int tiles = 0;
        for (const TileFormat f : s.info.formats) {
            auto again = openLocalSurvey(folder->string(), {f, 0}, env.environment);
            QVERIFY(again);
            QCOMPARE(again->format, f);
            for (const auto& e : std::filesystem::recursive_directory_iterator(*folder)) {
                const std::string file = e.path().filename().string();
                if (!file.starts_with("Npix") || e.path().extension() != std::string(".") + formatExtension(f)) continue;
                const int order = std::stoi(e.path().parent_path().parent_path().filename().string().substr(6));
                const auto tile = tileOf(*again->source, {static_cast<uint8_t>(order), std::stoull(file.substr(4))});
                QVERIFY2(tile.has_value(), (e.path().string() + (tile ? "" : ": " + tile.error().text())).c_str());
                QCOMPARE((*tile)->width, s.info.tileWidth);
                QCOMPARE((*tile)->kind, f == TileFormat::Fits ? PixelKind::Float32 : PixelKind::Rgba8);
                ++tiles;
            }
        }
        QVERIFY(tiles > 0);
    }

    void allskyAgreesWithTheTiles()
    {
        const auto folder = testing::sharedData("hips/CDS_P_DSS2_color");
        if (!folder) QSKIP(testing::kNoSharedData);
        const auto allsky = splitAllsky(*readFile(*folder / "Norder3/Allsky.jpg"), 3);
        QVERIFY(allsky);
        // Base tile 5 of the mosaic (the only one with real coverage below) and the one on disk show the same.
        const auto real = decodeTile(*readFile(*folder / "Norder3/Dir0/Npix357.jpg"), 64);
        QVERIFY(real);
        const sky::SubRect at = sky::within({3, 357}, {0, 357 / 64});
        const TilePtr& made = (*allsky)[357 / 64].second;
        double sum = 0;
        for (int y = 0; y < 64; ++y)
            for (int x = 0; x < 64; ++x)
                for (int c = 0; c < 3; ++c)
                    sum += std::abs((*real)->rgba()[(y * 64 + x) * 4 + c] -
                                    made->rgba()[((static_cast<int>(at.x * 512) + y) * 512 + static_cast<int>(at.y * 512) + x) * 4 + c]);
        QVERIFY2(sum / (64 * 64 * 3) < 8, qPrintable(QString::number(sum / (64 * 64 * 3))));
    }

    void fitsAndPngOfOneTileAgree()
    {
        const auto folder = testing::sharedData("hips/hipsgen_2MASS_K_GC");
        if (!folder) QSKIP(testing::kNoSharedData);
        for (const auto& e : std::filesystem::recursive_directory_iterator(*folder)) {
            // Only the deepest order: above it, the two are averaged each in its own way.
            if (e.path().extension() != ".fits" || e.path().string().find("Norder5") == std::string::npos) continue;
            const auto values = decodeTile(*readFile(e.path()));
            const auto colours = decodeTile(*readFile(std::filesystem::path(e.path()).replace_extension(".png")));
            QVERIFY(values && colours);
            int checked = 0, bad = 0;
            for (int i = 0; i < 512 * 512; ++i) {
                const float v = (*values)->floats()[i];
                const uint8_t* p = (*colours)->rgba() + i * 4;
                if (std::isnan(v) != (p[3] == 0)) ++bad;
                if (std::isnan(v)) continue;
                ++checked;
                const double grey = std::clamp((static_cast<double>(v) - 475.5) / (3000 - 475.5), 0.0, 1.0) * 254 + 1; // 0 is blank
                if (std::abs(grey - p[0]) > 1.1) ++bad;
            }
            QVERIFY2(checked > 800 && bad == 0, (e.path().string() + " " + std::to_string(bad) + "/" + std::to_string(checked)).c_str());
        }
    }
};

QTEST_APPLESS_MAIN(TestLocalSurvey)
#include "test_local_survey.moc"
