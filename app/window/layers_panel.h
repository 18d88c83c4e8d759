// The layers, top of the list = top of the sky. With panes: those of the active one.
#pragma once

#include <QHash>
#include <QImage>
#include <QTimer>
#include <functional>

#include "app/window/controller.h"
#include "app/window/controls.h"
#include "app/window/panel_frame.h"

class QMenu;
class QPushButton;

namespace firmament::window {

class GroupRow;
class LayerCard;
class WavelengthBar;

class LayersPanel final : public PanelFrame {
    Q_OBJECT
public:
    /// Draws one survey layer as it is seen now, in a square of so many pixels; null when it has nothing to show.
    using Pictures = std::function<QImage(scene::LayerId, int)>;
    LayersPanel(Controller& controller, Pictures pictures, QWidget* parent);
    void focusStart() override;

    void beginDrag(scene::LayerId layer, scene::GroupId group, const QPoint& global); ///< one of the two
    void dragTo(const QPoint& global);
    void endDrag();
    void menuFor(scene::LayerId id, const QPoint& global);
    void keyPressEvent(QKeyEvent* event) override; ///< rows hand their keys on: the scroll area between would take the arrows
    // Commands on the selected layer.
    void selectNeighbour(int by, bool extend = false); ///< +1 = down the list; extend: the others stay selected
    void shift(scene::LayerId id, int by); ///< +1 = up on the sky
    void rename(scene::LayerId id);
    void fade(double by);

protected:
    void showEvent(QShowEvent* event) override;

private:
    struct Row {
        scene::LayerId layer = 0; ///< 0: the head of a group
        scene::GroupId group = 0;
        bool operator==(const Row&) const = default;
    };
    struct Drop {
        size_t index = 0;         ///< in the document, without what is dragged
        scene::GroupId group = 0;
    };
    void rebuild();               ///< rows follow the document
    QList<Row> rowsNow() const;
    QWidget* widgetOf(const Row& row) const;
    void refreshReports();
    void refreshSelection();
    Drop dropAt(qsizetype gap, bool intoAbove) const;
    void addMenu();
    void fillMenuOfOne(QMenu& menu, scene::LayerId id);
    void fillMenuOfSeveral(QMenu& menu);
    QString keySuffix(const char* command) const;
    void addGroupMenu(QMenu& menu, scene::LayerId id);
    LayerCard* cardOf(scene::LayerId id) const { return cards_.value(id); }
    void waitForRest();
    void takePictures();

    Controller& c_;
    Pictures pictures_;
    QHash<scene::LayerId, LayerCard*> cards_;
    QHash<scene::GroupId, GroupRow*> groups_;
    QList<Row> rows_; ///< top first
    QVBoxLayout* list_;
    QLabel* empty_;
    QPushButton *add_, *emptyAdd_;
    WavelengthBar* waves_;
    scene::LayerId draggedLayer_ = 0;
    scene::GroupId draggedGroup_ = 0;
    QWidget* mark_ = nullptr;
    std::optional<Drop> drop_;
    QTimer rest_, seconds_;
};

} // namespace firmament::window
