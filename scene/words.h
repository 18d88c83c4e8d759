// Small texts for people: numbers, positions, magnitudes. Private to scene/.
#pragma once

#include <cstdint>
#include <string>

#include "sky/frame.h"

namespace firmament::scene {

std::string number(double value, int decimals);      ///< U+2212 as minus
std::string shortNumber(double value);               ///< about three digits, "1.2e−5" where needed
std::string grouped(uint64_t value);                 ///< thin spaces between thousands
std::string positionLine(const sky::Dir& icrs);      ///< "18 03 37.0 −24 23 12"
std::string sentence(std::string text);               ///< begins with a capital letter
std::string dayWords(int64_t when, int64_t now);       ///< seconds since 1970; "18 Nov", with the year when it is another; local time
std::string withMinus(const std::string& ascii);            ///< '-' to U+2212

inline constexpr const char* kDot = " \u00b7 ";      ///< between facts of a line

} // namespace firmament::scene
