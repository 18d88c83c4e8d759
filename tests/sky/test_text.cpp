#include <QTest>

#include <random>

#include <erfa.h>

#include "sky/text.h"

using namespace firmament;
using namespace firmament::sky;

namespace {

bool reads(std::string_view text, double lonDeg, double latDeg, Frame frame = Frame::Icrs, double tolerance = 1e-9)
{
    const auto pos = parsePosition(text);
    if (!pos) {
        qWarning("%s", pos.error().text().c_str());
        return false;
    }
    if (pos->frame == frame && std::abs(std::remainder(pos->lon.deg() - lonDeg, 360)) < tolerance && std::abs(pos->lat.deg() - latDeg) < tolerance) return true;
    qWarning("%s: %.12g %.12g %s", std::string(text).c_str(), pos->lon.deg(), pos->lat.deg(), frameName(pos->frame));
    return false;
}

Errc failure(std::string_view text)
{
    const auto pos = parsePosition(text);
    if (pos) qWarning("%s was read as %.12g %.12g", std::string(text).c_str(), pos->lon.deg(), pos->lat.deg());
    return pos ? Errc::Internal : pos.error().code;
}

bool angle(std::string_view text, double deg)
{
    const auto a = parseAngle(text);
    return a && std::abs(a->deg() - deg) <= 1e-15 + 1e-15 * std::abs(deg);
}

std::string hms(double deg, int decimals) { return formatHms(Angle::deg(deg), decimals); }
std::string dms(double deg, int decimals) { return formatDms(Angle::deg(deg), decimals); }

} // namespace

class TestText : public QObject {
    Q_OBJECT
private slots:
    void angles()
    {
        QVERIFY(angle("1.5", 1.5));
        QVERIFY(angle(" 1.5d ", 1.5));
        QVERIFY(angle("1.5 deg", 1.5));
        QVERIFY(angle("1.5°", 1.5));
        QVERIFY(angle("20m", 20 / 60.0));
        QVERIFY(angle("20'", 20 / 60.0));
        QVERIFY(angle("20′", 20 / 60.0));
        QVERIFY(angle("20arcmin", 20 / 60.0));
        QVERIFY(angle("30s", 30 / 3600.0));
        QVERIFY(angle("30\"", 30 / 3600.0));
        QVERIFY(angle("30''", 30 / 3600.0));
        QVERIFY(angle("30 ARCSEC", 30 / 3600.0));
        QVERIFY(angle("5mas", 5 / 3.6e6));
        QVERIFY(angle("1e-3", 1e-3));
        QVERIFY(angle("+2", 2));
        QVERIFY(angle("-2d", -2));
        QVERIFY(angle("\u22122", -2));
        for (const char* bad : {"", "  ", "d", "x", "1.5 parsec", "nan", "inf", "1e999", "1..5", "1 2", "--1", "+-1", "\xff"})
            QVERIFY2(!parseAngle(bad), bad);
        QCOMPARE(parseAngle("1q").error().code, Errc::Parse);
    }

    void degrees()
    {
        QVERIFY(reads("83.633 22.0145", 83.633, 22.0145));
        QVERIFY(reads("83.633,+22.0145", 83.633, 22.0145));
        QVERIFY(reads("  83.633\t-22.0145 ", 83.633, -22.0145));
        QVERIFY(reads("83.633 \u221222.0145", 83.633, -22.0145));
        QVERIFY(reads("83.633, \u201322.0145", 83.633, -22.0145));
        QVERIFY(reads("83.633-22.0145", 83.633, -22.0145));
        QVERIFY(reads("-5 -10", 355, -10));
        QVERIFY(reads("365 10", 5, 10));
        QVERIFY(reads("5 22", 5, 22));
        QVERIFY(reads("05 +22", 5, 22));
        QVERIFY(reads("0 -90", 0, -90));
        QVERIFY(reads("8.3633e1 2.2e+1", 83.633, 22));
        QVERIFY(reads("(83.633, 22.0145)", 83.633, 22.0145));
        QVERIFY(reads("83.633d 22.0145d", 83.633, 22.0145));
        QVERIFY(reads("83.633° +22.0145°", 83.633, 22.0145));
        QVERIFY(reads("83.633 deg 22.0145 deg", 83.633, 22.0145));
    }

