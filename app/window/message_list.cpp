#include "app/window/message_list.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QListView>
#include <QMouseEvent>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>

#include "app/window/controls.h"

namespace firmament::window {

class MessageList::Filter final : public QSortFilterProxyModel {
public:
    using QSortFilterProxyModel::QSortFilterProxyModel;
    void setLeast(scene::Severity s)
    {
        least_ = s;
        invalidateFilter();
    }

protected:
    bool filterAcceptsRow(int row, const QModelIndex& parent) const override
    {
        return sourceModel()->index(row, 0, parent).data(MessageModel::SeverityRole).toInt() >= static_cast<int>(least_);
    }

private:
    scene::Severity least_ = scene::Severity::Info;
};

namespace {

class MessageDelegate final : public QStyledItemDelegate {
public:
    using Ask = std::function<bool(const QModelIndex&)>;
    using Run = std::function<void(const QModelIndex&)>;
    MessageDelegate(const Style& style, Ask canRetry, Run retry, QObject* parent)
        : QStyledItemDelegate(parent), style_(style), canRetry_(std::move(canRetry)), retry_(std::move(retry))
    {
    }
    QSize sizeHint(const QStyleOptionViewItem& o, const QModelIndex& i) const override
    {
        const QFontMetrics m(style_.font(TextRole::Small));
        const int width = std::max(100, o.rect.width() > 0 ? o.rect.width() : 390);
        const QRect r = m.boundingRect(QRect(0, 0, width - 44, 1000), Qt::TextWordWrap, i.data(MessageModel::SentenceRole).toString());
        return {width, std::min(r.height(), 4 * m.lineSpacing()) + 18 + 14};
    }
    void paint(QPainter* p, const QStyleOptionViewItem& o, const QModelIndex& i) const override
    {
        const Theme& t = style_.theme();
        p->save();
        if (o.state & QStyle::State_Selected) p->fillRect(o.rect, t["accentWash"]);
        if (o.state & QStyle::State_HasFocus) paintFocusRing(*p, style_, QRectF(o.rect).adjusted(2, 1, -2, -1), 6);
        const int severity = i.data(MessageModel::SeverityRole).toInt();
        const char* icon = severity == 2 ? "circle-alert" : severity == 1 ? "triangle-alert" : "info";
        const char* token = severity == 2 ? "error" : severity == 1 ? "warn" : "accent";
        p->drawPixmap(o.rect.x() + 10, o.rect.y() + 8, style_.pixmap(QString::fromLatin1(icon), 16, t[token], p->device()->devicePixelRatioF()));
        QRect r = o.rect.adjusted(34, 6, -10, -6);
        const QString time = timeOf(i);
        p->setFont(style_.font(TextRole::Caption));
        p->setPen(t["textFaint"]);
        int w = QFontMetrics(p->font()).horizontalAdvance(time);
        p->drawText(QRect(r.right() - w, r.y(), w + 1, 18), Qt::AlignVCenter, time);
        if (canRetry_(i)) {
            p->setFont(style_.font(TextRole::Small, 500));
            p->setPen(t["accent"]);
            const QRect link = retryArea(o.rect, i);
            p->drawText(link, Qt::AlignCenter, retryWord());
            w = r.right() - link.left();
        }
        p->setFont(style_.font(TextRole::Small, 600));
        p->setPen(t["text"]);
        p->drawText(QRect(r.x(), r.y(), r.width() - w - 10, 18), Qt::AlignVCenter, QFontMetrics(p->font()).elidedText(i.data(MessageModel::ThingRole).toString(), Qt::ElideMiddle, r.width() - w - 10));
        p->setFont(style_.font(TextRole::Small));
        p->setPen(t["textDim"]);
        p->drawText(r.adjusted(0, 19, 0, 4), Qt::TextWordWrap, i.data(MessageModel::SentenceRole).toString());
        p->restore();
    }
    bool editorEvent(QEvent* event, QAbstractItemModel*, const QStyleOptionViewItem& o, const QModelIndex& i) override
    {
        if (event->type() != QEvent::MouseButtonRelease || !canRetry_(i)) return false;
        const auto* mouse = static_cast<QMouseEvent*>(event);
        if (mouse->button() != Qt::LeftButton || !retryArea(o.rect, i).contains(mouse->position().toPoint())) return false;
        retry_(i);
        return true;
    }
    /// Left of the time; as high as a finger or an unsteady hand needs.
    QRect retryArea(const QRect& row, const QModelIndex& i) const
    {
        const int time = QFontMetrics(style_.font(TextRole::Caption)).horizontalAdvance(timeOf(i));
        const int word = QFontMetrics(style_.font(TextRole::Small, 500)).horizontalAdvance(retryWord()) + 16;
        const int high = std::min(row.height(), style_.box({24, 24}).height());
        return {row.right() - 10 - time - word, row.y() + 15 - std::min(15, high / 2), word, high};
    }

private:
    static QString retryWord() { return MessageList::tr("Retry"); }
    static QString timeOf(const QModelIndex& i)
    {
        const QString time = i.data(MessageModel::TimeRole).toDateTime().toString(QStringLiteral("HH:mm"));
        const int n = i.data(MessageModel::CountRole).toInt();
        return n > 1 ? QStringLiteral("%1 ×  %2").arg(n).arg(time) : time;
    }
    const Style& style_;
    const Ask canRetry_;
    const Run retry_;
};

} // namespace

MessageList::MessageList(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Messages"));
    setFocusPolicy(Qt::ClickFocus); // it hands the focus on: as a stop of Tab it could not be left backwards
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 6, 0, 8);
    column->setSpacing(6);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(14, 0, 8, 0);
    head->addWidget(makeLabel(tr("Messages"), "strong"));
    head->addStretch(1);
    auto* which = new Segmented(c_.style(), tr("Which messages"), {tr("All"), tr("Warnings"), tr("Errors")}, this);
    which->setCurrent(0);
    head->addWidget(which);
    auto* close = new IconButton(c_.style(), QStringLiteral("x"), tr("Close"), this);
    connect(close, &QAbstractButton::clicked, this, [this] { c_.commands().run(QStringLiteral("window.messages")); });
    head->addWidget(close);
    column->addLayout(head);
    filter_ = new Filter(this);
    filter_->setSourceModel(&c_.messages());
    connect(which, &Segmented::chosen, this, [this](int i) {
        filter_->setLeast(static_cast<scene::Severity>(i));
        refresh();
    });
    list_ = new QListView(this);
    list_->setAccessibleName(tr("Messages"));
    list_->setModel(filter_);
    list_->setItemDelegate(new MessageDelegate(c_.style(), [this](const QModelIndex& i) { return canRetry(i); }, [this](const QModelIndex& i) { retry(i); }, list_));
    connect(list_, &QListView::activated, this, &MessageList::retry); // Enter
    connect(&c_, &Controller::reportsChanged, list_->viewport(), qOverload<>(&QWidget::update)); // whether there is anything to try again
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setResizeMode(QListView::Adjust);
    column->addWidget(list_, 1);
    empty_ = makeLabel(tr("No messages. What goes wrong is told here, never in a box that stops you."), "dim");
    empty_->setWordWrap(true);
    empty_->setContentsMargins(14, 0, 14, 0);
    column->addWidget(empty_, 1, Qt::AlignTop);
    auto* foot = new QHBoxLayout;
    foot->setContentsMargins(14, 0, 14, 0);
    foot->setSpacing(8);
    const auto button = [&](const QString& text, auto&& run) {
        auto* b = new QPushButton(text, this);
        b->setAccessibleName(text);
        connect(b, &QPushButton::clicked, this, run);
        foot->addWidget(b);
        return b;
    };
    button(tr("Try failed tiles again"), [this] { c_.scene().retryFailed(); });
    show_ = button(tr("Show layer"), [this] {
        c_.selectLayer(chosenLayer());
        c_.showPanel(QStringLiteral("layers"));
    });
    show_->setToolTip(tr("Selects the layer that the chosen message is about"));
    connect(list_->selectionModel(), &QItemSelectionModel::selectionChanged, this, &MessageList::refresh);
    connect(&c_, &Controller::layersChanged, this, &MessageList::refresh);
    button(tr("Copy"), [this] { copySelected(); });
    button(tr("Clear"), [this] { c_.messages().clear(); });
    foot->addStretch(1);
    column->addLayout(foot);
    connect(&c_.messages(), &QAbstractItemModel::rowsInserted, this, &MessageList::refresh);
    connect(&c_.messages(), &QAbstractItemModel::modelReset, this, &MessageList::refresh);
    connect(&c_.style(), &Style::changed, this, qOverload<>(&QWidget::update));
    refresh();
}

