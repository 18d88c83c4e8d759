// What keys, menus, the clipboard and links do, by real events: the layer list, cut-outs, charts on white, the magnifier, copying
// and pasting, loading anew.
#include <QClipboard>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMimeData>
#include <QProcess>
#include <QScrollArea>
#include <QScrollBar>
#include <QStyleHints>
#include <QSurfaceFormat>
#include <QtTest>

#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/crosshair.h"
#include "app/window/cutout.h"
#include "app/window/key_list.h"
#include "app/window/layer_card.h"
#include "app/window/layers_panel.h"
#include "app/window/magnifier.h"
#include "app/window/main_window.h"
#include "app/window/message_list.h"
#include "app/window/omnibox.h"
#include "app/window/omni_engine.h"
#include "app/window/sheets.h"
#include "app/window/status_bar.h"
#include "app/window/top_bar.h"
#include "core/files.h"
#include "tests/support/double_tile.h"
#include "tests/support/loopback_server.h"
#include "tests/support/synthetic_hips.h"

using namespace firmament;
using namespace firmament::window;

namespace {

QString s(const char* text)
{
    return QString::fromLatin1(text);
}

} // namespace

class TestKeys : public QObject {
    Q_OBJECT
    QTemporaryDir home_, work_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;

    Canvas& canvas() { return w_->host().canvas(); }
    LayersPanel& panel() { return w_->host().layersPanel(); }
    std::filesystem::path at(const char* name) const { return std::filesystem::path(work_.path().toStdString()) / name; }
    QString file(const char* name) const { return work_.filePath(s(name)); }
    void settle()
    {
        QTest::qWait(30);
        QTRY_VERIFY_WITH_TIMEOUT(w_->settled(), 60000);
    }
    void look(double lon, double lat, double fov)
    {
        c_->navigator().stop();
        c_->history().setView(c_->view().withFrame(sky::Frame::Icrs).withProjection(sky::Proj::Tan).withMirror(false).withRoll({}).withFov(sky::Angle::deg(fov)).lookingAt(
            {sky::Angle::deg(lon), sky::Angle::deg(lat), sky::Frame::Icrs}));
    }
    scene::LayerId only(const std::filesystem::path& survey)
    {
        const scene::LayerId id = c_->addSurvey(survey.string(), {});
        c_->history().apply("only", [id](scene::Document& d) {
            std::erase_if(d.layers, [id](const scene::LayerState& l) { return l.id != id && std::holds_alternative<scene::SurveyState>(l.content); });
        });
        return id;
    }
    void key(QWidget* to, int k, Qt::KeyboardModifiers mods = {}) { QTest::keyClick(to, static_cast<Qt::Key>(k), mods); }
    QWidget* focused() { return QApplication::focusWidget(); }
    void moveTo(const QPointF& p)
    {
        QMouseEvent e(QEvent::MouseMove, p, canvas().mapToGlobal(p), Qt::NoButton, Qt::NoButton, {});
        QCoreApplication::sendEvent(&canvas(), &e);
        QTRY_VERIFY(c_->pointer().inside && c_->pointer().pixel == p);
    }
    QString toast()
    {
        QSignalSpy* spy = toasts_.get();
        return spy->isEmpty() ? QString() : spy->last().at(0).toString();
    }
    std::unique_ptr<QSignalSpy> toasts_;
    /// Of trouble; what toasts said is listed too.
    QStringList troubles() const
    {
        QStringList out;
        for (const auto& e : c_->messages().entries())
            if (e.message.severity != scene::Severity::Info) out << QString::fromStdString(e.message.sentence);
        return out;
    }
    qsizetype messages() const { return troubles().size(); }
    QString lastMessage() const { return troubles().value(0); }

private slots:
    void initTestCase()
    {
        if (QGuiApplication::platformName() != QLatin1String("xcb")) QSKIP("needs an X server");
        qputenv("FIRMAMENT_HOME", home_.path().toUtf8());
        testing::SyntheticHips{at("values"), 0, 3, 64, "equatorial", "Values", "hips_bunit = mJy"}.writeValues([](sky::Cell c, int i) { return testing::SyntheticHips::valueOf(c) + static_cast<float>(i) / 10000; });
        testing::SyntheticHips{at("pictures"), 0, 2, 64, "equatorial", "Pictures"}.writePictures();
        WindowOptions o;
        o.fresh = true;
        c_ = std::make_unique<Controller>(o);
        c_->changeSettings([](Settings& v) { v.reducedMotion = true; });
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1200, 760);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        w_->activateWindow();
        QTRY_VERIFY(w_->isActiveWindow());
        QTRY_VERIFY_WITH_TIMEOUT(canvas().framesDrawn() > 0, 20000);
        toasts_ = std::make_unique<QSignalSpy>(c_.get(), &Controller::toastWanted);
    }
    void cleanupTestCase()
    {
        toasts_.reset();
        w_.reset();
        c_.reset();
    }
    void init()
    {
        c_->newSession();
        c_->changeSettings([](Settings& v) { v.keys.clear(); });
        w_->host().magnifier().setOn(false);
        canvas().setFocus();
    }

    // Layer keys -----------------------------------------------------------------------------------------------------

    void theLayerListHasItsKeysFromTheRegistry()
    {
        c_->showPanel(s("layers"));
        QTRY_VERIFY(qobject_cast<LayerCard*>(focused()));
        const auto layers = c_->document().layers;
        c_->selectLayer(layers.back().id);
        panel().focusStart();
        const auto top = layers.back().id, next = layers[layers.size() - 2].id;
        key(focused(), Qt::Key_Down);
        QCOMPARE(c_->selectedLayer(), next);
        key(focused(), Qt::Key_Up);
        QCOMPARE(c_->selectedLayer(), top);
        key(focused(), Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(c_->document().layers[layers.size() - 2].id, top);
        QCOMPARE(c_->selectedLayer(), top); // the same key moves it on
        key(focused(), Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(c_->document().layers.back().id, top);
        key(focused(), Qt::Key_Space);
        QVERIFY(!c_->layer(top)->visible);
        key(focused(), Qt::Key_Space);
        QVERIFY(c_->layer(top)->visible);
        key(focused(), Qt::Key_Left);
        QVERIFY(std::abs(c_->layer(top)->opacity - 0.95) < 1e-9);
        key(focused(), Qt::Key_Right);
        QCOMPARE(c_->layer(top)->opacity, 1.0);
        key(focused(), Qt::Key_U);
        QVERIFY(c_->isSolo(top) && !c_->layer(next)->visible);
        key(focused(), Qt::Key_U);
        QVERIFY(c_->layer(next)->visible);
        key(focused(), Qt::Key_Return);
        QVERIFY(c_->panelShown(s("inspector")));
        c_->setRightPanel(false);
        panel().focusStart();
        key(focused(), Qt::Key_F2);
        auto* edit = qobject_cast<QLineEdit*>(focused());
        QVERIFY(edit);
        QTest::keyClicks(edit, s("Mine"));
        key(edit, Qt::Key_Return);
        QCOMPARE(c_->layer(top)->name, std::string("Mine"));
        panel().focusStart();
        key(focused(), Qt::Key_Delete);
        QVERIFY(!c_->layer(top));
    }
    void layerKeysCanBeChanged()
    {
        c_->showPanel(s("layers"));
        const auto id = c_->document().layers.back().id;
        c_->selectLayer(id);
        panel().focusStart();
        QTRY_VERIFY(panel().isAncestorOf(focused()));
        QVERIFY(c_->setKeys(s("layer.visible"), {QKeySequence(s("J"))}));
        key(focused(), Qt::Key_Space);
        QVERIFY(c_->layer(id)->visible); // no longer
        key(focused(), Qt::Key_J);
        QVERIFY(!c_->layer(id)->visible);
        QString why;
        QVERIFY(!c_->setKeys(s("layer.solo"), {QKeySequence(s("J"))}, &why)); // both in the list
        QVERIFY2(why.contains(c_->commands().find(s("layer.visible"))->text), qPrintable(why));
        QVERIFY(!c_->setKeys(s("layer.solo"), {QKeySequence(s("Ctrl+K"))}, &why)); // acts everywhere
        QVERIFY(c_->setKeys(s("layer.solo"), {QKeySequence(s("Home"))})); // Home is the sky's: the two never meet
        QCOMPARE(c_->commands().conflicts(), QStringList());
    }
    void layerKeysAreInTheSheetAndInTheSettings()
    {
        KeySheet sheet(*c_, w_.get());
        QStringList texts;
        for (const QLabel* label : sheet.findChildren<QLabel*>()) texts << label->text();
        for (const char* id : {"layer.above", "layer.lower", "layer.visible", "layer.stronger", "layer.solo", "layer.rename", "layer.remove", "layer.properties"}) {
            const Command* command = c_->commands().find(s(id));
            QVERIFY2(command && command->scope == KeyScope::Layers, id);
            QVERIFY2(texts.contains(command->text), id);
            KeyModel model(c_->commands(), this);
            QVERIFY2(model.rowOf(s(id)) >= 0, id);
        }
        QVERIFY(texts.contains(MainWindow::tr("Layers focused")));
    }
    void escInATextFieldGivesUpTheText()
    {
        c_->showPanel(s("layers"));
        canvas().setFocus();
        key(&canvas(), Qt::Key_K, Qt::ControlModifier);
        QLineEdit* box = w_->top().omnibox();
        QVERIFY(box->hasFocus());
        QTest::keyClicks(box, s("M 31"));
        key(box, Qt::Key_Escape);
        QVERIFY(box->text().isEmpty() && canvas().hasFocus());
        QVERIFY(c_->panelShown(s("layers"))); // only one thing at a time
        const auto id = c_->document().layers.back().id;
        const std::string name = c_->layer(id)->name;
        c_->selectLayer(id);
        panel().rename(id);
        auto* edit = qobject_cast<QLineEdit*>(focused());
        QVERIFY(edit);
        QTest::keyClicks(edit, s("Another"));
        key(edit, Qt::Key_Escape);
        QCOMPARE(c_->layer(id)->name, name);
        QVERIFY(qobject_cast<LayerCard*>(focused()) && c_->panelShown(s("layers")));
        canvas().setFocus();
        QLineEdit* fov = w_->status().fovField();
        const double field = c_->view().fov().deg();
        fov->setFocus();
        QTest::keyClicks(fov, s("5"));
        key(fov, Qt::Key_Escape);
        QVERIFY(canvas().hasFocus());
        QCOMPARE(c_->view().fov().deg(), field);
        fov->setFocus();
        fov->setText(s("7deg"));
        key(fov, Qt::Key_Return);
        QVERIFY(canvas().hasFocus()); // arrows move the sky again
        QVERIFY(std::abs(c_->view().fov().deg() - 7) < 1e-9);
        key(&canvas(), Qt::Key_Escape);
        c_->closePanel(s("layers"));
    }
    void everyKeyOfTheDesignDoesSomething()
    {
        const std::pair<const char*, const char*> keys[] = {
            {"Ctrl+K", "go.omnibox"}, {"/", "go.omnibox"}, {"F1", "help.keys"}, {"?", "help.keys"}, {"Ctrl+O", "file.open"}, {"Ctrl+Shift+O", "file.open-url"}, {"Ctrl+S", "file.save"},
            {"Ctrl+Shift+S", "file.save-as"}, {"Ctrl+E", "file.export"}, {"Ctrl+Shift+E", "file.cutout"}, {"Ctrl+Z", "edit.undo"}, {"Ctrl+Shift+Z", "edit.redo"}, {"Alt+Left", "go.back"},
            {"Alt+Right", "go.forward"}, {"Ctrl+C", "edit.copy-position"}, {"Ctrl+Shift+C", "edit.copy-as"}, {"Ctrl+V", "edit.paste"}, {"Ctrl+D", "go.bookmark"}, {"Ctrl+Shift+D", "go.bookmarks"},
            {"Ctrl+L", "edit.copy-link"}, {"L", "panel.layers"}, {"S", "panel.surveys"}, {"I", "window.inspector"}, {"M", "window.messages"}, {"Ctrl+,", "panel.settings"}, {"H", "window.hide-panels"},
            {"Shift+H", "window.hide-all"}, {"F11", "window.full-screen"}, {"F", "window.full-screen"}, {"F6", "window.next-region"}, {"Shift+F6", "window.previous-region"}, {"Esc", "window.escape"},
            {"+", "view.zoom-in"}, {"-", "view.zoom-out"}, {"Home", "go.whole-sky"}, {"Z", "go.zoom-to"}, {"C", "go.centre"}, {"N", "view.north-up"}, {"R", "view.rotate-left"},
            {"Shift+R", "view.rotate-right"}, {"K", "tool.crosshair"}, {"1", "tool.move"}, {"2", "tool.box"}, {"V", "view.magnifier"}, {"B", "compare.blink"}, {"X", "compare.swipe"}, {"Y", "compare.panes"},
            {"Q", "sky.grid"}, {"W", "sky.names"}, {"Shift+W", "sky.constellations"}, {"Shift+N", "view.theme"}, {"Ctrl+Alt+N", "view.night"}, {"F5", "layer.refresh"}, {"Shift+F5", "layer.refresh-all"},
            {"F12", "window.debug"}, {"Ctrl+Q", "file.quit"}, {"F10", "window.menu"}, {"Alt+1", "panel.layers"}, {"Alt+2", "panel.surveys"}};
        for (const auto& [text, id] : keys) {
            const Command* command = c_->commands().find(s(id));
            QVERIFY2(command && command->keys.contains(QKeySequence(s(text))), text);
        }
    }

    // Cut-outs -------------------------------------------------------------------------------------------------------

    void aCutOutIsWhatRenderWrites_data()
    {
        QTest::addColumn<QByteArray>("survey");
        QTest::newRow("values") << QByteArray("values");
        QTest::newRow("colours") << QByteArray("pictures");
    }
    void aCutOutIsWhatRenderWrites()
    {
        QFETCH(QByteArray, survey);
        only(at(survey.constData()));
        look(120, 30, 25);
        settle();
        const QString mine = file("mine.fits"), theirs = file("theirs.fits");
        QFile::remove(mine);
        QSignalSpy ended(&w_->cutout(), &Cutout::ended);
        w_->cutout().start(mine);
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 30000);
        QVERIFY2(ended.last().at(0).toBool(), qPrintable(lastMessage()));
        QVERIFY2(toast().contains(s("mine.fits")), qPrintable(toast()));
        QVERIFY(c_->saveSession(at("cut.firmament")));
        QProcess render;
        render.start(s(FIRMAMENT_PROGRAM), {s("render"), s("-o"), theirs, s("--force"), s("--session"), file("cut.firmament")});
        QVERIFY(render.waitForFinished(60000));
        QVERIFY2(render.exitCode() == 0, render.readAllStandardError().constData());
        const auto a = readFile(mine.toStdString()), b = readFile(theirs.toStdString());
        QVERIFY(a && b);
        QCOMPARE(a->size(), b->size());
        const std::string_view header = asText(*a);
        QVERIFY(header.find(survey == "values" ? "BITPIX  =                  -32" : "BITPIX  =                    8") != header.npos);
        QVERIFY(header.find(survey == "values" ? "SURVEY  = 'Values" : "SURVEY  = 'Pictures") != header.npos);
        QVERIFY(header.find("HISTORY Credit: The testers") != header.npos);
        if (survey == "values") QVERIFY(header.find("BUNIT   = 'mJy") != header.npos);
        QVERIFY(*a == *b);
    }
    void nothingToCutOutIsTold()
    {
        c_->history().apply("none", [](scene::Document& d) { d.layers.clear(); });
        settle();
        w_->cutoutDialog(); // no dialogue
        QVERIFY2(toast().contains(s("no survey is visible")), qPrintable(toast()));
        QVERIFY(!w_->cutout().running());
    }
    void aCutOutThatCannotBeWrittenIsTold()
    {
        only(at("values"));
        look(120, 30, 25);
        settle();
        const qsizetype before = messages();
        QSignalSpy ended(&w_->cutout(), &Cutout::ended);
        w_->cutout().start(file("no/such/folder/x.fits"));
        QTRY_COMPARE_WITH_TIMEOUT(ended.count(), 1, 30000);
        QVERIFY(!ended.last().at(0).toBool());
        QCOMPARE(messages(), before + 1);
    }

    // On paper -------------------------------------------------------------------------------------------------------

    void chartsAreExportedOnWhite()
    {
        look(83.8, -5.4, 30);
        settle();
        QVERIFY(w_->exportPicture(file("sky.png")));
        QVERIFY(w_->exportPicture(file("paper.png"), true));
        const auto mean = [](const QString& name) {
            const QImage image(name);
            double sum = 0;
            for (int y = 0; y < image.height(); y += 5)
                for (int x = 0; x < image.width(); x += 5) sum += qGray(image.pixel(x, y));
            return sum / (image.height() / 5.0 * image.width() / 5.0);
        };
        QVERIFY2(mean(file("sky.png")) < 90, qPrintable(QString::number(mean(file("sky.png")))));
        QVERIFY2(mean(file("paper.png")) > 190, qPrintable(QString::number(mean(file("paper.png")))));
        QVERIFY(!c_->document().overlays.paper); // only the file
        settle();
        QVERIFY(c_->scene().document().overlays.paper == false);
        for (const char* name : {"paper.svg", "paper.pdf"}) {
            QVERIFY(w_->exportPicture(file(name), true));
            QVERIFY(QFileInfo(file(name)).size() > 5000);
        }
        QFile svg(file("paper.svg"));
        QVERIFY(svg.open(QIODevice::ReadOnly));
        const QByteArray text = svg.readAll();
        QVERIFY(text.contains("#15181f") && !text.contains("fill=\"#e8ebf1\""));
    }
    void exportsAreNeverRed()
    {
        settle();
        QVERIFY(w_->exportPicture(file("dark.png")));
        c_->setTheme(ThemeName::Night);
        settle();
        QVERIFY(w_->exportPicture(file("night.png")));
        c_->setTheme(ThemeName::Dark);
        const QImage night(file("night.png"));
        qint64 red = 0, blue = 0;
        for (int y = 0; y < night.height(); y += 5)
            for (int x = 0; x < night.width(); x += 5) {
                red += qRed(night.pixel(x, y));
                blue += qBlue(night.pixel(x, y));
            }
        QVERIFY2(blue > red / 2, qPrintable(QStringLiteral("%1 %2").arg(red).arg(blue)));
    }
    void theWhiteSkyIsUndoneAndSaved()
    {
        c_->commands().run(s("sky.paper"));
        QVERIFY(c_->document().overlays.paper);
        settle();
        const auto read = scene::fromJson(scene::toJson(c_->document()));
        QVERIFY(read && read->value.overlays.paper);
        c_->commands().run(s("edit.undo"));
        QVERIFY(!c_->document().overlays.paper);
    }

    // The magnifier --------------------------------------------------------------------------------------------------

    void theMagnifierReadsTheTile()
    {
        const auto id = only(at("values"));
        look(120, 30, 25);
        settle();
        key(&canvas(), Qt::Key_V);
        Magnifier& m = w_->host().magnifier();
        QVERIFY(m.on());
        const QPointF p(700, 420);
        moveTo(p);
        QVERIFY(m.isVisible() && m.shown());
        QVERIFY2(!m.geometry().contains(p.toPoint()), "never under the pointer");
        const auto dir = c_->view().directionAt({p.x(), p.y()}, sky::Frame::Icrs);
        const scene::CloseUp& c = *m.shown();
        QCOMPARE(c.layer, id);
        QVERIFY(c.cell == sky::cellAt(*dir, c.cell.order));
        const sky::CellPlace place = sky::placeAt(*dir, c.cell.order);
        QCOMPARE(c.row, static_cast<int>(place.x * 64));
        QCOMPARE(c.column, static_cast<int>(place.y * 64));
        QVERIFY(c.value);
        QCOMPARE(static_cast<float>(*c.value), testing::SyntheticHips::valueOf(c.cell) + static_cast<float>((63 - c.row) * 64 + c.column) / 10000); // FITS rows go bottom up
        QVERIFY2(m.valueText().endsWith(s(" mJy")), qPrintable(m.valueText()));
        QVERIFY2(m.placeText().contains(QString::number(c.cell.pix)), qPrintable(m.placeText()));
        QVERIFY(m.accessibleDescription().contains(m.valueText()));
        // The whole glass is filled inside the survey, and the middle is the pointer's own texel.
        for (const render::Rgba& t : c.texels) QCOMPARE(t.a, 1.f);
        QVERIFY(c.texels[c.texels.size() / 2] == c.colour);
        key(&canvas(), Qt::Key_Escape);
        QVERIFY(!m.on() && !m.isVisible());
    }
    void theMagnifierHasAllDigitsOfTheFile()
    {
        const auto value = [](int column, int row) { return 1234567890.125 + 100 * row + column; };
        testing::SyntheticHips{at("doubles"), 0, 0, 64, "equatorial", "Doubles"}.writeValues();
        for (int pix = 0; pix < 12; ++pix)
            std::ofstream(at("doubles") / hips::tilePath({0, static_cast<uint64_t>(pix)}, hips::TileFormat::Fits), std::ios::binary) << testing::doubleTile(64, value);
        only(at("doubles"));
        look(120, 30, 25);
        settle();
        Magnifier& m = w_->host().magnifier();
        m.setOn(true);
        moveTo({700, 420});
        QVERIFY(m.shown() && m.shown()->value);
        QVERIFY(m.shown()->rounded);
        QVERIFY2(m.valueText().startsWith(QChar(0x2248)), qPrintable(m.valueText())); // nothing waits for the file
        const double is = value(m.shown()->column, 63 - m.shown()->row);
        QTRY_COMPARE(m.valueText(), QString::number(is, 'g', 13));
        QVERIFY(m.accessibleDescription().contains(QString::number(is, 'g', 13)));
        moveTo({760, 380});
        const double other = value(m.shown()->column, 63 - m.shown()->row);
        QVERIFY(other != is);
        QTRY_COMPARE(m.valueText(), QString::number(other, 'g', 13));
    }
    void theMagnifierOfColoursAndOfNothing()
    {
        only(at("pictures"));
        look(120, 30, 25);
        settle();
        w_->host().magnifier().setOn(true);
        const QPointF p(640, 380);
        moveTo(p);
        Magnifier& m = w_->host().magnifier();
        QVERIFY(m.shown() && !m.shown()->value);
        const auto colour = testing::SyntheticHips::colourOf(m.shown()->cell);
        QCOMPARE(m.valueText(), Magnifier::tr("R %1  G %2  B %3").arg(colour[0]).arg(colour[1]).arg(colour[2]));
        c_->history().apply("none", [](scene::Document& d) { d.layers.clear(); });
        settle();
        moveTo(p + QPointF(1, 0));
        QVERIFY(!m.shown());
        QCOMPARE(m.valueText(), Magnifier::tr("No survey here"));
    }
    void theMagnifierFollowsTheKeyboard()
    {
        only(at("values"));
        look(120, 30, 25);
        settle();
        canvas().setFocus();
        key(&canvas(), Qt::Key_K);
        key(&canvas(), Qt::Key_V);
        Magnifier& m = w_->host().magnifier();
        QVERIFY(m.shown());
        const auto before = *m.shown();
        for (int i = 0; i < 8; ++i) key(&canvas(), Qt::Key_Right, Qt::ShiftModifier);
        QVERIFY(m.shown()->column != before.column || m.shown()->row != before.row);
        canvas().crosshair().setOn(false);
    }

    // Copy, paste, links ---------------------------------------------------------------------------------------------

    void theCopyMenuHasEverySpelling()
    {
        look(10.5, 41.25, 5);
        settle();
        QStringList shown;
        QTimer::singleShot(300, this, [&] {
            auto* menu = qobject_cast<QMenu*>(QApplication::activePopupWidget());
            if (!menu) return;
            for (QAction* a : menu->actions()) {
                shown << a->text().section(QLatin1Char('\t'), 0, 0);
                if (shown.last() == s("astropy SkyCoord")) a->trigger();
            }
            menu->close();
        });
        key(&canvas(), Qt::Key_C, Qt::ControlModifier | Qt::ShiftModifier);
        for (const char* word : {"Sexagesimal", "Decimal degrees", "Galactic", "Ecliptic", "astropy SkyCoord", "ds9 region", "Copy link to this view"})
            QVERIFY2(shown.contains(s(word)), qPrintable(shown.join(QLatin1Char(','))));
        QVERIFY2(QApplication::clipboard()->text().startsWith(s("SkyCoord(")), qPrintable(QApplication::clipboard()->text()));
    }
    void aCopiedLinkBringsTheViewBack()
    {
        only(at("values"));
        look(210.25, -33.5, 12);
        c_->history().setView(c_->view().withProjection(sky::Proj::Arc).withRoll(sky::Angle::deg(25)));
        c_->changeOverlays(s("Grid"), [](scene::OverlayState& o) { o.grid.on = true; });
        c_->changeSurvey(c_->document().layers.front().id, s("map"), [](scene::SurveyState& v) { v.map = render::ColourMap::Viridis; });
        settle();
        const scene::Document there = c_->document();
        const sky::SkyPos aim = c_->aimPosition();
        canvas().setFocus();
        key(&canvas(), Qt::Key_L, Qt::ControlModifier);
        const QString link = QApplication::clipboard()->text();
        QVERIFY2(link.startsWith(s("firmament://view?")), qPrintable(link));
        c_->newSession();
        c_->changeOverlays(s("Grid"), [](scene::OverlayState& o) { o.grid.on = false; });
        c_->showPanel(s("layers")); // another free area
        canvas().setFocus();
        key(&canvas(), Qt::Key_V, Qt::ControlModifier);
        QTRY_VERIFY(c_->document().overlays.grid.on);
        QVERIFY(sky::separation(sky::toDir(c_->aimPosition()), sky::toDir(aim)).arcsec() < c_->view().pixelScale().arcsec());
        QVERIFY(std::abs(c_->view().fov().deg() - 12) < 1e-3);
        QVERIFY(c_->view().projection() == sky::Proj::Arc);
        QVERIFY2(std::abs(c_->view().roll().deg() - 25) < 2, qPrintable(QString::number(c_->view().roll().deg()))); // another free area turns it a little
        std::vector<scene::SurveyState> surveys;
        for (const scene::LayerState& l : c_->document().layers)
            if (const auto* v = std::get_if<scene::SurveyState>(&l.content)) surveys.push_back(*v);
        QCOMPARE(surveys.size(), size_t{1});
        QVERIFY(surveys[0] == std::get<scene::SurveyState>(there.layers.front().content));
        bool stars = false;
        for (const scene::LayerState& l : c_->document().layers) stars = stars || std::holds_alternative<scene::StarsState>(l.content);
        QVERIFY(stars); // overlays stay
        c_->commands().run(s("edit.undo"));
        c_->commands().run(s("edit.undo"));
        QVERIFY(!c_->document().overlays.grid.on);
        QCOMPARE(std::get<scene::SurveyState>(c_->document().layers.front().content).source, std::string(scene::kDefaultSky));
        c_->closePanel(s("layers"));
    }
    void linksOfOtherProgramsAreOpened()
    {
        c_->changeSettings([](Settings& v) { v.offline = true; });
        const auto told = [this] {
            QStringList out;
            for (const auto& e : c_->messages().entries())
                if (e.message.thing == Controller::tr("Link").toStdString()) out << QString::fromStdString(e.message.sentence);
            return out;
        };
        const size_t layers = c_->document().layers.size();
        QVERIFY(c_->open(s("https://sky.esa.int/esasky/?target=202.4696%20%2B47.1953&hips=DSS2%20color&fov=1&cooframe=J2000")));
        QVERIFY(sky::separation(sky::toDir(c_->aimPosition()), sky::toDir(sky::Angle::deg(202.4696), sky::Angle::deg(47.1953))).arcsec() < 5);
        QVERIFY(std::abs(c_->view().fov().deg() - 1) < 1e-6);
        QCOMPARE(c_->document().layers.size(), layers + 1); // on top of what is there
        const auto& top = std::find_if(c_->document().layers.rbegin(), c_->document().layers.rend(), [](const scene::LayerState& l) { return std::holds_alternative<scene::SurveyState>(l.content); });
        QCOMPARE(std::get<scene::SurveyState>(top->content).source, std::string("ESA/DSSColor")); // by its title
        QVERIFY(c_->open(s("https://das.datacentral.org.au/das?RA=150.1&DEC=2.2&FOV=5")));
        QVERIFY(std::abs(c_->view().fov().arcmin() - 5) < 1e-6);
        QCOMPARE(c_->document().layers.size(), layers + 1);
        QCOMPARE(told(), QStringList());
        QVERIFY(c_->open(s("https://aladin.cds.unistra.fr/AladinLite/?target=83.8%20-5.4&fov=2&survey=CDS/P/NoSuchThing")));
        QCOMPARE(told().size(), 1);
        QVERIFY2(told().front().contains(s("NoSuchThing")), qPrintable(told().front()));
        QCOMPARE(c_->document().layers.size(), layers + 1);
        QVERIFY(!c_->open(s("firmament://view?target=NoSuchStar")));
        QVERIFY2(lastMessage().contains(s("NoSuchStar")), qPrintable(lastMessage()));
        c_->changeSettings([](Settings& v) { v.offline = false; });
        QCOMPARE(OmniEngine(*c_).rows(s("firmament://view?target=10+20")).front().group, OmniEngine::tr("Open"));
    }
    void whatIsPastedIsOpened()
    {
        const auto paste = [&](const QString& text) {
            QApplication::clipboard()->setText(text);
            canvas().setFocus();
            key(&canvas(), Qt::Key_V, Qt::ControlModifier);
        };
        paste(s("83.8221 -5.3911"));
        QVERIFY(sky::separation(sky::toDir(c_->aimPosition()), sky::toDir(sky::Angle::deg(83.8221), sky::Angle::deg(-5.3911))).arcsec() < 60);
        paste(file("pictures"));
        QCOMPARE(std::get<scene::SurveyState>(c_->layer(c_->selectedLayer())->content).source, at("pictures").string());
        auto* urls = new QMimeData; // what file managers copy
        urls->setUrls({QUrl::fromLocalFile(file("values"))});
        QApplication::clipboard()->setMimeData(urls);
        canvas().setFocus();
        key(&canvas(), Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(std::get<scene::SurveyState>(c_->layer(c_->selectedLayer())->content).source, at("values").string());
        paste(s("no such thing here"));
        QVERIFY(w_->top().omnibox()->hasFocus()); // to be put right
        QCOMPARE(w_->top().omnibox()->text(), s("no such thing here"));
        key(w_->top().omnibox(), Qt::Key_Escape);
        QVERIFY(w_->top().omnibox()->text().isEmpty() && canvas().hasFocus());
        QApplication::clipboard()->clear();
        canvas().setFocus();
        key(&canvas(), Qt::Key_V, Qt::ControlModifier);
        QVERIFY2(toast().contains(s("to paste")), qPrintable(toast()));
    }
    void whatIsDroppedIsSaidBeforeAndDone()
    {
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(file("pictures")), QUrl::fromLocalFile(file("values")), QUrl(s("firmament://view?target=10+20&fov=3"))});
        QDragEnterEvent enter(QPoint(300, 300), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(w_.get(), &enter);
        QVERIFY(enter.isAccepted());
        QWidget* hint = nullptr;
        for (QWidget* child : w_->host().findChildren<QWidget*>())
            if (child->inherits("firmament::window::DropHint")) hint = child;
        QVERIFY(hint && hint->isVisible());
        const size_t layers = c_->document().layers.size();
        QDropEvent drop(QPointF(300, 300), Qt::CopyAction, &data, Qt::LeftButton, {});
        QCoreApplication::sendEvent(w_.get(), &drop);
        QVERIFY(!hint->isVisible());
        QCOMPARE(c_->document().layers.size(), layers + 2);
        QVERIFY(std::abs(c_->view().fov().deg() - 3) < 1e-6);
    }

    // Nothing but the sky --------------------------------------------------------------------------------------------

    void hidingLeavesOnlyTheSkyWhereItWas()
    {
        look(83.8, -5.4, 30);
        c_->showPanel(s("layers"));
        canvas().setFocus();
        const QPoint place(630, 390); // of the window: the middle of the canvas
        const auto under = [&] {
            const QPoint p = canvas().mapFrom(w_.get(), place);
            return *c_->view().directionAt({static_cast<double>(p.x()), static_cast<double>(p.y())}, sky::Frame::Icrs);
        };
        const sky::Dir before = under();
        const QSize small = canvas().size();
        key(&canvas(), Qt::Key_H);
        QTRY_COMPARE(canvas().size(), w_->size());
        QVERIFY(!w_->top().isVisible() && !panel().isVisible());
        const auto moved = [&] { return sky::separation(under(), before).rad() / c_->view().pixelScale().rad(); };
        QVERIFY2(moved() < 0.3, qPrintable(QString::number(moved()))); // the sky stays on the screen, but for the bend of the map
        w_->nextRegion(1); // goes nowhere that cannot be seen
        QVERIFY(canvas().hasFocus());
        key(&canvas(), Qt::Key_H);
        QTRY_COMPARE(canvas().size(), small);
        QVERIFY(w_->top().isVisible() && panel().isVisible());
        QVERIFY2(moved() < 0.3, qPrintable(QString::number(moved())));
        c_->changeOverlays(s("Grid"), [](scene::OverlayState& o) { o.grid.on = true; o.reticle = false; });
        const scene::OverlayState shown = c_->document().overlays;
        key(&canvas(), Qt::Key_H, Qt::ShiftModifier);
        QVERIFY(!c_->document().overlays.grid.on && !c_->document().overlays.compass);
        key(&canvas(), Qt::Key_H, Qt::ShiftModifier);
        QVERIFY(c_->document().overlays == shown); // as they were
        QVERIFY(!c_->panelsHidden());
        c_->closePanel(s("layers"));
    }

    // Credits, steps, notes ------------------------------------------------------------------------------------------

    void creditsAreReadWholeByAClickAndByAKey()
    {
        only(at("pictures"));
        look(120, 30, 25);
        settle();
        const scene::PixelRect r = c_->scene().creditsArea();
        QVERIFY(r.w > 20);
        const QPoint p(static_cast<int>(r.x + r.w / 2), static_cast<int>(r.y + r.h / 2));
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, p);
        auto* sheet = w_->findChild<CreditsSheet*>();
        QVERIFY(sheet && sheet->isVisible());
        bool told = false;
        for (const QLabel* l : sheet->findChildren<QLabel*>()) told = told || l->text().contains(s("The testers"));
        QVERIFY(told);
        key(focused(), Qt::Key_Escape);
        QVERIFY(!sheet->isVisible());
        QVERIFY(canvas().hasFocus());
        QVERIFY(c_->commands().run(s("help.credits")));
        key(focused(), Qt::Key_Escape);
        c_->changeOverlays(s("Credits"), [](scene::OverlayState& o) { o.credits = false; });
        settle();
        QCOMPARE(c_->scene().creditsArea().w, 0.0);
    }
    void aSecondClickSaysWhichOfSeveral()
    {
        if (!c_->sky()) QSKIP("no embedded sky");
        c_->open(s("83.82 -5.39 4deg"), false); // the sword of Orion
        settle();
        QPointF place;
        size_t most = 0;
        for (int y = 200; y < 560; y += 6)
            for (int x = 200; x < 1000; x += 6)
                if (const size_t n = c_->scene().pick({static_cast<double>(x), static_cast<double>(y)}, 9).size(); n > most) {
                    most = n;
                    place = {static_cast<double>(x), static_cast<double>(y)};
                }
        QVERIFY2(most > 1, qPrintable(QString::number(most)));
        QSignalSpy stepped(&canvas(), &Canvas::stepped);
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, place.toPoint());
        QTest::qWait(QGuiApplication::styleHints()->mouseDoubleClickInterval() + 50);
        const std::string first = c_->selectedObject()->name;
        QTest::mouseClick(&canvas(), Qt::LeftButton, {}, place.toPoint());
        QCOMPARE(stepped.count(), 2);
        QCOMPARE(stepped.last().at(2).toULongLong(), 2ULL);
        QCOMPARE(stepped.last().at(3).toULongLong(), static_cast<qulonglong>(most));
        QVERIFY(c_->selectedObject()->name != first);
        c_->selectObject(std::nullopt);
    }
    void whatAToastSaidIsReadLater()
    {
        const int unread = c_->messages().unread();
        c_->toast(s("Something was done."));
        QCOMPARE(QString::fromStdString(c_->messages().entries().front().message.sentence), s("Something was done."));
        QCOMPARE(c_->messages().unread(), unread);
    }

    // Loading anew ---------------------------------------------------------------------------------------------------

    void aMessageOffersToTryItsLayerAgain()
    {
        testing::LoopbackServer server;
        server.fault("/", testing::Fault::status(400)); // neither kept nor asked again by itself
        const auto first = c_->addSurvey(server.url("/first"), "First"), second = c_->addSurvey(server.url("/second"), "Second");
        const auto failed = [this](scene::LayerId id) { return c_->report(id) && c_->report(id)->phase == scene::LayerPhase::Failed; };
        QTRY_VERIFY_WITH_TIMEOUT(failed(first) && failed(second), 20000);
        QTRY_VERIFY(messages() >= 2);
        c_->setRightPanel(true);
        c_->commands().run(s("window.messages"));
        auto* box = w_->findChild<MessageList*>();
        auto* list = box->findChild<QListView*>();
        QTRY_VERIFY2(list->hasFocus(), qPrintable(focused() ? s(focused()->metaObject()->className()) : s("nothing")));
        QVERIFY(list->currentIndex().isValid()); // the focus is seen
        // The inspector, as high as it may become, does not come over them.
        c_->selectLayer(second);
        QTest::qWait(120);
        QVERIFY(box->isAncestorOf(w_->host().childAt(box->geometry().center())));
        QModelIndex of;
        for (int row = 0; row < list->model()->rowCount(); ++row)
            if (list->model()->index(row, 0).data(MessageModel::LayerRole).toULongLong() == first) of = list->model()->index(row, 0);
        QVERIFY(of.isValid());
        const auto asked = [&server](const char* which) { return server.requestsBelow(which); };
        const auto before = asked("/first"), others = asked("/second");
        const QRect row = list->visualRect(of);
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, row.topLeft() + QPoint(60, 15)); // on the name: nothing but the choice
        QTest::qWait(100);
        QCOMPARE(asked("/first"), before);
        // "Retry" ends where the time begins.
        const int time = QFontMetrics(c_->style().font(TextRole::Caption)).horizontalAdvance(s("00:00"));
        QTest::mouseClick(list->viewport(), Qt::LeftButton, {}, QPoint(row.right() - 10 - time - 24, row.y() + 15));
        QTRY_VERIFY_WITH_TIMEOUT(asked("/first") > before, 5000);
        QCOMPARE(asked("/second"), others);
        QTRY_VERIFY_WITH_TIMEOUT(failed(first), 20000);
        const auto again = asked("/first");
        list->setFocus();
        key(list, Qt::Key_Return);
        QTRY_VERIFY_WITH_TIMEOUT(asked("/first") > again, 5000);
        QCOMPARE(asked("/second"), others);
        c_->commands().run(s("window.messages"));
        c_->setRightPanel(false);
    }
    void shiftF10OpensTheMenuOfTheFocus()
    {
        canvas().setFocus();
        bool canvasMenu = false;
        QTimer::singleShot(200, [&] {
            QWidget* popup = QApplication::activePopupWidget();
            for (const QAction* a : popup ? popup->actions() : QList<QAction*>()) canvasMenu = canvasMenu || a->text() == MainWindow::tr("Centre here");
            if (popup) popup->close();
        });
        key(&canvas(), Qt::Key_F10, Qt::ShiftModifier);
        QTRY_VERIFY(canvasMenu);
        QVERIFY(canvas().hasFocus());
    }
    void theListOfKeysIsReadFromItsField()
    {
        w_->host().showKeys();
        auto* sheet = w_->findChild<KeySheet*>();
        QScrollBar* bar = sheet->findChild<QScrollArea*>()->verticalScrollBar();
        QTRY_VERIFY(bar->maximum() > 0);
        QVERIFY(qobject_cast<QLineEdit*>(focused()));
        key(focused(), Qt::Key_PageDown);
        const int page = bar->value();
        QVERIFY(page > 0);
        key(focused(), Qt::Key_Down);
        QVERIFY(bar->value() > page);
        for (int i = 0; i < 20; ++i) key(focused(), Qt::Key_PageDown);
        QCOMPARE(bar->value(), bar->maximum());
        key(focused(), Qt::Key_PageUp);
        QVERIFY(bar->value() < bar->maximum());
        key(focused(), Qt::Key_Escape);
        QVERIFY(canvas().hasFocus());
    }
    void loadingAnewGoesPastTheCache()
    {
        testing::LoopbackServer server;
        server.serveFolder("/survey", at("pictures"));
        const auto id = only(server.url("/survey"));
        look(40, 20, 30);
        QTRY_VERIFY_WITH_TIMEOUT(server.requestsBelow("/survey/Norder") > 0, 20000);
        QTest::qWait(200);
        settle();
        const auto asked = server.requestsBelow("/survey/Norder");
        c_->selectLayer(id);
        c_->scene().retryFailed(); // nothing failed: nothing is asked
        QTest::qWait(200);
        settle();
        QCOMPARE(server.requestsBelow("/survey/Norder"), asked);
        canvas().setFocus();
        key(&canvas(), Qt::Key_F5);
        QTRY_VERIFY_WITH_TIMEOUT(server.requestsBelow("/survey/Norder") > asked, 20000);
        settle();
        const auto again = server.requestsBelow("/survey/Norder");
        key(&canvas(), Qt::Key_F5, Qt::ShiftModifier);
        QTRY_VERIFY_WITH_TIMEOUT(server.requestsBelow("/survey/Norder") > again, 20000);
        settle();
    }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestKeys test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_keys.moc"
