#include "fits/unit_check.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <vector>

#include "fits/header.h"

namespace firmament::fits {
namespace {

constexpr int64_t kMaxSide = 65536;
constexpr int64_t kMaxTilePixels = int64_t{1} << 26;
constexpr int kMaxUnits = 50;
constexpr int kMaxColumns = 999;

Error damaged(const std::string& what)
{
    return {Errc::Parse, "damaged FITS file: " + what, {}};
}

std::string numbered(const char* stem, int i)
{
    return stem + std::to_string(i);
}

uint64_t bigEndian(const std::byte* p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; ++i) v = v << 8 | std::to_integer<uint64_t>(p[i]);
    return v;
}

struct Column {
    int64_t bytes = 0;      ///< in the row
    bool inHeap = false;
    int64_t element = 0;    ///< bytes of one entry in the heap
    bool wide = false;      ///< Q: 64-bit descriptor
    int64_t offset = 0;     ///< in the row
};

int64_t elementBytes(char type)
{
    switch (type) {
    case 'L': case 'B': case 'A': return 1;
    case 'I': return 2;
    case 'J': case 'E': return 4;
    case 'K': case 'D': case 'C': return 8;
    case 'M': return 16;
    default: return 0;
    }
}

std::optional<Column> parseForm(std::string_view form)
{
    int64_t repeat = 1;
    if (!form.empty() && form[0] >= '0' && form[0] <= '9') {
        const auto [end, error] = std::from_chars(form.data(), form.data() + form.size(), repeat);
        if (error != std::errc{} || repeat > (int64_t{1} << 32)) return std::nullopt;
        form.remove_prefix(static_cast<size_t>(end - form.data()));
    }
    if (form.empty()) return std::nullopt;
    Column c;
    if (form[0] == 'P' || form[0] == 'Q') {
        if (form.size() < 2 || repeat > 1) return std::nullopt;
        c.inHeap = repeat == 1;
        c.wide = form[0] == 'Q';
        c.bytes = repeat * (c.wide ? 16 : 8);
        c.element = elementBytes(form[1]);
        return c.element ? std::optional(c) : std::nullopt;
    }
    if (form[0] == 'X') {
        c.bytes = (repeat + 7) / 8;
        return c;
    }
    const int64_t each = elementBytes(form[0]);
    if (!each) return std::nullopt;
    c.bytes = repeat * each;
    return c;
}

/// How many tiles a compressed image has, and so rows. (Which methods are read, and their streams: compressed_check.)
Expected<int64_t> compressedTiles(const Header& h)
{
    const int64_t axes = h.integer("ZNAXIS").value_or(0);
    if (axes < 1 || axes > 6) return damaged("ZNAXIS " + std::to_string(axes));
    int64_t pixels = 1, tilePixels = 1, tiles = 1;
    for (int i = 1; i <= axes; ++i) {
        const int64_t side = h.integer(numbered("ZNAXIS", i)).value_or(0);
        const int64_t tile = h.integer(numbered("ZTILE", i)).value_or(i == 1 ? side : 1);
        if (side < 1 || side > kMaxSide || tile < 1 || tile > side) return damaged("compressed image or its tiles of impossible size");
        pixels *= side;
        tilePixels *= tile;
        tiles *= (side + tile - 1) / tile;
        if (tilePixels > kMaxTilePixels || pixels > int64_t{1} << 32) return Error{Errc::TooLarge, "compressed FITS image beyond the limit", {}};
    }
    return tiles;
}

Expected<std::vector<Column>> columns(const Header& h, int64_t rowBytes)
{
    const int64_t count = h.integer("TFIELDS").value_or(-1);
    if (count < 0 || count > kMaxColumns) return damaged("TFIELDS " + std::to_string(count));
    std::vector<Column> out;
    int64_t offset = 0;
    for (int i = 1; i <= count; ++i) {
        auto c = parseForm(h.text(numbered("TFORM", i)).value_or(""));
        if (!c) return damaged(numbered("TFORM", i) + " is not a column format");
        c->offset = offset;
        offset += c->bytes;
        if (offset > rowBytes) return damaged("columns are wider than a row");
        out.push_back(*c);
    }
    return out;
}

/// data: from the start of the table to the end of its heap.
Expected<void> checkTable(const Header& h, ByteView data, int64_t rowBytes, int64_t rows)
{
    const auto all = columns(h, rowBytes);
    if (!all) return all.error();
    if (h.logical("ZIMAGE") == true) {
        const auto tiles = compressedTiles(h);
        if (!tiles) return tiles.error();
        if (*tiles != rows) return damaged("a compressed image of " + std::to_string(*tiles) + " tiles has " + std::to_string(rows) + " rows");
    }
    const int64_t heapAt = h.integer("THEAP").value_or(rowBytes * rows);
    const auto size = static_cast<int64_t>(data.size());
    if (heapAt < rowBytes * rows || heapAt > size) {
        if (std::any_of(all->begin(), all->end(), [](const Column& c) { return c.inHeap; })) return damaged("the heap is outside the table");
        return {};
    }
    for (const Column& c : *all) {
        if (!c.inHeap) continue;
        for (int64_t r = 0; r < rows; ++r) {
            const std::byte* p = data.data() + r * rowBytes + c.offset;
            const uint64_t n = bigEndian(p, c.wide ? 8 : 4), at = bigEndian(p + (c.wide ? 8 : 4), c.wide ? 8 : 4);
            const auto room = static_cast<uint64_t>(size - heapAt);
            if (at > room || n > (room - at) / static_cast<uint64_t>(c.element)) return damaged("an entry is outside the heap");
        }
    }
    return {};
}

/// Keywords that sizes hang on: cfitsio takes a damaged or repeated one in its own way, so these must be plain and alone.
Expected<void> checkStructure(const Header& h)
{
    static constexpr std::string_view kStems[] = {"BITPIX",  "NAXIS", "PCOUNT", "GCOUNT",   "TFIELDS", "THEAP", "ZBITPIX",
                                                  "ZNAXIS",  "ZTILE", "ZVAL",   "ZCMPTYPE", "ZNAME",   "TFORM"};
    const bool rice = h.text("ZCMPTYPE").value_or("").starts_with("RICE");
    std::vector<std::string_view> seen;
    for (const std::string_view card : h.cards()) {
        if (card.size() < 10 || card[8] != '=') continue;
        const std::string_view name = card.substr(0, card.substr(0, 8).find_last_not_of(' ') + 1);
        const bool structural = std::any_of(std::begin(kStems), std::end(kStems), [&](std::string_view stem) {
            return name.starts_with(stem) && name.find_first_not_of("0123456789", stem.size()) == std::string_view::npos;
        });
        if (!structural) continue;
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) return damaged(std::string(name) + " appears twice");
        const bool isText = name.starts_with("ZCMPTYPE") || name.starts_with("ZNAME") || name.starts_with("TFORM");
        const bool parameter = name.starts_with("ZVAL"); // block size and bytes a pixel; other methods have fractions here
        if (isText ? !h.text(name) : parameter && !rice ? !h.number(name) : !h.integer(name))
            return damaged(std::string(name) + " cannot be read");
        if (parameter && rice && (*h.integer(name) < 1 || *h.integer(name) > 1 << 20)) return damaged(std::string(name) + " is out of range");
        seen.push_back(name);
    }
    if (h.has("ZIMAGE") && !h.logical("ZIMAGE")) return damaged("ZIMAGE is neither T nor F");
    return {};
}

} // namespace

