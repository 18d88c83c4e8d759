#include "hips/image_codec.h"

#include <jpeglib.h>
#include <jerror.h>
#include <png.h>
#include <webp/decode.h>
#include <webp/encode.h>

#include <algorithm>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace firmament::hips {
namespace {

/// A progressive JPEG may legally hold thousands of scans, each costing a pass over the whole picture.
constexpr int kMaxJpegScans = 200;

const uint8_t* raw(ByteView b)
{
    return reinterpret_cast<const uint8_t*>(b.data());
}

Error bad(const char* kind, const std::string& why)
{
    return {Errc::Parse, std::string(kind) + " image cannot be decoded: " + why, {}};
}

bool within(int width, int height, const ImageLimits& limits)
{
    return width > 0 && height > 0 && width <= limits.maxSide && height <= limits.maxSide &&
           static_cast<uint64_t>(width) * static_cast<uint64_t>(height) <= limits.maxPixels;
}

Error tooLarge(const char* kind, int width, int height)
{
    return {Errc::TooLarge,
            std::string(kind) + " image of " + std::to_string(width) + "x" + std::to_string(height) +
                " pixels is beyond the limit",
            {}};
}

uint8_t times(unsigned v, unsigned a)
{
    const unsigned t = v * a + 128;
    return static_cast<uint8_t>((t + (t >> 8)) >> 8);
}

/// Premultiplies in place; returns whether every alpha is 255.
bool premultiply(uint8_t* p, size_t pixels)
{
    uint8_t all = 255;
    for (size_t i = 0; i < pixels; ++i) all = static_cast<uint8_t>(all & p[4 * i + 3]);
    if (all == 255) return true;
    for (size_t i = 0; i < pixels; ++i, p += 4) {
        const unsigned a = p[3];
        p[0] = times(p[0], a);
        p[1] = times(p[1], a);
        p[2] = times(p[2], a);
    }
    return false;
}

// ---------------------------------------------------------------------------------------------------------- JPEG

struct JpegTrouble {
    jpeg_error_mgr base; // first: libjpeg hands back a pointer to it
    std::jmp_buf jump;
    char text[JMSG_LENGTH_MAX];
    bool truncated, damaged;
};

void jpegFail(j_common_ptr info)
{
    auto* t = reinterpret_cast<JpegTrouble*>(info->err);
    info->err->format_message(info, t->text);
    std::longjmp(t->jump, 1);
}

void jpegMessage(j_common_ptr info, int level)
{
    if (level >= 0) return;
    auto* t = reinterpret_cast<JpegTrouble*>(info->err);
    const int code = info->err->msg_code;
    t->truncated = t->truncated || code == JWRN_JPEG_EOF;
    // libjpeg goes on with grey where these are met; other warnings lose no pixels.
    t->damaged = t->damaged || code == JWRN_HIT_MARKER || code == JWRN_HUFF_BAD_CODE || code == JWRN_MUST_RESYNC;
}

void jpegProgress(j_common_ptr info)
{
    if (!info->is_decompressor) return;
    if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= kMaxJpegScans) return;
    auto* t = reinterpret_cast<JpegTrouble*>(info->err);
    std::snprintf(t->text, sizeof t->text, "more than %d scans", kMaxJpegScans);
    std::longjmp(t->jump, 1);
}

void setErrors(JpegTrouble& t)
{
    jpeg_std_error(&t.base);
    t.base.error_exit = jpegFail;
    t.base.emit_message = jpegMessage;
    t.text[0] = 0;
    t.truncated = t.damaged = false;
}

/// Files with Adobe's marker store the inks inverted: 255 is none.
void cmykToRgba(const uint8_t* in, uint8_t* out, int width, bool inverted)
{
    const auto light = [inverted](uint8_t v) { return inverted ? v : static_cast<uint8_t>(255 - v); };
    for (int x = 0; x < width; ++x, in += 4, out += 4) {
        for (int c = 0; c < 3; ++c) out[c] = times(light(in[c]), light(in[3]));
        out[3] = 255;
    }
}

