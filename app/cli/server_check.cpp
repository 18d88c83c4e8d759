#include "app/cli/server_check.h"

#include <algorithm>
#include <optional>

#include "app/cli/console.h"
#include "hips/image_codec.h"
#include "hips/tile_decode.h"
#include "sky/healpix.h"

namespace firmament::cli {

namespace {

using hips::TileFormat;
using sky::Cell;

constexpr uint64_t kMaxText = 4u << 20, kMaxMoc = 64u << 20, kMaxTile = 64u << 20;
constexpr size_t kLowest = 12, kDeepest = 8; ///< tiles sampled at either end
constexpr size_t kCompared = 3;              ///< tiles compared with those of each mirror
constexpr int kAllskyOrder = 3;

/// Asks for several files at once and waits for all of them.
class Files {
public:
    Files(net::Transport& net, QueueExecutor& ui, std::chrono::milliseconds limit)
        : net_(net), ui_(ui), end_(std::chrono::steady_clock::now() + limit), limit_(limit)
    {
    }

    std::vector<Expected<Bytes>> get(const std::vector<std::string>& urls, uint64_t maxBytes)
    {
        std::vector<std::optional<Expected<Bytes>>> answers(urls.size());
        std::vector<Pending> pending;
        size_t left = urls.size();
        for (size_t i = 0; i < urls.size(); ++i) {
            net::Request r;
            r.url = urls[i];
            r.maxBytes = maxBytes;
            r.hiddenIsMissing = true;
            r.cache = net::CachePolicy::None; // what the server says, not what it once said
            pending.push_back(net_.send(std::move(r), ui_, [&answers, &left, i](Expected<net::Response> a) {
                answers[i] = a ? Expected<Bytes>(a->body ? *a->body : Bytes()) : Expected<Bytes>(a.error());
                --left;
            }));
        }
        while (left > 0 && !over()) ui_.waitAndDrain(std::chrono::milliseconds(20));
        pending.clear();
        std::vector<Expected<Bytes>> out;
        for (auto& a : answers) out.push_back(a ? std::move(*a) : Expected<Bytes>(tooLate()));
        return out;
    }
    Expected<Bytes> get(const std::string& url, uint64_t maxBytes) { return std::move(get(std::vector{url}, maxBytes).front()); }
    bool over() const { return interrupted() || std::chrono::steady_clock::now() > end_; }

private:
    Error tooLate() const
    {
        if (interrupted()) return {Errc::Cancelled, "interrupted", {}, 0, false};
        return {Errc::Timeout, "no answer within the " + std::to_string(limit_.count() / 1000) + " s of --timeout", {}, 0, true};
    }

    net::Transport& net_;
    QueueExecutor& ui_;
    const std::chrono::steady_clock::time_point end_;
    const std::chrono::milliseconds limit_;
};

/// At most `most` of them, evenly spread.
std::vector<Cell> spread(const std::vector<Cell>& all, size_t most)
{
    if (all.size() <= most) return all;
    std::vector<Cell> out;
    for (size_t i = 0; i < most; ++i) out.push_back(all[i * all.size() / most]);
    return out;
}

/// Cells of one order that a map holds something of, evenly spread over its ranges.
std::vector<Cell> cellsIn(const sky::Moc* coverage, int order, size_t most)
{
    std::vector<Cell> all;
    const auto of = [&](uint64_t pix) { return Cell{static_cast<uint8_t>(order), pix}; };
    if (!coverage) {
        const uint64_t n = uint64_t{12} << (2 * order);
        for (uint64_t i = 0; i < std::min<uint64_t>(n, most); ++i) all.push_back(of(n / std::min<uint64_t>(n, most) * i));
        return all;
    }
    const int shift = 2 * (sky::kMaxOrder - order);
    const auto ranges = coverage->ranges();
    const size_t step = std::max<size_t>(1, ranges.size() / most);
    for (size_t r = 0; r < ranges.size(); r += step) {
        const uint64_t first = ranges[r].first >> shift, end = ((ranges[r].end - 1) >> shift) + 1;
        const uint64_t n = std::min<uint64_t>(end - first, most);
        for (uint64_t i = 0; i < n; ++i) all.push_back(of(first + (end - first) / n * i));
    }
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return spread(all, most);
}

class ServerChecker {
public:
    ServerChecker(const ServedTree& tree, net::Transport& net, QueueExecutor& ui, std::chrono::milliseconds limit)
        : tree_(tree), files_(net, ui, limit)
    {
    }

