// What drawing costs: wall and processor milliseconds a frame, by projection, for a colour layer and a layer of values.
// Not a test; run by hand: bench_render_tiles [width height frames]
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <memory>

#include "synthetic_tiles.h"

using namespace firmament;
using namespace firmament::render;

namespace {

double wallMs()
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
double cpuMs()
{
    timespec t{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return static_cast<double>(t.tv_sec) * 1e3 + static_cast<double>(t.tv_nsec) * 1e-6;
}

} // namespace

int main(int argc, char** argv)
{
    const int width = argc > 2 ? std::atoi(argv[1]) : 1280, height = argc > 2 ? std::atoi(argv[2]) : 800;
    const int frames = argc > 3 ? std::atoi(argv[3]) : 30;
    const double t0 = wallMs();
    auto context = HeadlessContext::create();
    if (!context) return std::puts(context.error().text().c_str()), 1;
    const double t1 = wallMs();
    auto made = Renderer::create((*context)->getProc(), size_t{256} << 20);
    if (!made) return std::puts(made.error().text().c_str()), 1;
    Renderer& renderer = **made;
    const double t2 = wallMs();
    std::printf("%s; context %.1f ms, renderer %.1f ms\n", renderer.gpu().renderer.c_str(), t1 - t0, t2 - t1);
    auto target = OffscreenTarget::create((*context)->getProc(), width, height, PixelKind::Rgba8);
    if (!target) return std::puts(target.error().text().c_str()), 1;

    const auto paintColour = [](const sky::Dir&, sky::Cell c, int x, int y) {
        return test::SyntheticTiles::Colour{static_cast<uint8_t>(x), static_cast<uint8_t>(y), static_cast<uint8_t>(c.pix * 37), 255};
    };
    const auto paintValue = [](const sky::Dir&, sky::Cell c, int x, int y) {
        return static_cast<float>(x + y + static_cast<int>(c.pix % 7));
    };
    for (PixelKind kind : {PixelKind::Rgba8, PixelKind::Float32}) {
        // One painted tile stands for all: the cost is that of drawing.
        auto tiles = kind == PixelKind::Rgba8 ? test::SyntheticTiles(512, test::SyntheticTiles::PaintColour(paintColour))
                                              : test::SyntheticTiles(512, test::SyntheticTiles::PaintValue(paintValue));
        const TilePixels one = tiles.tile({3, 5});
        Look look;
        look.cutHi = 1000;
        look.stretch = Stretch::Asinh;
        look.map = ColourMap::Viridis;
        const uint32_t layer = kind == PixelKind::Rgba8 ? 1 : 2;
        for (sky::Proj proj : sky::kAllProjections) {
            for (double fov : {360.0, 60.0, 1.0}) {
                if (fov > sky::info(proj).maxFov.deg()) continue;
                sky::SkyView view = sky::SkyView().withSize(width, height).withProjection(proj).withFov(sky::Angle::deg(fov));
                view = view.lookingAt({sky::Angle::deg(266), sky::Angle::deg(-29), sky::Frame::Icrs});
                const int order = std::max(0, static_cast<int>(std::lround(std::log2(58.6 / 512 / view.pixelScale().deg()))));
                std::vector<TileDraw> draws;
                double upload = wallMs();
                for (const sky::Cell& cell : test::visibleCells(view, sky::Frame::Icrs, order, 16)) {
                    const TileId id{layer, cell};
                    if (!renderer.has(id)) renderer.upload(id, one);
                    draws.push_back({cell, id, id, 1});
                }
                upload = wallMs() - upload;
                double best = 1e9, sum = 0, cpu = 0, mesh = 0, first = 0;
                FrameStats stats;
                for (int i = 0; i < frames; ++i) {
                    const auto moved = view.lookingAt({sky::Angle::deg(266 + fov * 1e-4 * i), sky::Angle::deg(-29), sky::Frame::Icrs});
                    const double w = wallMs(), c = cpuMs();
                    renderer.begin(target.value()->frame(), moved);
                    renderer.drawTiles(sky::Frame::Icrs, draws, look);
                    stats = renderer.end();
                    renderer.readRgba(1, 1);
                    if (i == 0) first = wallMs() - w;
                    else {
                        sum += wallMs() - w;
                        cpu += cpuMs() - c;
                        mesh += stats.msMesh;
                        best = std::min(best, wallMs() - w);
                    }
                }
                const double n = frames - 1;
                std::printf("%s %-4s %5.0f deg: wall %5.1f (best %5.1f, first %5.1f) cpu %5.1f mesh %5.2f ms; %3d tiles %6d vertices %d draws; "
                            "uploads %.2f ms a tile\n",
                            kind == PixelKind::Rgba8 ? "rgba " : "float", sky::info(proj).code, fov, sum / n, best, first, cpu / n,
                            mesh / n, stats.tiles, stats.vertices, stats.drawCalls, upload / static_cast<double>(std::max<size_t>(draws.size(), 1)));
            }
        }
        renderer.forget(layer);
    }
}