struct JpegJob {
    jpeg_decompress_struct d;
    JpegTrouble trouble;
    jpeg_progress_mgr progress;
    bool fourInks = false;
};

// The functions below hold no object with a destructor, as a longjmp may leave them.
bool jpegHeader(JpegJob& j, const uint8_t* bytes, size_t size)
{
    if (setjmp(j.trouble.jump)) return false;
    jpeg_mem_src(&j.d, bytes, static_cast<unsigned long>(size));
    if (jpeg_read_header(&j.d, TRUE) != JPEG_HEADER_OK) return false;
    j.fourInks = j.d.jpeg_color_space == JCS_CMYK || j.d.jpeg_color_space == JCS_YCCK;
    j.d.out_color_space = j.fourInks ? JCS_CMYK : JCS_EXT_RGBA;
    j.d.dct_method = JDCT_ISLOW; // as fast as IFAST with SIMD, and exact
    return true;
}

bool jpegPixels(JpegJob& j, uint8_t* out, uint8_t* line)
{
    if (setjmp(j.trouble.jump)) return false;
    jpeg_start_decompress(&j.d);
    const size_t stride = static_cast<size_t>(j.d.output_width) * 4;
    while (j.d.output_scanline < j.d.output_height) {
        uint8_t* row = out + stride * j.d.output_scanline;
        JSAMPROW rows[8];
        if (j.fourInks) {
            rows[0] = line;
            jpeg_read_scanlines(&j.d, rows, 1);
            cmykToRgba(line, row, static_cast<int>(j.d.output_width), j.d.saw_Adobe_marker);
            continue;
        }
        JDIMENSION n = 0;
        for (; n < 8 && j.d.output_scanline + n < j.d.output_height; ++n) rows[n] = row + stride * n;
        jpeg_read_scanlines(&j.d, rows, n);
    }
    jpeg_finish_decompress(&j.d);
    return true;
}

bool jpegCreate(JpegJob& j)
{
    if (setjmp(j.trouble.jump)) return false;
    jpeg_create_decompress(&j.d);
    return true;
}

Expected<RasterImage> decodeJpeg(ByteView bytes, const ImageLimits& limits, bool headerOnly)
{
    auto job = std::make_unique<JpegJob>();
    std::memset(&job->d, 0, sizeof job->d);
    setErrors(job->trouble);
    job->d.err = &job->trouble.base;
    if (!jpegCreate(*job)) return bad("JPEG", job->trouble.text);
    struct Destroy {
        JpegJob& j;
        ~Destroy() { jpeg_destroy_decompress(&j.d); }
    } destroy{*job};
    job->progress = {};
    job->progress.progress_monitor = jpegProgress;
    job->d.progress = &job->progress;
    if (!jpegHeader(*job, raw(bytes), bytes.size())) return bad("JPEG", job->trouble.text);

    RasterImage image;
    image.width = static_cast<int>(job->d.image_width);
    image.height = static_cast<int>(job->d.image_height);
    if (!within(image.width, image.height, limits)) return tooLarge("JPEG", image.width, image.height);
    if (headerOnly) return image;
    image.rgba.resize(static_cast<size_t>(image.width) * static_cast<size_t>(image.height) * 4);
    std::vector<uint8_t> line(job->fourInks ? static_cast<size_t>(image.width) * 4 : 0);
    if (!jpegPixels(*job, reinterpret_cast<uint8_t*>(image.rgba.data()), line.data()))
        return bad("JPEG", job->trouble.text);
    if (job->trouble.truncated) return bad("JPEG", "the file ends too early");
    if (job->trouble.damaged) return bad("JPEG", "damaged data");
    return image;
}

// ----------------------------------------------------------------------------------------------------------- PNG

struct PngInput {
    const uint8_t* at;
    size_t left;
};

struct PngTrouble {
    std::jmp_buf jump;
    char text[160];
};

void pngFail(png_structp png, png_const_charp text)
{
    auto* t = static_cast<PngTrouble*>(png_get_error_ptr(png));
    std::snprintf(t->text, sizeof t->text, "%s", text ? text : "unknown error");
    std::longjmp(t->jump, 1);
}

