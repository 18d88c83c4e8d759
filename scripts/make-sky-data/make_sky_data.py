#!/usr/bin/env python3
"""Makes the files under resources/sky from public catalogues. Run by hand, never at build.

    make_sky_data.py --stellarium DIR --kstars DIR --d3 DIR --openngc FILE [--hipparcos FILE] -o resources/sky

  --stellarium  /usr/share/stellarium of Debian's stellarium-data 0.22.2 (stars, star names, Milky Way panorama)
  --kstars      /usr/share/kstars of Debian's kstars-data (stars.dat: V to 0.01 mag for stars to V 9)
  --d3          package/data of npm d3-celestial 0.7.35 (names, constellation lines and borders, Milky Way outlines)
  --openngc     NGC.csv of OpenNGC
  --hipparcos   a piece of ESA's hip_main.dat(.gz): only compared with, nothing is taken from it

The packages need not be installed: apt-get download + dpkg -x, npm pack + tar. Needs python3-numpy, -scipy, -astropy,
-healpy, -erfa and -pil. What is taken from where is listed in resources/LICENSES.md, the formats in docs/sky-data.md.
"""
import argparse
import gzip
import json
import re
import struct
import sys
from pathlib import Path

import erfa
import healpy
import numpy as np
from scipy.spatial import cKDTree

import diffuse
import geodesic_stars
from deep_sky import write_deep_sky

STAR_ORDER = 3
STAR_NSIDE = 1 << STAR_ORDER


