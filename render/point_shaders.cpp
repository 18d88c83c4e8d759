#include "render/shaders.h"

namespace firmament::render {

// The view's centre is taken off in integers (exact; forgetting it costs 20 mas, architecture 5.2), so that what is left
// keeps its digits in float. Projections as sky/projection.h; asin is avoided because drivers approximate it coarsely near 0.
const char* const kProjectFunction = R"(
uniform ivec3 uCentre;      // of the view, unit vector x 2^30
uniform vec3 uResidual;     // rounding of uCentre
uniform mat3 uToCamera;
uniform vec2 uPlaneToPixel; // view pixels per plane unit
uniform vec2 uToClip;
uniform float uZMin;
uniform float uYMax;
const float PI = 3.14159265358979;

// False: no image. plane: plane coordinates.
bool projected(ivec3 position, vec3 motion, float years, out vec2 plane)
{
    vec3 d = vec3(position - uCentre) * (1.0 / 1073741824.0) + uResidual + motion * years;
    vec3 c = uToCamera * d + vec3(0.0, 0.0, 1.0);
    float r = length(c);
    plane = vec2(0.0);
    if (c.z < uZMin * r || abs(c.y) > uYMax * r) return false;
#if PROJECTION == 0
    plane = c.xy / c.z;
#elif PROJECTION == 1
    plane = c.xy / r;
#elif PROJECTION == 2
    plane = c.xy * (2.0 / (r + c.z));
#elif PROJECTION == 3
    plane = c.xy * sqrt(2.0 / (r * max(r + c.z, 1e-12)));
#elif PROJECTION == 4
    float rho = length(c.xy);
    plane = c.xy * (rho > 1e-6 * r ? atan(rho, c.z) / rho : 1.0 / r);
#else
    float level = length(c.xz); // r cos(theta)
    float phi = atan(c.x, c.z);
#if PROJECTION == 5
    float cosHalf = sqrt(max(0.5 * (1.0 + c.z / max(level, 1e-20)), 0.0));
    float sinHalf = cosHalf > 0.1 ? c.x / (2.0 * max(level, 1e-20) * cosHalf) : sin(0.5 * phi);
    float g = sqrt(2.0 / (1.0 + level / r * cosHalf));
    plane = vec2(2.0 * g * level * sinHalf, g * c.y) / r;
#elif PROJECTION == 6
    float s = PI * c.y / r;
    float polar = 0.5 * PI - atan(abs(c.y), level);
    float a = polar > 0.3 ? s * 0.25 * (1.0 + 0.02 * s * s) : sign(c.y) * (0.5 * PI - pow(0.375 * PI * polar * polar, 1.0 / 3.0));
    for (int i = 0; i < 6; ++i) a -= (2.0 * a + sin(2.0 * a) - s) / max(2.0 + 2.0 * cos(2.0 * a), 1e-6);
    a = clamp(a, -0.5 * PI, 0.5 * PI);
    plane = vec2(2.0 * sqrt(2.0) / PI * phi * cos(a), sqrt(2.0) * sin(a));
#elif PROJECTION == 7
    plane = vec2(phi, atan(c.y, level));
#elif PROJECTION == 8
    float s = c.y / r, q = s * s;
    float y = abs(s) < 0.2 ? s * (1.0 + q * (1.0 / 3.0 + q * (0.2 + q * (1.0 / 7.0 + q / 9.0)))) : 0.5 * log((1.0 + s) / (1.0 - s));
    plane = vec2(phi, y);
#else
    float z = c.y / r;
    if (abs(z) <= 2.0 / 3.0) plane = vec2(phi, 0.375 * PI * z);
    else {
        // 1 - |z| without cancellation.
        float sigma = sqrt(3.0 * level * level / (r * (r + abs(c.y))));
        float middle = (floor(clamp(phi / (0.5 * PI), -2.0, 1.9999)) + 0.5) * 0.5 * PI;
        plane = vec2(middle + (phi - middle) * sigma, sign(z) * 0.25 * PI * (2.0 - sigma));
    }
#endif
#endif
    return true;
}
)";

const char* const kPointVertex = R"(
uniform float uYears;
uniform vec4 uStyle; // scale, opacity, least size, physical pixels per view pixel
uniform float uGone; // size of which nothing is left
uniform vec4 uInk;   // instead of the records' colours where its alpha is 1
in ivec3 aPosition;
in vec3 aMotion;
in vec4 aColour;
in float aSize;
out vec4 vColour;
flat out vec2 vSize; // side of the sprite, radius of the symbol; physical pixels
void main()
{
    vec2 plane;
    vColour = vec4(0.0);
    vSize = vec2(1.0);
    gl_PointSize = 1.0;
    if (!projected(aPosition, aMotion, uYears, plane)) {
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        return;
    }
    gl_Position = vec4(plane * uPlaneToPixel * uToClip * vec2(1.0, -1.0), 0.0, 1.0);
    float size = aSize * uStyle.x;
    float fade = 1.0;
    if (size < uStyle.z) {
        fade = clamp((size - uGone) / (uStyle.z - uGone), 0.0, 1.0);
        size = uStyle.z;
    }
    size *= uStyle.w;
    // Less than a pixel across: a pixel, fainter, so that it does not flicker.
    if (size < 1.0) {
        fade *= size * size;
        size = 1.0;
    }
    float side = SPREAD * size + MARGIN;
    gl_PointSize = side;
    vSize = vec2(side, 0.5 * size);
    float alpha = aColour.a * uStyle.y * fade;
    vColour = vec4(mix(aColour.rgb, uInk.rgb, uInk.a), alpha);
}
)";