void pngQuiet(png_structp, png_const_charp) {}

void pngRead(png_structp png, png_bytep out, size_t n)
{
    auto* in = static_cast<PngInput*>(png_get_io_ptr(png));
    if (in->left < n) png_error(png, "the file ends too early");
    std::memcpy(out, in->at, n);
    in->at += n;
    in->left -= n;
}

bool pngHeader(png_structp png, png_infop info, PngTrouble& t, const ImageLimits& limits)
{
    if (setjmp(t.jump)) return false;
    png_set_user_limits(png, static_cast<png_uint_32>(limits.maxSide), static_cast<png_uint_32>(limits.maxSide));
    png_set_chunk_cache_max(png, 64);
    png_set_chunk_malloc_max(png, 8u << 20);
    png_read_info(png, info);
    return true;
}

bool pngPixels(png_structp png, png_infop info, PngTrouble& t, png_bytepp rows)
{
    if (setjmp(t.jump)) return false;
    png_set_expand(png); // palette and tRNS, and 1, 2, 4 bit
    png_set_scale_16(png);
    png_set_gray_to_rgb(png);
    png_set_add_alpha(png, 0xFF, PNG_FILLER_AFTER);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    png_read_image(png, rows);
    return true;
}

Expected<RasterImage> decodePng(ByteView bytes, const ImageLimits& limits, bool headerOnly)
{
    PngTrouble trouble{};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &trouble, pngFail, pngQuiet);
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    struct Destroy {
        png_structp* p;
        png_infop* i;
        ~Destroy() { png_destroy_read_struct(p, i, nullptr); }
    } destroy{&png, &info};
    if (!info) return bad("PNG", "out of memory");
    PngInput input{raw(bytes), bytes.size()};
    png_set_read_fn(png, &input, pngRead);
    if (!pngHeader(png, info, trouble, limits)) return bad("PNG", trouble.text);

    RasterImage image;
    image.width = static_cast<int>(png_get_image_width(png, info));
    image.height = static_cast<int>(png_get_image_height(png, info));
    if (!within(image.width, image.height, limits)) return tooLarge("PNG", image.width, image.height);
    if (headerOnly) return image;
    const bool mayBeTransparent = (png_get_color_type(png, info) & PNG_COLOR_MASK_ALPHA) != 0 ||
                                  png_get_valid(png, info, PNG_INFO_tRNS) != 0;
    const size_t stride = static_cast<size_t>(image.width) * 4;
    image.rgba.resize(stride * static_cast<size_t>(image.height));
    auto* out = reinterpret_cast<uint8_t*>(image.rgba.data());
    std::vector<png_bytep> rows(static_cast<size_t>(image.height));
    for (size_t y = 0; y < rows.size(); ++y) rows[y] = out + stride * y;
    if (!pngPixels(png, info, trouble, rows.data())) return bad("PNG", trouble.text);
    if (mayBeTransparent) image.opaque = premultiply(out, image.rgba.size() / 4);
    return image;
}

// ---------------------------------------------------------------------------------------------------------- WebP

Expected<RasterImage> decodeWebp(ByteView bytes, const ImageLimits& limits, bool headerOnly)
{
    WebPDecoderConfig config;
    if (!WebPInitDecoderConfig(&config)) return bad("WebP", "the library does not match its header");
    if (WebPGetFeatures(raw(bytes), bytes.size(), &config.input) != VP8_STATUS_OK)
        return bad("WebP", "the header is damaged");
    RasterImage image;
    image.width = config.input.width;
    image.height = config.input.height;
    if (!within(image.width, image.height, limits)) return tooLarge("WebP", image.width, image.height);
    if (config.input.has_animation) return Error{Errc::Unsupported, "animated WebP, expected a still picture", {}};
    if (headerOnly) return image;
    const size_t stride = static_cast<size_t>(image.width) * 4;
    image.rgba.resize(stride * static_cast<size_t>(image.height));
    config.output.colorspace = MODE_rgbA; // premultiplied
    config.output.is_external_memory = 1;
    config.output.u.RGBA.rgba = reinterpret_cast<uint8_t*>(image.rgba.data());
    config.output.u.RGBA.stride = static_cast<int>(stride);
    config.output.u.RGBA.size = image.rgba.size();
    const VP8StatusCode status = WebPDecode(raw(bytes), bytes.size(), &config);
    WebPFreeDecBuffer(&config.output);
    if (status == VP8_STATUS_NOT_ENOUGH_DATA) return bad("WebP", "the file ends too early");
    if (status != VP8_STATUS_OK) return bad("WebP", "damaged data (code " + std::to_string(status) + ")");
    image.opaque = !config.input.has_alpha;
    return image;
}

