#include "catalogs/star_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>
#include <limits>
#include <utility>

#include "sky/healpix.h"

namespace firmament::catalogs {

namespace {

constexpr size_t kHeadBytes = 64, kSectionBytes = 24, kSectionCount = 8;
constexpr size_t kHipBytes = 8, kFastBytes = 12, kPlaceBytes = 6, kHdBytes = 3;
constexpr size_t kMaxStars = 1u << 24; // the HIP section has 24-bit star numbers

uint16_t le16(const uint8_t* p) { return static_cast<uint16_t>(p[0] | p[1] << 8); }
uint32_t le24(const uint8_t* p) { return uint32_t{p[0]} | uint32_t{p[1]} << 8 | uint32_t{p[2]} << 16; }
uint32_t le32(const uint8_t* p) { return le24(p) | uint32_t{p[3]} << 24; }
uint64_t le64(const uint8_t* p) { return uint64_t{le32(p)} | uint64_t{le32(p + 4)} << 32; }
int16_t leS16(const uint8_t* p) { return static_cast<int16_t>(le16(p)); }
int32_t leS32(const uint8_t* p) { return static_cast<int32_t>(le32(p)); }

/// FNV-1a over little-endian 64-bit words, the last one filled with zeros.
class Checksum {
public:
    void add(std::span<const uint8_t> bytes)
    {
        for (size_t i = 0; i < bytes.size(); i += 8) {
            uint8_t word[8] = {};
            std::memcpy(word, bytes.data() + i, std::min<size_t>(8, bytes.size() - i));
            sum_ = (sum_ ^ le64(word)) * 0x100000001B3ULL;
        }
    }
    uint64_t value() const { return sum_; }

private:
    uint64_t sum_ = 0xCBF29CE484222325ULL;
};

Unexpected<Error> bad(std::string what) { return Unexpected(Error{Errc::Parse, std::move(what), {}}); }

} // namespace

MappedFile::MappedFile(MappedFile&& o) noexcept : data_(std::exchange(o.data_, nullptr)), size_(std::exchange(o.size_, 0)) {}

MappedFile::~MappedFile()
{
    if (data_) ::munmap(const_cast<uint8_t*>(data_), size_);
}

Expected<MappedFile> MappedFile::open(const std::filesystem::path& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return Error{errno == ENOENT ? Errc::NotFound : Errc::Io, std::strerror(errno), path.string()};
    struct stat st {};
    if (::fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
        ::close(fd);
        return Error{Errc::Io, "not a file", path.string()};
    }
    const auto size = static_cast<size_t>(st.st_size);
    if (size == 0) {
        ::close(fd);
        return MappedFile(nullptr, 0);
    }
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    const int mapError = errno;
    ::close(fd);
    if (data == MAP_FAILED) return Error{Errc::Io, std::strerror(mapError), path.string()};
    return MappedFile(static_cast<const uint8_t*>(data), size);
}

Expected<StarFile> StarFile::open(const std::filesystem::path& path)
{
    auto file = MappedFile::open(path);
    if (!file) return file.error();
    StarFile stars(std::move(*file));
    if (auto ok = stars.readHeader(); !ok) {
        Error e = ok.error();
        e.where = path.string();
        return e;
    }
    return stars;
}

Expected<void> StarFile::readHeader()
{
    const auto all = file_.bytes();
    if (all.size() < kHeadBytes + kSectionCount * kSectionBytes) {
        return bad("a star file of at least " + std::to_string(kHeadBytes + kSectionCount * kSectionBytes)
                   + " bytes was expected, it has " + std::to_string(all.size()));
    }
    const uint8_t* p = all.data();
    if (std::memcmp(p, "FIRMSTAR", 8) != 0) return bad("not a star file (its first bytes are not FIRMSTAR)");
    if (le32(p + 8) != 1) return bad("star file version 1 was expected, found " + std::to_string(le32(p + 8)));
    if (le32(p + 12) != kOrder) return bad("stars sorted by HEALPix order 3 were expected, found " + std::to_string(le32(p + 12)));
    const uint64_t count = le64(p + 16);
    const uint64_t epochBits = le64(p + 24);
    std::memcpy(&epoch_, &epochBits, sizeof epoch_);
    if (count == 0 || count > kMaxStars || !(epoch_ > 1800 && epoch_ < 2200)) return bad("the header is damaged (number of stars, epoch)");
    if (le64(p + 32) != all.size()) {
        return bad("cut short: " + std::to_string(le64(p + 32)) + " bytes were expected, found " + std::to_string(all.size()));
    }
    if (le32(p + 40) != kSectionCount) return bad("eight sections were expected, found " + std::to_string(le32(p + 40)));
    headSum_ = le64(p + 48);
    bodySum_ = le64(p + 56);
    count_ = static_cast<size_t>(count);
    bodyAt_ = kHeadBytes + kSectionCount * kSectionBytes;

    struct Wanted {
        const char* tag;
        uint32_t size;
        const uint8_t** at;
        size_t* countOut; ///< null: as many as stars
    };
    size_t cells = 0, hds = 0;
    const Wanted wanted[kSectionCount] = {{"CELL", 4, &cells_, &cells},      {"PLAC", kPlaceBytes, &places_, nullptr},
                                          {"MOTN", 4, &motions_, nullptr},   {"VMAG", 2, &magnitudes_, nullptr},
                                          {"BVCI", 1, &colours_, nullptr},   {"HIPN", kHipBytes, &hips_, &hipCount_},
                                          {"HDNO", kHdBytes, &hds_, &hds},   {"FAST", kFastBytes, &fast_, &fastCount_}};
    for (size_t i = 0; i < kSectionCount; ++i) {
        const uint8_t* s = p + kHeadBytes + i * kSectionBytes;
        const Wanted& w = wanted[i];
        const uint64_t at = le64(s + 8), n = le64(s + 16);
        if (std::memcmp(s, w.tag, 4) != 0 || le32(s + 4) != w.size) return bad(std::string("section ") + w.tag + " was expected");
        if (n > kMaxStars || at < bodyAt_ || at > all.size() || n * w.size > all.size() - at || (!w.countOut && n != count)) {
            return bad(std::string("section ") + w.tag + " reaches beyond the file or has the wrong length");
        }
        *w.at = p + at;
        if (w.countOut) *w.countOut = static_cast<size_t>(n);
    }
    if (cells != kCells + 1) return bad("769 cell starts were expected, found " + std::to_string(cells));
    if (hds != hipCount_) return bad("as many HD as HIP numbers were expected, found " + std::to_string(hds));
    Checksum sum;
    // The three parts are summed as one run of bytes; each is a whole number of words but the last.
    sum.add(all.first(48));
    sum.add(all.subspan(kHeadBytes, kSectionCount * kSectionBytes));
    sum.add({cells_, cells * 4});
    if (sum.value() != headSum_) return bad("the header's checksum is wrong: the file is damaged");
    return checkIndices({});
}

Expected<void> StarFile::checkIndices(const std::string&) const
{
    if (cellBegin(0) != 0 || cellBegin(kCells) != count_) return bad("the cells do not hold all stars");
    for (uint32_t c = 0; c < kCells; ++c) {
        if (cellBegin(c) > cellBegin(c + 1)) return bad("the cell starts go backwards at cell " + std::to_string(c));
    }
    uint32_t last = 0;
    for (size_t i = 0; i < hipCount_; ++i) {
        const uint32_t star = le24(hips_ + i * kHipBytes);
        if (star >= count_ || (i > 0 && star <= last)) return bad("the Hipparcos numbers are not in star order");
        last = star;
    }
    for (size_t i = 0; i < fastCount_; ++i) {
        const uint32_t star = le32(fast_ + i * kFastBytes);
        if (star >= count_ || (i > 0 && star <= last)) return bad("the fast stars are not in star order");
        last = star;
    }
    return {};
}

bool StarFile::intact() const
{
    Checksum sum;
    sum.add(file_.bytes().subspan(bodyAt_));
    return sum.value() == bodySum_;
}

size_t StarFile::cellBegin(uint32_t cell) const { return le32(cells_ + size_t{4} * std::min(cell, kCells)); }

uint32_t StarFile::cellOf(size_t star) const
{
    uint32_t lo = 0, hi = kCells;
    while (hi - lo > 1) {
        const uint32_t mid = (lo + hi) / 2;
        (cellBegin(mid) <= star ? lo : hi) = mid;
    }
    return lo;
}

sky::Dir StarFile::direction(size_t star) const
{
    constexpr double kStep = 1.0 / (1 << 24);
    const uint8_t* p = places_ + star * kPlaceBytes;
    const sky::Cell cell{kOrder, cellOf(star)};
    return sky::cellPoint(cell, (le24(p + 3) + 0.5) * kStep, (le24(p) + 0.5) * kStep);
}

void StarFile::motion(size_t star, double& raMas, double& decMas) const
{
    const uint8_t* p = motions_ + star * 4;
    raMas = leS16(p) * 0.1;
    decMas = leS16(p + 2) * 0.1;
    if (leS16(p) != std::numeric_limits<int16_t>::min()) return;
    size_t lo = 0, hi = fastCount_;
    while (lo < hi) {
        const size_t mid = (lo + hi) / 2;
        if (le32(fast_ + mid * kFastBytes) < star) lo = mid + 1;
        else hi = mid;
    }
    if (lo == fastCount_ || le32(fast_ + lo * kFastBytes) != star) {
        raMas = decMas = 0;
        return;
    }
    raMas = leS32(fast_ + lo * kFastBytes + 4) * 0.1;
    decMas = leS32(fast_ + lo * kFastBytes + 8) * 0.1;
}

float StarFile::magnitude(size_t star) const { return static_cast<float>(leS16(magnitudes_ + star * 2)) * 0.01f; }

float StarFile::colour(size_t star) const
{
    const uint8_t c = colours_[star];
    return c == 255 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(c) * 0.02f - 0.6f;
}

StarFile::HipEntry StarFile::hipEntry(size_t i) const
{
    const uint8_t* p = hips_ + i * kHipBytes;
    return {le24(p), le24(p + 3), le24(hds_ + i * kHdBytes), static_cast<float>(le16(p + 6)) * 0.02f};
}

StarFile::HipEntry StarFile::hipOf(size_t star) const
{
    size_t lo = 0, hi = hipCount_;
    while (lo < hi) {
        const size_t mid = (lo + hi) / 2;
        if (le24(hips_ + mid * kHipBytes) < star) lo = mid + 1;
        else hi = mid;
    }
    if (lo < hipCount_ && le24(hips_ + lo * kHipBytes) == star) return hipEntry(lo);
    return {static_cast<uint32_t>(star), 0, 0, 0};
}

} // namespace firmament::catalogs
