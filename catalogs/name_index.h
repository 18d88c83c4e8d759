// All names in one sorted list: exact, by beginning, by likeness. Immutable once built; any thread. Private to catalogs/.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace firmament::catalogs {

enum class NamedKind : uint8_t { Star, DeepSky, Constellation, Body, Place };

struct NamedRef {
    NamedKind kind = NamedKind::Star;
    uint32_t index = 0;
    bool operator==(const NamedRef&) const = default;
};

struct NameHit {
    NamedRef ref;
    float rank;
};

class NameIndex {
public:
    /// `key` as folded by name_fold.h; `text` is how it is shown. rank: higher first.
    void add(std::string_view key, std::string_view text, NamedRef ref, float rank);
    /// The same name found by a word in its middle ("nebula" for "Orion Nebula"); for completion only.
    void addInner(std::string_view key, NamedRef ref, float rank);
    void finish();

    size_t size() const { return keys_.size(); }
    /// The best of those with exactly this key.
    std::optional<NameHit> find(std::string_view key) const;
    /// Best first, every object once.
    std::vector<NameHit> complete(const std::vector<std::string>& beginnings, size_t limit) const;
    /// Shown texts with the fewest mistyped letters, at most about a third of the letters.
    std::vector<std::string> similar(std::string_view key, size_t limit) const;

private:
    struct Key {
        uint32_t at, text;
        uint16_t length, textLength;
        NamedRef ref;
        float rank;
        bool inner;
    };
    std::string_view keyOf(const Key& k) const { return {arena_.data() + k.at, k.length}; }
    std::string_view textOf(const Key& k) const { return {arena_.data() + k.text, k.textLength}; }
    std::string arena_;
    std::vector<Key> keys_;
};

} // namespace firmament::catalogs
