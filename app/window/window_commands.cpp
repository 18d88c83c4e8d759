// The commands of the window: every action, its words, its keys.
#include <QAction>
#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>

#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/comparison.h"
#include "app/window/crosshair.h"
#include "app/window/layers_panel.h"
#include "app/window/magnifier.h"
#include "app/window/main_window.h"
#include "app/window/omnibox.h"
#include "app/window/rail.h"
#include "app/window/top_bar.h"
#include "app/window/tour.h"

namespace firmament::window {

namespace {

QList<QKeySequence> keys(std::initializer_list<const char*> texts)
{
    QList<QKeySequence> out;
    for (const char* t : texts) out << QKeySequence(QString::fromLatin1(t));
    return out;
}

template <class T> T* contentOf(scene::Document& d)
{
    for (scene::LayerState& l : d.layers)
        if (T* content = std::get_if<T>(&l.content)) return content;
    return nullptr;
}

template <class T> const T* contentOf(const scene::Document& d)
{
    for (const scene::LayerState& l : d.layers)
        if (const T* content = std::get_if<T>(&l.content)) return content;
    return nullptr;
}

} // namespace

void MainWindow::registerCommands()
{
    registerNavigation();
    registerSky();
    registerLayers();
    registerFiles();
    registerWindow();
}

void MainWindow::registerNavigation()
{
    CommandRegistry& r = c_.commands();
    Navigator& n = c_.navigator();
    const QString go = tr("Go"), view = tr("View");
    r.add({"go.omnibox", go, tr("Go to, open or run"), keys({"Ctrl+K", "/"}), "search", [this] { top_->omnibox()->open(); }, {}, {}, KeyScope::Window, tr("search find name"), false});
    r.add({"go.back", go, tr("View back"), keys({"Alt+Left"}), "chevron-left", [this] { c_.navigator().stop(); c_.history().goBack(); }, [this] { return c_.history().canGoBack(); }, {}});
    r.add({"go.forward", go, tr("View forward"), keys({"Alt+Right"}), "chevron-right", [this] { c_.navigator().stop(); c_.history().goForward(); }, [this] { return c_.history().canGoForward(); }, {}});
    r.add({"go.whole-sky", go, tr("Whole sky"), keys({"Home"}), "maximize", [&n] { n.wholeSky(); }, {}, {}, KeyScope::Canvas});
    r.add({"go.zoom-to", go, tr("Zoom to the selection or layer"), keys({"Z"}), "maximize", [this] {
               if (c_.selectedObject()) c_.navigator().fit(c_.selectedObject()->pos, c_.selectedObject()->size);
               else c_.zoomToLayer(c_.selectedLayer());
           }, [this] { return c_.selectedObject().has_value() || c_.selectedLayer() != 0; }, {}});
    r.add({"go.centre", go, tr("Centre on the pointer"), keys({"C"}), "crosshair", [this] {
               Canvas& canvas = host_->canvas();
               if (canvas.crosshair().on()) canvas.centreOnCrosshair();
               else if (c_.pointer().inside) c_.navigator().centreOn({c_.pointer().viewPixel.x(), c_.pointer().viewPixel.y()});
               else c_.navigator().centreOn(c_.navigator().freeCentre());
           }, {}, {}});
    r.add({"go.bookmark", go, tr("Bookmark this view"), keys({"Ctrl+D"}), "bookmark-plus", [this] { addBookmark(); }, {}, {}});
    r.add({"go.bookmarks", go, tr("Bookmarks"), keys({"Ctrl+Shift+D"}), "bookmark", [this] { c_.togglePanel(QStringLiteral("bookmarks")); }, {}, [this] { return c_.settings().leftPanel == "bookmarks"; }});

    r.add({"view.zoom-in", view, tr("Zoom in"), keys({"+", "="}), "plus", [&n] { n.zoomAtAim(1.25); }, {}, {}});
    r.add({"view.zoom-out", view, tr("Zoom out"), keys({"-"}), "minus", [&n] { n.zoomAtAim(1 / 1.25); }, {}, {}});
    r.add({"view.zoom-in-fine", view, tr("Zoom in finely"), keys({"Shift++"}), "", [&n] { n.zoomAtAim(1.05); }, {}, {}, KeyScope::Window, {}, false});
    r.add({"view.zoom-out-fine", view, tr("Zoom out finely"), keys({"Shift+_", "Shift+-"}), "", [&n] { n.zoomAtAim(1 / 1.05); }, {}, {}, KeyScope::Window, {}, false});
    struct Move {
        const char *id, *key;
        QString text;
        int dx, dy;
    };
    for (const Move& m : {Move{"left", "Left", tr("Move left"), -1, 0}, {"right", "Right", tr("Move right"), 1, 0}, {"up", "Up", tr("Move up"), 0, -1}, {"down", "Down", tr("Move down"), 0, 1}}) {
        r.add({QStringLiteral("view.move-%1").arg(QLatin1String(m.id)), view, m.text, keys({m.key}), "", [this, m] {
                   if (Crosshair& k = host_->canvas().crosshair(); k.on()) k.step(m.dx, m.dy);
                   else c_.navigator().moveBy(m.dx * c_.view().width() * 0.1, m.dy * c_.view().height() * 0.1);
               }, {}, {}, KeyScope::Canvas, {}, false});
        r.add({QStringLiteral("view.move-%1-fine").arg(QLatin1String(m.id)), view, tr("%1 by a pixel").arg(m.text), {QKeySequence(QStringLiteral("Shift+") + QLatin1String(m.key))}, "",
               [this, m] {
                   if (Crosshair& k = host_->canvas().crosshair(); k.on()) k.nudge(m.dx, m.dy);
                   else c_.navigator().moveBy(m.dx, m.dy);
               }, {}, {}, KeyScope::Canvas, {}, false});
    }
    r.add({"tool.crosshair", tr("Tools"), tr("Keyboard crosshair: arrows pick objects, Enter selects"), keys({"K"}), "crosshair", [this] {
               host_->canvas().setFocus();
               host_->canvas().crosshair().setOn(!host_->canvas().crosshair().on());
           }, {}, [this] { return host_->canvas().crosshair().on(); }});
    r.add({"tool.crosshair-select", tr("Tools"), tr("Select what is under the crosshair"), keys({"Return", "Enter"}), "", [this] { host_->canvas().crosshair().select(); },
           [this] { return host_->canvas().crosshair().on(); }, {}, KeyScope::Canvas, {}, false});
    r.add({"view.north-up", view, tr("North up"), keys({"N"}), "compass", [&n] { n.northUp(); }, {}, {}});
    r.add({"view.rotate-left", view, tr("Rotate 5° left"), keys({"R"}), "rotate-ccw", [&n] { n.rotateBy(sky::Angle::deg(5)); }, {}, {}});
    r.add({"view.rotate-right", view, tr("Rotate 5° right"), keys({"Shift+R"}), "rotate-cw", [&n] { n.rotateBy(sky::Angle::deg(-5)); }, {}, {}});
    r.add({"view.magnifier", tr("Tools"), tr("Magnifier and value under the pointer"), keys({"V"}), "search", [this] { host_->magnifier().setOn(!host_->magnifier().on()); }, {},
           [this] { return host_->magnifier().on(); }, KeyScope::Window, tr("read-out pixel loupe zoom")});
    r.add({"tool.move", tr("Tools"), tr("Move"), keys({"1"}), "mouse-pointer-2", [this] { host_->canvas().setTool(Tool::Move); }, {}, [this] { return host_->canvas().tool() == Tool::Move; }});
    r.add({"tool.box", tr("Tools"), tr("Box zoom"), keys({"2"}), "square-dashed", [this] { host_->canvas().setTool(Tool::Box); }, {}, [this] { return host_->canvas().tool() == Tool::Box; }});
}

void MainWindow::registerSky()
{
    CommandRegistry& r = c_.commands();
    const QString sky = tr("Sky");
    r.add({"sky.grid", sky, tr("Grid: off, ICRS, galactic, ecliptic"), keys({"Q"}), "grid-3x3", [this] {
               c_.changeOverlays(tr("Grid"), [](scene::OverlayState& o) {
                   if (!o.grid.on) { o.grid.on = true; o.grid.frame = sky::Frame::Icrs; }
                   else if (o.grid.frame == sky::Frame::Icrs) o.grid.frame = sky::Frame::Galactic;
                   else if (o.grid.frame == sky::Frame::Galactic) o.grid.frame = sky::Frame::EclipticJ2000;
                   else { o.grid.on = false; o.grid.frame = sky::Frame::Icrs; }
               });
           }, {}, [this] { return c_.document().overlays.grid.on; }, KeyScope::Window, tr("coordinates")});
    r.add({"sky.names", sky, tr("Names of stars and objects"), keys({"W"}), "type", [this] {
               const auto* stars = contentOf<scene::StarsState>(c_.document());
               const bool on = !(stars && stars->names);
               c_.history().apply(tr("Names").toStdString(), [on](scene::Document& d) {
                   if (auto* s = contentOf<scene::StarsState>(d)) s->names = on;
                   if (auto* s = contentOf<scene::DeepSkyState>(d)) s->names = on;
                   if (auto* s = contentOf<scene::SolarSystemState>(d)) s->names = on;
               });
           }, [this] { return contentOf<scene::StarsState>(c_.document()) != nullptr; },
           [this] { const auto* s = contentOf<scene::StarsState>(c_.document()); return s && s->names; }, KeyScope::Window, tr("labels")});
    r.add({"sky.constellations", sky, tr("Constellations"), keys({"Shift+W"}), "sparkles", [this] {
               const auto* now = contentOf<scene::ConstellationsState>(c_.document());
               const bool on = !(now && (now->lines || now->names));
               c_.history().apply(tr("Constellations").toStdString(), [on](scene::Document& d) {
                   if (auto* s = contentOf<scene::ConstellationsState>(d)) s->lines = s->names = on;
               });
           }, [this] { return contentOf<scene::ConstellationsState>(c_.document()) != nullptr; },
           [this] { const auto* s = contentOf<scene::ConstellationsState>(c_.document()); return s && (s->lines || s->names); }});
    r.add({"sky.borders", sky, tr("Constellation borders"), {}, "", [this] {
               c_.history().apply(tr("Borders").toStdString(), [](scene::Document& d) {
                   if (auto* s = contentOf<scene::ConstellationsState>(d)) s->borders = !s->borders;
               });
           }, [this] { return contentOf<scene::ConstellationsState>(c_.document()) != nullptr; },
           [this] { const auto* s = contentOf<scene::ConstellationsState>(c_.document()); return s && s->borders; }});
    r.add({"sky.milky-way", sky, tr("Milky Way outline"), {}, "", [this] {
               c_.history().apply(tr("Milky Way").toStdString(), [](scene::Document& d) {
                   if (auto* s = contentOf<scene::ConstellationsState>(d)) s->milkyWay = !s->milkyWay;
               });
           }, [this] { return contentOf<scene::ConstellationsState>(c_.document()) != nullptr; },
           [this] { const auto* s = contentOf<scene::ConstellationsState>(c_.document()); return s && s->milkyWay; }});
    r.add({"sky.paper", sky, tr("White sky, as on paper"), {}, "file-text", [this] {
               const bool on = !c_.document().overlays.paper;
               c_.changeOverlays(on ? tr("White sky") : tr("Dark sky"), [on](scene::OverlayState& o) { o.paper = on; });
           }, {}, [this] { return c_.document().overlays.paper; }, KeyScope::Window, tr("print chart negative")});
    r.add({"layer.retry", sky, tr("Try failed tiles again"), {}, "refresh-cw", [this] { c_.scene().retryFailed(); }, {}, {}, KeyScope::Window, tr("retry reload")});
    const QString compare = tr("Compare");
    const auto is = [this](scene::CompareMode mode) { return [this, mode] { return c_.comparison().mode() == mode; }; };
    r.add({"compare.blink", compare, tr("Blink the selected layer"), keys({"B"}), "blend", [this] { c_.comparison().toggle(scene::CompareMode::Blink); }, {},
           is(scene::CompareMode::Blink), KeyScope::Window, tr("compare flicker")});
    r.add({"compare.swipe", compare, tr("Swipe the selected layer"), keys({"X"}), "columns-2", [this] { c_.comparison().toggle(scene::CompareMode::Swipe); }, {},
           is(scene::CompareMode::Swipe), KeyScope::Window, tr("compare divider split")});
    r.add({"compare.panes", compare, tr("Linked panes: 1, 2, 4"), keys({"Y"}), "columns-2", [this] { c_.comparison().cyclePanes(); }, {},
           is(scene::CompareMode::Panes), KeyScope::Window, tr("compare side by side split views")});
    r.add({"compare.next-pane", compare, tr("Next pane"), keys({"Shift+Y"}), "", [this] { c_.comparison().nextPane(); }, [this] { return c_.comparison().panes() > 1; }, {}});
    r.add({"network.offline", sky, tr("Work offline"), {}, "cloud-off", [this] { c_.changeSettings([](Settings& s) { s.offline = !s.offline; }); }, {}, [this] { return c_.offline(); }});
    r.add({"edit.undo", tr("Edit"), tr("Undo"), keys({"Ctrl+Z"}), "undo-2", [this] { c_.undo(); }, [this] { return c_.canUndo(); }, {}});
    r.add({"edit.redo", tr("Edit"), tr("Redo"), keys({"Ctrl+Shift+Z", "Ctrl+Y"}), "redo-2", [this] { c_.redo(); }, [this] { return c_.canRedo(); }, {}});
    r.add({"edit.copy-position", tr("Edit"), tr("Copy position"), keys({"Ctrl+C"}), "copy", [this] {
               c_.copyPosition(herePosition(), c_.settings().positionDegrees ? sky::PosSpelling::Degrees : sky::PosSpelling::Sexagesimal);
           }, {}, {}});
    r.add({"edit.copy-as", tr("Edit"), tr("Copy position as"), keys({"Ctrl+Shift+C"}), "copy", [this] { showCopyMenu(); }, {}, {}, KeyScope::Window, tr("astropy ds9 region degrees galactic")});
    r.add({"edit.copy-link", tr("Edit"), tr("Copy link to this view"), keys({"Ctrl+L"}), "link", [this] { c_.copyLink(); }, {}, {}, KeyScope::Window, tr("share url address")});
    r.add({"edit.paste", tr("Edit"), tr("Paste a position, name, address or folder"), keys({"Ctrl+V"}), "", [this] { paste(); }, {}, {}});
}

/// Of the selected layer. They act while the list has the focus; menus and the omnibox reach them from everywhere.
void MainWindow::registerLayers()
{
    CommandRegistry& r = c_.commands();
    const auto selected = [this] { return c_.layer(c_.selectedLayer()) != nullptr; };
    const auto isSurvey = [this] {
        const scene::LayerState* layer = c_.layer(c_.selectedLayer());
        return layer && std::holds_alternative<scene::SurveyState>(layer->content);
    };
    r.add({"layer.refresh", tr("Layers"), tr("Load the selected survey anew"), keys({"F5"}), "refresh-cw", [this] { c_.scene().refresh(c_.selectedLayer()); }, isSurvey, {}, KeyScope::Window,
           tr("reload past the cache")});
    r.add({"layer.refresh-all", tr("Layers"), tr("Load all surveys anew, past the cache"), keys({"Shift+F5"}), "refresh-cw", [this] { c_.scene().refresh(); }, {}, {}, KeyScope::Window,
           tr("reload retry")});
    const auto add = [&](const char* id, const QString& text, std::initializer_list<const char*> k, const char* icon, std::function<void()> run, std::function<bool()> checked = {}) {
        r.add({QLatin1String(id), tr("Layers focused"), text, keys(k), QLatin1String(icon), std::move(run), selected, std::move(checked), KeyScope::Layers});
    };
    r.add({"layer.above", tr("Layers focused"), tr("Choose the layer above"), keys({"Up"}), "", [this] { host_->layersPanel().selectNeighbour(-1); }, {}, {}, KeyScope::Layers, {}, false});
    r.add({"layer.below", tr("Layers focused"), tr("Choose the layer below"), keys({"Down"}), "", [this] { host_->layersPanel().selectNeighbour(1); }, {}, {}, KeyScope::Layers, {}, false});
    r.add({"layer.with-above", tr("Layers focused"), tr("Choose the layer above too"), keys({"Shift+Up"}), "", [this] { host_->layersPanel().selectNeighbour(-1, true); }, {}, {}, KeyScope::Layers, {}, false});
    r.add({"layer.with-below", tr("Layers focused"), tr("Choose the layer below too"), keys({"Shift+Down"}), "", [this] { host_->layersPanel().selectNeighbour(1, true); }, {}, {}, KeyScope::Layers, {}, false});
    add("layer.raise", tr("Move the layer up"), {"Ctrl+Up"}, "", [this] { host_->layersPanel().shift(c_.selectedLayer(), 1); });
    add("layer.lower", tr("Move the layer down"), {"Ctrl+Down"}, "", [this] { host_->layersPanel().shift(c_.selectedLayer(), -1); });
    add("layer.visible", tr("Show or hide the layer"), {"Space"}, "eye", [this] {
        const bool shown = c_.layer(c_.selectedLayer())->visible;
        c_.changeSelected(shown ? tr("Hide layer") : tr("Show layer"), [shown](scene::LayerState& l) { l.visible = !shown; });
    }, [this] { return c_.layer(c_.selectedLayer()) && c_.layer(c_.selectedLayer())->visible; });
    add("layer.fainter", tr("Opacity 5 % less"), {"Left"}, "", [this] { host_->layersPanel().fade(-0.05); });
    add("layer.stronger", tr("Opacity 5 % more"), {"Right"}, "", [this] { host_->layersPanel().fade(0.05); });
    add("layer.solo", tr("Show the layer alone, or end that"), {"U"}, "eye", [this] { c_.soloLayer(c_.selectedLayer()); }, [this] { return c_.isSolo(c_.selectedLayer()); });
    add("layer.rename", tr("Rename the layer"), {"F2"}, "pencil", [this] { host_->layersPanel().rename(c_.selectedLayer()); });
    add("layer.remove", tr("Remove the layer"), {"Del"}, "trash-2", [this] { c_.removeSelected(); });
    add("layer.properties", tr("Properties of the layer"), {"Return", "Enter"}, "info", [this] { c_.setRightPanel(true); });
}

void MainWindow::registerFiles()
{
    CommandRegistry& r = c_.commands();
    const QString file = tr("File");
    r.add({"file.open", file, tr("Open a session or HiPS folder"), keys({"Ctrl+O"}), "folder-open", [this] { openDialog(); }, {}, {}});
    r.add({"file.open-url", file, tr("Open an address"), keys({"Ctrl+Shift+O"}), "link", [this] { openAddressDialog(); }, {}, {}, KeyScope::Window, tr("url")});
    r.add({"file.new", file, tr("Start afresh with the built-in sky"), {}, "house", [this] { c_.newSession(); }, {}, {}, KeyScope::Window, tr("new session reset")});
    r.add({"file.save", file, tr("Save session"), keys({"Ctrl+S"}), "save", [this] { saveDialog(false); }, {}, {}});
    r.add({"file.save-as", file, tr("Save session as"), keys({"Ctrl+Shift+S"}), "", [this] { saveDialog(true); }, {}, {}});
    r.add({"file.export", file, tr("Export picture or chart"), keys({"Ctrl+E"}), "image-down", [this] { exportDialog(); }, {}, {}, KeyScope::Window, tr("png jpeg image screenshot")});
    r.add({"file.cutout", file, tr("Cut out FITS of the view"), keys({"Ctrl+Shift+E"}), "crop", [this] { cutoutDialog(); }, {}, {}, KeyScope::Window, tr("values pixels save wcs export")});
    r.add({"file.quit", file, tr("Quit"), keys({"Ctrl+Q"}), "", [this] { close(); }, {}, {}});
}

void MainWindow::registerWindow()
{
    CommandRegistry& r = c_.commands();
    const QString window = tr("Window");
    const auto panel = [&](const char* id, const QString& text, std::initializer_list<const char*> k, const char* icon) {
        const QString name = QString::fromLatin1(id);
        QList<QKeySequence> all = keys(k);
        int place = 0; // Alt+1 to Alt+9: items of the rail in their order
        for (const RailItem& item : railItems()) {
            if (!item.id) continue;
            if (++place <= 9 && name == QLatin1String(item.id)) all << QKeySequence(QStringLiteral("Alt+%1").arg(place));
        }
        r.add({QStringLiteral("panel.") + name, window, text, all, icon, [this, name] { c_.togglePanel(name); }, {}, [this, name] { return c_.panelShown(name); }});
    };
    panel("layers", tr("Layers"), {"L"}, "layers");
    panel("surveys", tr("Surveys"), {"S"}, "globe");
    panel("settings", tr("Settings"), {"Ctrl+,"}, "settings");
    r.add({"window.left-panel", window, tr("Left panel"), {}, "panel-left", [this] {
               const QString open = QString::fromStdString(c_.settings().leftPanel);
               c_.togglePanel(open.isEmpty() ? QStringLiteral("layers") : open);
           }, {}, [this] { return !c_.settings().leftPanel.empty(); }, KeyScope::Window, {}, false});
    r.add({"window.inspector", window, tr("Inspector"), keys({"I"}), "panel-right", [this] { c_.togglePanel(QStringLiteral("inspector")); }, {}, [this] { return c_.panelShown(QStringLiteral("inspector")); }});
    r.add({"window.dock", window, tr("Dock the panels, or let them float"), {}, "pin", [this] {
               // What is in the window: both sides alike.
               QStringList ids;
               if (!c_.settings().leftPanel.empty()) ids << QString::fromStdString(c_.settings().leftPanel);
               if (c_.settings().rightPanel) ids << QStringLiteral("inspector");
               bool docked = !ids.isEmpty();
               for (const QString& id : ids) docked = docked && c_.panelState(id).mode == PanelMode::Docked;
               for (const QString& id : ids) c_.setPanelMode(id, docked ? PanelMode::Floating : PanelMode::Docked);
           }, [this] { return !c_.settings().leftPanel.empty() || c_.settings().rightPanel; }, {}, KeyScope::Window, tr("pin edge")});
    r.add({"window.gather", window, tr("Put all panels back into the window"), {}, "", [this] {
               for (const QString& id : CanvasHost::panelIds())
                   if (c_.panelState(id).mode == PanelMode::Torn) c_.setPanelMode(id, PanelMode::Floating);
           }, {}, {}, KeyScope::Window, tr("torn off windows")});
    r.add({"view.touch-size", window, tr("Touch size"), {}, "hand", [this] { c_.changeSettings([](Settings& s) { s.touchSize = !s.touchSize; }); }, {},
           [this] { return c_.settings().touchSize; }, KeyScope::Window, tr("finger large")});
    r.add({"window.messages", window, tr("Messages"), keys({"M"}), "bell", [this] { host_->toggleMessages(); }, {}, {}});
    r.add({"window.hide-panels", window, tr("Hide all panels"), keys({"H"}), "eye-off", [this] { c_.setPanelsHidden(!c_.panelsHidden()); }, {}, [this] { return c_.panelsHidden(); }});
    r.add({"window.hide-all", window, tr("Hide panels and overlays"), keys({"Shift+H"}), "", [this] {
               const scene::OverlayState& now = c_.document().overlays;
               const bool hide = now.compass || now.scaleBar || now.reticle || now.grid.on;
               scene::OverlayState next = now;
               if (hide) shownOverlays_ = now;
               // As they were; of a session that began without any: the usual ones.
               const scene::OverlayState from = hide ? scene::OverlayState{.grid = {}, .compass = false, .scaleBar = false, .reticle = false} : shownOverlays_.value_or(scene::OverlayState{});
               next.compass = from.compass;
               next.scaleBar = from.scaleBar;
               next.reticle = from.reticle;
               next.grid.on = from.grid.on;
               c_.setPanelsHidden(hide);
               c_.changeOverlays(hide ? tr("Hide overlays") : tr("Show overlays"), [&next](scene::OverlayState& o) { o = next; });
           }, {}, [this] {
               const scene::OverlayState& o = c_.document().overlays;
               return c_.panelsHidden() && !o.compass && !o.scaleBar && !o.reticle && !o.grid.on;
           }});
    r.add({"window.full-screen", window, tr("Full screen"), keys({"F11", "F"}), "expand", [this] { toggleFullScreen(); }, {}, [this] { return isFullScreen(); }});
    r.add({"view.theme", window, tr("Next theme"), keys({"Shift+N"}), "palette", [this] {
               const auto now = c_.style().theme().name;
               c_.setTheme(now == ThemeName::Dark ? ThemeName::Light : now == ThemeName::Light ? ThemeName::Night : ThemeName::Dark);
           }, {}, {}, KeyScope::Window, tr("dark light night red")});
    r.add({"view.night", window, tr("Night-red theme"), keys({"Ctrl+Alt+N"}), "moon", [this] {
               c_.setTheme(c_.style().theme().name == ThemeName::Night ? ThemeName::Dark : ThemeName::Night);
           }, {}, [this] { return c_.style().theme().name == ThemeName::Night; }});
    r.add({"window.next-region", window, tr("Next region"), keys({"F6"}), "", [this] { nextRegion(1); }, {}, {}, KeyScope::Window, {}, false});
    r.add({"window.previous-region", window, tr("Previous region"), keys({"Shift+F6"}), "", [this] { nextRegion(-1); }, {}, {}, KeyScope::Window, {}, false});
    r.add({"window.menu", window, tr("Menu"), keys({"F10"}), "menu", [this] { showMenu(); }, {}, {}, KeyScope::Window, {}, false});
    // Qt makes one of the Menu key on X11, but not of Shift+F10.
    r.add({"window.context-menu", window, tr("Menu of what has the focus"), keys({"Shift+F10"}), "", [this] {
               QWidget* focus = QApplication::focusWidget() ? QApplication::focusWidget() : &host_->canvas();
               QContextMenuEvent wanted(QContextMenuEvent::Keyboard, focus->rect().center(), focus->mapToGlobal(focus->rect().center()));
               QApplication::sendEvent(focus, &wanted);
           }, {}, {}, KeyScope::Window, {}, false});
    r.add({"window.debug", window, tr("Debug overlay"), keys({"F12"}), "gauge", [this] { c_.setDebugOverlay(!c_.debugOverlay()); }, {}, [this] { return c_.debugOverlay(); }, KeyScope::Window, tr("tiles frame times")});
    r.add({"window.escape", window, tr("Close, stop, back to Move"), keys({"Esc"}), "", [this] {
               if (tour_) {
                   tour_->leave();
                   return;
               }
               if (host_->closeTopmost()) return;
               if (isFullScreen()) toggleFullScreen();
           }, {}, {}, KeyScope::Window, {}, false});
    r.add({"help.keys", tr("Help"), tr("All keys"), keys({"F1", "?"}), "keyboard", [this] { host_->showKeys(); }, {}, {}, KeyScope::Window, tr("help shortcuts")});
    r.add({"help.tour", tr("Help"), tr("Two-minute tour"), {}, "compass", [this] { startTour(); }, {}, {}, KeyScope::Window, tr("help introduction first steps")});
    r.add({"help.welcome", tr("Help"), tr("Welcome card"), {}, "sparkles", [this] { host_->showWelcome(); }, {}, {}});
    r.add({"help.credits", tr("Help"), tr("Credits of what is shown"), {}, "info", [this] { host_->showCredits(); }, {}, {}, KeyScope::Window, tr("acknowledgement licence source")});
    r.add({"help.about", tr("Help"), tr("About Firmament"), {}, "info", [this] { host_->showAbout(); }, {}, {}, KeyScope::Window, tr("version renderer licence")});
}

/// Again whenever keys change: menus and tips read the registry, actions are told here.
void MainWindow::bindKeys()
{
    for (const Command& command : c_.commands().all())
        if (command.scope != KeyScope::Layers) bindKey(command);
}

void MainWindow::bindKey(const Command& command)
{
    QAction*& action = actions_[command.id];
    if (!action) {
        const bool canvas = command.scope == KeyScope::Canvas;
        QWidget* owner = canvas ? static_cast<QWidget*>(&host_->canvas()) : this;
        action = new QAction(command.text, owner);
        action->setShortcutContext(canvas ? Qt::WidgetShortcut : Qt::WindowShortcut);
        action->setAutoRepeat(command.id.startsWith(QLatin1String("view.")));
        connect(action, &QAction::triggered, this, [&command] {
            if (command.isEnabled()) command.run();
        });
        owner->addAction(action);
    }
    action->setShortcuts(command.keys);
}

} // namespace firmament::window
