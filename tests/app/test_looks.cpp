// How the window looks, as far as it can be measured: texts fit in their places in every size, nothing lies on anything else, the bars
// and panels stand on the grid, the night theme has no other light than red. With FIRMAMENT_PICTURES=FOLDER each scene is written
// there as a picture, for a person to look at.
#include <QAbstractButton>
#include <QAbstractScrollArea>
#include <QCheckBox>
#include <QComboBox>
#include <QDir>
#include <QLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QStackedWidget>
#include <QSurfaceFormat>
#include <QtTest>

#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/comparison.h"
#include "app/window/floating.h"
#include "app/window/layer_card.h"
#include "app/window/main_window.h"
#include "app/window/omnibox.h"
#include "app/window/rail.h"
#include "app/window/sheets.h"
#include "app/window/sky_pill.h"
#include "app/window/status_bar.h"
#include "app/window/top_bar.h"
#include "app/window/tour.h"
#include "app/window/welcome_card.h"

using namespace firmament;
using namespace firmament::window;

namespace {

QString s(const char* text)
{
    return QString::fromUtf8(text);
}

QString described(const QWidget* w)
{
    QString text = w->accessibleName();
    if (const auto* label = qobject_cast<const QLabel*>(w)) text = label->text();
    if (const auto* button = qobject_cast<const QAbstractButton*>(w); button && !button->text().isEmpty()) text = button->text();
    const QRect r = w->geometry();
    return s("%1 \"%2\" %3x%4 at %5,%6 in %7").arg(s(w->metaObject()->className()), text.left(60)).arg(r.width()).arg(r.height()).arg(r.x()).arg(r.y())
        .arg(s(w->parentWidget() ? w->parentWidget()->metaObject()->className() : "nothing"));
}

bool isOfQt(const QWidget* w)
{
    const QWidget* p = w->parentWidget();
    return w->objectName().startsWith(s("qt_")) || w->inherits("QScrollBar") || (p && (p->inherits("QLineEdit") || p->inherits("QComboBox") || p->inherits("QAbstractSpinBox")));
}

/// What of its text has no room, or nothing.
QString misfit(const QWidget* w)
{
    if (qobject_cast<const ElidedLabel*>(w) || w->sizePolicy().horizontalPolicy() == QSizePolicy::Ignored) return {}; // cut, with the whole in a tip
    if (const auto* label = qobject_cast<const QLabel*>(w)) {
        if (label->text().isEmpty()) return {};
        if (label->wordWrap()) return label->heightForWidth(w->width()) > w->height() + 1 ? s("wrapped text needs %1").arg(label->heightForWidth(w->width())) : QString();
        return label->sizeHint().width() > w->width() + 1 ? s("text needs %1").arg(label->sizeHint().width()) : QString();
    }
    if (const auto* field = qobject_cast<const QLineEdit*>(w)) {
        if (w->inherits("firmament::window::OmniBox")) return {};
        const int needs = field->fontMetrics().horizontalAdvance(field->text()) + 10;
        return needs > w->width() + 1 ? s("text needs %1").arg(needs) : QString();
    }
    if (const auto* box = qobject_cast<const QComboBox*>(w)) {
        const int needs = box->fontMetrics().horizontalAdvance(box->currentText()) + 30;
        return needs > w->width() + 1 ? s("text needs %1").arg(needs) : QString();
    }
    if (qobject_cast<const QAbstractButton*>(w)) {
        const QSize hint = w->sizeHint();
        return hint.width() > w->width() + 1 || hint.height() > w->height() + 3 ? s("needs %1x%2").arg(hint.width()).arg(hint.height()) : QString();
    }
    return {};
}

bool scrolls(const QWidget* w)
{
    for (const QWidget* p = w; p; p = p->parentWidget())
        if (p->parentWidget() && p->parentWidget()->inherits("QAbstractScrollArea") && !p->inherits("QScrollBar")) return true;
    return false;
}

/// Children of one layout that lie on each other, and children that stick out of their parent.
QStringList collisions(QWidget* top)
{
    QStringList out;
    QList<QWidget*> parents = top->findChildren<QWidget*>();
    parents.prepend(top);
    for (QWidget* parent : parents) {
        if (!parent->isVisible() || !parent->layout() || qobject_cast<QStackedWidget*>(parent)) continue;
        QList<const QWidget*> placed;
        for (const QWidget* child : parent->findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
            if (child->isHidden() || isOfQt(child) || parent->layout()->indexOf(const_cast<QWidget*>(child)) < 0) continue;
            placed << child;
            if (!parent->rect().adjusted(-1, -1, 1, 1).contains(child->geometry()) && !scrolls(parent)) out << s("sticks out: ") + described(child);
        }
        for (qsizetype i = 0; i < placed.size(); ++i)
            for (qsizetype k = 0; k < i; ++k)
                if (placed[i]->geometry().adjusted(1, 1, -1, -1).intersects(placed[k]->geometry())) out << described(placed[i]) + s(" lies on ") + described(placed[k]);
    }
    return out;
}

} // namespace

