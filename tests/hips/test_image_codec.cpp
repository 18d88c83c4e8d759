#include <QTest>

#include <cstring>
#include <random>

#include "core/files.h"
#include "hips/image_codec.h"
#include "tests/support/test_data.h"

using namespace firmament;
using namespace firmament::hips;

namespace {

std::vector<uint8_t> gradient(int w, int h, bool alpha)
{
    std::vector<uint8_t> p(static_cast<size_t>(w) * static_cast<size_t>(h) * 4);
    for (int y = 0; y < h; ++y)
        for (int x = 0; x < w; ++x) {
            uint8_t* q = &p[static_cast<size_t>(y * w + x) * 4];
            q[0] = static_cast<uint8_t>(x * 255 / w);
            q[1] = static_cast<uint8_t>(y * 255 / h);
            q[2] = 77;
            q[3] = alpha ? static_cast<uint8_t>((x + y) * 255 / (w + h)) : uint8_t{255};
            if (alpha)
                for (int c = 0; c < 3; ++c) q[c] = static_cast<uint8_t>(q[c] * q[3] / 255);
        }
    return p;
}

int worst(const uint8_t* a, const uint8_t* b, size_t n)
{
    int m = 0;
    for (size_t i = 0; i < n; ++i) m = std::max(m, std::abs(int{a[i]} - int{b[i]}));
    return m;
}

} // namespace

class TestImageCodec : public QObject {
    Q_OBJECT
private slots:
    void roundTrips()
    {
        for (bool alpha : {false, true}) {
            const auto px = gradient(97, 64, alpha);
            auto png = encodePng(px.data(), 97, 64);
            QVERIFY(png);
            QCOMPARE(sniffImage(*png), ImageKind::Png);
            auto back = decodeImage(*png);
            QVERIFY(back);
            QCOMPARE(back->width, 97);
            QCOMPARE(back->height, 64);
            QCOMPARE(back->opaque, !alpha);
            QVERIFY(worst(back->data(), px.data(), px.size()) <= (alpha ? 1 : 0));
            auto webp = encodeWebp(px.data(), 97, 64, 101);
            QVERIFY(webp);
            auto back2 = decodeImage(*webp);
            QVERIFY(back2);
            QVERIFY(worst(back2->data(), px.data(), px.size()) <= (alpha ? 1 : 0));
            auto lossy = encodeWebp(px.data(), 97, 64, 90);
            QVERIFY(lossy && decodeImage(*lossy));
        }
        const auto px = gradient(97, 64, false);
        auto jpeg = encodeJpeg(px.data(), 97, 64, 95);
        QVERIFY(jpeg);
        auto back = decodeImage(*jpeg);
        QVERIFY(back);
        QVERIFY(back->opaque);
        QVERIFY(worst(back->data(), px.data(), px.size()) <= 6);
        auto size = imageSize(*jpeg);
        QVERIFY(size);
        QCOMPARE(size->width, 97);
        QVERIFY(size->rgba.empty());
    }

    void cutShortIsAnError()
    {
        const auto px = gradient(128, 128, false);
        for (const auto& full : {encodePng(px.data(), 128, 128), encodeJpeg(px.data(), 128, 128), encodeWebp(px.data(), 128, 128)}) {
            QVERIFY(full);
            for (size_t keep : {size_t{0}, size_t{3}, size_t{20}, full->size() / 2, full->size() * 9 / 10}) {
                const auto cut = decodeImage(ByteView(full->data(), keep));
                QVERIFY2(!cut, qPrintable(QString::number(keep)));
                QVERIFY(!cut.error().what.empty());
            }
        }
    }

    void damagedNeverCrashes()
    {
        const auto px = gradient(64, 64, true);
        std::mt19937 random(1);
        for (auto full : {encodePng(px.data(), 64, 64), encodeJpeg(px.data(), 64, 64), encodeWebp(px.data(), 64, 64)}) {
            for (int i = 0; i < 300; ++i) {
                Bytes b = *full;
                for (int k = 0; k < 4; ++k) b[random() % b.size()] = static_cast<std::byte>(random() & 255);
                (void)decodeImage(b);
            }
        }
    }

    void htmlIsNamed()
    {
        const auto r = decodeImage(asBytes("\n<!DOCTYPE html><html>404</html>"));
        QVERIFY(!r);
        QVERIFY(r.error().what.find("HTML") != std::string::npos);
    }

    void limits()
    {
        const auto px = gradient(64, 64, false);
        auto png = encodePng(px.data(), 64, 64);
        QVERIFY(!decodeImage(*png, {32, 1u << 20}));
        QVERIFY(!decodeImage(*png, {64, 4095}));
        QVERIFY(decodeImage(*png, {64, 4096}));
        QVERIFY(!encodePng(nullptr, 3, 3));
        QVERIFY(!encodePng(px.data(), 0, 3));
    }

    void realTiles()
    {
        const char* files[] = {"hips/DSS2Red/Norder3/Dir0/Npix448.jpg", "hips/AKARI-FIS-Color/Norder3/Dir0/Npix454.png",
                               "hips/stellarium_milkyway/Norder0/Dir0/Npix2.webp"};
        for (const char* f : files) {
            const auto path = testing::sharedData(f);
            if (!path) QSKIP(testing::kNoSharedData);
            auto bytes = readFile(*path);
            QVERIFY(bytes);
            auto image = decodeImage(*bytes);
            QVERIFY2(image.has_value(), f);
            QCOMPARE(image->width, 512);
            QCOMPARE(image->height, 512);
        }
    }
};

QTEST_APPLESS_MAIN(TestImageCodec)
#include "test_image_codec.moc"