    void sexagesimal()
    {
        const double ra = (5 + 34 / 60.0 + 31.94 / 3600) * 15, dec = 22 + 52.2 / 3600;
        for (const char* text : {"05 34 31.94 +22 00 52.2", "05:34:31.94 22:00:52.2", "05:34:31.94,+22:00:52.2", "5h34m31.94s +22d00m52.2s",
                                 "5h34m31.94s+22d00m52.2s", "05h34m31.94s 22°00′52.2″", "05 34 31.94 22 00 52.2", "5h34m31.94s +22d00'52.2\"",
                                 "05h 34m 31.94s +22d 00m 52.2s", "05:34:31.94 / 22:00:52.2", "J053431.94+220052.2"})
            QVERIFY2(reads(text, ra, dec), text);
        QVERIFY(reads("05 34.5 +22 00.9", 34.5 / 4 + 75, 22.015));
        QVERIFY(reads("05:34:31 -00:12:30", (5 + 34 / 60.0 + 31 / 3600.0) * 15, -12.5 / 60));
        QVERIFY(reads("83d38m01.1s +22d00m52.2s", 83 + 38 / 60.0 + 1.1 / 3600, dec));
        QVERIFY(reads("12h +5d", 180, 5));
        QVERIFY(reads("12h30m -5", 187.5, -5));
        QVERIFY(reads("24:00:00 +10:00:00", 0, 10));
        QVERIFY(reads("05:59:60 +10:59:60", 90, 11)); // rounded seconds carry
        QVERIFY(reads("J0534+2200", 83.5, 22));
        QVERIFY(reads("J1234.5-0030", (12 + 34.5 / 60) * 15, -0.5));
        QVERIFY(reads("J053431-000052", (5 + 34 / 60.0 + 31 / 3600.0) * 15, -52.0 / 3600));
        // The command line's own examples.
        QVERIFY(reads("00:42:44.3 +41:16:09", (42 / 60.0 + 44.3 / 3600) * 15, 41 + 16 / 60.0 + 9 / 3600.0));
        QVERIFY(reads("00h42m44.3s +41d16m09s", (42 / 60.0 + 44.3 / 3600) * 15, 41 + 16 / 60.0 + 9 / 3600.0));
        QVERIFY(reads("10.68 41.27", 10.68, 41.27));
        QVERIFY(reads("G121.17-21.57", 121.17, -21.57, Frame::Galactic));
    }

    void whereTheLatitudeStarts()
    {
        QVERIFY(reads("10:41:09 30", (10 + 41 / 60.0 + 9 / 3600.0) * 15, 30)); // colons join
        QVERIFY(reads("10.5 41:30", 10.5, 41.5));
        QVERIFY(reads("00 42 44.3, 41 16", (42 / 60.0 + 44.3 / 3600) * 15, 41 + 16 / 60.0)); // one comma parts
        QVERIFY(reads("0 42; 41", 10.5, 41));
        QVERIFY(reads("00:42, 41:16", 10.5, 41 + 16 / 60.0));
        QVERIFY(reads("00:42:00 41 16 30", 10.5, 41 + 16.5 / 60)); // one with colons, one with blanks
        QVERIFY(reads("00 42 00 41:16:30", 10.5, 41 + 16.5 / 60));
        for (const char* bad : {"10:41", "10:41:09", "10:20:30:40", "10:41 09 30:10", "10:-41"}) QVERIFY2(failure(bad) == Errc::Parse, bad);
        QVERIFY(parsePosition("10:41:09").error().what.find("one angle") != std::string::npos);
    }

