#include "hips/remote_hips.h"

#include <algorithm>
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
constexpr int kAllskyOrder = 3; // the only order that all providers write

using BaseTiles = std::vector<std::pair<sky::Cell, TilePtr>>;

/// Servers that hide their folders answer 403 for what is not there; some answer 204.
bool meansMissing(const Error& e)
{
    return e.code == Errc::NotFound || e.http == 403 || e.http == 204 || e.http == 410;
}

/// Failures that another server may not have.
bool worthAnotherMirror(const Error& e)
{
    return !meansMissing(e) && e.code != Errc::Cancelled && e.code != Errc::Usage;
}

} // namespace

struct RemoteHips::Core {
    RemoteTree tree;
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
        if (meansMissing(e)) {
            e.code = Errc::NotFound;
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

RemoteHips::RemoteHips(RemoteTree tree, const SurveyEnvironment& env)
    : core_(std::make_shared<Core>(Core{std::move(tree), env.ui, env.work, env.net, 0, 0, {}}))
{
}
RemoteHips::~RemoteHips() = default;

Pending RemoteHips::load(sky::Cell cell, Priority priority, float distance, Done done)
{
    const RemoteTree& t = core_->tree;
    auto fetch = std::make_shared<Fetch<TilePtr>>(
        core_, tilePath(cell, t.format, t.channel), priority, distance,
        [width = t.tileWidth, channel = t.channel](ByteView b) { return decodeTile(b, width, channel); }, std::move(done));
    fetch->start();
    return Pending(fetch);
}

Pending RemoteHips::loadBase(std::function<void(sky::Cell, TilePtr)> each, std::function<void()> end)
{
    const RemoteTree& t = core_->tree;
    auto base = std::make_shared<Base>();
    const std::weak_ptr<Base> weak = base;

    const auto fromAllsky = [core = core_, each, end, weak] {
        const auto b = weak.lock();
        if (!b || b->cancelled) return;
        auto fetch = std::make_shared<Fetch<BaseTiles>>(
            core, allskyPath(kAllskyOrder, core->tree.format, core->tree.channel), Priority::Urgent, 0.0f,
            [](ByteView bytes) { return splitAllsky(bytes, kAllskyOrder); },
            [each, end, weak](Expected<BaseTiles> tiles) {
                if (tiles)
                    for (const auto& [cell, tile] : *tiles) {
                        const auto alive = weak.lock();
                        if (!alive || alive->cancelled) return;
                        each(cell, tile);
                    }
                if (const auto alive = weak.lock(); alive && !alive->cancelled) end();
            });
        b->loads.emplace_back(fetch);
        fetch->start();
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

SourceStats RemoteHips::stats() const
{
    return core_->stats;
}

} // namespace firmament::hips
