#include "app/window/settings_panel.h"

#include <QFileDialog>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPainter>
#include <QPainterPath>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QStyle>
#include <QVBoxLayout>
#include <cmath>

#include "app/window/canvas.h"
#include "app/window/key_list.h"
#include "app/window/omni_engine.h"
#include "app/window/setting_words.h"

namespace firmament::window {

namespace {

constexpr int kCacheLookMs = 2000;
constexpr int kSizes[] = {80, 90, 100, 110, 125, 150, 175, 200};

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

QString megabytes(double bytes)
{
    const double mb = bytes / (1 << 20);
    return SettingsPanel::tr("%1 MB").arg(mb, 0, 'f', mb > 0 && mb < 10 ? 1 : 0);
}

} // namespace

// SizeBar ------------------------------------------------------------------------------------------------------------

SizeBar::SizeBar(const Style& style, QWidget* parent) : QWidget(parent), style_(style)
{
    setFixedHeight(8);
    setAccessibleName(tr("How full the cache is"));
    connect(&style, &Style::changed, this, qOverload<>(&QWidget::update));
}

void SizeBar::setParts(const QList<double>& parts, double whole)
{
    if (parts == parts_ && whole == whole_) return;
    parts_ = parts;
    whole_ = std::max(1.0, whole);
    update();
}

QColor SizeBar::colour(int part) const
{
    static constexpr const char* kTokens[] = {"accent", "ok", "warn"};
    return style_[kTokens[std::clamp(part, 0, 2)]];
}

void SizeBar::paintEvent(QPaintEvent*)
{
    QPainter p(this);
    p.setRenderHint(QPainter::Antialiasing);
    QPainterPath round;
    round.addRoundedRect(rect(), 4, 4);
    p.setClipPath(round);
    p.fillRect(rect(), style_["track"]);
    double x = 0;
    for (int i = 0; i < parts_.size(); ++i) {
        const double w = parts_[i] > 0 ? std::max(2.0, parts_[i] / whole_ * width()) : 0;
        p.fillRect(QRectF(x, 0, w, height()), colour(i));
        x += w;
    }
}

// SettingsPanel ------------------------------------------------------------------------------------------------------

SettingsPanel::SettingsPanel(Controller& controller, Canvas& canvas, QWidget* parent)
    : PanelFrame(controller.style(), tr("Settings"), parent), c_(controller), canvas_(canvas)
{
    undo_ = new IconButton(c_.style(), QStringLiteral("undo-2"), tr("Undo setting"), this);
    redo_ = new IconButton(c_.style(), QStringLiteral("redo-2"), tr("Redo setting"), this);
    connect(undo_, &QAbstractButton::clicked, this, [this] { c_.undoSettings(); });
    connect(redo_, &QAbstractButton::clicked, this, [this] { c_.redoSettings(); });
    actions()->addWidget(undo_);
    actions()->addWidget(redo_);
    search_ = new QLineEdit(this);
    search_->setPlaceholderText(tr("Search settings and keys"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    connect(search_, &QLineEdit::textChanged, this, &SettingsPanel::filter);
    top()->addWidget(search_);
    chips_ = new QWidget(this);
    new FlowLayout(chips_);
    top()->addWidget(chips_);
    look();
    skyGroup();
    dataGroup();
    networkGroup();
    keysGroup();
    performance();
    privacy();
    none_ = makeLabel({}, "dim", this);
    none_->setWordWrap(true);
    none_->hide();
    body()->addWidget(none_);
    body()->addStretch(1);
    const auto refresh = [this] {
        for (const auto& r : refreshers_) r();
    };
    connect(&c_, &Controller::settingsChanged, this, refresh);
    connect(&c_, &Controller::historyChanged, this, &SettingsPanel::refreshHistory);
    connect(&c_, &Controller::keysChanged, this, &SettingsPanel::refreshHistory);
    cacheTimer_.setInterval(kCacheLookMs);
    connect(&cacheTimer_, &QTimer::timeout, this, [this] {
        if (isVisible()) refreshCache();
        else cacheTimer_.stop();
    });
    refresh();
    refreshHistory();
}

void SettingsPanel::focusStart()
{
    search_->setFocus(Qt::OtherFocusReason);
    refreshCache();
    cacheTimer_.start();
}

void SettingsPanel::refreshHistory()
{
    const auto tell = [this](IconButton* b, bool can, const QString& text, const QString& nothing, const char* id) {
        const Command* command = c_.commands().find(QString::fromLatin1(id));
        b->setEnabled(can);
        b->setToolTip(!can ? nothing : command && !command->keys.isEmpty() ? QStringLiteral("%1  (%2)").arg(text, command->keyText()) : text);
    };
    const SettingsHistory& h = c_.settingsHistory();
    tell(undo_, h.canUndo(), tr("Undo: %1").arg(settingWords(h.undoNames())), tr("No setting to undo"), "edit.undo");
    tell(redo_, h.canRedo(), tr("Redo: %1").arg(settingWords(h.redoNames())), tr("No setting to redo"), "edit.redo");
}

void SettingsPanel::reset(const Names& names)
{
    c_.changeSettings([&](Settings& s) { copyPreferences(s, Settings(), names); });
}

void SettingsPanel::group(const QString& title, const QString& shortTitle)
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, groups_.isEmpty() ? 0 : 12, 0, 0);
    row->addWidget(makeLabel(title, "section"));
    row->addStretch(1);
    const int index = static_cast<int>(groups_.size());
    auto* all = new QPushButton(tr("Reset all"), head);
    all->setProperty("flatLink", true);
    all->setAccessibleName(tr("Reset all of %1").arg(title));
    connect(all, &QPushButton::clicked, this, [this, index] { reset(groups_[index].names); });
    refreshers_ << [this, all, index] {
        const Names changed = changedPreferences(c_.settings(), Settings());
        const Names& own = groups_[index].names;
        all->setEnabled(std::any_of(own.begin(), own.end(), [&](const std::string& n) { return std::find(changed.begin(), changed.end(), n) != changed.end(); }));
    };
    row->addWidget(all);
    body()->addWidget(head);
    groups_ << Group{head, {}};
    auto* chip = new Chip(c_.style(), shortTitle.isEmpty() ? title : shortTitle, chips_);
    chip->setAccessibleName(tr("Go to %1").arg(title));
    connect(chip, &QAbstractButton::clicked, this, [this, head] {
        search_->clear();
        scrollTo(head);
    });
    chips_->layout()->addWidget(chip);
}

QWidget* SettingsPanel::add(const Names& names, const QString& text, const QString& note, QWidget* control, bool wide)
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    auto* label = makeLabel(text);
    label->setWordWrap(true);
    words->addWidget(label);
    if (!note.isEmpty()) {
        auto* small = makeLabel(note, "faint");
        small->setWordWrap(true);
        small->setObjectName(QStringLiteral("note"));
        words->addWidget(small);
    }
    row->addLayout(words, 1);
    if (wide) control->setMinimumWidth(200);
    row->addWidget(control, 0, Qt::AlignRight | Qt::AlignVCenter);
    if (control->accessibleName().isEmpty()) control->setAccessibleName(text);
    if (!names.empty()) {
        auto* back = new IconButton(c_.style(), QStringLiteral("rotate-ccw"), tr("Reset %1").arg(text), box);
        back->setBox({24, 24}, 14);
        QSizePolicy keep = back->sizePolicy();
        keep.setRetainSizeWhenHidden(true); // nothing moves when it comes and goes
        back->setSizePolicy(keep);
        connect(back, &QAbstractButton::clicked, this, [this, names] { reset(names); });
        refreshers_ << [this, back, names] {
            const Names changed = changedPreferences(c_.settings(), Settings());
            const bool differs = std::any_of(names.begin(), names.end(), [&](const std::string& n) { return std::find(changed.begin(), changed.end(), n) != changed.end(); });
            if (!differs && back->hasFocus()) search_->setFocus(Qt::OtherFocusReason);
            back->setVisible(differs);
        };
        row->addWidget(back);
        Names& all = groups_.back().names;
        all.insert(all.end(), names.begin(), names.end());
    }
    body()->addWidget(box);
    rows_ << Row{box, text + QLatin1Char(' ') + note, static_cast<int>(groups_.size()) - 1};
    return box;
}

