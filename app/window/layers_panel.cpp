#include "app/window/layers_panel.h"

#include <QApplication>
#include <QKeyEvent>
#include <QMenu>
#include <QPainter>
#include <QPointer>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "app/window/compare_strip.h"
#include "app/window/group_row.h"
#include "app/window/layer_card.h"
#include "app/window/wavelength_bar.h"
#include "scene/stacks.h"

namespace firmament::window {

namespace {

constexpr int kIndent = 14;
constexpr int kThumb = 36;
constexpr int kRestMs = 500, kAtOnceMs = 20;

/// Says where files can be dropped: a dashed frame around the words.
class DropPlace final : public QLabel {
public:
    DropPlace(const Style& style, const QString& text, QWidget* parent) : QLabel(text, parent), style_(style)
    {
        setWordWrap(true);
        setAlignment(Qt::AlignCenter);
        setProperty("faint", true);
        setContentsMargins(16, 12, 16, 12);
    }

protected:
    void paintEvent(QPaintEvent* e) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(QPen(style_["line"], 1, Qt::DashLine));
        p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 8, 8);
        p.end();
        QLabel::paintEvent(e);
    }

private:
    const Style& style_;
};

} // namespace

LayersPanel::LayersPanel(Controller& controller, Pictures pictures, QWidget* parent)
    : PanelFrame(controller.style(), tr("Layers"), parent), c_(controller), pictures_(std::move(pictures))
{
    add_ = new QPushButton(tr("Add"), this);
    add_->setProperty("primary", true);
    add_->setAccessibleName(tr("Add a layer"));
    add_->setToolTip(tr("Add a survey, a HiPS folder or address, or a built-in layer"));
    connect(add_, &QPushButton::clicked, this, &LayersPanel::addMenu);
    actions()->addWidget(add_);
    top()->setContentsMargins(8, 0, 8, 8);
    top()->addWidget(new CompareStrip(c_, this));
    body()->setContentsMargins(8, 0, 8, 12);
    list_ = new QVBoxLayout;
    list_->setSpacing(6);
    body()->addLayout(list_);
    empty_ = makeLabel(tr("No layers: the sky is empty. Add a survey, or start afresh from the menu."), "dim");
    empty_->setWordWrap(true);
    body()->addWidget(empty_);
    emptyAdd_ = new QPushButton(tr("Add a survey"), this);
    emptyAdd_->setAccessibleName(emptyAdd_->text());
    connect(emptyAdd_, &QPushButton::clicked, this, [this] { c_.showPanel(QStringLiteral("surveys")); });
    body()->addWidget(emptyAdd_, 0, Qt::AlignLeft);
    body()->addWidget(new DropPlace(c_.style(), tr("Drop a HiPS folder or a session here or anywhere on the sky"), this));
    body()->addStretch(1);
    waves_ = new WavelengthBar(c_, this);
    footer()->addWidget(waves_);

    rest_.setSingleShot(true);
    connect(&rest_, &QTimer::timeout, this, &LayersPanel::takePictures);
    seconds_.setInterval(1000);
    connect(&seconds_, &QTimer::timeout, this, &LayersPanel::refreshReports);
    connect(&c_, &Controller::layersChanged, this, &LayersPanel::rebuild);
    connect(&c_, &Controller::reportsChanged, this, &LayersPanel::refreshReports);
    connect(&c_, &Controller::selectionChanged, this, &LayersPanel::refreshSelection);
    connect(&c_, &Controller::viewChanged, this, &LayersPanel::waitForRest);
    const auto dress = [this] { add_->setIcon(QIcon(c_.style().pixmap(QStringLiteral("plus"), 14, c_.style()["onAccent"], devicePixelRatioF()))); };
    connect(&c_.style(), &Style::changed, this, [this, dress] {
        dress();
        for (LayerCard* card : std::as_const(cards_)) card->dropPicture();
        rebuild();
    });
    dress();
    rebuild();
}

// Rows ---------------------------------------------------------------------------------------------------------------

QList<LayersPanel::Row> LayersPanel::rowsNow() const
{
    QList<Row> rows;
    const auto& layers = c_.document().layers;
    scene::GroupId open = 0;
    for (auto it = layers.rbegin(); it != layers.rend(); ++it) {
        const scene::LayerGroup* group = scene::findGroup(c_.document(), it->group);
        if (group && group->id != open) rows << Row{0, group->id};
        open = group ? group->id : 0;
        if (!group || !group->folded) rows << Row{it->id, open};
    }
    return rows;
}

