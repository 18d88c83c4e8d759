#include "app/picture/fits_file.h"

#include "fits/write.h"

namespace firmament::picture {

namespace {

/// Header cards are ASCII; credits are not always.
std::string ascii(const std::string& text)
{
    std::string out;
    for (const char c : text)
        if ((c & 0xC0) != 0x80 || !(c & 0x80)) out += c >= 0x20 && c < 0x7f ? c : '?'; // one mark for each character
    return out;
}

std::vector<fits::FitsCard> written(const FitsCards& cards)
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

FitsOrigin originOf(const hips::SurveyInfo& info, int order)
{
    const bool remote = info.url.find("://") != std::string::npos; // a folder's name is nobody else's business
    return {info.title.empty() ? info.id : info.title, info.credit, info.unit, remote ? info.url : std::string(), order};
}

FitsCards fitsCards(const sky::SkyView& view, int width, int height, const FitsOrigin& origin, bool values)
{
    FitsCards cards = sky::wcsOfView(view);
    const double wide = static_cast<double>(width) / view.width(), high = static_cast<double>(height) / view.height();
    for (auto& c : cards) {
        double* const number = std::get_if<double>(&c.value);
        if (number && (c.key == "CDELT1" || c.key == "CDELT2")) *number /= c.key == "CDELT1" ? wide : high;
        if (number && (c.key == "CRPIX1" || c.key == "CRPIX2")) *number = (*number - 0.5) * (c.key == "CRPIX1" ? wide : high) + 0.5;
        if (!values && c.key == "WCSAXES") c = {"WCSAXES", 3, "third axis: red, green, blue"};
    }
    if (!values) {
        cards.push_back({"CTYPE3", std::string("RGB"), "colour planes"});
        cards.push_back({"CRPIX3", 1.0, ""});
        cards.push_back({"CDELT3", 1.0, ""});
        cards.push_back({"CRVAL3", 1.0, ""});
    } else if (!origin.unit.empty()) {
        cards.push_back({"BUNIT", origin.unit, "as the survey says"});
    }
    if (!origin.survey.empty()) cards.push_back({"SURVEY", origin.survey, ""});
    if (origin.order >= 0) cards.push_back({"HIPSORD", origin.order, "HiPS order of the tiles drawn"});
    cards.push_back({"CREATOR", std::string("Firmament " FIRMAMENT_VERSION), ""});
    if (!origin.address.empty()) cards.push_back({"HISTORY", "Tiles: " + origin.address, ""});
    if (!origin.credit.empty()) cards.push_back({"HISTORY", "Credit: " + origin.credit, ""});
    return cards;
}

Expected<Bytes> encodeFitsValues(int width, int height, const std::vector<float>& values, const FitsCards& cards)
{
    const auto w = static_cast<size_t>(width);
    std::vector<float> bottomUp;
    bottomUp.reserve(values.size());
    for (size_t row = static_cast<size_t>(height); row-- > 0;)
        bottomUp.insert(bottomUp.end(), values.begin() + static_cast<std::ptrdiff_t>(row * w),
                        values.begin() + static_cast<std::ptrdiff_t>((row + 1) * w));
    return fits::writeFitsImage(bottomUp, width, height, written(cards));
}

Expected<Bytes> encodeFitsColours(const Picture& picture, const FitsCards& cards)
{
    const auto w = static_cast<size_t>(picture.width), h = static_cast<size_t>(picture.height);
    std::vector<uint8_t> planes;
    planes.reserve(3 * w * h);
    for (size_t plane = 0; plane < 3; ++plane)
        for (size_t row = h; row-- > 0;)
            for (size_t column = 0; column < w; ++column) planes.push_back(picture.rgba[4 * (row * w + column) + plane]);
    return fits::writeFitsImage(planes, picture.width, picture.height, 3, written(cards));
}

} // namespace firmament::picture
