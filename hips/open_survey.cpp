#include <algorithm>
#include <bit>
#include <filesystem>

#include "core/files.h"
#include "hips/coverage.h"
#include "hips/image_codec.h"
#include "hips/local_hips.h"
#include "hips/local_tree.h"
#include "hips/overview_source.h"
#include "hips/remote_hips.h"
#include "hips/survey_list.h"
#include "hips/tile_decode.h"
#include "hips/tile_source.h"

namespace firmament::hips {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMaxProperties = uint64_t{4} << 20;
constexpr uint64_t kMaxMoc = uint64_t{64} << 20;
constexpr size_t kMostListedInBackground = 400000; // half a second on a disk that knows the folder

std::string withoutSlash(std::string s)
{
    while (s.size() > 1 && s.back() == '/') s.pop_back();
    return s;
}

bool isWebAddress(const std::string& s)
{
    return s.starts_with("http://") || s.starts_with("https://");
}

/// Somebody may point at a file of the tree instead of its root.
std::string rootOf(std::string where)
{
    for (const char* file : {"/properties", "/index.html", "/Moc.fits"})
        if (where.ends_with(file)) where.erase(where.size() - std::string_view(file).size());
    return withoutSlash(where);
}

std::string lastPart(const std::string& where)
{
    const size_t bar = where.find_last_of('/');
    return bar == std::string::npos || bar + 1 == where.size() ? where : where.substr(bar + 1);
}

void nameIt(SurveyInfo& info)
{
    if (info.id.empty()) info.id = lastPart(info.url);
    if (info.title.empty()) info.title = info.id;
}

/// What is said in properties, completed by what the list of surveys knows.
void complete(SurveyInfo& info, const SurveyInfo& known)
{
    const auto fill = [](std::string& a, const std::string& b) {
        if (a.empty()) a = b;
    };
    fill(info.id, known.id);
    fill(info.title, known.title);
    fill(info.credit, known.credit);
    fill(info.copyrightUrl, known.copyrightUrl);
    fill(info.regime, known.regime);
    fill(info.band, known.band);
    fill(info.description, known.description);
    if (info.formats.empty()) info.formats = known.formats;
}

OpenSurvey catalogue(SurveyInfo info, std::vector<std::string> warnings)
{
    OpenSurvey open;
    warnings.emplace_back("this HiPS holds tables, not pictures; nothing of it is drawn as a picture");
    open.info = std::move(info);
    open.format = TileFormat::Tsv;
    open.coverage = std::make_shared<const sky::Moc>();
    open.warnings = std::move(warnings);
    return open;
}

// ------------------------------------------------------------------------------------------------------- a folder

/// Where properties and folder disagree, the folder is right.
void reconcile(SurveyInfo& info, const TreeFacts& facts, bool saidOrder, std::vector<std::string>& warnings)
{
    for (const auto& [order, o] : facts.orders)
        for (TileFormat f : o.formats)
            if (std::find(info.formats.begin(), info.formats.end(), f) == info.formats.end()) {
                if (saidOrder) warnings.push_back(std::string("there are ") + formatWord(f) + " tiles, which properties do not name");
                info.formats.push_back(f);
            }
    std::erase_if(info.formats, [&](TileFormat f) {
        if (facts.has(f)) return false;
        warnings.push_back(std::string("properties name ") + formatWord(f) + " tiles, but there are none");
        return true;
    });
}

void limitOrders(SurveyInfo& info, const TreeFacts& facts, TileFormat format, bool saidOrder, std::vector<std::string>& warnings)
{
    const int lowest = facts.lowest(format), deepest = facts.deepest(format);
    if (lowest < 0) return;
    if (deepest > info.orderMax || !saidOrder) {
        if (saidOrder)
            warnings.push_back("tiles reach order " + std::to_string(deepest) + ", properties say " + std::to_string(info.orderMax));
        info.orderMax = deepest;
    } else if (deepest < info.orderMax) {
        warnings.push_back("tiles reach order " + std::to_string(deepest) + " only, properties say " + std::to_string(info.orderMax));
    }
    info.orderMin = std::min(std::max(info.orderMin, lowest), info.orderMax);
}

void trueTileWidth(SurveyInfo& info, const TreeFacts& facts, TileFormat format, const fs::path& folder,
                   std::vector<std::string>& warnings)
{
    const auto order = facts.orders.find(facts.deepest(format));
    if (order == facts.orders.end()) return;
    const auto width = tileWidthOf(folder, order->second.sample.at(format), format);
    if (!width || *width == info.tileWidth || !std::has_single_bit(static_cast<unsigned>(*width))) return;
    warnings.push_back("tiles are " + std::to_string(*width) + " pixels wide, properties say " + std::to_string(info.tileWidth));
    info.tileWidth = *width;
}

std::shared_ptr<const sky::Moc> localCoverage(const fs::path& folder, const SurveyInfo& info, const TreeFacts& facts,
                                              TileFormat format, size_t mostListed, bool& cutShort, std::vector<std::string>& warnings)
{
    for (const char* name : {"Moc.fits", "moc.fits", "Moc.json"})
        if (const auto file = readFile(folder / name, kMaxMoc)) return readCoverage(*file, info, warnings);
    // A tree that lacks the low orders, and no mosaic of them: its tiles are its coverage, and views from afar need not ask
    // for the others.
    const bool allsky = std::any_of(facts.orders.begin(), facts.orders.end(), [&](const auto& o) {
        return std::find(o.second.allsky.begin(), o.second.allsky.end(), format) != o.second.allsky.end();
    });
    if (allsky || facts.lowest(format) < 1) return nullptr;
    std::vector<sky::Cell> cells;
    for (const auto& [order, o] : facts.orders) {
        const auto more = listTiles(folder, order, format, mostListed - cells.size());
        cells.insert(cells.end(), more.begin(), more.end());
        cutShort = cells.size() >= mostListed;
        if (cutShort) return nullptr;
    }
    return std::make_shared<const sky::Moc>(sky::Moc::fromCells(cells));
}

Expected<Read<SurveyInfo>> localProperties(const fs::path& folder, bool& said)
{
    auto text = readFile(folder / "properties", kMaxProperties);
    if (!text && text.error().code != Errc::NotFound) return text.error();
    said = text.has_value();
    if (text) return parseProperties(asText(*text));
    return Read<SurveyInfo>{{}, {"there is no file \"properties\"; frame ICRS is assumed, orders are those of the folders"}};
}

} // namespace