void MessageList::refresh()
{
    const bool none = filter_->rowCount() == 0;
    empty_->setVisible(none);
    list_->setVisible(!none);
    show_->setEnabled(c_.layer(chosenLayer()) != nullptr);
}

/// Is the layer that it tells of still there, and in trouble?
bool MessageList::canRetry(const QModelIndex& message) const
{
    if (message.data(MessageModel::SeverityRole).toInt() == static_cast<int>(scene::Severity::Info)) return false;
    const auto report = c_.report(message.data(MessageModel::LayerRole).toULongLong());
    if (!report) return false;
    return report->phase == scene::LayerPhase::Failed || report->phase == scene::LayerPhase::Partial || report->phase == scene::LayerPhase::Offline;
}

void MessageList::retry(const QModelIndex& message)
{
    if (canRetry(message)) c_.scene().retryFailed(message.data(MessageModel::LayerRole).toULongLong());
}

/// 0: no message is chosen, or it is about no layer.
scene::LayerId MessageList::chosenLayer() const
{
    const QModelIndexList chosen = list_->selectionModel()->selectedIndexes();
    return chosen.size() == 1 ? chosen.front().data(MessageModel::LayerRole).toULongLong() : 0;
}

void MessageList::copySelected()
{
    QStringList lines;
    const QModelIndexList chosen = list_->selectionModel()->selectedIndexes();
    for (const QModelIndex& i : chosen) lines << i.data(Qt::DisplayRole).toString();
    if (lines.isEmpty())
        for (int row = 0; row < filter_->rowCount(); ++row) lines << filter_->index(row, 0).data(Qt::DisplayRole).toString();
    QGuiApplication::clipboard()->setText(lines.join(QLatin1Char('\n')));
    c_.toast(tr("Messages copied."));
}

void MessageList::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    p.setPen(c_.style()["line"]);
    p.setBrush(c_.style()["panel"]);
    p.drawRoundedRect(QRectF(rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10);
}

void MessageList::mousePressEvent(QMouseEvent* e)
{
    e->accept();
}

void MessageList::focusInEvent(QFocusEvent*)
{
    if (!list_->isVisible()) {
        focusNextChild();
        return;
    }
    if (!list_->currentIndex().isValid()) list_->setCurrentIndex(filter_->index(0, 0)); // so that the focus can be seen
    list_->setFocus();
}

void MessageList::keyPressEvent(QKeyEvent* e)
{
    if (e->key() == Qt::Key_Escape) c_.commands().run(QStringLiteral("window.messages"));
    else QWidget::keyPressEvent(e);
}

} // namespace firmament::window
