// Where panels lie over the canvas: a pure function of sizes. Logical pixels, canvas coordinates.
#pragma once

#include <QRect>
#include <QSize>

namespace firmament::window {

inline constexpr int kPanelGap = 8;

struct PanelWish {
    bool open = false;
    int width = 312;
    int contentHeight = 0; ///< what the panel would like; it gets at most the free height
};
struct LayoutWish {
    QSize canvas;
    PanelWish left, right;
    QSize tools;           ///< the tool strip; empty: hidden
    bool panelsHidden = false; ///< `H`
    bool rightOpenedLast = false; ///< which one stays when there is room for one only
};
struct Layout {
    QRect left, right, tools; ///< null when not shown
    QRect freeArea;           ///< canvas minus panels
    bool leftGaveWay = false, rightGaveWay = false; ///< open, but there is no room beside the other
    bool operator==(const Layout&) const = default;
};

/// Below 1280 wide the two panels exclude each other; below 1100 the open one lies over the canvas without narrowing
/// the free area.
Layout layOut(const LayoutWish& wish, int windowWidth);

int omniboxWidth(int windowWidth); ///< 520, below 1280: 320

} // namespace firmament::window
