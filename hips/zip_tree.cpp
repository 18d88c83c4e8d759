// PKWARE's APPNOTE 6.3: end record (4.3.16), zip64 end record (4.3.14) and locator (4.3.15), directory entries (4.3.12), local headers (4.3.7).
#include "hips/zip_tree.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <vector>

#include <zlib.h>

namespace firmament::hips {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t kMostFiles = 20'000'000, kMostDirectory = uint64_t{4} << 30, kMostName = 1024;
/// Tiles are compressed already: an archive that swells more than this is no HiPS.
constexpr uint64_t kMostSwelling = 200, kSwellingFrom = uint64_t{64} << 20;
constexpr size_t kChunk = size_t{256} << 10;
constexpr uint32_t kEndMark = 0x06054b50, kEnd64Mark = 0x06064b50, kLocatorMark = 0x07064b50, kEntryMark = 0x02014b50, kLocalMark = 0x04034b50;

Error broken(const fs::path& archive, std::string what) { return Error{Errc::Parse, std::move(what), archive.filename().string(), 0, false}; }

uint64_t number(const unsigned char* at, int bytes)
{
    uint64_t v = 0;
    for (int i = bytes; i-- > 0;) v = v << 8 | at[i];
    return v;
}

struct Entry {
    std::string name;
    uint64_t packed = 0, size = 0, offset = 0;
    uint32_t crc = 0;
    uint16_t method = 0, flags = 0;
};

class Archive {
public:
    explicit Archive(const fs::path& path) : path_(path), file_(path, std::ios::binary)
    {
        std::error_code error;
        size_ = fs::file_size(path, error);
        if (error) size_ = 0;
    }
    bool open() const { return static_cast<bool>(file_); }
    uint64_t size() const { return size_; }
    const fs::path& path() const { return path_; }

