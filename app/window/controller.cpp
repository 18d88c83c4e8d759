#include "app/window/controller.h"

#include <QClipboard>
#include <QFileInfo>
#include <QGuiApplication>
#include <QUrl>
#include <algorithm>
#include <utility>

#include "app/window/bookmarks.h"
#include "app/window/comparison.h"
#include "app/window/setting_words.h"
#include "core/resources.h"
#include "hips/survey_list.h"
#include "hips/tile_source.h"

namespace firmament::window {

namespace {

constexpr int kAutosaveMs = 2000, kBookmarksMs = 300;
constexpr uint64_t kMaxSession = 16u << 20;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

render::Rgba rgba(const QColor& c)
{
    return {static_cast<float>(c.redF()), static_cast<float>(c.greenF()), static_cast<float>(c.blueF()), static_cast<float>(c.alphaF())};
}

bool isSurvey(const scene::LayerState& layer)
{
    return std::holds_alternative<scene::SurveyState>(layer.content);
}

std::string lastPart(std::string where)
{
    while (where.size() > 1 && where.back() == '/') where.pop_back();
    const size_t slash = where.rfind('/');
    return slash == std::string::npos ? where : where.substr(slash + 1);
}

/// A file that cannot be read would be written over by the next save: it is put beside. What was done, as a sentence.
QString keptAside(const std::filesystem::path& file)
{
    std::filesystem::path aside = file;
    std::error_code ec;
    for (int i = 1; i == 1 || (std::filesystem::exists(aside, ec) && i < 100); ++i) aside = file.string() + (i == 1 ? ".broken" : ".broken-" + std::to_string(i));
    std::filesystem::rename(file, aside, ec);
    if (ec) return Controller::tr("It could not be put aside.");
    return Controller::tr("It was kept as %1.").arg(q(aside.filename().string()));
}

std::string expandHome(const QString& text)
{
    if (text == QLatin1String("~") || text.startsWith(QLatin1String("~/"))) return (qEnvironmentVariable("HOME") + text.mid(1)).toStdString();
    return text.toStdString();
}

} // namespace

Controller::Controller(const WindowOptions& options, Handover handover)
    : options_(options), paths_(UserPaths::fromEnvironment()), style_(ThemeName::Dark), history_(scene::firstStart()),
      navigator_(history_, clock_)
{
    loadSettings();
    net::NetOptions net;
    net.offline = options.offline || settings_.offline;
    net.proxy = settings_.proxy;
    if (auto hosts = net::parseHostRules(settings_.hosts)) net.hosts = std::move(*hosts);
    net.cacheFolder = cacheFolder();
    net.cacheBytes = settings_.cacheMegabytes << 20;
    net_ = std::make_unique<net::NetworkLayer>(net, pool_);
    loadSky();
    makeScene();
    navigator_.onNeedFrame = [this] { emit needFrame(); };
    navigator_.setReducedMotion(style_.reducedMotion);
    history_.onChange = [this] { documentChanged(); };
    autosave_.setSingleShot(true);
    connect(&autosave_, &QTimer::timeout, this, &Controller::autosaveNow);
    settingsTimer_.setSingleShot(true);
    askAgain_.setSingleShot(true);
    connect(&askAgain_, &QTimer::timeout, this, [this] {
        scene_->askAgain();
        followFailures();
    });
    connect(&settingsTimer_, &QTimer::timeout, this, &Controller::saveSettings);
    connect(&style_, &Style::changed, this, &Controller::applyCanvasColours);
    connect(&preview_, &LivePreview::changed, this, &Controller::showOnScene);
    applyCanvasColours();
    bookmarkTimer_.setSingleShot(true);
    connect(&bookmarkTimer_, &QTimer::timeout, this, &Controller::saveBookmarks);
    if (handover.history) {
        // The window goes on where it was.
        auto onChange = std::exchange(history_.onChange, nullptr);
        history_ = std::move(*handover.history);
        history_.onChange = std::move(onChange);
        settingsHistory_ = std::move(handover.settingsHistory);
        sessionFile_ = handover.sessionFile;
        selectedLayer_ = handover.selectedLayer;
        panelsHidden_ = handover.panelsHidden;
    } else {
        scene::Document start = startDocument();
        loadBookmarks(start);
        history_.replaceAll(std::move(start));
    }
    shown_ = document();
    scene_->setDocument(shown_);
    comparison_ = std::make_unique<Comparison>(*this);
}

Handover Controller::handOver()
{
    history_.onChange = nullptr;
    if (autosave_.isActive()) autosaveNow();
    if (settingsTimer_.isActive()) saveSettings();
    return {std::move(history_), std::move(settingsHistory_), sessionFile_, selectedLayer_, panelsHidden_};
}

Controller::~Controller()
{
    history_.onChange = nullptr;
    if (autosave_.isActive()) autosaveNow();
    if (settingsTimer_.isActive()) saveSettings();
    comparison_.reset();
    if (bookmarkTimer_.isActive()) saveBookmarks();
    scene_.reset(); // before the network and the pool that its loads use
}

// Settings -----------------------------------------------------------------------------------------------------------

void Controller::loadSettings()
{
    const auto file = paths_.config / "settings.json";
    if (const auto bytes = readFile(file, 1u << 20)) {
        auto read = settingsFromJson(asText(*bytes));
        if (read) {
            settings_ = read->value;
            for (const std::string& w : read->warnings) say(scene::Severity::Warning, tr("Settings"), q(w));
        } else {
            say(scene::Severity::Warning, tr("Settings"), tr("%1 could not be read (%2). The defaults are used.").arg(q(file.string()), q(read.error().what)) + QLatin1Char(' ') + keptAside(file));
        }
    }
    applyLook();
    // Asked once the window stands, unless its looks depend on the answer.
    if (!system_) QTimer::singleShot(0, this, &Controller::makeSystemLook);
}

void Controller::changeSettings(const std::function<void(Settings&)>& change, const std::vector<std::string>& also)
{
    const Settings before = settings_;
    change(settings_);
    if (before == settings_) return;
    settingsHistory_.record(before, settings_, std::chrono::duration<double, std::milli>(clock_.now()).count(), also);
    applySettings(before);
}

/// Everything acts at once; nothing waits for the next start.
void Controller::applySettings(const Settings& before)
{
    const Settings& s = settings_;
    if (before.theme != s.theme) options_.theme.clear(); // what the command line asked for was for the start
    applyLook();
    if (before.cacheFolder != s.cacheFolder) net_->setCacheFolder(cacheFolder());
    if (before.cacheMegabytes != s.cacheMegabytes) net_->setCacheLimit(s.cacheMegabytes << 20);
    if (before.proxy != s.proxy) net_->setProxy(s.proxy);
    if (before.hosts != s.hosts) applyHosts();
    if (before.tileMegabytes != s.tileMegabytes) scene_->setTileBytes(static_cast<size_t>(s.tileMegabytes) << 20);
    if (before.textureMegabytes != s.textureMegabytes) scene_->setTextureBytes(static_cast<size_t>(s.textureMegabytes) << 20);
    scene_->setFadeMs(style_.reducedMotion ? 0 : s.fadeMs);
    if (before.nightBrightness != s.nightBrightness) applyCanvasColours();
    if (before.offline != s.offline) {
        net_->setOffline(s.offline || options_.offline);
        scene_->retryFailed(); // what failed, or is a copy, may be had now; and the layers say what they show
        emit networkChanged();
    }
    if (before.keys != s.keys) applyKeys();
    if (before.interfacePercent != s.interfacePercent) emit interfaceSizeChanged();
    settingsTimer_.start(300);
    emit settingsChanged();
    emit historyChanged();
}

void Controller::applyHosts()
{
    auto rules = net::parseHostRules(settings_.hosts);
    if (rules) net_->setHosts(std::move(*rules));
    else say(scene::Severity::Warning, tr("Hosts"), tr("%1. The hosts stay as they were.").arg(q(rules.error().text())));
    scene_->retryFailed();
}

ThemeName Controller::wantedTheme() const
{
    const QString word = q(options_.theme.empty() ? settings_.theme : options_.theme);
    if (word != QLatin1String("system")) return themeFromWord(word);
    return !system_ || system_->dark() ? ThemeName::Dark : ThemeName::Light;
}

void Controller::applyLook()
{
    if (settings_.theme == "system" && options_.theme.empty()) makeSystemLook();
    const bool wished = system_ && system_->reducedMotion().value_or(false);
    style_.reducedMotion = settings_.reducedMotion || (settings_.motionFromSystem && wished);
    navigator_.setReducedMotion(style_.reducedMotion);
    style_.setTouch(settings_.touchSize);
    style_.setTheme(wantedTheme());
}

void Controller::makeSystemLook()
{
    if (system_) return;
    system_ = std::make_unique<SystemLook>(QGuiApplication::palette());
    connect(system_.get(), &SystemLook::changed, this, [this] {
        applyLook();
        if (scene_) scene_->setFadeMs(style_.reducedMotion ? 0 : settings_.fadeMs);
        emit settingsChanged();
    });
}

void Controller::applyKeys()
{
    const QString refused = commands_.setOverrides(settings_.keys).join(QStringLiteral("; "));
    if (!refused.isEmpty() && refused != refusedKeys_)
        say(scene::Severity::Warning, tr("Keys"), tr("Passed over in the settings: %1. The usual keys act there.").arg(refused));
    refusedKeys_ = refused;
    emit keysChanged();
}

bool Controller::setKeys(const QString& id, const QList<QKeySequence>& keys, QString* why)
{
    for (const QKeySequence& key : keys) {
        const Command* other = commands_.holder(key, id);
        if (!other) continue;
        if (why) *why = tr("%1 belongs to \"%2\"").arg(key.toString(QKeySequence::NativeText), other->text);
        return false;
    }
    changeSettings([&](Settings& s) { s.keys = commands_.withKeys(s.keys, id, keys); });
    return true;
}

// Undo ---------------------------------------------------------------------------------------------------------------

void Controller::setUndoInSettings(bool on)
{
    if (undoInSettings_ == on) return;
    undoInSettings_ = on;
    emit historyChanged();
}

QString Controller::undoLabel() const
{
    return undoInSettings_ ? settingWords(settingsHistory_.undoNames()) : q(history_.undoLabel());
}

QString Controller::redoLabel() const
{
    return undoInSettings_ ? settingWords(settingsHistory_.redoNames()) : q(history_.redoLabel());
}

void Controller::undo()
{
    if (undoInSettings_) undoSettings();
    else history_.undo();
}

void Controller::redo()
{
    if (undoInSettings_) redoSettings();
    else history_.redo();
}

void Controller::undoSettings()
{
    const Settings before = settings_;
    settings_ = settingsHistory_.undo(settings_);
    if (!(before == settings_)) applySettings(before);
}

void Controller::redoSettings()
{
    const Settings before = settings_;
    settings_ = settingsHistory_.redo(settings_);
    if (!(before == settings_)) applySettings(before);
}

void Controller::saveSettings()
{
    settingsTimer_.stop();
    std::error_code ec;
    std::filesystem::create_directories(paths_.config, ec);
    Settings kept = settings_;
    if (!kept.keepRecent) {
        kept.recent.clear();
        kept.recentSurveys.clear();
        kept.ownSurveys.clear();
    }
    if (auto done = writeFileWhole(paths_.config / "settings.json", asBytes(toJson(kept))); !done)
        say(scene::Severity::Warning, tr("Settings"), tr("They could not be saved: %1").arg(q(done.error().text())));
}

std::filesystem::path Controller::cacheFolder() const
{
    return settings_.cacheFolder.empty() ? paths_.cache : std::filesystem::path(settings_.cacheFolder);
}

void Controller::setTheme(ThemeName theme)
{
    options_.theme.clear();
    changeSettings([&](Settings& s) { s.theme = themeWord(theme).toStdString(); });
    applyLook();
}

// Start --------------------------------------------------------------------------------------------------------------

void Controller::loadSky()
{
    const auto folder = findResource("sky");
    if (folder.empty()) {
        say(scene::Severity::Error, tr("Built-in sky"), tr("Its files are not there (resources/sky). Names and stars are missing; surveys work."));
        return;
    }
    auto sky = catalogs::SkyData::load(folder);
    if (sky) sky_ = std::move(sky).value();
    else say(scene::Severity::Error, tr("Built-in sky"), q(sky.error().text()));
}

const std::vector<SurveyEntry>& Controller::surveys() const
{
    if (!surveys_) surveys_ = readSurveyList();
    return *surveys_;
}

void Controller::makeScene()
{
    scene::SceneEnvironment env;
    env.ui = &executor_;
    env.work = &pool_;
    env.net = net_.get();
    env.clock = &clock_;
    env.labels = &labels_;
    env.sky = sky_;
    env.defaultSkyFolder = findResource("default-sky").string();
    env.tileBytes = static_cast<size_t>(settings_.tileMegabytes) << 20;
    env.textureBytes = static_cast<size_t>(settings_.textureMegabytes) << 20;
    env.fadeMs = style_.reducedMotion ? 0 : settings_.fadeMs;
    scene_ = std::make_unique<scene::Scene>(env);
    scene_->onNeedFrame = [this] { emit needFrame(); };
    // These come while a frame is drawn; widgets must not change before it is done.
    scene_->onReports = [this] {
        QMetaObject::invokeMethod(
            this,
            [this] {
                preview_.followReports(scene_->reports());
                followFrame();
                goToOpened();
                followFailures();
                emit reportsChanged();
            },
            Qt::QueuedConnection);
    };
    scene_->onMessage = [this](const scene::Message& m) {
        if (preview_.owns(m.layer)) return; // whoever shows it tells what is wrong with it
        QMetaObject::invokeMethod(this, [this, m] { messages_.add(m); }, Qt::QueuedConnection);
    };
}

/// To a body and back: surveys of planets are not drawn on the sky.
void Controller::followFrame()
{
    if (preview_.shown()) return; // it must not move the view
    if (const auto frame = scene_->wantedFrame()) navigator_.jumpTo(view().withFrame(*frame));
}

/// What failed is asked for again when its time has come, also while nobody moves the sky.
void Controller::followFailures()
{
    double least = -1;
    for (const scene::LayerReport& r : scene_->reports())
        if (r.nextTrySeconds >= 0 && (least < 0 || r.nextTrySeconds < least)) least = r.nextTrySeconds;
    const int ms = static_cast<int>(std::min(least, 600.0) * 1000) + 50;
    if (least >= 0 && (!askAgain_.isActive() || askAgain_.remainingTime() > ms)) askAgain_.start(ms);
}

/// A survey of a small field, opened by hand, is gone to once it has said where it is.
void Controller::goToOpened()
{
    const auto opened = report(goToWhenOpen_);
    if (!opened || opened->phase == scene::LayerPhase::Opening) return;
    const scene::LayerId id = std::exchange(goToWhenOpen_, 0);
    if (!opened->survey || opened->survey->frame == sky::Frame::Body) return;
    const hips::SurveyInfo& s = *opened->survey;
    const bool small = s.skyFraction ? *s.skyFraction < 0.05 : s.initialFov.value_or(360) < view().fov().deg() / 4;
    if (small && s.initialRa && s.initialDec) zoomToLayer(id);
}

void Controller::warmUpSky()
{
    if (sky_) static_cast<Executor&>(pool_).post([sky = sky_] { sky->warmUp(); });
}

scene::Document Controller::startDocument()
{
    const std::filesystem::path saved = paths_.data / "session.json";
    std::filesystem::path file = options_.session;
    const bool autosaved = file.empty() && !options_.fresh && settings_.autosave;
    if (autosaved) file = saved;
    if (file.empty()) return scene::firstStart();
    const auto bytes = readFile(file, kMaxSession);
    if (!bytes) {
        // No autosaved session is what a first start looks like.
        if (!autosaved) say(scene::Severity::Error, q(file.string()), q(bytes.error().what));
        return scene::firstStart();
    }
    auto read = scene::fromJson(asText(*bytes));
    if (!read) {
        say(scene::Severity::Error, q(file.string()), q(read.error().what) + (autosaved ? QLatin1Char(' ') + keptAside(file) : QString()));
        return scene::firstStart();
    }
    for (const std::string& w : read->warnings) say(scene::Severity::Warning, q(file.filename().string()), q(w));
    if (!autosaved) sessionFile_ = file;
    return std::move(read->value);
}

// The document -------------------------------------------------------------------------------------------------------

void Controller::documentChanged()
{
    const scene::Document& now = document();
    showOnScene();
    const bool view = now.view != shown_.view, layers = now.layers != shown_.layers || now.groups != shown_.groups;
    const bool compare = layers || now.compare != shown_.compare || now.panes != shown_.panes;
    const bool rest = now.overlays != shown_.overlays || now.epoch != shown_.epoch || now.vectorYears != shown_.vectorYears
                      || now.bookmarks != shown_.bookmarks;
    if (now.bookmarks != shown_.bookmarks) bookmarkTimer_.start(kBookmarksMs);
    if (view) shown_.view = now.view;
    if (layers) shown_.layers = now.layers;
    if (compare) {
        shown_.groups = now.groups;
        shown_.compare = now.compare;
        shown_.panes = now.panes;
    }
    if ((view || compare) && comparison_) navigator_.setFreeArea(comparison_->aimArea(freeArea_));
    if (rest) shown_ = now;
    const bool fewer = std::erase_if(alsoSelected_, [&now](scene::LayerId id) { return !now.find(id); }) > 0;
    if (selectedLayer_ && !now.find(selectedLayer_)) selectLayer(0);
    else if (fewer) emit selectionChanged();
    if (view) emit viewChanged();
    if (layers) emit layersChanged();
    if (compare) emit compareChanged();
    if (rest) emit overlaysChanged();
    emit historyChanged();
    emit needFrame();
    if (!autosave_.isActive()) autosave_.start(kAutosaveMs);
}

void Controller::applyCanvasColours()
{
    if (forFile_) {
        const Style file(ThemeName::Dark);
        scene_->setCanvasColours(rgba(file.skyGround()), rgba(file["canvasText"]), rgba(file["canvasHalo"]), rgba(file["grid"]));
    } else if (style_.theme().name == ThemeName::Night) {
        // The finished picture is turned into red as a whole; dark red labels would then nearly vanish.
        const Style sky(ThemeName::Dark);
        scene_->setCanvasColours(rgba(style_["windowBg"]), rgba(Qt::white), rgba(sky["canvasHalo"]), rgba(sky["grid"]), true);
    } else {
        scene_->setCanvasColours(rgba(style_.skyGround()), rgba(style_["canvasText"]), rgba(style_["canvasHalo"]), rgba(style_["grid"]));
    }
    scene_->setAccent(rgba(Style(ThemeName::Dark)["accent"])); // the sky is dark in every theme
    scene_->setSkyBrightness(style_.theme().name == ThemeName::Night ? settings_.nightBrightness / 100.0 : 1);
    emit needFrame();
}

std::optional<scene::LayerReport> Controller::report(scene::LayerId id) const
{
    for (scene::LayerReport& r : scene_->reports())
        if (r.id == id) return std::move(r);
    return std::nullopt;
}

QString Controller::layerTitle(const scene::LayerState& layer) const
{
    if (!layer.name.empty()) return q(layer.name);
    const auto* survey = std::get_if<scene::SurveyState>(&layer.content);
    if (!survey) return tr("Layer %1").arg(layer.id);
    if (const auto r = report(layer.id); r && r->survey && !r->survey->title.empty()) return q(r->survey->title);
    return q(lastPart(survey->source));
}

void Controller::selectLayer(scene::LayerId id)
{
    if (selectedLayer_ == id && alsoSelected_.empty()) return;
    selectedLayer_ = id;
    alsoSelected_.clear();
    emit selectionChanged();
}

void Controller::toggleLayer(scene::LayerId id)
{
    if (!selectedLayer_ || id == selectedLayer_) {
        if (alsoSelected_.empty()) return selectLayer(id); // one stays: a list without a chosen layer has no keys
        selectedLayer_ = alsoSelected_.back();
        alsoSelected_.pop_back();
    } else if (std::erase(alsoSelected_, id) == 0) {
        alsoSelected_.push_back(std::exchange(selectedLayer_, id));
    }
    emit selectionChanged();
}

void Controller::selectLayersTo(scene::LayerId id)
{
    const auto& layers = document().layers;
    const auto placeOf = [&](scene::LayerId which) { return std::find_if(layers.begin(), layers.end(), [which](const scene::LayerState& l) { return l.id == which; }); };
    auto from = placeOf(selectedLayer_), to = placeOf(id);
    if (from == layers.end() || to == layers.end()) return selectLayer(id);
    if (to < from) std::swap(from, to);
    alsoSelected_.clear();
    for (auto it = from; it <= to; ++it)
        if (it->id != selectedLayer_) alsoSelected_.push_back(it->id);
    emit selectionChanged();
}

bool Controller::isSelected(scene::LayerId id) const
{
    return id != 0 && (id == selectedLayer_ || std::find(alsoSelected_.begin(), alsoSelected_.end(), id) != alsoSelected_.end());
}

std::vector<scene::LayerId> Controller::selectedLayers() const
{
    std::vector<scene::LayerId> out;
    for (const scene::LayerState& l : document().layers)
        if (isSelected(l.id)) out.push_back(l.id);
    return out;
}

void Controller::changeSelected(const QString& label, const std::function<void(scene::LayerState&)>& change, const QString& mergeKey)
{
    history_.apply(label.toStdString(), [&, ids = selectedLayers()](scene::Document& d) {
        for (scene::LayerId id : ids) change(*d.find(id));
    }, mergeKey.toStdString());
}

void Controller::changeLayer(scene::LayerId id, const QString& label, const std::function<void(scene::LayerState&)>& change, const QString& mergeKey)
{
    history_.apply(label.toStdString(), [&](scene::Document& d) {
        if (scene::LayerState* layer = d.find(id)) change(*layer);
    }, mergeKey.toStdString());
}

void Controller::changeSurvey(scene::LayerId id, const QString& label, const std::function<void(scene::SurveyState&)>& change, const QString& mergeKey)
{
    changeLayer(id, label, [&](scene::LayerState& layer) {
        if (auto* survey = std::get_if<scene::SurveyState>(&layer.content)) change(*survey);
    }, mergeKey);
}

void Controller::changeOverlays(const QString& label, const std::function<void(scene::OverlayState&)>& change)
{
    history_.apply(label.toStdString(), [&](scene::Document& d) { change(d.overlays); });
}

/// A new layer, or the one that is already on the sky as a preview, with all its tiles.
scene::LayerState Controller::surveyLayer(const std::string& source, const std::string& title)
{
    scene::LayerState layer;
    layer.id = preview_.take(source);
    if (layer.id == 0 || document().find(layer.id)) layer.id = document().freeId();
    layer.name = title;
    scene::SurveyState survey;
    survey.source = source;
    layer.content = survey;
    return layer;
}

scene::LayerId Controller::addSurvey(const std::string& source, const std::string& title)
{
    scene::LayerState layer = surveyLayer(source, title);
    const scene::LayerId id = layer.id;
    history_.apply(tr("Add %1").arg(q(title.empty() ? lastPart(source) : title)).toStdString(),
                   [&](scene::Document& d) { insertAboveSurveys(d, std::move(layer)); });
    selectLayer(id);
    rememberSurvey(source);
    return id;
}

void Controller::replaceBase(const std::string& source, const std::string& title)
{
    scene::LayerState layer = surveyLayer(source, title);
    history_.apply(tr("Show %1").arg(q(title.empty() ? lastPart(source) : title)).toStdString(), [&](scene::Document& d) {
        const auto base = std::find_if(d.layers.begin(), d.layers.end(), isSurvey);
        if (base != d.layers.end()) *base = std::move(layer);
        else d.layers.insert(d.layers.begin(), std::move(layer));
    });
    rememberSurvey(source);
}

void Controller::rememberSurvey(const std::string& source)
{
    if (!settings_.keepRecent || source == scene::kDefaultSky) return;
    const bool listed = std::any_of(surveys().begin(), surveys().end(), [&](const SurveyEntry& s) { return s.source == q(source); });
    changeSettings([&](Settings& s) {
        remember(s.recentSurveys, source);
        if (!listed) remember(s.ownSurveys, source, kMaxOwnSurveys);
    });
}

void Controller::previewSurvey(const std::string& source, const std::string& title)
{
    preview_.show(source, title, document().freeId(), style_.duration(260));
}

void Controller::drawForFile(bool on, bool paper)
{
    forFile_ = on;
    onPaper_ = on && paper;
    applyCanvasColours();
    showOnScene();
}

void Controller::showOnScene()
{
    if (!preview_.shown() && !forFile_) {
        scene_->setDocument(document());
        return;
    }
    scene::Document d = document();
    if (preview_.shown()) preview_.addTo(d);
    if (forFile_) d.overlays.paper = onPaper_;
    scene_->setDocument(d);
}

void Controller::removeLayer(scene::LayerId id)
{
    const scene::LayerState* layer = document().find(id);
    if (!layer) return;
    const QString title = layerTitle(*layer);
    history_.apply(tr("Remove %1").arg(title).toStdString(), [&](scene::Document& d) {
        std::erase_if(d.layers, [&](const scene::LayerState& l) { return l.id == id; });
    });
    toast(tr("Layer \"%1\" removed.").arg(title), QStringLiteral("edit.undo"));
}

void Controller::removeSelected()
{
    const std::vector<scene::LayerId> ids = selectedLayers();
    if (ids.size() < 2) return removeLayer(selectedLayer_);
    history_.apply(tr("Remove %1 layers").arg(ids.size()).toStdString(), [&](scene::Document& d) {
        std::erase_if(d.layers, [&](const scene::LayerState& l) { return std::find(ids.begin(), ids.end(), l.id) != ids.end(); });
    });
    toast(tr("%1 layers removed.").arg(ids.size()), QStringLiteral("edit.undo"));
}

void Controller::duplicateLayer(scene::LayerId id)
{
    const scene::LayerState* layer = document().find(id);
    if (!layer) return;
    const std::string name = tr("%1, copy").arg(layerTitle(*layer)).toStdString();
    history_.apply(tr("Duplicate layer").toStdString(), [&](scene::Document& d) {
        const auto it = std::find_if(d.layers.begin(), d.layers.end(), [&](const scene::LayerState& l) { return l.id == id; });
        if (it == d.layers.end()) return;
        scene::LayerState copy = *it;
        copy.id = d.freeId();
        copy.name = name;
        d.layers.insert(it + 1, std::move(copy));
    });
}

void Controller::moveLayer(scene::LayerId id, size_t index)
{
    history_.apply(tr("Reorder layers").toStdString(), [&](scene::Document& d) {
        const auto it = std::find_if(d.layers.begin(), d.layers.end(), [&](const scene::LayerState& l) { return l.id == id; });
        if (it == d.layers.end()) return;
        scene::LayerState moved = std::move(*it);
        d.layers.erase(it);
        d.layers.insert(d.layers.begin() + static_cast<std::ptrdiff_t>(std::min(index, d.layers.size())), std::move(moved));
    });
}

void Controller::zoomToLayer(scene::LayerId id)
{
    const auto r = report(id);
    if (!r || !r->survey) {
        navigator_.wholeSky();
        return;
    }
    const hips::SurveyInfo& s = *r->survey;
    if (s.initialRa && s.initialDec) {
        const sky::Frame frame = s.frame == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
        const double fov = std::clamp(s.initialFov.value_or(60.0), 1e-4, 360.0);
        navigator_.flyTo({sky::Angle::deg(*s.initialRa), sky::Angle::deg(*s.initialDec), frame}, sky::Angle::deg(fov));
    } else {
        navigator_.wholeSky();
    }
}

bool Controller::isSolo(scene::LayerId id) const
{
    return soloed_ == id && id != 0;
}

void Controller::soloLayer(scene::LayerId id)
{
    const bool back = soloed_ == id;
    history_.apply((back ? tr("End solo") : tr("Solo")).toStdString(), [&](scene::Document& d) {
        for (scene::LayerId hidden : hiddenBySolo_)
            if (scene::LayerState* l = d.find(hidden)) l->visible = true;
        hiddenBySolo_.clear();
        if (back) return;
        for (scene::LayerState& l : d.layers) {
            if (l.id == id) {
                l.visible = true;
            } else if (l.visible) {
                l.visible = false;
                hiddenBySolo_.push_back(l.id);
            }
        }
    });
    soloed_ = back ? 0 : id;
}

// Going places -------------------------------------------------------------------------------------------------------

OpenTarget Controller::interpret(const QString& raw) const
{
    OpenTarget out;
    const QString text = raw.trimmed();
    if (text.isEmpty()) {
        out.why = "nothing was typed";
        return out;
    }
    if (scene::isSkyLink(text.toStdString())) return interpretLink(text.toStdString());
    if (text.startsWith(QLatin1String("http://")) || text.startsWith(QLatin1String("https://"))) {
        out.kind = OpenTarget::Kind::Survey;
        out.where = text.toStdString();
        return out;
    }
    const QString local = text.startsWith(QLatin1String("file:")) ? QUrl(text).toLocalFile() : q(expandHome(text));
    const bool looksLikePath = text.startsWith(QLatin1Char('/')) || text.startsWith(QLatin1Char('~')) || text.startsWith(QLatin1String("./"))
                               || text.startsWith(QLatin1String("../")) || text.startsWith(QLatin1String("file:"));
    if (const QFileInfo info(local); looksLikePath || info.exists()) {
        if (info.isDir() && QFileInfo::exists(local + QStringLiteral("/properties"))) {
            out.kind = OpenTarget::Kind::Survey;
            out.where = info.absoluteFilePath().toStdString();
        } else if (info.isFile() && info.fileName() == QLatin1String("properties")) {
            out.kind = OpenTarget::Kind::Survey;
            out.where = info.absolutePath().toStdString();
        } else if (info.isFile()) {
            const auto bytes = readFile(local.toStdString(), kMaxSession);
            if (bytes && scene::fromJson(asText(*bytes))) {
                out.kind = OpenTarget::Kind::Session;
                out.where = info.absoluteFilePath().toStdString();
            } else if (local.endsWith(QLatin1String(".zip"), Qt::CaseInsensitive)) {
                out.why = local.toStdString() + ": a zipped HiPS is unpacked at the foot of Surveys";
            } else {
                out.why = local.toStdString() + ": expected a HiPS folder or a Firmament session";
            }
        } else if (info.isDir()) {
            out.why = local.toStdString() + ": the folder holds no HiPS (no file \"properties\")";
        } else {
            out.why = local.toStdString() + ": no such file or folder";
        }
        return out;
    }
    if (text.contains(QLatin1Char('/')) || text.startsWith(QLatin1String("ivo:"))) { // "CDS/P/DSS2/color"
        const QString id = text.startsWith(QLatin1String("ivo://")) ? text.mid(6) : text;
        for (const SurveyEntry& s : surveys()) {
            if (s.id.compare(id, Qt::CaseInsensitive) != 0) continue;
            out.kind = OpenTarget::Kind::Survey;
            out.where = s.source.toStdString();
            out.title = s.title.toStdString();
            return out;
        }
    }
    const auto place = [&](const QString& t) {
        if (auto pos = sky::parsePosition(t.toStdString())) {
            out.kind = OpenTarget::Kind::Position;
            out.pos = *pos;
            return true;
        }
        if (sky_) {
            if (auto object = sky_->find(t.toStdString())) {
                out.kind = OpenTarget::Kind::Object;
                out.pos = object->pos;
                out.title = object->name;
                out.object = std::move(object);
                return true;
            }
        }
        return false;
    };
    const qsizetype space = text.lastIndexOf(QLatin1Char(' '));
    const QString last = text.mid(space + 1);
    const auto placeAndField = [&] {
        const auto fov = space > 0 ? sky::parseAngle(last.toStdString()) : sky::parseAngle("none");
        if (!fov || fov->rad() <= 0 || !place(text.left(space).trimmed())) return false;
        out.fov = *fov;
        return true;
    };
    if (place(text) || placeAndField()) return out;
    out.why = "\"" + text.toStdString() + "\" is no name known here, no position, and no file";
    return out;
}

OpenTarget Controller::interpretLink(const std::string& text) const
{
    OpenTarget out;
    auto read = scene::parseSkyLink(text);
    if (!read) {
        out.why = read.error().text();
        return out;
    }
    out.pos = read->value.pos;
    if (!out.pos && !read->value.target.empty()) {
        if (sky_) out.object = sky_->find(read->value.target);
        if (!out.object) {
            out.why = "the link leads to \"" + read->value.target + "\", which is no name known here and no position";
            return out;
        }
        out.pos = out.object->pos;
    }
    out.kind = OpenTarget::Kind::Link;
    out.fov = read->value.fov;
    out.title = read->value.target;
    out.link = std::move(read->value);
    out.passedOver = std::move(read->warnings);
    return out;
}

/// A link of our own is the whole stack of surveys; one of another program names one, which goes on top.
void Controller::takeLinkSurveys(const scene::SkyLink& link)
{
    const bool own = link.kind == scene::SkyLink::Kind::Firmament;
    std::vector<scene::LayerState> wanted;
    for (scene::LayerState layer : link.surveys) {
        auto& survey = std::get<scene::SurveyState>(layer.content);
        const bool place = survey.source == scene::kDefaultSky || survey.source.find("://") != std::string::npos || QFileInfo::exists(q(survey.source));
        const auto known = place ? std::nullopt : hips::findSurvey(survey.source);
        if (!place && !known) {
            say(scene::Severity::Warning, tr("Link"), tr("The survey \"%1\" of the link is not in the list of surveys. What is shown stays.").arg(q(survey.source)));
            continue;
        }
        if (known) survey.source = known->id;
        layer.name = known ? known->title : survey.source == scene::kDefaultSky ? tr("Firmament default sky").toStdString() : std::string();
        wanted.push_back(std::move(layer));
    }
    if (wanted.empty()) return;
    const auto same = [](const scene::LayerState& a, const scene::LayerState& b) {
        const auto* survey = std::get_if<scene::SurveyState>(&a.content);
        return survey && survey->source == std::get<scene::SurveyState>(b.content).source;
    };
    history_.apply(tr("Open link").toStdString(), [&](scene::Document& d) {
        for (scene::LayerState& layer : wanted) {
            const auto there = std::find_if(d.layers.begin(), d.layers.end(), [&](const scene::LayerState& l) { return same(l, layer); });
            layer.id = there == d.layers.end() ? d.freeId() : there->id; // with its tiles
            if (there != d.layers.end()) d.layers.erase(there);
            if (!own) insertAboveSurveys(d, layer);
            else d.layers.push_back(layer); // keeps its id taken
        }
        if (!own) return;
        std::erase_if(d.layers, [](const scene::LayerState& l) { return isSurvey(l); });
        d.layers.insert(d.layers.begin(), wanted.begin(), wanted.end());
        scene::tidyGroups(d);
    });
    for (const scene::LayerState& layer : wanted) rememberSurvey(std::get<scene::SurveyState>(layer.content).source);
}

void Controller::openLink(const OpenTarget& target, bool fly)
{
    const scene::SkyLink& link = *target.link;
    for (const std::string& w : target.passedOver) say(scene::Severity::Info, tr("Link"), q(w));
    takeLinkSurveys(link);
    if (link.grid) changeOverlays(tr("Grid"), [&](scene::OverlayState& o) { o.grid = *link.grid; });
    if (link.epoch) history_.apply(tr("Epoch").toStdString(), [&](scene::Document& d) { d.epoch.jyear = *link.epoch; });
    sky::SkyView v = view();
    if (link.frame) v = v.withFrame(*link.frame);
    if (link.projection) v = v.withProjection(*link.projection);
    if (link.roll || link.kind == scene::SkyLink::Kind::Firmament) v = v.withRoll(link.roll.value_or(sky::Angle()));
    if (link.mirror || link.kind == scene::SkyLink::Kind::Firmament) v = v.withMirror(link.mirror.value_or(false));
    if (target.object && !link.fov) v = v.withFov(fieldFor(*target.object));
    const sky::SkyView to = target.pos ? navigator_.viewOf(v, *target.pos, link.fov) : link.fov ? v.withFov(*link.fov) : v;
    // Another projection, frame or mirror cannot be flown into.
    const bool alike = v.projection() == view().projection() && v.mirror() == view().mirror() && v.frame() == view().frame();
    if (fly && alike) return navigator_.flyTo(to);
    history_.markView();
    navigator_.jumpTo(to);
    history_.markView();
}

QString Controller::linkHere() const
{
    return q(scene::linkTo(document(), aimPosition()));
}

void Controller::copyLink()
{
    QGuiApplication::clipboard()->setText(linkHere());
    const bool folder = std::any_of(document().layers.begin(), document().layers.end(), [](const scene::LayerState& l) {
        const auto* survey = std::get_if<scene::SurveyState>(&l.content);
        return survey && l.visible && QFileInfo(q(survey->source)).isAbsolute();
    });
    toast(folder ? tr("Link to this view copied. Its folders are of this computer: elsewhere those surveys are missing.")
                 : tr("Link to this view copied: Firmament opens it anywhere."));
}

/// A point is shown among its neighbours; a field already narrower than that stays.
sky::Angle Controller::fieldFor(const catalogs::NamedObject& object) const
{
    const double size = object.size.deg();
    return size > 0 ? sky::Angle::deg(std::clamp(size * 4, 0.05, 100.0)) : std::min(view().fov(), sky::Angle::deg(5));
}

void Controller::goTo(const OpenTarget& target, bool fly)
{
    if (!target.pos) return;
    const sky::Angle now = view().fov();
    std::optional<sky::Angle> fov = target.fov;
    if (!fov && target.object) fov = fieldFor(*target.object);
    if (!fov && now.deg() > 60) fov = sky::Angle::deg(20);
    if (fly) {
        navigator_.flyTo(*target.pos, fov);
    } else {
        navigator_.jumpTo(navigator_.viewOf(*target.pos, fov));
        history_.markView();
    }
}

bool Controller::open(const QString& text, bool fly)
{
    const OpenTarget target = interpret(text);
    switch (target.kind) {
    case OpenTarget::Kind::Position:
    case OpenTarget::Kind::Object: goTo(target, fly); break;
    case OpenTarget::Kind::Survey: goToWhenOpen_ = addSurvey(target.where, target.title); break;
    case OpenTarget::Kind::Session: return openSession(target.where);
    case OpenTarget::Kind::Link: openLink(target, fly); break;
    case OpenTarget::Kind::Nothing: say(scene::Severity::Error, tr("Open"), q(target.why)); return false;
    }
    if (settings_.keepRecent && target.kind != OpenTarget::Kind::Nothing)
        changeSettings([&](Settings& s) { remember(s.recent, text.trimmed().toStdString()); });
    return true;
}

void Controller::setFreeArea(const scene::PixelRect& area)
{
    if (area == freeArea_) return;
    freeArea_ = area;
    scene_->setFreeArea(area);
    navigator_.setFreeArea(comparison_->aimArea(area));
    emit freeAreaChanged();
    emit needFrame();
}

sky::SkyPos Controller::aimPosition() const
{
    const sky::Frame frame = view().frame() == sky::Frame::Body ? sky::Frame::Body : sky::Frame::Icrs;
    return sky::toPos(navigator_.aim(), frame);
}

// Sessions -----------------------------------------------------------------------------------------------------------

bool Controller::openSession(const std::filesystem::path& file)
{
    const auto bytes = readFile(file, kMaxSession);
    auto read = bytes ? scene::fromJson(asText(*bytes)) : Expected<Read<scene::Document>>(bytes.error());
    if (!read) {
        say(scene::Severity::Error, q(file.filename().string()), q(read.error().what));
        toast(tr("%1 could not be opened.").arg(q(file.filename().string())), QStringLiteral("window.messages"));
        return false;
    }
    for (const std::string& w : read->warnings) say(scene::Severity::Warning, q(file.filename().string()), q(w));
    scene::Document d = std::move(read->value);
    d.view = d.view.withSize(view().width(), view().height());
    std::vector<scene::Bookmark> kept = document().bookmarks; // the user's own stay; those of the session join them
    addMissing(kept, d.bookmarks);
    d.bookmarks = std::move(kept);
    selectLayer(0);
    history_.replaceAll(std::move(d));
    sessionFile_ = file;
    if (settings_.keepRecent) changeSettings([&](Settings& s) { remember(s.recent, file.string()); });
    return true;
}

bool Controller::saveSession(const std::filesystem::path& file)
{
    if (auto done = writeFileWhole(file, asBytes(scene::toJson(document()))); !done) {
        say(scene::Severity::Error, q(file.filename().string()), q(done.error().text()));
        toast(tr("%1 could not be saved.").arg(q(file.filename().string())), QStringLiteral("window.messages"));
        return false;
    }
    sessionFile_ = file;
    toast(tr("Session saved as %1.").arg(q(file.filename().string())));
    if (settings_.keepRecent) changeSettings([&](Settings& s) { remember(s.recent, file.string()); });
    return true;
}

void Controller::newSession()
{
    scene::Document d = scene::firstStart();
    d.view = d.view.withSize(view().width(), view().height());
    d.bookmarks = document().bookmarks;
    selectLayer(0);
    history_.replaceAll(std::move(d));
    sessionFile_.clear();
}

void Controller::autosaveNow()
{
    autosave_.stop();
    // A picture for a script must not change what the user finds at the next start.
    if (!settings_.autosave || options_.fresh || !options_.screenshot.empty() || !mayAutosave()) return;
    if (auto done = writeFileWhole(paths_.data / "session.json", asBytes(scene::toJson(document()))); !done)
        say(scene::Severity::Warning, tr("Autosave"), q(done.error().text()));
}

/// Of several programs that run at once the first keeps the session; when it ends, the next one that has something to save does.
bool Controller::mayAutosave()
{
    std::error_code ec;
    std::filesystem::create_directories(paths_.data, ec);
    if (!sessionLock_) {
        sessionLock_ = std::make_unique<QLockFile>(q((paths_.data / "session.lock").string()));
        sessionLock_->setStaleLockTime(0); // only the death of its process makes a lock old
    }
    if (sessionLock_->isLocked() || sessionLock_->tryLock(0)) return true;
    if (sessionLock_->error() != QLockFile::LockFailedError) return true; // a folder that takes no lock: as if alone
    if (!std::exchange(saidOther_, true))
        say(scene::Severity::Info, tr("Session"), tr("Another Firmament is running and keeps its session. This one is not saved by itself: Ctrl+S saves it."));
    return false;
}

/// The file is the truth wherever there is one.
void Controller::loadBookmarks(scene::Document& document)
{
    auto read = readBookmarks(bookmarkFile());
    if (!read) {
        if (read.error().code != Errc::NotFound) say(scene::Severity::Warning, tr("Bookmarks"), q(read.error().text()) + QLatin1Char(' ') + keptAside(bookmarkFile()));
        return;
    }
    for (const std::string& w : read->warnings) say(scene::Severity::Warning, tr("Bookmarks"), q(w));
    // A session left by a crash may be older than the file: removed bookmarks must not come back from it.
    document.bookmarks = std::move(read->value);
}

void Controller::saveBookmarks()
{
    bookmarkTimer_.stop();
    if (!options_.screenshot.empty()) return;
    if (auto done = writeBookmarks(bookmarkFile(), document().bookmarks); !done)
        say(scene::Severity::Warning, tr("Bookmarks"), tr("They could not be saved: %1").arg(q(done.error().text())));
}

// Pointer and objects ------------------------------------------------------------------------------------------------

void Controller::setPointer(const PointerInfo& info)
{
    pointer_ = info;
    emit pointerChanged();
}

void Controller::setHovered(std::optional<scene::Hit> hit)
{
    const bool same = hovered_.has_value() == hit.has_value() && (!hit || (hit->name == hovered_->name && hit->pos == hovered_->pos));
    if (same) return;
    hovered_ = std::move(hit);
    scene_->setHighlight(hovered_, selectedObject_);
    emit hoverChanged();
    emit needFrame();
}

void Controller::selectObject(std::optional<scene::Hit> hit)
{
    selectedObject_ = std::move(hit);
    scene_->setHighlight(hovered_, selectedObject_);
    emit selectionChanged();
    emit needFrame();
}

QString Controller::positionText(const sky::SkyPos& pos) const
{
    const bool body = pos.frame == sky::Frame::Body;
    const sky::SkyPos shown = body ? pos : sky::converted(pos, settings_.positionFrame);
    const bool degrees = settings_.positionDegrees || body || (shown.frame != sky::Frame::Icrs && shown.frame != sky::Frame::Fk5);
    const double scale = view().pixelScale().arcsec();
    QString text;
    if (degrees) {
        const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(scale / 3600))), 2, 10);
        const char* lon = shown.frame == sky::Frame::Galactic ? "l " : shown.frame == sky::Frame::EclipticJ2000 ? "λ " : "";
        const char* lat = shown.frame == sky::Frame::Galactic ? "b " : shown.frame == sky::Frame::EclipticJ2000 ? "β " : "";
        text = QStringLiteral("%1%2°  %3%4°").arg(QString::fromUtf8(lon), q(sky::formatLongitudeDeg(shown.lon, decimals)), QString::fromUtf8(lat),
                                                  q(sky::formatDeg(shown.lat, decimals)));
    } else {
        const int decimals = std::clamp(static_cast<int>(std::ceil(-std::log10(scale))), 0, 6);
        text = q(sky::formatHms(shown.lon, decimals + 1)) + QLatin1Char(' ') + q(sky::formatDms(shown.lat, decimals));
    }
    return text.replace(QLatin1Char('-'), QChar(0x2212));
}

