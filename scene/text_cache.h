// Bitmaps of text, made once and kept while they are used. ui thread. Private to scene/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>

#include "scene/label_source.h"

namespace firmament::scene {

/// Sizes in logical pixels.
struct CachedText {
    std::string utf8;
    TextStyle style;
    render::Bitmap bitmap;
    uint64_t key = 0;       ///< for the renderer
    double advance = 0;     ///< width without halo
    double margin = 0;      ///< halo at the left
    double baseline = 0;    ///< from the top of the bitmap
    double size = 12;       ///< of the letters
};

class TextCache {
public:
    explicit TextCache(LabelSource& source) : source_(source) {}
    void beginFrame(double scale);
    /// Valid until the next beginFrame().
    const CachedText& get(const std::string& utf8, const TextStyle& style);
    size_t size() const { return entries_.size(); }

private:
    struct Key {
        std::string text;
        TextStyle style;
        bool operator==(const Key&) const = default;
    };
    struct KeyHash {
        size_t operator()(const Key& k) const noexcept;
    };
    struct Entry {
        CachedText text;
        uint64_t usedAt = 0;
    };
    LabelSource& source_;
    double scale_ = 1;
    uint64_t frame_ = 0, nextKey_ = 1;
    std::unordered_map<Key, Entry, KeyHash> entries_;
};

} // namespace firmament::scene