class TestLooks : public QObject {
    Q_OBJECT
    QTemporaryDir home_;
    std::unique_ptr<Controller> c_;
    std::unique_ptr<MainWindow> w_;

    CanvasHost& host() { return w_->host(); }
    void settle()
    {
        for (int i = 0; i < 4; ++i) QCoreApplication::processEvents();
        QTest::qWait(60); // what waits for the next turn: rows, counts, the panels' heights
    }
    void clear()
    {
        if (w_->tour()) c_->commands().run(s("window.escape"));
        QTest::keyClick(w_->top().omnibox(), Qt::Key_Escape);
        for (const Sheet* sheet : host().findChildren<Sheet*>())
            if (sheet->isVisible()) host().closeTopmost();
        for (const char* id : {"layers", "surveys", "settings", "inspector", "bookmarks"}) c_->closePanel(s(id));
        c_->comparison().set(scene::CompareMode::Off);
        host().hideWelcome();
        host().canvas().setFocus();
        settle();
    }
    /// What can be open at once, by name.
    using Scenes = QList<std::pair<QString, std::function<void()>>>;
    Scenes scenes()
    {
        const auto show = [this](const char* id) { return [this, id] { c_->showPanel(s(id)); }; };
        const auto both = [this](const char* id, size_t layer) {
            return [this, id, layer] {
                c_->showPanel(s(id));
                c_->setRightPanel(true);
                c_->selectLayer(c_->document().layers[layer].id);
            };
        };
        return {{s("first-start"), [this] { host().showWelcome(); }},
                {s("layers"), both("layers", 0)},
                {s("layers-stars"), both("layers", 1)},
                {s("layers-blink"), [this] {
                     c_->showPanel(s("layers"));
                     c_->comparison().set(scene::CompareMode::Blink);
                 }},
                {s("layers-panes"), [this] {
                     c_->showPanel(s("layers"));
                     c_->comparison().setPanes(4);
                 }},
                {s("surveys"), show("surveys")},
                {s("settings"), show("settings")},
                {s("bookmarks"), [this] { c_->commands().run(s("go.bookmarks")); }},
                {s("view"), [this] {
                     c_->selectLayer(0);
                     c_->setRightPanel(true);
                 }},
                {s("keys"), [this] { host().showKeys(); }},
                {s("about"), [this] { host().showAbout(); }},
                {s("omnibox"), [this] { w_->top().omnibox()->open(s("m 3")); }},
                {s("tour"), [this] { c_->commands().run(s("help.tour")); }}};
    }
    void write(const QString& name)
    {
        const QString folder = qEnvironmentVariable("FIRMAMENT_PICTURES");
        if (folder.isEmpty()) return;
        QDir().mkpath(folder);
        w_->picture().save(folder + QLatin1Char('/') + name + s(".png"));
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
        c_->changeSettings([](Settings& v) { v.reducedMotion = true; });
        w_ = std::make_unique<MainWindow>(*c_);
        w_->resize(1540, 960);
        w_->show();
        QVERIFY(QTest::qWaitForWindowExposed(w_.get()));
        QTRY_VERIFY_WITH_TIMEOUT(host().canvas().framesDrawn() > 0, 20000);
        c_->say(scene::Severity::Error, s("DSS2 red"), s("tile 6/24185: HTTP 503, tried 3 times. Next try in 20 s."));
        c_->history().apply("Bookmark", [this](scene::Document& d) { d.bookmarks.push_back({"M 31 · 3.2°", c_->view()}); });
    }
    void cleanupTestCase()
    {
        if (w_) w_->close();
        w_.reset();
        c_.reset();
    }

