#include "catalogs/name_fold.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace firmament::catalogs {

namespace {

struct Greek {
    std::string_view name, symbol;
};
constexpr std::array<Greek, 24> kGreek{{{"alpha", "α"}, {"beta", "β"},    {"gamma", "γ"}, {"delta", "δ"},   {"epsilon", "ε"}, {"zeta", "ζ"},
                                        {"eta", "η"},   {"theta", "θ"},   {"iota", "ι"},  {"kappa", "κ"},   {"lambda", "λ"},  {"mu", "μ"},
                                        {"nu", "ν"},    {"xi", "ξ"},      {"omicron", "ο"}, {"pi", "π"},    {"rho", "ρ"},     {"sigma", "σ"},
                                        {"tau", "τ"},   {"upsilon", "υ"}, {"phi", "φ"},   {"chi", "χ"},     {"psi", "ψ"},     {"omega", "ω"}}};
/// Spellings that are no beginning of three or more letters of the name (SIMBAD, Hipparcos, GCVS).
struct Alias {
    std::string_view from, to;
};
constexpr std::array<Alias, 9> kAliases{{{"alf", "alpha"}, {"tet", "theta"}, {"ksi", "xi"}, {"khi", "chi"}, {"omg", "omega"}, {"ome", "omega"},
                                          {"omi", "omicron"}, {"lamda", "lambda"}, {"ypsilon", "upsilon"}}};

/// One code point of UTF-8, badly coded bytes as they are.
char32_t next(std::string_view s, size_t& i)
{
    const auto b = [&](size_t k) { return k < s.size() ? static_cast<uint8_t>(s[k]) : uint8_t{0}; };
    const uint8_t c = b(i++);
    const auto tail = [&](size_t k) { return (b(k) & 0xC0) == 0x80; };
    if (c < 0x80) return c;
    if ((c & 0xE0) == 0xC0 && tail(i)) {
        const char32_t r = static_cast<char32_t>((c & 0x1F) << 6 | (b(i) & 0x3F));
        i += 1;
        return r;
    }
    if ((c & 0xF0) == 0xE0 && tail(i) && tail(i + 1)) {
        const char32_t r = static_cast<char32_t>((c & 0x0F) << 12 | (b(i) & 0x3F) << 6 | (b(i + 1) & 0x3F));
        i += 2;
        return r;
    }
    if ((c & 0xF8) == 0xF0 && tail(i) && tail(i + 1) && tail(i + 2)) i += 3;
    return 0xFFFD;
}

constexpr std::string_view kLatin1 = // U+00C0..U+00FF; '-' = no letter, '*' = two letters, see below
    "aaaaaa*ceeeeiiiidnooooo-ouuuuy**aaaaaa*ceeeeiiiidnooooo-ouuuuy*y";

void addLatin(char32_t c, std::string& out)
{
    if (c == 0xC6 || c == 0xE6) out += "ae";
    else if (c == 0xDF) out += "ss";
    else if (c == 0xDE || c == 0xFE) out += "th";
    else if (const char l = kLatin1[c - 0xC0]; l != '-') out += l;
}

/// Latin Extended-A: the letter under the accent.
void addExtended(char32_t c, std::string& out)
{
    constexpr std::string_view kBase = "aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
                                       "lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";
    static_assert(kBase.size() == 128);
    if (c - 0x100 < kBase.size()) out += kBase[c - 0x100];
}

void addGreek(char32_t c, std::string& out)
{
    if (c == 0x3C2) c = 0x3C3; // final sigma
    if (c == 0x3D1) c = 0x3B8;
    if (c == 0x3D5) c = 0x3C6;
    if (c == 0x3F5) c = 0x3B5;
    if (c >= 0x391 && c <= 0x3A9) c += 0x20;
    if (c < 0x3B1 || c > 0x3C9) return;
    const size_t i = c - 0x3B1;
    out += kGreek[i > 17 ? i - 1 : i].name; // U+03C2 lies between rho and sigma
}

bool isDigit(char c) { return c >= '0' && c <= '9'; }

std::string withoutLeadingZeros(std::string_view digits)
{
    const size_t first = digits.find_first_not_of('0');
    return std::string(first == std::string_view::npos ? digits.substr(digits.size() - 1) : digits.substr(first));
}

/// Splits "alf01" into "alf" and "01".
std::pair<std::string_view, std::string_view> lettersThenDigits(std::string_view s)
{
    const size_t n = static_cast<size_t>(std::find_if(s.begin(), s.end(), isDigit) - s.begin());
    return {s.substr(0, n), s.substr(n)};
}

bool allDigits(std::string_view s) { return !s.empty() && std::all_of(s.begin(), s.end(), isDigit); }

std::string_view cataloguePrefix(std::string_view letters)
{
    constexpr std::array<Alias, 16> kPrefixes{{{"m", "m"}, {"messier", "m"}, {"ngc", "ngc"}, {"ic", "ic"}, {"c", "c"}, {"caldwell", "c"},
                                               {"hip", "hip"}, {"hipparcos", "hip"}, {"hd", "hd"}, {"mel", "melotte"}, {"melotte", "melotte"},
                                               {"cr", "collinder"}, {"collinder", "collinder"}, {"barnard", "barnard"}, {"n", "ngc"}, {"i", "ic"}}};
    for (const auto& p : kPrefixes) {
        if (p.from == letters) return p.to;
    }
    return {};
}

/// "ngc0224" -> "ngc224"; empty when it is not a catalogue's prefix and a number.
std::string catalogueKey(std::string_view folded)
{
    const auto [letters, rest] = lettersThenDigits(folded);
    if (rest.empty()) return {};
    const size_t digits = static_cast<size_t>(std::find_if_not(rest.begin(), rest.end(), isDigit) - rest.begin());
    const auto prefix = cataloguePrefix(letters);
    if (prefix.empty()) return {};
    return std::string(prefix) + withoutLeadingZeros(rest.substr(0, digits)) + std::string(rest.substr(digits));
}

/// "alf01 cen" -> "alpha1cen"; empty when the first word is no Greek letter.
std::string bayerKey(const std::vector<std::string>& words)
{
    if (words.size() < 2) return {};
    const auto [letters, digits] = lettersThenDigits(words[0]);
    const auto greek = greekLetter(letters);
    if (greek.empty() || !(digits.empty() || allDigits(digits))) return {};
    std::string key(greek);
    if (!digits.empty()) key += withoutLeadingZeros(digits);
    for (size_t i = 1; i < words.size(); ++i) key += i == 1 && digits.empty() && allDigits(words[i]) ? withoutLeadingZeros(words[i]) : words[i];
    return key;
}

} // namespace

