#include "app/window/layers_panel.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <cmath>

#include "app/window/compare_strip.h"

namespace firmament::window {

namespace {

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

const char* symbolOf(const scene::LayerContent& content)
{
    struct Visitor {
        const char* operator()(const scene::SurveyState&) const { return "globe"; }
        const char* operator()(const scene::StarsState&) const { return "star"; }
        const char* operator()(const scene::ConstellationsState&) const { return "sparkles"; }
        const char* operator()(const scene::DeepSkyState&) const { return "telescope"; }
        const char* operator()(const scene::SolarSystemState&) const { return "orbit"; }
    };
    return std::visit(Visitor{}, content);
}

constexpr render::Blend kBlends[] = {render::Blend::Normal, render::Blend::Add, render::Blend::Screen, render::Blend::Multiply, render::Blend::Difference};

QString blendName(render::Blend b)
{
    QString s = QString::fromLatin1(render::word(b));
    if (!s.isEmpty()) s[0] = s[0].toUpper();
    return s;
}

} // namespace

PhaseLook phaseLook(scene::LayerPhase phase)
{
    switch (phase) {
    case scene::LayerPhase::Opening: return {"clock-3", "textFaint"};
    case scene::LayerPhase::Loading: return {"loader-circle", "accent"};
    case scene::LayerPhase::Complete: return {"circle-check", "ok"};
    case scene::LayerPhase::Partial: return {"triangle-alert", "warn"};
    case scene::LayerPhase::Offline: return {"cloud-off", "warn"};
    case scene::LayerPhase::Failed: return {"circle-alert", "error"};
    case scene::LayerPhase::Hidden: return {"eye-off", "textFaint"};
    case scene::LayerPhase::OutsideCoverage: return {"circle-slash-2", "textFaint"};
    case scene::LayerPhase::Covered: return {"arrow-down-to-line", "textFaint"};
    }
    return {"circle", "textFaint"};
}

// LayersPanel --------------------------------------------------------------------------------------------------------

LayersPanel::LayersPanel(Controller& controller, QWidget* parent) : PanelFrame(controller.style(), tr("Layers"), parent), c_(controller)
{
    add_ = new QPushButton(tr("Add"), this);
    add_->setProperty("primary", true);
    add_->setAccessibleName(tr("Add a layer"));
    add_->setIcon(QIcon(c_.style().pixmap(QStringLiteral("plus"), 14, c_.style()["onAccent"], devicePixelRatioF())));
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
    auto* hint = makeLabel(tr("Drop a HiPS folder or a session here or anywhere on the sky"), "faint");
    hint->setWordWrap(true);
    hint->setAlignment(Qt::AlignCenter);
    hint->setStyleSheet(QStringLiteral("padding: 10px;"));
    body()->addWidget(hint);
    body()->addStretch(1);
    connect(&c_, &Controller::layersChanged, this, &LayersPanel::rebuild);
    connect(&c_, &Controller::reportsChanged, this, &LayersPanel::refreshReports);
    connect(&c_, &Controller::selectionChanged, this, &LayersPanel::refreshSelection);
    connect(&c_.style(), &Style::changed, this, [this] {
        add_->setIcon(QIcon(c_.style().pixmap(QStringLiteral("plus"), 14, c_.style()["onAccent"], devicePixelRatioF())));
        rebuild();
        refreshReports();
    });
    rebuild();
    refreshReports();
}

LayerCard* LayersPanel::cardOf(scene::LayerId id) const
{
    return cards_.value(id);
}

void LayersPanel::rebuild()
{
    const auto& layers = c_.document().layers;
    QList<scene::LayerId> order;
    for (auto it = layers.rbegin(); it != layers.rend(); ++it) order << it->id;
    for (auto it = cards_.begin(); it != cards_.end();) {
        if (order.contains(it.key())) {
            ++it;
            continue;
        }
        it.value()->hide();
        it.value()->deleteLater();
        it = cards_.erase(it);
    }
    bool added = false;
    for (scene::LayerId id : order) {
        if (cards_.contains(id)) continue;
        cards_.insert(id, new LayerCard(*this, c_, id));
        added = true;
    }
    if (order != order_ || added) {
        while (QLayoutItem* item = list_->takeAt(0)) delete item;
        for (scene::LayerId id : order) {
            list_->addWidget(cards_[id]);
            cards_[id]->show();
        }
        order_ = order;
    }
    for (LayerCard* card : std::as_const(cards_)) card->refresh();
    setDetail(QString::number(order.size()));
    empty_->setVisible(order.isEmpty());
    refreshReports();
}

void LayersPanel::refreshReports()
{
    for (const scene::LayerReport& r : c_.scene().reports())
        if (LayerCard* card = cardOf(r.id)) card->showReport(r);
}

void LayersPanel::refreshSelection()
{
    for (LayerCard* card : std::as_const(cards_)) card->refresh();
}

void LayersPanel::focusStart()
{
    if (LayerCard* card = cardOf(c_.selectedLayer() ? c_.selectedLayer() : order_.value(0))) card->setFocus(Qt::OtherFocusReason);
    else add_->setFocus();
}

void LayersPanel::selectNeighbour(int by)
{
    if (order_.isEmpty()) return;
    const qsizetype at = order_.indexOf(c_.selectedLayer());
    const scene::LayerId id = order_[std::clamp<qsizetype>(at + by, 0, order_.size() - 1)];
    c_.selectLayer(id);
    if (LayerCard* card = cardOf(id)) card->setFocus(Qt::OtherFocusReason);
}

void LayersPanel::shift(scene::LayerId id, int by)
{
    const auto& layers = c_.document().layers;
    for (size_t i = 0; i < layers.size(); ++i) {
        if (layers[i].id != id) continue;
        const auto to = static_cast<std::ptrdiff_t>(i) + by;
        if (to >= 0 && to < static_cast<std::ptrdiff_t>(layers.size())) c_.moveLayer(id, static_cast<size_t>(to));
        return;
    }
}

void LayersPanel::keyPressEvent(QKeyEvent* e)
{
    const scene::LayerId id = c_.selectedLayer();
    const scene::LayerState* layer = c_.layer(id);
    const bool ctrl = e->modifiers() & Qt::ControlModifier;
    switch (e->key()) {
    case Qt::Key_Up: ctrl ? shift(id, 1) : selectNeighbour(-1); return;
    case Qt::Key_Down: ctrl ? shift(id, -1) : selectNeighbour(1); return;
    case Qt::Key_Left:
    case Qt::Key_Right:
        if (layer) {
            const double step = e->key() == Qt::Key_Right ? 0.05 : -0.05;
            c_.changeLayer(id, tr("Opacity"), [step](scene::LayerState& l) { l.opacity = std::clamp(std::round((l.opacity + step) * 20) / 20, 0.0, 1.0); },
                           QStringLiteral("opacity-%1").arg(id));
        }
        return;
    case Qt::Key_Space:
        if (layer) c_.changeLayer(id, layer->visible ? tr("Hide layer") : tr("Show layer"), [](scene::LayerState& l) { l.visible = !l.visible; });
        return;
    case Qt::Key_U:
        if (layer) c_.soloLayer(id);
        return;
    case Qt::Key_F2:
        if (LayerCard* card = cardOf(id)) card->rename();
        return;
    case Qt::Key_Delete: c_.removeLayer(id); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: c_.setRightPanel(true); return;
    default: PanelFrame::keyPressEvent(e);
    }
}

void LayersPanel::beginDrag(LayerCard* card, const QPoint& global)
{
    dragged_ = card;
    if (!mark_) {
        mark_ = new QFrame(this);
        mark_->setFixedHeight(2);
    }
    mark_->setStyleSheet(c_.style().theme().fill(QStringLiteral("background: {{accent}};")));
    dragTo(global);
}

void LayersPanel::dragTo(const QPoint& global)
{
    if (!dragged_) return;
    int row = 0;
    for (; row < order_.size(); ++row) {
        const LayerCard* card = cards_[order_[row]];
        if (global.y() < card->mapToGlobal(QPoint(0, card->height() / 2)).y()) break;
    }
    dropRow_ = row;
    const bool end = row >= order_.size();
    const LayerCard* by = cards_[order_[end ? order_.size() - 1 : row]];
    const QPoint at = by->mapTo(this, QPoint(0, end ? by->height() + 2 : -4));
    mark_->setGeometry(at.x(), at.y(), by->width(), 2);
    mark_->show();
    mark_->raise();
}

void LayersPanel::endDrag()
{
    if (mark_) mark_->hide();
    if (dragged_ && dropRow_ >= 0) {
        // Rows count from the top, the document from the bottom, and the layer itself is taken out first.
        const qsizetype from = order_.indexOf(dragged_->id());
        qsizetype row = dropRow_;
        if (row > from) --row;
        if (row != from) c_.moveLayer(dragged_->id(), static_cast<size_t>(order_.size() - 1 - row));
    }
    dragged_ = nullptr;
    dropRow_ = -1;
}

void LayersPanel::menuFor(scene::LayerId id, const QPoint& global)
{
    const scene::LayerState* layer = c_.layer(id);
    if (!layer) return;
    c_.selectLayer(id);
    QMenu menu;
    const auto add = [&](const QString& text, const char* icon, auto&& run) {
        return menu.addAction(c_.style().icon(QString::fromLatin1(icon)), text, this, run);
    };
    add(c_.isSolo(id) ? tr("End solo\tU") : tr("Solo\tU"), "eye", [this, id] { c_.soloLayer(id); });
    add(tr("Zoom to\tZ"), "maximize", [this, id] { c_.zoomToLayer(id); });
    add(tr("Duplicate"), "copy", [this, id] { c_.duplicateLayer(id); });
    add(tr("Rename\tF2"), "pencil", [this, id] {
        if (LayerCard* card = cardOf(id)) card->rename();
    });
    add(tr("Move up\tCtrl+Up"), "chevron-right", [this, id] { shift(id, 1); });
    add(tr("Move down\tCtrl+Down"), "chevron-right", [this, id] { shift(id, -1); });
    menu.addSeparator();
    add(tr("Properties\tEnter"), "info", [this] { c_.setRightPanel(true); });
    if (const auto r = c_.report(id); r && (r->phase == scene::LayerPhase::Failed || r->phase == scene::LayerPhase::Partial))
        add(tr("Try again\tF5"), "refresh-cw", [this] { c_.scene().retryFailed(); });
    menu.addSeparator();
    add(tr("Remove\tDel"), "trash-2", [this, id] { c_.removeLayer(id); });
    menu.exec(global);
}

void LayersPanel::addMenu()
{
    QMenu menu;
    menu.addAction(c_.style().icon(QStringLiteral("globe")), tr("A survey from the list\tS"), this, [this] { c_.showPanel(QStringLiteral("surveys")); });
    menu.addAction(c_.style().icon(QStringLiteral("folder-open")), tr("A HiPS folder\tCtrl+O"), this, [this] { c_.commands().run(QStringLiteral("file.open")); });
    menu.addAction(c_.style().icon(QStringLiteral("link")), tr("A HiPS address\tCtrl+Shift+O"), this, [this] { c_.commands().run(QStringLiteral("file.open-url")); });
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
        scene::SurveyState base;
        base.source = std::string(scene::kDefaultSky);
        menu.addAction(c_.style().icon(QStringLiteral("globe")), tr("Firmament default sky"), this,
                       [this] { c_.addSurvey(std::string(scene::kDefaultSky), tr("Firmament default sky").toStdString()); });
    }
    menu.exec(add_->mapToGlobal(QPoint(0, add_->height() + 4)));
}