void Controller::copyPosition(const sky::SkyPos& pos, sky::PosSpelling spelling)
{
    const QString text = q(sky::spell(pos, spelling, view().pixelScale()));
    QGuiApplication::clipboard()->setText(text);
    toast(tr("Copied %1").arg(text));
}

void Controller::copyName(const scene::Hit& hit)
{
    const QString name = q(hit.name).section(QStringLiteral(" · "), 0, 0);
    QGuiApplication::clipboard()->setText(name);
    toast(tr("Copied %1").arg(name));
}

// Panels -------------------------------------------------------------------------------------------------------------

void Controller::togglePanel(const QString& id)
{
    if (panelShown(id)) closePanel(id);
    else showPanel(id);
}

void Controller::showPanel(const QString& id)
{
    if (id == QLatin1String("inspector")) return setRightPanel(true);
    if (panelState(id).mode == PanelMode::Torn) return changePanel(id, [](PanelState& p) { p.open = true; });
    panelsHidden_ = false;
    openedLast_ = QStringLiteral("left");
    changeSettings([&](Settings& s) { s.leftPanel = id.toStdString(); });
    emit panelsChanged();
}

void Controller::closePanel(const QString& id)
{
    if (id == QLatin1String("inspector")) return setRightPanel(false);
    if (panelState(id).mode == PanelMode::Torn) return changePanel(id, [](PanelState& p) { p.open = false; });
    panelsHidden_ = false;
    changeSettings([&](Settings& s) {
        if (s.leftPanel == id.toStdString()) s.leftPanel.clear();
    });
    emit panelsChanged();
}

