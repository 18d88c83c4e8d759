// One layer in the list. 54 high; 90 when selected: progress, opacity, blend.
#pragma once

#include <QFrame>
#include <QPixmap>

#include "app/window/controller.h"
#include "app/window/controls.h"

class QLineEdit;
class QProgressBar;
class QPushButton;

namespace firmament::window {

class LayersPanel;

class LayerCard final : public QFrame {
    Q_OBJECT
public:
    LayerCard(LayersPanel& panel, Controller& controller, scene::LayerId id);
    scene::LayerId id() const { return id_; }
    void refresh();
    void showReport(const scene::LayerReport& report);
    void dropPicture(); ///< the theme is another: what it shows may be too light for it
    void setPicture(const QImage& picture); ///< 36 x 36 logical
    bool hasPicture() const { return !picture_.isNull(); }
    void rename();

protected:
    void paintEvent(QPaintEvent*) override;
    void keyPressEvent(QKeyEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }
    void focusInEvent(QFocusEvent*) override;

private:
    void buildHead();
    void buildOpen();
    QRect thumb() const;

    LayersPanel& panel_;
    Controller& c_;
    scene::LayerId id_;
    ElidedLabel *name_ = nullptr, *state_ = nullptr;
    QLabel* stateIcon_ = nullptr;
    QPushButton* go_ = nullptr;
    QLineEdit* edit_ = nullptr;
    IconButton *menu_ = nullptr, *eye_ = nullptr;
    QWidget *head_ = nullptr, *open_ = nullptr;
    QProgressBar* progress_ = nullptr;
    Slider* opacity_ = nullptr;
    QLabel* percent_ = nullptr;
    QPushButton* blend_ = nullptr;
    QString symbol_;
    QPixmap picture_;
    QPoint pressed_;
    bool failed_ = false, visible_ = true, mayDrag_ = false, dragging_ = false, byKey_ = false;
};

/// Icon and token of a phase, as theme.json's layerState says.
struct PhaseLook {
    const char *icon, *token;
};
PhaseLook phaseLook(scene::LayerPhase phase);
const char* symbolOf(const scene::LayerContent& content);
/// What the card says: the scene's sentence, and when what failed is tried again.
QString stateLine(const scene::LayerReport& report);

} // namespace firmament::window
