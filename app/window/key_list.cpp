#include "app/window/key_list.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <QWheelEvent>
#include <algorithm>

#include "app/window/controls.h"
#include "app/window/omni_engine.h"

namespace firmament::window {

namespace {
constexpr int kHeading = 26, kEditor = 96;
}

// KeyField -----------------------------------------------------------------------------------------------------------

KeyField::KeyField(QWidget* parent) : QLineEdit(parent)
{
    setPlaceholderText(tr("Press the keys"));
    setAccessibleName(tr("New keys: press them"));
    setContextMenuPolicy(Qt::NoContextMenu);
}

bool KeyField::event(QEvent* event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        event->accept(); // the keys are not to do what they do now
        return true;
    }
    return QLineEdit::event(event);
}

void KeyField::keyPressEvent(QKeyEvent* e)
{
    const int key = e->key();
    if (key == Qt::Key_Escape) {
        emit givenUp();
        return;
    }
    if (key == Qt::Key_Control || key == Qt::Key_Shift || key == Qt::Key_Alt || key == Qt::Key_Meta || key == Qt::Key_AltGr || key == Qt::Key_unknown || key == 0) return;
    emit captured(keyOf(*e));
}

// KeyModel -----------------------------------------------------------------------------------------------------------

KeyModel::KeyModel(const CommandRegistry& commands, QObject* parent) : QAbstractListModel(parent), commands_(commands)
{
    refresh();
}

void KeyModel::setFilter(const QString& text)
{
    filter_ = text;
    refresh();
}

void KeyModel::refresh()
{
    beginResetModel();
    rows_.clear();
    QStringList groups;
    for (const Command& c : commands_.all())
        if (!groups.contains(c.group)) groups << c.group;
    for (const QString& group : groups)
        for (const Command& c : commands_.all())
            if (c.group == group && (filter_.isEmpty() || matchScore(filter_, c.text + QLatin1Char(' ') + c.words + QLatin1Char(' ') + c.allKeysText()) > 0)) rows_ << &c;
    endResetModel();
}

int KeyModel::rowOf(const QString& id) const
{
    for (int i = 0; i < rows_.size(); ++i)
        if (rows_[i]->id == id) return i;
    return -1;
}

bool KeyModel::begins(int row) const
{
    return row == 0 || rows_[row]->group != rows_[row - 1]->group;
}

int KeyModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(rows_.size());
}

QVariant KeyModel::data(const QModelIndex& index, int role) const
{
    const Command* c = command(index.row());
    if (!c) return {};
    const QString keys = c->keys.isEmpty() ? tr("no key") : c->allKeysText();
    switch (role) {
    case Qt::DisplayRole: return c->text;
    case Qt::AccessibleTextRole: return tr("%1, %2: %3").arg(c->group, c->text, keys);
    case Qt::ToolTipRole: {
        QStringList usual;
        for (const QKeySequence& key : c->usualKeys) usual << key.toString(QKeySequence::NativeText);
        const QString was = usual.isEmpty() ? tr("no key") : usual.join(QStringLiteral(", "));
        return c->keys == c->usualKeys ? tr("%1: %2").arg(c->text, keys) : tr("%1: %2 (usually %3)").arg(c->text, keys, was);
    }
    default: return {};
    }
}

// KeyList ------------------------------------------------------------------------------------------------------------

