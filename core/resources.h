// Where the program's own data lie at run time. Any thread.
#pragma once

#include <filesystem>

namespace firmament {

/// The folder holding sky/, default-sky/, fonts/, surveys/...: $FIRMAMENT_RESOURCES, else <program's folder>/../share/firmament,
/// else the build's. Empty when there is none.
std::filesystem::path resourceFolder();

/// A file or folder below it, looked for in each of the places above in turn, and last in the source tree's resources/;
/// empty when it is nowhere.
std::filesystem::path findResource(const std::filesystem::path& relative);

/// The folder of the running program; empty when the system does not tell.
std::filesystem::path programFolder();

} // namespace firmament
