// The known surveys by wavelength: search, chips, add on top or replace the base, add by address or folder.
#pragma once

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "app/window/panel_frame.h"

class QLineEdit;
class QListView;

namespace firmament::window {

class SurveysPanel final : public PanelFrame {
    Q_OBJECT
public:
    SurveysPanel(Controller& controller, QWidget* parent);
    void focusStart() override;

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refilter();
    void choose(bool replace);
    void openTyped();
    void toggleFavourite();
    void menuAt(const QPoint& pos);
    Controller& c_;
    SurveyModel model_;
    QLineEdit *search_, *address_;
    QListView* list_;
    QLabel *told_, *wrong_;
    Chip* favourites_;
    QString regime_;
    QList<Chip*> chips_;
};

} // namespace firmament::window
