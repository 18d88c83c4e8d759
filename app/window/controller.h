// Owns the state of the window and all that works behind it. Widgets hold no state: they show what is here, and change it
// through here. ui thread. Members are declared in the order in which they depend on each other.
#pragma once

#include <QLockFile>
#include <QObject>
#include <QPointF>
#include <QTimer>
#include <filesystem>
#include <memory>
#include <optional>

#include "app/text/label_source.h"
#include "app/window/commands.h"
#include "app/window/live_preview.h"
#include "app/window/message_model.h"
#include "app/window/navigator.h"
#include "app/window/qt_executor.h"
#include "app/window/run_window.h"
#include "app/window/settings.h"
#include "app/window/settings_history.h"
#include "app/window/style.h"
#include "app/window/survey_entry.h"
#include "app/window/system_look.h"
#include "catalogs/sky_data.h"
#include "core/files.h"
#include "net/network.h"
#include "scene/history.h"
#include "scene/scene.h"
#include "scene/sky_link.h"
#include "scene/stacks.h"
#include "sky/text.h"

namespace firmament::window {

class Comparison;

/// What is under the pointer now.
struct PointerInfo {
    bool inside = false;
    QPointF pixel;
    QPointF viewPixel; ///< where the document's view has it: another place with panes
    std::optional<sky::SkyPos> pos; ///< ICRS, or of the body
    std::optional<scene::ValueReading> value;
};

/// What a text the user typed or dropped stands for.
struct OpenTarget {
    enum class Kind : uint8_t { Nothing, Position, Object, Survey, Session, Link };
    Kind kind = Kind::Nothing;
    std::string where;                       ///< Survey: source; Session: file
    std::string title;
    std::optional<sky::SkyPos> pos;          ///< Position, Object, Link
    std::optional<catalogs::NamedObject> object;
    std::optional<sky::Angle> fov;           ///< "M31 2deg"
    std::optional<scene::SkyLink> link;
    std::vector<std::string> passedOver;     ///< Link: what of it is not shown
    std::string why;                         ///< Nothing: what was expected
};

/// What a window that is built anew in the same run (interface size) goes on with.
struct Handover {
    std::optional<scene::History> history;
    SettingsHistory settingsHistory;
    std::filesystem::path sessionFile;
    scene::LayerId selectedLayer = 0;
    bool panelsHidden = false;
};

class Controller final : public QObject {
    Q_OBJECT
public:
    explicit Controller(const WindowOptions& options, Handover handover = {});
    ~Controller() override;

    const WindowOptions& options() const { return options_; }
    Style& style() { return style_; }
    const Style& style() const { return style_; }
    CommandRegistry& commands() { return commands_; }
    scene::History& history() { return history_; }
    const scene::Document& document() const { return history_.document(); }
    const sky::SkyView& view() const { return document().view; }
    scene::Scene& scene() { return *scene_; }
    Navigator& navigator() { return navigator_; }
    Comparison& comparison() { return *comparison_; }
    net::NetworkLayer& network() { return *net_; }
    MessageModel& messages() { return messages_; }
    const catalogs::SkyData* sky() const { return sky_.get(); }
    void warmUpSky(); ///< reads ahead what the first search by name would wait for
    const std::vector<SurveyEntry>& surveys() const; ///< the built-in list, read when first asked for
    Executor& uiExecutor() { return executor_; }
    Executor& workExecutor() { return pool_; }
    const SteadyClock& clock() const { return clock_; }
    const UserPaths& paths() const { return paths_; }
    std::filesystem::path cacheFolder() const;
    std::filesystem::path ownSurveys() const { return paths_.data / "hips"; } ///< HiPS trees here are found by themselves
    bool offline() const { return net_->offline(); }

    const Settings& settings() const { return settings_; }
    /// `also`: names of changed settings that are an undo step only here, such as a list that was cleared.
    void changeSettings(const std::function<void(Settings&)>& change, const std::vector<std::string>& also = {});
    /// False when another command has one of the keys; `why` names it then.
    bool setKeys(const QString& id, const QList<QKeySequence>& keys, QString* why = nullptr);
    void applyKeys(); ///< after commands were added: puts the user's keys in place, says once what was passed over
    const SettingsHistory& settingsHistory() const { return settingsHistory_; }
    const SystemLook* systemLook() const { return system_.get(); } ///< null until it was first needed
    /// Ends this controller's work; the next one is made with what comes out.
    Handover handOver();
    void saveSettings(); ///< now

