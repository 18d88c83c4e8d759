// Names on the real built-in sky while it is panned and zoomed: none overlap, none flicker.
#include <QtTest>

#include <map>

#include "catalogs/sky_data.h"
#include "core/executor.h"
#include "scene/headless.h"
#include "tests/support/bitmap_labels.h"

using namespace firmament;
using namespace firmament::scene;
using sky::Angle;

namespace {

struct Name {
    Eigen::Vector2d at;
    double width, size;
    PixelRect box(double pad = 0) const { return {at.x() - pad, at.y() - 0.76 * size - pad, width + 2 * pad, size + 2 * pad}; }
};
using Names = std::map<std::string, Name>;

bool overlap(const PixelRect& a, const PixelRect& b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

Names namesOf(const OverlayPicture& picture)
{
    Names names;
    for (const auto& item : picture.items)
        if (const auto* t = std::get_if<OverlayText>(&item)) names[t->utf8] = {t->at, t->advance, t->size};
    return names;
}

/// How the sky near a place moved: the middle of what the three nearest names did that are in both pictures, as one of them
/// may have changed sides.
Eigen::Vector2d motionAt(const Eigen::Vector2d& at, const Names& before, const Names& after, const std::string& butOf)
{
    std::vector<std::pair<double, Eigen::Vector2d>> motions;
    for (const auto& [text, was] : before) {
        const auto is = after.find(text);
        if (is != after.end() && text != butOf) motions.emplace_back((was.at - at).norm(), is->second.at - was.at);
    }
    const auto nearest = std::min<size_t>(motions.size(), 3);
    if (nearest == 0) return {0, 0};
    std::partial_sort(motions.begin(), motions.begin() + static_cast<std::ptrdiff_t>(nearest), motions.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    const auto middle = [&](int axis) {
        std::vector<double> v;
        for (size_t i = 0; i < nearest; ++i) v.push_back(motions[i].second[axis]);
        std::sort(v.begin(), v.end());
        return v[v.size() / 2];
    };
    return {middle(0), middle(1)};
}

bool hitsAnother(const PixelRect& box, const Names& names, const std::string& butThis)
{
    return std::any_of(names.begin(), names.end(), [&](const auto& n) { return n.first != butThis && overlap(box, n.second.box(5)); });
}

} // namespace

class TestLabels : public QObject {
    Q_OBJECT
    std::shared_ptr<const catalogs::SkyData> sky_;

private slots:
    void initTestCase()
    {
        auto sky = catalogs::SkyData::load(std::string(FIRMAMENT_SOURCE_DIR) + "/resources/sky");
        QVERIFY(sky.has_value());
        sky_ = *sky;
    }

    void panning_data()
    {
        QTest::addColumn<double>("ra");
        QTest::addColumn<double>("dec");
        QTest::addColumn<double>("fov");
        QTest::newRow("Orion, wide") << 70.0 << 5.0 << 60.0;
        QTest::newRow("Sagittarius") << 265.0 << -25.0 << 20.0;
        QTest::newRow("Virgo, close") << 185.0 << 12.0 << 6.0;
        QTest::newRow("beside the pole") << 30.0 << 70.0 << 40.0;
    }
    void panning()
    {
        QFETCH(double, ra);
        QFETCH(double, dec);
        QFETCH(double, fov);
        QueueExecutor ui;
        InlineExecutor work;
        SteadyClock clock;
        testing::BitmapLabels labels;
        SceneEnvironment env;
        env.work = &work;
        env.clock = &clock;
        env.labels = &labels;
        env.sky = sky_;
        env.fadeMs = 0;
        auto made = HeadlessSession::create(env, ui);
        if (!made) QSKIP(qPrintable(QString::fromStdString(made.error().text())));
        HeadlessSession& session = **made;

        Document d = firstStart();
        d.layers.erase(d.layers.begin()); // no survey
        d.layers.pop_back();              // nor planets, which move by themselves
        d.overlays = OverlayState{};
        d.overlays.compass = d.overlays.scaleBar = d.overlays.reticle = d.overlays.credits = false;
        d.view = d.view.withSize(900, 600).withFov(Angle::deg(fov));
        const double step = 4 * fov / 900; // pixels a frame
        Names before;
        size_t seen = 0;
        for (int i = 0; i < 160; ++i) {
            const double turn = step * i;
            d.view = d.view.lookingAt({Angle::deg(ra + turn / std::cos(dec * sky::kRadPerDeg)), Angle::deg(dec + 0.3 * turn), sky::Frame::Icrs});
            session.scene().setDocument(d);
            OverlayPicture overlay;
            QVERIFY(session.frame(overlay).has_value());
            const Names now = namesOf(overlay);
            seen += now.size();
            for (auto a = now.begin(); a != now.end(); ++a)
                for (auto b = std::next(a); b != now.end(); ++b)
                    QVERIFY2(!overlap(a->second.box(), b->second.box()), qPrintable(QString::fromStdString(a->first + " on " + b->first)));
            for (const auto& [text, was] : before) {
                Name expected = was;
                expected.at += motionAt(was.at, before, now, text);
                const auto is = now.find(text);
                const bool stays = is != now.end() && (is->second.at - expected.at).norm() < 8; // a change of side is more
                if (stays || hitsAnother(expected.box(), now, text)) continue;
                QVERIFY2(!overlap(expected.box(-6), {0, 0, 900, 600}),
                         qPrintable(QString("frame %1: %2 %3 from %4 %5").arg(i).arg(QString::fromStdString(text), is == now.end() ? "went" : "jumped")
                                        .arg(expected.at.x()).arg(expected.at.y())));
            }
            before = now;
        }
        QVERIFY2(seen > 160 * 8, qPrintable(QString::number(seen)));
    }
};

QTEST_GUILESS_MAIN(TestLabels)
#include "test_labels.moc"
