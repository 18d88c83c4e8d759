#include "app/cli/tree_judge.h"

#include <utility>

#include "fits/gzip.h"
#include "fits/moc_fits.h"
#include "fits/tile.h"
#include "hips/coverage.h"
#include "hips/image_codec.h"
#include "hips/tile_decode.h"

namespace firmament::cli {

namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr size_t kPerKind = 5; ///< so many lines of one kind, then a count

/// The values of each keyword, in the order of the file.
std::map<std::string, std::vector<std::string>> keywordsOf(std::string_view properties)
{
    const auto trimmed = [](std::string_view t) {
        while (!t.empty() && (t.back() == ' ' || t.back() == '\t' || t.back() == '\r')) t.remove_suffix(1);
        while (!t.empty() && (t.front() == ' ' || t.front() == '\t')) t.remove_prefix(1);
        return std::string(t);
    };
    std::map<std::string, std::vector<std::string>> keys;
    while (!properties.empty()) {
        const auto end = properties.find_first_of("\r\n");
        auto line = properties.substr(0, end);
        properties.remove_prefix(end == std::string_view::npos ? properties.size() : end + 1);
        if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
        const auto equals = line.find('=');
        if (line.starts_with('#') || equals == std::string_view::npos) continue;
        keys[trimmed(line.substr(0, equals))].push_back(trimmed(line.substr(equals + 1)));
    }
    return keys;
}

struct TileSize {
    int width = 0, height = 0;
    int bitpix = 0; ///< of FITS
};

Expected<TileSize> sizeOf(hips::TileFormat format, ByteView bytes, int tileWidth)
{
    if (format == hips::TileFormat::Fits) {
        fits::FitsTileOptions options;
        options.fullSide = tileWidth;
        auto tile = fits::readFitsTile(bytes, options);
        if (!tile) return tile.error();
        return TileSize{tile->value.width, tile->value.height, tile->value.bitpix};
    }
    auto image = hips::decodeImage(bytes);
    if (!image) return image.error();
    return TileSize{image->width, image->height, 0};
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
    judgeWords(asText(*file));
    judgeStart();
}

/// How the words are written: what this program makes something of, and others may not.
void TreeJudge::judgeWords(std::string_view properties)
{
    if (properties.starts_with(kByteOrderMark)) warnings.add("properties", "properties: begins with a byte order mark, expected the first keyword");
    const auto keys = keywordsOf(properties);
    // HiPS 1.0, 4.4.1: keywords that must be there.
    for (const char* key : {"creator_did", "obs_title", "dataproduct_type", "hips_version", "hips_release_date", "hips_status",
                            "hips_tile_format", "hips_order", "hips_frame"})
        if (!keys.contains(key)) warnings.add("keyword", std::string("properties: ") + key + " is missing");
    for (const char* key : {"hips_order", "hips_order_min", "hips_frame", "hips_tile_width", "hips_tile_format", "hips_cube_depth"})
        if (const auto it = keys.find(key); it != keys.end() && it->second.size() > 1)
            warnings.add("keyword", std::string("properties: ") + key + " is there " + std::to_string(it->second.size()) + " times; the first counts");
    if (const auto it = keys.find("hips_frame"); it != keys.end() && info->frame != sky::Frame::Body && it->second[0] != "equatorial" &&
                                                  it->second[0] != "galactic" && it->second[0] != "ecliptic")
        warnings.add("keyword", "properties: hips_frame is \"" + it->second[0] + "\", expected equatorial, galactic, ecliptic or a body");
    std::string words;
    for (const auto f : info->formats) words += (words.empty() ? "" : " ") + std::string(hips::formatWord(f));
    if (const auto it = keys.find("hips_tile_format"); it != keys.end() && !info->formats.empty() && it->second[0] != words)
        warnings.add("keyword", "properties: hips_tile_format is \"" + it->second[0] + "\", expected \"" + words + "\"");
}

void TreeJudge::judgeStart()
{
    if (info->axisOrders) errors.add("cube", "properties: orders along the third axis too (draft 2.0), which are not read here");
    if (info->initialRa.has_value() != info->initialDec.has_value()) warnings.add("start", "properties: hips_initial_ra and hips_initial_dec, expected both or none");
}

void TreeJudge::readCoverage(const Expected<Bytes>& file)
{
    if (!file && file.error().code == Errc::NotFound)
        return warnings.add("moc", "Moc.fits is missing, so every program must guess where the survey has data");
    if (!file) return errors.add("moc", "Moc.fits: " + file.error().what);
    auto moc = fits::readMocFile(*file);
    if (!moc) return errors.add("moc", "Moc.fits: " + moc.error().what);
    for (const auto& w : moc->warnings) warnings.add("moc", "Moc.fits: " + w);
    if (!fits::isGzip(*file) && !asText(*file).starts_with("SIMPLE")) warnings.add("moc", "Moc.fits: text, expected a FITS file");
    if (moc->value.moc.empty()) return errors.add("moc", "Moc.fits: is empty, expected the cells that have data");
    coverage = std::move(moc->value.moc);
    if (!info) return;
    std::vector<std::string> told; // above
    mapInFrame = hips::readCoverage(*file, *info, told);
    const auto places = hips::likelyPlaces(*info, nullptr);
    if (mapInFrame && info->initialRa && info->initialDec && !mapInFrame->contains(places.front()))
        warnings.add("start", "properties: hips_initial_ra and hips_initial_dec lie outside Moc.fits");
}

bool TreeJudge::readAllsky(const std::string& shown, hips::TileFormat format, int order, ByteView bytes)
{
    std::string why = hips::whyNotTile(bytes, format);
    if (why.empty())
        if (const auto split = hips::splitAllsky(bytes, order); !split) why = split.error().what;
    if (!why.empty()) errors.add("allsky", shown + ": " + why);
    return why.empty();
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
        const auto [width, height, bitpix] = *size;
        if (info && info->bitpix && bitpix && bitpix != info->bitpix)
            warnings.add("bitpix", shown + ": BITPIX " + std::to_string(bitpix) + ", hips_pixel_bitpix says " + std::to_string(info->bitpix));
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