QWidget* LayersPanel::widgetOf(const Row& row) const
{
    if (row.layer) return cards_.value(row.layer);
    return groups_.value(row.group);
}

void LayersPanel::rebuild()
{
    const QList<Row> rows = rowsNow();
    const auto forget = [](auto& widgets, auto&& kept) {
        for (auto it = widgets.begin(); it != widgets.end();) {
            if (kept(it.key())) {
                ++it;
                continue;
            }
            it.value()->hide();
            it.value()->deleteLater();
            it = widgets.erase(it);
        }
    };
    forget(cards_, [this](scene::LayerId id) { return c_.layer(id) != nullptr; });
    forget(groups_, [this](scene::GroupId id) { return scene::findGroup(c_.document(), id) != nullptr; });
    for (const Row& row : rows) {
        if (row.layer && !cards_.contains(row.layer)) cards_.insert(row.layer, new LayerCard(*this, c_, row.layer));
        if (!row.layer && !groups_.contains(row.group)) groups_.insert(row.group, new GroupRow(*this, c_, row.group));
    }
    if (rows != rows_ || list_->count() != rows.size()) {
        // A row that is hidden for a moment would hand the focus on, and with it the choice.
        const QPointer<QWidget> held = QApplication::focusWidget() && isAncestorOf(QApplication::focusWidget()) ? QApplication::focusWidget() : nullptr;
        if (held) held->clearFocus();
        while (QLayoutItem* item = list_->takeAt(0)) delete item; // a row in a box is deleted with it, its card is not
        for (LayerCard* card : std::as_const(cards_)) card->hide();
        for (GroupRow* group : std::as_const(groups_)) group->hide();
        for (const Row& row : rows) {
            auto* line = new QHBoxLayout;
            line->setContentsMargins(row.layer && row.group ? kIndent : 0, 0, 0, 0);
            line->addWidget(widgetOf(row));
            list_->addLayout(line);
            widgetOf(row)->show();
        }
        rows_ = rows;
        if (held && held->isVisible()) held->setFocus(Qt::OtherFocusReason);
    }
    for (LayerCard* card : std::as_const(cards_)) card->refresh();
    for (GroupRow* group : std::as_const(groups_)) group->refresh();
    setDetail(QString::number(c_.document().layers.size()));
    empty_->setVisible(rows.isEmpty());
    emptyAdd_->setVisible(rows.isEmpty());
    waves_->refresh();
    refreshReports();
}

void LayersPanel::refreshReports()
{
    bool waiting = false;
    for (const scene::LayerReport& r : c_.scene().reports()) {
        if (LayerCard* card = cardOf(r.id)) card->showReport(r);
        waiting = waiting || r.nextTrySeconds >= 0;
    }
    if (!waiting) seconds_.stop();
    else if (!seconds_.isActive() && isVisible()) seconds_.start();
    waves_->refresh();
    waitForRest();
}

void LayersPanel::refreshSelection()
{
    for (LayerCard* card : std::as_const(cards_)) card->refresh();
}

void LayersPanel::focusStart()
{
    scene::LayerId id = c_.selectedLayer();
    if (!cardOf(id) && !rows_.isEmpty()) id = rows_.front().layer;
    if (LayerCard* card = cardOf(id)) card->setFocus(Qt::OtherFocusReason);
    else add_->setFocus();
}

void LayersPanel::showEvent(QShowEvent* event)
{
    PanelFrame::showEvent(event);
    refreshReports();
}

// Small pictures of the surveys, once the view has come to rest -----------------------------------------------------------

void LayersPanel::waitForRest()
{
    if (isVisible()) rest_.start(c_.options().screenshot.empty() ? kRestMs : kAtOnceMs);
}

void LayersPanel::takePictures()
{
    if (!isVisible() || !pictures_) return;
    if (c_.navigator().moving()) return waitForRest();
    const int pixels = static_cast<int>(std::lround(kThumb * devicePixelRatioF()));
    for (const scene::LayerReport& r : c_.scene().reports()) {
        LayerCard* card = cardOf(r.id);
        if (!card || !r.survey || (r.phase != scene::LayerPhase::Complete && r.phase != scene::LayerPhase::Partial)) continue;
        if (const QImage picture = pictures_(r.id, pixels); !picture.isNull()) card->setPicture(picture);
    }
}

// Keys ---------------------------------------------------------------------------------------------------------------

