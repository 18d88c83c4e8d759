#include "render/shaders.h"

namespace firmament::render {

// Vertex: pixel position; texture coordinates in texels of the slot (gutter included) divided by its side for colours, in texels
// for values; array layer. FADE adds the same of the older texture and the weight of the new one.
const char* const kTileVertex = R"(
uniform vec2 uToClip;
in vec2 aPos;
in vec3 aUv;
out vec2 vUv;
flat out float vLayer;
#ifdef FADE
in vec4 aOld;
out vec2 vOldUv;
flat out vec2 vOld;
#endif
void main()
{
    gl_Position = vec4(aPos.x * uToClip.x - 1.0, 1.0 - aPos.y * uToClip.y, 0.0, 1.0);
    vUv = aUv.xy;
    vLayer = aUv.z;
#ifdef FADE
    vOldUv = aOld.xy;
    vOld = aOld.zw;
#endif
}
)";

const char* const kTileFragment = R"(
uniform sampler2DArray uTile;
uniform float uOpacity;
in vec2 vUv;
flat in float vLayer;
out vec4 oColour;
#ifdef FADE
uniform sampler2DArray uOldTile;
in vec2 vOldUv;
flat in vec2 vOld;
#endif
#ifdef STEEP
uniform float uSteep;
uniform float uOldSteep;
#endif
#ifdef DIFFERENCE
uniform sampler2D uBelow;
#endif

#ifdef FLOATS
uniform sampler2D uMap;
uniform vec2 uCut; // scale, offset
#ifdef STEEP
#define WEIGHT(f, k) clamp(((f) - 0.5) * (k) + 0.5, 0.0, 1.0)
#else
#define WEIGHT(f, k) (f)
#endif
bool finite(float v) { return (floatBitsToUint(v) & 0x7fffffffu) < 0x7f800000u; }

// Bilinear over the finite ones of four texels; nothing where the nearest texel has no value.
float sampled(sampler2DArray tile, vec2 at, float layer, float steep, out bool some)
{
    vec2 p = at - 0.5;
    vec2 base = floor(p);
    vec2 f = p - base;
    vec2 w = WEIGHT(f, steep);
    ivec3 i = ivec3(ivec2(base), int(layer));
    float a = texelFetch(tile, i, 0).r;
    float b = texelFetch(tile, i + ivec3(1, 0, 0), 0).r;
    float c = texelFetch(tile, i + ivec3(0, 1, 0), 0).r;
    float d = texelFetch(tile, i + ivec3(1, 1, 0), 0).r;
    float wb = w.x * (1.0 - w.y), wc = (1.0 - w.x) * w.y, wd = w.x * w.y;
    float wa = 1.0 - wb - wc - wd;
    some = true;
    float all = a + b + c + d;
    if (!finite(all)) {
        bool fa = finite(a), fb = finite(b), fc = finite(c), fd = finite(d);
        some = f.x < 0.5 ? (f.y < 0.5 ? fa : fc) : (f.y < 0.5 ? fb : fd);
        if (!fa) { a = 0.0; wa = 0.0; }
        if (!fb) { b = 0.0; wb = 0.0; }
        if (!fc) { c = 0.0; wc = 0.0; }
        if (!fd) { d = 0.0; wd = 0.0; }
        float sum = wa + wb + wc + wd;
        return sum > 0.0 ? (a * wa + b * wb + c * wc + d * wd) / sum : 0.0;
    }
    // From the first texel, so that four equal values stay exactly what they are.
    return a + ((b - a) * wb + (c - a) * wc + (d - a) * wd);
}
#ifdef VALUES
vec4 look(float v, bool some) { return vec4(some ? v : uintBitsToFloat(0x7fc00000u), 0.0, 0.0, 1.0); }
#else
// The table holds stretch, gamma, inversion and colours; its steps are even in the square root, fine where stretches are steep.
vec4 look(float v, bool some)
{
    float t = sqrt(clamp(v * uCut.x + uCut.y, 0.0, 1.0));
    return some ? texelFetch(uMap, ivec2(int(t * 4095.0 + 0.5), 0), 0) : vec4(0.0);
}
#endif
vec4 tileColour(sampler2DArray tile, vec2 at, float layer, float steep)
{
    bool some;
    float v = sampled(tile, at, layer, steep, some);
    return look(v, some);
}
#else
#ifdef ADJUST
uniform vec2 uAdjust; // 1/gamma, inversion
// Gamma may stretch dark tones tenfold, and what lies between two texels has eight bits only where software filters: steps would show.
vec4 filtered(sampler2DArray tile, vec2 at, float layer)
{
    vec2 p = at * vec2(textureSize(tile, 0).xy) - 0.5;
    vec2 base = floor(p);
    vec2 f = p - base;
    ivec3 i = ivec3(ivec2(base), int(layer));
    vec4 low = mix(texelFetch(tile, i, 0), texelFetch(tile, i + ivec3(1, 0, 0), 0), f.x);
    vec4 high = mix(texelFetch(tile, i + ivec3(0, 1, 0), 0), texelFetch(tile, i + ivec3(1, 1, 0), 0), f.x);
    return mix(low, high, f.y);
}
#else
vec4 filtered(sampler2DArray tile, vec2 at, float layer) { return texture(tile, vec3(at, layer)); }
#endif
vec4 tileColour(sampler2DArray tile, vec2 at, float layer, float steep)
{
#ifdef STEEP
    vec2 side = vec2(textureSize(tile, 0).xy);
    vec2 p = at * side - 0.5;
    vec2 base = floor(p);
    at = (base + clamp((p - base - 0.5) * steep + 0.5, 0.0, 1.0) + 0.5) / side;
#endif
    vec4 c = filtered(tile, at, layer);
#ifdef ADJUST
    vec3 straight = c.a > 0.0 ? clamp(c.rgb / c.a, 0.0, 1.0) : vec3(0.0);
    straight = pow(straight, vec3(uAdjust.x));
    c.rgb = mix(straight, 1.0 - straight, uAdjust.y) * c.a;
#endif
    return c;
}
#endif

void main()
{
#ifdef STEEP
    float steep = uSteep, oldSteep = uOldSteep;
#else
    const float steep = 1.0, oldSteep = 1.0;
#endif
    vec4 c = tileColour(uTile, vUv, vLayer, steep);
#ifdef FADE
    c = mix(tileColour(uOldTile, vOldUv, vOld.x, oldSteep), c, vOld.y);
#endif
#ifndef VALUES
    c *= uOpacity;
#endif
#ifdef DIFFERENCE
    vec4 below = texelFetch(uBelow, ivec2(gl_FragCoord.xy), 0);
    vec3 straight = c.a > 0.0 ? c.rgb / c.a : vec3(0.0);
    c = vec4(abs(below.rgb - straight) * c.a, c.a);
#endif
    oColour = c;
}
)";

} // namespace firmament::render
