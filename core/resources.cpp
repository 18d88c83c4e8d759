#include "core/resources.h"

#include <cstdlib>
#include <vector>

namespace firmament {

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> places()
{
    std::vector<fs::path> found;
    if (const char* set = std::getenv("FIRMAMENT_RESOURCES"); set && *set) found.emplace_back(set);
    if (const auto program = programFolder(); !program.empty()) found.push_back(program.parent_path() / "share" / "firmament");
#ifdef FIRMAMENT_BUILD_RESOURCES
    found.emplace_back(FIRMAMENT_BUILD_RESOURCES);
#endif
    return found;
}

} // namespace

fs::path programFolder()
{
    std::error_code error;
    const auto program = fs::read_symlink("/proc/self/exe", error);
    return error ? fs::path() : program.parent_path();
}

fs::path resourceFolder()
{
    std::error_code error;
    for (const auto& place : places())
        if (fs::is_directory(place, error)) return place;
    return {};
}

fs::path findResource(const fs::path& relative)
{
    std::error_code error;
    auto all = places();
#ifdef FIRMAMENT_SOURCE_RESOURCES
    all.emplace_back(FIRMAMENT_SOURCE_RESOURCES);
#endif
    for (const auto& place : all)
        if (auto path = place / relative; fs::exists(path, error)) return path;
    return {};
}

} // namespace firmament
