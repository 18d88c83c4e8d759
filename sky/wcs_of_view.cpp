#include "sky/wcs_of_view.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include <Eigen/Geometry>

namespace firmament::sky {

namespace {

constexpr double kDegPerRad = 180.0 / kPi;

double inTurn(double degrees)
{
    double d = std::fmod(degrees, 360.0);
    if (d < 0) d += 360.0;
    return d == 360.0 ? 0.0 : d;
}

Frame headerFrame(const SkyView& view)
{
    if (view.frame() == Frame::Body || view.frame() == Frame::Galactic) return view.frame();
    return Frame::Icrs;
}

/// World to native spherical coordinates of the projection, a proper rotation. x of FITS runs along +native longitude, so it
/// is the camera's X times the handedness; zenithal projections have x = R sin(phi), y = -R cos(phi) (Paper II, eq. 12).
Eigen::Matrix3d worldToNative(const Eigen::Matrix3d& camera, double hand, bool zenithal)
{
    Eigen::Matrix3d native;
    if (zenithal) {
        native.row(0) = -camera.row(1);
        native.row(1) = hand * camera.row(0);
        native.row(2) = camera.row(2);
    } else {
        native.row(0) = camera.row(2);
        native.row(1) = hand * camera.row(0);
        native.row(2) = camera.row(1);
    }
    return native;
}

/// Native longitude of the celestial pole seen from the native pole at longitude alphaP: the direction of north there. Well
/// defined at the poles too, where it is the limit coming from alphaP.
double lonPoleRad(const Eigen::Matrix3d& native, double alphaP, double deltaP)
{
    const Dir north(-std::sin(deltaP) * std::cos(alphaP), -std::sin(deltaP) * std::sin(alphaP), std::cos(deltaP));
    const Dir n = native * north;
    return std::atan2(n.y(), n.x());
}

struct Angles {
    double lon, lat, lonPole, latPole; ///< CRVAL1, CRVAL2, LONPOLE, LATPOLE in radians
};

/// The rotation that a reader makes of native pole and LONPOLE.
Eigen::Matrix3d rotationOfPole(double alphaP, double deltaP, double phiP)
{
    const Dir pole = toDir(Angle::rad(alphaP), Angle::rad(deltaP));
    const Dir north(-std::sin(deltaP) * std::cos(alphaP), -std::sin(deltaP) * std::sin(alphaP), std::cos(deltaP));
    const Dir side = pole.cross(north);
    Eigen::Matrix3d m;
    m.row(0) = std::cos(phiP) * north - std::sin(phiP) * side;
    m.row(1) = std::sin(phiP) * north + std::cos(phiP) * side;
    m.row(2) = pole;
    return m;
}

/// What a reader makes of the angles of a projection whose fiducial point is native (0,0) (Paper II, eqs. 8 to 10); nothing
/// where it would refuse them.
std::optional<Eigen::Matrix3d> readBack(const Angles& a)
{
    double deltaP = a.latPole;
    const bool latPoleAlone = a.lat == 0 && std::abs(a.lonPole) == kPi / 2;
    if (!latPoleAlone) {
        const double cosPhi = std::cos(a.lonPole);
        const double ratio = std::sin(a.lat) / std::abs(cosPhi);
        if (!(std::abs(ratio) <= 1 + 1e-11)) return std::nullopt; // wcslib stops at 1e-10
        const double u = cosPhi < 0 ? kPi : 0.0;
        const double v = std::acos(std::clamp(ratio, -1.0, 1.0));
        const double one = std::remainder(u + v, 2 * kPi), two = std::remainder(u - v, 2 * kPi);
        deltaP = std::abs(a.latPole - one) < std::abs(a.latPole - two) ? one : two;
    }
    double alphaP = a.lon;
    if (std::abs(std::cos(deltaP) * std::cos(a.lat)) < 1e-10) {
        if (std::abs(std::cos(a.lat)) > 1e-10) alphaP = deltaP > 0 ? a.lon + a.lonPole - kPi : a.lon - a.lonPole;
    } else {
        alphaP = a.lon - std::atan2(std::sin(a.lonPole) / std::cos(a.lat),
                                    -std::sin(deltaP) * std::sin(a.lat) / (std::cos(deltaP) * std::cos(a.lat)));
    }
    return rotationOfPole(alphaP, deltaP, a.lonPole);
}

/// True when a reader comes back to `native`, to a five hundredth of a pixel, whichever way its last digit is rounded.
bool survives(const Angles& angles, const Eigen::Matrix3d& native, double step, double reach)
{
    constexpr double kLastDigit = 4e-16;
    for (const double nudge : {0.0, kLastDigit, -kLastDigit}) {
        Angles a = angles;
        const bool special = a.lonPole == 0 || std::abs(a.lonPole) == kPi / 2 || std::abs(a.lonPole) == kPi;
        if (!special) a.lonPole += nudge; // 0, 90 and 180 are exact in degrees
        const auto back = readBack(a);
        if (!back) return false;
        const Eigen::Matrix3d off = *back - native;
        if (off.cwiseAbs().maxCoeff() * reach > 0.002 * step || off.row(0).norm() > 0.002 * step) return false;
    }
    return true;
}

Angles anglesZenithal(const Eigen::Matrix3d& native, double lon, double lat)
{
    return {lon, lat, lonPoleRad(native, lon, lat), lat};
}

Angles anglesAtCentre(const Eigen::Matrix3d& native, double lon, double lat)
{
    const Dir pole = native.row(2).transpose();
    const double deltaP = std::atan2(pole.z(), std::hypot(pole.x(), pole.y()));
    const double alphaP = std::atan2(pole.y(), pole.x());
    constexpr double kSnap = 1e-14; // radians: rounding of the conversions between frames
    if (std::abs(lat) < kSnap) lat = 0;
    if (kPi / 2 - std::abs(lat) < kSnap) return {alphaP, std::copysign(kPi / 2, lat), lat > 0 ? 0.0 : kPi, 0.0};
    if (kPi / 2 - std::abs(deltaP) < kSnap) {
        // The celestial pole is the native one: only the sum of longitudes counts, and LONPOLE is 0 or 180.
        return {lon, lat, deltaP > 0 ? kPi : 0.0, std::copysign(kPi / 2, deltaP)};
    }
    double phiP = std::atan2(native(1, 2), native(0, 2));
    if (lat == 0) phiP = std::copysign(kPi / 2, phiP);
    return {lon, lat, phiP, deltaP};
}

const char* axisPrefix(Frame frame, bool longitude)
{
    if (frame == Frame::Galactic) return longitude ? "GLON" : "GLAT";
    if (frame == Frame::Body) return longitude ? "BOLN" : "BOLT";
    return longitude ? "RA--" : "DEC-";
}

} // namespace

std::vector<WcsKeyword> wcsOfView(const SkyView& view)
{
    const Frame frame = headerFrame(view);
    const ProjInfo& projection = info(view.projection());
    const Eigen::Matrix3d camera = view.worldToCamera(frame);
    const double hand = camera.determinant() < 0 ? -1.0 : 1.0;
    const Eigen::Matrix3d native = worldToNative(camera, hand, projection.zenithal);
    const double step = view.planePerPixel();

    SkyPos centre = view.centre();
    if (centre.frame != frame) centre = converted(centre, frame);
    const double lon = centre.lon.rad(), lat = centre.lat.rad();

    bool atPole = false; // reference point at the native pole, by PV1_1 and PV1_2
    Angles angles;
    if (projection.zenithal) {
        angles = anglesZenithal(native, lon, lat);
    } else {
        angles = anglesAtCentre(native, lon, lat);
        const double reach = std::min(1.0, 0.5 * step * std::max(view.width(), view.height()));
        if (!survives(angles, native, step, reach)) {
            const Dir pole = native.row(2).transpose();
            const double deltaP = std::atan2(pole.z(), std::hypot(pole.x(), pole.y()));
            const double alphaP = std::atan2(pole.y(), pole.x());
            angles = {alphaP, deltaP, lonPoleRad(native, alphaP, deltaP), deltaP};
            atPole = true;
        }
    }

    std::vector<WcsKeyword> out;
    const std::string code = projection.code;
    out.push_back({"WCSAXES", 2, "two world axes"});
    out.push_back({"CTYPE1", std::string(axisPrefix(frame, true)) + "-" + code, projection.name});
    out.push_back({"CTYPE2", std::string(axisPrefix(frame, false)) + "-" + code, projection.name});
    out.push_back({"CUNIT1", std::string("deg"), ""});
    out.push_back({"CUNIT2", std::string("deg"), ""});
    out.push_back({"CRPIX1", 0.5 * view.width() + 0.5, "centre of the view"});
    out.push_back({"CRPIX2", 0.5 * view.height() + 0.5, "centre of the view"});
    out.push_back({"CDELT1", hand * step * kDegPerRad, "degrees per pixel"});
    out.push_back({"CDELT2", step * kDegPerRad, "degrees per pixel"});
    out.push_back({"CRVAL1", inTurn(angles.lon * kDegPerRad), "longitude of the reference point"});
    out.push_back({"CRVAL2", angles.lat * kDegPerRad, "latitude of the reference point"});
    out.push_back({"LONPOLE", angles.lonPole * kDegPerRad, "native longitude of the celestial pole"});
    out.push_back({"LATPOLE", angles.latPole * kDegPerRad, "native latitude of the celestial pole"});
    if (atPole) {
        out.push_back({"PV1_1", 0.0, "reference point: native longitude"});
        out.push_back({"PV1_2", 90.0, "reference point: native latitude"});
    }
    if (view.projection() == Proj::Hpx) {
        out.push_back({"PV2_1", 4.0, "HEALPix H"});
        out.push_back({"PV2_2", 3.0, "HEALPix K"});
    }
    if (frame == Frame::Icrs) out.push_back({"RADESYS", std::string("ICRS"), ""});
    return out;
}

} // namespace firmament::sky