Expected<OpenSurvey> openLocalSurvey(const std::string& where, const OpenOptions& options, const SurveyEnvironment& env)
{
    const fs::path folder = rootOf(where.starts_with("file://") ? where.substr(7) : where);
    const auto located = [&](Error e) {
        if (e.where.empty()) e.where = folder.string();
        return e;
    };
    std::error_code error;
    if (!fs::is_directory(folder, error)) return Error{Errc::NotFound, "no such folder", folder.string()};
    bool said = false;
    auto read = localProperties(folder, said);
    if (!read) return located(read.error());
    SurveyInfo& info = read->value;
    std::vector<std::string>& warnings = read->warnings;
    info.url = withoutSlash(folder.string());
    nameIt(info);
    if (info.kind == SurveyKind::Catalogue) return catalogue(std::move(info), std::move(warnings));

    const TreeFacts facts = surveyTree(folder, info.formats);
    if (facts.empty())
        return located({Errc::NotFound, said ? "properties without any tile (no folder Norder0, Norder1...)" : "not a HiPS: neither properties nor tiles", {}});
    reconcile(info, facts, said, warnings);
    OpenSurvey open;
    open.format = chooseFormat(info, options.format);
    if (options.format && open.format != *options.format)
        warnings.push_back(std::string("there are no ") + formatWord(*options.format) + " tiles; " + formatWord(open.format) + " is used");
    if (!facts.has(open.format))
        for (const auto& [order, o] : facts.orders) // nothing but an Allsky
            if (!o.allsky.empty()) open.format = o.allsky.front();
    limitOrders(info, facts, open.format, said, warnings);
    trueTileWidth(info, facts, open.format, folder, warnings);
    open.coverage = localCoverage(folder, info, facts, open.format, options.mostListed, open.listingCutShort, warnings);
    if (open.coverage) aimAtCoverage(info, *open.coverage);

    LocalTree tree{folder, open.format, options.channel, info.tileWidth, {}, -1};
    if (facts.lowest(open.format) == 0) tree.base = listTiles(folder, 0, open.format, 12);
    if (tree.base.empty())
        for (const auto& [order, o] : facts.orders)
            if (order <= 5 && std::find(o.allsky.begin(), o.allsky.end(), open.format) != o.allsky.end()) tree.allskyOrder = order;
    if (env.ui && env.work) {
        const bool needsOverview = tree.base.empty() && tree.allskyOrder < 0 && info.orderMin > 0;
        open.source = std::make_unique<LocalHips>(std::move(tree), *env.ui, *env.work);
        if (needsOverview)
            open.source = std::make_unique<OverviewSource>(std::move(open.source), info.orderMin, info.tileWidth, open.coverage, *env.ui, *env.work);
    }
    open.info = std::move(info);
    open.warnings = std::move(warnings);
    return open;
}

