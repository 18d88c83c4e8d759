#include "app/cli/console.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <sys/resource.h>
#include <unistd.h>

#include "core/streams.h"

namespace firmament::cli {

namespace {

std::atomic<int> interrupts{0}; // written by the signal handler alone
static_assert(std::atomic<int>::is_always_lock_free);

void onSignal(int)
{
    if (interrupts.fetch_add(1) > 0) _exit(static_cast<int>(Exit::Failed));
}

std::string oneLine(std::string_view text)
{
    std::string line(text);
    for (char& c : line)
        if (c == '\n' || c == '\r') c = ' ';
    while (!line.empty() && line.back() == ' ') line.pop_back();
    return line;
}

double seconds(clockid_t clock)
{
    timespec t{};
    clock_gettime(clock, &t);
    return static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec);
}

/// The process's start on CLOCK_BOOTTIME. The kernel tells it to 10 ms; the processor time used before main sharpens it.
double startSeconds()
{
    const double now = seconds(CLOCK_BOOTTIME);
    const double atLeast = now - seconds(CLOCK_PROCESS_CPUTIME_ID);
    std::ifstream stat("/proc/self/stat");
    std::string text;
    std::getline(stat, text);
    const auto bracket = text.rfind(')');
    if (bracket == std::string::npos) return atLeast;
    std::istringstream fields(text.substr(bracket + 1));
    std::string word;
    for (int i = 0; i < 20 && fields >> word; ++i) {} // field 22 of proc(5) is the 20th after the name
    const double tick = static_cast<double>(sysconf(_SC_CLK_TCK));
    const double begin = std::strtod(word.c_str(), nullptr) / tick;
    return std::clamp(atLeast, begin, begin + 1 / tick);
}

} // namespace

void errorLine(std::string_view what, std::string_view why)
{
    std::string line = "firmament: ";
    if (!what.empty()) line += oneLine(what) + ": ";
    line += oneLine(why) + "\n";
    std::fwrite(line.data(), 1, line.size(), stderr);
}

Exit fail(std::string_view what, const Error& error)
{
    errorLine(what, error.text());
    return error.code == Errc::Usage ? Exit::Usage : Exit::Failed;
}

Exit usageError(std::string_view what, std::string_view why)
{
    errorLine(what, why);
    return Exit::Usage;
}

bool print(std::string_view text)
{
    if (std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0) return true;
    if (errno != EPIPE) errorLine("standard output", std::string("cannot be written: ") + std::strerror(errno));
    return false;
}

Expected<void> checkWritable(const std::string& path, bool force)
{
    namespace fs = std::filesystem;
    std::error_code error;
    const auto status = fs::status(path, error);
    if (fs::is_directory(status)) return Error{Errc::Usage, "is a folder, expected a file's name", path, 0, false};
    if (isStream(path)) return {};
    if (!force && fs::exists(status)) return Error{Errc::Io, "exists already, expected --force to overwrite it", path, 0, false};
    const fs::path parent = fs::path(path).parent_path(), folder = parent.empty() ? fs::path(".") : parent;
    if (!fs::is_directory(folder, error)) return Error{Errc::Io, "its folder does not exist, expected an existing one", path, 0, false};
    if (access(folder.c_str(), W_OK | X_OK) != 0)
        return Error{Errc::Io, std::string("its folder cannot be written: ") + std::strerror(errno), path, 0, false};
    return {};
}

bool sameFile(const std::string& a, const std::string& b)
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (fs::equivalent(a, b, error)) return true;
    return fs::weakly_canonical(fs::absolute(a), error) == fs::weakly_canonical(fs::absolute(b), error);
}

void catchInterrupts()
{
    struct sigaction action {};
    action.sa_handler = onSignal;
    sigaction(SIGINT, &action, nullptr);
    sigaction(SIGTERM, &action, nullptr);
    std::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return interrupts.load() > 0; }

Exit sayInterrupted(std::string_view what)
{
    errorLine(what, "interrupted, nothing was written");
    return Exit::Failed;
}

double millisecondsSinceStart()
{
    static const double start = startSeconds();
    return 1000.0 * (seconds(CLOCK_BOOTTIME) - start);
}

uint64_t peakResidentBytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
}

Progress::Progress(bool asked) : terminal_(isatty(STDERR_FILENO) != 0), plain_(asked && !terminal_) {}

Progress::~Progress()
{
    if (terminal_ && !last_.empty()) std::fputs("\r\033[K", stderr);
}

void Progress::show(const std::string& line)
{
    if (line == last_ || (!terminal_ && !plain_)) return;
    const auto now = std::chrono::steady_clock::now();
    if (terminal_ && now - when_ < std::chrono::milliseconds(80)) return;
    when_ = now;
    last_ = line;
    if (terminal_)
        std::fprintf(stderr, "\r\033[K%s", line.c_str());
    else
        std::fprintf(stderr, "%s\n", line.c_str());
    std::fflush(stderr);
}

} // namespace firmament::cli
