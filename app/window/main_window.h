// The window: top bar, rail, canvas with panels, status bar; commands and their keys; drop; full screen.
#pragma once

#include <QHash>
#include <QImage>
#include <QMainWindow>

#include "app/window/controller.h"
#include "app/window/scoped_connection.h"

class QCheckBox;
class QMenu;

namespace firmament::window {

class CanvasHost;
class Cutout;
class DropHint;
class Rail;
class StatusBar;
class Tour;
class TopBar;

class MainWindow final : public QMainWindow {
    Q_OBJECT
public:
    explicit MainWindow(Controller& controller);
    ~MainWindow() override;
    CanvasHost& host() { return *host_; }
    StatusBar& status() { return *status_; }
    TopBar& top() { return *top_; }
    bool settled() const;
    void openDialog();
    void openAddressDialog();
    void saveDialog(bool as);
    void exportDialog();
    /// `paper`: a chart on white.
    bool exportPicture(const QString& file, bool paper = false);
    void cutoutDialog();
    Cutout& cutout() { return *cutout_; }
    void paste();
    void showCopyMenu();
    /// Opens them one after the other and tells what could not be.
    void openItems(const QStringList& items);
    QImage picture(); ///< the whole window as it is, physical pixels
    void toggleFullScreen();
    void nextRegion(int by);
    void fillMenu(QMenu& menu); ///< the whole menu tree: every command, with its key
    void showMenu();
    void showContextMenu(const QPoint& global, const QPointF& pixel);
    void addBookmark();
    void startTour(); ///< six steps on the real controls
    Tour* tour() { return tour_; } ///< null: not on one

protected:
    void closeEvent(QCloseEvent* event) override;
    void changeEvent(QEvent* event) override;
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dragLeaveEvent(QDragLeaveEvent* event) override;
    void dropEvent(QDropEvent* event) override;
    bool event(QEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void registerCommands();
    void registerNavigation();
    void registerSky();
    void registerLayers();
    void registerFiles();
    void registerWindow();
    void bindKeys();
    void addTo(QMenu& menu, const char* id);
    void applyStyle();
    void showFrame(); ///< bars and rail, or nothing but the sky
    void bindKey(const Command& command);
    void offerTouchSize();
    QSize leastSize() const;
    QStringList droppedItems(const class QMimeData& mime) const;
    QString whatHappensTo(const QStringList& items) const; ///< one line: "2 HiPS become layers"
    sky::SkyPos herePosition() const; ///< under the keyboard's crosshair, else the pointer, else at the free area's centre
    QPoint herePoint() const;         ///< on the screen
    QString fileDialog(const QString& title, const QString& suffix, const QStringList& filters, QCheckBox* option = nullptr);

    Controller& c_;
    TopBar* top_ = nullptr;
    Rail* rail_ = nullptr;
    CanvasHost* host_ = nullptr;
    StatusBar* status_ = nullptr;
    DropHint* drop_ = nullptr;
    Cutout* cutout_ = nullptr;
    Tour* tour_ = nullptr;
    bool altAlone_ = false, saidHidden_ = false;
    std::optional<scene::OverlayState> shownOverlays_; ///< before they were hidden
    QHash<QString, QAction*> actions_; ///< by command
    ScopedConnection focusWatch_; ///< last: it ends first
};

} // namespace firmament::window