// ------------------------------------------------------------------------------------------------------ encoding

Error badSize(int width, int height)
{
    return {Errc::Usage, "a picture of " + std::to_string(width) + "x" + std::to_string(height) + " cannot be written", {}};
}

bool sane(const uint8_t* rgba, int width, int height)
{
    return rgba && width > 0 && height > 0 && width <= 65535 && height <= 65535;
}

bool isOpaque(const uint8_t* rgba, size_t pixels)
{
    for (size_t i = 0; i < pixels; ++i)
        if (rgba[4 * i + 3] != 255) return false;
    return true;
}

void straightRow(const uint8_t* in, uint8_t* out, int width)
{
    for (int x = 0; x < width; ++x, in += 4, out += 4) {
        const unsigned a = in[3];
        for (int c = 0; c < 3; ++c)
            out[c] = a == 0 ? uint8_t{0} : static_cast<uint8_t>(std::min(255u, (in[c] * 255u + a / 2) / a));
        out[3] = in[3];
    }
}

void rgbRow(const uint8_t* in, uint8_t* out, int width)
{
    for (int x = 0; x < width; ++x, in += 4, out += 3) {
        out[0] = in[0];
        out[1] = in[1];
        out[2] = in[2];
    }
}

void pngWrite(png_structp png, png_bytep data, size_t n)
{
    auto* out = static_cast<Bytes*>(png_get_io_ptr(png));
    const auto* p = reinterpret_cast<const std::byte*>(data);
    out->insert(out->end(), p, p + n);
}

void pngFlush(png_structp) {}

struct PngWork {
    const uint8_t* rgba;
    int width, height;
    bool alpha, unpremultiply;
    PngEffort effort;
    uint8_t* line;
};

bool pngEncode(png_structp png, png_infop info, PngTrouble& t, const PngWork& w)
{
    if (setjmp(t.jump)) return false;
    png_set_IHDR(png, info, static_cast<png_uint_32>(w.width), static_cast<png_uint_32>(w.height), 8,
                 w.alpha ? PNG_COLOR_TYPE_RGBA : PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT,
                 PNG_FILTER_TYPE_DEFAULT);
    if (w.effort == PngEffort::Fast) {
        png_set_compression_level(png, 1);
        png_set_filter(png, PNG_FILTER_TYPE_BASE, PNG_FILTER_SUB); // one filter: no trial of all five a row
    }
    png_write_info(png, info);
    for (int y = 0; y < w.height; ++y) {
        const uint8_t* row = w.rgba + static_cast<size_t>(y) * static_cast<size_t>(w.width) * 4;
        if (!w.alpha) {
            rgbRow(row, w.line, w.width);
        } else if (w.unpremultiply) {
            straightRow(row, w.line, w.width);
        } else {
            std::memcpy(w.line, row, static_cast<size_t>(w.width) * 4);
        }
        png_write_row(png, w.line);
    }
    png_write_end(png, info);
    return true;
}

struct JpegWork {
    const uint8_t* rgba;
    int width, height, quality;
    bool blackUnder;
    uint8_t* line;
};

