#include "scene/star_layer.h"

#include <algorithm>
#include <cmath>

#include <Eigen/Geometry>

#include "catalogs/star_colour.h"
#include "scene/label_placer.h"
#include "scene/paper.h"
#include "scene/words.h"

namespace firmament::scene {

namespace {

using catalogs::SkyData;

constexpr float kBright = 7.0f;   ///< to here one set of points serves the whole sky; fainter stars come by cells
constexpr double kSizeSlope = 0.10; ///< log10 of the diameter a magnitude
constexpr double kFaintDiameter = 1.9; ///< pixels, at the limit
constexpr float kInkScale = 0.72f;
constexpr double kFadeBelow = 0.6;   ///< magnitudes below the limit over which stars fade in
const render::Rgba kVectorColour = rgb(0xE8AE27);
constexpr size_t kMostVectors = 20000; ///< architecture.md section 5.2
constexpr size_t kMostLabels = 60;
constexpr size_t kMostDeepCells = 160; ///< kept of 768, each about 45 kB with its points
constexpr size_t kMostNamesKept = 20000;
constexpr double kMasToRad = sky::kRadPerDeg / 3.6e6;

TextStyle nameStyle(const FrameInput& frame)
{
    TextStyle s;
    s.size = 11.5f;
    s.colour = frame.colours.text;
    return s;
}

uint64_t labelKey(uint32_t star)
{
    return (uint64_t{1} << 56) | star;
}

std::string signedText(double v, int decimals)
{
    return (v >= 0 ? "+" : "") + number(v, decimals);
}

} // namespace

namespace {

/// Five magnitudes for each factor ten in scale keep the number on screen about the same. Wide fields show only the brightest:
/// the default survey has the others in its pixels.
double unboundedLimit(double fovDeg, const StarsState& state, bool surveyBelow)
{
    double limit = 5.0 + 5.0 * std::log10(60.0 / std::max(fovDeg, 1e-9));
    if (!surveyBelow) limit += 1.5;
    return std::max(limit, surveyBelow ? 2.5 : 4.0) + state.boost;
}

} // namespace

double starLimit(double fovDeg, const StarsState& state, bool surveyBelow)
{
    return std::min(unboundedLimit(fovDeg, state, surveyBelow), state.faintest);
}

double starSizeLimit(double fovDeg, const StarsState& state, bool surveyBelow)
{
    constexpr double kGrowth = 2.5;
    return std::min(unboundedLimit(fovDeg, state, surveyBelow), state.faintest + kGrowth);
}

double starDiameter(double magnitude, double limit)
{
    return kFaintDiameter * std::pow(10.0, kSizeSlope * (limit - magnitude));
}

StarLayer::StarLayer(LayerId id, LayerServices services, std::shared_ptr<const SkyData> sky)
    : id_(id), services_(std::move(services)), sky_(std::move(sky))
{
    report_.id = id;
    report_.credit = "Stars: ESA Hipparcos, Tycho-2, NOMAD";
}

StarLayer::~StarLayer()
{
    const auto release = [this](render::PointSet* set) {
        if (set) services_.freePoints(set);
    };
    release(brightPoints_);
    release(fastestPoints_);
    for (const auto& [cell, stars] : deep_) release(stars.points);
}

bool StarLayer::setState(const LayerState& layer)
{
    const auto* stars = std::get_if<StarsState>(&layer.content);
    if (!stars) return false;
    state_ = *stars;
    opacity_ = layer.opacity;
    return true;
}

double StarLayer::yearsTo(sky::Epoch epoch) const
{
    return epoch.jyear - sky_->starEpoch().jyear;
}

render::PointRecord StarLayer::record(const catalogs::Star& star) const
{
    constexpr double kUnit = 1073741824.0; // 2^30
    render::PointRecord r{};
    const sky::Dir& d = star.dirIcrs;
    r.x = static_cast<int32_t>(std::lround(d.x() * kUnit));
    r.y = static_cast<int32_t>(std::lround(d.y() * kUnit));
    r.z = static_cast<int32_t>(std::lround(d.z() * kUnit));
    const double flat = std::hypot(d.x(), d.y());
    const sky::Dir east = flat > 1e-12 ? sky::Dir(-d.y() / flat, d.x() / flat, 0) : sky::Dir::UnitY();
    const sky::Dir motion = (east * star.pmRaMas + d.cross(east) * star.pmDecMas) * kMasToRad;
    r.mx = static_cast<float>(motion.x());
    r.my = static_cast<float>(motion.y());
    r.mz = static_cast<float>(motion.z());
    const auto colour = catalogs::starColour(static_cast<double>(star.bv));
    const auto byte = [](float v) { return static_cast<uint8_t>(std::clamp(std::lround(v * 255), 0L, 255L)); };
    r.r = byte(colour[0]);
    r.g = byte(colour[1]);
    r.b = byte(colour[2]);
    r.a = 255;
    r.size = static_cast<float>(std::pow(10.0, -kSizeSlope * static_cast<double>(star.v)));
    return r;
}

void StarLayer::readBright()
{
    constexpr uint32_t kCells = 768;
    brightBegin_.assign(kCells + 1, 0);
    for (uint32_t cell = 0; cell < kCells; ++cell) {
        brightBegin_[cell] = static_cast<uint32_t>(bright_.size());
        for (size_t i = sky_->starBegin(cell); i < sky_->starBegin(cell + 1); ++i) {
            const catalogs::Star s = sky_->star(i);
            if (s.v > kBright) break;
            bright_.push_back({static_cast<float>(s.dirIcrs.x()), static_cast<float>(s.dirIcrs.y()),
                               static_cast<float>(s.dirIcrs.z()), s.v, static_cast<uint32_t>(i)});
        }
    }
    brightBegin_[kCells] = static_cast<uint32_t>(bright_.size());
}

StarLayer::CellStars& StarLayer::deepCell(uint32_t cell)
{
    const auto found = deep_.find(cell);
    if (found != deep_.end()) return found->second;
    CellStars& c = deep_[cell];
    const size_t first = sky_->starBegin(cell) + (brightBegin_[cell + 1] - brightBegin_[cell]), end = sky_->starBegin(cell + 1);
    c.stars.reserve(end - first);
    for (size_t i = first; i < end; ++i) {
        const catalogs::Star s = sky_->star(i);
        c.stars.push_back({static_cast<float>(s.dirIcrs.x()), static_cast<float>(s.dirIcrs.y()), static_cast<float>(s.dirIcrs.z()),
                           s.v, static_cast<uint32_t>(i)});
    }
    return c;
}

void StarLayer::makeParts(const FrameInput& frame, render::Renderer& renderer)
{
    parts_.clear();
    drawn_ = 0;
    const auto draw = static_cast<float>(limit_ + kFadeBelow);
    const auto countTo = [draw](const Mini* begin, const Mini* end) {
        return static_cast<uint32_t>(std::upper_bound(begin, end, draw, [](float v, const Mini& m) { return v < m.v; }) - begin);
    };
    if (!brightPoints_) {
        std::vector<render::PointRecord> records;
        records.reserve(bright_.size());
        for (const Mini& m : bright_) records.push_back(record(sky_->star(m.index)));
        if (!records.empty()) brightPoints_ = renderer.makePoints(records, sky::Frame::Icrs);
    }
    if (brightPoints_) {
        Part part{brightPoints_, {}, &bright_};
        for (const uint32_t cell : frame.cells) {
            const uint32_t first = brightBegin_[cell], end = brightBegin_[cell + 1];
            const uint32_t count = countTo(bright_.data() + first, bright_.data() + end);
            if (count == 0) continue;
            drawn_ += count;
            if (!part.ranges.empty() && part.ranges.back().first + part.ranges.back().count == first) part.ranges.back().count += count;
            else part.ranges.push_back({first, count});
        }
        if (!part.ranges.empty()) parts_.push_back(std::move(part));
    }
    if (draw <= kBright) return;
    for (const uint32_t cell : frame.cells) {
        CellStars& c = deepCell(cell);
        const uint32_t count = countTo(c.stars.data(), c.stars.data() + c.stars.size());
        if (count == 0) continue;
        if (!c.points) {
            std::vector<render::PointRecord> records;
            records.reserve(c.stars.size());
            for (const Mini& m : c.stars) records.push_back(record(sky_->star(m.index)));
            c.points = renderer.makePoints(records, sky::Frame::Icrs);
        }
        drawn_ += count;
        if (c.points) parts_.push_back({c.points, {{0, count}}, &c.stars});
    }
    if (deep_.size() > kMostDeepCells) forgetFarCells(frame);
}

void StarLayer::forgetFarCells(const FrameInput& frame)
{
    std::erase_if(deep_, [&](const auto& entry) {
        if (std::binary_search(frame.cells.begin(), frame.cells.end(), entry.first)) return false;
        if (entry.second.points) services_.freePoints(entry.second.points);
        return true;
    });
}

void StarLayer::makeVectors(const FrameInput& frame)
{
    if (frame.document.vectorYears == 0 || !fastest_.empty() || vectorsTicket_) return;
    // The whole catalogue is read once, beside: which stars move fastest does not change.
    vectorsTicket_ = std::make_shared<int>(0);
    Executor* ui = services_.environment.ui;
    services_.environment.work->post(Priority::Normal, [this, ui, sky = sky_, ticket = std::weak_ptr<int>(vectorsTicket_)] {
        std::vector<std::pair<float, uint32_t>> speeds;
        speeds.reserve(sky->starCount());
        for (size_t i = 0; i < sky->starCount(); ++i) {
            const catalogs::Star s = sky->star(i);
            speeds.emplace_back(static_cast<float>(-std::hypot(s.pmRaMas, s.pmDecMas)), static_cast<uint32_t>(i));
        }
        const size_t keep = std::min(kMostVectors, speeds.size());
        std::partial_sort(speeds.begin(), speeds.begin() + static_cast<std::ptrdiff_t>(keep), speeds.end());
        speeds.resize(keep);
        ui->post([this, ticket, speeds = std::move(speeds)] {
            if (ticket.expired()) return;
            for (const auto& [speed, index] : speeds) fastest_.push_back(record(sky_->star(index)));
            vectorsTicket_.reset();
            services_.needFrame();
        });
    });
}

void StarLayer::prepare(const FrameInput& frame, render::Renderer& renderer)
{
    if (frame.body()) {
        parts_.clear();
        return;
    }
    if (brightBegin_.empty()) readBright();
    limit_ = starLimit(frame.fovDeg(), state_, frame.surveyBelow);
    sizeLimit_ = starSizeLimit(frame.fovDeg(), state_, frame.surveyBelow);
    makeParts(frame, renderer);
    makeVectors(frame);
    if (!fastestPoints_ && !fastest_.empty()) fastestPoints_ = renderer.makePoints(fastest_, sky::Frame::Icrs);
    if (state_.names && frame.text) addLabels(frame);
    if (report_.phase != LayerPhase::Complete) {
        report_.phase = LayerPhase::Complete;
        report_.line = grouped(sky_->starCount()) + " stars, built in";
        services_.reportsChanged();
    }
}

void StarLayer::draw(const FrameInput& frame, Painter& painter)
{
    if (frame.body()) return;
    const double years = yearsTo(frame.document.epoch);
    render::PointStyle style;
    style.symbol = render::Symbol::Disc;
    style.scale = static_cast<float>(starDiameter(0, sizeLimit_));
    if (frame.colours.paper) { // discs of ink; the soft ones of the screen are as dark to two thirds of their radius
        style.symbol = render::Symbol::Dot;
        style.colour = frame.colours.text;
        style.scale *= kInkScale;
    }
    style.minSize = static_cast<float>(kFaintDiameter);
    style.goneSize = static_cast<float>(starDiameter(limit_ + kFadeBelow, limit_));
    style.opacity = static_cast<float>(opacity_);
    const auto batchOf = [this](const Part& p) {
        return PointBatch{p.points, p.ranges, [this, stars = p.stars](uint32_t i) { return record(sky_->star((*stars)[i].index)); }};
    };
    for (const Part& p : parts_) painter.points(batchOf(p), style, years);
    if (frame.document.vectorYears == 0) return;
    const render::PolylineStyle line{withAlpha(frame.colours.paper ? onPaper(kVectorColour) : kVectorColour, 0.9f * static_cast<float>(opacity_)), 1.4f, 0};
    if (frame.fovDeg() > 10) {
        const render::DrawRange all{0, static_cast<uint32_t>(fastest_.size())};
        const PointBatch batch{fastestPoints_, {&all, 1}, [this](uint32_t i) { return fastest_[i]; }};
        if (fastestPoints_) painter.vectors(batch, years, years + frame.document.vectorYears, line);
    } else {
        for (const Part& p : parts_) painter.vectors(batchOf(p), years, years + frame.document.vectorYears, line);
    }
}

void StarLayer::addLabel(const FrameInput& frame, uint32_t index, double v, bool numbersToo)
{
    const catalogs::Star star = sky_->star(index);
    const auto pixel = frame.view.pixelOf(star.at(frame.document.epoch));
    const double margin = frame.labels->margin(labelKey(index));
    if (!pixel || pixel->x() < -margin || pixel->y() < -margin || pixel->x() > frame.view.width() + margin || pixel->y() > frame.view.height() + margin) return;
    if (names_.size() > kMostNamesKept) names_.clear();
    auto [name, isNew] = names_.try_emplace(index);
    if (isNew) name->second = sky_->starLabel(index);
    if (name->second.text.empty() || (name->second.number && !numbersToo)) return;
    LabelRequest r;
    r.key = labelKey(index);
    r.text = name->second.text;
    r.style = nameStyle(frame);
    r.anchor = *pixel;
    r.gap = starDiameter(v, sizeLimit_) / 2 + 4;
    r.priority = v;
    r.opacity = static_cast<float>(opacity_);
    frame.labels->request(std::move(r));
}

void StarLayer::addLabels(const FrameInput& frame)
{
    const sky::Cap seen = frame.view.boundingCap(sky::Frame::Icrs);
    const double around = LabelPlacer::kMargin * frame.view.pixelScale().rad(); // stars whose names still reach into the view
    const double cosSeen = std::cos(std::min(seen.radius.rad() + around, sky::kPi));
    const bool all = frame.view.wholeSky();
    const auto inView = [&](const Mini& m) {
        return all || seen.centre.x() * static_cast<double>(m.x) + seen.centre.y() * static_cast<double>(m.y) +
                              seen.centre.z() * static_cast<double>(m.z) > cosSeen;
    };
    const double properTo = limit_ - 1.5;
    for (const uint32_t index : sky_->namedStars()) {
        const catalogs::Star star = sky_->star(index);
        if (static_cast<double>(star.v) > properTo) break;
        if (all || seen.centre.dot(star.dirIcrs) > cosSeen) addLabel(frame, index, static_cast<double>(star.v), false);
    }
    if (frame.fovDeg() > 25) return;
    // Closer in, letters and Flamsteed's numbers, then catalogue numbers: brightest first, a bounded number.
    const bool numbers = frame.fovDeg() < 3;
    std::vector<std::pair<float, uint32_t>> others;
    const auto gather = [&](const Mini* begin, const Mini* end, float to) {
        for (const Mini* m = begin; m != end && m->v <= to; ++m)
            if (inView(*m)) others.emplace_back(m->v, m->index);
    };
    const auto to = static_cast<float>(frame.fovDeg() > 3 ? limit_ - 2.5 : limit_);
    for (const uint32_t cell : frame.cells) {
        gather(bright_.data() + brightBegin_[cell], bright_.data() + brightBegin_[cell + 1], to);
        if (const auto deep = deep_.find(cell); deep != deep_.end())
            gather(deep->second.stars.data(), deep->second.stars.data() + deep->second.stars.size(), to);
    }
    const auto kept = others.begin() + static_cast<std::ptrdiff_t>(std::min(others.size(), kMostLabels));
    std::partial_sort(others.begin(), kept, others.end());
    // Names that stand do not go because brighter stars came into view elsewhere.
    others.erase(std::remove_if(kept, others.end(), [&](const auto& o) { return !frame.labels->stands(labelKey(o.second)); }), others.end());
    for (const auto& [v, index] : others) addLabel(frame, index, static_cast<double>(v), numbers);
}

std::vector<Hit> StarLayer::pick(const FrameInput& frame, const Eigen::Vector2d& pixel, double radius) const
{
    std::vector<Hit> hits;
    if (frame.body() || brightBegin_.empty()) return hits;
    const auto dir = frame.view.directionAt(pixel);
    if (!dir) return hits;
    // The cone holds the pixels of the radius and what motion may have carried in.
    double reach = 0;
    for (const Eigen::Vector2d& step : {Eigen::Vector2d(radius, 0), Eigen::Vector2d(-radius, 0), Eigen::Vector2d(0, radius), Eigen::Vector2d(0, -radius)})
        if (const auto edge = frame.view.directionAt(pixel + step)) reach = std::max(reach, sky::separation(*dir, *edge).rad());
    if (reach == 0) reach = frame.view.pixelScale().rad() * radius * 4;
    reach = std::min(reach * 1.5, 0.5);
    const double carried = std::min(std::abs(yearsTo(frame.document.epoch)) * 11000 * kMasToRad, 0.3); // Barnard's star: 10.4"/yr
    const double cosReach = std::cos(reach + carried);
    const auto consider = [&](const Mini& m) {
        if (dir->x() * static_cast<double>(m.x) + dir->y() * static_cast<double>(m.y) + dir->z() * static_cast<double>(m.z) < cosReach - 1e-6) return;
        const catalogs::Star star = sky_->star(m.index);
        const sky::Dir at = star.at(frame.document.epoch);
        const auto place = frame.view.pixelOf(at);
        if (!place) return;
        const double distance = (*place - pixel).norm() - starDiameter(static_cast<double>(star.v), sizeLimit_) / 2;
        if (distance > radius) return;
        Hit h;
        h.layer = id_;
        const auto names = sky_->starNames(m.index);
        h.name = names.empty() ? "Star" : names.front();
        for (size_t i = 1; i < names.size() && i < 4; ++i) h.aka += (h.aka.empty() ? "" : ", ") + names[i];
        h.kind = "Star";
        if (const std::string where = sky_->constellationAt(at); !where.empty()) h.kind += ", " + where;
        std::string first = positionLine(at) + kDot + "V " + number(static_cast<double>(star.v), 2);
        if (std::isfinite(star.bv)) first += std::string(kDot) + "B\u2212V " + number(static_cast<double>(star.bv), 2);
        h.facts.push_back(first);
        std::string second;
        if (star.pmRaMas != 0 || star.pmDecMas != 0)
            second = "Motion " + signedText(star.pmRaMas, 1) + " " + signedText(star.pmDecMas, 1) + " mas/yr";
        if (star.parallaxMas > 0)
            second += (second.empty() ? "" : kDot) + number(1000.0 / static_cast<double>(star.parallaxMas), 1) + " pc";
        if (!second.empty()) h.facts.push_back(second);
        h.pos = sky::toPos(at, sky::Frame::Icrs);
        h.distancePixels = std::max(0.0, distance);
        hits.push_back(std::move(h));
    };
    const auto to = static_cast<float>(limit_ + kFadeBelow);
    const sky::Cap cone{*dir, sky::Angle::rad(reach + carried)};
    for (const uint32_t cell : frame.cells) {
        if (!cone.overlaps(sky::boundingCap(sky::Cell{3, cell}))) continue;
        for (uint32_t i = brightBegin_[cell]; i < brightBegin_[cell + 1] && bright_[i].v <= to; ++i) consider(bright_[i]);
        if (const auto deep = deep_.find(cell); deep != deep_.end())
            for (const Mini& m : deep->second.stars) {
                if (m.v > to) break;
                consider(m);
            }
    }
    return hits;
}

void StarLayer::rest(LayerPhase why)
{
    parts_.clear();
    report_.phase = why;
    report_.line = "Hidden";
}

void StarLayer::dropGpu()
{
    brightPoints_ = nullptr;
    fastestPoints_ = nullptr;
    parts_.clear();
    for (auto& [cell, stars] : deep_) stars.points = nullptr;
}

} // namespace firmament::scene