def fnv1a64(data):
    """The checksum of the star file: FNV-1a over little-endian 64-bit words (tail padded with zeros)."""
    words = np.frombuffer(data + b'\0' * (-len(data) % 8), '<u8').tolist()
    h = 0xCBF29CE484222325
    for w in words:
        h = ((h ^ w) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    return h


def direction(ra_deg, dec_deg):
    a, d = np.radians(ra_deg), np.radians(dec_deg)
    return np.stack([np.cos(d) * np.cos(a), np.cos(d) * np.sin(a), np.sin(d)], -1)


def lon_lat(u):
    return np.degrees(np.arctan2(u[..., 1], u[..., 0])) % 360, np.degrees(np.arctan2(u[..., 2], np.hypot(u[..., 0], u[..., 1])))


# ---------------------------------------------------------------- stars

# Barnard's star is 50 mas/yr off in the source: Hipparcos, the new reduction (van Leeuwen 2007), at J2000.0.
CORRECTIONS = {87937: (269.452076958619, 4.69336496657667, -798.58, 10328.12)}


def read_stars(folder):
    parts = [geodesic_stars.read(folder / 'stars/default' / f)
             for f in ('stars_0_0v0_8.cat', 'stars_1_0v0_8.cat', 'stars_2_0v0_8.cat', 'stars_3_1v0_4.cat')]
    stars = {k: np.concatenate([p[k] for p in parts]) for k in parts[0]}
    published = {}
    for line in open(folder / 'stars/default/hip_pm.dat', encoding='utf-8'):
        f = line.split()
        if len(f) >= 3 and f[0].isdigit():
            published[int(f[0])] = float(f[1]), float(f[2])
    wild = 0
    for i in np.flatnonzero(stars['hip']):
        pm = published.get(int(stars['hip'][i]))
        # A few dozen solutions of close pairs run away by up to 5 arcsec/yr; the published motion of the star is sane.
        if pm and np.hypot(stars['pm_ra'][i] - pm[0], stars['pm_dec'][i] - pm[1]) > 150 + 0.3 * np.hypot(*pm):
            stars['pm_ra'][i], stars['pm_dec'][i] = pm
            wild += 1
    for hip, (ra, dec, pm_ra, pm_dec) in CORRECTIONS.items():
        for i in np.flatnonzero(stars['hip'] == hip):
            stars['dir'][i] = direction(ra, dec)
            stars['pm_ra'][i], stars['pm_dec'][i] = pm_ra, pm_dec
    print(f'{len(stars["v"])} stars, {np.count_nonzero(stars["hip"])} with HIP, {wild} motions replaced')
    return stars


def read_kstars(folder):
    """RA, Dec, motion, V, B-V of stars.dat: Hipparcos to V 9, J2000.0, positions rounded to 0.1 arcsec."""
    rows = []
    for line in open(folder / 'stars.dat', encoding='latin-1'):
        if line.startswith('#') or len(line) < 56:
            continue
        ra = 15 * (int(line[0:2]) + int(line[2:4]) / 60 + float(line[4:9]) / 3600)
        dec = int(line[11:13]) + int(line[13:15]) / 60 + float(line[15:19]) / 3600
        rows.append((ra, -dec if line[10] == '-' else dec, float(line[20:29]), float(line[29:38]), float(line[45:51]), float(line[51:56])))
    return np.array(rows)


LATE = 8.34  # years


def move_late_stars(stars, kstars):
    """About 3 % of the HIP stars (15 % of the naked-eye ones) are not at J2000.0 in the source but 8.34 years earlier,
    61 Cygni among them: found by comparing with the Hipparcos extract, and moved."""
    i = np.flatnonzero((stars['hip'] > 0) & (np.hypot(stars['pm_ra'], stars['pm_dec']) > 25))
    ra, dec = lon_lat(stars['dir'][i])
    dist, near = cKDTree(direction(kstars[:, 0], kstars[:, 1])).query(stars['dir'][i], distance_upper_bound=np.radians(90 / 3600))
    ok = np.isfinite(dist)
    i, k, ra, dec = i[ok], kstars[near[ok]], ra[ok], dec[ok]
    motion = np.stack([stars['pm_ra'][i], stars['pm_dec'][i]], 1) / 1000
    same = (np.abs(k[:, 4] - stars['v'][i]) < 0.12) & (np.hypot(*(k[:, 2:4] / 1000 - motion).T) < 0.008 + 0.2 * np.hypot(*motion.T))
    off = 3600 * np.stack([(k[:, 0] - ra + 180) % 360 - 180, k[:, 1] - dec], 1)
    off[:, 0] *= np.cos(np.radians(k[:, 1]))
    left = np.hypot(*(off - LATE * motion).T)
    late = same & (np.hypot(*off.T) > 0.2) & (left < 0.12 + 0.03 * LATE * np.hypot(*motion.T))
    j, m = i[late], np.radians(motion[late] * LATE / 3600)
    u = stars['dir'][j]
    east = geodesic_stars.unit(np.cross([0.0, 0.0, 1.0], u))
    stars['dir'][j] = geodesic_stars.unit(u + m[:, :1] * east + m[:, 1:] * np.cross(u, east))
    print(f'{late.sum()} stars moved by {LATE} years')


def refine_magnitudes(stars, kstars):
    """V to 0.01 from the Hipparcos extract where the position and the coarse V agree."""
    dist, near = cKDTree(direction(kstars[:, 0], kstars[:, 1])).query(stars['dir'], distance_upper_bound=np.radians(3 / 3600))
    ok = np.isfinite(dist)
    ok[ok] &= np.abs(kstars[near[ok], 4] - stars['v'][ok]) < 0.12
    arcsec = np.degrees(dist[ok]) * 3600
    print(f'kstars: {ok.sum()} stars agree, median {np.median(arcsec):.3f}, p99 {np.percentile(arcsec, 99):.2f} arcsec')
    stars['v'][ok] = kstars[near[ok], 4]
    stars['bv'][ok] = np.where(np.abs(kstars[near[ok], 5] - stars['bv'][ok]) < 0.1, kstars[near[ok], 5], stars['bv'][ok])


def in_cell(u):
    """HEALPix order-3 cell and the place in it, x and y in [0,1)."""
    ra, dec = lon_lat(u)
    deep = healpy.ang2pix(1 << 29, ra, dec, nest=True, lonlat=True).astype(np.uint64)
    cell = (deep >> np.uint64(2 * (29 - STAR_ORDER))).astype(np.int64)

    def compact(v):
        out = np.zeros_like(v)
        for i in range(29 - STAR_ORDER):
            out |= ((v >> np.uint64(2 * i)) & np.uint64(1)) << np.uint64(i)
        return out
    rest = deep & np.uint64((1 << 2 * (29 - STAR_ORDER)) - 1)
    return cell, compact(rest), compact(rest >> np.uint64(1))  # 26 bits each


def read_hd(folder):
    """HD number by HIP number."""
    rows = (line.rstrip('\n').split('\t') for line in open(folder / 'stars/default/cross-id.dat', encoding='utf-8'))
    return {int(f[0]): int(f[3]) for f in rows if len(f) > 3 and f[0].isdigit() and f[3].strip().isdigit()}


def write_stars(stars, hd, path):
    cell, x26, y26 = in_cell(stars['dir'])
    v = np.rint(stars['v'] * 100).astype(np.int64)
    order = np.lexsort((x26, v, cell))
    cell, v = cell[order], v[order]
    for key in ('dir', 'pm_ra', 'pm_dec', 'bv', 'plx', 'hip', 'v'):
        stars[key] = stars[key][order]
    n = len(v)
    place = (x26[order] >> np.uint64(2)) << np.uint64(24) | (y26[order] >> np.uint64(2))
    place_bytes = np.ascontiguousarray(place.astype('<u8')).view('u1').reshape(n, 8)[:, :6]
    pm = np.rint(np.stack([stars['pm_ra'], stars['pm_dec']], 1) * 10).astype(np.int64)
    fast = np.flatnonzero((np.abs(pm) > 32767).any(1))
    small = pm.copy()
    small[fast] = -32768
    bv = np.clip(np.rint((stars['bv'] + 0.6) / 0.02), 0, 254).astype('u1')
    hip_rows = np.flatnonzero(stars['hip'])
    hip = stars['hip'][hip_rows]
    plx = np.clip(np.rint(stars['plx'][hip_rows] * 50), 0, 65535).astype('<u2')
    packed = np.zeros((len(hip_rows), 8), 'u1')
    packed[:, 0:3] = hip_rows.astype('<u4').view('u1').reshape(-1, 4)[:, :3]
    packed[:, 3:6] = hip.astype('<u4').view('u1').reshape(-1, 4)[:, :3]
    packed[:, 6:8] = plx.view('u1').reshape(-1, 2)
    hd_of = np.array([hd.get(int(h), 0) for h in hip], '<u4').view('u1').reshape(-1, 4)[:, :3]
    fast_rec = np.zeros(len(fast), np.dtype([('star', '<u4'), ('ra', '<i4'), ('dec', '<i4')]))
    fast_rec['star'], fast_rec['ra'], fast_rec['dec'] = fast, pm[fast, 0], pm[fast, 1]
    starts = np.searchsorted(cell, np.arange(12 * STAR_NSIDE**2 + 1)).astype('<u4')
    sections = [(b'CELL', 4, starts.tobytes()), (b'PLAC', 6, place_bytes.tobytes()),
                (b'MOTN', 4, small.astype('<i2').tobytes()), (b'VMAG', 2, v.astype('<i2').tobytes()),
                (b'BVCI', 1, bv.tobytes()), (b'HIPN', 8, packed.tobytes()),
                (b'HDNO', 3, np.ascontiguousarray(hd_of).tobytes()), (b'FAST', 12, fast_rec.tobytes())]
    at = 64 + 24 * len(sections)
    table, body = b'', b''
    for tag, size, data in sections:
        body += b'\0' * (-(at + len(body)) % 8)
        table += struct.pack('<4sIQQ', tag, size, at + len(body), len(data) // size)
        body += data
    total = at + len(body)
    head = struct.pack('<8sIIQdQ', b'FIRMSTAR', 1, STAR_ORDER, n, 2000.0, total) + struct.pack('<II', len(sections), 0)
    checked = head + table + starts.tobytes()
    head += struct.pack('<QQ', fnv1a64(checked), fnv1a64(body))
    assert len(head) == 64
    path.write_bytes(head + table + body)
    print(f'{path.name}: {total} bytes, {len(hip_rows)} HIP, {len(fast)} fast')


def check_stars(stars, hip_main):
    """Against ESA's Hipparcos main catalogue moved to J2000.0."""
    opener = gzip.open if str(hip_main).endswith('.gz') else open
    where = {}
    for i in np.flatnonzero(stars['hip'])[::-1]:
        where[int(stars['hip'][i])] = i
    ra, dec = lon_lat(stars['dir'])
    far, motion = [], []
    for row in (line.split('|') for line in opener(hip_main, 'rt')):
        try:
            i, a, d, pa, pd = where[int(row[1])], float(row[8]), float(row[9]), float(row[12]), float(row[13])
        except (ValueError, KeyError):
            continue
        a += pa * 8.75 / 3.6e6 / np.cos(np.radians(d))
        d += pd * 8.75 / 3.6e6
        far.append(3600 * np.hypot((ra[i] - a) * np.cos(np.radians(d)), dec[i] - d))
        motion.append(np.hypot(stars['pm_ra'][i] - pa, stars['pm_dec'][i] - pd))
    print(f'Hipparcos: {len(far)} stars, offset median {np.median(far):.4f}, p99 {np.percentile(far, 99):.2f} arcsec; '
          f'motion differs by median {np.median(motion):.2f}, p90 {np.percentile(motion, 90):.1f} mas/yr')
    if np.median(far) > 0.1:
        sys.exit('the star positions do not agree with Hipparcos')


# ---------------------------------------------------------------- names

# In stellarium's list each name is followed by the numbers of its sources (reference.fab there). These are the IAU's own lists:
# NameExoWorlds 2015, the Catalog of Star Names, Naming Stars, NameExoWorlds 2019.
IAU_SOURCES = {'4', '6', '12', '36'}
NOT_NAMES = {"Becklin's Star"}  # given there to a star of the Trapezium, but meant for the infrared object BN


def write_names(stars, stellarium, d3, path):
    have = set(stars['hip'][stars['hip'] > 0].tolist())
    names = {}

    def entry(hip):
        return names.setdefault(hip, dict(con='', proper=[], iau=set(), bayer='', flam='', var=''))
    for line in open(stellarium / 'skycultures/western/star_names.fab', encoding='utf-8'):
        m = re.match(r'\s*(\d+)\|_\("(.+?)"\)\s*([\d,]*)', line)
        if m and int(m[1]) in have and m[2] not in NOT_NAMES:
            e = entry(int(m[1]))
            if m[2] not in e['proper']:
                e['proper'].append(m[2])
            if IAU_SOURCES & set(m[3].split(',')):
                e['iau'].add(m[2])
    for key, row in json.load(open(d3 / 'starnames.json', encoding='utf-8')).items():
        if not key.isdigit() or int(key) not in have:
            continue
        e = entry(int(key))
        name = row.get('name', '').strip()
        if name and name not in NOT_NAMES:
            if name in e['proper']:
                e['proper'].remove(name)
            e['proper'].insert(0, name)
        if row.get('c'):
            bayer = row.get('bayer', '').replace('undefined', 'υ')  # a slip there: upsilon3 Eri
            e['con'], e['bayer'], e['flam'], e['var'] = row['c'], bayer, row.get('flam', ''), row.get('var', '')
    for line in open(stellarium / 'stars/default/name.fab', encoding='utf-8'):
        m = re.match(r'\s*(\d+)\|(\S+?)_([A-Z][A-Za-z]{2})(?:_\S+)?\s*$', line)
        if not m or int(m[1]) not in have:
            continue
        e = entry(int(m[1]))
        if e['con'] and e['con'] != m[3]:
            continue
        e['con'] = m[3]
        if m[2].isdigit():
            e['flam'] = e['flam'] or m[2]
        elif not e['bayer']:
            e['bayer'] = m[2]
    for line in open(stellarium / 'stars/default/gcvs_hip_part.dat', encoding='utf-8'):
        f = line.split('\t')
        m = re.match(r'([A-Z]{1,2}|V\d+) ([A-Z][A-Za-z]{2})$', f[1].strip()) if len(f) > 1 and f[0].isdigit() else None
        if m and int(f[0]) in have:
            e = entry(int(f[0]))
            if not e['con'] or e['con'] == m[2]:
                e['con'], e['var'] = m[2], m[1]
    with open(path, 'w', encoding='utf-8') as out:
        out.write('# hip\tconstellation\tproper names, | between, * before those of the IAU\tBayer\tFlamsteed\tvariable\n')
        for hip, e in sorted(names.items()):
            if not (e['proper'] or e['bayer'] or e['flam'] or e['var']):
                continue
            proper = ['*' + n for n in e['proper'] if n in e['iau']] + [n for n in e['proper'] if n not in e['iau']]
            out.write('\t'.join([str(hip), e['con'], '|'.join(proper), e['bayer'], e['flam'], e['var']]) + '\n')
    print(f'{path.name}: {len(names)} stars, {sum(1 for e in names.values() if e["proper"])} with proper names, '
          f'{sum(1 for e in names.values() if e["iau"])} of them the IAU\'s')


# ---------------------------------------------------------------- constellations

IAU_NAMES = {'Ser': 'Serpens', 'CrA': 'Corona Australis'}
IAU_GENITIVES = {'CrA': 'Coronae Australis', 'Cru': 'Crucis'}


def write_constellations(stars, d3, path):
    """One paragraph a constellation: C name line, L chains of HIP numbers, B corners of a border at B1875."""
    to1875 = erfa.pmat06(*erfa.epb2jd(1875.0))
    bright = np.flatnonzero((stars['hip'] > 0) & (stars['v'] < 6.6))
    tree = cKDTree(stars['dir'][bright])
    info = {}
    for f in json.load(open(d3 / 'constellations.json', encoding='utf-8'))['features']:
        info.setdefault(f['id'], f)  # Serpens is there twice; the head comes first
    lines, borders = {}, {}
    worst, snap = 0, 0
    for f in json.load(open(d3 / 'constellations.lines.json', encoding='utf-8'))['features']:
        for chain in f['geometry']['coordinates']:
            p = np.array(chain)
            dist, near = tree.query(direction(p[:, 0], p[:, 1]), k=1)
            worst = max(worst, np.degrees(dist.max()))
            lines.setdefault(f['id'], []).append(stars['hip'][bright[near]].tolist())
    for f in json.load(open(d3 / 'constellations.bounds.json', encoding='utf-8'))['features']:
        polygons = f['geometry']['coordinates'] if f['geometry']['type'] == 'MultiPolygon' else [f['geometry']['coordinates']]
        for rings in polygons:
            for ring in rings:
                ra, dec = lon_lat(direction(*np.array(ring).T) @ to1875.T)
                s, m = np.rint(ra * 240).astype(int) % 86400, np.rint(dec * 60).astype(int)
                ok = np.abs(dec) < 80
                snap = max(snap, np.abs((ra * 240 - np.rint(ra * 240))[ok]).max(), np.abs((dec * 60 - m)[ok]).max())
                corners = [(int(a), int(b)) for a, b in zip(s, m)]
                if corners[0] == corners[-1]:
                    corners.pop()
                borders.setdefault(f['id'], []).append(tidy(corners))
    print(f'constellations: line ends within {worst * 3600:.0f} arcsec of a star, borders within {snap:.3f} of their grid')
    with open(path, 'w', encoding='utf-8') as out:
        for key, f in sorted(info.items()):
            p = f['properties']
            name = IAU_NAMES.get(key, p['name'])
            ra, dec = f['geometry']['coordinates']
            out.write(f'C\t{key}\t{name}\t{IAU_GENITIVES.get(key, p["gen"])}\t{ra % 360:.3f}\t{dec:.3f}\n')
            for chain in lines.get(key, []):
                out.write('L\t' + ' '.join(map(str, chain)) + '\n')
            for ring in borders.get(key, []):
                out.write('B\t' + ' '.join(f'{a},{b}' for a, b in ring) + '\n')
    return list(info)


def tidy(ring):
    """Leaves the corners only, so that sides alternate between parallels and meridians (the shorter way round)."""
    def aligned(a, b):
        return a[0] == b[0] or a[1] == b[1]

    # The source has points between corners on the parallel of +88 degrees, placed on a great circle: dropped.
    ring = [c for i, c in enumerate(ring) if aligned(ring[i - 1], c) or aligned(c, ring[(i + 1) % len(ring)])]
    i = 0
    while i < len(ring):
        a, c, b = ring[i - 1], ring[i], ring[(i + 1) % len(ring)]
        length = (b[0] - a[0] + 43200) % 86400 - 43200
        if a[0] == c[0] == b[0] or (a[1] == c[1] == b[1] and abs(length) < 36000):
            del ring[i]
        else:
            i += 1
    for i, c in enumerate(ring):
        if not aligned(ring[i - 1], c):
            sys.exit(f'border side neither on a parallel nor on a meridian: {ring[i - 1]} {c}')
    return ring


def simplified(ring, tolerance):
    """Douglas-Peucker on the sphere's chords."""
    u = direction(*np.array(ring).T)
    keep = np.zeros(len(u), bool)
    keep[[0, -1]] = True
    half = len(u) // 2
    keep[half] = True
    stack = [(0, half), (half, len(u) - 1)]
    while stack:
        a, b = stack.pop()
        if b - a < 2:
            continue
        line = u[b] - u[a]
        length = np.linalg.norm(line)
        d = np.linalg.norm(np.cross(u[a + 1:b] - u[a], line), axis=1) / length if length > 0 else np.linalg.norm(u[a + 1:b] - u[a], axis=1)
        i = int(d.argmax())
        if d[i] > tolerance:
            keep[a + 1 + i] = True
            stack += [(a, a + 1 + i), (a + 1 + i, b)]
    return [p for p, k in zip(ring, keep) if k]


def write_milky_way(d3, path):
    count = 0
    with open(path, 'w', encoding='utf-8') as out:
        for f in json.load(open(d3 / 'mw.json', encoding='utf-8'))['features']:
            level = int(f['id'][2:]) - 1
            for rings in f['geometry']['coordinates']:
                for ring in rings:
                    points = simplified(ring, np.radians(0.04))
                    if len(points) < 4:
                        continue
                    if points[0] == points[-1]:
                        points.pop()
                    count += len(points)
                    out.write(f'{level}\t' + ' '.join(f'{ra % 360:.2f},{dec:.2f}' for ra, dec in points) + '\n')
    print(f'{path.name}: {count} points')


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ('stellarium', 'kstars', 'd3', 'openngc'):
        p.add_argument('--' + name, type=Path, required=True)
    p.add_argument('--hipparcos', type=Path)
    p.add_argument('-o', '--output', type=Path, required=True)
    a = p.parse_args()
    a.output.mkdir(parents=True, exist_ok=True)
    stars = read_stars(a.stellarium)
    kstars = read_kstars(a.kstars)
    move_late_stars(stars, kstars)
    refine_magnitudes(stars, kstars)
    write_stars(stars, read_hd(a.stellarium), a.output / 'stars.bin')
    if a.hipparcos:
        check_stars(stars, a.hipparcos)
    write_names(stars, a.stellarium, a.d3, a.output / 'star_names.tsv')
    write_constellations(stars, a.d3, a.output / 'constellations.tsv')
    write_milky_way(a.d3, a.output / 'milky_way.tsv')
    write_deep_sky(a.openngc, a.d3, a.output / 'deepsky.tsv')
    diffuse.write(a.stellarium / 'textures/milkyway.png', a.output / 'diffuse.png')
    print('in all', sum(f.stat().st_size for f in a.output.iterdir()), 'bytes')


if __name__ == '__main__':
    main()
