#include "hips/remote_hips.h"

#include <algorithm>
#include <bit>
#include <mutex>
#include <optional>
#include <unordered_set>
#include <utility>

#include "hips/tile_decode.h"

namespace firmament::hips {
namespace {

constexpr uint64_t kMaxTileBytes = uint64_t{64} << 20;
/// So many failures in a row and the next server becomes the first one asked.
constexpr int kFailuresToSwitch = 2;
constexpr int kAllskyOrder = 3; // what providers usually write
constexpr int kMostAllsky = 5;

using BaseTiles = std::vector<std::pair<sky::Cell, FreshTilePtr>>;

/// Failures that another server may not have. What is missing is so on all of them.
bool worthAnotherMirror(const Error& e)
{
    return e.code != Errc::Cancelled && e.code != Errc::Usage;
}

/// How wide the tiles really are. Any thread.
class TrueWidth {
public:
    explicit TrueWidth(int said) : said_(said) {}
    /// What a tile of this width is to be brought to; 0: it stays as it is. Two that agree settle it.
    int forTile(sky::Cell cell, int width)
    {
        const std::lock_guard lock(mutex_);
        if (!settled_ && (width == said_ || (width == candidate_ && cell != of_))) settled_ = width;
        if (settled_) return settled_ == width ? 0 : settled_;
        candidate_ = width;
        of_ = cell;
        return std::has_single_bit(static_cast<unsigned>(width)) ? 0 : said_;
    }
    std::optional<int> otherThanSaid() const
    {
        const std::lock_guard lock(mutex_);
        return settled_ && settled_ != said_ ? std::optional(settled_) : std::nullopt;
    }

private:
    mutable std::mutex mutex_;
    const int said_;
    int candidate_ = 0, settled_ = 0;
    sky::Cell of_; ///< the tile that the candidate is the width of
};

/// When, and whether for sure: what the state line says of copies.
void mark(TileImage& tile, const net::Response& response)
{
    tile.asOf = response.asOf;
    tile.unchecked = response.stale;
}
void mark(FreshTilePtr& tile, const net::Response& response) { mark(*tile, response); }
void mark(double&, const net::Response&) {}
void mark(BaseTiles& tiles, const net::Response& response)
{
    for (auto& [cell, tile] : tiles) mark(*tile, response);
}

} // namespace

struct RemoteHips::Core {
    RemoteTree tree;
    std::shared_ptr<TrueWidth> width; ///< shared with decoding
    Executor* ui;
    Executor* work;
    net::Transport* net;
    size_t current = 0; ///< the server that is asked first
    int failures = 0;
    SourceStats stats;
    std::unordered_set<std::string> renewed{}; ///< with pastCache: what was asked for past the cache already

