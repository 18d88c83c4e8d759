// Coverage maps (MOC) in FITS: NUNIQ and RANGE, MOC 1.1 to 2.0. Of space-time and space-frequency maps the space part.
#pragma once

#include <string>

#include "core/bytes.h"
#include "core/result.h"
#include "sky/moc.h"

namespace firmament::fits {

struct MocFile {
    sky::Moc moc;
    std::string coordsys; ///< "C", "G", "E", a body's name, or empty when not said
};

Expected<Read<MocFile>> readMocFits(ByteView file);
/// FITS (gzipped too), ASCII or JSON, told by the first characters.
Expected<Read<MocFile>> readMocFile(ByteView file);
/// MOC 2.0 FITS, NUNIQ. coordsys "C" for ICRS, "G", "E" or a body's name.
Bytes writeMocFits(const sky::Moc& moc, const std::string& coordsys);

} // namespace firmament::fits
