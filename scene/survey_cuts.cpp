#include "scene/survey_cuts.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace firmament::scene {

namespace {

struct PixelBox {
    int x0, x1, y0, y1; ///< half open; x counts rows, y columns (hips/tile.h)
    uint64_t pixels() const { return static_cast<uint64_t>(x1 - x0) * static_cast<uint64_t>(y1 - y0); }
};

PixelBox boxOf(const VisiblePiece& piece)
{
    const int n = piece.tile->width;
    const auto lower = [n](double v) { return std::clamp(static_cast<int>(std::floor(v * n + 1e-9)), 0, n - 1); };
    const auto upper = [n](double v) { return std::clamp(static_cast<int>(std::ceil(v * n - 1e-9)), 1, n); };
    PixelBox b{lower(piece.part.x), upper(piece.part.x + piece.part.size), lower(piece.part.y),
               upper(piece.part.y + piece.part.size)};
    b.x1 = std::max(b.x1, b.x0 + 1);
    b.y1 = std::max(b.y1, b.y0 + 1);
    return b;
}

Cuts widened(double lo, double hi)
{
    if (hi > lo) return {lo, hi};
    const double step = std::max(std::abs(lo) * 1e-6, 1e-30);
    return {lo - step, lo + step};
}

/// A straight line v = a + b i through those points of the sorted sample that are still good.
struct LineFit {
    double a = 0, b = 0;
};
LineFit fitLine(std::span<const double> values, const std::vector<bool>& good)
{
    double n = 0, sx = 0, sy = 0, sxx = 0, sxy = 0;
    const double middle = static_cast<double>(values.size()) / 2; // centred for precision
    for (size_t i = 0; i < values.size(); ++i) {
        if (!good[i]) continue;
        const double x = static_cast<double>(i) - middle;
        n += 1;
        sx += x;
        sy += values[i];
        sxx += x * x;
        sxy += x * values[i];
    }
    const double det = n * sxx - sx * sx;
    if (n < 2 || det <= 0) return {n > 0 ? sy / n : 0, 0};
    const double b = (n * sxy - sx * sy) / det;
    return {(sy - b * sx) / n - b * middle, b};
}

} // namespace

SampledValues sampleValues(std::span<const VisiblePiece> pieces, size_t wanted)
{
    SampledValues out;
    for (const auto& p : pieces)
        if (p.tile && p.tile->kind == hips::PixelKind::Float32 && p.tile->width > 0) out.pixels += boxOf(p).pixels();
    if (out.pixels == 0 || wanted == 0) return out;
    out.sorted.reserve(std::min<uint64_t>(out.pixels, wanted + wanted / 4));
    // A step along the pixels of each piece that is no divisor of its rows, so that no column is preferred.
    const double step = std::max(1.0, static_cast<double>(out.pixels) / static_cast<double>(wanted));
    double next = step / 2;
    for (const auto& p : pieces) {
        if (!p.tile || p.tile->kind != hips::PixelKind::Float32 || p.tile->width <= 0) continue;
        const PixelBox box = boxOf(p);
        const auto columns = static_cast<uint64_t>(box.y1 - box.y0);
        const auto count = static_cast<double>(box.pixels());
        const float* values = p.tile->floats();
        for (; next < count; next += step) {
            const auto k = static_cast<uint64_t>(next);
            const auto row = static_cast<uint64_t>(box.x0) + k / columns, column = static_cast<uint64_t>(box.y0) + k % columns;
            const float v = values[row * static_cast<uint64_t>(p.tile->width) + column];
            if (std::isfinite(v)) out.sorted.push_back(v);
        }
        next -= count;
    }
    std::sort(out.sorted.begin(), out.sorted.end());
    return out;
}

double quantile(std::span<const float> sorted, double q)
{
    if (sorted.empty()) return std::numeric_limits<double>::quiet_NaN();
    const double at = std::clamp(q, 0.0, 1.0) * static_cast<double>(sorted.size() - 1);
    const auto i = static_cast<size_t>(at);
    const double f = at - static_cast<double>(i);
    const double a = static_cast<double>(sorted[i]);
    const double b = static_cast<double>(sorted[std::min(i + 1, sorted.size() - 1)]);
    return a + (b - a) * f;
}

Cuts zscale(std::span<const float> sorted, double contrast)
{
    constexpr size_t kPoints = 1000;
    constexpr int kIterations = 5;
    constexpr double kReject = 2.5;
    if (sorted.empty()) return {};
    std::vector<double> v;
    if (sorted.size() <= kPoints) v.assign(sorted.begin(), sorted.end());
    else
        for (size_t i = 0; i < kPoints; ++i)
            v.push_back(static_cast<double>(sorted[(2 * i + 1) * sorted.size() / (2 * kPoints)]));
    const size_t n = v.size();
    const double lo = v.front(), hi = v.back();
    const size_t least = std::max<size_t>(5, n / 2);
    const size_t grow = std::max<size_t>(1, n / 100);
    const double median = n % 2 ? v[n / 2] : 0.5 * (v[n / 2 - 1] + v[n / 2]);
    std::vector<bool> good(n, true);
    size_t left = n;
    LineFit line;
    for (int iteration = 0; iteration < kIterations && n >= 5; ++iteration) {
        line = fitLine(v, good);
        double sum = 0, sum2 = 0, count = 0;
        for (size_t i = 0; i < n; ++i) {
            if (!good[i]) continue;
            const double r = v[i] - (line.a + line.b * static_cast<double>(i));
            sum += r;
            sum2 += r * r;
            count += 1;
        }
        if (count < 2) break;
        const double mean = sum / count;
        const double threshold = kReject * std::sqrt(std::max(0.0, (sum2 - count * mean * mean) / (count - 1)));
        std::vector<bool> bad(n, false);
        for (size_t i = 0; i < n; ++i)
            if (std::abs(v[i] - (line.a + line.b * static_cast<double>(i))) > threshold) bad[i] = true;
        for (size_t i = 0; i < n; ++i) { // neighbours of what is rejected go too
            if (!bad[i]) continue;
            for (size_t k = i >= grow ? i - grow : 0; k < std::min(n, i + grow + 1); ++k) good[k] = false;
        }
        const auto now = static_cast<size_t>(std::count(good.begin(), good.end(), true));
        if (now == left || now < least) {
            left = now;
            break;
        }
        left = now;
    }
    if (left < least) return widened(lo, hi);
    const double slope = contrast > 0 ? line.b / contrast : line.b;
    const auto middle = static_cast<double>(std::max<size_t>(1, (n + 1) / 2));
    return widened(std::max(lo, median - (middle - 1) * slope), std::min(hi, median + (static_cast<double>(n) - middle) * slope));
}

