// Figures of the network layer on this machine, over loopback: requests a second, latency of answers from the disk.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "net_client.h"
#include "tests/support/loopback_server.h"

using namespace firmament;
using namespace firmament::net;
using namespace firmament::testing;
using SteadyTime = std::chrono::steady_clock;

namespace {

double milliseconds(SteadyTime::duration d) { return std::chrono::duration<double, std::milli>(d).count(); }

void transfers(const char* name, size_t bodyBytes, int count, bool cached)
{
    ScratchFolder folder;
    LoopbackServer server;
    server.setLogging(false);
    server.serve("/", std::string(bodyBytes, 'x'), "image/jpeg", {{"Cache-Control", "max-age=600"}});
    NetOptions options = quickOptions();
    if (cached) options.cacheFolder = folder.path();
    Client c(options);
    if (!c.get(server.url("/warm"))) return;
    const auto begun = SteadyTime::now();
    std::vector<Asked> all;
    for (int i = 0; i < count; ++i) all.push_back(c.ask(server.url("/" + std::to_string(i))));
    size_t next = 0;
    c.until([&] {
        while (next < all.size() && all[next].done()) ++next;
        return next == all.size();
    });
    const double took = milliseconds(SteadyTime::now() - begun);
    std::printf("%s: %d x %zu bytes in %.0f ms: %.0f requests/s, %.1f MB/s\n", name, count, bodyBytes, took, count / took * 1e3,
                static_cast<double>(bodyBytes) * count / took / 1e3);
}

void hits(size_t bodyBytes)
{
    ScratchFolder folder;
    LoopbackServer server;
    server.serve("/", std::string(bodyBytes, 'x'), "image/jpeg", {{"Cache-Control", "max-age=600"}});
    NetOptions options = quickOptions();
    options.cacheFolder = folder.path();
    Client c(options);
    for (int i = 0; i < 200; ++i)
        if (!c.get(server.url("/" + std::to_string(i)))) return;
    c.settle();
    std::vector<double> took;
    for (int round = 0; round < 5; ++round)
        for (int i = 0; i < 200; ++i) {
            const auto begun = SteadyTime::now();
            Asked a = c.ask(server.url("/" + std::to_string(i)));
            while (!a.done()) c.here.waitAndDrain(std::chrono::milliseconds(100));
            took.push_back(milliseconds(SteadyTime::now() - begun) * 1e3);
        }
    std::sort(took.begin(), took.end());
    std::printf("cache hit, %zu bytes: median %.0f us, p99 %.0f us (send to callback)\n", bodyBytes, took[took.size() / 2],
                took[took.size() * 99 / 100]);
    const auto begun = SteadyTime::now();
    std::vector<Asked> all;
    for (int i = 0; i < 2000; ++i) all.push_back(c.ask(server.url("/" + std::to_string(i % 200))));
    c.until([&] { return std::all_of(all.begin(), all.end(), [](const Asked& a) { return a.done(); }); });
    std::printf("cache hits together: %.0f/s\n", 2000 / milliseconds(SteadyTime::now() - begun) * 1e3);
}

} // namespace

int main()
{
    transfers("transfers", 200, 5000, false);
    transfers("transfers, kept on disk", 200, 5000, true);
    transfers("transfers of tiles, kept on disk", 50000, 1000, true);
    hits(200);
    hits(50000);
}
