#include "scene/cut_pieces.h"

#include <tuple>

namespace firmament::scene {

namespace {

constexpr int kPreviewOrder = 3; // a survey's preview is of this order at most: Allsky, or where most trees begin

bool hasValues(const hips::TilePtr& tile) { return tile && tile->kind == hips::PixelKind::Float32; }

} // namespace

std::vector<VisiblePiece> visiblePieces(const hips::TilePlan& plan, const FindTile& find)
{
    std::vector<VisiblePiece> pieces;
    for (const auto& d : plan.draw)
        if (auto tile = find(d.from); hasValues(tile)) pieces.push_back({std::move(tile), sky::within(d.cell, d.from)});
    return pieces;
}

std::pair<int, std::vector<VisiblePiece>> previewPieces(const FindTile& find)
{
    std::vector<VisiblePiece> pieces;
    int order = 0;
    for (; order <= kPreviewOrder && pieces.empty(); ++order) {
        for (uint64_t pix = 0; pix < uint64_t{12} << (2 * order); ++pix) {
            const sky::Cell cell{static_cast<uint8_t>(order), pix};
            if (auto tile = find(cell); hasValues(tile)) pieces.push_back({std::move(tile), sky::within(cell, cell)});
        }
    }
    return {order - 1, std::move(pieces)};
}

std::optional<sky::Cell> centreCell(const hips::TilePlan& plan, const sky::SkyView& view, sky::Frame frame)
{
    const auto dir = view.directionAt({view.width() / 2.0, view.height() / 2.0}, frame);
    if (!dir) return std::nullopt;
    std::optional<sky::Cell> best;
    for (const auto& d : plan.draw)
        if (sky::cellAt(*dir, d.cell.order) == d.cell && (!best || best->order < d.from.order)) best = d.from;
    return best;
}

CutPieces piecesOf(CutRule::From from, const hips::TilePlan& plan, const sky::SkyView& view, sky::Frame frame, const FindTile& find)
{
    CutPieces out;
    switch (from) {
    case CutRule::From::View: out.pieces = visiblePieces(plan, find); break;
    case CutRule::From::All: std::tie(out.order, out.pieces) = previewPieces(find); break;
    case CutRule::From::Tile:
        out.cell = centreCell(plan, view, frame);
        out.order = out.cell ? out.cell->order : -1;
        if (auto tile = out.cell ? find(*out.cell) : nullptr; hasValues(tile)) out.pieces.push_back({std::move(tile), sky::within(*out.cell, *out.cell)});
        break;
    }
    return out;
}

} // namespace firmament::scene
