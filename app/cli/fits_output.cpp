#include "app/cli/fits_output.h"
#include "fits/write.h"

namespace firmament::cli {

namespace {

/// Header cards are ASCII; credits are not always.
std::string ascii(const std::string& text)
{
    std::string out;
    for (const char c : text)
        if ((c & 0xC0) != 0x80 || !(c & 0x80)) out += c >= 0x20 && c < 0x7f ? c : '?'; // one mark for each character
    return out;
}

std::vector<fits::FitsCard> fitsCards(const FitsCards& cards)
{
    std::vector<fits::FitsCard> out;
    for (const auto& c : cards) {
        fits::FitsCard card{c.key, std::string(), ascii(c.comment)};
        if (const auto* i = std::get_if<int>(&c.value)) card.value = static_cast<int64_t>(*i);
        if (const auto* d = std::get_if<double>(&c.value)) card.value = *d;
        if (const auto* s = std::get_if<std::string>(&c.value)) card.value = ascii(*s);
        out.push_back(std::move(card));
    }
    return out;
}

} // namespace

Expected<Bytes> encodeFitsValues(int width, int height, const std::vector<float>& values, const FitsCards& cards)
{
    const auto w = static_cast<size_t>(width);
    std::vector<float> bottomUp;
    bottomUp.reserve(values.size());
    for (size_t row = static_cast<size_t>(height); row-- > 0;)
        bottomUp.insert(bottomUp.end(), values.begin() + static_cast<std::ptrdiff_t>(row * w),
                        values.begin() + static_cast<std::ptrdiff_t>((row + 1) * w));
    return fits::writeFitsImage(bottomUp, width, height, fitsCards(cards));
}

Expected<Bytes> encodeFitsColours(const picture::Picture& picture, const FitsCards& cards)
{
    const auto w = static_cast<size_t>(picture.width), h = static_cast<size_t>(picture.height);
    std::vector<uint8_t> planes;
    planes.reserve(3 * w * h);
    for (size_t plane = 0; plane < 3; ++plane)
        for (size_t row = h; row-- > 0;)
            for (size_t column = 0; column < w; ++column) planes.push_back(picture.rgba[4 * (row * w + column) + plane]);
    return fits::writeFitsImage(planes, picture.width, picture.height, 3, fitsCards(cards));
}

} // namespace firmament::cli
