#include "fits/moc_fits.h"

#include <fitsio.h>

#include <algorithm>
#include <bit>
#include <optional>
#include <vector>

#include "fits/gzip.h"
#include "fits/header.h"
#include "fits/memory_file.h"

namespace firmament::fits {
namespace {

using sky::kMaxOrder;

constexpr uint64_t kMaxBytes = uint64_t{1} << 30;
constexpr int64_t kEnd29 = int64_t{12} << (2 * kMaxOrder);

std::optional<std::string> textKey(fitsfile* f, const char* key)
{
    int status = 0;
    char value[FLEN_VALUE] = "";
    if (fits_read_key(f, TSTRING, key, value, nullptr, &status)) {
        fits_clear_errmsg();
        return std::nullopt;
    }
    std::string s(value);
    while (!s.empty() && s.back() == ' ') s.pop_back();
    return s;
}

std::optional<int> orderKey(fitsfile* f)
{
    for (const char* key : {"MOCORD_S", "MOCORDER", "HPXMOC", "HPXMOCM"}) {
        int status = 0, v = 0;
        if (!fits_read_key(f, TINT, key, &v, nullptr, &status) && v >= 0 && v <= kMaxOrder) return v;
        fits_clear_errmsg();
    }
    return std::nullopt;
}

/// All numbers of the first column, whatever its width and repeat.
Expected<std::vector<int64_t>> firstColumn(fitsfile* f) // its width was checked by checkUnits
{
    int status = 0, type = 0, blanks = 0;
    long repeat = 0, width = 0;
    LONGLONG rows = 0;
    fits_get_num_rowsll(f, &rows, &status);
    if (fits_get_coltype(f, 1, &type, &repeat, &width, &status)) return fitsError(status, "MOC column cannot be read");
    if (type != TBYTE && type != TSHORT && type != TLONG && type != TINT && type != TLONGLONG && type != TINT32BIT)
        return Error{Errc::Parse, "MOC column of integers expected, found another type", {}};
    if (rows < 0 || repeat < 0 || (repeat > 0 && rows > static_cast<LONGLONG>(kMaxBytes / 8) / repeat))
        return Error{Errc::TooLarge, "MOC with too many cells", {}};
    std::vector<int64_t> values(static_cast<size_t>(rows * repeat));
    if (values.empty()) return values;
    std::vector<LONGLONG> read(values.size());
    if (fits_read_col(f, TLONGLONG, 1, 1, 1, static_cast<LONGLONG>(read.size()), nullptr, read.data(), &blanks, &status))
        return fitsError(status, "MOC column cannot be read");
    std::copy(read.begin(), read.end(), values.begin());
    return values;
}

struct Gathered {
    std::vector<sky::Range29> ranges;
    int deepest = 0;
    size_t bad = 0;
};

int orderOfBorder(uint64_t v)
{
    return v == 0 ? 0 : std::max(0, kMaxOrder - std::countr_zero(v) / 2);
}

Gathered fromUniq(const std::vector<int64_t>& values)
{
    Gathered g;
    for (int64_t v : values) {
        if (v < 4) {
            g.bad += v != 0 && v != -1; // both are seen as filling
            continue;
        }
        const auto u = static_cast<uint64_t>(v);
        const int order = (63 - std::countl_zero(u)) / 2 - 1;
        const sky::Cell cell{static_cast<uint8_t>(order), u - (uint64_t{4} << (2 * order))};
        if (order > kMaxOrder || !cell.valid()) {
            ++g.bad;
            continue;
        }
        g.ranges.push_back({cell.first29(), cell.end29()});
        g.deepest = std::max(g.deepest, order);
    }
    return g;
}

/// Pairs of bounds. In maps of two dimensions the pairs of the other one carry bit 63 and are left out.
Gathered fromPairs(const std::vector<int64_t>& values)
{
    Gathered g;
    for (size_t i = 0; i + 1 < values.size(); i += 2) {
        const int64_t a = values[i], b = values[i + 1];
        if (a < 0 && b < 0) continue;
        if (a < 0 || b <= a || b > kEnd29) {
            g.bad += !(a == 0 && b == 0);
            continue;
        }
        const sky::Range29 r{static_cast<uint64_t>(a), static_cast<uint64_t>(b)};
        g.ranges.push_back(r);
        g.deepest = std::max({g.deepest, orderOfBorder(r.first), orderOfBorder(r.end)});
    }
    return g;
}

Expected<Read<MocFile>> readTable(fitsfile* f)
{
    const std::string ordering = textKey(f, "ORDERING").value_or("");
    const std::string dimension = textKey(f, "MOCDIM").value_or("SPACE");
    if (dimension.find("SPACE") == std::string::npos)
        return Error{Errc::Unsupported, "MOC of " + dimension + ", expected one of SPACE", {}};
    const bool pairs = ordering == "RANGE" || ordering == "RANGE29";
    if (!pairs && !ordering.empty() && ordering != "NUNIQ" && ordering != "UNIQ")
        return Error{Errc::Parse, "ORDERING \"" + ordering + "\", expected NUNIQ or RANGE of a MOC", {}};
    auto values = firstColumn(f);
    if (!values) return values.error();
    Gathered g = pairs ? fromPairs(*values) : fromUniq(*values);
    Read<MocFile> result;
    if (g.bad) result.warnings.push_back(std::to_string(g.bad) + " entries of the MOC are not valid cells");
    const auto said = orderKey(f);
    if (said && *said < g.deepest)
        result.warnings.push_back("the MOC says order " + std::to_string(*said) + " but has cells of order " + std::to_string(g.deepest));
    result.value.moc = sky::Moc::fromRanges(std::move(g.ranges), std::max(said.value_or(0), g.deepest));
    result.value.coordsys = textKey(f, "COORDSYS").value_or("");
    return result;
}

std::string card(const std::string& key, const std::string& value)
{
    std::string line = key;
    line.resize(8, ' ');
    line += "= ";
    if (value.size() < 20 && value.front() != '\'') line.append(20 - value.size(), ' ');
    line += value;
    line.resize(kCard, ' ');
    return line;
}

std::string block(std::string text)
{
    text += "END";
    text.resize((text.size() + kBlock - 1) / kBlock * kBlock, ' ');
    return text;
}

std::string quoted(std::string s)
{
    if (s.size() < 8) s.resize(8, ' ');
    return "'" + s + "'";
}

} // namespace

Expected<Read<MocFile>> readMocFits(ByteView file)
{
    Bytes inflated;
    if (isGzip(file)) {
        auto plain = gunzip(file, kMaxBytes);
        if (!plain) return plain.error();
        inflated = std::move(*plain);
        file = inflated;
    }
    if (!asText(file).starts_with("SIMPLE")) return Error{Errc::Parse, "expected a FITS file, found other data", {}};
    auto opened = MemoryFile::open(file);
    if (!opened) return opened.error();
    fitsfile* f = (*opened)->get();
    int status = 0, units = 0;
    if (fits_get_num_hdus(f, &units, &status)) return fitsError(status, "MOC file cannot be read");
    for (int i = 2; i <= std::min(units, 20); ++i) {
        int type = 0;
        if (fits_movabs_hdu(f, i, &type, &status)) return fitsError(status, "MOC file cannot be read");
        if (type != BINARY_TBL) continue;
        LONGLONG head = 0, data = 0, end = 0, row = 0, rows = 0;
        fits_get_hduaddrll(f, &head, &data, &end, &status);
        fits_get_num_rowsll(f, &rows, &status);
        fits_read_key(f, TLONGLONG, "NAXIS1", &row, nullptr, &status);
        if (status) return fitsError(status, "MOC file cannot be read");
        const auto have = static_cast<LONGLONG>((*opened)->givenBytes());
        if (row < 0 || rows < 0 || data > have || (row > 0 && rows > (have - data) / row))
            return Error{Errc::Parse, "MOC file ends too early", {}};
        return readTable(f);
    }
    return Error{Errc::Parse, "FITS file without the binary table of a MOC", {}};
}

Expected<Read<MocFile>> readMocFile(ByteView file)
{
    if (isGzip(file) || asText(file).starts_with("SIMPLE")) return readMocFits(file);
    const std::string_view text = asText(file);
    if (text.empty()) return Error{Errc::Parse, "expected a coverage map (MOC), found an empty file", {}};
    const size_t at = text.find_first_not_of(" \t\r\n");
    if (at != std::string_view::npos && text[at] == '<')
        return Error{Errc::Parse, "expected a coverage map (MOC), found an HTML page", {}};
    auto moc = sky::parseMocAscii(text);
    if (!moc) return moc.error();
    return Read<MocFile>{{std::move(moc->value), ""}, std::move(moc->warnings)};
}

Bytes writeMocFits(const sky::Moc& moc, const std::string& coordsys)
{
    std::vector<uint64_t> uniq;
    for (const sky::Cell& c : moc.cells()) uniq.push_back((uint64_t{4} << (2 * c.order)) + c.pix);
    std::sort(uniq.begin(), uniq.end());
    std::string text = block(card("SIMPLE", "T") + card("BITPIX", "8") + card("NAXIS", "0") + card("EXTEND", "T"));
    text += block(card("XTENSION", quoted("BINTABLE")) + card("BITPIX", "8") + card("NAXIS", "2") + card("NAXIS1", "8") +
                  card("NAXIS2", std::to_string(uniq.size())) + card("PCOUNT", "0") + card("GCOUNT", "1") + card("TFIELDS", "1") +
                  card("TFORM1", quoted("1K")) + card("TTYPE1", quoted("UNIQ")) + card("MOCVERS", quoted("2.0")) +
                  card("MOCDIM", quoted("SPACE")) + card("ORDERING", quoted("NUNIQ")) + card("COORDSYS", quoted(coordsys)) +
                  card("MOCORD_S", std::to_string(moc.order())) + card("MOCTOOL", quoted("Firmament")));
    for (uint64_t u : uniq)
        for (int shift = 56; shift >= 0; shift -= 8) text += static_cast<char>((u >> shift) & 0xFF);
    text.resize((text.size() + kBlock - 1) / kBlock * kBlock, '\0');
    const ByteView view = asBytes(text);
    return {view.begin(), view.end()};
}

} // namespace firmament::fits
