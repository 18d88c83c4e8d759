#include "hips/overview_source.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "hips/order_probe.h"

namespace firmament::hips {
namespace {

using sky::Cell;

/// Without a coverage map all descendants are asked for: 3 orders up these are 64.
constexpr int kOrdersUnmapped = 3;
/// Deeper than this no survey begins.
constexpr int kMostProbed = 12;

/// Square picture of a part of the tile to be made, in the orientation of tiles (row: x of the cell, column: y).
struct Piece {
    Cell part;
    PixelKind kind = PixelKind::Rgba8;
    int width = 0;
    std::vector<std::byte> pixels;
};

/// The mean of a block of texels; of values, the mean of those that are not blank.
void blockMean(const TileImage& t, int x0, int y0, int size, std::byte* out)
{
    const auto at = [&](int x, int y) { return (static_cast<size_t>(y) * static_cast<size_t>(t.width) + static_cast<size_t>(x)); };
    if (t.kind == PixelKind::Float32) {
        double sum = 0;
        int n = 0;
        for (int y = y0; y < y0 + size; ++y)
            for (int x = x0; x < x0 + size; ++x)
                if (const float v = t.floats()[at(x, y)]; std::isfinite(v)) {
                    sum += static_cast<double>(v);
                    ++n;
                }
        const float mean = n ? static_cast<float>(sum / n) : std::numeric_limits<float>::quiet_NaN();
        std::memcpy(out, &mean, 4);
        return;
    }
    std::array<uint64_t, 4> sum{};
    for (int y = y0; y < y0 + size; ++y)
        for (int x = x0; x < x0 + size; ++x)
            for (size_t c = 0; c < 4; ++c) sum[c] += t.rgba()[at(x, y) * 4 + c];
    const uint64_t n = static_cast<uint64_t>(size) * static_cast<uint64_t>(size);
    for (size_t c = 0; c < 4; ++c) out[c] = static_cast<std::byte>((sum[c] + n / 2) / n);
}

Piece shrunk(const TileImage& tile, Cell part, int width)
{
    Piece p{part, tile.kind, width, std::vector<std::byte>(static_cast<size_t>(width) * static_cast<size_t>(width) * 4)};
    const int block = tile.width / width;
    for (int y = 0; y < width; ++y)
        for (int x = 0; x < width; ++x)
            blockMean(tile, x * block, y * block, block,
                      p.pixels.data() + (static_cast<size_t>(y) * static_cast<size_t>(width) + static_cast<size_t>(x)) * 4);
    return p;
}

uint64_t spreadBits(uint64_t v)
{
    uint64_t out = 0;
    for (int i = 0; i < 32; ++i) out |= ((v >> i) & 1) << (2 * i);
    return out;
}

/// The made tile: empty but for its pieces. A piece that stands for more than its own tile shows only where there is coverage.
class Canvas {
public:
    Canvas(Cell cell, int width, PixelKind kind) : cell_(cell), width_(width), image_(std::make_shared<TileImage>())
    {
        image_->kind = kind;
        image_->width = width;
        image_->pixels.resize(static_cast<size_t>(width) * static_cast<size_t>(width) * 4);
        if (kind == PixelKind::Float32) {
            const float blank = std::numeric_limits<float>::quiet_NaN();
            for (size_t i = 0; i < image_->pixels.size(); i += 4) std::memcpy(image_->pixels.data() + i, &blank, 4);
        }
    }