    bool read(uint64_t at, unsigned char* to, size_t bytes)
    {
        if (at > size_ || bytes > size_ - at) return false;
        file_.clear();
        file_.seekg(static_cast<std::streamoff>(at));
        file_.read(reinterpret_cast<char*>(to), static_cast<std::streamsize>(bytes));
        return static_cast<bool>(file_);
    }

private:
    fs::path path_;
    std::ifstream file_;
    uint64_t size_ = 0;
};

struct Directory {
    uint64_t at = 0, bytes = 0, entries = 0;
};

/// The end record lies in the last 64 kB, behind it at most a comment.
std::optional<Directory> findDirectory(Archive& a)
{
    constexpr uint64_t kEnd = 22, kLocator = 20;
    const uint64_t tail = std::min<uint64_t>(a.size(), kEnd + 65535);
    std::vector<unsigned char> end(tail);
    if (tail < kEnd || !a.read(a.size() - tail, end.data(), tail)) return std::nullopt;
    for (uint64_t i = tail - kEnd + 1; i-- > 0;) {
        const unsigned char* p = end.data() + i;
        if (number(p, 4) != kEndMark) continue;
        Directory d{number(p + 16, 4), number(p + 12, 4), number(p + 10, 2)};
        const uint64_t at = a.size() - tail + i;
        std::array<unsigned char, 56> more{};
        const bool wide = d.at == 0xFFFFFFFF || d.bytes == 0xFFFFFFFF || d.entries == 0xFFFF;
        if (wide && at >= kLocator && a.read(at - kLocator, more.data(), kLocator) && number(more.data(), 4) == kLocatorMark) {
            const uint64_t where = number(more.data() + 8, 8);
            if (!a.read(where, more.data(), 56) || number(more.data(), 4) != kEnd64Mark) return std::nullopt;
            d = {number(more.data() + 48, 8), number(more.data() + 40, 8), number(more.data() + 32, 8)};
        }
        if (d.at > a.size() || d.bytes > a.size() - d.at) return std::nullopt;
        return d;
    }
    return std::nullopt;
}

/// The 64-bit numbers of an entry whose own fields are full, in their order.
bool widen(Entry& e, const unsigned char* extra, size_t length)
{
    for (size_t i = 0; i + 4 <= length;) {
        const auto id = static_cast<uint16_t>(number(extra + i, 2));
        const size_t size = number(extra + i + 2, 2);
        i += 4;
        if (size > length - i) return false;
        if (id == 1) {
            size_t at = i;
            for (uint64_t* field : {&e.size, &e.packed, &e.offset}) {
                if (*field != 0xFFFFFFFF) continue;
                if (at + 8 > i + size) return false;
                *field = number(extra + at, 8);
                at += 8;
            }
        }
        i += size;
    }
    return true;
}

Expected<std::vector<Entry>> readEntries(Archive& a)
{
    if (!a.open()) return Error{Errc::NotFound, "no such file", a.path().string(), 0, false};
    const auto d = findDirectory(a);
    if (!d || d->entries > kMostFiles || d->bytes > kMostDirectory) return broken(a.path(), "not a whole zip archive (its list of files was not found)");
    std::vector<unsigned char> list(d->bytes);
    if (!a.read(d->at, list.data(), list.size())) return broken(a.path(), "its list of files cannot be read");
    std::vector<Entry> entries;
    size_t at = 0;
    for (uint64_t i = 0; i < d->entries; ++i) {
        if (at + 46 > list.size() || number(list.data() + at, 4) != kEntryMark) return broken(a.path(), "its list of files is broken at file " + std::to_string(i + 1));
        const unsigned char* p = list.data() + at;
        const size_t name = number(p + 28, 2), extra = number(p + 30, 2), comment = number(p + 32, 2);
        if (at + 46 + name + extra + comment > list.size()) return broken(a.path(), "its list of files is broken at file " + std::to_string(i + 1));
        Entry e;
        e.name.assign(reinterpret_cast<const char*>(p) + 46, name);
        e.flags = static_cast<uint16_t>(number(p + 8, 2));
        e.method = static_cast<uint16_t>(number(p + 10, 2));
        e.crc = static_cast<uint32_t>(number(p + 16, 4));
        e.packed = number(p + 20, 4);
        e.size = number(p + 24, 4);
        e.offset = number(p + 42, 4);
        if (!widen(e, p + 46 + name, extra)) return broken(a.path(), "the sizes of \"" + e.name.substr(0, 80) + "\" are broken");
        at += 46 + name + extra + comment;
        entries.push_back(std::move(e));
    }
    return entries;
}

/// Inside the folder, whatever it says.
bool safe(const std::string& name)
{
    if (name.empty() || name.size() > kMostName || name.front() == '/' || name.find('\\') != name.npos || name.find(':') != name.npos || name.find('\0') != name.npos) return false;
    const fs::path path(name);
    return std::none_of(path.begin(), path.end(), [](const fs::path& part) { return part == ".."; });
}

struct Chosen {
    ZippedTree tree;
    std::vector<Entry> entries; ///< below the root, no folders
};

Expected<Chosen> choose(Archive& a)
{
    auto entries = readEntries(a);
    if (!entries) return entries.error();
    constexpr std::string_view kFile = "properties";
    const Entry* top = nullptr;
    for (const Entry& e : *entries) {
        const bool is = e.name == kFile || e.name.ends_with("/properties");
        if (is && safe(e.name) && (!top || e.name.size() < top->name.size())) top = &e;
    }
    if (!top) return Error{Errc::NotFound, "holds no HiPS (no file \"properties\")", a.path().filename().string(), 0, false};
    Chosen out;
    out.tree.root = top->name.substr(0, top->name.size() - kFile.size());
    uint64_t packed = 0;
    for (Entry& e : *entries) {
        if (!e.name.starts_with(out.tree.root) || e.name.ends_with('/')) continue;
        const std::string shown = "\"" + e.name.substr(0, 80) + "\"";
        if (!safe(e.name)) return broken(a.path(), shown + " leads out of the folder");
        if (e.flags & 1) return Error{Errc::Unsupported, shown + " is encrypted", a.path().filename().string(), 0, false};
        if (e.method != 0 && e.method != 8) return Error{Errc::Unsupported, shown + " is packed by method " + std::to_string(e.method) + ", expected stored or deflated files", a.path().filename().string(), 0, false};
        if (e.packed > a.size() || e.offset > a.size()) return broken(a.path(), shown + " lies beyond its end");
        packed += e.packed;
        out.tree.bytes += e.size;
        ++out.tree.files;
        if (out.tree.bytes > kSwellingFrom && out.tree.bytes / kMostSwelling > packed) return broken(a.path(), "swells more than " + std::to_string(kMostSwelling) + " times, expected tiles");
        out.entries.push_back(std::move(e));
    }
    return out;
}

/// Writes one file. An empty text: done; else what is wrong.
std::string extract(Archive& a, const Entry& e, const fs::path& to, const std::function<bool(uint64_t)>& wrote)
{
    std::array<unsigned char, 30> local{};
    if (!a.read(e.offset, local.data(), local.size()) || number(local.data(), 4) != kLocalMark) return "is not where the list says";
    uint64_t at = e.offset + 30 + number(local.data() + 26, 2) + number(local.data() + 28, 2), left = e.packed, written = 0;
    std::error_code error;
    fs::create_directories(to.parent_path(), error);
    std::ofstream out(to, std::ios::binary);
    if (!out) return "cannot be written to " + to.string();
    z_stream z{};
    if (e.method == 8 && inflateInit2(&z, -MAX_WBITS) != Z_OK) return "cannot be unpacked: no memory";
    struct End {
        z_stream* z;
        ~End() { if (z) inflateEnd(z); }
    } end{e.method == 8 ? &z : nullptr};
    std::vector<unsigned char> in(kChunk), plain(kChunk);
    uLong crc = crc32(0, nullptr, 0);
    const auto put = [&](const unsigned char* data, size_t bytes) {
        written += bytes;
        if (written > e.size) return false;
        crc = crc32(crc, data, static_cast<uInt>(bytes));
        out.write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(bytes));
        return static_cast<bool>(out) && wrote(bytes);
    };
    const auto unwritten = [&] { return std::string(written > e.size ? "is not as large as the list says" : "could not be written whole"); };
    bool ended = e.method == 0;
    while (left > 0) {
        const size_t take = static_cast<size_t>(std::min<uint64_t>(left, in.size()));
        if (!a.read(at, in.data(), take)) return "is cut off";
        at += take;
        left -= take;
        if (e.method == 0) {
            if (!put(in.data(), take)) return unwritten();
            continue;
        }
        z.next_in = in.data();
        z.avail_in = static_cast<uInt>(take);
        while (z.avail_in > 0 && !ended) {
            z.next_out = plain.data();
            z.avail_out = static_cast<uInt>(plain.size());
            const int status = inflate(&z, Z_NO_FLUSH);
            if (status != Z_OK && status != Z_STREAM_END) return "is broken inside";
            if (!put(plain.data(), plain.size() - z.avail_out)) return unwritten();
            ended = status == Z_STREAM_END;
        }
    }
    if (!ended || written != e.size) return "is not as large as the list says";
    if (crc != e.crc) return "is broken (its checksum is wrong)";
    out.close();
    return out ? std::string() : "could not be written whole";
}

} // namespace

