// Pictures laid over a finished frame, pixel for pixel: what a toolkit painted by itself (panels, cards). A picture is uploaded
// when it changed, and only the part that did. One thread, context current.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "core/result.h"
#include "render/gl_context.h"
#include "render/renderer.h"

namespace firmament::render {

struct PixelBox {
    int x = 0, y = 0, width = 0, height = 0;
    bool empty() const { return width <= 0 || height <= 0; }
};

/// Premultiplied BGRA of 8 bits each, top row first (QImage::Format_ARGB32_Premultiplied on little-endian machines).
struct OverlayImage {
    uint64_t key = 0;             ///< the same picture keeps its key
    int x = 0, y = 0;             ///< top left in the target, physical pixels; may lie outside
    int width = 0, height = 0;
    const uint8_t* bits = nullptr; ///< borrowed for the call
    int bytesPerLine = 0;         ///< a multiple of 4
    PixelBox changed;             ///< since the last draw; empty: nothing. A new key or size uploads everything
};

class ImageOverlay {
public:
    static Expected<std::unique_ptr<ImageOverlay>> create(const GetProc& getProc);
    ~ImageOverlay();
    /// Bottom first. Textures of keys that are not in `images` are deleted.
    void draw(const FrameTarget& target, std::span<const OverlayImage> images);
    size_t textureBytes() const;
    /// The context is gone: forget all names. (The destructor deletes them, with the context current.)
    void dropGpu();

private:
    ImageOverlay();
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

} // namespace firmament::render