    void decimalCommas()
    {
        QVERIFY(reads("10,68 41,27", 10.68, 41.27));
        QVERIFY(reads("-10,68 -41,27", 349.32, -41.27));
        QVERIFY(reads("10,68; 41,27", 10.68, 41.27));
        // Where it may be another thing, a comma parts.
        QVERIFY(reads("10,41", 10, 41));
        QVERIFY(reads("10.68,41.27", 10.68, 41.27));
        QVERIFY(reads("00,42,44 41,16,09", (42 / 60.0 + 44 / 3600.0) * 15, 41 + 16 / 60.0 + 9 / 3600.0));
    }

    void designations()
    {
        QVERIFY(reads("J05352184-0546085", (5 + 35 / 60.0 + 21.84 / 3600) * 15, -(5 + 46 / 60.0 + 8.5 / 3600)));
        QVERIFY(reads("J0534+22", 83.5, 22));
        const auto inName = [](const char* name, double ra, double dec) {
            const auto pos = positionInName(name);
            return pos && pos->frame == Frame::Icrs && std::abs(pos->lon.deg() - ra) < 1e-9 && std::abs(pos->lat.deg() - dec) < 1e-9;
        };
        QVERIFY(inName("2MASS J05352184-0546085", (5 + 35 / 60.0 + 21.84 / 3600) * 15, -(5 + 46 / 60.0 + 8.5 / 3600)));
        QVERIFY(inName("SDSS J142156.4+524022.1", (14 + 21 / 60.0 + 56.4 / 3600) * 15, 52 + 40 / 60.0 + 22.1 / 3600));
        QVERIFY(inName("PSR J0534\u22122200", 83.5, -22));
        for (const char* name : {"", "J", " J", "J0534+2200", "Jupiter", "PSR B0531+21", "2MASS J05", "SDSS J992156.4+524022.1", "Gaia DR3 4472832130942575872"})
            QVERIFY2(!positionInName(name), name);
    }

    void frames()
    {
        QVERIFY(reads("184.557 -5.784 gal", 184.557, -5.784, Frame::Galactic));
        QVERIFY(reads("GAL 184.557 -5.784", 184.557, -5.784, Frame::Galactic));
        QVERIFY(reads("galactic 184.557 -5.784", 184.557, -5.784, Frame::Galactic));
        QVERIFY(reads("g0.5+12", 0.5, 12, Frame::Galactic));
        // Supergalactic, as galactic; the place of ICRS 10 20 by astropy, whose galactic frame goes by way of FK5 (20 mas).
        const auto super = parsePosition("314.886858 8.732983 SGAL");
        QVERIFY(super && super->frame == Frame::Galactic);
        QVERIFY(separation(toDir(converted(*super, Frame::Icrs)), toDir(Angle::deg(10), Angle::deg(20))).arcsec() < 0.05);
        QVERIFY(parsePosition("supergalactic 47.37 -90"));
        QVERIFY(reads("10 20 ICRS J2000", 10, 20));
        QVERIFY(reads("FK5 J2000 10 20", 10, 20, Frame::Fk5));
        QVERIFY(reads("J2000 10 20", 10, 20, Frame::Fk5));
        QVERIFY(reads("10 20 gal J2000", 10, 20, Frame::Galactic));
        for (const char* bad : {"GAL 10 20 FK5", "FK5 10 20 B1950", "FK4 J2000 10 20", "ecl 10 20 gal", "10 20 icrs B1950"})
            QVERIFY2(failure(bad) == Errc::Parse, bad);
        QVERIFY(reads("84 -1.3 ecl", 84, -1.3, Frame::EclipticJ2000));
        QVERIFY(reads("ICRS 10 20", 10, 20));
        QVERIFY(reads("10 20 FK5", 10, 20, Frame::Fk5));
        QVERIFY(reads("184 33 30 -05 47 00 gal", 184 + 33.5 / 60, -(5 + 47 / 60.0), Frame::Galactic)); // degrees, not hours
        // B1950 by ERFA's fk45z, in FK5.
        QVERIFY(reads("0 0 B1950", 0.640690977, 0.278409442, Frame::Fk5, 1e-8));
        QVERIFY(reads("FK4 266.4 -28.9", 267.194271637, -28.915558814, Frame::Fk5, 1e-8));
        QVERIFY(reads("10 85 fk4", 11.243840548, 85.273545192, Frame::Fk5, 1e-8));
    }

