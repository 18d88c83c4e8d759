#include "app/window/survey_library.h"

#include <QElapsedTimer>
#include <QUrl>
#include <algorithm>
#include <cmath>

#include "app/window/controller.h"
#include "core/files.h"
#include "core/resources.h"
#include "hips/coverage.h"
#include "hips/preview.h"
#include "hips/tile_decode.h"
#include "hips/tile_source.h"

namespace firmament::window {

namespace fs = std::filesystem;

namespace {

constexpr size_t kAtOnce = 3;
constexpr int kBatchMs = 50;
constexpr uint64_t kMaxProperties = 4u << 20, kMaxPreview = 8u << 20, kMaxAllsky = 32u << 20;
constexpr size_t kMaxFound = 200; // trees in the folder of the user's own
constexpr int kAllskyOrder = 3;

QString q(const std::string& s)
{
    return QString::fromStdString(s);
}

bool isWeb(const std::string& source)
{
    return source.starts_with("http://") || source.starts_with("https://");
}

std::string withoutSlash(std::string s)
{
    while (s.size() > 1 && s.back() == '/') s.pop_back();
    return s;
}

QImage toImage(const hips::RasterImage& raster)
{
    return QImage(raster.data(), raster.width, raster.height, raster.width * 4, QImage::Format_RGBA8888_Premultiplied).copy();
}

/// The calendar year of a modified Julian date, when it is of the times of astronomy.
std::optional<int> yearOf(std::optional<double> mjd)
{
    if (!mjd || *mjd < -40000 || *mjd > 100000) return std::nullopt; // 1749 to 2132
    return QDate(1858, 11, 17).addDays(static_cast<qint64>(std::floor(*mjd))).year();
}

QString shortAngle(double arcsec)
{
    const auto digits = [](double v) { return QString::number(v, 'f', v < 10 ? v < 1 ? 2 : 1 : 0); };
    if (arcsec >= 3600) return digits(arcsec / 3600) + QStringLiteral("°");
    if (arcsec >= 60) return digits(arcsec / 60) + QStringLiteral("′");
    if (arcsec >= 0.1) return digits(arcsec) + QStringLiteral("″");
    return digits(arcsec * 1000) + QStringLiteral(" mas");
}

/// The formats of Allsky mosaics in the order in which to ask for them.
hips::TileFormat allskyFormat(const hips::SurveyInfo& info)
{
    for (const hips::TileFormat f : {hips::TileFormat::Jpeg, hips::TileFormat::Png, hips::TileFormat::Webp, hips::TileFormat::Fits})
        if (std::find(info.formats.begin(), info.formats.end(), f) != info.formats.end()) return f;
    return hips::TileFormat::Jpeg;
}

/// Tiles from which a view can be begun.
bool keepsTiles(const net::KeptAnswers& kept, const std::string& base, const hips::SurveyInfo& info)
{
    for (const hips::TileFormat f : info.formats) {
        if (kept.has(base + "/" + hips::allskyPath(kAllskyOrder, f))) return true;
        for (uint64_t pix = 0; pix < 12; ++pix)
            if (kept.has(base + "/" + hips::tilePath({0, pix}, f))) return true;
    }
    return false;
}

} // namespace

// Facts in words -----------------------------------------------------------------------------------------------------

QString SurveyFacts::title() const
{
    if (!entry.id.isEmpty() || !said || said->title.empty()) return entry.title;
    return q(said->title);
}

std::optional<Wave> SurveyFacts::wave() const
{
    const hips::SurveyInfo& i = info();
    if (!i.body.empty()) return std::nullopt;
    const QString regime = entry.regime.isEmpty() ? q(i.regime) : entry.regime;
    return waveOf(regime, i.emMin ? i.emMin : entry.info.emMin, i.emMax ? i.emMax : entry.info.emMax);
}

std::optional<double> SurveyFacts::fraction() const
{
    if (coverage) return coverage->fraction();
    return info().skyFraction ? info().skyFraction : entry.info.skyFraction;
}

QString bandText(const SurveyFacts& f)
{
    if (!f.info().body.empty()) return SurveyLibrary::tr("Map of %1").arg(q(f.info().body));
    if (!f.entry.band.isEmpty()) return f.entry.band;
    if (!f.info().band.empty()) return q(f.info().band);
    if (const auto wave = f.wave()) return waveWord(*wave);
    return f.said ? SurveyLibrary::tr("Band not said") : QString();
}

QString yearsText(const SurveyFacts& f)
{
    auto from = yearOf(f.info().tMin), to = yearOf(f.info().tMax);
    if (!from) from = to;
    if (!to) to = from;
    if (!from) return {};
    return *from == *to ? QString::number(*from) : QStringLiteral("%1–%2").arg(std::min(*from, *to)).arg(std::max(*from, *to));
}

QString resolutionText(const SurveyFacts& f)
{
    const hips::SurveyInfo& i = f.info();
    if (i.kind == hips::SurveyKind::Catalogue || i.orderGuessed || (!f.said && f.entry.id.isEmpty())) return {};
    return shortAngle(std::sqrt(sky::kPi / 3) / (i.tileWidth * std::exp2(i.orderMax)) * 648000 / sky::kPi);
}

QString coverageText(const SurveyFacts& f)
{
    const auto part = f.fraction();
    if (!part || !f.info().body.empty()) return {};
    const double percent = 100 * *part;
    const QString unit = QStringLiteral("\u202f%");
    if (percent > 99.95) return QStringLiteral("100") + unit;
    if (percent >= 9.95) return QString::number(percent, 'f', 0) + unit;
    if (percent >= 0.95) return QString::number(percent, 'f', 1) + unit;
    if (percent >= 0.01) return QString::number(percent, 'g', 2) + unit;
    return QStringLiteral("<\u202f0.01") + unit;
}

QString healthText(const SurveyFacts& f, bool offline)
{
    if (f.local()) return SurveyLibrary::tr("On this computer");
    if (offline) return f.kept ? SurveyLibrary::tr("Kept here") : SurveyLibrary::tr("Offline: nothing kept");
    switch (f.health) {
    case Health::Asking: return SurveyLibrary::tr("Asking");
    case Health::Answers: return SurveyLibrary::tr("Answers");
    case Health::Kept: return SurveyLibrary::tr("No answer, kept here");
    case Health::Silent: return SurveyLibrary::tr("No answer");
    case Health::Unknown:
    case Health::Here: break;
    }
    return SurveyLibrary::tr("Not asked yet");
}

HealthLook healthLook(const SurveyFacts& f, bool offline)
{
    if (f.local()) return {"circle-check", "ok"};
    if (offline) return f.kept ? HealthLook{"circle-check", "ok"} : HealthLook{"cloud-off", "textFaint"};
    switch (f.health) {
    case Health::Asking: return {"clock-3", "textFaint"};
    case Health::Answers: return {"circle-check", "ok"};
    case Health::Kept: return {"cloud-off", "warn"};
    case Health::Silent: return {"circle-alert", "error"};
    case Health::Unknown:
    case Health::Here: break;
    }
    return {"circle", "textFaint"};
}

// The library --------------------------------------------------------------------------------------------------------

/// What is being fetched of one survey.
struct SurveyLibrary::Task {
    Step step = Step::Properties;
    size_t server = 0;
    Pending request;
    std::shared_ptr<PendingFlag> work;
    QElapsedTimer since;
};

struct Answer {
    net::Response response;
    QString why;
    bool missing = false; ///< the server is there, the file is not
};

/// What a look at the disk found of one survey.
struct SurveyLibrary::Looked {
    int index = 0;
    std::string folder;              // in: of a local one
    std::vector<std::string> servers; // in: of others
    hips::SurveyInfo info;           // in: as the list has it
    bool kept = false, gone = false;
    std::optional<hips::SurveyInfo> said;
    std::vector<std::string> warnings;
    std::shared_ptr<const sky::Moc> coverage;
    std::string trouble;

