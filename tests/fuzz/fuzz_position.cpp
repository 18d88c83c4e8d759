#include <cmath>

#include "sky/text.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text = asText(fuzz::view(data, size));
    if (const auto p = sky::parsePosition(text)) {
        fuzz::require(std::isfinite(p->lon.rad()) && std::abs(p->lat.deg()) <= 90.0 + 1e-9);
        (void)sky::spell(*p, sky::PosSpelling::Sexagesimal, sky::Angle::arcsec(0.01));
    }
    if (const auto a = sky::parseAngle(text)) fuzz::require(!std::isnan(a->rad()));
    return 0;
}
