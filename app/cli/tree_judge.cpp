#include "app/cli/tree_judge.h"

#include <set>

#include "fits/moc_fits.h"
#include "fits/tile.h"
#include "hips/image_codec.h"

namespace firmament::cli {

namespace {

constexpr size_t kPerKind = 5; ///< so many lines of one kind, then a count

std::set<std::string> keywordsOf(std::string_view properties)
{
    std::set<std::string> keys;
    while (!properties.empty()) {
        const auto end = properties.find('\n');
        auto line = properties.substr(0, end);
        properties.remove_prefix(end == std::string_view::npos ? properties.size() : end + 1);
        if (line.starts_with("\xEF\xBB\xBF")) line.remove_prefix(3);
        const auto equals = line.find('=');
        if (line.starts_with('#') || equals == std::string_view::npos) continue;
        auto key = line.substr(0, equals);
        while (!key.empty() && (key.back() == ' ' || key.back() == '\t')) key.remove_suffix(1);
        while (!key.empty() && (key.front() == ' ' || key.front() == '\t')) key.remove_prefix(1);
        keys.emplace(key);
    }
    return keys;
}

/// Width and height of what the file holds.
Expected<std::pair<int, int>> sizeOf(hips::TileFormat format, ByteView bytes, int tileWidth)
{
    if (format == hips::TileFormat::Fits) {
        fits::FitsTileOptions options;
        options.fullSide = tileWidth;
        auto tile = fits::readFitsTile(bytes, options);
        if (!tile) return tile.error();
        return std::pair{tile->value.width, tile->value.height};
    }
    auto image = hips::decodeImage(bytes);
    if (!image) return image.error();
    return std::pair{image->width, image->height};
}

} // namespace

void Findings::add(const std::string& kind, const std::string& line)
{
    auto& entry = kinds_[kind];
    if (++entry.count <= kPerKind) entry.lines.push_back(line);
}

std::vector<std::string> Findings::lines() const
{
    std::vector<std::string> out;
    for (const auto& [kind, entry] : kinds_) {
        out.insert(out.end(), entry.lines.begin(), entry.lines.end());
        if (entry.count > kPerKind) out.push_back(std::to_string(entry.count - kPerKind) + " more: " + kind);
    }
    return out;
}

void TreeJudge::readProperties(const Expected<Bytes>& file)
{
    if (!file) {
        errors.add("properties", "properties: " + file.error().what + ", expected the file that describes the survey");
        return;
    }
    auto read = hips::parseProperties(asText(*file));
    if (!read) {
        errors.add("properties", "properties: " + read.error().text());
        return;
    }
    for (const auto& w : read->warnings) warnings.add("properties", "properties: " + w);
    info = read->value;
    // HiPS 1.0, 4.4.1: keywords that must be there.
    const auto keys = keywordsOf(asText(*file));
    for (const char* key : {"creator_did", "obs_title", "dataproduct_type", "hips_version", "hips_release_date", "hips_status",
                            "hips_tile_format", "hips_order", "hips_frame"})
        if (!keys.contains(key)) warnings.add("keyword", std::string("properties: ") + key + " is missing");
}

void TreeJudge::readCoverage(const Expected<Bytes>& file)
{
    if (!file && file.error().code == Errc::NotFound)
        return warnings.add("moc", "Moc.fits is missing, so every program must guess where the survey has data");
    if (!file) return errors.add("moc", "Moc.fits: " + file.error().what);
    auto moc = fits::readMocFile(*file);
    if (!moc) return errors.add("moc", "Moc.fits: " + moc.error().what);
    coverage = std::move(moc->value.moc);
}

bool TreeJudge::readTile(const std::string& shown, hips::TileFormat format, ByteView bytes)
{
    if (format == hips::TileFormat::Tsv) {
        if (hips::sniffImage(bytes) != hips::ImageKind::Unknown) {
            errors.add("does not decode", shown + ": " + hips::imageKindName(hips::sniffImage(bytes)) + ", expected a table");
            return false;
        }
    } else {
        const auto size = sizeOf(format, bytes, info ? info->tileWidth : 0);
        if (!size) {
            errors.add("does not decode", shown + ": " + size.error().what);
            return false;
        }
        const auto [width, height] = *size;
        if (width != height || (info && width != info->tileWidth)) {
            const std::string expected = info ? std::to_string(info->tileWidth) : std::string("a square");
            errors.add("size", shown + ": " + std::to_string(width) + "x" + std::to_string(height) + " pixels, expected " + expected +
                                   (info ? "x" + expected : ""));
            return false;
        }
    }
    ++tiles;
    return true;
}

} // namespace firmament::cli
