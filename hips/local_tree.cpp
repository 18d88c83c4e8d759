#include "hips/local_tree.h"

#include <algorithm>
#include <charconv>

#include "core/files.h"
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

std::string lowered(std::string s)
{
    for (char& c : s)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return s;
}

std::string capitals(std::string s)
{
    for (char& c : s)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return s;
}

/// The format of a file by its name in small letters; ".fits.fz" and ".fits.gz" are FITS.
std::optional<TileFormat> formatOfName(std::string_view name)
{
    for (std::string_view packed : {".gz", ".fz"})
        if (name.ends_with(packed)) name.remove_suffix(packed.size());
    const size_t dot = name.rfind('.');
    return dot == std::string_view::npos ? std::nullopt : formatFromWord(name.substr(dot));
}

/// "Allsky.jpg", "Allsky_4.jpg" in small letters: the channel.
std::optional<int> allskyChannel(std::string_view name)
{
    if (!name.starts_with("allsky")) return std::nullopt;
    name.remove_prefix(6);
    name = name.substr(0, name.find('.'));
    if (name.empty()) return 0;
    return name.front() == '_' ? number<int>(name.substr(1)) : std::nullopt;
}

void add(std::vector<TileFormat>& all, TileFormat f)
{
    if (std::find(all.begin(), all.end(), f) == all.end()) all.push_back(f);
}

bool hasAll(const std::vector<TileFormat>& have, const std::vector<TileFormat>& wanted)
{
    return std::all_of(wanted.begin(), wanted.end(), [&](TileFormat f) { return std::find(have.begin(), have.end(), f) != have.end(); });
}

/// f(name in small letters, path) for each entry until it returns false. An unreadable folder has none.
template <class F> void eachName(const fs::path& folder, F&& f)
{
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (!f(lowered(it->path().filename().string()), it->path())) return;
}

/// The folders of the orders, whatever the case of their names.
std::map<int, fs::path> orderFolders(const fs::path& folder)
{
    std::map<int, fs::path> out;
    eachName(folder, [&](const std::string& name, const fs::path& path) {
        if (name.starts_with("norder"))
            if (const auto k = number<int>(std::string_view(name).substr(6)); k && *k >= 0 && *k <= sky::kMaxOrder) out.emplace(*k, path);
        return true;
    });
    return out;
}

void lookAtTiles(const fs::path& folder, int order, const std::vector<TileFormat>& known, size_t maxFiles, TreeFacts::Order& found)
{
    size_t seen = 0;
    eachName(folder, [&](const std::string& name, const fs::path&) {
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
    if (lowered(std::string(name.substr(0, 4))) != "npix") return std::nullopt;
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

TreeFacts surveyTree(const fs::path& folder, const std::vector<TileFormat>& known, int channel, size_t maxFiles)
{
    TreeFacts facts;
    for (const auto& [order, path] : orderFolders(folder)) {
        TreeFacts::Order found;
        eachName(path, [&, k = order](const std::string& name, const fs::path& inside) {
            if (allskyChannel(name) == channel) {
                if (const auto f = formatOfName(name)) add(found.allsky, *f);
            } else if (name.starts_with("dir") && !(!known.empty() && hasAll(found.formats, known)) && found.sample.size() < 4) {
                lookAtTiles(inside, k, known, maxFiles, found);
            }
            return true;
        });
        if (!found.formats.empty() || !found.allsky.empty()) facts.orders.emplace(order, std::move(found));
    }
    return facts;
}

std::vector<sky::Cell> listTiles(const fs::path& folder, int order, TileFormat format, size_t maxTiles, int channel)
{
    std::vector<sky::Cell> out;
    const auto folders = orderFolders(folder);
    const auto base = folders.find(order);
    if (base == folders.end()) return out;
    eachName(base->second, [&](const std::string& dir, const fs::path& inside) {
        if (!dir.starts_with("dir")) return true;
        eachName(inside, [&](const std::string& name, const fs::path&) {
            const auto tile = parseTileName(name);
            if (tile && tile->second == channel && formatOfName(name) == format) {
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

int channelsOf(const fs::path& folder, sky::Cell cell, TileFormat format)
{
    constexpr int kMost = 100000;
    int n = 0;
    std::error_code error;
    while (n < kMost && fs::exists(folder / tilePath(cell, format, n), error)) ++n;
    return n;
}

Expected<Bytes> readTreeFile(const fs::path& folder, const std::string& path, uint64_t maxBytes)
{
    auto file = readFile(folder / path, maxBytes);
    if (file || file.error().code != Errc::NotFound) return file;
    const size_t dot = path.rfind('.');
    if (dot != std::string::npos)
        if (auto f = readFile(folder / (path.substr(0, dot) + capitals(path.substr(dot))), maxBytes)) return f;
    if (auto f = readFile(folder / capitals(path), maxBytes)) return f;
    return file;
}

Expected<Bytes> readRootFile(const fs::path& folder, const std::string& name, uint64_t maxBytes)
{
    auto file = readFile(folder / name, maxBytes);
    if (file || file.error().code != Errc::NotFound) return file;
    fs::path other;
    eachName(folder, [&](const std::string& found, const fs::path& path) {
        if (found == lowered(name)) other = path;
        return other.empty();
    });
    return other.empty() ? file : readFile(other, maxBytes);
}

std::optional<int> tileWidthOf(const fs::path& folder, sky::Cell cell, TileFormat format, int channel)
{
    const auto file = readTileFile(folder, cell, format, channel);
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
