#include <QTest>

#include <algorithm>
#include <map>
#include <set>

#include "fits/moc_fits.h"
#include "hips/image_codec.h"
#include "hips/remote_hips.h"
#include "hips/survey_list.h"
#include "hips/tile_source.h"
#include "tests/support/double_tile.h"

using namespace firmament;
using namespace firmament::hips;
using sky::Cell;

namespace {

Bytes toBytes(std::string_view s)
{
    const ByteView b = asBytes(s);
    return {b.begin(), b.end()};
}

Bytes picture(uint8_t red, int w = 64)
{
    std::vector<uint8_t> px(static_cast<size_t>(w * w) * 4, 255);
    for (size_t i = 0; i < px.size(); i += 4) px[i] = red;
    return *encodePng(px.data(), w, w);
}

/// A web of files. Answers are queued, as the real one does it.
class FakeWeb final : public net::Transport {
public:
    std::map<std::string, Bytes> files;
    std::set<std::string> deadHosts;       ///< "http://a"
    std::map<std::string, int> statuses;   ///< of addresses that are not served
    std::vector<std::string> log;

    Pending send(net::Request request, Executor& on, Done done) override
    {
        log.push_back(request.url);
        auto flag = std::make_shared<PendingFlag>();
        flag->deliver(on, [done = std::move(done), result = answer(request)]() mutable { done(std::move(result)); });
        return Pending(flag);
    }
    size_t asked(std::string_view part) const
    {
        return static_cast<size_t>(std::count_if(log.begin(), log.end(), [&](const std::string& u) { return u.find(part) != std::string::npos; }));
    }

private:
    Expected<net::Response> answer(const net::Request& r) const
    {
        for (const std::string& host : deadHosts)
            if (r.url.starts_with(host)) return Error{Errc::Network, "cannot connect", r.url, 0, true};
        if (const auto s = statuses.find(r.url); s != statuses.end())
            return Error{s->second == 404 || (s->second == 403 && r.hiddenIsMissing) ? Errc::NotFound : Errc::Http, "answered " + std::to_string(s->second), r.url, s->second};
        const auto it = files.find(r.url);
        if (it == files.end()) return Error{Errc::NotFound, "answered 404", r.url, 404};
        if (r.validate)
            if (const std::string why = r.validate(it->second); !why.empty()) return Error{Errc::Parse, why, r.url};
        net::Response response;
        response.status = 200;
        response.body = std::make_shared<const Bytes>(it->second);
        return response;
    }
};

struct Env {
    QueueExecutor ui;
    InlineExecutor work;
    FakeWeb web;
    SurveyEnvironment environment{&ui, &work, &web};

    Expected<OpenSurvey> open(const std::string& where, const OpenOptions& options = {})
    {
        std::optional<Expected<OpenSurvey>> got;
        const Pending p = openSurvey(where, options, environment, [&](Expected<OpenSurvey> s) { got.emplace(std::move(s)); });
        if (got) qFatal("answered inside the call");
        ui.drain();
        if (!got) qFatal("no answer");
        return std::move(*got);
    }
    std::vector<Cell> found; ///< of base()
    int ends = 0;
    void base(TileSource& source)
    {
        found.clear();
        ends = 0;
        const Pending p = source.loadBase([&](Cell c, TilePtr) { found.push_back(c); }, [&] { ++ends; });
        ui.drain();
    }
    Expected<TilePtr> load(TileSource& source, Cell c)
    {
        std::optional<Expected<TilePtr>> got;
        const Pending p = source.load(c, Priority::Normal, 0, [&](Expected<TilePtr> t) { got.emplace(std::move(t)); });
        ui.drain();
        if (!got) qFatal("no answer");
        return std::move(*got);
    }
};

const char* const kProperties = "creator_did = ivo://T/x\nobs_title = Test\nhips_order = 3\nhips_frame = equatorial\nhips_tile_format = png\n"
                                "hips_tile_width = 64\nhips_service_url = http://dead.example/x\nhips_service_url_1 = http://b/x/\n";

} // namespace