void LayersPanel::selectNeighbour(int by, bool extend)
{
    if (rows_.isEmpty()) return;
    qsizetype at = rows_.indexOf(Row{c_.selectedLayer(), c_.layer(c_.selectedLayer()) ? c_.layer(c_.selectedLayer())->group : 0});
    for (qsizetype i = 0; i < rows_.size(); ++i)
        if (QWidget* w = widgetOf(rows_[i]); w && w == window()->focusWidget()) at = i;
    const Row& row = rows_[std::clamp<qsizetype>(at + by, 0, rows_.size() - 1)];
    if (row.layer && extend) c_.selectLayersTo(row.layer);
    else if (row.layer) c_.selectLayer(row.layer);
    widgetOf(row)->setFocus(Qt::OtherFocusReason);
}

/// One place up or down: past a neighbour, or over the edge of a group.
void LayersPanel::shift(scene::LayerId id, int by)
{
    const auto& layers = c_.document().layers;
    const auto it = std::find_if(layers.begin(), layers.end(), [id](const scene::LayerState& l) { return l.id == id; });
    if (it == layers.end()) return;
    const auto at = it - layers.begin(), to = at + by;
    const scene::GroupId own = it->group;
    const scene::GroupId next = to >= 0 && to < static_cast<std::ptrdiff_t>(layers.size()) ? layers[static_cast<size_t>(to)].group : 0;
    if (own == next && (to < 0 || to >= static_cast<std::ptrdiff_t>(layers.size()))) return;
    const bool stays = own != next;
    c_.history().apply(tr("Reorder layers").toStdString(), [&](scene::Document& d) {
        scene::placeLayer(d, id, static_cast<size_t>(stays ? at : to), own != 0 && own != next ? 0 : next);
    });
}

void LayersPanel::rename(scene::LayerId id)
{
    c_.showPanel(QStringLiteral("layers"));
    const scene::LayerState* layer = c_.layer(id);
    if (layer && !cardOf(id)->isVisible() && layer->group) // in a folded group
        c_.history().apply(tr("Unfold group").toStdString(), [group = layer->group](scene::Document& d) {
            for (scene::LayerGroup& g : d.groups)
                if (g.id == group) g.folded = false;
        });
    if (LayerCard* card = cardOf(id)) card->rename();
}

void LayersPanel::fade(double by)
{
    c_.changeSelected(tr("Opacity"), [by](scene::LayerState& l) { l.opacity = std::clamp(std::round((l.opacity + by) * 20) / 20, 0.0, 1.0); },
                      QStringLiteral("opacity-%1").arg(c_.selectedLayer()));
}

void LayersPanel::keyPressEvent(QKeyEvent* e)
{
    const Command* command = c_.commands().find(KeyScope::Layers, keyOf(*e));
    if (!command) return PanelFrame::keyPressEvent(e);
    if (command->isEnabled()) command->run();
}

// Dragging -----------------------------------------------------------------------------------------------------------

void LayersPanel::beginDrag(scene::LayerId layer, scene::GroupId group, const QPoint& global)
{
    draggedLayer_ = layer;
    draggedGroup_ = group;
    if (!mark_) {
        mark_ = new QFrame(this);
        mark_->setFixedHeight(2);
    }
    mark_->setStyleSheet(c_.style().theme().fill(QStringLiteral("background: {{accent}};")));
    dragTo(global);
}

/// `gap` lies above the row of that number; `intoAbove`: the pointer is on the row above it, so its group is meant.
LayersPanel::Drop LayersPanel::dropAt(qsizetype gap, bool intoAbove) const
{
    const auto& layers = c_.document().layers;
    const auto dragged = [&](const scene::LayerState& l) { return draggedLayer_ ? l.id == draggedLayer_ : l.group == draggedGroup_; };
    Drop drop;
    const Row above = gap > 0 ? rows_[gap - 1] : Row{}, below = gap < rows_.size() ? rows_[gap] : Row{};
    if (draggedLayer_ && above.group && (intoAbove || (below.layer && below.group == above.group))) drop.group = above.group;
    // Below what comes the dragged thing? All that the list shows above the gap, with the folded members of a group above it.
    size_t from = layers.size(); // index of the first layer that stays above
    const auto bottomOf = [&](scene::GroupId group) {
        size_t i = 0;
        while (i < layers.size() && layers[i].group != group) ++i;
        return i;
    };
    const auto topOf = [&](scene::GroupId group) {
        size_t i = layers.size();
        while (i > 0 && layers[i - 1].group != group) --i;
        return i;
    };
    if (above.layer) {
        from = static_cast<size_t>(std::find_if(layers.begin(), layers.end(), [&](const scene::LayerState& l) { return l.id == above.layer; }) - layers.begin());
    } else if (above.group) { // under the head: the top of the group, or below a folded one
        const scene::LayerGroup* g = scene::findGroup(c_.document(), above.group);
        from = drop.group || (g && !g->folded && draggedLayer_) ? topOf(above.group) : bottomOf(above.group);
        if (g && !g->folded && draggedLayer_) drop.group = above.group;
    }
    if (draggedGroup_ && above.group && above.group != draggedGroup_) from = bottomOf(above.group); // groups do not nest
    for (size_t i = 0; i < from; ++i) drop.index += !dragged(layers[i]);
    return drop;
}

