// What every part of a picture is told of the frame being drawn. Private to scene/. All pixels here are logical: view pixels.
#pragma once

#include <cstdint>
#include <vector>

#include "render/renderer.h"
#include "scene/document.h"
#include "scene/scene.h"
#include "sky/view.h"

namespace firmament::scene {

class TextCache;
class LabelPlacer;

struct CanvasColours {
    render::Rgba background{0x0A / 255.0f, 0x0C / 255.0f, 0x11 / 255.0f, 1};
    render::Rgba text{0xE8 / 255.0f, 0xEB / 255.0f, 0xF1 / 255.0f, 1};
    render::Rgba halo{0x06 / 255.0f, 0x08 / 255.0f, 0x0C / 255.0f, 0.85f};
    render::Rgba grid{0xBE / 255.0f, 0xCD / 255.0f, 0xE6 / 255.0f, 0.18f};
    render::Rgba accent{0x7D / 255.0f, 0xB8 / 255.0f, 1, 1};
    bool paper = false; ///< a chart on white: see scene/paper.h
    bool red = false;   ///< the finished picture is turned into shades of red (render::NightFilter)
    bool operator==(const CanvasColours&) const = default;
};

struct FrameInput {
    const sky::SkyView& view;
    const Document& document;
    PixelRect free;
    double scale = 1;           ///< physical pixels per logical one
    double nowMs = 0;
    double fadeMs = 220;        ///< 0: everything at once, no limits per frame
    double stillMs = 0;         ///< since the view last changed
    bool zoomed = false;        ///< the scale of the view differs from the last frame's
    CanvasColours colours;
    TextCache* text = nullptr;  ///< null: no text
    LabelPlacer* labels = nullptr;
    const std::vector<uint32_t>& cells; ///< order-3 cells (ICRS) that may be in view
    bool surveyBelow = true;    ///< some survey is drawn, so the sky is not black under the stars
    bool starsDrawn = false;    ///< the star layer is visible

    bool instant() const { return fadeMs <= 0; }
    bool body() const { return view.frame() == sky::Frame::Body; }
    double fovDeg() const { return view.fov().deg(); }
};

inline render::Rgba withAlpha(render::Rgba c, float alpha)
{
    c.a *= alpha;
    return c;
}
inline render::Rgba rgb(uint32_t hex, float alpha = 1)
{
    return {static_cast<float>((hex >> 16) & 255) / 255, static_cast<float>((hex >> 8) & 255) / 255,
            static_cast<float>(hex & 255) / 255, alpha};
}

/// Order-3 cells whose bounding cap meets that of the view.
std::vector<uint32_t> cellsInView(const sky::SkyView& view);

} // namespace firmament::scene