    TreeCheck run()
    {
        const auto properties = files_.get(at("properties"), kMaxText);
        if (properties && hips::sniffImage(*properties) == hips::ImageKind::Html) {
            judge_.errors.add("properties", "properties: an HTML page, expected the file that describes the survey");
            return judge_.result();
        }
        judge_.readProperties(properties);
        if (!judge_.info) return judge_.result(); // where tiles may be is not known
        judge_.readCoverage(files_.get(at("Moc.fits"), kMaxMoc));
        if (judge_.info->axisOrders) return judge_.result();
        for (const TileFormat format : judge_.info->formats) checkFormat(format);
        if (judge_.info->formats.empty()) judge_.errors.add("format", "properties: hips_tile_format names no format, expected jpeg, png, webp or fits");
        checkMirrors();
        return judge_.result();
    }

private:
    std::string at(const std::string& path) const { return tree_.base + "/" + path; }

    /// Asks for these tiles; returns those that are there and sound.
    std::vector<Cell> readTiles(const std::vector<Cell>& cells, TileFormat format, std::vector<Cell>* missing = nullptr)
    {
        std::vector<std::string> urls;
        for (const Cell& c : cells) urls.push_back(at(hips::tilePath(c, format)));
        auto answers = files_.get(urls, kMaxTile);
        std::vector<Cell> found;
        for (size_t i = 0; i < cells.size(); ++i) {
            const std::string path = hips::tilePath(cells[i], format);
            if (!answers[i]) {
                if (answers[i].error().code != Errc::NotFound) judge_.errors.add("not served", path + ": " + answers[i].error().what);
                else if (missing) missing->push_back(cells[i]);
                continue;
            }
            if (const std::string why = hips::whyNotTile(*answers[i], format); !why.empty()) {
                judge_.errors.add("does not decode", path + ": " + why);
                continue;
            }
            if (!judge_.readTile(path, format, *answers[i])) continue;
            found.push_back(cells[i]);
            if (format == judge_.info->formats.front() && compared_.size() < kCompared)
                compared_.emplace_back(path, std::move(*answers[i]));
        }
        return found;
    }

    /// Where there is surely something, of the deepest order.
    std::optional<Cell> aim() const
    {
        const auto& info = *judge_.info;
        if (info.initialRa && info.initialDec) {
            const sky::Frame said = info.frame == sky::Frame::Body ? info.frame : sky::Frame::Icrs;
            const sky::SkyPos place{sky::Angle::deg(*info.initialRa), sky::Angle::deg(*info.initialDec), said};
            const Cell c = sky::cellAt(sky::toDir(sky::converted(place, info.frame)), info.orderMax);
            if (!judge_.mapInFrame || judge_.mapInFrame->cover(c) != sky::Moc::Cover::None) return c;
        }
        if (!judge_.mapInFrame) return std::nullopt;
        const auto cells = cellsIn(judge_.mapInFrame.get(), info.orderMax, 3);
        return cells.empty() ? std::nullopt : std::optional(cells[cells.size() / 2]);
    }

    void checkFormat(TileFormat format)
    {
        if (files_.over()) return;
        const auto& info = *judge_.info;
        const std::string word = hips::formatWord(format);
        const auto target = aim();
        std::vector<Cell> lowest = cellsIn(judge_.mapInFrame.get(), info.orderMin, kLowest);
        if (target)
            if (const Cell c = target->parent(target->order - info.orderMin); std::find(lowest.begin(), lowest.end(), c) == lowest.end())
                lowest.push_back(c);
        const size_t asked = lowest.size();
        std::vector<Cell> here = readTiles(lowest, format);
        const bool allsky = format != TileFormat::Tsv && checkAllsky(format);
        if (here.empty() && target) here = lowestThere(*target, format);
        if (here.empty()) {
            judge_.errors.add("format", "hips_tile_format names " + word + ", but none of " + std::to_string(asked) + " tiles of order " +
                                            std::to_string(info.orderMin) + " is there");
            return;
        }
        if (!allsky && here.front().order > 0 && format != TileFormat::Tsv)
            judge_.warnings.add("allsky", "there are neither " + word + " tiles below order " + std::to_string(here.front().order) +
                                              " nor an Allsky: a view of the whole sky needs many tiles");
        const int deepest = goDown(here, target, format);
        if (deepest < info.orderMax && !files_.over())
            judge_.warnings.add("depth", "hips_order is " + std::to_string(info.orderMax) + ", the way down through the " + word +
                                             " tiles ends at order " + std::to_string(deepest));
        else if (judge_.mapInFrame)
            checkDeepest(format);
        checkAbsent(format);
    }

    /// Where the tiles really begin, over a place that should have some.
    std::vector<Cell> lowestThere(const Cell& target, TileFormat format)
    {
        const auto& info = *judge_.info;
        for (int order = info.orderMin + 1; order <= info.orderMax && !files_.over(); ++order) {
            auto found = readTiles({target.parent(target.order - order)}, format);
            if (found.empty()) continue;
            judge_.errors.add("low orders", std::string(hips::formatWord(format)) + " tiles begin at order " + std::to_string(order) + ", hips_order_min says " +
                                                std::to_string(info.orderMin));
            return found;
        }
        return {};
    }

