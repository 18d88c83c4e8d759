// The head of a group in the layer list: fold, name, count, menu, eye. Its members follow, indented, unless folded.
#pragma once

#include <QFrame>

#include "app/window/controller.h"
#include "app/window/controls.h"

class QLineEdit;

namespace firmament::window {

class LayersPanel;

class GroupRow final : public QFrame {
    Q_OBJECT
public:
    GroupRow(LayersPanel& panel, Controller& controller, scene::GroupId id);
    scene::GroupId id() const { return id_; }
    void refresh();
    void rename();
    void fold(bool folded);

protected:
    void paintEvent(QPaintEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;

private:
    void showMenu(const QPoint& global);
    void dissolve();
    void toggleVisible();
    bool anyVisible() const;
    QString title() const;

    LayersPanel& panel_;
    Controller& c_;
    scene::GroupId id_;
    IconButton *fold_, *menu_, *eye_;
    ElidedLabel* name_;
    QLabel* count_;
    QLineEdit* edit_ = nullptr;
    QPoint pressed_;
    bool mayDrag_ = false, dragging_ = false;
};

} // namespace firmament::window
