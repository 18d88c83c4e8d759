#include <QTest>

#include "core/files.h"
#include "hips/survey_info.h"
#include "tests/support/test_data.h"

using namespace firmament;
using namespace firmament::hips;

namespace {
SurveyInfo parsed(std::string_view text)
{
    const auto r = parseProperties(text);
    return r ? r->value : SurveyInfo{};
}
} // namespace

class TestSurveyInfo : public QObject {
    Q_OBJECT
private slots:
    void modern()
    {
        const auto r = parseProperties("\xEF\xBB\xBF# comment\r\n\r\ncreator_did = ivo://CDS/P/X\r\nobs_title= A = B \r\nhips_order =7\r\n"
                                       "hips_order_min = 2\r\nhips_frame = galactic\r\nhips_tile_format = jpeg fits\r\nhips_tile_width = 256\r\n"
                                       "hips_pixel_cut = -1.5 2e3\r\nhips_service_url = http://a/b/\r\nhips_service_url_2 = http://c\r\n"
                                       "hips_service_url_1 = http://d/\r\nmoc_sky_fraction = 0.25\r\nhips_initial_ra = 10\r\nhips_initial_dec = +20\r\n"
                                       "hips_initial_fov = 0.00001\r\nem_min = 4,595e-7\r\n");
        QVERIFY(r);
        QVERIFY(r->warnings.empty());
        const SurveyInfo& s = r->value;
        QCOMPARE(s.id, std::string("CDS/P/X"));
        QCOMPARE(s.title, std::string("A = B"));
        QCOMPARE(s.orderMax, 7);
        QCOMPARE(s.orderMin, 2);
        QCOMPARE(s.frame, sky::Frame::Galactic);
        QCOMPARE(s.tileWidth, 256);
        QCOMPARE(s.formats, (std::vector{TileFormat::Jpeg, TileFormat::Fits}));
        QCOMPARE(*s.pixelCut, (Limits{-1.5, 2000}));
        QCOMPARE(s.url, std::string("http://a/b"));
        QCOMPARE(s.mirrors, (std::vector<std::string>{"http://d", "http://c"}));
        QCOMPARE(*s.skyFraction, 0.25);
        QCOMPARE(*s.initialDec, 20.0);
        QCOMPARE(*s.initialFov, 360.0);
        QCOMPARE(*s.emMin, 4.595e-7);
    }

    void legacyNamesCountOnlyWhereTheNewOnesAreMissing()
    {
        const SurveyInfo a = parsed("label = Old\nmaxOrder = 9\nminOrder=3\ncoordsys = G\nformat = JPG, Fits\nnside=256\nisColor = true\n"
                                    "pixelCut=1 2\npixelRange = 0 9\ntarget = 10.5 -3\ntargetRadius = 2\npublisher_did=ivo://X/Y\n");
        QCOMPARE(a.orderMax, 9);
        QCOMPARE(a.orderMin, 3);
        QCOMPARE(a.frame, sky::Frame::Galactic);
        QCOMPARE(a.tileWidth, 256);
        QCOMPARE(a.kind, SurveyKind::Colour);
        QCOMPARE(a.formats, (std::vector{TileFormat::Jpeg, TileFormat::Fits}));
        QCOMPARE(*a.pixelCut, (Limits{1, 2}));
        QCOMPARE(*a.dataRange, (Limits{0, 9}));
        QCOMPARE(*a.initialRa, 10.5);
        QCOMPARE(*a.initialFov, 2.0);
        QCOMPARE(a.id, std::string("X/Y"));
        QCOMPARE(parsed("hips_order = 3\nmaxOrder = 9\n").orderMax, 3);
        QCOMPARE(parsed("tileOrder=6\nmaxOrder = 9\n").tileWidth, 64);
        QCOMPARE(parsed("creator_id = ivo://A\nobs_id = b\nhips_order=1").id, std::string("A?b"));
    }

