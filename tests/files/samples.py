"""Small real files of each sort, made here."""

import io
import struct
import zipfile

from PIL import Image


def pdf() -> bytes:
    return b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def picture(sort: str = "JPEG", exif: bytes = b"") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "white").save(out, sort, **({"exif": exif} if exif else {}))
    return out.getvalue()


def located(sort: str = "JPEG") -> bytes:
    made = Image.Exif()
    made.get_ifd(0x8825)[1] = "N"
    made.get_ifd(0x8825)[2] = (31.0, 13.0, 7.0)
    return picture(sort, made.tobytes())


def archive(*parts: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for part in parts:
            made.writestr(part, "<x/>")
    return out.getvalue()


def docx(*more: str) -> bytes:
    return archive("[Content_Types].xml", "word/document.xml", *more)


def xlsx() -> bytes:
    return archive("[Content_Types].xml", "xl/workbook.xml")


def ofd() -> bytes:
    return archive("OFD.xml", "Doc_0/Document.xml")


def heic() -> bytes:
    return struct.pack(">I", 24) + b"ftypheic\0\0\0\0mif1heic" + b"\0" * 64
