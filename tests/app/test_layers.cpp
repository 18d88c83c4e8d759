// The layer panel: cards and their state lines, keys, groups by drag and menu, small pictures, the wavelength slider.
#include <QProgressBar>
#include <QPushButton>
#include <QSurfaceFormat>
#include <QtTest>

#include "app/window/blend_control.h"
#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/group_row.h"
#include "app/window/inspector_panel.h"
#include "app/window/layer_card.h"
#include "app/window/layers_panel.h"
#include "app/window/main_window.h"
#include "app/window/wavelength_bar.h"
#include "scene/stacks.h"
#include "tests/support/solid_hips.h"

using namespace firmament;
using namespace firmament::window;
using testing::Colour;

class TestLayers : public QObject {
    Q_OBJECT
    QTemporaryDir home_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;
    scene::LayerId optical_ = 0, infrared_ = 0, radio_ = 0;
    scene::Document start_;

    LayersPanel* panel() { return w_->findChild<LayersPanel*>(); }
    LayerCard* card(scene::LayerId id)
    {
        for (LayerCard* c : panel()->findChildren<LayerCard*>())
            if (c->id() == id && c->isVisible()) return c;
        return nullptr;
    }
    GroupRow* group(scene::GroupId id)
    {
        for (GroupRow* g : panel()->findChildren<GroupRow*>())
            if (g->id() == id && g->isVisible()) return g;
        return nullptr;
    }
    std::vector<scene::LayerId> order() const // top first
    {
        std::vector<scene::LayerId> out;
        for (auto it = c_->document().layers.rbegin(); it != c_->document().layers.rend(); ++it) out.push_back(it->id);
        return out;
    }
    void drag(QWidget* from, QWidget* to, double share) // to a height of the other row
    {
        QCoreApplication::processEvents();
        const QPoint grab(12, from->height() / 2);
        const QPoint end = from->mapFromGlobal(to->mapToGlobal(QPoint(20, static_cast<int>(to->height() * share))));
        const auto send = [&](QEvent::Type type, const QPoint& p, Qt::MouseButton b, Qt::MouseButtons bs) {
            QMouseEvent e(type, p, from->mapToGlobal(p), b, bs, Qt::NoModifier);
            QCoreApplication::sendEvent(from, &e);
        };
        send(QEvent::MouseButtonPress, grab, Qt::LeftButton, Qt::LeftButton);
        send(QEvent::MouseMove, grab + QPoint(0, end.y() > grab.y() ? 14 : -14), Qt::NoButton, Qt::LeftButton);
        // The pressed card has opened: the place is where the other row is now.
        QCoreApplication::processEvents();
        const QPoint now = from->mapFromGlobal(to->mapToGlobal(QPoint(20, static_cast<int>(to->height() * share))));
        send(QEvent::MouseMove, now, Qt::NoButton, Qt::LeftButton);
        send(QEvent::MouseButtonRelease, now, Qt::LeftButton, Qt::NoButton);
        QCoreApplication::processEvents();
    }
    void undo() { c_->commands().run(QStringLiteral("edit.undo")); }

private slots:
    void initTestCase()
    {
        if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
        qputenv("FIRMAMENT_HOME", home_.path().toUtf8());
        const std::filesystem::path root = home_.path().toStdString();
        WindowOptions o;
        o.offline = true;
        o.fresh = true;
        c_ = std::make_unique<Controller>(o);
        c_->changeSettings([](Settings& s) {
            s.reducedMotion = true;
            s.showWelcome = false;
        });
        const auto survey = [&](const char* name, Colour colour, const char* band) {
            return c_->addSurvey(testing::writeSolidHips(root / name, name, colour, band), name);
        };
        optical_ = survey("Optical", {200, 30, 20}, "em_min = 4e-7\nem_max = 7e-7");
        infrared_ = survey("Infrared", {20, 180, 40}, "em_min = 2e-5\nem_max = 2.2e-5");
        radio_ = survey("Radio", {30, 40, 210}, "em_min = 0.2\nem_max = 0.22");
        c_->history().apply("bare", [](scene::Document& d) {
            std::erase_if(d.layers, [](const scene::LayerState& l) {
                const auto* s = std::get_if<scene::SurveyState>(&l.content);
                return !s || s->source == scene::kDefaultSky;
            });
        });
        start_ = c_->document();
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1280, 800);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        c_->showPanel(QStringLiteral("layers"));
        QTRY_VERIFY_WITH_TIMEOUT(w_->settled(), 30000);
    }
    void cleanupTestCase()
    {
        w_.reset();
        c_.reset();
    }
    void init()
    {
        if (!c_) return;
        scene::Document d = start_;
        d.view = c_->view();
        c_->selectLayer(0);
        c_->history().replaceAll(d);
        QCoreApplication::processEvents();
    }

    void cardsHaveTheirHeights()
    {
        QVERIFY(card(radio_));
        QCOMPARE(card(radio_)->height(), 54);
        c_->selectLayer(radio_);
        QCOMPARE(card(radio_)->height(), 90);
        QCOMPARE(card(optical_)->height(), 54);
    }
    void stateLinesSayWhatIs()
    {
        scene::LayerReport r;
        r.phase = scene::LayerPhase::Partial;
        r.line = "Server answered 503, 12 of 14 tiles";
        QCOMPARE(stateLine(r), QStringLiteral("Server answered 503, 12 of 14 tiles"));
        r.nextTrySeconds = 19.2;
        QCOMPARE(stateLine(r), QStringLiteral("Server answered 503, next try in 20 s"));
        QTRY_VERIFY(c_->report(radio_)->line.find("Complete, order 0") == 0);
        // Elsewhere: the way there can be pressed; nothing about the card changes its height.
        r = *c_->report(radio_);
        r.phase = scene::LayerPhase::OutsideCoverage;
        r.line = "Outside its coverage: go there";
        r.goThere = true;
        card(radio_)->showReport(r);
        auto* go = card(radio_)->findChild<QPushButton*>(QString(), Qt::FindChildrenRecursively);
        bool found = false;
        for (QPushButton* b : card(radio_)->findChildren<QPushButton*>()) found = found || (b->isVisible() && b->text() == QLatin1String("go there"));
        QVERIFY(go && found);
        QCOMPARE(card(radio_)->height(), 54);
    }
    void keysWorkTheList()
    {
        c_->selectLayer(radio_);
        card(radio_)->setFocus();
        QTest::keyClick(card(radio_), Qt::Key_Down);
        QCOMPARE(c_->selectedLayer(), infrared_);
        QTest::keyClick(card(infrared_), Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(order().front(), infrared_);
        QTest::keyClick(card(infrared_), Qt::Key_Left);
        QCOMPARE(c_->layer(infrared_)->opacity, 0.95);
        QTest::keyClick(card(infrared_), Qt::Key_Space);
        QVERIFY(!c_->layer(infrared_)->visible);
        QTest::keyClick(card(infrared_), Qt::Key_U);
        QVERIFY(c_->layer(infrared_)->visible && !c_->layer(radio_)->visible);
        QTest::keyClick(card(infrared_), Qt::Key_U);
        QVERIFY(c_->layer(radio_)->visible);
        QTest::keyClick(card(infrared_), Qt::Key_Delete);
        QVERIFY(!c_->layer(infrared_));
        undo();
        QVERIFY(c_->layer(infrared_));
    }
    void severalAreChosenAndChangedTogether()
    {
        c_->setRightPanel(true);
        auto* inspector = w_->findChild<InspectorPanel*>();
        const auto says = [&](const char* text) {
            for (const QLabel* l : inspector->findChildren<QLabel*>())
                if (l->isVisible() && l->text() == QLatin1String(text)) return true;
            return false;
        };
        c_->changeLayer(optical_, QStringLiteral("test"), [](scene::LayerState& l) { l.opacity = 0.5; });
        QTest::mouseClick(card(radio_), Qt::LeftButton, {}, {100, 10});
        QTest::mouseClick(card(optical_), Qt::LeftButton, Qt::ControlModifier, {100, 10});
        QCOMPARE(c_->selectedLayers(), (std::vector<scene::LayerId>{optical_, radio_}));
        QTRY_COMPARE(inspector->title(), QStringLiteral("2 layers"));
        QTRY_VERIFY(says("2 surveys") && says("mixed")); // the opacity
        auto* blend = inspector->findChild<BlendControl*>();
        QVERIFY(blend && blend->isVisible());
        QVERIFY(blend->blend() == render::Blend::Normal);
        emit blend->chosen(render::Blend::Add);
        QVERIFY(c_->layer(optical_)->blend == render::Blend::Add && c_->layer(radio_)->blend == render::Blend::Add && c_->layer(infrared_)->blend == render::Blend::Normal);
        undo();
        QVERIFY(c_->layer(optical_)->blend == render::Blend::Normal && c_->layer(radio_)->blend == render::Blend::Normal);
        c_->changeLayer(radio_, QStringLiteral("test"), [](scene::LayerState& l) { l.blend = render::Blend::Multiply; });
        QTRY_VERIFY(!blend->blend());
        c_->changeSelected(QStringLiteral("test"), [](scene::LayerState& l) { l.opacity = 0.4; });
        QTRY_VERIFY(says("40 %") && !says("mixed"));
        // Again with Ctrl leaves it out; with Shift all between are in.
        QTest::mouseClick(card(optical_), Qt::LeftButton, Qt::ControlModifier, {100, 10});
        QCOMPARE(c_->selectedLayers(), (std::vector<scene::LayerId>{radio_}));
        QTest::mouseClick(card(optical_), Qt::LeftButton, Qt::ShiftModifier, {100, 10});
        QCOMPARE(c_->selectedLayers(), (std::vector<scene::LayerId>{optical_, infrared_, radio_}));
        QTest::keyClick(card(optical_), Qt::Key_Space);
        for (scene::LayerId id : {optical_, infrared_, radio_}) QVERIFY(!c_->layer(id)->visible);
        undo();
        for (scene::LayerId id : {optical_, infrared_, radio_}) QVERIFY(c_->layer(id)->visible);
        QTest::keyClick(card(optical_), Qt::Key_Delete);
        QVERIFY(c_->document().layers.empty());
        QTRY_VERIFY(inspector->title() != QStringLiteral("3 layers"));
        undo();
        QCOMPARE(c_->document().layers.size(), size_t{3});
        c_->setRightPanel(false);
    }
    void severalAreChosenByKeys()
    {
        c_->selectLayer(radio_);
        card(radio_)->setFocus();
        QTest::keyClick(card(radio_), Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(c_->selectedLayers(), (std::vector<scene::LayerId>{infrared_, radio_}));
        QTest::keyClick(card(infrared_), Qt::Key_Down, Qt::ShiftModifier);
        QCOMPARE(c_->selectedLayers(), (std::vector<scene::LayerId>{optical_, infrared_, radio_}));
        QTest::keyClick(card(optical_), Qt::Key_Up, Qt::ShiftModifier);
        QCOMPARE(c_->selectedLayers(), (std::vector<scene::LayerId>{infrared_, radio_}));
        QTest::keyClick(card(infrared_), Qt::Key_Up);
        QCOMPARE(c_->selectedLayers(), (std::vector<scene::LayerId>{radio_}));
    }
    void cardsAreDraggedToReorder()
    {
        QVERIFY((order() == std::vector<scene::LayerId>{radio_, infrared_, optical_}));
        drag(card(radio_), card(optical_), 0.9);
        QVERIFY((order() == std::vector<scene::LayerId>{infrared_, optical_, radio_}));
        drag(card(radio_), card(infrared_), 0.1);
        QVERIFY((order() == std::vector<scene::LayerId>{radio_, infrared_, optical_}));
        undo();
        undo();
        QVERIFY((order() == std::vector<scene::LayerId>{radio_, infrared_, optical_}));
    }
    void groupsTakeLayersInAndOut()
    {
        c_->history().apply("group", [&](scene::Document& d) {
            d.groups.push_back({1, "Long waves", false});
            d.find(radio_)->group = 1;
            scene::tidyGroups(d);
        });
        QVERIFY(group(1));
        drag(card(optical_), card(radio_), 0.9); // the lower half of a member: into its group
        QCOMPARE(c_->layer(optical_)->group, scene::GroupId{1});
        QVERIFY((order() == std::vector<scene::LayerId>{radio_, optical_, infrared_}));
        drag(card(optical_), card(infrared_), 0.9);
        QCOMPARE(c_->layer(optical_)->group, scene::GroupId{0});
        undo();
        QCOMPARE(c_->layer(optical_)->group, scene::GroupId{1});
        // By keyboard, over the edge of the group.
        c_->selectLayer(optical_);
        card(optical_)->setFocus();
        QTest::keyClick(card(optical_), Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(c_->layer(optical_)->group, scene::GroupId{0});
        QVERIFY((order() == std::vector<scene::LayerId>{radio_, optical_, infrared_}));
        QTest::keyClick(card(optical_), Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(c_->layer(optical_)->group, scene::GroupId{1});
        // The whole group is dragged below the rest.
        drag(group(1), card(infrared_), 0.9);
        QVERIFY((order() == std::vector<scene::LayerId>{infrared_, radio_, optical_}));
    }
    void groupsFoldHideAndGo()
    {
        c_->history().apply("group", [&](scene::Document& d) {
            d.groups.push_back({1, "Long waves", false});
            d.find(radio_)->group = d.find(infrared_)->group = 1;
        });
        QCoreApplication::processEvents();
        QVERIFY(group(1) && card(radio_));
        QTest::keyClick(group(1), Qt::Key_Left);
        QVERIFY(c_->document().groups.front().folded && !card(radio_) && !card(infrared_) && card(optical_));
        QTest::keyClick(group(1), Qt::Key_Right);
        QVERIFY(card(radio_));
        QTest::keyClick(group(1), Qt::Key_Space);
        QVERIFY(!c_->layer(radio_)->visible && !c_->layer(infrared_)->visible && c_->layer(optical_)->visible);
        undo();
        QVERIFY(c_->layer(radio_)->visible);
        QTest::keyClick(group(1), Qt::Key_Delete);
        QVERIFY(c_->document().groups.empty() && c_->layer(radio_));
        undo();
        QVERIFY(group(1));
    }
    void newSurveysDoNotSplitAGroup()
    {
        c_->history().apply("group", [&](scene::Document& d) {
            scene::LayerState stars;
            stars.id = d.freeId();
            stars.group = 1;
            stars.content = scene::StarsState{};
            d.groups.push_back({1, "With stars", false});
            d.layers.push_back(stars);
            d.find(radio_)->group = 1;
        });
        const auto id = c_->addSurvey("/nowhere", "New");
        QCOMPARE(order().front(), id);
        QCOMPARE(c_->layer(id)->group, scene::GroupId{0});
        scene::Document tidy = c_->document();
        scene::tidyGroups(tidy);
        QVERIFY(tidy.layers == c_->document().layers);
        undo();
    }
    void picturesComeWhenTheViewRests()
    {
        c_->navigator().moveBy(10, 0);
        QTRY_VERIFY_WITH_TIMEOUT(card(radio_)->hasPicture(), 15000);
        const QImage picture = canvas().layerPicture(radio_, 36);
        QCOMPARE(picture.size(), QSize(36, 36));
        const QColor middle = picture.pixelColor(18, 18);
        QVERIFY(middle.blue() > 190 && middle.red() < 50);
        QVERIFY(canvas().layerPicture(9999, 36).isNull());
    }
    void wavelengthsFade()
    {
        auto* slider = panel()->findChild<WavelengthSlider*>();
        QTRY_VERIFY(slider && slider->isEnabled());
        QCOMPARE(slider->value(), static_cast<int>(std::lround(1000 * scene::rampOf(std::sqrt(0.2 * 0.22))))); // the radio survey lies on top
        const auto layers = c_->document().layers;
        slider->setSliderDown(true);
        const double ir = scene::rampOf(std::sqrt(2e-5 * 2.2e-5)), radio = scene::rampOf(std::sqrt(0.2 * 0.22));
        slider->setValue(static_cast<int>(1000 * (0.8 * ir + 0.2 * radio)));
        slider->setValue(static_cast<int>(1000 * (0.5 * ir + 0.5 * radio)));
        QVERIFY(std::abs(c_->layer(radio_)->opacity - 0.5) < 0.02);
        QCOMPARE(c_->layer(infrared_)->opacity, 1.0);
        QCOMPARE(c_->layer(optical_)->opacity, 0.0);
        slider->setSliderDown(false);
        emit slider->sliderReleased();
        undo(); // one step for the drag
        QVERIFY(c_->document().layers == layers);
        c_->changeLayer(radio_, QStringLiteral("Hide"), [](scene::LayerState& l) { l.visible = false; });
        QVERIFY(slider->isEnabled());
        c_->changeLayer(optical_, QStringLiteral("Hide"), [](scene::LayerState& l) { l.visible = false; });
        QVERIFY(!slider->isEnabled() && !slider->toolTip().isEmpty());
    }
    void everyControlHasANameAndNothingIsCut()
    {
        c_->history().apply("group", [&](scene::Document& d) {
            d.groups.push_back({1, "Long waves", false});
            d.find(radio_)->group = 1;
        });
        c_->selectLayer(infrared_);
        QCoreApplication::processEvents();
        for (const QWidget* w : panel()->findChildren<QWidget*>()) {
            const bool control = qobject_cast<const QAbstractButton*>(w) || qobject_cast<const QAbstractSlider*>(w) || w->focusPolicy() == Qt::StrongFocus;
            if (!control || w->inherits("QScrollBar") || w->objectName().startsWith(QLatin1String("qt_"))) continue;
            QVERIFY2(!w->accessibleName().isEmpty(), w->metaObject()->className());
            if (w->isVisible()) QVERIFY2(w->mapTo(panel(), w->rect().bottomRight()).x() <= panel()->width(), w->metaObject()->className());
        }
    }

private:
    Canvas& canvas() { return w_->host().canvas(); }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestLayers test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_layers.moc"
