// Messages: newest first, one line each, equal ones counted.
#pragma once

#include <QSortFilterProxyModel>
#include <QWidget>

#include "app/window/controller.h"

class QListView;
class QLabel;
class QPushButton;

namespace firmament::window {

class MessageList final : public QWidget {
    Q_OBJECT
public:
    MessageList(Controller& controller, QWidget* parent);

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent* e) override;
    void focusInEvent(QFocusEvent* e) override;
    void keyPressEvent(QKeyEvent* e) override;

private:
    class Filter;
    void refresh();
    void copySelected();
    scene::LayerId chosenLayer() const;
    bool canRetry(const QModelIndex& message) const;
    void retry(const QModelIndex& message);
    Controller& c_;
    Filter* filter_;
    QListView* list_;
    QLabel* empty_;
    QPushButton* show_ = nullptr;
};

} // namespace firmament::window
