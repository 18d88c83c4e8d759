// The header of a view, read by wcslib, gives each pixel the direction that the view itself gives it.
#include <QtTest>

#include <cmath>
#include <random>
#include <vector>

#include <wcslib/wcs.h>
#include <wcslib/wcshdr.h>

#include "sky/wcs_of_view.h"

using namespace firmament::sky;

namespace {

std::string cardText(const WcsKeyword& k)
{
    char text[81];
    std::string value;
    if (const auto* s = std::get_if<std::string>(&k.value)) value = "'" + *s + "'";
    if (const auto* i = std::get_if<int>(&k.value)) value = std::to_string(*i);
    if (const auto* d = std::get_if<double>(&k.value)) {
        char number[40];
        std::snprintf(number, sizeof number, "%.17G", *d);
        value = number;
        if (value.find_first_of(".E") == std::string::npos) value += ".0";
    }
    std::snprintf(text, sizeof text, "%-8s= %-70s", k.key.c_str(), value.c_str());
    return text;
}

/// wcslib's own reading of the header.
class Reader {
public:
    explicit Reader(const SkyView& view)
    {
        std::string header = cardText({"NAXIS", 2, ""}) + cardText({"NAXIS1", view.width(), ""}) +
                             cardText({"NAXIS2", view.height(), ""});
        for (const auto& k : wcsOfView(view)) header += cardText(k);
        std::string end = "END";
        end.resize(80, ' ');
        header += end;
        int rejected = 0;
        status_ = wcspih(header.data(), static_cast<int>(header.size() / 80), WCSHDR_all, 0, &rejected, &count_, &wcs_);
        if (status_ == 0) status_ = wcsset(wcs_);
    }
    ~Reader() { wcsvfree(&count_, &wcs_); }
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    int status() const { return status_; }
    std::string typeOf(int axis) const { return wcs_->ctype[axis]; }
    /// Direction at a FITS pixel (from 1), or nothing.
    std::optional<Dir> at(double p1, double p2)
    {
        double pixel[2] = {p1, p2}, image[2], phi, theta, world[2];
        int bad = 0;
        if (wcsp2s(wcs_, 1, 2, pixel, image, &phi, &theta, world, &bad) || bad) return std::nullopt;
        return toDir(Angle::deg(world[wcs_->lng]), Angle::deg(world[wcs_->lat]));
    }

private:
    wcsprm* wcs_ = nullptr;
    int count_ = 0, status_ = 0;
};

Frame headerFrame(const SkyView& v) { return v.frame() == Frame::EclipticJ2000 ? Frame::Icrs : v.frame(); }

struct Worst {
    double pixels = 0;
    int compared = 0;
};

/// The largest distance, in view pixels, over a grid and some random pixels.
Worst compare(const SkyView& view, std::mt19937& random)
{
    Worst worst;
    Reader reader(view);
    if (reader.status() != 0) {
        worst.pixels = 1e9;
        return worst;
    }
    std::uniform_real_distribution<double> x(0.5, view.width() + 0.5), y(0.5, view.height() + 0.5);
    for (int i = 0; i < 60; ++i) {
        double p1 = std::floor(x(random)), p2 = std::floor(y(random));
        if (i == 0) p1 = 0.5 * view.width() + 0.5, p2 = 0.5 * view.height() + 0.5;
        const auto ours = view.directionAt({p1 - 0.5, view.height() - p2 + 0.5}, headerFrame(view));
        const auto theirs = reader.at(p1, p2);
        if (!ours || !theirs) continue;
        const double off = separation(*ours, *theirs).rad() / view.pixelScale().rad();
        worst.pixels = std::max(worst.pixels, off);
        ++worst.compared;
    }
    return worst;
}

} // namespace

