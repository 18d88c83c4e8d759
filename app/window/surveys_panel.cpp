#include "app/window/surveys_panel.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QListView>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStyledItemDelegate>
#include <QVBoxLayout>
#include <algorithm>

namespace firmament::window {

namespace {

constexpr int kRow = 52;

/// Colour of a wavelength: a fixed ramp, always beside the word.
QColor regimeColour(const QString& regime)
{
    const QString r = regime.toLower();
    struct Step {
        const char *word, *colour;
    };
    static constexpr Step kRamp[] = {{"gamma", "#B48CFF"}, {"x", "#7D8BFF"}, {"uv", "#6FB4FF"}, {"ultra", "#6FB4FF"}, {"opt", "#8FD38A"}, {"infra", "#E8A33B"},
                                     {"ir", "#E8A33B"}, {"mm", "#E07A4F"}, {"sub", "#E07A4F"}, {"milli", "#E07A4F"}, {"radio", "#D0605E"}};
    for (const Step& s : kRamp)
        if (r.startsWith(QLatin1String(s.word))) return QColor(QLatin1String(s.colour));
    return QColor(0xA9, 0xB1, 0xC0);
}

class SurveyDelegate final : public QStyledItemDelegate {
public:
    SurveyDelegate(Controller& c, SurveyModel& model, QObject* parent) : QStyledItemDelegate(parent), c_(c), model_(model) {}
    QSize sizeHint(const QStyleOptionViewItem&, const QModelIndex&) const override { return {280, kRow}; }
    void paint(QPainter* p, const QStyleOptionViewItem& o, const QModelIndex& index) const override
    {
        const SurveyEntry& e = model_.entry(index.row());
        const Style& style = c_.style();
        const Theme& t = style.theme();
        p->save();
        p->setRenderHint(QPainter::Antialiasing);
        const QRectF r = QRectF(o.rect).adjusted(4, 1, -4, -1);
        const bool selected = o.state & QStyle::State_Selected;
        if (selected || (o.state & QStyle::State_MouseOver)) {
            p->setPen(selected && (o.state & QStyle::State_HasFocus) ? QPen(t["accent"], 2) : QPen(Qt::NoPen));
            p->setBrush(selected ? t["accentWash"] : t["hover"]);
            p->drawRoundedRect(r.adjusted(1, 1, -1, -1), 6, 6);
        }
        const double ratio = p->device()->devicePixelRatioF();
        // The preview's place: the wavelength's colour with the survey's symbol.
        const QRectF thumb(r.x() + 6, r.y() + 3, 44, 44);
        QColor wash = style.theme().name == ThemeName::Night ? t["textFaint"] : regimeColour(e.regime);
        wash.setAlphaF(0.22F);
        p->setPen(QPen(t["line"], 1));
        p->setBrush(wash);
        p->drawRoundedRect(thumb.adjusted(0.5, 0.5, -0.5, -0.5), 5, 5);
        p->drawPixmap(QPointF(thumb.x() + 13, thumb.y() + 13), style.pixmap(QStringLiteral("globe"), 18, t["textDim"], ratio));
        const double x = thumb.right() + 10, right = r.right() - 8;
        bool shown = false;
        for (const scene::LayerState& l : c_.document().layers)
            if (const auto* s = std::get_if<scene::SurveyState>(&l.content)) shown |= s->source == e.source.toStdString();
        const bool favourite = std::ranges::find(c_.settings().favourites, e.id.toStdString()) != c_.settings().favourites.end();
        double marks = right;
        if (shown) p->drawPixmap(QPointF(marks -= 16, r.y() + 8), style.pixmap(QStringLiteral("eye"), 14, t["ok"], ratio));
        if (favourite) p->drawPixmap(QPointF(marks -= 16, r.y() + 8), style.pixmap(QStringLiteral("star"), 14, t["warn"], ratio));
        p->setFont(style.font(TextRole::Body, 500));
        p->setPen(t["text"]);
        p->drawText(QRectF(x, r.y() + 6, marks - x - 4, 18), Qt::AlignVCenter, QFontMetricsF(p->font()).elidedText(e.title, Qt::ElideRight, marks - x - 4));
        p->setFont(style.font(TextRole::Small));
        p->setPen(t["textDim"]);
        QStringList facts{e.regime};
        if (!e.band.isEmpty()) facts << e.band;
        if (e.order >= 0) facts << SurveyModel::tr("order %1").arg(e.order);
        if (e.frame != QLatin1String("ICRS")) facts << e.frame;
        p->drawText(QRectF(x, r.y() + 25, right - x, 17), Qt::AlignVCenter, QFontMetricsF(p->font()).elidedText(facts.join(QStringLiteral(" · ")), Qt::ElideRight, right - x));
        p->restore();
    }

private:
    Controller& c_;
    SurveyModel& model_;
};

} // namespace

SurveysPanel::SurveysPanel(Controller& controller, QWidget* parent)
    : PanelFrame(controller.style(), tr("Surveys"), parent), c_(controller), model_(controller.surveys())
{
    search_ = new QLineEdit(this);
    search_->setPlaceholderText(tr("Search by name, band, mission"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    search_->installEventFilter(this);
    connect(search_, &QLineEdit::textChanged, this, &SurveysPanel::refilter);
    top()->addWidget(search_);
    auto* chipBox = new QWidget(this);
    auto* flow = new FlowLayout(chipBox, 6);
    const QStringList regimes = regimesOf(c_.surveys());
    for (const QString& regime : QStringList{QString()} + regimes) {
        auto* chip = new Chip(c_.style(), regime.isEmpty() ? tr("All") : regime, chipBox);
        chip->setCheckable(true);
        chip->setChecked(regime.isEmpty());
        connect(chip, &QAbstractButton::clicked, this, [this, regime, chip] {
            regime_ = regime;
            for (Chip* other : chips_) other->setChecked(other == chip);
            refilter();
        });
        chips_ << chip;
        flow->addWidget(chip);
    }
    favourites_ = new Chip(c_.style(), tr("Favourites"), chipBox);
    favourites_->setCheckable(true);
    connect(favourites_, &QAbstractButton::toggled, this, &SurveysPanel::refilter);
    flow->addWidget(favourites_);
    top()->addWidget(chipBox);
    told_ = makeLabel({}, "faint", this);
    told_->setWordWrap(true);
    top()->addWidget(told_);

    list_ = new QListView(this);
    list_->setAccessibleName(tr("Known surveys"));
    list_->setModel(&model_);
    list_->setItemDelegate(new SurveyDelegate(c_, model_, list_));
    list_->setUniformItemSizes(true);
    list_->setMouseTracking(true);
    list_->setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
    list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list_->setContextMenuPolicy(Qt::CustomContextMenu);
    list_->installEventFilter(this);
    list_->viewport()->setAutoFillBackground(false);
    connect(list_, &QWidget::customContextMenuRequested, this, &SurveysPanel::menuAt);
    connect(list_, &QListView::doubleClicked, this, [this] { choose(false); });
    setBodyWidget(list_, 4000);

    auto* buttons = new QHBoxLayout;
    buttons->setSpacing(8);
    auto* add = new QPushButton(tr("Add on top"), this);
    add->setProperty("primary", true);
    auto* replace = new QPushButton(tr("Replace the base"), this);
    add->setToolTip(tr("Enter"));
    replace->setToolTip(tr("Ctrl+Enter"));
    for (QPushButton* b : {add, replace}) b->setAccessibleName(b->text());
    connect(add, &QPushButton::clicked, this, [this] { choose(false); });
    connect(replace, &QPushButton::clicked, this, [this] { choose(true); });
    buttons->addWidget(add);
    buttons->addWidget(replace);
    buttons->addStretch(1);
    footer()->addLayout(buttons);
    auto* other = new QHBoxLayout;
    other->setSpacing(8);
    address_ = new QLineEdit(this);
    address_->setPlaceholderText(tr("Address, id or folder of a HiPS"));
    address_->setAccessibleName(address_->placeholderText());
    connect(address_, &QLineEdit::returnPressed, this, &SurveysPanel::openTyped);
    auto* folder = new IconButton(c_.style(), QStringLiteral("folder-open"), tr("Choose a folder"), this);
    connect(folder, &QAbstractButton::clicked, this, [this] {
        QFileDialog dialog(this, tr("Choose a HiPS folder"));
        dialog.setOption(QFileDialog::DontUseNativeDialog);
        dialog.setFileMode(QFileDialog::Directory);
        if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return;
        address_->setText(dialog.selectedFiles().front());
        openTyped();
    });
    other->addWidget(address_, 1);
    other->addWidget(folder);
    footer()->addLayout(other);
    wrong_ = makeLabel({}, nullptr, this);
    wrong_->setWordWrap(true);
    wrong_->hide();
    footer()->addWidget(wrong_);
    connect(&c_, &Controller::layersChanged, list_->viewport(), qOverload<>(&QWidget::update));
    refilter();
}

void SurveysPanel::focusStart()
{
    search_->setFocus(Qt::OtherFocusReason);
    search_->selectAll();
}

void SurveysPanel::refilter()
{
    QSet<QString> only;
    for (const std::string& id : c_.settings().favourites) only.insert(QString::fromStdString(id));
    model_.setFilter(search_->text(), regime_, favourites_->isChecked() ? &only : nullptr);
    const int shown = model_.rowCount(), all = static_cast<int>(c_.surveys().size());
    setDetail(shown == all ? QString::number(all) : tr("%1 of %2").arg(shown).arg(all));
    QString line;
    if (shown == 0) line = favourites_->isChecked() && only.isEmpty() ? tr("No favourites yet: the menu of a survey makes one.") : tr("No survey has all of these words. The address field below opens any other HiPS.");
    else if (c_.offline()) line = tr("Offline: only what is kept on this computer can be drawn.");
    told_->setText(line);
    told_->setVisible(!line.isEmpty());
    if (shown > 0) list_->setCurrentIndex(model_.index(0));
}

void SurveysPanel::choose(bool replace)
{
    const QModelIndex i = list_->currentIndex();
    if (!i.isValid()) return;
    const SurveyEntry& e = model_.entry(i.row());
    if (replace) c_.replaceBase(e.source.toStdString(), e.title.toStdString());
    else c_.addSurvey(e.source.toStdString(), e.title.toStdString());
    c_.toast(replace ? tr("%1 is the base now.").arg(e.title) : tr("%1 added.").arg(e.title), QStringLiteral("edit.undo"));
}

void SurveysPanel::openTyped()
{
    const OpenTarget t = c_.interpret(address_->text());
    const bool ok = t.kind == OpenTarget::Kind::Survey;
    wrong_->setVisible(!ok);
    if (!ok) {
        wrong_->setText(t.kind == OpenTarget::Kind::Nothing ? QString::fromStdString(t.why) : tr("\"%1\" is a place, not a survey: type it in the box on top.").arg(address_->text()));
        return;
    }
    c_.open(address_->text());
    address_->clear();
}

void SurveysPanel::toggleFavourite()
{
    const QModelIndex i = list_->currentIndex();
    if (!i.isValid()) return;
    const std::string id = model_.entry(i.row()).id.toStdString();
    c_.changeSettings([&](Settings& s) {
        if (std::erase(s.favourites, id) == 0) s.favourites.push_back(id);
    });
    list_->viewport()->update();
}

void SurveysPanel::menuAt(const QPoint& pos)
{
    const QModelIndex i = list_->indexAt(pos);
    if (!i.isValid()) return;
    list_->setCurrentIndex(i);
    const SurveyEntry& e = model_.entry(i.row());
    const bool favourite = std::ranges::find(c_.settings().favourites, e.id.toStdString()) != c_.settings().favourites.end();
    QMenu menu;
    menu.addAction(c_.style().icon(QStringLiteral("plus")), tr("Add on top\tEnter"), this, [this] { choose(false); });
    menu.addAction(c_.style().icon(QStringLiteral("layers")), tr("Replace the base\tCtrl+Enter"), this, [this] { choose(true); });
    menu.addAction(c_.style().icon(QStringLiteral("star")), favourite ? tr("No favourite any more") : tr("Make it a favourite"), this, &SurveysPanel::toggleFavourite);
    menu.addSeparator();
    menu.addAction(e.id)->setEnabled(false);
    if (!e.credit.isEmpty()) menu.addAction(e.credit.left(80))->setEnabled(false);
    menu.exec(list_->viewport()->mapToGlobal(pos));
}

bool SurveysPanel::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress && (watched == search_ || watched == list_)) {
        auto* key = static_cast<QKeyEvent*>(event);
        const bool enter = key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter;
        if (enter) {
            choose(key->modifiers() & Qt::ControlModifier);
            return true;
        }
        if (watched == search_ && (key->key() == Qt::Key_Down || key->key() == Qt::Key_Up)) {
            const int next = std::clamp(list_->currentIndex().row() + (key->key() == Qt::Key_Down ? 1 : -1), 0, std::max(0, model_.rowCount() - 1));
            list_->setCurrentIndex(model_.index(next));
            return true;
        }
        if (key->key() == Qt::Key_Escape) {
            emit closeWanted();
            return true;
        }
    }
    return PanelFrame::eventFilter(watched, event);
}

} // namespace firmament::window
