// A FITS tile of doubles: what fits::writeFitsImage, which writes floats, does not make.
#pragma once

#include <bit>
#include <cstdint>
#include <cstdio>
#include <string>

#include "core/bytes.h"

namespace firmament::testing {

/// width x width; `value` of the pixel at (column, row) from 0, the first row the bottom one.
template <class Value> std::string doubleTile(int width, Value&& value)
{
    std::string file;
    const auto card = [&file](const char* name, const std::string& is) {
        char text[81];
        std::snprintf(text, sizeof text, "%-8s= %20s", name, is.c_str());
        std::string line = text;
        line.resize(80, ' ');
        file += line;
    };
    card("SIMPLE", "T");
    card("BITPIX", "-64");
    card("NAXIS", "2");
    card("NAXIS1", std::to_string(width));
    card("NAXIS2", std::to_string(width));
    file += "END";
    file.resize((file.size() + 2879) / 2880 * 2880, ' ');
    for (int row = 0; row < width; ++row)
        for (int column = 0; column < width; ++column) {
            const auto bits = std::bit_cast<uint64_t>(static_cast<double>(value(column, row)));
            for (int byte = 7; byte >= 0; --byte) file += static_cast<char>(bits >> (8 * byte) & 0xFF);
        }
    file.resize((file.size() + 2879) / 2880 * 2880, '\0');
    return file;
}

} // namespace firmament::testing
