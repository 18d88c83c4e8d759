// Frames of the whole window (sky, panels, composition) in a scripted pan and zoom; not a test, it measures:
// bench_window SECONDS [HIPS]  -> one line of JSON. Needs an X server.
#include <QApplication>
#include <QElapsedTimer>
#include <QSurfaceFormat>
#include <QTimer>
#include <algorithm>
#include <cmath>
#include <cstdio>

#include "app/text/gui_session.h"
#include "app/window/canvas.h"
#include "app/window/canvas_host.h"
#include "app/window/main_window.h"

using namespace firmament;
using namespace firmament::window;

int main(int argc, char** argv)
{
    QSurfaceFormat f;
    f.setVersion(3, 3);
    f.setProfile(QSurfaceFormat::CoreProfile);
    f.setDepthBufferSize(0);
    f.setStencilBufferSize(0);
    f.setSwapInterval(0);
    QSurfaceFormat::setDefaultFormat(f);
    QApplication app(argc, argv);
    text::registerFonts();
    const double seconds = argc > 1 ? std::atof(argv[1]) : 10;
    WindowOptions o;
    o.offline = o.fresh = true;
    Controller c(o);
    MainWindow w(c);
    w.resize(1280, 800);
    w.show();
    if (argc > 2) c.open(QString::fromLocal8Bit(argv[2]), false);
    Canvas& canvas = w.host().canvas();
    std::vector<double> frames, paints;
    QElapsedTimer since, total;
    bool running = false;
    QObject::connect(&canvas, &Canvas::frameSwapped, &app, [&] {
        if (!running) return;
        frames.push_back(static_cast<double>(since.nsecsElapsed()) / 1e6);
        paints.push_back(canvas.medianFrameMs());
        since.restart();
        const double t = static_cast<double>(total.elapsed()) / 1000;
        if (t > seconds) {
            QApplication::quit();
            return;
        }
        c.history().setView(c.view().dragged({640, 360}, {640 + 6 * std::cos(t), 360 + 4 * std::sin(1.3 * t)}).zoomedAbout({640, 360}, std::exp(0.01 * std::sin(0.9 * t))));
    });
    QTimer begin;
    QObject::connect(&begin, &QTimer::timeout, &app, [&] {
        if (!w.settled()) return;
        begin.stop();
        running = true;
        total.start();
        since.start();
        c.navigator().moveBy(1, 0);
    });
    begin.start(50);
    QApplication::exec();
    if (frames.size() < 10) return 1;
    std::sort(frames.begin() + 1, frames.end());
    const auto at = [&](double share) { return frames[static_cast<size_t>(share * static_cast<double>(frames.size() - 1))]; };
    std::printf("{\"frames\": %zu, \"fps_median\": %.1f, \"ms_median\": %.2f, \"ms_p95\": %.2f, \"ms_p99\": %.2f, \"ms_scene_median\": %.2f, \"renderer\": \"%s\"}\n", frames.size(),
                1000 / at(0.5), at(0.5), at(0.95), at(0.99), paints[paints.size() / 2], canvas.gpu() ? canvas.gpu()->renderer.c_str() : "");
    return 0;
}
