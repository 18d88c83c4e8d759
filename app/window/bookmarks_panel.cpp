#include "app/window/bookmarks_panel.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListWidget>
#include <QMenu>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/window/bookmarks.h"
#include "app/window/controls.h"

namespace firmament::window {

namespace {

constexpr int kIndexRole = Qt::UserRole + 1;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

} // namespace

BookmarksPanel::BookmarksPanel(Controller& controller, QWidget* parent) : PanelFrame(controller.style(), tr("Bookmarks"), parent), c_(controller)
{
    auto* add = new QPushButton(tr("Add"), this);
    const auto dress = [this, add] { add->setIcon(QIcon(c_.style().pixmap(QStringLiteral("bookmark-plus"), 14, c_.style()["onAccent"], devicePixelRatioF()))); };
    dress();
    connect(&c_.style(), &Style::changed, this, [this, dress] {
        dress();
        refresh(); // the marks have the theme's colour too
    });
    add->setProperty("primary", true);
    add->setAccessibleName(tr("Bookmark this view"));
    add->setToolTip(c_.commands().tip(QStringLiteral("go.bookmark")));
    connect(add, &QPushButton::clicked, this, [this] { c_.commands().run(QStringLiteral("go.bookmark")); });
    actions()->addWidget(add);

    auto* holder = new QWidget(this);
    auto* column = new QVBoxLayout(holder);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(8);
    empty_ = makeLabel(tr("A bookmark keeps where you look: place, field, projection and roll. Add the present view, or import a list."), "dim", holder);
    empty_->setWordWrap(true);
    column->addWidget(empty_);
    list_ = new QListWidget(holder);
    list_->setAccessibleName(tr("Bookmarks"));
    list_->setFrameShape(QFrame::NoFrame);
    list_->setUniformItemSizes(true);
    list_->setDragDropMode(QAbstractItemView::InternalMove);
    list_->setDefaultDropAction(Qt::MoveAction);
    list_->setEditTriggers(QAbstractItemView::EditKeyPressed);
    list_->setTextElideMode(Qt::ElideRight);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->installEventFilter(this);
    column->addWidget(list_, 1);
    setBodyWidget(holder, 420);
    connect(list_, &QListWidget::itemActivated, this, [this](QListWidgetItem* item) { goTo(list_->row(item)); });
    connect(list_, &QListWidget::itemChanged, this, [this](QListWidgetItem* item) {
        if (filling_) return;
        const auto index = static_cast<size_t>(item->data(kIndexRole).toInt());
        const std::string name = item->text().trimmed().left(scene::kMaxBookmarkName).toStdString();
        c_.history().apply(tr("Rename bookmark").toStdString(), [&](scene::Document& d) {
            if (index < d.bookmarks.size() && !name.empty()) d.bookmarks[index].name = name;
        });
        if (name.empty()) refresh();
    });
    connect(list_->model(), &QAbstractItemModel::rowsMoved, this, [this] {
        if (!filling_) QMetaObject::invokeMethod(this, &BookmarksPanel::takeOrder, Qt::QueuedConnection);
    });
    connect(list_, &QWidget::customContextMenuRequested, this, &BookmarksPanel::menuAt);

    auto* foot = new QHBoxLayout;
    foot->setSpacing(8);
    export_ = new QPushButton(tr("Export"), this);
    export_->setAccessibleName(tr("Export bookmarks to a file"));
    auto* import = new QPushButton(tr("Import"), this);
    import->setAccessibleName(tr("Import bookmarks from a file"));
    for (QPushButton* b : {export_, import}) {
        b->setToolTip(b->accessibleName());
        foot->addWidget(b);
    }
    foot->addStretch(1);
    footer()->addLayout(foot);
    connect(export_, &QPushButton::clicked, this, &BookmarksPanel::exportDialog);
    connect(import, &QPushButton::clicked, this, &BookmarksPanel::importDialog);
    connect(&c_, &Controller::overlaysChanged, this, [this] {
        if (shown_ != c_.document().bookmarks) refresh();
    });
    refresh();
}

void BookmarksPanel::focusStart()
{
    list_->setFocus(Qt::OtherFocusReason);
    if (list_->currentRow() < 0 && list_->count() > 0) list_->setCurrentRow(0);
}

void BookmarksPanel::refresh()
{
    filling_ = true;
    const int current = list_->currentRow();
    shown_ = c_.document().bookmarks;
    list_->clear();
    for (size_t i = 0; i < shown_.size(); ++i) {
        const scene::Bookmark& b = shown_[i];
        auto* item = new QListWidgetItem(c_.style().icon(QStringLiteral("bookmark")), q(b.name), list_);
        item->setFlags(item->flags() | Qt::ItemIsEditable);
        item->setData(kIndexRole, static_cast<int>(i));
        item->setSizeHint({0, 32});
        item->setToolTip(tr("%1\n%2, field %3").arg(q(b.name), c_.positionText(b.view.centre()), q(sky::formatField(b.view.fov()))));
    }
    if (list_->count() > 0) list_->setCurrentRow(std::clamp(current, 0, list_->count() - 1));
    setDetail(shown_.empty() ? QString() : QString::number(shown_.size()));
    empty_->setVisible(shown_.empty());
    list_->setVisible(!shown_.empty());
    export_->setEnabled(!shown_.empty());
    filling_ = false;
}

void BookmarksPanel::goTo(int row)
{
    if (row < 0 || static_cast<size_t>(row) >= shown_.size()) return;
    c_.navigator().flyTo(shown_[static_cast<size_t>(row)].view.withSize(c_.view().width(), c_.view().height()));
}

void BookmarksPanel::remove(int row)
{
    if (row < 0 || static_cast<size_t>(row) >= shown_.size()) return;
    const QString name = q(shown_[static_cast<size_t>(row)].name);
    c_.history().apply(tr("Remove bookmark").toStdString(), [&](scene::Document& d) {
        if (static_cast<size_t>(row) < d.bookmarks.size()) d.bookmarks.erase(d.bookmarks.begin() + row);
    });
    c_.toast(tr("Bookmark \"%1\" removed.").arg(name), QStringLiteral("edit.undo"));
}

void BookmarksPanel::moveBy(int row, int by)
{
    const int to = row + by;
    if (row < 0 || to < 0 || row >= list_->count() || to >= list_->count()) return;
    c_.history().apply(tr("Reorder bookmarks").toStdString(), [&](scene::Document& d) {
        std::swap(d.bookmarks[static_cast<size_t>(row)], d.bookmarks[static_cast<size_t>(to)]);
    });
    list_->setCurrentRow(to);
}

void BookmarksPanel::takeOrder()
{
    std::vector<scene::Bookmark> order;
    for (int row = 0; row < list_->count(); ++row) {
        const auto index = static_cast<size_t>(list_->item(row)->data(kIndexRole).toInt());
        if (index < shown_.size()) order.push_back(shown_[index]);
    }
    if (order.size() != shown_.size()) {
        refresh();
        return;
    }
    c_.history().apply(tr("Reorder bookmarks").toStdString(), [&](scene::Document& d) { d.bookmarks = order; });
}

bool BookmarksPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == list_ && event->type() == QEvent::KeyPress) {
        const auto* e = static_cast<QKeyEvent*>(event);
        const int row = list_->currentRow();
        const bool ctrl = e->modifiers() & Qt::ControlModifier;
        if (e->key() == Qt::Key_Delete) return remove(row), true;
        if (ctrl && e->key() == Qt::Key_Up) return moveBy(row, -1), true;
        if (ctrl && e->key() == Qt::Key_Down) return moveBy(row, 1), true;
        if (e->key() == Qt::Key_Return || e->key() == Qt::Key_Enter) return goTo(row), true;
    }
    return PanelFrame::eventFilter(watched, event);
}

