#include "app/picture/picture.h"

#include <algorithm>
#include <cctype>
#include <charconv>

#include "hips/image_codec.h"
#include "sky/text.h"

namespace firmament::picture {

namespace {

std::string lower(std::string_view text)
{
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

} // namespace

std::optional<PictureFormat> pictureFormatOf(std::string_view fileName)
{
    const auto dot = fileName.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const std::string suffix = lower(fileName.substr(dot + 1));
    if (suffix == "png") return PictureFormat::Png;
    if (suffix == "jpg" || suffix == "jpeg") return PictureFormat::Jpeg;
    if (suffix == "webp") return PictureFormat::Webp;
    if (suffix == "fits" || suffix == "fit" || suffix == "fts") return PictureFormat::Fits;
    if (suffix == "svg") return PictureFormat::Svg;
    if (suffix == "pdf") return PictureFormat::Pdf;
    return std::nullopt;
}

std::string titleOf(const sky::SkyView& view)
{
    const bool body = view.frame() == sky::Frame::Body;
    const sky::SkyPos at = body ? view.centre() : sky::converted(view.centre(), sky::Frame::Icrs);
    const std::string place = body ? sky::formatDeg(at.lon, 3) + " " + sky::formatDeg(at.lat, 3)
                                   : sky::formatHms(at.lon, 1) + " " + sky::formatDms(at.lat, 0);
    return "Firmament: " + place + ", " + sky::formatField(view.fov());
}

std::optional<Page> pageFromWord(std::string_view word)
{
    struct Known {
        const char* name;
        Page page;
    };
    static constexpr Known kKnown[] = {{"a5", {148, 210}}, {"a4", {210, 297}}, {"a3", {297, 420}},     {"a2", {420, 594}},
                                       {"a1", {594, 841}}, {"a0", {841, 1189}}, {"letter", {215.9, 279.4}}};
    const std::string text = lower(word);
    for (const auto& k : kKnown)
        if (text == k.name) return k.page;
    Page page;
    const char* const end = text.data() + text.size();
    const auto width = std::from_chars(text.data(), end, page.width);
    if (width.ec != std::errc() || width.ptr == end || *width.ptr != 'x') return std::nullopt;
    const auto height = std::from_chars(width.ptr + 1, end, page.height);
    const auto sane = [](double mm) { return mm >= 10 && mm <= 5000; };
    if (height.ec != std::errc() || height.ptr != end || !sane(page.width) || !sane(page.height)) return std::nullopt;
    return page;
}

Expected<Bytes> encodePicture(const Picture& picture, PictureFormat format)
{
    switch (format) {
    case PictureFormat::Png:
        return hips::encodePng(picture.rgba.data(), picture.width, picture.height, hips::AlphaKind::Ignore, hips::PngEffort::Fast);
    case PictureFormat::Jpeg:
        return hips::encodeJpeg(picture.rgba.data(), picture.width, picture.height, 93, hips::AlphaKind::Ignore);
    case PictureFormat::Webp:
        return hips::encodeWebp(picture.rgba.data(), picture.width, picture.height, 92, hips::AlphaKind::Ignore);
    case PictureFormat::Svg:
    case PictureFormat::Pdf:
    case PictureFormat::Fits: break;
    }
    return Error{Errc::Internal, "is no plain picture, expected PNG, JPEG or WebP", {}, 0, false};
}

} // namespace firmament::picture
