#include "app/window/group_row.h"

#include <QApplication>
#include <QContextMenuEvent>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <algorithm>

#include "app/window/escape_key.h"
#include "app/window/layers_panel.h"
#include "scene/stacks.h"

namespace firmament::window {

GroupRow::GroupRow(LayersPanel& panel, Controller& controller, scene::GroupId id) : QFrame(&panel), panel_(panel), c_(controller), id_(id)
{
    setFocusPolicy(Qt::StrongFocus);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(4, 0, 4, 0);
    row->setSpacing(4);
    fold_ = new IconButton(c_.style(), QStringLiteral("chevron-down"), tr("Fold"), this);
    fold_->setBox({24, 26}, 14);
    connect(fold_, &QAbstractButton::clicked, this, [this] {
        const scene::LayerGroup* g = scene::findGroup(c_.document(), id_);
        if (g) fold(!g->folded);
    });
    row->addWidget(fold_);
    name_ = new ElidedLabel(this);
    row->addWidget(name_, 1);
    count_ = makeLabel({}, "faint", this);
    row->addWidget(count_);
    menu_ = new IconButton(c_.style(), QStringLiteral("ellipsis"), tr("Group menu"), this);
    menu_->setBox({24, 26});
    connect(menu_, &QAbstractButton::clicked, this, [this] { showMenu(menu_->mapToGlobal(QPoint(0, menu_->height()))); });
    row->addWidget(menu_);
    eye_ = new IconButton(c_.style(), QStringLiteral("eye"), tr("Visible"), this);
    eye_->setBox({24, 26});
    connect(eye_, &QAbstractButton::clicked, this, &GroupRow::toggleVisible);
    row->addWidget(eye_);
    refresh();
}

QString GroupRow::title() const
{
    const scene::LayerGroup* g = scene::findGroup(c_.document(), id_);
    return g && !g->name.empty() ? QString::fromStdString(g->name) : tr("Group");
}

bool GroupRow::anyVisible() const
{
    return std::any_of(c_.document().layers.begin(), c_.document().layers.end(), [this](const scene::LayerState& l) { return l.group == id_ && l.visible; });
}

void GroupRow::refresh()
{
    const scene::LayerGroup* g = scene::findGroup(c_.document(), id_);
    if (!g) return;
    const auto members = std::count_if(c_.document().layers.begin(), c_.document().layers.end(), [this](const scene::LayerState& l) { return l.group == id_; });
    const bool visible = anyVisible();
    name_->setFullText(title());
    name_->setStyleSheet(c_.style().theme().fill(visible ? QStringLiteral("font-weight: 600; color: {{text}};") : QStringLiteral("font-weight: 600; color: {{textFaint}};")));
    count_->setText(QString::number(members));
    setAccessibleName(tr("Group %1").arg(title()));
    const QString count = members == 1 ? tr("1 layer") : tr("%1 layers").arg(members);
    setAccessibleDescription(g->folded ? tr("%1, folded").arg(count) : count);
    fold_->setIconName(g->folded ? QStringLiteral("chevron-right") : QStringLiteral("chevron-down"));
    fold_->setAccessibleName(g->folded ? tr("Unfold %1").arg(title()) : tr("Fold %1").arg(title()));
    fold_->setToolTip(fold_->accessibleName());
    menu_->setAccessibleName(tr("Menu of %1").arg(title()));
    eye_->setIconName(visible ? QStringLiteral("eye") : QStringLiteral("eye-off"));
    eye_->setAccessibleName(visible ? tr("Hide all of %1").arg(title()) : tr("Show all of %1").arg(title()));
    eye_->setToolTip(eye_->accessibleName());
    setFixedHeight(c_.style().box({32, 32}).height());
    update();
}

void GroupRow::fold(bool folded)
{
    c_.history().apply((folded ? tr("Fold %1") : tr("Unfold %1")).arg(title()).toStdString(), [&](scene::Document& d) {
        for (scene::LayerGroup& g : d.groups)
            if (g.id == id_) g.folded = folded;
    });
}

void GroupRow::toggleVisible()
{
    const bool show = !anyVisible();
    c_.history().apply((show ? tr("Show %1") : tr("Hide %1")).arg(title()).toStdString(), [&](scene::Document& d) {
        for (scene::LayerState& l : d.layers)
            if (l.group == id_) l.visible = show;
    });
}

void GroupRow::dissolve()
{
    c_.history().apply(tr("Ungroup %1").arg(title()).toStdString(), [&](scene::Document& d) {
        for (scene::LayerState& l : d.layers)
            if (l.group == id_) l.group = 0;
        scene::tidyGroups(d);
    });
}

void GroupRow::rename()
{
    if (edit_) return;
    edit_ = new QLineEdit(title(), this);
    edit_->setProperty("titleEdit", true);
    edit_->setAccessibleName(tr("New name of the group"));
    edit_->setGeometry(name_->geometry().adjusted(-4, 0, 0, 0).x(), 4, name_->width() + 4, 24);
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
        c_.history().apply(tr("Rename group").toStdString(), [&](scene::Document& d) {
            for (scene::LayerGroup& g : d.groups)
                if (g.id == id_) g.name = name;
        });
        setFocus();
    });
}

