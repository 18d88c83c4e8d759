"""diffuse.png: the light of the Milky Way without its brighter stars, HEALPix order 8, from A. Mellinger's panorama.

The picture is 4 x 3 base cells of 256 x 256 pixels (cell f at column f % 4, row f / 4), each laid out as a HiPS tile:
column = y, row = x of the in-cell coordinates. Values are sqrt(linear light) * 255.
"""
import healpy
import numpy as np
from PIL import Image
from scipy import ndimage

ORDER = 8
NSIDE = 1 << ORDER
LUMA = [0.2126, 0.7152, 0.0722]


def linear(srgb8):
    s = srgb8 / 255.0
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055)**2.4)


def filtered(image, rows, turn, function):
    """A running filter of `rows` rows and as many columns divided by cos(declination), wrapping round in RA."""
    h, w, _ = image.shape
    out = np.empty_like(image)
    band = 16
    for top in range(0, h, band):
        dec = np.abs(90 - (top + band / 2) * 180 / h)
        width = int(min(255, rows / max(0.01, np.cos(np.radians(dec))))) | 1
        a, b = max(0, top - turn), min(h, top + band + turn)
        strip = np.concatenate([image[a:b, -160:], image[a:b], image[a:b, :160]], 1)
        for c in range(image.shape[2]):
            out[top:top + band, :, c] = function(strip[..., c], (rows, width))[top - a:top - a + band, 160:160 + w]
    return out


def without_stars(image):
    """Stars are 1 to 3 pixels wide: what stands out above the running median of 5 pixels is cut to that of 3."""
    small = filtered(image, 3, 4, lambda m, size: ndimage.median_filter(m, size, mode='nearest'))
    wide = filtered(image, 7, 8, lambda m, size: ndimage.median_filter(m, size, mode='nearest'))
    return np.where(small > wide * 1.25 + 6, wide, small)


def graded(image):
    """The panorama is graded strongly towards blue and yellow and its dark lanes are flat. Other colours, from a neutral
    grey to the brown and cream of the bulge; contrast lifted over 5 degrees, so that the rifts stay dark, and over
    half a degree, for what the median took from their edges."""
    def soft(m, rows):
        return filtered(m[..., None], rows, rows + 1, lambda x, size: ndimage.gaussian_filter(x, (size[0] / 3, size[1] / 3), mode='nearest'))[..., 0]
    luma = image @ LUMA
    contrast = np.clip((luma + 0.004) / (soft(luma, 33) + 0.004), 0.25, 2.5)**0.7 * np.clip((luma + 0.003) / (soft(luma, 5) + 0.003), 0.5, 1.6)**0.6
    # How yellow a place is (star clouds behind dust) against blue: smooth, so that the picture's colour noise is not kept.
    warm = np.clip((soft(image[..., 0], 9) - soft(image[..., 2], 9)) / (soft(luma, 9) + 0.004) * 0.9 + 0.70, 0, 1)[..., None]
    tint = (1 - warm) * np.array([1.11, 0.975, 0.88]) + warm * np.array([1.54, 0.9, 0.52])
    bright = np.clip((luma * contrast - 0.26) / 0.5, 0, 1)[..., None]
    tint = (1 - bright) * tint + bright * np.array([1.2, 1.0, 0.78])
    chroma = np.clip(image - luma[..., None], -luma[..., None], luma[..., None])
    red = np.clip((image[..., 0] - np.maximum(image[..., 1], image[..., 2])) / (luma + 0.01), 0, 1)[..., None]  # hydrogen
    return np.clip((luma[..., None] + (0.10 + 0.5 * red) * chroma) * tint * contrast[..., None], 0, None)


def clouds(h, w):
    """The panorama shows the Magellanic Clouds and M 31 (RA, Dec, radius) too faint against the Milky Way: lifted, with soft edges."""
    dec, ra = np.radians(90 - (np.arange(h) + 0.5) * 180 / h)[:, None], np.radians(90 - (np.arange(w) + 0.5) * 360 / w)[None, :]
    gain = np.ones((h, w))
    for a, d, radius in ((80.5, -68.8, 5.5), (13.5, -72.8, 2.6), (10.7, 41.3, 1.6)):
        a, d = np.radians(a), np.radians(d)
        away = np.degrees(np.arccos(np.clip(np.sin(d) * np.sin(dec) + np.cos(d) * np.cos(dec) * np.cos(ra - a), -1, 1)))
        gain += 2.2 * np.clip(1.5 - away / radius, 0, 1)
    return gain


def write(panorama, path):
    image = np.asarray(Image.open(panorama).convert('RGB')).astype(np.float64)
    image = graded(linear(without_stars(image)))
    h, w, _ = image.shape
    image *= clouds(h, w)[..., None]
    pix = np.arange(12 * NSIDE**2)
    lon, lat = healpy.pix2ang(NSIDE, pix, nest=True, lonlat=True)
    x = (90 - lon) / 360 * w - 0.5
    y = (90 - lat) / 180 * h - 0.5
    values = np.stack([ndimage.map_coordinates(np.pad(image[..., c], ((0, 0), (1, 1)), 'wrap'),
                                               [np.clip(y, 0, h - 1), (x % w) + 1], order=1, mode='nearest') for c in range(3)], 1)
    # The dark parts are noise of an 8-bit picture: smoothed there, kept sharp where there is light.
    ring = healpy.reorder(values.T, n2r=True)
    soft = np.array([healpy.smoothing(m, fwhm=np.radians(1.2)) for m in ring])
    soft = healpy.reorder(np.clip(soft, 0, None), r2n=True).T
    light = soft @ LUMA
    t = np.clip((light - 0.0005) / 0.005, 0, 1)[:, None]
    values = soft * (1 - t) + values * t
    # fxy of nested indices
    sub = pix % NSIDE**2
    cx = np.zeros_like(sub)
    cy = np.zeros_like(sub)
    for i in range(ORDER):
        cx |= ((sub >> 2 * i) & 1) << i
        cy |= ((sub >> (2 * i + 1)) & 1) << i
    face = pix // NSIDE**2
    out = np.zeros((3 * NSIDE, 4 * NSIDE, 3), np.uint8)
    rng = np.random.default_rng(1)
    values /= np.maximum(1, values.max(1, keepdims=True))  # too bright: keep the hue
    code = np.sqrt(np.clip(values, 0, 1)) * 255 + rng.uniform(-0.5, 0.5, values.shape) * 0.5
    out[(face // 4) * NSIDE + cx, (face % 4) * NSIDE + cy] = np.clip(np.rint(code), 0, 255)
    Image.fromarray(out).save(path, optimize=True)
    print(f'{path.name}: {path.stat().st_size} bytes')
