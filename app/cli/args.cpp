#include "app/cli/args.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace firmament::cli {

namespace {

Error usage(std::string what) { return Error{Errc::Usage, std::move(what), {}, 0, false}; }

bool isNumberLike(std::string_view word)
{
    // "-5", "-.5 10", "-41.2": a dash before a digit or a point.
    return word.size() >= 2 && word[0] == '-' && ((word[1] >= '0' && word[1] <= '9') || word[1] == '.');
}

bool isOptionLike(std::string_view word) { return word.size() >= 2 && word[0] == '-' && !isNumberLike(word); }

const OptionSpec* findName(const std::vector<OptionSpec>& options, std::string_view name)
{
    const auto it = std::find_if(options.begin(), options.end(), [&](const OptionSpec& o) { return o.name == name; });
    return it == options.end() ? nullptr : &*it;
}

const OptionSpec* findLetter(const std::vector<OptionSpec>& options, char letter)
{
    const auto it = std::find_if(options.begin(), options.end(), [&](const OptionSpec& o) { return o.letter == letter; });
    return it == options.end() ? nullptr : &*it;
}

std::vector<OptionSpec> withCommon(const CommandSpec& command)
{
    auto options = command.options;
    options.push_back({"help", 'h', "", "show this text", false});
    options.push_back({"version", 0, "", "show the version", false});
    return options;
}

std::string unknownOption(const std::vector<OptionSpec>& options, const CommandSpec& command, const std::string& word,
                          std::string_view name)
{
    std::vector<std::string> names;
    for (const auto& o : options) names.push_back(o.name);
    const std::string nearest = nearestWord(name, names);
    std::string text = "unknown option " + word;
    text += nearest.empty() ? ", see " + command.path + " --help" : ", did you mean --" + nearest;
    return text;
}

std::string optionHead(const OptionSpec& o)
{
    std::string head = o.letter ? std::string("-") + o.letter : std::string("   ");
    if (!o.name.empty() && o.name != std::string(1, o.letter)) head += (o.letter ? ", --" : " --") + o.name;
    if (!o.value.empty()) head += " " + o.value;
    return head;
}

} // namespace

bool Arguments::has(std::string_view option) const
{
    return std::any_of(options_.begin(), options_.end(), [&](const auto& o) { return o.first == option; });
}

std::optional<std::string> Arguments::value(std::string_view option) const
{
    for (auto it = options_.rbegin(); it != options_.rend(); ++it)
        if (it->first == option) return it->second;
    return std::nullopt;
}

std::string Arguments::valueOr(std::string_view option, std::string_view otherwise) const
{
    return value(option).value_or(std::string(otherwise));
}

std::vector<std::string> Arguments::values(std::string_view option) const
{
    std::vector<std::string> found;
    for (const auto& [name, text] : options_)
        if (name == option) found.push_back(text);
    return found;
}

Expected<Arguments> parseArguments(const CommandSpec& command, std::span<const std::string> words)
{
    const auto options = withCommon(command);
    Arguments result;
    for (size_t i = 0; i < words.size(); ++i) {
        const std::string& word = words[i];
        if (word == "--") {
            result.operands_.insert(result.operands_.end(), words.begin() + static_cast<std::ptrdiff_t>(i) + 1, words.end());
            break;
        }
        if (!isOptionLike(word)) {
            result.operands_.push_back(word);
            continue;
        }
        const OptionSpec* option = nullptr;
        std::optional<std::string> attached;
        if (word[1] == '-') {
            const auto equals = word.find('=');
            const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
            if (equals != std::string::npos) attached = word.substr(equals + 1);
            option = name.size() > 1 ? findName(options, name) : nullptr;
            if (!option) return usage(unknownOption(options, command, "--" + name, name));
        } else {
            option = findLetter(options, word[1]);
            if (!option) return usage(unknownOption(options, command, word, std::string_view(word).substr(1)));
            if (word.size() > 2) attached = word.substr(word[2] == '=' ? 3 : 2);
        }
        const std::string shown = word[1] == '-' ? "--" + option->name : std::string("-") + option->letter;
        if (option->value.empty()) {
            if (attached) return usage(shown + " takes no value, found '" + *attached + "'");
            result.options_.emplace_back(option->name, "");
            continue;
        }
        if (!attached) {
            const bool there = i + 1 < words.size() && (!isOptionLike(words[i + 1]) || words[i + 1] == "-");
            if (!there) return usage(shown + " has no value, expected " + shown + " " + option->value);
            attached = words[++i];
        }
        if (!option->repeatable && result.has(option->name)) return usage(shown + " is given twice, expected once");
        result.options_.emplace_back(option->name, *attached);
    }
    if (result.has("help") || result.has("version")) return result;
    if (result.operands_.size() < command.minOperands)
        return usage("too few words, expected " + usageLine(command));
    if (result.operands_.size() > command.maxOperands) {
        return usage("unexpected '" + result.operands_[command.maxOperands] + "', expected " + usageLine(command));
    }
    return result;
}

std::string usageLine(const CommandSpec& command)
{
    std::string line = command.path;
    if (!command.subcommands.empty()) line += " COMMAND";
    if (!command.operands.empty()) line += " " + command.operands;
    if (!command.options.empty() || !command.subcommands.empty()) line += " [options]";
    return line;
}

std::string helpText(const CommandSpec& command)
{
    std::string text = "Usage: " + usageLine(command) + "\n\n" + command.summary + "\n";
    const auto line = [&text](const std::string& head, const std::string& help) {
        constexpr size_t kColumn = 30;
        std::string out = "  " + head;
        if (out.size() + 2 > kColumn) {
            text += out + "\n";
            out.clear();
        }
        out.resize(kColumn, ' ');
        text += out + help + "\n";
    };
    if (!command.subcommands.empty()) {
        text += "\nCommands:\n";
        for (const auto& [name, summary] : command.subcommands) line(name, summary);
    }
    text += "\nOptions:\n";
    for (const auto& o : withCommon(command)) line(optionHead(o), o.help);
    if (!command.details.empty()) text += "\n" + command.details + "\n";
    return text;
}

Expected<int> parseInteger(std::string_view option, std::string_view text, int least, int most)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < least || value > most)
        return usage(std::string(option) + " is '" + std::string(text) + "', expected a whole number from " +
                     std::to_string(least) + " to " + std::to_string(most));
    return value;
}

Expected<double> parseNumber(std::string_view option, std::string_view text, double least, double most)
{
    double value = 0;
    if (text.starts_with('+')) text.remove_prefix(1);
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
        return usage(std::string(option) + " is '" + std::string(text) + "', expected a number");
    if (value < least || value > most) {
        char range[80];
        std::snprintf(range, sizeof range, "%g to %g", least, most);
        return usage(std::string(option) + " is '" + std::string(text) + "', expected " + range);
    }
    return value;
}

Expected<std::pair<int, int>> parseSize(std::string_view option, std::string_view text)
{
    constexpr int kMost = 16384; // the largest side that GL implementations of this class draw at once
    const auto x = text.find_first_of("xX");
    const std::string expected = ", expected WIDTHxHEIGHT with sides from 1 to " + std::to_string(kMost) + ", like 1280x800";
    const auto wrong = usage(std::string(option) + " is '" + std::string(text) + "'" + expected);
    if (x == std::string_view::npos) return wrong;
    const auto width = parseInteger(option, text.substr(0, x), 1, kMost);
    const auto height = parseInteger(option, text.substr(x + 1), 1, kMost);
    if (!width || !height) return wrong;
    return std::pair{*width, *height};
}

} // namespace firmament::cli
