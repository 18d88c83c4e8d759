#include "core/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "core/streams.h"

namespace firmament {
namespace {

class Fd {
public:
    explicit Fd(int fd) : fd_(fd) {}
    ~Fd()
    {
        if (fd_ >= 0) ::close(fd_);
    }
    Fd(const Fd&) = delete;
    Fd& operator=(const Fd&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

Error ioError(const std::filesystem::path& path, const char* doing)
{
    const int e = errno;
    return {e == ENOENT ? Errc::NotFound : Errc::Io, std::string(doing) + ": " + std::strerror(e), path.string()};
}

bool writeAll(int fd, ByteView content)
{
    size_t done = 0;
    while (done < content.size()) {
        const ssize_t n = ::write(fd, content.data() + done, content.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        done += static_cast<size_t>(n);
    }
    return true;
}

/// A pipe or device says its size only by ending.
Expected<Bytes> readStream(int fd, const std::filesystem::path& path, uint64_t maxBytes)
{
    constexpr size_t kStep = 1u << 16;
    Bytes out;
    for (size_t done = 0;; out.resize(done)) {
        if (done > maxBytes)
            return Error{Errc::TooLarge, "has more than " + std::to_string(maxBytes) + " bytes, expected at most that", path.string()};
        out.resize(done + kStep);
        const ssize_t n = ::read(fd, out.data() + done, kStep);
        if (n < 0 && errno != EINTR) return ioError(path, "cannot be read");
        if (n == 0) {
            out.resize(done);
            return out;
        }
        done += n > 0 ? static_cast<size_t>(n) : 0;
    }
}

std::filesystem::path xdg(const char* variable, const char* fallback)
{
    const char* value = std::getenv(variable);
    if (value && value[0] == '/') return std::filesystem::path(value) / "firmament";
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home && *home ? home : "/tmp") / fallback / "firmament";
}

} // namespace

Expected<Bytes> readFile(const std::filesystem::path& path, uint64_t maxBytes)
{
    Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (fd.get() < 0) return ioError(path, "cannot be opened");
    struct stat st {};
    if (::fstat(fd.get(), &st) != 0) return ioError(path, "cannot be read");
    if (S_ISDIR(st.st_mode)) return Error{Errc::Io, "is a folder, expected a file", path.string()};
    if (!S_ISREG(st.st_mode)) return readStream(fd.get(), path, maxBytes);
    if (static_cast<uint64_t>(st.st_size) > maxBytes)
        return Error{Errc::TooLarge, "has " + std::to_string(st.st_size) + " bytes, expected at most " + std::to_string(maxBytes),
                     path.string()};
    Bytes out(static_cast<size_t>(st.st_size));
    size_t done = 0;
    while (done < out.size()) {
        const ssize_t n = ::read(fd.get(), out.data() + done, out.size() - done);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return ioError(path, "cannot be read");
        if (n == 0) break; // shortened while we read
        done += static_cast<size_t>(n);
    }
    out.resize(done);
    return out;
}

Expected<void> writeFileWhole(const std::filesystem::path& name, ByteView content, Existing existing)
{
    if (isStream(name)) return writeStream(name, content);
    std::error_code unknown;
    const auto status = std::filesystem::status(name, unknown);
    if (std::filesystem::is_directory(status)) return Error{Errc::Usage, "is a folder, expected a file's name", name.string()};
    if (existing == Existing::Refuse && std::filesystem::exists(status))
        return Error{Errc::Usage, "exists already; --force overwrites it", name.string()};
    // A link stays a link: what it leads to is replaced.
    const auto target = std::filesystem::exists(status) ? std::filesystem::canonical(name, unknown) : name;
    const std::filesystem::path& path = unknown ? name : target;
    static std::atomic<unsigned> counter{0};
    std::filesystem::path beside = path;
    beside += ".part-" + std::to_string(::getpid()) + "-" + std::to_string(counter.fetch_add(1));
    {
        Fd fd(::open(beside.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
        if (fd.get() < 0) return ioError(path, "cannot be written");
        if (!writeAll(fd.get(), content) || ::fsync(fd.get()) != 0) {
            Error e = ioError(path, "cannot be written");
            ::unlink(beside.c_str());
            return e;
        }
    }
    if (::rename(beside.c_str(), path.c_str()) != 0) {
        Error e = ioError(path, "cannot be written");
        ::unlink(beside.c_str());
        return e;
    }
    return {};
}

UserPaths UserPaths::fromEnvironment()
{
    if (const char* home = std::getenv("FIRMAMENT_HOME"); home && *home) {
        const std::filesystem::path root(home);
        return {root / "config", root / "data", root / "cache"};
    }
    return {xdg("XDG_CONFIG_HOME", ".config"), xdg("XDG_DATA_HOME", ".local/share"), xdg("XDG_CACHE_HOME", ".cache")};
}

} // namespace firmament
