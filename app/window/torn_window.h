// The window of a panel that was torn off. Closing it puts the panel back.
#pragma once

#include <QTimer>
#include <QWidget>

#include "app/window/panel_frame.h"

namespace firmament::window {

class TornWindow final : public QWidget {
    Q_OBJECT
public:
    /// `main`: the program's window, which owns this one and is never covered for good by it.
    TornWindow(const Style& style, PanelFrame* panel, QWidget* main);
    PanelFrame* panel() const { return panel_; }
    /// Gives the panel away before this window goes.
    PanelFrame* release();
    void leave(); ///< the program ends: goes, and takes its panel along

signals:
    void returned();                    ///< the user closed the window
    void moved(const QRect& geometry);  ///< at rest in a new place or size

protected:
    void closeEvent(QCloseEvent*) override;
    void moveEvent(QMoveEvent*) override;
    void resizeEvent(QResizeEvent*) override;
    void paintEvent(QPaintEvent*) override;

private:
    void retitle();
    const Style& style_;
    PanelFrame* panel_;
    QTimer rest_;
    bool leaving_ = false;
};

} // namespace firmament::window
