// Links: our own round and round, those of others as their programs write them, and what is wrong with broken ones.
#include <QtTest>

#include "scene/sky_link.h"
#include "scene/survey_text.h"

using namespace firmament;
using namespace firmament::scene;

class TestSkyLink : public QObject {
    Q_OBJECT
    static SkyLink read(const std::string& text)
    {
        const auto r = parseSkyLink(text);
        if (!r) qWarning("%s", r.error().text().c_str());
        return r ? r->value : SkyLink{};
    }
    static bool at(const SkyLink& link, double ra, double dec, double within = 1e-6)
    {
        if (!link.pos) return false;
        const sky::SkyPos p = sky::converted(*link.pos, sky::Frame::Icrs);
        return std::abs(p.lon.deg() - ra) < within && std::abs(p.lat.deg() - dec) < within;
    }

private slots:
    void whatIsALinkAndWhatIsNot()
    {
        for (const char* text : {"firmament://view?target=M31", "FIRMAMENT:view?fov=2", "https://sky.esa.int/?target=10.68%2041.27&fov=1", "https://sky.esa.int/esasky/?hips=DSS2%20color",
                                 "https://aladin.cds.unistra.fr/AladinLite/?target=M1", "http://aladin.u-strasbg.fr/AladinLite/?survey=P/DSS2/color",
                                 "https://das.datacentral.org.au/das?RA=10.5&DEC=-20", "https://das.datacentral.org.au/open?RA=10.5&DEC=-20&FOV=0.5&ERR=3"})
            QVERIFY2(isSkyLink(text), text);
        for (const char* text : {"https://alasky.cds.unistra.fr/DSS/DSSColor/", "https://cdn.skies.esac.esa.int/DSSColor/", "https://sky.esa.int/esasky-tap/tap/sync?REQUEST=doQuery", "M31",
                                 "10.68 41.27", "/home/me/hips", "CDS/P/DSS2/color", "https://aladin.cds.unistra.fr/AladinLite/", "https://das.datacentral.org.au/das", ""})
            QVERIFY2(!isSkyLink(text), text);
    }
    void ourOwnComesBack_data()
    {
        QTest::addColumn<double>("lon");
        QTest::addColumn<double>("lat");
        QTest::addColumn<double>("fov");
        QTest::addColumn<double>("roll");
        QTest::addColumn<int>("frame");
        QTest::addColumn<bool>("mirror");
        QTest::newRow("wide") << 10.684708 << 41.26875 << 120.0 << 0.0 << static_cast<int>(sky::Frame::Icrs) << false;
        QTest::newRow("narrow") << 266.4168371 << -29.0078106 << 2.5e-5 << -33.25 << static_cast<int>(sky::Frame::Galactic) << true;
        QTest::newRow("pole") << 0.0 << -90.0 << 1.0 << 180.0 << static_cast<int>(sky::Frame::EclipticJ2000) << false;
        QTest::newRow("body") << 359.99999 << 12.5 << 60.0 << 5.0 << static_cast<int>(sky::Frame::Body) << false;
    }
    void ourOwnComesBack()
    {
        QFETCH(double, lon);
        QFETCH(double, lat);
        QFETCH(double, fov);
        QFETCH(double, roll);
        QFETCH(int, frame);
        QFETCH(bool, mirror);
        const auto f = static_cast<sky::Frame>(frame);
        const bool body = f == sky::Frame::Body;
        const sky::SkyPos place{sky::Angle::deg(lon), sky::Angle::deg(lat), body ? f : sky::Frame::Icrs};
        Document d;
        d.view = d.view.withFrame(f).lookingAt(place).withFov(sky::Angle::deg(fov)).withRoll(sky::Angle::deg(roll)).withMirror(mirror).withProjection(sky::Proj::Sin);
        d.overlays.grid = {true, sky::Frame::Galactic, true};
        d.epoch.jyear = 2015.5;
        LayerState first, second, hidden;
        SurveyState s;
        s.source = std::string(kDefaultSky);
        first.content = s;
        s.source = "/data/my sky, & more/ü";
        s.cuts = {CutRule::Mode::Manual, -1.25e-7, 3e5, 99.5, {}};
        s.stretch = render::Stretch::Asinh;
        s.map = render::ColourMap::CoolWarm;
        s.invert = true;
        s.gamma = 1.7;
        second.content = s;
        second.opacity = 0.35;
        second.blend = render::Blend::Screen;
        hidden.content = s;
        hidden.visible = false;
        d.layers = {first, second, hidden};
        const std::string text = linkTo(d, place);
        QVERIFY2(isSkyLink(text), text.c_str());
        for (const char c : text) QVERIFY2(c > 0x20 && c < 0x7f, text.c_str());
        const SkyLink link = read(text);
        QVERIFY(link.pos);
        const double pixel = d.view.pixelScale().deg();
        QVERIFY2(sky::separation(sky::toDir(*link.pos), sky::toDir(place)).deg() < pixel / 5, text.c_str());
        QVERIFY(link.pos->frame == place.frame);
        QVERIFY2(link.fov && std::abs(link.fov->deg() / fov - 1) < 1e-4, text.c_str());
        QVERIFY(link.frame == f && link.projection == sky::Proj::Sin);
        QVERIFY(std::abs(link.roll.value_or(sky::Angle()).deg() - d.view.roll().deg()) < 1e-3);
        QCOMPARE(link.mirror.value_or(false), mirror);
        QVERIFY(link.grid && *link.grid == d.overlays.grid);
        QCOMPARE(link.epoch.value_or(0), 2015.5);
        QCOMPARE(link.surveys.size(), size_t{2});
        QCOMPARE(std::get<SurveyState>(link.surveys[0].content).source, std::string(kDefaultSky));
        QCOMPARE(link.surveys[1].opacity, 0.35);
        QVERIFY(link.surveys[1].blend == render::Blend::Screen);
        QVERIFY(std::get<SurveyState>(link.surveys[1].content) == s);
    }
    void surveysInOneLine()
    {
        LayerState layer;
        SurveyState s;
        s.source = "CDS/P/DSS2/red";
        s.cuts = {CutRule::Mode::Percentile, 0, 1, 99.9, {}};
        s.format = hips::TileFormat::Fits;
        s.channel = 3;
        s.sampling = render::Sampling::Nearest;
        s.gamma = 0.1;
        layer.content = s;
        layer.opacity = 0.1;
        const std::string text = surveyText(layer);
        const auto again = surveyFromText(text, 7);
        QVERIFY2(again, text.c_str());
        QCOMPARE(again->id, LayerId{7});
        QCOMPARE(again->opacity, 0.1);
        QVERIFY2(std::get<SurveyState>(again->content) == s, text.c_str());
        for (const auto& [wrong, named] : std::initializer_list<std::pair<const char*, const char*>>{{"a,opacity=2", "from 0 to 1"}, {"a,cuts=3:1", "lower cut first"}, {"a,opacty=1", "did you mean opacity"},
                                                                                                     {"a,channel=1.5", "whole number"}, {"", "expected a folder"}, {"a,invert=maybe", "true or false"}}) {
            const auto r = surveyFromText(wrong, 1);
            QVERIFY2(!r && r.error().what.find(named) != std::string::npos, wrong);
        }
        LayerState stars;
        stars.content = StarsState{};
        QVERIFY(surveyText(stars).empty());
    }
    void esaSky()
    {
        const SkyLink link = read("https://sky.esa.int/esasky/?target=202.469575%20+47.1952583&hips=DSS2%20color&fov=0.5&cooframe=J2000&sci=true&lang=en");
        QVERIFY(link.kind == SkyLink::Kind::EsaSky);
        QVERIFY(at(link, 202.469575, 47.1952583));
        QVERIFY(link.fov && std::abs(link.fov->deg() - 0.5) < 1e-9);
        QVERIFY(link.frame == sky::Frame::Icrs);
        QCOMPARE(link.surveys.size(), size_t{1});
        QCOMPARE(std::get<SurveyState>(link.surveys[0].content).source, std::string("DSS2 color"));
        QVERIFY(read("https://sky.esa.int/?target=m51&cooframe=GALACTIC").frame == sky::Frame::Galactic);
        QCOMPARE(read("https://sky.esa.int/?target=m51").target, std::string("m51"));
        QVERIFY(!read("https://sky.esa.int/?target=m51").pos);
        QVERIFY(at(read("https://sky.esa.int/?target=05:40:59.12%20-02:27:04.1"), 85.246333, -2.451139, 1e-5));
    }
    void aladinLite()
    {
        const SkyLink link = read("https://aladin.cds.unistra.fr/AladinLite/?target=05%2034%2031.94%20%2B22%2000%2052.2&fov=1.12&survey=CDS%2FP%2FDSS2%2Fcolor&overlays=%7B%7D");
        QVERIFY(link.kind == SkyLink::Kind::AladinLite);
        QVERIFY(at(link, 83.633083, 22.014500, 1e-5));
        QVERIFY(link.fov && std::abs(link.fov->deg() - 1.12) < 1e-9);
        QCOMPARE(std::get<SurveyState>(link.surveys.at(0).content).source, std::string("CDS/P/DSS2/color"));
        const auto odd = parseSkyLink("https://aladin.cds.unistra.fr/AladinLite/?target=M1&fov=wide&overlays=x");
        QVERIFY(odd && !odd->value.fov);
        QCOMPARE(odd->warnings.size(), size_t{2});
    }
    void das()
    {
        const SkyLink link = read("https://das.datacentral.org.au/das?RA=150.1&DEC=-2.2&FOV=5&ERR=3&CAT=GAIA");
        QVERIFY(link.kind == SkyLink::Kind::Das);
        QVERIFY(at(link, 150.1, -2.2));
        QVERIFY(link.fov && std::abs(link.fov->arcmin() - 5) < 1e-9);
        QVERIFY(link.surveys.empty());
        QVERIFY(at(read("https://das.datacentral.org.au/open?RA=05:40:59.12&DEC=-02:27:04.1"), 85.246333, -2.451139, 1e-5));
    }
    void brokenOnesSayWhy_data()
    {
        QTest::addColumn<QByteArray>("text");
        QTest::addColumn<QByteArray>("named");
        QTest::newRow("empty") << QByteArray("firmament://view") << QByteArray("neither target nor fov");
        QTest::newRow("fov") << QByteArray("firmament://view?fov=-3") << QByteArray("fov is \"-3\"");
        QTest::newRow("projection") << QByteArray("firmament://view?target=0+0&projection=XYZ") << QByteArray("expected TAN");
        QTest::newRow("position") << QByteArray("firmament://view?target=5h61m+0d") << QByteArray("target is");
        QTest::newRow("survey key") << QByteArray("firmament://view?fov=2&survey=a,opacity=9") << QByteArray("from 0 to 1");
        QTest::newRow("epoch") << QByteArray("firmament://view?fov=2&epoch=soon") << QByteArray("epoch is");
        QTest::newRow("body without position") << QByteArray("firmament://view?target=M31&frame=body") << QByteArray("target is");
        QTest::newRow("das") << QByteArray("https://das.datacentral.org.au/das?RA=x&DEC=y") << QByteArray("expected a position");
        QTest::newRow("no link") << QByteArray("https://example.org/") << QByteArray("expected firmament://");
        QTest::newRow("too many") << QByteArray("firmament://view?fov=1") + QByteArray("&survey=a").repeated(60) << QByteArray("more than 50");
    }
    void brokenOnesSayWhy()
    {
        QFETCH(QByteArray, text);
        QFETCH(QByteArray, named);
        const auto r = parseSkyLink(text.toStdString());
        QVERIFY(!r);
        QVERIFY2(QByteArray::fromStdString(r.error().text()).contains(named), r.error().text().c_str());
    }
    void oddPartsArePassedOver()
    {
        const auto r = parseSkyLink("firmament://view?target=10%2020&nonsense=1&%zz=%4&&=&fov=");
        QVERIFY(r);
        QVERIFY(at(r->value, 10, 20));
        QVERIFY(!r->warnings.empty());
        std::string text = "firmament://view?target=";
        text.append(20000, 'a');
        QVERIFY(!parseSkyLink(text)); // too long to be one
    }
};

QTEST_APPLESS_MAIN(TestSkyLink)
#include "test_sky_link.moc"
