#include "fits/write.h"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "fits/header.h"

namespace firmament::fits {
namespace {

class HeaderText {
public:
    void card(std::string line)
    {
        line.resize(kCard, ' ');
        text_ += line;
    }
    void value(const std::string& key, std::string text, const std::string& comment)
    {
        if (text.size() < 20) text.insert(0, 20 - text.size(), ' ');
        std::string line = padded(key) + "= " + text;
        if (!comment.empty()) line += " / " + comment;
        card(line);
    }
    void string(const std::string& key, const std::string& text, const std::string& comment)
    {
        const std::string quoted = doubled(text);
        if (quoted.size() <= 68) {
            std::string line = padded(key) + "= '" + quoted;
            if (quoted.size() < 8) line.append(8 - quoted.size(), ' ');
            line += "'";
            if (!comment.empty()) line += " / " + comment;
            card(line);
            return;
        }
        // CONTINUE convention (FITS 4.0, 4.2.1.2); a doubled quote must stay in one card.
        for (size_t at = 0; at < quoted.size();) {
            size_t end = std::min(at + 67, quoted.size());
            size_t quotes = 0;
            for (size_t i = end; i > at && quoted[i - 1] == '\''; --i) ++quotes;
            if (end < quoted.size() && quotes % 2 == 1) --end;
            const bool last = end == quoted.size();
            card((at == 0 ? padded(key) + "= '" : std::string("CONTINUE  '")) + quoted.substr(at, end - at) +
                 (last ? "'" : "&'"));
            at = end;
        }
    }
    void note(const std::string& key, const std::string& text)
    {
        size_t at = 0;
        do {
            card(padded(key) + text.substr(at, 72));
            at += 72;
        } while (at < text.size());
    }
    std::string finish()
    {
        card("END");
        text_.resize((text_.size() + kBlock - 1) / kBlock * kBlock, ' ');
        return std::move(text_);
    }

private:
    static std::string padded(std::string key)
    {
        key.resize(8, ' ');
        return key;
    }
    static std::string doubled(const std::string& s)
    {
        std::string out;
        for (char c : s) {
            if (c == '\'') out += '\'';
            out += c;
        }
        return out;
    }
    std::string text_;
};

std::string spelt(double v)
{
    std::array<char, 40> b;
    const auto r = std::to_chars(b.data(), b.data() + b.size(), v);
    std::string s(b.data(), r.ptr);
    for (char& c : s)
        if (c == 'e') c = 'E';
    if (s.find_first_of(".E") == std::string::npos) s += ".0";
    return s;
}

bool printable(const std::string& s)
{
    for (char c : s)
        if (c < 32 || c > 126) return false;
    return true;
}

Expected<void> checkCard(const FitsCard& c)
{
    const bool goodKey = !c.key.empty() && c.key.size() <= 8 &&
                         c.key.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == std::string::npos;
    if (!goodKey) return Error{Errc::Usage, "\"" + c.key + "\" is not a FITS keyword", {}};
    const auto* text = std::get_if<std::string>(&c.value);
    if ((text && !printable(*text)) || !printable(c.comment))
        return Error{Errc::Usage, "the value of " + c.key + " has characters that FITS headers cannot hold", {}};
    if (const auto* d = std::get_if<double>(&c.value); d && !std::isfinite(*d))
        return Error{Errc::Usage, "the value of " + c.key + " is not a finite number", {}};
    return {};
}

void addCard(HeaderText& h, const FitsCard& c)
{
    if (const auto* text = std::get_if<std::string>(&c.value)) {
        if (c.key == "COMMENT" || c.key == "HISTORY") return h.note(c.key, *text);
        return h.string(c.key, *text, c.comment);
    }
    if (const auto* d = std::get_if<double>(&c.value)) return h.value(c.key, spelt(*d), c.comment);
    if (const auto* i = std::get_if<int64_t>(&c.value)) return h.value(c.key, std::to_string(*i), c.comment);
    h.value(c.key, std::get<bool>(c.value) ? "T" : "F", c.comment);
}

Expected<Bytes> start(int bitpix, int width, int height, int planes, size_t given, std::span<const FitsCard> cards)
{
    const size_t wanted = width > 0 && height > 0 && planes > 0
                              ? static_cast<size_t>(width) * static_cast<size_t>(height) * static_cast<size_t>(planes)
                              : 0;
    if (wanted == 0 || wanted != given)
        return Error{Errc::Usage,
                     "a FITS image of " + std::to_string(width) + "x" + std::to_string(height) + "x" +
                         std::to_string(planes) + " needs as many values, found " + std::to_string(given),
                     {}};
    HeaderText h;
    h.value("SIMPLE", "T", "conforms to FITS");
    h.value("BITPIX", std::to_string(bitpix), "");
    h.value("NAXIS", planes > 1 ? "3" : "2", "");
    h.value("NAXIS1", std::to_string(width), "");
    h.value("NAXIS2", std::to_string(height), "");
    if (planes > 1) h.value("NAXIS3", std::to_string(planes), "");
    for (const FitsCard& c : cards) {
        if (auto ok = checkCard(c); !ok) return ok.error();
        addCard(h, c);
    }
    const std::string text = h.finish();
    Bytes out;
    const size_t data = wanted * static_cast<size_t>(std::abs(bitpix) / 8);
    out.reserve(text.size() + data + kBlock);
    const ByteView view = asBytes(text);
    out.assign(view.begin(), view.end());
    out.resize(text.size() + (data + kBlock - 1) / kBlock * kBlock);
    return out;
}

size_t dataStart(const Bytes& file, size_t dataBytes)
{
    return file.size() - (dataBytes + kBlock - 1) / kBlock * kBlock;
}

} // namespace

Expected<Bytes> writeFitsImage(std::span<const float> values, int width, int height, std::span<const FitsCard> cards)
{
    auto out = start(-32, width, height, 1, values.size(), cards);
    if (!out) return out;
    std::byte* to = out->data() + dataStart(*out, values.size_bytes());
    for (size_t i = 0; i < values.size(); ++i) {
        const uint32_t v = __builtin_bswap32(std::bit_cast<uint32_t>(values[i]));
        std::memcpy(to + 4 * i, &v, 4);
    }
    return out;
}

Expected<Bytes> writeFitsImage(std::span<const uint8_t> values, int width, int height, int planes,
                               std::span<const FitsCard> cards)
{
    auto out = start(8, width, height, planes, values.size(), cards);
    if (!out) return out;
    std::memcpy(out->data() + dataStart(*out, values.size()), values.data(), values.size());
    return out;
}

} // namespace firmament::fits
