#include "app/cli/picture.h"

#include <array>
#include <cctype>
#include <cstdio>

#include "hips/image_codec.h"

namespace firmament::cli {

namespace {

void append(Bytes& out, ByteView data) { out.insert(out.end(), data.begin(), data.end()); }
void append(Bytes& out, std::string_view text) { append(out, asBytes(text)); }

Expected<Bytes> encodePng(const Picture& p)
{
    return hips::encodePng(p.rgba.data(), p.width, p.height, hips::AlphaKind::Ignore, hips::PngEffort::Fast);
}

std::string base64(const Bytes& data)
{
    static constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string out;
    out.reserve((data.size() + 2) / 3 * 4);
    for (size_t i = 0; i < data.size(); i += 3) {
        uint32_t bits = 0;
        for (size_t k = 0; k < 3; ++k) bits = bits << 8 | (i + k < data.size() ? static_cast<uint32_t>(data[i + k]) : 0u);
        for (size_t k = 0; k < 4; ++k) out += i + k <= data.size() ? kDigits[bits >> (18 - 6 * k) & 63u] : '=';
    }
    return out;
}

std::string xmlText(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        if (c == '<') out += "&lt;";
        else if (c == '>') out += "&gt;";
        else if (c == '&') out += "&amp;";
        else if (c == '"') out += "&quot;";
        else out += c;
    }
    return out;
}

Expected<Bytes> encodeSvg(const Picture& picture, const std::string& title)
{
    auto png = encodePng(picture);
    if (!png) return png;
    const std::string w = std::to_string(picture.width), h = std::to_string(picture.height);
    Bytes out;
    append(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\" "
                "xmlns:xlink=\"http://www.w3.org/1999/xlink\" width=\"" + w + "\" height=\"" + h + "\" viewBox=\"0 0 " + w + " " +
                    h + "\">\n<title>" + xmlText(title) + "</title>\n<image width=\"" + w + "\" height=\"" + h +
                    "\" xlink:href=\"data:image/png;base64,");
    append(out, base64(*png));
    append(out, "\"/>\n</svg>\n");
    return out;
}

std::string pdfText(const std::string& text)
{
    std::string out;
    for (const char c : text) {
        if (c == '(' || c == ')' || c == '\\') out += '\\';
        out += c >= 0x20 && c < 0x7f ? c : '?';
    }
    return out;
}

uint32_t bigEndian(ByteView four)
{
    uint32_t v = 0;
    for (size_t i = 0; i < 4; ++i) v = v << 8 | static_cast<uint32_t>(four[i]);
    return v;
}

/// The compressed pixels of a PNG as they are: PDF reads them with the PNG predictor (PDF 1.4, 3.3.3).
Bytes pngPixels(ByteView png)
{
    Bytes out;
    for (size_t at = 8; at + 12 <= png.size();) {
        const size_t length = bigEndian(png.subspan(at, 4));
        if (at + 12 + length > png.size()) break;
        if (asText(png.subspan(at + 4, 4)) == "IDAT") append(out, png.subspan(at + 8, length));
        at += 12 + length;
    }
    return out;
}

/// One page, one lossless picture (PDF 1.4, 3.4: header, objects, cross-reference table, trailer). 96 pixels an inch.
Expected<Bytes> encodePdf(const Picture& picture, const std::string& title)
{
    const auto png = encodePng(picture);
    if (!png) return png;
    const Bytes packed = pngPixels(*png);
    char points[64];
    std::snprintf(points, sizeof points, "%.4f %.4f", picture.width * 0.75, picture.height * 0.75);
    char place[96];
    std::snprintf(place, sizeof place, "%.4f 0 0 %.4f 0 0 cm", picture.width * 0.75, picture.height * 0.75);
    const std::string content = "q " + std::string(place) + " /P Do Q";

    Bytes out;
    std::array<size_t, 7> offsets{};
    const auto object = [&](size_t number, const std::string& text) {
        offsets[number] = out.size();
        append(out, std::to_string(number) + " 0 obj\n" + text);
    };
    append(out, "%PDF-1.4\n%\xe2\xe3\xcf\xd3\n");
    object(1, "<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
    object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n");
    object(3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 " + std::string(points) +
                  "] /Resources << /XObject << /P 4 0 R >> >> /Contents 5 0 R >>\nendobj\n");
    object(4, "<< /Type /XObject /Subtype /Image /Width " + std::to_string(picture.width) + " /Height " +
                  std::to_string(picture.height) +
                  " /ColorSpace /DeviceRGB /BitsPerComponent 8 /Filter /FlateDecode /DecodeParms << /Predictor 15 /Colors 3 " +
                  "/BitsPerComponent 8 /Columns " + std::to_string(picture.width) + " >> /Length " + std::to_string(packed.size()) +
                  " >>\nstream\n");
    append(out, packed);
    append(out, "\nendstream\nendobj\n");
    object(5, "<< /Length " + std::to_string(content.size()) + " >>\nstream\n" + content + "\nendstream\nendobj\n");
    object(6, "<< /Title (" + pdfText(title) + ") /Creator (Firmament) >>\nendobj\n");
    const size_t table = out.size();
    append(out, "xref\n0 7\n0000000000 65535 f \n");
    for (size_t i = 1; i < offsets.size(); ++i) {
        char line[24];
        std::snprintf(line, sizeof line, "%010zu 00000 n \n", offsets[i]);
        append(out, line);
    }
    append(out, "trailer\n<< /Size 7 /Root 1 0 R /Info 6 0 R >>\nstartxref\n" + std::to_string(table) + "\n%%EOF\n");
    return out;
}

} // namespace

std::optional<PictureFormat> pictureFormatOf(std::string_view fileName)
{
    const auto dot = fileName.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    std::string suffix(fileName.substr(dot + 1));
    for (char& c : suffix) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    if (suffix == "png") return PictureFormat::Png;
    if (suffix == "jpg" || suffix == "jpeg") return PictureFormat::Jpeg;
    if (suffix == "webp") return PictureFormat::Webp;
    if (suffix == "fits" || suffix == "fit" || suffix == "fts") return PictureFormat::Fits;
    if (suffix == "svg") return PictureFormat::Svg;
    if (suffix == "pdf") return PictureFormat::Pdf;
    return std::nullopt;
}

Expected<Bytes> encodePicture(const Picture& picture, PictureFormat format, const std::string& title)
{
    switch (format) {
    case PictureFormat::Png: return encodePng(picture);
    case PictureFormat::Jpeg:
        return hips::encodeJpeg(picture.rgba.data(), picture.width, picture.height, 93, hips::AlphaKind::Ignore);
    case PictureFormat::Webp:
        return hips::encodeWebp(picture.rgba.data(), picture.width, picture.height, 92, hips::AlphaKind::Ignore);
    case PictureFormat::Svg: return encodeSvg(picture, title);
    case PictureFormat::Pdf: return encodePdf(picture, title);
    case PictureFormat::Fits: break;
    }
    return Error{Errc::Internal, "a FITS file is not a plain picture", {}, 0, false};
}

} // namespace firmament::cli
