#include "fits/gzip.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace firmament::fits {
namespace {

Error damaged(const char* why)
{
    return {Errc::Parse, std::string("gzip data cannot be unpacked: ") + why, {}};
}

} // namespace

Expected<Bytes> gunzip(ByteView in, uint64_t maxBytes)
{
    if (!isGzip(in)) return damaged("it does not start as gzip does");
    if (in.size() > std::numeric_limits<uInt>::max()) return Error{Errc::TooLarge, "gzip data above 4 GiB", {}};
    z_stream z{};
    if (inflateInit2(&z, 15 + 16) != Z_OK) return damaged("zlib does not start");
    struct End {
        z_stream& z;
        ~End() { inflateEnd(&z); }
    } end{z};
    // zlib takes a non-const pointer but does not write through it.
    z.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(in.data()));
    z.avail_in = static_cast<uInt>(in.size());

    Bytes out;
    for (;;) {
        const uint64_t room = maxBytes - out.size();
        if (room == 0) return Error{Errc::TooLarge, "gzip data unpacks to more than " + std::to_string(maxBytes) + " bytes", {}};
        const size_t grow = static_cast<size_t>(
            std::min<uint64_t>(room, std::max<uint64_t>(uint64_t{1} << 16, std::max<uint64_t>(out.size(), in.size() * 3))));
        const size_t at = out.size();
        out.resize(at + grow);
        z.next_out = reinterpret_cast<Bytef*>(out.data() + at);
        z.avail_out = static_cast<uInt>(std::min<size_t>(grow, std::numeric_limits<uInt>::max()));
        const size_t asked = z.avail_out;
        const int status = inflate(&z, Z_NO_FLUSH);
        out.resize(at + asked - z.avail_out);
        if (status == Z_STREAM_END) {
            // A further member may follow; anything else behind it is padding.
            if (z.avail_in < 2 || z.next_in[0] != 0x1F || z.next_in[1] != 0x8B) return out;
            if (inflateReset(&z) != Z_OK) return damaged("a further part is damaged");
            continue;
        }
        if (status == Z_BUF_ERROR || (status == Z_OK && z.avail_in == 0 && z.avail_out != 0))
            return damaged("it ends too early");
        if (status != Z_OK) return damaged(z.msg ? z.msg : "damaged data");
    }
}

} // namespace firmament::fits
