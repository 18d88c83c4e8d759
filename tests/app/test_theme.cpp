#include <QtTest>
#include <QFontDatabase>
#include <QFontMetricsF>

#include "app/text/gui_session.h"
#include "app/window/style.h"

using namespace firmament::window;

class TestTheme : public QObject {
    Q_OBJECT
private slots:
    void textHasContrast_data()
    {
        QTest::addColumn<int>("theme");
        for (ThemeName t : kThemes) QTest::newRow(qPrintable(themeWord(t))) << static_cast<int>(t);
    }
    void textHasContrast()
    {
        QFETCH(int, theme);
        const Style style(static_cast<ThemeName>(theme));
        for (const char* ground : {"panel", "windowBg"}) {
            for (const char* ink : {"text", "textDim", "textFaint", "accent", "ok", "warn", "error"}) {
                const double c = contrast(style[ink], style[ground]);
                QVERIFY2(c >= 4.5, qPrintable(QStringLiteral("%1 on %2: %3").arg(QLatin1String(ink), QLatin1String(ground)).arg(c)));
            }
        }
        QVERIFY(contrast(style["text"], style["raised"]) >= 4.5);
        QVERIFY(contrast(style["text"], style["hover"]) >= 4.5);
        QVERIFY(contrast(style["onAccent"], style["accent"]) >= 4.5);
        QVERIFY(contrast(style["canvasText"], style["canvasPill"]) >= 4.5);
    }
    void iconsAndBordersThatMeanSomethingAreSeen_data() { textHasContrast_data(); }
    void iconsAndBordersThatMeanSomethingAreSeen()
    {
        QFETCH(int, theme);
        const Style style(static_cast<ThemeName>(theme));
        for (const char* ground : {"panel", "raised", "hover", "chip"})
            for (const char* ink : {"text", "textDim", "textFaint", "accent", "ok", "warn", "error"}) {
                const double c = contrast(style[ink], style[ground]);
                QVERIFY2(c >= 3, qPrintable(QStringLiteral("%1 on %2: %3").arg(QLatin1String(ink), QLatin1String(ground)).arg(c)));
            }
        QVERIFY(contrast(style["canvasTextDim"], style["canvasPill"]) >= 3);
    }
    void touchSizeHasItsOwnMeasures()
    {
        Style style(ThemeName::Dark);
        QCOMPARE(style.size("control"), 28);
        QCOMPARE(style.size("rail"), 60);
        QCOMPARE(style.hitSlop(), 0);
        const QString usual = style.sheet();
        style.setTouch(true);
        QCOMPARE(style.size("control"), 44);
        QCOMPARE(style.size("toolButton"), 48);
        QCOMPARE(style.size("rail"), 76);
        QCOMPARE(style.size("railButtonHeight"), 60);
        QCOMPARE(style.size("tableRow"), 40);
        QCOMPARE(style.size("sliderKnob"), 24);
        QCOMPARE(style.size("panelHeader"), 48);
        QCOMPARE(style.hitSlop(), 12);
        QCOMPARE(style.box({24, 24}), QSize(44, 44));
        QCOMPARE(style.box({32, 32}), QSize(48, 48));
        QVERIFY(std::abs(style.font(TextRole::Body).pointSizeF() * 96 / 72 - 15) < 0.01);
        QVERIFY(style.sheet() != usual && style.sheet().contains(QLatin1String("font-size: 15px")));
        QVERIFY(!style.sheet().contains(QLatin1String("[[")));
    }
    void nightHasNoOtherLightThanRed()
    {
        const Style style(ThemeName::Night);
        for (const char* token : {"windowBg", "panel", "raised", "hover", "press", "text", "textDim", "accent", "selection"}) {
            const QColor c = style[token];
            QVERIFY2(c.red() >= c.green() && c.red() >= c.blue(), token);
        }
    }
    void everyMarkOfTheSheetIsFilled()
    {
        for (ThemeName t : kThemes) {
            const QString sheet = Style(t).sheet();
            QVERIFY(!sheet.isEmpty());
            QVERIFY(!sheet.contains(QLatin1String("{{")));
            QVERIFY(!sheet.contains(QLatin1String("rgba(255,0,255,"))); // the colour of unknown tokens
        }
    }
    void iconsAreTinted()
    {
        const Style style(ThemeName::Dark);
        const QImage image = style.pixmap(QStringLiteral("layers"), 16, QColor(255, 0, 0), 2).toImage();
        QCOMPARE(image.size(), QSize(32, 32));
        int inked = 0;
        for (int y = 0; y < 32; ++y)
            for (int x = 0; x < 32; ++x)
                if (const QColor c = image.pixelColor(x, y); c.alpha() > 128) {
                    ++inked;
                    QVERIFY(c.red() > 200 && c.green() < 40);
                }
        QVERIFY(inked > 20);
    }
    void digitsAndMinusHaveOneWidth()
    {
        firmament::text::registerFonts();
        QVERIFY(QFontDatabase::families().contains(QStringLiteral("Firmament Sans")));
        const Style style(ThemeName::Dark);
        for (int weight : {400, 500, 600}) {
            QFont f = style.font(TextRole::Body, weight);
            f.setPixelSize(100);
            const QFontMetricsF m(f);
            for (QChar c : QStringLiteral("123456789") + QChar(0x2212)) QVERIFY2(std::abs(m.horizontalAdvance(c) - m.horizontalAdvance(QLatin1Char('0'))) < 0.01, qPrintable(QString(c)));
        }
    }
    void contrastIsThatOfWcag()
    {
        QVERIFY(std::abs(contrast(Qt::black, Qt::white) - 21) < 1e-9);
        QVERIFY(std::abs(contrast(QColor(0x77, 0x77, 0x77), Qt::white) - 4.48) < 0.01);
    }
};

QTEST_MAIN(TestTheme)
#include "test_theme.moc"
