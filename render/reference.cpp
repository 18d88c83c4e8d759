#include "render/reference.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>

#include "render/map_edge.h"
#include "render/sampling.h"
#include "render/tile_edges.h"

namespace firmament::render {

namespace {

/// Premultiplied colour (0..1), or a value in [0] with [3] = 1 where there is one.
using Texel = std::array<double, 4>;

class Sampler {
public:
    Sampler(const sky::SkyView& view, const ReferenceLayer& layer, bool values)
        : view_(view), layer_(layer), values_(values)
    {
    }

    std::optional<Texel> at(const sky::Dir& dir)
    {
        if (layer_.chosen) {
            const auto from = layer_.chosen(dir);
            return from ? inTile(dir, from->order) : std::nullopt;
        }
        for (int order = layer_.orderMax; order >= layer_.orderMin; --order)
            if (hasTile(dir, order)) return inTile(dir, order);
        return std::nullopt;
    }
    PixelKind kind() const { return kind_; } ///< of the tile sampled last

private:
    bool hasTile(const sky::Dir& dir, int order) { return tileOf(sky::placeAt(dir, order).cell).data != nullptr; }

    std::optional<Texel> inTile(const sky::Dir& dir, int order)
    {
        const sky::CellPlace place = sky::placeAt(dir, order);
        const TilePixels tile = tileOf(place.cell);
        if (!tile.data) return std::nullopt;
        kind_ = tile.kind;
        return sample(place, tile);
    }

    TilePixels tileOf(sky::Cell cell)
    {
        if (cell == lastCell_ && lastKnown_) return lastTile_;
        lastCell_ = cell;
        lastKnown_ = true;
        lastTile_ = layer_.tile(cell);
        return lastTile_;
    }

    static Texel texel(const TilePixels& tile, int x, int y)
    {
        const size_t i = static_cast<size_t>(x) * static_cast<size_t>(tile.width) + static_cast<size_t>(y);
        if (tile.kind == PixelKind::Float32) {
            const double v = static_cast<double>(static_cast<const float*>(tile.data)[i]);
            return std::isfinite(v) ? Texel{v, 0, 0, 1} : Texel{0, 0, 0, 0};
        }
        const uint8_t* p = static_cast<const uint8_t*>(tile.data) + 4 * i;
        return {p[0] / 255.0, p[1] / 255.0, p[2] / 255.0, p[3] / 255.0};
    }

    static Texel mean(const Texel& a, const Texel& b, PixelKind kind)
    {
        if (kind == PixelKind::Float32 && a[3] == 0) return b;
        if (kind == PixelKind::Float32 && b[3] == 0) return a;
        Texel m{};
        for (size_t k = 0; k < 4; ++k) m[k] = (a[k] + b[k]) / 2;
        return m;
    }

    /// A texel of the tile's lattice, continued over its borders; clamped where the neighbour is not there.
    Texel beside(const sky::Cell& cell, const TilePixels& tile, int x, int y)
    {
        if (x >= 0 && y >= 0 && x < tile.width && y < tile.width) return texel(tile, x, y);
        if (const auto place = texelBeside(cell, tile.width, x, y)) {
            const TilePixels other = layer_.tile(place->cell);
            if (other.data && other.width == tile.width && other.kind == tile.kind) return texel(other, place->x, place->y);
        }
        const int cx = std::clamp(x, 0, tile.width - 1), cy = std::clamp(y, 0, tile.width - 1);
        if (cx != x && cy != y) return mean(beside(cell, tile, cx, y), beside(cell, tile, x, cy), tile.kind);
        return texel(tile, cx, cy);
    }

