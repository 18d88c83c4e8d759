// How each panel stood, for each arrangement of screens: floating, docked or torn off, how wide, and where its own window was.
// Plain values and pure functions. Logical pixels.
#pragma once

#include <QList>
#include <QRect>
#include <map>
#include <string>
#include <vector>

namespace firmament::window {

inline constexpr int kLeastPanelWidth = 240, kMostPanelWidth = 640;

enum class PanelMode : uint8_t {
    Floating, ///< lies over the canvas
    Docked,   ///< from edge to edge; the free area ends at it
    Torn      ///< in a window of its own
};
const char* panelModeWord(PanelMode mode); ///< "floating", "docked", "torn": as in the settings

struct PanelState {
    PanelMode mode = PanelMode::Floating;
    int width = 0;     ///< 0: the panel's usual width
    bool open = false; ///< torn off: its window is shown. Others: see Settings::leftPanel and rightPanel
    QRect window;      ///< of the torn-off one, on the desktop; null: not torn off yet
    bool operator==(const PanelState&) const = default;
};

struct ScreenLayout {
    std::string screens; ///< screenLayoutName() of the arrangement
    std::map<std::string, PanelState> panels;
    bool operator==(const ScreenLayout&) const = default;
};

inline constexpr size_t kMaxScreenLayouts = 8;

/// "1920x1080+0+0 2560x1440+1920+0": the same for the same screens in any order. Of sizes in pixels of the screen, which do
/// not change with the interface size.
std::string screenLayoutName(const QList<QRect>& screens);

/// Puts the arrangement `name` of `screens` (logical) first in the list (newest first). A new one begins as the last one was, but what was torn
/// off onto a screen that is not there floats again.
void useScreenLayout(std::vector<ScreenLayout>& layouts, const std::string& name, const QList<QRect>& screens);

/// The window of a torn-off panel, moved and shrunk onto a screen where it would not be seen; a new one lies beside `beside`.
QRect placeTorn(const QRect& wanted, const QSize& usual, const QRect& beside, const QList<QRect>& screens);

} // namespace firmament::window