// SYMBOL as render::Symbol. d: distance from the shape's edge in pixels, negative inside; outlines are LINE pixels wide.
const char* const kPointFragment = R"(
uniform float uFeather; // width of outlines, physical pixels
in vec4 vColour;
flat in vec2 vSize;
out vec4 oColour;
float ngon(vec2 p, float n, float r)
{
    float sector = 6.28318530718 / n;
    float turn = atan(p.x, -p.y);
    turn -= sector * floor(turn / sector + 0.5);
    return length(p) * cos(turn) - r * cos(0.5 * sector);
}
void main()
{
    vec2 p = (gl_PointCoord - 0.5) * vSize.x;
    float r = vSize.y, l = length(p), w = 0.5 * uFeather;
#if SYMBOL == 0
    // A star: a core nearly white, and around larger ones a glow in the star's own colour. Laid on by the screen rule, so that it
    // only ever brightens what is below.
    float t = l / r, large = smoothstep(1.5, 5.0, r);
    float core = 1.0 - smoothstep(0.45 * r - 0.35, 0.85 * r + 0.5, l);
    float glow = 0.55 * large * exp(-2.0 * t * t) * (1.0 - smoothstep(0.6, 1.0, 2.0 * l / vSize.x));
    vec3 inner = mix(vColour.rgb, vec3(1.0), 0.4 + 0.4 * large * exp(-3.0 * t * t));
    oColour = vec4(inner * core + vColour.rgb * glow * (1.0 - core), core + glow * (1.0 - core)) * vColour.a;
#else
#if SYMBOL == 1
    float d = abs(l - r + w) - w;
#elif SYMBOL == 2
    float d = abs(max(abs(p.x), abs(p.y)) - r * 0.88 + w) - w;
#elif SYMBOL == 3
    float d = abs(ngon(vec2(p.x, -p.y), 3.0, r) + w) - w;
#elif SYMBOL == 4
    float d = abs((abs(p.x) + abs(p.y) - r) * 0.7071 + w) - w;
#elif SYMBOL == 5
    vec2 q = vec2(p.x + p.y, p.x - p.y) * 0.7071;
    float d = max(min(abs(q.x), abs(q.y)) - w, l - r);
#elif SYMBOL == 6
    float d = max(min(abs(p.x), abs(p.y)) - w, l - r);
#elif SYMBOL == 7
    float d = abs(ngon(p, 6.0, r) + w) - w;
#elif SYMBOL == 8
    float d = abs(ngon(p, 3.0, r) + w) - w;
#elif SYMBOL == 9
    // Five points: the edge runs from a tip at r to a notch at 0.45 r.
    float turn = atan(p.x, -p.y), fifth = 1.25663706144;
    turn = abs(turn - fifth * floor(turn / fifth + 0.5));
    vec2 q = l * vec2(sin(turn), cos(turn)), tip = vec2(0.0, r), notch = 0.45 * r * vec2(0.58778525, 0.80901699);
    vec2 e = normalize(notch - tip);
    float d = dot(q - tip, vec2(-e.y, e.x)) * (e.x > 0.0 ? 1.0 : -1.0);
#elif SYMBOL == 10
    float d = abs(l - r + 2.0 * w) - 2.0 * w;
#else
    float d = l - r;
#endif
    float cover = clamp(0.5 - d, 0.0, 1.0);
#ifdef HALO
    float halo = clamp(1.5 - d, 0.0, 1.0) * 0.7;
#else
    float halo = 0.0;
#endif
    float a = vColour.a * cover;
    oColour = vec4(vColour.rgb * a, a + (1.0 - a) * halo * vColour.a);
#endif
}
)";

const char* const kVectorVertex = R"(
uniform vec2 uYears;
uniform vec4 uColour;
uniform vec3 uLine; // width, dash, feather; view pixels
in ivec3 aPosition;
in vec3 aMotion;
out vec4 vShape;
out vec4 vColour;
void main()
{
    vec2 from, to;
    gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
    vShape = vec4(0.0);
    vColour = vec4(0.0);
    if (!projected(aPosition, aMotion, uYears.x, from) || !projected(aPosition, aMotion, uYears.y, to)) return;
    if (distance(from, to) > 1.0) return; // over a seam
    from *= uPlaneToPixel;
    to *= uPlaneToPixel;
    vec2 along = to - from;
    float size = length(along);
    if (size < 0.25) return;
    along /= size;
    float side = (gl_VertexID & 1) == 0 ? 1.0 : -1.0;
    bool end = gl_VertexID >= 2;
    float reach = 0.5 * uLine.x + uLine.z;
    vec2 at = (end ? to : from) + vec2(-along.y, along.x) * side * reach;
    gl_Position = vec4(at * uToClip * vec2(1.0, -1.0), 0.0, 1.0);
    vShape = vec4(side * reach, 0.5 * uLine.x, end ? size : 0.0, uLine.y);
    vColour = vec4(uColour.rgb * uColour.a, uColour.a);
}
)";

} // namespace firmament::render