    void aFieldBehindIsNoPartOfThePosition()
    {
        // The field is the caller's to take off; what is left must read, and the whole must not.
        for (const char* text : {"10.68 41.27 2deg", "00:42:44.3 +41:16:09 30m", "G0+0 40deg", "266.405 -28.936 40deg", "10 41 2deg", "10.68 +41 30m", "10 +41 20s",
                                 "00 42 44.3 +41 16 09 2deg", "00 42 44.3 41 16 09 2deg", "00h42m44.3s +41d16m09s 2deg"})
            QVERIFY2(failure(text) == Errc::Parse, text);
        QVERIFY(reads("10 41", 10, 41));
        QVERIFY(reads("12h +5d", 180, 5));
        QVERIFY(reads("12h 30m 0s -5d 30m", 187.5, -5.5));
        QVERIFY(reads("12h30m 5d30m", 187.5, 5.5));
    }

    void namesAreNotPositions()
    {
        for (const char* name : {"M31", "NGC 224", "Barnard's Star", "3C 273", "alpha Cen", "HD 12345", "2MASS J05343194+2200522", "47 Tuc", "61 Cyg", "Gaia DR3 4472832130942575872",
                                 "Jupiter", "gal", "J", "Ori", "G 29-38 b"})
            QVERIFY2(failure(name) == Errc::NotFound, name);
    }

    void slipsAreExplained()
    {
        for (const char* bad : {"", "   ", "10", "10 91", "10 -90.0001", "1 2 3", "05:60:00 +10:00:00", "05:10:61 +10:00:00", "25:00:00 +10:00:00", "-05:10:00 +10:00:00",
                                "05:34:31 +10:70:00", "1 2 3 4 5 6 7", "05:34.5:31 10:00:00", "12:00:00 5h"})
            QVERIFY2(failure(bad) == Errc::Parse, bad);
        QVERIFY(parsePosition("10 91").error().what.find("91") != std::string::npos);
    }

    void anyBytesAreSurvived()
    {
        std::mt19937 random(1);
        const std::string alphabet = "0123456789+-.:, hdms'\"\xc2\xb0\xe2\x80\xb2\xffJGgale()";
        std::uniform_int_distribution<size_t> pick(0, alphabet.size() - 1), length(0, 24);
        for (int i = 0; i < 40000; ++i) {
            std::string text;
            for (size_t n = length(random); n > 0; --n) text += alphabet[pick(random)];
            const auto pos = parsePosition(text);
            if (pos) {
                QVERIFY(std::isfinite(pos->lon.rad()) && std::isfinite(pos->lat.rad()));
                QVERIFY(std::abs(pos->lat.deg()) <= 90 + 1e-9);
                QVERIFY(pos->lon.deg() >= 0 && pos->lon.deg() <= 360);
            }
            if (const auto a = parseAngle(text)) QVERIFY(std::isfinite(a->rad()));
        }
        QVERIFY(!parsePosition(std::string(100000, '9')));
        QVERIFY(!parsePosition(std::string(100000, ' ') + "x"));
        QVERIFY(!parsePosition(std::string_view("\0\0", 2)));
    }

