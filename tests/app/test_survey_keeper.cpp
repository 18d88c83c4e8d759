// Keeping a survey for offline: which tiles, how large, that they are there without the server, and what is told when some are not.
#include <QtTest>

#include <set>

#include "app/window/controller.h"
#include "app/window/survey_keeper.h"
#include "tests/support/loopback_server.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::window;

class TestSurveyKeeper : public QObject {
    Q_OBJECT
    QTemporaryDir home_, work_;
    std::unique_ptr<Controller> c_;
    testing::LoopbackServer server_;

    std::filesystem::path folder() const { return std::filesystem::path(work_.path().toStdString()) / "survey"; }
    KeepWish wish(double lon, double lat, double fov, int order)
    {
        KeepWish w;
        w.base = server_.url("/survey");
        w.title = "Synthetic";
        w.info.orderMin = 0;
        w.info.orderMax = 4;
        w.info.tileWidth = 64;
        w.info.formats = {hips::TileFormat::Png};
        w.view = sky::SkyView().withSize(400, 300).withFov(sky::Angle::deg(fov)).lookingAt({sky::Angle::deg(lon), sky::Angle::deg(lat), sky::Frame::Icrs});
        w.order = order;
        return w;
    }

private slots:
    void initTestCase()
    {
        qputenv("FIRMAMENT_HOME", home_.path().toUtf8());
        testing::SyntheticHips hips{folder(), 0, 3, 64};
        hips.has = [](sky::Cell c) { return sky::cellCentre(c).z() > -0.5; };
        hips.writePictures();
        server_.serveFolder("/survey", folder());
        WindowOptions o;
        o.fresh = true;
        c_ = std::make_unique<Controller>(o);
    }
    void init()
    {
        server_.clearLog();
        c_->network().clearCache();
    }
    void cleanupTestCase() { c_.reset(); }

    void theTilesOfAViewAreThoseItTouches()
    {
        const KeepWish w = wish(120, 30, 8, 3);
        const auto cells = cellsToKeep(w);
        QVERIFY(cells && !cells->empty());
        QCOMPARE(static_cast<int>(cells->front().order), 0);
        QCOMPARE(static_cast<int>(cells->back().order), 3);
        const std::set<sky::Cell> have(cells->begin(), cells->end());
        QCOMPARE(have.size(), cells->size());
        // Whatever pixel is looked at, its tile of each order is among them; and no tile is far away.
        for (int y = 0; y <= 300; y += 30)
            for (int x = 0; x <= 400; x += 40)
                for (int order = 0; order <= 3; ++order) QVERIFY(have.contains(sky::cellAt(*w.view.directionAt({static_cast<double>(x), static_cast<double>(y)}), order)));
        QVERIFY2(cells->size() < 40, qPrintable(QString::number(cells->size())));
    }
    void coverageAndFrameLimitThem()
    {
        KeepWish w = wish(120, 30, 8, 3);
        const auto all = cellsToKeep(w);
        w.coverage = std::make_shared<const sky::Moc>(sky::Moc::fromCells(std::vector<sky::Cell>{sky::cellAt(sky::toDir(sky::Angle::deg(120), sky::Angle::deg(30)), 3)}));
        const auto covered = cellsToKeep(w);
        QVERIFY(covered && covered->size() == 4 && covered->size() < all->size()); // one of each order
        w.info.frame = sky::Frame::Body;
        QVERIFY(!cellsToKeep(w));
        KeepWish deep = wish(0, 0, 180, 9);
        QVERIFY(!cellsToKeep(deep)); // too many
    }
    void theSizeComesFirstThenTheTiles()
    {
        SurveyKeeper keeper(*c_, nullptr);
        keeper.measure(wish(120, 30, 8, 3));
        QTRY_COMPARE_WITH_TIMEOUT(keeper.phase(), SurveyKeeper::Phase::Measured, 20000);
        const size_t sampled = server_.requestsBelow("/survey/Norder");
        QVERIFY2(sampled >= 1 && sampled <= 3, qPrintable(QString::number(sampled)));
        const auto cells = *cellsToKeep(keeper.wish());
        double real = 0;
        for (const sky::Cell& c : cells) real += static_cast<double>(std::filesystem::file_size(folder() / hips::tilePath(c, hips::TileFormat::Png)));
        QVERIFY2(keeper.bytesExpected() > real / 1.5 && keeper.bytesExpected() < real * 1.5, qPrintable(QStringLiteral("%1 %2").arg(keeper.bytesExpected()).arg(real)));
        QSignalSpy told(c_.get(), &Controller::toastWanted);
        keeper.start();
        QTRY_COMPARE_WITH_TIMEOUT(keeper.phase(), SurveyKeeper::Phase::Done, 20000);
        QCOMPARE(keeper.done(), cells.size());
        QCOMPARE(keeper.failed() + keeper.missing(), size_t{0});
        QCOMPARE(keeper.bytesGot() > real, true); // with properties
        QCOMPARE(told.count(), 1);
        QTRY_VERIFY(c_->network().stats().storing == 0);
        // Without the server they are all there.
        c_->changeSettings([](Settings& s) { s.offline = true; });
        server_.clearLog();
        SurveyKeeper again(*c_, nullptr);
        again.measure(wish(120, 30, 8, 3));
        QTRY_COMPARE_WITH_TIMEOUT(again.phase(), SurveyKeeper::Phase::Measured, 20000);
        again.start();
        QTRY_COMPARE_WITH_TIMEOUT(again.phase(), SurveyKeeper::Phase::Done, 20000);
        QCOMPARE(again.failed(), size_t{0});
        QCOMPARE(server_.requests(), size_t{0});
        c_->changeSettings([](Settings& s) { s.offline = false; });
    }
    void whatIsMissingAndWhatFailsIsCounted()
    {
        SurveyKeeper keeper(*c_, nullptr);
        keeper.measure(wish(120, -80, 8, 2)); // no tiles in the far south
        QTRY_COMPARE_WITH_TIMEOUT(keeper.phase(), SurveyKeeper::Phase::Measured, 20000);
        keeper.start();
        QTRY_COMPARE_WITH_TIMEOUT(keeper.phase(), SurveyKeeper::Phase::Done, 20000);
        QVERIFY(keeper.missing() > 0);
        QCOMPARE(keeper.failed(), size_t{0});
        QCOMPARE(keeper.done(), keeper.total());
    }
    void itCanBeStopped()
    {
        SurveyKeeper keeper(*c_, nullptr);
        keeper.measure(wish(120, 30, 60, 3));
        QTRY_COMPARE_WITH_TIMEOUT(keeper.phase(), SurveyKeeper::Phase::Measured, 20000);
        keeper.start();
        keeper.stop();
        QCOMPARE(keeper.phase(), SurveyKeeper::Phase::Done);
        QVERIFY(keeper.done() < keeper.total());
        keeper.measure(wish(120, 30, 8, 0)); // and begun anew
        QTRY_COMPARE_WITH_TIMEOUT(keeper.phase(), SurveyKeeper::Phase::Measured, 20000);
        QCOMPARE(keeper.total(), cellsToKeep(keeper.wish())->size());
    }
};

QTEST_MAIN(TestSurveyKeeper)
#include "test_survey_keeper.moc"
