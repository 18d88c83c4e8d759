// What a HiPS says of itself: its `properties`, read tolerantly (old keywords, BOM, commas, upper case...).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "sky/frame.h"
#include "sky/moc.h"

namespace firmament::hips {

enum class TileFormat : uint8_t { Jpeg, Png, Webp, Fits, Tsv };
const char* formatWord(TileFormat f);      ///< "jpeg"
const char* formatExtension(TileFormat f); ///< "jpg"
std::optional<TileFormat> formatFromWord(std::string_view word); ///< jpeg, jpg, png, webp, fits, tsv; any case

struct Limits {
    double lo = 0, hi = 0;
    bool operator==(const Limits&) const = default;
};

enum class SurveyKind : uint8_t { Image, Colour, Cube, Catalogue, Planet };

struct SurveyInfo {
    std::string id;      ///< creator_did without ivo://, or the last part of the address
    std::string title, description, credit, copyrightUrl, regime, band, bibcode, unit, status, releaseDate, category;
    std::string url;     ///< base address or folder, no trailing slash
    std::vector<std::string> mirrors;
    int orderMin = 0, orderMax = 3, tileWidth = 512;
    sky::Frame frame = sky::Frame::Icrs;
    std::string body;    ///< planet or moon; frame is then Frame::Body
    SurveyKind kind = SurveyKind::Image;
    std::vector<TileFormat> formats; ///< the provider's favourite first
    std::optional<Limits> pixelCut, dataRange;
    std::string pixelFunction;       ///< suggested stretch word
    std::optional<double> initialRa, initialDec, initialFov; ///< degrees, ICRS (or the body's own)
    std::optional<double> skyFraction, emMin, emMax, tMin, tMax; ///< fraction, metres, MJD
    int bitpix = 0, cubeDepth = 1, cubeFirst = 0;
    bool orderGuessed = false;       ///< nobody said orderMax (properties, the survey list): it may be anything
    bool axisOrders = false;         ///< a cube with orders along its third axis too (draft 2.0): not read here
    bool equalsVersion(const SurveyInfo& o) const { return id == o.id && releaseDate == o.releaseDate; }
};

Expected<Read<SurveyInfo>> parseProperties(std::string_view text);
std::string writeProperties(const SurveyInfo& info); ///< for surveys made here

/// `wanted` when it is there; else the picture format that the provider names first (HiPS 1.0, 4.4.1), else fits.
TileFormat chooseFormat(const SurveyInfo& info, std::optional<TileFormat> wanted);

/// "Norder3/Dir0/Npix448.fits", "Norder3/Allsky.jpg"; channel > 0 gives the "_z" suffix.
std::string tilePath(sky::Cell cell, TileFormat format, int channel = 0);
std::string allskyPath(int order, TileFormat format, int channel = 0);

} // namespace firmament::hips
