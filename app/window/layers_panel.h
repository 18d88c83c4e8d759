// The layers, top of the list = top of the sky. Cards of 54, the selected one open at 90.
#pragma once

#include <QHash>

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "app/window/panel_frame.h"

class QLineEdit;
class QPushButton;
class QProgressBar;

namespace firmament::window {

class CompareStrip;
class LayerCard;

class LayersPanel final : public PanelFrame {
    Q_OBJECT
public:
    LayersPanel(Controller& controller, QWidget* parent);
    void focusStart() override;

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    friend class LayerCard;
    void rebuild();       ///< cards follow the document's order
    void refreshReports();
    void refreshSelection();
    void beginDrag(LayerCard* card, const QPoint& global);
    void dragTo(const QPoint& global);
    void endDrag();
    void menuFor(scene::LayerId id, const QPoint& global);
    void addMenu();
    LayerCard* cardOf(scene::LayerId id) const;
    void selectNeighbour(int by);
    void shift(scene::LayerId id, int by); ///< +1 = up on the sky

    Controller& c_;
    QHash<scene::LayerId, LayerCard*> cards_;
    QList<scene::LayerId> order_; ///< top first
    QVBoxLayout* list_;
    QLabel* empty_;
    QPushButton* add_;
    LayerCard* dragged_ = nullptr;
    QWidget* mark_ = nullptr;
    int dropRow_ = -1;
};

/// One layer. 54 high; 90 when selected.
class LayerCard final : public QFrame {
    Q_OBJECT
public:
    LayerCard(LayersPanel& panel, Controller& controller, scene::LayerId id);
    scene::LayerId id() const { return id_; }
    void refresh();
    void showReport(const scene::LayerReport& report);
    void rename();

protected:
    void paintEvent(QPaintEvent*) override;
    void mousePressEvent(QMouseEvent*) override;
    void mouseMoveEvent(QMouseEvent*) override;
    void mouseReleaseEvent(QMouseEvent*) override;
    void mouseDoubleClickEvent(QMouseEvent*) override;
    void contextMenuEvent(QContextMenuEvent*) override;
    void enterEvent(QEnterEvent*) override { update(); }
    void leaveEvent(QEvent*) override { update(); }
    void focusInEvent(QFocusEvent*) override;

private:
    LayersPanel& panel_;
    Controller& c_;
    scene::LayerId id_;
    ElidedLabel *name_, *state_;
    QLabel* stateIcon_;
    QLineEdit* edit_ = nullptr;
    IconButton *menu_, *eye_;
    QWidget* open_;
    QProgressBar* progress_;
    Slider* opacity_;
    QLabel* percent_;
    QPushButton* blend_;
    QString symbol_;
    QPoint pressed_;
    bool mayDrag_ = false, dragging_ = false;
};

/// Icon and token of a phase, as theme.json's layerState says.
struct PhaseLook {
    const char *icon, *token;
};
PhaseLook phaseLook(scene::LayerPhase phase);

} // namespace firmament::window