bool needsValues(const CutRule& rule, const hips::SurveyInfo& info)
{
    if (rule.mode == CutRule::Mode::Manual) return false;
    return !(rule.mode == CutRule::Mode::Survey && info.pixelCut && info.pixelCut->hi > info.pixelCut->lo);
}

render::Stretch suggestedStretch(const hips::SurveyInfo& info)
{
    std::string word;
    for (const char c : info.pixelFunction)
        if (c != ' ') word += static_cast<char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    if (word == "pow" || word == "square") word = "pow2";
    return render::stretchFromWord(word).value_or(render::Stretch::Linear);
}

std::optional<Cuts> cutsFor(const CutRule& rule, const hips::SurveyInfo& info, const SampledValues& values)
{
    if (rule.mode == CutRule::Mode::Manual) return Cuts{rule.lo, rule.hi};
    if (!needsValues(rule, info)) return Cuts{info.pixelCut->lo, info.pixelCut->hi};
    if (values.empty()) return std::nullopt;
    const std::span<const float> v = values.sorted;
    switch (rule.mode) {
    case CutRule::Mode::MinMax: return widened(static_cast<double>(v.front()), static_cast<double>(v.back()));
    case CutRule::Mode::ZScale: return zscale(v);
    case CutRule::Mode::Sigma3: {
        double sum = 0, sum2 = 0;
        const double shift = quantile(v, 0.5);
        for (const float f : v) {
            const double d = static_cast<double>(f) - shift;
            sum += d;
            sum2 += d * d;
        }
        const auto n = static_cast<double>(v.size());
        const double mean = sum / n, sigma = std::sqrt(std::max(0.0, sum2 / n - mean * mean));
        return widened(shift + mean - 3 * sigma, shift + mean + 3 * sigma);
    }
    case CutRule::Mode::Percentile:
    case CutRule::Mode::Survey:
    case CutRule::Mode::Manual: break;
    }
    const double keep = (rule.mode == CutRule::Mode::Percentile ? rule.percent : 99.5) / 100;
    const double tail = (1 - std::clamp(keep, 0.01, 1.0)) / 2;
    return widened(quantile(v, tail), quantile(v, 1 - tail));
}

Histogram histogramOf(const SampledValues& values, const Cuts& cuts, size_t bins)
{
    Histogram h;
    h.pixels = values.pixels;
    if (values.empty() || bins == 0) return h;
    // The far tails would squeeze all the rest into one bar; the cuts are always inside.
    const double inner = quantile(values.sorted, 0.999) - quantile(values.sorted, 0.001);
    const double least = static_cast<double>(values.sorted.front()), most = static_cast<double>(values.sorted.back());
    h.lo = std::min(std::max(least, quantile(values.sorted, 0.001) - 0.1 * inner), cuts.lo);
    h.hi = std::max(std::min(most, quantile(values.sorted, 0.999) + 0.1 * inner), cuts.hi);
    if (!(h.hi > h.lo)) {
        const Cuts wide = widened(h.lo, h.hi);
        h.lo = wide.lo;
        h.hi = wide.hi;
    }
    h.bins.assign(bins, 0);
    const double perBin = static_cast<double>(bins) / (h.hi - h.lo);
    for (const float f : values.sorted) {
        const double at = (static_cast<double>(f) - h.lo) * perBin;
        if (at < 0 || at > static_cast<double>(bins)) continue;
        ++h.bins[std::min(static_cast<size_t>(at), bins - 1)];
    }
    return h;
}

std::array<float, 256> equalised(const SampledValues& values, const Cuts& cuts)
{
    std::array<float, 256> out{};
    const auto& v = values.sorted;
    const auto first = std::lower_bound(v.begin(), v.end(), static_cast<float>(cuts.lo));
    const auto last = std::upper_bound(v.begin(), v.end(), static_cast<float>(cuts.hi));
    const auto inside = static_cast<double>(last - first);
    auto at = first;
    for (size_t i = 0; i < out.size(); ++i) {
        const double t = static_cast<double>(i) / static_cast<double>(out.size() - 1);
        const auto limit = static_cast<float>(cuts.lo + (cuts.hi - cuts.lo) * t);
        while (at < last && *at <= limit) ++at;
        out[i] = inside > 0 ? static_cast<float>(static_cast<double>(at - first) / inside) : static_cast<float>(t);
    }
    return out;
}

} // namespace firmament::scene
