#include <exception>
#include <new>
#include <string>
#include <string_view>
#include <vector>

#include <malloc.h>

#include "app/cli/commands.h"

namespace {

/// Tiles come and go by the megabyte. By default glibc, once one was freed, takes further ones from the heap, which then
/// fragments and grows for hours; with a fixed threshold every tile's memory goes back to the system when it is dropped.
void returnBigBlocks() { mallopt(M_MMAP_THRESHOLD, 512 << 10); }

} // namespace

int main(int argc, char** argv)
{
    using namespace firmament::cli;
    millisecondsSinceStart(); // fixes the zero of all times
    returnBigBlocks();
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    const Words all(words);
    const auto run = [&] {
        const std::string_view first = words.empty() ? std::string_view() : std::string_view(words[0]);
        if (first == "render") return renderCommand(all.subspan(1));
        if (first == "survey") return surveyCommand(all.subspan(1));
        if (first == "query") return queryCommand(all.subspan(1));
        if (first == "bench") return benchCommand(all.subspan(1));
        return windowCommand(all);
    };
    try {
        return static_cast<int>(run());
    } catch (const std::bad_alloc&) {
        errorLine(words.empty() ? "window" : words[0], "memory is exhausted, expected enough for a picture of this size");
    } catch (const std::exception& e) {
        errorLine("internal error", e.what());
    }
    return static_cast<int>(Exit::Failed);
}
