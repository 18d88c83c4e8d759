// The survey list: filters, favourites and recents, the preview on the sky, adding, details, pictures from a server.
#include <QAbstractButton>
#include <QAccessible>
#include <QJsonDocument>
#include <QLineEdit>
#include <QListView>
#include <QSurfaceFormat>
#include <QtTest>

#include <fstream>

#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/main_window.h"
#include "app/window/survey_adder.h"
#include "app/window/survey_detail.h"
#include "app/window/surveys_panel.h"
#include "tests/support/loopback_server.h"
#include "tests/support/synthetic_hips.h"
#include "tests/support/zip_writer.h"

using namespace firmament;
using namespace firmament::window;
using firmament::testing::LoopbackServer;
using firmament::testing::SyntheticHips;

class TestSurveys : public QObject {
    Q_OBJECT
    QTemporaryDir home_;
    std::filesystem::path folder_, own_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;

    SurveysPanel& panel() { return *static_cast<SurveysPanel*>(w_->host().leftPanel()); }
    QListView* list() { return panel().findChild<QListView*>(); }
    QLineEdit* search()
    {
        for (QLineEdit* e : panel().findChildren<QLineEdit*>())
            if (e != panel().adder().field()) return e;
        return nullptr;
    }
    QAbstractButton* button(const QString& name)
    {
        for (QAbstractButton* b : panel().findChildren<QAbstractButton*>())
            if (b->accessibleName() == name) return b;
        return nullptr;
    }
    void set(const char* chip, bool on)
    {
        QAbstractButton* b = button(QString::fromUtf8(chip));
        QVERIFY2(b, chip);
        if (b->isChecked() != on) b->click();
    }
    void noFilters()
    {
        for (const char* chip : {"Gamma rays", "Radio", "Optical", "Planet", "Catalogue", "Has data here", "Favourites", "Recent", "On this computer"}) set(chip, false);
        search()->clear();
    }
    int rowOf(const std::string& source) { return panel().model().rowOf(QString::fromStdString(source)); }
    void choose(const std::string& source)
    {
        const int row = rowOf(source);
        QVERIFY(row >= 0);
        list()->setFocus();
        list()->setCurrentIndex(panel().model().index(row));
    }
    QString accessibleText(const std::string& source)
    {
        return panel().model().index(rowOf(source)).data(Qt::AccessibleTextRole).toString();
    }
    void start()
    {
        WindowOptions o;
        o.offline = true;
        o.fresh = true;
        c_ = std::make_unique<Controller>(o);
        c_->changeSettings([](Settings& s) {
            s.reducedMotion = true;
            s.leftPanel = "surveys";
        });
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1280, 800);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        QApplication::setActiveWindow(w_.get()); // there is no window manager to do it
        c_->showPanel(QStringLiteral("surveys"));
        QTRY_VERIFY(panel().library().indexOf(QString::fromStdString(folder_.string())) >= 0);
        QTRY_VERIFY(panel().library().at(panel().library().indexOf(QString::fromStdString(folder_.string()))).said.has_value());
        QTRY_VERIFY(!panel().library().busy());
        noFilters();
        QTRY_VERIFY(rowOf(folder_.string()) >= 0);
    }
    void stop()
    {
        c_->saveSettings();
        w_.reset();
        c_.reset();
    }