namespace {

// ------------------------------------------------------------------------------------------------------- a server

using OpenDone = std::function<void(Expected<OpenSurvey>)>;

/// properties and Moc.fits asked for at once, at one server after the other; then, without properties, a look for tiles.
/// All on the ui thread, but for parsing the map.
class RemoteOpening final : public Pending::Control, public std::enable_shared_from_this<RemoteOpening> {
public:
    RemoteOpening(std::vector<std::string> bases, std::optional<SurveyInfo> known, OpenOptions options, SurveyEnvironment env, OpenDone done)
        : bases_(std::move(bases)), known_(std::move(known)), options_(options), env_(env), done_(std::move(done))
    {
    }
    void start() { askProperties(); }
    void cancel() noexcept override
    {
        flag_->cancel();
        properties_.reset();
        moc_.reset();
    }

private:
    net::Request request(const std::string& path, uint64_t maxBytes) const
    {
        net::Request r;
        r.shelf = "surveys";
        r.url = bases_[server_] + "/" + path;
        r.priority = Priority::Urgent;
        r.maxBytes = maxBytes;
        r.cache = options_.pastCache ? net::CachePolicy::Refresh : net::CachePolicy::StaleFirst;
        return r;
    }

    void askProperties()
    {
        net::Request r = request("properties", kMaxProperties);
        r.validate = [](ByteView body) {
            return sniffImage(body) == ImageKind::Html ? "expected the properties of a HiPS, found an HTML page" : std::string();
        };
        const auto self = weak_from_this();
        properties_ = env_.net->send(std::move(r), *env_.ui, [self](Expected<net::Response> answer) {
            if (const auto s = self.lock(); s && !s->flag_->cancelled()) s->gotProperties(std::move(answer));
        });
        askMoc();
    }

    void askMoc()
    {
        mocState_ = MocState::Asked;
        net::Request r = request("Moc.fits", kMaxMoc);
        r.idleTimeout = std::chrono::milliseconds(6000);
        r.validate = [](ByteView body) {
            return sniffImage(body) == ImageKind::Html ? "expected a coverage map, found an HTML page" : std::string();
        };
        const auto self = weak_from_this();
        moc_ = env_.net->send(std::move(r), *env_.ui, [self](Expected<net::Response> answer) {
            const auto s = self.lock();
            if (!s || s->flag_->cancelled()) return;
            s->mocState_ = MocState::Answered;
            if (answer) s->mocBytes_ = answer->body;
            s->proceed();
        });
    }

