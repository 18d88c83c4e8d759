#include "app/window/panel_layout.h"

#include <algorithm>

namespace firmament::window {

namespace {

int panelHeight(const PanelWish& wish, const QSize& canvas)
{
    const int room = std::max(0, canvas.height() - 2 * kPanelGap);
    return std::min(wish.contentHeight, room);
}

int panelWidth(const PanelWish& wish, const QSize& canvas)
{
    return std::min(wish.width, std::max(0, canvas.width() - 2 * kPanelGap));
}

} // namespace

Layout layOut(const LayoutWish& wish, int windowWidth)
{
    Layout out;
    out.freeArea = QRect(QPoint(0, 0), wish.canvas);
    if (wish.panelsHidden) return out;
    bool left = wish.left.open, right = wish.right.open;
    if (left && right && windowWidth < 1280) {
        out.leftGaveWay = wish.rightOpenedLast;
        out.rightGaveWay = !wish.rightOpenedLast;
        left = !out.leftGaveWay;
        right = !out.rightGaveWay;
    }
    const bool overlay = windowWidth < 1100;
    if (left) {
        out.left = QRect(kPanelGap, kPanelGap, panelWidth(wish.left, wish.canvas), panelHeight(wish.left, wish.canvas));
        if (!overlay) out.freeArea.setLeft(out.left.right() + 1 + kPanelGap);
    }
    if (right) {
        const int width = panelWidth(wish.right, wish.canvas);
        out.right = QRect(wish.canvas.width() - kPanelGap - width, kPanelGap, width, panelHeight(wish.right, wish.canvas));
        if (!overlay) out.freeArea.setRight(out.right.left() - 1 - kPanelGap);
    }
    if (!wish.tools.isEmpty()) {
        const int edge = right ? out.right.left() : wish.canvas.width();
        const int room = wish.canvas.height() - 2 * kPanelGap;
        const int height = std::min(wish.tools.height(), room);
        out.tools = QRect(edge - kPanelGap - wish.tools.width(), (wish.canvas.height() - height) / 2, wish.tools.width(), height);
    }
    return out;
}

int omniboxWidth(int windowWidth)
{
    return windowWidth < 1280 ? 320 : 520;
}

} // namespace firmament::window