class TestRemoteSurvey : public QObject {
    Q_OBJECT
private slots:
    void opensAndLoads()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes(kProperties);
        e.web.files["http://a/x/Norder3/Dir0/Npix5.png"] = picture(50);
        const sky::Moc moc = sky::Moc::fromCells(std::vector<Cell>{{3, 5}});
        e.web.files["http://a/x/Moc.fits"] = fits::writeMocFits(moc, "C");
        auto s = e.open("http://a/x/");
        QVERIFY2(s.has_value(), s ? "" : s.error().text().c_str());
        QCOMPARE(s->info.url, std::string("http://a/x"));
        QCOMPARE(s->info.title, std::string("Test"));
        QCOMPARE(s->info.mirrors, (std::vector<std::string>{"http://b/x", "http://dead.example/x"}));
        QVERIFY(s->coverage && *s->coverage == moc);
        const auto tile = e.load(*s->source, {3, 5});
        QVERIFY(tile);
        QCOMPARE(int{(*tile)->rgba()[0]}, 50);
        const auto none = e.load(*s->source, {3, 6});
        QVERIFY(!none);
        QCOMPARE(none.error().code, Errc::NotFound);
        QCOMPARE(e.web.asked("http://b"), size_t{0}); // a 404 is an answer
        const SourceStats st = s->source->stats();
        QCOMPARE(st.requested, uint64_t{2});
        QCOMPARE(st.ok, uint64_t{1});
        QCOMPARE(st.missing, uint64_t{1});
        QVERIFY(st.bytes > 50);
    }

    void valuesWithMoreDigitsAreReadFromTheFile()
    {
        Env env;
        env.web.files["http://a/x/properties"] = toBytes("hips_order = 0\nhips_frame = equatorial\nhips_tile_format = fits\nhips_tile_width = 4\nobs_title = X\n");
        const auto value = [](int column, int row) { return 1234567890.125 + 100 * row + column; };
        env.web.files["http://a/x/Norder0/Dir0/Npix4.fits"] = toBytes(testing::doubleTile(4, value));
        auto s = env.open("http://a/x");
        QVERIFY2(s, s ? "" : s.error().text().c_str());
        const auto tile = env.load(*s->source, {0, 4});
        QVERIFY(tile && (*tile)->rounded);
        std::optional<Expected<double>> got;
        const auto ask = [&](uint64_t pix) { return s->source->exactValue({0, pix}, 4, 1, 0, [&](Expected<double> v) { got = std::move(v); }); };
        {
            const Pending dropped = ask(4);
        }
        env.ui.drain();
        QVERIFY(!got); // nobody waits for it
        const Pending p = ask(4);
        QVERIFY(!got);
        env.ui.drain();
        QVERIFY(got && *got);
        QVERIFY(**got == value(1, 3));
        const Pending none = ask(5);
        env.ui.drain();
        QCOMPARE(got->error().code, Errc::NotFound);
    }
    void wholeSkyNeedsNoMap()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes(std::string(kProperties) + "moc_sky_fraction = 1\n");
        auto s = e.open("http://a/x");
        QVERIFY(s && !s->coverage);
    }

    void mirrorsTakeOver()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes(kProperties);
        for (uint64_t p = 0; p < 20; ++p) e.web.files["http://b/x/" + tilePath({3, p}, TileFormat::Png)] = picture(9);
        auto s = e.open("http://a/x");
        QVERIFY(s);
        e.web.deadHosts = {"http://a"};
        e.web.log.clear();
        for (uint64_t p = 0; p < 10; ++p) QVERIFY(e.load(*s->source, {3, p}));
        QVERIFY(e.web.asked("http://a") <= 3); // then the mirror is asked first
        QCOMPARE(s->source->stats().ok, uint64_t{10});
        QCOMPARE(s->source->stats().failed, uint64_t{0});
        // All dead: one error that may be tried again.
        e.web.deadHosts = {"http://a", "http://b", "http://dead.example"};
        const auto none = e.load(*s->source, {3, 15});
        QVERIFY(!none);
        QCOMPARE(none.error().code, Errc::Network);
        QVERIFY(none.error().retry);
    }

    void wrongContentIsNeverATile()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes("hips_order=3\nhips_frame=equatorial\nhips_tile_format=png\nhips_tile_width=64\n");
        e.web.files["http://a/x/Norder3/Dir0/Npix5.png"] = toBytes("<!DOCTYPE html><p>Sorry");
        e.web.files["http://a/x/Norder3/Dir0/Npix6.png"] = toBytes("");
        e.web.files["http://a/x/Norder3/Dir0/Npix7.png"] = [] { Bytes b = picture(3); b.resize(b.size() / 2); return b; }();
        e.web.statuses["http://a/x/Norder3/Dir0/Npix8.png"] = 403;
        e.web.statuses["http://a/x/Norder3/Dir0/Npix9.png"] = 500;
        auto s = e.open("http://a/x");
        QVERIFY(s);
        const auto html = e.load(*s->source, {3, 5});
        QVERIFY(!html && html.error().what.find("HTML") != std::string::npos);
        QCOMPARE(html.error().where, std::string("http://a/x/Norder3/Dir0/Npix5.png"));
        QVERIFY(!e.load(*s->source, {3, 6}));
        const auto cut = e.load(*s->source, {3, 7});
        QVERIFY(!cut);
        QCOMPARE(cut.error().code, Errc::Parse);
        QCOMPARE(e.load(*s->source, {3, 8}).error().code, Errc::NotFound);
        QCOMPARE(e.load(*s->source, {3, 9}).error().code, Errc::Http);
    }

    void baseTiles()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes(kProperties);
        e.web.files["http://a/x/Norder0/Dir0/Npix2.png"] = picture(7);
        auto s = e.open("http://a/x");
        e.base(*s->source);
        QCOMPARE(e.found, (std::vector<Cell>{{0, 2}}));
        QCOMPARE(e.ends, 1);
        QCOMPARE(e.web.asked("Allsky"), size_t{0});
        // No tile of order 0: the mosaic, which all old surveys have.
        e.web.files.erase("http://a/x/Norder0/Dir0/Npix2.png");
        const std::vector<uint8_t> mosaic(static_cast<size_t>(27 * 8 * 29 * 8) * 4, 200);
        e.web.files["http://a/x/Norder3/Allsky.png"] = *encodePng(mosaic.data(), 27 * 8, 29 * 8);
        s = e.open("http://a/x");
        e.base(*s->source);
        QCOMPARE(e.found.size(), size_t{12});
        QCOMPARE(e.ends, 1);
        // Nothing at all: it ends all the same.
        e.web.files.erase("http://a/x/Norder3/Allsky.png");
        s = e.open("http://a/x");
        e.base(*s->source);
        QVERIFY(e.found.empty());
        QCOMPARE(e.ends, 1);
    }

    /// Chandra, HST, Swift: no orders 0 to 2, and nobody says so; here without an Allsky and a coverage map too.
    void lowOrdersThatAreNotThere()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes(std::string(kProperties) + "hips_initial_ra = 83.6\nhips_initial_dec = 22\nhips_initial_fov = 30\n");
        const sky::Dir place = sky::toDir(sky::Angle::deg(83.6), sky::Angle::deg(22));
        const Cell there = sky::cellAt(place, 3);
        e.web.files["http://a/x/" + tilePath(there, TileFormat::Png)] = picture(77);
        auto s = e.open("http://a/x");
        QVERIFY(s && s->info.orderMin == 0 && !s->coverage);
        QCOMPARE(s->source->made(), std::nullopt);
        e.base(*s->source);
        QVERIFY(e.found.empty() && e.ends == 1);
        QCOMPARE(s->source->learnt().orderMin, std::optional(3));
        QCOMPARE(s->source->made(), std::optional(MadeOrders{0, 0}));
        e.web.log.clear();
        const Cell base = there.parent(3);
        const auto tile = e.load(*s->source, base);
        QVERIFY2(tile.has_value(), tile ? "" : tile.error().text().c_str());
        QCOMPARE(e.web.log.size(), size_t{64}); // the tiles below it, and no more
        const sky::SubRect r = sky::within(there, base);
        const auto at = [&](double v) { return static_cast<size_t>((v + r.size / 2) * (*tile)->width); };
        const uint8_t* p = (*tile)->rgba() + (at(r.x) * static_cast<size_t>((*tile)->width) + at(r.y)) * 4;
        QCOMPARE(int{p[0]}, 77);
        QCOMPARE(int{p[3]}, 255);
        QCOMPARE(int{(*tile)->rgba()[3]} + int{(*tile)->rgba()[(64 * 64 - 1) * 4 + 3]}, r.x + r.y == 0 ? 255 : 0); // beside it there is nothing
    }

    void aDeepFieldWithoutAMap()
    {
        Env e;
        std::string said(kProperties);
        said.replace(said.find("hips_order = 3"), 14, "hips_order = 9\nhips_order_min = 6");
        e.web.files["http://a/x/properties"] = toBytes(said + "hips_initial_ra = 266\nhips_initial_dec = -29\nhips_initial_fov = 3\n");
        const sky::Dir place = sky::toDir(sky::Angle::deg(266), sky::Angle::deg(-29));
        for (const sky::Cell& c : sky::Moc::cone(place, sky::Angle::deg(1.5), 6).cells())
            for (uint64_t i = 0; i < uint64_t{1} << (2 * (6 - c.order)); ++i)
                e.web.files["http://a/x/" + tilePath({6, (c.pix << (2 * (6 - c.order))) + i}, TileFormat::Png)] = picture(50);
        auto s = e.open("http://a/x");
        QVERIFY(s);
        e.base(*s->source);
        // In the widest views only the field that it names; from order 3 on all that there is.
        QCOMPARE(s->source->made(), std::optional(MadeOrders{0, 3}));
        QCOMPARE(s->source->learnt(), LearntFacts{});
        for (const int order : {0, 2, 5}) {
            e.web.log.clear();
            const auto tile = e.load(*s->source, sky::cellAt(place, order));
            QVERIFY2(tile.has_value(), qPrintable(QString::number(order)));
            QVERIFY(!e.web.log.empty() && e.web.log.size() <= 64);
            size_t seen = 0;
            for (size_t i = 0; i < 64 * 64; ++i) seen += (*tile)->rgba()[i * 4 + 3] == 255;
            QVERIFY2(seen > 0 && (order == 5 || seen < 1000), qPrintable(QString::number(seen)));
        }
        e.web.log.clear();
        QCOMPARE(e.load(*s->source, sky::cellAt(-place, 1)).error().code, Errc::NotFound);
        QVERIFY(e.web.log.empty());
        QCOMPARE(e.load(*s->source, sky::cellAt(-place, 3)).error().code, Errc::NotFound);
        QCOMPARE(e.web.log.size(), size_t{64});
    }

    void ordersThatNobodySays()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes("hips_frame = galactic\nhips_tile_format = png\nhips_tile_width = 64\nhips_initial_ra = 83.6\nhips_initial_dec = 22\n");
        const sky::Dir place = sky::toDir(sky::converted({sky::Angle::deg(83.6), sky::Angle::deg(22), sky::Frame::Icrs}, sky::Frame::Galactic));
        for (int order = 2; order <= 7; ++order) e.web.files["http://a/x/" + tilePath(sky::cellAt(place, order), TileFormat::Png)] = picture(3);
        const auto s = e.open("http://a/x");
        QVERIFY2(s.has_value(), s ? "" : s.error().text().c_str());
        QCOMPARE(s->info.orderMin, 2);
        QCOMPARE(s->info.orderMax, 7);
        QVERIFY(std::any_of(s->warnings.begin(), s->warnings.end(), [](const std::string& w) { return w.find("orders 2 to 7 were found") != std::string::npos; }));
    }

    void tilesOfAnotherWidth()
    {
        Env e;
        std::string said(kProperties);
        said.replace(said.find("hips_tile_width = 64"), 20, "hips_tile_width = 512");
        e.web.files["http://a/x/properties"] = toBytes(said);
        for (uint64_t p = 0; p < 4; ++p) e.web.files["http://a/x/" + tilePath({3, p}, TileFormat::Png)] = picture(9, p == 3 ? 128 : 32);
        auto s = e.open("http://a/x");
        QVERIFY(s);
        QCOMPARE((*e.load(*s->source, {3, 0}))->width, 32);
        QCOMPARE(s->source->learnt().tileWidth, std::nullopt); // one alone may be a slip
        QCOMPARE((*e.load(*s->source, {3, 1}))->width, 32);
        QCOMPARE(s->source->learnt().tileWidth, std::optional(32));
        QCOMPARE((*e.load(*s->source, {3, 3}))->width, 32);
    }

    void channelsOfACube()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes(std::string(kProperties) + "dataproduct_type = cube\nhips_cube_depth = 5\nhips_cube_firstframe = 2\n");
        for (int z = 0; z < 5; ++z) e.web.files["http://a/x/" + tilePath({3, 7}, TileFormat::Png, z)] = picture(static_cast<uint8_t>(10 + z));
        const auto red = [&](std::optional<int> channel) {
            OpenOptions o;
            o.channel = channel;
            auto s = e.open("http://a/x", o);
            if (!s) return -1;
            const auto tile = e.load(*s->source, {3, 7});
            return tile ? int{(*tile)->rgba()[0]} : -2;
        };
        QCOMPARE(red({}), 12); // the one that it suggests
        QCOMPARE(red(0), 10);
        QCOMPARE(red(4), 14);
        OpenOptions o;
        o.channel = 5;
        const auto beyond = e.open("http://a/x", o);
        QVERIFY(!beyond);
        QCOMPARE(QString::fromStdString(beyond.error().what), QStringLiteral("has no channel 5, expected 0 to 4"));
        QCOMPARE(beyond.error().where, std::string("http://a/x"));
        e.web.files["http://a/x/properties"] = toBytes(kProperties);
        o.channel = 1;
        QCOMPARE(QString::fromStdString(e.open("http://a/x", o).error().what), QStringLiteral("has no channel 1: it is no cube"));
        // The mosaic of a channel.
        e.web.files["http://a/x/properties"] = toBytes(std::string(kProperties) + "hips_order_min = 3\ndataproduct_type = cube\nhips_cube_depth = 5\n");
        const std::vector<uint8_t> mosaic(static_cast<size_t>(27 * 8 * 29 * 8) * 4, 200);
        e.web.files["http://a/x/Norder3/Allsky_3.png"] = *encodePng(mosaic.data(), 27 * 8, 29 * 8);
        o.channel = 3;
        auto s = e.open("http://a/x", o);
        QVERIFY(s);
        e.base(*s->source);
        QCOMPARE(e.found.size(), size_t{12});
        QCOMPARE(s->source->made(), std::nullopt); // the mosaic is enough
        // Orders along the third axis too are another thing.
        e.web.files["http://a/x/properties"] = toBytes(std::string(kProperties) + "dataproduct_type = spectral-cube\nhips_order_freq = 12\nhips_tile_depth = 32\n");
        const auto cube3 = e.open("http://a/x");
        QVERIFY(!cube3);
        QCOMPARE(cube3.error().code, Errc::Unsupported);
    }

    void whatIsNoDescriptionIsRefused()
    {
        Env e;
        for (const char* text : {"Not found\n", "{\"error\": 404}", "", "a = 1\n"}) {
            e.web.files["http://a/x/properties"] = toBytes(text);
            const auto s = e.open("http://a/x");
            QVERIFY2(!s, text);
            QCOMPARE(s.error().code, Errc::Parse); // by its check, so that it is not kept either
            QCOMPARE(s.error().where, std::string("http://a/x/properties"));
        }
        e.web.files["http://a/x/properties"] = toBytes(kProperties);
        e.web.files["http://a/x/Moc.fits"] = toBytes("moved\n");
        const auto s = e.open("http://a/x");
        QVERIFY(s && !s->coverage);
        QVERIFY(std::any_of(s->warnings.begin(), s->warnings.end(), [](const std::string& w) { return w.find("coverage map ignored") == 0; }));
    }

    void aDestroyedPendingNeverCalls()
    {
        Env e;
        e.web.files["http://a/x/properties"] = toBytes(kProperties);
        e.web.files["http://a/x/Norder3/Dir0/Npix5.png"] = picture(50);
        {
            const Pending p = openSurvey("http://a/x", {}, e.environment, [](Expected<OpenSurvey>) { qFatal("called"); });
        }
        e.ui.drain();
        auto s = e.open("http://a/x");
        {
            const Pending p = s->source->load({3, 5}, Priority::Normal, 0, [](Expected<TilePtr>) { qFatal("called"); });
            const Pending q = s->source->loadBase([](Cell, TilePtr) { qFatal("called"); }, [] { qFatal("called"); });
        }
        e.ui.drain();
        s->source.reset();
        e.ui.drain();
    }

    void withoutProperties()
    {
        Env e;
        QVERIFY(!e.open("http://a/x"));
        e.web.files["http://a/x/Norder3/Allsky.png"] = picture(1);
        auto s = e.open("http://a/x");
        QVERIFY2(s.has_value(), s ? "" : s.error().text().c_str());
        QCOMPARE(s->format, TileFormat::Png);
        QCOMPARE(s->info.orderMin, 3);
        QVERIFY(!s->warnings.empty());
        e.web.deadHosts = {"http://a"};
        const auto dead = e.open("http://a/x");
        QVERIFY(!dead);
        QCOMPARE(dead.error().code, Errc::Network);
        QVERIFY(dead.error().where.find("http://a/x") != std::string::npos);
    }

    void byIdWithMirror()
    {
        const auto known = findSurvey("CDS/P/DSS2/color");
        QVERIFY(known && !known->mirrors.empty());
        Env e;
        e.web.files[known->mirrors[0] + "/properties"] = toBytes("hips_order=9\nhips_frame=equatorial\nhips_tile_format=jpeg\nmoc_sky_fraction=1\n");
        e.web.deadHosts = {known->url};
        auto s = e.open("cds/p/dss2/COLOR");
        QVERIFY2(s.has_value(), s ? "" : s.error().text().c_str());
        QCOMPARE(s->info.id, known->id);
        QCOMPARE(s->info.title, known->title);
        QCOMPARE(s->info.url, known->mirrors[0]);
        QCOMPARE(s->info.mirrors.back(), known->url);
        const auto unknown = e.open("no such survey anywhere");
        QVERIFY(!unknown);
        QCOMPARE(unknown.error().code, Errc::NotFound);
    }

    void theListOfSurveys()
    {
        const auto all = knownSurveys();
        QVERIFY2(all.has_value(), all ? "" : all.error().text().c_str());
        QVERIFY(all->size() > 110);
        std::set<std::string> ids;
        for (const SurveyInfo& s : *all) {
            QVERIFY2(ids.insert(s.id).second, s.id.c_str());
            QVERIFY2(!s.title.empty() && !s.regime.empty() && !s.category.empty() && !s.formats.empty() && !s.credit.empty(), s.id.c_str());
            QVERIFY2(s.url.starts_with("http") && !s.url.ends_with('/'), s.id.c_str());
            QVERIFY2(s.orderMax >= s.orderMin && s.emMin && s.emMax && *s.emMin <= *s.emMax, s.id.c_str());
        }
        QCOMPARE(all->front().regime, std::string("Gamma-ray"));
        QCOMPARE(knownSurveys("herschel pacs")->size(), knownSurveys("PACS HERSCHEL")->size());
        QVERIFY(knownSurveys("herschel pacs")->size() >= 5);
        QVERIFY(knownSurveys("zzzz")->empty());
        QCOMPARE(findSurvey("ivo://CDS/P/2MASS/H")->title, std::string("2MASS H"));
        QCOMPARE(findSurvey("vlass")->id, std::string("NRAO/P/VLASS/MedianStack"));
        QVERIFY(!findSurvey("planck")); // many
        QVERIFY(!findSurvey(""));
        QCOMPARE(findSurvey("CDS/P/IRIS/color")->frame, sky::Frame::Galactic);
    }
};

QTEST_APPLESS_MAIN(TestRemoteSurvey)
#include "test_remote_survey.moc"
