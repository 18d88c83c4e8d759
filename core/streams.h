// Output that is no file of its own: pipes, devices, what the process has open already. Any thread.
#pragma once

#include <filesystem>

#include "core/bytes.h"
#include "core/result.h"

namespace firmament {

/// A pipe, a device, or a name like /dev/stdout or /dev/fd/5: written into as it is, never replaced.
bool isStream(const std::filesystem::path& path);
Expected<void> writeStream(const std::filesystem::path& path, ByteView content);

} // namespace firmament
