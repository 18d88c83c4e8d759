#include "app/cli/commands.h"

#include <cstdlib>
#include <tuple>
#include <vector>

#ifdef FIRMAMENT_WITH_WINDOW
#include "app/window/run_window.h"
#endif

namespace firmament::cli {

std::string versionText() { return "firmament " FIRMAMENT_VERSION "\n"; }

Parsed parseOrExplain(const CommandSpec& command, Words words)
{
    auto arguments = parseArguments(command, words);
    const auto space = command.path.find(' ');
    const std::string what = space == std::string::npos ? "usage" : command.path.substr(space + 1);
    if (!arguments) return {usageError(what, arguments.error().text()), {}};
    if (arguments->has("help")) return {print(helpText(command)) ? Exit::Done : Exit::Failed, {}};
    if (arguments->has("version")) return {print(versionText()) ? Exit::Done : Exit::Failed, {}};
    return {std::nullopt, std::move(*arguments)};
}

Exit runSubcommand(const std::string& path, const std::string& summary, std::span<const Subcommand> all, Words words)
{
    CommandSpec command{path, summary, "", 0, 0, {}, "", {}};
    std::vector<std::string> names;
    for (const auto& s : all) {
        command.subcommands.emplace_back(s.name, s.summary);
        names.emplace_back(s.name);
    }
    command.details = "See " + path + " COMMAND --help.";
    if (!words.empty()) {
        for (const auto& s : all)
            if (words[0] == s.name) return s.run(words.subspan(1));
        if (words[0] == "--help" || words[0] == "-h" || words[0] == "--version") {
            return *parseOrExplain(command, words.first(1)).exit;
        }
    }
    const std::string what = path.substr(path.find(' ') + 1);
    std::string known;
    for (const auto& n : names) known += (known.empty() ? "" : ", ") + n;
    if (words.empty()) return usageError(what, "no command, expected one of " + known);
    const std::string nearest = nearestWord(words[0], names);
    return usageError(what, "unknown command '" + words[0] + "', " +
                                (nearest.empty() ? "expected one of " + known : "did you mean " + nearest));
}

namespace {

bool hasDisplay()
{
    for (const char* name : {"DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"})
        if (const char* set = std::getenv(name); set && *set) return true;
    return false;
}

CommandSpec windowSpec()
{
    CommandSpec c;
    c.path = "firmament";
    c.summary = "A desktop atlas of the whole sky. Without a command it opens the window.";
    c.operands = "[ITEM ...]";
    c.maxOperands = 1000;
    c.options = {
        {"screenshot", 0, "FILE", "draw the window when all is there, write the picture, end", false},
        {"session", 0, "FILE", "start from a saved session", false},
        {"size", 0, "WxH", "of the window", false},
        {"theme", 0, "NAME", "dark, light or night", false},
        {"fresh", 0, "", "start as the first time, not where it was left", false},
        {"timeout", 0, "S", "how long a screenshot waits for tiles (60)", false},
        {"force", 0, "", "a screenshot may replace an existing file", false},
        {"offline", 0, "", "no network access at all", false},
    };
    c.details = "ITEM is a target (a name or a position), a session, a folder (a HiPS tree), the address of a HiPS, or a link to a view:\n"
                "firmament://view?target=M31&fov=2, or one of ESASky, Aladin Lite or the Data Aggregation Service.\n\n"
                "Commands that work without a display:\n"
                "  render    draw one view to a file\n"
                "  survey    list surveys, show what one says of itself, check a HiPS tree\n"
                "  query     look up a name\n"
                "  bench     measure the program\n"
                "See firmament COMMAND --help. Exit status: 0 all done, 1 failed, 2 wrong usage, 3 done in part.";
    return c;
}

} // namespace

Exit windowCommand(Words words)
{
    auto parsed = parseOrExplain(windowSpec(), words);
    if (parsed.exit) return *parsed.exit;
    const Arguments& a = parsed.arguments;
#ifdef FIRMAMENT_WITH_WINDOW
    window::WindowOptions options;
    options.items = a.operands();
    options.screenshot = a.valueOr("screenshot", "");
    options.session = a.valueOr("session", "");
    options.offline = a.has("offline");
    options.theme = a.valueOr("theme", "");
    options.fresh = a.has("fresh");
    if (!options.screenshot.empty())
        if (auto ok = checkWritable(options.screenshot, a.has("force")); !ok) return fail("window", ok.error());
    if (!options.theme.empty() && options.theme != "dark" && options.theme != "light" && options.theme != "night")
        return usageError("window", "--theme is '" + options.theme + "', expected dark, light or night");
    if (const auto size = a.value("size")) {
        const auto both = parseSize("--size", *size);
        if (!both) return fail("window", both.error());
        std::tie(options.width, options.height) = *both;
    }
    if (const auto seconds = a.value("timeout")) {
        const auto number = parseNumber("--timeout", *seconds, 0, 86400);
        if (!number) return fail("window", number.error());
        options.timeoutSeconds = *number;
    }
    if (!hasDisplay()) {
        errorLine("window", "there is no display here, expected DISPLAY or WAYLAND_DISPLAY; "
                            "\"firmament render -o sky.png\" draws without one");
        return Exit::Failed;
    }
    return static_cast<Exit>(window::runWindow(options));
#else
    static_cast<void>(a);
    static_cast<void>(hasDisplay);
    errorLine("window", "this build has no window, expected one made with Qt Widgets; "
                        "\"firmament render -o sky.png\" draws without one");
    return Exit::Failed;
#endif
}

} // namespace firmament::cli
