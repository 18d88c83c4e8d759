#include "scene/document.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    const std::string_view text = asText(fuzz::view(data, size));
    if (const auto read = scene::fromJson(text)) {
        // What was read is a document like any other: written, it is read back as it was.
        const auto again = scene::fromJson(scene::toJson(read->value));
        fuzz::require(again && again->value == read->value);
    } else {
        fuzz::require(!read.error().what.empty());
    }
    if (const auto marks = scene::bookmarksFromJson(text)) {
        fuzz::require(marks->value.size() <= scene::kMaxBookmarks);
        const auto again = scene::bookmarksFromJson(scene::bookmarksToJson(marks->value));
        fuzz::require(again && again->value == marks->value);
    }
    return 0;
}
