#include "render/line_painter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "render/shaders.h"

namespace firmament::render {

const char* const kLineVertex = R"(
uniform vec2 uToClip;
in vec2 aPos;
in vec4 aShape;
in vec4 aColour;
out vec4 vShape;
out vec4 vColour;
void main()
{
    gl_Position = vec4(aPos.x * uToClip.x - 1.0, 1.0 - aPos.y * uToClip.y, 0.0, 1.0);
    vShape = aShape;
    vColour = vec4(aColour.rgb * aColour.a, aColour.a);
}
)";

// Coverage by distance: from the middle of the line, and along it for dashes. uFeather: view pixels of one physical pixel.
const char* const kLineFragment = R"(
uniform float uFeather;
in vec4 vShape;
in vec4 vColour;
out vec4 oColour;
void main()
{
    float cover = clamp((vShape.y - abs(vShape.x)) / uFeather + 0.5, 0.0, 1.0);
    if (vShape.w > 0.0) {
        float place = abs(mod(vShape.z, 2.0 * vShape.w) - vShape.w);
        cover *= clamp((place - 0.5 * vShape.w) / uFeather + 0.5, 0.0, 1.0);
    }
    oColour = vColour * cover;
}
)";

LinePainter::LinePainter(const Gl& gl) : gl_(gl) {}

void LinePainter::abandon()
{
    program_.forget();
    array_.forget();
    vertices_.forget();
    indices_.forget();
}

bool LinePainter::ready(FrameContext& frame)
{
    if (program_) return true;
    auto made = makeProgram(gl_, "", kLineVertex, kLineFragment, {"aPos", "aShape", "aColour"});
    if (!made) {
        if (frame.trouble.empty()) frame.trouble = made.error().text();
        return false;
    }
    program_ = std::move(*made);
    toClip_ = uniform(gl_, program_, "uToClip");
    feather_ = uniform(gl_, program_, "uFeather");
    array_ = GlVertexArray::make(gl_);
    vertices_ = GlBuffer::make(gl_);
    indices_ = GlBuffer::make(gl_);
    return true;
}

void LinePainter::draw(FrameContext& frame, std::span<const Polyline> lines)
{
    vertexData_.clear();
    indexData_.clear();
    const auto feather = static_cast<float>(1 / frame.target.scale);
    for (const Polyline& line : lines)
        if (line.points.size() >= 2 && line.style.colour.a > 0 && line.style.width > 0) addLine(line, feather);
    flush(frame);
}

/// One strip a run, two vertices a point, mitred; where the corner is sharp the strip is cut and a bevel is put in between.
void LinePainter::addLine(const Polyline& line, float feather)
{
    const PolylineStyle& style = line.style;
    // Thinner than a pixel is a pixel, fainter.
    const float width = std::max(style.width, feather);
    const float alpha = style.colour.a * std::min(1.0f, style.width / width);
    const float half = width / 2, reach = half + feather;
    float along = 0;
    float lastX = 0, lastY = 0; // direction of the segment before
    bool open = false;
    const auto vertex = [&](float x, float y, float across) {
        vertexData_.push_back({x, y, across, half, along, style.dash, style.colour.r, style.colour.g, style.colour.b, alpha});
    };
    const auto join = [&] { // the last four vertices are a quad
        const auto n = static_cast<uint32_t>(vertexData_.size());
        for (uint32_t k : {4u, 3u, 2u, 3u, 1u, 2u}) indexData_.push_back(n - k);
    };
    const auto& points = line.points;
    for (size_t i = 0; i + 1 < points.size(); ++i) {
        const LineVertex& a = points[i];
        const LineVertex& b = points[i + 1];
        float dx = b.x - a.x, dy = b.y - a.y;
        const float length = std::hypot(dx, dy);
        if (!(length > 1e-4f) || !std::isfinite(length)) {
            if (!std::isfinite(length)) open = false;
            continue;
        }
        dx /= length;
        dy /= length;
        const float nx = -dy, ny = dx;
        if (open) {
            const float cosine = dx * lastX + dy * lastY;
            if (cosine > -0.3f) { // mitre: move the end of the last quad
                const float mx = nx - lastY, my = ny + lastX, grow = reach * 2 / (mx * mx + my * my);
                Vertex& left = vertexData_[vertexData_.size() - 2];
                Vertex& right = vertexData_[vertexData_.size() - 1];
                left.x = a.x + mx * grow;
                left.y = a.y + my * grow;
                right.x = a.x - mx * grow;
                right.y = a.y - my * grow;
            }
            else { // bevel: a quad from the old end to the new beginning, without length
                vertex(a.x + nx * reach, a.y + ny * reach, reach);
                vertex(a.x - nx * reach, a.y - ny * reach, -reach);
                join();
            }
        }
        else {
            vertex(a.x + nx * reach, a.y + ny * reach, reach);
            vertex(a.x - nx * reach, a.y - ny * reach, -reach);
        }
        along += length;
        vertex(b.x + nx * reach, b.y + ny * reach, reach);
        vertex(b.x - nx * reach, b.y - ny * reach, -reach);
        join();
        lastX = dx;
        lastY = dy;
        open = true;
    }
}