void SettingsPanel::addWide(const QString& words, QWidget* content)
{
    body()->addWidget(content);
    rows_ << Row{content, words, static_cast<int>(groups_.size()) - 1};
}

QPushButton* SettingsPanel::button(const QString& text, const QString& name, const std::function<void()>& run)
{
    auto* b = new QPushButton(text, this);
    b->setAccessibleName(name);
    b->setToolTip(name);
    connect(b, &QPushButton::clicked, this, run);
    return b;
}

void SettingsPanel::toggle(const char* name, const QString& note, bool Settings::*member)
{
    const QString text = settingWords(std::string(name));
    auto* s = new Switch(c_.style(), text, this);
    connect(s, &QAbstractButton::clicked, this, [this, member](bool on) { c_.changeSettings([&](Settings& v) { v.*member = on; }); });
    refreshers_ << [this, s, member] { s->setChecked(c_.settings().*member); };
    add({name}, text, note, s);
}

void SettingsPanel::number(const char* name, const QString& note, int Settings::*member, int least, int most, int step, const QString& unit)
{
    const QString text = settingWords(std::string(name));
    auto* box = new QSpinBox(this);
    box->setRange(least, most);
    box->setSingleStep(step);
    box->setSuffix(QLatin1Char(' ') + unit);
    box->setButtonSymbols(QAbstractSpinBox::NoButtons);
    box->setAccessibleName(text);
    box->setKeyboardTracking(false);
    box->setFixedWidth(110);
    box->setAlignment(Qt::AlignRight);
    connect(box, &QSpinBox::valueChanged, this, [this, member](int v) { c_.changeSettings([&](Settings& s) { s.*member = v; }); });
    refreshers_ << [this, box, member] {
        const QSignalBlocker quiet(box);
        box->setValue(c_.settings().*member);
    };
    add({name}, text, note, box);
}