void GroupRow::showMenu(const QPoint& global)
{
    QMenu menu;
    const scene::LayerGroup* g = scene::findGroup(c_.document(), id_);
    if (!g) return;
    menu.addAction(g->folded ? tr("Unfold\tRight") : tr("Fold\tLeft"), this, [this, folded = g->folded] { fold(!folded); });
    menu.addAction(c_.style().icon(QStringLiteral("eye")), anyVisible() ? tr("Hide all\tSpace") : tr("Show all\tSpace"), this, &GroupRow::toggleVisible);
    menu.addAction(c_.style().icon(QStringLiteral("pencil")), tr("Rename\tF2"), this, &GroupRow::rename);
    menu.addSeparator();
    menu.addAction(tr("Ungroup\tDel"), this, &GroupRow::dissolve);
    menu.exec(global);
}

void GroupRow::keyPressEvent(QKeyEvent* e)
{
    // What the keys of layers do to a layer, they do to the group.
    const Command* command = c_.commands().find(KeyScope::Layers, keyOf(*e));
    const QString id = command ? command->id : QString();
    if (id == QLatin1String("layer.visible")) return toggleVisible();
    if (id == QLatin1String("layer.rename")) return rename();
    if (id == QLatin1String("layer.remove")) return dissolve();
    switch (e->key()) {
    case Qt::Key_Left: fold(true); return;
    case Qt::Key_Right: fold(false); return;
    case Qt::Key_Return:
    case Qt::Key_Enter: fold_->click(); return;
    default: panel_.keyPressEvent(e);
    }
}

void GroupRow::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    const Theme& t = c_.style().theme();
    p.setPen(hasFocus() ? QPen(t["accent"], 2) : Qt::NoPen);
    p.setBrush(underMouse() ? t["hover"] : QColor(Qt::transparent));
    p.drawRoundedRect(QRectF(rect()).adjusted(1, 1, -1, -1), 8, 8);
}

void GroupRow::mousePressEvent(QMouseEvent* e)
{
    if (e->button() != Qt::LeftButton) return;
    pressed_ = e->position().toPoint();
    mayDrag_ = true;
    setFocus(Qt::MouseFocusReason);
}

void GroupRow::mouseMoveEvent(QMouseEvent* e)
{
    if (!mayDrag_) return;
    if (!dragging_ && (e->position().toPoint() - pressed_).manhattanLength() > QApplication::startDragDistance()) {
        dragging_ = true;
        setCursor(Qt::ClosedHandCursor);
        panel_.beginDrag(0, id_, e->globalPosition().toPoint());
    } else if (dragging_) {
        panel_.dragTo(e->globalPosition().toPoint());
    }
}

void GroupRow::mouseReleaseEvent(QMouseEvent*)
{
    if (std::exchange(dragging_, false)) panel_.endDrag();
    mayDrag_ = false;
    unsetCursor();
}

void GroupRow::mouseDoubleClickEvent(QMouseEvent*)
{
    fold_->click();
}

void GroupRow::contextMenuEvent(QContextMenuEvent* e)
{
    showMenu(e->globalPos());
}

} // namespace firmament::window
