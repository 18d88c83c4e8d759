#include "hips/preview.h"

#include <Eigen/Geometry>
#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

#include "core/files.h"
#include "hips/local_hips.h"
#include "hips/local_tree.h"
#include "hips/tile_decode.h"

namespace firmament::hips {

namespace fs = std::filesystem;

namespace {

constexpr double kWideDeg = 60;          // of surveys that have the Milky Way
constexpr double kAllskyFromDeg = 12;    // closer in, the 7 arcmin of a mosaic are too coarse
constexpr uint64_t kMaxPreviewFile = uint64_t{32} << 20;
constexpr int kMaxPreviewSide = 16384;
constexpr uint64_t kMaxPreviewPixels = uint64_t{1} << 25;
constexpr int kSamples = 3;              // each way in a pixel
constexpr size_t kMaxTiles = 24;         // read for one picture

using TileOf = std::function<TilePtr(sky::Cell)>;

/// What one pixel of the picture gathers.
struct Texel {
    double r = 0, g = 0, b = 0, a = 0, value = 0;
    int colours = 0, values = 0, asked = 0;
};

void gather(const TileImage& tile, double x, double y, Texel& out)
{
    const auto at = [&](double v) { return static_cast<size_t>(std::clamp(static_cast<int>(v * tile.width), 0, tile.width - 1)); };
    const size_t index = at(x) * static_cast<size_t>(tile.width) + at(y); // rows are x, columns are y
    if (tile.kind == PixelKind::Float32) {
        const float v = tile.floats()[index];
        if (!std::isfinite(v)) return;
        out.value += static_cast<double>(v);
        ++out.values;
        return;
    }
    const uint8_t* p = tile.rgba() + 4 * index;
    out.r += p[0];
    out.g += p[1];
    out.b += p[2];
    out.a += p[3];
    ++out.colours;
}

Limits cutsOf(const std::vector<Texel>& texels, const SurveyInfo& info)
{
    if (info.pixelCut) return *info.pixelCut;
    std::vector<double> values;
    for (const Texel& t : texels)
        if (t.values) values.push_back(t.value / t.values);
    if (values.empty()) return {0, 1};
    std::sort(values.begin(), values.end());
    const auto at = [&](double part) { return values[static_cast<size_t>(part * static_cast<double>(values.size() - 1))]; };
    return {at(0.01), at(0.995)};
}

uint8_t byteOf(double v) { return static_cast<uint8_t>(std::clamp(v + 0.5, 0.0, 255.0)); }

RasterImage toImage(const std::vector<Texel>& texels, const SurveyInfo& info, int side)
{
    const Limits cuts = cutsOf(texels, info);
    RasterImage out{side, side, false, Bytes(static_cast<size_t>(side) * static_cast<size_t>(side) * 4)};
    for (size_t i = 0; i < texels.size(); ++i) {
        const Texel& t = texels[i];
        if (t.asked == 0) continue;
        auto* p = reinterpret_cast<uint8_t*>(out.rgba.data()) + 4 * i;
        if (t.values > 0) {
            const double grey = 255 * std::clamp((t.value / t.values - cuts.lo) / (cuts.hi - cuts.lo), 0.0, 1.0), part = static_cast<double>(t.values) / t.asked;
            p[0] = p[1] = p[2] = byteOf(grey * part);
            p[3] = byteOf(255 * part);
        } else if (t.colours > 0) {
            p[0] = byteOf(t.r / t.asked);
            p[1] = byteOf(t.g / t.asked);
            p[2] = byteOf(t.b / t.asked);
            p[3] = byteOf(t.a / t.asked);
        }
    }
    return out;
}

/// North up; east to the left for the sky, to the right for a body.
Expected<RasterImage> drawSpot(const PreviewSpot& spot, int order, const SurveyInfo& info, int side, const TileOf& tileOf)
{
    const sky::Dir pole = std::abs(spot.centre.z()) > 0.999999 ? sky::Dir(-1, 0, 0) : sky::Dir::UnitZ();
    const sky::Dir east = pole.cross(spot.centre).normalized(), north = spot.centre.cross(east);
    const double right = info.frame == sky::Frame::Body ? 1 : -1, reach = spot.globe ? 1 : std::tan(spot.side.rad() / 2);
    std::vector<Texel> texels(static_cast<size_t>(side) * static_cast<size_t>(side));
    bool any = false;
    for (int i = 0; i < side * side * kSamples * kSamples; ++i) {
        const int pixel = i / (kSamples * kSamples), sub = i % (kSamples * kSamples);
        const int column = pixel % side, row = pixel / side, subColumn = sub % kSamples, subRow = sub / kSamples;
        const double u = 2 * (column + (subColumn + 0.5) / kSamples) / side - 1;
        const double v = 1 - 2 * (row + (subRow + 0.5) / kSamples) / side;
        Texel& texel = texels[static_cast<size_t>(pixel)];
        ++texel.asked;
        const double depth = spot.globe ? 1 - u * u - v * v : 1;
        if (depth < 0) continue;
        const sky::Dir dir = (std::sqrt(depth) * spot.centre + reach * (right * u * east + v * north)).normalized();
        const sky::CellPlace place = sky::placeAt(dir, order);
        const TilePtr tile = tileOf(place.cell);
        if (!tile || tile->width <= 0) continue;
        gather(*tile, place.x, place.y, texel);
        any = true;
    }
    if (!any) return Error{Errc::NotFound, "no tile here to make a picture of", info.url};
    return toImage(texels, info, side);
}

double degreesOf(double fraction) { return std::sqrt(fraction * 41252.96); }

bool isWide(const SurveyInfo& info, const sky::Moc* coverage, const sky::Dir& milkyWay)
{
    if (coverage && !coverage->empty()) return coverage->contains(milkyWay) && coverage->fraction() > 0.05;
    return info.skyFraction.value_or(1) > 0.3;
}

/// The cell of the coverage that lies nearest to its mean direction.
sky::Dir middleOf(const sky::Moc& coverage)
{
    const auto cells = coverage.degraded(std::min(coverage.order(), 8)).cells();
    sky::Dir sum = sky::Dir::Zero(), best = sky::cellCentre(cells.front());
    for (const sky::Cell c : cells) sum += sky::cellCentre(c) * std::exp2(-2.0 * c.order);
    for (const sky::Cell c : cells)
        if (const sky::Dir d = sky::cellCentre(c); d.dot(sum) > best.dot(sum)) best = d;
    return best;
}

/// Tiles of one order, read once, and no more than a few.
class TileReader {
public:
    TileReader(fs::path folder, TileFormat format, int channel) : folder_(std::move(folder)), format_(format), channel_(channel) {}
    TilePtr operator()(sky::Cell cell)
    {
        if (const auto it = tiles_.find(cell); it != tiles_.end()) return it->second;
        if (tiles_.size() >= kMaxTiles) return nullptr;
        TilePtr tile;
        if (const auto file = readTileFile(folder_, cell, format_, channel_))
            if (auto decoded = decodeTile(*file, 0, channel_)) tile = *decoded;
        tiles_.emplace(cell, tile);
        return tile;
    }

private:
    const fs::path folder_;
    const TileFormat format_;
    const int channel_;
    std::unordered_map<sky::Cell, TilePtr, sky::CellHash> tiles_;
};

Expected<RasterImage> previewOfTiles(const fs::path& folder, const TreeFacts& facts, TileFormat format, const SurveyInfo& info, PreviewSpot spot, int side)
{
    const int lowest = facts.lowest(format), deepest = facts.deepest(format);
    if (lowest < 0) return Error{Errc::NotFound, "no tiles to make a picture of", folder.string()};
    // A texel for a pixel, as far as the tiles go.
    const double texels = 58.6 * side / (std::min(spot.side.deg(), 90.0) * info.tileWidth);
    const int order = std::clamp(static_cast<int>(std::lround(std::log2(std::max(texels, 1e-9)))), lowest, deepest);
    TileReader read(folder, format, info.cubeFirst);
    const TileOf tileOf = [&](sky::Cell c) { return read(c); };
    if (auto picture = drawSpot(spot, order, info, side, tileOf)) return picture;
    // Nothing at that spot: whatever tile there is.
    const auto some = listTiles(folder, lowest, format, 1, info.cubeFirst);
    if (some.empty()) return Error{Errc::NotFound, "no tiles to make a picture of", folder.string()};
    spot.centre = sky::cellCentre(some.front());
    spot.side = sky::Angle::deg(std::min(41.0, 58.6 / std::exp2(lowest)));
    return drawSpot(spot, lowest, info, side, tileOf);
}

} // namespace

PreviewSpot previewSpot(const SurveyInfo& info, const sky::Moc* coverage)
{
    if (info.frame == sky::Frame::Body) return {sky::Dir::UnitX(), sky::Angle::rad(sky::kPi), true};
    const sky::Dir milkyWay = sky::rotation(sky::Frame::Galactic, info.frame) * sky::Dir::UnitX();
    if (isWide(info, coverage, milkyWay)) return {milkyWay, sky::Angle::deg(kWideDeg), false};
    const double fraction = coverage && !coverage->empty() ? coverage->fraction() : info.skyFraction.value_or(1);
    const double side = std::clamp(info.initialFov.value_or(1.2 * degreesOf(fraction)), 1e-3, kWideDeg);
    sky::Dir centre = milkyWay;
    if (info.initialRa && info.initialDec)
        centre = sky::rotation(sky::Frame::Icrs, info.frame) * sky::toDir(sky::Angle::deg(*info.initialRa), sky::Angle::deg(*info.initialDec));
    else if (coverage && !coverage->empty())
        centre = middleOf(*coverage);
    return {centre, sky::Angle::deg(side), false};
}

Expected<RasterImage> previewOfPicture(ByteView file, int side)
{
    const auto image = decodeImage(file, {kMaxPreviewSide, kMaxPreviewPixels});
    if (!image) return image.error();
    const int square = std::min(image->width, image->height), left = (image->width - square) / 2, top = (image->height - square) / 2;
    if (square <= 0) return Error{Errc::Parse, "a picture without pixels", {}};
    RasterImage out{side, side, image->opaque, Bytes(static_cast<size_t>(side) * static_cast<size_t>(side) * 4)};
    const auto edge = [&](int i) { return static_cast<int>(static_cast<int64_t>(i) * square / side); };
    auto* to = reinterpret_cast<uint8_t*>(out.rgba.data());
    for (int y = 0; y < side; ++y) {
        for (int x = 0; x < side; ++x, to += 4) {
            const int x0 = edge(x), x1 = std::max(x0 + 1, edge(x + 1)), y0 = edge(y), y1 = std::max(y0 + 1, edge(y + 1));
            uint64_t sum[4] = {};
            for (int v = y0; v < y1; ++v) {
                const uint8_t* p = image->data() + (static_cast<size_t>(top + v) * static_cast<size_t>(image->width) + static_cast<size_t>(left + x0)) * 4;
                for (int u = x0; u < x1; ++u, p += 4)
                    for (int k = 0; k < 4; ++k) sum[k] += p[k];
            }
            const auto count = static_cast<uint64_t>(x1 - x0) * static_cast<uint64_t>(y1 - y0);
            for (int k = 0; k < 4; ++k) to[k] = static_cast<uint8_t>((sum[k] + count / 2) / count);
        }
    }
    return out;
}

Expected<RasterImage> previewOfAllsky(ByteView file, int order, const SurveyInfo& info, const sky::Moc* coverage, int side)
{
    const auto base = splitAllsky(file, order);
    if (!base) return base.error();
    PreviewSpot spot = previewSpot(info, coverage);
    if (!spot.globe && spot.side.deg() < kAllskyFromDeg) spot.side = sky::Angle::deg(kAllskyFromDeg);
    return drawSpot(spot, 0, info, side, [&](sky::Cell c) { return c.pix < base->size() ? (*base)[static_cast<size_t>(c.pix)].second : nullptr; });
}

Expected<RasterImage> localPreview(const fs::path& folder, const SurveyInfo& info, const sky::Moc* coverage, int side)
{
    for (const char* name : {"preview.jpg", "preview.png"})
        if (const auto file = readFile(folder / name, kMaxPreviewFile))
            if (auto picture = previewOfPicture(*file, side)) return picture;
    const TreeFacts facts = surveyTree(folder, info.formats, info.cubeFirst);
    const TileFormat format = chooseFormat(info, {});
    const PreviewSpot spot = previewSpot(info, coverage);
    if (spot.globe || spot.side.deg() >= kAllskyFromDeg || facts.lowest(format) < 0)
        for (const auto& [order, found] : facts.orders)
            for (const TileFormat f : found.allsky)
                if (const auto file = readTreeFile(folder, allskyPath(order, f, info.cubeFirst), kMaxPreviewFile))
                    if (auto picture = previewOfAllsky(*file, order, info, coverage, side)) return picture;
    return previewOfTiles(folder, facts, format, info, spot, side);
}

} // namespace firmament::hips