void SettingsPanel::look()
{
    group(tr("Look"));
    auto* theme = new Segmented(c_.style(), tr("Theme"), {tr("Dark"), tr("Light"), tr("Night-red"), tr("System")}, this);
    connect(theme, &Segmented::chosen, this, [this](int i) {
        if (i < 3) c_.setTheme(kThemes[i]);
        else c_.changeSettings([](Settings& s) { s.theme = "system"; });
    });
    refreshers_ << [this, theme] {
        const bool follows = c_.settings().theme == "system" && c_.options().theme.empty();
        theme->setCurrent(follows ? 3 : static_cast<int>(c_.style().theme().name));
    };
    add({"theme"}, tr("Theme"), {}, theme, true);
    auto* night = new Slider(c_.style(), tr("Brightness of the sky at night"), this);
    night->setRange(10, 100);
    night->hasDefault = true;
    night->defaultValue = 60;
    connect(night, &QSlider::valueChanged, this, [this](int v) { c_.changeSettings([v](Settings& s) { s.nightBrightness = v; }); });
    refreshers_ << [this, night] {
        const QSignalBlocker quiet(night);
        if (night->value() == c_.settings().nightBrightness) return;
        night->setValue(c_.settings().nightBrightness);
        canvas_.requestFrame();
    };
    connect(night, &QSlider::valueChanged, this, [this] { canvas_.requestFrame(); });
    add({"nightBrightness"}, tr("Brightness of the sky at night"), tr("Night-red only"), night, true);

    auto* size = new QSpinBox(this);
    size->setRange(80, 200);
    size->setSingleStep(10);
    size->setSuffix(tr(" %"));
    size->setButtonSymbols(QAbstractSpinBox::NoButtons);
    size->setKeyboardTracking(false);
    size->setAlignment(Qt::AlignRight);
    size->setFixedWidth(64);
    size->setAccessibleName(tr("Interface size in percent"));
    auto* sizes = new QWidget(this);
    sizes->setAccessibleName(tr("Interface size"));
    auto* line = new QHBoxLayout(sizes);
    line->setContentsMargins(0, 0, 0, 0);
    line->setSpacing(4);
    const auto step = [this](int by) {
        const int now = c_.settings().interfacePercent;
        int next = now;
        for (const int s : kSizes)
            if (by > 0 && s > now) {
                next = s;
                break;
            } else if (by < 0 && s < now) {
                next = s;
            }
        c_.changeSettings([next](Settings& s) { s.interfacePercent = next; });
    };
    auto* smaller = new IconButton(c_.style(), QStringLiteral("minus"), tr("Smaller"), sizes);
    auto* larger = new IconButton(c_.style(), QStringLiteral("plus"), tr("Larger"), sizes);
    connect(smaller, &QAbstractButton::clicked, this, [step] { step(-1); });
    connect(larger, &QAbstractButton::clicked, this, [step] { step(1); });
    connect(size, &QSpinBox::valueChanged, this, [this](int v) { c_.changeSettings([v](Settings& s) { s.interfacePercent = v; }); });
    refreshers_ << [this, size, smaller, larger] {
        const QSignalBlocker quiet(size);
        size->setValue(c_.settings().interfacePercent);
        smaller->setEnabled(c_.settings().interfacePercent > 80);
        larger->setEnabled(c_.settings().interfacePercent < 200);
    };
    line->addWidget(smaller);
    line->addWidget(size);
    line->addWidget(larger);
    add({"interfacePercent"}, tr("Interface size"), tr("80 to 200 %, beyond what the screen asks for"), sizes);
    toggle("touchSize", tr("Larger controls and text, for fingers"), &Settings::touchSize);
    toggle("reducedMotion", tr("Views cut instead of flying, nothing slides"), &Settings::reducedMotion);
    toggle("motionFromSystem", {}, &Settings::motionFromSystem);
    if (auto* note = rows_.back().widget->findChild<QLabel*>(QStringLiteral("note")); !note) {
        auto* said = makeLabel({}, "faint", rows_.back().widget);
        said->setWordWrap(true);
        static_cast<QVBoxLayout*>(rows_.back().widget->layout()->itemAt(0)->layout())->addWidget(said);
        refreshers_ << [this, said] {
            const auto wish = c_.systemLook() ? c_.systemLook()->reducedMotion() : std::nullopt;
            said->setText(!wish ? tr("This desktop does not say: use the switch above") : *wish ? tr("It wishes less motion") : tr("It wishes nothing special"));
        };
    }
}

