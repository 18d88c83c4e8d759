#include "render/night_filter.h"

#include "render/screen_filter.h"

namespace firmament::render {

namespace {

const char* const kFragment = R"(
uniform sampler2D uPicture;
uniform float uBrightness;
out vec4 oColour;
void main()
{
    vec3 c = texelFetch(uPicture, ivec2(gl_FragCoord.xy), 0).rgb;
    oColour = vec4(dot(c, vec3(0.2126, 0.7152, 0.0722)) * uBrightness * vec3(1.0, 0.10, 0.06), 1.0);
}
)";

} // namespace

struct NightFilter::Impl {
    explicit Impl(const Gl& functions) : gl(functions), filter(gl, kFragment) {}
    Gl gl;
    ScreenFilter filter;
};

NightFilter::NightFilter() = default;
NightFilter::~NightFilter() = default;

Expected<std::unique_ptr<NightFilter>> NightFilter::create(const GetProc& getProc)
{
    auto gl = loadGl(getProc);
    if (!gl) return gl.error();
    std::unique_ptr<NightFilter> self(new NightFilter);
    self->impl_ = std::make_unique<Impl>(*gl);
    return self;
}

void NightFilter::apply(const FrameTarget& target, double brightness)
{
    impl_->filter.apply(target, static_cast<float>(brightness));
}

void NightFilter::dropGpu()
{
    impl_->filter.forget();
}

} // namespace firmament::render
