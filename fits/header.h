// The cards of one FITS header unit, read without cfitsio.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament::fits {

inline constexpr size_t kBlock = 2880;
inline constexpr size_t kCard = 80;

class Header {
public:
    /// Reads from the start of `unit` to END. Keeps views into it.
    static Expected<Header> read(ByteView unit);

    std::optional<double> number(std::string_view key) const; ///< Fortran D exponents too
    std::optional<int64_t> integer(std::string_view key) const;
    std::optional<bool> logical(std::string_view key) const;
    std::optional<std::string> text(std::string_view key) const;
    bool has(std::string_view key) const { return !raw(key).empty(); }
    const std::vector<std::string_view>& cards() const { return cards_; } ///< in the file's order, 80 characters each
    size_t bytes() const { return bytes_; } ///< of the header, padding included

private:
    std::string_view raw(std::string_view key) const; ///< value part of the first card of this name
    std::vector<std::string_view> cards_;
    size_t bytes_ = 0;
};

} // namespace firmament::fits