void SettingsPanel::skyGroup()
{
    group(tr("Sky"));
    auto* frame = new Segmented(c_.style(), tr("Positions in"), {tr("ICRS"), tr("Galactic"), tr("Ecliptic"), tr("FK5")}, this);
    constexpr sky::Frame kFrames[] = {sky::Frame::Icrs, sky::Frame::Galactic, sky::Frame::EclipticJ2000, sky::Frame::Fk5};
    connect(frame, &Segmented::chosen, this, [this, kFrames](int i) { c_.changeSettings([&](Settings& s) { s.positionFrame = kFrames[i]; }); });
    refreshers_ << [this, frame, kFrames] {
        for (int i = 0; i < 4; ++i)
            if (kFrames[i] == c_.settings().positionFrame) frame->setCurrent(i);
    };
    add({"positionFrame"}, tr("Positions in"), {}, frame, true);
    toggle("positionDegrees", tr("Instead of hours, minutes and seconds"), &Settings::positionDegrees);
    toggle("reticleAlways", tr("Otherwise it fades a second after moving"), &Settings::reticleAlways);
    refreshers_ << [this] { canvas_.setReticleFixed(c_.settings().reticleAlways); };
    auto* fade = new QSpinBox(this);
    fade->setRange(0, 1000);
    fade->setSingleStep(20);
    fade->setSuffix(tr(" ms"));
    fade->setButtonSymbols(QAbstractSpinBox::NoButtons);
    fade->setKeyboardTracking(false);
    fade->setFixedWidth(110);
    fade->setAlignment(Qt::AlignRight);
    connect(fade, &QSpinBox::valueChanged, this, [this](int v) { c_.changeSettings([v](Settings& s) { s.fadeMs = v; }); });
    refreshers_ << [this, fade] {
        const QSignalBlocker quiet(fade);
        fade->setValue(static_cast<int>(std::lround(c_.settings().fadeMs)));
    };
    add({"fadeMs"}, settingWords(std::string("fadeMs")), tr("0: they appear at once"), fade);
    toggle("showWelcome", {}, &Settings::showWelcome);
}