class TestWcsOfView : public QObject {
    Q_OBJECT

private slots:
    void agreesWithWcslib_data()
    {
        QTest::addColumn<int>("projection");
        for (size_t i = 0; i < kAllProjections.size(); ++i) QTest::newRow(info(kAllProjections[i]).code) << static_cast<int>(i);
    }
    void agreesWithWcslib()
    {
        QFETCH(int, projection);
        const Proj proj = kAllProjections[static_cast<size_t>(projection)];
        std::mt19937 random(20240601u + static_cast<unsigned>(projection));
        const double kTwoThirds = std::asin(2.0 / 3.0) / kRadPerDeg;
        const std::vector<std::pair<double, double>> centres{
            {0, 0}, {10.684, 41.269}, {359.999, -30}, {0, 90}, {123.4, 90}, {0, -90}, {250, -90}, {83.6, 89.9999},
            {200, -89.99999999}, {180, 0}, {90, 1e-9}, {266.4, -28.94}, {45, kTwoThirds}, {45, -kTwoThirds}, {12, 1e-13}, {300, -1e-6}};
        const std::vector<double> rolls{0, 30, -90, 90, 180, 1e-7, 271.5};
        const std::vector<double> fovs{720, 360, 90, 10, 1, 1.0 / 60, 1.0 / 3600, 0.1 / 3600};
        int compared = 0;
        for (const Frame frame : {Frame::Icrs, Frame::Galactic, Frame::EclipticJ2000, Frame::Body}) {
            for (const auto& [lon, lat] : centres) {
                for (const double roll : rolls) {
                    for (const double fov : fovs) {
                        for (const bool mirror : {false, true}) {
                            const SkyView view = SkyView()
                                                     .withSize(300, 201)
                                                     .withProjection(proj)
                                                     .withFrame(frame)
                                                     .lookingAt({Angle::deg(lon), Angle::deg(lat), frame})
                                                     .withFov(Angle::deg(fov))
                                                     .withRoll(Angle::deg(roll))
                                                     .withMirror(mirror);
                            const Worst worst = compare(view, random);
                            compared += worst.compared;
                            const auto line = QString("%1 frame %2 at %3 %4 roll %5 fov %6 mirror %7: %8 pixels")
                                                  .arg(info(proj).code, frameName(frame))
                                                  .arg(lon, 0, 'g', 12).arg(lat, 0, 'g', 12).arg(roll).arg(fov)
                                                  .arg(mirror).arg(worst.pixels);
                            QVERIFY2(worst.pixels < 0.01, qPrintable(line));
                        }
                    }
                }
            }
        }
        QVERIFY(compared > 100000);
    }

    void pixelConventions()
    {
        const SkyView view = SkyView().withSize(100, 50).withFov(Angle::deg(2)).lookingAt({Angle::deg(10), Angle::deg(20), Frame::Icrs});
        Reader reader(view);
        QCOMPARE(reader.status(), 0);
        QVERIFY(reader.typeOf(0).starts_with("RA---"));
        // North is up in the file: larger rows are further north; larger columns are further west.
        const auto low = toPos(*reader.at(50, 1), Frame::Icrs), high = toPos(*reader.at(50, 50), Frame::Icrs);
        QVERIFY(high.lat > low.lat);
        const auto left = toPos(*reader.at(1, 25), Frame::Icrs), right = toPos(*reader.at(100, 25), Frame::Icrs);
        QVERIFY(left.lon > right.lon);
    }

    void galacticViewHasGalacticAxes()
    {
        const SkyView view = SkyView().withFrame(Frame::Galactic).withProjection(Proj::Ait).withFov(Angle::deg(360));
        Reader reader(view);
        QCOMPARE(reader.status(), 0);
        QCOMPARE(reader.typeOf(0), std::string("GLON-AIT"));
    }

    void polesOfRotationAreExplicit()
    {
        for (const Proj p : kAllProjections) {
            bool lonPole = false, latPole = false;
            for (const auto& k : wcsOfView(SkyView().withProjection(p))) {
                lonPole |= k.key == "LONPOLE";
                latPole |= k.key == "LATPOLE";
            }
            QVERIFY(lonPole && latPole);
        }
    }
};

QTEST_GUILESS_MAIN(TestWcsOfView)
#include "test_wcs_of_view.moc"
