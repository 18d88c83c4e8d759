// What a folder really holds, beside what its properties say.
#pragma once

#include <filesystem>
#include <map>
#include <vector>

#include "core/bytes.h"
#include "hips/survey_info.h"

namespace firmament::hips {

struct TreeFacts {
    struct Order {
        std::vector<TileFormat> formats;          ///< seen among its tiles
        std::vector<TileFormat> allsky;           ///< formats of its Allsky files, of the channel asked for
        std::map<TileFormat, sky::Cell> sample;   ///< one tile of each format
    };
    std::map<int, Order> orders;

    bool empty() const { return orders.empty(); }
    bool has(TileFormat f) const;
    int lowest(TileFormat f) const;  ///< order of the first tiles; -1: none
    int deepest(TileFormat f) const;
};
/// Looks into each Norder folder until every one of `known` is found or `maxFiles` names were read. Names in any case.
TreeFacts surveyTree(const std::filesystem::path& folder, const std::vector<TileFormat>& known, int channel = 0, size_t maxFiles = 64);
/// The tiles of one order by their names, of one channel.
std::vector<sky::Cell> listTiles(const std::filesystem::path& folder, int order, TileFormat format, size_t maxTiles, int channel = 0);
/// Of a cube of one file a channel: as many as this tile has.
int channelsOf(const std::filesystem::path& folder, sky::Cell cell, TileFormat format);
/// "Npix123.jpg" or "Npix123_4.png", in any case: the number and the channel.
std::optional<std::pair<uint64_t, int>> parseTileName(std::string_view name);
/// The width of a tile's picture, by its header.
std::optional<int> tileWidthOf(const std::filesystem::path& folder, sky::Cell cell, TileFormat format, int channel = 0);
/// A file of the tree by its path: as it is, with its ending in capitals, or all in capitals. NotFound when there is none.
Expected<Bytes> readTreeFile(const std::filesystem::path& folder, const std::string& path, uint64_t maxBytes);
/// A file directly in the folder, whatever the case of its name.
Expected<Bytes> readRootFile(const std::filesystem::path& folder, const std::string& name, uint64_t maxBytes);

} // namespace firmament::hips
