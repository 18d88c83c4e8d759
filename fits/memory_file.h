// A FITS file in memory, opened by cfitsio. Private to this folder's .cpp files.
#pragma once

#include <fitsio.h>

#include <memory>
#include <string>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament::fits {

/// Owns a padded copy when the file is not a multiple of 2880 (cfitsio refuses to read such ends).
class MemoryFile {
public:
    static Expected<std::unique_ptr<MemoryFile>> open(ByteView bytes);
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    fitsfile* get() const { return file_; }
    size_t givenBytes() const { return given_; } ///< without the padding added here

private:
    MemoryFile() = default;
    Bytes padded_;
    void* memory_ = nullptr;
    size_t size_ = 0, given_ = 0;
    fitsfile* file_ = nullptr;
};

/// cfitsio's status and its message stack as one Error.
Error fitsError(int status, const char* doing);

} // namespace firmament::fits
