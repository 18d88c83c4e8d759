#include "app/window/surveys_panel.h"

#include <QApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QMouseEvent>
#include <QPushButton>
#include <QScrollBar>
#include <QStackedWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "app/window/survey_adder.h"
#include "app/window/survey_detail.h"

namespace firmament::window {

namespace {

constexpr int kHoverMs = 250, kKeysMs = 60, kLeaveMs = 150, kLaterMs = 400, kVisibleMs = 50;

using Zone = SurveyDelegate::Zone;

} // namespace

SurveysPanel::SurveysPanel(Controller& controller, QWidget* parent)
    : PanelFrame(controller.style(), tr("Surveys"), parent), c_(controller), library_(controller), model_(controller, library_)
{
    makeTop();
    makeList();
    makeFoot();
    const auto timer = [this](QTimer& t, int ms, void (SurveysPanel::*then)()) {
        t.setSingleShot(true);
        t.setInterval(ms);
        connect(&t, &QTimer::timeout, this, then);
    };
    timer(hover_, kHoverMs, &SurveysPanel::showWanted);
    timer(keys_, kKeysMs, &SurveysPanel::showWanted);
    timer(leave_, kLeaveMs, &SurveysPanel::showWanted);
    timer(later_, kLaterMs, &SurveysPanel::refilterLater);
    timer(visible_, kVisibleMs, &SurveysPanel::wantVisible);
    connect(&library_, &SurveyLibrary::changed, this, [this] {
        if (!later_.isActive()) later_.start();
    });
    connect(&library_, &SurveyLibrary::grown, this, [this] { later_.start(); });
    connect(&c_, &Controller::viewChanged, this, [this] {
        if (filter_.hasData && isVisible()) later_.start(); // when the view rests
    });
    connect(&c_, &Controller::settingsChanged, this, [this] {
        list_->viewport()->update();
        if (filter_.favourites || filter_.recent || filter_.here) later_.start();
    });
    connect(&c_.style(), &Style::changed, list_, &QListView::doItemsLayout); // rows of another height
    connect(&c_, &Controller::networkChanged, this, [this] {
        list_->viewport()->update();
        tell();
    });
    connect(&c_, &Controller::layersChanged, list_->viewport(), qOverload<>(&QWidget::update));
    connect(&c_.preview(), &LivePreview::reported, this, [this] {
        delegate_->setPreviewed(QString::fromStdString(c_.preview().source()));
        list_->viewport()->update();
        tell();
    });
    focusWatch_ = connect(qApp, &QApplication::focusChanged, this, [this](QWidget*, QWidget* now) {
        // Leaving the panel restores the sky; a menu or a dialogue of it does not count, nor another program.
        if (now && previewing() && now != this && !isAncestorOf(now) && now->window() == window()) endPreview();
    });
    refilter();
}

SurveysPanel::~SurveysPanel() = default;

// The parts ----------------------------------------------------------------------------------------------------------

Chip* SurveysPanel::makeChip(const QString& text, const QString& name, const QString& tip, QWidget* parent)
{
    auto* chip = new Chip(c_.style(), text, parent);
    chip->setNarrow(true);
    chip->setCheckable(true);
    chip->setAccessibleName(name);
    chip->setToolTip(tip);
    return chip;
}

void SurveysPanel::makeTop()
{
    search_ = new QLineEdit(this);
    search_->setPlaceholderText(tr("Search by name, band, mission"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setToolTip(tr("Up and Down show a survey on the sky, Enter adds it, Ctrl+Enter makes it the base"));
    search_->setClearButtonEnabled(true);
    search_->installEventFilter(this);
    connect(search_, &QLineEdit::textChanged, this, [this](const QString& text) {
        filter_.text = text;
        refilter();
    });
    top()->addWidget(search_);
    topBox_ = search_->parentWidget();
    auto* waves = new QHBoxLayout;
    waves->setSpacing(4);
    for (const Wave wave : kWaves) {
        Chip* chip = makeChip(waveShort(wave), waveWord(wave), waveWord(wave), topBox_);
        connect(chip, &QAbstractButton::toggled, this, [this, wave](bool on) {
            if (on) filter_.waves.insert(static_cast<int>(wave));
            else filter_.waves.remove(static_cast<int>(wave));
            refilter();
        });
        waves_.append({chip, wave});
        waves->addWidget(chip);
    }
    waves->addStretch(1);
    top()->addLayout(waves);
    auto* rest = new QWidget(topBox_);
    auto* flow = new FlowLayout(rest, 4);
    const std::pair<QString, hips::SurveyKind> kinds[] = {{tr("Image"), hips::SurveyKind::Image}, {tr("Catalogue"), hips::SurveyKind::Catalogue},
                                                          {tr("Cube"), hips::SurveyKind::Cube}, {tr("Planet"), hips::SurveyKind::Planet}};
    for (const auto& [word, kind] : kinds) {
        Chip* chip = makeChip(word, word, {}, rest);
        chip->setToolTip(tr("Only surveys of this kind, and of others that are on"));
        connect(chip, &QAbstractButton::toggled, this, [this, k = static_cast<int>(kind)](bool on) {
            if (on) filter_.kinds.insert(k);
            else filter_.kinds.remove(k);
            refilter();
        });
        kinds_.append({chip, kind});
        flow->addWidget(chip);
    }
    const auto toggle = [&](const QString& text, const QString& tip, bool SurveyFilter::*member) {
        Chip* chip = makeChip(text, text, tip, rest);
        chip->setChecked(filter_.*member);
        connect(chip, &QAbstractButton::toggled, this, [this, member](bool on) {
            filter_.*member = on;
            refilter();
        });
        flow->addWidget(chip);
        return chip;
    };
    hasData_ = toggle(tr("Has data here"), tr("Leaves out surveys that are known to have nothing in the view"), &SurveyFilter::hasData);
    favourites_ = toggle(tr("Favourites"), tr("Only those with a star"), &SurveyFilter::favourites);
    recent_ = toggle(tr("Recent"), tr("Only those that were added lately, the last one first"), &SurveyFilter::recent);
    here_ = toggle(tr("On this computer"), tr("Only what can be drawn without a network: folders, and surveys with tiles kept here"), &SurveyFilter::here);
    top()->addWidget(rest);
}

void SurveysPanel::makeList()
{
    pages_ = new QStackedWidget(this);
    auto* page = new QWidget(pages_);
    auto* column = new QVBoxLayout(page);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    listOrEmpty_ = new QStackedWidget(page);
    list_ = new QListView(listOrEmpty_);
    list_->setAccessibleName(tr("Surveys"));
    list_->setAccessibleDescription(tr("Up and Down show a survey on the sky, Enter adds it on top, Ctrl+Enter makes it the base, Space makes it a favourite, Right tells all about it"));
    list_->setModel(&model_);
    delegate_ = new SurveyDelegate(c_, model_, library_, list_);
    list_->setItemDelegate(delegate_);
    list_->setUniformItemSizes(true);
    list_->setMouseTracking(true);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->installEventFilter(this);
    list_->viewport()->installEventFilter(this);
    list_->viewport()->setAutoFillBackground(false);
    connect(list_, &QWidget::customContextMenuRequested, this, &SurveysPanel::menuAt);
    connect(list_->verticalScrollBar(), &QScrollBar::valueChanged, &visible_, qOverload<>(&QTimer::start));
    listOrEmpty_->addWidget(list_);
    auto* nothing = new QWidget(listOrEmpty_);
    auto* middle = new QVBoxLayout(nothing);
    middle->setContentsMargins(14, 16, 14, 16);
    middle->setSpacing(10);
    empty_ = makeLabel({}, "dim", nothing);
    empty_->setWordWrap(true);
    middle->addWidget(empty_);
    auto* clear = new QPushButton(tr("Clear filters"), nothing);
    clear->setAccessibleName(clear->text());
    clear->setToolTip(tr("Shows all surveys again"));
    connect(clear, &QPushButton::clicked, this, &SurveysPanel::clearFilter);
    middle->addWidget(clear, 0, Qt::AlignLeft);
    middle->addStretch(1);
    listOrEmpty_->addWidget(nothing);
    column->addWidget(listOrEmpty_, 1);
    line_ = new ElidedLabel(page);
    line_->setProperty("faint", true);
    line_->setFixedHeight(24);
    auto* line = new QHBoxLayout;
    line->setContentsMargins(14, 0, 14, 0);
    line->addWidget(line_);
    column->addLayout(line);
    pages_->addWidget(page);
    detail_ = new SurveyDetail(c_, library_, pages_);
    connect(detail_, &SurveyDetail::backWanted, this, &SurveysPanel::closeDetail);
    pages_->addWidget(detail_);
    // In a low window with large controls the list gives way, the chips do not.
    listOrEmpty_->setMinimumHeight(40);
    pages_->setMinimumHeight(64);
    setBodyWidget(pages_, 4000);
}

void SurveysPanel::makeFoot()
{
    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    addButton_ = new QPushButton(tr("Add on top"), this);
    addButton_->setProperty("primary", true);
    addButton_->setToolTip(tr("Enter"));
    replaceButton_ = new QPushButton(tr("Replace the base"), this);
    replaceButton_->setToolTip(tr("Ctrl+Enter"));
    for (QPushButton* b : {addButton_, replaceButton_}) b->setAccessibleName(b->text());
    connect(addButton_, &QPushButton::clicked, this, [this] { add(false); });
    connect(replaceButton_, &QPushButton::clicked, this, [this] { add(true); });
    buttons->addWidget(addButton_);
    buttons->addWidget(replaceButton_);
    buttons->addStretch(1);
    footer()->addLayout(buttons);
    adder_ = new SurveyAdder(c_, this);
    connect(adder_, &SurveyAdder::checked, this, [this](const QString& source, const QString& title) {
        endPreview();
        c_.addSurvey(source.toStdString(), title.toStdString());
        c_.toast(tr("%1 added.").arg(title), QStringLiteral("edit.undo"));
        library_.look();
    });
    footer()->addWidget(adder_);
    footBox_ = addButton_->parentWidget();
}

// What is shown ------------------------------------------------------------------------------------------------------

void SurveysPanel::focusStart()
{
    if (pages_->currentWidget() == detail_) {
        detail_->focusStart();
        return;
    }
    search_->setFocus(Qt::OtherFocusReason);
    search_->selectAll();
}

void SurveysPanel::showEvent(QShowEvent* event)
{
    PanelFrame::showEvent(event);
    library_.look();
    refilter();
    visible_.start();
}

void SurveysPanel::hideEvent(QHideEvent* event)
{
    endPreview();
    library_.want({});
    PanelFrame::hideEvent(event);
}

void SurveysPanel::refilter()
{
    later_.stop();
    setRows(filtered(library_, filter_, {c_.view(), c_.settings().favourites, c_.settings().recentSurveys}));
}

void SurveysPanel::refilterLater()
{
    // Nothing moves under the pointer: a list that it is over waits.
    if (listOrEmpty_->currentWidget() == list_ && list_->viewport()->underMouse() && model_.rowCount() > 0) {
        later_.start();
        return;
    }
    if (isVisible()) refilter();
}

void SurveysPanel::setRows(std::vector<int> rows)
{
    const QModelIndex now = list_->currentIndex();
    const QString kept = now.isValid() ? model_.facts(now.row()).entry.source : QString();
    const int scrolled = list_->verticalScrollBar()->value();
    if (rows != model_.rows()) {
        model_.setRows(std::move(rows));
        const int row = std::max(0, model_.rowOf(kept));
        if (model_.rowCount() > 0) list_->setCurrentIndex(model_.index(row));
        if (model_.rowOf(kept) >= 0) list_->verticalScrollBar()->setValue(scrolled);
    }
    const int shown = model_.rowCount(), all = library_.size();
    setDetail(shown == all ? QString::number(all) : tr("%1 of %2").arg(shown).arg(all));
    listOrEmpty_->setCurrentIndex(shown > 0 ? 0 : 1);
    QString why = tr("None of %1 surveys passes all filters.").arg(all);
    if (filter_.favourites && c_.settings().favourites.empty()) why = tr("No favourites yet: the star of a row makes one.");
    else if (filter_.recent && c_.settings().recentSurveys.empty()) why = tr("Nothing was added yet: what becomes a layer is listed here.");
    else if (!filter_.text.trimmed().isEmpty()) why += QLatin1Char(' ') + tr("Any other HiPS is opened below, by its address or folder.");
    empty_->setText(why);
    addButton_->setEnabled(shown > 0);
    replaceButton_->setEnabled(shown > 0);
    visible_.start();
    tell();
}

void SurveysPanel::clearFilter()
{
    filter_ = SurveyFilter{.hasData = false};
    syncChips();
    refilter();
    search_->setFocus(Qt::OtherFocusReason);
}

void SurveysPanel::syncChips()
{
    const auto set = [](QAbstractButton* chip, bool on) {
        const QSignalBlocker quiet(chip);
        chip->setChecked(on);
    };
    const QSignalBlocker quiet(search_);
    search_->setText(filter_.text);
    for (const auto& [chip, wave] : waves_) set(chip, filter_.waves.contains(static_cast<int>(wave)));
    for (const auto& [chip, kind] : kinds_) set(chip, filter_.kinds.contains(static_cast<int>(kind)));
    set(hasData_, filter_.hasData);
    set(favourites_, filter_.favourites);
    set(recent_, filter_.recent);
    set(here_, filter_.here);
}

/// Pictures and properties are fetched of what can be seen, and nothing else.
void SurveysPanel::wantVisible()
{
    if (!isVisible()) return;
    QList<int> rows;
    if (pages_->currentWidget() == detail_) {
        rows << detail_->index();
    } else {
        const int first = list_->indexAt(QPoint(4, 1)).row(), height = list_->viewport()->height();
        for (int row = std::max(0, first); row < model_.rowCount() && list_->visualRect(model_.index(row)).top() < height; ++row) rows << model_.indexAt(row);
    }
    library_.want(rows);
}

void SurveysPanel::tell()
{
    const LivePreview& preview = c_.preview();
    QString line;
    if (!preview.source().empty()) {
        const int i = library_.indexOf(QString::fromStdString(preview.source()));
        const QString title = i >= 0 ? library_.at(i).title() : QString();
        line = preview.failed() ? tr("%1 cannot be shown: %2").arg(title, preview.line()) : tr("Preview: %1 · Esc ends").arg(preview.line());
    } else if (c_.offline()) {
        line = tr("Offline: bright rows are kept here");
    } else {
        line = tr("Up, Down or rest on a row: preview");
    }
    line_->setFullText(line);
    line_->setAccessibleName(line);
}

// Live preview -------------------------------------------------------------------------------------------------------

bool SurveysPanel::previewing() const
{
    return !pinned_.isEmpty() || !pointed_.isEmpty() || c_.preview().shown();
}

void SurveysPanel::pointAt(int row)
{
    const QString source = row >= 0 ? model_.facts(row).entry.source : QString();
    if (source == pointed_) return;
    pointed_ = source;
    hover_.stop();
    leave_.stop();
    if (pointed_.isEmpty()) leave_.start();
    else hover_.start();
}

void SurveysPanel::pinCurrent()
{
    const QModelIndex now = list_->currentIndex();
    pinned_ = now.isValid() ? model_.facts(now.row()).entry.source : QString();
    pointed_.clear();
    hover_.stop();
    keys_.start();
}

void SurveysPanel::showWanted()
{
    const QString source = pointed_.isEmpty() ? pinned_ : pointed_;
    const int i = library_.indexOf(source);
    if (i < 0) {
        c_.preview().end();
        return;
    }
    const SurveyFacts& f = library_.at(i);
    const bool body = f.info().frame == sky::Frame::Body, onBody = c_.view().frame() == sky::Frame::Body;
    // A map of a planet is another place, and what offers nothing offline would only say so.
    if (body != onBody || (c_.offline() && !f.hereOffline()) || f.info().kind == hips::SurveyKind::Catalogue) {
        c_.preview().end();
        return;
    }
    c_.previewSurvey(source.toStdString(), f.title().toStdString());
}

void SurveysPanel::endPreview()
{
    for (QTimer* t : {&hover_, &keys_, &leave_}) t->stop();
    pinned_.clear();
    pointed_.clear();
    c_.preview().end();
}

// What rows do -------------------------------------------------------------------------------------------------------

void SurveysPanel::move(int to)
{
    if (model_.rowCount() == 0) return;
    list_->setCurrentIndex(model_.index(std::clamp(to, 0, model_.rowCount() - 1)));
    pinCurrent();
}

void SurveysPanel::add(bool replace)
{
    const QModelIndex i = list_->currentIndex();
    if (pages_->currentWidget() == detail_) {
        const int row = model_.rowOf(library_.at(detail_->index()).entry.source);
        if (row >= 0) addRow(row, replace);
    } else if (i.isValid()) {
        addRow(i.row(), replace);
    }
}

void SurveysPanel::addRow(int row, bool replace)
{
    const SurveyFacts& f = model_.facts(row);
    const std::string source = f.entry.source.toStdString();
    const QString title = f.title();
    for (QTimer* t : {&hover_, &keys_, &leave_}) t->stop();
    pinned_.clear();
    pointed_.clear();
    if (c_.preview().source() != source) c_.preview().end();
    if (replace) c_.replaceBase(source, title.toStdString());
    else c_.addSurvey(source, title.toStdString());
    c_.preview().end();
    c_.toast(replace ? tr("%1 is the base now.").arg(title) : tr("%1 added.").arg(title), QStringLiteral("edit.undo"));
}

void SurveysPanel::toggleFavourite(int row)
{
    const std::string source = model_.facts(row).entry.source.toStdString();
    c_.changeSettings([&](Settings& s) {
        if (std::erase(s.favourites, source) == 0) remember(s.favourites, source, kMaxFavourites);
    });
    emit model_.dataChanged(model_.index(row), model_.index(row));
}

void SurveysPanel::openDetail(int row)
{
    list_->setCurrentIndex(model_.index(row));
    detail_->showSurvey(model_.indexAt(row));
    topBox_->hide();
    adder_->hide();
    pages_->setCurrentWidget(detail_);
    detail_->focusStart();
}

void SurveysPanel::closeDetail()
{
    topBox_->show();
    adder_->show();
    pages_->setCurrentIndex(0);
    list_->setFocus(Qt::OtherFocusReason);
    visible_.start();
}

void SurveysPanel::menuAt(const QPoint& pos)
{
    const QModelIndex under = list_->indexAt(pos), i = under.isValid() ? under : list_->currentIndex();
    if (!i.isValid()) return;
    list_->setCurrentIndex(i);
    const SurveyFacts& f = model_.facts(i.row());
    const QPersistentModelIndex at(i);
    QMenu menu;
    const auto act = [&](const char* icon, const QString& text, const std::function<void(int)>& what) {
        menu.addAction(c_.style().icon(QString::fromLatin1(icon)), text, this, [at, what] {
            if (at.isValid()) what(at.row());
        });
    };
    act("plus", tr("Add on top\tEnter"), [this](int row) { addRow(row, false); });
    act("layers", tr("Replace the base\tCtrl+Enter"), [this](int row) { addRow(row, true); });
    act("star", (model_.isFavourite(f) ? tr("No favourite any more") : tr("Make it a favourite")) + tr("\tSpace"), [this](int row) { toggleFavourite(row); });
    act("info", tr("All about it\tRight"), [this](int row) { openDetail(row); });
    menu.exec(list_->viewport()->mapToGlobal(under.isValid() ? pos : list_->visualRect(i).center()));
}

// Input --------------------------------------------------------------------------------------------------------------

/// Keys that mean the same in the search field and in the list.
bool SurveysPanel::listKey(QKeyEvent* key, bool fromSearch)
{
    const int now = list_->currentIndex().row(), page = std::max(1, list_->viewport()->height() / SurveyDelegate::rowHeight(c_.style()) - 1);
    switch (key->key()) {
    case Qt::Key_Return:
    case Qt::Key_Enter: add(key->modifiers() & Qt::ControlModifier); return true;
    case Qt::Key_Down: move(pinned_.isEmpty() && fromSearch ? now : now + 1); return true; // the first row is chosen already
    case Qt::Key_Up: move(now - 1); return true;
    case Qt::Key_PageDown: move(now + page); return true;
    case Qt::Key_PageUp: move(now - page); return true;
    case Qt::Key_Escape:
        if (previewing()) endPreview();
        else emit closeWanted();
        return true;
    case Qt::Key_Right:
        if (now < 0 || (fromSearch && (search_->cursorPosition() < search_->text().size() || search_->hasSelectedText()))) return false;
        openDetail(now);
        return true;
    default: break;
    }
    if (fromSearch) return false;
    switch (key->key()) {
    case Qt::Key_Home: move(0); return true;
    case Qt::Key_End: move(model_.rowCount() - 1); return true;
    case Qt::Key_Space:
        if (now >= 0) toggleFavourite(now);
        return true;
    default: break;
    }
    const bool letter = !key->text().isEmpty() && key->text().front().isPrint() && !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
    if (!letter) return false;
    search_->setFocus(Qt::OtherFocusReason); // typing in the list is searching
    search_->setText(key->text());
    return true;
}

bool SurveysPanel::viewportEvent(QEvent* event)
{
    switch (event->type()) {
    case QEvent::MouseMove: {
        const QPoint at = static_cast<QMouseEvent*>(event)->pos();
        const QModelIndex i = list_->indexAt(at);
        delegate_->setPointer(at);
        if (i.isValid()) list_->update(i);
        pointAt(i.row());
        return false;
    }
    case QEvent::Leave:
        delegate_->setPointer({-1, -1});
        pointAt(-1);
        return false;
    case QEvent::MouseButtonPress:
    case QEvent::MouseButtonDblClick: {
        auto* mouse = static_cast<QMouseEvent*>(event);
        const QModelIndex i = list_->indexAt(mouse->pos());
        if (!i.isValid() || mouse->button() != Qt::LeftButton) return false;
        const Zone zone = SurveyDelegate::zoneAt(list_->visualRect(i), mouse->pos());
        list_->setFocus(Qt::MouseFocusReason);
        list_->setCurrentIndex(i);
        if (zone == Zone::Row) {
            if (event->type() == QEvent::MouseButtonDblClick) addRow(i.row(), false);
            else pinCurrent();
        } else if (event->type() == QEvent::MouseButtonPress) {
            if (zone == Zone::Star) toggleFavourite(i.row());
            else if (zone == Zone::More) openDetail(i.row());
            else addRow(i.row(), false);
        }
        return true;
    }
    case QEvent::Resize: visible_.start(); return false;
    default: return false;
    }
}

bool SurveysPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (list_ && watched == list_->viewport()) return viewportEvent(event) || PanelFrame::eventFilter(watched, event);
    if (watched == list_ && event->type() == QEvent::ShortcutOverride) {
        // Letters search in the list instead of running the window's commands.
        auto* key = static_cast<QKeyEvent*>(event);
        const bool plain = !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier));
        if (plain && (key->key() == Qt::Key_Escape || (!key->text().isEmpty() && key->text().front().isPrint()))) event->accept();
        return event->isAccepted();
    }
    if (watched == search_ && event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape) {
        event->accept();
        return true;
    }
    if (event->type() == QEvent::KeyPress && (watched == search_ || watched == list_))
        if (listKey(static_cast<QKeyEvent*>(event), watched == search_)) return true;
    return PanelFrame::eventFilter(watched, event);
}

void SurveysPanel::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Escape && previewing()) endPreview();
    else PanelFrame::keyPressEvent(event);
}

} // namespace firmament::window