    void place(const Piece& piece, const sky::Moc* mask)
    {
        const sky::SubRect r = sky::within(piece.part, cell_);
        const int row = static_cast<int>(r.x * width_), column = static_cast<int>(r.y * width_);
        const int side = std::max(1, static_cast<int>(r.size * width_));
        const int texelOrder = cell_.order + std::countr_zero(static_cast<unsigned>(width_));
        const bool masked = mask && side > 1 && texelOrder <= sky::kMaxOrder && mask->cover(piece.part) != sky::Moc::Cover::Full;
        for (int y = 0; y < side; ++y)
            for (int x = 0; x < side; ++x) {
                const auto down = static_cast<uint64_t>(row) + static_cast<uint64_t>(y), across = static_cast<uint64_t>(column) + static_cast<uint64_t>(x);
                if (masked) {
                    const uint64_t inside = spreadBits(down) | spreadBits(across) << 1;
                    const Cell texel{static_cast<uint8_t>(texelOrder), (cell_.pix << (2 * (texelOrder - cell_.order))) + inside};
                    if (mask->cover(texel) == sky::Moc::Cover::None) continue;
                }
                const auto at = static_cast<size_t>(y * piece.width / side) * static_cast<size_t>(piece.width) +
                                static_cast<size_t>(x * piece.width / side);
                std::memcpy(image_->pixels.data() + (down * static_cast<uint64_t>(width_) + across) * 4, piece.pixels.data() + at * 4, 4);
            }
    }

    std::shared_ptr<TileImage> finished()
    {
        float lo = std::numeric_limits<float>::infinity(), hi = -lo;
        if (image_->kind == PixelKind::Float32)
            for (size_t i = 0; i < image_->pixels.size() / 4; ++i)
                if (const float v = image_->floats()[i]; std::isfinite(v)) lo = std::min(lo, v), hi = std::max(hi, v);
        image_->dataMin = lo <= hi ? lo : 1;
        image_->dataMax = lo <= hi ? hi : -1;
        return std::move(image_);
    }

private:
    Cell cell_;
    int width_;
    std::shared_ptr<TileImage> image_;
};

/// A covered cell of `order` in the middle of what is covered of `part`.
Cell representative(Cell part, int order, const sky::Moc& coverage)
{
    const auto all = coverage.ranges();
    const auto first = std::upper_bound(all.begin(), all.end(), part.first29(), [](uint64_t v, const sky::Range29& r) { return v < r.end; });
    const auto last = std::lower_bound(first, all.end(), part.end29(), [](const sky::Range29& r, uint64_t v) { return r.first < v; });
    const sky::Range29 r = first == last ? sky::Range29{part.first29(), part.end29()} : first[(last - first) / 2];
    const uint64_t from = std::max(r.first, part.first29()), end = std::min(r.end, part.end29());
    return {static_cast<uint8_t>(order), (from + (end - from) / 2) >> (2 * (sky::kMaxOrder - order))};
}

} // namespace

std::vector<Cell> coveredParts(Cell cell, int deepest, const sky::Moc* coverage, size_t most)
{
    std::vector<Cell> parts;
    if (coverage && coverage->cover(cell) == sky::Moc::Cover::None) return parts;
    parts.push_back(cell);
    while (parts.front().order < deepest) {
        std::vector<Cell> next;
        for (const Cell& p : parts)
            for (int i = 0; i < 4; ++i)
                if (const Cell c = p.child(i); !coverage || coverage->cover(c) != sky::Moc::Cover::None) next.push_back(c);
        if (next.size() > most) break;
        parts = std::move(next);
    }
    return parts;
}

/// ui thread; what runs on the pool gets copies.
struct OverviewSource::Core {
    OverviewFacts facts;
    Executor& ui;
    Executor& work;
    bool ended = false, found = false; ///< the survey's own base cells
    std::optional<int> lowest;         ///< as it turned out

    int whole() const { return facts.coverage ? 0 : std::max(0, facts.orderMin - kOrdersUnmapped); }
    /// Which of its descendants a made tile asks for; all where this is null.
    const std::shared_ptr<const sky::Moc>& mapFor(Cell cell) const
    {
        return facts.coverage || cell.order >= whole() ? facts.coverage : facts.likely;
    }
};

/// One tile being made. Lives on the ui thread; what runs on the pool holds only copies.
class OverviewSource::Making final : public Pending::Control, public std::enable_shared_from_this<Making> {
public:
    Making(Cell cell, std::shared_ptr<const Core> core, int tileWidth, Done done)
        : cell_(cell), core_(std::move(core)), map_(core_->mapFor(cell)), orderMin_(core_->facts.orderMin), tileWidth_(tileWidth), done_(std::move(done))
    {
    }

