#include "app/window/settings_panel.h"

#include <QComboBox>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "app/window/canvas.h"
#include "app/window/omni_engine.h"

namespace firmament::window {

SettingsPanel::SettingsPanel(Controller& controller, Canvas& canvas, QWidget* parent)
    : PanelFrame(controller.style(), tr("Settings"), parent), c_(controller), canvas_(canvas)
{
    search_ = new QLineEdit(this);
    search_->setPlaceholderText(tr("Search settings"));
    search_->setAccessibleName(search_->placeholderText());
    search_->setClearButtonEnabled(true);
    connect(search_, &QLineEdit::textChanged, this, &SettingsPanel::filter);
    top()->addWidget(search_);
    look();
    skyGroup();
    dataGroup();
    networkGroup();
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
    refresh();
}

void SettingsPanel::focusStart()
{
    search_->setFocus(Qt::OtherFocusReason);
    refreshCacheSize();
}

void SettingsPanel::group(const QString& title, const std::function<void(Settings&)>& reset)
{
    auto* head = new QWidget(this);
    auto* row = new QHBoxLayout(head);
    row->setContentsMargins(0, heads_.isEmpty() ? 0 : 10, 0, 0);
    row->addWidget(makeLabel(title, "section"));
    row->addStretch(1);
    auto* button = new QPushButton(tr("Reset"), head);
    button->setProperty("flatLink", true);
    button->setAccessibleName(tr("Reset %1").arg(title));
    connect(button, &QPushButton::clicked, this, [this, reset] { c_.changeSettings(reset); });
    row->addWidget(button);
    body()->addWidget(head);
    heads_ << head;
}

void SettingsPanel::add(const QString& text, const QString& note, QWidget* control, bool wide)
{
    auto* box = new QWidget(this);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins(0, 0, 0, 0);
    row->setSpacing(12);
    auto* words = new QVBoxLayout;
    words->setSpacing(1);
    auto* label = makeLabel(text);
    label->setWordWrap(true);
    words->addWidget(label);
    if (!note.isEmpty()) {
        auto* small = makeLabel(note, "faint");
        small->setWordWrap(true);
        words->addWidget(small);
    }
    row->addLayout(words, 1);
    if (wide) control->setMinimumWidth(200);
    row->addWidget(control, 0, Qt::AlignRight | Qt::AlignVCenter);
    if (control->accessibleName().isEmpty()) control->setAccessibleName(text);
    body()->addWidget(box);
    rows_ << Row{box, text + QLatin1Char(' ') + note, static_cast<int>(heads_.size()) - 1};
}

void SettingsPanel::toggle(const QString& text, const QString& note, bool Settings::*member)
{
    auto* s = new Switch(c_.style(), text, this);
    connect(s, &QAbstractButton::clicked, this, [this, member](bool on) { c_.changeSettings([&](Settings& v) { v.*member = on; }); });
    refreshers_ << [this, s, member] { s->setChecked(c_.settings().*member); };
    add(text, note, s);
}

void SettingsPanel::number(const QString& text, const QString& note, int Settings::*member, int least, int most, int step, const QString& unit)
{
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
    add(text, note, box);
}

void SettingsPanel::look()
{
    group(tr("Look"), [](Settings& s) {
        const Settings d;
        s.theme = d.theme;
        s.interfacePercent = d.interfacePercent;
        s.reducedMotion = d.reducedMotion;
    });
    auto* theme = new Segmented(c_.style(), tr("Theme"), {tr("Dark"), tr("Light"), tr("Night-red")}, this);
    connect(theme, &Segmented::chosen, this, [this](int i) { c_.setTheme(kThemes[i]); });
    refreshers_ << [this, theme] { theme->setCurrent(static_cast<int>(c_.style().theme().name)); };
    add(tr("Theme"), {}, theme, true);
    auto* night = new Slider(c_.style(), tr("Brightness of the sky at night"), this);
    night->setRange(10, 100);
    night->hasDefault = true;
    night->defaultValue = 60;
    connect(night, &QSlider::valueChanged, this, [this](int v) {
        c_.changeSettings([v](Settings& s) { s.nightBrightness = v; });
        canvas_.requestFrame();
    });
    refreshers_ << [this, night] {
        const QSignalBlocker quiet(night);
        night->setValue(c_.settings().nightBrightness);
    };
    add(tr("Brightness of the sky at night"), tr("Night-red only"), night, true);
    number(tr("Interface size"), tr("From the next start"), &Settings::interfacePercent, 80, 200, 10, tr("%"));
    toggle(tr("Reduced motion"), tr("Views cut instead of flying"), &Settings::reducedMotion);
}

void SettingsPanel::skyGroup()
{
    group(tr("Sky"), [](Settings& s) {
        const Settings d;
        s.positionFrame = d.positionFrame;
        s.positionDegrees = d.positionDegrees;
        s.reticleAlways = d.reticleAlways;
    });
    auto* frame = new Segmented(c_.style(), tr("Positions in"), {tr("ICRS"), tr("Galactic"), tr("Ecliptic"), tr("FK5")}, this);
    constexpr sky::Frame kFrames[] = {sky::Frame::Icrs, sky::Frame::Galactic, sky::Frame::EclipticJ2000, sky::Frame::Fk5};
    connect(frame, &Segmented::chosen, this, [this, kFrames](int i) { c_.changeSettings([&](Settings& s) { s.positionFrame = kFrames[i]; }); });
    refreshers_ << [this, frame, kFrames] {
        for (int i = 0; i < 4; ++i)
            if (kFrames[i] == c_.settings().positionFrame) frame->setCurrent(i);
    };
    add(tr("Positions in"), {}, frame, true);
    toggle(tr("Decimal degrees"), tr("Instead of hours, minutes and seconds"), &Settings::positionDegrees);
    toggle(tr("Cross at the centre always on"), tr("Otherwise it fades a second after moving"), &Settings::reticleAlways);
    refreshers_ << [this] { canvas_.setReticleFixed(c_.settings().reticleAlways); };
    toggle(tr("Welcome card at start"), {}, &Settings::showWelcome);
}

void SettingsPanel::refreshCacheSize()
{
    if (!cacheSize_) return;
    const double used = static_cast<double>(c_.network().cacheBytesUsed()) / (1 << 20);
    cacheSize_->setText(tr("%1 MB of %2 MB").arg(used, 0, 'f', used < 10 ? 1 : 0).arg(c_.settings().cacheMegabytes));
}

void SettingsPanel::dataGroup()
{
    group(tr("Data and cache"), [](Settings& s) {
        s.cacheMegabytes = Settings().cacheMegabytes;
        s.cacheFolder.clear();
    });
    auto* used = new QWidget(this);
    auto* row = new QHBoxLayout(used);
    row->setContentsMargins(0, 0, 0, 0);
    cacheSize_ = makeLabel({}, nullptr, used);
    auto* clear = new QPushButton(tr("Clear"), used);
    clear->setAccessibleName(tr("Clear the cache"));
    connect(clear, &QPushButton::clicked, this, [this] {
        c_.network().clearCache();
        refreshCacheSize();
        c_.toast(tr("The cache is empty. What is on screen stays."));
    });
    row->addWidget(cacheSize_);
    row->addWidget(clear);
    add(tr("Kept tiles"), tr("What was once seen is seen again offline"), used);
    auto* limit = new QSpinBox(this);
    limit->setRange(16, 1024 * 1024);
    limit->setSingleStep(256);
    limit->setSuffix(tr(" MB"));
    limit->setButtonSymbols(QAbstractSpinBox::NoButtons);
    limit->setKeyboardTracking(false);
    limit->setFixedWidth(110);
    limit->setAlignment(Qt::AlignRight);
    connect(limit, &QSpinBox::valueChanged, this, [this](int v) {
        c_.changeSettings([&](Settings& s) { s.cacheMegabytes = static_cast<uint64_t>(v); });
        refreshCacheSize();
    });
    refreshers_ << [this, limit] {
        const QSignalBlocker quiet(limit);
        limit->setValue(static_cast<int>(c_.settings().cacheMegabytes));
    };
    add(tr("Size limit"), {}, limit);
    auto* place = new QPushButton(tr("Change"), this);
    place->setAccessibleName(tr("Change the cache folder"));
    connect(place, &QPushButton::clicked, this, [this] {
        QFileDialog dialog(this, tr("Folder of the cache"));
        dialog.setOption(QFileDialog::DontUseNativeDialog);
        dialog.setFileMode(QFileDialog::Directory);
        if (dialog.exec() == QDialog::Accepted && !dialog.selectedFiles().isEmpty())
            c_.changeSettings([&](Settings& s) { s.cacheFolder = dialog.selectedFiles().front().toStdString(); });
    });
    add(tr("Place"), tr("%1 (a change counts from the next start)").arg(QString::fromStdString(c_.cacheFolder().string())), place);
    refreshCacheSize();
}

void SettingsPanel::networkGroup()
{
    group(tr("Network"), [](Settings& s) {
        s.offline = false;
        s.proxy.clear();
    });
    toggle(tr("Work offline"), c_.options().offline ? tr("Started with --offline: stays so until the next start") : tr("No request leaves this computer"), &Settings::offline);
    auto* proxy = new QLineEdit(this);
    proxy->setPlaceholderText(tr("from the environment"));
    connect(proxy, &QLineEdit::editingFinished, this, [this, proxy] { c_.changeSettings([&](Settings& s) { s.proxy = proxy->text().trimmed().toStdString(); }); });
    refreshers_ << [this, proxy] {
        if (!proxy->hasFocus()) proxy->setText(QString::fromStdString(c_.settings().proxy));
    };
    add(tr("Proxy"), tr("http://host:port, from the next start"), proxy, true);
}

void SettingsPanel::performance()
{
    group(tr("Performance"), [](Settings& s) {
        const Settings d;
        s.tileMegabytes = d.tileMegabytes;
        s.textureMegabytes = d.textureMegabytes;
    });
    number(tr("Memory for tiles"), tr("From the next start"), &Settings::tileMegabytes, 32, 8192, 32, tr("MB"));
    number(tr("Memory for textures"), tr("0: by the hardware"), &Settings::textureMegabytes, 0, 8192, 32, tr("MB"));
    refreshers_ << [this] { canvas_.setTextureBudget(static_cast<size_t>(c_.settings().textureMegabytes) << 20); };
    auto* name = makeLabel({}, "dim", this);
    name->setWordWrap(true);
    name->setMinimumWidth(220);
    name->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    const auto tell = [this, name] {
        const render::GpuInfo* gpu = canvas_.gpu();
        name->setText(!gpu ? tr("none yet") : gpu->software ? tr("%1, in software").arg(QString::fromStdString(gpu->renderer)) : QString::fromStdString(gpu->renderer));
    };
    connect(&canvas_, &Canvas::firstFrame, this, tell, Qt::QueuedConnection);
    tell();
    add(tr("GL renderer"), {}, name);
}

void SettingsPanel::privacy()
{
    group(tr("Privacy"), [](Settings& s) {
        const Settings d;
        s.keepRecent = d.keepRecent;
        s.autosave = d.autosave;
    });
    toggle(tr("Keep a list of what was opened"), {}, &Settings::keepRecent);
    toggle(tr("Come back to where I was"), tr("The session is saved by itself on this computer"), &Settings::autosave);
    auto* forget = new QPushButton(tr("Forget"), this);
    forget->setAccessibleName(tr("Forget what was opened"));
    connect(forget, &QPushButton::clicked, this, [this] { c_.changeSettings([](Settings& s) { s.recent.clear(); s.recentSurveys.clear(); s.ownSurveys.clear(); }); });
    add(tr("Opened before"), tr("Firmament sends nothing about you to anybody; requests go only to the surveys you open."), forget);
}

void SettingsPanel::filter(const QString& text)
{
    QSet<int> groups;
    for (const Row& row : rows_) {
        const bool shown = text.isEmpty() || matchScore(text, row.words) > 0;
        row.widget->setVisible(shown);
        if (shown) groups.insert(row.group);
    }
    for (int i = 0; i < heads_.size(); ++i) heads_[i]->setVisible(groups.contains(i));
    none_->setText(tr("No setting has \"%1\" in its words.").arg(text));
    none_->setVisible(groups.isEmpty());
}

} // namespace firmament::window
