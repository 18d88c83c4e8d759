// The list of bookmarks: go to, rename, remove, reorder, export, import. Every change is an undo step.
#pragma once

#include "app/window/controller.h"
#include "app/window/panel_frame.h"

class QListWidget;
class QPushButton;

namespace firmament::window {

class BookmarksPanel final : public PanelFrame {
    Q_OBJECT
public:
    BookmarksPanel(Controller& controller, QWidget* parent);
    void focusStart() override;
    QListWidget& list() { return *list_; }
    void goTo(int row);
    void remove(int row);
    void moveBy(int row, int by);
    bool exportTo(const QString& file);
    bool importFrom(const QString& file);

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void refresh();
    void takeOrder(); ///< after the mouse moved a row
    void menuAt(const QPoint& at);
    void exportDialog();
    void importDialog();
    Controller& c_;
    QListWidget* list_;
    QLabel* empty_;
    QPushButton* export_;
    std::vector<scene::Bookmark> shown_;
    bool filling_ = false;
};

} // namespace firmament::window