    void readLocal()
    {
        auto open = hips::openLocalSurvey(folder, {}, {});
        gone = !open;
        if (!open) {
            trouble = open.error().what;
            return;
        }
        said = std::move(open->info);
        warnings = std::move(open->warnings);
        coverage = std::move(open->coverage);
    }
    void readKept(const net::KeptAnswers& answers)
    {
        for (const std::string& base : servers) {
            if (!said)
                if (const BytesPtr text = answers.read(base + "/properties"))
                    if (auto read = hips::parseProperties(asText(*text))) {
                        said = std::move(read->value);
                        warnings = std::move(read->warnings);
                    }
            if (said && !coverage && said->skyFraction.value_or(0) < 0.99999)
                if (const BytesPtr file = answers.read(base + "/Moc.fits")) coverage = hips::readCoverage(*file, *said, warnings);
            kept = kept || keepsTiles(answers, base, said ? *said : info);
        }
        kept = kept && said; // without its properties it cannot be opened offline
    }
};

SurveyLibrary::SurveyLibrary(Controller& controller, QObject* parent) : QObject(parent), c_(controller)
{
    batch_.setSingleShot(true);
    batch_.setInterval(kBatchMs);
    connect(&batch_, &QTimer::timeout, this, [this] { emit changed(std::exchange(changed_, {})); });
    connect(&c_, &Controller::networkChanged, this, [this] {
        done_.clear();
        for (auto& [index, task] : tasks_) {
            if (task.work) task.work->cancel();
            all_[static_cast<size_t>(index)].health = Health::Unknown;
        }
        tasks_.clear();
        for (int i = 0; i < size(); ++i) {
            if (!at(i).local()) all_[static_cast<size_t>(i)].noPicture = false;
            touch(i);
        }
        startNext();
    });
    if (const fs::path builtIn = findResource("default-sky"); !builtIn.empty()) {
        SurveyEntry e;
        e.source = q(std::string(scene::kDefaultSky));
        e.id = e.source;
        e.title = tr("Firmament default sky");
        e.band = tr("Stars and Milky Way, built in");
        e.regime = QStringLiteral("Optical");
        e.searchText = e.title + QLatin1Char(' ') + e.band;
        add(std::move(e), builtIn.string());
    }
    addOwn();
    for (const SurveyEntry& e : c_.surveys()) add(e, {});
}

SurveyLibrary::~SurveyLibrary()
{
    if (lookFlag_) lookFlag_->cancel();
    for (auto& [index, task] : tasks_)
        if (task.work) task.work->cancel();
}

int SurveyLibrary::indexOf(const QString& source) const
{
    return bySource_.value(source, -1);
}

fs::path SurveyLibrary::ownFolder() const
{
    return c_.ownSurveys();
}

std::vector<std::string> SurveyLibrary::bases(const SurveyFacts& facts) const
{
    std::vector<std::string> all{withoutSlash(facts.entry.info.url)};
    for (const std::string& m : facts.entry.info.mirrors) all.push_back(withoutSlash(m));
    return all;
}

int SurveyLibrary::add(SurveyEntry entry, const std::string& folder)
{
    if (const int known = indexOf(entry.source); known >= 0) return known;
    SurveyFacts facts;
    facts.folder = folder;
    facts.health = folder.empty() ? Health::Unknown : Health::Here;
    facts.entry = std::move(entry);
    bySource_.insert(facts.entry.source, size());
    all_.push_back(std::move(facts));
    return size() - 1;
}

/// Folders and addresses that were opened before.
void SurveyLibrary::addOwn()
{
    for (const std::string& source : c_.settings().ownSurveys) {
        SurveyEntry e;
        e.source = q(source);
        e.title = e.source.section(QLatin1Char('/'), -1, -1, QString::SectionSkipEmpty);
        e.searchText = e.source;
        e.info.url = withoutSlash(source);
        add(std::move(e), isWeb(source) ? std::string() : source);
    }
}

void SurveyLibrary::touch(int index)
{
    changed_.insert(index);
    if (!batch_.isActive()) batch_.start();
}

void SurveyLibrary::look()
{
    const int before = size();
    addOwn();
    if (size() > before) emit grown();
    std::vector<Looked> jobs;
    for (int i = 0; i < size(); ++i) {
        const SurveyFacts& f = at(i);
        Looked job;
        job.index = i;
        job.folder = f.folder;
        if (!f.local()) job.servers = bases(f);
        job.info = f.info();
        jobs.push_back(std::move(job));
    }
    if (lookFlag_) lookFlag_->cancel();
    lookFlag_ = std::make_shared<PendingFlag>();
    looking_ = 1;
    c_.workExecutor().post([this, flag = lookFlag_, jobs = std::move(jobs), kept = c_.network().kept(), own = ownFolder(), ui = &c_.uiExecutor()]() mutable {
        std::vector<std::string> folders;
        std::error_code failure;
        for (fs::directory_iterator it(own, failure), end; !failure && it != end && folders.size() < kMaxFound; it.increment(failure)) {
            std::error_code none;
            if (fs::is_regular_file(it->path() / "properties", none)) folders.push_back(it->path().string());
        }
        for (Looked& job : jobs) {
            if (flag->cancelled()) return;
            if (job.folder.empty()) job.readKept(kept);
            else job.readLocal();
        }
        flag->deliver(*ui, [this, jobs = std::move(jobs), folders = std::move(folders)] { looked(jobs, folders); });
    });
}

void SurveyLibrary::looked(const std::vector<Looked>& found, const std::vector<std::string>& folders)
{
    looking_ = 0;
    for (const Looked& l : found) {
        SurveyFacts& f = all_[static_cast<size_t>(l.index)];
        f.kept = l.kept;
        if (l.said && (!f.said || f.local())) {
            f.said = l.said;
            f.warnings.clear();
            for (const std::string& w : l.warnings) f.warnings << q(w);
            if (f.entry.id.isEmpty()) f.entry.searchText = f.title() + QLatin1Char(' ') + f.entry.source + QLatin1Char(' ') + q(f.said->regime);
        }
        if (l.coverage) f.coverage = l.coverage;
        if (f.local()) {
            f.health = l.gone ? Health::Silent : Health::Here;
            f.trouble = q(l.trouble);
        }
        touch(l.index);
    }
    std::vector<Looked> fresh;
    const int before = size();
    for (const std::string& folder : folders) {
        SurveyEntry e;
        e.source = q(folder);
        e.title = e.source.section(QLatin1Char('/'), -1);
        e.searchText = e.source;
        e.info.url = folder;
        add(std::move(e), folder);
    }
    if (size() == before) return;
    emit grown();
    look(); // once more, for these: they are known then
}

// Loads --------------------------------------------------------------------------------------------------------------

bool SurveyLibrary::wantsWork(int index) const
{
    const SurveyFacts& f = at(index);
    if (done_.contains(index) && (f.noPicture || f.health == Health::Silent || pictures_.contains(index))) return false;
    if (f.local()) return !f.noPicture && !pictures_.contains(index);
    if (c_.offline() && !f.kept) return false;
    return !done_.contains(index) || !pictures_.contains(index);
}

void SurveyLibrary::want(const QList<int>& rows)
{
    if (rows == wanted_ && !tasks_.empty()) return;
    wanted_ = rows;
    for (auto it = tasks_.begin(); it != tasks_.end();) {
        if (rows.contains(it->first)) {
            ++it;
            continue;
        }
        if (it->second.work) it->second.work->cancel();
        SurveyFacts& f = all_[static_cast<size_t>(it->first)];
        if (f.health == Health::Asking) f.health = Health::Unknown;
        touch(it->first);
        it = tasks_.erase(it);
    }
    startNext();
}

void SurveyLibrary::startNext()
{
    for (const int index : std::as_const(wanted_)) {
        if (tasks_.size() >= kAtOnce) return;
        if (!tasks_.contains(index) && wantsWork(index)) start(index);
    }
}

void SurveyLibrary::askAgain(int index)
{
    done_.remove(index);
    all_[static_cast<size_t>(index)].noPicture = false;
    if (!wanted_.contains(index)) wanted_.prepend(index);
    startNext();
}

void SurveyLibrary::start(int index)
{
    SurveyFacts& f = all_[static_cast<size_t>(index)];
    if (f.local()) {
        startLocal(index);
        return;
    }
    Task& task = tasks_[index];
    task.step = done_.contains(index) && f.said ? Step::Preview : Step::Properties; // only the picture was let go
    if (f.health == Health::Unknown) f.health = Health::Asking;
    touch(index);
    ask(index);
}

void SurveyLibrary::startLocal(int index)
{
    const SurveyFacts& f = at(index);
    Task& task = tasks_[index];
    task.work = std::make_shared<PendingFlag>();
    c_.workExecutor().post(Priority::Prefetch, [this, index, flag = task.work, folder = f.folder, ui = &c_.uiExecutor()] {
        if (flag->cancelled()) return;
        QImage picture;
        if (const auto open = hips::openLocalSurvey(folder, {}, {}))
            if (const auto made = hips::localPreview(folder, open->info, open->coverage.get(), kPictureSide)) picture = toImage(*made);
        flag->deliver(*ui, [this, index, picture] {
            keepPicture(index, picture);
            finish(index);
        });
    });
}

/// The next question of a task.
void SurveyLibrary::ask(int index)
{
    const SurveyFacts& f = at(index);
    Task& task = tasks_.at(index);
    const auto servers = bases(f);
    net::Request r;
    r.priority = Priority::Prefetch;
    r.idleTimeout = std::chrono::milliseconds(10000);
    std::string path = "properties";
    switch (task.step) {
    case Step::Properties:
        r.maxBytes = kMaxProperties;
        r.validate = [](ByteView body) {
            return hips::sniffImage(body) == hips::ImageKind::Html ? "expected the properties of a HiPS, found an HTML page" : std::string();
        };
        break;
    case Step::Preview:
        path = "preview.jpg";
        r.maxBytes = kMaxPreview;
        r.validate = [](ByteView body) { return hips::whyNotTile(body, hips::TileFormat::Jpeg); };
        break;
    case Step::Allsky:
        path = hips::allskyPath(kAllskyOrder, allskyFormat(f.info()));
        r.maxBytes = kMaxAllsky;
        r.validate = [format = allskyFormat(f.info())](ByteView body) { return hips::whyNotTile(body, format); };
        break;
    }
    r.url = servers[std::min(task.server, servers.size() - 1)] + "/" + path;
    task.since.start();
    task.request = c_.network().send(std::move(r), c_.uiExecutor(), [this, index](Expected<net::Response> got) {
        Answer a;
        if (got) {
            a.response = std::move(*got);
        } else {
            a.why = q(got.error().text());
            a.missing = got.error().code == Errc::NotFound || got.error().http == 403;
        }
        answered(index, got.has_value(), a);
    });
}

void SurveyLibrary::answered(int index, bool ok, const Answer& answer)
{
    SurveyFacts& f = all_[static_cast<size_t>(index)];
    Task& task = tasks_.at(index);
    const Pending over = std::move(task.request); // ends with this function, not inside its own answer
    switch (task.step) {
    case Step::Properties: {
        auto read = ok ? hips::parseProperties(asText(*answer.response.body)) : Expected<Read<hips::SurveyInfo>>(Error{});
        if (read) {
            f.said = std::move(read->value);
            f.warnings.clear();
            for (const std::string& w : read->warnings) f.warnings << q(w);
            f.health = answer.response.stale ? f.kept ? Health::Kept : Health::Unknown : Health::Answers;
            f.answerMs = answer.response.fromCache ? -1 : static_cast<int>(task.since.elapsed());
            f.trouble.clear();
            if (f.entry.id.isEmpty()) f.entry.searchText = f.title() + QLatin1Char(' ') + f.entry.source + QLatin1Char(' ') + q(f.said->regime);
        } else {
            if (f.trouble.isEmpty()) f.trouble = ok ? q(read.error().what) : answer.why;
            if (++task.server < bases(f).size()) {
                ask(index);
                return;
            }
            task.server = 0;
            f.health = c_.offline() ? Health::Unknown : f.kept ? Health::Kept : Health::Silent;
            if (!answer.missing) {
                f.noPicture = true; // until the network changes
                finish(index);
                return;
            }
            f.health = Health::Answers; // it is there, only its properties are not
        }
        done_.insert(index);
        touch(index);
        if (pictures_.contains(index)) finish(index);
        else task.step = Step::Preview, ask(index);
        return;
    }
    case Step::Preview:
        if (ok) {
            decode(index, answer.response.body, -1);
        } else {
            task.step = Step::Allsky;
            ask(index);
        }
        return;
    case Step::Allsky:
        if (ok) {
            decode(index, answer.response.body, kAllskyOrder);
        } else {
            f.noPicture = true;
            finish(index);
        }
        return;
    }
}

void SurveyLibrary::decode(int index, BytesPtr file, int allskyOrder)
{
    const SurveyFacts& f = at(index);
    Task& task = tasks_.at(index);
    task.work = std::make_shared<PendingFlag>();
    c_.workExecutor().post(Priority::Prefetch, [this, index, allskyOrder, flag = task.work, file = std::move(file), info = f.info(), coverage = f.coverage, ui = &c_.uiExecutor()] {
        if (flag->cancelled()) return;
        const auto made = allskyOrder < 0 ? hips::previewOfPicture(*file, kPictureSide) : hips::previewOfAllsky(*file, allskyOrder, info, coverage.get(), kPictureSide);
        flag->deliver(*ui, [this, index, picture = made ? toImage(*made) : QImage()] {
            keepPicture(index, picture);
            finish(index);
        });
    });
}

void SurveyLibrary::keepPicture(int index, QImage picture)
{
    if (picture.isNull()) {
        all_[static_cast<size_t>(index)].noPicture = true;
        return;
    }
    pictures_[index] = {std::move(picture), ++clock_};
    size_t bytes = 0;
    for (const auto& [i, p] : pictures_) bytes += static_cast<size_t>(p.image.sizeInBytes());
    while (bytes > kPictureBytes && pictures_.size() > 1) {
        const auto oldest = std::min_element(pictures_.begin(), pictures_.end(), [](const auto& a, const auto& b) { return a.second.used < b.second.used; });
        bytes -= static_cast<size_t>(oldest->second.image.sizeInBytes());
        pictures_.erase(oldest);
    }
}

void SurveyLibrary::finish(int index)
{
    done_.insert(index);
    tasks_.erase(index);
    touch(index);
    startNext();
}

QImage SurveyLibrary::picture(int index) const
{
    const auto it = pictures_.find(index);
    if (it == pictures_.end()) return {};
    it->second.used = ++clock_;
    return it->second.image;
}

} // namespace firmament::window
