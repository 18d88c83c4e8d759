// `firmament bench`: repeatable measurements of the program itself.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <random>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "app/cli/commands.h"
#include "app/cli/gui.h"
#include "app/cli/json_text.h"
#include "app/cli/stage.h"
#include "app/cli/view_options.h"
#include "core/files.h"
#include "core/resources.h"
#include "fits/tile.h"
#include "hips/image_codec.h"
#include "hips/survey_info.h"

extern char** environ;

namespace firmament::cli {

namespace {

using SteadyTime = std::chrono::steady_clock;

double msSince(SteadyTime::time_point begin)
{
    return std::chrono::duration<double, std::milli>(SteadyTime::now() - begin).count();
}

double percentile(std::vector<double> values, double q)
{
    if (values.empty()) return 0;
    std::sort(values.begin(), values.end());
    const double at = q * static_cast<double>(values.size() - 1);
    const auto i = static_cast<size_t>(at);
    const size_t next = std::min(i + 1, values.size() - 1);
    return values[i] + (values[next] - values[i]) * (at - static_cast<double>(i));
}

double rounded(double v) { return std::round(v * 1000) / 1000; }

Exit report(const Json& j, bool json)
{
    if (json) return print(jsonText(j)) ? Exit::Done : Exit::Failed;
    std::string text;
    for (const auto& [key, value] : j.items()) {
        std::string line = key;
        line.resize(std::max<size_t>(line.size() + 1, 20), ' ');
        text += line + (value.is_string() ? value.get<std::string>() : value.dump()) + "\n";
    }
    return print(text) ? Exit::Done : Exit::Failed;
}

// ---- bench view, bench flight ---------------------------------------------------------------------------------------

/// The script: three legs over 10 s, a pan along the start's parallel, a zoom to a twentieth and back, a pan across while
/// zooming. A function of time alone, so that slow machines see the same sky in fewer frames.
sky::SkyView scriptedView(const sky::SkyView& start, double t)
{
    const double fov = start.fov().deg();
    const auto at = [&](double dLon, double dLat) {
        sky::SkyPos p = start.centre();
        p.lon = sky::Angle::rad(std::fmod(p.lon.rad() + dLon * fov * sky::kRadPerDeg + 4 * sky::kPi, 2 * sky::kPi));
        p.lat = sky::Angle::deg(std::clamp(p.lat.deg() + dLat * fov, -88.0, 88.0));
        return start.lookingAt(p);
    };
    if (t < 4) return at(0.25 * t, 0.25 * std::sin(t));
    const double u = t - 4;
    if (t < 7) {
        const double depth = 0.5 - 0.5 * std::cos(u / 3 * 2 * sky::kPi);
        return at(1, 0.25 * std::sin(4.0)).withFov(start.fov() * std::pow(20.0, -depth));
    }
    const double v = t - 7;
    return at(1 - 0.4 * v, 0.25 * std::sin(4.0) - 0.1 * v).withFov(start.fov() * std::pow(2.0, -std::sin(v / 3 * sky::kPi)));
}

/// Directions spread evenly over the sphere (golden-angle spiral), so that each jump shows tiles not seen before. Another seed turns
/// the spiral.
sky::SkyPos jumpTarget(int i, int n, int seed, sky::Frame frame)
{
    const double z = 1 - (2.0 * i + 1) / n;
    const double lon = std::fmod(i * sky::kPi * (3 - std::sqrt(5.0)) + 0.7 * (seed - 1), 2 * sky::kPi);
    return {sky::Angle::rad(lon), sky::Angle::rad(std::asin(z)), frame};
}

/// A random way over the sky, the same for the same seed: from one view to the next, the field changing by equal factors.
class RandomFlight {
public:
    RandomFlight(const sky::SkyView& start, uint32_t seed) : from_(start), random_(seed) { next(); }

    sky::SkyView at(double seconds)
    {
        while (seconds > legEnd_) {
            from_ = along(1);
            legBegin_ = legEnd_;
            next();
        }
        return along((seconds - legBegin_) / (legEnd_ - legBegin_));
    }

private:
    double uniform(double lo, double hi) { return std::uniform_real_distribution<double>(lo, hi)(random_); }

    void next()
    {
        toLon_ = uniform(0, 2 * sky::kPi);
        toLat_ = std::asin(uniform(-1, 1));
        toFov_ = 0.5 * std::pow(240.0, uniform(0, 1)); // 0.5 to 120 degrees
        legEnd_ = legBegin_ + uniform(1, 4);
    }

