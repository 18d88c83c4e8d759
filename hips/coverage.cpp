#include "hips/coverage.h"

#include "fits/moc_fits.h"

namespace firmament::hips {
namespace {

/// Requests are limited by cells, not by pixels: finer borders only cost memory and time.
constexpr size_t kMaxCells = 20000;

} // namespace

sky::Moc mocInFrame(const sky::Moc& moc, sky::Frame from, sky::Frame to)
{
    if (from == to || from == sky::Frame::Body || to == sky::Frame::Body || moc.empty() || moc.fraction() == 1) return moc;
    sky::Moc coarse = moc;
    std::vector<sky::Cell> cells = coarse.cells();
    for (int order = std::min(moc.order(), 11); cells.size() > kMaxCells && order > 2; --order) {
        coarse = moc.degraded(order);
        cells = coarse.cells();
    }
    const Eigen::Matrix3d turn = sky::rotation(from, to);
    std::vector<sky::Range29> ranges;
    for (const sky::Cell& c : cells) {
        // Nine places of the cell, each with the cells round the one it falls into: no part of it can be further away.
        for (int i = 0; i < 9; ++i) {
            const sky::Cell hit = sky::cellAt(turn * sky::cellPoint(c, 0.5 * (i % 3), 0.5 * (i / 3)), c.order);
            ranges.push_back({hit.first29(), hit.end29()});
            for (const auto& n : sky::neighbours(hit))
                if (n) ranges.push_back({n->first29(), n->end29()});
        }
    }
    return sky::Moc::fromRanges(std::move(ranges), coarse.order());
}

std::shared_ptr<const sky::Moc> readCoverage(ByteView file, const SurveyInfo& info, std::vector<std::string>& warnings)
{
    auto read = fits::readMocFile(file);
    if (!read) {
        warnings.push_back("coverage map ignored: " + read.error().what);
        return nullptr;
    }
    for (std::string& w : read->warnings) warnings.push_back("coverage map: " + std::move(w));
    const std::string& system = read->value.coordsys;
    // HiPS 1.0 means ICRS when nothing is said; a body's map is in the body's frame whatever it says.
    sky::Frame frame = sky::Frame::Icrs;
    if (!system.empty() && (system[0] == 'G' || system[0] == 'g')) frame = sky::Frame::Galactic;
    if (!system.empty() && (system[0] == 'E' || system[0] == 'e') && system != "EQU" && system.substr(0, 2) != "EQ" &&
        system.substr(0, 2) != "eq")
        frame = sky::Frame::EclipticJ2000;
    if (info.frame == sky::Frame::Body) frame = sky::Frame::Body;
    if (frame == sky::Frame::Icrs && info.frame == sky::Frame::Fk5) frame = sky::Frame::Fk5; // 20 mas apart: the same here
    if (read->value.moc.empty()) {
        warnings.emplace_back("coverage map ignored: it is empty");
        return nullptr;
    }
    return std::make_shared<const sky::Moc>(mocInFrame(read->value.moc, frame, info.frame));
}

} // namespace firmament::hips
