// What a projection and a window ask of the mesh: where the map ends, where it is cut apart, and how short edges must be
// where the map is singular.
#pragma once

#include <Eigen/Core>
#include <cmath>

#include "sky/healpix.h"
#include "sky/view.h"

namespace firmament::render {

struct MeshRules {
    enum class Seam { None, Back, Facets }; ///< Back: camera longitude 180 degrees; Facets: that and the gaps of HPX
    static constexpr double kOnPlane = 1e-13; ///< nearer to a cutting plane than this is on it

    MeshRules() = default;
    MeshRules(const sky::SkyView& view, sky::Frame frame);

    sky::Proj proj{};
    Eigen::Matrix3d toCamera;
    double cx = 0, cy = 0, kx = 1, ky = 1; ///< plane -> pixels
    double width = 1, height = 1;
    double pxPerRad = 1;
    double rim = 0;      ///< pixels from the centre to the edge of a round map
    double rimScale = 1; ///< magnification at the edge of the window, relative to the centre
    double radius = 0;   ///< angle from the centre that holds the window
    Seam seam = Seam::None;
    bool clipZ = false, clipY = false; ///< the map ends at camera Z >= zClip, |Y| <= yClip
    double zClip = -2, yClip = 2;

    /// True for maps whose edge is a circle or an ellipse: a mesh of straight edges leaves slivers there.
    bool roundEdge() const
    {
        return hard == Hard::Antipode || hard == Hard::Limb || proj == sky::Proj::Ait || proj == sky::Proj::Mol;
    }

    /// Where edges have to be short: about the antipode, at the native poles, along the limb.
    enum class Hard { None, Antipode, Poles, Limb };
    Hard hard = Hard::None;

    /// False where a direction has no image; px is then NaN.
    bool toPixel(const sky::Dir& cam, Eigen::Vector2d& px) const;
    /// Beyond the end of the map or on it, where a triangle has to be clipped or to get its overhang.
    bool hidden(const sky::Dir& cam) const
    {
        return (clipZ && cam.z() < zClip + kOnPlane) || (clipY && std::abs(cam.y()) > yClip);
    }
    /// Bits of the sides of the window that a pixel is beyond.
    unsigned outside(double x, double y) const
    {
        return (x < 0 ? 1u : 0u) | (x > width ? 2u : 0u) | (y < 0 ? 4u : 0u) | (y > height ? 8u : 0u);
    }
    /// Distance on the unit sphere (a chord) from the hard place.
    double distance(const sky::Dir& cam) const;
    /// Length of an edge that is surely short enough when its nearer end is at this distance from the hard place.
    double shortEdge(double distance) const { return measured() ? 0.5 * edgeLimit(distance) : edgeLimit(distance); }
    /// Where an edge cannot be measured, its greatest length.
    double edgeLimit(double distance) const;
    double seamLimit() const { return seamLimit_; } ///< greatest length of an edge across the seam: the rim is bent
    /// True when edges about the hard place are judged by where their middles are drawn, not by their length.
    bool measured() const { return hard == Hard::Antipode || hard == Hard::Poles; }
    /// True when an edge's middle is drawn where it belongs: off is by how much it is not, in pixels, at `cam`, drawn at `px`.
    bool goodMiddle(const Eigen::Vector2d& off, const sky::Dir& cam, const Eigen::Vector2d& px) const;
    /// True when an edge goes across a seam or ends on it, so that its middle cannot be measured.
    bool acrossSeam(const sky::Dir& a, const sky::Dir& b) const;
    /// Which of HPX's polar facets, 0: none.
    static int facet(const sky::Dir& cam);

private:
    void setHard(double corner);
    double lengthFactor_ = 0, lengthPower_ = 1, nearest_ = 0, seamLimit_ = 4;
};

} // namespace firmament::render