    void gotProperties(Expected<net::Response> answer)
    {
        Expected<Read<SurveyInfo>> read = answer ? parseProperties(asText(*answer->body)) : Expected<Read<SurveyInfo>>(answer.error());
        if (read) {
            read_ = std::move(*read);
            const auto& fraction = read_->value.skyFraction;
            if (fraction && *fraction > 0.99999) { // nothing to limit
                moc_.reset();
                mocState_ = MocState::Answered;
                mocBytes_.reset();
            }
            return proceed();
        }
        if (!firstError_) {
            firstError_ = read.error();
            if (firstError_->where.empty()) firstError_->where = bases_[server_] + "/properties";
        }
        noProperties_ = noProperties_ || read.error().code == Errc::NotFound || read.error().http == 403;
        if (server_ + 1 < bases_.size()) {
            ++server_;
            return askProperties();
        }
        if (noProperties_) {
            server_ = 0;
            return probe();
        }
        finish(*firstError_);
    }

    /// Without properties: whatever answers first says which format there is.
    void probe()
    {
        static constexpr std::array kFormats{TileFormat::Jpeg, TileFormat::Png, TileFormat::Webp, TileFormat::Fits};
        if (probed_ >= 2 * kFormats.size()) return finish(*firstError_);
        const TileFormat format = kFormats[probed_ % kFormats.size()];
        const bool mosaic = probed_ < kFormats.size();
        ++probed_;
        net::Request r = request(mosaic ? allskyPath(3, format) : tilePath({0, 0}, format), kMaxMoc);
        r.shelf = "tiles"; // found again when it is drawn
        r.validate = [format](ByteView body) { return whyNotTile(body, format); };
        const auto self = weak_from_this();
        properties_ = env_.net->send(std::move(r), *env_.ui, [self, format, mosaic](Expected<net::Response> answer) {
            const auto s = self.lock();
            if (!s || s->flag_->cancelled()) return;
            if (!answer) return s->probe();
            SurveyInfo info;
            info.formats = {format};
            info.orderMax = 9;
            info.orderMin = mosaic ? 3 : 0;
            s->read_ = Read<SurveyInfo>{std::move(info), {"the server has no properties; ICRS and tiles of 512 pixels down to order 9 are assumed"}};
            s->proceed();
        });
    }

    void proceed()
    {
        if (!read_ || mocState_ != MocState::Answered || assembling_) return;
        assembling_ = true;
        SurveyInfo& info = read_->value;
        const std::string said = info.url;
        info.url = bases_[server_];
        if (known_) complete(info, *known_);
        nameIt(info);
        if (info.formats.empty()) info.formats = {TileFormat::Jpeg};
        gatherMirrors(info, said);
        if (info.kind == SurveyKind::Catalogue) return finish(catalogue(std::move(info), std::move(read_->warnings)));
        if (!mocBytes_) return assemble(nullptr);
        env_.work->post(Priority::Urgent, [self = weak_from_this(), flag = flag_, ui = env_.ui, bytes = mocBytes_, info] {
            if (flag->cancelled()) return;
            std::vector<std::string> warnings;
            auto moc = readCoverage(*bytes, info, warnings);
            flag->deliver(*ui, [self, moc, warnings] {
                const auto s = self.lock();
                if (!s) return;
                s->read_->warnings.insert(s->read_->warnings.end(), warnings.begin(), warnings.end());
                s->assemble(moc);
            });
        });
    }

    /// The address that was asked for comes first: the one in properties is often of a server long gone.
    void gatherMirrors(SurveyInfo& info, const std::string& said)
    {
        std::vector<std::string> all = bases_;
        std::rotate(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(server_), all.end());
        for (const std::string& m : info.mirrors) all.push_back(m);
        all.push_back(said);
        info.mirrors.clear();
        for (const std::string& m : all)
            if (isWebAddress(m) && m != info.url && std::find(info.mirrors.begin(), info.mirrors.end(), m) == info.mirrors.end())
                info.mirrors.push_back(m);
    }