void SettingsPanel::refreshCache()
{
    if (!cacheSize_) return;
    const auto kept = c_.network().cacheShelves();
    const double limit = static_cast<double>(c_.settings().cacheMegabytes) * (1 << 20);
    QList<double> parts;
    double other = 0;
    for (const net::CacheShelf& k : kept)
        if (std::none_of(shelves_.begin(), shelves_.end(), [&](const Shelf& s) { return s.name == k.name; })) other += static_cast<double>(k.bytes);
    for (Shelf& shelf : shelves_) {
        double bytes = shelf.name == "other" ? other : 0;
        for (const net::CacheShelf& k : kept)
            if (k.name == shelf.name) bytes += static_cast<double>(k.bytes);
        parts << bytes;
        shelf.size->setText(megabytes(bytes));
        shelf.clear->setEnabled(bytes > 0);
    }
    const double used = static_cast<double>(c_.network().cacheBytesUsed());
    cacheSize_->setText(tr("%1 of %2 used").arg(megabytes(used), megabytes(limit)));
    bar_->setParts(parts, limit);
    bar_->setAccessibleDescription(cacheSize_->text());
}

void SettingsPanel::dataGroup()
{
    group(tr("Data and cache"), tr("Data"));
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    cacheSize_ = makeLabel({}, nullptr, box);
    column->addWidget(cacheSize_);
    bar_ = new SizeBar(c_.style(), box);
    column->addWidget(bar_);
    auto* note = makeLabel(tr("What was once seen is seen again offline. The oldest goes when the limit is reached."), "faint", box);
    note->setWordWrap(true);
    column->addWidget(note);
    struct Kind {
        const char* name;
        QString text, clear;
    };
    const Kind kinds[] = {{"tiles", tr("Tiles of surveys"), tr("Clear the kept tiles")},
                          {"surveys", tr("Descriptions and coverage of surveys"), tr("Clear the kept descriptions")},
                          {"other", tr("Everything else"), tr("Clear everything else that is kept")}};
    for (const Kind& kind : kinds) {
        auto* line = new QHBoxLayout;
        line->setSpacing(8);
        auto* mark = new QLabel(box);
        mark->setFixedSize(10, 10);
        const int part = static_cast<int>(shelves_.size());
        const auto paint = [this, mark, part] { mark->setStyleSheet(QStringLiteral("background: %1; border-radius: 3px;").arg(bar_->colour(part).name())); };
        paint();
        connect(&c_.style(), &Style::changed, mark, paint);
        auto* size = makeLabel({}, "dim", box);
        size->setMinimumWidth(64);
        size->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
        auto* clear = button(tr("Clear"), kind.clear, [this, name = std::string(kind.name), text = kind.text] {
            for (const net::CacheShelf& k : c_.network().cacheShelves()) {
                const bool listed = std::any_of(shelves_.begin(), shelves_.end(), [&](const Shelf& s) { return s.name == k.name; });
                if (k.name == name || (name == "other" && !listed)) c_.network().clearCache(k.name);
            }
            refreshCache();
            c_.toast(tr("%1: cleared. What is on screen stays.").arg(text));
        });
        line->addWidget(mark);
        line->addWidget(makeLabel(kind.text, nullptr, box), 1);
        line->addWidget(size);
        line->addWidget(clear);
        column->addLayout(line);
        shelves_ << Shelf{kind.name, size, clear};
    }
    addWide(tr("cache kept tiles clear size disk space"), box);
    auto* limit = new QSpinBox(this);
    limit->setRange(16, 1024 * 1024);
    limit->setSingleStep(256);
    limit->setSuffix(tr(" MB"));
    limit->setButtonSymbols(QAbstractSpinBox::NoButtons);
    limit->setKeyboardTracking(false);
    limit->setFixedWidth(110);
    limit->setAlignment(Qt::AlignRight);
    connect(limit, &QSpinBox::valueChanged, this, [this](int v) { c_.changeSettings([&](Settings& s) { s.cacheMegabytes = static_cast<uint64_t>(v); }); });
    refreshers_ << [this, limit] {
        const QSignalBlocker quiet(limit);
        limit->setValue(static_cast<int>(c_.settings().cacheMegabytes));
        refreshCache();
    };
    add({"cacheMegabytes"}, settingWords(std::string("cacheMegabytes")), {}, limit);
    auto* place = button(tr("Change"), tr("Change the folder of the cache"), [this] {
        QFileDialog dialog(this, tr("Folder of the cache"));
        dialog.setOption(QFileDialog::DontUseNativeDialog);
        dialog.setFileMode(QFileDialog::Directory);
        if (dialog.exec() != QDialog::Accepted || dialog.selectedFiles().isEmpty()) return;
        c_.changeSettings([&](Settings& s) { s.cacheFolder = dialog.selectedFiles().front().toStdString(); });
        c_.toast(tr("The cache is in %1 now. What the old folder holds stays there.").arg(dialog.selectedFiles().front()));
    });
    QWidget* row = add({"cacheFolder"}, settingWords(std::string("cacheFolder")), QStringLiteral("/"), place);
    auto* where = row->findChild<QLabel*>(QStringLiteral("note"));
    refreshers_ << [this, where] { where->setText(q(c_.cacheFolder().string())); };
}

