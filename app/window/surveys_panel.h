// All surveys: search, chips, live preview on the sky, add on top or replace the base, favourites, details, add your own.
#pragma once

#include <QTimer>

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "app/window/panel_frame.h"
#include "app/window/survey_delegate.h"
#include "app/window/survey_filter.h"
#include "app/window/scoped_connection.h"

class QLineEdit;
class QListView;
class QPushButton;
class QStackedWidget;

namespace firmament::window {

class SurveyAdder;
class SurveyDetail;

class SurveysPanel final : public PanelFrame {
    Q_OBJECT
public:
    SurveysPanel(Controller& controller, QWidget* parent);
    ~SurveysPanel() override;
    void focusStart() override;
    SurveyLibrary& library() { return library_; }
    const SurveyModel& model() const { return model_; }
    const SurveyFilter& filter() const { return filter_; }
    SurveyAdder& adder() { return *adder_; }

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void makeTop();
    void makeList();
    void makeFoot();
    Chip* makeChip(const QString& text, const QString& name, const QString& tip, QWidget* parent);
    void refilter();      ///< at once: the user changed the filter
    void refilterLater(); ///< when the pointer is not over the list: what is known changed
    void setRows(std::vector<int> rows);
    void clearFilter();
    void syncChips();
    void wantVisible();

    bool listKey(QKeyEvent* key, bool fromSearch);
    bool viewportEvent(QEvent* event);
    void move(int to);
    void add(bool replace);
    void addRow(int row, bool replace);
    void toggleFavourite(int row);
    void openDetail(int row);
    void closeDetail();
    void menuAt(const QPoint& pos);

    // Live preview: what the keys or a click chose stays; what the pointer rests on comes before it.
    void pointAt(int row);
    void pinCurrent();
    void showWanted();
    void endPreview();
    bool previewing() const;
    void tell();

    Controller& c_;
    SurveyLibrary library_;
    SurveyModel model_;
    SurveyFilter filter_;
    QLineEdit* search_ = nullptr;
    QListView* list_ = nullptr;
    SurveyDelegate* delegate_ = nullptr;
    SurveyDetail* detail_ = nullptr;
    SurveyAdder* adder_ = nullptr;
    QStackedWidget *pages_ = nullptr, *listOrEmpty_ = nullptr;
    QLabel* empty_ = nullptr;
    ElidedLabel* line_ = nullptr;
    QPushButton *addButton_ = nullptr, *replaceButton_ = nullptr;
    QWidget *topBox_ = nullptr, *footBox_ = nullptr;
    QList<std::pair<Chip*, Wave>> waves_;
    QList<std::pair<Chip*, hips::SurveyKind>> kinds_;
    Chip *hasData_ = nullptr, *favourites_ = nullptr, *recent_ = nullptr, *here_ = nullptr;
    QString pinned_, pointed_; ///< sources
    QTimer hover_, keys_, leave_, later_, visible_;
    ScopedConnection focusWatch_; ///< last: it ends first
};

} // namespace firmament::window