    /// From a tile to one below it that is there, to the deepest order. Returns the order of the last.
    int goDown(const std::vector<Cell>& from, const std::optional<Cell>& target, TileFormat format)
    {
        const auto towards = [&](const std::vector<Cell>& cells) {
            const auto it = std::find_if(cells.begin(), cells.end(), [&](const Cell& c) { return target && c.isAncestorOrSelf(*target); });
            return it == cells.end() ? cells[cells.size() / 2] : *it;
        };
        Cell now = towards(from);
        while (now.order < judge_.info->orderMax && !files_.over()) {
            std::vector<Cell> children;
            for (int i = 0; i < 4; ++i)
                if (const Cell c = now.child(i); !judge_.mapInFrame || judge_.mapInFrame->cover(c) != sky::Moc::Cover::None) children.push_back(c);
            const auto found = readTiles(children, format);
            if (found.empty()) break;
            now = towards(found);
        }
        return now.order;
    }

    /// What the map promises in full has to be there.
    void checkDeepest(TileFormat format)
    {
        std::vector<Cell> cells = cellsIn(judge_.mapInFrame.get(), judge_.info->orderMax, kDeepest), missing;
        std::erase_if(cells, [&](const Cell& c) {
            return judge_.mapInFrame->cover(c) != sky::Moc::Cover::Full || !judge_.coverage || !(*judge_.mapInFrame == *judge_.coverage);
        });
        if (cells.empty() || files_.over()) return;
        readTiles(cells, format, &missing);
        for (const Cell& c : missing) judge_.errors.add("missing", hips::tilePath(c, format) + " is missing, but inside Moc.fits");
    }

    bool checkAllsky(TileFormat format)
    {
        const auto file = files_.get(at(hips::allskyPath(kAllskyOrder, format)), kMaxTile);
        if (!file) {
            if (file.error().code != Errc::NotFound)
                judge_.errors.add("allsky", hips::allskyPath(kAllskyOrder, format) + ": " + file.error().what);
            return false;
        }
        return judge_.readAllsky(hips::allskyPath(kAllskyOrder, format), format, kAllskyOrder, *file);
    }

    /// A number that no cell has: expected is 404.
    void checkAbsent(TileFormat format)
    {
        const Cell none{static_cast<uint8_t>(judge_.info->orderMin), (uint64_t{12} << (2 * judge_.info->orderMin)) + 7};
        if (files_.over() || !files_.get(at(hips::tilePath(none, format)), kMaxTile)) return;
        judge_.warnings.add("absent", "the server answers 200 for tiles that cannot exist, expected 404: every answer has to be looked into");
    }

    void checkMirrors()
    {
        std::vector<std::string> all = tree_.mirrors;
        const auto& info = *judge_.info;
        all.insert(all.end(), info.mirrors.begin(), info.mirrors.end());
        all.push_back(info.url);
        std::vector<std::string> seen{tree_.base};
        for (std::string m : all) {
            while (m.ends_with('/')) m.pop_back();
            if (!m.starts_with("http") || std::find(seen.begin(), seen.end(), m) != seen.end() || files_.over()) continue;
            seen.push_back(m);
            checkMirror(m);
        }
    }

    void checkMirror(const std::string& mirror)
    {
        const auto text = files_.get(mirror + "/properties", kMaxText);
        if (!text) return judge_.warnings.add("mirror", "mirror " + mirror + ": " + text.error().what);
        const auto read = hips::parseProperties(asText(*text));
        if (!read || hips::sniffImage(*text) == hips::ImageKind::Html)
            return judge_.errors.add("mirror", "mirror " + mirror + ": properties cannot be read");
        const auto& info = *judge_.info;
        if (read->value.id != info.id)
            return judge_.errors.add("mirror", "mirror " + mirror + " is of " + read->value.id + ", expected " + info.id);
        const bool same = read->value.releaseDate == info.releaseDate;
        if (!same)
            judge_.warnings.add("mirror", "mirror " + mirror + " is of " + read->value.releaseDate + ", expected hips_release_date " + info.releaseDate);
        std::vector<std::string> urls;
        for (const auto& [path, bytes] : compared_) urls.push_back(mirror + "/" + path);
        const auto answers = files_.get(urls, kMaxTile);
        for (size_t i = 0; i < answers.size(); ++i) {
            if (!answers[i])
                judge_.errors.add("mirror", "mirror " + mirror + ": " + compared_[i].first + ": " + answers[i].error().what);
            else if (same && !(*answers[i] == compared_[i].second))
                judge_.errors.add("mirror", "mirror " + mirror + ": " + compared_[i].first + " is another file than that of " + tree_.base);
        }
    }

    const ServedTree tree_;
    Files files_;
    TreeJudge judge_;
    std::vector<std::pair<std::string, Bytes>> compared_; ///< of the first format
};

} // namespace

TreeCheck checkServedTree(const ServedTree& tree, net::Transport& net, QueueExecutor& ui, std::chrono::milliseconds limit)
{
    return ServerChecker(tree, net, ui, limit).run();
}

} // namespace firmament::cli
