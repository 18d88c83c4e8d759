// The rules of sampling that the GPU and the reference renderer share.
#pragma once

#include <algorithm>
#include <cmath>

#include "render/look.h"
#include "sky/view.h"

namespace firmament::render {

/// Large enough that clamp((f - 0.5) * k + 0.5, 0, 1) is a step: nearest neighbour.
inline constexpr double kNearest = 1e6;

/// Screen pixels that a texel of a tile of this order covers, at the centre of the view.
inline double texelPixels(const sky::SkyView& view, int order, int width, double scale)
{
    const double texel = std::sqrt(sky::kPi / 3) / (std::ldexp(1.0, order) * width);
    return texel / view.pixelScale().rad() * scale;
}

/// How steep the step between two texels is: 1 is plain bilinear up to 8 pixels a texel; from 16 on texels are flat squares
/// with edges one pixel soft; between, one grows out of the other so that nothing jumps.
inline double steepness(double pixelsPerTexel)
{
    if (pixelsPerTexel <= 8) return 1;
    const double w = std::min(1.0, (pixelsPerTexel - 8) / 8);
    return std::min(kNearest, std::exp2(w * std::log2(pixelsPerTexel)));
}
inline double steepness(Sampling sampling, double pixelsPerTexel)
{
    return sampling == Sampling::Nearest ? kNearest : steepness(pixelsPerTexel);
}

} // namespace firmament::render