    std::optional<Texel> sample(const sky::CellPlace& place, const TilePixels& tile)
    {
        const Sampling wanted = layer_.look.sampling;
        const double steep = values_ ? (wanted == Sampling::Nearest ? kNearest : 1)
                                     : steepness(wanted, texelPixels(view_, place.cell.order, tile.width, 1));
        const double px = place.x * tile.width - 0.5, py = place.y * tile.width - 0.5;
        const double bx = std::floor(px), by = std::floor(py), fx = px - bx, fy = py - by;
        const double wx = std::clamp((fx - 0.5) * steep + 0.5, 0.0, 1.0), wy = std::clamp((fy - 0.5) * steep + 0.5, 0.0, 1.0);
        const int x = static_cast<int>(bx), y = static_cast<int>(by);
        const std::array<Texel, 4> t{beside(place.cell, tile, x, y), beside(place.cell, tile, x + 1, y),
                                     beside(place.cell, tile, x, y + 1), beside(place.cell, tile, x + 1, y + 1)};
        const std::array<double, 4> w{(1 - wx) * (1 - wy), wx * (1 - wy), (1 - wx) * wy, wx * wy};
        Texel sum{};
        if (tile.kind == PixelKind::Rgba8) {
            for (size_t i = 0; i < 4; ++i)
                for (size_t k = 0; k < 4; ++k) sum[k] += w[i] * t[i][k];
            return sum;
        }
        // No value where the nearest texel has none; elsewhere the mean over those that have one.
        if (t[(fx >= 0.5 ? 1u : 0u) + (fy >= 0.5 ? 2u : 0u)][3] == 0) return std::nullopt;
        double weight = 0;
        for (size_t i = 0; i < 4; ++i) {
            if (t[i][3] == 0) continue;
            sum[0] += w[i] * t[i][0];
            weight += w[i];
        }
        if (!(weight > 0)) return std::nullopt;
        return Texel{sum[0] / weight, 0, 0, 1};
    }

    const sky::SkyView& view_;
    const ReferenceLayer& layer_;
    bool values_;
    sky::Cell lastCell_;
    bool lastKnown_ = false;
    TilePixels lastTile_{};
    PixelKind kind_ = PixelKind::Rgba8;
};

/// Premultiplied colour of a sample under a look, opacity included.
Texel shaded(const Texel& t, PixelKind kind, const Look& look)
{
    Texel c = t;
    if (kind == PixelKind::Float32) {
        const CutScale cut(look);
        const auto rgb = mappedColour(look, std::clamp(t[0] * cut.scale + cut.offset, 0.0, 1.0), colourTable(look.map));
        c = {static_cast<double>(rgb[0]), static_cast<double>(rgb[1]), static_cast<double>(rgb[2]), 1};
    }
    else if (look.invert || look.gamma != 1) {
        for (size_t k = 0; k < 3; ++k) {
            double v = c[3] > 0 ? std::clamp(c[k] / c[3], 0.0, 1.0) : 0;
            v = std::pow(v, 1 / std::clamp(look.gamma, 0.01, 100.0));
            c[k] = (look.invert ? 1 - v : v) * c[3];
        }
    }
    for (double& v : c) v *= std::clamp(look.opacity, 0.0, 1.0);
    return c;
}

double blended(double below, double c, double alpha, Blend blend)
{
    double v = below;
    switch (blend) {
    case Blend::Normal: v = c + below * (1 - alpha); break;
    case Blend::Add: v = c + below; break;
    case Blend::Screen: v = c + below * (1 - c); break;
    case Blend::Multiply: v = c * below + below * (1 - alpha); break;
    case Blend::Difference: v = (alpha > 0 ? std::abs(below - c / alpha) * alpha : 0) + below * (1 - alpha); break;
    }
    return std::clamp(v, 0.0, 1.0);
}

/// How much of each pixel the softened edge of the map leaves: its depth inside the outline in pixels, up to 1.
std::vector<float> edgeDepth(const sky::SkyView& view)
{
    const auto outline = mapEdge(view);
    if (outline.empty()) return {};
    const int w = view.width(), h = view.height();
    std::vector<float> depth(static_cast<size_t>(w) * static_cast<size_t>(h), 1);
    double area = 0;
    const auto at = [&](size_t i) {
        const LineVertex& p = outline[i % outline.size()];
        return Eigen::Vector2d(static_cast<double>(p.x), static_cast<double>(p.y));
    };
    for (size_t i = 0; i < outline.size(); ++i) area += at(i).x() * at(i + 1).y() - at(i + 1).x() * at(i).y();
    for (size_t i = 0; i < outline.size(); ++i) {
        const Eigen::Vector2d a = at(i), side = at(i + 1) - a;
        const double length = side.norm();
        if (!(length > 0)) continue;
        const Eigen::Vector2d along = side / length, inwards = Eigen::Vector2d(-along.y(), along.x()) * (area > 0 ? 1 : -1);
        const Eigen::Vector2d low = a.cwiseMin(a + side), high = a.cwiseMax(a + side);
        const int x0 = std::clamp(static_cast<int>(low.x()) - 2, 0, w), x1 = std::clamp(static_cast<int>(high.x()) + 3, 0, w);
        const int y0 = std::clamp(static_cast<int>(low.y()) - 2, 0, h), y1 = std::clamp(static_cast<int>(high.y()) + 3, 0, h);
        for (int y = y0; y < y1; ++y) {
            for (int x = x0; x < x1; ++x) {
                const Eigen::Vector2d p = Eigen::Vector2d(x + 0.5, y + 0.5) - a;
                const double place = p.dot(along), in = p.dot(inwards);
                if (place < 0 || place > length || in < -1 || in > 1) continue;
                float& d = depth[static_cast<size_t>(y) * static_cast<size_t>(w) + static_cast<size_t>(x)];
                d = std::min(d, static_cast<float>(std::max(in, 0.0)));
            }
        }
    }
    return depth;
}

/// One layer, asked pixel by pixel.
class LayerPainter {
public:
    LayerPainter(const sky::SkyView& view, const ReferenceLayer& layer)
        : look_(layer.look), sampler_(view, layer, false), toWorld_(view.worldToCamera(layer.frame).transpose())
    {
    }

