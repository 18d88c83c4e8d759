// Pictures of the sky painted from the embedded stars and the diffuse light of the Milky Way: the tiles of the default
// survey. Made once at build time (scene/tools), but pure functions of their input; any thread once built.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "catalogs/sky_data.h"
#include "core/result.h"
#include "sky/healpix.h"

namespace firmament::catalogs {

/// The Milky Way without stars, HEALPix order 8, linear light; 1 = about V 20 per square arcsecond.
class DiffuseMap {
public:
    static constexpr int kOrder = 8, kSide = 1 << kOrder;
    /// A picture of 4 x 3 base cells (docs/sky-data.md), RGBA rows from the top.
    static Expected<DiffuseMap> fromMosaic(const uint8_t* rgba, int width, int height);
    using Rgb = std::array<float, 3>;
    const Rgb& pixel(uint64_t nested) const { return pixels_[nested]; }
    /// x, y as of the base cell; they may lie outside of it by a little.
    const Rgb& near(int face, int x, int y) const;

private:
    std::vector<Rgb> pixels_; ///< by face, then y * 256 + x
};

class StarPainter {
public:
    StarPainter(const SkyData& sky, DiffuseMap diffuse);
    /// width x width RGBA8 pixels laid out as a HiPS JPEG tile (column = y, row = x). `order` 0..3; width a multiple of 256 / 2^order.
    /// All the tiles of one order share work that is done at the first call for it: keep one Plan for each order.
    class Plan {
    public:
        Plan(const StarPainter& painter, int order, int width);
        std::vector<uint8_t> tile(uint64_t pix) const;

    private:
        struct Place {
            float x, y; ///< pixels from the cell's south corner
        };
        void addDiffuse(uint64_t pix, std::vector<float>& light) const;
        void addStars(uint64_t pix, std::vector<float>& light) const;
        void addStar(sky::Cell cell, size_t star, double x, double y, std::vector<float>& light) const;
        const StarPainter& painter_;
        int order_, width_;
        double sigma_; ///< of the stars' picture, radians
        std::vector<Place> places_;
    };

private:
    struct Lamp {
        sky::Dir dir;
        float red, green, blue; ///< flux, in units of 1 (see DiffuseMap) times square radians
        float v;
    };
    std::vector<Lamp> lamps_;
    std::array<size_t, 769> begin_{};
    DiffuseMap diffuse_;
};

} // namespace firmament::catalogs