    void assemble(std::shared_ptr<const sky::Moc> coverage)
    {
        OpenSurvey open;
        open.info = std::move(read_->value);
        open.warnings = std::move(read_->warnings);
        open.format = chooseFormat(open.info, options_.format);
        if (options_.format && open.format != *options_.format)
            open.warnings.push_back(std::string("there are no ") + formatWord(*options_.format) + " tiles; " + formatWord(open.format) + " is used");
        open.coverage = std::move(coverage);
        RemoteTree tree;
        tree.bases = open.info.mirrors;
        tree.bases.insert(tree.bases.begin(), open.info.url);
        tree.format = open.format;
        tree.channel = options_.channel;
        tree.tileWidth = open.info.tileWidth;
        tree.orderMin = open.info.orderMin;
        tree.coverage = open.coverage;
        tree.pastCache = options_.pastCache;
        if (open.coverage) aimAtCoverage(open.info, *open.coverage);
        open.source = std::make_unique<RemoteHips>(std::move(tree), env_);
        if (open.info.orderMin > 0)
            open.source = std::make_unique<OverviewSource>(std::move(open.source), open.info.orderMin, open.info.tileWidth, open.coverage,
                                                           *env_.ui, *env_.work);
        finish(std::move(open));
    }

    void finish(Expected<OpenSurvey> result)
    {
        const auto keep = shared_from_this();
        moc_.reset();
        if (const OpenDone done = std::exchange(done_, nullptr)) done(std::move(result));
    }

    enum class MocState { Asked, Answered };
    const std::vector<std::string> bases_;
    const std::optional<SurveyInfo> known_;
    const OpenOptions options_;
    const SurveyEnvironment env_;
    OpenDone done_;
    size_t server_ = 0, probed_ = 0;
    bool noProperties_ = false, assembling_ = false;
    MocState mocState_ = MocState::Asked;
    BytesPtr mocBytes_;
    std::optional<Read<SurveyInfo>> read_;
    std::optional<Error> firstError_;
    Pending properties_, moc_;
    const std::shared_ptr<PendingFlag> flag_ = std::make_shared<PendingFlag>();
};

Pending answerLater(const SurveyEnvironment& env, OpenDone done, Expected<OpenSurvey> result)
{
    auto flag = std::make_shared<PendingFlag>();
    auto kept = std::make_shared<Expected<OpenSurvey>>(std::move(result));
    flag->deliver(*env.ui, [done = std::move(done), kept] { done(std::move(*kept)); });
    return Pending(flag);
}

/// On the work pool: a large folder may take its time.
Pending openFolderLater(const std::string& where, OpenOptions options, const SurveyEnvironment& env, OpenDone done)
{
    options.mostListed = kMostListedInBackground;
    auto flag = std::make_shared<PendingFlag>();
    env.work->post(Priority::Urgent, [flag, where, options, env, done = std::move(done)] {
        if (flag->cancelled()) return;
        auto result = std::make_shared<Expected<OpenSurvey>>(openLocalSurvey(where, options, env));
        flag->deliver(*env.ui, [done, result] { done(std::move(*result)); });
    });
    return Pending(flag);
}

} // namespace

Pending openSurvey(const std::string& where, const OpenOptions& options, const SurveyEnvironment& env, OpenDone done)
{
    std::error_code error;
    if (where.starts_with("file://") || (!isWebAddress(where) && fs::exists(where, error)))
        return openFolderLater(where, options, env, std::move(done));
    std::vector<std::string> bases;
    std::optional<SurveyInfo> known;
    if (isWebAddress(where)) {
        bases.push_back(rootOf(where));
    } else if ((known = findSurvey(where))) {
        bases.push_back(known->url);
        for (const std::string& m : known->mirrors) bases.push_back(m);
    } else {
        return answerLater(env, std::move(done),
                           Error{Errc::NotFound, "neither a folder, nor an address, nor the id or title of one survey of the list", where});
    }
    if (!env.net) return answerLater(env, std::move(done), Error{Errc::Network, "no network here, expected a folder", where});
    auto opening = std::make_shared<RemoteOpening>(std::move(bases), std::move(known), options, env, std::move(done));
    opening->start();
    return Pending(opening);
}

} // namespace firmament::hips
