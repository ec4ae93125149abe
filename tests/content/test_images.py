"""Figures: how large they are, and what may not be in them."""

from __future__ import annotations

import struct

import pytest

from skillguide.content.images import Asset, ImageError, read_image
from tests.content.conftest import Content

PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 640, 320) + bytes(9)
JPEG = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffc0000b08014002800101") + bytes(8)
WEBP = {
    "VP8 ": b"RIFF\x00\x00\x00\x00WEBPVP8 " + bytes(4) + b"\x00\x00\x00\x9d\x01\x2a"
    + struct.pack("<HH", 640, 320),
    "VP8L": b"RIFF\x00\x00\x00\x00WEBPVP8L" + bytes(4) + b"\x2f"
    + struct.pack("<I", 639 | 319 << 14),
    "VP8X": b"RIFF\x00\x00\x00\x00WEBPVP8X" + bytes(8)
    + (639).to_bytes(3, "little") + (319).to_bytes(3, "little"),
}  # fmt: skip
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 320">{}</svg>'


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("x.png", PNG),
        ("x.jpg", JPEG),
        *(("x.webp", body) for body in WEBP.values()),
        ("x.svg", SVG.format("<path d='M0 0'/>").encode()),
        ("x.svg", b'<svg xmlns="http://www.w3.org/2000/svg" width="640px" height="320.2"/>'),
    ],
)
def test_the_size_is_read_from_the_picture(name: str, body: bytes) -> None:
    asset = read_image(f"tiny/images/{name}", body)

    assert (asset.width, asset.height, asset.name) == (640, 320, name)


@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.webp", "x.svg"])
@pytest.mark.parametrize(
    "body", [b"", b"GIF89a", PNG[:20], JPEG[:12], WEBP["VP8X"][:20], b"\xff\xd8\xff" * 9]
)
def test_what_is_no_picture_is_refused(name: str, body: bytes) -> None:
    with pytest.raises(ImageError):
        read_image(name, body)


@pytest.mark.parametrize(
    ("inside", "message"),
    [
        ("<script>alert(1)</script>", "<script>"),
        ("<SCRIPT/>", "<SCRIPT>"),
        ("<style>*{}</style>", "<style>"),
        ("<foreignObject/>", "<foreignObject>"),
        ("<image href='http://example.org/x.png'/>", "<image>"),
        ("<a href='#x'/>", "<a>"),
        ("<animate attributeName='href'/>", "<animate>"),
        ("<h:p xmlns:h='http://www.w3.org/1999/xhtml'/>", "<p>"),
        ("<path onload='x()'/>", "the script “onload”"),
        ("<path OnClick='x()'/>", "the script “OnClick”"),
        ("<path style='fill:red'/>", "the attribute “style”"),
        ("<use href='http://example.org/x.svg#y'/>", "a link to something outside"),
        (
            "<use xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='data:x'/>",
            "a link to something outside",
        ),
        ("<path fill='url(http://example.org/x#y)'/>", "an address of something outside"),
        ("<path fill=' U R L( //example.org/#y)'/>", "an address of something outside"),
        ("<?xml-stylesheet href='x'?>", "<?xml-stylesheet"),
        ("<path xml:base='http://example.org'/>", "the attribute “base”"),
    ],
)
def test_a_picture_only_shows(inside: str, message: str) -> None:
    with pytest.raises(ImageError) as error:
        read_image("x.svg", SVG.format(inside).encode())

    assert error.value.message.startswith(f"{message} is not allowed in a figure; ")
    assert error.value.offset == SVG.index("{")


def test_references_within_a_picture_are_fine() -> None:
    inside = "<linearGradient id='g'/><path fill='url(#g)'/><use href='#g'/><title>on time</title>"

    assert isinstance(read_image("x.svg", SVG.format(inside).encode()), Asset)


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + SVG.format("&b;"),
        '<!DOCTYPE svg SYSTEM "file:///etc/passwd">' + SVG.format(""),
        '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("&x;"),
    ],
)
def test_entities_are_never_read(text: str) -> None:
    with pytest.raises(ImageError, match="a DOCTYPE is not allowed"):
        read_image("x.svg", text.encode())


def test_a_deep_picture_is_only_slow_to_draw() -> None:
    with pytest.raises(ImageError, match="cannot be read"):
        read_image("x.svg", SVG.format("<g>" * 100_000).encode())


def test_a_mistake_in_a_picture_has_its_place(content: Content) -> None:
    place = content.edit("images/parts.svg", "  <path d=", "  ‸<script/>\n  <path d=")

    assert content.problems() == [
        (
            f"images/parts.svg:{place}: <script> is not allowed in a figure; "
            "export the picture as plain SVG without it"
        )
    ]


def test_a_picture_may_not_be_heavy(content: Content) -> None:
    content.write("images/parts.svg", b"<svg>" + b" " * 500_000)

    assert content.problems() == [
        "images/parts.svg:1:1: this file has 500,005 bytes; at most 500,000 are allowed"
    ]


def test_assets_are_the_pictures_that_are_shown(content: Content) -> None:
    content.write("images/unused.png", PNG)

    compilation = content.compile()

    pictures = [it for it in compilation.assets if it.media_type.startswith("image/")]
    assert [asset.path for asset in pictures] == ["tiny/images/parts.svg"]
    assert compilation.assets[0].media_type == "image/svg+xml"
    assert [problem.message for problem in compilation.problems] == ["no text shows this image"]
    assert compilation.ok
