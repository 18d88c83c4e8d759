// What all commands share: exit statuses, error lines, interruption, progress.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "core/result.h"

namespace firmament::cli {

enum class Exit : int { Done = 0, Failed = 1, Usage = 2, Part = 3 };

/// One line on stderr: "firmament: <what failed>: <why>, <what was expected>". Line breaks inside become blanks.
void errorLine(std::string_view what, std::string_view why);
/// The same from an Error; the exit status is Usage for Errc::Usage, else Failed.
Exit fail(std::string_view what, const Error& error);
Exit usageError(std::string_view what, std::string_view why);

/// Writes to stdout; false when that failed, which has been said then, unless the reader just went away.
bool print(std::string_view text);

/// Before the work begins: may an output file of this name be written? Devices and pipes are written as they are.
Expected<void> checkWritable(const std::string& path, bool force);
/// Two names of one file, whether it exists yet or not.
bool sameFile(const std::string& a, const std::string& b);

/// From here on SIGINT and SIGTERM ask for a clean stop (a second one ends at once).
void catchInterrupts();
bool interrupted();
/// The line that is said then, and the status.
Exit sayInterrupted(std::string_view what);

/// Since the process began, before the first library was loaded.
double millisecondsSinceStart();
/// Largest resident memory so far, bytes.
uint64_t peakResidentBytes();

/// One line that is rewritten on a terminal, or plain lines when it was asked for by --progress. Silent otherwise.
class Progress {
public:
    explicit Progress(bool asked);
    ~Progress();
    void show(const std::string& line);

private:
    bool terminal_ = false, plain_ = false;
    std::string last_;
    std::chrono::steady_clock::time_point when_{};
};

} // namespace firmament::cli
