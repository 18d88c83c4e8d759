#include "app/window/omnibox.h"

#include <QAbstractListModel>
#include <QFrame>
#include <QKeyEvent>
#include <QListView>
#include <QPainter>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "app/window/controls.h"
#include "app/window/escape_key.h"
#include "app/window/floating.h"

namespace firmament::window {

namespace {
constexpr int kMostRows = 10, kListWidth = 640;

int rowHeight(const Style& style)
{
    return style.touch() ? 44 : 36;
}

}

class OmniModel final : public QAbstractListModel {
public:
    using QAbstractListModel::QAbstractListModel;
    std::vector<OmniRow> rows;
    void set(std::vector<OmniRow> next)
    {
        beginResetModel();
        rows = std::move(next);
        endResetModel();
    }
    int rowCount(const QModelIndex& parent = {}) const override { return parent.isValid() ? 0 : static_cast<int>(rows.size()); }
    QVariant data(const QModelIndex& index, int role) const override
    {
        if (!index.isValid()) return {};
        const OmniRow& r = rows[static_cast<size_t>(index.row())];
        if (role == Qt::DisplayRole || role == Qt::AccessibleTextRole) return QStringLiteral("%1: %2 %3").arg(r.group, r.title, r.detail);
        if (role == Qt::ToolTipRole) return r.detail.isEmpty() ? r.title : r.title + QLatin1Char('\n') + r.detail;
        return {};
    }
};

namespace {

class OmniDelegate final : public QStyledItemDelegate {
public:
    OmniDelegate(const Style& style, const OmniModel& model, QObject* parent) : QStyledItemDelegate(parent), style_(style), model_(model) {}
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {kListWidth, rowHeight(style_)}; }
    void paint(QPainter* p, const QStyleOptionViewItem& o, const QModelIndex& index) const override
    {
        const OmniRow& row = model_.rows[static_cast<size_t>(index.row())];
        const Theme& t = style_.theme();
        p->save();
        p->setRenderHint(QPainter::Antialiasing);
        const QRectF r = QRectF(o.rect).adjusted(4, 1, -4, -1);
        const bool current = o.state & QStyle::State_Selected;
        if (current) {
            p->setPen(Qt::NoPen);
            p->setBrush(t["accentWash"]);
            p->drawRoundedRect(r, 6, 6);
        }
        const double ratio = p->device()->devicePixelRatioF();
        p->drawPixmap(QPointF(r.x() + 10, r.center().y() - 8), style_.pixmap(row.icon, 16, current ? t["accent"] : t["textDim"], ratio));
        // Right: key or note, and the group's name where the group begins.
        const bool begins = index.row() == 0 || model_.rows[static_cast<size_t>(index.row()) - 1].group != row.group;
        double right = r.right() - 10;
        p->setFont(style_.font(TextRole::Caption));
        const QString note = row.right.isEmpty() ? (begins ? row.group : QString()) : begins ? row.group + QStringLiteral("   ") + row.right : row.right;
        const double noteWidth = QFontMetricsF(p->font()).horizontalAdvance(note);
        p->setPen(t["textFaint"]);
        p->drawText(QRectF(right - noteWidth, r.y(), noteWidth + 1, r.height()), Qt::AlignVCenter, note);
        right -= noteWidth + 12;
        double x = r.x() + 36;
        p->setFont(style_.font(TextRole::Body, 500));
        p->setPen(row.run ? t["text"] : t["textDim"]);
        const QFontMetricsF tm(p->font());
        const QString title = tm.elidedText(row.title, Qt::ElideRight, right - x);
        p->drawText(QRectF(x, r.y(), right - x, r.height()), Qt::AlignVCenter, title);
        x += tm.horizontalAdvance(title) + 10;
        if (right - x > 30) {
            p->setFont(style_.font(TextRole::Small));
            p->setPen(t["textFaint"]);
            p->drawText(QRectF(x, r.y(), right - x, r.height()), Qt::AlignVCenter, QFontMetricsF(p->font()).elidedText(row.detail, Qt::ElideRight, right - x));
        }
        p->restore();
    }

private:
    const Style& style_;
    const OmniModel& model_;
};

class OmniFrame final : public QFrame {
public:
    OmniFrame(const Style& style, QWidget* parent) : QFrame(parent), style_(style) {}

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        p.setPen(style_["line"]);
        p.setBrush(style_["panel"]);
        p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
    }

private:
    const Style& style_;
};

} // namespace

OmniBox::OmniBox(Controller& controller, QWidget* parent) : QLineEdit(parent), c_(controller), engine_(controller)
{
    setProperty("omnibox", true);
    setPlaceholderText(tr("Go to a place, open a survey or file, run a command"));
    setAccessibleName(tr("Go to, open or run"));
    setFrame(false);
    new EscapeKey(this, [this] { close(); });
    connect(this, &QLineEdit::textEdited, this, [this] {
        pastAt_ = -1;
        refresh();
    });
}

OmniBox::~OmniBox()
{
    delete frame_;
}

