// Small HiPS trees written by a test: one colour or one value a tile, so that what was drawn can be told from the pixels.
#pragma once

#include <array>
#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "core/files.h"
#include "fits/write.h"
#include "hips/image_codec.h"
#include "hips/survey_info.h"
#include "sky/healpix.h"

namespace firmament::testing {

struct SyntheticHips {
    std::filesystem::path folder;
    int orderMin = 0, orderMax = 2, width = 64;
    std::string frame = "equatorial", title = "Synthetic";
    std::string extra{};                  ///< more lines of `properties`
    /// Empty: every tile is there.
    std::function<bool(sky::Cell)> has{};
    std::vector<sky::Cell> only{};        ///< when given: these cells and no others (orders too deep to go through)

    /// A colour of the cell: the order in blue, a hash of the number in red and green. Never magenta, never black.
    static std::array<uint8_t, 3> colourOf(sky::Cell c)
    {
        const uint64_t h = (c.pix + 1) * 0x9E3779B97F4A7C15ULL;
        return {static_cast<uint8_t>(40 + (h >> 56) % 120), static_cast<uint8_t>(80 + (h >> 48) % 160), static_cast<uint8_t>(40 + 40 * c.order)};
    }
    static float valueOf(sky::Cell c) { return static_cast<float>(c.pix) + 1000.0f * static_cast<float>(c.order); }

    void writePictures() const
    {
        writeProperties("png");
        each([&](sky::Cell c) {
            const auto colour = colourOf(c);
            std::vector<uint8_t> rgba;
            for (int i = 0; i < width * width; ++i) rgba.insert(rgba.end(), {colour[0], colour[1], colour[2], 255});
            write(c, hips::TileFormat::Png, *hips::encodePng(rgba.data(), width, width));
        });
    }
    void writeValues(const std::function<float(sky::Cell, int)>& value = {}) const
    {
        writeProperties("fits");
        each([&](sky::Cell c) {
            std::vector<float> values(static_cast<size_t>(width) * static_cast<size_t>(width));
            for (size_t i = 0; i < values.size(); ++i) values[i] = value ? value(c, static_cast<int>(i)) : valueOf(c);
            write(c, hips::TileFormat::Fits, *fits::writeFitsImage(std::span<const float>(values), width, width, {}));
        });
    }

private:
    void writeProperties(const std::string& format) const
    {
        std::filesystem::create_directories(folder);
        std::ofstream(folder / "properties") << "creator_did = ivo://test/P/" << title << "\nobs_title = " << title << "\nhips_version = 1.4\nhips_order = "
                                             << orderMax << "\nhips_order_min = " << orderMin << "\nhips_tile_width = " << width
                                             << "\nhips_tile_format = " << format << "\nhips_frame = " << frame << "\nobs_copyright = The testers\n"
                                             << extra << "\n";
    }
    void each(const std::function<void(sky::Cell)>& make) const
    {
        for (const sky::Cell& c : only) make(c);
        for (int order = orderMin; only.empty() && order <= orderMax; ++order)
            for (uint64_t pix = 0; pix < (uint64_t{12} << (2 * order)); ++pix) {
                const sky::Cell c{static_cast<uint8_t>(order), pix};
                if (!has || has(c)) make(c);
            }
    }
    void write(sky::Cell c, hips::TileFormat format, const Bytes& bytes) const
    {
        const auto path = folder / hips::tilePath(c, format);
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    }
};

} // namespace firmament::testing
