#include <QtTest>
#include <cstring>
#include <limits>
#include <numeric>

#include "scene/survey_cuts.h"

using namespace firmament;
using namespace firmament::scene;

namespace {

/// About normal, mean 100, sigma 10, every 50th with a bright source on it; the same numbers were given to astropy.
std::vector<float> starField()
{
    uint32_t x = 12345;
    const auto next = [&x] {
        x = (1103515245u * x + 12345u) & 0x7fffffffu;
        return x / 2147483648.0;
    };
    std::vector<float> v;
    for (int i = 0; i < 1000; ++i) {
        double g = -6;
        for (int k = 0; k < 12; ++k) g += next();
        auto value = static_cast<float>(100 + 10 * g);
        if (i % 50 == 0) value += static_cast<float>(i / 50 * 100);
        v.push_back(value);
    }
    return v;
}

SampledValues sample(std::vector<float> v)
{
    SampledValues s;
    s.pixels = v.size();
    std::sort(v.begin(), v.end());
    s.sorted = std::move(v);
    return s;
}

hips::TilePtr tile(int width, const std::vector<float>& values)
{
    auto t = std::make_shared<hips::TileImage>();
    t->kind = hips::PixelKind::Float32;
    t->width = width;
    t->pixels.resize(values.size() * sizeof(float));
    std::memcpy(t->pixels.data(), values.data(), t->pixels.size());
    return t;
}

bool close(double a, double b, double tolerance)
{
    return std::abs(a - b) <= tolerance;
}

} // namespace

class TestSurveyCuts : public QObject {
    Q_OBJECT
private slots:
    void zscaleAsAstropy()
    {
        // astropy 5.2, ZScaleInterval(n_samples=1000, contrast=0.25, max_reject=0.5, min_npixels=5, krej=2.5). It rejects
        // fewer neighbours of a bad point than IRAF does, hence one part in a hundred.
        const Cuts c = zscale(sample(starField()).sorted);
        QVERIFY2(close(c.lo, 67.400925, 0.01) && close(c.hi, 160.8676, 1.5), qPrintable(QString("%1 %2").arg(c.lo).arg(c.hi)));
        std::vector<float> ramp;
        for (int i = 0; i < 1000; ++i) ramp.push_back(static_cast<float>(i / 999.0));
        const Cuts r = zscale(ramp);
        QVERIFY(close(r.lo, 0, 1e-6) && close(r.hi, 1, 1e-6));
    }
    void rules()
    {
        const SampledValues v = sample(starField());
        hips::SurveyInfo info;
        CutRule rule;
        rule.mode = CutRule::Mode::Percentile;
        rule.percent = 99.5;
        const auto percentile = cutsFor(rule, info, v);
        QVERIFY(close(percentile->lo, 71.68604841, 1e-4) && close(percentile->hi, 1762.92638397, 1e-2)); // numpy.percentile
        rule.mode = CutRule::Mode::MinMax;
        QVERIFY(close(cutsFor(rule, info, v)->lo, 67.400925, 1e-4) && close(cutsFor(rule, info, v)->hi, 1992.9637, 1e-2));
        rule.mode = CutRule::Mode::Sigma3;
        QVERIFY(close(cutsFor(rule, info, v)->lo, 119.29972 - 3 * 156.82436, 1e-2));
        rule = {CutRule::Mode::Manual, 5, 3, 99};
        QVERIFY(cutsFor(rule, info, {})->lo == 5 && cutsFor(rule, info, {})->hi == 3); // reversed cuts are the user's will
        rule = {};
        QVERIFY(!cutsFor(rule, info, {}).has_value()); // nothing suggested, nothing seen
        QVERIFY(close(cutsFor(rule, info, v)->lo, percentile->lo, 1e-9));
        info.pixelCut = hips::Limits{-1, 2};
        QVERIFY(!needsValues(rule, info));
        QVERIFY(cutsFor(rule, info, {})->hi == 2);
    }
    void constantAndEmptyData()
    {
        const SampledValues flat = sample(std::vector<float>(100, 7.0f));
        for (const auto mode : {CutRule::Mode::Percentile, CutRule::Mode::ZScale, CutRule::Mode::MinMax, CutRule::Mode::Sigma3}) {
            CutRule rule;
            rule.mode = mode;
            const auto c = cutsFor(rule, {}, flat);
            QVERIFY(c && c->lo < 7 && c->hi > 7);
            QVERIFY(!cutsFor(rule, {}, {}).has_value());
        }
        QVERIFY(histogramOf({}, {0, 1}).bins.empty());
        const Histogram h = histogramOf(flat, {6, 8});
        QVERIFY(h.lo <= 6 && h.hi >= 8);
    }
    void samplesOnlyWhatIsSeen()
    {
        const int n = 8;
        std::vector<float> values;
        for (int i = 0; i < n * n; ++i) values.push_back(static_cast<float>(i));
        values[9] = std::numeric_limits<float>::quiet_NaN();
        const auto t = tile(n, values);
        // x of the cell counts rows, y columns (hips/tile.h): x in [0.5, 1), y in [0, 0.5) is rows 4 to 7, columns 0 to 3.
        const VisiblePiece quarter{t, {0.5, 0, 0.5}};
        const SampledValues s = sampleValues(std::vector{quarter}, 1000);
        QCOMPARE(s.pixels, uint64_t{16});
        std::vector<float> expected;
        for (int row = 4; row < 8; ++row)
            for (int column = 0; column < 4; ++column) expected.push_back(static_cast<float>(row * n + column));
        QVERIFY(s.sorted == expected);
        // NaN is left out, the count of pixels stays.
        const SampledValues whole = sampleValues(std::vector{VisiblePiece{t, {0, 0, 1}}}, 1000);
        QCOMPARE(whole.pixels, uint64_t{64});
        QCOMPARE(whole.sorted.size(), size_t{63});
        // Few wanted of many: about that number, from all over.
        const SampledValues few = sampleValues(std::vector(50, VisiblePiece{t, {0, 0, 1}}), 320);
        QVERIFY(few.sorted.size() > 300 && few.sorted.size() <= 330);
        QVERIFY(few.sorted.front() < 8 && few.sorted.back() > 55);
        QVERIFY(sampleValues({}).empty());
    }
    void histogramHoldsTheCuts()
    {
        const SampledValues v = sample(starField());
        const Histogram h = histogramOf(v, {-50, 3000}, 64);
        QCOMPARE(h.lo, -50.0);
        QCOMPARE(h.hi, 3000.0);
        QCOMPARE(std::accumulate(h.bins.begin(), h.bins.end(), 0u), 1000u);
        const auto e = equalised(v, {67, 2000});
        QCOMPARE(e[255], 1.0f);
        for (size_t i = 1; i < 256; ++i) QVERIFY(e[i] >= e[i - 1]);
        QVERIFY(e[8] > 0.9f); // nearly all pixels are sky
    }
};

QTEST_APPLESS_MAIN(TestSurveyCuts)
#include "test_survey_cuts.moc"
