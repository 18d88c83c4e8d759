// The canvas with real events: every gesture of the table, the sky under the pointer in every projection, contexts that are lost,
// the keyboard's crosshair, bookmarks, the tour. Runs at scale factors 1, 1.5 and 2, on both surfaces.
#include <QListWidget>
#include <QNativeGestureEvent>
#include <QOffscreenSurface>
#include <QOpenGLContext>
#include <QOpenGLFunctions>
#include <QPointingDevice>
#include <QPushButton>
#include <QSurfaceFormat>
#include <QStyleHints>
#include <QtTest>

#include "app/window/bookmarks.h"
#include "app/window/bookmarks_panel.h"
#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/crosshair.h"
#include "app/window/main_window.h"
#include "app/window/status_bar.h"
#include "app/window/tips.h"
#include "app/window/tour.h"
#include "tests/support/loopback_server.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::window;

class TestCanvas : public QObject {
    Q_OBJECT
    QTemporaryDir home_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;
    QPointingDevice* touch_ = nullptr;

    Canvas& canvas() { return w_->host().canvas(); }
    const sky::SkyView& view() { return c_->view(); }
    static Eigen::Vector2d vec(const QPointF& p) { return {p.x(), p.y()}; }
    std::optional<sky::Dir> under(const QPointF& p) { return view().directionAt(vec(p), view().frame()); }
    double off(const sky::Dir& dir, const QPointF& p)
    {
        const auto at = view().pixelOf(dir, view().frame());
        return at ? (*at - vec(p)).norm() : 1e9;
    }
    void look(double lon, double lat, double fov, sky::Proj proj = sky::Proj::Stg, double roll = 0)
    {
        c_->navigator().stop();
        sky::SkyView v = view().withFrame(sky::Frame::Icrs).withProjection(proj).withMirror(false).withFov(sky::Angle::deg(fov)).withRoll(sky::Angle::deg(roll));
        c_->history().setView(v.lookingAt({sky::Angle::deg(lon), sky::Angle::deg(lat), sky::Frame::Icrs}));
    }
    void mouse(QEvent::Type type, const QPointF& p, Qt::MouseButton button, Qt::MouseButtons buttons, Qt::KeyboardModifiers mods = {})
    {
        QMouseEvent e(type, p, canvas().mapToGlobal(p), button, buttons, mods);
        QCoreApplication::sendEvent(&canvas(), &e);
    }
    void drag(const QPointF& from, const QPointF& to, Qt::MouseButton button = Qt::LeftButton, Qt::KeyboardModifiers mods = {}, bool release = true)
    {
        mouse(QEvent::MouseButtonPress, from, button, button, mods);
        for (int i = 1; i <= 6; ++i) mouse(QEvent::MouseMove, from + (to - from) * (i / 6.0), Qt::NoButton, button, mods);
        if (release) mouse(QEvent::MouseButtonRelease, to, button, Qt::NoButton, mods);
    }
    void wheel(const QPointF& p, QPoint pixels, QPoint angle, Qt::ScrollPhase phase = Qt::NoScrollPhase, Qt::KeyboardModifiers mods = {})
    {
        QWheelEvent e(p, canvas().mapToGlobal(p), pixels, angle, Qt::NoButton, mods, phase, false);
        QCoreApplication::sendEvent(&canvas(), &e);
    }
    void native(Qt::NativeGestureType type, const QPointF& p, double value)
    {
        QNativeGestureEvent e(type, QPointingDevice::primaryPointingDevice(), 2, p, p, canvas().mapToGlobal(p), value, {});
        QCoreApplication::sendEvent(&canvas(), &e);
    }
    /// Fingers through the window, as the platform sends them.
    void fingers(const QList<QPoint>& to, Qt::TouchPointState state)
    {
        auto sequence = QTest::touchEvent(&canvas(), touch_, false);
        for (int i = 0; i < to.size(); ++i) {
            if (state == Qt::TouchPointPressed) sequence.press(i, to[i], &canvas());
            else if (state == Qt::TouchPointReleased) sequence.release(i, to[i], &canvas());
            else sequence.move(i, to[i], &canvas());
        }
        sequence.commit();
    }
    void waitForFrame()
    {
        const uint64_t frames = canvas().framesDrawn();
        canvas().requestFrame();
        QTRY_VERIFY_WITH_TIMEOUT(canvas().framesDrawn() > frames, 20000);
    }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(w_->settled(), 60000); }
    static double difference(const QImage& a, const QImage& b)
    {
        if (a.size() != b.size() || a.isNull()) return 1e9;
        double sum = 0;
        for (int y = 0; y < a.height(); y += 3)
            for (int x = 0; x < a.width(); x += 3) {
                const QRgb p = a.pixel(x, y), r = b.pixel(x, y);
                sum += std::abs(qRed(p) - qRed(r)) + std::abs(qGreen(p) - qGreen(r)) + std::abs(qBlue(p) - qBlue(r));
            }
        return sum / (a.width() / 3.0 * (a.height() / 3.0) * 3);
    }
    void open(const char* surface)
    {
        w_.reset();
        c_.reset();
        qputenv("FIRMAMENT_CANVAS", surface);
        WindowOptions o;
        o.fresh = true;
        c_ = std::make_unique<Controller>(o);
        c_->changeSettings([](Settings& s) { s.reducedMotion = true; });
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1000, 640);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        QTRY_VERIFY_WITH_TIMEOUT(canvas().framesDrawn() > 0, 20000);
    }
    /// GL names of the group of contexts that `probe` shares with.
    static int liveNames(QOpenGLContext& probe, QOffscreenSurface& surface)
    {
        probe.makeCurrent(&surface);
        QOpenGLFunctions& gl = *probe.functions();
        int live = 0;
        for (GLuint i = 1; i < 4096; ++i) live += gl.glIsTexture(i) + gl.glIsBuffer(i) + gl.glIsProgram(i) + gl.glIsShader(i);
        probe.doneCurrent();
        return live;
    }

