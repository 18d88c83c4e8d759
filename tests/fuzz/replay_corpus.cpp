// Runs a fuzz target over the files of a folder, and over each with a byte changed or the end cut off.
#include <cstdio>
#include <filesystem>
#include <random>

#include "core/files.h"
#include "tests/fuzz/fuzz.h"

namespace {

void feed(const firmament::Bytes& b)
{
    LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(b.data()), b.size());
}

} // namespace

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fprintf(stderr, "usage: %s CORPUS-FOLDER\n", argv[0]);
        return 2;
    }
    int files = 0;
    std::mt19937 random(20240101);
    for (const auto& e : std::filesystem::directory_iterator(argv[1])) {
        const auto bytes = firmament::readFile(e.path());
        if (!bytes) continue;
        feed(*bytes);
        for (int i = 0; i < 200 && !bytes->empty(); ++i) {
            firmament::Bytes changed = *bytes;
            changed[random() % changed.size()] = static_cast<std::byte>(random() & 255);
            if (i % 4 == 0) changed.resize(random() % changed.size());
            feed(changed);
        }
        ++files;
    }
    feed({});
    std::printf("%d files replayed\n", files);
    return files > 0 ? 0 : 1;
}