    void frames_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<int>("frame");
        QTest::addColumn<QString>("body");
        const auto row = [](const char* t, sky::Frame f, const char* b = "") { QTest::newRow(t) << t << static_cast<int>(f) << b; };
        row("hips_frame = equatorial", sky::Frame::Icrs);
        row("hips_frame = ICRSd", sky::Frame::Icrs);
        row("hips_frame = j2000", sky::Frame::Icrs);
        row("hips_frame = GAL", sky::Frame::Galactic);
        row("hips_frame = Ecliptic", sky::Frame::EclipticJ2000);
        row("coordsys = E", sky::Frame::EclipticJ2000);
        row("coordsys = Q", sky::Frame::Icrs);
        row("hips_frame = mars", sky::Frame::Body, "mars");
        row("hips_frame = Moon", sky::Frame::Body, "moon");
        row("hips_body = Titan\nhips_frame = equatorial", sky::Frame::Body, "titan");
        row("hips_frame = 433eros\ntype = planet", sky::Frame::Body, "433eros");
        row("hips_frame = wonderland", sky::Frame::Icrs);
    }
    void frames()
    {
        QFETCH(QString, text);
        QFETCH(int, frame);
        QFETCH(QString, body);
        const SurveyInfo s = parsed(text.toStdString() + "\nhips_order=1\n");
        QCOMPARE(static_cast<int>(s.frame), frame);
        QCOMPARE(QString::fromStdString(s.body), body);
        QCOMPARE(s.kind, frame == static_cast<int>(sky::Frame::Body) ? SurveyKind::Planet : SurveyKind::Image);
    }

    void oddities()
    {
        QVERIFY(!parseProperties(""));
        QVERIFY(!parseProperties("<html><body>404</body></html>"));
        QVERIFY(parseProperties("<html>").error().what.find("HTML") != std::string::npos);
        QVERIFY(!parseProperties("just a line\nanother"));
        QVERIFY(!parseProperties("a = 1\nb = 2"));
        const auto r = parseProperties("hips_order = 99\nhips_order_min = 50\nhips_tile_width = 300\nhips_tile_format = gif\n");
        QVERIFY(r);
        QCOMPARE(r->value.orderMax, 29);
        QCOMPARE(r->value.orderMin, 0);
        QCOMPARE(r->value.tileWidth, 512);
        QVERIFY(r->warnings.size() >= 4);
        QCOMPARE(parsed("hips_order_hierarchy = 5_4 4_3 3_2\nhips_frame=equatorial").orderMin, 3);
        QCOMPARE(parsed("hips_order_hierarchy = 5_4 4_3 3_2\nhips_frame=equatorial").orderMax, 5);
        QCOMPARE(parsed("hips_order=11\ndataproduct_type = catalog").kind, SurveyKind::Catalogue);
        QCOMPARE(parsed("hips_order=11\nhips_tile_format = tsv").kind, SurveyKind::Catalogue);
        QCOMPARE(parsed("hips_order=11\nhips_cube_depth = 20\nhips_cube_firstframe=99").cubeFirst, 19);
    }

    void bytesThatAreNoText()
    {
        // Latin-1, a byte order mark, control characters: what the window and JSON get is UTF-8.
        const auto r = parseProperties("\xEF\xBB\xBFhips_order=3\nhips_frame=equatorial\nhips_tile_format=png\nobs_title = Observatoire de la C\xF4te d'Azur\n"
                                       "obs_copyright = \xC3\xA9t\xC3\xA9\x01 2 \xED\xA0\x80\n");
        QVERIFY(r);
        QCOMPARE(r->value.title, std::string("Observatoire de la C\xC3\xB4te d'Azur"));
        QVERIFY(r->value.credit.starts_with("\xC3\xA9t\xC3\xA9  2"));
        QCOMPARE(r->warnings.size(), size_t{2});
        QVERIFY2(r->warnings[0].starts_with("obs_title is not UTF-8"), r->warnings[0].c_str());
        for (const std::string& text : {r->value.title, r->value.credit}) QCOMPARE(QString::fromStdString(text).toStdString(), text);
        // A line of a megabyte is cut; the others count.
        const auto large = parseProperties("obs_description = " + std::string(1 << 20, 'x') + "\nhips_order = 7\nhips_frame = galactic\n" + std::string(1 << 20, 'k') +
                                           " = 1\nhips_tile_format = fits");
        QVERIFY(large);
        QCOMPARE(large->value.description.size(), size_t{8192});
        QCOMPARE(large->value.orderMax, 7);
        QCOMPARE(large->value.frame, sky::Frame::Galactic);
        QVERIFY(!large->warnings.empty());
        // UTF-16 is told apart from nothing.
        QVERIFY(!parseProperties(std::string_view("\xFF\xFEh\0i\0p\0s\0", 10)));
    }

    void spellings()
    {
        // The first of equal keys counts; blanks of all kinds, old Mac line ends, no end of line.
        const SurveyInfo s = parsed("  hips_order\t=  5  \rhips_order = 9\rHIPS_FRAME = Galactic  \rhips_tile_format=  PNG , Jpg;fits \r\r# hips_order_min = 4\rhips_tile_width =256");
        QCOMPARE(s.orderMax, 5);
        QCOMPARE(s.orderMin, 0);
        QCOMPARE(s.tileWidth, 256);
        QCOMPARE(s.frame, sky::Frame::Galactic);
        QCOMPARE(s.formats, (std::vector{TileFormat::Png, TileFormat::Jpeg, TileFormat::Fits}));
        const auto silent = parseProperties("hips_frame = equatorial\nhips_tile_format = png\n");
        QVERIFY(silent && silent->value.orderGuessed);
        QVERIFY(!s.orderGuessed);
        QVERIFY(parsed("hips_order = seven\nhips_frame=C").orderGuessed);
        QVERIFY(parsed("hips_order = 5\nhips_order_freq = 12").axisOrders);
        QCOMPARE(parsed("hips_order = 5\nhips_order_freq = 12").tileWidth, 256);
    }

    void writtenIsReadBack()
    {
        SurveyInfo s;
        s.id = "TEST/P/x";
        s.title = "A title";
        s.orderMin = 1;
        s.orderMax = 6;
        s.tileWidth = 128;
        s.frame = sky::Frame::Galactic;
        s.kind = SurveyKind::Colour;
        s.formats = {TileFormat::Png, TileFormat::Fits};
        s.pixelCut = Limits{0.1, 3};
        s.initialRa = 266.41681662499997;
        s.initialDec = -29.0;
        s.initialFov = 1.5;
        s.skyFraction = 1;
        const SurveyInfo b = parsed(writeProperties(s));
        QCOMPARE(b.id, s.id);
        QCOMPARE(b.title, s.title);
        QCOMPARE(b.orderMin, 1);
        QCOMPARE(b.orderMax, 6);
        QCOMPARE(b.tileWidth, 128);
        QCOMPARE(b.frame, s.frame);
        QCOMPARE(b.kind, s.kind);
        QCOMPARE(b.formats, s.formats);
        QCOMPARE(*b.pixelCut, *s.pixelCut);
        QCOMPARE(*b.initialRa, *s.initialRa);
        s.frame = sky::Frame::Body;
        s.body = "mars";
        QCOMPARE(parsed(writeProperties(s)).body, s.body);
    }

    void formatsAndPaths()
    {
        SurveyInfo s;
        QCOMPARE(chooseFormat(s, std::nullopt), TileFormat::Jpeg);
        s.formats = {TileFormat::Fits, TileFormat::Jpeg, TileFormat::Png};
        QCOMPARE(chooseFormat(s, std::nullopt), TileFormat::Jpeg);
        QCOMPARE(chooseFormat(s, TileFormat::Fits), TileFormat::Fits);
        QCOMPARE(chooseFormat(s, TileFormat::Webp), TileFormat::Jpeg);
        s.formats = {TileFormat::Png, TileFormat::Jpeg, TileFormat::Fits};
        QCOMPARE(chooseFormat(s, std::nullopt), TileFormat::Png);
        s.formats = {TileFormat::Fits};
        QCOMPARE(chooseFormat(s, std::nullopt), TileFormat::Fits);
        QCOMPARE(tilePath({3, 448}, TileFormat::Fits), std::string("Norder3/Dir0/Npix448.fits"));
        QCOMPARE(tilePath({9, 1234567}, TileFormat::Jpeg), std::string("Norder9/Dir1230000/Npix1234567.jpg"));
        QCOMPARE(tilePath({3, 10000}, TileFormat::Png, 7), std::string("Norder3/Dir10000/Npix10000_7.png"));
        QCOMPARE(allskyPath(3, TileFormat::Webp), std::string("Norder3/Allsky.webp"));
    }

    void realFiles()
    {
        const auto root = testing::sharedData("hips");
        if (!root) QSKIP(testing::kNoSharedData);
        int n = 0;
        for (const auto& e : std::filesystem::directory_iterator(*root)) {
            const auto text = readFile(e.path() / "properties");
            if (!text) continue;
            const auto r = parseProperties(asText(*text));
            QVERIFY2(r.has_value(), e.path().c_str());
            QVERIFY2(!r->value.formats.empty(), e.path().c_str());
            ++n;
        }
        QCOMPARE(n, 10);
        const auto one = readFile(*root / "lists/properties.txt");
        QVERIFY(one);
        QCOMPARE(parsed(asText(*one)).id, std::string("CDS/P/DSS2/color"));
        // Blocks of a hipslist are properties too.
        const auto list = readFile(*root / "lists/surveys.txt");
        QVERIFY(list);
        const std::string text(asText(*list));
        int blocks = 0;
        for (size_t at = 0; at < text.size();) {
            size_t end = text.find("\n\n", at);
            if (end == std::string::npos) end = text.size();
            const auto r = parseProperties(std::string_view(text).substr(at, end - at));
            if (r) {
                QVERIFY(!r->value.id.empty());
                QVERIFY(!r->value.url.empty());
                ++blocks;
            }
            at = end + 2;
        }
        QVERIFY2(blocks >= 3, qPrintable(QString::number(blocks)));
        QCOMPARE(parsed(std::string_view(text).substr(0, text.find("\n\n"))).mirrors.size(), size_t{2});
    }
};

QTEST_APPLESS_MAIN(TestSurveyInfo)
#include "test_survey_info.moc"
