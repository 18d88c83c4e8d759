#include "scene/sheets.h"

#include <algorithm>
#include <cmath>

namespace firmament::scene {

namespace {

constexpr double kSmallestPane = 32;

Sheets oneSheet(const Document& d, const PixelRect& free, std::vector<Pass> passes)
{
    const PixelRect all{0, 0, static_cast<double>(d.view.width()), static_cast<double>(d.view.height())};
    Sheet sheet;
    sheet.place = all;
    sheet.free = free;
    sheet.passes = std::move(passes);
    return {d.view, {std::move(sheet)}};
}

} // namespace

std::vector<PaneFrame> paneFrames(const PixelRect& free, size_t count)
{
    const size_t rows = std::max<size_t>(count / 2, 1);
    // Whole pixels, and the same size for all: then they show the same place to the pixel.
    const double w = std::max(kSmallestPane, std::floor((free.w - kPaneGap) / 2));
    const double h = std::max(kSmallestPane + kPaneTitle, std::floor((free.h - kPaneGap * static_cast<double>(rows - 1)) / static_cast<double>(rows)));
    std::vector<PaneFrame> frames;
    for (size_t i = 0; i < count; ++i) {
        const size_t column = i % 2, row = i / 2;
        const double x = std::round(free.x) + static_cast<double>(column) * (w + kPaneGap), y = std::round(free.y) + static_cast<double>(row) * (h + kPaneGap);
        frames.push_back({{x, y, w, h}, {x, y, w, kPaneTitle}, {x, y + kPaneTitle, w, h - kPaneTitle}});
    }
    return frames;
}

double dividerX(const CompareState& compare, const PixelRect& free)
{
    return std::round(free.x + std::clamp(compare.divider, kDividerLow, kDividerHigh) * free.w);
}

Sheets sheetsOf(const Document& d, const PixelRect& free, bool blinkBelow)
{
    const double width = d.view.width(), height = d.view.height();
    const PixelRect all{0, 0, width, height};
    if (const size_t count = paneCount(d); count > 1) {
        const auto frames = paneFrames(free, count);
        Sheets out;
        out.view = d.view.resizedKeepingScale(static_cast<int>(frames[0].sky.w), static_cast<int>(frames[0].sky.h));
        for (size_t i = 0; i < count; ++i) {
            Sheet sheet;
            sheet.place = frames[i].sky;
            sheet.free = {0, 0, frames[i].sky.w, frames[i].sky.h};
            sheet.pane = i;
            sheet.compass = i + 2 == count; // at the lower left and the lower right
            sheet.credits = i + 1 == count;
            sheet.passes.push_back({&stackOf(d, i), 0, frames[i].sky, true});
            out.sheets.push_back(std::move(sheet));
        }
        return out;
    }
    const LayerId upper = comparedPair(d).upper;
    if (d.compare.mode == CompareMode::Blink && upper != 0)
        return oneSheet(d, free, {{&d.layers, 0, all, !blinkBelow}, {&d.layers, upper, all, blinkBelow}});
    if (d.compare.mode == CompareMode::Swipe && upper != 0) {
        const double x = std::clamp(dividerX(d.compare, free), 0.0, width);
        return oneSheet(d, free, {{&d.layers, 0, {0, 0, x, height}, true}, {&d.layers, upper, {x, 0, width - x, height}, true}});
    }
    return oneSheet(d, free, {{&d.layers, 0, all, true}});
}

} // namespace firmament::scene