    net::CachePolicy policyFor(const std::string& path)
    {
        return tree.pastCache && renewed.insert(path).second ? net::CachePolicy::Refresh : net::CachePolicy::Standard;
    }
    void failedAt(size_t server)
    {
        if (server != current || tree.bases.size() < 2) return;
        if (++failures < kFailuresToSwitch) return;
        current = (current + 1) % tree.bases.size();
        failures = 0;
    }
    void succeededAt(size_t server)
    {
        if (server == current) failures = 0;
    }
};

/// One file asked for, at one server after the other. Lives on the ui thread; what runs on the pool holds only copies.
template <class Value> class RemoteHips::Fetch final : public Pending::Control,
                                                       public std::enable_shared_from_this<Fetch<Value>> {
public:
    using Decode = std::function<Expected<Value>(ByteView)>;
    using Finish = std::function<void(Expected<Value>)>;
    Fetch(std::shared_ptr<Core> core, std::string path, Priority priority, float distance, Decode decode, Finish finish)
        : core_(std::move(core)), path_(std::move(path)), priority_(priority), distance_(distance), decode_(std::move(decode)),
          finish_(std::move(finish)), server_(core_->current)
    {
    }

    void start()
    {
        ++core_->stats.requested;
        policy_ = core_->policyFor(path_);
        send();
    }
    void cancel() noexcept override
    {
        flag_->cancel();
        pending_.reset();
    }
    void reprioritise(Priority p, float d) override
    {
        priority_ = p;
        distance_ = d;
        pending_.reprioritise(p, d);
    }

private:
    struct Judged {
        std::mutex mutex;
        const std::byte* of = nullptr; ///< the bytes that it was made of
        std::optional<Expected<Value>> value;
    };

    void send()
    {
        net::Request r;
        r.shelf = "tiles";
        r.hiddenIsMissing = true;
        r.url = core_->tree.bases[server_] + "/" + path_;
        r.priority = priority_;
        r.distance = distance_;
        r.maxBytes = kMaxTileBytes;
        r.cache = policy_;
        // Decoded where it is judged, once: what cannot be decoded is not kept on the disk either.
        const auto judged = std::make_shared<Judged>();
        r.validate = [judged, decode = decode_, format = core_->tree.format](ByteView body) {
            std::string why = whyNotTile(body, format);
            if (!why.empty()) return why;
            Expected<Value> value = decode(body);
            if (!value) return value.error().what;
            const std::lock_guard lock(judged->mutex);
            judged->of = body.data();
            judged->value = std::move(value);
            return std::string();
        };
        // Answered on the pool, where it is decoded; the result goes to the ui thread, and is dropped there when nobody
        // waits for it any more.
        auto answer = [self = this->weak_from_this(), flag = flag_, judged, decode = decode_, ui = core_->ui,
                       url = r.url](Expected<net::Response> response) {
            if (flag->cancelled()) return;
            size_t bytes = 0;
            Expected<Value> value = Error{};
            if (response && response->body) {
                bytes = response->body->size();
                const std::lock_guard lock(judged->mutex);
                value = judged->value && judged->of == response->body->data() ? std::move(*judged->value) : decode(*response->body);
                if (value) mark(*value, *response);
            } else {
                value = response ? Error{Errc::Http, "empty answer", url} : response.error();
            }
            if (!value && value.error().where.empty()) {
                Error e = value.error();
                e.where = url;
                value = Expected<Value>(std::move(e));
            }
            flag->deliver(*ui, [self, value = std::move(value), bytes]() mutable {
                if (const auto s = self.lock()) s->answered(std::move(value), bytes);
            });
        };
        pending_ = core_->net->send(std::move(r), *core_->work, std::move(answer));
    }

    void answered(Expected<Value> value, size_t bytes)
    {
        const auto keep = this->shared_from_this(); // finish_ may drop the last Pending
        core_->stats.bytes += bytes;
        if (value) {
            core_->succeededAt(server_);
            ++core_->stats.ok;
            return finish_(std::move(value));
        }
        Error e = value.error();
        if (e.code == Errc::NotFound) {
            ++core_->stats.missing;
            return finish_(std::move(e));
        }
        core_->failedAt(server_);
        if (++tried_ < core_->tree.bases.size() && worthAnotherMirror(e)) {
            server_ = (server_ + 1) % core_->tree.bases.size();
            return send();
        }
        ++core_->stats.failed;
        finish_(std::move(e));
    }

    const std::shared_ptr<Core> core_;
    const std::string path_;
    Priority priority_;
    float distance_;
    const Decode decode_;
    const Finish finish_;
    size_t server_, tried_ = 0;
    net::CachePolicy policy_ = net::CachePolicy::Standard;
    Pending pending_;
    const std::shared_ptr<PendingFlag> flag_ = std::make_shared<PendingFlag>();
};

class RemoteHips::Base final : public Pending::Control {
public:
    void cancel() noexcept override
    {
        cancelled = true;
        loads.clear();
    }
    bool cancelled = false;
    std::vector<Pending> loads;
    size_t left = 0, found = 0;
};

/// The mosaic of the first of these orders that has one.
void RemoteHips::askAllsky(const std::shared_ptr<Core>& core, const std::shared_ptr<Base>& base, std::vector<int> orders,
                           const std::function<void(sky::Cell, TilePtr)>& each, const std::function<void()>& end)
{
    const int order = orders.front();
    orders.erase(orders.begin());
    auto fetch = std::make_shared<Fetch<BaseTiles>>(
        core, allskyPath(order, core->tree.format, core->tree.channel), Priority::Urgent, 0.0f,
        [order](ByteView bytes) { return splitAllsky(bytes, order); },
        [core, each, end, orders, weak = std::weak_ptr(base)](Expected<BaseTiles> tiles) {
            const auto b = weak.lock();
            if (!b || b->cancelled) return;
            if (!tiles && !orders.empty()) return askAllsky(core, b, orders, each, end);
            if (tiles)
                for (const auto& [cell, tile] : *tiles) {
                    each(cell, tile);
                    if (b->cancelled) return;
                }
            end();
        });
    base->loads.emplace_back(fetch);
    fetch->start();
}

RemoteHips::RemoteHips(RemoteTree tree, const SurveyEnvironment& env)
    : core_(std::make_shared<Core>(Core{tree, std::make_shared<TrueWidth>(tree.tileWidth), env.ui, env.work, env.net, 0, 0, {}}))
{
}
RemoteHips::~RemoteHips() = default;

Pending RemoteHips::load(sky::Cell cell, Priority priority, float distance, Done done)
{
    const RemoteTree& t = core_->tree;
    // Trimmed FITS tiles need the width that properties say; others tell their own.
    const auto decode = [cell, said = t.tileWidth, channel = t.channel, width = core_->width](ByteView b) -> Expected<FreshTilePtr> {
        auto tile = decodeTile(b, 0, channel, said);
        if (!tile) return tile;
        const int to = width->forTile(cell, (*tile)->width);
        return to ? scaledTile(**tile, to) : *tile;
    };
    auto fetch = std::make_shared<Fetch<FreshTilePtr>>(core_, tilePath(cell, t.format, t.channel), priority, distance, decode,
                                                       [done = std::move(done)](Expected<FreshTilePtr> tile) {
                                                           done(tile ? Expected<TilePtr>(std::move(*tile)) : Expected<TilePtr>(tile.error()));
                                                       });
    fetch->start();
    return Pending(fetch);
}

Pending RemoteHips::exactValue(sky::Cell cell, int width, int column, int row, std::function<void(Expected<double>)> done)
{
    const RemoteTree& t = core_->tree;
    const auto read = [=, channel = t.channel, said = t.tileWidth](ByteView b) { return valueInTile(b, width, column, row, channel, said); };
    auto fetch = std::make_shared<Fetch<double>>(core_, tilePath(cell, t.format, t.channel), Priority::Urgent, 0.0f, read, std::move(done));
    fetch->start();
    return Pending(fetch);
}

Pending RemoteHips::loadBase(std::function<void(sky::Cell, TilePtr)> each, std::function<void()> end)
{
    const RemoteTree& t = core_->tree;
    auto base = std::make_shared<Base>();
    const std::weak_ptr<Base> weak = base;

    std::vector<int> orders{kAllskyOrder};
    if (t.orderMin > 0 && t.orderMin <= kMostAllsky && t.orderMin != kAllskyOrder) orders.push_back(t.orderMin);
    const auto fromAllsky = [core = core_, each, end, weak, orders] {
        if (const auto b = weak.lock(); b && !b->cancelled) askAllsky(core, b, orders, each, end);
    };

    if (t.orderMin > 0) {
        fromAllsky();
        return Pending(base);
    }
    // Real tiles of order 0 come one by one, nearest first, and are right; where there are none (properties of before
    // 2018 do not say that they begin at order 3) the mosaic is next.
    std::vector<sky::Cell> cells;
    for (uint64_t p = 0; p < 12; ++p)
        if (!t.coverage || t.coverage->cover({0, p}) != sky::Moc::Cover::None) cells.push_back({0, p});
    base->left = cells.size();
    if (cells.empty()) {
        core_->ui->post([weak, end] {
            if (const auto b = weak.lock(); b && !b->cancelled) end();
        });
        return Pending(base);
    }
    for (const sky::Cell& cell : cells) {
        Pending one = load(cell, Priority::Normal, 4, [cell, each, end, weak, fromAllsky](Expected<TilePtr> tile) {
            const auto b = weak.lock();
            if (!b || b->cancelled) return;
            if (tile) {
                ++b->found;
                each(cell, *tile);
                if (b->cancelled) return;
            }
            if (--b->left > 0) return;
            if (b->found > 0) return end();
            fromAllsky();
        });
        base->loads.push_back(std::move(one));
    }
    return Pending(base);
}

LearntFacts RemoteHips::learnt() const { return {{}, core_->width->otherThanSaid()}; }

SourceStats RemoteHips::stats() const
{
    return core_->stats;
}

} // namespace firmament::hips
