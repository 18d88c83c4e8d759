#include "app/cli/tree_check.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <string_view>

#include "app/cli/console.h"
#include "core/files.h"
#include "hips/local_tree.h"
#include "hips/survey_info.h"
#include "sky/healpix.h"

namespace firmament::cli {

namespace {

namespace fs = std::filesystem;

std::optional<uint64_t> numberAfter(std::string_view text, std::string_view prefix)
{
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

std::string lowered(std::string text)
{
    for (char& c : text)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return text;
}

class Checker {
public:
    explicit Checker(fs::path folder) : folder_(std::move(folder)) {}

    TreeCheck run()
    {
        std::error_code error;
        std::vector<std::pair<uint64_t, fs::path>> orders;
        for (const auto& entry : fs::directory_iterator(folder_, error)) {
            const std::string name = entry.path().filename().string();
            for (const char* expected : {"properties", "Moc.fits"})
                if (name != expected && lowered(name) == lowered(expected)) judge_.errors.add("name", name + ", expected " + expected);
            const auto order = numberAfter(named(name, "Norder", name), "Norder");
            if (order && entry.is_directory(error)) orders.emplace_back(*order, entry.path());
        }
        judge_.readProperties(hips::readRootFile(folder_, "properties", 1u << 20));
        judge_.readCoverage(hips::readRootFile(folder_, "Moc.fits", uint64_t{1} << 30));
        if (error) judge_.errors.add("folder", folder_.string() + " cannot be read: " + error.message());
        std::sort(orders.begin(), orders.end());
        for (const auto& [order, path] : orders) {
            if (order > sky::kMaxOrder)
                judge_.errors.add("order", path.filename().string() + " is beyond order 29");
            else
                checkOrder(static_cast<uint8_t>(order), path);
        }
        checkWhole(orders.empty());
        return judge_.result();
    }

private:
    /// The name as it should begin; an error when only the case of its letters is otherwise.
    std::string named(std::string name, std::string_view stem, const std::string& shown)
    {
        if (name.size() < stem.size() || name.starts_with(stem) || lowered(name.substr(0, stem.size())) != lowered(std::string(stem))) return name;
        name.replace(0, stem.size(), stem);
        judge_.errors.add("name", shown + ", expected " + name + ": capital and small letters differ on a server");
        return name;
    }

    void checkOrder(uint8_t order, const fs::path& path)
    {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(path, error)) {
            const std::string given = entry.path().filename().string(), shown = path.filename().string() + "/" + given;
            const std::string name = named(named(given, "Dir", shown), "Allsky", shown);
            if (!entry.is_directory(error)) {
                if (name.starts_with("Allsky")) checkAllsky(order, shown, entry.path());
                else if (!name.starts_with("metadata"))
                    judge_.warnings.add("stray file", path.filename().string() + "/" + name + " is no part of a HiPS");
                continue;
            }
            const auto first = numberAfter(name, "Dir");
            if (!first || *first % 10000 != 0) {
                judge_.errors.add("folder name", path.filename().string() + "/" + name + ", expected Dir followed by a multiple of 10000");
                continue;
            }
            for (const auto& file : fs::directory_iterator(entry.path(), error)) {
                if (interrupted()) return;
                checkFile(order, *first, file.path());
            }
        }
    }

    void checkAllsky(uint8_t order, const std::string& shown, const fs::path& path)
    {
        const std::string ending = path.extension().string();
        const auto format = hips::formatFromWord(lowered(ending));
        if (!format || *format == hips::TileFormat::Tsv || order > 5) return;
        const auto bytes = readFile(path, uint64_t{1} << 28);
        if (!bytes) return judge_.errors.add("unreadable", shown + ": " + bytes.error().what);
        if (judge_.readAllsky(shown, *format, order, *bytes)) allsky_.insert(*format);
    }

    /// The channel of a cube's tile, "Npix5_3".
    void checkChannel(const std::string& shown, const std::string& number)
    {
        const auto channel = numberAfter(number, "");
        if (!channel) return judge_.errors.add("channel", shown + ": \"" + number + "\" is not the number of a channel");
        if (judge_.info && *channel >= static_cast<uint64_t>(judge_.info->cubeDepth))
            judge_.errors.add("channel", shown + ": channel " + number + ", hips_cube_depth is " + std::to_string(judge_.info->cubeDepth));
    }

    void checkFile(uint8_t order, uint64_t first, const fs::path& path)
    {
        const std::string shown = fs::relative(path, folder_).string();
        std::string stem = named(path.stem().string(), "Npix", shown);
        if (const std::string ending = path.extension().string(); ending != lowered(ending))
            judge_.errors.add("name", shown + ", expected the ending " + lowered(ending) + ": capital and small letters differ on a server");
        if (const auto slice = stem.find('_'); slice != std::string::npos) {
            checkChannel(shown, stem.substr(slice + 1));
            stem.resize(slice);
        }
        const auto pix = numberAfter(stem, "Npix");
        const auto format = hips::formatFromWord(path.extension().empty() ? "" : path.extension().string().substr(1));
        if (!pix || !format) return judge_.warnings.add("stray file", shown + " is no tile");
        const sky::Cell cell{order, *pix};
        if (!cell.valid()) return judge_.errors.add("number", shown + ": order " + std::to_string(order) + " has no such cell");
        if (*pix / 10000 * 10000 != first)
            return judge_.errors.add("place", shown + ", expected in Dir" + std::to_string(*pix / 10000 * 10000));
        if (judge_.info) {
            if (order > judge_.info->orderMax)
                judge_.errors.add("too deep", shown + " is deeper than hips_order " + std::to_string(judge_.info->orderMax));
            if (std::find(judge_.info->formats.begin(), judge_.info->formats.end(), *format) == judge_.info->formats.end())
                judge_.warnings.add("format", shown + ": hips_tile_format does not name " + hips::formatWord(*format));
        }
        const auto bytes = readFile(path, uint64_t{1} << 28);
        if (!bytes) return judge_.errors.add("unreadable", shown + ": " + bytes.error().what);
        if (!judge_.readTile(shown, *format, *bytes)) return;
        seen_.insert(cell);
        formatsSeen_.insert(*format);
        deepest_ = std::max<int>(deepest_, order);
        lowest_ = lowest_ < 0 ? order : std::min<int>(lowest_, order);
        if (judge_.mapInFrame && judge_.mapInFrame->cover(cell) == sky::Moc::Cover::None)
            judge_.warnings.add("outside", shown + " is outside Moc.fits");
    }

    void checkWhole(bool noOrders)
    {
        if (noOrders) judge_.errors.add("tree", "no Norder folders, expected Norder3/Dir0/Npix0.jpg and so on");
        if (!judge_.info) return;
        if (!noOrders && deepest_ >= 0 && deepest_ < judge_.info->orderMax)
            judge_.warnings.add("depth", "hips_order is " + std::to_string(judge_.info->orderMax) + ", the deepest tile here is of order " +
                                       std::to_string(deepest_));
        if (lowest_ > judge_.info->orderMin)
            judge_.errors.add("low orders", "tiles begin at order " + std::to_string(lowest_) + ", hips_order_min says " + std::to_string(judge_.info->orderMin));
        if (lowest_ > 0 && allsky_.empty() && judge_.info->kind != hips::SurveyKind::Catalogue)
            judge_.warnings.add("allsky", "there are neither tiles below order " + std::to_string(lowest_) + " nor an Allsky: a view of the whole sky needs many tiles");
        for (const auto format : judge_.info->formats)
            if (judge_.tiles > 0 && !formatsSeen_.contains(format))
                judge_.warnings.add("format", std::string("hips_tile_format names ") + hips::formatWord(format) + ", but no tile is one");
        for (const auto& cell : seen_)
            if (cell.order > std::max(judge_.info->orderMin, lowest_) && !seen_.contains(cell.parent()))
                judge_.warnings.add("tiles without the tile above them",
                              hips::tilePath(cell, judge_.info->formats.empty() ? hips::TileFormat::Jpeg : judge_.info->formats[0]) +
                                  " has no tile above it, at order " + std::to_string(cell.order - 1));
    }

    fs::path folder_;
    TreeJudge judge_;
    std::set<sky::Cell> seen_;
    std::set<hips::TileFormat> formatsSeen_, allsky_;
    int deepest_ = -1, lowest_ = -1;
};

} // namespace

TreeCheck checkTree(const fs::path& folder) { return Checker(folder).run(); }

} // namespace firmament::cli
