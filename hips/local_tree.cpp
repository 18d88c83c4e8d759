#include "hips/local_tree.h"

#include <algorithm>
#include <charconv>

#include "fits/tile.h"
#include "hips/image_codec.h"
#include "hips/local_hips.h"

namespace firmament::hips {

namespace fs = std::filesystem;

namespace {

template <class T> std::optional<T> number(std::string_view s)
{
    T v{};
    const auto [end, error] = std::from_chars(s.data(), s.data() + s.size(), v);
    if (s.empty() || error != std::errc{} || end != s.data() + s.size()) return std::nullopt;
    return v;
}

/// The format of a file by its name; ".fits.fz" and ".fits.gz" are FITS.
std::optional<TileFormat> formatOfName(std::string_view name)
{
    for (std::string_view packed : {".gz", ".fz"})
        if (name.ends_with(packed)) name.remove_suffix(packed.size());
    const size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? std::nullopt : formatFromWord(name.substr(dot));
}

void add(std::vector<TileFormat>& all, TileFormat f)
{
    if (std::find(all.begin(), all.end(), f) == all.end()) all.push_back(f);
}

bool hasAll(const std::vector<TileFormat>& have, const std::vector<TileFormat>& wanted)
{
    return std::all_of(wanted.begin(), wanted.end(), [&](TileFormat f) { return std::find(have.begin(), have.end(), f) != have.end(); });
}

/// f(name) for each entry until it returns false. An unreadable folder has none.
template <class F> void eachName(const fs::path& folder, F&& f)
{
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (!f(it->path().filename().string())) return;
}

void lookAtTiles(const fs::path& folder, int order, const std::vector<TileFormat>& known, size_t maxFiles, TreeFacts::Order& found)
{
    size_t seen = 0;
    eachName(folder, [&](const std::string& name) {
        const auto tile = parseTileName(name);
        const auto format = formatOfName(name);
        if (tile && format) {
            add(found.formats, *format);
            found.sample.try_emplace(*format, sky::Cell{static_cast<uint8_t>(order), tile->first});
        }
        return ++seen < maxFiles && !(!known.empty() && hasAll(found.formats, known));
    });
}

} // namespace

std::optional<std::pair<uint64_t, int>> parseTileName(std::string_view name)
{
    if (!name.starts_with("Npix")) return std::nullopt;
    name.remove_prefix(4);
    name = name.substr(0, name.find('.'));
    const size_t bar = name.find('_');
    const auto pix = number<uint64_t>(name.substr(0, bar));
    const auto channel = bar == std::string_view::npos ? std::optional<int>(0) : number<int>(name.substr(bar + 1));
    if (!pix || !channel) return std::nullopt;
    return std::pair{*pix, *channel};
}

bool TreeFacts::has(TileFormat f) const
{
    return lowest(f) >= 0;
}

int TreeFacts::lowest(TileFormat f) const
{
    for (const auto& [order, o] : orders)
        if (o.sample.contains(f)) return order;
    return -1;
}

int TreeFacts::deepest(TileFormat f) const
{
    for (auto it = orders.rbegin(); it != orders.rend(); ++it)
        if (it->second.sample.contains(f)) return it->first;
    return -1;
}

TreeFacts surveyTree(const fs::path& folder, const std::vector<TileFormat>& known, size_t maxFiles)
{
    TreeFacts facts;
    std::vector<int> orders;
    eachName(folder, [&](const std::string& name) {
        if (name.starts_with("Norder"))
            if (const auto k = number<int>(std::string_view(name).substr(6)); k && *k >= 0 && *k <= sky::kMaxOrder) orders.push_back(*k);
        return true;
    });
    for (int k : orders) {
        TreeFacts::Order found;
        eachName(folder / ("Norder" + std::to_string(k)), [&](const std::string& name) {
            if (name.starts_with("Allsky.")) {
                if (const auto f = formatOfName(name)) add(found.allsky, *f);
            } else if (name.starts_with("Dir") && !(!known.empty() && hasAll(found.formats, known)) && found.sample.size() < 4) {
                lookAtTiles(folder / ("Norder" + std::to_string(k)) / name, k, known, maxFiles, found);
            }
            return true;
        });
        if (!found.formats.empty() || !found.allsky.empty()) facts.orders.emplace(k, std::move(found));
    }
    return facts;
}

std::vector<sky::Cell> listTiles(const fs::path& folder, int order, TileFormat format, size_t maxTiles)
{
    std::vector<sky::Cell> out;
    const fs::path base = folder / ("Norder" + std::to_string(order));
    eachName(base, [&](const std::string& dir) {
        if (!dir.starts_with("Dir")) return true;
        eachName(base / dir, [&](const std::string& name) {
            const auto tile = parseTileName(name);
            if (tile && tile->second == 0 && formatOfName(name) == format) {
                const sky::Cell c{static_cast<uint8_t>(order), tile->first};
                if (c.valid()) out.push_back(c);
            }
            return out.size() < maxTiles;
        });
        return out.size() < maxTiles;
    });
    std::sort(out.begin(), out.end());
    return out;
}

std::optional<int> tileWidthOf(const fs::path& folder, sky::Cell cell, TileFormat format)
{
    const auto file = readTileFile(folder, cell, format, 0);
    if (!file) return std::nullopt;
    if (format == TileFormat::Fits) {
        const auto tile = fits::readFitsTile(*file);
        if (!tile || tile->value.width != tile->value.height) return std::nullopt;
        return tile->value.width;
    }
    const auto image = imageSize(*file);
    if (!image || image->width != image->height) return std::nullopt;
    return image->width;
}

} // namespace firmament::hips