// LayerCard ----------------------------------------------------------------------------------------------------------

LayerCard::LayerCard(LayersPanel& panel, Controller& controller, scene::LayerId id) : QFrame(&panel), panel_(panel), c_(controller), id_(id)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    auto* head = new QWidget(this);
    head->setFixedHeight(54);
    head->setAttribute(Qt::WA_TransparentForMouseEvents, false);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(70, 0, 4, 0);
    row->setSpacing(0);
    auto* text = new QVBoxLayout;
    text->setSpacing(1);
    name_ = new ElidedLabel(this);
    name_->setStyleSheet(QStringLiteral("font-weight: 600;"));
    state_ = new ElidedLabel(this);
    state_->setStyleSheet(QStringLiteral("font-size: 12px;"));
    state_->setProperty("dim", true);
    stateIcon_ = new QLabel(this);
    stateIcon_->setFixedSize(14, 14);
    auto* stateRow = new QHBoxLayout;
    stateRow->setSpacing(5);
    stateRow->addWidget(stateIcon_);
    stateRow->addWidget(state_, 1);
    text->addStretch(1);
    text->addWidget(name_);
    text->addLayout(stateRow);
    text->addStretch(1);
    row->addLayout(text, 1);
    menu_ = new IconButton(c_.style(), QStringLiteral("ellipsis"), tr("Layer menu"), this);
    menu_->setBox({24, 26});
    connect(menu_, &QAbstractButton::clicked, this, [this] { panel_.menuFor(id_, menu_->mapToGlobal(QPoint(0, menu_->height()))); });
    eye_ = new IconButton(c_.style(), QStringLiteral("eye"), tr("Visible"), this);
    eye_->setBox({24, 26});
    connect(eye_, &QAbstractButton::clicked, this, [this] {
        const scene::LayerState* l = c_.layer(id_);
        if (l) c_.changeLayer(id_, l->visible ? tr("Hide layer") : tr("Show layer"), [](scene::LayerState& s) { s.visible = !s.visible; });
    });
    row->addWidget(menu_);
    row->addWidget(eye_);
    column->addWidget(head);

    open_ = new QWidget(this);
    open_->setFixedHeight(36);
    auto* openColumn = new QVBoxLayout(open_);
    openColumn->setContentsMargins(30, 0, 10, 4);
    openColumn->setSpacing(2);
    progress_ = new QProgressBar(open_);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Loading"));
    progress_->setFixedHeight(3);
    openColumn->addWidget(progress_);
    auto* line = new QHBoxLayout;
    line->setSpacing(8);
    line->addWidget(makeLabel(tr("Opacity"), "faint", this));
    opacity_ = new Slider(c_.style(), tr("Opacity"), this);
    opacity_->setRange(0, 100);
    opacity_->hasDefault = true;
    opacity_->defaultValue = 100;
    connect(opacity_, &QSlider::valueChanged, this, [this](int v) {
        c_.changeLayer(id_, tr("Opacity"), [v](scene::LayerState& s) { s.opacity = v / 100.0; }, QStringLiteral("opacity-%1").arg(id_));
    });
    connect(opacity_, &QSlider::sliderReleased, this, [this] { c_.history().endMerge(); });
    line->addWidget(opacity_, 1);
    percent_ = makeLabel({}, nullptr, this);
    percent_->setFixedWidth(44);
    percent_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    line->addWidget(percent_);
    blend_ = new QPushButton(this);
    blend_->setProperty("statusItem", true);
    blend_->setAccessibleName(tr("Blend"));
    blend_->setToolTip(tr("Blend: how this layer joins what is below it"));
    connect(blend_, &QPushButton::clicked, this, [this] {
        QMenu menu;
        for (render::Blend b : kBlends)
            menu.addAction(blendName(b), this, [this, b] { c_.changeLayer(id_, tr("Blend"), [b](scene::LayerState& s) { s.blend = b; }); });
        menu.exec(blend_->mapToGlobal(QPoint(0, blend_->height())));
    });
    line->addWidget(blend_);
    openColumn->addLayout(line);
    column->addWidget(open_);
    refresh();
}

