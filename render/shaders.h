// Shader texts. Variants are chosen by #define; GLSL 3.30.
#pragma once

namespace firmament::render {

extern const char* const kTileVertex;
extern const char* const kTileFragment;
extern const char* const kProjectFunction; ///< goes before kPointVertex and kVectorVertex
extern const char* const kPointVertex;
extern const char* const kPointFragment;
extern const char* const kVectorVertex;
extern const char* const kLineVertex;
extern const char* const kLineFragment;
extern const char* const kBitmapVertex;
extern const char* const kBitmapFragment;

} // namespace firmament::render
