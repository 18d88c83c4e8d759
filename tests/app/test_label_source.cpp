// Text as bitmaps: letters in their ink, an outline all around them, nothing cut off.
#include <QtTest>

#include "app/text/label_source.h"

using namespace firmament;

namespace {

struct Pixel {
    int r, g, b, a;
};
Pixel at(const render::Bitmap& b, int x, int y)
{
    const uint8_t* p = &b.rgba[(static_cast<size_t>(y) * static_cast<size_t>(b.width) + static_cast<size_t>(x)) * 4];
    return {p[0], p[1], p[2], p[3]};
}

scene::TextStyle white(float halo)
{
    scene::TextStyle style;
    style.size = 20;
    style.colour = {1, 1, 1, 1};
    style.halo = halo;
    return style;
}

} // namespace

class LabelSourceTest : public QObject {
    Q_OBJECT

private slots:
    void lettersAndOutline()
    {
        text::QtLabelSource source;
        const scene::TextBitmap bare = source.text("IH", white(0), 1), outlined = source.text("IH", white(3), 1);
        QCOMPARE(bare.advance, outlined.advance);
        const int shift = (outlined.bitmap.width - bare.bitmap.width) / 2, down = static_cast<int>(outlined.baseline - bare.baseline);
        QVERIFY(shift >= 1 && down >= 1);
        int ink = 0, outline = 0;
        for (int y = 0; y < bare.bitmap.height; ++y)
            for (int x = 0; x < bare.bitmap.width; ++x) {
                const Pixel letter = at(bare.bitmap, x, y), both = at(outlined.bitmap, x + shift, y + down);
                QVERIFY(both.a >= letter.a);
                if (letter.a == 255) {
                    ++ink;
                    QCOMPARE(both.r, 255); // the outline is under the letters
                }
                if (letter.a == 0 && both.a > 60) {
                    ++outline;
                    QVERIFY(both.r < 40);
                }
            }
        QVERIFY2(ink > 20 && outline > 30, qPrintable(QString("%1 %2").arg(ink).arg(outline)));
        for (int x = 0; x < outlined.bitmap.width; ++x) QCOMPARE(at(outlined.bitmap, x, 0).a, 0); // room on every side
        for (int y = 0; y < outlined.bitmap.height; ++y) QCOMPARE(at(outlined.bitmap, 0, y).a, 0);
    }

    void inkIsPremultiplied()
    {
        text::QtLabelSource source;
        scene::TextStyle style = white(2);
        style.colour = {1, 0.5f, 0.2f, 0.4f};
        const scene::TextBitmap text = source.text("M 31", style, 2);
        for (size_t i = 0; i < text.bitmap.rgba.size(); i += 4)
            for (size_t c = 0; c < 3; ++c) QVERIFY(text.bitmap.rgba[i + c] <= text.bitmap.rgba[i + 3]);
    }

    void nothing()
    {
        text::QtLabelSource source;
        const scene::TextBitmap text = source.text("", white(3), 1);
        QCOMPARE(text.advance, 0.f);
        for (const uint8_t byte : text.bitmap.rgba) QCOMPARE(int(byte), 0);
    }
};

QTEST_APPLESS_MAIN(LabelSourceTest)
#include "test_label_source.moc"
