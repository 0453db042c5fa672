"""What ALLIANCE_STORAGE_URL may say.

    file:///var/lib/alliance/files        a folder of this machine (`file:var/files` is relative to where it runs)
    s3://bucket/beginning?region=us-east-1&endpoint=https://s3.example.org

After the bucket may come a beginning for all keys. `endpoint` is the service (without it, AWS), `public` its address as
browsers see it where that is another, `style=virtual` puts the bucket into the host's name. Credentials are those that
boto3 finds by itself (`AWS_ACCESS_KEY_ID` …, a profile, the machine's role) or stand in the address, percent-encoded:
`s3://key:secret@bucket`.
"""

from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from flask_babel import gettext as _

from alliance.storage.bucket import Bucket
from alliance.storage.folder import Folder
from alliance.storage.store import Store

OPTIONS = {"region", "endpoint", "public", "style"}


def open_store(url: str) -> Store:
    """The store that the address names; raises ValueError with a sentence where it names none."""
    parts = urlsplit(url)
    if parts.scheme == "file" and not parts.netloc and parts.path and not parts.query:
        return Folder(Path(unquote(parts.path)))
    name = parts.netloc.rpartition("@")[2]
    options = dict(parse_qsl(parts.query, keep_blank_values=True))
    if parts.scheme == "s3" and name and set(options) <= OPTIONS and all(options.values()):
        return Bucket(name, prefix=unquote(parts.path.strip("/")), credentials=credentials(parts), **options)
    raise ValueError(_("文件存储地址应为 file:///文件夹 或 s3://存储桶?region=…&endpoint=…（可选 public、style）。"))


def credentials(parts: SplitResult) -> tuple[str, str] | None:
    if parts.username and parts.password:
        return unquote(parts.username), unquote(parts.password)
    return None
