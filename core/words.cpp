#include "core/words.h"

#include <algorithm>

namespace firmament {

namespace {

/// Letters to insert, drop, change or swap with the next one (optimal string alignment).
size_t editDistance(std::string_view a, std::string_view b)
{
    const size_t columns = b.size() + 1;
    std::vector<size_t> d((a.size() + 1) * columns);
    const auto at = [&d, columns](size_t i, size_t j) -> size_t& { return d[i * columns + j]; };
    for (size_t i = 0; i <= a.size(); ++i) at(i, 0) = i;
    for (size_t j = 0; j <= b.size(); ++j) at(0, j) = j;
    for (size_t i = 1; i <= a.size(); ++i)
        for (size_t j = 1; j <= b.size(); ++j) {
            const size_t change = at(i - 1, j - 1) + (a[i - 1] == b[j - 1] ? 0 : 1);
            at(i, j) = std::min({change, at(i - 1, j) + 1, at(i, j - 1) + 1});
            const bool swapped = i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1];
            if (swapped) at(i, j) = std::min(at(i, j), at(i - 2, j - 2) + 1);
        }
    return at(a.size(), b.size());
}

} // namespace

std::string nearestWord(std::string_view word, std::span<const std::string> known)
{
    std::string best;
    size_t least = std::max<size_t>(1, word.size() / 3) + 1;
    for (const auto& k : known) {
        size_t distance = editDistance(word, k);
        if (word.size() >= 3 && k.starts_with(word)) distance = 1; // a beginning is a good guess
        if (distance < least) {
            least = distance;
            best = k;
        }
    }
    return best;
}

std::vector<std::string> splitList(std::string_view text, char separator)
{
    std::vector<std::string> parts(1);
    int depth = 0;
    for (const char c : text) {
        if (c == '[' || c == '(') ++depth;
        if (c == ']' || c == ')') --depth;
        if (c == separator && depth <= 0)
            parts.emplace_back();
        else
            parts.back() += c;
    }
    return parts;
}

} // namespace firmament
