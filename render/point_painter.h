// Stars, catalogue symbols and proper-motion vectors: projected on the GPU from integer unit vectors.
#pragma once

#include <map>
#include <memory>
#include <span>
#include <vector>

#include "render/frame_context.h"

namespace firmament::render {

class PointPainter {
public:
    explicit PointPainter(const Gl& gl);
    ~PointPainter();
    PointSet* make(std::span<const PointRecord> records, sky::Frame frame);
    void free(PointSet* set);
    void draw(FrameContext& frame, PointSet& set, std::span<const DrawRange> ranges, const PointStyle& style, double years);
    void drawVectors(FrameContext& frame, PointSet& set, std::span<const DrawRange> ranges, double yearsFrom, double yearsTo,
                     const PolylineStyle& style);
    void abandon();

private:
    struct Set;
    struct Program {
        GlProgram program;
        GLint centre, residual, toCamera, years, toClip, planeToPixel, style, gone, ink, feather, colour, width, dash, zMin, yMax;
    };
    Program* program(FrameContext& frame, const std::string& key, const std::string& defines, bool vectors);
    void setCamera(const FrameContext& frame, const Program& p, const Set& set);

    const Gl& gl_;
    std::vector<std::unique_ptr<Set>> sets_;
    std::map<std::string, Program> programs_;
    GlVertexArray array_;
    std::vector<GLint> firsts_;
    std::vector<GLsizei> counts_;
};

} // namespace firmament::render
