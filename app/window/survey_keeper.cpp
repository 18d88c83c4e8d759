#include "app/window/survey_keeper.h"

#include <algorithm>

#include "app/window/controller.h"
#include "hips/tile_decode.h"

namespace firmament::window {

namespace {

constexpr size_t kAtOnce = 6, kSamples = 3;
constexpr uint64_t kMaxFile = uint64_t{64} << 20;

struct Finder {
    const KeepWish& wish;
    sky::Cap cap;
    bool everything;
    std::vector<sky::Cell> found;

    /// False when there are too many.
    bool descend(sky::Cell cell)
    {
        if (!everything && !cap.overlaps(sky::boundingCap(cell))) return true;
        if (wish.coverage && wish.coverage->cover(cell) == sky::Moc::Cover::None) return true;
        if (cell.order >= wish.info.orderMin) found.push_back(cell);
        if (found.size() > kMostKept) return false;
        if (cell.order >= wish.order) return true;
        for (int k = 0; k < 4; ++k)
            if (!descend(cell.child(k))) return false;
        return true;
    }
};

bool isTile(const std::string& path)
{
    return path.find("/Npix") != std::string::npos;
}

} // namespace

std::optional<std::vector<sky::Cell>> cellsToKeep(const KeepWish& wish)
{
    const bool body = wish.info.frame == sky::Frame::Body;
    if (body != (wish.view.frame() == sky::Frame::Body)) return std::nullopt;
    Finder finder{wish, wish.view.boundingCap(wish.info.frame), wish.view.wholeSky(), {}};
    for (uint64_t pix = 0; pix < 12; ++pix)
        if (!finder.descend({0, pix})) return std::nullopt;
    std::stable_sort(finder.found.begin(), finder.found.end(), [](const sky::Cell& a, const sky::Cell& b) { return a.order < b.order; });
    return std::move(finder.found);
}

SurveyKeeper::SurveyKeeper(Controller& controller, QObject* parent) : QObject(parent), c_(controller) {}
SurveyKeeper::~SurveyKeeper() = default;

double SurveyKeeper::bytesExpected() const
{
    return sampled_ > 0 ? sampledBytes_ / static_cast<double>(sampled_) * static_cast<double>(paths_.size()) : 0;
}

void SurveyKeeper::measure(KeepWish wish)
{
    if (phase_ == Phase::Keeping) return;
    asked_.clear();
    wish_ = std::move(wish);
    paths_.clear();
    done_ = missing_ = failed_ = sampled_ = 0;
    bytes_ = sampledBytes_ = 0;
    const auto cells = cellsToKeep(wish_);
    if (!cells || cells->empty()) {
        phase_ = Phase::Idle;
        emit changed();
        return;
    }
    const hips::TileFormat format = hips::chooseFormat(wish_.info, {});
    for (const sky::Cell& cell : *cells) paths_.push_back(hips::tilePath(cell, format));
    // Of the deepest order, which most of them are.
    waiting_.clear();
    for (size_t i = 0; i < std::min(kSamples, paths_.size()); ++i) waiting_.push_back(paths_[paths_.size() - 1 - i * (paths_.size() / kSamples) / 2]);
    waiting_.erase(std::unique(waiting_.begin(), waiting_.end()), waiting_.end());
    phase_ = Phase::Measuring;
    next();
}

void SurveyKeeper::start()
{
    if (phase_ != Phase::Measured && phase_ != Phase::Measuring && phase_ != Phase::Done) return;
    asked_.clear();
    done_ = missing_ = failed_ = 0;
    bytes_ = 0;
    waiting_.assign(paths_.rbegin(), paths_.rend()); // the coarse ones first: they show something at once
    for (const char* opens : {"Moc.fits", "properties"}) waiting_.push_back(opens);
    if (wish_.info.orderMin > 0) waiting_.push_back(hips::allskyPath(3, hips::chooseFormat(wish_.info, {})));
    phase_ = Phase::Keeping;
    next();
}

void SurveyKeeper::stop()
{
    if (phase_ != Phase::Keeping) return;
    waiting_.clear();
    asked_.clear();
    end();
}

/// Answers may come while it asks (from the cache).
void SurveyKeeper::next()
{
    if (advancing_) return;
    advancing_ = true;
    while (!waiting_.empty() && asked_.size() < kAtOnce) {
        const std::string path = std::move(waiting_.back());
        waiting_.pop_back();
        if (!asked_.contains(path)) ask(path);
    }
    advancing_ = false;
    if (waiting_.empty() && asked_.empty()) end();
    else emit changed();
}

void SurveyKeeper::ask(const std::string& path)
{
    net::Request r;
    r.url = wish_.base + "/" + path;
    const bool tile = isTile(path) || path.find("Allsky") != std::string::npos;
    r.shelf = tile ? "tiles" : "surveys";
    r.priority = Priority::Prefetch;
    r.maxBytes = kMaxFile;
    if (tile) r.validate = [format = hips::chooseFormat(wish_.info, {})](ByteView body) { return hips::whyNotTile(body, format); };
    asked_[path]; // counts before the answer, which may come at once
    Pending pending = c_.network().send(std::move(r), c_.uiExecutor(), [this, path](const Expected<net::Response>& answer) { answered(path, answer); });
    if (const auto it = asked_.find(path); it != asked_.end()) it->second = std::move(pending);
}

void SurveyKeeper::answered(const std::string& path, const Expected<net::Response>& answer)
{
    const bool none = !answer && (answer.error().code == Errc::NotFound || answer.error().http == 403 || answer.error().http == 410);
    const double size = answer && answer->body ? static_cast<double>(answer->body->size()) : 0;
    if (phase_ == Phase::Measuring) {
        if (answer) {
            ++sampled_;
            sampledBytes_ += size;
        }
    } else {
        bytes_ += size;
        if (isTile(path)) {
            ++done_;
            missing_ += none;
            failed_ += !answer && !none;
        }
    }
    const Pending keep = std::move(asked_[path]); // this very call comes from it
    asked_.erase(path);
    next();
}

void SurveyKeeper::end()
{
    const bool kept = phase_ == Phase::Keeping;
    phase_ = kept ? Phase::Done : Phase::Measured;
    if (kept) {
        const QString title = QString::fromStdString(wish_.title);
        if (failed_ > 0) c_.toast(tr("%1: %2 of %3 tiles are kept, %4 could not be loaded.").arg(title).arg(done_ - failed_ - missing_).arg(total()).arg(failed_));
        else c_.toast(done_ < total() ? tr("%1: stopped, %2 of %3 tiles are kept.").arg(title).arg(done_).arg(total()) : tr("%1: %2 tiles are kept for offline.").arg(title).arg(done_ - missing_));
    }
    emit changed();
}

} // namespace firmament::window
