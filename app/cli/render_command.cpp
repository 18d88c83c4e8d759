// `firmament render`: one view to a file.
#include <algorithm>
#include <cmath>
#include <set>

#include "app/cli/commands.h"
#include "app/cli/gui.h"
#include "app/cli/json_text.h"
#include "app/cli/reference_drawing.h"
#include "app/cli/stage.h"
#include "app/cli/view_options.h"
#include "app/picture/fits_file.h"
#include "core/files.h"
#include "sky/text.h"

namespace firmament::cli {

namespace {

using picture::Picture;
using picture::PictureFormat;

constexpr const char* kWhat = "render";

CommandSpec spec()
{
    CommandSpec c;
    c.path = "firmament render";
    c.summary = "Draws one view to a file, without a window or a display.";
    c.options = {{"output", 'o', "OUT", "picture.png, .jpg, .webp, .fits, .svg or .pdf", false}};
    const auto add = [&c](const std::vector<OptionSpec>& more) { c.options.insert(c.options.end(), more.begin(), more.end()); };
    add(surveyOptions());
    add(viewOptions());
    add(overlayOptions());
    add({
        {"timeout", 0, "S", "how long to wait for tiles (60); what is missing then is exit 3", false},
        {"page", 0, "PAPER", "of a .pdf or .svg: A5 to A0, letter or WxH in mm (the size in pixels, 96 an inch)", false},
        {"reference", 0, "", "draw with the double-precision CPU renderer", false},
        {"stats", 0, "FILE", "write counters and times as JSON", false},
        {"offline", 0, "", "no network access at all", false},
        {"force", 0, "", "overwrite existing files", false},
        {"progress", 0, "", "say on stderr what is going on, also to a file", false},
    });
    c.details = "Keys of --survey: opacity=0..1, blend=normal|add|screen|multiply|difference, cuts=LOW:HIGH|99.5%|zscale|minmax|\n"
                "3sigma, stretch=linear|sqrt|log|asinh|pow2|histogram, cmap=NAME, invert, sampling=linear|nearest,\n"
                "format=jpg|png|webp|fits, channel=N, gamma=G. Without --survey: the built-in sky.\n\n"
                "With none of --survey, --at, --fov and --session it draws what the window shows at the first start: the galactic\n"
                "centre, 96 degrees wide, with stars, constellations, names and grid. In .svg and .pdf all that lies on the surveys\n"
                "is lines, circles and text.\n\n"
                "Example: firmament render -o m31.png --survey ~/hips/DSS2 --at M31 --fov 3 --grid --labels";
    return c;
}

struct Job {
    std::string out;
    PictureFormat format = PictureFormat::Png;
    std::optional<std::string> stats;
    std::optional<picture::Page> page;
    double timeout = 60;
    bool reference = false, offline = false, force = false, progress = false;
    scene::Document document;
};

Error usage(std::string what) { return Error{Errc::Usage, std::move(what), {}, 0, false}; }

/// The paper lies as the picture does; a picture of no given size is as wide as usual and has the shape of the paper, lying.
void fitPage(Job& job, bool sizeGiven)
{
    const auto& view = job.document.view;
    picture::Page& page = *job.page;
    if (!sizeGiven || view.width() > view.height()) page = {std::max(page.width, page.height), std::min(page.width, page.height)};
    if (!sizeGiven)
        job.document.view = view.withSize(view.width(), std::max(1, static_cast<int>(std::lround(view.width() * page.height / page.width))));
}

Expected<Job> jobOf(const Arguments& a)
{
    Job job;
    const auto out = a.value("output");
    if (!out) return usage("no output file, expected -o OUT");
    const auto format = picture::pictureFormatOf(*out);
    if (!format) return usage("-o is '" + *out + "', expected a name ending in .png, .jpg, .webp, .fits, .svg or .pdf");
    job.out = *out;
    job.format = *format;
    job.stats = a.value("stats");
    job.reference = a.has("reference");
    job.offline = a.has("offline");
    job.force = a.has("force");
    job.progress = a.has("progress");
    if (const auto seconds = a.value("timeout")) {
        const auto number = parseNumber("--timeout", *seconds, 0, 1e6);
        if (!number) return number.error();
        job.timeout = *number;
    }
    if (const auto paper = a.value("page")) {
        job.page = picture::pageFromWord(*paper);
        if (!job.page) return usage("--page is '" + *paper + "', expected A5, A4, A3, A2, A1, A0, letter or millimetres like 210x297");
        if (!picture::isVector(job.format)) return usage("--page is for .svg and .pdf, expected one of these instead of " + job.out);
    }
    if (a.has("paper") && job.format == PictureFormat::Fits)
        return usage("--paper is for pictures and charts, expected another name than " + job.out + ": a .fits holds the survey's own pixels");
    auto document = documentOf(a);
    if (!document) return document.error();
    job.document = std::move(*document);
    if (job.page) fitPage(job, a.has("size"));
    if (auto ok = checkWritable(job.out, job.force); !ok) return ok.error();
    if (job.stats) {
        if (auto ok = checkWritable(*job.stats, job.force); !ok) return ok.error();
        if (sameFile(job.out, *job.stats)) return usage("--stats is '" + *job.stats + "', expected another file than that of -o");
    }
    return job;
}

/// A FITS output shows the surveys alone, uncompared: its header says where each pixel of one picture is.
scene::Document withoutOverlays(scene::Document d)
{
    d.compare = {};
    d.panes.clear();
    std::erase_if(d.layers, [](const scene::LayerState& l) { return !std::holds_alternative<scene::SurveyState>(l.content); });
    d.overlays = scene::OverlayState{};
    d.overlays.compass = d.overlays.scaleBar = d.overlays.reticle = d.overlays.credits = false;
    d.vectorYears = 0;
    return d;
}

struct Drawing {
    Picture picture;             ///< when not values
    scene::OverlayPicture overlay; ///< of a vector file: what lies on the picture
    std::vector<float> values;   ///< FITS output of a survey with physical values
    bool hasValues = false;
    std::string renderer;
    picture::FitsOrigin origin;
    int tilesWanted = 0, tilesDrawn = 0, tilesFailed = 0;
    uint64_t requests = 0, bytes = 0;
    double msFirstFrame = 0, msComplete = 0, msFrame = 0;
    bool part = false;           ///< something is missing in it
};

struct Troubles {
    std::set<std::string> said;
    void say(const scene::Message& m)
    {
        if (m.severity == scene::Severity::Info || said.size() >= 20) return;
        if (said.insert(m.thing + "\n" + m.sentence).second) errorLine(m.thing.empty() ? kWhat : m.thing, m.sentence);
    }
};

/// Counts tiles, and says whether every survey came to nothing.
struct SurveyOutcome {
    int surveys = 0, failed = 0;
    bool part = false;
};

SurveyOutcome lookAtReports(const std::vector<scene::LayerReport>& reports, Drawing& drawing, Troubles& troubles)
{
    SurveyOutcome outcome;
    for (const auto& r : reports) {
        if (!r.survey && r.total == 0 && r.phase != scene::LayerPhase::Failed && r.phase != scene::LayerPhase::Opening &&
            r.phase != scene::LayerPhase::Offline)
            continue;
        ++outcome.surveys;
        drawing.tilesWanted += r.total;
        drawing.tilesDrawn += r.done;
        switch (r.phase) {
        case scene::LayerPhase::Failed:
        case scene::LayerPhase::Opening:
            ++outcome.failed;
            if (troubles.said.empty()) troubles.say({scene::Severity::Error, kWhat, r.line, r.id});
            break;
        case scene::LayerPhase::Loading:
        case scene::LayerPhase::Partial:
        case scene::LayerPhase::Offline:
            if (!r.survey) ++outcome.failed; // nothing of it is known, not even from the cache
            outcome.part = true;
            drawing.tilesFailed += std::max(0, r.total - r.done);
            break;
        default: break;
        }
    }
    return outcome;
}

double medianFrameMs(Stage& stage)
{
    std::vector<double> times;
    for (int i = 0; i < 3; ++i) {
        const double before = millisecondsSinceStart();
        stage.drawFrame();
        stage.awaitPixels();
        times.push_back(millisecondsSinceStart() - before);
    }
    std::sort(times.begin(), times.end());
    return times[times.size() / 2];
}

struct DrawEnd {
    std::optional<Exit> exit; ///< ended without a picture
};

/// Surveys are drawn from other tiles where they have none of the format asked for: true, and a line for each, when one was.
bool sayOtherFormats(const scene::Document& document, const std::vector<scene::LayerReport>& reports, Troubles& troubles)
{
    bool other = false;
    for (const auto& layer : document.layers) {
        const auto* state = std::get_if<scene::SurveyState>(&layer.content);
        const auto r = std::find_if(reports.begin(), reports.end(), [&](const auto& report) { return report.id == layer.id; });
        if (!state || !state->format || !layer.visible || r == reports.end() || !r->survey) continue;
        const auto& has = r->survey->formats;
        if (std::find(has.begin(), has.end(), *state->format) != has.end()) continue;
        troubles.say({scene::Severity::Warning, layer.name, otherFormatsDrawn(*state->format), r->id});
        other = true;
    }
    return other;
}

/// The topmost survey that is drawn in such a view.
std::optional<scene::LayerReport> topSurvey(const std::vector<scene::LayerReport>& reports, sky::Frame view)
{
    const auto shown = [view](const scene::LayerReport& r) {
        return r.survey && r.phase != scene::LayerPhase::Hidden && (r.survey->frame == sky::Frame::Body) == (view == sky::Frame::Body);
    };
    const auto top = std::find_if(reports.rbegin(), reports.rend(), shown);
    return top == reports.rend() ? std::nullopt : std::optional(*top);
}

DrawEnd drawWithGl(const Job& job, scene::Document& document, Drawing& drawing)
{
    Troubles troubles;
    Progress progress(job.progress);
    StageOptions options = stageOptionsFor(document, job.offline);
    options.onMessage = [&troubles](const scene::Message& m) { troubles.say(m); };
    auto made = Stage::create(document, std::move(options));
    if (!made) return {fail(kWhat, made.error())};
    Stage& stage = **made;
    const int width = document.view.width(), height = document.view.height();
    const bool fits = job.format == PictureFormat::Fits;
    if (fits) stage.scene().setCanvasColours({0, 0, 0, 1}, {1, 1, 1, 1}, {0, 0, 0, 1}, {1, 1, 1, 1}); // nothing is 0
    if (auto ok = stage.useTarget(width, height, render::PixelKind::Rgba8); !ok) return {fail(kWhat, ok.error())};

    const auto tell = [&] {
        for (const auto& r : stage.scene().reports())
            if (r.phase == scene::LayerPhase::Loading || r.phase == scene::LayerPhase::Opening) progress.show(r.line);
    };
    const auto settled = stage.settle(job.timeout, tell);
    if (settled.interrupted) return {sayInterrupted(kWhat)};
    drawing.msFirstFrame = settled.msFirstFrame;
    drawing.msComplete = settled.msComplete;
    drawing.renderer = stage.renderer().gpu().renderer;

    document.view = stage.scene().document().view; // of a planet, when that is what a survey turned out to be of
    const auto outcome = lookAtReports(stage.scene().allReports(), drawing, troubles);
    if (outcome.surveys > 0 && outcome.failed == outcome.surveys) {
        if (troubles.said.empty()) errorLine(kWhat, "no survey could be opened");
        return {Exit::Failed};
    }
    const bool other = sayOtherFormats(document, stage.scene().reports(), troubles);
    drawing.part = outcome.failed > 0 || outcome.part || other || !settled.settled;

    drawing.picture.width = width;
    drawing.picture.height = height;
    if (picture::isVector(job.format)) stage.drawApart(drawing.overlay);
    if (const auto top = topSurvey(stage.scene().reports(), document.view.frame())) {
        drawing.origin = picture::originOf(*top->survey, top->order);
        if (fits && top->values) {
            if (auto ok = stage.useTarget(width, height, render::PixelKind::Float32); !ok) return {fail(kWhat, ok.error())};
            drawing.hasValues = stage.scene().renderValues(stage.renderer(), stage.target());
        }
    }
    if (drawing.hasValues)
        drawing.values = stage.renderer().readFloat(width, height);
    else
        drawing.picture.rgba = stage.renderer().readRgba(width, height);
    if (job.stats) {
        if (drawing.hasValues)
            if (auto ok = stage.useTarget(width, height, render::PixelKind::Rgba8); !ok) return {fail(kWhat, ok.error())};
        drawing.msFrame = medianFrameMs(stage);
        const auto net = stage.netStats();
        drawing.requests = net.started;
        drawing.bytes = net.bytes;
    }
    return {};
}

DrawEnd drawWithCpu(const Job& job, scene::Document& document, Drawing& drawing)
{
    auto drawn = drawReference(document, job.format == PictureFormat::Fits, job.offline, job.timeout);
    if (!drawn) {
        if (drawn.error().code == Errc::Cancelled) return {sayInterrupted(kWhat)};
        return {fail(kWhat, drawn.error())};
    }
    for (const auto& line : drawn->troubles) errorLine(kWhat, line);
    drawing.renderer = "reference (CPU, double precision)";
    drawing.hasValues = drawn->hasValues;
    drawing.values = std::move(drawn->values);
    drawing.picture = {document.view.width(), document.view.height(), std::move(drawn->rgba)};
    drawing.overlay = {document.view.width(), document.view.height(), {}};
    drawing.origin = std::move(drawn->origin);
    drawing.tilesWanted = drawn->tilesWanted;
    drawing.tilesDrawn = drawn->tilesDrawn;
    drawing.tilesFailed = drawn->tilesFailed;
    drawing.part = drawn->tilesFailed > 0 || !drawn->troubles.empty();
    drawing.msFirstFrame = drawing.msComplete = millisecondsSinceStart();
    drawing.msFrame = drawing.msComplete - drawn->msLoaded;
    drawing.requests = drawn->requests;
    drawing.bytes = drawn->bytes;
    return {};
}

Expected<Bytes> encode(const Job& job, const scene::Document& document, const Drawing& drawing)
{
    const int width = document.view.width(), height = document.view.height();
    if (job.format == PictureFormat::Svg) return picture::encodeSvg(drawing.picture, drawing.overlay, picture::titleOf(document.view), job.page);
    if (job.format == PictureFormat::Pdf) {
        const auto gui = guiModule();
        if (!gui) return gui.error();
        return (*gui)->encodePdf(drawing.picture, drawing.overlay, picture::titleOf(document.view), job.page);
    }
    if (job.format != PictureFormat::Fits) return picture::encodePicture(drawing.picture, job.format);
    const auto cards = picture::fitsCards(document.view, width, height, drawing.origin, drawing.hasValues);
    if (drawing.hasValues) return picture::encodeFitsValues(width, height, drawing.values, cards);
    return picture::encodeFitsColours(drawing.picture, cards);
}

/// A map of a planet or moon has no M 31: the place in the sky is no longitude and latitude there.
Expected<void> placeOnMap(const Arguments& arguments, const scene::Document& document)
{
    const auto target = arguments.value("at");
    if (document.view.frame() != sky::Frame::Body || !target) return {};
    const auto typed = sky::parsePosition(*target);
    if (typed && typed->frame == sky::Frame::Icrs) return {};
    return usage("--at is '" + *target + "', a place in the sky, and the survey is a map of a planet or moon, expected a longitude and latitude there like \"137.4 -4.6\"");
}

std::string statsText(const scene::Document& document, const Drawing& d, double msStart)
{
    const auto rounded = [](double ms) { return std::round(ms * 100) / 100; };
    Json j;
    j["renderer"] = d.renderer;
    j["size"] = std::to_string(document.view.width()) + "x" + std::to_string(document.view.height());
    j["order"] = d.origin.order;
    j["tiles_wanted"] = d.tilesWanted;
    j["tiles_drawn"] = d.tilesDrawn;
    j["tiles_failed"] = d.tilesFailed;
    j["requests"] = d.requests;
    j["bytes"] = d.bytes;
    j["ms_start"] = rounded(msStart);
    j["ms_first_frame"] = rounded(d.msFirstFrame);
    j["ms_complete"] = rounded(d.msComplete);
    j["ms_frame"] = rounded(d.msFrame);
    j["peak_rss"] = peakResidentBytes();
    return jsonText(j, 1);
}

} // namespace

Exit renderCommand(Words words)
{
    const double msStart = millisecondsSinceStart();
    auto parsed = parseOrExplain(spec(), words);
    if (parsed.exit) return *parsed.exit;
    catchInterrupts();
    auto job = jobOf(parsed.arguments);
    if (!job) return fail(kWhat, job.error());
    scene::Document document =
        job->format == PictureFormat::Fits ? withoutOverlays(job->document) : job->document;
    if (job->format == PictureFormat::Fits && document.layers.empty())
        return fail(kWhat, usage("the session has no survey, expected one for a .fits output"));

    Drawing drawing;
    const auto end = job->reference ? drawWithCpu(*job, document, drawing) : drawWithGl(*job, document, drawing);
    if (end.exit) return *end.exit;
    if (const auto ok = placeOnMap(parsed.arguments, document); !ok) return fail(kWhat, ok.error());
    const auto content = encode(*job, document, drawing);
    if (!content) return fail(kWhat, content.error());
    if (interrupted()) return sayInterrupted(kWhat);

    const auto existing = job->force ? Existing::Replace : Existing::Refuse;
    if (auto ok = writeFileWhole(job->out, *content, existing); !ok) {
        fail(kWhat, ok.error());
        return Exit::Failed;
    }
    if (job->stats) {
        if (auto ok = writeFileWhole(*job->stats, asBytes(statsText(document, drawing, msStart)), existing); !ok) {
            fail(kWhat, ok.error());
            return Exit::Failed;
        }
    }
    return drawing.part ? Exit::Part : Exit::Done;
}

} // namespace firmament::cli
