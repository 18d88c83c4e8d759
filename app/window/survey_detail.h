// All about one survey: what it says of itself, where its servers are and how fast they answer, whose it is, how to cite it.
#pragma once

#include <QWidget>
#include <vector>

#include "app/window/controls.h"
#include "app/window/survey_keeper.h"
#include "app/window/survey_library.h"

class QPushButton;
class QSpinBox;
class QScrollArea;

namespace firmament::window {

class Controller;

class SurveyDetail final : public QWidget {
    Q_OBJECT
public:
    SurveyDetail(Controller& controller, SurveyLibrary& library, QWidget* parent);
    SurveyKeeper& keeper() { return *keeper_; }
    void showSurvey(int index);
    int index() const { return index_; }
    void focusStart();

signals:
    void backWanted();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    struct Mirror {
        std::string base;
        QLabel* told = nullptr;
        Pending request;
    };
    void rebuild();
    void addSection(const QString& title);
    void addText(const QString& text, const char* look = nullptr);
    void addFact(const QString& name, const QString& value, const QString& tip = {});
    void addMirrors(const SurveyFacts& facts);
    void measure();
    void addKeep(const SurveyFacts& facts);
    KeepWish keepWish(int order) const;
    bool keepSized() const;
    void sizeKeep(); ///< of what is in view now, down to the chosen order
    void showKeep();

    Controller& c_;
    SurveyLibrary& library_;
    int index_ = -1;
    IconButton* back_;
    ElidedLabel* title_;
    QScrollArea* scroll_;
    QVBoxLayout* content_ = nullptr;
    QPushButton* measure_ = nullptr;
    std::vector<Mirror> mirrors_;
    SurveyKeeper* keeper_;
    int keepOrder_ = -1;             ///< -1: what fits the view
    QLabel* keepTold_ = nullptr;     ///< null while the page has no such part
    QPushButton* keepButton_ = nullptr;
    QSpinBox* keepDepth_ = nullptr;
};

} // namespace firmament::window
