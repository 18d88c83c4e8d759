"""Reads the file that test_write.cpp wrote, with astropy. Exit 77: astropy is not here."""
import sys

try:
    from astropy.io import fits
except ImportError:
    sys.exit(77)

hdus = fits.open(sys.argv[1], memmap=False)
hdus.verify("exception")
header = hdus[0].header
assert hdus[0].data.shape == (2, 3) and hdus[0].data[1, 0] == 4
assert header["CRVAL1"] == 83.63308333333333 and header["CRVAL2"] == -1e-12
assert header["BIG"] == 9007199254740993 and header["YES"] is True and header["WHOLE"] == 3.0
assert header["OBJECT"] == "Barnard's loop" and header.comments["OBJECT"] == "name"
assert header["LONG"] == "x" * 150 + " y's end"
assert "".join(header["HISTORY"]) == "h" * 100
