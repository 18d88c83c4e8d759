// The small pictures of surveys in lists.
#include <QtTest>

#include <fstream>

#include "tests/support/synthetic_hips.h"
#include "tests/support/test_data.h"
#include "hips/preview.h"
#include "hips/tile_source.h"

using namespace firmament;
using namespace firmament::hips;
using firmament::testing::SyntheticHips;

namespace {

constexpr int kSide = 44;

const uint8_t* at(const RasterImage& image, int x, int y) { return image.data() + 4 * (y * image.width + x); }

bool isColour(const uint8_t* p, const std::array<uint8_t, 3>& c)
{
    return std::abs(p[0] - c[0]) <= 2 && std::abs(p[1] - c[1]) <= 2 && std::abs(p[2] - c[2]) <= 2 && p[3] == 255;
}

} // namespace

class TestPreview : public QObject {
    Q_OBJECT
    QTemporaryDir home_;
    std::filesystem::path folder(const char* name) const { return std::filesystem::path(home_.path().toStdString()) / name; }

private slots:
    void theMiddleSquareOfAPicture()
    {
        std::vector<uint8_t> rgba; // 90 x 30: red, green, blue squares
        for (int y = 0; y < 30; ++y)
            for (int x = 0; x < 90; ++x) {
                const uint8_t one[] = {uint8_t(x < 30 ? 255 : 0), uint8_t(x >= 30 && x < 60 ? 255 : 0), uint8_t(x >= 60 ? 255 : 0), 255};
                rgba.insert(rgba.end(), one, one + 4);
            }
        const auto picture = previewOfPicture(*encodePng(rgba.data(), 90, 30), kSide);
        QVERIFY(picture);
        QCOMPARE(picture->width, kSide);
        for (const auto& [x, y] : {std::pair{0, 0}, {kSide - 1, 0}, {kSide / 2, kSide / 2}, {kSide - 1, kSide - 1}})
            QVERIFY(isColour(at(*picture, x, y), {0, 255, 0}));
        QVERIFY(!previewOfPicture(asBytes("no picture"), kSide));
    }
    void tilesOfAFolder()
    {
        const SyntheticHips tree{.folder = folder("tiles"), .orderMin = 0, .orderMax = 2, .width = 64, .extra = "moc_sky_fraction = 1"};
        tree.writePictures();
        const auto open = openLocalSurvey(tree.folder.string(), {}, {});
        QVERIFY(open);
        const PreviewSpot spot = previewSpot(open->info, nullptr);
        QVERIFY(sky::separation(spot.centre, sky::rotation(sky::Frame::Galactic, sky::Frame::Icrs) * sky::Dir::UnitX()).arcsec() < 1);
        const auto picture = localPreview(tree.folder, open->info, nullptr, kSide);
        QVERIFY(picture);
        bool known = false; // the colour of the cell at the centre, of one of the orders
        for (int order = 0; order <= 2; ++order) known |= isColour(at(*picture, kSide / 2, kSide / 2), SyntheticHips::colourOf(sky::cellAt(spot.centre, order)));
        QVERIFY(known);
    }
    void aSmallSurveyShowsItsPlace()
    {
        const sky::Cell only{2, 77};
        SyntheticHips tree{.folder = folder("small"), .orderMin = 2, .orderMax = 2, .width = 64};
        tree.has = [&](sky::Cell c) { return c == only; };
        tree.writePictures();
        const auto open = openLocalSurvey(tree.folder.string(), {}, {});
        QVERIFY(open);
        const auto picture = localPreview(tree.folder, open->info, open->coverage.get(), kSide);
        QVERIFY(picture);
        QVERIFY(isColour(at(*picture, kSide / 2, kSide / 2), SyntheticHips::colourOf(only)));
    }
    void valuesAreCut()
    {
        const SyntheticHips tree{.folder = folder("values"), .orderMin = 0, .orderMax = 1, .width = 32, .extra = "moc_sky_fraction = 1"};
        tree.writeValues([](sky::Cell, int i) { return static_cast<float>(i % 32); });
        const auto open = openLocalSurvey(tree.folder.string(), {}, {});
        QVERIFY(open);
        const auto picture = localPreview(tree.folder, open->info, nullptr, kSide);
        QVERIFY(picture);
        int dark = 255, bright = 0;
        for (int i = 0; i < kSide * kSide; ++i) {
            dark = std::min<int>(dark, at(*picture, i % kSide, i / kSide)[0]);
            bright = std::max<int>(bright, at(*picture, i % kSide, i / kSide)[0]);
        }
        QVERIFY(dark < 20 && bright > 235);
    }
    void nothingToShow()
    {
        std::filesystem::create_directories(folder("empty"));
        QVERIFY(!localPreview(folder("empty"), SurveyInfo{}, nullptr, kSide));
        QVERIFY(!previewOfAllsky(asBytes("<html>"), 3, SurveyInfo{}, nullptr, kSide));
    }
    void realTrees_data()
    {
        QTest::addColumn<QString>("name");
        for (const char* name : {"AKARI-FIS-Color", "CDS_P_DSS2_color", "CFHT_StephansQuintet", "DSS2Red", "FermiColor", "JWST_MIRI", "Planck-HFI143",
                                 "hipsgen_2MASS_K_GC", "stellarium_milkyway", "stellarium_moon"})
            QTest::newRow(name) << QString::fromLatin1(name);
    }
    void realTrees()
    {
        QFETCH(QString, name);
        const auto tree = firmament::testing::sharedData("hips/" + name.toStdString());
        if (!tree) QSKIP(firmament::testing::kNoSharedData);
        const auto open = openLocalSurvey(tree->string(), {}, {});
        QVERIFY(open);
        const auto picture = localPreview(*tree, open->info, open->coverage.get(), 88);
        QVERIFY2(picture.has_value(), picture ? "" : picture.error().text().c_str());
        int bright = 0;
        for (int i = 0; i < 88 * 88; ++i) bright += at(*picture, i % 88, i / 88)[1] > 12;
        QVERIFY2(bright > 88, qPrintable(QString::number(bright)));
        if (qEnvironmentVariableIsSet("FIRMAMENT_KEEP_PICTURES")) { // to be looked at
            const auto png = encodePng(picture->data(), 88, 88);
            std::ofstream(qEnvironmentVariable("FIRMAMENT_KEEP_PICTURES").toStdString() + "/" + name.toStdString() + ".png", std::ios::binary)
                .write(reinterpret_cast<const char*>(png->data()), static_cast<std::streamsize>(png->size()));
        }
    }
};

QTEST_GUILESS_MAIN(TestPreview)
#include "test_preview.moc"