    // Undo: of the settings while the user is in them, of layers and overlays otherwise
    void setUndoInSettings(bool on);
    bool canUndo() const { return undoInSettings_ ? settingsHistory_.canUndo() : history_.canUndo(); }
    bool canRedo() const { return undoInSettings_ ? settingsHistory_.canRedo() : history_.canRedo(); }
    QString undoLabel() const;
    QString redoLabel() const;
    void undo();
    void redo();
    void undoSettings();
    void redoSettings();

    // Layers
    scene::LayerId selectedLayer() const { return selectedLayer_; }
    void selectLayer(scene::LayerId id); ///< alone
    void toggleLayer(scene::LayerId id);  ///< joins what is selected, or leaves it
    void selectLayersTo(scene::LayerId id); ///< all from the selected one to this
    bool isSelected(scene::LayerId id) const;
    std::vector<scene::LayerId> selectedLayers() const; ///< bottom first
    const scene::LayerState* layer(scene::LayerId id) const { return document().find(id); }
    std::optional<scene::LayerReport> report(scene::LayerId id) const;
    QString layerTitle(const scene::LayerState& layer) const;
    void changeLayer(scene::LayerId id, const QString& label, const std::function<void(scene::LayerState&)>& change, const QString& mergeKey = {});
    /// Every selected layer, as one step.
    void changeSelected(const QString& label, const std::function<void(scene::LayerState&)>& change, const QString& mergeKey = {});
    void removeSelected();
    void changeSurvey(scene::LayerId id, const QString& label, const std::function<void(scene::SurveyState&)>& change, const QString& mergeKey = {});
    void changeOverlays(const QString& label, const std::function<void(scene::OverlayState&)>& change);
    scene::LayerId addSurvey(const std::string& source, const std::string& title); ///< above the other surveys, below the overlays
    void replaceBase(const std::string& source, const std::string& title);
    /// On top of the sky for a moment, until end(); see LivePreview.
    void previewSurvey(const std::string& source, const std::string& title);
    LivePreview& preview() { return preview_; }
    /// Until taken back: in the colours of the dark theme, or on white with `paper`, whatever theme and document say.
    void drawForFile(bool on, bool paper = false);
    void removeLayer(scene::LayerId id);
    void duplicateLayer(scene::LayerId id);
    void moveLayer(scene::LayerId id, size_t index); ///< bottom is 0
    void zoomToLayer(scene::LayerId id);
    void soloLayer(scene::LayerId id); ///< again: the others come back
    bool isSolo(scene::LayerId id) const;

    // Going places
    OpenTarget interpret(const QString& text) const; ///< pure reading; looks at the disk for paths
    bool open(const QString& text, bool fly = true); ///< says why not, when not, as a message
    void goTo(const OpenTarget& target, bool fly = true);
    QString linkHere() const;  ///< firmament://view?..., of what is shown now
    void copyLink();
    void setFreeArea(const scene::PixelRect& area);
    const scene::PixelRect& freeArea() const { return freeArea_; }
    void setObstacles(std::vector<scene::PixelRect> obstacles) { scene_->setObstacles(std::move(obstacles)); } ///< what lies on the sky

    // Sessions
    bool openSession(const std::filesystem::path& file);
    bool saveSession(const std::filesystem::path& file);
    std::filesystem::path sessionFile() const { return sessionFile_; }
    void newSession(); ///< the default sky again
    void autosaveNow();
    std::filesystem::path bookmarkFile() const { return paths_.config / "bookmarks.json"; }
    void saveBookmarks(); ///< now

    // Pointer and objects
    const PointerInfo& pointer() const { return pointer_; }
    void setPointer(const PointerInfo& info);
    const std::optional<scene::Hit>& hovered() const { return hovered_; }
    const std::optional<scene::Hit>& selectedObject() const { return selectedObject_; }
    void setHovered(std::optional<scene::Hit> hit);
    void selectObject(std::optional<scene::Hit> hit);
    QString positionText(const sky::SkyPos& pos) const; ///< in the frame and spelling of the settings, real minus signs
    void copyPosition(const sky::SkyPos& pos, sky::PosSpelling spelling);
    void copyName(const scene::Hit& hit); ///< "M 8" of "M 8 · Lagoon Nebula"
    sky::SkyPos aimPosition() const;