void LayerCard::refresh()
{
    const scene::LayerState* l = c_.layer(id_);
    if (!l) return;
    const bool selected = c_.selectedLayer() == id_;
    symbol_ = QString::fromLatin1(symbolOf(l->content));
    const QString title = c_.layerTitle(*l);
    name_->setFullText(title);
    setAccessibleName(title);
    eye_->setIconName(l->visible ? QStringLiteral("eye") : QStringLiteral("eye-off"));
    eye_->setAccessibleName(l->visible ? tr("Hide %1").arg(title) : tr("Show %1").arg(title));
    eye_->setToolTip(eye_->accessibleName());
    menu_->setAccessibleName(tr("Menu of %1").arg(title));
    name_->setEnabled(l->visible);
    name_->setStyleSheet(c_.style().theme().fill(l->visible ? QStringLiteral("font-weight: 600; color: {{text}};") : QStringLiteral("font-weight: 600; color: {{textFaint}};")));
    const QSignalBlocker quiet(opacity_);
    opacity_->setValue(static_cast<int>(std::lround(l->opacity * 100)));
    percent_->setText(tr("%1 %").arg(opacity_->value()));
    blend_->setText(blendName(l->blend));
    open_->setVisible(selected);
    setFixedHeight(selected ? 90 : 54);
    update();
}

