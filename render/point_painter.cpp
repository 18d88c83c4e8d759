#include "render/point_painter.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "render/shaders.h"

namespace firmament::render {

struct PointPainter::Set final : PointSet {
    GlBuffer buffer;
    size_t count = 0;
    sky::Frame frame = sky::Frame::Icrs;
    bool valid() const override { return static_cast<bool>(buffer) || count == 0; }
    size_t size() const override { return count; }
};

PointPainter::PointPainter(const Gl& gl) : gl_(gl) {}
PointPainter::~PointPainter() = default;

PointSet* PointPainter::make(std::span<const PointRecord> records, sky::Frame frame)
{
    auto set = std::make_unique<Set>();
    set->count = records.size();
    set->frame = frame;
    if (!records.empty()) {
        set->buffer = GlBuffer::make(gl_);
        gl_.BindBuffer(GL_ARRAY_BUFFER, set->buffer.id());
        gl_.BufferData(GL_ARRAY_BUFFER, static_cast<GLsizeiptr>(records.size_bytes()), records.data(), GL_STATIC_DRAW);
    }
    sets_.push_back(std::move(set));
    return sets_.back().get();
}

void PointPainter::free(PointSet* set)
{
    std::erase_if(sets_, [set](const auto& s) { return s.get() == set; });
}

void PointPainter::abandon()
{
    for (auto& s : sets_) s->buffer.forget();
    for (auto& [key, p] : programs_) p.program.forget();
    programs_.clear();
    array_.forget();
}

PointPainter::Program* PointPainter::program(FrameContext& frame, const std::string& key, const std::string& defines, bool vectors)
{
    if (const auto it = programs_.find(key); it != programs_.end()) return it->second.program ? &it->second : nullptr;
    Program& p = programs_[key];
    const std::string vertex = std::string(kProjectFunction) + (vectors ? kVectorVertex : kPointVertex);
    auto made = makeProgram(gl_, defines, vertex.c_str(), vectors ? kLineFragment : kPointFragment,
                            {"aPosition", "aMotion", "aColour", "aSize"});
    if (!made) {
        if (frame.trouble.empty()) frame.trouble = made.error().text();
        return nullptr;
    }
    p.program = std::move(*made);
    p.centre = uniform(gl_, p.program, "uCentre");
    p.residual = uniform(gl_, p.program, "uResidual");
    p.toCamera = uniform(gl_, p.program, "uToCamera");
    p.years = uniform(gl_, p.program, "uYears");
    p.toClip = uniform(gl_, p.program, "uToClip");
    p.planeToPixel = uniform(gl_, p.program, "uPlaneToPixel");
    p.style = uniform(gl_, p.program, "uStyle");
    p.gone = uniform(gl_, p.program, "uGone");
    p.ink = uniform(gl_, p.program, "uInk");
    p.feather = uniform(gl_, p.program, "uFeather");
    p.colour = uniform(gl_, p.program, "uColour");
    p.width = uniform(gl_, p.program, "uLine");
    p.zMin = uniform(gl_, p.program, "uZMin");
    p.yMax = uniform(gl_, p.program, "uYMax");
    return &p;
}

void PointPainter::setCamera(const FrameContext& frame, const Program& p, const Set& set)
{
    const sky::SkyView& view = frame.view;
    const Eigen::Matrix3d toCamera = view.worldToCamera(set.frame);
    const sky::Dir centre = toCamera.row(2).transpose(); // what is mapped to (0, 0, 1)
    std::array<GLint, 3> rounded{};
    Eigen::Vector3f residual;
    constexpr double kUnit = 1073741824.0;
    for (int i = 0; i < 3; ++i) {
        // One short of the full range, so that the difference of opposite axes still fits 32 bits.
        const double v = std::clamp(std::round(centre[i] * kUnit), -kUnit + 1, kUnit - 1);
        rounded[static_cast<size_t>(i)] = static_cast<GLint>(v);
        residual[i] = static_cast<float>(v / kUnit - centre[i]);
    }
    const Eigen::Matrix3f matrix = toCamera.cast<float>();
    gl_.Uniform3i(p.centre, rounded[0], rounded[1], rounded[2]);
    gl_.Uniform3f(p.residual, residual.x(), residual.y(), residual.z());
    gl_.UniformMatrix3fv(p.toCamera, 1, GL_FALSE, matrix.data());
    const double unit = view.planePerPixel();
    const Eigen::Vector2d origin = view.pixelOfPlane({0, 0});
    const double right = view.pixelOfPlane({unit, 0}).x() - origin.x(), down = view.pixelOfPlane({0, unit}).y() - origin.y();
    gl_.Uniform2f(p.planeToPixel, static_cast<float>(right / unit), static_cast<float>(down / unit));
    const Eigen::Vector2f clip = frame.toClip();
    gl_.Uniform2f(p.toClip, clip.x(), clip.y());
    const sky::ProjInfo& info = sky::info(view.projection());
    gl_.Uniform1f(p.zMin, info.zenithal ? static_cast<float>(std::max(info.zMin, -1.0)) : -2.0f);
    gl_.Uniform1f(p.yMax, info.thetaMax < sky::kPi / 2 - 1e-9 ? static_cast<float>(std::sin(info.thetaMax)) : 2.0f);
}

void PointPainter::draw(FrameContext& frame, PointSet& points, std::span<const DrawRange> ranges, const PointStyle& style,
                        double years)
{
    auto& set = static_cast<Set&>(points);
    if (!set.buffer || set.count == 0) return;
    firsts_.clear();
    counts_.clear();
    for (const DrawRange& r : ranges) {
        if (r.first >= set.count || r.count == 0) continue;
        firsts_.push_back(static_cast<GLint>(r.first));
        counts_.push_back(static_cast<GLsizei>(std::min<size_t>(r.count, set.count - r.first)));
        frame.stats.points += counts_.back();
    }
    if (firsts_.empty()) return;
    const bool star = style.symbol == Symbol::Disc, halo = style.halo && !star;
    std::string defines = "#define PROJECTION " + std::to_string(static_cast<int>(frame.view.projection())) + "\n#define SYMBOL " +
                          std::to_string(static_cast<int>(style.symbol)) + "\n#define MARGIN " + (halo ? "4.0" : "2.0") + "\n#define SPREAD " + (star ? "1.7" : "1.0") + "\n";
    if (halo) defines += "#define HALO\n";
    const Program* p = program(frame, defines, defines, false);
    if (!p) return;
    setBlend(gl_, star ? Blend::Screen : Blend::Normal);
    gl_.UseProgram(p->program.id());
    setCamera(frame, *p, set);
    const auto scale = static_cast<float>(frame.target.scale);
    gl_.Uniform1f(p->years, static_cast<float>(years));
    gl_.Uniform4f(p->style, style.scale, style.opacity, style.minSize, scale);
    gl_.Uniform1f(p->gone, style.goneSize);
    const Rgba ink = style.colour.value_or(Rgba{0, 0, 0, 0});
    gl_.Uniform4f(p->ink, ink.r, ink.g, ink.b, style.colour ? 1.f : 0.f);
    gl_.Uniform1f(p->feather, 1.5f * scale);
    if (!array_) array_ = GlVertexArray::make(gl_);
    gl_.BindVertexArray(array_.id());
    gl_.BindBuffer(GL_ARRAY_BUFFER, set.buffer.id());
    const auto at = [](size_t bytes) { return reinterpret_cast<const void*>(bytes); };
    const auto stride = static_cast<GLsizei>(sizeof(PointRecord));
    for (GLuint i = 0; i < 4; ++i) {
        gl_.EnableVertexAttribArray(i);
        gl_.VertexAttribDivisor(i, 0);
    }
    gl_.VertexAttribIPointer(0, 3, GL_INT, stride, at(offsetof(PointRecord, x)));
    gl_.VertexAttribPointer(1, 3, GL_FLOAT, GL_FALSE, stride, at(offsetof(PointRecord, mx)));
    gl_.VertexAttribPointer(2, 4, GL_UNSIGNED_BYTE, GL_TRUE, stride, at(offsetof(PointRecord, r)));
    gl_.VertexAttribPointer(3, 1, GL_FLOAT, GL_FALSE, stride, at(offsetof(PointRecord, size)));
    gl_.MultiDrawArrays(GL_POINTS, firsts_.data(), counts_.data(), static_cast<GLsizei>(firsts_.size()));
    ++frame.stats.drawCalls;
}

void PointPainter::drawVectors(FrameContext& frame, PointSet& points, std::span<const DrawRange> ranges, double yearsFrom,
                               double yearsTo, const PolylineStyle& style)
{
    auto& set = static_cast<Set&>(points);
    if (!set.buffer || set.count == 0 || yearsFrom == yearsTo) return;
    const std::string defines = "#define PROJECTION " + std::to_string(static_cast<int>(frame.view.projection())) + "\n";
    const Program* p = program(frame, defines + "vectors", defines, true);
    if (!p) return;
    setBlend(gl_, Blend::Normal);
    gl_.UseProgram(p->program.id());
    setCamera(frame, *p, set);
    gl_.Uniform2f(p->years, static_cast<float>(yearsFrom), static_cast<float>(yearsTo));
    const auto feather = static_cast<float>(1 / frame.target.scale);
    gl_.Uniform4f(p->colour, style.colour.r, style.colour.g, style.colour.b, style.colour.a);
    gl_.Uniform3f(p->width, std::max(style.width, feather), style.dash, feather);
    gl_.Uniform1f(p->feather, feather);
    if (!array_) array_ = GlVertexArray::make(gl_);
    gl_.BindVertexArray(array_.id());
    gl_.BindBuffer(GL_ARRAY_BUFFER, set.buffer.id());
    const auto stride = static_cast<GLsizei>(sizeof(PointRecord));
    for (GLuint i = 0; i < 2; ++i) {
        gl_.EnableVertexAttribArray(i);
        gl_.VertexAttribDivisor(i, 1);
    }
    for (const DrawRange& r : ranges) {
        if (r.first >= set.count || r.count == 0) continue;
        // GL 3.3 has no base instance: the pointers move instead.
        const size_t base = r.first * sizeof(PointRecord);
        const auto at = [base](size_t bytes) { return reinterpret_cast<const void*>(base + bytes); };
        gl_.VertexAttribIPointer(0, 3, GL_INT, stride, at(offsetof(PointRecord, x)));
        gl_.VertexAttribPointer(1, 3, GL_FLOAT, GL_FALSE, stride, at(offsetof(PointRecord, mx)));
        const auto count = static_cast<GLsizei>(std::min<size_t>(r.count, set.count - r.first));
        gl_.DrawArraysInstanced(GL_TRIANGLE_STRIP, 0, 4, count);
        ++frame.stats.drawCalls;
    }
    for (GLuint i = 0; i < 2; ++i) gl_.VertexAttribDivisor(i, 0);
}

} // namespace firmament::render