void LinePainter::drawTriangles(FrameContext& frame, std::span<const Triangle2d> triangles, const Rgba& colour)
{
    vertexData_.clear();
    indexData_.clear();
    for (const Triangle2d& t : triangles) {
        for (const LineVertex& p : {t.a, t.b, t.c}) {
            indexData_.push_back(static_cast<uint32_t>(vertexData_.size()));
            vertexData_.push_back({p.x, p.y, 0, 1e6f, 0, 0, colour.r, colour.g, colour.b, colour.a});
        }
    }
    flush(frame);
}

void LinePainter::softenEdge(FrameContext& frame, std::span<const LineVertex> outline, const Rgba& colour)
{
    vertexData_.clear();
    indexData_.clear();
    const auto pixel = static_cast<float>(1 / frame.target.scale);
    float area = 0;
    for (size_t i = 0; i < outline.size(); ++i) {
        const LineVertex &a = outline[i], &b = outline[(i + 1) % outline.size()];
        area += a.x * b.y - b.x * a.y;
    }
    const float turn = area > 0 ? pixel : -pixel;
    // Discs and ellipses are drawn with an overhang (tile_mesh); between HPX's teeth there is none, nor room for a wide band.
    const float outwards = frame.view.projection() == sky::Proj::Hpx ? 1 : std::max(1.0f, 0.75f / pixel);
    for (size_t i = 0; i < outline.size(); ++i) {
        const LineVertex &a = outline[i], &b = outline[(i + 1) % outline.size()];
        const float dx = b.x - a.x, dy = b.y - a.y, length = std::hypot(dx, dy);
        if (!(length > 0)) continue;
        const float nx = -dy / length * turn, ny = dx / length * turn; // one physical pixel inwards
        const auto base = static_cast<uint32_t>(vertexData_.size());
        const auto vertex = [&](const LineVertex& p, float inwards, float alpha) {
            vertexData_.push_back({p.x + nx * inwards, p.y + ny * inwards, 0, 1e6f, 0, 0, colour.r, colour.g, colour.b, alpha * colour.a});
        };
        for (const LineVertex* p : {&a, &b}) {
            vertex(*p, 1, 0);
            vertex(*p, 0, 1);
            vertex(*p, -outwards, 1);
        }
        for (uint32_t k : {0u, 1u, 3u, 1u, 4u, 3u, 1u, 2u, 4u, 2u, 5u, 4u}) indexData_.push_back(base + k);
    }
    flush(frame);
}

void LinePainter::flush(FrameContext& frame)
{
    if (indexData_.empty() || !ready(frame)) return;
    setBlend(gl_, Blend::Normal);
    gl_.UseProgram(program_.id());
    const Eigen::Vector2f clip = frame.toClip();
    gl_.Uniform2f(toClip_, clip.x(), clip.y());
    gl_.Uniform1f(feather_, static_cast<float>(1 / frame.target.scale));
    gl_.BindVertexArray(array_.id());
    gl_.BindBuffer(GL_ARRAY_BUFFER, vertices_.id());
    gl_.BindBuffer(GL_ELEMENT_ARRAY_BUFFER, indices_.id());
    gl_.BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(vertexData_.size() * sizeof(Vertex)), vertexData_.data(), GL_STREAM_DRAW);
    gl_.BufferData(GL_ELEMENT_ARRAY_BUFFER, static_cast<GLsizeiptr>(indexData_.size() * sizeof(uint32_t)), indexData_.data(),
                   GL_STREAM_DRAW);
    const auto at = [](size_t bytes) { return reinterpret_cast<const void*>(bytes); };
    const auto stride = static_cast<GLsizei>(sizeof(Vertex));
    gl_.EnableVertexAttribArray(0);
    gl_.VertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, stride, at(offsetof(Vertex, x)));
    gl_.EnableVertexAttribArray(1);
    gl_.VertexAttribPointer(1, 4, GL_FLOAT, GL_FALSE, stride, at(offsetof(Vertex, across)));
    gl_.EnableVertexAttribArray(2);
    gl_.VertexAttribPointer(2, 4, GL_FLOAT, GL_FALSE, stride, at(offsetof(Vertex, r)));
    gl_.DrawElements(GL_TRIANGLES, static_cast<GLsizei>(indexData_.size()), GL_UNSIGNED_INT, nullptr);
    ++frame.stats.drawCalls;
    frame.stats.vertices += static_cast<int>(vertexData_.size());
}

} // namespace firmament::render
