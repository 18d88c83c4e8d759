// Writes the HiPS tree of the default sky at build time:  firmament_make_sky SKY_FOLDER OUT_FOLDER [MAX_ORDER [THREADS]]
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "catalogs/star_hips.h"
#include "core/files.h"
#include "fits/moc_fits.h"
#include "hips/image_codec.h"

using namespace firmament;

namespace {

constexpr int kWidth = 512, kQuality = 90;

int fail(const std::string& why)
{
    std::fprintf(stderr, "firmament_make_sky: %s\n", why.c_str());
    return 1;
}

std::filesystem::path tilePath(const std::filesystem::path& out, int order, uint64_t pix)
{
    return out / ("Norder" + std::to_string(order)) / ("Dir" + std::to_string(pix / 10000 * 10000)) / ("Npix" + std::to_string(pix) + ".jpg");
}

std::string properties(int maxOrder)
{
    const double pixel = 58.6323 / (kWidth << maxOrder);
    return "creator_did          = ivo://firmament/P/default-sky\n"
           "obs_title            = Firmament default sky\n"
           "obs_description      = The sky painted from 603 418 stars to V 10.5, each with its own colour, over the diffuse light of the Milky Way.\n"
           "obs_copyright        = Stars: ESA Hipparcos, Tycho-2; Milky Way: A. Mellinger\n"
           "obs_ack              = Stars: ESA Hipparcos and Tycho-2 catalogues (ESA 1997; Hog et al. 2000), NOMAD. Milky Way panorama: Axel Mellinger.\n"
           "obs_regime           = Optical\n"
           "client_category      = Image/Optical\n"
           "dataproduct_type     = image\n"
           "dataproduct_subtype  = color\n"
           "hips_version         = 1.4\n"
           "hips_release_date    = 2026-01-01T00:00Z\n"
           "hips_status          = public master clonable\n"
           "hips_builder         = firmament_make_sky\n"
           "hips_frame           = equatorial\n"
           "hips_order           = " + std::to_string(maxOrder) + "\n"
           "hips_order_min       = 0\n"
           "hips_tile_width      = " + std::to_string(kWidth) + "\n"
           "hips_tile_format     = jpeg\n"
           "hips_pixel_scale     = " + std::to_string(pixel) + "\n"
           "hips_initial_ra      = 270.9\n"
           "hips_initial_dec     = -24.4\n"
           "hips_initial_fov     = 96\n"
           "moc_sky_fraction     = 1\n"
           "t_min                = 51544.5\n"
           "t_max                = 51544.5\n";
}

/// All tiles of one order, by several threads; the first trouble ends it.
std::string writeOrder(const catalogs::StarPainter& painter, const std::filesystem::path& out, int order, unsigned threads)
{
    const catalogs::StarPainter::Plan plan(painter, order, kWidth);
    const uint64_t count = uint64_t{12} << (2 * order);
    std::atomic<uint64_t> next{0};
    std::mutex mutex;
    std::string trouble;
    const auto work = [&] {
        for (uint64_t pix = next++; pix < count; pix = next++) {
            const auto rgba = plan.tile(pix);
            std::string why;
            if (const auto jpeg = hips::encodeJpeg(rgba.data(), kWidth, kWidth, kQuality, hips::AlphaKind::Ignore); !jpeg) {
                why = jpeg.error().text();
            } else {
                std::ofstream file(tilePath(out, order, pix), std::ios::binary);
                file.write(reinterpret_cast<const char*>(jpeg->data()), static_cast<std::streamsize>(jpeg->size()));
                if (!file.flush()) why = tilePath(out, order, pix).string() + ": cannot be written";
            }
            if (why.empty()) continue;
            const std::lock_guard lock(mutex);
            trouble = why;
            next = count;
        }
    };
    std::vector<std::thread> pool;
    for (unsigned i = 1; i < threads; ++i) pool.emplace_back(work);
    work();
    for (auto& t : pool) t.join();
    return trouble;
}

} // namespace

int main(int argc, char** argv)
{
    if (argc < 3) return fail("usage: firmament_make_sky SKY_FOLDER OUT_FOLDER [MAX_ORDER [THREADS]]");
    const std::filesystem::path from = argv[1], out = argv[2];
    const int maxOrder = argc > 3 ? std::clamp(std::atoi(argv[3]), 0, 3) : 3;
    const unsigned threads = argc > 4 ? static_cast<unsigned>(std::clamp(std::atoi(argv[4]), 1, 64)) : 2;

    const auto sky = catalogs::SkyData::load(from);
    if (!sky) return fail(sky.error().text());
    if (!(*sky)->starsIntact()) return fail((from / "stars.bin").string() + ": the checksum is wrong");
    const auto png = readFile(from / "diffuse.png");
    if (!png) return fail(png.error().text());
    const auto picture = hips::decodeImage(*png);
    if (!picture) return fail("diffuse.png: " + picture.error().text());
    auto diffuse = catalogs::DiffuseMap::fromMosaic(picture->data(), picture->width, picture->height);
    if (!diffuse) return fail(diffuse.error().text());
    const catalogs::StarPainter painter(**sky, std::move(*diffuse));

    std::error_code error;
    std::filesystem::remove_all(out, error);
    for (int order = 0; order <= maxOrder; ++order) {
        std::filesystem::create_directories(tilePath(out, order, 0).parent_path(), error);
        if (const auto why = writeOrder(painter, out, order, threads); !why.empty()) return fail(why);
    }
    if (const auto ok = writeFileWhole(out / "Moc.fits", fits::writeMocFits(sky::Moc::all(), "C")); !ok) return fail(ok.error().text());
    // The properties come last: a tree that has them is whole.
    if (const auto ok = writeFileWhole(out / "properties", asBytes(properties(maxOrder))); !ok) return fail(ok.error().text());
    return 0;
}
