#include "app/window/main_window.h"

#include <QAbstractButton>
#include <QAction>
#include <QApplication>
#include <QCheckBox>
#include <QClipboard>
#include <QCloseEvent>
#include <QDragEnterEvent>
#include <QDropEvent>
#include <QFileDialog>
#include <QGridLayout>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QMimeData>
#include <QScreen>
#include <QTouchEvent>
#include <QFileInfo>
#include <QUrl>
#include <QVBoxLayout>

#include "app/picture/picture.h"
#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/crosshair.h"
#include "app/window/cutout.h"
#include "app/window/floating.h"
#include "app/window/magnifier.h"
#include "app/window/omnibox.h"
#include "app/window/rail.h"
#include "app/window/status_bar.h"
#include "app/window/top_bar.h"
#include "core/files.h"
#include "app/window/tour.h"

namespace firmament::window {

namespace {

constexpr int kMostDropped = 20000; ///< characters of a text

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

} // namespace

MainWindow::MainWindow(Controller& controller) : c_(controller)
{
    setWindowTitle(QStringLiteral("Firmament"));
    setMinimumSize(leastSize());
    setAcceptDrops(true);
    applyStyle();
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    host_ = new CanvasHost(c_, centre);
    cutout_ = new Cutout(c_, host_->canvas(), this);
    registerCommands();
    top_ = new TopBar(c_, centre);
    rail_ = new Rail(c_, centre);
    status_ = new StatusBar(c_, centre);
    column->addWidget(top_);
    auto* middle = new QHBoxLayout;
    middle->setContentsMargins(0, 0, 0, 0);
    middle->setSpacing(0);
    middle->addWidget(rail_);
    middle->addWidget(host_, 1);
    column->addLayout(middle, 1);
    column->addWidget(status_);
    setCentralWidget(centre);
    host_->buildTools();
    bindKeys();
    c_.applyKeys();
    connect(&c_, &Controller::keysChanged, this, &MainWindow::bindKeys);
    connect(host_, &CanvasHost::windowMade, this, [this](QWidget* window) {
        for (QAction* action : actions_)
            if (action->shortcutContext() == Qt::WindowShortcut) window->addAction(action);
    });
    focusWatch_ = connect(qApp, &QApplication::focusChanged, this, [this] { c_.setUndoInSettings(host_->settingsFocused()); });
    if (!c_.settings().touchOffered && !c_.settings().touchSize) qApp->installEventFilter(this);
    connect(top_, &TopBar::menuWanted, this, &MainWindow::showMenu);
    connect(&host_->canvas(), &Canvas::contextMenuWanted, this, &MainWindow::showContextMenu);
    connect(&host_->canvas(), &Canvas::glFailed, this, [this](const QString& why) {
        c_.say(scene::Severity::Error, tr("OpenGL"), why);
        c_.toast(tr("The sky cannot be drawn: %1").arg(why), QStringLiteral("window.messages"));
    });
    connect(&c_.style(), &Style::changed, this, &MainWindow::applyStyle);
    connect(&c_, &Controller::panelsChanged, this, &MainWindow::showFrame);
    showFrame();
    host_->canvas().setFocus();
}

MainWindow::~MainWindow() = default;

/// 960 x 600, and less only where the screen is smaller (a large interface size).
QSize MainWindow::leastSize() const
{
    const QSize room = screen() ? screen()->availableSize() : QSize(960, 600);
    return QSize(960, 600).boundedTo(room);
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::TouchBegin) {
        const auto* touch = static_cast<QTouchEvent*>(event);
        if (touch->pointingDevice() && touch->pointingDevice()->type() == QInputDevice::DeviceType::TouchScreen) {
            qApp->removeEventFilter(this);
            offerTouchSize();
        }
    }
    return QMainWindow::eventFilter(watched, event);
}

/// Once, in the status line; never a dialogue.
void MainWindow::offerTouchSize()
{
    if (c_.settings().touchOffered || c_.settings().touchSize) return;
    c_.changeSettings([](Settings& s) { s.touchOffered = true; });
    status_->showHint(tr("Fingers on the screen: there are larger controls."), tr("Use touch size"), [this] {
        c_.changeSettings([](Settings& s) { s.touchSize = true; });
    });
}

