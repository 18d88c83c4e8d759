// The inspector in the real window: what it says of a survey, and that its controls do what they say.
#include <QComboBox>
#include <QLabel>
#include <QScrollArea>
#include <QScrollBar>
#include <QSurfaceFormat>
#include <QtTest>

#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/controls.h"
#include "app/window/coverage_map.h"
#include "app/window/histogram_view.h"
#include "app/window/inspector_panel.h"
#include "app/window/main_window.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::window;
using firmament::testing::SyntheticHips;

class TestInspector : public QObject {
    Q_OBJECT
    QTemporaryDir home_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;
    scene::LayerId id_ = 0;

    InspectorPanel& panel() { return *w_->findChild<InspectorPanel*>(); }
    template <class T> T* control(const QString& name)
    {
        for (T* w : panel().findChildren<T*>())
            if (w->isVisible() && w->accessibleName() == name) return w;
        return nullptr;
    }
    QAbstractButton* button(const QString& name) { return control<QAbstractButton>(name); }
    bool says(const QString& text)
    {
        for (const QLabel* l : panel().findChildren<QLabel*>())
            if (l->isVisible() && l->text().contains(text)) return true;
        return false;
    }
    const scene::SurveyState& survey() { return std::get<scene::SurveyState>(c_->layer(id_)->content); }

private slots:
    void initTestCase()
    {
        if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
        qputenv("FIRMAMENT_HOME", home_.path().toUtf8());
        SyntheticHips hips{std::filesystem::path(home_.path().toStdString()) / "hips"};
        hips.orderMax = 1;
        hips.extra = "t_min = 50083\nt_max = 50813\nmoc_sky_fraction = 1\nobs_collection = Test";
        hips.writeValues([](sky::Cell c, int i) { return SyntheticHips::valueOf(c) + static_cast<float>(i % 64); });
        WindowOptions o;
        o.offline = true;
        o.fresh = true;
        c_ = std::make_unique<Controller>(o);
        c_->changeSettings([](Settings& s) {
            s.reducedMotion = true;
            s.rightPanel = true;
            s.showWelcome = false;
        });
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1280, 1000);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        id_ = c_->addSurvey(hips.folder.string(), "Synthetic");
        c_->selectLayer(id_);
        c_->open(QStringLiteral("45 0 20deg"));
        QTRY_VERIFY_WITH_TIMEOUT(panel().findChild<HistogramView*>() != nullptr, 20000);
        QTRY_VERIFY_WITH_TIMEOUT(w_->settled(), 20000);
    }
    void cleanupTestCase()
    {
        w_.reset();
        c_.reset();
    }

    void saysWhatIsDrawn()
    {
        QTRY_VERIFY(says(QStringLiteral("FITS tiles")));
        QTRY_VERIFY(says(QStringLiteral("The testers")));
        QVERIFY(says(QStringLiteral("1996 to 1997")));
        QVERIFY(says(QStringLiteral("this computer")));
        QVERIFY(says(QStringLiteral("at order 1")));
        QVERIFY(says(QStringLiteral("Histogram of the view")));
    }
    void allOfItFitsWhenThereIsRoom()
    {
        const auto* scroll = panel().findChild<QScrollArea*>();
        QTRY_COMPARE(scroll->verticalScrollBar()->maximum(), 0);
    }
    void manualKeepsTheCutsInForce()
    {
        button(QStringLiteral("99.5 %"))->click();
        QTRY_VERIFY(w_->settled());
        const auto before = c_->report(id_);
        button(QStringLiteral("Manual"))->click();
        QCOMPARE(survey().cuts.mode, scene::CutRule::Mode::Manual);
        QCOMPARE(survey().cuts.lo, before->cutLo);
        QCOMPARE(survey().cuts.hi, before->cutHi);
    }
    void takenFromTileOrAll()
    {
        button(QStringLiteral("Min–max"))->click();
        const quint64 pixels = 64 * 64;
        button(QStringLiteral("Taken from: Tile"))->click();
        QCOMPARE(survey().cuts.from, scene::CutRule::From::Tile);
        QTRY_COMPARE(c_->scene().histogram(id_)->pixels, pixels);
        QTRY_VERIFY(says(QStringLiteral("Histogram of the tile, order 1")));
        button(QStringLiteral("Taken from: All"))->click();
        QTRY_COMPARE(c_->scene().histogram(id_)->pixels, 12 * pixels);
        QTRY_VERIFY(says(QStringLiteral("Histogram of the preview, order 0")));
        button(QStringLiteral("zscale"))->click();
        QCOMPARE(survey().cuts.from, scene::CutRule::From::All); // the other choice is kept
        c_->history().undo();
        c_->history().undo();
        QCOMPARE(survey().cuts.from, scene::CutRule::From::Tile);
        button(QStringLiteral("Taken from: View"))->click();
    }
    void resetGoesBackToTheSurveysOwn()
    {
        c_->changeSurvey(id_, QStringLiteral("test"), [](scene::SurveyState& s) { s.gamma = 2; });
        c_->changeLayer(id_, QStringLiteral("test"), [](scene::LayerState& l) { l.opacity = 0.5; });
        button(QStringLiteral("Reset display"))->click();
        QCOMPARE(survey().gamma, 1.0);
        QCOMPARE(c_->layer(id_)->opacity, 1.0);
        c_->history().undo();
        QCOMPARE(c_->layer(id_)->opacity, 0.5);
        c_->history().redo();
    }
    void coverageIsAMapToClick()
    {
        button(QStringLiteral("Part: Coverage"))->click();
        QTRY_VERIFY(control<CoverageMap>(QStringLiteral("Map of the coverage")) != nullptr);
        auto* map = control<CoverageMap>(QStringLiteral("Map of the coverage"));
        QTRY_VERIFY(map->width() > 100);
        QVERIFY(says(QStringLiteral("100 % of the sky")));
        QTest::mouseClick(map, Qt::LeftButton, {}, map->rect().center());
        QTRY_VERIFY(std::abs(std::remainder(c_->aimPosition().lon.deg(), 360)) < 3);
        QVERIFY(std::abs(c_->aimPosition().lat.deg()) < 3);
        const auto left = map->rect().center() - QPoint(map->width() / 4, 0); // east is left
        QTest::mouseClick(map, Qt::LeftButton, {}, left);
        QTRY_VERIFY(std::abs(c_->aimPosition().lon.deg() - 90) < 4);
        button(QStringLiteral("Part: Display"))->click();
    }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestInspector test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_inspector.moc"
