// A scripted pan and zoom over a HiPS with everything on: milliseconds of the CPU side of a frame, and a picture.
//   bench_scene_pan HIPS [fov] [out.png] [seconds]      (run by hand)
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>

#include "app/text/label_source.h"
#include "catalogs/sky_data.h"
#include "core/clock.h"
#include "core/files.h"
#include "hips/image_codec.h"
#include "scene/headless.h"

using namespace firmament;
using Clk = std::chrono::steady_clock;

namespace {

double ms(Clk::time_point a)
{
    return std::chrono::duration<double, std::milli>(Clk::now() - a).count();
}

/// Processor time of this thread: what a busy machine does not blur. GL's own share of the calling thread is in it.
double threadMs()
{
    timespec t{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

void report(const char* what, std::vector<double> v)
{
    if (v.empty()) return;
    std::sort(v.begin(), v.end());
    std::printf("%-10s p50 %.2f  p95 %.2f  p99 %.2f  max %.2f ms\n", what, v[v.size() / 2], v[v.size() * 95 / 100], v[v.size() * 99 / 100], v.back());
}

} // namespace

int main(int argc, char** argv)
{
    const std::string folder = argc > 1 ? argv[1] : "";
    const double fov = argc > 2 ? std::atof(argv[2]) : 96;
    const std::string out = argc > 3 ? argv[3] : "";
    const double seconds = argc > 4 ? std::atof(argv[4]) : 5;
    SteadyClock clock;
    QueueExecutor ui;
    WorkPool work(2);
    text::QtLabelSource labels;
    scene::SceneEnvironment env;
    env.ui = &ui;
    env.work = &work;
    env.clock = &clock;
    env.labels = &labels;
    env.defaultSkyFolder = folder;
    auto t0 = Clk::now();
    auto sky = catalogs::SkyData::load(std::string(FIRMAMENT_SOURCE_DIR) + "/resources/sky");
    if (sky) env.sky = *sky;
    else std::fprintf(stderr, "%s\n", sky.error().text().c_str());
    std::printf("sky data   %.1f ms\n", ms(t0));
    if (std::getenv("INSTANT")) env.fadeMs = 0;
    t0 = Clk::now();
    auto session = scene::HeadlessSession::create(env, ui);
    if (!session) {
        std::fprintf(stderr, "%s\n", session.error().text().c_str());
        return 1;
    }
    std::printf("context    %.1f ms\n", ms(t0));
    auto& s = **session;
    s.scene().onMessage = [](const scene::Message& m) { std::fprintf(stderr, "%s: %s\n", m.thing.c_str(), m.sentence.c_str()); };
    scene::Document doc = scene::firstStart();
    doc.view = doc.view.withFov(sky::Angle::deg(fov));
    if (const char* p = std::getenv("PROJ")) doc.view = doc.view.withProjection(*sky::projFromCode(p));
    if (std::getenv("DEBUG")) s.scene().setDebugOverlay(true);
    s.scene().setDocument(doc);
    const auto first = s.run(std::chrono::milliseconds(10000));
    std::printf("first %.1f ms, complete %.1f ms, %d frames, settled %d\n", first.msFirstFrame, first.msComplete, first.frames, first.settled);
    for (const auto& r : s.scene().reports()) std::printf("  layer %d: %s\n", static_cast<int>(r.id), r.line.c_str());
    if (!out.empty()) {
        const auto rgba = s.rgba();
        if (auto png = hips::encodePng(rgba.data(), s.width(), s.height(), hips::AlphaKind::Ignore)) (void)writeFileWhole(out, *png);
    }
    std::vector<double> cpu, whole, thread;
    const auto start = Clk::now();
    while (ms(start) < seconds * 1000) {
        ui.drain();
        doc.view = doc.view.dragged({640, 400}, {644.3, 401.7});
        const auto f0 = Clk::now();
        const double c0 = threadMs();
        s.scene().setDocument(doc);
        (void)s.frame();
        cpu.push_back(ms(f0));
        thread.push_back(threadMs() - c0);
        (void)s.rgba();
        whole.push_back(ms(f0));
    }
    std::printf("%zu frames\n", cpu.size());
    report("cpu side", cpu);
    report("thread cpu", thread);
    report("with GL", whole);
    return 0;
}
