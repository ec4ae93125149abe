"""Figures: which pictures may be published, and how large they are."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from hashlib import sha256
from xml.parsers import expat

MAX_BYTES = 500_000

MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "webp": "image/webp",
    "jpg": "image/jpeg",
}


@dataclass(frozen=True)
class Asset:
    """A file that is served as it is, under an address that names its contents."""

    digest: str
    path: str
    name: str
    media_type: str
    body: bytes
    width: int
    height: int


class ImageError(Exception):
    def __init__(self, message: str, offset: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        """In an SVG, which has lines that one can point at."""


def read_image(path: str, body: bytes) -> Asset:
    name = path.rpartition("/")[2]
    suffix = name.rpartition(".")[2]
    try:
        width, height = _SIZES[suffix](body)
    except (IndexError, struct.error) as error:
        raise ImageError(f"this is not a {suffix.upper()} picture, or it is cut off") from error
    if not (0 < width <= 10_000 and 0 < height <= 10_000):
        raise ImageError(f"a figure has 1 to 10,000 pixels each way; here are {width} × {height}")
    return Asset(sha256(body).hexdigest(), path, name, MEDIA_TYPES[suffix], body, width, height)


def _png(body: bytes) -> tuple[int, int]:
    if body[:8] != b"\x89PNG\r\n\x1a\n" or body[12:16] != b"IHDR":
        raise ImageError("this is not a PNG picture; its name ends with the wrong letters")
    width, height = struct.unpack(">II", body[16:24])
    return width, height


def _jpeg(body: bytes) -> tuple[int, int]:
    if body[:3] != b"\xff\xd8\xff":
        raise ImageError("this is not a JPEG picture; its name ends with the wrong letters")
    at = 2
    while at < len(body):
        marker, length = struct.unpack(">HH", body[at : at + 4])
        if 0xFFC0 <= marker <= 0xFFCF and marker not in (0xFFC4, 0xFFC8, 0xFFCC):
            height, width = struct.unpack(">HH", body[at + 5 : at + 9])
            return width, height
        at += 2 + length
    raise IndexError


def _webp(body: bytes) -> tuple[int, int]:
    if body[:4] != b"RIFF" or body[8:12] != b"WEBP":
        raise ImageError("this is not a WebP picture; its name ends with the wrong letters")
    match body[12:16]:
        case b"VP8X":
            sides = struct.unpack("<3s3s", body[24:30])
            width, height = (int.from_bytes(side, "little") + 1 for side in sides)
        case b"VP8L":
            (bits,) = struct.unpack("<I", body[21:25])
            width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
        case _:
            width, height = (side & 0x3FFF for side in struct.unpack("<HH", body[26:30]))
    return width, height


# ── SVG: a document, so only elements and attributes that draw ───────────────────────────

_ELEMENTS = frozenset(
    [
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "text", "tspan", "textPath"),
        *("path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "marker"),
        *("linearGradient", "radialGradient", "stop", "clipPath", "mask", "pattern"),
    ]
)
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_LENGTH = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)(?:px)?\s*")


def _svg(body: bytes) -> tuple[int, int]:
    return _SvgReader().read(body)


class _SvgReader:
    def __init__(self) -> None:
        self.size: tuple[int, int] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.StartDoctypeDeclHandler = self.refuse_doctype
        self.parser.ProcessingInstructionHandler = self.refuse_instruction
        self.parser.StartElementHandler = self.element

    def read(self, body: bytes) -> tuple[int, int]:
        try:
            self.parser.Parse(body, True)
        except (expat.ExpatError, ValueError, LookupError) as error:
            message = f"this SVG cannot be read: {error}"
            raise ImageError(message, self.parser.ErrorByteIndex) from error
        if self.size is None:
            raise ImageError("this SVG has no size; give it a viewBox such as “0 0 640 320”")
        return self.size

    def refuse(self, what: str, instead: str) -> None:
        raise ImageError(f"{what} is not allowed in a figure; {instead}", self.byte_index())

    def byte_index(self) -> int:
        return int(self.parser.CurrentByteIndex)

    def refuse_doctype(self, *_: object) -> None:
        self.refuse("a DOCTYPE", "delete it, pictures need none")

    def refuse_instruction(self, target: str, _: str) -> None:
        self.refuse(f"<?{target}", "delete it, pictures need none")

    def element(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space != _SVG or local not in _ELEMENTS:
            if self.size is None and local == "svg":
                self.refuse("an <svg> without its namespace", f'add xmlns="{_SVG}"')
            self.refuse(f"<{local}>", "export the picture as plain SVG without it")
        for attribute, value in attributes.items():
            self.attribute(attribute, value)
        if self.size is None:
            self.size = _svg_size(attributes)

    def attribute(self, name: str, value: str) -> None:
        space, _, local = name.rpartition(" ")
        value = "".join(value.split()).lower()
        if space not in ("", _XLINK):
            self.refuse(f"the attribute “{local}”", "export the picture as plain SVG")
        if local.lower().startswith("on"):
            self.refuse(f"the script “{local}”", "pictures do nothing but show")
        if local == "style":
            self.refuse("the attribute “style”", 'use attributes such as fill="…" instead')
        if local == "href" and not value.startswith("#"):
            self.refuse("a link to something outside", "draw it in the picture itself")
        if re.search(r"url\((?!['\"]?#)", value) or "javascript:" in value:
            self.refuse("an address of something outside", "draw it in the picture itself")


def _svg_size(attributes: dict[str, str]) -> tuple[int, int] | None:
    sides = [_LENGTH.fullmatch(attributes.get(name, "")) for name in ("width", "height")]
    numbers = [float(side[1]) for side in sides if side]
    if len(numbers) < 2:
        box = re.split(r"[\s,]+", attributes.get("viewBox", "").strip())
        if len(box) != 4 or not all(_LENGTH.fullmatch(side) for side in box[2:]):
            return None
        numbers = [float(side) for side in box[2:]]
    return round(min(numbers[0], 1e6)), round(min(numbers[1], 1e6))


_SIZES = {"svg": _svg, "png": _png, "jpg": _jpeg, "webp": _webp}