    void roundingCarries()
    {
        QCOMPARE(hms(85.26921, 2), std::string("05 41 04.61"));
        QCOMPARE(hms(359.9999999, 2), std::string("00 00 00.00"));
        QCOMPARE(hms(14.99999999, 1), std::string("01 00 00.0"));
        QCOMPARE(hms(-15, 0), std::string("23 00 00"));
        QCOMPARE(dms(-12.5 / 60, 0), std::string("-00 12 30"));
        QCOMPARE(dms(59.9999 / 3600, 2), std::string("+00 01 00.00"));
        QCOMPARE(dms(89.99999999, 1), std::string("+90 00 00.0"));
        QCOMPARE(dms(-89.99999999, 1), std::string("-90 00 00.0"));
        QCOMPARE(dms(0, 0), std::string("+00 00 00"));
        QCOMPARE(formatDms(Angle::deg(5), 0, ':', Sign::Auto), std::string("05:00:00"));
        QCOMPARE(formatDms(Angle::deg(-5), 0, ':', Sign::Auto), std::string("-05:00:00"));
        QCOMPARE(formatDeg(Angle::deg(-0.00001), 3), std::string("0.000"));
        QCOMPARE(formatDeg(Angle::deg(12.3456), 2), std::string("12.35"));
        QCOMPARE(formatLongitudeDeg(Angle::deg(359.9996), 3), std::string("0.000"));
        QCOMPARE(formatLongitudeDeg(Angle::deg(359.9994), 3), std::string("359.999"));
        QCOMPARE(formatLongitudeDeg(Angle::deg(-0.25), 3), std::string("359.750"));
        const Angle nan = Angle::rad(std::nan(""));
        QVERIFY(!formatHms(nan, 2).empty() && !formatDms(nan, 2).empty());
    }

    void fieldsForPeople()
    {
        QCOMPARE(formatField(Angle::deg(96)), std::string("96°"));
        QCOMPARE(formatField(Angle::deg(360)), std::string("360°"));
        QCOMPARE(formatField(Angle::arcmin(55.8)), std::string("55.8′"));
        QCOMPARE(formatField(Angle::deg(1.5)), std::string("1.5°"));
        QCOMPARE(formatField(Angle::arcsec(0.1)), std::string("0.1″"));
        QCOMPARE(formatField(Angle::mas(12.3)), std::string("12.3 mas"));
        QCOMPARE(formatField(Angle::mas(0.01)), std::string("10 µas"));
        QCOMPARE(formatField(Angle::rad(0)), std::string("0″"));
    }

    void spellingsReadBack()
    {
        std::mt19937 random(2);
        std::uniform_real_distribution<double> lon(0, 360), z(-1, 1);
        for (int i = 0; i < 300; ++i) {
            const SkyPos p{Angle::deg(lon(random)), Angle::rad(std::asin(z(random))), Frame::Icrs};
            for (Angle step : {Angle::deg(0.1), Angle::arcsec(1), Angle::mas(1)})
                for (PosSpelling s : {PosSpelling::Sexagesimal, PosSpelling::Degrees, PosSpelling::Hms}) {
                    const std::string text = spell(p, s, step);
                    const auto back = parsePosition(text);
                    QVERIFY2(back.has_value(), text.c_str());
                    QVERIFY2(separation(toDir(*back), toDir(p)).rad() <= step.rad() * 1.01, text.c_str());
                }
            const auto gal = parsePosition(spell(p, PosSpelling::GalacticDegrees, Angle::mas(1)) + " gal");
            QVERIFY(gal && separation(toDir(converted(*gal, Frame::Icrs)), toDir(p)).mas() < 1.5);
        }
    }

    void spellingsOfOtherPrograms()
    {
        const SkyPos p{Angle::deg(83.633), Angle::deg(-22.0145), Frame::Icrs};
        const Angle step = Angle::arcsec(0.5);
        QCOMPARE(spell(p, PosSpelling::AstropySkyCoord, step), std::string("SkyCoord(83.6330, -22.0145, unit=\"deg\", frame=\"icrs\")"));
        QCOMPARE(spell(p, PosSpelling::Ds9Region, step), std::string("icrs; point(83.6330,-22.0145)"));
        QCOMPARE(spell(p, PosSpelling::Json, step), std::string("{\"ra\": 83.6330, \"dec\": -22.0145}"));
        QCOMPARE(spell(p, PosSpelling::Hms, step), std::string("05h34m31.92s -22d00m52.2s"));
        QCOMPARE(spell({Angle::deg(359.99999999), Angle::deg(1), Frame::Icrs}, PosSpelling::Degrees, Angle::arcsec(1)), std::string("0.0000 +1.0000"));
        QVERIFY(!spell({Angle::rad(std::nan("")), Angle::rad(0), Frame::Icrs}, PosSpelling::Hms, step).empty());
    }
};

QTEST_GUILESS_MAIN(TestText)
#include "test_text.moc"
