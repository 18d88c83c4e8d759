// Where the tiles of one survey come from. load() and the callbacks are on the thread of the executor given at
// construction (the ui thread in programs); reading and decoding happen on the work pool.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/executor.h"
#include "core/pending.h"
#include "core/result.h"
#include "hips/survey_info.h"
#include "hips/tile.h"
#include "net/network.h"

namespace firmament::hips {

struct SourceStats {
    uint64_t requested = 0, ok = 0, missing = 0, failed = 0, bytes = 0;
};

class TileSource {
public:
    virtual ~TileSource() = default;
    using Done = std::function<void(Expected<TilePtr>)>;
    /// Errc::NotFound: the survey has no such tile (not a failure). Others: trouble; Error::retry says whether to ask again.
    [[nodiscard]] virtual Pending load(sky::Cell cell, Priority priority, float distance, Done done) = 0;
    /// The base cells (the 12 of order 0, or fewer) made of Allsky, where the survey has one worth using. Called once at the start.
    /// Each tile found is delivered through `each`; `end` runs once at the end with the order that was delivered.
    [[nodiscard]] virtual Pending loadBase(std::function<void(sky::Cell, TilePtr)> each, std::function<void()> end) = 0;
    virtual SourceStats stats() const = 0;
    /// When load() also makes tiles of orders below SurveyInfo::orderMin, at the price of many others: the lowest of them.
    virtual std::optional<int> lowestMade() const { return std::nullopt; }
};

/// A survey ready to be drawn.
struct OpenSurvey {
    SurveyInfo info;
    TileFormat format = TileFormat::Jpeg;
    std::shared_ptr<const sky::Moc> coverage; ///< in the survey's frame; null when unknown
    std::unique_ptr<TileSource> source;
    std::vector<std::string> warnings;
    bool listingCutShort = false; ///< a folder with more tiles than OpenOptions::mostListed, and no coverage map
};

struct SurveyEnvironment {
    Executor* ui = nullptr;
    Executor* work = nullptr;
    net::Transport* net = nullptr; ///< null: only folders can be opened
};

struct OpenOptions {
    std::optional<TileFormat> format;
    int channel = 0;
    bool pastCache = false;   ///< of a server: each file is asked for anew once, whatever the disk cache has
    size_t mostListed = 4000; ///< of a folder without a coverage map: so many names are read at once (a few ms)
};
/// `where`: a folder, an http(s) base address, or an id of the survey list. `done` on env.ui.
[[nodiscard]] Pending openSurvey(const std::string& where, const OpenOptions& options, const SurveyEnvironment& env,
                                 std::function<void(Expected<OpenSurvey>)> done);
/// The same for a folder, at once, on the caller's thread (a few small files are read). When the listing was cut short,
/// openSurvey() does it in the background, and in full.
Expected<OpenSurvey> openLocalSurvey(const std::string& folder, const OpenOptions& options, const SurveyEnvironment& env);

} // namespace firmament::hips
