#include "scene/words.h"

#include <cmath>
#include <cstdio>
#include <ctime>

#include "sky/text.h"

namespace firmament::scene {

std::string withMinus(const std::string& ascii)
{
    std::string out;
    out.reserve(ascii.size() + 4);
    for (const char c : ascii) {
        if (c == '-') out += "\u2212";
        else out += c;
    }
    return out;
}

std::string number(double value, int decimals)
{
    char text[64];
    std::snprintf(text, sizeof text, "%.*f", decimals, value);
    return withMinus(text);
}

std::string shortNumber(double value)
{
    char text[64];
    const double size = std::abs(value);
    if (value == 0) return "0";
    if (size >= 0.01 && size < 1e5) {
        const int whole = static_cast<int>(std::floor(std::log10(size)));
        std::snprintf(text, sizeof text, "%.*f", std::max(0, 2 - whole), value);
        return withMinus(text);
    }
    const int exponent = static_cast<int>(std::floor(std::log10(size)));
    std::snprintf(text, sizeof text, "%.1fe%d", value / std::pow(10.0, exponent), exponent);
    return withMinus(text);
}

std::string grouped(uint64_t value)
{
    std::string digits = std::to_string(value), out;
    for (size_t i = 0; i < digits.size(); ++i) {
        if (i > 0 && (digits.size() - i) % 3 == 0) out += "\u2009";
        out += digits[i];
    }
    return out;
}

std::string dayWords(int64_t when, int64_t now)
{
    static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    std::tm then{}, today{};
    const std::time_t a = when, b = now;
    localtime_r(&a, &then);
    localtime_r(&b, &today);
    const std::string day = std::to_string(then.tm_mday) + " " + kMonths[then.tm_mon];
    return then.tm_year == today.tm_year ? day : day + " " + std::to_string(then.tm_year + 1900);
}

std::string positionLine(const sky::Dir& icrs)
{
    const sky::SkyPos p = sky::toPos(icrs, sky::Frame::Icrs);
    return withMinus(sky::formatHms(p.lon, 1) + " " + sky::formatDms(p.lat, 0));
}

std::string sentence(std::string text)
{
    const size_t word = text.find_first_of(": ");
    if (word != std::string::npos && text.compare(word, 3, "://") == 0) return text; // an address stays as it is
    if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text;
}

} // namespace firmament::scene