    void start(TileSource& tiles, Priority priority, float distance)
    {
        std::vector<Cell> parts;
        if (map_ || cell_.order >= core_->whole()) parts = coveredParts(cell_, orderMin_, map_.get(), kMostTiles);
        left_ = parts.size();
        if (parts.empty()) return end(Error{Errc::NotFound, "outside the coverage of the survey", {}});
        const int width = std::max(1, tileWidth_ >> (parts.front().order - cell_.order));
        for (const Cell& part : parts) {
            const bool whole = part.order == orderMin_;
            const Cell from = whole ? part : representative(part, orderMin_, *map_);
            const auto self = weak_from_this();
            loads_.push_back(tiles.load(from, priority, distance, [self, part, size = whole ? width : 1](Expected<TilePtr> tile) {
                if (const auto s = self.lock(); s && !s->flag_->cancelled()) s->arrived(part, size, std::move(tile));
            }));
        }
    }
    void cancel() noexcept override
    {
        flag_->cancel();
        loads_.clear();
    }
    void reprioritise(Priority p, float d) override
    {
        for (auto& l : loads_) l.reprioritise(p, d);
    }

private:
    void arrived(Cell part, int size, Expected<TilePtr> tile)
    {
        if (!tile) {
            if (tile.error().code != Errc::NotFound && !trouble_) trouble_ = tile.error();
            return countDown();
        }
        if ((*tile)->asOf > 0) asOf_ = asOf_ > 0 ? std::min(asOf_, (*tile)->asOf) : (*tile)->asOf;
        unchecked_ = unchecked_ || (*tile)->unchecked;
        // Shrunk at once and away from this thread: 64 tiles at full size would be 64 MB.
        core_->work.post(Priority::Normal, [self = weak_from_this(), flag = flag_, ui = &core_->ui, part, size, image = *tile] {
            if (flag->cancelled()) return;
            auto piece = std::make_shared<Piece>(shrunk(*image, part, std::min(size, image->width)));
            flag->deliver(*ui, [self, piece] {
                const auto s = self.lock();
                if (!s) return;
                s->pieces_.push_back(std::move(*piece));
                s->countDown();
            });
        });
    }

    void countDown()
    {
        if (--left_ > 0) return;
        if (pieces_.empty()) return end(trouble_.value_or(Error{Errc::NotFound, "none of its tiles is there", {}}));
        core_->work.post(Priority::Normal, [self = weak_from_this(), flag = flag_, ui = &core_->ui, cell = cell_, width = tileWidth_, orderMin = orderMin_,
                                            map = map_, pieces = std::make_shared<const std::vector<Piece>>(std::move(pieces_))] {
            if (flag->cancelled()) return;
            Canvas canvas(cell, width, pieces->front().kind);
            for (const Piece& p : *pieces)
                if (p.kind == pieces->front().kind) canvas.place(p, p.part.order < orderMin ? map.get() : nullptr);
            flag->deliver(*ui, [self, tile = canvas.finished()] {
                if (const auto s = self.lock()) s->finish(tile);
            });
        });
    }

    void finish(const std::shared_ptr<TileImage>& tile)
    {
        tile->asOf = asOf_;
        tile->unchecked = unchecked_;
        end(TilePtr(tile));
    }

    void end(Expected<TilePtr> result)
    {
        const auto keep = shared_from_this(); // done_ may drop the last Pending
        flag_->deliver(core_->ui, [done = std::exchange(done_, nullptr), result = std::make_shared<Expected<TilePtr>>(std::move(result))] {
            if (done) done(std::move(*result));
        });
    }

