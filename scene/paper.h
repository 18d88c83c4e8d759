// Charts on white: the colours of what lies on the sky, as dark ink; and letters for eyes at night. Any thread. Private to scene/.
#pragma once

#include "render/look.h"
#include "scene/frame.h"

namespace firmament::scene {

/// The ink for a colour that was chosen for a dark sky: of the overlay palette its fellow for paper, of any other the same hue,
/// dark enough to be read on white (7.5:1). The alpha stays.
render::Rgba onPaper(const render::Rgba& onSky);

/// The colour of letters that are `onSky` on a dark sky: ink on paper; at night so light that turned into red they have a contrast of
/// 4.5 with the black of the sky.
render::Rgba letterInk(const render::Rgba& onSky, const CanvasColours& colours);

/// Ground, text, outline and grid of a chart. The accent is that of `sky`, as ink.
CanvasColours paperColours(const CanvasColours& sky);

} // namespace firmament::scene
