#include "app/window/panel_layout.h"

#include <algorithm>

#include "app/window/panel_state.h"

namespace firmament::window {

namespace {

constexpr int kOnePanelBelow = 1280, kOverlaysBelow = 1100;

int gapOf(const PanelWish& wish)
{
    return wish.docked ? 0 : kPanelGap;
}

int panelHeight(const PanelWish& wish, const QSize& canvas)
{
    const int room = std::max(0, canvas.height() - 2 * gapOf(wish));
    return wish.docked ? room : std::min(wish.contentHeight, room);
}

int panelWidth(const PanelWish& wish, const QSize& canvas)
{
    return std::min(wish.width, std::max(0, canvas.width() - 2 * gapOf(wish)));
}

/// Two wide panels beside each other shrink, the wider one first, so that they never meet.
void makeRoom(int& left, int& right, int room)
{
    while (left + right > room && (left > kLeastPanelWidth || right > kLeastPanelWidth)) {
        int& wider = left > right ? left : right;
        const int& other = left > right ? right : left;
        wider -= std::min(left + right - room, std::max({1, wider - std::max(other, kLeastPanelWidth)}));
    }
}

} // namespace

Layout layOut(const LayoutWish& wish, int windowWidth)
{
    Layout out;
    out.freeArea = QRect(QPoint(0, 0), wish.canvas);
    if (wish.panelsHidden) return out;
    const bool overlay = windowWidth < kOverlaysBelow;
    PanelWish left = wish.left, right = wish.right;
    if (overlay) left.docked = right.docked = false;
    if (left.open && right.open && windowWidth < kOnePanelBelow && !(left.docked && right.docked)) {
        out.leftGaveWay = wish.rightOpenedLast;
        out.rightGaveWay = !wish.rightOpenedLast;
        left.open = !out.leftGaveWay;
        right.open = !out.rightGaveWay;
    }
    int leftWidth = panelWidth(left, wish.canvas), rightWidth = panelWidth(right, wish.canvas);
    if (left.open && right.open) makeRoom(leftWidth, rightWidth, wish.canvas.width() - kLeastFreeWidth - 2 * gapOf(left) - 2 * gapOf(right));
    if (left.open) {
        const int gap = gapOf(left);
        out.left = QRect(gap, gap, leftWidth, panelHeight(left, wish.canvas));
        out.leftDocked = left.docked;
        if (!overlay) out.freeArea.setLeft(out.left.right() + 1 + gap);
    }
    if (right.open) {
        const int gap = gapOf(right);
        out.right = QRect(wish.canvas.width() - gap - rightWidth, gap, rightWidth, panelHeight(right, wish.canvas));
        out.rightDocked = right.docked;
        if (!overlay) out.freeArea.setRight(out.right.left() - 1 - gap);
    }
    if (!wish.tools.isEmpty()) {
        const int edge = right.open ? out.right.left() : wish.canvas.width();
        const int room = wish.canvas.height() - 2 * kPanelGap;
        const int height = std::min(wish.tools.height(), room);
        out.tools = QRect(edge - kPanelGap - wish.tools.width(), (wish.canvas.height() - height) / 2, wish.tools.width(), height);
        // A wide panel of a narrow window: the strip does not lie on it.
        if (out.tools.intersects(out.left)) out.tools = QRect();
    }
    return out;
}

int omniboxWidth(int windowWidth)
{
    return windowWidth < kOnePanelBelow ? 320 : 520;
}

} // namespace firmament::window
