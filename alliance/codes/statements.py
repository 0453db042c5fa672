"""The statements an asset carries in public: what one may do with it.

The identifiers are those of rightsstatements.org (version 1.0) and of Creative Commons (licences 4.0); the sentences
are our own.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from alliance.codes.codelist import Code, CodeList, language


@dataclass(frozen=True, slots=True)
class RightsStatement:
    """A statement by its URI, with a name and a sentence that says what one may do."""

    id: str
    uri: str
    zh: str
    en: str
    zh_sentence: str
    en_sentence: str

    def label(self, locale: str) -> str:
        return self.en if language(locale) == "en" else self.zh

    def sentence(self, locale: str) -> str:
        return self.en_sentence if language(locale) == "en" else self.zh_sentence


def _rs(code: str, zh: str, en: str, zh_sentence: str, en_sentence: str) -> RightsStatement:
    uri = f"http://rightsstatements.org/vocab/{code}/1.0/"
    return RightsStatement("rs_" + code.lower().replace("-", "_"), uri, zh, en, zh_sentence, en_sentence)


def _cc(path: str, zh: str, en: str, zh_sentence: str, en_sentence: str) -> RightsStatement:
    name = path.split("/")[1].replace("-", "_")
    code_id = {"zero": "cc0", "mark": "pdm"}.get(name, f"cc_{name}")
    return RightsStatement(code_id, f"http://creativecommons.org/{path}/", zh, en, zh_sentence, en_sentence)


STATEMENTS: tuple[RightsStatement, ...] = (
    _rs(
        "InC",
        "受著作权保护",
        "In copyright",
        "本作品受著作权保护。法律允许的使用不必另行许可，其他使用须先取得权利人同意。",
        "This work is in copyright. Beyond what the law allows, ask the rights holder first.",
    ),
    _rs(
        "InC-OW-EU",
        "受著作权保护（欧盟孤儿作品）",
        "In copyright: EU orphan work",
        "本作品在欧盟被认定为孤儿作品，经查找仍未找到权利人；可按该制度使用，找到权利人后以其意见为准。",
        "Registered as an orphan work in the EU: no rights holder was found. Use it as that scheme allows.",
    ),
    _rs(
        "InC-EDU",
        "受著作权保护（允许教育使用）",
        "In copyright: educational use permitted",
        "本作品受著作权保护，权利人允许用于教育；用于其他目的须先取得同意。",
        "This work is in copyright. The rights holder allows educational use; ask before any other use.",
    ),
    _rs(
        "InC-NC",
        "受著作权保护（允许非商业使用）",
        "In copyright: non-commercial use permitted",
        "本作品受著作权保护，权利人允许非商业使用；用于商业须先取得同意。",
        "This work is in copyright. The rights holder allows non-commercial use; ask before commercial use.",
    ),
    _rs(
        "InC-RUU",
        "受著作权保护（权利人无法找到或不明）",
        "In copyright: rights holder not found or unknown",
        "本作品受著作权保护，但权利人不明或无法联系。知道线索的，请告诉我们。",
        "This work is in copyright, but its rights holder is unknown or cannot be reached. Please tell us if you know.",
    ),
    _rs(
        "NoC-CR",
        "无著作权（受合同限制）",
        "No copyright: contractual restrictions",
        "本作品不受著作权保护，但本馆签过的合同限制了使用方式，使用前请先询问。",
        "Not in copyright, but a contract signed by the centre limits its use. Ask before you use it.",
    ),
    _rs(
        "NoC-NC",
        "无著作权（仅限非商业使用）",
        "No copyright: non-commercial use only",
        "本作品已进入公有领域，因数字化合作的约定，暂时只能非商业使用。",
        "In the public domain, but a digitisation contract limits this copy to non-commercial use for now.",
    ),
    _rs(
        "NoC-OKLR",
        "无著作权（受其他法律限制）",
        "No copyright: other legal restrictions",
        "本作品不受著作权保护，但其他法律（如传统文化、个人信息方面的规定）限制其使用。",
        "Not in copyright, but other laws, such as those on traditional culture or privacy, limit its use.",
    ),
    _rs(
        "NoC-US",
        "在美国无著作权",
        "No copyright: United States",
        "本作品在美国不受著作权保护；在其他国家和地区，使用前请自行查明。",
        "Not in copyright in the United States. Elsewhere, check before you use it.",
    ),
    _rs(
        "CNE",
        "著作权未评估",
        "Copyright not evaluated",
        "本馆尚未评估本作品的著作权状况，使用前请自行查明。",
        "The centre has not yet looked into the copyright of this work. Check before you use it.",
    ),
    _rs(
        "UND",
        "著作权无法确定",
        "Copyright undetermined",
        "本馆查过本作品的著作权，但资料不足，无法下结论，使用前请自行查明。",
        "The centre looked into the copyright of this work but could not settle it. Check before you use it.",
    ),
    _rs(
        "NKC",
        "未发现著作权",
        "No known copyright",
        "本馆有理由相信本作品不受著作权保护，但不作保证。",
        "The centre has reason to believe that this work is not in copyright, but cannot promise it.",
    ),
    _cc(
        "licenses/by/4.0",
        "知识共享 署名 4.0",
        "Creative Commons BY 4.0",
        "注明作者后，可以自由使用、改编和商用。",
        "Use, adapt and sell it freely, as long as you credit the author.",
    ),
    _cc(
        "licenses/by-sa/4.0",
        "知识共享 署名—相同方式共享 4.0",
        "Creative Commons BY-SA 4.0",
        "注明作者后可以自由使用；改编后的作品须采用同样的许可。",
        "Use it freely with credit; what you make from it carries the same licence.",
    ),
    _cc(
        "licenses/by-nd/4.0",
        "知识共享 署名—禁止演绎 4.0",
        "Creative Commons BY-ND 4.0",
        "注明作者后可以原样使用和转发，改编后的作品不得发布。",
        "Share it unchanged with credit; do not publish altered versions.",
    ),
    _cc(
        "licenses/by-nc/4.0",
        "知识共享 署名—非商业性使用 4.0",
        "Creative Commons BY-NC 4.0",
        "注明作者后可以使用和改编，不得用于商业。",
        "Use and adapt it with credit, but not commercially.",
    ),
    _cc(
        "licenses/by-nc-sa/4.0",
        "知识共享 署名—非商业性使用—相同方式共享 4.0",
        "Creative Commons BY-NC-SA 4.0",
        "注明作者后可以非商业使用；改编后的作品须采用同样的许可。",
        "Use it with credit, not commercially; what you make from it carries the same licence.",
    ),
    _cc(
        "licenses/by-nc-nd/4.0",
        "知识共享 署名—非商业性使用—禁止演绎 4.0",
        "Creative Commons BY-NC-ND 4.0",
        "注明作者后可以原样转发，不得改编，不得用于商业。",
        "Share it unchanged with credit, and not commercially.",
    ),
    _cc(
        "publicdomain/zero/1.0",
        "知识共享 放弃权利（CC0）",
        "Creative Commons Zero (CC0)",
        "权利人已放弃全部权利，可以自由使用，不必征得同意。",
        "The author has given up all rights: use it as you like, no permission needed.",
    ),
    _cc(
        "publicdomain/mark/1.0",
        "公有领域标志",
        "Public Domain Mark",
        "本作品已知不受著作权限制，可以自由使用。",
        "Known to be free of copyright: use it as you like.",
    ),
)

RIGHTS_STATEMENT = CodeList(
    "rights_statement",
    "权利声明",
    "Rights statement",
    tuple(Code(statement.id, statement.zh, statement.en) for statement in STATEMENTS),
)

_BY_ID = {statement.id: statement for statement in STATEMENTS}
_BY_ADDRESS = {statement.uri.removeprefix("http://").rstrip("/"): statement for statement in STATEMENTS}


def statement(code_id: str) -> RightsStatement:
    """The statement a record names; raises UnknownCodeError for an id that is not one."""
    return _BY_ID[RIGHTS_STATEMENT[code_id].id]


def statement_by_uri(uri: str) -> RightsStatement | None:
    """The statement behind an imported URI, whether written with http or https, www or not, `page` or `vocab`."""
    parts = urlsplit(uri.strip())
    address = (parts.netloc.lower().removeprefix("www.") + parts.path).rstrip("/")
    return _BY_ADDRESS.get(address.replace("rightsstatements.org/page/", "rightsstatements.org/vocab/"))


LISTS = (RIGHTS_STATEMENT,)
