#include "fits/compressed_check.h"

#include <algorithm>
#include <string>

#include "fits/gzip.h"
#include "fits/memory_file.h"
#include "fits/rice_check.h"

namespace firmament::fits {
namespace {

constexpr int kMaxBlock = 65536;

Error ofTile(const char* method, LONGLONG tile, const std::string& what)
{
    return {Errc::Parse, std::string("damaged FITS file: ") + method + " tile " + std::to_string(tile) + " " + what, {}};
}

/// Tiles at the far ends of the axes are smaller.
int64_t pixelsOfTile(const FITSfile& u, int64_t tile)
{
    int64_t pixels = 1;
    for (int i = 0; i < u.zndim; ++i) {
        const int64_t side = u.znaxis[i], step = u.tilesize[i], count = (side + step - 1) / step;
        pixels *= std::min(step, side - tile % count * step);
        tile /= count;
    }
    return pixels;
}

Expected<ByteView> stream(fitsfile* f, int column, LONGLONG row, ByteView file)
{
    int status = 0, type = 0;
    LONGLONG repeat = 0, width = 0, n = 0, at = 0;
    fits_get_coltypell(f, column, &type, &repeat, &width, &status);
    fits_read_descriptll(f, column, row, &n, &at, &status);
    if (status) return fitsError(status, "compressed FITS image cannot be read");
    if (type != -TBYTE) return ofTile("compressed", row, "is not of bytes");
    const LONGLONG from = f->Fptr->datastart + f->Fptr->heapstart, size = static_cast<LONGLONG>(file.size());
    if (n < 0 || at < 0 || from > size || at > size - from || n > size - from - at) return ofTile("compressed", row, "is outside the file");
    return file.subspan(static_cast<size_t>(from + at), static_cast<size_t>(n));
}

/// `other`: a second size that is right as well.
Expected<void> checkGzip(ByteView packed, LONGLONG row, int64_t bytes, int64_t other)
{
    const auto plain = gunzip(packed, static_cast<uint64_t>(std::max(bytes, other)));
    if (!plain) return ofTile("GZIP", row, "does not unpack: " + plain.error().what);
    const auto found = static_cast<int64_t>(plain->size());
    if (found != bytes && found != other)
        return ofTile("GZIP", row, "has " + std::to_string(plain->size()) + " bytes, expected " + std::to_string(bytes));
    return {};
}

Expected<void> checkTile(fitsfile* f, LONGLONG row, ByteView file)
{
    const FITSfile& u = *f->Fptr;
    const int64_t pixels = pixelsOfTile(u, row - 1), pixelBytes = (u.zbitpix < 0 ? -u.zbitpix : u.zbitpix) / 8;
    auto data = stream(f, u.cn_compressed, row, file);
    if (!data) return data.error();
    if (data->empty()) { // the pixels, not made integers, are in another column
        if (u.cn_uncompressed >= 1 || u.cn_gzip_data < 1) return ofTile("compressed", row, "is empty");
        data = stream(f, u.cn_gzip_data, row, file);
        if (!data) return data.error();
        const int64_t bytes = pixels * (u.zbitpix == FLOAT_IMG ? 4 : 8);
        return checkGzip(*data, row, bytes, bytes);
    }
    if (u.compress_type != RICE_1) {
        // Small integers are met as 4 bytes too, floats made integers (with a ZSCALE) always.
        const int64_t whole = pixels * 4, own = u.cn_zscale != 0 ? whole : pixels * pixelBytes;
        return checkGzip(*data, row, own, u.zbitpix > 0 && pixelBytes < 4 ? whole : own);
    }
    if (!riceHolds(*data, u.rice_bytepix, u.rice_blocksize, pixels)) return ofTile("RICE", row, "ends early");
    return {};
}

} // namespace

Expected<void> checkCompressedImage(fitsfile* f, ByteView file)
{
    int status = 0;
    if (!fits_is_compressed_image(f, &status)) return {};
    const FITSfile& u = *f->Fptr;
    // The decoders of the others believe what the data say of their own size, at every step.
    if (u.compress_type != RICE_1 && u.compress_type != GZIP_1 && u.compress_type != GZIP_2)
        return Error{Errc::Unsupported, std::string(u.zcmptype) + " compression, expected RICE_1, GZIP_1 or GZIP_2", {}};
    if (u.compress_type == RICE_1 && (u.rice_blocksize < 1 || u.rice_blocksize > kMaxBlock))
        return Error{Errc::Parse, "damaged FITS file: RICE blocks of " + std::to_string(u.rice_blocksize) + " pixels", {}};
    if (u.zndim < 1 || u.zndim > MAX_COMPRESS_DIM) return Error{Errc::Parse, "damaged FITS file: ZNAXIS", {}};
    int64_t tiles = 1;
    for (int i = 0; i < u.zndim; ++i) {
        if (u.znaxis[i] < 1 || u.tilesize[i] < 1 || u.tilesize[i] > u.znaxis[i]) return Error{Errc::Parse, "damaged FITS file: tile sizes", {}};
        tiles *= (u.znaxis[i] + u.tilesize[i] - 1) / u.tilesize[i];
        if (tiles > u.numrows) return Error{Errc::Parse, "damaged FITS file: fewer tiles than expected", {}};
    }
    for (int64_t row = 1; row <= tiles; ++row)
        if (auto ok = checkTile(f, row, file); !ok) return ok;
    return {};
}

} // namespace firmament::fits
