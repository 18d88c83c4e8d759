#include "sky/moc.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cmath>

namespace firmament::sky {
namespace {

constexpr uint64_t kAll29 = uint64_t{12} << (2 * kMaxOrder);

// Adds a range to a sorted list that it does not precede, joining what touches.
void append(std::vector<Range29>& out, Range29 r)
{
    if (r.first >= r.end) return;
    if (!out.empty() && r.first <= out.back().end)
        out.back().end = std::max(out.back().end, r.end);
    else
        out.push_back(r);
}

// The first range whose end lies after v.
std::vector<Range29>::const_iterator endingAfter(const std::vector<Range29>& ranges, uint64_t v)
{
    return std::upper_bound(ranges.begin(), ranges.end(), v, [](uint64_t a, const Range29& r) { return a < r.end; });
}

/// Smallest distance (as the square of a chord) from a point to one edge of a cell; edges are not great circles, so it is
/// looked for along the edge: coarsely, then by golden section.
double edgeChord2(const Dir& point, Cell cell, int edge)
{
    const auto at = [&](double t) {
        const Dir d = edge == 0 ? cellPoint(cell, t, 0) : edge == 1 ? cellPoint(cell, 1, t) : edge == 2 ? cellPoint(cell, t, 1) : cellPoint(cell, 0, t);
        return (d - point).squaredNorm();
    };
    constexpr int kCoarse = 4;
    double best = 9, middle = 0;
    for (int i = 0; i <= kCoarse; ++i) {
        const double t = static_cast<double>(i) / kCoarse, c = at(t);
        if (c < best) best = c, middle = t;
    }
    double low = std::max(0.0, middle - 1.0 / kCoarse), high = std::min(1.0, middle + 1.0 / kCoarse);
    constexpr double kGolden = 0.6180339887498949;
    for (int i = 0; i < 14; ++i) {
        const double a = high - kGolden * (high - low), b = low + kGolden * (high - low);
        const double ca = at(a), cb = at(b);
        best = std::min({best, ca, cb});
        (ca < cb ? high : low) = ca < cb ? b : a;
    }
    return best;
}

/// Whether any point of the cell lies within the cone; the centre of the cell is known to be outside it.
bool edgeTouches(const Dir& centre, double radius, Cell cell)
{
    if (cellAt(centre, cell.order) == cell) return true;
    const double chord = 2 * std::sin(0.5 * std::min(radius, kPi));
    const double limit = chord * chord * (1 + 1e-6);
    for (int edge = 0; edge < 4; ++edge)
        if (edgeChord2(centre, cell, edge) <= limit) return true;
    return false;
}

void coneCells(const Dir& centre, double radius, Cell cell, int order, std::vector<Range29>& out)
{
    const Cap cap = boundingCap(cell);
    const double distance = separation(centre, cap.centre).rad();
    if (distance > radius + cap.radius.rad()) return;
    const bool inside = distance + cap.radius.rad() <= radius;
    if (inside || cell.order == order) {
        if (distance <= radius || edgeTouches(centre, radius, cell)) append(out, {cell.first29(), cell.end29()});
        return;
    }
    for (int k = 0; k < 4; ++k) coneCells(centre, radius, cell.child(k), order, out);
}

// ---- text ----------------------------------------------------------------------------------------------------------

struct Reader {
    std::string_view text;
    size_t at = 0;

    void skip(const char* what)
    {
        while (at < text.size() && std::string_view(what).find(text[at]) != std::string_view::npos) ++at;
    }
    bool done() const { return at >= text.size(); }
    char peek() const { return done() ? '\0' : text[at]; }
    std::optional<uint64_t> number()
    {
        uint64_t v = 0;
        const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), v);
        if (error != std::errc()) return std::nullopt;
        at = static_cast<size_t>(end - text.data());
        return v;
    }
    Error wrong(const std::string& expected) const
    {
        const std::string found = done() ? "the end" : "\"" + std::string(text.substr(at, 12)) + "\"";
        return {Errc::Parse, "expected " + expected + " at character " + std::to_string(at + 1) + ", found " + found, "MOC"};
    }
};

constexpr const char* kJsonBlanks = " \t\r\n";

struct Builder {
    std::vector<Range29> ranges;
    int deepest = 0;
    std::vector<std::string> warnings;

    Expected<void> add(uint64_t order, uint64_t first, uint64_t last)
    {
        if (order > kMaxOrder)
            return Error{Errc::Parse, "expected an order from 0 to 29, found " + std::to_string(order), "MOC"};
        const uint64_t count = uint64_t{12} << (2 * order);
        if (last < first || last >= count)
            return Error{Errc::Parse,
                         "expected cells below " + std::to_string(count) + " at order " + std::to_string(order) + ", found " +
                             std::to_string(std::max(first, last)),
                         "MOC"};
        const int shift = 2 * (kMaxOrder - static_cast<int>(order));
        ranges.push_back({first << shift, (last + 1) << shift});
        deepest = std::max(deepest, static_cast<int>(order));
        return {};
    }
    Read<Moc> finish() && { return {Moc::fromRanges(std::move(ranges), deepest), std::move(warnings)}; }
};

