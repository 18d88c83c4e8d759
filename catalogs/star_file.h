// The star file (docs/sky-data.md), memory-mapped and read in place. Private to catalogs/. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>

#include "core/result.h"
#include "sky/frame.h"

namespace firmament::catalogs {

/// A whole file, mapped for reading.
class MappedFile {
public:
    static Expected<MappedFile> open(const std::filesystem::path& path);
    MappedFile(MappedFile&& o) noexcept;
    MappedFile& operator=(MappedFile&&) = delete;
    MappedFile(const MappedFile&) = delete;
    ~MappedFile();
    std::span<const uint8_t> bytes() const { return {data_, size_}; }

private:
    MappedFile(const uint8_t* data, size_t size) : data_(data), size_(size) {}
    const uint8_t* data_;
    size_t size_;
};

/// Everything that an index could go wrong with is checked in open(); the columns themselves hold no indices.
class StarFile {
public:
    static constexpr int kOrder = 3;
    static constexpr uint32_t kCells = 768;

    static Expected<StarFile> open(const std::filesystem::path& path);
    /// Reads every byte: whether the file is as it was written. Slow (10 ms); for tests and reports of trouble.
    bool intact() const;

    double epoch() const { return epoch_; }
    size_t count() const { return count_; }
    size_t cellBegin(uint32_t cell) const; ///< cell 0..768
    uint32_t cellOf(size_t star) const;
    sky::Dir direction(size_t star) const;
    void motion(size_t star, double& raMas, double& decMas) const;
    float magnitude(size_t star) const;
    float colour(size_t star) const; ///< NaN = unknown

    /// Stars with a Hipparcos number, in star order.
    size_t hipCount() const { return hipCount_; }
    struct HipEntry {
        uint32_t star, hip, hd; ///< hd = 0: none
        float parallaxMas;
    };
    HipEntry hipEntry(size_t i) const;
    /// hip = 0 when the star has none.
    HipEntry hipOf(size_t star) const;

private:
    explicit StarFile(MappedFile file) : file_(std::move(file)) {}
    Expected<void> readHeader();
    Expected<void> checkIndices(const std::string& where) const;

    MappedFile file_;
    double epoch_ = 2000;
    size_t count_ = 0, hipCount_ = 0, fastCount_ = 0;
    uint64_t headSum_ = 0, bodySum_ = 0;
    size_t bodyAt_ = 0;
    const uint8_t *cells_ = nullptr, *places_ = nullptr, *motions_ = nullptr, *magnitudes_ = nullptr, *colours_ = nullptr,
                  *hips_ = nullptr, *hds_ = nullptr, *fast_ = nullptr;
};

} // namespace firmament::catalogs