void MainWindow::applyStyle()
{
    qApp->setPalette(c_.style().palette());
    qApp->setStyleSheet(c_.style().sheet());
}

void MainWindow::showFrame()
{
    const bool shown = !c_.panelsHidden();
    if (shown == !top_->isHidden()) return;
    for (QWidget* part : {static_cast<QWidget*>(top_), static_cast<QWidget*>(rail_), static_cast<QWidget*>(status_)}) {
        const QWidget* focus = QApplication::focusWidget();
        if (!shown && focus && part->isAncestorOf(focus)) host_->canvas().setFocus();
        part->setVisible(shown);
    }
    const Command* command = c_.commands().find(QStringLiteral("window.hide-panels"));
    if (!shown && command && !command->keys.isEmpty() && !std::exchange(saidHidden_, true)) c_.toast(tr("%1 shows everything again.").arg(command->keyText()));
}

bool MainWindow::settled() const
{
    return host_->canvas().settled() && !host_->animating();
}

// Menus --------------------------------------------------------------------------------------------------------------

void MainWindow::addTo(QMenu& menu, const char* id)
{
    if (!*id) {
        menu.addSeparator();
        return;
    }
    const Command* command = c_.commands().find(QString::fromLatin1(id));
    if (!command) return;
    QString text = command->text;
    if (!command->keys.isEmpty()) text += QLatin1Char('\t') + command->keyText();
    QAction* action = menu.addAction(text, this, [command] { command->run(); });
    if (!command->icon.isEmpty()) action->setIcon(c_.style().icon(command->icon));
    action->setEnabled(command->isEnabled());
    if (command->checked) {
        action->setCheckable(true);
        action->setChecked(command->checked());
    }
}

void MainWindow::fillMenu(QMenu& menu)
{
    struct Branch {
        QString title;
        QStringList groups; ///< commands of these that are not named go under More
        std::initializer_list<const char*> ids;
    };
    const Branch branches[] = {
        {tr("&File"), {tr("File")}, {"file.open", "file.open-url", "", "file.new", "file.save", "file.save-as", "", "file.export", "file.cutout", "", "file.quit"}},
        {tr("&Edit"), {tr("Edit")}, {"edit.undo", "edit.redo", "", "edit.copy-position", "edit.copy-as", "edit.copy-link", "edit.paste", "", "panel.settings"}},
        {tr("&Go"), {tr("Go")}, {"go.omnibox", "go.back", "go.forward", "", "go.whole-sky", "go.zoom-to", "go.centre", "", "go.bookmark", "go.bookmarks"}},
        {tr("&View"), {tr("View"), tr("Sky")}, {"view.zoom-in", "view.zoom-out", "view.north-up", "view.rotate-left", "view.rotate-right", "", "sky.grid", "sky.names", "sky.constellations",
                       "sky.borders", "sky.milky-way", "", "sky.paper", "view.theme", "view.night"}},
        {tr("&Layers"), {tr("Layers"), tr("Layers focused"), tr("Compare")}, {"panel.layers", "panel.surveys", "window.inspector", "", "layer.visible", "layer.solo", "layer.rename", "layer.raise",
                       "layer.lower", "layer.remove", "", "compare.blink", "compare.swipe", "compare.panes", "compare.next-pane", "", "layer.refresh", "layer.refresh-all", "layer.retry", "network.offline"}},
        {tr("&Tools"), {tr("Tools")}, {"tool.move", "tool.box", "tool.crosshair", "view.magnifier", "", "window.debug"}},
        {tr("&Window"), {tr("Window")}, {"window.left-panel", "window.messages", "", "window.hide-panels", "window.hide-all", "window.full-screen"}},
        {tr("&Help"), {tr("Help")}, {"help.keys", "help.tour", "help.welcome", "help.credits", "help.about"}}};
    QSet<QString> named, groups;
    for (const Branch& branch : branches) {
        for (const char* id : branch.ids) named.insert(QString::fromLatin1(id));
        for (const QString& group : branch.groups) groups.insert(group);
    }
    for (const Branch& branch : branches) {
        QMenu* sub = menu.addMenu(branch.title);
        for (const char* id : branch.ids) addTo(*sub, id);
        QMenu* more = nullptr;
        for (const Command& command : c_.commands().all()) {
            const bool homeless = !groups.contains(command.group) && branch.title == tr("&Tools");
            if (named.contains(command.id) || (!branch.groups.contains(command.group) && !homeless)) continue;
            if (!more) {
                sub->addSeparator();
                more = sub->addMenu(tr("More"));
            }
            addTo(*more, command.id.toLatin1().constData());
        }
        if (branch.title == tr("&Go") && !c_.document().bookmarks.empty()) {
            QMenu* marks = sub->addMenu(tr("Bookmarks"));
            for (const scene::Bookmark& b : c_.document().bookmarks)
                marks->addAction(q(b.name), this, [this, view = b.view] { c_.navigator().flyTo(view.withSize(c_.view().width(), c_.view().height())); });
            marks->addSeparator();
            addTo(*marks, "go.bookmarks");
        }
        if (branch.title == tr("&File") && !c_.settings().recent.empty()) {
            QMenu* recent = sub->addMenu(tr("Recent"));
            for (const std::string& item : c_.settings().recent) recent->addAction(q(item), this, [this, item] { c_.open(q(item)); });
        }
    }
}