    void everyTextFitsAndNothingCollides_data()
    {
        QTest::addColumn<QSize>("size");
        QTest::addColumn<bool>("touch");
        for (const bool touch : {false, true})
            for (const QSize& size : {QSize(1540, 960), QSize(1280, 800), QSize(960, 600)})
                QTest::addRow("%dx%d%s", size.width(), size.height(), touch ? " touch" : "") << size << touch;
    }
    void everyTextFitsAndNothingCollides()
    {
        QFETCH(QSize, size);
        QFETCH(bool, touch);
        c_->changeSettings([touch](Settings& v) { v.touchSize = touch; });
        w_->resize(size);
        settle();
        QStringList wrong;
        for (const auto& [name, open] : scenes()) {
            clear();
            open();
            settle();
            write(s("%1-%2").arg(name, s(QTest::currentDataTag()).replace(QLatin1Char(' '), QLatin1Char('-'))));
            for (QWidget* w : w_->findChildren<QWidget*>()) {
                if (!w->isVisible() || isOfQt(w)) continue;
                if (const QString why = misfit(w); !why.isEmpty()) wrong << s("%1: %2: %3").arg(name, described(w), why);
            }
            for (const QString& c : collisions(w_.get())) wrong << s("%1: %2").arg(name, c);
        }
        clear();
        wrong.removeDuplicates();
        QVERIFY2(wrong.isEmpty(), qPrintable(wrong.join(QLatin1Char('\n'))));
    }
    void whatLiesOnTheSkyLiesApartAndOnTheGrid_data() { everyTextFitsAndNothingCollides_data(); }
    void whatLiesOnTheSkyLiesApartAndOnTheGrid()
    {
        QFETCH(QSize, size);
        QFETCH(bool, touch);
        c_->changeSettings([touch](Settings& v) { v.touchSize = touch; });
        w_->resize(size);
        settle();
        const auto onGrid = [](int v) { return v % 4 == 0; };
        QVERIFY(onGrid(w_->top().height()) && onGrid(w_->status().height()) && onGrid(w_->findChild<Rail*>()->width()));
        for (const auto& [name, open] : scenes()) {
            clear();
            open();
            settle();
            QList<QWidget*> lying;
            for (QWidget* w : host().findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
                if (w->isVisible() && (qobject_cast<PanelFrame*>(w) || qobject_cast<ToolStrip*>(w) || qobject_cast<SkyPill*>(w) || qobject_cast<WelcomeCard*>(w))) lying << w;
            for (qsizetype i = 0; i < lying.size(); ++i) {
                const QRect r = lying[i]->geometry();
                QVERIFY2(host().rect().contains(r), qPrintable(name + s(": outside: ") + described(lying[i])));
                QVERIFY2(onGrid(r.width()), qPrintable(name + s(": width off the grid: ") + described(lying[i])));
                if (!qobject_cast<ToolStrip*>(lying[i]) && !qobject_cast<WelcomeCard*>(lying[i]))
                    QVERIFY2(onGrid(r.y()) && (onGrid(r.x()) || onGrid(host().width() - r.x())), qPrintable(name + s(": off the grid: ") + described(lying[i])));
                for (qsizetype k = 0; k < i; ++k)
                    QVERIFY2(!r.intersects(lying[k]->geometry()), qPrintable(s("%1: %2 lies on %3").arg(name, described(lying[i]), described(lying[k]))));
            }
        }
        clear();
    }
    void theStatusBarLeavesAwayWhatHasNoRoom()
    {
        c_->changeSettings([](Settings& v) { v.touchSize = false; });
        for (const int width : {1540, 960, 640, 480}) {
            StatusBar bar(*c_, nullptr);
            bar.resize(width, bar.height());
            bar.show();
            settle();
            bar.resize(width, bar.height());
            settle();
            QPushButton* position = bar.positionItem();
            QVERIFY2(position->isVisible() && position->width() >= position->sizeHint().width(), qPrintable(s("%1: %2").arg(width).arg(described(position))));
            for (const QWidget* w : bar.findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly)) {
                if (!w->isVisible() || w == bar.progressItem()) continue;
                QVERIFY2(w->geometry().right() < bar.width() && w->width() >= std::min(w->sizeHint().width(), w->minimumWidth()), qPrintable(s("%1: %2").arg(width).arg(described(w))));
                QVERIFY2(misfit(w).isEmpty(), qPrintable(s("%1: %2 %3").arg(width).arg(described(w), misfit(w))));
            }
        }
    }
    void digitsThatChangeMoveNothingInTheStatusBar()
    {
        w_->resize(1540, 960);
        settle();
        const auto places = [this] {
            QList<QRect> out;
            for (const QWidget* w : w_->status().findChildren<QWidget*>(QString(), Qt::FindDirectChildrenOnly))
                if (w->isVisible()) out << w->geometry();
            return out;
        };
        const sky::SkyView before = c_->view();
        const QList<QRect> at = places();
        for (const auto& [lon, lat, fov] : {std::tuple{1.0, -1.0, 95.0}, {359.9, 89.0, 101.3}, {266.4, 8.0, 7.0}, {10.0, -60.0, 62.75}}) {
            c_->history().setView(before.lookingAt({sky::Angle::deg(lon), sky::Angle::deg(lat), sky::Frame::Icrs}).withFov(sky::Angle::deg(fov)).withRoll(sky::Angle::deg(lat)));
            QTest::qWait(80);
            QCOMPARE(places(), at);
        }
        c_->history().setView(before);
    }
    void nightHasNoWhiteAnywhere()
    {
        c_->changeSettings([](Settings& v) {
            v.theme = "night";
            v.touchSize = false;
        });
        w_->resize(1280, 800);
        for (const auto& [name, open] : scenes()) {
            clear();
            open();
            settle();
            write(name + s("-night"));
            const QImage picture = w_->picture().convertToFormat(QImage::Format_RGB32);
            for (int y = 0; y < picture.height(); ++y) {
                const QRgb* line = reinterpret_cast<const QRgb*>(picture.constScanLine(y));
                for (int x = 0; x < picture.width(); ++x)
                    QVERIFY2(qGreen(line[x]) <= qRed(line[x]) * 0.80 + 8 && qBlue(line[x]) <= qRed(line[x]) * 0.75 + 8,
                             qPrintable(s("%1: #%2 at %3,%4").arg(name, QString::number(line[x] & 0xFFFFFF, 16)).arg(x).arg(y)));
            }
        }
        clear();
        c_->changeSettings([](Settings& v) { v.theme = "dark"; });
    }
    void whatLiesOnTheSkyThrowsAShadow()
    {
        w_->resize(1280, 800);
        const auto shadowOf = [](const QWidget* owner) -> Shadow* {
            for (Shadow* shadow : owner->parentWidget()->findChildren<Shadow*>(QString(), Qt::FindDirectChildrenOnly))
                if (shadow->isVisible() && shadow->geometry().contains(owner->geometry().adjusted(-12, -12, 12, 12))) return shadow;
            return nullptr;
        };
        for (const auto& [name, open] : scenes()) {
            if (name != s("first-start") && name != s("keys") && name != s("about") && name != s("omnibox") && name != s("settings")) continue;
            clear();
            open();
            settle();
            QWidget* owner = name == s("first-start") ? w_->findChild<WelcomeCard*>() : nullptr;
            for (Sheet* sheet : w_->findChildren<Sheet*>())
                if (sheet->isVisible()) owner = sheet;
            for (PanelFrame* panel : w_->findChildren<PanelFrame*>())
                if (panel->isVisible()) owner = panel;
            for (QFrame* frame : w_->findChildren<QFrame*>())
                if (frame->isVisible() && frame->accessibleName() == s("Suggestions") && frame->parentWidget() == w_.get()) owner = frame;
            QVERIFY2(owner, qPrintable(name));
            Shadow* shadow = shadowOf(owner);
            QVERIFY2(shadow, qPrintable(name));
            const QObjectList& stack = owner->parentWidget()->children();
            QVERIFY2(stack.indexOf(shadow) == stack.indexOf(owner) - 1, qPrintable(name)); // nothing between
            QImage ring(shadow->size(), QImage::Format_ARGB32_Premultiplied);
            ring.fill(Qt::transparent);
            shadow->render(&ring, {}, {}, {});
            const QPoint foot(shadow->width() / 2, owner->geometry().bottom() - shadow->y() + 4);
            QVERIFY2(qAlpha(ring.pixel(foot)) > 40, qPrintable(s("%1: %2").arg(name).arg(qAlpha(ring.pixel(foot)))));
            QCOMPARE(qAlpha(ring.pixel(0, shadow->height() - 1)), 0);
            owner->hide();
            QVERIFY2(!shadow->isVisible(), qPrintable(name));
            owner->show();
        }
        clear();
    }
    void namesStayReadableHoweverDarkTheNightSkyIs()
    {
        c_->changeSettings([](Settings& v) {
            v.theme = "night";
            v.nightBrightness = 20;
        });
        settle();
        const QImage picture = w_->picture();
        int brightest = 0; // the scale bar and the compass, at the left foot of the sky
        for (int y = 0; y < 90; ++y)
            for (int x = 12; x < 300; ++x) brightest = std::max(brightest, qRed(picture.pixel(host().mapTo(w_.get(), QPoint(x, host().height() - 1 - y)) * w_->devicePixelRatioF())));
        QVERIFY2(brightest > 230, qPrintable(QString::number(brightest)));
        c_->changeSettings([](Settings& v) {
            v.theme = "dark";
            v.nightBrightness = 60;
        });
    }
    void panelsWearTheThemeAndTheSkyStaysDark()
    {
        w_->resize(1280, 800);
        for (const ThemeName theme : {ThemeName::Light, ThemeName::Dark}) {
            c_->setTheme(theme);
            for (const auto& [name, open] : scenes()) {
                clear();
                open();
                settle();
                const QImage picture = w_->picture();
                if (theme == ThemeName::Light) write(name + s("-light"));
                const auto near = [&](const QWidget* w, const QPoint& at, const QColor& wanted) {
                    const QColor is = picture.pixelColor(w->mapTo(w_.get(), at) * w_->devicePixelRatioF());
                    const int off = std::abs(is.red() - wanted.red()) + std::abs(is.green() - wanted.green()) + std::abs(is.blue() - wanted.blue());
                    return off <= 24; // panels let a little of the sky through
                };
                const QColor panel = c_->style()["panel"];
                QVERIFY2(near(&w_->top(), {w_->top().width() / 2 - 300, 6}, panel), qPrintable(name));
                for (const PanelFrame* p : {host().leftPanel(), host().rightPanel()})
                    if (p && p->isVisible()) QVERIFY2(near(p, {6, p->height() / 2}, panel), qPrintable(name + s(": ") + p->title()));
                if (SkyPill* pill = host().findChild<SkyPill*>(); pill->isVisible()) QVERIFY2(near(pill, {4, 10}, c_->style().onSky("canvasPill")), qPrintable(name));
            }
        }
        clear();
    }
};

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    TestLooks test;
    return QTest::qExec(&test, argc, argv);
}
#include "test_looks.moc"
