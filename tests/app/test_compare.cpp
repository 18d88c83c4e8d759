// Comparing in the window: keys, the divider by mouse and keyboard, gestures and read-outs in panes, undo, sessions.
#include <QAbstractSlider>
#include <QSurfaceFormat>
#include <QtTest>

#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/comparison.h"
#include "app/window/divider_handle.h"
#include "app/window/main_window.h"
#include "scene/sheets.h"
#include "tests/support/solid_hips.h"

using namespace firmament;
using namespace firmament::window;
using scene::CompareMode;
using testing::Colour;
using testing::near;

class TestCompareWindow : public QObject {
    Q_OBJECT
    static constexpr Colour kRed{200, 30, 20}, kGreen{20, 180, 40}, kBlue{30, 40, 210};
    QTemporaryDir home_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;
    scene::LayerId red_ = 0, green_ = 0, blue_ = 0;

    Canvas& canvas() { return w_->host().canvas(); }
    void settle() { QTRY_VERIFY_WITH_TIMEOUT(w_->settled(), 30000); }
    Colour at(const QImage& image, double x, double y)
    {
        const QRgb c = image.pixel(static_cast<int>(x * image.devicePixelRatio()), static_cast<int>(y * image.devicePixelRatio()));
        return {static_cast<uint8_t>(qRed(c)), static_cast<uint8_t>(qGreen(c)), static_cast<uint8_t>(qBlue(c))};
    }
    void mouse(QWidget& on, QEvent::Type type, const QPointF& p, Qt::MouseButton button, Qt::MouseButtons buttons)
    {
        QMouseEvent e(type, p, on.mapToGlobal(p), button, buttons, Qt::NoModifier);
        QCoreApplication::sendEvent(&on, &e);
    }
    std::vector<scene::PaneFrame> frames() { return scene::paneFrames(c_->freeArea(), c_->comparison().panes()); }
    static QPointF middle(const scene::PixelRect& r) { return {r.x + r.w / 2, r.y + r.h / 2}; }

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
        const auto survey = [&](const char* name, Colour colour) { return c_->addSurvey(testing::writeSolidHips(root / name, name, colour), name); };
        red_ = survey("Red", kRed);
        green_ = survey("Green", kGreen);
        blue_ = survey("Blue", kBlue);
        c_->history().apply("bare", [](scene::Document& d) {
            std::erase_if(d.layers, [](const scene::LayerState& l) { return !std::holds_alternative<scene::SurveyState>(l.content); });
            d.overlays = {{}, false, false, false, false, false};
        });
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1280, 800);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        c_->open(QStringLiteral("30 20 40deg"), false);
        settle();
    }
    void cleanupTestCase()
    {
        w_.reset();
        c_.reset();
    }
    void cleanup()
    {
        if (!c_) return;
        c_->comparison().set(CompareMode::Off);
        c_->comparison().setPanes(1);
    }

    void swipeFollowsTheSelection()
    {
        c_->selectLayer(blue_);
        QVERIFY(c_->commands().run(QStringLiteral("compare.swipe")));
        QVERIFY(c_->comparison().mode() == CompareMode::Swipe);
        settle();
        QImage image = canvas().grabFramebuffer();
        const double y = 40, w = canvas().width();
        QVERIFY(near(at(image, w * 0.25, y), kBlue) && near(at(image, w * 0.75, y), kGreen));
        c_->changeLayer(blue_, QStringLiteral("Hide"), [](scene::LayerState& l) { l.visible = false; });
        c_->selectLayer(green_);
        QCOMPARE(c_->document().compare.layer, green_);
        settle();
        image = canvas().grabFramebuffer();
        QVERIFY(near(at(image, w * 0.25, y), kGreen) && near(at(image, w * 0.75, y), kRed));
        c_->commands().run(QStringLiteral("edit.undo"));
        QVERIFY(c_->layer(blue_)->visible);
        c_->commands().run(QStringLiteral("compare.swipe"));
        QVERIFY(c_->comparison().mode() == CompareMode::Off);
        c_->commands().run(QStringLiteral("edit.undo"));
        QVERIFY(c_->comparison().mode() == CompareMode::Swipe);
        c_->commands().run(QStringLiteral("edit.redo"));
    }
    void theDividerIsDraggedAndMovedByKeys()
    {
        c_->selectLayer(blue_);
        c_->comparison().set(CompareMode::Swipe);
        auto* handle = w_->findChild<DividerHandle*>();
        QVERIFY(handle && handle->isVisible() && !handle->accessibleName().isEmpty());
        const sky::SkyView view = c_->view();
        const QPointF from = handle->rect().center();
        mouse(*handle, QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
        for (int i = 0; i < 5; ++i) { // the handle goes along: its own coordinates stay
            const QPointF to = from + QPointF(-20, 3);
            mouse(*handle, QEvent::MouseMove, to, Qt::NoButton, Qt::LeftButton);
        }
        mouse(*handle, QEvent::MouseButtonRelease, from, Qt::LeftButton, Qt::NoButton);
        const double share = c_->document().compare.divider;
        QVERIFY2(std::abs(share - (0.5 - 100 / c_->freeArea().w)) < 0.01, qPrintable(QString::number(share)));
        QVERIFY(c_->view() == view); // the sky stays where it is
        QTest::keyClick(handle, Qt::Key_Right);
        QVERIFY(c_->document().compare.divider > share);
        c_->commands().run(QStringLiteral("edit.undo"));
        QCOMPARE(c_->document().compare.divider, share);
        c_->commands().run(QStringLiteral("edit.undo")); // the whole drag is one step
        QCOMPARE(c_->document().compare.divider, 0.5);
    }
    void blinkAlternates()
    {
        c_->selectLayer(blue_);
        QVERIFY(c_->commands().run(QStringLiteral("compare.blink")));
        const auto colour = [&] { return at(canvas().grabFramebuffer(), 300, 60); };
        QTRY_VERIFY(near(colour(), kGreen));
        QTRY_VERIFY(near(colour(), kBlue));
        QTRY_VERIFY(near(colour(), kGreen));
        c_->comparison().setBlinkHz(4, true);
        QCOMPARE(c_->document().compare.blinkHz, 4.0);
        QCOMPARE(c_->comparison().blinkHz(), 3.0); // reduced motion
        c_->commands().run(QStringLiteral("compare.blink"));
        settle();
        QVERIFY(near(colour(), kBlue));
    }
    void blinkSaysWhatItNeeds()
    {
        c_->selectLayer(c_->document().layers.front().id); // nothing below
        c_->comparison().set(CompareMode::Blink);
        QVERIFY(c_->comparison().mode() == CompareMode::Off);
    }
    void panesAreLinkedAndHaveTheirOwnLists()
    {
        c_->selectLayer(blue_);
        const auto layers = c_->document().layers;
        QVERIFY(c_->commands().run(QStringLiteral("compare.panes")));
        QCOMPARE(c_->comparison().panes(), size_t{2});
        settle();
        QImage image = canvas().grabFramebuffer();
        const auto pane = frames();
        QVERIFY(near(at(image, middle(pane[0].sky).x(), 100), kBlue) && near(at(image, middle(pane[1].sky).x(), 100), kGreen));
        // What is under the pointer is the same place at the same place of each pane.
        const auto under = [&](size_t i, const QPointF& off) {
            const QPointF p = middle(pane[i].sky) + off;
            const auto v = c_->scene().viewPixel({p.x(), p.y()}, i);
            return *c_->view().directionAt(v, sky::Frame::Icrs);
        };
        QVERIFY(sky::separation(under(0, {31, -17}), under(1, {31, -17})).rad() < 1e-12);
        // A click makes a pane active; its layers are the document's.
        mouse(canvas(), QEvent::MouseButtonPress, middle(pane[1].sky), Qt::LeftButton, Qt::LeftButton);
        mouse(canvas(), QEvent::MouseButtonRelease, middle(pane[1].sky), Qt::LeftButton, Qt::NoButton);
        QCOMPARE(c_->document().compare.active, 1u);
        QVERIFY(!c_->layer(blue_)->visible);
        c_->changeLayer(green_, QStringLiteral("Hide"), [](scene::LayerState& l) { l.visible = false; });
        settle();
        image = canvas().grabFramebuffer();
        QVERIFY(near(at(image, middle(pane[0].sky).x(), 100), kBlue) && near(at(image, middle(pane[1].sky).x(), 100), kRed));
        c_->commands().run(QStringLiteral("edit.undo"));
        QVERIFY(c_->layer(green_)->visible);
        c_->commands().run(QStringLiteral("compare.next-pane"));
        QCOMPARE(c_->document().compare.active, 0u);
        QVERIFY(c_->document().layers == layers);
    }
    void gesturesWorkInEveryPane()
    {
        c_->comparison().setPanes(4);
        QCOMPARE(frames().size(), size_t{4});
        const auto pane = frames();
        const auto skyAt = [&](const QPointF& p) {
            return *c_->view().directionAt(c_->scene().viewPixel({p.x(), p.y()}, c_->scene().paneAt({p.x(), p.y()})), sky::Frame::Icrs);
        };
        for (size_t i = 0; i < 4; ++i) {
            const QPointF from = middle(pane[i].sky) + QPointF(10, 20), to = from + QPointF(35, -25);
            sky::Dir held = skyAt(from);
            mouse(canvas(), QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton);
            for (int k = 1; k <= 6; ++k) mouse(canvas(), QEvent::MouseMove, from + (to - from) * (k / 6.0), Qt::NoButton, Qt::LeftButton);
            mouse(canvas(), QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
            QVERIFY2(sky::separation(skyAt(to), held).rad() < 0.6 * c_->view().pixelScale().rad(), qPrintable(QString::number(i)));
            held = skyAt(to);
            const double scale = c_->view().planePerPixel();
            QWheelEvent wheel(to, canvas().mapToGlobal(to), {}, {0, 120}, Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
            QCoreApplication::sendEvent(&canvas(), &wheel);
            QVERIFY(std::abs(c_->view().planePerPixel() / scale * 1.25 - 1) < 1e-6);
            QVERIFY(sky::separation(skyAt(to), held).rad() < 0.1 * c_->view().pixelScale().rad());
        }
        // Going somewhere brings it to the middle of the panes.
        c_->open(QStringLiteral("83.8 -5.4 20deg"), false);
        const sky::Dir there = sky::toDir({sky::Angle::deg(83.8), sky::Angle::deg(-5.4), sky::Frame::Icrs});
        for (size_t i = 0; i < 4; ++i) QVERIFY(sky::separation(skyAt(middle(pane[i].sky)), there).rad() < c_->view().pixelScale().rad());
    }
    void panelsAndPanesKeepTheAim()
    {
        c_->showPanel(QStringLiteral("layers"));
        settle();
        const sky::Dir aim = c_->navigator().aim();
        c_->comparison().setPanes(2);
        QVERIFY(sky::separation(c_->navigator().aim(), aim).rad() < c_->view().pixelScale().rad());
        QVERIFY(frames()[0].whole.x >= c_->freeArea().x); // beside the panel, not under it
        c_->comparison().setPanes(1);
        QVERIFY(sky::separation(c_->navigator().aim(), aim).rad() < c_->view().pixelScale().rad());
        c_->togglePanel(QStringLiteral("layers"));
    }
    void sessionsKeepTheComparison()
    {
        c_->comparison().setPanes(4);
        c_->comparison().activate(2);
        const auto file = std::filesystem::path(home_.path().toStdString()) / "panes.firmament";
        const scene::Document kept = c_->document();
        QVERIFY(c_->saveSession(file));
        c_->newSession();
        QCOMPARE(c_->comparison().panes(), size_t{1});
        QVERIFY(c_->openSession(file));
        QVERIFY(c_->document().panes == kept.panes && c_->document().compare == kept.compare && c_->document().layers == kept.layers);
    }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestCompareWindow test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_compare.moc"
