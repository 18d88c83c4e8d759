// The window itself, on an X server: draws, moves, zooms, undoes; names on every control; the picture option.
#include <QAbstractButton>
#include <QAbstractItemView>
#include <QAbstractSlider>
#include <QComboBox>
#include <QLineEdit>
#include <QProcess>
#include <QSurfaceFormat>
#include <QtTest>

#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/main_window.h"
#include "app/window/omni_engine.h"
#include "app/window/status_bar.h"

using namespace firmament;
using namespace firmament::window;

class TestWindow : public QObject {
    Q_OBJECT
    QTemporaryDir home_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;

    Canvas& canvas() { return w_->host().canvas(); }
    sky::Dir under(const QPointF& p) { return c_->view().directionAt({p.x(), p.y()}, c_->view().frame()).value(); }
    double offPixels(const sky::Dir& dir, const QPointF& p)
    {
        const auto at = c_->view().pixelOf(dir, c_->view().frame());
        return at ? (*at - Eigen::Vector2d(p.x(), p.y())).norm() : 1e9;
    }
    void mouse(QEvent::Type type, const QPointF& p, Qt::MouseButton button, Qt::MouseButtons buttons, Qt::KeyboardModifiers mods = {})
    {
        QMouseEvent e(type, p, canvas().mapToGlobal(p), button, buttons, mods);
        QCoreApplication::sendEvent(&canvas(), &e);
    }
    void dragBy(const QPointF& from, const QPointF& to, Qt::KeyboardModifiers mods = {})
    {
        mouse(QEvent::MouseButtonPress, from, Qt::LeftButton, Qt::LeftButton, mods);
        for (int i = 1; i <= 8; ++i) mouse(QEvent::MouseMove, from + (to - from) * (i / 8.0), Qt::NoButton, Qt::LeftButton, mods);
    }
    void wheel(const QPointF& p, int notches, Qt::KeyboardModifiers mods = {})
    {
        QWheelEvent e(p, canvas().mapToGlobal(p), {}, {0, 120 * notches}, Qt::NoButton, mods, Qt::NoScrollPhase, false);
        QCoreApplication::sendEvent(&canvas(), &e);
    }

private slots:
    void initTestCase()
    {
        if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
        qputenv("FIRMAMENT_HOME", home_.path().toUtf8());
        WindowOptions o;
        o.offline = true;
        o.fresh = true;
        c_ = std::make_unique<Controller>(o);
        c_->changeSettings([](Settings& s) { s.reducedMotion = true; });
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1280, 800);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        QTRY_VERIFY_WITH_TIMEOUT(canvas().framesDrawn() > 0, 20000);
    }
    void cleanupTestCase()
    {
        w_.reset();
        c_.reset();
    }

    void drawsTheSky()
    {
        QTRY_VERIFY_WITH_TIMEOUT(w_->settled(), 30000);
        const QImage image = canvas().grabFramebuffer();
        QSet<QRgb> colours;
        for (int y = 0; y < image.height(); y += 7)
            for (int x = 0; x < image.width(); x += 7) colours.insert(image.pixel(x, y));
        QVERIFY2(colours.size() > 20, qPrintable(QString::number(colours.size())));
    }
    void theViewHasTheCanvasSize()
    {
        QCOMPARE(c_->view().width(), canvas().width());
        QCOMPARE(c_->view().height(), canvas().height());
    }
    void draggingTakesTheSkyAlong()
    {
        const QPointF from(500, 300), to(620, 380);
        const sky::Dir dir = under(from);
        dragBy(from, to);
        QVERIFY2(offPixels(dir, to) < 0.5, qPrintable(QString::number(offPixels(dir, to))));
        mouse(QEvent::MouseButtonRelease, to, Qt::LeftButton, Qt::NoButton);
        QVERIFY2(offPixels(dir, to) < 0.5, "reduced motion: nothing glides on");
    }
    void theWheelKeepsTheSkyUnderThePointer()
    {
        const QPointF at(321.5, 187.25);
        const sky::Dir dir = under(at);
        const double before = c_->view().planePerPixel();
        wheel(at, 3);
        QVERIFY(std::abs(c_->view().planePerPixel() / before * 1.25 * 1.25 * 1.25 - 1) < 1e-6);
        QVERIFY2(offPixels(dir, at) < 0.05, qPrintable(QString::number(offPixels(dir, at))));
        wheel(at, -3);
        QVERIFY2(offPixels(dir, at) < 0.05, qPrintable(QString::number(offPixels(dir, at))));
        QVERIFY(std::abs(c_->view().planePerPixel() / before - 1) < 1e-6);
        wheel(at, 1, Qt::ShiftModifier);
        QVERIFY(std::abs(c_->view().planePerPixel() / before * 1.05 - 1) < 1e-6);
    }
    void aBoxFillsTheFreeArea()
    {
        c_->open(QStringLiteral("10.68 41.27 20deg"));
        const QPointF a(400, 300), b(600, 400), middle = (a + b) / 2;
        const sky::Dir dir = under(middle);
        const double before = c_->view().fov().rad();
        dragBy(a, b, Qt::ControlModifier);
        mouse(QEvent::MouseButtonRelease, b, Qt::LeftButton, Qt::NoButton, Qt::ControlModifier);
        QVERIFY(c_->view().fov().rad() < before / 3);
        const Eigen::Vector2d aim = c_->navigator().freeCentre();
        QVERIFY2(offPixels(dir, {aim.x(), aim.y()}) < 1, qPrintable(QString::number(offPixels(dir, {aim.x(), aim.y()}))));
    }
    void altDragRotatesAboutTheFreeCentre()
    {
        c_->open(QStringLiteral("83.8 -5.4 10deg"));
        const Eigen::Vector2d aim = c_->navigator().freeCentre();
        const QPointF pivot(aim.x(), aim.y());
        const sky::Dir centre = under(pivot), mark = under(pivot + QPointF(150, 0));
        dragBy(pivot + QPointF(150, 0), pivot + QPointF(0, 150), Qt::AltModifier);
        mouse(QEvent::MouseButtonRelease, pivot + QPointF(0, 150), Qt::LeftButton, Qt::NoButton, Qt::AltModifier);
        QVERIFY2(offPixels(centre, pivot) < 1, qPrintable(QString::number(offPixels(centre, pivot))));
        QVERIFY2(offPixels(mark, pivot + QPointF(0, 150)) < 4, qPrintable(QString::number(offPixels(mark, pivot + QPointF(0, 150)))));
        c_->commands().run(QStringLiteral("view.north-up"));
        QVERIFY(std::abs(c_->view().roll().rad()) < 1e-9);
    }
    void goingPlacesAndBack()
    {
        c_->open(QStringLiteral("10.68 41.27 5deg"));
        const sky::SkyView there = c_->view();
        c_->open(QStringLiteral("83.8 -5.4 2deg"));
        QVERIFY(c_->view() != there);
        c_->commands().run(QStringLiteral("go.back"));
        QVERIFY(c_->view() == there);
        QVERIFY(!c_->open(QStringLiteral("no such thing at all")));
        QVERIFY(c_->messages().unread() > 0);
    }
    void aFieldCanFollowThePlace()
    {
        for (const char* text : {"G0+0 40deg", "266.405 -28.936 40deg"}) {
            const OpenTarget t = c_->interpret(QString::fromLatin1(text));
            QCOMPARE(t.kind, OpenTarget::Kind::Position);
            QVERIFY(t.fov && std::abs(t.fov->deg() - 40) < 1e-9);
            const sky::SkyPos icrs = sky::converted(*t.pos, sky::Frame::Icrs);
            QVERIFY2(std::abs(icrs.lon.deg() - 266.405) < 0.01 && std::abs(icrs.lat.deg() + 28.936) < 0.01, text);
        }
        for (const char* text : {"M31 2deg", "10.68 41.27 2deg", "00:42:44.3 +41:16:09 30m"}) {
            const OpenTarget t = c_->interpret(QString::fromLatin1(text));
            if (!c_->sky() && text[0] == 'M') continue;
            QVERIFY2(t.fov && std::abs(t.fov->deg() - (text[0] == '0' ? 0.5 : 2)) < 1e-9, text);
            const sky::SkyPos icrs = sky::converted(*t.pos, sky::Frame::Icrs);
            QVERIFY2(std::abs(icrs.lon.deg() - 10.68) < 0.02 && std::abs(icrs.lat.deg() - 41.27) < 0.02, text);
        }
        const OpenTarget plain = c_->interpret(QStringLiteral("05 41 04 -02 28 42"));
        QCOMPARE(plain.kind, OpenTarget::Kind::Position);
        QVERIFY(!plain.fov);
    }
    void layerChangesAreUndone()
    {
        QVERIFY(!c_->document().layers.empty());
        const auto id = c_->document().layers.front().id;
        const double before = c_->layer(id)->opacity;
        const sky::SkyView view = c_->view();
        c_->changeLayer(id, QStringLiteral("Opacity"), [](scene::LayerState& l) { l.opacity = 0.25; });
        QCOMPARE(c_->layer(id)->opacity, 0.25);
        c_->navigator().moveBy(30, 0);
        const sky::SkyView moved = c_->view();
        c_->commands().run(QStringLiteral("edit.undo"));
        QCOMPARE(c_->layer(id)->opacity, before);
        QVERIFY(c_->view() == moved && moved != view); // undo never moves the sky
        c_->commands().run(QStringLiteral("edit.redo"));
        QCOMPARE(c_->layer(id)->opacity, 0.25);
        c_->commands().run(QStringLiteral("edit.undo"));
    }
    void layersMoveAndComeBack()
    {
        const auto before = c_->document().layers;
        const auto id = before.front().id;
        c_->moveLayer(id, before.size() - 1);
        QCOMPARE(c_->document().layers.back().id, id);
        c_->removeLayer(id);
        QCOMPARE(c_->document().layers.size(), before.size() - 1);
        c_->commands().run(QStringLiteral("edit.undo"));
        c_->commands().run(QStringLiteral("edit.undo"));
        QVERIFY(c_->document().layers == before);
    }
    void typedFields()
    {
        QLineEdit* fov = w_->status().fovField();
        fov->setFocus();
        fov->setText(QStringLiteral("2.5deg"));
        QTest::keyClick(fov, Qt::Key_Return);
        QVERIFY(std::abs(c_->view().fov().deg() - 2.5) < 1e-9);
        fov->setFocus();
        fov->setText(QStringLiteral("wide"));
        QTest::keyClick(fov, Qt::Key_Return);
        QVERIFY(fov->property("wrong").toBool());
        QVERIFY(std::abs(c_->view().fov().deg() - 2.5) < 1e-9);
        canvas().setFocus();
    }
    void noTwoCommandsShareAKey()
    {
        QCOMPARE(c_->commands().conflicts(), QStringList());
        QSet<QString> ids;
        for (const Command& command : c_->commands().all()) {
            QVERIFY2(!command.text.isEmpty() && command.run, qPrintable(command.id));
            QVERIFY2(!ids.contains(command.id), qPrintable(command.id));
            ids.insert(command.id);
        }
    }
    void theOmniboxAnswersAtOnce()
    {
        const OmniEngine engine(*c_);
        QVERIFY(!engine.rows(QString()).empty());
        QCOMPARE(engine.rows(QStringLiteral("10.5 +41.2")).front().group, OmniEngine::tr("Position"));
        const auto commands = engine.rows(QStringLiteral("> north"));
        QVERIFY(!commands.empty());
        QCOMPARE(commands.front().title, OmniEngine::tr("North up"));
        const auto nothing = engine.rows(QStringLiteral("zzzz qqqq"));
        QVERIFY(!nothing.empty());
        QVERIFY(!nothing.back().run); // tells, does nothing
        if (c_->sky()) {
            QCOMPARE(engine.rows(QStringLiteral("m31")).front().group, OmniEngine::tr("Go to"));
            QCOMPARE(engine.rows(QStringLiteral("M31 2deg")).front().group, OmniEngine::tr("Go to"));
        }
    }
    void everyControlHasAName()
    {
        for (const char* panel : {"layers", "surveys", "settings"}) c_->showPanel(QString::fromLatin1(panel));
        c_->setRightPanel(true);
        for (const scene::LayerState& l : c_->document().layers) {
            c_->selectLayer(l.id);
            QCoreApplication::processEvents();
        }
        w_->host().showKeys();
        w_->host().toggleMessages();
        w_->host().showWelcome();
        QCoreApplication::processEvents();
        for (const QWidget* widget : w_->findChildren<QWidget*>()) {
            const bool control = qobject_cast<const QAbstractButton*>(widget) || qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractSlider*>(widget)
                                 || qobject_cast<const QComboBox*>(widget) || qobject_cast<const QAbstractItemView*>(widget) || widget->focusPolicy() == Qt::StrongFocus;
            if (!control || widget->objectName().startsWith(QLatin1String("qt_")) || qobject_cast<const QAbstractSlider*>(widget->parentWidget())) continue;
            if (widget->parentWidget() && (widget->parentWidget()->inherits("QAbstractSpinBox") || widget->parentWidget()->inherits("QLineEdit") || widget->parentWidget()->inherits("QComboBox")
                                           || widget->parentWidget()->objectName().startsWith(QLatin1String("qt_")) || widget->parentWidget()->inherits("QComboBoxPrivateContainer")))
                continue;
            if (widget->inherits("QScrollBar") || widget->inherits("QComboBoxPrivateContainer") || widget->inherits("QMenu")) continue;
            QVERIFY2(!widget->accessibleName().isEmpty(), qPrintable(QStringLiteral("%1 in %2").arg(QLatin1String(widget->metaObject()->className()),
                                                                                                     QLatin1String(widget->parentWidget()->metaObject()->className()))));
        }
        QTest::keyClick(w_.get(), Qt::Key_Escape);
        QTest::keyClick(w_.get(), Qt::Key_Escape);
        c_->setRightPanel(false);
        c_->togglePanel(QStringLiteral("settings"));
    }
    void panelsNeverMoveTheSky()
    {
        const sky::SkyView before = c_->view();
        c_->togglePanel(QStringLiteral("layers"));
        QVERIFY(c_->view() == before);
        QVERIFY(c_->freeArea().x > 300);
        c_->setRightPanel(true);
        QVERIFY(c_->view() == before);
        c_->setPanelsHidden(true);
        QVERIFY(c_->view() == before);
        QCOMPARE(c_->freeArea().x, 0.0);
        c_->setPanelsHidden(false);
        c_->setRightPanel(false);
        c_->togglePanel(QStringLiteral("layers"));
    }
    void resizingKeepsTheScale()
    {
        const double scale = c_->view().pixelScale().rad();
        w_->resize(1100, 700);
        QTRY_COMPARE(c_->view().width(), canvas().width());
        QVERIFY(std::abs(c_->view().pixelScale().rad() / scale - 1) < 1e-6);
        w_->resize(1280, 800);
        QTRY_COMPARE(w_->width(), 1280);
    }
    void themesCanBeChanged()
    {
        for (ThemeName t : {ThemeName::Light, ThemeName::Night, ThemeName::Dark}) {
            c_->setTheme(t);
            QCOMPARE(c_->style().theme().name, t);
            const uint64_t frames = canvas().framesDrawn();
            QTRY_VERIFY(canvas().framesDrawn() > frames);
        }
    }
    void sessionsAreSavedAndRestored()
    {
        const auto file = std::filesystem::path(home_.path().toStdString()) / "kept.firmament";
        const scene::Document kept = c_->document();
        QVERIFY(c_->saveSession(file));
        c_->newSession();
        QVERIFY(c_->open(QString::fromStdString(file.string())));
        QVERIFY(c_->document().layers == kept.layers);
        QVERIFY(sky::separation(sky::toDir(c_->view().centre()), sky::toDir(kept.view.centre())).arcsec() < 1e-3);
    }
    void picturesAreExported()
    {
        const QString file = home_.filePath(QStringLiteral("sky.png"));
        QVERIFY(w_->exportPicture(file));
        QCOMPARE(QImage(file).size(), canvas().size());
    }
    void theProgramTakesItsOwnPicture()
    {
        const QString file = home_.filePath(QStringLiteral("window.png"));
        QProcess p;
        p.start(QStringLiteral(FIRMAMENT_PROGRAM), {QStringLiteral("--screenshot"), file, QStringLiteral("--size"), QStringLiteral("1000x640"), QStringLiteral("--offline"), QStringLiteral("--fresh")});
        QVERIFY(p.waitForFinished(60000));
        QVERIFY2(p.exitCode() == 0, p.readAllStandardError().constData());
        QCOMPARE(QImage(file).size(), QSize(1000, 640));
    }
    /// What could not be opened is told, not only in a list that is gone with the window.
    void aScriptIsToldWhatFailed()
    {
        const auto shoot = [this](const QStringList& words) {
            QProcess p;
            p.start(QStringLiteral(FIRMAMENT_PROGRAM), QStringList{QStringLiteral("--size"), QStringLiteral("800x500"), QStringLiteral("--offline"), QStringLiteral("--fresh")} + words);
            p.waitForFinished(60000);
            return std::pair{p.exitCode(), QString::fromUtf8(p.readAllStandardError())};
        };
        const QString file = home_.filePath(QStringLiteral("told.webp"));
        const auto item = shoot({QStringLiteral("--screenshot"), file, QStringLiteral("no such thing")});
        QCOMPARE(item.first, 3);
        QVERIFY2(item.second.contains(QStringLiteral("firmament: Open: \"no such thing\" is no name known here")), qPrintable(item.second));
        QFile written(file);
        QVERIFY(written.open(QIODevice::ReadOnly));
        QCOMPARE(written.read(12).mid(8), QByteArray("WEBP"));
        const auto again = shoot({QStringLiteral("--screenshot"), file});
        QCOMPARE(again.first, 1);
        QVERIFY2(again.second.contains(QStringLiteral("--force")), qPrintable(again.second));
        const auto session = shoot({QStringLiteral("--screenshot"), file, QStringLiteral("--force"), QStringLiteral("--session"), QStringLiteral("/nowhere/s.json")});
        QCOMPARE(session.first, 3);
        QVERIFY2(session.second.contains(QStringLiteral("/nowhere/s.json")), qPrintable(session.second));
    }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestWindow test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_window.moc"