bool jpegEncode(jpeg_compress_struct& c, JpegTrouble& t, const JpegWork& w, unsigned char** out, unsigned long* size)
{
    if (setjmp(t.jump)) return false;
    jpeg_create_compress(&c);
    jpeg_mem_dest(&c, out, size);
    c.image_width = static_cast<JDIMENSION>(w.width);
    c.image_height = static_cast<JDIMENSION>(w.height);
    c.input_components = 4;
    c.in_color_space = JCS_EXT_RGBX;
    jpeg_set_defaults(&c);
    jpeg_set_quality(&c, w.quality, TRUE);
    if (w.quality >= 90) c.comp_info[0].h_samp_factor = c.comp_info[0].v_samp_factor = 1; // coloured stars stay sharp
    jpeg_start_compress(&c, TRUE);
    while (c.next_scanline < c.image_height) {
        const uint8_t* row = w.rgba + static_cast<size_t>(c.next_scanline) * static_cast<size_t>(w.width) * 4;
        std::memcpy(w.line, row, static_cast<size_t>(w.width) * 4);
        if (w.blackUnder) premultiply(w.line, static_cast<size_t>(w.width));
        JSAMPROW rows[1] = {w.line};
        jpeg_write_scanlines(&c, rows, 1);
    }
    jpeg_finish_compress(&c);
    return true;
}

} // namespace

ImageKind sniffImage(ByteView bytes)
{
    const std::string_view s = asText(bytes);
    const auto starts = [&](std::string_view magic, size_t at = 0) {
        return s.size() >= at + magic.size() && s.substr(at, magic.size()) == magic;
    };
    if (starts("\xFF\xD8\xFF")) return ImageKind::Jpeg;
    if (starts("\x89PNG\r\n\x1A\n")) return ImageKind::Png;
    if (starts("RIFF") && starts("WEBP", 8)) return ImageKind::Webp;
    if (starts("SIMPLE  =")) return ImageKind::Fits;
    if (starts("\x1F\x8B")) return ImageKind::Gzip;
    const size_t text = s.substr(0, 256).find_first_not_of(" \t\r\n\xEF\xBB\xBF");
    if (text != std::string_view::npos && s[text] == '<') return ImageKind::Html;
    return ImageKind::Unknown;
}

const char* imageKindName(ImageKind kind)
{
    switch (kind) {
    case ImageKind::Jpeg: return "JPEG";
    case ImageKind::Png: return "PNG";
    case ImageKind::Webp: return "WebP";
    case ImageKind::Fits: return "FITS";
    case ImageKind::Gzip: return "gzip data";
    case ImageKind::Html: return "HTML page";
    case ImageKind::Unknown: break;
    }
    return "unknown data";
}

namespace {
Expected<RasterImage> readImage(ByteView bytes, const ImageLimits& limits, bool headerOnly)
{
    switch (const ImageKind kind = sniffImage(bytes)) {
    case ImageKind::Jpeg: return decodeJpeg(bytes, limits, headerOnly);
    case ImageKind::Png: return decodePng(bytes, limits, headerOnly);
    case ImageKind::Webp: return decodeWebp(bytes, limits, headerOnly);
    default:
        return Error{Errc::Parse,
                     std::string("expected a JPEG, PNG or WebP image, found ") +
                         (bytes.empty() ? "an empty file" : imageKindName(kind)),
                     {}};
    }
}
} // namespace

Expected<RasterImage> decodeImage(ByteView bytes, const ImageLimits& limits)
{
    return readImage(bytes, limits, false);
}

Expected<RasterImage> imageSize(ByteView bytes, const ImageLimits& limits)
{
    return readImage(bytes, limits, true);
}

