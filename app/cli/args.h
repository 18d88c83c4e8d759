// The words after the program's name, exactly: subcommands, `--opt VALUE`, `--opt=VALUE`, `-o VALUE`, `-oVALUE`, `--`.
// Negative numbers are values, never options. An unknown option is an error that names the nearest known one.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/result.h"
#include "core/words.h"

namespace firmament::cli {

struct OptionSpec {
    std::string name;      ///< without the dashes: "size"
    char letter = 0;       ///< 'o' for -o; 0 = none
    std::string value;     ///< "WxH" in the help; empty: a switch without a value
    std::string help;
    bool repeatable = false;
};

struct CommandSpec {
    std::string path;      ///< "firmament render"
    std::string summary;   ///< one line
    std::string operands;  ///< "WHAT [MORE ...]" in the usage line; empty: none
    size_t minOperands = 0;
    size_t maxOperands = 0;
    std::vector<OptionSpec> options;
    std::string details;   ///< paragraphs after the options
    std::vector<std::pair<std::string, std::string>> subcommands; ///< name and summary, for the help
};

/// What was typed, checked against a CommandSpec. --help and --version are known everywhere.
class Arguments {
public:
    bool has(std::string_view option) const;
    /// The last one given.
    std::optional<std::string> value(std::string_view option) const;
    std::string valueOr(std::string_view option, std::string_view otherwise) const;
    /// All of them, in the order given.
    std::vector<std::string> values(std::string_view option) const;
    const std::vector<std::string>& operands() const { return operands_; }

private:
    friend Expected<Arguments> parseArguments(const CommandSpec&, std::span<const std::string>);
    std::vector<std::pair<std::string, std::string>> options_;
    std::vector<std::string> operands_;
};

/// Errc::Usage with a sentence when something does not fit. With --help or --version among the words nothing else is demanded.
Expected<Arguments> parseArguments(const CommandSpec& command, std::span<const std::string> words);

std::string usageLine(const CommandSpec& command);
std::string helpText(const CommandSpec& command);

/// A whole number in [least, most], or Errc::Usage naming `option`.
Expected<int> parseInteger(std::string_view option, std::string_view text, int least, int most);
Expected<double> parseNumber(std::string_view option, std::string_view text, double least, double most);
/// "1280x800"
Expected<std::pair<int, int>> parseSize(std::string_view option, std::string_view text);

} // namespace firmament::cli
