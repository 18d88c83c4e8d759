// What is judged of a HiPS tree wherever it lies: its properties, its coverage map, the content of its tiles
// (HiPS 1.0, sections 4.1 to 4.4).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "hips/survey_info.h"
#include "sky/moc.h"

namespace firmament::cli {

struct TreeCheck {
    std::vector<std::string> errors, warnings;
    uint64_t tiles = 0; ///< files that decode as a tile should
    bool ok() const { return errors.empty(); }
};

/// Lines by kind, each kind cut after a few: the rest is counted in one line.
class Findings {
public:
    void add(const std::string& kind, const std::string& line);
    std::vector<std::string> lines() const;

private:
    struct Entry {
        size_t count = 0;
        std::vector<std::string> lines;
    };
    std::map<std::string, Entry> kinds_;
};

class TreeJudge {
public:
    Findings errors, warnings;
    std::optional<hips::SurveyInfo> info; ///< once properties have been read
    std::shared_ptr<const sky::Moc> mapInFrame; ///< coverage as readers use it, in the survey's frame; null: none of use
    std::optional<sky::Moc> coverage;     ///< as in the file
    uint64_t tiles = 0;

    void readProperties(const Expected<Bytes>& file);
    void readCoverage(const Expected<Bytes>& file); ///< Errc::NotFound: there is none
    /// Decodes a mosaic of this order. False, and an error, when it is none.
    bool readAllsky(const std::string& shown, hips::TileFormat format, int order, ByteView bytes);
    /// Decodes one tile and counts it. False, and an error, when it is not as it should be.
    bool readTile(const std::string& shown, hips::TileFormat format, ByteView bytes);
    TreeCheck result() const { return {errors.lines(), warnings.lines(), tiles}; }

private:
    void judgeWords(std::string_view properties);
    void judgeStart();
};

} // namespace firmament::cli