Expected<Bytes> encodePng(const uint8_t* rgba, int width, int height, AlphaKind alpha, PngEffort effort)
{
    if (!sane(rgba, width, height)) return badSize(width, height);
    const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
    PngTrouble trouble{};
    png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &trouble, pngFail, pngQuiet);
    png_infop info = png ? png_create_info_struct(png) : nullptr;
    struct Destroy {
        png_structp* p;
        png_infop* i;
        ~Destroy() { png_destroy_write_struct(p, i); }
    } destroy{&png, &info};
    if (!info) return Error{Errc::Internal, "out of memory", {}};
    Bytes out;
    out.reserve(pixels + 4096);
    png_set_write_fn(png, &out, pngWrite, pngFlush);
    std::vector<uint8_t> line(static_cast<size_t>(width) * 4);
    const bool keepAlpha = alpha != AlphaKind::Ignore && !isOpaque(rgba, pixels);
    const PngWork work{rgba, width, height, keepAlpha, alpha == AlphaKind::Premultiplied, effort, line.data()};
    if (!pngEncode(png, info, trouble, work))
        return Error{Errc::Internal, std::string("PNG cannot be written: ") + trouble.text, {}};
    return out;
}

Expected<Bytes> encodeJpeg(const uint8_t* rgba, int width, int height, int quality, AlphaKind alpha)
{
    if (!sane(rgba, width, height)) return badSize(width, height);
    auto trouble = std::make_unique<JpegTrouble>();
    setErrors(*trouble);
    jpeg_compress_struct c;
    std::memset(&c, 0, sizeof c);
    c.err = &trouble->base;
    std::vector<uint8_t> line(static_cast<size_t>(width) * 4);
    unsigned char* out = nullptr;
    unsigned long size = 0;
    const JpegWork work{rgba, width, height, std::clamp(quality, 1, 100), alpha == AlphaKind::Straight, line.data()};
    const bool ok = jpegEncode(c, *trouble, work, &out, &size);
    jpeg_destroy_compress(&c);
    const std::unique_ptr<unsigned char, decltype(&std::free)> owner(out, &std::free);
    if (!ok) return Error{Errc::Internal, std::string("JPEG cannot be written: ") + trouble->text, {}};
    const auto* p = reinterpret_cast<const std::byte*>(out);
    return Bytes(p, p + size);
}

Expected<Bytes> encodeWebp(const uint8_t* rgba, int width, int height, int quality, AlphaKind alpha)
{
    if (!sane(rgba, width, height) || width > WEBP_MAX_DIMENSION || height > WEBP_MAX_DIMENSION)
        return badSize(width, height);
    const size_t pixels = static_cast<size_t>(width) * static_cast<size_t>(height);
    std::vector<uint8_t> straight;
    if (alpha == AlphaKind::Premultiplied && !isOpaque(rgba, pixels)) {
        straight.resize(pixels * 4);
        for (size_t y = 0; y < static_cast<size_t>(height); ++y) {
            const size_t at = y * static_cast<size_t>(width) * 4;
            straightRow(rgba + at, straight.data() + at, width);
        }
        rgba = straight.data();
    }
    WebPConfig config;
    WebPPicture picture;
    if (!WebPConfigInit(&config) || !WebPPictureInit(&picture)) return Error{Errc::Internal, "libwebp does not match its header", {}};
    config.method = 2;
    if (quality > 100) {
        WebPConfigLosslessPreset(&config, 1);
        picture.use_argb = 1;
        config.exact = 0;
    } else {
        config.quality = static_cast<float>(std::clamp(quality, 0, 100));
    }
    picture.width = width;
    picture.height = height;
    WebPMemoryWriter writer;
    WebPMemoryWriterInit(&writer);
    picture.writer = WebPMemoryWrite;
    picture.custom_ptr = &writer;
    const int stride = width * 4;
    const bool ok = (alpha == AlphaKind::Ignore ? WebPPictureImportRGBX(&picture, rgba, stride)
                                                : WebPPictureImportRGBA(&picture, rgba, stride)) &&
                    WebPEncode(&config, &picture);
    const int code = picture.error_code;
    WebPPictureFree(&picture);
    const auto* p = reinterpret_cast<const std::byte*>(writer.mem);
    Expected<Bytes> result = ok ? Expected<Bytes>(Bytes(p, p + writer.size))
                                : Expected<Bytes>(Error{Errc::Internal,
                                                        "WebP cannot be written (code " + std::to_string(code) + ")", {}});
    WebPMemoryWriterClear(&writer);
    return result;
}

} // namespace firmament::hips