void MainWindow::showMenu()
{
    QMenu menu(this);
    fillMenu(menu);
    QWidget* button = top_->menuButton();
    menu.exec(button->mapToGlobal(QPoint(0, button->height() + 4)));
}

void MainWindow::showContextMenu(const QPoint& global, const QPointF& pixel)
{
    const sky::Frame frame = c_.view().frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
    const Eigen::Vector2d on(pixel.x(), pixel.y()), at = c_.scene().viewPixel(on, c_.scene().paneAt(on));
    const auto dir = c_.view().directionAt(at, frame);
    QMenu menu(this);
    if (!dir) {
        menu.addAction(tr("Outside the map"))->setEnabled(false);
        addTo(menu, "go.whole-sky");
        menu.exec(global);
        return;
    }
    const sky::SkyPos pos = sky::toPos(*dir, frame);
    menu.addAction(c_.positionText(pos))->setEnabled(false);
    const auto hits = c_.scene().pick(on, 12);
    for (size_t i = 0; i < std::min<size_t>(hits.size(), 6); ++i) {
        const scene::Hit& hit = hits[i];
        menu.addAction(c_.style().icon(QStringLiteral("map-pin")), QStringLiteral("%1 · %2").arg(q(hit.name), q(hit.kind)), this, [this, hit] {
            c_.selectObject(hit);
            c_.navigator().fit(hit.pos, hit.size);
        });
    }
    menu.addSeparator();
    menu.addAction(tr("Centre here"), this, [this, at] { c_.navigator().centreOn(at); });
    menu.addAction(tr("Fly here and zoom in"), this, [this, pos] { c_.navigator().flyTo(pos, c_.view().fov() / 4); });
    QMenu* copy = menu.addMenu(tr("Copy position as"));
    status_->copyMenu(*copy, pos);
    if (!hits.empty()) menu.addAction(tr("Copy the name of %1").arg(q(hits.front().name)), this, [this, hit = hits.front()] { c_.copyName(hit); });
    menu.addSeparator();
    QMenu* layers = menu.addMenu(tr("Layers here"));
    for (auto it = c_.document().layers.rbegin(); it != c_.document().layers.rend(); ++it) {
        QAction* a = layers->addAction(c_.layerTitle(*it), this, [this, id = it->id] {
            c_.selectLayer(id);
            c_.showPanel(QStringLiteral("layers"));
        });
        a->setCheckable(true);
        a->setChecked(it->visible);
    }
    addTo(menu, "file.cutout");
    addTo(menu, "edit.copy-link");
    addTo(menu, "go.bookmark");
    menu.exec(global);
}

// Files --------------------------------------------------------------------------------------------------------------

