// A survey of the whole sky in one colour, so that a pixel tells which layer it is of.
#pragma once

#include <array>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "hips/image_codec.h"

namespace firmament::testing {

using Colour = std::array<uint8_t, 3>;

/// Writes it; returns the folder. `extra`: more lines of `properties`.
inline std::string writeSolidHips(const std::filesystem::path& folder, const std::string& title, Colour colour, const std::string& extra = {})
{
    constexpr int kTile = 32;
    std::filesystem::create_directories(folder / "Norder0" / "Dir0");
    std::ofstream(folder / "properties") << "creator_did = ivo://test/P/" << title << "\nobs_title = " << title
                                         << "\nhips_version = 1.4\nhips_order = 0\nhips_order_min = 0\nhips_tile_width = " << kTile
                                         << "\nhips_frame = equatorial\nhips_tile_format = png\ndataproduct_type = image\nobs_copyright = Makers of " << title
                                         << "\n" << extra << "\n";
    std::vector<uint8_t> rgba;
    for (int i = 0; i < kTile * kTile; ++i) rgba.insert(rgba.end(), {colour[0], colour[1], colour[2], 255});
    const auto png = *hips::encodePng(rgba.data(), kTile, kTile);
    for (int cell = 0; cell < 12; ++cell) {
        std::ofstream out(folder / "Norder0" / "Dir0" / ("Npix" + std::to_string(cell) + ".png"), std::ios::binary);
        out.write(reinterpret_cast<const char*>(png.data()), static_cast<std::streamsize>(png.size()));
    }
    return folder.string();
}

inline bool near(const Colour& a, const Colour& b, int most = 2)
{
    for (size_t k = 0; k < 3; ++k)
        if (std::abs(a[k] - b[k]) > most) return false;
    return true;
}

} // namespace firmament::testing