void SettingsPanel::networkGroup()
{
    group(tr("Network"));
    toggle("offline", c_.options().offline ? tr("Started with --offline: stays so until the next start") : tr("No request leaves this computer"), &Settings::offline);
    auto* proxy = new QLineEdit(this);
    proxy->setPlaceholderText(tr("from the environment"));
    proxy->setAccessibleName(tr("Proxy"));
    connect(proxy, &QLineEdit::editingFinished, this, [this, proxy] {
        const std::string typed = proxy->text().trimmed().toStdString();
        const std::string why = proxyTrouble(typed);
        if (why.empty()) c_.changeSettings([&](Settings& s) { s.proxy = typed; });
        tellProxy(q(why));
    });
    refreshers_ << [this, proxy] {
        if (c_.settings().proxy == proxy->property("shown").toString().toStdString()) return; // what is being typed stays
        proxy->setText(q(c_.settings().proxy));
        proxy->setProperty("shown", proxy->text());
        tellProxy({});
    };
    proxy_ = proxy;
    proxyNote_ = add({"proxy"}, tr("Proxy"), tr("http://host:port"), proxy, true)->findChild<QLabel*>(QStringLiteral("note"));
    hostsRow();
}

/// Why what was typed is not used; empty: it is.
void SettingsPanel::tellProxy(const QString& why)
{
    if (!proxyNote_) return;
    proxyNote_->setText(why.isEmpty() ? tr("http://host:port") : why);
    proxyNote_->setStyleSheet(why.isEmpty() ? QString() : c_.style().theme().fill(QStringLiteral("color: {{error}};")));
    proxy_->setProperty("wrong", !why.isEmpty());
    proxy_->style()->unpolish(proxy_);
    proxy_->style()->polish(proxy_);
}

void SettingsPanel::hostsRow()
{
    auto* box = new QWidget(this);
    auto* column = new QVBoxLayout(box);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(6);
    auto* text = new QPlainTextEdit(box);
    text->setAccessibleName(tr("Hosts, one a line: host = other host"));
    text->setPlaceholderText(QStringLiteral("alasky.cds.unistra.fr = mirror.example.org"));
    text->setFont(c_.style().monoFont(12));
    text->setTabChangesFocus(true);
    text->setFixedHeight(72);
    auto* told = makeLabel(tr("One a line: \"host = other host\" asks the other one instead, \"host =\" never asks it."), "faint", box);
    told->setWordWrap(true);
    const QString usual = told->text();
    auto* apply = button(tr("Apply"), tr("Apply the hosts"), [this, text, told, usual] {
        const std::string typed = text->toPlainText().toStdString();
        const auto rules = net::parseHostRules(typed);
        told->setText(rules ? usual : q(rules.error().text()));
        told->setStyleSheet(rules ? QString() : c_.style().theme().fill(QStringLiteral("color: {{error}};")));
        if (rules) c_.changeSettings([&](Settings& s) { s.hosts = typed; });
    });
    connect(text, &QPlainTextEdit::textChanged, this, [this, text, apply = apply] { apply->setEnabled(text->toPlainText().toStdString() != c_.settings().hosts); });
    refreshers_ << [this, text, apply] {
        const std::string now = c_.settings().hosts;
        // What is being typed is not lost when another setting changes.
        if (text->property("shown").toString().toStdString() != now || !text->document()->isModified()) {
            text->setPlainText(q(now));
            text->document()->setModified(false);
            text->setProperty("shown", q(now));
        }
        apply->setEnabled(text->toPlainText().toStdString() != now);
    };
    add({"hosts"}, settingWords(std::string("hosts")), {}, apply);
    rows_.back().words += tr(" mirror block server");
    column->addWidget(text);
    column->addWidget(told);
    addWide(tr("Hosts mirror block server"), box);
}

