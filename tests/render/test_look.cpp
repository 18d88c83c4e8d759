// Words, stretches and colour maps.
#include <QtTest>

#include <cmath>

#include "render/look.h"

using namespace firmament::render;

class LookTest : public QObject {
    Q_OBJECT

private slots:
    void wordsComeBack()
    {
        for (int i = 0; i < 5; ++i) QCOMPARE(blendFromWord(word(static_cast<Blend>(i))), static_cast<Blend>(i));
        for (int i = 0; i < 6; ++i) QCOMPARE(stretchFromWord(word(static_cast<Stretch>(i))), static_cast<Stretch>(i));
        for (int i = 0; i < 12; ++i) QCOMPARE(colourMapFromWord(word(static_cast<ColourMap>(i))), static_cast<ColourMap>(i));
        for (int i = 0; i < 2; ++i) QCOMPARE(samplingFromWord(word(static_cast<Sampling>(i))), static_cast<Sampling>(i));
        QVERIFY(!blendFromWord("Normal") && !stretchFromWord("") && !colourMapFromWord("jet") && !samplingFromWord("cubic"));
        QCOMPARE(colourMapFromWord("cool-warm"), ColourMap::CoolWarm);
    }

    void stretchesAreMonotoneFromNoughtToOne()
    {
        std::array<float, 256> equalised{};
        for (size_t i = 0; i < 256; ++i) equalised[i] = static_cast<float>(std::sqrt(static_cast<double>(i) / 255));
        for (int i = 0; i < 6; ++i) {
            const auto s = static_cast<Stretch>(i);
            QVERIFY(std::abs(applyStretch(s, 0, &equalised)) < 1e-12 && std::abs(applyStretch(s, 1, &equalised) - 1) < 1e-12);
            QCOMPARE(applyStretch(s, -3, &equalised), applyStretch(s, 0, &equalised));
            QCOMPARE(applyStretch(s, 7, &equalised), applyStretch(s, 1, &equalised));
            for (int k = 0; k < 1000; ++k) QVERIFY(applyStretch(s, (k + 1) / 1000.0, &equalised) > applyStretch(s, k / 1000.0, &equalised));
        }
        QVERIFY(std::abs(applyStretch(Stretch::Log, 0.009) - 1.0 / std::log10(1001.0)) < 1e-12);
        QVERIFY(std::abs(applyStretch(Stretch::Asinh, 0.1) - std::asinh(1.0) / std::asinh(10.0)) < 1e-12);
        QVERIFY(std::abs(applyStretch(Stretch::Histogram, 0.25, &equalised) - 0.5) < 1e-3);
    }

    void mapsAreTheKnownOnes_data()
    {
        QTest::addColumn<int>("map");
        QTest::addColumn<int>("index");
        QTest::addColumn<int>("rgb");
        const auto row = [](ColourMap m, int index, int rgb) { QTest::addRow("%s %d", word(m), index) << static_cast<int>(m) << index << rgb; };
        row(ColourMap::Grey, 77, 0x4d4d4d);
        row(ColourMap::Viridis, 0, 0x440154);
        row(ColourMap::Viridis, 128, 0x21918c);
        row(ColourMap::Viridis, 255, 0xfde725);
        row(ColourMap::Magma, 14, 0x08071e);
        row(ColourMap::Magma, 42, 0x2c115f);
        row(ColourMap::Magma, 93, 0x7e2482);
        row(ColourMap::Magma, 128, 0xb73779);
        row(ColourMap::Magma, 255, 0xfcfdbf);
        row(ColourMap::Inferno, 14, 0x09061f);
        row(ColourMap::Inferno, 42, 0x320a5e);
        row(ColourMap::Inferno, 70, 0x61136e);
        row(ColourMap::Inferno, 128, 0xbc3754);
        row(ColourMap::Plasma, 128, 0xcc4778);
        row(ColourMap::Cividis, 255, 0xfee838);
        row(ColourMap::Turbo, 0, 0x30123b);
        row(ColourMap::CoolWarm, 0, 0x3b4cc0);
        row(ColourMap::CoolWarm, 255, 0xb40426);
        row(ColourMap::Heat, 0, 0x000000);
        row(ColourMap::Heat, 255, 0xffffff);
        row(ColourMap::Planck, 0, 0x0000ff);
        row(ColourMap::Cubehelix, 255, 0xffffff);
        row(ColourMap::Rainbow, 0, 0x8000ff);
    }
    void mapsAreTheKnownOnes()
    {
        QFETCH(int, map);
        QFETCH(int, index);
        QFETCH(int, rgb);
        const auto& c = colourTable(static_cast<ColourMap>(map))[static_cast<size_t>(index)];
        for (int k = 0; k < 3; ++k) {
            const double wanted = (rgb >> (16 - 8 * k)) & 255, got = 255 * static_cast<double>(c[static_cast<size_t>(k)]);
            QVERIFY2(std::abs(got - wanted) <= 2.5, qPrintable(QString("channel %1: %2, wanted %3").arg(k).arg(got).arg(wanted)));
        }
    }

    void cutsOfEveryKind()
    {
        Look look;
        look.cutLo = 3;
        look.cutHi = 5;
        const CutScale plain(look);
        QVERIFY(std::abs(4 * plain.scale + plain.offset - 0.5) < 1e-12);
        look.cutHi = 3; // a step, finite
        const CutScale step(look);
        QVERIFY(std::isfinite(step.scale) && 4 * step.scale + step.offset > 1 && 2 * step.scale + step.offset < 0);
        look.cutLo = 5; // reversed
        const CutScale reversed(look);
        QVERIFY(std::abs(3.5 * reversed.scale + reversed.offset - 0.75) < 1e-12);
    }
};

QTEST_GUILESS_MAIN(LookTest)
#include "test_look.moc"
