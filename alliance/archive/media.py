"""Which files the archive takes, by what they are and not by what they are called."""

from flask_babel import gettext as _

IMAGES = ("image/jpeg", "image/png", "image/webp", "image/gif")
SOUNDS = ("audio/mpeg", "audio/mp4", "audio/ogg", "audio/wav", "audio/flac")
FILMS = ("video/mp4", "video/webm")
PDF = "application/pdf"
SHOWN = frozenset((*IMAGES, *SOUNDS, *FILMS, PDF))
KEPT = (
    "image/tiff",
    "image/heic",
    "image/heif",
    "image/avif",
    "image/jp2",
    "video/quicktime",
    "video/x-matroska",
    "video/x-msvideo",
    "text/plain",
)
TAKEN = (*IMAGES, *SOUNDS, *FILMS, PDF, *KEPT)

# libmagic's other names for the same thing.
SAME = {
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-flac": "audio/flac",
    "application/ogg": "audio/ogg",
    "video/x-m4v": "video/mp4",
}
ENDINGS = {
    "image/jpeg": ("jpg", "jpeg", "jpe", "jfif"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "image/tiff": ("tif", "tiff"),
    "image/heic": ("heic", "heif"),
    "image/heif": ("heif", "heic"),
    "image/avif": ("avif",),
    "image/jp2": ("jp2",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a", "mp4", "m4b", "aac"),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/wav": ("wav",),
    "audio/flac": ("flac",),
    "video/mp4": ("mp4", "m4v", "m4a"),
    "video/webm": ("webm",),
    "video/quicktime": ("mov", "qt"),
    "video/x-matroska": ("mkv", "mka"),
    "video/x-msvideo": ("avi",),
    "application/pdf": ("pdf",),
    "text/plain": ("txt", "lrc", "srt", "vtt"),
}
ACCEPT = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)


def named(sniffed: str) -> str:
    """The one name we use for a sniffed type."""
    return SAME.get(sniffed, sniffed)


def format_label(media_type: str) -> str:
    """The format in the few letters people know: JPEG, MP4, PDF."""
    return ENDINGS[media_type][0].upper() if media_type in ENDINGS else media_type


def size_label(size: int) -> str:
    """Bytes as people say them."""
    if size < 1024 * 1024:
        return str(_("%(n)s KB", n=max(1, round(size / 1024))))
    if size < 1024 * 1024 * 1024:
        return str(_("%(n)s MB", n=f"{size / 1024 / 1024:.1f}".removesuffix(".0")))
    return str(_("%(n)s GB", n=f"{size / 1024 / 1024 / 1024:.2f}".rstrip("0").removesuffix(".")))
