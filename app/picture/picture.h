// A finished drawing as a file in memory: PNG, JPEG, WebP, SVG, PDF. No files. Shared by the command line and the window.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"
#include "scene/overlay_picture.h"
#include "sky/view.h"

namespace firmament::picture {

enum class PictureFormat { Png, Jpeg, Webp, Fits, Svg, Pdf };
/// By the suffix, any case; empty when it is none of them.
std::optional<PictureFormat> pictureFormatOf(std::string_view fileName);
/// Made of lines, points and letters over a picture: wants a vector overlay.
inline bool isVector(PictureFormat format) { return format == PictureFormat::Svg || format == PictureFormat::Pdf; }

/// Rows top first, opaque; `rgba` has 4 bytes a pixel.
struct Picture {
    int width = 0, height = 0;
    std::vector<uint8_t> rgba;
};

/// "Firmament: 17 45 37.2 -28 56 10, 96°": the title inside a vector file.
std::string titleOf(const sky::SkyView& view);

/// Paper of a vector file, millimetres; the drawing is fitted into it and centred.
struct Page {
    double width = 0, height = 0;
};
/// "A4", "a3", "letter" or "WxH" in millimetres, upright; empty when it is none.
std::optional<Page> pageFromWord(std::string_view word);

/// PNG, JPEG, WebP: of `picture` alone.
Expected<Bytes> encodePicture(const Picture& picture, PictureFormat format);

/// `below`, and on it the overlay as lines, circles and text. The typeface travels in the file. `page`: its size in millimetres, else
/// a view pixel is a CSS pixel (1/96 inch).
Expected<Bytes> encodeSvg(const Picture& below, const scene::OverlayPicture& overlay, const std::string& title, std::optional<Page> page);
/// The same as one page of PDF. Makes a QGuiApplication while it works when there is none.
Expected<Bytes> encodePdf(const Picture& below, const scene::OverlayPicture& overlay, const std::string& title, std::optional<Page> page);

/// A star of a vector file is a few filled circles, from the outside in: the soft flank of the one on the screen in steps.
struct StarDisc {
    double radius;
    render::Rgba colour;
};
std::vector<StarDisc> starDiscs(const render::PlacedPoint& star);

} // namespace firmament::picture
