"""A printed page as a picture, and what a scanner reads from it."""

import pypdfium2 as pdfium
import zxingcpp


def pages(pdf: bytes, dpi: int = 203) -> list:
    """Every page as a grey picture, in the dots of a printer."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [
            document[n].render(scale=dpi / 72, grayscale=True).to_pil()
            for n in range(len(document))
        ]
    finally:
        document.close()


def count(pdf: bytes) -> int:
    document = pdfium.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def text(pdf: bytes) -> str:
    """The text that a reader can copy out, without line breaks."""
    document = pdfium.PdfDocument(pdf)
    try:
        found = "".join(document[n].get_textpage().get_text_range() for n in range(len(document)))
    finally:
        document.close()
    return found.replace("\r", "").replace("\n", "").replace("\u200b", "")


def codes(picture) -> dict[str, set[str]]:
    """What is scanned from a page, by sort of code."""
    found: dict[str, set[str]] = {}
    for code in zxingcpp.read_barcodes(picture):
        found.setdefault(code.format.name, set()).add(code.text)
    return found


def ink_beyond(picture, left_mm: float, right_mm: float) -> int:
    """Dark dots outside the text area, left and right: text that ran over the edge."""
    dots = picture.width / (picture.width / 203 * 25.4)
    left = picture.crop((0, 0, int(left_mm * dots), picture.height))
    right = picture.crop((int(picture.width - right_mm * dots), 0, picture.width, picture.height))
    return sum(sum(part.point(lambda v: v < 128 and 1).tobytes()) for part in (left, right))
