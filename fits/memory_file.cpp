#include "fits/memory_file.h"

#include "fits/header.h"
#include "fits/unit_check.h"

namespace firmament::fits {

Error fitsError(int status, const char* doing)
{
    char text[FLEN_STATUS] = "";
    fits_get_errstatus(status, text);
    fits_clear_errmsg();
    return {status == MEMORY_ALLOCATION ? Errc::TooLarge : Errc::Parse, std::string(doing) + ": " + text, {}};
}

Expected<std::unique_ptr<MemoryFile>> MemoryFile::open(ByteView bytes)
{
    if (bytes.size() < kBlock / 2) return Error{Errc::Parse, "too short for a FITS file", {}};
    if (auto sound = checkUnits(bytes); !sound) return sound.error();
    std::unique_ptr<MemoryFile> self(new MemoryFile);
    self->given_ = bytes.size();
    if (bytes.size() % kBlock != 0) {
        self->padded_.reserve(bytes.size() + kBlock);
        self->padded_.assign(bytes.begin(), bytes.end());
        self->padded_.resize((bytes.size() + kBlock - 1) / kBlock * kBlock);
        bytes = self->padded_;
    }
    // Opened for reading only: cfitsio never writes through the pointer.
    self->memory_ = const_cast<std::byte*>(bytes.data());
    self->size_ = bytes.size();
    int status = 0;
    // The name is only for messages; it must hold none of the characters of cfitsio's file-name language.
    if (fits_open_memfile(&self->file_, "memory", READONLY, &self->memory_, &self->size_, 0, nullptr, &status)) {
        self->file_ = nullptr;
        return fitsError(status, "FITS file cannot be opened");
    }
    return self;
}

MemoryFile::~MemoryFile()
{
    int status = 0;
    if (file_) fits_close_file(file_, &status);
    if (status) fits_clear_errmsg();
}

} // namespace firmament::fits