std::vector<std::string> foldWords(std::string_view utf8)
{
    std::vector<std::string> words(1);
    for (size_t i = 0; i < utf8.size();) {
        const char32_t c = next(utf8, i);
        std::string& out = words.back();
        if (c < 0x80) {
            const char a = static_cast<char>(c);
            if (a >= 'A' && a <= 'Z') out += static_cast<char>(a - 'A' + 'a');
            else if ((a >= 'a' && a <= 'z') || isDigit(a)) out += a;
            else if (a != '\'' && a != '.' && !out.empty()) words.emplace_back();
        } else if (c == 0xB9) out += '1';
        else if (c == 0xB2 || c == 0xB3) out += static_cast<char>('0' + (c - 0xB0));
        else if (c >= 0x2074 && c <= 0x2079) out += static_cast<char>('0' + (c - 0x2070));
        else if (c == 0xB5) out += "mu"; // the micro sign
        else if (c >= 0xC0 && c <= 0xFF) addLatin(c, out);
        else if (c >= 0x100 && c < 0x180) addExtended(c, out);
        else if (c >= 0x370 && c < 0x400) addGreek(c, out);
        else if (c == 0x2019 || c == 0x2018) continue; // apostrophes
        else if (!out.empty()) words.emplace_back();
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

std::string foldName(std::string_view utf8)
{
    std::string all;
    for (const auto& w : foldWords(utf8)) all += w;
    return all;
}

std::string_view greekLetter(std::string_view folded)
{
    for (const auto& a : kAliases) {
        if (a.from == folded) return a.to;
    }
    for (const auto& g : kGreek) {
        if (g.name == folded || (folded.size() == 3 && g.name.starts_with(folded))) return g.name;
    }
    return {};
}

std::string_view greekSymbol(std::string_view letter)
{
    for (const auto& g : kGreek) {
        if (g.name == letter) return g.symbol;
    }
    return {};
}

std::vector<std::string> lookUpKeys(std::string_view utf8)
{
    std::vector<std::string> keys;
    const auto words = foldWords(utf8);
    std::string plain;
    for (const auto& w : words) plain += w;
    const auto add = [&](std::string key) {
        if (!key.empty() && std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
    };
    add(catalogueKey(plain));
    add(bayerKey(words));
    add(plain);
    return keys;
}

std::vector<std::string> lesserKeys(std::string_view utf8)
{
    auto words = foldWords(utf8);
    const std::string last = words.empty() ? std::string() : words.back();
    const bool component = words.size() > 2 && (last == "a" || last == "b");
    if (component) words.pop_back();
    std::string name;
    for (const auto& w : words) name += w + " ";
    const std::string bayer = bayerKey(words);
    const auto [letter, rest] = lettersThenDigits(bayer);
    std::vector<std::string> keys;
    if (!bayer.empty() && !rest.empty()) { // "zeta" and "1uma"
        if (component && last == "a" && rest.starts_with('1')) keys.push_back(bayer);
        if (component && last == "b" && rest.starts_with('2')) keys.push_back(bayer);
        if (!component && rest.size() > 1 && rest[0] == '1' && !isDigit(rest[1])) keys.push_back(std::string(letter) + std::string(rest.substr(1)));
        return keys;
    }
    if (!component) return keys;
    if (!bayer.empty()) {
        std::string constellation;
        for (size_t i = 1; i < words.size(); ++i) constellation += words[i];
        keys.push_back(bayer.substr(0, bayer.size() - constellation.size()) + (last == "a" ? "1" : "2") + constellation);
    }
    if (last == "a")
        for (auto& key : lookUpKeys(name)) keys.push_back(std::move(key));
    return keys;
}

} // namespace firmament::catalogs