private slots:
    void initTestCase()
    {
        if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
        qputenv("FIRMAMENT_HOME", home_.path().toUtf8());
        touch_ = QTest::createTouchDevice();
        open("direct");
    }
    void cleanupTestCase()
    {
        w_.reset();
        c_.reset();
    }

    // Contexts ---------------------------------------------------------------------------------------------------

    void aLostContextIsSurvived_data()
    {
        QTest::addColumn<QByteArray>("surface");
        QTest::newRow("direct") << QByteArray("direct");
        QTest::newRow("widget") << QByteArray("widget");
    }
    void aLostContextIsSurvived()
    {
        QFETCH(QByteArray, surface);
        open(surface.constData());
        QVERIFY((canvas().surface().kind() == SkySurface::Kind::Direct) == (surface == "direct"));
        const auto folder = std::filesystem::path(home_.path().toStdString()) / "pictures";
        testing::SyntheticHips{folder, 0, 3, 64, "equatorial", "Synthetic"}.writePictures();
        testing::LoopbackServer server;
        server.serveFolder("/survey", folder);
        QVERIFY(c_->open(QString::fromStdString(server.url("/survey")), false));
        look(40, 20, 50);
        QTRY_VERIFY_WITH_TIMEOUT(c_->network().stats().ok > 3, 20000);
        QTest::qWait(200);
        settle();
        const QImage before = canvas().grabFramebuffer();
        settle();
        const uint64_t asked = c_->network().stats().started;

        QOffscreenSurface offscreen;
        offscreen.create();
        QOpenGLContext probe;
        probe.setShareContext(canvas().surface().context());
        QVERIFY(probe.create());
        QVERIFY(liveNames(probe, offscreen) > 4);
        canvas().surface().recreate(false);
        if (surface == "direct") QCOMPARE(liveNames(probe, offscreen), 0); // nothing of ours outlives the context
        waitForFrame();
        settle();
        QVERIFY2(difference(before, canvas().grabFramebuffer()) < 0.2, qPrintable(QString::number(difference(before, canvas().grabFramebuffer()))));

        canvas().surface().recreate(true); // the driver lost it: nothing may be deleted
        waitForFrame();
        settle();
        QVERIFY(difference(before, canvas().grabFramebuffer()) < 0.2);

        // Another native window around the canvas: other flags, as when it moves to another screen.
        for (int i = 0; i < 2; ++i) {
            w_->setWindowFlag(Qt::WindowStaysOnTopHint, i == 0);
            w_->show();
            QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
            waitForFrame();
            settle();
            QVERIFY(difference(before, canvas().grabFramebuffer()) < 0.2);
        }
        QCOMPARE(c_->network().stats().started, asked); // all from decoded tiles
        QVERIFY(canvas().textureBytes() > 0);
        w_->hide();
        w_->show();
        waitForFrame();
    }
    void panelsLieOverTheSky_data() { aLostContextIsSurvived_data(); }
    void panelsLieOverTheSky()
    {
        QFETCH(QByteArray, surface);
        open(surface.constData());
        c_->showPanel(QStringLiteral("layers"));
        settle();
        QTest::qWait(100);
        // What is on the screen: the panel's pixels are those the panel paints.
        const QImage screen = w_->windowHandle()->screen()->grabWindow(w_->winId()).toImage();
        QVERIFY(w_->host().leftPanel());
        const QWidget* panel = w_->host().leftPanel();
        const double ratio = screen.devicePixelRatio();
        const QPoint at = panel->mapTo(w_.get(), QPoint(panel->width() / 2, 6)) * ratio;
        const QColor ground = c_->style()["panel"], seen = screen.pixelColor(at);
        QVERIFY2(std::abs(seen.red() - ground.red()) < 14 && std::abs(seen.blue() - ground.blue()) < 14, qPrintable(seen.name() + ground.name()));
        // And the sky beside it is the sky.
        const QImage sky = canvas().grabFramebuffer();
        const QPoint corner = canvas().mapTo(w_.get(), QPoint(canvas().width() / 2, canvas().height() / 2)) * ratio;
        int bright = 0;
        for (int dx = 0; dx < 200; dx += 2)
            for (int dy = 0; dy < 100; dy += 2) bright += qGray(screen.pixel(corner + QPoint(dx, dy))) > 60;
        QVERIFY(bright > 5);
        const QImage picture = w_->picture();
        QCOMPARE(picture.size(), QSize(qRound(w_->width() * ratio), qRound(w_->height() * ratio)));
        QVERIFY(std::abs(picture.pixelColor(at).red() - seen.red()) < 6);
        c_->togglePanel(QStringLiteral("layers"));
    }
    void backToTheDirectSurface() { open("direct"); }

    // The sky under the pointer ----------------------------------------------------------------------------------

    void skyStaysUnderThePointer_data()
    {
        QTest::addColumn<int>("proj");
        QTest::addColumn<double>("lat");
        QTest::addColumn<double>("fov");
        for (sky::Proj p : sky::kAllProjections)
            for (double lat : {20.0, 90.0, -90.0, 89.7})
                for (double fov : {40.0, 0.5})
                    QTest::addRow("%s %g %g", sky::info(p).code, lat, fov) << static_cast<int>(p) << lat << fov;
    }
    void skyStaysUnderThePointer()
    {
        QFETCH(int, proj);
        QFETCH(double, lat);
        QFETCH(double, fov);
        const auto p = static_cast<sky::Proj>(proj);
        const QPointF at(canvas().width() * 0.5 + 73.25, canvas().height() * 0.5 - 41.5), to = at + QPointF(60.5, 38.25);
        // Wheel
        look(33, lat, fov, p, 25);
        auto dir = under(at);
        QVERIFY(dir);
        for (int i = 0; i < 4; ++i) {
            wheel(at, {}, {0, i < 2 ? 120 : -120});
            QVERIFY2(off(*dir, at) < 0.05, qPrintable(QString::number(off(*dir, at))));
        }
        wheel(at, {}, {0, 17}, Qt::NoScrollPhase); // a high-resolution wheel
        QVERIFY(off(*dir, at) < 0.05);
        // Drag
        look(33, lat, fov, p, 25);
        dir = under(at);
        drag(at, to);
        QVERIFY2(off(*dir, to) < 0.1, qPrintable(QString::number(off(*dir, to))));
        // Trackpad
        look(33, lat, fov, p, 25);
        dir = under(at);
        wheel(at, {12, -7}, {96, -56}, Qt::ScrollUpdate);
        QVERIFY2(off(*dir, at + QPointF(12, -7)) < 0.1, qPrintable(QString::number(off(*dir, at + QPointF(12, -7)))));
        // Trackpad pinch and twist
        look(33, lat, fov, p, 25);
        dir = under(at);
        native(Qt::BeginNativeGesture, at, 0);
        native(Qt::ZoomNativeGesture, at, 0.1);
        native(Qt::RotateNativeGesture, at, 10);
        QVERIFY2(off(*dir, at) < 0.1, qPrintable(QString::number(off(*dir, at))));
        native(Qt::EndNativeGesture, at, 0);
        // Two fingers: moved, spread and turned at once
        look(33, lat, fov, p, 25);
        const Eigen::Vector2d a(at.x() - 60, at.y()), b(at.x() + 60, at.y()), a2(to.x() - 40, to.y() - 70), b2(to.x() + 40, to.y() + 70);
        dir = under(at);
        c_->navigator().beginPinch(a, b);
        c_->navigator().pinch((a + a2) / 2, (b + b2) / 2);
        c_->navigator().pinch(a2, b2);
        QVERIFY2(off(*dir, to) < 0.1, qPrintable(QString::number(off(*dir, to))));
    }

    // Gestures ---------------------------------------------------------------------------------------------------

    void trackpadsMoveAndCtrlZooms()
    {
        look(100, 10, 30);
        const double before = view().planePerPixel();
        wheel({400, 300}, {10, 20}, {80, 160}, Qt::ScrollUpdate);
        QCOMPARE(view().planePerPixel(), before);
        const sky::SkyView moved = view();
        wheel({400, 300}, {0, 15}, {0, 120}, Qt::ScrollUpdate, Qt::ControlModifier);
        QVERIFY(std::abs(view().planePerPixel() * 1.25 / before - 1) < 1e-9);
        QVERIFY(moved != view());
    }
    void middleDragAndSpaceMoveWhateverTheTool()
    {
        canvas().setTool(Tool::Box);
        look(100, 10, 30);
        const QPointF from(300, 200), to(380, 260);
        auto dir = under(from);
        drag(from, to, Qt::MiddleButton);
        QVERIFY(off(*dir, to) < 0.1);
        canvas().setFocus();
        QTest::keyPress(&canvas(), Qt::Key_Space);
        dir = under(from);
        drag(from, to);
        QVERIFY(off(*dir, to) < 0.1);
        QTest::keyRelease(&canvas(), Qt::Key_Space);
        const sky::SkyView before = view();
        drag(from, to); // now it is a box
        QVERIFY(view().fov() < before.fov() / 2);
        QCOMPARE(canvas().tool(), Tool::Move);
    }
    void ctrlDragZoomsToTheBox()
    {
        look(100, 10, 30);
        const QPointF a(300, 200), b(420, 260);
        const auto dir = under((a + b) / 2);
        drag(a, b, Qt::LeftButton, Qt::ControlModifier);
        const Eigen::Vector2d aim = c_->navigator().freeCentre();
        QVERIFY2(off(*dir, {aim.x(), aim.y()}) < 0.5, qPrintable(QString::number(off(*dir, {aim.x(), aim.y()}))));
        QVERIFY(view().fov().deg() < 10);
    }
    void altDragTurnsAboutTheFreeCentre()
    {
        for (bool mirror : {false, true}) {
            look(100, 10, 5);
            c_->history().setView(view().withMirror(mirror));
            const Eigen::Vector2d aim = c_->navigator().freeCentre();
            const QPointF pivot(aim.x(), aim.y());
            const auto centre = under(pivot), mark = under(pivot + QPointF(150, 0));
            drag(pivot + QPointF(150, 0), pivot + QPointF(0, 150), Qt::LeftButton, Qt::AltModifier);
            QVERIFY(off(*centre, pivot) < 0.1);
            QVERIFY2(off(*mark, pivot + QPointF(0, 150)) < 2, qPrintable(QString::number(off(*mark, pivot + QPointF(0, 150)))));
        }
        c_->history().setView(view().withMirror(false));
    }
    void doubleClickFliesIn()
    {
        look(100, 80, 0.05);
        const QPointF at(600, 200);
        const auto dir = under(at);
        const double fov = view().fov().rad();
        mouse(QEvent::MouseButtonDblClick, at, Qt::LeftButton, Qt::LeftButton);
        const Eigen::Vector2d aim = c_->navigator().freeCentre();
        QVERIFY(std::abs(view().fov().rad() / fov - 0.5) < 1e-6);
        QVERIFY(off(*dir, {aim.x(), aim.y()}) < 0.5);
    }
    void draggingGlidesOnAndStops()
    {
        c_->changeSettings([](Settings& s) { s.reducedMotion = false; });
        look(100, 10, 30);
        const QPointF from(300, 200);
        const auto fling = [&] {
            mouse(QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
            for (int i = 1; i <= 8; ++i) {
                QTest::qWait(8);
                mouse(QEvent::MouseMove, from + QPointF(12 * i, 0), Qt::NoButton, Qt::LeftButton);
            }
            mouse(QEvent::MouseButtonRelease, from + QPointF(96, 0), Qt::LeftButton, Qt::NoButton);
            return c_->navigator().moving();
        };
        // On a busy machine the last move may lie so long back that the hand counts as resting.
        bool glides = fling();
        for (int again = 0; again < 10 && !glides; ++again) glides = fling();
        QVERIFY(glides);
        QCOMPARE(scene::Inertia::kHalfLifeMs, 180.0);
        wheel(from, {}, {0, 120}); // any input stops it
        QVERIFY(!c_->navigator().moving());
        c_->changeSettings([](Settings& s) { s.reducedMotion = true; });
    }
    void twistSnapsToNorth()
    {
        look(100, 10, 30, sky::Proj::Stg, 0);
        const Eigen::Vector2d a(300, 300), b(500, 300);
        const auto turned = [&](double deg) {
            const double t = deg * sky::kRadPerDeg;
            return Eigen::Vector2d(400 + 100 * std::cos(t), 300 + 100 * std::sin(t));
        };
        c_->navigator().beginPinch(a, b);
        c_->navigator().pinch(turned(183), turned(3));
        QVERIFY(std::abs(view().roll().deg()) < 0.2); // a pinch is never quite straight
        c_->navigator().pinch(turned(200), turned(20));
        QVERIFY2(std::abs(view().roll().deg() + 20) < 0.5, qPrintable(QString::number(view().roll().deg())));
        c_->navigator().pinch(turned(177), turned(-3));
        QVERIFY(std::abs(view().roll().deg()) < 0.2);
        look(100, 10, 30, sky::Proj::Stg, 3);
        native(Qt::EndNativeGesture, {400, 300}, 0);
        QVERIFY(std::abs(view().roll().deg()) < 0.2);
        look(100, 10, 30, sky::Proj::Stg, 5);
        native(Qt::EndNativeGesture, {400, 300}, 0);
        QVERIFY(std::abs(view().roll().deg() - 5) < 1e-6);
    }
    void fingersMovePinchAndTap()
    {
        look(100, 10, 30);
        const auto dir = under({300, 200});
        fingers({{300, 200}}, Qt::TouchPointPressed);
        fingers({{330, 220}}, Qt::TouchPointMoved);
        fingers({{360, 240}}, Qt::TouchPointMoved);
        QVERIFY2(off(*dir, {360, 240}) < 0.1, qPrintable(QString::number(off(*dir, {360, 240}))));
        fingers({{360, 240}}, Qt::TouchPointReleased);

        look(100, 10, 30);
        const double before = view().planePerPixel();
        const auto middle = under({400, 300});
        fingers({{350, 300}, {450, 300}}, Qt::TouchPointPressed);
        fingers({{310, 330}, {510, 330}}, Qt::TouchPointMoved);
        QVERIFY2(std::abs(before / view().planePerPixel() - 2) < 0.01, qPrintable(QString::number(before / view().planePerPixel())));
        QVERIFY(off(*middle, {410, 330}) < 0.1);
        fingers({{310, 330}, {510, 330}}, Qt::TouchPointReleased);

        look(100, 80, 0.02);
        const double fov = view().fov().rad();
        QGuiApplication::styleHints()->setMouseDoubleClickInterval(5000); // a busy machine taps slowly
        for (int i = 0; i < 2; ++i) {
            fingers({{400, 300}}, Qt::TouchPointPressed);
            fingers({{400, 300}}, Qt::TouchPointReleased);
        }
        QVERIFY2(std::abs(view().fov().rad() / fov - 0.5) < 1e-6, "double tap");
    }
    void aLongPressOpensTheMenu()
    {
        QObject::disconnect(&canvas(), &Canvas::contextMenuWanted, nullptr, nullptr); // a menu would wait for the user
        QSignalSpy menu(&canvas(), &Canvas::contextMenuWanted);
        const sky::SkyView before = view();
        fingers({{400, 300}}, Qt::TouchPointPressed);
        QTRY_COMPARE(menu.count(), 1);
        fingers({{402, 300}}, Qt::TouchPointMoved);
        fingers({{402, 300}}, Qt::TouchPointReleased);
        QVERIFY(view() == before);
        mouse(QEvent::MouseButtonPress, {200, 200}, Qt::RightButton, Qt::RightButton);
        QCOMPARE(menu.count(), 1);
        mouse(QEvent::MouseButtonRelease, {200, 200}, Qt::RightButton, Qt::NoButton);
        QCOMPARE(menu.count(), 2);
    }
    void rightDragSetsContrastAndBrightness()
    {
        const sky::SkyView before = view();
        const auto documentBefore = c_->document().layers;
        c_->selectLayer(0);
        drag({200, 200}, {260, 230}, Qt::RightButton); // no values here: nothing
        QVERIFY(c_->document().layers == documentBefore && view() == before);

        const auto folder = std::filesystem::path(home_.path().toStdString()) / "values";
        testing::SyntheticHips{folder, 0, 1, 64, "equatorial", "Values"}.writeValues();
        QVERIFY(c_->open(QString::fromStdString(folder.string()), false));
        const scene::LayerId id = c_->selectedLayer();
        QTRY_VERIFY_WITH_TIMEOUT(c_->report(id) && c_->report(id)->values, 20000);
        settle();
        const double lo = c_->report(id)->cutLo, hi = c_->report(id)->cutHi;
        QVERIFY(hi > lo);
        drag({200, 200}, {350, 200}, Qt::RightButton); // to the right: twice the contrast
        const auto& cuts = std::get<scene::SurveyState>(c_->layer(id)->content).cuts;
        QCOMPARE(cuts.mode, scene::CutRule::Mode::Manual);
        QVERIFY(std::abs((cuts.hi - cuts.lo) / (hi - lo) - 0.5) < 1e-6);
        QVERIFY(std::abs((cuts.hi + cuts.lo) - (hi + lo)) < 1e-6 * (hi - lo));
        QVERIFY(view() == before);
        c_->commands().run(QStringLiteral("edit.undo")); // one step for the whole drag
        QVERIFY(std::get<scene::SurveyState>(c_->layer(id)->content).cuts.mode != scene::CutRule::Mode::Manual);
        waitForFrame();
        drag({200, 200}, {200, 140}, Qt::RightButton); // up: brighter
        QVERIFY(std::get<scene::SurveyState>(c_->layer(id)->content).cuts.lo < lo);
        c_->commands().run(QStringLiteral("edit.undo"));
        c_->removeLayer(id);
    }

    // Pixels -----------------------------------------------------------------------------------------------------

    void overlaysAndPositionsAreInLogicalPixels()
    {
        const double ratio = canvas().devicePixelRatioF();
        if (qEnvironmentVariableIsSet("QT_SCALE_FACTOR")) QVERIFY(std::abs(ratio - qEnvironmentVariable("QT_SCALE_FACTOR").toDouble()) < 1e-9);
        QCOMPARE(view().width(), canvas().width());
        settle();
        const QImage sky = canvas().grabFramebuffer();
        QCOMPARE(sky.width(), qRound(canvas().width() * ratio));
        QCOMPARE(sky.height(), qRound(canvas().height() * ratio));

        // A survey whose tiles tell their number: the pixel drawn at a device position is of the cell that the pointer's reading
        // names, whatever the factor; and the order follows the device's pixels, not the logical ones.
        const auto folder = std::filesystem::path(home_.path().toStdString()) / "cells";
        testing::SyntheticHips{folder, 0, 3, 256, "equatorial", "Cells"}.writePictures();
        for (const scene::LayerState& l : std::vector(c_->document().layers))
            c_->changeLayer(l.id, QStringLiteral("Hide"), [](scene::LayerState& s) { s.visible = false; });
        c_->changeOverlays(QStringLiteral("Plain"), [](scene::OverlayState& o) { o.grid.on = o.compass = o.scaleBar = o.reticle = o.credits = false; });
        QVERIFY(c_->open(QString::fromStdString(folder.string()), false));
        const scene::LayerId id = c_->selectedLayer();
        look(40, 20, 100);
        QTRY_VERIFY_WITH_TIMEOUT(c_->report(id) && c_->report(id)->phase == scene::LayerPhase::Complete, 20000);
        settle();
        const QImage cells = canvas().grabFramebuffer();
        const int order = c_->report(id)->order;
        const double texel = 58.63 / 256 / std::exp2(order), pixel = view().pixelScale().deg() / ratio;
        QVERIFY2(texel / pixel < 1.45 && texel / pixel > 0.69, qPrintable(QString::number(texel / pixel)));
        int wrong = 0, looked = 0;
        for (double x = 3.3; x < canvas().width(); x += 7.7)
            for (double y = 2.1; y < canvas().height(); y += 9.3) {
                const QPoint device(static_cast<int>(x * ratio), static_cast<int>(y * ratio));
                const QPointF logical((device.x() + 0.5) / ratio, (device.y() + 0.5) / ratio);
                const auto dir = view().directionAt(vec(logical), sky::Frame::Icrs);
                if (!dir) continue;
                const auto colour = testing::SyntheticHips::colourOf(sky::cellAt(*dir, order));
                const QRgb seen = cells.pixel(device);
                ++looked;
                wrong += std::abs(qRed(seen) - colour[0]) > 3 || std::abs(qGreen(seen) - colour[1]) > 3;
            }
        QVERIFY(looked > 1000);
        QVERIFY2(wrong < looked / 12, qPrintable(QStringLiteral("%1 of %2").arg(wrong).arg(looked))); // only along the borders of cells
        open("direct");
    }

    // Keyboard and screen reader -----------------------------------------------------------------------------------

    void theCrosshairGoesFromObjectToObject()
    {
        look(83.8, -2, 30); // Orion
        settle();
        canvas().setFocus();
        Crosshair& k = canvas().crosshair();
        c_->commands().run(QStringLiteral("tool.crosshair"));
        QVERIFY(k.on() && k.isVisible());
        const sky::SkyView before = view();
        const QPointF start = k.pixel();
        c_->commands().run(QStringLiteral("view.move-right"));
        QVERIFY(view() == before);
        QVERIFY(k.pixel().x() > start.x());
        if (c_->sky()) {
            for (int i = 0; i < 5 && !k.hit(); ++i) c_->commands().run(QStringLiteral("view.move-left"));
            QVERIFY(k.hit());
            c_->commands().run(QStringLiteral("tool.crosshair-select"));
            QVERIFY(c_->selectedObject() && c_->selectedObject()->name == k.hit()->name);
        }
        c_->commands().run(QStringLiteral("view.move-down-fine"));
        c_->commands().run(QStringLiteral("window.escape"));
        QVERIFY(!k.on());
        c_->selectObject(std::nullopt);
    }
    void announcementsComeAtMostOnceASecond()
    {
        // Setting the description is what tells a screen reader; each text counts once.
        QTest::qWait(1200);
        int announced = 0;
        QString last = canvas().accessibleDescription();
        QElapsedTimer clock;
        clock.start();
        while (clock.elapsed() < 2500) {
            c_->navigator().moveBy(3, 0);
            QTest::qWait(20);
            if (canvas().accessibleDescription() == last) continue;
            last = canvas().accessibleDescription();
            ++announced;
        }
        QVERIFY2(announced >= 1 && announced <= 3, qPrintable(QString::number(announced)));
        QVERIFY(last.contains(QStringLiteral("field")) && last.contains(QStringLiteral("top layer")));
    }

    // Bookmarks --------------------------------------------------------------------------------------------------

    void bookmarksAreKeptAndEdited()
    {
        QVERIFY(c_->document().bookmarks.empty());
        look(10, 40, 5);
        c_->commands().run(QStringLiteral("go.bookmark"));
        look(200, -30, 1);
        c_->commands().run(QStringLiteral("go.bookmark"));
        QCOMPARE(c_->document().bookmarks.size(), 2u);
        c_->commands().run(QStringLiteral("edit.undo"));
        QCOMPARE(c_->document().bookmarks.size(), 1u);
        c_->commands().run(QStringLiteral("edit.redo"));
        c_->commands().run(QStringLiteral("go.bookmarks"));
        auto* panel = qobject_cast<BookmarksPanel*>(w_->host().leftPanel());
        QVERIFY(panel && panel->isVisible());
        QCOMPARE(panel->list().count(), 2);
        panel->list().item(0)->setText(QStringLiteral("  Andromeda "));
        QCOMPARE(c_->document().bookmarks[0].name, std::string("Andromeda"));
        panel->list().setCurrentRow(0);
        QTest::keyClick(&panel->list(), Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(c_->document().bookmarks[1].name, std::string("Andromeda"));
        QTest::keyClick(&panel->list(), Qt::Key_Return);
        QVERIFY(std::abs(view().fov().deg() - 5) < 1e-9);

        const QString file = home_.filePath(QStringLiteral("marks.json"));
        QVERIFY(panel->exportTo(file));
        panel->remove(0);
        QCOMPARE(c_->document().bookmarks.size(), 1u);
        QVERIFY(panel->importFrom(file));
        QCOMPARE(c_->document().bookmarks.size(), 2u);
        QVERIFY(panel->importFrom(file)); // nothing twice
        QCOMPARE(c_->document().bookmarks.size(), 2u);
        const QString broken = home_.filePath(QStringLiteral("broken.json"));
        QVERIFY(writeFileWhole(broken.toStdString(), asBytes(std::string_view("{\"format\": \"other\"}"))));
        QVERIFY(!panel->importFrom(broken));
        QCOMPARE(c_->document().bookmarks.size(), 2u);

        // They outlive the window and a new session.
        const auto kept = c_->document().bookmarks;
        c_->newSession();
        QCOMPARE(c_->document().bookmarks.size(), 2u);
        open("direct");
        QCOMPARE(c_->document().bookmarks.size(), 2u);
        QCOMPARE(c_->document().bookmarks[0].name, kept[0].name);
    }
    void bookmarksAreBounded()
    {
        std::vector<scene::Bookmark> many(scene::kMaxBookmarks + 50);
        for (size_t i = 0; i < many.size(); ++i) many[i].name = std::to_string(i);
        const auto read = scene::bookmarksFromJson(scene::bookmarksToJson(many));
        QVERIFY(read);
        QCOMPARE(read->value.size(), scene::kMaxBookmarks);
        QVERIFY(!read->warnings.empty());
        std::vector<scene::Bookmark> few;
        QCOMPARE(addMissing(few, many), scene::kMaxBookmarks);
    }

    // First start --------------------------------------------------------------------------------------------------

    void theTourHasSixStepsOnRealControls()
    {
        w_->host().showWelcome();
        c_->commands().run(QStringLiteral("help.tour"));
        QVERIFY(w_->tour());
        QCOMPARE(w_->tour()->count(), 6);
        for (int i = 0; i < 6; ++i) {
            QVERIFY(w_->tour() && w_->tour()->isVisible());
            QCOMPARE(w_->tour()->step(), i);
            QVERIFY(w_->rect().contains(w_->tour()->geometry()));
            w_->tour()->go(i + 1);
        }
        QVERIFY(!w_->tour());
        c_->commands().run(QStringLiteral("help.tour"));
        QVERIFY(w_->tour());
        c_->commands().run(QStringLiteral("window.escape"));
        QVERIFY(!w_->tour());
    }
    void tipsComeOnceEach()
    {
        Tips& tips = w_->status().tips();
        QSet<QString> seen;
        while (tips.showNext()) {
            QVERIFY(!seen.contains(tips.current()));
            QVERIFY(!tips.current().contains(QLatin1Char('%')));
            seen.insert(tips.current());
            tips.end();
        }
        QVERIFY(seen.size() > 5);
        QVERIFY(!tips.showNext());
        QVERIFY(tips.current().isEmpty());
    }
    void statusItemsAreButtonsOrFields()
    {
        for (const QPushButton* b : w_->status().findChildren<QPushButton*>()) {
            QVERIFY2(!b->accessibleName().isEmpty(), qPrintable(b->text()));
            QVERIFY(b->focusPolicy() & Qt::TabFocus);
        }
        QVERIFY(w_->status().findChildren<QPushButton*>().size() >= 6);
    }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    f.setDepthBufferSize(0);
    f.setStencilBufferSize(0);
    f.setSwapInterval(0);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestCanvas test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_canvas.moc"