Expected<ZippedTree> lookIntoZip(const fs::path& archive)
{
    Archive a(archive);
    auto chosen = choose(a);
    if (!chosen) return chosen.error();
    return chosen->tree;
}

Expected<ZippedTree> unpackZip(const fs::path& archive, const fs::path& into, const std::function<bool(uint64_t)>& tell)
{
    Archive a(archive);
    auto chosen = choose(a);
    if (!chosen) return chosen.error();
    std::error_code error;
    if (fs::exists(into, error)) return Error{Errc::Io, "is there already, expected a new folder", into.string(), 0, false};
    const auto room = fs::space(into.parent_path(), error);
    if (!error && room.available < chosen->tree.bytes)
        return Error{Errc::Io, "has room for " + std::to_string(room.available >> 20) + " MB, expected " + std::to_string(chosen->tree.bytes >> 20) + " MB", into.parent_path().string(), 0, false};
    const fs::path part = into.string() + ".part";
    fs::remove_all(part, error);
    uint64_t written = 0;
    bool stopped = false;
    const auto wrote = [&](uint64_t bytes) {
        written += bytes;
        stopped = stopped || (tell && !tell(written));
        return !stopped;
    };
    for (const Entry& e : chosen->entries) {
        const std::string why = extract(a, e, part / e.name.substr(chosen->tree.root.size()), wrote);
        if (why.empty()) continue;
        fs::remove_all(part, error);
        if (stopped) return Error{Errc::Cancelled, "stopped", archive.filename().string(), 0, false};
        return broken(archive, "\"" + e.name.substr(0, 80) + "\" " + why);
    }
    fs::rename(part, into, error);
    if (error) {
        std::error_code ignored;
        fs::remove_all(part, ignored);
        return Error{Errc::Io, "the folder cannot be made: " + error.message(), into.string(), 0, false};
    }
    return chosen->tree;
}

} // namespace firmament::hips
