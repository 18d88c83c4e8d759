// Where panels lie over the canvas: a pure function of sizes. Logical pixels, canvas coordinates.
#pragma once

#include <QRect>
#include <QSize>

namespace firmament::window {

inline constexpr int kPanelGap = 8;
inline constexpr int kLeastFreeWidth = 240; ///< panels side by side leave so much of the sky between them

struct PanelWish {
    bool open = false;
    int width = 312;
    int contentHeight = 0; ///< what the panel would like; it gets at most the free height
    bool docked = false;   ///< from edge to edge, without a gap
};
struct LayoutWish {
    QSize canvas;
    PanelWish left, right; ///< those in the window; torn-off ones are no matter of the canvas
    QSize tools;           ///< the tool strip; empty: hidden
    bool panelsHidden = false; ///< `H`
    bool rightOpenedLast = false; ///< which one stays when there is room for one only
};
struct Layout {
    QRect left, right, tools; ///< null when not shown
    QRect freeArea;           ///< canvas minus panels
    bool leftGaveWay = false, rightGaveWay = false; ///< open, but there is no room beside the other
    bool leftDocked = false, rightDocked = false;   ///< shown from edge to edge
    bool operator==(const Layout&) const = default;
};

/// Below 1280 wide the two panels exclude each other unless both are docked; below 1100 every panel is an overlay: it floats
/// over the canvas without narrowing the free area, and one is open at a time.
Layout layOut(const LayoutWish& wish, int windowWidth);

int omniboxWidth(int windowWidth); ///< 520, below 1280: 320

} // namespace firmament::window
