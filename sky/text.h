// Angles and positions as text, both ways. Grammar: shared rules of the command line (cli.md) and of CDS's tools.
// Rounding happens before splitting, so 59.9999 carries; the sign of -00 12 30 is kept.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/result.h"
#include "sky/frame.h"

namespace firmament::sky {

/// "1.5", "1.5d", "1.5deg", "20m", "20'", "20arcmin", "30s", "30\"", "5mas": bare numbers are degrees.
Expected<Angle> parseAngle(std::string_view text);
/// Decimal degrees, sexagesimal in every usual spelling, packed J-names, prefix or suffix frame (gal, sgal, ecl, icrs, fk5,
/// fk4/b1950 by ERFA fk45z), "G121.17-21.57". Supergalactic comes back as galactic, FK4 as FK5. Errc::Parse with the reason; Errc::NotFound when it looks like a name.
Expected<SkyPos> parsePosition(std::string_view text);
/// What the designation of a survey's source says of its place: "SDSS J142156.4+524022", "2MASS J05352184-0546085". Truncated by its
/// maker, so right to some arcsec only: for names that nobody knows.
std::optional<SkyPos> positionInName(std::string_view name);

enum class Sign { Auto, Always };
std::string formatHms(Angle lon, int decimals, char separator = ' ');              ///< "05 41 04.61"
std::string formatDms(Angle lat, int decimals, char separator = ' ', Sign sign = Sign::Always); ///< ASCII minus
std::string formatDeg(Angle a, int decimals);
std::string formatLongitudeDeg(Angle lon, int decimals); ///< 0 to 360; what rounds to 360 is 0
/// For people: three digits in the unit that fits, "96°", "55.8′", "0.1″", "12.3 mas" (UTF-8).
std::string formatField(Angle a);

enum class PosSpelling { Sexagesimal, Degrees, Hms, GalacticDegrees, EclipticDegrees, AstropySkyCoord, Ds9Region, Json };
/// A position spelt so that other programs read it back; decimals chosen from the pixel scale.
std::string spell(const SkyPos& pos, PosSpelling spelling, Angle precision);

} // namespace firmament::sky