private slots:
    void initTestCase()
    {
        if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
        qputenv("FIRMAMENT_HOME", home_.path().toUtf8());
        folder_ = std::filesystem::path(home_.path().toStdString()) / "data" / "hips" / "whole";
        SyntheticHips{.folder = folder_, .orderMin = 0, .orderMax = 1, .width = 64, .title = "Whole", .extra = "moc_sky_fraction = 1\nt_min = 45700\nt_max = 51179\nobs_regime = Radio"}.writePictures();
        own_ = std::filesystem::path(home_.path().toStdString()) / "elsewhere";
        SyntheticHips{.folder = own_, .orderMin = 0, .orderMax = 1, .width = 64, .title = "Elsewhere", .extra = "moc_sky_fraction = 1"}.writePictures();
        start();
    }
    void cleanupTestCase()
    {
        w_.reset();
        c_.reset();
    }

    void openingPutsTheFocusIntoTheSearch()
    {
        c_->togglePanel(QStringLiteral("surveys"));
        c_->togglePanel(QStringLiteral("surveys"));
        QTRY_COMPARE(w_->focusWidget(), search());
    }
    void chipsFilter()
    {
        const int all = panel().model().rowCount();
        QVERIFY(all > 100);
        set("Gamma rays", true);
        QVERIFY(panel().model().rowCount() > 0 && panel().model().rowCount() < all);
        for (int row = 0; row < panel().model().rowCount(); ++row) QCOMPARE(panel().model().facts(row).wave(), std::optional(Wave::Gamma));
        set("Radio", true); // one or the other
        QVERIFY(rowOf(folder_.string()) >= 0);
        set("Gamma rays", false);
        set("Radio", false);
        QCOMPARE(panel().model().rowCount(), all);
        set("On this computer", true);
        for (int row = 0; row < panel().model().rowCount(); ++row) QVERIFY(panel().model().facts(row).hereOffline());
        QVERIFY(rowOf(folder_.string()) >= 0);
        set("On this computer", false);
        search()->setText(QStringLiteral("planck 143"));
        QVERIFY(panel().model().rowCount() > 0 && panel().model().rowCount() < 10);
        set("Planet", true); // nothing is both
        QCOMPARE(panel().model().rowCount(), 0);
        QVERIFY(!list()->isVisible());
        QAbstractButton* clear = button(QStringLiteral("Clear filters"));
        QVERIFY(clear && clear->isVisible());
        clear->click();
        QCOMPARE(panel().model().rowCount(), all);
        QVERIFY(search()->text().isEmpty() && list()->isVisible());
    }
    void chipsSayTheirState()
    {
        QAbstractButton* chip = button(QStringLiteral("Favourites"));
        QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(chip);
        QVERIFY(spoken && spoken->state().checkable && !spoken->state().checked);
        set("Favourites", true);
        QVERIFY(spoken->state().checked);
        set("Favourites", false);
        QVERIFY(chip->focusPolicy() & Qt::TabFocus);
    }
    void coverageLimitsWhatHasDataHere()
    {
        const sky::SkyView view = sky::SkyView().lookingAt({sky::Angle::deg(83), sky::Angle::deg(-5), sky::Frame::Icrs}).withFov(sky::Angle::deg(2)).withSize(800, 600);
        const auto cone = [](double ra, double dec, double radius) {
            return sky::Moc::cone(sky::toDir(sky::Angle::deg(ra), sky::Angle::deg(dec)), sky::Angle::deg(radius), 10);
        };
        QVERIFY(coverageInView(cone(83, -5, 0.1), sky::Frame::Icrs, view));
        QVERIFY(coverageInView(cone(83, -5, 40), sky::Frame::Icrs, view)); // larger than the view
        QVERIFY(coverageInView(sky::Moc::all(), sky::Frame::Icrs, view));
        QVERIFY(!coverageInView(cone(88, -5, 1), sky::Frame::Icrs, view));
        QVERIFY(!coverageInView(cone(83, -7.2, 0.5), sky::Frame::Icrs, view)); // below the window, beside its circle
        QVERIFY(!coverageInView(sky::Moc(), sky::Frame::Icrs, view));
        SurveyFacts unknown;
        QVERIFY(mayHaveData(unknown, view));
    }
    void rowsHaveAccessibleText()
    {
        const QString text = accessibleText(folder_.string());
        QVERIFY2(text.startsWith(QStringLiteral("Whole, Radio, 1984–1999")), qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("covers 100")), qPrintable(text));
        QVERIFY2(text.contains(QLatin1String("On this computer")), qPrintable(text));
        QAccessibleInterface* spoken = QAccessible::queryAccessibleInterface(list());
        QVERIFY(spoken && spoken->childCount() == panel().model().rowCount());
        QCOMPARE(spoken->child(rowOf(folder_.string()))->text(QAccessible::Name), text);
    }
    void offlineRowsAreDimmedWithAReason()
    {
        const std::string far = "CDS/P/DSS2/red";
        QVERIFY(rowOf(far) >= 0);
        QVERIFY2(accessibleText(far).contains(QLatin1String("Offline: nothing kept")), qPrintable(accessibleText(far)));
        const auto brightest = [&](const std::string& source) {
            const QModelIndex i = panel().model().index(rowOf(source));
            list()->setCurrentIndex(panel().model().index(rowOf(source) > 0 ? 0 : 1)); // another one is chosen
            list()->scrollTo(i, QAbstractItemView::PositionAtCenter);
            const QImage picture = list()->viewport()->grab(list()->visualRect(i)).toImage();
            int most = 0;
            for (int x = 64; x < 200; ++x)
                for (int y = 3; y < 20; ++y) most = std::max(most, qGray(picture.pixel(x, y)));
            return most;
        };
        QVERIFY(brightest(folder_.string()) > brightest(far) + 40);
        choose(far);
        QTest::keyClick(list(), Qt::Key_Up);
        QTest::keyClick(list(), Qt::Key_Down);
        QTest::qWait(150);
        QVERIFY(!c_->preview().shown()); // there is nothing to show
        QTest::keyClick(list(), Qt::Key_Escape);
    }
    void arrowsPreviewAndEscRestores()
    {
        const scene::Document before = c_->document();
        const std::string session = scene::toJson(before);
        const bool undo = c_->history().canUndo();
        choose(folder_.string());
        const int row = rowOf(folder_.string());
        QTest::keyClick(list(), row > 0 ? Qt::Key_Up : Qt::Key_Down);
        QTest::keyClick(list(), row > 0 ? Qt::Key_Down : Qt::Key_Up);
        QTRY_VERIFY(c_->preview().shown());
        QCOMPARE(c_->preview().source(), folder_.string());
        QTRY_VERIFY_WITH_TIMEOUT(c_->preview().line().startsWith(QLatin1String("Complete")), 20000);
        QCOMPARE(c_->scene().document().layers.size(), before.layers.size() + 1);
        const auto on = std::find_if(c_->scene().document().layers.begin(), c_->scene().document().layers.end(), [&](const auto& l) { return c_->preview().owns(l.id); });
        QVERIFY(on != c_->scene().document().layers.end());
        QTRY_COMPARE(std::find_if(c_->scene().document().layers.begin(), c_->scene().document().layers.end(), [&](const auto& l) { return c_->preview().owns(l.id); })->opacity, 1.0);
        QVERIFY(c_->document() == before);
        QCOMPARE(scene::toJson(c_->document()), session);
        QCOMPARE(c_->history().canUndo(), undo);
        QTest::keyClick(list(), Qt::Key_Escape);
        QVERIFY(!c_->preview().shown());
        QVERIFY(c_->scene().document() == before);
        QVERIFY(panel().isVisible()); // the first Esc ends the preview, the next closes
    }
    void restingOnARowPreviewsAndLeavingRestores()
    {
        list()->scrollTo(panel().model().index(rowOf(folder_.string())), QAbstractItemView::PositionAtCenter);
        const QPoint at = list()->visualRect(panel().model().index(rowOf(folder_.string()))).center();
        QMouseEvent move(QEvent::MouseMove, at, list()->viewport()->mapToGlobal(at), Qt::NoButton, Qt::NoButton, Qt::NoModifier);
        QCoreApplication::sendEvent(list()->viewport(), &move);
        QVERIFY(!c_->preview().shown()); // not at once
        QTRY_COMPARE(c_->preview().source(), folder_.string());
        QEvent leave(QEvent::Leave);
        QCoreApplication::sendEvent(list()->viewport(), &leave);
        QTRY_VERIFY(!c_->preview().shown());
        QVERIFY(c_->scene().document() == c_->document());
    }
    void leavingThePanelRestores()
    {
        choose(folder_.string());
        QTest::keyClick(list(), Qt::Key_Home);
        QTest::keyClick(list(), Qt::Key_End);
        choose(folder_.string());
        QTest::keyClick(list(), Qt::Key_Up);
        QTest::keyClick(list(), Qt::Key_Down);
        QTRY_VERIFY(c_->preview().shown());
        w_->host().canvas().setFocus();
        QTRY_VERIFY(!c_->preview().shown());
    }
    void enterAddsOneLayerInOneStep()
    {
        const scene::Document before = c_->document();
        choose(folder_.string());
        QTest::keyClick(list(), Qt::Key_Up);
        QTest::keyClick(list(), Qt::Key_Down);
        QTRY_VERIFY_WITH_TIMEOUT(c_->preview().line().startsWith(QLatin1String("Complete")), 20000);
        scene::LayerId shown = 0;
        for (const auto& l : c_->scene().document().layers)
            if (c_->preview().owns(l.id)) shown = l.id;
        QTest::keyClick(list(), Qt::Key_Return);
        QCOMPARE(c_->document().layers.size(), before.layers.size() + 1);
        QVERIFY(c_->layer(shown)); // the very layer that was previewed, with its tiles
        QCOMPARE(c_->layer(shown)->opacity, 1.0);
        QCOMPARE(c_->report(shown)->phase, scene::LayerPhase::Complete);
        QVERIFY(!c_->preview().shown());
        QVERIFY(c_->scene().document() == c_->document());
        c_->history().undo();
        QVERIFY(c_->document().layers == before.layers);
        QVERIFY(c_->history().canRedo());
    }
    void ctrlEnterReplacesTheBase()
    {
        const scene::Document before = c_->document();
        choose(folder_.string());
        QTest::keyClick(list(), Qt::Key_Return, Qt::ControlModifier);
        QCOMPARE(c_->document().layers.size(), before.layers.size());
        QCOMPARE(std::get<scene::SurveyState>(c_->document().layers.front().content).source, folder_.string());
        c_->history().undo();
        QVERIFY(c_->document().layers == before.layers);
    }
    void favouritesAndRecentsSurviveARestart()
    {
        choose(folder_.string());
        QTest::keyClick(list(), Qt::Key_Space);
        QVERIFY(accessibleText(folder_.string()).contains(QLatin1String("favourite")));
        const std::string far = "CDS/P/DSS2/red";
        c_->addSurvey(far, "DSS2 red");
        c_->history().undo();
        stop();
        start();
        set("Favourites", true);
        QCOMPARE(panel().model().rowCount(), 1);
        QCOMPARE(rowOf(folder_.string()), 0);
        set("Favourites", false);
        set("Recent", true);
        QVERIFY(panel().model().rowCount() >= 2);
        QCOMPARE(rowOf(far), 0); // the last one first
        set("Recent", false);
        choose(folder_.string());
        QTest::keyClick(list(), Qt::Key_Space);
        QVERIFY(c_->settings().favourites.empty());
    }
    void detailsAreReachedByKey()
    {
        choose(folder_.string());
        QTest::keyClick(list(), Qt::Key_Right);
        auto* detail = panel().findChild<SurveyDetail*>();
        QVERIFY(detail && detail->isVisible());
        QVERIFY(detail->isAncestorOf(w_->focusWidget()));
        QStringList texts;
        for (const QLabel* l : detail->findChildren<QLabel*>()) texts << l->text();
        QVERIFY(texts.contains(QLatin1String("The testers")));
        QVERIFY(texts.contains(QStringLiteral("1984–1999")));
        QTest::keyClick(w_->focusWidget(), Qt::Key_Left);
        QVERIFY(!detail->isVisible() && list()->isVisible());
        QCOMPARE(w_->focusWidget(), list());
    }
    void pictureOfALocalTree()
    {
        const int i = panel().library().indexOf(QString::fromStdString(folder_.string()));
        list()->scrollTo(panel().model().index(rowOf(folder_.string())));
        QTRY_VERIFY(!panel().library().picture(i).isNull());
        QCOMPARE(panel().library().picture(i).size(), QSize(SurveyLibrary::kPictureSide, SurveyLibrary::kPictureSide));
    }
    void addingByFolder()
    {
        const auto layers = c_->document().layers;
        SurveyAdder& adder = panel().adder();
        adder.field()->setText(QString::fromStdString(own_.string()));
        QTest::keyClick(adder.field(), Qt::Key_Return);
        QTRY_COMPARE(c_->document().layers.size(), layers.size() + 1);
        QVERIFY(adder.field()->text().isEmpty());
        QVERIFY(panel().library().indexOf(QString::fromStdString(own_.string())) >= 0);
        QCOMPARE(c_->settings().ownSurveys.front(), own_.string());
        c_->history().undo();
    }
    void aBadOneIsToldFieldByField()
    {
        const auto layers = c_->document().layers;
        const auto bad = std::filesystem::path(home_.path().toStdString()) / "bad";
        std::filesystem::create_directories(bad);
        std::ofstream(bad / "properties") << "obs_title = Bad\nhips_frame = nowhere\nhips_order = 99\nhips_tile_format = gif\n";
        SurveyAdder& adder = panel().adder();
        const auto tryThis = [&](const QString& text) {
            adder.field()->setText(text);
            QTest::keyClick(adder.field(), Qt::Key_Return);
        };
        tryThis(QString::fromStdString(bad.string()));
        QTRY_VERIFY(adder.told().size() > 3);
        QCOMPARE(adder.told().front().level, CheckLine::Level::Bad);
        QStringList fields;
        for (const CheckLine& l : adder.told())
            if (l.level == CheckLine::Level::Odd) fields << l.field;
        for (const char* field : {"hips_frame", "hips_order", "hips_tile_format"}) QVERIFY2(fields.contains(QLatin1String(field)), field);
        QCOMPARE(adder.field()->text(), QString::fromStdString(bad.string())); // kept, to be put right
        tryThis(QStringLiteral("/tmp/tree.tar.gz"));
        QVERIFY(adder.told().size() == 1 && adder.told().front().text.contains(QLatin1String("Unpack")));
        tryThis(QStringLiteral("https://example.org/tree.zip"));
        QVERIFY(adder.told().size() == 1 && adder.told().front().text.contains(QLatin1String("download")));
        tryThis(QStringLiteral("no/such/id"));
        QCOMPARE(adder.told().front().level, CheckLine::Level::Bad);
        QVERIFY(c_->document().layers == layers);
    }
    void aZipIsUnpackedAndOpened()
    {
        const auto folder = std::filesystem::path(home_.path().toStdString());
        testing::ZipWriter zip;
        zip.addFolder(own_, "My sky/");
        zip.write(folder / "my sky.zip");
        SurveyAdder& adder = panel().adder();
        const size_t before = c_->document().layers.size();
        adder.field()->setText(QString::fromStdString((folder / "my sky.zip").string()));
        QTest::keyClick(adder.field(), Qt::Key_Return);
        QTRY_COMPARE_WITH_TIMEOUT(c_->document().layers.size(), before + 1, 20000);
        QVERIFY(std::filesystem::exists(c_->ownSurveys() / "my sky" / "properties"));
        std::ofstream(folder / "bad.zip") << "PK but not really";
        adder.field()->setText(QString::fromStdString((folder / "bad.zip").string()));
        QTest::keyClick(adder.field(), Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(adder.told().size() == 1, 20000);
        QVERIFY2(adder.told().front().text.contains(QLatin1String("not a whole zip")), qPrintable(adder.told().front().text));
        c_->history().undo();
    }
    void serversAreAskedOnlyForWhatIsSeen()
    {
        LoopbackServer server;
        server.serveFolder("/survey", own_);
        std::vector<uint8_t> rgba(64 * 64 * 4, 200);
        server.serve("/survey/preview.jpg", std::string(asText(*hips::encodeJpeg(rgba.data(), 64, 64))), "image/jpeg", {{"Cache-Control", "max-age=60"}});
        stop();
        WindowOptions o;
        o.fresh = true;
        Controller online(o);
        online.changeSettings([&](Settings& s) { s.ownSurveys = {server.url("/survey"), server.url("/unseen")}; });
        SurveyLibrary library(online);
        const int i = library.indexOf(QString::fromStdString(server.url("/survey")));
        QVERIFY(i >= 0);
        QTest::qWait(100);
        QCOMPARE(server.requests("/survey/properties"), 0u);
        library.want({i});
        QTRY_VERIFY(!library.picture(i).isNull());
        QCOMPARE(library.at(i).health, Health::Answers);
        QCOMPARE(library.at(i).title(), QStringLiteral("Elsewhere"));
        QCOMPARE(server.requests("/survey/preview.jpg"), 1u);
        QCOMPARE(server.requests("/unseen"), 0u);
        library.want({i}); // it is here: nobody is asked again
        QTRY_VERIFY(!library.busy());
        QCOMPARE(server.requests("/survey/preview.jpg"), 1u);
        online.changeSettings([](Settings& s) { s.offline = true; });
        const int unseen = library.indexOf(QString::fromStdString(server.url("/unseen")));
        library.want({unseen});
        QTest::qWait(100);
        QCOMPARE(server.requests("/unseen"), 0u);
        QVERIFY(!library.busy());
        QCOMPARE(healthText(library.at(unseen), true), SurveyLibrary::tr("Offline: nothing kept"));
    }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestSurveys test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_surveys.moc"
