"""deepsky.tsv from OpenNGC (CC BY-SA 4.0), with Caldwell numbers and the few objects that are in no NGC or IC."""
import csv
import json
import re

KINDS = {'G': 'Galaxy', 'GPair': 'Galaxy', 'GTrpl': 'Galaxy', 'GGroup': 'Galaxy', 'OCl': 'OpenCluster', 'GCl': 'GlobularCluster',
         'Cl+N': 'ClusterWithNebula', 'PN': 'PlanetaryNebula', 'HII': 'Nebula', 'EmN': 'Nebula', 'Neb': 'Nebula', 'RfN': 'Nebula',
         'SNR': 'SupernovaRemnant', 'DrkN': 'DarkNebula', '*Ass': 'StarGroup', '*': 'Star', '**': 'Star', 'Nova': 'Star', 'Other': 'Other'}

# Caldwell's list (P. Moore, 1995) as NGC numbers; I = IC. 9, 41 and 99 are among EXTRA.
CALDWELL = """188 40 4236 7023 I342 6543 2403 559 - 663 7635 6946 457 869 6826 7243 147 185 I5146 7000 4449 7662 891 1275 2419
4244 6888 752 5005 7331 I405 4631 6992 6960 4889 4559 6885 4565 2392 3626 - 7006 7814 7479 5248 2261 6934 2775 2237 2244 I1613
4697 3115 2506 7009 246 6822 2360 3242 4038 4039 247 7293 2362 253 5694 1097 6729 6302 300 2477 55 1851 3132 6124 6231 5128
6541 3201 5139 6352 6193 4945 5286 I2391 6397 1261 5823 6087 2867 3532 3372 6752 4755 6025 2516 3766 4609 - I2944 6744 I2602
2070 362 4833 104 6101 4372 3195""".split()

# name, other names, kind, RA, Dec (degrees), axes (arcmin), PA, V
EXTRA = [
    ('M 40', 'Winnecke 4', 'Star', 185.5521, 58.0831, 0.8, 0.8, 0, 8.4),
    ('M 45', 'Pleiades|Seven Sisters|Melotte 22|Subaru', 'OpenCluster', 56.75, 24.1167, 110, 110, 0, 1.6),
    ('Sh2-155', 'Cave Nebula|C 9', 'Nebula', 344.2, 62.6167, 50, 30, 0, 7.7),
    ('Melotte 25', 'Hyades|C 41', 'OpenCluster', 66.725, 15.8667, 330, 330, 0, 0.5),
    ('Coalsack', 'Coalsack Nebula|Coal Sack|C 99', 'DarkNebula', 187.8, -63.0, 400, 300, 0, None),
    ('LMC', 'Large Magellanic Cloud|Nubecula Major', 'Galaxy', 80.8938, -69.7561, 645, 550, 170, 0.9),
    ('Melotte 111', 'Coma Star Cluster|Coma Berenices Cluster', 'OpenCluster', 186.25, 26.1, 275, 275, 0, 1.8),
    ('Melotte 20', 'Alpha Persei Cluster|Perseus Moving Cluster', 'OpenCluster', 51.6, 48.9667, 185, 185, 0, 1.2),
    ('Collinder 399', "Coathanger|Brocchi's Cluster", 'StarGroup', 291.35, 20.1833, 60, 60, 0, 3.6),
    ('Barnard 33', 'Horsehead Nebula', 'DarkNebula', 85.2458, -2.4583, 6, 4, 90, None),
]
# Common names that OpenNGC lacks.
# Names that belong to a neighbour.
WRONG_NAMES = {'IC0434': ('Flame Nebula', 'Orion B')}
MORE_NAMES = {'NGC0292': 'Small Magellanic Cloud|SMC|Nubecula Minor', 'NGC1976': 'Orion Nebula|Great Orion Nebula', 'NGC0224': 'Andromeda Galaxy'}


def written(name):
    """NGC0224 -> NGC 224; IC0080 NED01 -> IC 80 NED01."""
    m = re.match(r'(NGC|IC|C|Mel|B|H|M|Cl|ESO|PGC|UGC)\s*0*(\d+)(.*)$', name)
    return f'{m[1]} {m[2]}{m[3].strip() if not m[3].startswith(" ") else m[3].rstrip()}' if m else name


def number(text, digits):
    if text in ('', None):
        return ''
    return f'{float(text):.{digits}f}'.rstrip('0').rstrip('.') if digits else f'{float(text):.0f}'


