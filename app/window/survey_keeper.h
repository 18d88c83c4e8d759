// "Keep for offline": asks for every tile of a survey that the view touches, down to an order, so that the disk cache has them.
// One survey at a time, at the lowest priority, a few requests at once; goes on while the user does something else. ui thread.
#pragma once

#include <QObject>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/pending.h"
#include "hips/survey_info.h"
#include "net/network.h"
#include "sky/moc.h"
#include "sky/view.h"

namespace firmament::window {

class Controller;

/// What is to be kept.
struct KeepWish {
    std::string base; ///< address of the survey, no trailing slash
    std::string title;
    hips::SurveyInfo info;
    std::shared_ptr<const sky::Moc> coverage; ///< in the survey's frame; null: not known
    sky::SkyView view;
    int order = 0;    ///< the deepest one
};

inline constexpr size_t kMostKept = 20000; ///< tiles

/// The tiles that the view touches, from the survey's lowest order down; empty: more than kMostKept, or another frame (a planet).
std::optional<std::vector<sky::Cell>> cellsToKeep(const KeepWish& wish);

class SurveyKeeper final : public QObject {
    Q_OBJECT
public:
    enum class Phase : uint8_t { Idle, Measuring, Measured, Keeping, Done };
    explicit SurveyKeeper(Controller& controller, QObject* parent);
    ~SurveyKeeper() override;

    /// Gets three of the tiles to know how large they are. Ends what was measured before, but not what is being kept.
    void measure(KeepWish wish);
    void start(); ///< what was measured
    void stop();
    Phase phase() const { return phase_; }
    const KeepWish& wish() const { return wish_; }
    size_t total() const { return paths_.size(); }
    size_t done() const { return done_; }
    size_t missing() const { return missing_; } ///< the server has no such tile
    size_t failed() const { return failed_; }
    double bytesExpected() const; ///< of all of them
    double bytesGot() const { return bytes_; }

signals:
    void changed();

private:
    void next();
    void ask(const std::string& path);
    void answered(const std::string& path, const Expected<net::Response>& answer);
    void end();

    Controller& c_;
    KeepWish wish_;
    Phase phase_ = Phase::Idle;
    std::vector<std::string> paths_;   ///< of all tiles, with what opens the survey
    std::vector<std::string> waiting_; ///< the next one last
    std::map<std::string, Pending> asked_;
    size_t done_ = 0, missing_ = 0, failed_ = 0, sampled_ = 0;
    double bytes_ = 0, sampledBytes_ = 0;
    bool advancing_ = false;
};

} // namespace firmament::window