class KeyList::Delegate final : public QStyledItemDelegate {
public:
    explicit Delegate(KeyList& list) : QStyledItemDelegate(&list), list_(list) {}
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex& index) const override
    {
        const Command* c = list_.model_->command(index.row());
        const int row = list_.c_.style().touch() ? list_.c_.style().size("control") : 28;
        return {100, row + (list_.model_->begins(index.row()) ? kHeading : 0) + (c && c->id == list_.editing_ ? kEditor : 0)};
    }
    void paint(QPainter* p, const QStyleOptionViewItem& o, const QModelIndex& index) const override
    {
        const Command* c = list_.model_->command(index.row());
        if (!c) return;
        const Style& style = list_.c_.style();
        const Theme& t = style.theme();
        QRectF r = o.rect;
        p->save();
        p->setRenderHint(QPainter::Antialiasing);
        if (list_.model_->begins(index.row())) {
            p->setFont(style.font(TextRole::Caption, 600));
            p->setPen(t["textFaint"]);
            p->drawText(QRectF(r.x() + 4, r.y(), r.width() - 8, kHeading - 4), Qt::AlignLeft | Qt::AlignBottom, c->group);
            r.setTop(r.top() + kHeading);
        }
        const bool current = (o.state & QStyle::State_Selected) && list_.hasFocus();
        if (current || c->id == list_.editing_ || (o.state & QStyle::State_MouseOver)) {
            p->setPen(Qt::NoPen);
            p->setBrush(c->id == list_.editing_ ? t["raised"] : t["hover"]);
            p->drawRoundedRect(r.adjusted(0, 1, 0, -1), 6, 6);
        }
        if (current) paintFocusRing(*p, style, r.adjusted(0, 1, 0, -1), 6);
        if (c->id == list_.editing_) r.setHeight(r.height() - kEditor);
        // Keys from the right, then the text gets what is left.
        double right = r.right() - 6;
        p->setFont(style.font(TextRole::Caption, 500));
        const QFontMetricsF m(p->font());
        const bool changed = c->keys != c->usualKeys;
        for (qsizetype i = c->keys.size() - 1; i >= 0; --i) {
            const QString text = c->keys[i].toString(QKeySequence::NativeText);
            const double w = std::max(20.0, m.horizontalAdvance(text) + 12);
            const QRectF cap(right - w, r.center().y() - 9, w, 18);
            p->setPen(changed ? t["accent"] : t["line"]);
            p->setBrush(t["chip"]);
            p->drawRoundedRect(cap.adjusted(0.5, 0.5, -0.5, -0.5), 4, 4);
            p->setPen(changed ? t["accent"] : t["textDim"]);
            p->drawText(cap, Qt::AlignCenter, text);
            right = cap.left() - 5;
        }
        if (c->keys.isEmpty()) {
            const QString none = changed ? KeyList::tr("no key, changed") : KeyList::tr("no key");
            p->setPen(changed ? t["accent"] : t["textFaint"]);
            p->drawText(QRectF(r.x(), r.y(), right - r.x(), r.height()), Qt::AlignRight | Qt::AlignVCenter, none);
            right -= m.horizontalAdvance(none) + 8;
        }
        p->setFont(style.font(TextRole::Control));
        p->setPen(t["text"]);
        p->drawText(QRectF(r.x() + 8, r.y(), right - r.x() - 12, r.height()), Qt::AlignVCenter, QFontMetricsF(p->font()).elidedText(c->text, Qt::ElideRight, right - r.x() - 12));
        p->restore();
    }

private:
    KeyList& list_;
};

KeyList::KeyList(Controller& controller, QWidget* parent) : QListView(parent), c_(controller), model_(new KeyModel(controller.commands(), this))
{
    setAccessibleName(tr("Commands and their keys"));
    setModel(model_);
    setItemDelegate(new Delegate(*this));
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    connect(this, &QListView::clicked, this, [this](const QModelIndex& index) {
        if (const Command* c = model_->command(index.row())) edit(c->id == editing_ ? QString() : c->id);
    });
    connect(&c_, &Controller::keysChanged, this, [this] {
        const QString open = editing_;
        const int row = currentIndex().row();
        model_->refresh();
        if (row >= 0 && row < model_->rowCount()) setCurrentIndex(model_->index(row));
        edit(open);
    });
    connect(&c_.style(), &Style::changed, this, &KeyList::fit);
    fit();
}

int KeyList::setFilter(const QString& text)
{
    closeEditor();
    model_->setFilter(text);
    fit();
    return model_->rowCount();
}

void KeyList::fit()
{
    int h = 4;
    for (int i = 0; i < model_->rowCount(); ++i) h += itemDelegate()->sizeHint({}, model_->index(i)).height();
    scheduleDelayedItemsLayout();
    if (h == height() && h == maximumHeight()) return;
    setFixedHeight(h);
    emit heightChanged();
}

void KeyList::closeEditor()
{
    if (const int row = model_->rowOf(editing_); row >= 0) setIndexWidget(model_->index(row), nullptr);
    editing_.clear();
    adding_ = false;
}

