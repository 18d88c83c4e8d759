#include "scene/debug_overlay.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "scene/sky_lines.h"
#include "scene/text_cache.h"
#include "scene/words.h"
#include "sky/outline.h"

namespace firmament::scene {

namespace {

std::vector<sky::Dir> borderOf(sky::Cell cell)
{
    constexpr int n = 6;
    std::vector<sky::Dir> ring;
    for (int side = 0; side < 4; ++side)
        for (int i = 0; i < n; ++i) {
            const double s = static_cast<double>(i) / n;
            const double x = side == 0 ? s : side == 1 ? 1 : side == 2 ? 1 - s : 0;
            const double y = side == 0 ? 0 : side == 1 ? s : side == 2 ? 1 : 1 - s;
            ring.push_back(sky::cellPoint(cell, x, y));
        }
    ring.push_back(ring.front());
    return ring;
}

std::string mebibytes(size_t bytes)
{
    return number(static_cast<double>(bytes) / 1048576.0, 1) + " MiB";
}

} // namespace

void addDebugOverlay(const FrameInput& frame, const std::vector<const SurveyLayer*>& surveys, const DebugFacts& facts, Drawing& out)
{
    TextStyle small;
    small.size = 10;
    small.colour = frame.colours.text;
    std::vector<std::string> lines{
        facts.renderer,
        "prepare " + number(facts.msPrepare, 2) + " ms, draw " + number(facts.msDraw, 2) + " ms",
        std::to_string(facts.last.drawCalls) + " calls, " + std::to_string(facts.last.vertices) + " vertices, " + std::to_string(facts.last.tiles) +
            " tiles, " + std::to_string(facts.last.points) + " points, " + std::to_string(facts.last.uploads) + " uploads",
        "textures " + mebibytes(facts.last.textureBytes) + ", labels " + std::to_string(facts.labels)};
    for (const SurveyLayer* survey : surveys) {
        const auto& plan = survey->plan();
        for (const auto& d : plan.draw) {
            // Green: its own texture; amber: an ancestor's, with how many orders up.
            const int up = d.cell.order - d.from.order;
            const bool own = up == 0 || d.from.order >= plan.textureOrder;
            const render::Rgba colour = own ? rgb(0x6CCBA5, 0.8f) : rgb(0xF2BD5A, 0.9f);
            addPixelLines(sky::projectPolyline(frame.view, survey->frame(), borderOf(d.cell)), {colour, 1, 0}, out);
            if (!frame.text) continue;
            const auto centre = frame.view.pixelOf(sky::cellCentre(d.cell), survey->frame());
            if (!centre) continue;
            std::string name = std::to_string(d.cell.order) + "/" + std::to_string(d.cell.pix);
            if (up > 0) name += " from " + std::to_string(d.from.order);
            const CachedText& text = frame.text->get(name, small);
            out.text(text, {centre->x() - text.advance / 2, centre->y()}, frame.scale);
        }
        const auto stats = survey->storeStats();
        lines.push_back(survey->name() + ": order " + std::to_string(plan.textureOrder) + ", " + std::to_string(plan.count.ready) + "/" +
                        std::to_string(plan.count.visible) + " ready, " + std::to_string(plan.count.standIn) + " stand-in, " +
                        std::to_string(plan.count.missing) + " missing, " + std::to_string(plan.count.failed) + " failed; decoded " +
                        mebibytes(stats.bytes) + ", loading " + std::to_string(stats.loading));
    }
    if (!frame.text) return;
    double wide = 0;
    for (const auto& l : lines) wide = std::max(wide, frame.text->get(l, small).advance);
    const double x = frame.free.x + 12, y = frame.free.y + 34;
    out.pill({x - 8, y - 6, wide + 16, 14 * static_cast<double>(lines.size()) + 10}, 6, rgb(0x0E1117, 0.82f));
    for (size_t i = 0; i < lines.size(); ++i) out.text(frame.text->get(lines[i], small), {x, y + 10 + 14 * static_cast<double>(i)}, frame.scale);
}

} // namespace firmament::scene
