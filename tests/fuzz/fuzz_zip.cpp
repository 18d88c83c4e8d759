#include <filesystem>
#include <fstream>

#include <unistd.h>

#include "hips/zip_tree.h"
#include "tests/fuzz/fuzz.h"

using namespace firmament;
namespace fs = std::filesystem;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size)
{
    static const fs::path folder = fs::temp_directory_path() / ("firmament-fuzz-zip-" + std::to_string(::getpid()));
    std::error_code error;
    fs::create_directories(folder / "in", error);
    std::ofstream(folder / "a.zip", std::ios::binary).write(reinterpret_cast<const char*>(data), static_cast<std::streamsize>(size));
    const fs::path out = folder / "in" / "out";
    const auto done = hips::unpackZip(folder / "a.zip", out, [](uint64_t written) { return written < (uint64_t{16} << 20); });
    fuzz::require(done ? fs::exists(out / "properties") : !done.error().what.empty() && !fs::exists(out));
    // Nothing beside the folder that was named.
    for (const auto& e : fs::directory_iterator(folder)) fuzz::require(e.path().filename() == "in" || e.path().filename() == "a.zip");
    fs::remove_all(folder, error);
    return 0;
}