def degrees(text, hours):
    sign = -1 if text.startswith('-') else 1
    a, b, c = (float(x) for x in text.lstrip('+-').split(':'))
    return sign * (a + b / 60 + c / 3600) * (15 if hours else 1)


def write_deep_sky(openngc, d3, path):
    caldwell = {('IC%04d' % int(n[1:]) if n[0] == 'I' else 'NGC%04d' % int(n)): i + 1
                for i, n in enumerate(CALDWELL) if n != '-'}
    assert len(CALDWELL) == 109
    caldwell['NGC0884'] = 14
    common = {}
    for key, row in json.load(open(d3 / 'dsonames.json', encoding='utf-8')).items():
        m = re.match(r'(NGC|IC)\s*(\d+)$', key)
        if m and row.get('name'):
            common['%s%04d' % (m[1], int(m[2]))] = row['name']
    rows, master = [], {}
    table = list(csv.DictReader(open(openngc, encoding='utf-8'), delimiter=';'))
    by_name = {r['Name']: r for r in table}
    by_name['NGC6523'].update({'Type': 'Cl+N', 'MajAx': '90', 'MinAx': '40', 'V-Mag': '6.0'})  # M 8 with its cluster
    by_name['NGC5866']['M'] = '102'  # the accepted reading of Messier's M 102
    also = {}
    for r in table:
        if r['Type'] == 'Dup':
            target = 'NGC' + r['NGC'] if r['NGC'] else 'IC' + r['IC'] if r['IC'] else ''
            if target in by_name:
                if r['Name'] in caldwell:
                    caldwell[target] = caldwell[r['Name']]
                also.setdefault(target, []).append(written(r['Name']))
                for key in ('M', 'Common names'):
                    if r[key] and not by_name[target][key]:
                        by_name[target][key] = r[key]
    for r in table:
        if r['Type'] in ('Dup', 'NonEx') or not r['RA']:
            continue
        own = written(r['Name'])
        wrong = WRONG_NAMES.get(r['Name'], ())
        names = [n.strip() for n in r['Common names'].split(',') if n.strip() and n.strip() not in wrong]
        for extra in MORE_NAMES.get(r['Name'], '').split('|') + [common.get(r['Name'], '')]:
            if extra and extra.lower() not in [n.lower() for n in names]:
                names.append(extra)
        aka = [own] if r['M'] else []
        aka += sorted(set(also.get(r['Name'], [])) - {own})
        for key, prefix in (('NGC', 'NGC '), ('IC', 'IC ')):
            for n in r[key].split(','):
                if n.strip() and prefix + n.strip().lstrip('0') not in aka + [own]:
                    aka.append(prefix + n.strip().lstrip('0'))
        if r['Name'] in caldwell:
            aka.append(f'C {caldwell[r["Name"]]}')
        v = r['V-Mag'] or ''
        blue = '' if v else r['B-Mag']
        rows.append((f'M {int(r["M"])}' if r['M'] else own, '|'.join(names + aka), KINDS[r['Type']],
                     f'{degrees(r["RA"], True):.5f}', f'{degrees(r["Dec"], False):.5f}', number(r['MajAx'], 2), number(r['MinAx'], 2),
                     number(r['PosAng'], 0), number(v, 2), number(blue, 2)))
    for name, aka, kind, ra, dec, major, minor, pa, v in EXTRA:
        rows.append((name, aka, kind, f'{ra:.5f}', f'{dec:.5f}', number(major, 2), number(minor, 2), number(pa or '', 0), number(v, 2), ''))
    messier = [r for r in rows if r[0].startswith('M ')]
    have = sorted(int(r[0][2:]) for r in messier)
    missing = sorted(set(range(1, 111)) - set(have))
    rows.sort(key=lambda r: (0, int(r[0][2:])) if re.match(r'M \d+$', r[0]) else (1, float(r[8] or r[9] or 99)))
    with open(path, 'w', encoding='utf-8') as out:
        out.write('# Derived from OpenNGC (Mattia Verga), CC BY-SA 4.0; so is this file. See resources/LICENSES.md.\n')
        out.write('# name\tother names, | between\tkind\tRA\tDec (deg, J2000)\tmajor\tminor (arcmin)\tPA (deg)\tV\tB where V is not known\n')
        for r in rows:
            out.write('\t'.join(r).rstrip('\t') + '\n')
    print(f'{path.name}: {len(rows)} objects, {len(messier)} Messier, missing {missing}, duplicated {[m for m in set(have) if have.count(m) > 1]}')
