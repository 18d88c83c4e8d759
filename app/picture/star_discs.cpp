#include <algorithm>

#include "app/picture/picture.h"

namespace firmament::picture {

namespace {

render::Rgba whiter(const render::Rgba& c, float white, float alpha)
{
    return {c.r + (1 - c.r) * white, c.g + (1 - c.g) * white, c.b + (1 - c.b) * white, c.a * alpha};
}

} // namespace

/// After the fragment shader of a star: the core's edge runs smoothly from `inner` to `outer`, so discs at sixths of it, each
/// bringing the sum of the opacities to the next sixth.
std::vector<StarDisc> starDiscs(const render::PlacedPoint& star)
{
    if (!star.soft) return {{star.radius, star.colour}};
    const double r = star.radius, inner = std::max(0.0, 0.45 * r - 0.35), outer = 0.85 * r + 0.5;
    const auto edge = [&](double part) { return inner + (outer - inner) * part; };
    std::vector<StarDisc> discs;
    if (r > 2.5) { // the glow
        const float large = static_cast<float>(std::clamp((r - 1.5) / 3.5, 0.0, 1.0));
        discs.push_back({1.3 * r, whiter(star.colour, 0, 0.06f * large)});
        discs.push_back({1.05 * r, whiter(star.colour, 0, 0.12f * large)});
    }
    if (r > 1.4) {
        discs.push_back({edge(5.0 / 6), whiter(star.colour, 0.4f, 0.2f)});
        discs.push_back({edge(0.5), whiter(star.colour, 0.45f, 0.375f)});
        discs.push_back({edge(1.0 / 6), whiter(star.colour, r > 3 ? 0.7f : 0.45f, 0.8f)});
    } else { // a dot of two or three pixels: one edge is enough
        discs.push_back({edge(0.7), whiter(star.colour, 0.4f, 0.4f)});
        discs.push_back({edge(0.35), whiter(star.colour, 0.4f, 0.75f)});
    }
    return discs;
}

} // namespace firmament::picture
