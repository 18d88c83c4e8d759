#include "scene/label_placer.h"

#include <algorithm>
#include <cmath>

namespace firmament::scene {

namespace {

constexpr double kFadeMs = 160;
/// So long after the last movement a name that went under something looks for another place.
constexpr double kRestMs = 250;
constexpr double kPadding = 2;
constexpr size_t kMostLabels = 220;
/// How much brighter (magnitudes) a newcomer must be to take the place of a name that stands, when zooming.
constexpr double kKeepBonus = 1.0;
enum Side : uint8_t { Right, Left, Above, Below, Middle };
constexpr Side kBeside[] = {Right, Left, Below, Above};
constexpr Side kCentred[] = {Middle, Below, Above};

bool overlap(const PixelRect& a, const PixelRect& b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

bool inside(const PixelRect& a, const PixelRect& b)
{
    return a.x >= b.x && a.y >= b.y && a.x + a.w <= b.x + b.w && a.y + a.h <= b.y + b.h;
}

/// The letters' box for one side of the anchor.
PixelRect boxFor(const LabelRequest& r, const CachedText& t, Side side)
{
    const double up = 0.76 * t.size, down = 0.24 * t.size, h = up + down, w = t.advance;
    Eigen::Vector2d at = r.anchor; // middle of the box
    switch (side) {
    case Right: at.x() += r.gap + w / 2; break;
    case Left: at.x() -= r.gap + w / 2; break;
    case Above: at.y() -= (r.centred ? 0 : r.gap) + h; break;
    case Below: at.y() += (r.centred ? 0 : r.gap) + h; break;
    case Middle: break;
    }
    return {at.x() - w / 2, at.y() - h / 2, w, h};
}

PixelRect padded(const PixelRect& r)
{
    return {r.x - kPadding - 1, r.y - kPadding, r.w + 2 * kPadding + 2, r.h + 2 * kPadding};
}

} // namespace

void LabelPlacer::begin()
{
    requests_.clear();
    reserved_.clear();
    taken_.clear();
    marks_.clear();
}

bool LabelPlacer::isReserved(const PixelRect& r) const
{
    return std::any_of(reserved_.begin(), reserved_.end(), [&r](const PixelRect& o) { return overlap(r, o); });
}

/// Symbols keep new names off themselves; a name that stands does not go because a symbol came to count.
bool LabelPlacer::isFree(const PixelRect& r, uint64_t key, bool stands) const
{
    return std::none_of(taken_.begin(), taken_.end(), [&r](const PixelRect& o) { return overlap(r, o); }) &&
           (stands || std::none_of(marks_.begin(), marks_.end(), [&](const Mark& m) { return m.key != key && overlap(r, m.rect); }));
}

const PixelRect* LabelPlacer::rectOf(uint64_t key) const
{
    const auto it = placed_.find(key);
    return it == placed_.end() ? nullptr : &it->second.rect;
}

/// What is to be remembered of a name that gets its place, or keeps it.
LabelPlacer::Placed LabelPlacer::standing(const Placed* before, uint8_t side, const FrameInput& frame, bool hidden) const
{
    Placed p;
    p.side = side;
    // The names of the first picture are there at once.
    p.sinceMs = first_ ? frame.nowMs - kFadeMs : frame.nowMs;
    if (before && before->side == side && before->hidden == hidden) p.sinceMs = before->sinceMs;
    p.hidden = hidden;
    return p;
}

void LabelPlacer::place(const FrameInput& frame, Drawing& drawing)
{
    fading_ = false;
    if (!frame.text) {
        placed_.clear();
        return;
    }
    // While panning, names that stand come first; while zooming they have only a bonus, or faint names would stay for ever.
    const auto rank = [&](const LabelRequest& r) {
        return r.priority - (placed_.contains(r.key) ? (frame.zoomed ? kKeepBonus : 1000.0) : 0.0);
    };
    std::vector<std::pair<double, const LabelRequest*>> order;
    order.reserve(requests_.size());
    for (const auto& r : requests_) order.emplace_back(rank(r), &r);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first : a.second->key < b.second->key;
    });

    // Symbols of the more important half keep names of others off themselves; large outlines may be written into.
    for (size_t i = 0; i < std::min(order.size(), kMostLabels); ++i) {
        const LabelRequest& r = *order[i].second;
        const double half = r.gap - 4;
        if (!r.centred && half > 0 && half < 12) marks_.push_back({r.key, {r.anchor.x() - half, r.anchor.y() - half, 2 * half, 2 * half}});
    }

    const PixelRect canvas{0, 0, static_cast<double>(frame.view.width()), static_cast<double>(frame.view.height())};
    std::unordered_map<uint64_t, Placed> now;
    for (const auto& [ignored, r] : order) {
        if (now.size() >= kMostLabels) break;
        if (now.contains(r->key)) continue;
        const CachedText& text = frame.text->get(r->text, r->style);
        const auto before = placed_.find(r->key);
        const auto attempt = [&](Side side, bool asBefore = false) {
            const PixelRect box = boxFor(*r, text, side);
            // A new name must be whole; one that stands may be carried out of the window, and under what lies on the sky.
            if (before == placed_.end() ? !inside(box, canvas) : !overlap(box, canvas)) return false;
            const bool hidden = isReserved(padded(box));
            if (hidden && !(asBefore && !frame.instant() && frame.stillMs < kRestMs)) return false;
            if (!isFree(padded(box), r->key, asBefore)) return false;
            Placed p = standing(before == placed_.end() ? nullptr : &before->second, side, frame, hidden);
            p.rect = box;
            const double age = frame.instant() ? 1 : std::clamp((frame.nowMs - p.sinceMs) / kFadeMs, 0.0, 1.0);
            if (age < 1 || hidden) fading_ = true;
            taken_.push_back(padded(box));
            const double seen = hidden ? 1 - age : age;
            if (seen > 0) drawing.text(text, {box.x, box.y + 0.76 * text.size}, frame.scale, r->opacity * static_cast<float>(seen));
            now.emplace(r->key, p);
            return true;
        };
        if (before != placed_.end()) {
            const auto side = static_cast<Side>(before->second.side);
            if (!overlap(boxFor(*r, text, side), canvas)) { // carried out of the window: it does not jump to the other side of its object
                now.emplace(*before);
                continue;
            }
            if (attempt(side, true)) continue;
        }
        if (r->centred) (void)std::any_of(std::begin(kCentred), std::end(kCentred), [&](Side s) { return attempt(s); });
        else (void)std::any_of(std::begin(kBeside), std::end(kBeside), [&](Side s) { return attempt(s); });
    }
    placed_ = std::move(now);
    first_ = false;
}

} // namespace firmament::scene