void LayerCard::showReport(const scene::LayerReport& r)
{
    const PhaseLook look = phaseLook(r.phase);
    state_->setFullText(q(r.line));
    setAccessibleDescription(q(r.line));
    stateIcon_->setPixmap(c_.style().pixmap(QString::fromLatin1(look.icon), 14, c_.style()[look.token], devicePixelRatioF()));
    const bool loading = r.phase == scene::LayerPhase::Loading && r.total > 0;
    progress_->setRange(0, std::max(1, r.total));
    progress_->setValue(loading ? r.done : 0);
    QSizePolicy keep = progress_->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    progress_->setSizePolicy(keep);
    progress_->setVisible(loading);
}

void LayerCard::rename()
{
    const scene::LayerState* l = c_.layer(id_);
    if (!l || edit_) return;
    edit_ = new QLineEdit(q(l->name).isEmpty() ? c_.layerTitle(*l) : q(l->name), this);
    edit_->setProperty("titleEdit", true);
    edit_->setAccessibleName(tr("New name of the layer"));
    edit_->setGeometry(66, 6, width() - 66 - 62, 24);
    edit_->show();
    edit_->setFocus();
    edit_->selectAll();
    connect(edit_, &QLineEdit::editingFinished, this, [this] {
        if (!edit_) return;
        QLineEdit* done = std::exchange(edit_, nullptr);
        const std::string name = done->text().trimmed().toStdString();
        done->deleteLater();
        c_.changeLayer(id_, tr("Rename layer"), [&](scene::LayerState& s) { s.name = name; });
        setFocus();
    });
}

