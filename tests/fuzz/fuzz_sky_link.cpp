#include "scene/sky_link.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text = asText(fuzz::view(data, size));
    const auto read = scene::parseSkyLink(text);
    if (!read) {
        fuzz::require(!read.error().what.empty());
        return 0;
    }
    const scene::SkyLink& link = read->value;
    fuzz::require(scene::isSkyLink(text));
    fuzz::require(!link.target.empty() || link.fov || !link.surveys.empty());
    fuzz::require(!link.fov || (link.fov->rad() > 0 && link.fov->deg() <= 720));
    if (link.pos) {
        // What is written of the same view comes back.
        scene::Document d;
        if (link.pos->frame == sky::Frame::Body) d.view = d.view.withFrame(sky::Frame::Body);
        d.view = d.view.lookingAt(*link.pos).withFov(link.fov.value_or(sky::Angle::deg(1)));
        const auto again = scene::parseSkyLink(scene::linkTo(d, *link.pos));
        fuzz::require(again && again->value.pos && again->value.fov);
    }
    return 0;
}
