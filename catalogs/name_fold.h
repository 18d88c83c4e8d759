// How names are compared: folded to lower-case letters and digits, Greek letters spelt out, catalogue numbers without zeros.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace firmament::catalogs {

/// "Galactic Centre" -> "galacticcentre", "α¹ Cen" -> "alpha1cen", "Élodie's" -> "elodies".
std::string foldName(std::string_view utf8);
/// Folded words: "Orion Nebula" -> {"orion", "nebula"}.
std::vector<std::string> foldWords(std::string_view utf8);

/// "alf", "alp", "alpha", "bet"... -> "alpha", "beta"...; empty when it is no Greek letter. `folded` without digits.
std::string_view greekLetter(std::string_view folded);
/// "α" for "alpha"; empty when it is none.
std::string_view greekSymbol(std::string_view letter);

/// The keys to look a name up by, likeliest first: "Messier 031" -> {"m31"}, "alf01 Cen" -> {"alpha1cen", "alf01cen"}.
std::vector<std::string> lookUpKeys(std::string_view utf8);
/// What to try when those find nothing, for components and for numbers that only some catalogues have: "zet01 UMa" -> {"zetauma"},
/// "alf Cen B" -> {"alpha2cen"}, "61 Cyg A" -> {"61cyg"}.
std::vector<std::string> lesserKeys(std::string_view utf8);

} // namespace firmament::catalogs