/// {"s":{...}} and {"moc":{...}}: steps inside; false when the brace opens the orders themselves.
bool stepIntoTag(Reader& in)
{
    Reader look = in;
    ++look.at;
    look.skip(kJsonBlanks);
    for (const std::string_view tag : {"\"s\"", "\"S\"", "\"moc\"", "\"MOC\""}) {
        if (look.text.substr(look.at, tag.size()) != tag) continue;
        look.at += tag.size();
        look.skip(kJsonBlanks);
        if (look.peek() != ':') return false;
        ++look.at;
        look.skip(kJsonBlanks);
        if (look.peek() != '{') return false;
        in = look;
        return true;
    }
    return false;
}

Expected<Read<Moc>> parseJson(Reader in)
{
    Builder out;
    size_t tags = 0;
    while (tags < 2 && stepIntoTag(in)) ++tags;
    ++in.at; // the brace
    for (;;) {
        in.skip(" \t\r\n,");
        if (in.peek() == '}') {
            ++in.at;
            in.skip(" \t\r\n");
            for (; tags > 0 && in.peek() == '}'; --tags) {
                ++in.at;
                in.skip(kJsonBlanks);
            }
            if (!in.done()) out.warnings.push_back("text after the closing brace is ignored");
            return std::move(out).finish();
        }
        if (in.peek() != '"') return in.wrong("a quoted order");
        ++in.at;
        in.skip(" ");
        const auto order = in.number();
        in.skip(" ");
        if (!order || in.peek() != '"') return in.wrong("an order in quotes");
        ++in.at;
        in.skip(" \t\r\n");
        if (in.peek() != ':') return in.wrong("\":\"");
        ++in.at;
        in.skip(" \t\r\n");
        if (in.peek() != '[') return in.wrong("\"[\"");
        ++in.at;
        for (in.skip(" \t\r\n,"); in.peek() != ']'; in.skip(" \t\r\n,")) {
            const auto pix = in.number();
            if (!pix) return in.wrong("a cell number or \"]\"");
            if (auto added = out.add(*order, *pix, *pix); !added) return added.error();
        }
        ++in.at;
        if (*order <= kMaxOrder) out.deepest = std::max(out.deepest, static_cast<int>(*order)); // "29":[] states the order
    }
}

Expected<Read<Moc>> parseAscii(Reader in)
{
    Builder out;
    std::optional<uint64_t> order;
    constexpr const char* kBlanks = " \t\r\n,;";
    for (in.skip(kBlanks); !in.done(); in.skip(kBlanks)) {
        if (in.peek() == '#') { // a comment line, as some writers put before the cells
            while (!in.done() && in.peek() != '\n') ++in.at;
            continue;
        }
        if ((in.peek() == 's' || in.peek() == 'S') && !order) { // "s3/1-4": the explicit letter of MOC 2.0
            ++in.at;
            continue;
        }
        const auto first = in.number();
        if (!first) return in.wrong(order ? "a cell number, a range or an order" : "an order such as \"3/\"");
        if (in.peek() == '/') {
            if (*first > kMaxOrder)
                return Error{Errc::Parse, "expected an order from 0 to 29, found " + std::to_string(*first), "MOC"};
            ++in.at;
            order = *first;
            out.deepest = std::max(out.deepest, static_cast<int>(*first));
            continue;
        }
        if (!order) return in.wrong("\"/\" after the first order");
        uint64_t last = *first;
        if (in.peek() == '-') {
            ++in.at;
            const auto end = in.number();
            if (!end) return in.wrong("the end of a range");
            last = *end;
        }
        if (auto added = out.add(*order, *first, last); !added) return added.error();
    }
    return std::move(out).finish(); // nothing at all is the empty coverage
}

} // namespace

Moc Moc::fromRanges(std::vector<Range29> any, int order)
{
    std::sort(any.begin(), any.end(), [](const Range29& a, const Range29& b) { return a.first < b.first; });
    Moc moc;
    moc.order_ = order;
    moc.ranges_.reserve(any.size());
    for (const Range29& r : any) append(moc.ranges_, {std::min(r.first, kAll29), std::min(r.end, kAll29)});
    return moc;
}

Moc Moc::fromCells(std::span<const Cell> cells)
{
    std::vector<Range29> ranges;
    ranges.reserve(cells.size());
    int order = 0;
    for (const Cell& c : cells) {
        if (!c.valid()) continue;
        ranges.push_back({c.first29(), c.end29()});
        order = std::max(order, static_cast<int>(c.order));
    }
    return fromRanges(std::move(ranges), order);
}

Moc Moc::all() { return fromRanges({{0, kAll29}}, 0); }

