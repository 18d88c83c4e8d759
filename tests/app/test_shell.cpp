// The shell of the window on an X server: panels that float, dock and are torn off; keys that can be changed; settings that
// act at once and can be undone; menus, regions and sizes for fingers.
#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QAction>
#include <QComboBox>
#include <QLineEdit>
#include <QMenu>
#include <QSpinBox>
#include <QSurfaceFormat>
#include <QtTest>

#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/controls.h"
#include "app/window/key_list.h"
#include "app/window/main_window.h"
#include "app/window/message_list.h"
#include "app/window/rail.h"
#include "app/window/sheets.h"
#include "app/window/status_bar.h"
#include "app/window/system_look.h"
#include "app/window/top_bar.h"

using namespace firmament;
using namespace firmament::window;

namespace {

QString s(const char* text)
{
    return QString::fromLatin1(text);
}

void menuTexts(const QMenu& menu, QStringList& out)
{
    for (const QAction* action : menu.actions()) {
        if (action->menu()) menuTexts(*action->menu(), out);
        else out << action->text();
    }
}

bool isControl(const QWidget* w)
{
    return qobject_cast<const QAbstractButton*>(w) || qobject_cast<const QLineEdit*>(w) || qobject_cast<const QAbstractSlider*>(w) || qobject_cast<const QComboBox*>(w)
           || qobject_cast<const QAbstractSpinBox*>(w) || qobject_cast<const QAbstractItemView*>(w) || (w->focusPolicy() & Qt::TabFocus);
}

/// Parts of Qt's own controls have no name of their own.
bool isInner(const QWidget* w)
{
    if (w->objectName().startsWith(QLatin1String("qt_")) || w->inherits("QScrollBar") || w->inherits("QMenu")) return true;
    const QWidget* p = w->parentWidget();
    return p && (p->inherits("QAbstractSpinBox") || p->inherits("QLineEdit") || p->inherits("QComboBox") || p->inherits("QComboBoxPrivateContainer") || w->inherits("QComboBoxPrivateContainer")
                 || p->objectName().startsWith(QLatin1String("qt_")));
}

} // namespace

class TestShell : public QObject {
    Q_OBJECT
    QTemporaryDir home_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;

    CanvasHost& host() { return w_->host(); }
    PanelFrame* panel(const char* id) { return host().findPanel(s(id)); }
    void start()
    {
        WindowOptions o;
        o.offline = true;
        o.fresh = true;
        c_ = std::make_unique<Controller>(o);
        c_->changeSettings([](Settings& v) { v.reducedMotion = true; });
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1400, 900);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        QTRY_VERIFY_WITH_TIMEOUT(host().canvas().framesDrawn() > 0, 20000);
    }
    void stop()
    {
        w_->close();
        w_.reset();
        c_.reset();
    }