    // Panels (state in the settings)
    void togglePanel(const QString& id); ///< "layers", "surveys", "settings"; opens, or closes the open one
    void showPanel(const QString& id);
    void closePanel(const QString& id);
    void setRightPanel(bool open);
    bool panelShown(const QString& id) const; ///< to be seen now, in this window or its own
    PanelState panelState(const QString& id) const;
    void changePanel(const QString& id, const std::function<void(PanelState&)>& change);
    /// `window`: where a torn-off one begins; null: where it was.
    void setPanelMode(const QString& id, PanelMode mode, const QRect& window = {});
    /// name: screenLayoutName() of their sizes in pixels; screens: logical.
    void setScreens(const std::string& name, const QList<QRect>& screens);
    void setGaveWay(bool left, bool right); ///< open, but without room beside the other
    const QString& openedLast() const { return openedLast_; } ///< "left", "right" or empty
    bool panelsHidden() const { return panelsHidden_; }
    void setPanelsHidden(bool hidden);
    bool debugOverlay() const { return debug_; }
    void setDebugOverlay(bool on);
    void setTheme(ThemeName theme);

    void say(scene::Severity severity, const QString& thing, const QString& sentence, scene::LayerId layer = 0);
    void toast(const QString& text, const QString& command = {}); ///< command: its text is the action beside

signals:
    void viewChanged();
    void layersChanged();
    void compareChanged();   ///< comparing, panes, groups, and what of the layers decides them
    void freeAreaChanged();
    void overlaysChanged();  ///< overlays, epoch, bookmarks
    void historyChanged();   ///< what undo, redo, back and forward can do
    void reportsChanged();
    void settingsChanged();
    void selectionChanged(); ///< layer or object
    void pointerChanged();
    void hoverChanged();
    void panelsChanged();
    void panelsShown(); ///< which of the open panels can be seen
    void keysChanged();
    void interfaceSizeChanged();
    void needFrame();
    void toastWanted(const QString& text, const QString& command);
    void networkChanged();

private:
    void loadSettings();
    void applySettings(const Settings& before);
    void applyLook();
    void applyHosts();
    void makeSystemLook();
    ThemeName wantedTheme() const;
    void loadSky();
    void makeScene();
    void followFrame();
    void followFailures();
    void goToOpened();
    scene::LayerId goToWhenOpen_ = 0;
    OpenTarget interpretLink(const std::string& text) const;
    void openLink(const OpenTarget& target, bool fly);
    void takeLinkSurveys(const scene::SkyLink& link);
    sky::Angle fieldFor(const catalogs::NamedObject& object) const;
    bool mayAutosave(); ///< not while another Firmament keeps its session
    scene::Document startDocument();
    void loadBookmarks(scene::Document& document);
    void documentChanged();
    void applyCanvasColours();
    void showOnScene();
    scene::LayerState surveyLayer(const std::string& source, const std::string& title);
    void rememberSurvey(const std::string& source);

    WindowOptions options_;
    UserPaths paths_;
    Settings settings_;
    SettingsHistory settingsHistory_;
    std::unique_ptr<SystemLook> system_;
    Style style_;
    SteadyClock clock_;
    QtExecutor executor_;
    WorkPool pool_;
    std::unique_ptr<net::NetworkLayer> net_;
    std::shared_ptr<const catalogs::SkyData> sky_;
    text::QtLabelSource labels_;
    MessageModel messages_;
    CommandRegistry commands_;
    scene::History history_;
    LivePreview preview_;
    std::unique_ptr<scene::Scene> scene_;
    Navigator navigator_;
    std::unique_ptr<Comparison> comparison_;
    scene::Document shown_;
    scene::PixelRect freeArea_;
    PointerInfo pointer_;
    std::optional<scene::Hit> hovered_, selectedObject_;
    scene::LayerId selectedLayer_ = 0;
    std::vector<scene::LayerId> alsoSelected_; ///< beside it
    scene::LayerId soloed_ = 0;
    std::vector<scene::LayerId> hiddenBySolo_;
    std::filesystem::path sessionFile_;
    std::unique_ptr<QLockFile> sessionLock_; ///< held: the autosaved session is ours
    bool saidOther_ = false;
    bool panelsHidden_ = false, debug_ = false, onPaper_ = false, forFile_ = false;
    bool undoInSettings_ = false, leftGaveWay_ = false, rightGaveWay_ = false;
    QString openedLast_, refusedKeys_;
    mutable std::optional<std::vector<SurveyEntry>> surveys_;
    QTimer autosave_, settingsTimer_, askAgain_, bookmarkTimer_;
};

} // namespace firmament::window
