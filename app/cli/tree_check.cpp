#include "app/cli/tree_check.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <string_view>
#include <unordered_set>

#include "app/cli/console.h"
#include "core/files.h"
#include "fits/moc_fits.h"
#include "fits/tile.h"
#include "hips/image_codec.h"
#include "hips/survey_info.h"
#include "sky/healpix.h"
#include "sky/moc.h"

namespace firmament::cli {

namespace {

namespace fs = std::filesystem;

constexpr size_t kPerKind = 5; ///< so many lines of one kind, then a count

/// Lines by kind, each kind cut after a few.
class Findings {
public:
    void add(const std::string& kind, const std::string& line)
    {
        auto& entry = kinds_[kind];
        if (++entry.count <= kPerKind) entry.lines.push_back(line);
    }
    void moveTo(std::vector<std::string>& out)
    {
        for (auto& [kind, entry] : kinds_) {
            out.insert(out.end(), entry.lines.begin(), entry.lines.end());
            if (entry.count > kPerKind) out.push_back(std::to_string(entry.count - kPerKind) + " more: " + kind);
        }
    }

private:
    struct Entry {
        size_t count = 0;
        std::vector<std::string> lines;
    };
    std::map<std::string, Entry> kinds_;
};

std::optional<uint64_t> numberAfter(std::string_view text, std::string_view prefix)
{
    if (!text.starts_with(prefix)) return std::nullopt;
    text.remove_prefix(prefix.size());
    uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return value;
}

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

class Checker {
public:
    explicit Checker(fs::path folder) : folder_(std::move(folder)) {}

    TreeCheck run()
    {
        readProperties();
        readCoverage();
        std::error_code error;
        std::vector<std::pair<uint64_t, fs::path>> orders;
        for (const auto& entry : fs::directory_iterator(folder_, error)) {
            const auto order = numberAfter(entry.path().filename().string(), "Norder");
            if (order && entry.is_directory(error)) orders.emplace_back(*order, entry.path());
        }
        if (error) errors_.add("folder", folder_.string() + " cannot be read: " + error.message());
        std::sort(orders.begin(), orders.end());
        for (const auto& [order, path] : orders) {
            if (order > sky::kMaxOrder)
                errors_.add("order", path.filename().string() + " is beyond order 29");
            else
                checkOrder(static_cast<uint8_t>(order), path);
        }
        checkWhole(orders.empty());
        TreeCheck result;
        result.tiles = tiles_;
        errors_.moveTo(result.errors);
        warnings_.moveTo(result.warnings);
        return result;
    }

private:
    void readProperties()
    {
        const auto text = readFile(folder_ / "properties", 1u << 20);
        if (!text) {
            errors_.add("properties", "properties: " + text.error().what + ", expected the file that describes the survey");
            return;
        }
        auto read = hips::parseProperties(asText(*text));
        if (!read) {
            errors_.add("properties", "properties: " + read.error().text());
            return;
        }
        for (const auto& w : read->warnings) warnings_.add("properties", "properties: " + w);
        info_ = read->value;
        // HiPS 1.0, 4.4.1: keywords that must be there.
        const auto keys = keywordsOf(asText(*text));
        for (const char* key : {"creator_did", "obs_title", "dataproduct_type", "hips_version", "hips_release_date", "hips_status",
                                "hips_tile_format", "hips_order", "hips_frame"})
            if (!keys.contains(key)) warnings_.add("keyword", std::string("properties: ") + key + " is missing");
    }

    void readCoverage()
    {
        std::error_code error;
        if (!fs::exists(folder_ / "Moc.fits", error)) {
            warnings_.add("moc", "Moc.fits is missing, so every program must guess where the survey has data");
            return;
        }
        const auto bytes = readFile(folder_ / "Moc.fits", uint64_t{1} << 30);
        if (!bytes) return errors_.add("moc", "Moc.fits: " + bytes.error().what);
        auto moc = fits::readMocFile(*bytes);
        if (!moc) return errors_.add("moc", "Moc.fits: " + moc.error().what);
        coverage_ = std::move(moc->value.moc);
    }

    void checkOrder(uint8_t order, const fs::path& path)
    {
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(path, error)) {
            const std::string name = entry.path().filename().string();
            if (!entry.is_directory(error)) {
                if (!name.starts_with("Allsky") && !name.starts_with("metadata"))
                    warnings_.add("stray file", path.filename().string() + "/" + name + " is no part of a HiPS");
                continue;
            }
            const auto first = numberAfter(name, "Dir");
            if (!first || *first % 10000 != 0) {
                errors_.add("folder name", path.filename().string() + "/" + name + ", expected Dir followed by a multiple of 10000");
                continue;
            }
            for (const auto& file : fs::directory_iterator(entry.path(), error)) {
                if (interrupted()) return;
                checkFile(order, *first, file.path());
            }
        }
    }