Expected<void> checkUnits(ByteView file)
{
    size_t at = 0;
    for (int unit = 0; unit < kMaxUnits && at < file.size(); ++unit) {
        const ByteView rest = file.subspan(at);
        const auto h = Header::read(rest);
        if (!h) {
            // What follows the last unit may be padding; cfitsio would take a header without a proper END all the same.
            if (unit == 0 || asText(rest).starts_with("XTENSION")) return h.error();
            return {};
        }
        if (auto sound = checkStructure(*h); !sound) return sound;
        const int64_t bitpix = h->integer("BITPIX").value_or(0), axes = h->integer("NAXIS").value_or(-1);
        const bool known = bitpix == 8 || bitpix == 16 || bitpix == 32 || bitpix == 64 || bitpix == -32 || bitpix == -64;
        if (!known || axes < 0 || axes > 9) return damaged("BITPIX or NAXIS of unit " + std::to_string(unit));
        uint64_t values = axes > 0 ? 1 : 0;
        for (int i = 1; i <= axes; ++i) {
            const int64_t n = h->integer(numbered("NAXIS", i)).value_or(-1);
            if (n < 0 || (n > 0 && values > file.size() / static_cast<uint64_t>(n))) return damaged("ends too early");
            values *= static_cast<uint64_t>(n);
        }
        const int64_t heap = unit == 0 ? 0 : h->integer("PCOUNT").value_or(0), groups = unit == 0 ? 1 : h->integer("GCOUNT").value_or(1);
        if (heap < 0 || groups != 1 || static_cast<uint64_t>(heap) > file.size()) return damaged("PCOUNT or GCOUNT of unit " + std::to_string(unit));
        const uint64_t bytes = (values + static_cast<uint64_t>(heap)) * static_cast<uint64_t>(bitpix < 0 ? -bitpix : bitpix) / 8;
        if (h->bytes() > rest.size() || bytes > rest.size() - h->bytes()) return damaged("ends too early");
        if (h->text("XTENSION") == "BINTABLE") {
            if (axes != 2) return damaged("a table of " + std::to_string(axes) + " axes");
            const int64_t row = h->integer("NAXIS1").value_or(0), rows = h->integer("NAXIS2").value_or(0);
            if (auto ok = checkTable(*h, rest.subspan(h->bytes(), bytes), row, rows); !ok) return ok;
        }
        at += h->bytes() + (bytes + kBlock - 1) / kBlock * kBlock;
    }
    return {};
}

} // namespace firmament::fits