    const Cell cell_;
    const std::shared_ptr<const Core> core_;
    const std::shared_ptr<const sky::Moc> map_;
    const int orderMin_, tileWidth_;
    Done done_;
    size_t left_ = 0;
    std::vector<Piece> pieces_;
    std::optional<Error> trouble_;
    int64_t asOf_ = 0;
    bool unchecked_ = false;
    std::vector<Pending> loads_;
    const std::shared_ptr<PendingFlag> flag_ = std::make_shared<PendingFlag>();
};

/// First the survey's own base cells, then, when there are none, the search for its lowest order. ui thread.
class OverviewSource::Base final : public Pending::Control, public std::enable_shared_from_this<Base> {
public:
    Base(std::shared_ptr<Core> core, TileSource& tiles, std::function<void(Cell, TilePtr)> each, std::function<void()> end)
        : core_(std::move(core)), tiles_(tiles), each_(std::move(each)), end_(std::move(end))
    {
    }
    void start()
    {
        const auto self = weak_from_this();
        Pending pending = tiles_.loadBase(
            [self](Cell cell, TilePtr tile) {
                const auto s = self.lock();
                if (!s || s->cancelled_) return;
                s->core_->found = true;
                s->each_(cell, std::move(tile));
            },
            [self] {
                if (const auto s = self.lock(); s && !s->cancelled_) s->ownEnded();
            });
        if (!ownEnded_ && !cancelled_) own_ = std::move(pending);
    }
    void cancel() noexcept override
    {
        cancelled_ = true;
        own_.reset();
        probe_.reset();
    }

private:
    void ownEnded()
    {
        ownEnded_ = true;
        OverviewFacts& facts = core_->facts;
        if (core_->found || facts.places.empty()) return finish();
        const int deepest = std::max(facts.orderMin, std::min(facts.orderMax, kMostProbed));
        probe_ = probeOrders(tiles_, facts.places, deepest, [self = weak_from_this()](FoundOrders found) {
            const auto s = self.lock();
            if (!s || s->cancelled_) return;
            if (found.lowest >= 0 && found.lowest != s->core_->facts.orderMin) s->core_->lowest = s->core_->facts.orderMin = found.lowest;
            s->finish();
        });
    }
    void finish()
    {
        const auto keep = shared_from_this(); // end_ may drop the last Pending
        core_->ended = true;
        if (const auto end = std::exchange(end_, nullptr)) end();
    }

    const std::shared_ptr<Core> core_;
    TileSource& tiles_; ///< outlives this: whoever holds the Pending destroys it before the source
    std::function<void(Cell, TilePtr)> each_;
    std::function<void()> end_;
    bool cancelled_ = false, ownEnded_ = false;
    Pending own_, probe_;
};

OverviewSource::OverviewSource(std::unique_ptr<TileSource> tiles, OverviewFacts facts, Executor& ui, Executor& work)
    : tiles_(std::move(tiles)), core_(std::make_shared<Core>(Core{std::move(facts), ui, work, false, false, {}}))
{
}
OverviewSource::~OverviewSource() = default;

Pending OverviewSource::load(Cell cell, Priority priority, float distance, Done done)
{
    if (cell.order >= core_->facts.orderMin || !made()) return tiles_->load(cell, priority, distance, std::move(done));
    auto making = std::make_shared<Making>(cell, core_, tiles_->learnt().tileWidth.value_or(core_->facts.tileWidth), std::move(done));
    making->start(*tiles_, priority, distance);
    return Pending(making);
}

Pending OverviewSource::exactValue(Cell cell, int width, int column, int row, std::function<void(Expected<double>)> done)
{
    return tiles_->exactValue(cell, width, column, row, std::move(done)); // tiles that are made are of other files, and never `rounded`
}

Pending OverviewSource::loadBase(std::function<void(Cell, TilePtr)> each, std::function<void()> end)
{
    auto base = std::make_shared<Base>(core_, *tiles_, std::move(each), std::move(end));
    base->start();
    return Pending(base);
}

SourceStats OverviewSource::stats() const { return tiles_->stats(); }

std::optional<MadeOrders> OverviewSource::made() const
{
    const OverviewFacts& facts = core_->facts;
    if (!core_->ended || core_->found || facts.orderMin == 0 || !std::has_single_bit(static_cast<unsigned>(facts.tileWidth))) return std::nullopt;
    return MadeOrders{facts.likely ? 0 : core_->whole(), core_->whole()};
}

LearntFacts OverviewSource::learnt() const
{
    LearntFacts learnt = tiles_->learnt();
    learnt.orderMin = core_->lowest;
    return learnt;
}

} // namespace firmament::hips