void Controller::setRightPanel(bool open)
{
    const QString id = QStringLiteral("inspector");
    if (panelState(id).mode == PanelMode::Torn) return changePanel(id, [open](PanelState& p) { p.open = open; });
    panelsHidden_ = false;
    openedLast_ = open ? QStringLiteral("right") : QString();
    changeSettings([&](Settings& s) { s.rightPanel = open; });
    emit panelsChanged();
}

bool Controller::panelShown(const QString& id) const
{
    if (const PanelState p = panelState(id); p.mode == PanelMode::Torn) return p.open;
    if (panelsHidden_) return false;
    if (id == QLatin1String("inspector")) return settings_.rightPanel && !rightGaveWay_;
    return settings_.leftPanel == id.toStdString() && !leftGaveWay_;
}

PanelState Controller::panelState(const QString& id) const
{
    if (settings_.layouts.empty()) return {};
    const auto& panels = settings_.layouts.front().panels;
    const auto it = panels.find(id.toStdString());
    return it == panels.end() ? PanelState() : it->second;
}

void Controller::changePanel(const QString& id, const std::function<void(PanelState&)>& change)
{
    const PanelState before = panelState(id);
    changeSettings([&](Settings& s) {
        if (s.layouts.empty()) s.layouts.emplace_back();
        change(s.layouts.front().panels[id.toStdString()]);
    });
    if (panelState(id) != before) emit panelsChanged();
}