private slots:
    void initTestCase()
    {
        if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
        qputenv("FIRMAMENT_HOME", home_.path().toUtf8());
        start();
    }
    void cleanupTestCase()
    {
        if (w_) stop();
    }
    void cleanup()
    {
        if (!c_) return;
        for (const char* id : {"layers", "surveys", "settings", "inspector"}) {
            c_->setPanelMode(s(id), PanelMode::Floating);
            c_->changePanel(s(id), [](PanelState& p) { p = {}; });
            c_->closePanel(s(id));
        }
        c_->changeSettings([](Settings& v) {
            v.keys.clear();
            v.touchSize = false;
            v.theme = "dark";
        });
        w_->resize(1400, 900);
        host().canvas().setFocus();
        QCoreApplication::processEvents();
    }

    // Panels
    void aDockedPanelEndsTheFreeArea()
    {
        c_->showPanel(s("layers"));
        c_->setRightPanel(true);
        const sky::SkyView before = c_->view();
        QCOMPARE(panel("layers")->pos(), QPoint(8, 8));
        for (const char* id : {"layers", "inspector"}) c_->setPanelMode(s(id), PanelMode::Docked);
        QCOMPARE(panel("layers")->geometry(), QRect(0, 0, 312, host().height()));
        QCOMPARE(panel("inspector")->geometry().right() + 1, host().width());
        QCOMPARE(c_->freeArea().x, 312.0);
        QCOMPARE(c_->freeArea().x + c_->freeArea().w, host().width() - 316.0);
        QVERIFY(c_->view() == before); // the sky stays where it is
        QCOMPARE(panel("layers")->mode(), PanelMode::Docked);
        c_->commands().run(s("window.dock"));
        QCOMPARE(panel("layers")->mode(), PanelMode::Floating);
    }
    void thePinDocks()
    {
        c_->showPanel(s("layers"));
        QAbstractButton* pin = nullptr;
        for (QAbstractButton* b : panel("layers")->findChildren<QAbstractButton*>())
            if (b->accessibleName().startsWith(PanelFrame::tr("Dock %1").arg(QString()).trimmed())) pin = b;
        QVERIFY(pin);
        QTest::mouseClick(pin, Qt::LeftButton);
        QCOMPARE(c_->panelState(s("layers")).mode, PanelMode::Docked);
        QTest::mouseClick(pin, Qt::LeftButton);
        QCOMPARE(c_->panelState(s("layers")).mode, PanelMode::Floating);
    }
    void theEdgeMakesItWiderByMouseAndKeys()
    {
        c_->showPanel(s("layers"));
        EdgeGrip* grip = nullptr;
        for (EdgeGrip* g : host().findChildren<EdgeGrip*>())
            if (g->isVisible()) grip = g;
        QVERIFY(grip);
        grip->setFocus(Qt::TabFocusReason);
        QTest::keyClick(grip, Qt::Key_Right);
        QCOMPARE(panel("layers")->width(), 328);
        QTest::keyClick(grip, Qt::Key_Left);
        QTest::keyClick(grip, Qt::Key_Left);
        QCOMPARE(panel("layers")->width(), 296);
        for (int i = 0; i < 40; ++i) QTest::keyClick(grip, Qt::Key_Right);
        QCOMPARE(panel("layers")->width(), 640);
        QCOMPARE(c_->panelState(s("layers")).width, 640);
        QTest::mouseDClick(grip, Qt::LeftButton);
        QCOMPARE(panel("layers")->width(), 312);
        const QPoint from = grip->mapToGlobal(QPoint(2, 100));
        QMouseEvent press(QEvent::MouseButtonPress, QPointF(2, 100), QPointF(from), Qt::LeftButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(grip, &press);
        QMouseEvent move(QEvent::MouseMove, QPointF(52, 100), QPointF(from + QPoint(50, 0)), Qt::NoButton, Qt::LeftButton, {});
        QCoreApplication::sendEvent(grip, &move);
        QMouseEvent release(QEvent::MouseButtonRelease, QPointF(2, 100), QPointF(from + QPoint(50, 0)), Qt::LeftButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(grip, &release);
        QCOMPARE(panel("layers")->width(), 362);
    }
    void aTornOffPanelHasItsWindowAndItsKeys()
    {
        c_->showPanel(s("layers"));
        c_->setPanelMode(s("layers"), PanelMode::Torn);
        QWidget* own = host().tornWindow(s("layers"));
        QVERIFY(own && own->isWindow());
        QVERIFY(QTest::qWaitForWindowExposed(own));
        QCOMPARE(panel("layers")->window(), own);
        QVERIFY(c_->panelShown(s("layers")));
        QCOMPARE(c_->freeArea().x, 0.0);        // its place is free
        c_->showPanel(s("surveys"));            // and may be taken
        QVERIFY(c_->panelShown(s("layers")) && c_->panelShown(s("surveys")));
        bool undo = false;
        for (const QAction* a : own->actions()) undo = undo || a->shortcuts().contains(QKeySequence(s("Ctrl+Z")));
        QVERIFY(undo);
        c_->commands().run(s("panel.layers")); // the rail closes and opens it
        QVERIFY(!host().tornWindow(s("layers")));
        c_->commands().run(s("panel.layers"));
        own = host().tornWindow(s("layers"));
        QVERIFY(own);
        own->close(); // back into the window
        QCoreApplication::processEvents();
        QVERIFY(!host().tornWindow(s("layers")));
        QCOMPARE(panel("layers")->window(), w_.get());
        QVERIFY(panel("layers")->isVisible());
        QCOMPARE(c_->panelState(s("layers")).mode, PanelMode::Floating);
    }
    void panelsComeBackAsTheyWere()
    {
        c_->showPanel(s("surveys"));
        c_->setPanelMode(s("surveys"), PanelMode::Docked);
        c_->changePanel(s("surveys"), [](PanelState& p) { p.width = 380; });
        c_->setRightPanel(true);
        c_->setPanelMode(s("inspector"), PanelMode::Torn);
        stop();
        start();
        QCOMPARE(panel("surveys")->geometry(), QRect(0, 0, 380, host().height()));
        QVERIFY(host().tornWindow(s("inspector")));
        c_->setScreens("640x480+0+0", {QRect(0, 0, 640, 480)}); // its screen went away
        QVERIFY(!host().tornWindow(s("inspector")) || host().tornWindow(s("inspector"))->isVisible());
    }
    void narrowWindowsHaveOnePanelAtATime()
    {
        c_->showPanel(s("layers"));
        c_->setRightPanel(true);
        w_->resize(1200, 800);
        QTRY_COMPARE(w_->width(), 1200);
        QVERIFY(!c_->panelShown(s("layers")) && c_->panelShown(s("inspector")));
        c_->commands().run(s("panel.layers")); // it is open, but cannot be seen: the key brings it, it does not close it
        QVERIFY(c_->panelShown(s("layers")) && !c_->panelShown(s("inspector")));
        w_->resize(1000, 700);
        QTRY_COMPARE(w_->width(), 1000);
        QVERIFY(c_->panelShown(s("layers")) && !c_->panelShown(s("inspector")));
        QCOMPARE(c_->freeArea().x, 0.0); // an overlay
    }

    // Keys
    void changedKeysActAtOnceEverywhere()
    {
        w_->activateWindow();
        QTRY_VERIFY(w_->isActiveWindow());
        host().canvas().setFocus();
        QVERIFY(c_->setKeys(s("sky.grid"), {QKeySequence(s("Ctrl+Alt+Shift+Q"))}));
        const auto grid = c_->document().overlays.grid;
        QTest::keyClick(&host().canvas(), Qt::Key_Q, Qt::ControlModifier | Qt::AltModifier | Qt::ShiftModifier);
        QTRY_VERIFY(c_->document().overlays.grid != grid);
        QMenu menu;
        w_->fillMenu(menu);
        QStringList texts;
        menuTexts(menu, texts);
        QVERIFY(texts.join(QLatin1Char('\n')).contains(s("Ctrl+Alt+Shift+Q")));
        QVERIFY(c_->setKeys(s("tool.move"), {QKeySequence(s("F9"))}));
        bool told = false;
        for (const QAbstractButton* b : host().findChildren<QAbstractButton*>()) told = told || b->toolTip().contains(s("(F9)"));
        QVERIFY(told);
    }
    void takenKeysAreRefused()
    {
        QString why;
        QVERIFY(!c_->setKeys(s("sky.grid"), {QKeySequence(s("Ctrl+K"))}, &why));
        QVERIFY2(why.contains(c_->commands().find(s("go.omnibox"))->text), qPrintable(why));
        QVERIFY(c_->settings().keys.empty());
    }
    void keysArePressedInTheSettings()
    {
        c_->showPanel(s("settings"));
        KeyList* list = panel("settings")->findChild<KeyList*>();
        QVERIFY(list);
        list->edit(s("go.bookmark"));
        QVERIFY(list->field());
        QTest::keyClick(list->field(), Qt::Key_K, Qt::ControlModifier); // taken
        QVERIFY(c_->settings().keys.empty());
        QTest::keyClick(list->field(), Qt::Key_F7);
        QCOMPARE(c_->settings().keys.at("go.bookmark"), std::vector<std::string>{"F7"});
        QCOMPARE(c_->commands().find(s("go.bookmark"))->keyText(), s("F7"));
        QVERIFY(list->field()); // still open, for another try
        c_->undoSettings();
        QVERIFY(c_->settings().keys.empty());
        list->edit({});
    }
    void brokenKeysAreToldOnce()
    {
        const int before = c_->messages().rowCount({});
        c_->changeSettings([](Settings& v) { v.keys = {{"no.such", {"F7"}}, {"go.bookmark", {"Ctrl+Nothing"}}}; });
        QCOMPARE(c_->messages().rowCount({}), before + 1);
        QCOMPARE(c_->commands().find(s("go.bookmark"))->keyText(), s("Ctrl+D"));
        c_->setKeys(s("sky.grid"), {QKeySequence(s("F7"))});
        QCOMPARE(c_->messages().rowCount({}), before + 1);
    }
    void everyCommandIsInTheMenus()
    {
        QMenu menu;
        w_->fillMenu(menu);
        QStringList texts;
        menuTexts(menu, texts);
        for (const Command& command : c_->commands().all()) {
            const QString expected = command.keys.isEmpty() ? command.text : command.text + QLatin1Char('\t') + command.keyText();
            QVERIFY2(texts.contains(expected), qPrintable(command.id));
        }
    }
    void theRailIsReachedByNumbers()
    {
        int place = 0;
        for (const RailItem& item : railItems()) {
            if (!item.id) continue;
            const Command* command = c_->commands().find(s("panel.") + s(item.id));
            QVERIFY(command);
            QVERIFY2(command->usualKeys.contains(QKeySequence(s("Alt+%1").arg(++place))), item.id);
        }
    }

    // Settings
    void undoInTheSettingsIsOfTheSettings()
    {
        const auto id = c_->document().layers.front().id;
        c_->changeLayer(id, s("Opacity"), [](scene::LayerState& l) { l.opacity = 0.5; });
        c_->showPanel(s("settings"));
        c_->changeSettings([](Settings& v) { v.positionDegrees = true; });
        w_->activateWindow();
        panel("settings")->focusStart();
        QTRY_VERIFY(host().settingsFocused());
        QTRY_VERIFY(c_->undoLabel() != s("Opacity"));
        c_->commands().run(s("edit.undo"));
        QVERIFY(!c_->settings().positionDegrees);
        QCOMPARE(c_->layer(id)->opacity, 0.5);
        host().canvas().setFocus();
        QTRY_COMPARE(c_->undoLabel(), s("Opacity"));
        c_->commands().run(s("edit.undo"));
        QCOMPARE(c_->layer(id)->opacity, 1.0);
        QVERIFY(c_->settingsHistory().canRedo());
    }
    void themesFollowTheSystem()
    {
        SystemLook look((QPalette(Qt::white)));
        QVERIFY(!look.dark());
        QVERIFY(!look.reducedMotion());
        QSignalSpy changed(&look, &SystemLook::changed);
        look.take(s("org.freedesktop.appearance"), s("color-scheme"), QVariant(1U));
        QVERIFY(look.dark());
        look.take(s("org.freedesktop.appearance"), s("color-scheme"), QVariant(2U));
        QVERIFY(!look.dark());
        look.take(s("org.gnome.desktop.interface"), s("enable-animations"), QVariant(false));
        QCOMPARE(look.reducedMotion(), std::optional(true));
        look.take(s("org.freedesktop.appearance"), s("color-scheme"), QVariant(s("nonsense")));
        QVERIFY(!look.dark());
        QCOMPARE(changed.count(), 3);
        QVERIFY(SystemLook(QPalette(QColor(20, 20, 20))).dark());
        c_->changeSettings([](Settings& v) { v.theme = "system"; });
        QVERIFY(c_->systemLook());
        QCOMPARE(c_->style().theme().name, c_->systemLook()->dark() ? ThemeName::Dark : ThemeName::Light);
    }
    void touchSizeMakesTargetsForFingers()
    {
        for (const char* id : {"layers", "inspector"}) c_->showPanel(s(id));
        c_->changeSettings([](Settings& v) { v.touchSize = true; });
        QCoreApplication::processEvents();
        QTRY_COMPARE(w_->findChild<Rail*>()->width(), 76);
        for (const IconButton* b : w_->top().findChildren<IconButton*>())
            if (b->isVisible()) QVERIFY2(b->width() >= 44 && b->height() >= 44, qPrintable(b->accessibleName()));
        for (const QAbstractButton* b : panel("inspector")->findChildren<QAbstractButton*>())
            if (b->isVisible()) QVERIFY2(b->height() >= 40, qPrintable(b->accessibleName()));
    }
    void touchSizeIsOfferedOnceInTheStatusLine()
    {
        w_->status().showHint(s("A hint."), s("Do it"), [this] { c_->changeSettings([](Settings& v) { v.touchSize = true; }); });
        QAbstractButton* yes = nullptr;
        for (QAbstractButton* b : w_->status().findChildren<QAbstractButton*>())
            if (b->text() == s("Do it")) yes = b;
        QVERIFY(yes);
        QTRY_VERIFY(yes->isVisible());
        QPointer<QAbstractButton> gone(yes);
        yes->click();
        QVERIFY(c_->settings().touchSize);
        QTRY_VERIFY(!gone);
    }

    // Everybody
    void namesAndSizes(const char* where)
    {
        QCoreApplication::processEvents();
        int seen = 0;
        for (const QWidget* w : QApplication::allWidgets()) {
            if (!isControl(w) || isInner(w) || (w->window() != w_.get() && !w->window()->isVisible())) continue;
            const QString what = s("%1: %2 \"%3\" in %4").arg(s(where), s(w->metaObject()->className()), w->accessibleName(), w->parentWidget() ? s(w->parentWidget()->metaObject()->className()) : QString());
            QVERIFY2(!w->accessibleName().isEmpty(), qPrintable(what));
            ++seen;
            if (!w->isVisible() || qobject_cast<const EdgeGrip*>(w)) continue;
            const bool pressed = qobject_cast<const QAbstractButton*>(w) || qobject_cast<const QComboBox*>(w);
            if (pressed) QVERIFY2(w->width() >= 22 && w->height() >= 22, qPrintable(what + s(" %1x%2").arg(w->width()).arg(w->height())));
        }
        QVERIFY(seen > 50);
    }
    void everyControlHasANameAndIsLargeEnough()
    {
        c_->history().apply("group", [](scene::Document& d) {
            d.groups.push_back({1, "Mine", false});
            d.layers.back().group = 1;
        });
        for (const char* id : {"layers", "surveys", "bookmarks", "settings", "inspector"}) {
            c_->showPanel(s(id));
            namesAndSizes(id);
        }
        for (const scene::LayerState& l : c_->document().layers) {
            c_->selectLayer(l.id);
            namesAndSizes("inspector of a layer");
        }
        c_->selectLayer(0);
        scene::Hit hit;
        hit.name = "M 31";
        hit.pos = {sky::Angle::deg(10.68), sky::Angle::deg(41.27), sky::Frame::Icrs};
        c_->selectObject(hit);
        namesAndSizes("inspector of an object");
        c_->selectObject(std::nullopt);
        c_->showPanel(s("surveys"));
        auto* list = panel("surveys")->findChild<QAbstractItemView*>();
        QVERIFY(list);
        list->setFocus();
        QTest::keyClick(list, Qt::Key_Right); // all about the first one
        namesAndSizes("survey");
        QTest::keyClick(panel("surveys"), Qt::Key_Escape);
        c_->setPanelMode(s("surveys"), PanelMode::Torn);
        namesAndSizes("torn off");
        c_->showPanel(s("settings"));
        panel("settings")->findChild<KeyList*>()->edit(s("sky.grid"));
        namesAndSizes("key editor");
        host().toggleMessages();
        host().showWelcome();
        host().showKeys();
        namesAndSizes("keys");
        host().showAbout();
        namesAndSizes("about");
        host().showCredits();
        namesAndSizes("credits");
        c_->toast(s("A note"), s("edit.undo"));
        w_->status().showHint(s("A hint."), s("Do it"), [] {});
        namesAndSizes("note and hint");
        host().closeTopmost();
        host().closeTopmost();
        host().hideWelcome();
        w_->startTour();
        namesAndSizes("tour");
        c_->commands().run(s("window.escape"));
        QVERIFY(!w_->tour());
        c_->history().undo();
    }
    void regionsAreWalkedAndNothingTrapsTheFocus()
    {
        c_->showPanel(s("layers"));
        c_->setRightPanel(true);
        w_->activateWindow();
        host().canvas().setFocus();
        QTRY_VERIFY(host().canvas().hasFocus());
        QList<QWidget*> seen;
        for (int i = 0; i < 6; ++i) {
            w_->nextRegion(1);
            QVERIFY(QApplication::focusWidget());
            seen << QApplication::focusWidget();
        }
        QVERIFY(host().canvas().hasFocus()); // around: right, status, top, rail, left, canvas
        QCOMPARE(QSet<QWidget*>(seen.begin(), seen.end()).size(), 6);
        w_->nextRegion(-1);
        QVERIFY(panel("layers")->isAncestorOf(QApplication::focusWidget()));
        // Tab goes on for ever and comes back to where it began.
        QWidget* first = QApplication::focusWidget();
        int steps = 0;
        do {
            QTest::keyClick(QApplication::focusWidget(), Qt::Key_Tab);
            ++steps;
        } while (QApplication::focusWidget() != first && steps < 400);
        QVERIFY2(steps > 10 && steps < 400, qPrintable(QString::number(steps)));
    }
    void whatLiesOverTheSkyIsARegionAndNoTrap()
    {
        w_->activateWindow();
        for (const bool empty : {true, false}) {
            c_->messages().clear();
            if (!empty) c_->say(scene::Severity::Warning, s("Thing"), s("Something is not as it should be."));
            host().canvas().setFocus();
            QTRY_VERIFY(host().canvas().hasFocus());
            c_->commands().run(s("window.messages"));
            auto* messages = w_->findChild<MessageList*>();
            const auto inside = [&] { return QApplication::focusWidget() && messages->isAncestorOf(QApplication::focusWidget()); };
            QTRY_VERIFY(inside());
            host().canvas().setFocus();
            w_->nextRegion(1);
            QTRY_VERIFY(inside());
            for (const auto modifiers : {Qt::NoModifier, Qt::ShiftModifier}) {
                messages->setFocus();
                QTRY_VERIFY(inside());
                int steps = 0;
                while (inside() && ++steps < 30) QTest::keyClick(QApplication::focusWidget(), modifiers ? Qt::Key_Backtab : Qt::Key_Tab, modifiers);
                QVERIFY2(steps < 30, modifiers ? "backwards" : "forwards");
            }
            messages->setFocus();
            c_->commands().run(s("window.messages"));
            QVERIFY(!messages->isVisible());
        }
        c_->commands().run(s("help.about")); // the focus can be seen from the start
        Sheet* sheet = nullptr;
        for (Sheet* one : w_->findChildren<Sheet*>())
            if (one->isVisible()) sheet = one;
        QVERIFY(sheet);
        QTRY_VERIFY2(QApplication::focusWidget() && sheet->isAncestorOf(QApplication::focusWidget()),
                     QApplication::focusWidget() ? QApplication::focusWidget()->metaObject()->className() : "nothing");
        QTest::keyClick(QApplication::focusWidget(), Qt::Key_Escape);
        QVERIFY(!sheet->isVisible());
    }
    void theFocusReturnsWhereItCameFrom()
    {
        w_->activateWindow();
        QAbstractButton* rail = w_->findChild<Rail*>()->findChildren<QAbstractButton*>().front();
        rail->setFocus(Qt::TabFocusReason);
        QTRY_VERIFY(rail->hasFocus());
        QTest::keyClick(rail, Qt::Key_Space);
        QVERIFY(panel("layers")->isVisible());
        QTRY_VERIFY(panel("layers")->isAncestorOf(QApplication::focusWidget()) || panel("layers")->hasFocus());
        QTest::keyClick(panel("layers"), Qt::Key_Escape);
        QVERIFY(!panel("layers")->isVisible());
        QVERIFY(rail->hasFocus());
    }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestShell test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_shell.moc"