void MainWindow::openDialog()
{
    QFileDialog dialog(this, tr("Open a session or a HiPS folder"));
    dialog.setOption(QFileDialog::DontUseNativeDialog); // follows the theme: no white window at night
    dialog.setFileMode(QFileDialog::ExistingFile);
    dialog.setNameFilters({tr("Sessions and HiPS (*.firmament *.json properties)"), tr("All files (*)")});
    if (dialog.exec() == QDialog::Accepted) openItems(dialog.selectedFiles());
}

/// Where a new file goes; empty: given up.
QString MainWindow::fileDialog(const QString& title, const QString& suffix, const QStringList& filters, QCheckBox* option)
{
    QFileDialog dialog(this, title);
    dialog.setOption(QFileDialog::DontUseNativeDialog);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(suffix);
    dialog.setNameFilters(filters);
    // The suffix follows the kind that was chosen.
    connect(&dialog, &QFileDialog::filterSelected, &dialog, [&dialog](const QString& filter) {
        dialog.setDefaultSuffix(filter.section(QLatin1String("(*."), 1).section(QLatin1Char(')'), 0, 0).section(QLatin1Char(' '), 0, 0));
    });
    if (auto* grid = qobject_cast<QGridLayout*>(dialog.layout()); grid && option) grid->addWidget(option, grid->rowCount(), 0, 1, -1);
    const bool chosen = dialog.exec() == QDialog::Accepted && !dialog.selectedFiles().isEmpty();
    if (option) option->setParent(nullptr); // its owner is the caller
    return chosen ? dialog.selectedFiles().front() : QString();
}

void MainWindow::openAddressDialog()
{
    top_->omnibox()->open(QStringLiteral("https://"));
}

void MainWindow::saveDialog(bool as)
{
    if (!as && !c_.sessionFile().empty()) {
        c_.saveSession(c_.sessionFile());
        return;
    }
    const QString file = fileDialog(tr("Save session"), QStringLiteral("firmament"), {tr("Firmament session (*.firmament)"), tr("All files (*)")});
    if (!file.isEmpty()) c_.saveSession(file.toStdString());
}

void MainWindow::exportDialog()
{
    QCheckBox paper(tr("On white, as on paper: dark ink, surveys as negatives"));
    paper.setAccessibleName(paper.text());
    paper.setChecked(c_.document().overlays.paper);
    const QString file = fileDialog(tr("Export picture or chart"), QStringLiteral("png"),
                                    {tr("PNG picture (*.png)"), tr("JPEG picture (*.jpg)"), tr("WebP picture (*.webp)"), tr("PDF chart (*.pdf)"), tr("SVG chart (*.svg)")}, &paper);
    if (file.isEmpty()) return;
    if (picture::pictureFormatOf(file.toStdString()) == picture::PictureFormat::Fits) cutout_->start(file);
    else exportPicture(file, paper.isChecked());
}

bool MainWindow::exportPicture(const QString& file, bool paper)
{
    // Without panels: overlays may use the whole canvas while the picture is drawn.
    const scene::PixelRect before = c_.freeArea();
    Canvas& canvas = host_->canvas();
    c_.setFreeArea({0, 0, static_cast<double>(canvas.width()), static_cast<double>(canvas.height())});
    c_.setObstacles({});
    c_.scene().setFadeMs(0); // names that come where panels were are there at once
    c_.drawForFile(true, paper);
    const std::string name = file.toStdString();
    const auto format = picture::pictureFormatOf(name).value_or(picture::PictureFormat::Png);
    picture::Picture drawn;
    Expected<Bytes> content = Error{Errc::Gl, "there is no picture to export", {}, 0, false};
    if (picture::isVector(format)) {
        scene::OverlayPicture overlay;
        if (auto below = canvas.drawApart(overlay)) {
            drawn = std::move(*below);
            const std::string title = picture::titleOf(c_.view());
            content = format == picture::PictureFormat::Svg ? picture::encodeSvg(drawn, overlay, title, std::nullopt) : picture::encodePdf(drawn, overlay, title, std::nullopt);
        }
    } else if (drawn = canvas.drawPicture(); !drawn.rgba.empty()) {
        content = picture::encodePicture(drawn, format);
    }
    c_.drawForFile(false);
    c_.setFreeArea(before);
    host_->tellObstacles();
    c_.scene().setFadeMs(c_.style().reducedMotion ? 0 : c_.settings().fadeMs);
    auto written = content ? writeFileWhole(name, *content, Existing::Replace) : Expected<void>(content.error());
    if (!written) {
        c_.say(scene::Severity::Error, file, q(written.error().text()));
        c_.toast(tr("%1 could not be written.").arg(file), QStringLiteral("window.messages"));
        return false;
    }
    c_.toast(tr("Picture saved as %1, %2 × %3 pixels.").arg(QFileInfo(file).fileName()).arg(drawn.width).arg(drawn.height));
    return true;
}

