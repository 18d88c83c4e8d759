// Whose pixels a rule for cuts looks at: what is in view, the tile at the centre, or the survey's preview. Pure; any thread.
#pragma once

#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "hips/plan.h"
#include "scene/survey_cuts.h"

namespace firmament::scene {

/// A decoded tile, or null when it is not here.
using FindTile = std::function<hips::TilePtr(sky::Cell)>;

/// The parts of tiles with values that a plan draws.
std::vector<VisiblePiece> visiblePieces(const hips::TilePlan& plan, const FindTile& find);
/// The tiles of the lowest order that has any here, and that order: what a store keeps all the time.
std::pair<int, std::vector<VisiblePiece>> previewPieces(const FindTile& find);
/// The tile that a plan draws at the centre of the view. `frame`: the survey's.
std::optional<sky::Cell> centreCell(const hips::TilePlan& plan, const sky::SkyView& view, sky::Frame frame);

struct CutPieces {
    std::vector<VisiblePiece> pieces;
    int order = -1;                ///< Tile, All: of the tiles looked at
    std::optional<sky::Cell> cell; ///< Tile: which
};
CutPieces piecesOf(CutRule::From from, const hips::TilePlan& plan, const sky::SkyView& view, sky::Frame frame, const FindTile& find);

} // namespace firmament::scene
