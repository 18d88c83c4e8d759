// Labels and icons: one texture atlas, shelves of equal height, cleared when it is full of what is no longer used.
#pragma once

#include <span>
#include <unordered_map>
#include <vector>

#include "render/frame_context.h"

namespace firmament::render {

class BitmapPainter {
public:
    explicit BitmapPainter(const Gl& gl);
    void draw(FrameContext& frame, std::span<const BitmapDraw> bitmaps);
    void endFrame();
    void abandon();

private:
    struct Place {
        int x = 0, y = 0, width = 0, height = 0;
        uint64_t used = 0;
    };
    struct Shelf {
        int y = 0, height = 0, right = 0;
    };
    bool ready(FrameContext& frame);
    bool place(const BitmapDraw& draw, Place& out);
    const Place* find(const BitmapDraw& draw);
    void startOver(int size);

    const Gl& gl_;
    GlProgram program_;
    GLint toClip_ = -1;
    GlVertexArray array_;
    GlBuffer vertices_;
    GlTexture atlas_;
    int size_ = 0;
    std::unordered_map<uint64_t, Place> places_;
    std::vector<Shelf> shelves_;
    uint64_t frame_ = 1;
};

} // namespace firmament::render