void OmniBox::open(const QString& text)
{
    if (!hasFocus()) cameFrom_ = window()->focusWidget();
    setFocus(Qt::ShortcutFocusReason);
    setText(text);
    if (text.isEmpty()) selectAll();
    refresh();
}

void OmniBox::ensureList()
{
    if (frame_) return;
    model_ = new OmniModel(this);
    auto* frame = new OmniFrame(c_.style(), window());
    frame->setAccessibleName(tr("Suggestions"));
    frame_ = frame;
    frame->hide();
    new Shadow(c_.style(), frame);
    auto* column = new QVBoxLayout(frame);
    column->setContentsMargins(4, 6, 4, 6);
    list_ = new QListView(frame);
    list_->setAccessibleName(tr("Suggestions"));
    list_->setModel(model_);
    list_->setItemDelegate(new OmniDelegate(c_.style(), *model_, list_));
    list_->setFocusPolicy(Qt::NoFocus);
    list_->setUniformItemSizes(true);
    list_->setMouseTracking(true);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    column->addWidget(list_);
    connect(list_, &QListView::clicked, this, [this](const QModelIndex& i) { choose(i.row()); });
}

void OmniBox::refresh()
{
    ensureList();
    model_->set(engine_.rows(text()));
    if (!model_->rows.empty()) list_->setCurrentIndex(model_->index(0));
    showList();
}

void OmniBox::showList()
{
    const int rows = std::min(kMostRows, model_->rowCount());
    if (rows == 0) {
        frame_->hide();
        return;
    }
    const int width = std::min(kListWidth, window()->width() - 16);
    const QPoint under = mapTo(window(), QPoint(QLineEdit::width() / 2, height() + 6));
    frame_->setGeometry(std::clamp(under.x() - width / 2, 8, window()->width() - width - 8), under.y(), width, rows * rowHeight(c_.style()) + 14);
    frame_->show();
    frame_->raise();
}

void OmniBox::close()
{
    if (frame_) frame_->hide();
    clear();
    QWidget* back = cameFrom_ ? cameFrom_.data() : nullptr;
    if (back) back->setFocus();
    else clearFocus();
}

void OmniBox::choose(int row)
{
    if (!model_ || row < 0 || row >= model_->rowCount()) return;
    const auto run = model_->rows[static_cast<size_t>(row)].run;
    if (!run) return;
    if (!text().trimmed().isEmpty()) {
        past_.removeAll(text());
        past_.prepend(text());
    }
    close();
    run();
}

void OmniBox::step(int by)
{
    if (!list_ || model_->rowCount() == 0) return;
    const int next = std::clamp(list_->currentIndex().row() + by, 0, model_->rowCount() - 1);
    list_->setCurrentIndex(model_->index(next));
}

void OmniBox::keyPressEvent(QKeyEvent* e)
{
    switch (e->key()) {
    case Qt::Key_Down: step(1); return;
    case Qt::Key_Up:
        // At the top row, Up goes through what was typed before.
        if (list_ && list_->currentIndex().row() <= 0 && pastAt_ + 1 < past_.size() && (text().isEmpty() || pastAt_ >= 0)) {
            setText(past_[++pastAt_]);
            refresh();
            return;
        }
        step(-1);
        return;
    case Qt::Key_PageDown: step(kMostRows); return;
    case Qt::Key_PageUp: step(-kMostRows); return;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        if (!frame_ || !frame_->isVisible()) refresh();
        choose(list_->currentIndex().row());
        return;
    default: QLineEdit::keyPressEvent(e);
    }
}

void OmniBox::focusInEvent(QFocusEvent* e)
{
    QLineEdit::focusInEvent(e);
    if (e->reason() == Qt::MouseFocusReason) refresh();
}

void OmniBox::focusOutEvent(QFocusEvent* e)
{
    QLineEdit::focusOutEvent(e);
    // A click into the list keeps the focus here (the list takes none); anything else closes it, the text stays.
    if (frame_ && e->reason() != Qt::ActiveWindowFocusReason && e->reason() != Qt::PopupFocusReason) frame_->hide();
}

void OmniBox::paintEvent(QPaintEvent* e)
{
    QLineEdit::paintEvent(e);
    QPainter p(this);
    const Theme& t = c_.style().theme();
    p.drawPixmap(QPointF(11, (height() - 16) / 2.0), c_.style().pixmap(QStringLiteral("search"), 16, t["textFaint"], devicePixelRatioF()));
    if (hasFocus() || !text().isEmpty()) return;
    p.setRenderHint(QPainter::Antialiasing);
    p.setFont(c_.style().font(TextRole::Caption, 500));
    const QRectF cap(width() - 52, (height() - 18) / 2.0, 44, 18);
    p.setPen(t["line"]);
    p.setBrush(t["chip"]);
    p.drawRoundedRect(cap, 4, 4);
    p.setPen(t["textDim"]);
    p.drawText(cap, Qt::AlignCenter, tr("Ctrl K"));
}

} // namespace firmament::window
