// The subcommands. Each gets the words after its name and says how it ended.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "app/cli/args.h"
#include "app/cli/console.h"

namespace firmament::cli {

using Words = std::span<const std::string>;

Exit renderCommand(Words words);
Exit surveyCommand(Words words);
Exit queryCommand(Words words);
Exit benchCommand(Words words);
/// No subcommand: the window.
Exit windowCommand(Words words);

/// Arguments, or the exit status after help, version or an error has been written.
struct Parsed {
    std::optional<Exit> exit;
    Arguments arguments;
};
Parsed parseOrExplain(const CommandSpec& command, Words words);

/// "firmament survey list ...": picks the subcommand's name; explains what there is otherwise.
struct Subcommand {
    const char* name;
    const char* summary;
    Exit (*run)(Words);
};
Exit runSubcommand(const std::string& path, const std::string& summary, std::span<const Subcommand> all, Words words);

std::string versionText(); ///< "firmament 0.1.0\n"

} // namespace firmament::cli
