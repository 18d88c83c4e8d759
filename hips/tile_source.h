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

/// What turned out to be otherwise than properties say; empty where they are right, or nothing is known better.
struct LearntFacts {
    std::optional<int> orderMin, tileWidth;
    bool operator==(const LearntFacts&) const = default;
};
/// Orders below SurveyInfo::orderMin whose tiles load() makes of others, at the price of many of them.
struct MadeOrders {
    int lowest = 0;
    int whole = 0; ///< from this one on they show all that the survey has; above it, only what lies where it says that it has data
    bool operator==(const MadeOrders&) const = default;
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
    /// One value of a tile that is `rounded`, as its file has it, NaN where blank. The file is read again, from the disk cache if it is of a
    /// server. width, column and row are those of the tile.
    [[nodiscard]] virtual Pending exactValue(sky::Cell /*cell*/, int /*width*/, int /*column*/, int /*row*/, std::function<void(Expected<double>)> /*done*/) { return {}; }
    virtual SourceStats stats() const = 0;
    virtual std::optional<MadeOrders> made() const { return std::nullopt; }
    virtual LearntFacts learnt() const { return {}; }
};

/// A survey ready to be drawn.
struct OpenSurvey {
    SurveyInfo info;
    TileFormat format = TileFormat::Jpeg;
    int channel = 0; ///< of a cube
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
    std::optional<int> channel; ///< of a cube, from 0; empty: the one that it suggests
    bool pastCache = false;     ///< of a server: each file is asked for anew once, whatever the disk cache has
    size_t mostListed = 4000; ///< of a folder without a coverage map: so many names are read at once (a few ms)
};
/// `where`: a folder, an http(s) base address, or an id of the survey list. `done` on env.ui.
[[nodiscard]] Pending openSurvey(const std::string& where, const OpenOptions& options, const SurveyEnvironment& env,
                                 std::function<void(Expected<OpenSurvey>)> done);
/// The same for a folder, at once, on the caller's thread (a few small files are read). When the listing was cut short,
/// openSurvey() does it in the background, and in full.
Expected<OpenSurvey> openLocalSurvey(const std::string& folder, const OpenOptions& options, const SurveyEnvironment& env);

} // namespace firmament::hips