void MainWindow::cutoutDialog()
{
    if (!Cutout::originIn(c_)) return cutout_->start({}); // tells why not
    const QString file = fileDialog(tr("Cut out FITS of the view"), QStringLiteral("fits"), {tr("FITS image (*.fits)")});
    if (!file.isEmpty()) cutout_->start(file);
}

QImage MainWindow::picture()
{
    Canvas& canvas = host_->canvas();
    const bool direct = canvas.surface().kind() == SkySurface::Kind::Direct;
    if (direct) canvas.holdPicture(canvas.grabFramebuffer());
    const QImage out = grab().toImage().convertToFormat(QImage::Format_RGB32);
    canvas.holdPicture({});
    return out;
}

void MainWindow::addBookmark()
{
    QString name;
    if (c_.selectedObject()) name = q(c_.selectedObject()->name);
    else name = c_.positionText(c_.aimPosition());
    name += QStringLiteral(" · ") + q(sky::formatField(c_.view().fov()));
    if (c_.document().bookmarks.size() >= scene::kMaxBookmarks) {
        c_.toast(tr("There are %1 bookmarks, and no more are kept. Remove some first.").arg(scene::kMaxBookmarks), QStringLiteral("go.bookmarks"));
        return;
    }
    c_.history().apply(tr("Bookmark").toStdString(), [&](scene::Document& d) { d.bookmarks.push_back({name.toStdString(), d.view}); });
    c_.toast(tr("Bookmarked %1.").arg(name), QStringLiteral("edit.undo"));
}

void MainWindow::startTour()
{
    if (tour_) return;
    host_->hideWelcome();
    c_.setPanelsHidden(false);
    const sky::SkyView start = c_.view();
    const auto button = [this](const QString& name) {
        return [this, name]() -> QWidget* {
            for (QAbstractButton* b : findChildren<QAbstractButton*>())
                if (b->accessibleName() == name && b->isVisible()) return b;
            return nullptr;
        };
    };
    std::vector<TourStep> steps;
    steps.push_back({tr("Move and zoom"), tr("Drag the sky to move it, scroll to zoom: what is under the pointer stays there. Alt + drag turns it, a double-click flies in."),
                     [this] { return &host_->canvas(); }, {}, [this, start] { return c_.view() != start; }});
    steps.push_back({tr("Go anywhere"), tr("Type a name (M 42), a position (10.68 41.27), a survey or a command, and press Enter. %1 brings you here.")
                         .arg(c_.commands().find(QStringLiteral("go.omnibox"))->keyText()),
                     [this] { return top_->omnibox(); }, {}, [this] { return c_.navigator().moving(); }});
    steps.push_back({tr("Layers"), tr("All you see is a layer: pictures, stars, names. Open the list, hide a layer with its eye, drag one above another."),
                     button(tr("Layers")), {}, [this] { return c_.settings().leftPanel == "layers"; }});
    steps.push_back({tr("Surveys"), tr("The sky in other light, from gamma rays to radio. Enter puts a survey on top of what is there."),
                     button(tr("Surveys")), {}, [this] { return c_.settings().leftPanel == "surveys"; }});
    steps.push_back({tr("Inspector"), tr("What is selected, in detail: cuts and colours of a survey, or the view itself with its grid and projection."),
                     button(c_.commands().find(QStringLiteral("window.inspector"))->text), {}, [this] { return c_.settings().rightPanel; }});
    steps.push_back({tr("Numbers"), tr("Position, field, projection and epoch. Click to copy or to choose, type to set them. The key %1 shows every other key.")
                         .arg(c_.commands().find(QStringLiteral("help.keys"))->keyText()),
                     [this] { return status_; }, {}, {}});
    tour_ = new Tour(c_, std::move(steps), this);
    connect(tour_, &Tour::left, this, [this] {
        std::exchange(tour_, nullptr)->deleteLater();
        host_->canvas().setFocus();
    });
}

