// Blink, swipe and panes as the window works them: the compared layer follows the selection, the blink its clock. ui thread.
#pragma once

#include <QObject>
#include <QTimer>
#include <functional>

#include "scene/document.h"
#include "scene/scene.h"

namespace firmament::window {

class Controller;

class Comparison final : public QObject {
    Q_OBJECT
public:
    explicit Comparison(Controller& controller);

    scene::CompareMode mode() const;
    size_t panes() const; ///< 1, 2 or 4
    void toggle(scene::CompareMode mode); ///< Blink or Swipe; again: off. Says why not, when not
    void set(scene::CompareMode mode);    ///< Off, Blink or Swipe
    void setPanes(size_t count);
    void cyclePanes();                    ///< 1, 2, 4
    void activate(size_t pane);
    void nextPane();
    void setDivider(double share, bool done);
    void setBlinkHz(double hz, bool done);
    double blinkHz() const; ///< in force: bounded with reduced motion
    /// One sentence on what is compared: "DSS2 colour and 2MASS in turn". Empty when off.
    QString sentence() const;
    /// Where flights and "centre here" bring things, in pixels of the document's view: the free area, or a pane about the centre.
    scene::PixelRect aimArea(const scene::PixelRect& free) const;

private:
    void change(const QString& label, const std::function<void(scene::Document&)>& change, const QString& mergeKey = {});
    void followSelection();
    void followDocument();
    void followClock();
    QString nameOf(scene::LayerId id) const;

    Controller& c_;
    QTimer clock_;
    bool below_ = false;
};

} // namespace firmament::window