Moc Moc::cone(const Dir& centre, Angle radius, int order)
{
    Moc moc;
    moc.order_ = std::clamp(order, 0, kMaxOrder);
    if (!(radius.rad() >= 0) || !centre.allFinite()) return moc;
    for (uint64_t face = 0; face < 12; ++face) coneCells(centre, radius.rad(), Cell{0, face}, moc.order_, moc.ranges_);
    return moc;
}

double Moc::fraction() const
{
    double sum = 0;
    for (const Range29& r : ranges_) sum += static_cast<double>(r.end - r.first);
    return sum / static_cast<double>(kAll29);
}

bool Moc::contains(const Dir& dir) const
{
    const uint64_t pix = cellAt(dir, kMaxOrder).pix;
    const auto it = endingAfter(ranges_, pix);
    return it != ranges_.end() && it->first <= pix;
}

Moc::Cover Moc::cover(Cell cell) const
{
    const uint64_t first = cell.first29(), end = cell.end29();
    const auto it = endingAfter(ranges_, first);
    if (it == ranges_.end() || it->first >= end) return Cover::None;
    return it->first <= first && it->end >= end ? Cover::Full : Cover::Partial;
}

Moc Moc::operator|(const Moc& o) const
{
    Moc out;
    out.order_ = std::max(order_, o.order_);
    out.ranges_.reserve(ranges_.size() + o.ranges_.size());
    auto a = ranges_.begin(), b = o.ranges_.begin();
    while (a != ranges_.end() || b != o.ranges_.end()) {
        const bool takeA = b == o.ranges_.end() || (a != ranges_.end() && a->first <= b->first);
        append(out.ranges_, takeA ? *a++ : *b++);
    }
    return out;
}

Moc Moc::operator&(const Moc& o) const
{
    Moc out;
    out.order_ = std::max(order_, o.order_);
    auto a = ranges_.begin(), b = o.ranges_.begin();
    while (a != ranges_.end() && b != o.ranges_.end()) {
        append(out.ranges_, {std::max(a->first, b->first), std::min(a->end, b->end)});
        if (a->end < b->end)
            ++a;
        else
            ++b;
    }
    return out;
}

Moc Moc::operator-(const Moc& o) const
{
    Moc out = *this & o.complement();
    out.order_ = std::max(order_, o.order_);
    return out;
}

Moc Moc::complement() const
{
    Moc out;
    out.order_ = order_;
    uint64_t at = 0;
    for (const Range29& r : ranges_) {
        append(out.ranges_, {at, r.first});
        at = r.end;
    }
    append(out.ranges_, {at, kAll29});
    return out;
}

Moc Moc::degraded(int order) const
{
    Moc out;
    out.order_ = std::clamp(order, 0, kMaxOrder);
    const int shift = 2 * (kMaxOrder - out.order_);
    const uint64_t mask = (uint64_t{1} << shift) - 1;
    for (const Range29& r : ranges_) append(out.ranges_, {r.first & ~mask, (r.end + mask) & ~mask});
    out.order_ = std::min(out.order_, std::max(order_, 0));
    return out;
}

std::vector<Cell> Moc::cells() const
{
    std::vector<Cell> out;
    for (Range29 r : ranges_) {
        while (r.first < r.end) {
            int order = kMaxOrder; // the largest cell that starts here and ends inside
            while (order > 0) {
                const int shift = 2 * (kMaxOrder - order + 1);
                const uint64_t size = uint64_t{1} << shift;
                if ((r.first & (size - 1)) != 0 || size > r.end - r.first) break;
                --order;
            }
            const Cell cell{static_cast<uint8_t>(order), r.first >> (2 * (kMaxOrder - order))};
            out.push_back(cell);
            r.first = cell.end29();
        }
    }
    return out;
}

Expected<Read<Moc>> parseMocAscii(std::string_view text)
{
    Reader in{text};
    if (text.substr(0, 3) == "\xEF\xBB\xBF") in.at = 3;
    in.skip(kJsonBlanks);
    Reader json = in; // "#MOCORDER 8" may stand before it; text maps have such lines too
    while (json.peek() == '#') {
        json.at = std::min(json.text.find('\n', json.at), json.text.size());
        json.skip(kJsonBlanks);
    }
    return json.peek() == '{' ? parseJson(json) : parseAscii(in);
}

std::string toAscii(const Moc& moc)
{
    std::vector<Cell> cells = moc.cells();
    std::sort(cells.begin(), cells.end());
    std::string out;
    int order = -1;
    for (size_t i = 0; i < cells.size();) {
        if (cells[i].order != order) {
            order = cells[i].order;
            if (!out.empty()) out += ' ';
            out += std::to_string(order) + '/';
        } else {
            out += ' ';
        }
        size_t j = i + 1;
        while (j < cells.size() && cells[j].order == order && cells[j].pix == cells[j - 1].pix + 1) ++j;
        out += std::to_string(cells[i].pix);
        if (j - i > 1) out += '-' + std::to_string(cells[j - 1].pix);
        i = j;
    }
    if (order != moc.order()) out += (out.empty() ? "" : " ") + std::to_string(moc.order()) + '/'; // states the order
    return out;
}

} // namespace firmament::sky
