// Text as bitmaps by Qt's text engine, for the window and, without a display, for `render`.
#pragma once

#include <memory>
#include <string>

#include "scene/label_source.h"

namespace firmament::text {

/// One thread (ui). Keeps what it drew (bounded), so asking again is cheap. Makes a QGuiApplication of its own, on the
/// offscreen platform, when there is none yet at the first text: a program that draws no text pays nothing.
class QtLabelSource final : public scene::LabelSource {
public:
    QtLabelSource();
    ~QtLabelSource() override;
    scene::TextBitmap text(const std::string& utf8, const scene::TextStyle& style, double scale) override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::text
