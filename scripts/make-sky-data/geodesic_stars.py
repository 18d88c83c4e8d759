"""Reader of the geodesic-grid star files of Debian's stellarium-data (stars/default/stars_*.cat).

The facts of the format, found out by decoding and checked against Hipparcos (see check.py):
- 8 int32: magic 0x835f040a, record type (0: 28 bytes, 1: 10 bytes), major, minor, level, mag_min, mag_range, mag_steps;
  then 20 * 4^level uint32 star counts, then the records zone by zone; little-endian.
- Zones are triangles of an icosahedron with two vertices pairs on each axis plane, each split in four `level` times:
  child 0..2 at the corners 0..2, child 3 the middle one.
- A star is centre + x0 * scale * east + x1 * scale * north, with (east, north) at the zone's centre, and scale the
  largest tangent coordinate of any corner of any zone of that level divided by the largest value of x0.
- Proper motion: dx0, dx1 in 0.1 mas/yr along the same axes; epoch J2000.0, ICRS.
"""
import numpy as np

MAGIC = 0x835F040A
GOLDEN = 0.5 * (1 + 5**0.5)
B = 1 / np.sqrt(1 + GOLDEN**2)
A = B * GOLDEN
CORNERS = np.array([
    (A, -B, 0), (A, B, 0), (-A, B, 0), (-A, -B, 0), (0, A, -B), (0, A, B),
    (0, -A, B), (0, -A, -B), (-B, 0, A), (B, 0, A), (B, 0, -A), (-B, 0, -A)])
FACES = np.array([
    (1, 0, 10), (0, 1, 9), (0, 9, 6), (9, 8, 6), (0, 7, 10), (6, 7, 0), (7, 6, 3), (6, 8, 3), (11, 10, 7), (7, 3, 11),
    (3, 2, 11), (2, 3, 8), (10, 11, 4), (2, 4, 11), (5, 4, 2), (2, 8, 5), (4, 1, 10), (4, 5, 1), (5, 9, 1), (8, 9, 5)])


def unit(v):
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def zones(level):
    """Corners of all 20 * 4^level triangles: array (n, 3, 3)."""
    tri = CORNERS[FACES]
    for _ in range(level):
        c0, c1, c2 = tri[:, 0], tri[:, 1], tri[:, 2]
        e0, e1, e2 = unit(c1 + c2), unit(c2 + c0), unit(c0 + c1)
        children = np.stack([
            np.stack([c0, e2, e1], 1), np.stack([e2, c1, e0], 1),
            np.stack([e1, e0, c2], 1), np.stack([e0, e1, e2], 1)], 1)
        tri = children.reshape(-1, 3, 3)
    return tri


def axes(level):
    """Centre, east, north of every zone, and the largest tangent coordinate of a corner."""
    tri = zones(level)
    centre = unit(tri.sum(1))
    east = unit(np.cross([0.0, 0.0, 1.0], centre))
    north = np.cross(centre, east)
    d = tri - centre[:, None, :]
    mu0 = np.einsum('nck,nk->nc', d, east)
    mu1 = np.einsum('nck,nk->nc', d, north)
    f = 1 / np.sqrt(1 - mu0**2 - mu1**2)
    return centre, east, north, max((np.abs(mu0) * f).max(), (np.abs(mu1) * f).max())


def read(path):
    """Dictionary of columns: dir (n,3), pm_ra, pm_dec [mas/yr], v, bv, plx [mas], hip, component."""
    raw = open(path, 'rb').read()
    magic, kind, _, _, level, mag_min, mag_range, mag_steps = np.frombuffer(raw, '<i4', 8)
    if int(magic) & 0xFFFFFFFF != MAGIC:
        raise ValueError(f'{path}: not a star file')
    nzones = 20 * 4**int(level)
    counts = np.frombuffer(raw, '<u4', nzones, 32)
    n = int(counts.sum())
    body = 32 + 4 * nzones
    size = {0: 28, 1: 10}[int(kind)]
    if len(raw) != body + n * size:
        raise ValueError(f'{path}: {len(raw)} bytes, expected {body + n * size}')
    zone = np.repeat(np.arange(nzones), counts)
    if kind == 0:
        rec = np.frombuffer(raw, np.dtype([
            ('hip', 'u1', 3), ('comp', 'u1'), ('x0', '<i4'), ('x1', '<i4'), ('bv', 'u1'), ('mag', 'u1'),
            ('sp', '<u2'), ('dx0', '<i4'), ('dx1', '<i4'), ('plx', '<i4')]), n, body)
        hip = rec['hip'][:, 0].astype(np.int64) | rec['hip'][:, 1].astype(np.int64) << 8 | rec['hip'][:, 2].astype(np.int64) << 16
        comp, x0, x1, bv, mag = rec['comp'], rec['x0'], rec['x1'], rec['bv'], rec['mag']
        dx0, dx1, plx = rec['dx0'], rec['dx1'], rec['plx'] * 0.01
        top = 0x7FFFFFFF
    else:
        b = np.frombuffer(raw, 'u1', n * 10, body).reshape(n, 10).astype(np.uint64)
        low = sum(b[:, i] << np.uint64(8 * i) for i in range(8))
        high = b[:, 8] | b[:, 9] << np.uint64(8)

        def bits(at, width, signed):
            if at + width <= 64:
                v = low >> np.uint64(at)
            elif at >= 64:
                v = high >> np.uint64(at - 64)
            else:
                v = low >> np.uint64(at) | high << np.uint64(64 - at)
            v = (v & np.uint64((1 << width) - 1)).astype(np.int64)
            return np.where(v >= 1 << (width - 1), v - (1 << width), v) if signed else v
        x0, x1 = bits(0, 20, True), bits(20, 20, True)
        dx0, dx1 = bits(40, 14, True), bits(54, 14, True)
        bv, mag = bits(68, 7, False), bits(75, 5, False)
        hip = comp = np.zeros(n, np.int64)
        plx = np.zeros(n)
        top = (1 << 19) - 1
    centre, east, north, largest = axes(int(level))
    scale = largest / top
    p = centre[zone] + (x0 * scale)[:, None] * east[zone] + (x1 * scale)[:, None] * north[zone]
    u = unit(p)
    # Found by comparing with Hipparcos: the motion was projected on the zone's plane as if the star's own east and north
    # were the zone's, so it is read back the same way (no turning by the convergence of the meridians).
    dp = dx0[:, None] * 0.1 * east[zone] + dx1[:, None] * 0.1 * north[zone]
    du = (dp - u * np.einsum('nk,nk->n', dp, u)[:, None]) / np.linalg.norm(p, axis=1)[:, None]
    return dict(dir=u, pm_ra=np.einsum('nk,nk->n', du, east[zone]), pm_dec=np.einsum('nk,nk->n', du, north[zone]),
                v=(mag_min + mag * (mag_range / mag_steps)) / 1000.0, bv=bv * 4.0 / 127 - 0.5,
                plx=plx, du=du, hip=hip, component=np.asarray(comp, np.int64), bv_index=np.asarray(bv, np.int64))
