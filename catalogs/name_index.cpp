#include "catalogs/name_index.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <unordered_set>

namespace firmament::catalogs {

namespace {

constexpr size_t kLongest = 60;      // names are cut there
constexpr float kExactBonus = 1000;  // the whole name was typed
constexpr float kInnerMalus = 6;     // found by a word in the middle: about six magnitudes

uint64_t refKey(const NamedRef& r) { return uint64_t{static_cast<uint8_t>(r.kind)} << 32 | r.index; }

/// Optimal string alignment distance (a swap of neighbours counts one), or more than `most`.
unsigned distance(std::string_view a, std::string_view b, unsigned most)
{
    std::array<std::array<unsigned, kLongest + 1>, 3> rows{};
    auto *before = &rows[0], *last = &rows[1], *now = &rows[2];
    std::iota(last->begin(), last->end(), 0u);
    for (size_t i = 1; i <= a.size(); ++i) {
        (*now)[0] = static_cast<unsigned>(i);
        unsigned least = (*now)[0];
        for (size_t j = 1; j <= b.size(); ++j) {
            const unsigned change = a[i - 1] == b[j - 1] ? 0 : 1;
            unsigned d = std::min({(*last)[j] + 1, (*now)[j - 1] + 1, (*last)[j - 1] + change});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d = std::min(d, (*before)[j - 2] + 1);
            (*now)[j] = d;
            least = std::min(least, d);
        }
        if (least > most) return most + 1;
        auto* oldest = before;
        before = last;
        last = now;
        now = oldest;
    }
    return (*last)[b.size()];
}

} // namespace

void NameIndex::add(std::string_view key, std::string_view text, NamedRef ref, float rank)
{
    key = key.substr(0, kLongest);
    text = text.substr(0, 200);
    if (key.empty()) return;
    const auto at = static_cast<uint32_t>(arena_.size());
    arena_ += key;
    const auto textAt = static_cast<uint32_t>(arena_.size());
    arena_ += text;
    keys_.push_back({at, textAt, static_cast<uint16_t>(key.size()), static_cast<uint16_t>(text.size()), ref, rank, false});
}

void NameIndex::addInner(std::string_view key, NamedRef ref, float rank)
{
    add(key, {}, ref, rank);
    if (!key.empty()) keys_.back().inner = true;
}

void NameIndex::finish()
{
    arena_.shrink_to_fit();
    std::sort(keys_.begin(), keys_.end(), [&](const Key& a, const Key& b) {
        const int c = keyOf(a).compare(keyOf(b));
        return c != 0 ? c < 0 : a.rank > b.rank;
    });
}

std::optional<NameHit> NameIndex::find(std::string_view key) const
{
    auto it = std::lower_bound(keys_.begin(), keys_.end(), key, [&](const Key& k, std::string_view s) { return keyOf(k) < s; });
    for (; it != keys_.end() && keyOf(*it) == key; ++it) {
        if (!it->inner) return NameHit{it->ref, it->rank};
    }
    return std::nullopt;
}

std::vector<NameHit> NameIndex::complete(const std::vector<std::string>& beginnings, size_t limit) const
{
    std::vector<NameHit> hits;
    for (const auto& beginning : beginnings) {
        auto it = std::lower_bound(keys_.begin(), keys_.end(), std::string_view(beginning),
                                   [&](const Key& k, std::string_view s) { return keyOf(k) < s; });
        for (; it != keys_.end() && keyOf(*it).starts_with(beginning); ++it) {
            const bool whole = it->length == beginning.size() && !it->inner;
            hits.push_back({it->ref, it->rank + (whole ? kExactBonus : 0) - (it->inner ? kInnerMalus : 0)});
        }
    }
    // The same object comes up under several names: the best counts. Take a few times the limit, then weed.
    std::vector<NameHit> best;
    std::unordered_set<uint64_t> seen;
    size_t done = 0;
    while (best.size() < limit && done < hits.size()) {
        const size_t part = std::min(hits.size(), done + std::max<size_t>(64, limit * 4));
        const auto at = [&](size_t i) { return hits.begin() + static_cast<std::ptrdiff_t>(i); };
        std::partial_sort(at(done), at(part), hits.end(), [](const NameHit& a, const NameHit& b) {
            return a.rank != b.rank ? a.rank > b.rank : refKey(a.ref) < refKey(b.ref);
        });
        for (; done < part && best.size() < limit; ++done) {
            if (seen.insert(refKey(hits[done].ref)).second) best.push_back(hits[done]);
        }
    }
    return best;
}

std::vector<std::string> NameIndex::similar(std::string_view key, size_t limit) const
{
    key = key.substr(0, kLongest);
    if (key.size() < 3) return {};
    const unsigned most = key.size() < 6 ? 1 : key.size() < 10 ? 2 : 3;
    struct Near {
        unsigned distance;
        float rank;
        const Key* key;
    };
    std::vector<Near> near;
    for (const Key& k : keys_) {
        const auto name = keyOf(k);
        const size_t longer = std::max(name.size(), key.size()), shorter = std::min(name.size(), key.size());
        if (k.inner || longer - shorter > most) continue;
        const unsigned d = distance(key, name, most);
        if (d <= most) near.push_back({d, k.rank, &k});
    }
    std::sort(near.begin(), near.end(), [](const Near& a, const Near& b) {
        return a.distance != b.distance ? a.distance < b.distance : a.rank > b.rank;
    });
    std::vector<std::string> texts;
    for (const Near& n : near) {
        std::string text(textOf(*n.key));
        if (texts.size() >= limit) break;
        if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
    }
    return texts;
}

} // namespace firmament::catalogs
