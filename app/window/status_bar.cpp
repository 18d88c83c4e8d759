#include "app/window/status_bar.h"

#include <QApplication>
#include <QClipboard>
#include <QEvent>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QStyleOptionButton>
#include <QStylePainter>
#include <cmath>

#include "app/window/controls.h"
#include "app/window/escape_key.h"
#include "app/window/tips.h"

namespace firmament::window {

namespace {

constexpr int kViewMs = 40;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

/// With a menu and without, its text stands at the same place: the style sheet forgets the padding of buttons with menus.
class StatusItem final : public QPushButton {
public:
    using QPushButton::QPushButton;

protected:
    void paintEvent(QPaintEvent*) override
    {
        QStylePainter p(this);
        QStyleOptionButton option;
        initStyleOption(&option);
        option.features &= ~QStyleOptionButton::HasMenu;
        p.drawControl(QStyle::CE_PushButton, option);
    }
};

QPushButton* item(const QString& name, QWidget* parent, bool value = false)
{
    auto* b = new StatusItem(parent);
    b->setProperty("statusItem", true);
    if (value) b->setProperty("statusValue", true);
    b->setAccessibleName(name);
    b->setToolTip(name);
    b->setFocusPolicy(Qt::TabFocus);
    return b;
}

QLineEdit* field(const QString& name, QWidget* parent)
{
    auto* e = new QLineEdit(parent);
    e->setProperty("statusField", true);
    e->setAccessibleName(name);
    e->setToolTip(name);
    e->setFrame(false);
    return e;
}

/// The width that `b` would have with that text.
int widthWith(QPushButton* b, const QString& text)
{
    const QString now = b->text();
    b->setText(text);
    const int width = b->sizeHint().width();
    b->setText(now);
    return width;
}

/// Text that does not move its neighbours: the item grows when it must and never shrinks by itself.
void say(QPushButton* b, const QString& text)
{
    if (b->text() == text) return;
    b->setText(text);
    b->setMinimumWidth(std::max(b->minimumWidth(), b->sizeHint().width()));
}

void makeRoom(QLineEdit* e, const QString& text)
{
    e->ensurePolished();
    constexpr int kAround = 2 * (4 + 1 + 2) + 2; // padding, border and margin of the text, cursor
    const int wanted = e->fontMetrics().horizontalAdvance(text) + kAround;
    if (wanted > e->minimumWidth()) e->setFixedWidth(wanted);
}

QFrame* divider(QWidget* parent)
{
    auto* line = new QFrame(parent);
    line->setFixedSize(1, 14);
    line->setProperty("ruler", true);
    return line;
}

void markWrong(QLineEdit* e, const QString& why)
{
    e->setProperty("wrong", !why.isEmpty());
    e->setToolTip(why.isEmpty() ? e->accessibleName() : why);
    e->style()->unpolish(e);
    e->style()->polish(e);
}

} // namespace

StatusBar::StatusBar(Controller& controller, QWidget* parent) : QWidget(parent), c_(controller)
{
    setAccessibleName(tr("Status"));
    auto* row = row_ = new QHBoxLayout(this);
    row->setContentsMargins(8, 0, 8, 0);
    row->setSpacing(4);
    row->setSizeConstraint(QLayout::SetNoConstraint);

    frame_ = item(tr("Frame of the position, and of up"), this);
    frameMenu_ = new QMenu(frame_);
    connect(frameMenu_, &QMenu::aboutToShow, this, &StatusBar::fillFrameMenu);
    frame_->setMenu(frameMenu_);
    position_ = item(tr("Position under the pointer: click copies it"), this, true);
    connect(position_, &QPushButton::clicked, this, [this] {
        c_.copyPosition(shownPosition(), c_.settings().positionDegrees ? sky::PosSpelling::Degrees : sky::PosSpelling::Sexagesimal);
    });
    position_->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(position_, &QWidget::customContextMenuRequested, this, [this](const QPoint& at) {
        QMenu menu;
        copyMenu(menu, shownPosition());
        menu.exec(position_->mapToGlobal(at));
    });
    value_ = item(tr("Value under the pointer"), this);
    valueMenu_ = new QMenu(value_);
    connect(valueMenu_, &QMenu::aboutToShow, this, &StatusBar::fillValueMenu);
    value_->setMenu(valueMenu_);
    progress_ = item(tr("Progress: click shows the layers"), this);
    progress_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    connect(progress_, &QPushButton::clicked, this, [this] {
        if (!tips_->current().isEmpty() && progressText_.isEmpty()) tips_->end();
        else c_.showPanel(QStringLiteral("layers"));
    });
    tips_ = new Tips(c_, this);
    connect(tips_, &Tips::changed, this, &StatusBar::showProgress);

    auto* fovWord = makeLabel(tr("FoV"), "faint", this);
    fov_ = field(tr("Field of view, the width of the canvas: type 2deg, 30' or 5\""), this);
    connect(fov_, &QLineEdit::returnPressed, this, &StatusBar::fovTyped);
    projection_ = item(tr("Projection, roll and mirror"), this);
    projectionMenu_ = new QMenu(projection_);
    connect(projectionMenu_, &QMenu::aboutToShow, this, &StatusBar::fillProjectionMenu);
    projection_->setMenu(projectionMenu_);
    auto* epochWord = makeLabel(tr("Epoch"), "faint", this);
    epoch_ = field(tr("Epoch of positions with proper motion: type a year"), this);
    connect(epoch_, &QLineEdit::returnPressed, this, &StatusBar::epochTyped);
    network_ = item(tr("Network and tiles"), this);
    networkMenu_ = new QMenu(network_);
    connect(networkMenu_, &QMenu::aboutToShow, this, &StatusBar::fillNetworkMenu);
    network_->setMenu(networkMenu_);
    network_->setProperty("statusEnd", true);
    more_ = item(tr("What has no room here"), this);
    more_->setText(QStringLiteral("…"));
    moreMenu_ = new QMenu(more_);
    connect(moreMenu_, &QMenu::aboutToShow, this, &StatusBar::fillMoreMenu);
    more_->setMenu(moreMenu_);
    for (QLineEdit* e : {fov_, epoch_}) {
        e->installEventFilter(this);
        new EscapeKey(e, [this, e] { leave(e); });
    }
    focusWatch_ = connect(qApp, &QApplication::focusChanged, this, [this](QWidget* old, QWidget* now) {
        if ((now == fov_ || now == epoch_) && old != fov_ && old != epoch_) cameFrom_ = old;
    });

    QFrame* lines[] = {divider(this), divider(this), divider(this), divider(this), divider(this), divider(this)};
    for (QWidget* w : std::initializer_list<QWidget*>{frame_, lines[0], position_, lines[1], value_, lines[2]}) row->addWidget(w);
    row->addWidget(progress_, 1);
    for (QWidget* w : std::initializer_list<QWidget*>{fovWord, fov_, lines[3], projection_, lines[4], epochWord, epoch_, lines[5], network_, more_}) row->addWidget(w);
    parts_ = {{{value_, lines[2]}, tr("Value")}, {{lines[4], epochWord, epoch_}, tr("Epoch")}, {{lines[3], projection_}, tr("Projection")},
              {{fovWord, fov_}, tr("Field of view")}, {{frame_, lines[0]}, tr("Frame")}, {{lines[5], network_}, tr("Network")}};

    viewTimer_.setSingleShot(true);
    connect(&viewTimer_, &QTimer::timeout, this, &StatusBar::refreshView);
    connect(&c_, &Controller::viewChanged, this, [this] {
        if (!viewTimer_.isActive()) viewTimer_.start(kViewMs);
    });
    connect(&c_, &Controller::overlaysChanged, this, &StatusBar::refreshView);
    connect(&c_, &Controller::settingsChanged, this, &StatusBar::restyle);
    connect(&c_, &Controller::pointerChanged, this, &StatusBar::refreshPointer);
    connect(&c_, &Controller::reportsChanged, this, &StatusBar::refreshProgress);
    connect(&c_, &Controller::layersChanged, this, &StatusBar::refreshProgress);
    connect(&c_, &Controller::networkChanged, this, &StatusBar::refreshProgress);
    connect(&c_.style(), &Style::changed, this, &StatusBar::restyle);
    restyle();
}

/// Room for what the items usually say; more is given as it is needed, so that nothing moves when a digit comes or goes.
void StatusBar::restyle()
{
    setFixedHeight(c_.style().size("statusBar"));
    position_->setMinimumWidth(0);
    position_->setText({});
    value_->setMinimumWidth(widthWith(value_, QStringLiteral("l 000.000°  b −00.000°")));
    projection_->setMinimumWidth(widthWith(projection_, tr("%1 · roll %2°").arg(QStringLiteral("STG"), QStringLiteral("−120"))));
    for (QLineEdit* e : {fov_, epoch_}) e->setMinimumWidth(0);
    makeRoom(fov_, QStringLiteral("100.5° × 62.5°"));
    makeRoom(epoch_, QStringLiteral("J2000.0"));
    refreshProgress();
    network_->setMinimumWidth(widthWith(network_, tr("%1 tiles on the way").arg(99)));
    refreshView();
    update();
}

/// Leaves away what has no room, in the order of `parts_`; the button at the end has it in its menu.
void StatusBar::fit()
{
    const auto need = [](const QWidget* w) { return std::max(w->minimumWidth(), w->minimumSizeHint().width()); };
    const int gap = row_->spacing();
    const auto all = [&](const Part& p) {
        int sum = 0;
        for (const QWidget* w : p.widgets) sum += (w->maximumWidth() == w->minimumWidth() ? w->minimumWidth() : need(w)) + gap;
        return sum;
    };
    int sum = row_->contentsMargins().left() + row_->contentsMargins().right() + need(position_) + gap + 1; // and its line
    if (hint_) sum += hint_->minimumSizeHint().width() + gap;
    for (const Part& p : parts_)
        if (p.wanted) sum += all(p);
    const bool narrow = sum > width();
    if (narrow) sum += need(more_) + gap;
    for (const Part& p : parts_) {
        const bool shown = p.wanted && (sum <= width() || &p == forced_);
        if (p.wanted && !shown) sum -= all(p);
        for (QWidget* w : p.widgets)
            if (w->isHidden() == shown) w->setVisible(shown);
    }
    if (more_->isHidden() == narrow) more_->setVisible(narrow);
}

void StatusBar::fillMoreMenu()
{
    moreMenu_->clear();
    for (const Part& p : parts_) {
        if (!p.wanted || !p.widgets.back()->isHidden()) continue;
        if (QLineEdit* e = p.widgets.contains(fov_) ? fov_ : p.widgets.contains(epoch_) ? epoch_ : nullptr) {
            moreMenu_->addAction(QStringLiteral("%1\t%2").arg(p.name, e->text()), this, [this, &p, e] {
                forced_ = &p;
                fit();
                e->setFocus(Qt::OtherFocusReason);
            });
            continue;
        }
        for (QWidget* w : p.widgets) {
            auto* button = qobject_cast<QPushButton*>(w);
            if (!button) continue;
            button->menu()->setTitle(QStringLiteral("%1\t%2").arg(p.name, button->text()));
            moreMenu_->addMenu(button->menu());
        }
    }
}

void StatusBar::showHint(const QString& text, const QString& action, const std::function<void()>& run)
{
    if (hint_) hint_->deleteLater();
    hint_ = new QWidget(this);
    hint_->setAccessibleName(tr("Hint"));
    auto* line = new QHBoxLayout(hint_);
    line->setContentsMargins(4, 0, 4, 0);
    line->setSpacing(6);
    auto* words = new ElidedLabel(hint_);
    words->setFullText(text);
    line->addWidget(words, 1);
    const auto gone = [this] {
        if (!hint_) return;
        hint_->deleteLater();
        hint_ = nullptr;
        progress_->show();
        fit();
    };
    auto* yes = item(action, hint_);
    yes->setText(action);
    connect(yes, &QPushButton::clicked, this, [gone, run] {
        gone();
        run();
    });
    auto* no = new IconButton(c_.style(), QStringLiteral("x"), tr("Close this hint"), hint_);
    no->setBox({24, 24}, 14);
    connect(no, &QAbstractButton::clicked, this, gone);
    line->addWidget(yes);
    line->addWidget(no);
    row_->insertWidget(row_->indexOf(progress_), hint_, 1);
    progress_->hide();
    hint_->show();
    fit();
}

sky::SkyPos StatusBar::shownPosition() const
{
    return c_.pointer().pos ? *c_.pointer().pos : c_.aimPosition();
}

void StatusBar::copyMenu(QMenu& menu, const sky::SkyPos& pos)
{
    using S = sky::PosSpelling;
    const std::pair<QString, S> spellings[] = {{tr("Sexagesimal"), S::Sexagesimal}, {tr("Hours and degrees with letters"), S::Hms}, {tr("Decimal degrees"), S::Degrees},
                                               {tr("Galactic"), S::GalacticDegrees}, {tr("Ecliptic"), S::EclipticDegrees},
                                               {tr("astropy SkyCoord"), S::AstropySkyCoord}, {tr("ds9 region"), S::Ds9Region}, {tr("JSON"), S::Json}};
    for (const auto& [name, spelling] : spellings) {
        const QString text = q(sky::spell(pos, spelling, c_.view().pixelScale()));
        menu.addAction(QStringLiteral("%1\t%2").arg(name, text.size() > 48 ? text.left(46) + QStringLiteral("…") : text), this,
                       [this, pos, s = spelling] { c_.copyPosition(pos, s); });
    }
}

void StatusBar::refreshPointer()
{
    const sky::SkyPos pos = shownPosition();
    say(position_, c_.positionText(pos));
    QString text;
    if (c_.pointer().value) {
        const scene::ValueReading& v = *c_.pointer().value;
        text = QString::number(v.value, 'g', 5);
        if (!v.unit.empty()) text += QLatin1Char(' ') + q(v.unit);
        text += QStringLiteral(" · ") + (v.layerName.size() > 32 ? q(v.layerName).left(30) + QStringLiteral("…") : q(v.layerName));
        text.replace(QLatin1Char('-'), QChar(0x2212));
    } else if (pos.frame != sky::Frame::Body) {
        const bool galactic = c_.settings().positionFrame == sky::Frame::Galactic;
        const sky::SkyPos other = sky::converted(pos, galactic ? sky::Frame::Icrs : sky::Frame::Galactic);
        text = (galactic ? QStringLiteral("%1° %2°") : QStringLiteral("l %1°  b %2°")).arg(q(sky::formatLongitudeDeg(other.lon, 3)), q(sky::formatDeg(other.lat, 3)));
        text.replace(QLatin1Char('-'), QChar(0x2212));
    }
    say(value_, text);
    parts_.front().wanted = !text.isEmpty();
    fit();
}

void StatusBar::refreshView()
{
    const sky::SkyView& v = c_.view();
    frame_->setText(v.frame() == sky::Frame::Body ? tr("Body") : QString::fromLatin1(sky::frameName(c_.settings().positionFrame)));
    if (!fov_->hasFocus()) {
        const QString text = QStringLiteral("%1 × %2").arg(q(sky::formatField(v.fov())), q(sky::formatField(v.fovHeight())));
        makeRoom(fov_, text);
        fov_->setText(text);
    }
    QString roll = QString::number(v.roll().deg(), 'f', std::abs(v.roll().deg() - std::round(v.roll().deg())) < 0.05 ? 0 : 1);
    if (roll == QLatin1String("-0")) roll = QStringLiteral("0");
    say(projection_, tr("%1 · roll %2°").arg(QLatin1String(sky::info(v.projection()).code), roll.replace(QLatin1Char('-'), QChar(0x2212)))
                         + (v.mirror() ? tr(" · mirrored") : QString()));
    if (!epoch_->hasFocus()) {
        const QString text = QStringLiteral("J%1").arg(c_.document().epoch.jyear, 0, 'f', 1).replace(QLatin1Char('-'), QChar(0x2212));
        makeRoom(epoch_, text);
        epoch_->setText(text);
    }
    refreshPointer();
}

void StatusBar::refreshProgress()
{
    int loading = 0, layers = 0, failed = 0, offline = 0;
    QString line;
    for (const scene::LayerReport& r : c_.scene().reports()) {
        if (r.phase == scene::LayerPhase::Loading || r.phase == scene::LayerPhase::Opening) {
            ++layers;
            loading += std::max(0, r.total - r.done);
            if (const auto* l = c_.layer(r.id); l && line.isEmpty()) line = QStringLiteral("%1: %2").arg(c_.layerTitle(*l), q(r.line));
        }
        failed += r.phase == scene::LayerPhase::Failed;
        offline += r.phase == scene::LayerPhase::Offline;
    }
    progressText_ = line;
    showProgress();
    const char* icon = "circle-check";
    const char* token = "ok";
    QString text = tr("All here");
    if (layers > 0) {
        icon = "loader-circle";
        token = "accent";
        text = loading > 0 ? tr("%n tile(s) on the way", nullptr, loading).replace(QLatin1String("tile(s)"), loading == 1 ? tr("tile") : tr("tiles")) : tr("Opening");
    } else if (failed > 0) {
        icon = "circle-alert";
        token = "error";
        text = failed == 1 ? tr("1 layer failed") : tr("%1 layers failed").arg(failed);
    } else if (c_.offline()) {
        icon = offline > 0 ? "cloud-off" : "circle-check";
        token = offline > 0 ? "warn" : "ok";
        text = offline > 0 ? tr("Offline, parts missing") : tr("Offline, all here");
    }
    say(network_, text);
    network_->setIcon(QIcon(c_.style().pixmap(QString::fromLatin1(icon), 14, c_.style()[token], devicePixelRatioF())));
    network_->setIconSize({14, 14});
    fit();
}

void StatusBar::fillFrameMenu()
{
    frameMenu_->clear();
    const auto add = [this](const QString& text, bool on, auto&& run) {
        QAction* a = frameMenu_->addAction(text, this, run);
        a->setCheckable(true);
        a->setChecked(on);
    };
    frameMenu_->addSection(tr("Positions in"));
    for (sky::Frame f : {sky::Frame::Icrs, sky::Frame::Fk5, sky::Frame::Galactic, sky::Frame::EclipticJ2000})
        add(QString::fromLatin1(sky::frameName(f)), c_.settings().positionFrame == f, [this, f] { c_.changeSettings([f](Settings& s) { s.positionFrame = f; }); });
    frameMenu_->addSeparator();
    add(tr("Decimal degrees"), c_.settings().positionDegrees, [this] { c_.changeSettings([](Settings& s) { s.positionDegrees = !s.positionDegrees; }); });
    if (c_.view().frame() != sky::Frame::Body) {
        frameMenu_->addSeparator();
        for (sky::Frame f : {sky::Frame::Icrs, sky::Frame::Galactic, sky::Frame::EclipticJ2000})
            add(tr("Up is north of %1").arg(QLatin1String(sky::frameName(f))), c_.view().frame() == f, [this, f] {
                c_.history().markView();
                c_.navigator().stop();
                c_.history().setView(c_.view().withFrame(f));
            });
    }
    frameMenu_->addSeparator();
    QMenu* copy = frameMenu_->addMenu(tr("Copy position as"));
    copyMenu(*copy, shownPosition());
}

/// What is being loaded; when nothing is, a hint; else nothing. Cut with an ellipsis, whole in the tool tip.
void StatusBar::showProgress()
{
    const QString& text = progressText_.isEmpty() ? tips_->current() : progressText_;
    progress_->setText(progress_->fontMetrics().elidedText(text, Qt::ElideRight, std::max(0, progress_->width() - 16)).replace(QLatin1Char('&'), QLatin1String("&&")));
    progress_->setToolTip(text.isEmpty() ? progress_->accessibleName() : text);
    progress_->setAccessibleDescription(text);
    progress_->setEnabled(!text.isEmpty());
}

void StatusBar::resizeEvent(QResizeEvent*)
{
    fit();
    QMetaObject::invokeMethod(this, &StatusBar::showProgress, Qt::QueuedConnection);
}

void StatusBar::fillValueMenu()
{
    valueMenu_->clear();
    const sky::SkyPos pos = shownPosition();
    if (const auto& v = c_.pointer().value) {
        const QString number = QString::number(v->value, 'g', 9) + (v->unit.empty() ? QString() : QLatin1Char(' ') + q(v->unit));
        valueMenu_->addAction(tr("Copy %1").arg(number), this, [this, number] {
            QGuiApplication::clipboard()->setText(number);
            c_.toast(tr("Copied %1").arg(number));
        });
        valueMenu_->addAction(tr("Show %1 in the inspector").arg(q(v->layerName)), this, [this, id = v->layer] {
            c_.selectLayer(id);
            c_.setRightPanel(true);
        });
        valueMenu_->addSeparator();
    }
    copyMenu(*valueMenu_->addMenu(tr("Copy position as")), pos);
}

void StatusBar::fillNetworkMenu()
{
    networkMenu_->clear();
    for (const char* id : {"network.offline", "layer.retry", "layer.refresh-all", "window.messages"}) {
        const Command* command = c_.commands().find(QString::fromLatin1(id));
        if (!command) continue;
        QAction* a = networkMenu_->addAction(command->keys.isEmpty() ? command->text : QStringLiteral("%1\t%2").arg(command->text, command->keyText()), this,
                                             [command] { command->run(); });
        if (!command->checked) continue;
        a->setCheckable(true);
        a->setChecked(command->checked());
    }
}

void StatusBar::fillProjectionMenu()
{
    projectionMenu_->clear();
    for (sky::Proj p : sky::kAllProjections) {
        const sky::ProjInfo& info = sky::info(p);
        QAction* a = projectionMenu_->addAction(QStringLiteral("%1  %2").arg(QLatin1String(info.code), QLatin1String(info.name)), this, [this, p] {
            c_.navigator().stop();
            c_.history().setView(c_.view().withProjection(p));
        });
        a->setCheckable(true);
        a->setChecked(c_.view().projection() == p);
    }
    projectionMenu_->addSeparator();
    for (const char* id : {"view.north-up", "view.rotate-left", "view.rotate-right"})
        if (const Command* command = c_.commands().find(QString::fromLatin1(id)))
            projectionMenu_->addAction(QStringLiteral("%1\t%2").arg(command->text, command->keyText()), this, [command] { command->run(); });
    QAction* mirror = projectionMenu_->addAction(tr("Mirrored, east to the right"), this, [this] {
        c_.navigator().stop();
        c_.history().setView(c_.view().withMirror(!c_.view().mirror()));
    });
    mirror->setCheckable(true);
    mirror->setChecked(c_.view().mirror());
}

/// The focus goes back where it was before the field had it.
void StatusBar::leave(QLineEdit* e)
{
    if (cameFrom_ && cameFrom_->isVisible()) cameFrom_->setFocus(Qt::OtherFocusReason);
    else e->clearFocus();
}

void StatusBar::fovTyped()
{
    const auto angle = sky::parseAngle(fov_->text().section(QChar(0x00D7), 0, 0).trimmed().remove(QChar(0x00B0)).toStdString());
    if (!angle || angle->rad() <= 0) {
        markWrong(fov_, angle ? tr("The field must be larger than 0. Example: 30'") : q(angle.error().what));
        return;
    }
    markWrong(fov_, {});
    c_.navigator().setFov(*angle);
    leave(fov_);
}

void StatusBar::epochTyped()
{
    QString text = epoch_->text().trimmed();
    if (text.startsWith(QLatin1Char('J'), Qt::CaseInsensitive)) text.remove(0, 1);
    bool ok = false;
    const double year = text.replace(QChar(0x2212), QLatin1Char('-')).toDouble(&ok);
    if (!ok || std::abs(year) > 1e6) {
        markWrong(epoch_, tr("\"%1\" is not a year. Example: J2015.5").arg(text));
        return;
    }
    markWrong(epoch_, {});
    c_.history().apply(tr("Epoch").toStdString(), [year](scene::Document& d) { d.epoch.jyear = year; });
    leave(epoch_);
}

bool StatusBar::eventFilter(QObject* watched, QEvent* event)
{
    auto* e = qobject_cast<QLineEdit*>(watched);
    if (!e) return false;
    if (event->type() == QEvent::FocusOut) {
        markWrong(e, {});
        forced_ = nullptr;
        QTimer::singleShot(0, this, &StatusBar::refreshView);
    } else if (event->type() == QEvent::FocusIn) {
        if (e == fov_) e->setText(q(sky::formatField(c_.view().fov()))); // the width alone is typed
        QTimer::singleShot(0, e, &QLineEdit::selectAll);
    }
    return false;
}

void StatusBar::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    QColor ground = c_.style()["panel"];
    ground.setAlpha(255);
    p.fillRect(rect(), ground);
    p.fillRect(QRect(0, 0, width(), 1), c_.style()["lineSoft"]);
}

} // namespace firmament::window