sky::SkyPos MainWindow::herePosition() const
{
    const Crosshair& crosshair = host_->canvas().crosshair();
    if (!crosshair.on()) return c_.pointer().pos ? *c_.pointer().pos : c_.aimPosition();
    const Eigen::Vector2d on(crosshair.pixel().x(), crosshair.pixel().y());
    const sky::Frame frame = c_.view().frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
    const auto dir = c_.view().directionAt(c_.scene().viewPixel(on, c_.scene().paneAt(on)), frame);
    return dir ? sky::toPos(*dir, frame) : c_.aimPosition();
}

QPoint MainWindow::herePoint() const
{
    const Canvas& canvas = host_->canvas();
    if (host_->canvas().crosshair().on()) return canvas.mapToGlobal(host_->canvas().crosshair().pixel().toPoint());
    if (c_.pointer().inside) return canvas.mapToGlobal(c_.pointer().pixel.toPoint());
    const Eigen::Vector2d aim = c_.scene().canvasPixel(c_.navigator().freeCentre(), c_.document().compare.active);
    return canvas.mapToGlobal(QPoint(static_cast<int>(aim.x()), static_cast<int>(aim.y())));
}

void MainWindow::showCopyMenu()
{
    QMenu menu(this);
    status_->copyMenu(menu, herePosition());
    menu.addSeparator();
    addTo(menu, "edit.copy-link");
    menu.exec(herePoint());
}

void MainWindow::paste()
{
    const QMimeData* mime = QApplication::clipboard()->mimeData();
    const QStringList items = mime ? droppedItems(*mime) : QStringList();
    if (items.isEmpty()) return c_.toast(tr("There is no text, address or file to paste."));
    // What is nothing by itself may be the beginning of something.
    if (items.size() == 1 && c_.interpret(items.front()).kind == OpenTarget::Kind::Nothing) return top_->omnibox()->open(items.front());
    openItems(items);
}

void MainWindow::openItems(const QStringList& items)
{
    int failed = 0;
    for (const QString& item : items)
        if (!c_.open(item)) ++failed;
    if (failed == 1 && items.size() == 1) c_.toast(tr("%1 could not be opened.").arg(items.front()), QStringLiteral("window.messages"));
    else if (failed > 0) c_.toast(tr("%1 of %2 could not be opened.").arg(failed).arg(items.size()), QStringLiteral("window.messages"));
}

/// Files and addresses; of a text its lines, when each of them is one.
QStringList MainWindow::droppedItems(const QMimeData& mime) const
{
    QStringList items;
    for (const QUrl& url : mime.urls()) items << (url.isLocalFile() ? url.toLocalFile() : url.toString());
    if (!items.isEmpty() || !mime.hasText()) return items;
    const QString text = mime.text().trimmed().left(kMostDropped);
    for (const QString& line : text.split(QLatin1Char('\n'), Qt::SkipEmptyParts))
        if (!line.trimmed().isEmpty()) items << line.trimmed();
    return items;
}

QString MainWindow::whatHappensTo(const QStringList& items) const
{
    QMap<OpenTarget::Kind, int> kinds;
    QString why;
    for (const QString& item : items) {
        const OpenTarget t = c_.interpret(item);
        ++kinds[t.kind];
        if (t.kind == OpenTarget::Kind::Nothing && why.isEmpty()) why = q(t.why);
    }
    QStringList parts;
    const auto tell = [&](OpenTarget::Kind kind, const QString& one, const QString& many) {
        if (const int n = kinds.value(kind); n > 0) parts << (n == 1 ? one : many.arg(n));
    };
    tell(OpenTarget::Kind::Survey, tr("a HiPS becomes a layer"), tr("%1 HiPS become layers"));
    tell(OpenTarget::Kind::Session, tr("a session is opened"), tr("%1 sessions are opened, the last one stays"));
    tell(OpenTarget::Kind::Link, tr("the view of a link is shown"), tr("the views of %1 links are shown, one after the other"));
    const int places = kinds.value(OpenTarget::Kind::Position) + kinds.value(OpenTarget::Kind::Object);
    if (places > 0) parts << (places == 1 ? tr("goes to a place") : tr("goes to %1 places, one after the other").arg(places));
    tell(OpenTarget::Kind::Nothing, why, tr("%1 cannot be opened: ") + why);
    QString line = parts.join(QStringLiteral("; "));
    if (!line.isEmpty()) line[0] = line[0].toUpper();
    return line;
}

