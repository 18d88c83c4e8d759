#include "app/window/survey_detail.h"

#include <QAbstractButton>
#include <QElapsedTimer>
#include <QGridLayout>
#include <QKeyEvent>
#include <QPainter>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSpinBox>
#include <QUrl>
#include <algorithm>
#include <cmath>

#include "app/window/controller.h"
#include "app/window/survey_delegate.h"

namespace firmament::window {

namespace {

constexpr int kNameWidth = 88;
constexpr size_t kMaxText = 4000;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

QString kindText(const hips::SurveyInfo& info)
{
    switch (info.kind) {
    case hips::SurveyKind::Colour: return SurveyDetail::tr("Image in colour");
    case hips::SurveyKind::Cube: return SurveyDetail::tr("Cube of %1 channels").arg(info.cubeDepth);
    case hips::SurveyKind::Catalogue: return SurveyDetail::tr("Catalogue");
    case hips::SurveyKind::Planet: return SurveyDetail::tr("Map of %1").arg(q(info.body));
    case hips::SurveyKind::Image: break;
    }
    return SurveyDetail::tr("Image");
}

QString tilesText(const hips::SurveyInfo& info)
{
    QStringList formats;
    for (const auto f : info.formats) formats << QString::fromLatin1(hips::formatWord(f));
    const QString orders = info.orderGuessed ? QString() : SurveyDetail::tr("orders %1 to %2").arg(info.orderMin).arg(info.orderMax);
    QStringList words{formats.join(QLatin1Char(' ')), SurveyDetail::tr("%1 pixels wide").arg(info.tileWidth), orders};
    words.removeAll(QString());
    return words.join(QStringLiteral(", "));
}

QString copyingText(const std::string& status)
{
    const QString s = q(status).toLower();
    if (s.contains(QLatin1String("unclonable"))) return SurveyDetail::tr("Its tiles must not be copied as a whole");
    if (s.contains(QLatin1String("cloneableonce")) || s.contains(QLatin1String("clonableonce"))) return SurveyDetail::tr("May be copied once, and not handed on from the copy");
    if (s.contains(QLatin1String("clonable"))) return SurveyDetail::tr("May be copied");
    return {};
}

/// The picture of the row, larger.
class Picture final : public QWidget {
public:
    Picture(Controller& c, QImage image, std::optional<Wave> wave, QWidget* parent) : QWidget(parent), c_(c), image_(std::move(image)), wave_(wave)
    {
        setFixedSize(SurveyLibrary::kPictureSide, SurveyLibrary::kPictureSide);
    }

protected:
    void paintEvent(QPaintEvent*) override
    {
        QPainter p(this);
        p.setRenderHint(QPainter::Antialiasing);
        if (image_.isNull()) {
            paintWaveSymbol(p, rect(), wave_, c_.style());
            return;
        }
        p.fillRect(rect(), QColor(0x06, 0x08, 0x0C));
        p.drawImage(rect(), forTheme(image_, c_));
    }

private:
    Controller& c_;
    const QImage image_;
    const std::optional<Wave> wave_;
};

} // namespace

SurveyDetail::SurveyDetail(Controller& controller, SurveyLibrary& library, QWidget* parent) : QWidget(parent), c_(controller), library_(library)
{
    setAccessibleName(tr("All about one survey"));
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(4);
    auto* head = new QHBoxLayout;
    head->setContentsMargins(8, 0, 14, 0);
    head->setSpacing(6);
    back_ = new IconButton(c_.style(), QStringLiteral("chevron-left"), tr("Back to the list"), this);
    back_->setToolTip(tr("Back to the list (Left arrow, Esc)"));
    connect(back_, &QAbstractButton::clicked, this, &SurveyDetail::backWanted);
    head->addWidget(back_);
    title_ = new ElidedLabel(this);
    title_->setProperty("strong", true);
    head->addWidget(title_, 1);
    column->addLayout(head);
    scroll_ = new QScrollArea(this);
    scroll_->setWidgetResizable(true);
    scroll_->setFrameShape(QFrame::NoFrame);
    scroll_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroll_->setAccessibleName(tr("What the survey says of itself"));
    scroll_->viewport()->setAutoFillBackground(false);
    column->addWidget(scroll_, 1);
    connect(&library_, &SurveyLibrary::changed, this, [this](const QSet<int>& which) {
        if (isVisible() && which.contains(index_) && mirrors_.empty() == library_.at(index_).local()) rebuild();
    });
    keeper_ = new SurveyKeeper(c_, this);
    connect(keeper_, &SurveyKeeper::changed, this, &SurveyDetail::showKeep);
    connect(&c_.style(), &Style::changed, this, [this] {
        if (index_ >= 0) rebuild();
    });
    connect(&c_, &Controller::networkChanged, this, [this] {
        if (index_ >= 0) rebuild();
    });
}

void SurveyDetail::showSurvey(int index)
{
    if (index_ != index) keepOrder_ = -1;
    index_ = index;
    library_.askAgain(index);
    rebuild();
    scroll_->ensureVisible(0, 0);
}

void SurveyDetail::focusStart()
{
    for (QAbstractButton* button : findChildren<QAbstractButton*>()) button->installEventFilter(this); // again does no harm
    back_->setFocus(Qt::OtherFocusReason);
}

void SurveyDetail::addSection(const QString& title)
{
    content_->addSpacing(4);
    content_->addWidget(makeLabel(title, "section"));
}

void SurveyDetail::addText(const QString& text, const char* look)
{
    if (text.isEmpty()) return;
    QLabel* label = makeLabel(text, look);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    content_->addWidget(label);
}

void SurveyDetail::addFact(const QString& name, const QString& value, const QString& tip)
{
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    QLabel* key = makeLabel(name, "dim");
    key->setFixedWidth(kNameWidth);
    key->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    row->addWidget(key);
    QLabel* text = makeLabel(value.isEmpty() ? tr("not said") : value, value.isEmpty() ? "faint" : nullptr);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    text->setTextInteractionFlags(Qt::TextSelectableByMouse);
    text->setAccessibleName(QStringLiteral("%1: %2").arg(name, text->text()));
    text->setToolTip(tip);
    row->addWidget(text, 1);
    content_->addLayout(row);
}

void SurveyDetail::addMirrors(const SurveyFacts& facts)
{
    std::vector<std::string> bases{facts.entry.info.url};
    for (const std::vector<std::string>* more : {&facts.entry.info.mirrors, &facts.info().mirrors})
        for (const std::string& m : *more) bases.push_back(m);
    if (facts.said) bases.push_back(facts.said->url);
    for (const std::string& base : bases) {
        const bool web = base.starts_with("http://") || base.starts_with("https://");
        if (!web || std::any_of(mirrors_.begin(), mirrors_.end(), [&](const Mirror& m) { return m.base == base; })) continue;
        auto* row = new QHBoxLayout;
        row->setSpacing(8);
        auto* host = new ElidedLabel;
        host->setFullText(QUrl(q(base)).host() + QUrl(q(base)).path());
        row->addWidget(host, 1);
        QLabel* told = makeLabel(mirrors_.empty() && facts.answerMs >= 0 ? tr("%1 ms").arg(facts.answerMs) : tr("not measured"), "faint");
        told->setFixedWidth(96);
        told->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        row->addWidget(told);
        content_->addLayout(row);
        mirrors_.push_back({base, told, {}});
    }
    measure_ = new QPushButton(tr("Measure"));
    measure_->setAccessibleName(tr("Measure how fast its servers answer"));
    measure_->setEnabled(!c_.offline());
    measure_->setToolTip(c_.offline() ? tr("Offline: no server can be asked") : tr("Asks each server for its properties"));
    connect(measure_, &QPushButton::clicked, this, &SurveyDetail::measure);
    auto* row = new QHBoxLayout;
    row->addWidget(measure_);
    if (c_.offline()) row->addWidget(makeLabel(tr("Offline: no server can be asked"), "faint"));
    row->addStretch(1);
    content_->addLayout(row);
}

KeepWish SurveyDetail::keepWish(int order) const
{
    const SurveyFacts& f = library_.at(index_);
    std::string base = !f.entry.info.url.empty() ? f.entry.info.url : f.entry.source.toStdString();
    while (base.ends_with('/')) base.pop_back();
    return {base, f.title().toStdString(), f.info(), f.coverage, c_.view(), order};
}

/// The size first, then a button.
void SurveyDetail::addKeep(const SurveyFacts& facts)
{
    addSection(tr("Keep for offline"));
    addText(tr("What is in view now, so that it is there without a network. It goes to the cache, where the oldest makes room when the limit is reached."), "faint");
    const hips::SurveyInfo& i = facts.info();
    if (keepOrder_ < 0) {
        // A texel of that order is no larger than a pixel of the view.
        const double texel = std::sqrt(4 * sky::kPi / 12) / std::max(1, i.tileWidth);
        keepOrder_ = std::clamp(static_cast<int>(std::ceil(std::log2(texel / std::max(c_.view().pixelScale().rad(), 1e-12)))), i.orderMin, i.orderMax);
    }
    auto* row = new QHBoxLayout;
    row->setSpacing(8);
    row->addWidget(makeLabel(tr("Down to order"), "dim"));
    keepDepth_ = new QSpinBox;
    keepDepth_->setRange(i.orderMin, i.orderMax);
    keepDepth_->setValue(keepOrder_);
    keepDepth_->setKeyboardTracking(false);
    keepDepth_->setAccessibleName(tr("Deepest order to keep"));
    keepDepth_->setFixedWidth(64);
    connect(keepDepth_, &QSpinBox::valueChanged, this, [this](int order) {
        keepOrder_ = order;
        sizeKeep();
    });
    row->addWidget(keepDepth_);
    row->addStretch(1);
    keepButton_ = new QPushButton;
    connect(keepButton_, &QPushButton::clicked, this, [this] {
        if (keeper_->phase() == SurveyKeeper::Phase::Keeping) keeper_->stop();
        else if (keeper_->phase() == SurveyKeeper::Phase::Measured && keepSized()) keeper_->start();
        else sizeKeep();
    });
    row->addWidget(keepButton_);
    content_->addLayout(row);
    keepTold_ = makeLabel({}, "dim");
    keepTold_->setWordWrap(true);
    content_->addWidget(keepTold_);
    showKeep();
}

/// What was measured is still what is shown.
bool SurveyDetail::keepSized() const
{
    const KeepWish& wish = keeper_->wish();
    return wish.title == library_.at(index_).title().toStdString() && wish.order == keepOrder_ && wish.view == c_.view();
}

void SurveyDetail::sizeKeep()
{
    if (index_ >= 0 && !c_.offline()) keeper_->measure(keepWish(keepOrder_));
}

void SurveyDetail::showKeep()
{
    if (!keepTold_) return;
    using Phase = SurveyKeeper::Phase;
    const auto size = [](double bytes) { return bytes < 1 << 20 ? tr("%1 kB").arg(std::ceil(bytes / 1024), 0, 'f', 0) : tr("%1 MB").arg(bytes / (1 << 20), 0, 'f', bytes < 10 << 20 ? 1 : 0); };
    const bool mine = keeper_->wish().title == library_.at(index_).title().toStdString();
    const Phase phase = mine ? keeper_->phase() : Phase::Idle;
    const bool busy = !mine && keeper_->phase() == Phase::Keeping;
    QString told, button = tr("Work out the size");
    const bool sized = keepSized();
    if (c_.offline()) told = tr("Offline: nothing can be loaded.");
    else if (busy) told = tr("%1 is being kept: %2 of %3 tiles.").arg(q(keeper_->wish().title)).arg(keeper_->done()).arg(keeper_->total());
    else if (phase == Phase::Measuring) told = tr("Working out the size of %1 tiles.").arg(keeper_->total());
    else if (phase == Phase::Measured && sized) {
        told = keeper_->bytesExpected() > 0 ? tr("%1 tiles, about %2.").arg(keeper_->total()).arg(size(keeper_->bytesExpected())) : tr("%1 tiles. Their size could not be found out: the server gave none of three.").arg(keeper_->total());
        button = tr("Keep");
    } else if (phase == Phase::Keeping) {
        told = tr("%1 of %2 tiles, %3.").arg(keeper_->done()).arg(keeper_->total()).arg(size(keeper_->bytesGot()));
        button = tr("Stop");
    } else if (phase == Phase::Done) {
        told = tr("%1 of %2 tiles are kept, %3.").arg(keeper_->done() - keeper_->failed() - keeper_->missing()).arg(keeper_->total()).arg(size(keeper_->bytesGot()));
        if (keeper_->missing() > 0) told += QLatin1Char(' ') + tr("The server has no more of them.");
        if (keeper_->failed() > 0) told += QLatin1Char(' ') + tr("%1 could not be loaded.").arg(keeper_->failed());
    } else if (mine && keeper_->total() == 0 && sized) {
        told = cellsToKeep(keeper_->wish()) ? tr("It has nothing in this view.") : tr("More than %1 tiles, or another sky: zoom in, or choose a lower order.").arg(kMostKept);
    }
    keepTold_->setText(told);
    keepTold_->setAccessibleName(told);
    keepButton_->setText(button);
    keepButton_->setAccessibleName(button == tr("Keep") ? tr("Keep %1 for offline").arg(library_.at(index_).title()) : button);
    keepButton_->setEnabled(!c_.offline() && !busy && phase != Phase::Measuring);
    keepDepth_->setEnabled(phase != Phase::Keeping && !busy);
}

void SurveyDetail::rebuild()
{
    const bool hadFocus = measure_ && measure_->hasFocus();
    const SurveyFacts& f = library_.at(index_);
    const hips::SurveyInfo& i = f.info();
    mirrors_.clear();
    measure_ = nullptr;
    keepTold_ = nullptr;
    title_->setFullText(f.title());
    auto* page = new QWidget;
    page->setAutoFillBackground(false);
    content_ = new QVBoxLayout(page);
    content_->setContentsMargins(14, 0, 14, 12);
    content_->setSpacing(6);
    auto* top = new QHBoxLayout;
    top->setSpacing(12);
    top->addWidget(new Picture(c_, library_.picture(index_), f.wave(), page));
    auto* beside = new QVBoxLayout;
    beside->setSpacing(2);
    for (const QString& line : {bandText(f), yearsText(f), healthText(f, c_.offline())}) {
        if (line.isEmpty()) continue;
        QLabel* label = makeLabel(line, "dim");
        label->setWordWrap(true);
        beside->addWidget(label);
    }
    beside->addStretch(1);
    top->addLayout(beside, 1);
    content_->addLayout(top);
    if (!f.trouble.isEmpty()) addText(f.trouble, "dim");
    if (!i.description.empty()) addText(q(i.description.substr(0, kMaxText)));
    else if (!f.said && f.health == Health::Asking) addText(tr("Reading what it says of itself"), "faint");
    addFact(tr("Kind"), kindText(i));
    addFact(tr("Resolution"), resolutionText(f), tr("A pixel of the deepest tiles"));
    addFact(tr("Coverage"), f.info().body.empty() ? coverageText(f) : tr("a globe"), tr("Part of the sky"));
    addFact(tr("Observed"), yearsText(f));
    addFact(tr("Tiles"), tilesText(i));
    addFact(tr("Frame"), i.body.empty() ? QString::fromLatin1(sky::frameName(i.frame)) : q(i.body));
    const std::optional<hips::Limits> cuts = i.pixelCut ? i.pixelCut : f.entry.info.pixelCut;
    if (cuts || std::find(i.formats.begin(), i.formats.end(), hips::TileFormat::Fits) != i.formats.end())
        addFact(tr("Cuts"), cuts ? QStringLiteral("%1 – %2 %3").arg(cuts->lo).arg(cuts->hi).arg(q(i.unit)).trimmed() : QString(), tr("What the survey suggests for its values"));
    addSection(tr("Credit and use"));
    addFact(tr("Credit"), i.credit.empty() ? f.entry.credit : q(i.credit));
    addFact(tr("Licence"), q(i.copyrightUrl), tr("Where its terms are written"));
    if (const QString copying = copyingText(i.status); !copying.isEmpty()) addFact(tr("Copying"), copying);
    addFact(tr("Bibcode"), q(i.bibcode));
    addFact(tr("Id"), f.entry.id.isEmpty() ? q(i.id) : f.entry.id);
    if (f.local()) {
        addSection(tr("Folder"));
        addText(q(f.folder), "dim");
    } else {
        addSection(tr("Servers"));
        addMirrors(f);
        if (f.info().kind != hips::SurveyKind::Catalogue && !f.info().formats.empty()) addKeep(f);
    }
    if (!f.warnings.isEmpty()) {
        addSection(tr("What is odd in its properties"));
        for (const QString& w : f.warnings) addText(w, "dim");
    }
    content_->addStretch(1);
    const int at = scroll_->verticalScrollBar() ? scroll_->verticalScrollBar()->value() : 0;
    scroll_->setWidget(page);
    page->setAutoFillBackground(false);
    scroll_->verticalScrollBar()->setValue(at);
    if (hadFocus && measure_) measure_->setFocus();
}

void SurveyDetail::measure()
{
    for (size_t k = 0; k < mirrors_.size(); ++k) {
        Mirror& m = mirrors_[k];
        m.told->setText(tr("asking"));
        net::Request r;
        r.url = m.base + "/properties";
        r.cache = net::CachePolicy::None;
        r.maxBytes = 4u << 20;
        r.idleTimeout = std::chrono::milliseconds(8000);
        QElapsedTimer since;
        since.start();
        m.request = c_.network().send(std::move(r), c_.uiExecutor(), [this, k, since](Expected<net::Response> got) {
            Mirror& answered = mirrors_[k];
            answered.told->setText(got ? tr("%1 ms").arg(since.elapsed()) : got.error().http ? tr("HTTP %1").arg(got.error().http) : tr("no answer"));
            if (!got) answered.told->setToolTip(q(got.error().text()));
        });
    }
}

namespace {
bool goesBack(const QKeyEvent& event) { return event.key() == Qt::Key_Left || event.key() == Qt::Key_Escape || event.key() == Qt::Key_Backspace; }
} // namespace

/// Buttons would take Left as "the one before".
bool SurveyDetail::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() != QEvent::KeyPress || !goesBack(*static_cast<QKeyEvent*>(event))) return QWidget::eventFilter(watched, event);
    emit backWanted();
    return true;
}

void SurveyDetail::keyPressEvent(QKeyEvent* event)
{
    if (goesBack(*event)) emit backWanted();
    else QWidget::keyPressEvent(event);
}

} // namespace firmament::window
