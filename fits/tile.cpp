#include "fits/tile.h"

#include <fitsio.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <optional>
#include <type_traits>
#include <vector>

#include "fits/compressed_check.h"
#include "fits/gzip.h"
#include "fits/header.h"
#include "fits/memory_file.h"

namespace firmament::fits {
namespace {

constexpr float kNan = std::numeric_limits<float>::quiet_NaN();

/// Where the stored array lies in the full tile. Hipsgen since 2.0 of the standard: TRIMn, ONAXISn; before: XTRIM, YTRIM.
struct Placing {
    int storedWidth = 0, storedHeight = 0;
    int planes = 1;
    int x = 0, y = 0, width = 0, height = 0; ///< offset of the stored array, and the full size
};

struct Layout {
    Placing place;
    int bitpix = 0;
    double scale = 1, zero = 0;
    std::optional<int64_t> blank;
    bool plain = false;   ///< uncompressed and in the primary unit: readable without cfitsio
    size_t dataAt = 0;
};

std::string sizeText(int64_t w, int64_t h)
{
    return std::to_string(w) + "x" + std::to_string(h);
}

template <class IntegerOf> Expected<Placing> placing(int64_t w, int64_t h, int64_t planes, const IntegerOf& integer,
                                                     const FitsTileOptions& o)
{
    if (w < 1 || h < 1 || w > o.maxSide || h > o.maxSide || planes < 1 || planes > 65536)
        return Error{Errc::TooLarge, "FITS image of " + sizeText(w, h) + " pixels is beyond the limit", {}};
    Placing p;
    p.storedWidth = static_cast<int>(w);
    p.storedHeight = static_cast<int>(h);
    p.planes = static_cast<int>(planes);
    const auto first = [&](std::initializer_list<const char*> keys) -> std::optional<int64_t> {
        for (const char* k : keys)
            if (const std::optional<int64_t> v = integer(k)) return v;
        return std::nullopt;
    };
    const auto trim1 = first({"TRIM1", "XTRIM"}), trim2 = first({"TRIM2", "YTRIM"});
    const auto full1 = first({"ONAXIS1"}), full2 = first({"ONAXIS2"});
    const bool trimmed = trim1 || trim2 || full1 || full2;
    const int64_t offset1 = trim1.value_or(0), offset2 = trim2.value_or(0);
    int64_t width = w, height = h;
    if (trimmed) {
        width = full1.value_or(o.fullSide > 0 ? o.fullSide : w + offset1);
        height = full2.value_or(o.fullSide > 0 ? o.fullSide : h + offset2);
    }
    if (offset1 < 0 || offset2 < 0 || offset1 + w > width || offset2 + h > height || width > o.maxSide || height > o.maxSide)
        return Error{Errc::Parse,
                     "trimmed FITS image: " + sizeText(w, h) + " at " + sizeText(offset1, offset2) +
                         " does not fit into " + sizeText(width, height),
                     {}};
    p.x = static_cast<int>(offset1);
    p.y = static_cast<int>(offset2);
    p.width = static_cast<int>(width);
    p.height = static_cast<int>(height);
    const uint64_t bytes = static_cast<uint64_t>(width) * static_cast<uint64_t>(height) * 4;
    if (bytes > o.maxBytes) return Error{Errc::TooLarge, "FITS image of " + sizeText(width, height) + " pixels is beyond the limit", {}};
    return p;
}

bool knownBitpix(int64_t b)
{
    return b == 8 || b == 16 || b == 32 || b == 64 || b == -32 || b == -64;
}

Error cutShort(size_t wanted, size_t found)
{
    return {Errc::Parse,
            "FITS file ends too early: " + std::to_string(wanted) + " bytes expected, " + std::to_string(found) + " found",
            {}};
}

/// The layout of a plain primary image; `plain` is false when the file is something else, which cfitsio then judges.
Expected<Layout> plainLayout(ByteView file, const FitsTileOptions& o)
{
    const auto header = Header::read(file);
    if (!header) return header.error();
    Layout l;
    const auto bitpix = header->integer("BITPIX"), axes = header->integer("NAXIS"), w = header->integer("NAXIS1"),
               h = header->integer("NAXIS2");
    if (header->logical("SIMPLE") != true || !bitpix || !knownBitpix(*bitpix) || !axes || *axes < 2 || *axes > 3 || !w || !h ||
        *w < 1 || *h < 1 || header->logical("GROUPS") == true)
        return l;
    const int64_t planes = *axes == 3 ? header->integer("NAXIS3").value_or(0) : 1;
    if (planes < 1) return l;
    const auto place = placing(*w, *h, planes, [&](const char* k) { return header->integer(k); }, o);
    if (!place) return place.error();
    l.place = *place;
    l.bitpix = static_cast<int>(*bitpix);
    l.scale = header->number("BSCALE").value_or(1);
    l.zero = header->number("BZERO").value_or(0);
    if (l.bitpix > 0) l.blank = header->integer("BLANK");
    l.dataAt = header->bytes();
    const uint64_t data = static_cast<uint64_t>(*w) * static_cast<uint64_t>(*h) * static_cast<uint64_t>(planes) *
                          static_cast<uint64_t>(std::abs(l.bitpix) / 8);
    if (l.dataAt > file.size() || data > file.size() - l.dataAt) return cutShort(l.dataAt + data, file.size());
    l.plain = true;
    return l;
}

template <class T> T bigEndian(const std::byte* p)
{
    using U = std::conditional_t<sizeof(T) == 1, uint8_t,
                                 std::conditional_t<sizeof(T) == 2, uint16_t, std::conditional_t<sizeof(T) == 4, uint32_t, uint64_t>>>;
    U u;
    std::memcpy(&u, p, sizeof u);
    if constexpr (sizeof(T) == 2) u = __builtin_bswap16(u);
    if constexpr (sizeof(T) == 4) u = __builtin_bswap32(u);
    if constexpr (sizeof(T) == 8) u = __builtin_bswap64(u);
    return std::bit_cast<T>(u);
}

template <class T> double physical(T stored, const Layout& l)
{
    if constexpr (std::is_integral_v<T>) {
        if (l.blank && static_cast<int64_t>(stored) == *l.blank) return std::numeric_limits<double>::quiet_NaN();
    }
    return l.zero + l.scale * static_cast<double>(stored);
}

template <class T> void convertRow(const std::byte* in, float* out, int n, const Layout& l)
{
    if (l.scale == 1 && l.zero == 0 && !l.blank) {
        for (int i = 0; i < n; ++i) out[i] = static_cast<float>(bigEndian<T>(in + static_cast<size_t>(i) * sizeof(T)));
        return;
    }
    for (int i = 0; i < n; ++i)
        out[i] = static_cast<float>(physical(bigEndian<T>(in + static_cast<size_t>(i) * sizeof(T)), l));
}

/// Calls f with a value of the stored type.
template <class F> auto withType(int bitpix, F&& f)
{
    switch (bitpix) {
    case 8: return f(uint8_t{});
    case 16: return f(int16_t{});
    case 32: return f(int32_t{});
    case 64: return f(int64_t{});
    case -32: return f(float{});
    default: return f(double{});
    }
}

void findRange(FitsTile& t, const float* v, size_t n)
{
    float lo = std::numeric_limits<float>::infinity(), hi = -lo;
    for (size_t i = 0; i < n; ++i) {
        // Without a branch, so that it vectorises: what is not finite is replaced by the running value.
        const float x = v[i];
        const bool finite = std::abs(x) <= std::numeric_limits<float>::max();
        lo = finite && x < lo ? x : lo;
        hi = finite && x > hi ? x : hi;
    }
    if (lo <= hi) {
        t.min = lo;
        t.max = hi;
    }
}

FitsTile emptyTile(const Placing& p, int bitpix, FitsPixels kind)
{
    FitsTile t;
    t.kind = kind;
    t.width = p.width;
    t.height = p.height;
    t.bitpix = bitpix;
    t.pixels.resize(static_cast<size_t>(p.width) * static_cast<size_t>(p.height) * 4);
    if (kind == FitsPixels::Float32 && (p.width != p.storedWidth || p.height != p.storedHeight)) {
        auto* v = reinterpret_cast<float*>(t.pixels.data());
        std::fill(v, v + t.pixels.size() / 4, kNan);
    }
    return t;
}

bool isColour(const Placing& p, int bitpix)
{
    return bitpix == 8 && (p.planes == 3 || p.planes == 4);
}

/// planes: storedWidth x storedHeight bytes each, one after the other.
FitsTile colourTile(const Placing& p, const uint8_t* planes)
{
    FitsTile t = emptyTile(p, 8, FitsPixels::Rgba8);
    const size_t plane = static_cast<size_t>(p.storedWidth) * static_cast<size_t>(p.storedHeight);
    auto* out = reinterpret_cast<uint8_t*>(t.pixels.data());
    for (int y = 0; y < p.storedHeight; ++y)
        for (int x = 0; x < p.storedWidth; ++x) {
            const size_t from = static_cast<size_t>(y) * static_cast<size_t>(p.storedWidth) + static_cast<size_t>(x);
            uint8_t* q = out + (static_cast<size_t>(y + p.y) * static_cast<size_t>(p.width) + static_cast<size_t>(x + p.x)) * 4;
            const unsigned a = p.planes == 4 ? planes[3 * plane + from] : 255u;
            for (size_t c = 0; c < 3; ++c) q[c] = static_cast<uint8_t>((planes[c * plane + from] * a + 127) / 255);
            q[3] = static_cast<uint8_t>(a);
        }
    return t;
}

/// A file of one plane is the channel that was asked for, whatever its number.
int planeOf(const Placing& p, const FitsTileOptions& o) { return p.planes == 1 ? 0 : o.plane; }

Expected<void> checkPlane(const Placing& p, int bitpix, const FitsTileOptions& o)
{
    if (p.planes == 1 || isColour(p, bitpix) || (o.plane >= 0 && o.plane < p.planes)) return {};
    return Error{Errc::Parse, "FITS cube of " + std::to_string(p.planes) + " planes, expected one of number " + std::to_string(o.plane), {}};
}

FitsTile plainTile(ByteView file, const Layout& l, const FitsTileOptions& o)
{
    const Placing& p = l.place;
    const std::byte* data = file.data() + l.dataAt;
    if (isColour(p, l.bitpix)) return colourTile(p, reinterpret_cast<const uint8_t*>(data));
    FitsTile t = emptyTile(p, l.bitpix, FitsPixels::Float32);
    auto* out = reinterpret_cast<float*>(t.pixels.data());
    const size_t width = static_cast<size_t>(p.storedWidth);
    withType(l.bitpix, [&](auto zero) {
        using T = decltype(zero);
        const std::byte* from = data + width * static_cast<size_t>(p.storedHeight) * static_cast<size_t>(planeOf(p, o)) * sizeof(T);
        for (int y = 0; y < p.storedHeight; ++y)
            convertRow<T>(from + static_cast<size_t>(y) * width * sizeof(T),
                          out + static_cast<size_t>(y + p.y) * static_cast<size_t>(p.width) + static_cast<size_t>(p.x),
                          p.storedWidth, l);
    });
    findRange(t, out, t.pixels.size() / 4);
    return t;
}

// ------------------------------------------------------------------------------------------------ through cfitsio

/// An image unit of an open file, with what its header says.
struct OpenImage {
    std::unique_ptr<MemoryFile> file;
    Placing place;
    int bitpix = 0;
};

/// Goes to the first unit that holds an image of two or more axes (compressed ones look the same).
Expected<int> firstImage(fitsfile* f)
{
    int status = 0, units = 0;
    if (fits_get_num_hdus(f, &units, &status)) return fitsError(status, "FITS file cannot be read");
    for (int i = 1; i <= std::min(units, 50); ++i) {
        int type = 0, axes = 0;
        status = 0;
        if (fits_movabs_hdu(f, i, &type, &status)) break;
        if (type == IMAGE_HDU && !fits_get_img_dim(f, &axes, &status) && axes >= 2) return i;
    }
    fits_clear_errmsg();
    return Error{Errc::Parse, "FITS file without an image", {}};
}

/// cfitsio reads zeros, or stale memory, behind the end of a file cut short; so the sizes are compared first.
Expected<void> checkComplete(const MemoryFile& m, int bitpix, const Placing& p)
{
    int status = 0;
    LONGLONG head = 0, data = 0, end = 0;
    fits_get_hduaddrll(m.get(), &head, &data, &end, &status);
    LONGLONG wanted = LONGLONG{p.storedWidth} * p.storedHeight * p.planes * (std::abs(bitpix) / 8);
    if (fits_is_compressed_image(m.get(), &status)) {
        // Of compressed data the padded size is all that is known for sure.
        wanted = std::max<LONGLONG>(end - data - static_cast<LONGLONG>(kBlock) + 1, 0);
    }
    fits_clear_errmsg();
    if (status) return fitsError(status, "FITS image cannot be read");
    const auto have = static_cast<LONGLONG>(m.givenBytes());
    if (data + wanted > have) return cutShort(static_cast<size_t>(data + wanted), m.givenBytes());
    return {};
}

Expected<OpenImage> openImage(ByteView file, const FitsTileOptions& o)
{
    auto opened = MemoryFile::open(file);
    if (!opened) return opened.error();
    OpenImage im{std::move(*opened), {}, 0};
    fitsfile* f = im.file->get();
    if (const auto unit = firstImage(f); !unit) return unit.error();
    int status = 0, axes = 0;
    LONGLONG size[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
    if (fits_get_img_paramll(f, 9, &im.bitpix, &axes, size, &status)) return fitsError(status, "FITS image cannot be read");
    for (int i = 3; i < std::min(axes, 9); ++i)
        if (size[i] != 1) return Error{Errc::Unsupported, "FITS image of more than 3 axes, expected 2 or 3", {}};
    const auto integer = [&](const char* key) -> std::optional<int64_t> {
        int s = 0;
        LONGLONG v = 0;
        if (!fits_read_key(f, TLONGLONG, key, &v, nullptr, &s)) return v;
        fits_clear_errmsg();
        return std::nullopt;
    };
    const auto place = placing(size[0], size[1], axes >= 3 ? size[2] : 1, integer, o);
    if (!place) return place.error();
    im.place = *place;
    if (auto ok = checkPlane(im.place, im.bitpix, o); !ok) return ok.error();
    if (auto ok = checkComplete(*im.file, im.bitpix, im.place); !ok) return ok.error();
    if (auto ok = checkCompressedImage(f, file); !ok) return ok.error();
    // "BLANK = -32768.0" is met, which cfitsio does not take for a number.
    double blank = 0;
    if (im.bitpix > 0 && !fits_is_compressed_image(f, &status) && !fits_read_key(f, TDOUBLE, "BLANK", &blank, nullptr, &status) &&
        std::abs(blank) < 9e15)
        fits_set_imgnull(f, static_cast<LONGLONG>(blank), &status);
    fits_clear_errmsg();
    return im;
}

Expected<FitsTile> cfitsioTile(ByteView file, const FitsTileOptions& o)
{
    auto im = openImage(file, o);
    if (!im) return im.error();
    const Placing& p = im->place;
    fitsfile* f = im->file->get();
    const size_t pixels = static_cast<size_t>(p.storedWidth) * static_cast<size_t>(p.storedHeight);
    int status = 0, blanks = 0; // cfitsio counts the blank ones, and must have somewhere to
    if (isColour(p, im->bitpix)) {
        std::vector<uint8_t> planes(pixels * static_cast<size_t>(p.planes));
        LONGLONG first[9] = {1, 1, 1, 1, 1, 1, 1, 1, 1};
        if (fits_read_pixll(f, TBYTE, first, static_cast<LONGLONG>(planes.size()), nullptr, planes.data(), &blanks, &status))
            return fitsError(status, "FITS image cannot be read");
        return colourTile(p, planes.data());
    }
    FitsTile t = emptyTile(p, im->bitpix, FitsPixels::Float32);
    auto* out = reinterpret_cast<float*>(t.pixels.data());
    std::vector<float> stored(pixels);
    float nan = kNan;
    LONGLONG first[9] = {1, 1, planeOf(p, o) + 1, 1, 1, 1, 1, 1, 1};
    if (fits_read_pixll(f, TFLOAT, first, static_cast<LONGLONG>(pixels), &nan, stored.data(), &blanks, &status) &&
        status != NUM_OVERFLOW)
        return fitsError(status, "FITS image cannot be read");
    fits_clear_errmsg();
    for (int y = 0; y < p.storedHeight; ++y)
        std::copy_n(stored.data() + static_cast<size_t>(y) * static_cast<size_t>(p.storedWidth), p.storedWidth,
                    out + static_cast<size_t>(y + p.y) * static_cast<size_t>(p.width) + static_cast<size_t>(p.x));
    findRange(t, out, t.pixels.size() / 4);
    return t;
}

/// Where gzip is met, the unpacked file; else nothing.
Expected<Bytes> unpacked(ByteView file, const FitsTileOptions& o)
{
    if (!isGzip(file)) return Bytes{};
    return gunzip(file, o.maxBytes);
}

Error notFits(ByteView file)
{
    const std::string_view s = asText(file).substr(0, 200);
    const size_t at = s.find_first_not_of(" \t\r\n");
    if (at != std::string_view::npos && s[at] == '<') return {Errc::Parse, "expected a FITS file, found an HTML page", {}};
    return {Errc::Parse, file.empty() ? "expected a FITS file, found an empty file" : "expected a FITS file, found other data", {}};
}

bool looksLikeFits(ByteView file)
{
    return asText(file).starts_with("SIMPLE");
}

} // namespace

Expected<Read<FitsTile>> readFitsTile(ByteView file, const FitsTileOptions& options)
{
    auto inflated = unpacked(file, options);
    if (!inflated) return inflated.error();
    if (!inflated->empty()) file = *inflated;
    if (!looksLikeFits(file)) return notFits(file);
    const auto layout = plainLayout(file, options);
    if (!layout) return layout.error();
    Read<FitsTile> result;
    if (layout->plain && !options.alwaysCfitsio) {
        if (auto ok = checkPlane(layout->place, layout->bitpix, options); !ok) return ok.error();
        result.value = plainTile(file, *layout, options);
        return result;
    }
    auto tile = cfitsioTile(file, options);
    if (!tile) return tile.error();
    result.value = std::move(*tile);
    return result;
}

Expected<double> readFitsTilePixel(ByteView file, int column, int row, const FitsTileOptions& options)
{
    auto inflated = unpacked(file, options);
    if (!inflated) return inflated.error();
    if (!inflated->empty()) file = *inflated;
    if (!looksLikeFits(file)) return notFits(file);
    const auto layout = plainLayout(file, options);
    if (!layout) return layout.error();
    const bool plain = layout->plain && !options.alwaysCfitsio;
    std::optional<OpenImage> opened;
    if (!plain) {
        auto im = openImage(file, options);
        if (!im) return im.error();
        opened = std::move(*im);
    }
    const Placing& p = plain ? layout->place : opened->place;
    if (auto ok = checkPlane(p, plain ? layout->bitpix : opened->bitpix, options); !ok) return ok.error();
    if (column < 0 || row < 0 || column >= p.width || row >= p.height)
        return Error{Errc::Usage, "pixel outside the tile", {}};
    const int x = column - p.x, y = row - p.y;
    if (x < 0 || y < 0 || x >= p.storedWidth || y >= p.storedHeight) return std::numeric_limits<double>::quiet_NaN();
    if (plain) {
        const size_t width = static_cast<size_t>(p.storedWidth);
        const size_t index = (static_cast<size_t>(planeOf(p, options)) * static_cast<size_t>(p.storedHeight) + static_cast<size_t>(y)) *
                                 width + static_cast<size_t>(x);
        return withType(layout->bitpix, [&](auto zero) {
            using T = decltype(zero);
            return physical(bigEndian<T>(file.data() + layout->dataAt + index * sizeof(T)), *layout);
        });
    }
    int status = 0, blanks = 0;
    double value = 0, nan = std::numeric_limits<double>::quiet_NaN();
    LONGLONG first[9] = {x + 1, y + 1, planeOf(p, options) + 1, 1, 1, 1, 1, 1, 1};
    if (fits_read_pixll(opened->file->get(), TDOUBLE, first, 1, &nan, &value, &blanks, &status))
        return fitsError(status, "FITS pixel cannot be read");
    return value;
}

} // namespace firmament::fits
