// Anti-aliased polylines and filled triangles in screen space.
#pragma once

#include <span>
#include <vector>

#include "render/frame_context.h"

namespace firmament::render {

class LinePainter {
public:
    explicit LinePainter(const Gl& gl);
    void draw(FrameContext& frame, std::span<const Polyline> lines);
    void drawTriangles(FrameContext& frame, std::span<const Triangle2d> triangles, const Rgba& colour);
    /// Lets the outermost pixel inside a closed outline fade into `colour`, so that a map's edge is smooth.
    void softenEdge(FrameContext& frame, std::span<const LineVertex> outline, const Rgba& colour);
    void abandon();

private:
    struct Vertex {
        float x, y;
        float across, half; ///< pixels from the middle of the line; half its width
        float along, dash;  ///< pixels from the start; 0: solid
        float r, g, b, a;   ///< straight
    };
    void addLine(const Polyline& line, float feather);
    void flush(FrameContext& frame);
    bool ready(FrameContext& frame);

    const Gl& gl_;
    GlProgram program_;
    GLint toClip_ = -1, feather_ = -1;
    GlVertexArray array_;
    GlBuffer vertices_, indices_;
    std::vector<Vertex> vertexData_;
    std::vector<uint32_t> indexData_;
};

} // namespace firmament::render