void KeyList::edit(const QString& id)
{
    const bool same = id == editing_ && !id.isEmpty();
    const bool adding = adding_;
    const bool focus = !same || !field_;
    closeEditor();
    const int row = model_->rowOf(id);
    if (row >= 0) {
        editing_ = id;
        adding_ = same && adding;
        setIndexWidget(model_->index(row), makeEditor(*model_->command(row)));
        setCurrentIndex(model_->index(row));
    }
    fit();
    doItemsLayout();
    viewport()->update();
    if (row < 0) return;
    emit revealWanted(visualRect(model_->index(row)));
    if (focus && field_) field_->setFocus(Qt::OtherFocusReason);
}

QWidget* KeyList::makeEditor(const Command& command)
{
    auto* box = new QWidget(viewport());
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(8, 0, 8, 6);
    column->setSpacing(6);
    column->addStretch(1);
    auto* line = new QHBoxLayout;
    line->setSpacing(6);
    field_ = new KeyField(box);
    line->addWidget(field_, 1);
    const auto button = [&](const QString& text, const QString& name, auto&& run) {
        auto* b = new QPushButton(text, box);
        b->setAccessibleName(name);
        b->setToolTip(name);
        connect(b, &QPushButton::clicked, this, run);
        line->addWidget(b);
        return b;
    };
    const QString id = command.id;
    button(tr("Add"), tr("Add another key to \"%1\"").arg(command.text), [this] {
        adding_ = true;
        say(tr("The next keys are added."), false);
        if (field_) field_->setFocus(Qt::OtherFocusReason);
    });
    button(tr("No key"), tr("Take all keys from \"%1\"").arg(command.text), [this, id] { c_.setKeys(id, {}); });
    auto* reset = button(tr("Reset"), tr("Give \"%1\" its usual keys").arg(command.text), [this, id] {
        QString why;
        const Command* c = c_.commands().find(id);
        if (c && !c_.setKeys(id, c->usualKeys, &why)) say(tr("%1. Nothing was changed.").arg(why), true);
    });
    reset->setEnabled(command.keys != command.usualKeys);
    column->addLayout(line);
    note_ = makeLabel(tr("The keys that are pressed replace the present ones. Esc leaves."), "faint", box);
    note_->setWordWrap(true);
    note_->setMinimumHeight(34);
    note_->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(note_);
    connect(field_, &KeyField::captured, this, &KeyList::take);
    connect(field_, &KeyField::givenUp, this, [this] {
        edit({});
        setFocus(Qt::OtherFocusReason);
    });
    return box;
}

void KeyList::say(const QString& text, bool wrong)
{
    if (!note_) return;
    note_->setText(text);
    note_->setStyleSheet(wrong ? c_.style().theme().fill(QStringLiteral("color: {{error}};")) : QString());
}

void KeyList::take(const QKeySequence& key)
{
    const Command* c = c_.commands().find(editing_);
    if (!c) return;
    QList<QKeySequence> keys = adding_ ? c->keys : QList<QKeySequence>();
    if (!keys.contains(key)) keys << key;
    QString why;
    if (!c_.setKeys(editing_, keys, &why)) say(tr("%1. Nothing was changed.").arg(why), true);
    else if (field_) field_->setFocus(Qt::OtherFocusReason);
}

void KeyList::keyPressEvent(QKeyEvent* e)
{
    if (e->key() == Qt::Key_Return || e->key() == Qt::Key_Enter || e->key() == Qt::Key_F2) {
        if (const Command* c = model_->command(currentIndex().row())) edit(c->id);
        return;
    }
    if (e->key() == Qt::Key_Escape && !editing_.isEmpty()) return edit({});
    QListView::keyPressEvent(e);
}

void KeyList::currentChanged(const QModelIndex& current, const QModelIndex& previous)
{
    QListView::currentChanged(current, previous);
    if (current.isValid() && hasFocus()) emit revealWanted(visualRect(current));
}

void KeyList::wheelEvent(QWheelEvent* e)
{
    e->ignore(); // the page scrolls
}

void KeyList::resizeEvent(QResizeEvent* e)
{
    QListView::resizeEvent(e);
    scheduleDelayedItemsLayout();
}

} // namespace firmament::window