void BookmarksPanel::menuAt(const QPoint& at)
{
    const int row = list_->currentRow();
    if (row < 0) return;
    QMenu menu(this);
    menu.addAction(tr("Go there"), this, [this, row] { goTo(row); });
    menu.addAction(tr("Rename\tF2"), this, [this, row] { list_->editItem(list_->item(row)); });
    menu.addSeparator();
    menu.addAction(tr("Move up\tCtrl+Up"), this, [this, row] { moveBy(row, -1); })->setEnabled(row > 0);
    menu.addAction(tr("Move down\tCtrl+Down"), this, [this, row] { moveBy(row, 1); })->setEnabled(row + 1 < list_->count());
    menu.addSeparator();
    menu.addAction(tr("Remove\tDelete"), this, [this, row] { remove(row); });
    menu.exec(list_->viewport()->mapToGlobal(at));
}

bool BookmarksPanel::exportTo(const QString& file)
{
    const QString name = QFileInfo(file).fileName();
    if (auto done = writeBookmarks(file.toStdString(), c_.document().bookmarks); !done) {
        c_.say(scene::Severity::Error, name, q(done.error().text()));
        c_.toast(tr("%1 could not be written.").arg(name), QStringLiteral("window.messages"));
        return false;
    }
    c_.toast(tr("Bookmarks saved as %1.").arg(name));
    return true;
}

bool BookmarksPanel::importFrom(const QString& file)
{
    const QString name = QFileInfo(file).fileName();
    auto read = readBookmarks(file.toStdString());
    if (!read) {
        c_.say(scene::Severity::Error, name, q(read.error().text()));
        c_.toast(tr("%1 holds no bookmarks that can be read.").arg(name), QStringLiteral("window.messages"));
        return false;
    }
    for (const std::string& w : read->warnings) c_.say(scene::Severity::Warning, name, q(w));
    size_t added = 0;
    c_.history().apply(tr("Import bookmarks").toStdString(), [&](scene::Document& d) { added = addMissing(d.bookmarks, read->value); });
    c_.toast(added == read->value.size() ? tr("%1 bookmarks imported.").arg(added) : tr("%1 of %2 bookmarks imported; the others were there.").arg(added).arg(read->value.size()),
             added > 0 ? QStringLiteral("edit.undo") : QString());
    return true;
}

void BookmarksPanel::exportDialog()
{
    QFileDialog dialog(this, tr("Export bookmarks"));
    dialog.setOption(QFileDialog::DontUseNativeDialog);
    dialog.setAcceptMode(QFileDialog::AcceptSave);
    dialog.setDefaultSuffix(QStringLiteral("json"));
    dialog.setNameFilters({tr("Bookmarks (*.json)"), tr("All files (*)")});
    if (dialog.exec() == QDialog::Accepted && !dialog.selectedFiles().isEmpty()) exportTo(dialog.selectedFiles().front());
}

void BookmarksPanel::importDialog()
{
    QFileDialog dialog(this, tr("Import bookmarks"));
    dialog.setOption(QFileDialog::DontUseNativeDialog);
    dialog.setFileMode(QFileDialog::ExistingFile);
    dialog.setNameFilters({tr("Bookmarks (*.json)"), tr("All files (*)")});
    if (dialog.exec() == QDialog::Accepted && !dialog.selectedFiles().isEmpty()) importFrom(dialog.selectedFiles().front());
}

} // namespace firmament::window
