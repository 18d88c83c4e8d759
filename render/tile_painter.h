// Draws tiles of one layer: mesh, texture places, shader variants and look tables.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "render/frame_context.h"
#include "render/texture_store.h"
#include "render/tile_mesh.h"

namespace firmament::render {

class TilePainter {
public:
    explicit TilePainter(const Gl& gl);
    /// values: write values, not colours (Float32 tiles only).
    void draw(FrameContext& frame, TextureStore& store, sky::Frame skyFrame, std::span<const TileDraw> tiles, const Look& look,
              bool values);
    void abandon();

private:
    enum Variant : unsigned { kFloats = 1, kFade = 2, kSteep = 4, kAdjust = 8, kDifference = 16, kValues = 32 };
    struct Program {
        GlProgram program;
        GLint toClip, opacity, steep, oldSteep, cut, adjust;
    };
    struct Group {
        GLuint texture = 0, oldTexture = 0;
        PixelKind kind = PixelKind::Rgba8;
        bool fade = false;
        float steep = 1, oldSteep = 1;
        std::vector<float> vertices;
        std::vector<uint32_t> indices;
        bool same(const Group& o) const
        {
            return texture == o.texture && oldTexture == o.oldTexture && fade == o.fade && steep == o.steep && oldSteep == o.oldSteep;
        }
    };
    struct MapTable {
        Look look;
        GlTexture texture;
        uint64_t used = 0;
    };

    Program* program(FrameContext& frame, unsigned variant);
    GLuint mapTable(const Look& look);
    Group& groupFor(const Group& key);
    void drawGroup(FrameContext& frame, const Group& group, const Look& look, bool values);
    void copyBelow(FrameContext& frame);

    const Gl& gl_;
    TileMesher mesher_;
    std::vector<sky::Cell> cells_;
    std::vector<Group> groups_;
    size_t groupCount_ = 0;
    std::map<unsigned, Program> programs_;
    std::vector<MapTable> maps_;
    uint64_t draws_ = 0;
    GlVertexArray plain_, fading_;
    GlBuffer vertices_, indices_;
    GlTexture below_;
    GlFramebuffer belowFrame_;
    int belowWidth_ = 0, belowHeight_ = 0;
};

} // namespace firmament::render
