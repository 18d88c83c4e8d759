// What a folder really holds, beside what its properties say.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "hips/survey_info.h"

namespace firmament::hips {

struct TreeFacts {
    struct Order {
        std::vector<TileFormat> formats;          ///< seen among its tiles
        std::vector<TileFormat> allsky;           ///< formats of its Allsky files
        std::map<TileFormat, sky::Cell> sample;   ///< one tile of each format
    };
    std::map<int, Order> orders;

    bool empty() const { return orders.empty(); }
    bool has(TileFormat f) const;
    int lowest(TileFormat f) const;  ///< order of the first tiles; -1: none
    int deepest(TileFormat f) const;
};
/// Looks into each Norder folder until every one of `known` is found or `maxFiles` names were read.
TreeFacts surveyTree(const std::filesystem::path& folder, const std::vector<TileFormat>& known, size_t maxFiles = 64);
/// The tiles of one order by their names.
std::vector<sky::Cell> listTiles(const std::filesystem::path& folder, int order, TileFormat format, size_t maxTiles);
/// "Npix123.jpg" or "Npix123_4.png": the number and the channel.
std::optional<std::pair<uint64_t, int>> parseTileName(std::string_view name);
/// The width of a tile's picture, by its header.
std::optional<int> tileWidthOf(const std::filesystem::path& folder, sky::Cell cell, TileFormat format);

} // namespace firmament::hips