void LayersPanel::dragTo(const QPoint& global)
{
    if ((!draggedLayer_ && !draggedGroup_) || rows_.isEmpty()) return;
    qsizetype gap = 0;
    bool intoAbove = false;
    for (; gap < rows_.size(); ++gap) {
        const QWidget* w = widgetOf(rows_[gap]);
        const int y = global.y() - w->mapToGlobal(QPoint(0, 0)).y();
        if (y < w->height() / 2) break;
        intoAbove = y <= w->height();
    }
    drop_ = dropAt(gap, intoAbove);
    const bool end = gap >= rows_.size();
    const QWidget* by = widgetOf(rows_[end ? rows_.size() - 1 : gap]);
    const int indent = drop_->group ? kIndent : 0;
    const int y = by->mapTo(this, QPoint(0, end ? by->height() + 2 : -4)).y();
    const int left = list_->geometry().left() + 8;
    mark_->setGeometry(left + indent, y, width() - 2 * left - indent, 2);
    mark_->show();
    mark_->raise();
}

void LayersPanel::endDrag()
{
    if (mark_) mark_->hide();
    if (drop_) {
        c_.history().apply(tr("Reorder layers").toStdString(), [&](scene::Document& d) {
            if (draggedLayer_) scene::placeLayer(d, draggedLayer_, drop_->index, drop_->group);
            else scene::placeGroup(d, draggedGroup_, drop_->index);
        });
    }
    draggedLayer_ = 0;
    draggedGroup_ = 0;
    drop_.reset();
}

// Menus --------------------------------------------------------------------------------------------------------------

void LayersPanel::addGroupMenu(QMenu& menu, scene::LayerId id)
{
    const scene::LayerState* layer = c_.layer(id);
    QMenu* sub = menu.addMenu(tr("Group"));
    const auto into = [this, id](const QString& label, scene::GroupId group) {
        c_.history().apply(label.toStdString(), [&](scene::Document& d) {
            if (scene::LayerState* l = d.find(id)) l->group = group;
            scene::tidyGroups(d);
        });
    };
    sub->addAction(tr("New group"), this, [this, id] {
        scene::GroupId made = 0;
        c_.history().apply(tr("New group").toStdString(), [&](scene::Document& d) {
            made = scene::freeGroupId(d);
            d.groups.push_back({made, tr("Group %1").arg(made).toStdString(), false});
            if (scene::LayerState* l = d.find(id)) l->group = made;
            scene::tidyGroups(d);
        });
        if (GroupRow* row = groups_.value(made)) row->rename();
    });
    for (const scene::LayerGroup& g : c_.document().groups) {
        QAction* a = sub->addAction(QString::fromStdString(g.name), this, [into, g] { into(LayersPanel::tr("Into %1").arg(QString::fromStdString(g.name)), g.id); });
        a->setCheckable(true);
        a->setChecked(layer->group == g.id);
    }
    if (layer->group) sub->addAction(tr("Take out"), this, [into] { into(LayersPanel::tr("Take out of the group"), 0); });
}

/// For a menu: the user's own key of a command.
QString LayersPanel::keySuffix(const char* command) const
{
    const Command* c = c_.commands().find(QString::fromLatin1(command));
    return c && !c->keys.isEmpty() ? QLatin1Char('\t') + c->keyText() : QString();
}

void LayersPanel::menuFor(scene::LayerId id, const QPoint& global)
{
    if (!c_.layer(id)) return;
    if (!c_.isSelected(id)) c_.selectLayer(id);
    QMenu menu;
    if (c_.selectedLayers().size() > 1) fillMenuOfSeveral(menu);
    else fillMenuOfOne(menu, id);
    menu.exec(global);
}

