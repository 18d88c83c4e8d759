#include "scene/compare_overlay.h"

#include "scene/paper.h"
#include "scene/sheets.h"

namespace firmament::scene {

namespace {

constexpr double kPadding = 10, kAccentLine = 2;
const render::Rgba kStrip = rgb(0x0E1117);

} // namespace

void addDivider(const CanvasColours& colours, double x, const PixelRect& canvas, const PixelRect& free, Drawing& out)
{
    const render::Rgba edge = withAlpha(colours.halo, 0.7f);
    out.fillRect({x - kDividerWidth / 2 - 1, canvas.y, kDividerWidth + 2, canvas.h}, edge);
    out.fillRect({x - kDividerWidth / 2, canvas.y, kDividerWidth, canvas.h}, colours.text);
    const Eigen::Vector2d centre(x, free.y + free.h / 2);
    out.disc(centre, kDividerKnob / 2 + 1, edge);
    out.disc(centre, kDividerKnob / 2, colours.text);
    out.disc(centre, kDividerKnob / 2 - kDividerWidth, kStrip);
    out.circle(centre, kDividerKnob / 2 - kDividerWidth / 2, {colours.text, static_cast<float>(kDividerWidth), 0});
    const auto arrow = [&](double side) { // pointing away from the middle
        const auto at = [&](double dx, double dy) { return render::LineVertex{static_cast<float>(centre.x() + side * dx), static_cast<float>(centre.y() + dy)}; };
        out.polyline({at(3.5, -4), at(7.5, 0), at(3.5, 4)}, {colours.text, 1.8f, 0});
    };
    arrow(-1);
    arrow(1);
}

void addPaneTitle(const CanvasColours& colours, TextCache* text, double scale, const PixelRect& strip, std::string title, bool active, Drawing& out)
{
    out.fillRect(strip, kStrip);
    if (active) out.fillRect({strip.x, strip.y, strip.w, kAccentLine}, colours.accent);
    if (!text) return;
    TextStyle style;
    style.size = 12;
    style.weight = active ? 600 : 500;
    style.colour = letterInk(withAlpha(colours.text, active ? 1 : 0.78f), colours);
    style.halo = 0;
    const double room = strip.w - 2 * kPadding;
    while (title.size() > 4 && text->get(title, style).advance > room) {
        if (title.ends_with("\u2026")) title.resize(title.size() - 3);
        while (!title.empty() && (static_cast<unsigned char>(title.back()) & 0xC0) == 0x80) title.pop_back();
        if (!title.empty()) title.pop_back();
        title += "\u2026";
    }
    out.text(text->get(title, style), {strip.x + kPadding, strip.y + 17}, scale);
}

} // namespace firmament::scene