    sky::SkyView along(double part) const
    {
        const double ease = part * part * (3 - 2 * part);
        sky::SkyPos p = from_.centre();
        const double turn = std::remainder(toLon_ - p.lon.rad(), 2 * sky::kPi);
        p.lon = sky::Angle::rad(std::fmod(p.lon.rad() + ease * turn + 4 * sky::kPi, 2 * sky::kPi));
        p.lat = sky::Angle::rad(p.lat.rad() + ease * (toLat_ - p.lat.rad()));
        return from_.lookingAt(p).withFov(sky::Angle::deg(from_.fov().deg() * std::pow(toFov_ / from_.fov().deg(), ease)));
    }

    sky::SkyView from_;
    std::mt19937 random_;
    double toLon_ = 0, toLat_ = 0, toFov_ = 60, legBegin_ = 0, legEnd_ = 0;
};

/// Where the camera is at a time of the run.
using Way = std::function<sky::SkyView(double seconds)>;
struct MovingBench {
    const char* name;
    const char* summary;
    const char* seconds;
    Way (*way)(const sky::SkyView& start, double seconds, int seed);
};

CommandSpec movingSpec(const MovingBench& bench)
{
    CommandSpec c;
    c.path = std::string("firmament ") + bench.name;
    c.summary = bench.summary;
    c.details = "Run it twice: the second time the files are in the memory of the system.";
    c.options = surveyOptions();
    for (const auto& more : {viewOptions(), overlayOptions()}) c.options.insert(c.options.end(), more.begin(), more.end());
    c.options.push_back({"seconds", 0, "S", std::string("how long it moves (") + bench.seconds + ")", false});
    c.options.push_back({"jumps", 0, "N", "jumps to new views before (12)", false});
    c.options.push_back({"seed", 0, "N", "other jumps and another flight for another number (1)", false});
    c.options.push_back({"timeout", 0, "S", "how long one view may take (60)", false});
    c.options.push_back({"window", 0, "", "in the window, as it is seen; --size is that of the whole window", false});
    c.options.push_back({"json", 0, "", "one JSON object", false});
    c.options.push_back({"offline", 0, "", "no network access at all", false});
    return c;
}

/// Frame times counted by hundredths of a millisecond: an hour of frames takes no more memory than a second of them.
class FrameTimes {
public:
    void add(double ms)
    {
        ++counts_[std::min(kBins - 1, static_cast<size_t>(ms * 100))];
        ++frames_;
        most_ = std::max(most_, ms);
    }
    uint64_t frames() const { return frames_; }
    double most() const { return most_; }
    double quantile(double q) const
    {
        uint64_t below = 0;
        size_t i = 0;
        while (i + 1 < kBins && static_cast<double>(below += counts_[i]) < q * static_cast<double>(frames_)) ++i;
        return (static_cast<double>(i) + 0.5) / 100;
    }

private:
    static constexpr size_t kBins = 100000;
    std::vector<uint32_t> counts_ = std::vector<uint32_t>(kBins, 0);
    uint64_t frames_ = 0;
    double most_ = 0;
};

Json viewFigures(const sky::SkyView& start, const std::string& renderer, const FrameTimes& frames, const std::vector<double>& complete)
{
    Json j;
    j["renderer"] = renderer;
    j["size"] = std::to_string(start.width()) + "x" + std::to_string(start.height());
    j["frames"] = frames.frames();
    j["fps_median"] = rounded(1000 / frames.quantile(0.5));
    j["ms_p50"] = rounded(frames.quantile(0.5));
    j["ms_p95"] = rounded(frames.quantile(0.95));
    j["ms_p99"] = rounded(frames.quantile(0.99));
    j["ms_max"] = rounded(frames.most());
    j["ms_complete_p50"] = complete.empty() ? Json(nullptr) : Json(rounded(percentile(complete, 0.5)));
    j["ms_complete_max"] = complete.empty() ? Json(nullptr) : Json(rounded(percentile(complete, 1)));
    j["peak_rss"] = peakResidentBytes();
    return j;
}

/// The same way in the window: what the platform adds to each frame is in the figures. --size is that of the whole window.
Exit benchInWindow(const MovingBench& bench, const scene::Document& document, const Arguments& a, double seconds, int jumps, int seed, double timeout)
{
    if (!std::getenv("DISPLAY") && !std::getenv("WAYLAND_DISPLAY")) {
        errorLine(bench.name, "--window needs a display (DISPLAY or WAYLAND_DISPLAY); under xvfb-run there is one");
        return Exit::Failed;
    }
    const auto gui = guiModule();
    if (!gui) return fail(bench.name, gui.error());
    if (!(*gui)->benchWindow) {
        errorLine(bench.name, "this build has no window, expected one made with Qt Widgets");
        return Exit::Failed;
    }
    window::WindowBench run;
    run.document = document;
    run.width = document.view.width();
    run.height = document.view.height();
    for (int i = 0; i < jumps; ++i) run.jumps.push_back(document.view.lookingAt(jumpTarget(i, jumps, seed, document.view.frame())));
    run.script = [way = bench.way(document.view, seconds, seed), seconds](double share) mutable { return way(share * seconds); };
    run.seconds = seconds;
    run.timeout = timeout;
    run.offline = a.has("offline");
    const auto result = (*gui)->benchWindow(run);
    if (!result) return fail(bench.name, result.error());
    FrameTimes frames;
    for (double ms : result->frames) frames.add(ms);
    Json j = viewFigures(document.view, result->renderer, frames, result->complete);
    j["canvas"] = std::to_string(result->canvasWidth) + "x" + std::to_string(result->canvasHeight);
    j["surface"] = result->surface;
    j["ms_cpu"] = rounded(result->cpuMsPerFrame);
    const Exit written = report(j, a.has("json"));
    return written == Exit::Done && !result->all ? Exit::Part : written;
}

Exit benchMoving(const MovingBench& bench, Words words)
{
    auto parsed = parseOrExplain(movingSpec(bench), words);
    if (parsed.exit) return *parsed.exit;
    const Arguments& a = parsed.arguments;
    catchInterrupts();
    const auto seconds = parseNumber("--seconds", a.valueOr("seconds", bench.seconds), 0.1, 1e6);
    if (!seconds) return fail(bench.name, seconds.error());
    const auto jumps = parseInteger("--jumps", a.valueOr("jumps", "12"), 0, 1000);
    if (!jumps) return fail(bench.name, jumps.error());
    const auto seed = parseInteger("--seed", a.valueOr("seed", "1"), 0, 2000000000);
    if (!seed) return fail(bench.name, seed.error());
    const auto timeout = parseNumber("--timeout", a.valueOr("timeout", "60"), 0, 1e6);
    if (!timeout) return fail(bench.name, timeout.error());
    auto document = documentOf(a);
    if (!document) return fail(bench.name, document.error());
    if (a.has("window")) return benchInWindow(bench, *document, a, *seconds, *jumps, *seed, *timeout);

    auto options = stageOptionsFor(*document, a.has("offline"));
    options.onMessage = [&bench](const scene::Message& m) {
        if (m.severity == scene::Severity::Error) errorLine(bench.name, m.thing + ": " + m.sentence);
    };
    auto made = Stage::create(*document, std::move(options));
    if (!made) return fail(bench.name, made.error());
    Stage& stage = **made;
    if (auto ok = stage.useTarget(document->view.width(), document->view.height(), render::PixelKind::Rgba8); !ok)
        return fail(bench.name, ok.error());
    const auto first = stage.settle(*timeout);
    if (first.interrupted) return sayInterrupted(bench.name);
    *document = stage.scene().document();
    const sky::SkyView start = document->view;
    const auto reports = stage.scene().reports();
    if (std::any_of(reports.begin(), reports.end(), [](const auto& r) { return r.phase == scene::LayerPhase::Failed; })) {
        errorLine(bench.name, "a survey could not be opened, expected one that can be drawn");
        return Exit::Failed;
    }

    // Jumps come first, each to a place not seen before: what is measured is reading, decoding and drawing.
    std::vector<double> complete;
    bool all = first.settled;
    for (int i = 0; i < *jumps; ++i) {
        document->view = start.lookingAt(jumpTarget(i, *jumps, *seed, start.frame()));
        const auto jumpBegin = SteadyTime::now();
        stage.scene().setDocument(*document);
        const auto settled = stage.settle(*timeout);
        if (settled.interrupted) return sayInterrupted(bench.name);
        all = all && settled.settled;
        complete.push_back(msSince(jumpBegin));
    }

    FrameTimes frames;
    size_t textureBytes = 0;
    const Way way = bench.way(start, *seconds, *seed);
    const auto begin = SteadyTime::now();
    for (double t = 0; t < *seconds; t = msSince(begin) / 1000) {
        if (interrupted()) return sayInterrupted(bench.name);
        const auto frameBegin = SteadyTime::now();
        document->view = way(t);
        stage.scene().setDocument(*document);
        stage.pump({});
        textureBytes = std::max(textureBytes, stage.drawFrame().textureBytes);
        stage.awaitPixels();
        frames.add(msSince(frameBegin));
    }

    Json j = viewFigures(start, stage.renderer().gpu().renderer, frames, complete);
    j["texture_bytes"] = textureBytes;
    const Exit written = report(j, a.has("json"));
    return written == Exit::Done && !all ? Exit::Part : written;
}

Exit benchView(Words words)
{
    return benchMoving({"bench view", "Jumps to new views, then a scripted pan and zoom: times to the complete view, and frame times.", "10",
                        [](const sky::SkyView& start, double seconds, int) -> Way {
                            return [start, seconds](double t) { return scriptedView(start, t / seconds * 10); };
                        }},
                       words);
}

Exit benchFlight(Words words)
{
    return benchMoving({"bench flight", "Jumps to new views, then a random flight, fields from 0.5 to 120 degrees: frame times and memory.", "60",
                        [](const sky::SkyView& start, double, int seed) -> Way {
                            return [flight = RandomFlight(start, static_cast<uint32_t>(seed))](double t) mutable { return flight.at(t); };
                        }},
                       words);
}

// ---- bench decode ---------------------------------------------------------------------------------------------------

struct DecodeSum {
    std::vector<double> ms;
    uint64_t pixels = 0, bytes = 0;
};

Exit benchDecode(Words words)
{
    CommandSpec c;
    c.path = "firmament bench decode";
    c.summary = "Decodes the tiles of a local HiPS, one thread, warm files: milliseconds a tile by format.";
    c.options = {{"survey", 0, "FOLDER", "a HiPS tree (the built-in sky)", false},
                 {"limit", 0, "N", "tiles of each format (200)", false},
                 {"json", 0, "", "one JSON object", false},
                 {"offline", 0, "", "no network access at all (none is made)", false}};
    auto parsed = parseOrExplain(c, words);
    if (parsed.exit) return *parsed.exit;
    const Arguments& a = parsed.arguments;
    const auto limit = parseInteger("--limit", a.valueOr("limit", "200"), 1, 1000000);
    if (!limit) return fail("bench decode", limit.error());
    const std::string what = a.valueOr("survey", "sky");
    const bool builtIn = what == "sky" || what == scene::kDefaultSky;
    const std::filesystem::path folder = builtIn ? findResource("default-sky") : std::filesystem::path(what);
    std::error_code error;
    if (folder.empty() || !std::filesystem::is_directory(folder, error))
        return fail("bench decode", Error{Errc::NotFound, "no such folder, expected a HiPS tree", folder.string(), 0, false});

    std::map<hips::TileFormat, DecodeSum> sums;
    size_t bad = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder, error)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("Npix") || !entry.path().has_extension()) continue;
        const auto format = hips::formatFromWord(entry.path().extension().string().substr(1));
        if (!format || *format == hips::TileFormat::Tsv) continue;
        auto& sum = sums[*format];
        if (sum.ms.size() >= static_cast<size_t>(*limit)) continue;
        const auto bytes = readFile(entry.path());
        if (!bytes) continue;
        const auto begin = SteadyTime::now();
        size_t pixels = 0;
        if (*format == hips::TileFormat::Fits) {
            const auto tile = fits::readFitsTile(*bytes);
            if (tile) pixels = tile->value.pixels.size() / 4;
        } else {
            const auto image = hips::decodeImage(*bytes);
            if (image) pixels = image->rgba.size() / 4;
        }
        if (pixels == 0) {
            ++bad;
            continue;
        }
        sum.ms.push_back(msSince(begin));
        sum.pixels += pixels;
        sum.bytes += bytes->size();
    }
    Json j;
    for (const auto& [format, sum] : sums) {
        if (sum.ms.empty()) continue;
        double total = 0;
        for (const double ms : sum.ms) total += ms;
        const std::string word = hips::formatWord(format);
        j[word + "_tiles"] = sum.ms.size();
        j[word + "_ms_p50"] = rounded(percentile(sum.ms, 0.5));
        j[word + "_ms_p95"] = rounded(percentile(sum.ms, 0.95));
        j[word + "_mpixel_s"] = rounded(static_cast<double>(sum.pixels) / 1000 / std::max(total, 1e-6));
        j[word + "_bytes"] = sum.bytes;
    }
    j["tiles_bad"] = bad;
    j["peak_rss"] = peakResidentBytes();
    if (sums.empty())
        return fail("bench decode", Error{Errc::NotFound, "no tiles, expected a HiPS tree", folder.string(), 0, false});
    return report(j, a.has("json"));
}