void MainWindow::dragEnterEvent(QDragEnterEvent* event)
{
    const QStringList items = droppedItems(*event->mimeData());
    if (items.isEmpty()) return;
    event->acceptProposedAction();
    if (!drop_) drop_ = new DropHint(c_.style(), host_);
    drop_->setGeometry(host_->rect());
    drop_->setText(whatHappensTo(items));
    drop_->show();
    drop_->raise();
}

void MainWindow::dragLeaveEvent(QDragLeaveEvent*)
{
    if (drop_) drop_->hide();
}

void MainWindow::dropEvent(QDropEvent* event)
{
    if (drop_) drop_->hide();
    event->acceptProposedAction();
    openItems(droppedItems(*event->mimeData()));
}

// Window -------------------------------------------------------------------------------------------------------------

void MainWindow::toggleFullScreen()
{
    if (isFullScreen()) showNormal();
    else showFullScreen();
    top_->setFullScreen(isFullScreen());
}

void MainWindow::nextRegion(int by)
{
    QList<QWidget*> regions{top_, rail_};
    regions << host_->regions() << status_;
    regions.removeIf([](const QWidget* region) { return region->isHidden(); });
    qsizetype at = -1;
    for (qsizetype i = 0; i < regions.size(); ++i)
        if (QWidget* f = QApplication::focusWidget(); f && (regions[i] == f || regions[i]->isAncestorOf(f))) at = i;
    const qsizetype next = at < 0 && by < 0 ? regions.size() - 1 : (at + by + regions.size()) % regions.size();
    QWidget* target = regions[next];
    if (target->window() != QApplication::activeWindow()) target->activateWindow();
    if (target->focusPolicy() != Qt::NoFocus) {
        target->setFocus(Qt::TabFocusReason);
        return;
    }
    for (QWidget* w = target->nextInFocusChain(); w && w != target; w = w->nextInFocusChain()) {
        if (!target->isAncestorOf(w) || !w->isVisible() || !w->isEnabled() || !(w->focusPolicy() & Qt::TabFocus)) continue;
        w->setFocus(Qt::TabFocusReason);
        return;
    }
}

void MainWindow::closeEvent(QCloseEvent* event)
{
    host_->leave();
    if (c_.options().screenshot.empty()) {
        c_.changeSettings([this](Settings& s) {
            s.maximised = isMaximized();
            if (!isMaximized() && !isFullScreen()) {
                s.width = width();
                s.height = height();
            }
        });
        c_.autosaveNow();
        c_.saveSettings();
    }
    event->accept();
}

void MainWindow::changeEvent(QEvent* event)
{
    if (event->type() == QEvent::WindowStateChange && top_) top_->setFullScreen(isFullScreen());
    QMainWindow::changeEvent(event);
}

bool MainWindow::event(QEvent* event)
{
    // Alt pressed and released with nothing between opens the menu.
    switch (event->type()) {
    case QEvent::ShortcutOverride:
    case QEvent::KeyPress: altAlone_ = static_cast<QKeyEvent*>(event)->key() == Qt::Key_Alt; break;
    case QEvent::MouseButtonPress:
    case QEvent::WindowDeactivate: altAlone_ = false; break;
    case QEvent::KeyRelease:
        if (std::exchange(altAlone_, false) && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Alt) {
            showMenu();
            return true;
        }
        break;
    default: break;
    }
    return QMainWindow::event(event);
}

} // namespace firmament::window
