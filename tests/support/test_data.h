// Real sample files for tests, when the machine has them: $FIRMAMENT_SHARED/data, else ../shared/data beside the checkout.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace firmament::testing {

inline std::filesystem::path sharedFolder()
{
    if (const char* set = std::getenv("FIRMAMENT_SHARED"); set && *set) return set;
    return std::filesystem::path(FIRMAMENT_SOURCE_DIR).parent_path() / "shared";
}

/// Empty when this machine does not have it; a test then uses its own fixture, or QSKIPs with kNoSharedData.
inline std::optional<std::filesystem::path> sharedData(const std::string& relative)
{
    auto path = sharedFolder() / "data" / relative;
    if (std::filesystem::exists(path)) return path;
    return std::nullopt;
}

inline constexpr const char* kNoSharedData = "sample data not on this machine";

} // namespace firmament::testing
