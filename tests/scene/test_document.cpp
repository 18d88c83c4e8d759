#include <QtTest>

#include "scene/document.h"

using namespace firmament;
using namespace firmament::scene;

namespace {

Document rich()
{
    Document d;
    d.view = sky::SkyView()
                 .withFrame(sky::Frame::Galactic)
                 .lookingAt({sky::Angle::deg(123.456789012345), sky::Angle::deg(-45.6), sky::Frame::Galactic})
                 .withProjection(sky::Proj::Mol)
                 .withSize(1000, 700)
                 .withFov(sky::Angle::arcsec(0.3))
                 .withRoll(sky::Angle::deg(33.3))
                 .withMirror(true);
    SurveyState s;
    s.source = "https://example.org/hips \"quoted\"";
    s.format = hips::TileFormat::Fits;
    s.channel = 7;
    s.cuts = {CutRule::Mode::Manual, -1.5e-7, 2.25e9, 98};
    s.stretch = render::Stretch::Asinh;
    s.map = render::ColourMap::CoolWarm;
    s.invert = true;
    s.gamma = 1.7;
    s.sampling = render::Sampling::Nearest;
    s.colourBar = true;
    const auto add = [&](std::string name, LayerContent content) {
        LayerState layer;
        layer.id = d.freeId();
        layer.name = std::move(name);
        layer.visible = d.layers.size() % 2 == 0;
        layer.opacity = 0.37;
        layer.blend = render::Blend::Screen;
        layer.content = std::move(content);
        d.layers.push_back(layer);
    };
    add("Sérvey · 1", s);
    add("Stars", StarsState{false, 8.5, -1});
    add("Constellations", ConstellationsState{false, false, true, true});
    add("Deep sky", DeepSkyState{false, false});
    add("Solar System", SolarSystemState{2451545.25, false});
    add("Solar System now", SolarSystemState{});
    d.overlays = {{true, sky::Frame::EclipticJ2000, false}, false, false, false, false, true};
    d.epoch = {1991.25};
    d.vectorYears = -500;
    d.bookmarks = {{"Here", d.view}, {"", sky::SkyView()}};
    return d;
}

} // namespace

class TestDocument : public QObject {
    Q_OBJECT
private slots:
    void roundTrip()
    {
        for (const Document& d : {rich(), firstStart(), Document{}}) {
            const auto read = fromJson(toJson(d));
            QVERIFY(read.has_value());
            QCOMPARE(read->warnings.size(), size_t{0});
            const Document& back = read->value;
            QVERIFY(back.layers == d.layers);
            QVERIFY(back.overlays == d.overlays);
            QVERIFY(back.epoch == d.epoch && back.vectorYears == d.vectorYears);
            QCOMPARE(back.bookmarks.size(), d.bookmarks.size());
            QVERIFY(std::abs((back.view.centre().lon - d.view.centre().lon).arcsec()) < 1e-9);
            QVERIFY(std::abs((back.view.centre().lat - d.view.centre().lat).arcsec()) < 1e-9);
            QVERIFY(std::abs(back.view.fov() / d.view.fov() - 1) < 1e-15);
            QCOMPARE(back.view.frame(), d.view.frame());
            QCOMPARE(back.view.projection(), d.view.projection());
            QCOMPARE(back.view.mirror(), d.view.mirror());
            QCOMPARE(back.view.width(), d.view.width());
            // Written again it is the same text: nothing drifts.
            QCOMPARE(QString::fromStdString(toJson(back)), QString::fromStdString(toJson(d)));
        }
    }
    void firstStartIsTheGalacticCentre()
    {
        const Document d = firstStart();
        QVERIFY(std::abs(d.view.fov().deg() - 96) < 1e-12);
        QCOMPARE(d.view.projection(), sky::Proj::Stg);
        const auto centre = sky::converted(d.view.centre(), sky::Frame::Galactic);
        QVERIFY(sky::separation(sky::toDir(centre), sky::Dir::UnitX()).arcsec() < 1e-6);
        QCOMPARE(std::get<SurveyState>(d.layers.front().content).source, std::string(kDefaultSky));
        QCOMPARE(d.layers.size(), size_t{5});
        QCOMPARE(d.freeId(), LayerId{6});
        QVERIFY(d.find(3) && !d.find(77));
    }
    void unknownKeysAndKindsAreWarnings()
    {
        const auto read = fromJson(R"({"format":"firmament-session","version":9,"future":1,"view":{"fov":10,"wobble":2},
            "layers":[{"kind":"survey","id":4,"source":"a","sparkle":true},{"kind":"hologram","id":5,"x":1,"y":2},{"kind":"stars","id":4}],
            "overlays":{"fog":1}})");
        QVERIFY(read.has_value());
        QCOMPARE(read->value.layers.size(), size_t{2});
        QVERIFY(read->value.layers[0].id != read->value.layers[1].id);
        QVERIFY(std::abs(read->value.view.fov().deg() - 10) < 1e-12);
        const std::string all = [&] {
            std::string s;
            for (const auto& w : read->warnings) s += w + "\n";
            return s;
        }();
        for (const char* word : {"newer", "future", "wobble", "sparkle", "hologram", "fog", "taken"}) QVERIFY2(all.find(word) != std::string::npos, word);
        QCOMPARE(read->warnings.size(), size_t{7});
    }
    void oddValuesKeepTheDefaults()
    {
        const auto read = fromJson(R"({"format":"firmament-session","version":1,"view":{"fov":-3,"lat":"north","projection":"XYZ","width":0},
            "layers":[{"kind":"survey","source":5,"opacity":7,"blend":"mix","cuts":"all","gamma":null},17],"bookmarks":3,"epoch":[]})");
        QVERIFY(read.has_value());
        const Document& d = read->value;
        QVERIFY(d.view.fov().rad() > 0 && d.view.width() >= 1);
        QCOMPARE(d.view.projection(), sky::Proj::Stg);
        QCOMPARE(d.layers.size(), size_t{1});
        QCOMPARE(d.layers[0].opacity, 1.0);
        QCOMPARE(d.layers[0].blend, render::Blend::Normal);
        QVERIFY(read->warnings.size() >= 8);
    }
    void whatIsNoSessionIsAnError()
    {
        for (const char* text : {"", "{", "[]", "null", "{\"format\":\"other\"}", "{\"format\":\"firmament-session\"}", "SIMPLE  =  T", "\xff\xfe"}) {
            const auto read = fromJson(text);
            QVERIFY(!read.has_value());
            QCOMPARE(read.error().code, Errc::Parse);
            QVERIFY(!read.error().what.empty());
        }
    }
};

QTEST_APPLESS_MAIN(TestDocument)
#include "test_document.moc"
