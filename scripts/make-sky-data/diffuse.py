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


def linear(srgb8):
    s = srgb8 / 255.0
    return np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055)**2.4)


def without_stars(image):
    """Stars are 1 to 3 pixels wide: a running 40 % quantile removes them; the footprint widens towards the poles."""
    h, w, _ = image.shape
    out = np.empty_like(image)
    band = 32
    for top in range(0, h, band):
        dec = np.abs(90 - (top + band / 2) * 180 / h)
        width = int(min(255, 5 / max(0.01, np.cos(np.radians(dec))))) | 1
        a, b = max(0, top - 8), min(h, top + band + 8)
        strip = np.concatenate([image[a:b, -160:], image[a:b], image[a:b, :160]], 1)
        for c in range(3):
            f = ndimage.percentile_filter(strip[..., c], 40, size=(5, width), mode='nearest')
            out[top:top + band, :, c] = f[top - a:top - a + band, 160:160 + w]
    return out


def write(panorama, path):
    image = np.asarray(Image.open(panorama).convert('RGB')).astype(np.float64)
    image = linear(without_stars(image))
    # Softer colour: the panorama is graded strongly towards blue and yellow.
    luma = image @ [0.2126, 0.7152, 0.0722]
    image = luma[..., None] + 0.45 * (image - luma[..., None])
    image = np.clip(image * [1.10, 1.0, 0.86], 0, None)
    h, w, _ = image.shape
    pix = np.arange(12 * NSIDE**2)
    lon, lat = healpy.pix2ang(NSIDE, pix, nest=True, lonlat=True)
    x = (90 - lon) / 360 * w - 0.5
    y = (90 - lat) / 180 * h - 0.5
    values = np.stack([ndimage.map_coordinates(np.pad(image[..., c], ((0, 0), (1, 1)), 'wrap'),
                                               [np.clip(y, 0, h - 1), (x % w) + 1], order=1, mode='nearest') for c in range(3)], 1)
    # The dark parts are noise of an 8-bit picture: smoothed there, kept sharp where there is light.
    ring = healpy.reorder(values.T, n2r=True)
    soft = np.array([healpy.smoothing(m, fwhm=np.radians(3.0)) for m in ring])
    soft = healpy.reorder(np.clip(soft, 0, None), r2n=True).T
    light = soft @ [0.2126, 0.7152, 0.0722]
    t = np.clip((light - 0.002) / 0.008, 0, 1)[:, None]
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
    code = np.sqrt(np.clip(values, 0, 1)) * 255 + rng.uniform(-0.5, 0.5, values.shape) * 0.5
    out[(face // 4) * NSIDE + cx, (face % 4) * NSIDE + cy] = np.clip(np.rint(code), 0, 255)
    Image.fromarray(out).save(path, optimize=True)
    print(f'{path.name}: {path.stat().st_size} bytes')
