#include "core/streams.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace firmament {
namespace {

/// The descriptor that a name stands for.
std::optional<int> ownDescriptor(const std::filesystem::path& path)
{
    const std::string name = path.string();
    if (name == "/dev/stdout") return STDOUT_FILENO;
    if (name == "/dev/stderr") return STDERR_FILENO;
    for (const std::string_view folder : {"/dev/fd/", "/proc/self/fd/"}) {
        int fd = 0;
        if (!name.starts_with(folder)) continue;
        const auto [end, error] = std::from_chars(name.data() + folder.size(), name.data() + name.size(), fd);
        if (error == std::errc() && end == name.data() + name.size() && fd >= 0) return fd;
    }
    return std::nullopt;
}

Expected<void> writeAll(int fd, const std::filesystem::path& path, ByteView content)
{
    for (size_t done = 0; done < content.size();) {
        const ssize_t n = ::write(fd, content.data() + done, content.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return Error{Errc::Io, std::string("cannot be written: ") + std::strerror(errno), path.string()};
        done += static_cast<size_t>(n);
    }
    return {};
}

} // namespace

bool isStream(const std::filesystem::path& path)
{
    if (ownDescriptor(path)) return true;
    std::error_code unknown;
    const auto status = std::filesystem::status(path, unknown);
    return std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) && !std::filesystem::is_directory(status);
}

Expected<void> writeStream(const std::filesystem::path& path, ByteView content)
{
    // Opened again by its name, a file behind standard output would be written from its beginning.
    if (const auto own = ownDescriptor(path)) return writeAll(*own, path, content);
    const int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (fd < 0) return Error{Errc::Io, std::string("cannot be opened: ") + std::strerror(errno), path.string()};
    const auto done = writeAll(fd, path, content);
    ::close(fd);
    return done;
}

} // namespace firmament
