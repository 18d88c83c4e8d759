// Words and lists in what people type. Any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace firmament {

/// The known word nearest to `word` (at most a third of its letters wrong), or empty.
std::string nearestWord(std::string_view word, std::span<const std::string> known);

/// The parts between separators; one inside [] or () does not split.
std::vector<std::string> splitList(std::string_view text, char separator);

} // namespace firmament
