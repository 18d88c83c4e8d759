#include "app/window/window_bench.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QStyleFactory>
#include <QTimer>
#include <ctime>

#include "app/text/gui_session.h"
#include "app/text/label_source.h"
#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/main_window.h"
#include "app/window/run_window.h"

namespace firmament::window {

namespace {

double cpuMs()
{
    return static_cast<double>(std::clock()) * 1000 / CLOCKS_PER_SEC;
}

/// Until `done`, or too late: false.
bool waitUntil(double seconds, const std::function<bool()>& done)
{
    QElapsedTimer clock;
    clock.start();
    QTimer tick; // wakes the loop when nothing else does
    tick.start(1);
    while (!done()) {
        if (static_cast<double>(clock.elapsed()) > seconds * 1000) return false;
        QCoreApplication::processEvents(QEventLoop::AllEvents | QEventLoop::WaitForMoreEvents);
    }
    return true;
}

} // namespace

Expected<WindowBenchResult> benchWindow(const WindowBench& bench)
{
    chooseSurface();
    int argc = 1;
    char name[] = "firmament";
    char* argv[] = {name, nullptr};
    QApplication app(argc, argv);
    QApplication::setStyle(QStyleFactory::create(QStringLiteral("Fusion")));
    text::registerFonts();
    WindowOptions options;
    options.fresh = true;
    options.offline = bench.offline;
    options.screenshot = "none"; // nothing of the user's is written
    Controller c(options);
    MainWindow w(c);
    w.resize(bench.width, bench.height);
    w.show();
    Canvas& canvas = w.host().canvas();
    if (!waitUntil(bench.timeout, [&] { return canvas.framesDrawn() > 0; })) return Error{Errc::Gl, "the window drew nothing", "bench view --window"};
    WindowBenchResult out;
    const auto sized = [&](const sky::SkyView& v) { return v.withSize(canvas.width(), canvas.height()); };
    scene::Document document = bench.document;
    document.view = sized(document.view);
    c.history().replaceAll(std::move(document));
    out.all = waitUntil(bench.timeout, [&] { return w.settled(); });
    for (const sky::SkyView& jump : bench.jumps) {
        QElapsedTimer clock;
        clock.start();
        c.history().setView(sized(jump));
        out.all = waitUntil(bench.timeout, [&] { return w.settled(); }) && out.all;
        out.complete.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    QElapsedTimer since, total;
    bool running = false;
    const auto step = [&] { c.history().setView(sized(bench.script(std::min(1.0, static_cast<double>(total.elapsed()) / (bench.seconds * 1000))))); };
    QObject::connect(&canvas, &Canvas::frameSwapped, &app, [&] {
        if (!running) return;
        out.frames.push_back(static_cast<double>(since.nsecsElapsed()) / 1e6);
        since.restart();
        step();
        canvas.requestFrame(); // a view that stands still for a moment is drawn again
    });
    running = true;
    total.start();
    since.start();
    const double cpu = cpuMs();
    step();
    canvas.requestFrame();
    waitUntil(bench.seconds, [] { return false; });
    running = false;
    if (out.frames.empty()) return Error{Errc::Gl, "the window drew no frame of the script", "bench view --window"};
    out.cpuMsPerFrame = (cpuMs() - cpu) / static_cast<double>(out.frames.size());
    out.renderer = canvas.gpu() ? canvas.gpu()->renderer : "";
    out.surface = canvas.surface().kind() == SkySurface::Kind::Direct ? "direct" : "widget";
    out.canvasWidth = canvas.width();
    out.canvasHeight = canvas.height();
    return out;
}

} // namespace firmament::window
