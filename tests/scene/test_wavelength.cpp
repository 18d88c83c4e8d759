#include <QtTest>

#include "scene/wavelength.h"

using namespace firmament;
using namespace firmament::scene;

class TestWavelength : public QObject {
    Q_OBJECT
private slots:
    void theRampHasItsBands()
    {
        for (const auto& [metres, band] : {std::pair{1e-13, 0}, {1e-9, 1}, {1.5e-7, 2}, {5.5e-7, 3}, {2.2e-6, 4}, {2.1e-5, 4}, {8.5e-4, 5}, {0.21, 6}})
            QVERIFY2(bandAt(rampOf(metres)) == band, qPrintable(QString::number(metres)));
        for (double ramp = 0; ramp <= 1; ramp += 0.01) QVERIFY(std::abs(rampOf(wavelengthAt(ramp)) - ramp) < 1e-9);
        QVERIFY(rampOf(0) == 0 && rampOf(1e9) == 1 && rampOf(-3) == 0);
    }
    void surveysTellTheirWavelength()
    {
        hips::SurveyInfo s;
        QVERIFY(!wavelengthOf(s));
        s.regime = "Infrared";
        QVERIFY(bandAt(rampOf(*wavelengthOf(s))) == 4);
        s.emMin = 2e-5;
        s.emMax = 2.2e-5;
        QVERIFY(std::abs(*wavelengthOf(s) - 2.098e-5) < 1e-8);
        s.emMin = -1;
        QVERIFY(bandAt(rampOf(*wavelengthOf(s))) == 4); // nonsense is passed over
        s.frame = sky::Frame::Body;
        QVERIFY(!wavelengthOf(s));
        hips::SurveyInfo listed;
        listed.id = "CDS/P/DSS2/color";
        QVERIFY(wavelengthOf(listed) && bandAt(rampOf(*wavelengthOf(listed))) == 3);
    }
    void wavelengthsInWords()
    {
        QCOMPARE(wavelengthText(2.13e-5), std::string("21.3 \u00b5m"));
        QCOMPARE(wavelengthText(5.5e-7), std::string("0.55 \u00b5m"));
        QCOMPARE(wavelengthText(1.1e-3), std::string("1.1 mm"));
        QCOMPARE(wavelengthText(0.21), std::string("21 cm"));
        QCOMPARE(wavelengthText(1.23984198e-9), std::string("1 keV"));
    }
    void theTwoNearestCrossFade()
    {
        // In the stack: infrared on top, optical, radio at the bottom.
        const std::vector<WaveLayer> layers{{1, 0.9, 0}, {2, 0.5, 1}, {3, 0.6, 2}};
        const auto at = [&](double ramp, LayerId id) {
            for (const auto& [layer, opacity] : fadeTo(ramp, layers))
                if (layer == id) return opacity;
            return -1.0;
        };
        QVERIFY(at(0.1, 2) == 1 && at(0.1, 3) == 0 && at(0.1, 1) == 0);
        QVERIFY(std::abs(at(0.53, 3) - 0.3) < 1e-9 && at(0.53, 2) == 1 && at(0.53, 1) == 0);
        QVERIFY(std::abs(at(0.7, 3) - 2.0 / 3) < 1e-9 && at(0.7, 1) == 1 && at(0.7, 2) == 0);
        QVERIFY(at(1, 1) == 1 && at(1, 3) == 0);
        QVERIFY(fadeTo(0.5, {}).empty());
        // The slider finds its place again.
        Document d;
        d.layers.resize(3);
        for (size_t i = 0; i < 3; ++i) d.layers[i].id = i + 1;
        for (const double ramp : {0.5, 0.53, 0.6, 0.7, 0.85, 0.9}) {
            for (const auto& [layer, opacity] : fadeTo(ramp, layers)) d.find(layer)->opacity = opacity;
            QVERIFY2(std::abs(fadePlace(d, layers) - ramp) < 1e-9, qPrintable(QString::number(ramp)));
        }
    }
};

QTEST_APPLESS_MAIN(TestWavelength)
#include "test_wavelength.moc"
