#include "app/window/panel_state.h"

#include <algorithm>

namespace firmament::window {

namespace {

constexpr int kGrip = 48; ///< so much of a window must be on a screen to be taken hold of

bool canBeSeen(const QRect& window, const QList<QRect>& screens)
{
    const QRect top(window.topLeft(), QSize(window.width(), std::min(window.height(), kGrip)));
    return std::any_of(screens.begin(), screens.end(), [&](const QRect& s) {
        const QRect shown = s.intersected(top);
        return shown.width() >= kGrip && shown.height() >= kGrip / 2;
    });
}

} // namespace

const char* panelModeWord(PanelMode mode)
{
    switch (mode) {
    case PanelMode::Docked: return "docked";
    case PanelMode::Torn: return "torn";
    case PanelMode::Floating: break;
    }
    return "floating";
}

std::string screenLayoutName(const QList<QRect>& screens)
{
    QList<QRect> sorted = screens;
    std::sort(sorted.begin(), sorted.end(), [](const QRect& a, const QRect& b) {
        return std::pair(a.x(), a.y()) < std::pair(b.x(), b.y());
    });
    std::string name;
    for (const QRect& r : sorted) {
        if (!name.empty()) name += ' ';
        name += std::to_string(r.width()) + 'x' + std::to_string(r.height()) + (r.x() < 0 ? "" : "+") + std::to_string(r.x()) + (r.y() < 0 ? "" : "+")
                + std::to_string(r.y());
    }
    return name;
}

void useScreenLayout(std::vector<ScreenLayout>& layouts, const std::string& name, const QList<QRect>& screens)
{
    const auto known = std::find_if(layouts.begin(), layouts.end(), [&](const ScreenLayout& l) { return l.screens == name; });
    if (known != layouts.end()) {
        std::rotate(layouts.begin(), known, known + 1);
        return;
    }
    ScreenLayout fresh;
    if (!layouts.empty()) fresh = layouts.front();
    fresh.screens = name;
    for (auto& [id, panel] : fresh.panels) {
        if (panel.mode != PanelMode::Torn || canBeSeen(panel.window, screens)) continue;
        panel.mode = PanelMode::Floating;
        panel.open = false;
        panel.window = {};
    }
    layouts.insert(layouts.begin(), std::move(fresh));
    if (layouts.size() > kMaxScreenLayouts) layouts.resize(kMaxScreenLayouts);
}

QRect placeTorn(const QRect& wanted, const QSize& usual, const QRect& beside, const QList<QRect>& screens)
{
    if (screens.isEmpty()) return wanted.isValid() ? wanted : QRect(beside.topLeft(), usual);
    if (wanted.isValid() && canBeSeen(wanted, screens)) return wanted;
    // Another screen than that of the main window, where there is one.
    QRect home = screens.front();
    for (const QRect& s : screens)
        if (s.contains(beside.center())) home = s;
    QRect target = home;
    for (const QRect& s : screens)
        if (s != home) target = s;
    const QSize size = (wanted.isValid() ? wanted.size() : usual).boundedTo(target.size() - QSize(kGrip, kGrip));
    if (target != home) return {target.topLeft() + QPoint(kGrip, kGrip), size};
    const int right = beside.right() + 1 + kGrip / 2;
    const int x = right + size.width() <= target.right() ? right : target.right() - size.width() - kGrip / 2;
    const int y = std::clamp(beside.top() + kGrip, target.top(), std::max(target.top(), target.bottom() - size.height()));
    return {QPoint(std::max(target.left(), x), y), size};
}

} // namespace firmament::window