// ---- bench startup --------------------------------------------------------------------------------------------------

/// Runs the program itself; milliseconds, or nothing when it failed.
std::optional<double> timeRun(std::vector<std::string> words)
{
    const std::string program = (programFolder() / "firmament").string();
    words.insert(words.begin(), program);
    std::vector<char*> argv;
    for (auto& w : words) argv.push_back(w.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    const auto begin = SteadyTime::now();
    pid_t child = 0;
    const int failed = posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (failed) return std::nullopt;
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {}
    if (!WIFEXITED(status) || (WEXITSTATUS(status) != 0 && WEXITSTATUS(status) != 3)) return std::nullopt;
    return msSince(begin);
}

Exit benchStartup(Words words)
{
    CommandSpec c;
    c.path = "firmament bench startup";
    c.summary = "From nothing to a complete picture: runs the program itself again and again, files warm.";
    c.options = surveyOptions();
    const auto more = viewOptions();
    c.options.insert(c.options.end(), more.begin(), more.end());
    c.options.push_back({"runs", 0, "N", "how often (7)", false});
    c.options.push_back({"json", 0, "", "one JSON object", false});
    c.options.push_back({"offline", 0, "", "no network access at all", false});
    auto parsed = parseOrExplain(c, words);
    if (parsed.exit) return *parsed.exit;
    const Arguments& a = parsed.arguments;
    const auto runs = parseInteger("--runs", a.valueOr("runs", "7"), 1, 1000);
    if (!runs) return fail("bench startup", runs.error());
    if (auto document = documentOf(a); !document) return fail("bench startup", document.error());

    std::error_code error;
    const auto folder = std::filesystem::temp_directory_path(error) / ("firmament-bench-" + std::to_string(getpid()));
    std::filesystem::create_directory(folder, error);
    const std::string out = (folder / "view.png").string(), stats = (folder / "stats.json").string();
    std::vector<std::string> command{"render", "-o", out, "--stats", stats, "--force"};
    for (const auto& o : c.options) {
        if (o.name == "runs" || o.name == "json") continue;
        for (const auto& value : a.values(o.name)) {
            command.push_back("--" + o.name);
            if (!o.value.empty()) command.push_back(value);
        }
    }
    std::vector<double> version, whole, first, complete;
    bool failed = false;
    for (int i = 0; i <= *runs && !failed; ++i) {
        const auto v = timeRun({"--version"});
        const auto w = timeRun(command);
        const auto text = readFile(stats);
        const auto j = text ? Json::parse(asText(*text), nullptr, false) : Json();
        failed = !v || !w || !j.is_object();
        if (failed || i == 0) continue; // the first run warms the files
        version.push_back(*v);
        whole.push_back(*w);
        first.push_back(j.value("ms_first_frame", 0.0));
        complete.push_back(j.value("ms_complete", 0.0));
    }
    std::filesystem::remove_all(folder, error);
    if (failed) {
        errorLine("bench startup", "the program run again failed, expected a picture");
        return Exit::Failed;
    }
    Json j;
    j["runs"] = *runs;
    j["ms_version_p50"] = rounded(percentile(version, 0.5));
    j["ms_first_frame_p50"] = rounded(percentile(first, 0.5));
    j["ms_complete_p50"] = rounded(percentile(complete, 0.5));
    j["ms_total_p50"] = rounded(percentile(whole, 0.5));
    j["ms_total_max"] = rounded(percentile(whole, 1));
    return report(j, a.has("json"));
}

} // namespace

Exit benchCommand(Words words)
{
    static constexpr Subcommand kAll[] = {
        {"view", "frame times of a scripted pan and zoom, and times to complete views", benchView},
        {"flight", "frame times and memory of a random flight over a survey", benchFlight},
        {"decode", "time to decode tiles, by format", benchDecode},
        {"startup", "time from the start of the program to a complete picture", benchStartup},
    };
    return runSubcommand("firmament bench", "Repeatable measurements of the program itself.", kAll, words);
}

} // namespace firmament::cli