void SettingsPanel::keysGroup()
{
    group(tr("Keys"));
    keysGroup_ = static_cast<int>(groups_.size()) - 1;
    groups_.back().names = {"keys"};
    auto* note = makeLabel(tr("Choose a command and press its new keys. Changed keys are in the accent colour."), "faint", this);
    note->setWordWrap(true);
    addWide(tr("keys shortcuts keyboard"), note);
    keys_ = new KeyList(c_, this);
    body()->addWidget(keys_);
    connect(keys_, &KeyList::revealWanted, this, [this](const QRect& part) { reveal(keys_, part); });
}

void SettingsPanel::performance()
{
    group(tr("Performance"));
    number("tileMegabytes", tr("Decoded tiles of all layers together"), &Settings::tileMegabytes, 32, 8192, 32, tr("MB"));
    number("textureMegabytes", tr("0: by the hardware"), &Settings::textureMegabytes, 0, 8192, 32, tr("MB"));
    refreshers_ << [this] { canvas_.setTextureBudget(static_cast<size_t>(c_.settings().textureMegabytes) << 20); };
    auto* name = makeLabel({}, "dim", this);
    name->setWordWrap(true);
    name->setMinimumWidth(220);
    name->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    const auto tell = [this, name] {
        const render::GpuInfo* gpu = canvas_.gpu();
        name->setText(!gpu ? tr("none yet") : gpu->software ? tr("%1, in software").arg(q(gpu->renderer)) : q(gpu->renderer));
    };
    connect(&canvas_, &Canvas::firstFrame, this, tell, Qt::QueuedConnection);
    tell();
    add({}, tr("GL renderer"), {}, name);
}

QWidget* SettingsPanel::keptLine(const QString& what, const QString& where, QPushButton* action)
{
    auto* path = new ElidedLabel(this);
    path->setFullText(where);
    path->setProperty("faint", true);
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(8);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    words->addWidget(makeLabel(what, nullptr, box));
    words->addWidget(path);
    row->addLayout(words, 1);
    if (action) row->addWidget(action);
    addWide(what + QLatin1Char(' ') + where, box);
    return box;
}

void SettingsPanel::privacy()
{
    group(tr("Privacy"));
    toggle("keepRecent", {}, &Settings::keepRecent);
    toggle("autosave", tr("The session is saved by itself on this computer"), &Settings::autosave);
    auto* note = makeLabel(tr("Firmament sends nothing about you to anybody; requests go only to the surveys you open. It keeps, on this computer:"), "dim", this);
    note->setWordWrap(true);
    addWide(tr("privacy kept where telemetry"), note);
    auto* clear = button(tr("Clear history"), tr("Clear the list of what was opened"), [this] {
        c_.changeSettings([](Settings& s) {
            s.recent.clear();
            s.recentSurveys.clear();
            s.ownSurveys.clear();
        }, {"recent"});
    });
    refreshers_ << [this, clear] { clear->setEnabled(!c_.settings().recent.empty() || !c_.settings().recentSurveys.empty() || !c_.settings().ownSurveys.empty()); };
    const auto file = [this](const std::filesystem::path& p) { return q(p.string()); };
    keptLine(tr("What was opened, and these settings"), file(c_.paths().config / "settings.json"), clear);
    keptLine(tr("The session: view, layers, bookmarks"), file(c_.paths().data / "session.json"), nullptr);
    auto* box = keptLine(tr("Tiles and answers of servers"), file(c_.cacheFolder()), nullptr);
    auto* path = box->findChild<ElidedLabel*>();
    refreshers_ << [this, path] { path->setFullText(q(c_.cacheFolder().string())); };
}

void SettingsPanel::filter(const QString& text)
{
    QSet<int> groups;
    for (const Row& row : rows_) {
        const bool shown = text.isEmpty() || matchScore(text, row.words) > 0;
        row.widget->setVisible(shown);
        if (shown) groups.insert(row.group);
    }
    // A hit in the word "keys" shows them all; otherwise those that have the text in them.
    const bool all = text.isEmpty() || groups.contains(keysGroup_);
    const int keys = keys_->setFilter(all ? QString() : text);
    keys_->setVisible(keys > 0);
    if (keys > 0) groups.insert(keysGroup_);
    for (int i = 0; i < groups_.size(); ++i) groups_[i].head->setVisible(groups.contains(i));
    none_->setText(tr("No setting and no key has \"%1\" in its words.").arg(text));
    none_->setVisible(groups.isEmpty());
}

} // namespace firmament::window
