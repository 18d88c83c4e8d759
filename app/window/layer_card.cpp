#include "app/window/layer_card.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPainterPath>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "app/window/blend_control.h"
#include "app/window/escape_key.h"
#include "app/window/layers_panel.h"

namespace firmament::window {

namespace {

constexpr int kThumb = 36, kThumbX = 26, kTextX = 70;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

/// The last words of the line of a layer that lies elsewhere: a button instead.
constexpr QLatin1StringView kGoThere("go there");

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

QString stateLine(const scene::LayerReport& r)
{
    const QString line = q(r.line);
    if (r.nextTrySeconds < 0) return line;
    // "Server answered 503, 12 of 14 tiles": the bar shows the count, the line says what comes next.
    return LayerCard::tr("%1, next try in %2 s").arg(line.section(QStringLiteral(", "), 0, 0)).arg(static_cast<int>(std::ceil(r.nextTrySeconds)));
}

LayerCard::LayerCard(LayersPanel& panel, Controller& controller, scene::LayerId id) : QFrame(&panel), panel_(panel), c_(controller), id_(id)
{
    setFocusPolicy(Qt::StrongFocus);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    buildHead();
    column->addWidget(head_);
    buildOpen();
    column->addWidget(open_);
    refresh();
}

void LayerCard::buildHead()
{
    head_ = new QWidget(this);
    auto* row = new QHBoxLayout(head_);
    row->setContentsMargins(kTextX, 0, 4, 0);
    row->setSpacing(0);
    auto* text = new QVBoxLayout;
    text->setContentsMargins(0, 4, 0, 0);
    text->setSpacing(0);
    name_ = new ElidedLabel(this);
    state_ = new ElidedLabel(this);
    state_->setProperty("dim", true);
    state_->setProperty("small", true);
    stateIcon_ = new QLabel(this);
    stateIcon_->setFixedSize(14, 24); // the height of the link that may stand in this row: nothing moves when it comes
    go_ = new QPushButton(this);
    go_->setProperty("link", true);
    go_->setCursor(Qt::PointingHandCursor);
    go_->hide();
    connect(go_, &QPushButton::clicked, this, [this] {
        if (failed_) c_.scene().retryFailed(id_);
        else c_.zoomToLayer(id_);
    });
    auto* stateRow = new QHBoxLayout;
    stateRow->setSpacing(6);
    stateRow->addWidget(stateIcon_);
    stateRow->addWidget(state_, 1);
    stateRow->addWidget(go_);
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
}

void LayerCard::buildOpen()
{
    open_ = new QWidget(this);
    auto* column = new QVBoxLayout(open_);
    column->setContentsMargins(kThumbX, 0, 10, 4);
    column->setSpacing(2);
    progress_ = new QProgressBar(open_);
    progress_->setTextVisible(false);
    progress_->setAccessibleName(tr("Loading"));
    progress_->setFixedHeight(3);
    QSizePolicy keep = progress_->sizePolicy();
    keep.setRetainSizeWhenHidden(true);
    progress_->setSizePolicy(keep);
    column->addWidget(progress_);
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
    percent_->setProperty("small", true);
    holdWidth(percent_, c_.style(), {tr("%1 %").arg(100)}, TextRole::Small);
    percent_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    line->addWidget(percent_);
    blend_ = new QPushButton(this);
    blend_->setProperty("chipItem", true);
    connect(blend_, &QPushButton::clicked, this, [this] {
        QMenu menu;
        const scene::LayerState* l = c_.layer(id_);
        fillBlendMenu(menu, l ? std::optional(l->blend) : std::nullopt, [this](render::Blend b) { c_.changeLayer(id_, tr("Blend"), [b](scene::LayerState& s) { s.blend = b; }); });
        menu.exec(blend_->mapToGlobal(QPoint(0, blend_->height())));
    });
    line->addWidget(blend_);
    column->addLayout(line);
}

void LayerCard::refresh()
{
    const scene::LayerState* l = c_.layer(id_);
    if (!l) return;
    const bool selected = c_.selectedLayer() == id_;
    visible_ = l->visible;
    symbol_ = QString::fromLatin1(symbolOf(l->content));
    const QString title = c_.layerTitle(*l);
    name_->setFullText(title);
    setAccessibleName(title);
    eye_->setIconName(l->visible ? QStringLiteral("eye") : QStringLiteral("eye-off"));
    eye_->setAccessibleName(l->visible ? tr("Hide %1").arg(title) : tr("Show %1").arg(title));
    eye_->setToolTip(eye_->accessibleName());
    menu_->setAccessibleName(tr("Menu of %1").arg(title));
    name_->setStyleSheet(c_.style().theme().fill(l->visible ? QStringLiteral("font-weight: 600; color: {{text}};") : QStringLiteral("font-weight: 600; color: {{textFaint}};")));
    const QSignalBlocker quiet(opacity_);
    opacity_->setValue(static_cast<int>(std::lround(l->opacity * 100)));
    opacity_->setAccessibleName(tr("Opacity of %1").arg(title));
    percent_->setText(tr("%1 %").arg(opacity_->value()));
    blend_->setText(blendName(l->blend));
    blend_->setAccessibleName(tr("Blend of %1: %2").arg(title, blendName(l->blend)));
    blend_->setToolTip(tr("Blend: how this layer joins what is below it"));
    const int closed = c_.style().size("layerCard"), open = c_.style().size("layerCardOpen");
    head_->setFixedHeight(closed);
    open_->setFixedHeight(open - closed);
    open_->setVisible(selected);
    setFixedHeight(selected ? open : closed);
    update();
}

void LayerCard::showReport(const scene::LayerReport& r)
{
    // What is whole, but old and not checked, is marked as such.
    const PhaseLook look = phaseLook(r.phase == scene::LayerPhase::Complete && r.copyOf > 0 ? scene::LayerPhase::Offline : r.phase);
    QString line = stateLine(r);
    const bool elsewhere = r.goThere && line.endsWith(kGoThere);
    if (elsewhere) line = line.chopped(kGoThere.size()).trimmed();
    if (state_->fullText() != line) {
        state_->setFullText(line);
        setAccessibleDescription(line);
    }
    failed_ = r.phase == scene::LayerPhase::Failed;
    go_->setText(failed_ ? tr("Retry") : tr("go there"));
    go_->setAccessibleName((failed_ ? tr("Try again: %1") : tr("Go to where %1 has data")).arg(name_->fullText()));
    go_->setToolTip(go_->accessibleName());
    go_->setVisible(elsewhere || failed_);
    stateIcon_->setPixmap(c_.style().pixmap(QString::fromLatin1(look.icon), 14, c_.style()[look.token], devicePixelRatioF()));
    const bool loading = (r.phase == scene::LayerPhase::Loading || r.phase == scene::LayerPhase::Partial) && r.total > 0;
    progress_->setRange(0, std::max(1, r.total));
    progress_->setValue(loading ? r.done : 0);
    progress_->setVisible(loading);
}

void LayerCard::dropPicture()
{
    picture_ = {};
    update(thumb());
}

void LayerCard::setPicture(const QImage& picture)
{
    picture_ = QPixmap::fromImage(picture);
    picture_.setDevicePixelRatio(picture.width() / static_cast<double>(kThumb));
    update(thumb());
}

QRect LayerCard::thumb() const
{
    return {kThumbX, (head_->maximumHeight() - kThumb) / 2, kThumb, kThumb};
}

void LayerCard::rename()
{
    const scene::LayerState* l = c_.layer(id_);
    if (!l || edit_) return;
    edit_ = new QLineEdit(q(l->name).isEmpty() ? c_.layerTitle(*l) : q(l->name), this);
    edit_->setProperty("titleEdit", true);
    edit_->setAccessibleName(tr("New name of the layer"));
    const QRect place = name_->geometry();
    edit_->setGeometry(place.x() - 4, place.center().y() - 12, menu_->x() - place.x(), 24);
    edit_->show();
    edit_->setFocus();
    edit_->selectAll();
    new EscapeKey(edit_, [this] {
        std::exchange(edit_, nullptr)->deleteLater();
        setFocus();
    });
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
    const bool selected = c_.isSelected(id_);
    p.setPen(selected ? QPen(t["accent"], 2) : hasFocus() ? QPen(t["accent"], 1) : QPen(t["lineSoft"], 1));
    p.setBrush(underMouse() && !selected ? t["hover"] : t["raised"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
    if (selected && hasFocus() && byKey_) paintFocusRing(p, c_.style(), QRectF(rect()).adjusted(3, 3, -3, -3), 6); // inside: the frame tells what is chosen
    const double ratio = devicePixelRatioF();
    const QRect small = thumb();
    p.drawPixmap(8, small.center().y() - 6, c_.style().pixmap(QStringLiteral("grip-vertical"), 14, t["textFaint"], ratio));
    QPainterPath frame;
    frame.addRoundedRect(QRectF(small).adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
    p.fillPath(frame, t.name == ThemeName::Night ? t["windowBg"] : QColor(0x0A, 0x0C, 0x11)); // the sky is dark in every theme
    if (!visible_) p.setOpacity(0.45);
    if (!picture_.isNull()) {
        p.save();
        p.setClipPath(frame);
        p.drawPixmap(small.topLeft(), picture_);
        p.restore();
    } else {
        p.drawPixmap(small.topLeft() + QPoint(9, 9), c_.style().pixmap(symbol_, 18, t["canvasTextDim"], ratio));
    }
    p.setOpacity(1);
    p.setBrush(Qt::NoBrush);
    p.setPen(QPen(t["line"], 1));
    p.drawPath(frame);
}

void LayerCard::keyPressEvent(QKeyEvent* e)
{
    panel_.keyPressEvent(e);
}

void LayerCard::mousePressEvent(QMouseEvent* e)
{
    if (e->button() != Qt::LeftButton) return;
    pressed_ = e->position().toPoint();
    mayDrag_ = true;
    if (e->modifiers() & Qt::ControlModifier) c_.toggleLayer(id_);
    else if (e->modifiers() & Qt::ShiftModifier) c_.selectLayersTo(id_);
    else c_.selectLayer(id_);
    setFocus(Qt::MouseFocusReason);
}

void LayerCard::mouseMoveEvent(QMouseEvent* e)
{
    if (!mayDrag_) return;
    if (!dragging_ && (e->position().toPoint() - pressed_).manhattanLength() > QApplication::startDragDistance()) {
        dragging_ = true;
        setCursor(Qt::ClosedHandCursor);
        panel_.beginDrag(id_, 0, e->globalPosition().toPoint());
    } else if (dragging_) {
        panel_.dragTo(e->globalPosition().toPoint());
    }
}

void LayerCard::mouseReleaseEvent(QMouseEvent*)
{
    if (std::exchange(dragging_, false)) panel_.endDrag();
    mayDrag_ = false;
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
    byKey_ = e->reason() != Qt::MouseFocusReason;
    if (e->reason() == Qt::TabFocusReason || e->reason() == Qt::BacktabFocusReason) c_.selectLayer(id_);
    QFrame::focusInEvent(e);
}

} // namespace firmament::window