    void paint(const sky::Dir& camera, Texel& p)
    {
        const auto sample = sampler_.at(toWorld_ * camera);
        if (!sample) return;
        const Texel c = shaded(*sample, sampler_.kind(), look_);
        for (size_t k = 0; k < 3; ++k) p[k] = blended(p[k], c[k], c[3], look_.blend);
        p[3] = c[3] + p[3] * (1 - c[3]);
    }

private:
    const Look& look_;
    Sampler sampler_;
    Eigen::Matrix3d toWorld_;
};

} // namespace

std::vector<uint8_t> referenceRgba(const sky::SkyView& view, std::span<const ReferenceLayer> layers, Rgba background, const StopDrawing& stop)
{
    const Texel clear{static_cast<double>(background.r * background.a), static_cast<double>(background.g * background.a),
                      static_cast<double>(background.b * background.a), static_cast<double>(background.a)};
    std::vector<LayerPainter> painters;
    painters.reserve(layers.size());
    for (const ReferenceLayer& layer : layers) painters.emplace_back(view, layer);
    const std::vector<float> depth = edgeDepth(view);
    std::vector<uint8_t> out;
    out.reserve(static_cast<size_t>(view.width()) * static_cast<size_t>(view.height()) * 4);
    for (int y = 0; y < view.height(); ++y) {
        if (stop && stop()) return {};
        for (int x = 0; x < view.width(); ++x) {
            Texel p = clear;
            sky::Dir camera;
            const bool inside = sky::unproject(view.projection(), view.planeOfPixel({x + 0.5, y + 0.5}), camera);
            const double left = depth.empty() ? 1 : static_cast<double>(depth[out.size() / 4]);
            for (LayerPainter& painter : painters) {
                if (inside) painter.paint(camera, p);
                for (size_t k = 0; k < 4; ++k) p[k] = p[k] * left + clear[k] * (1 - left);
            }
            for (const double v : p) out.push_back(static_cast<uint8_t>(std::lround(255 * std::clamp(v, 0.0, 1.0))));
        }
    }
    return out;
}

std::vector<float> referenceValues(const sky::SkyView& view, const ReferenceLayer& layer, const StopDrawing& stop)
{
    std::vector<float> out(static_cast<size_t>(view.width()) * static_cast<size_t>(view.height()),
                           std::numeric_limits<float>::quiet_NaN());
    Sampler sampler(view, layer, true);
    const Eigen::Matrix3d toWorld = view.worldToCamera(layer.frame).transpose();
    auto value = out.begin();
    for (int y = 0; y < view.height(); ++y) {
        if (stop && stop()) return {};
        for (int x = 0; x < view.width(); ++x, ++value) {
            sky::Dir camera;
            if (!sky::unproject(view.projection(), view.planeOfPixel({x + 0.5, y + 0.5}), camera)) continue;
            if (const auto sample = sampler.at(toWorld * camera)) *value = static_cast<float>((*sample)[0]);
        }
    }
    return out;
}

} // namespace firmament::render