void LayerCard::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const Theme& t = c_.style().theme();
    const bool selected = c_.selectedLayer() == id_;
    p.setPen(selected ? QPen(t["accent"], 2) : hasFocus() ? QPen(t["accent"], 1) : QPen(t["lineSoft"], 1));
    p.setBrush(underMouse() && !selected ? t["hover"] : t["raised"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    const double ratio = devicePixelRatioF();
    p.drawPixmap(8, 20, c_.style().pixmap(QStringLiteral("grip-vertical"), 14, t["textFaint"], ratio));
    const QRectF thumb(26, 9, 36, 36);
    p.setPen(QPen(t["line"], 1));
    p.setBrush(QColor(0x0A, 0x0C, 0x11));
    p.drawRoundedRect(thumb.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    p.drawPixmap(QPointF(35, 18), c_.style().pixmap(symbol_, 18, t["canvasTextDim"], ratio));
}

void LayerCard::mousePressEvent(QMouseEvent* e)
{
    if (e->button() != Qt::LeftButton) return;
    pressed_ = e->position().toPoint();
    mayDrag_ = true;
    c_.selectLayer(id_);
    setFocus(Qt::MouseFocusReason);
}

void LayerCard::mouseMoveEvent(QMouseEvent* e)
{
    if (!mayDrag_) return;
    if (!dragging_ && (e->position().toPoint() - pressed_).manhattanLength() > QApplication::startDragDistance()) {
        dragging_ = true;
        setCursor(Qt::ClosedHandCursor);
        panel_.beginDrag(this, e->globalPosition().toPoint());
    } else if (dragging_) {
        panel_.dragTo(e->globalPosition().toPoint());
    }
}

void LayerCard::mouseReleaseEvent(QMouseEvent*)
{
    if (dragging_) panel_.endDrag();
    mayDrag_ = dragging_ = false;
    unsetCursor();
}

void LayerCard::mouseDoubleClickEvent(QMouseEvent*)
{
    c_.zoomToLayer(id_);
}

void LayerCard::contextMenuEvent(QContextMenuEvent* e)
{
    panel_.menuFor(id_, e->globalPos());
}

void LayerCard::focusInEvent(QFocusEvent* e)
{
    if (e->reason() == Qt::TabFocusReason || e->reason() == Qt::BacktabFocusReason) c_.selectLayer(id_);
    QFrame::focusInEvent(e);
}

} // namespace firmament::window