void Controller::setPanelMode(const QString& id, PanelMode mode, const QRect& window)
{
    const PanelState before = panelState(id);
    if (before.mode == mode) return;
    const bool right = id == QLatin1String("inspector");
    panelsHidden_ = false;
    changeSettings([&](Settings& s) {
        if (s.layouts.empty()) s.layouts.emplace_back();
        PanelState& p = s.layouts.front().panels[id.toStdString()];
        p.mode = mode;
        p.open = mode == PanelMode::Torn;
        if (window.isValid()) p.window = window;
        // A torn-off panel leaves its place to others; one that comes back takes it.
        if (right) s.rightPanel = mode != PanelMode::Torn;
        else if (mode != PanelMode::Torn) s.leftPanel = id.toStdString();
        else if (s.leftPanel == id.toStdString()) s.leftPanel.clear();
    });
    if (mode != PanelMode::Torn) openedLast_ = right ? QStringLiteral("right") : QStringLiteral("left");
    emit panelsChanged();
}

void Controller::setScreens(const std::string& name, const QList<QRect>& screens)
{
    const Settings before = settings_;
    changeSettings([&](Settings& s) { useScreenLayout(s.layouts, name, screens); });
    if (before.layouts != settings_.layouts) emit panelsChanged();
}

void Controller::setGaveWay(bool left, bool right)
{
    if (left == leftGaveWay_ && right == rightGaveWay_) return;
    leftGaveWay_ = left;
    rightGaveWay_ = right;
    emit panelsShown();
}

void Controller::setPanelsHidden(bool hidden)
{
    panelsHidden_ = hidden;
    emit panelsChanged();
}

void Controller::setDebugOverlay(bool on)
{
    debug_ = on;
    scene_->setDebugOverlay(on);
    emit needFrame();
}

void Controller::say(scene::Severity severity, const QString& thing, const QString& sentence, scene::LayerId layer)
{
    messages_.add({severity, thing.toStdString(), sentence.toStdString(), layer});
}

void Controller::toast(const QString& text, const QString& command)
{
    messages_.note(text);
    emit toastWanted(text, command);
}

} // namespace firmament::window
