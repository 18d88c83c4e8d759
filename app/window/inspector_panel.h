// What is selected: a survey (Display, Info, Provenance), an overlay layer, several layers (what they have in common), an object;
// nothing selected: the view itself.
#pragma once

#include <QTimer>
#include <functional>

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "app/window/panel_frame.h"

class QComboBox;
class QLineEdit;
class QPushButton;

namespace firmament::window {

class BlendControl;
class HistogramView;

class InspectorPanel final : public PanelFrame {
    Q_OBJECT
public:
    InspectorPanel(Controller& controller, QWidget* parent);

protected:
    void showEvent(QShowEvent* event) override;

private:
    void rebuild();
    void refresh();
    void clearBody();
    void showSurvey(const scene::LayerState& layer);
    void surveyDisplay(const scene::LayerState& layer);
    void displayValues(scene::LayerId id);
    void surveyState();
    void surveyInfo(const scene::LayerState& layer);
    void surveyCoverage(const scene::LayerState& layer);
    void surveyProvenance(const scene::LayerState& layer);
    void showOverlay(const scene::LayerState& layer);
    void showSeveral();
    void refreshSeveral();
    void chooseBlend(render::Blend blend);
    void showObject(const scene::Hit& hit);
    void showView();
    void refreshDisplay();
    QLabel* fact(const QString& name, const QString& value, bool link = false); ///< null when there is nothing to say
    QLabel* changingFact(const QString& name);
    QString subtitle() const;
    void resetDisplay();
    Switch* switchRow(const QString& name, const QString& note, std::function<void(bool)> change, QLabel** noteLabel = nullptr);
    QWidget* withText(Slider* slider, QLabel*& text, const QStringList& widest);
    QWidget* rowOf(const QString& name, QWidget* control);
    void cutTyped();
    Slider* slider(const QString& name, int least, int most, int normal);
    template <class T> void toggles(const scene::LayerState& layer, std::initializer_list<std::pair<QString, bool T::*>> members);

    Controller& c_;
    enum class Subject : uint8_t { None, View, Survey, Overlay, Several, Object } subject_ = Subject::None;
    scene::LayerId layer_ = 0;
    enum Tab : int { kDisplay, kInfo, kCoverage, kProvenance };
    int tab_ = kDisplay;
    Segmented* tabs_ = nullptr;
    ElidedLabel* subtitle_ = nullptr;
    QPushButton* reset_ = nullptr;
    bool hasValues_ = false;
    // Of the Display tab; null when another is shown.
    HistogramView* histogram_ = nullptr;
    QLabel *of_ = nullptr, *pixels_ = nullptr, *percent_ = nullptr, *gammaText_ = nullptr, *state_ = nullptr;
    QLineEdit *low_ = nullptr, *high_ = nullptr;
    QList<Chip*> presets_;
    QComboBox *stretch_ = nullptr, *map_ = nullptr;
    BlendControl* blend_ = nullptr;
    Segmented *from_ = nullptr, *sampling_ = nullptr;
    Slider *opacity_ = nullptr, *gamma_ = nullptr;
    Switch *bar_ = nullptr, *visible_ = nullptr;
    QLabel *visibleText_ = nullptr, *blendText_ = nullptr;
    IconButton* invert_ = nullptr;
    QList<std::function<void()>> refreshers_;
    QTimer timer_;
};

} // namespace firmament::window