    void checkFile(uint8_t order, uint64_t first, const fs::path& path)
    {
        const std::string shown = fs::relative(path, folder_).string();
        std::string stem = path.stem().string();
        if (const auto slice = stem.find('_'); slice != std::string::npos) stem.resize(slice); // a cube's channel
        const auto pix = numberAfter(stem, "Npix");
        const auto format = hips::formatFromWord(path.extension().empty() ? "" : path.extension().string().substr(1));
        if (!pix || !format) return warnings_.add("stray file", shown + " is no tile");
        const sky::Cell cell{order, *pix};
        if (!cell.valid()) return errors_.add("number", shown + ": order " + std::to_string(order) + " has no such cell");
        if (*pix / 10000 * 10000 != first)
            return errors_.add("place", shown + ", expected in Dir" + std::to_string(*pix / 10000 * 10000));
        if (info_) {
            if (order > info_->orderMax)
                errors_.add("too deep", shown + " is deeper than hips_order " + std::to_string(info_->orderMax));
            if (std::find(info_->formats.begin(), info_->formats.end(), *format) == info_->formats.end())
                warnings_.add("format", shown + ": hips_tile_format does not name " + hips::formatWord(*format));
        }
        const auto bytes = readFile(path, uint64_t{1} << 28);
        if (!bytes) return errors_.add("unreadable", shown + ": " + bytes.error().what);
        if (!checkContent(shown, *format, *bytes)) return;
        ++tiles_;
        seen_.insert(cell);
        formatsSeen_.insert(*format);
        deepest_ = std::max<int>(deepest_, order);
        if (coverage_ && coverage_->cover(cell) == sky::Moc::Cover::None)
            warnings_.add("outside", shown + " is outside Moc.fits");
    }

    bool checkContent(const std::string& shown, hips::TileFormat format, const Bytes& bytes)
    {
        if (format == hips::TileFormat::Tsv) return true;
        int width = 0, height = 0;
        if (format == hips::TileFormat::Fits) {
            fits::FitsTileOptions options;
            options.fullSide = info_ ? info_->tileWidth : 0;
            auto tile = fits::readFitsTile(bytes, options);
            if (!tile) {
                errors_.add("does not decode", shown + ": " + tile.error().what);
                return false;
            }
            width = tile->value.width;
            height = tile->value.height;
        } else {
            auto image = hips::decodeImage(bytes);
            if (!image) {
                errors_.add("does not decode", shown + ": " + image.error().what);
                return false;
            }
            width = image->width;
            height = image->height;
        }
        if (width != height || (info_ && width != info_->tileWidth)) {
            const std::string expected = info_ ? std::to_string(info_->tileWidth) : std::string("a square");
            errors_.add("size", shown + ": " + std::to_string(width) + "x" + std::to_string(height) + " pixels, expected " +
                                    expected + (info_ ? "x" + expected : ""));
            return false;
        }
        return true;
    }

    void checkWhole(bool noOrders)
    {
        if (noOrders) errors_.add("tree", "no Norder folders, expected Norder3/Dir0/Npix0.jpg and so on");
        if (!info_) return;
        if (!noOrders && deepest_ >= 0 && deepest_ < info_->orderMax)
            warnings_.add("depth", "hips_order is " + std::to_string(info_->orderMax) + ", the deepest tile here is of order " +
                                       std::to_string(deepest_));
        for (const auto format : info_->formats)
            if (tiles_ > 0 && !formatsSeen_.contains(format))
                warnings_.add("format", std::string("hips_tile_format names ") + hips::formatWord(format) + ", but no tile is one");
        for (const auto& cell : seen_)
            if (cell.order > info_->orderMin && !seen_.contains(cell.parent()))
                warnings_.add("tiles without the tile above them",
                              hips::tilePath(cell, info_->formats.empty() ? hips::TileFormat::Jpeg : info_->formats[0]) +
                                  " has no tile above it, at order " + std::to_string(cell.order - 1));
    }

    fs::path folder_;
    std::optional<hips::SurveyInfo> info_;
    std::optional<sky::Moc> coverage_;
    Findings errors_, warnings_;
    std::set<sky::Cell> seen_;
    std::set<hips::TileFormat> formatsSeen_;
    uint64_t tiles_ = 0;
    int deepest_ = -1;
};

} // namespace

TreeCheck checkTree(const fs::path& folder) { return Checker(folder).run(); }

} // namespace firmament::cli
