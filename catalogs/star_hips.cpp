#include "catalogs/star_hips.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "catalogs/star_colour.h"

namespace firmament::catalogs {

namespace {

// The look. Lengths in pixels of the tile, light in units of V 20 mag per square arcsecond.
constexpr double kZeroMag = 20.0;         // surface brightness of 1
constexpr double kCoreSigma = 0.72;       // a star's core; FWHM 1.7 pixels
constexpr double kFloor = 0.022;          // airglow and zodiacal light, so that the darkest sky is not dead black
constexpr float kFloorTint[3] = {0.88f, 0.96f, 1.16f};
constexpr double kSoft = 0.15;            // where asinh turns from linear to logarithmic
constexpr double kWhite = 12.0;           // light that is drawn as 255
constexpr double kHierarchy = 1.16;       // magnitudes are spread by this, so that the bright stars carry the figures
constexpr double kPivot = 5.0;            // about this magnitude
constexpr float kColour = 0.74f;          // how much of the colour survives the stretch
constexpr float kOverexposed = 0.6f;      // the most that is mixed with white
constexpr float kDiffuseGain = 11.0f;     // the panorama's white in units of light
constexpr float kPanoramaGamma = 2.15f;   // from its grey levels to light: keeps the dark rifts dark
/// Core, halo, glare: share of the light and width against the core.
struct Lobe {
    double share, width;
};
constexpr Lobe kLobes[] = {{0.955, 1.0}, {0.039, 2.7}, {0.006, 7.5}};
constexpr double kFaintest = 0.003;       // light below which a lobe is cut off: a quarter of a grey level
constexpr float kBright = 4.0f;           // magnitude of stars whose halo may reach far into the next tile
constexpr double kReachFaint = 7, kReachBright = 64; // pixels

float luminance(const float* rgb) { return 0.2126f * rgb[0] + 0.7152f * rgb[1] + 0.0722f * rgb[2]; }

double radSquaredToArcsecSquared() { return std::pow(180 / sky::kPi * 3600, 2); }

/// asinh(light / kSoft) scaled to 1 at kWhite, divided by the light: what each channel is multiplied with.
class Stretch {
public:
    Stretch()
    {
        for (size_t i = 0; i < table_.size(); ++i) {
            const auto light = static_cast<double>(std::bit_cast<float>(static_cast<uint32_t>(kFirst + (i << kShift))));
            table_[i] = static_cast<float>(std::asinh(light / kSoft) / std::asinh(kWhite / kSoft) / light);
        }
    }
    float gain(float light) const
    {
        const uint32_t bits = std::clamp(std::bit_cast<uint32_t>(light), kFirst, kLast);
        const size_t i = (bits - kFirst) >> kShift;
        const float t = static_cast<float>(bits & ((1u << kShift) - 1)) * (1.0f / (1u << kShift));
        return table_[i] + (table_[i + 1] - table_[i]) * t;
    }

private:
    static constexpr int kShift = 18;                                     // 5 bits of mantissa, then a straight line
    static constexpr uint32_t kFirst = 0x36000000u, kLast = 0x4B000000u;  // 2^-19 .. 2^23
    std::array<float, ((kLast - kFirst) >> kShift) + 2> table_{};
};

/// A cheap even scatter in [-0.5, 0.5): no banding where the light changes slowly.
float dither(uint64_t cell, size_t pixel)
{
    uint64_t h = (cell << 20 ^ pixel) * 0x9E3779B97F4A7C15ULL;
    h ^= h >> 29;
    h *= 0xBF58476D1CE4E5B9ULL;
    return static_cast<float>(h >> 40) * (1.0f / (1 << 24)) - 0.5f;
}

uint64_t interleave(uint32_t x, uint32_t y)
{
    uint64_t out = 0;
    for (int b = 0; b < DiffuseMap::kOrder; ++b) out |= uint64_t{x >> b & 1} << (2 * b) | uint64_t{y >> b & 1} << (2 * b + 1);
    return out;
}

uint32_t everySecondBit(uint64_t v)
{
    uint32_t out = 0;
    for (int b = 0; b < 29; ++b) out |= static_cast<uint32_t>(v >> (2 * b) & 1) << b;
    return out;
}

/// The point of a cell reflected at its edge when x or y is outside [0, 1]: good for a few per cent of the cell.
sky::Dir pointAround(sky::Cell cell, double x, double y)
{
    const double ex = std::clamp(x, 0.0, 1.0), ey = std::clamp(y, 0.0, 1.0);
    if (ex == x && ey == y) return sky::cellPoint(cell, x, y);
    return (2 * sky::cellPoint(cell, ex, ey) - sky::cellPoint(cell, 2 * ex - x, 2 * ey - y)).normalized();
}

/// How the sky moves with x and y (one unit = one cell side), at a point inside or on the edge.
struct Slope {
    sky::Dir dx, dy;
};
Slope slopeAt(sky::Cell cell, double x, double y)
{
    constexpr double h = 1e-4;
    const double x0 = std::clamp(x, h, 1 - h), y0 = std::clamp(y, h, 1 - h);
    return {(sky::cellPoint(cell, x0 + h, y0) - sky::cellPoint(cell, x0 - h, y0)) / (2 * h),
            (sky::cellPoint(cell, x0, y0 + h) - sky::cellPoint(cell, x0, y0 - h)) / (2 * h)};
}

/// Weights of the four samples around a place t past the second one (Catmull-Rom).
std::array<float, 4> cubic(float t)
{
    const float t2 = t * t, t3 = t2 * t;
    return {0.5f * (-t3 + 2 * t2 - t), 0.5f * (3 * t3 - 5 * t2 + 2), 0.5f * (-3 * t3 + 4 * t2 + t), 0.5f * (t3 - t2)};
}

} // namespace

Expected<DiffuseMap> DiffuseMap::fromMosaic(const uint8_t* rgba, int width, int height)
{
    if (width != 4 * kSide || height != 3 * kSide) {
        return Error{Errc::Parse, "a picture of 1024 x 768 pixels was expected, found " + std::to_string(width) + " x " + std::to_string(height), "diffuse light"};
    }
    DiffuseMap map;
    map.pixels_.resize(size_t{12} * kSide * kSide);
    std::array<float, 256> light{};
    for (size_t i = 0; i < 256; ++i) light[i] = std::pow(static_cast<float>(i) / 255.0f, kPanoramaGamma);
    for (size_t face = 0; face < 12; ++face) {
        for (size_t x = 0; x < kSide; ++x) {
            for (size_t y = 0; y < kSide; ++y) {
                const uint8_t* p = rgba + 4 * (((face / 4) * kSide + x) * (4 * kSide) + (face % 4) * kSide + y);
                map.pixels_[face * kSide * kSide + interleave(static_cast<uint32_t>(x), static_cast<uint32_t>(y))] = {light[p[0]], light[p[1]], light[p[2]]};
            }
        }
    }
    return map;
}

const DiffuseMap::Rgb& DiffuseMap::near(int face, int x, int y) const
{
    const auto base = static_cast<uint64_t>(face);
    if (x >= 0 && y >= 0 && x < kSide && y < kSide) {
        return pixels_[base * kSide * kSide + interleave(static_cast<uint32_t>(x), static_cast<uint32_t>(y))];
    }
    return pixels_[sky::cellAt(pointAround({0, base}, (x + 0.5) / kSide, (y + 0.5) / kSide), kOrder).pix];
}

StarPainter::StarPainter(const SkyData& sky, DiffuseMap diffuse) : diffuse_(std::move(diffuse))
{
    lamps_.reserve(sky.starCount());
    for (size_t i = 0; i < sky.starCount(); ++i) {
        const Star s = sky.star(i);
        auto c = starColourLinear(static_cast<double>(s.bv));
        const float grey = luminance(c.data());
        for (float& v : c) v /= grey;
        const auto flux = static_cast<float>(std::pow(10, -0.4 * (kPivot + (static_cast<double>(s.v) - kPivot) * kHierarchy - kZeroMag)) / radSquaredToArcsecSquared());
        lamps_.push_back({s.dirIcrs, c[0] * flux, c[1] * flux, c[2] * flux, s.v});
    }
    for (uint32_t c = 0; c <= 768; ++c) begin_[c] = sky.starBegin(c);
}

StarPainter::Plan::Plan(const StarPainter& painter, int order, int width) : painter_(painter), order_(order), width_(width)
{
    sigma_ = kCoreSigma * std::sqrt(sky::kPi / 3) / (width * std::exp2(order));
    places_.reserve(painter.lamps_.size());
    for (const Lamp& l : painter.lamps_) {
        const auto p = sky::placeAt(l.dir, order);
        places_.push_back({static_cast<float>(p.x * width), static_cast<float>(p.y * width)});
    }
}

void StarPainter::Plan::addDiffuse(uint64_t pix, std::vector<float>& light) const
{
    const int n = DiffuseMap::kSide >> order_, side = n + 4;
    const int face = static_cast<int>(pix >> (2 * order_));
    const uint64_t inFace = pix & ((uint64_t{1} << (2 * order_)) - 1);
    const int x0 = static_cast<int>(everySecondBit(inFace)) * n, y0 = static_cast<int>(everySecondBit(inFace >> 1)) * n;
    std::vector<DiffuseMap::Rgb> patch(static_cast<size_t>(side) * static_cast<size_t>(side));
    for (int x = 0; x < side; ++x) {
        for (int y = 0; y < side; ++y) patch[static_cast<size_t>(x) * static_cast<size_t>(side) + static_cast<size_t>(y)] = painter_.diffuse_.near(face, x0 + x - 2, y0 + y - 2);
    }
    const auto w = static_cast<size_t>(width_);
    const float step = static_cast<float>(n) / static_cast<float>(width_);
    std::vector<float> row(static_cast<size_t>(side) * 3);
    for (size_t i = 0; i < w; ++i) { // x: rows of the tile
        const float at = (static_cast<float>(i) + 0.5f) * step + 1.5f;
        const auto base = static_cast<size_t>(at) - 1;
        const auto kx = cubic(at - std::floor(at));
        std::fill(row.begin(), row.end(), 0.0f);
        for (size_t k = 0; k < 4; ++k) {
            const DiffuseMap::Rgb* from = &patch[(base + k) * static_cast<size_t>(side)];
            for (size_t y = 0; y < static_cast<size_t>(side); ++y) {
                for (size_t c = 0; c < 3; ++c) row[y * 3 + c] += kx[k] * from[y][c];
            }
        }
        for (size_t j = 0; j < w; ++j) { // y: columns
            const float aty = (static_cast<float>(j) + 0.5f) * step + 1.5f;
            const float* from = &row[(static_cast<size_t>(aty) - 1) * 3];
            const auto ky = cubic(aty - std::floor(aty));
            float* out = &light[(i * w + j) * 3];
            for (size_t c = 0; c < 3; ++c) {
                const float v = ky[0] * from[c] + ky[1] * from[3 + c] + ky[2] * from[6 + c] + ky[3] * from[9 + c];
                out[c] = std::max(0.0f, v) * kDiffuseGain + kFloorTint[c] * static_cast<float>(kFloor);
            }
        }
    }
}

void StarPainter::Plan::addStar(sky::Cell cell, size_t star, double x, double y, std::vector<float>& light) const
{
    const Lamp& lamp = painter_.lamps_[star];
    const double w = width_;
    const Slope s = slopeAt(cell, x / w, y / w);
    // Distance on the sky of an offset in pixels: a dx^2 + 2 b dx dy + c dy^2, in units of the core's sigma.
    const double unit = 1 / (w * sigma_ * w * sigma_);
    const double a = s.dx.squaredNorm() * unit, b = s.dx.dot(s.dy) * unit, c = s.dy.squaredNorm() * unit;
    const double det = a * c - b * b;
    if (!(det > 0)) return;
    for (const Lobe& lobe : kLobes) {
        const double spread = lobe.width * lobe.width;
        const double peak = lobe.share / (2 * sky::kPi * sigma_ * sigma_ * spread);
        const double brightest = peak * static_cast<double>(std::max({lamp.red, lamp.green, lamp.blue}));
        if (brightest < kFaintest) continue;
        const double r2 = 2 * spread * std::log(brightest / kFaintest);
        // Half sides of the box around the ellipse of that radius.
        const double hx = std::sqrt(r2 * c / det), hy = std::sqrt(r2 * a / det);
        const int xa = std::max(0, static_cast<int>(std::ceil(x - hx - 0.5))), xb = std::min(width_ - 1, static_cast<int>(std::floor(x + hx - 0.5)));
        const int ya = std::max(0, static_cast<int>(std::ceil(y - hy - 0.5))), yb = std::min(width_ - 1, static_cast<int>(std::floor(y + hy - 0.5)));
        for (int i = xa; i <= xb; ++i) {
            const double dx = i + 0.5 - x;
            float* out = &light[(static_cast<size_t>(i) * static_cast<size_t>(width_) + static_cast<size_t>(ya < 0 ? 0 : ya)) * 3];
            for (int j = ya; j <= yb; ++j, out += 3) {
                const double dy = j + 0.5 - y;
                const double d2 = a * dx * dx + 2 * b * dx * dy + c * dy * dy;
                if (d2 > r2) continue;
                const auto g = static_cast<float>(peak * std::exp(-0.5 * d2 / spread));
                out[0] += g * lamp.red;
                out[1] += g * lamp.green;
                out[2] += g * lamp.blue;
            }
        }
    }
}

void StarPainter::Plan::addStars(uint64_t pix, std::vector<float>& light) const
{
    const sky::Cell cell{static_cast<uint8_t>(order_), pix};
    const int shift = 2 * (3 - order_);
    const auto range = [&](uint64_t p) {
        return std::pair(painter_.begin_[p << shift], painter_.begin_[(p + 1) << shift]);
    };
    const auto [first, last] = range(pix);
    for (size_t i = first; i < last; ++i) addStar(cell, i, static_cast<double>(places_[i].x), static_cast<double>(places_[i].y), light);

    // Stars of the cells around whose light reaches over the edge: placed by the slope at the nearest point of the edge.
    constexpr int kEdge = 48;
    std::vector<std::pair<sky::Dir, Eigen::Vector2d>> edge;
    for (int k = 0; k < kEdge; ++k) {
        const double t = static_cast<double>(k) / kEdge;
        for (const auto& p : {Eigen::Vector2d(t, 0), Eigen::Vector2d(1, t), Eigen::Vector2d(1 - t, 1), Eigen::Vector2d(0, 1 - t)}) {
            edge.emplace_back(sky::cellPoint(cell, p.x(), p.y()), p);
        }
    }
    const double w = width_;
    for (const auto& next : sky::neighbours(cell)) {
        if (!next) continue;
        const auto [from, to] = range(next->pix);
        for (size_t i = from; i < to; ++i) {
            const Lamp& lamp = painter_.lamps_[i];
            const double reach = lamp.v < kBright ? kReachBright : kReachFaint;
            const auto px = static_cast<double>(places_[i].x), py = static_cast<double>(places_[i].y);
            if (px > reach && px < w - reach && py > reach && py < w - reach) continue;
            size_t best = 0;
            for (size_t e = 1; e < edge.size(); ++e) {
                if ((edge[e].first - lamp.dir).squaredNorm() < (edge[best].first - lamp.dir).squaredNorm()) best = e;
            }
            Eigen::Vector2d at = edge[best].second;
            for (int step = 0; step < 2; ++step) { // once from the sample, once from the point of the edge found so
                const Eigen::Vector2d on(std::clamp(at.x(), 0.0, 1.0), std::clamp(at.y(), 0.0, 1.0));
                const sky::Dir away = lamp.dir - sky::cellPoint(cell, on.x(), on.y());
                const Slope s = slopeAt(cell, on.x(), on.y());
                const double a = s.dx.squaredNorm(), b = s.dx.dot(s.dy), c = s.dy.squaredNorm(), det = a * c - b * b;
                if (!(det > 0)) break;
                const double u = s.dx.dot(away), v = s.dy.dot(away);
                at = on + Eigen::Vector2d((c * u - b * v) / det, (a * v - b * u) / det);
            }
            const double x = at.x() * w, y = at.y() * w;
            if (x < -reach || y < -reach || x > w + reach || y > w + reach) continue;
            addStar(cell, i, x, y, light);
        }
    }
}

std::vector<uint8_t> StarPainter::Plan::tile(uint64_t pix) const
{
    static const Stretch stretch;
    const auto pixels = static_cast<size_t>(width_) * static_cast<size_t>(width_);
    std::vector<float> light(pixels * 3);
    addDiffuse(pix, light);
    addStars(pix, light);
    std::vector<uint8_t> rgba(pixels * 4);
    for (size_t i = 0; i < pixels; ++i) {
        const float* l = &light[i * 3];
        const float grey = luminance(l), gain = stretch.gain(grey);
        float c[3];
        for (size_t k = 0; k < 3; ++k) c[k] = std::max(0.0f, gain * (grey + kColour * (l[k] - grey)));
        const float top = std::max({c[0], c[1], c[2]});
        if (top > 1) { // overexposed: towards white, as on film, but the colour is never lost
            const float white = std::min(kOverexposed, (top - 1) * 1.5f);
            for (float& v : c) v = v / top + (1 - v / top) * white;
        }
        const float noise = dither(pix * 4 + static_cast<uint64_t>(order_), i) + 0.5f;
        for (size_t k = 0; k < 3; ++k) rgba[i * 4 + k] = static_cast<uint8_t>(std::clamp(c[k] * 255.0f + noise, 0.0f, 255.0f));
        rgba[i * 4 + 3] = 255;
    }
    return rgba;
}

} // namespace firmament::catalogs
