"""Pictures that a page may show: PNG and JPEG whose first bytes say so, of a size that a browser can hold.

A data URI says itself what it holds, and a browser believes it: `data:image/svg+xml` runs as a document does. So a
picture is taken for what its bytes are, and is written anew as base64.
"""

import base64
import binascii

MAX_BYTES = 5_000_000
MAX_PIXELS = 50_000_000

# The markers of a JPEG that are followed by its height and width.
FRAMES = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def picture(text):
    """The MIME type and base64 of the picture that the base64 `text` holds, or None if it is none that is shown."""
    if not isinstance(text, str) or len(text) > MAX_BYTES * 4 / 3 + 100_000:  # room for line ends
        return None
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (ValueError, binascii.Error):
        return None
    for mime, measure in (("image/png", png_size), ("image/jpeg", jpeg_size)):
        size = measure(data)
        if size and 0 < size[0] * size[1] <= MAX_PIXELS and len(data) <= MAX_BYTES:
            return mime, base64.b64encode(data).decode()
    return None


def png_size(data):
    """Width and height of a PNG, or None."""
    if data[:8] != b"\x89PNG\r\n\x1a\n" or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def jpeg_size(data):
    """Width and height of a JPEG, or None: its segments are passed over one by one up to the frame's."""
    if data[:2] != b"\xff\xd8":
        return None
    place = 2
    while place + 9 < len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker in FRAMES:
            height, width = data[place + 5 : place + 7], data[place + 7 : place + 9]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
        place += 2 + max(length, 2)
    return None


def attachments(found):
    """Those of a cell's attachments (a dict: name -> {MIME type -> base64}) that are pictures, each checked."""
    kept = {}
    for name, bundle in found.items() if isinstance(found, dict) else ():
        values = bundle.values() if isinstance(bundle, dict) else ()
        checked = next(filter(None, map(picture, values)), None)
        if checked and isinstance(name, str) and len(kept) < 20:
            kept[name] = dict([checked])
    return kept
