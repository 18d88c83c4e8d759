#include <QTest>

#include <algorithm>
#include <map>
#include <set>

#include "fits/moc_fits.h"
#include "hips/image_codec.h"
#include "hips/remote_hips.h"
#include "hips/survey_list.h"
#include "hips/tile_source.h"

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
            return Error{s->second == 404 ? Errc::NotFound : Errc::Http, "answered " + std::to_string(s->second), r.url, s->second};
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
        std::vector<Cell> found;
        int ends = 0;
        const auto base = [&](TileSource& source) {
            found.clear();
            ends = 0;
            const Pending p = source.loadBase([&](Cell c, TilePtr) { found.push_back(c); }, [&] { ++ends; });
            e.ui.drain();
        };
        auto s = e.open("http://a/x");
        base(*s->source);
        QCOMPARE(found, (std::vector<Cell>{{0, 2}}));
        QCOMPARE(ends, 1);
        QCOMPARE(e.web.asked("Allsky"), size_t{0});
        // No tile of order 0: the mosaic, which all old surveys have.
        e.web.files.erase("http://a/x/Norder0/Dir0/Npix2.png");
        const std::vector<uint8_t> mosaic(static_cast<size_t>(27 * 8 * 29 * 8) * 4, 200);
        e.web.files["http://a/x/Norder3/Allsky.png"] = *encodePng(mosaic.data(), 27 * 8, 29 * 8);
        s = e.open("http://a/x");
        base(*s->source);
        QCOMPARE(found.size(), size_t{12});
        QCOMPARE(ends, 1);
        // Nothing at all: it ends all the same.
        e.web.files.erase("http://a/x/Norder3/Allsky.png");
        s = e.open("http://a/x");
        base(*s->source);
        QVERIFY(found.empty());
        QCOMPARE(ends, 1);
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
