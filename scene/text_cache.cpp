#include "scene/text_cache.h"

#include <functional>

namespace firmament::scene {

namespace {

constexpr size_t kMaxEntries = 1200; // of about 8 kB
constexpr uint64_t kKeepFrames = 300;

void mix(size_t& h, size_t v)
{
    h ^= v + 0x9E3779B97F4A7C15ULL + (h << 6) + (h >> 2);
}

} // namespace

size_t TextCache::KeyHash::operator()(const Key& k) const noexcept
{
    size_t h = std::hash<std::string>{}(k.text);
    const std::hash<float> f;
    mix(h, f(k.style.size));
    mix(h, static_cast<size_t>(k.style.weight));
    mix(h, f(k.style.colour.r) ^ (f(k.style.colour.g) << 1) ^ (f(k.style.colour.b) << 2));
    return h;
}

void TextCache::beginFrame(double scale)
{
    ++frame_;
    if (scale != scale_) {
        entries_.clear(); // keys are not used again: the renderer drops the old copies by itself
        scale_ = scale;
    }
    if (entries_.size() > kMaxEntries)
        std::erase_if(entries_, [this](const auto& e) { return frame_ - e.second.usedAt > kKeepFrames; });
    if (entries_.size() > 4 * kMaxEntries) entries_.clear();
}

const CachedText& TextCache::get(const std::string& utf8, const TextStyle& style)
{
    Entry& entry = entries_[Key{utf8, style}];
    if (entry.usedAt == 0) {
        TextBitmap made = source_.text(utf8, style, scale_);
        CachedText& t = entry.text;
        t.advance = static_cast<double>(made.advance) / scale_;
        t.margin = (static_cast<double>(made.bitmap.width) / scale_ - t.advance) / 2;
        t.baseline = static_cast<double>(made.baseline) / scale_;
        t.size = static_cast<double>(style.size);
        t.key = nextKey_++;
        t.utf8 = utf8;
        t.style = style;
        t.bitmap = std::move(made.bitmap);
    }
    entry.usedAt = frame_;
    return entry.text;
}

} // namespace firmament::scene
