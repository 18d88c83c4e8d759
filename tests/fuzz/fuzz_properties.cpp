#include "hips/survey_info.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const auto read = hips::parseProperties(asText(fuzz::view(data, size)));
    if (!read) {
        fuzz::require(!read.error().what.empty());
        return 0;
    }
    const hips::SurveyInfo& s = read->value;
    fuzz::require(s.orderMin >= 0 && s.orderMin <= s.orderMax && s.orderMax <= sky::kMaxOrder);
    fuzz::require(s.tileWidth >= 8 && s.tileWidth <= 8192 && s.cubeFirst < s.cubeDepth);
    const auto again = hips::parseProperties(hips::writeProperties(s));
    fuzz::require(again && again->value.orderMax == s.orderMax && again->value.tileWidth == s.tileWidth);
    return 0;
}
