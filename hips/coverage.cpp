#include "hips/coverage.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "fits/moc_fits.h"

namespace firmament::hips {
namespace {

/// Requests are limited by cells, not by pixels: finer borders only cost time (4000 cells: some 20 ms).
constexpr uint64_t kMaxCells = 4000;

/// How many cells there are when none may be larger than those of `order`.
uint64_t countDownTo(const std::vector<sky::Cell>& cells, int order)
{
    uint64_t n = 0;
    for (const sky::Cell& c : cells) n += c.order < order ? uint64_t{1} << (2 * (order - c.order)) : 1;
    return n;
}

/// Places over the cell, each with the cells round the one it falls into: no part of the cell can be further away.
void addTurned(const sky::Cell& c, const Eigen::Matrix3d& turn, std::vector<sky::Range29>& out)
{
    constexpr double kAt[5][2] = {{0.5, 0.5}, {0.02, 0.02}, {0.98, 0.02}, {0.02, 0.98}, {0.98, 0.98}};
    std::vector<uint64_t> done;
    for (const auto& at : kAt) {
        const sky::Cell hit = sky::cellAt(turn * sky::cellPoint(c, at[0], at[1]), c.order);
        if (std::find(done.begin(), done.end(), hit.pix) != done.end()) continue;
        done.push_back(hit.pix);
        out.push_back({hit.first29(), hit.end29()});
        for (const auto& n : sky::neighbours(hit))
            if (n) out.push_back({n->first29(), n->end29()});
    }
}

/// The start of a view that properties name, in the survey's frame.
std::optional<sky::Dir> saidPlace(const SurveyInfo& info)
{
    if (!info.initialRa || !info.initialDec) return std::nullopt;
    const sky::Frame said = info.frame == sky::Frame::Body ? info.frame : sky::Frame::Icrs;
    return sky::toDir(sky::converted({sky::Angle::deg(*info.initialRa), sky::Angle::deg(*info.initialDec), said}, info.frame));
}

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
    // Large cells in small parts, as the rim that is added is one cell wide.
    int finest = 0;
    while (finest < coarse.order() && countDownTo(cells, finest + 1) <= kMaxCells) ++finest;
    const Eigen::Matrix3d turn = sky::rotation(from, to);
    std::vector<sky::Range29> ranges;
    for (const sky::Cell& c : cells) {
        const int down = std::max(0, finest - int{c.order});
        const uint64_t parts = uint64_t{1} << (2 * down);
        for (uint64_t i = 0; i < parts; ++i)
            addTurned({static_cast<uint8_t>(c.order + down), (c.pix << (2 * down)) + i}, turn, ranges);
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

void aimAtCoverage(SurveyInfo& info, const sky::Moc& coverage)
{
    if (coverage.empty()) return;
    if (!info.skyFraction) info.skyFraction = coverage.fraction();
    if ((info.initialRa && info.initialDec) || coverage.fraction() > 0.2) return;
    sky::Moc coarse = coverage;
    std::vector<sky::Cell> cells = coarse.cells();
    for (int order = coverage.order(); cells.size() > kMaxCells && order > 2; --order) cells = (coarse = coverage.degraded(order)).cells();
    sky::Dir sum = sky::Dir::Zero();
    for (const sky::Cell& c : cells) sum += sky::cellCentre(c) * std::exp2(-2.0 * c.order);
    const double length = sum.norm();
    if (!(length > 0)) return;
    const sky::Dir centre = sum / length;
    double radius = 0;
    for (const sky::Cell& c : cells)
        for (const auto& [x, y] : {std::pair{0.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}, {1.0, 1.0}})
            radius = std::max(radius, sky::separation(centre, sky::cellPoint(c, x, y)).deg());
    const sky::SkyPos middle = sky::toPos(centre, info.frame);
    const sky::SkyPos place = info.frame == sky::Frame::Body ? middle : sky::converted(middle, sky::Frame::Icrs);
    info.initialRa = place.lon.deg();
    info.initialDec = place.lat.deg();
    if (!info.initialFov) info.initialFov = std::min(360.0, 2.2 * radius);
}

std::vector<sky::Dir> likelyPlaces(const SurveyInfo& info, const sky::Moc* coverage)
{
    if (const auto said = saidPlace(info); said && (!coverage || coverage->contains(*said))) return {*said};
    if (coverage && !coverage->empty()) {
        const auto ranges = coverage->ranges();
        const sky::Range29 r = *std::max_element(ranges.begin(), ranges.end(), [](const auto& a, const auto& b) { return a.end - a.first < b.end - b.first; });
        return {sky::cellCentre({sky::kMaxOrder, r.first + (r.end - r.first) / 2})};
    }
    const Eigen::Matrix3d turn = info.frame == sky::Frame::Body ? Eigen::Matrix3d::Identity() : sky::rotation(sky::Frame::Galactic, info.frame);
    return {turn * sky::Dir::UnitX(), turn * sky::Dir(-0.5, 0.6, 0.62).normalized(), turn * sky::Dir(-0.5, -0.6, -0.62).normalized()};
}

std::shared_ptr<const sky::Moc> saidCoverage(const SurveyInfo& info)
{
    const auto place = saidPlace(info);
    if (!place) return nullptr;
    // Fine enough for the field, and no finer than what is asked for.
    const double field = std::clamp(info.initialFov.value_or(1.0), 1e-4, 360.0);
    const int order = std::clamp(static_cast<int>(std::lround(std::log2(58.6 / field))) + 3, 0, info.orderMax);
    return std::make_shared<const sky::Moc>(sky::Moc::cone(*place, sky::Angle::deg(field / 2), order));
}

} // namespace firmament::hips