void LayersPanel::fillMenuOfSeveral(QMenu& menu)
{
    const auto add = [&](const QString& text, const char* command, const char* icon) {
        menu.addAction(c_.style().icon(QString::fromLatin1(icon)), text + keySuffix(command), this, [this, command] { c_.commands().run(QString::fromLatin1(command)); });
    };
    add(tr("Show or hide"), "layer.visible", "eye");
    add(tr("Properties"), "layer.properties", "info");
    menu.addSeparator();
    add(tr("Remove"), "layer.remove", "trash-2");
}

void LayersPanel::fillMenuOfOne(QMenu& menu, scene::LayerId id)
{
    const auto add = [&](const QString& text, const char* icon, auto&& run) {
        return menu.addAction(*icon ? c_.style().icon(QString::fromLatin1(icon)) : QIcon(), text, this, run);
    };
    const auto key = [this](const char* command) { return keySuffix(command); };
    add((c_.isSolo(id) ? tr("End solo") : tr("Solo")) + key("layer.solo"), "eye", [this, id] { c_.soloLayer(id); });
    add(tr("Zoom to") + key("go.zoom-to"), "maximize", [this, id] { c_.zoomToLayer(id); });
    add(tr("Duplicate"), "copy", [this, id] { c_.duplicateLayer(id); });
    add(tr("Rename") + key("layer.rename"), "pencil", [this, id] { rename(id); });
    add(tr("Move up") + key("layer.raise"), "", [this, id] { shift(id, 1); });
    add(tr("Move down") + key("layer.lower"), "", [this, id] { shift(id, -1); });
    addGroupMenu(menu, id);
    menu.addSeparator();
    add(tr("Properties") + key("layer.properties"), "info", [this] { c_.setRightPanel(true); });
    if (std::holds_alternative<scene::SurveyState>(c_.layer(id)->content))
        add(tr("Load it anew") + key("layer.refresh"), "refresh-cw", [this, id] { c_.scene().refresh(id); });
    menu.addSeparator();
    add(tr("Remove") + key("layer.remove"), "trash-2", [this, id] { c_.removeLayer(id); });
}

void LayersPanel::addMenu()
{
    QMenu menu;
    const auto key = [this](const char* command) { return keySuffix(command); };
    menu.addAction(c_.style().icon(QStringLiteral("globe")), tr("A survey from the list") + key("panel.surveys"), this, [this] { c_.showPanel(QStringLiteral("surveys")); });
    menu.addAction(c_.style().icon(QStringLiteral("folder-open")), tr("A HiPS folder") + key("file.open"), this, [this] { c_.commands().run(QStringLiteral("file.open")); });
    menu.addAction(c_.style().icon(QStringLiteral("link")), tr("A HiPS address") + key("file.open-url"), this, [this] { c_.commands().run(QStringLiteral("file.open-url")); });
    menu.addSeparator();
    const auto has = [this](size_t kind) {
        for (const scene::LayerState& l : c_.document().layers)
            if (l.content.index() == kind) return true;
        return false;
    };
    const auto addLayer = [this](scene::LayerContent content, const QString& name) {
        c_.history().apply(tr("Add %1").arg(name).toStdString(), [&](scene::Document& d) {
            scene::LayerState layer;
            layer.id = d.freeId();
            layer.name = name.toStdString();
            layer.content = content;
            d.layers.push_back(std::move(layer));
        });
    };
    const std::pair<QString, scene::LayerContent> overlays[] = {{tr("Stars"), scene::StarsState{}}, {tr("Constellations"), scene::ConstellationsState{}},
                                                                {tr("Deep sky"), scene::DeepSkyState{}}, {tr("Solar System"), scene::SolarSystemState{}}};
    for (const auto& [name, content] : overlays) {
        QAction* a = menu.addAction(c_.style().icon(QString::fromLatin1(symbolOf(content))), name, this, [=, name = name, content = content] { addLayer(content, name); });
        a->setEnabled(!has(content.index()));
    }
    if (!has(0)) {
        menu.addAction(c_.style().icon(QStringLiteral("globe")), tr("Firmament default sky"), this,
                       [this] { c_.addSurvey(std::string(scene::kDefaultSky), tr("Firmament default sky").toStdString()); });
    }
    menu.exec(add_->mapToGlobal(QPoint(0, add_->height() + 4)));
}

} // namespace firmament::window
