#include "scene/painter.h"

namespace firmament::scene {

void GlPainter::tiles(sky::Frame frame, std::span<const render::TileDraw> tiles, const render::Look& look)
{
    renderer_.drawTiles(frame, tiles, look);
}

void GlPainter::shapes(const Drawing& drawing)
{
    std::vector<render::Triangle2d> triangles;
    const auto& fills = drawing.fills();
    for (size_t i = 0; i < fills.size(); ++i) {
        const auto& ring = fills[i].ring;
        for (size_t k = 2; k < ring.size(); ++k) triangles.push_back({ring[0], ring[k - 1], ring[k]});
        if (i + 1 < fills.size() && fills[i + 1].colour == fills[i].colour) continue;
        renderer_.drawTriangles(triangles, fills[i].colour);
        triangles.clear();
    }
    if (!drawing.lines().empty()) renderer_.drawPolylines(drawing.lines());
    std::vector<render::BitmapDraw> bitmaps;
    bitmaps.reserve(drawing.texts().size());
    for (const auto& t : drawing.texts())
        bitmaps.push_back({&t.cached->bitmap, t.cached->key, static_cast<float>(t.run.at.x() - t.cached->margin),
                           static_cast<float>(t.run.at.y() - t.cached->baseline), t.run.opacity});
    if (!bitmaps.empty()) renderer_.drawBitmaps(bitmaps);
}

void GlPainter::points(const PointBatch& batch, const render::PointStyle& style, double years)
{
    renderer_.drawPoints(*batch.set, batch.ranges, style, years);
}

void GlPainter::vectors(const PointBatch& batch, double yearsFrom, double yearsTo, const render::PolylineStyle& style)
{
    renderer_.drawVectors(*batch.set, batch.ranges, yearsFrom, yearsTo, style);
}

OverlayRecorder::OverlayRecorder(const sky::SkyView& view, OverlayPicture& out) : view_(view), out_(out)
{
    out_ = {view.width(), view.height(), {}};
}

void OverlayRecorder::shapes(const Drawing& drawing)
{
    for (const auto& f : drawing.fills()) out_.items.emplace_back(f);
    for (const auto& l : drawing.lines()) out_.items.emplace_back(l);
    for (const auto& t : drawing.texts()) out_.items.emplace_back(t.run);
}

void OverlayRecorder::points(const PointBatch& batch, const render::PointStyle& style, double years)
{
    for (const auto& range : batch.ranges)
        for (uint32_t i = range.first; i < range.first + range.count; ++i)
            if (const auto placed = render::placedPoint(view_, batch.frame, batch.record(i), style, years))
                out_.items.emplace_back(*placed);
}

void OverlayRecorder::vectors(const PointBatch& batch, double yearsFrom, double yearsTo, const render::PolylineStyle& style)
{
    for (const auto& range : batch.ranges)
        for (uint32_t i = range.first; i < range.first + range.count; ++i)
            if (auto line = render::placedVector(view_, batch.frame, batch.record(i), yearsFrom, yearsTo))
                out_.items.emplace_back(render::Polyline{{line->first, line->second}, style});
}

} // namespace firmament::scene
