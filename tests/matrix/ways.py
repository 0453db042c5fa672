"""Each route of the portal with the things to try it on, and what the table of permissions says of them.

`WAYS[endpoint]` yields `Way`s: the values of the address, the thing that the verb is asked about, and where the verb alone does
not say it, `also`: a rule over what the person is to the thing. Nothing here looks at a view.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from alliance.exchange.table import ACTIONS
from alliance.permissions import TABLE
from tests.matrix.world import SECRET, World

Held = frozenset[str]
ACTS = {
    "draft": ("submit", "withdraw"),
    "requested": ("accept_handling", "approve", "withdraw"),
    "confirmed": ("hand_over",),
    "in_use": ("send_back", "dispute"),
    "returned": ("settle",),
    "endorsing": ("endorse",),
}


@dataclass(frozen=True)
class Way:
    """One concrete address of a route; `verbs` are all needed, asked about `thing` (None: about the alliance at large)."""

    verbs: tuple[str, ...]
    values: dict[str, Any] = field(default_factory=dict)
    thing: str | None = None
    also: Callable[[Held], bool] = lambda _held: True
    data: dict[str, str] = field(default_factory=dict)
    any_verb: bool = False
    told: str = ""
    """Whoever has this verb may be told by a 409 why not."""

    def grants(self, held: Held) -> bool:
        """Whether somebody who is `held` to the thing gets through."""
        said = [not TABLE[verb].isdisjoint(held) for verb in self.verbs]
        return (any(said) if self.any_verb else all(said)) and self.also(held)


Ways = Callable[[World], Iterable[Way]]


def plain(verb: str, *, also: Callable[[Held], bool] = lambda _held: True, **values: Any) -> Ways:
    """A page about nothing in particular."""
    return lambda _world: [Way((verb,), values, also=also)]


def own_centre(verb: str) -> Ways:
    """A page about the centre for which one acts: who has none is refused."""
    return lambda _world: [Way((verb,), {}, "own centre")]


PICTURED = ("public_public", "public_members", "members_members", "public_on_site", "draft", "lapsed", "suspended")


def each(prefix: str, verb: str, *more: str, param: str = "code", only: tuple[str, ...] = (), **given: Any) -> Ways:
    """One address for each thing of a sort; a value "{photo}" is that thing's own."""

    def ways(world: World) -> Iterator[Way]:
        for name in world.named(prefix):
            short = name.partition(":")[2]
            if only and short not in only:
                continue
            values = {key: world.ids[f"{value[1:-1]}:{short}"] if str(value)[:1] == "{" else value for key, value in given.items()}
            yield Way((verb, *more), {param: world.ids.get(name, short), **values}, name)

    return ways


def centres(verb: str, *, also: Callable[[Held], bool] = lambda _held: True, **given: Any) -> Ways:
    def ways(world: World) -> Iterator[Way]:
        for short in ("owner", "near", "suspended", "branch"):
            yield Way((verb,), {"slug": short, **given}, f"centre:{short}", also)

    return ways


def members(verb: str) -> Ways:
    """A colleague of the centre of the address."""

    def ways(world: World) -> Iterator[Way]:
        for short, role in (("owner", "owner_staff"), ("near", "near_handler"), ("suspended", "suspended_staff")):
            yield Way((verb,), {"slug": short, "number": world.people[role]}, f"centre:{short}")

    return ways


def public_centres(world: World) -> Iterator[Way]:
    """Everybody sees active members; the others' own people and the secretariat see theirs."""
    for short in ("owner", "near", "branch"):
        yield Way(("public.read",), {"slug": short}, f"centre:{short}")
    for short in ("suspended", "applied"):
        yield Way(("public.read", "people.read"), {"slug": short}, f"centre:{short}")


def writes(*sides: str) -> Ways:
    """On the boards whoever acts for an active member."""
    return lambda _world: [
        Way(("board.write",), {"side": side}, "own centre", lambda held: "owner_staff" in held) for side in sides
    ]


EDITED = ("draft", "alliance", "near_draft")
SEEN = ("draft", "alliance", "city", "public", "shy", "suspended", "branch_review")


def edits(**given: Any) -> Ways:
    """What only the owner's staff does with a listing."""
    return each("listing", "resource.edit", only=EDITED, **given)


def imported(world: World) -> Iterator[Way]:
    """A table that a centre brought is its staff's business."""
    yield Way(("import.run",), {"number": world.ids["import"]}, "import:owner")


def changes(world: World) -> Iterator[Way]:
    for way in edits()(world):
        yield replace(way, data={"action": "pause"})


def reviewed(world: World) -> Iterator[Way]:
    """Never by one's own centre; main centres review their branches; what was never submitted is nobody's business."""
    for short in ("in_review", "branch_review", "needs_work"):
        never_own = lambda held: "owner_staff" not in held  # noqa: E731
        yield Way(("resource.review",), {"code": world.ids[f"listing:{short}"]}, f"listing:{short}", never_own)
    for short in ("draft", "branch_draft", "near_draft"):
        yield Way(("resource.review",), {"code": world.ids[f"listing:{short}"]}, f"listing:{short}", lambda _held: False)


def private_or_reviewer(param: str, verb: str) -> Ways:
    """A file of a listing: for whom the verb says, and for who reviews it."""

    def ways(world: World) -> Iterator[Way]:
        for short in SEEN:
            values = {"code": world.ids[f"listing:{short}"], f"{param}_id": world.ids[f"{param}:{short}"]}
            yield Way((verb, "resource.review"), values, f"listing:{short}", any_verb=True)

    return ways


def asset_reviews(world: World) -> Iterator[Way]:
    """Decided by the owner's director, or above; one's own director never decides about what is decided above."""
    for short, verb in (
        ("in_review", "asset.publish_members"),
        ("branch_review", "asset.publish_public"),
        ("near_draft", "asset.publish_members"),
    ):
        yield Way((verb, "asset.reviews"), {"code": world.ids[f"asset:{short}"]}, f"asset:{short}")


READ_ASSETS = ("public_public", "members_members", "draft", "near_draft", "lapsed")
OWN_ASSETS = ("draft", "public_public", "withdrawn", "near_draft")


def own_assets(world: World) -> Iterator[Way]:
    for short in OWN_ASSETS:
        yield Way(("asset.edit",), {"code": world.ids[f"asset:{short}"]}, f"asset:{short}")


def asset_pages(world: World) -> Iterator[Way]:
    """What was public and is withdrawn leaves a page for everybody."""
    for name in world.named("asset"):
        verbs = ("public.read",) if name == "asset:tombstone" else ("asset.read",)
        yield Way(verbs, {"code": world.ids[name]}, name)


def shelves(world: World) -> Iterator[Way]:
    for short in ("owner", "near"):
        yield Way(("collection.read",), {"slug": world.ids[f"slug:{short}"]}, f"collection:{short}")


def attachments(world: World) -> Iterator[Way]:
    """What was sent along is for those who handle the case."""
    for name in world.named("case"):
        yield Way(("case.read",), {"number": world.ids[name], "file_id": world.files["photo"]}, name)


UNSENT = ("agreement:draft", "agreement:endorsing", "agreement:bundle", "agreement:tour")


def asks(held: Held) -> bool:
    """Whether it is the business of one's own centre that has not been sent yet."""
    return "endorser" in held or any(name.startswith("borrower_") for name in held)


def reads(name: str) -> Callable[[Held], bool]:
    """A draft, and what awaits endorsement, is seen by the borrower's side only."""
    return asks if name in UNSENT else lambda _held: True


def agreements(only: tuple[str, ...]) -> Ways:
    def ways(world: World) -> Iterator[Way]:
        for short in only:
            name = f"agreement:{short}"
            yield Way(("agreement.read",), {"number": world.ids[name]}, name, reads(name))

    return ways


def outlines(world: World) -> Iterator[Way]:
    """The parties in full; other members in outline, never a draft or what awaits endorsement."""
    for name in world.named("agreement"):
        verbs = ("agreement.read",) if name in UNSENT else ("agreement.read", "agreement.outline")
        yield Way(verbs, {"number": world.ids[name]}, name, reads(name), any_verb=True)


def gathered(world: World) -> Iterator[Way]:
    """What is put together is the business of who began it."""
    number = world.ids["agreement:bundle"]
    asked = {"rank": "1"}
    yield Way(("agreement.start",), {"number": number}, "agreement:bundle", lambda held: "borrower_staff" in held, asked)


def toured(world: World) -> Iterator[Way]:
    """The stops of a tour are written by who asks for it."""
    number = world.ids["agreement:tour"]
    asked = {"stop": "1"}
    yield Way(("agreement.read",), {"number": number}, "agreement:tour", lambda held: "borrower_staff" in held, asked)


def reported(world: World) -> Iterator[Way]:
    yield Way(
        ("agreement.read",),
        {"number": world.ids["agreement:in_use"], "file_id": world.files["report"]},
        "agreement:in_use",
    )


def disputed(world: World) -> Iterator[Way]:
    """The room of a dispute: for the parties and the secretariat."""
    yield Way(
        ("agreement.read",),
        {"number": world.ids["agreement:in_use"]},
        "agreement:in_use",
        also=lambda held: not held.isdisjoint({"party", "endorser", "alliance_admin"}),
    )


def acts(world: World) -> Iterator[Way]:
    """Actions by their role column; nobody acts for both sides, the secretariat acts only for neither."""
    for short, names in ACTS.items():
        for action in names:
            roles = ACTIONS[action].roles
            name = f"agreement:{short}"
            yield Way(
                ("agreement.read",),
                {"number": world.ids[name], "action": action},
                name,
                lambda held, roles=roles, seen=reads(name): seen(held) and not roles.isdisjoint(one_side(held)),
            )


def one_side(held: Held) -> Held:
    """The relations with which one acts: the borrower's outweigh the owner's; the secretariat counts where no side does."""
    if any(name.startswith("borrower_") for name in held):
        return frozenset(name for name in held if not name.startswith("owner_") and name != "alliance_admin")
    if "party" in held:
        return held - {"alliance_admin"}
    return held | ({"substitute_director"} if "alliance_admin" in held else set())


def asked_for(world: World) -> Iterator[Way]:
    """Asking for a listing: members whom its scope reaches; of what one may not see, not even that it is there."""
    for short in ("draft", "alliance", "city", "county", "public", "suspended", "near_draft"):
        code = world.ids[f"listing:{short}"]
        verbs = ("agreement.start", "resource.read", "resource.request")
        yield Way(verbs, {}, f"listing:{short}", data={"resource": code}, told="resource.read")


def notices(world: World) -> Iterator[Way]:
    for name in world.named("notice"):
        yield Way(("notice.read",), {"number": world.things[name][1]}, name)


def announcements(world: World) -> Iterator[Way]:
    """What is for members is not there for others."""
    yield Way(("public.read",), {"number": world.ids["announced_public"]})
    yield Way(
        ("public.read",), {"number": world.ids["announced_members"]}, also=lambda held: bool(held & {"member", "alliance_admin"})
    )


def announcing(world: World) -> list[Way]:
    return [Way(("announcement.edit",), {"number": world.ids["announced_members"]})]


def figure_lists(_world: World) -> Iterator[Way]:
    for what in ("requests", "exchanges", "listed", "idle", "searches"):
        yield Way(("figures.read",), {"what": what})


def of_person(verb: str) -> Ways:
    """A page of the secretariat about somebody."""
    return lambda world: [Way((verb,), {"number": number}) for number in sorted(world.people.values())[:3]]


def absences(world: World) -> Iterator[Way]:
    yield Way(("self.edit",), {"number": world.ids["absence"]}, "person:near_staff", lambda held: "self" in held)


def invited(verb: str) -> Ways:
    def ways(world: World) -> Iterator[Way]:
        yield Way((verb,), {"slug": "owner", "number": world.ids["invitation"]}, "centre:owner")

    return ways


def secret(verb: str) -> Ways:
    return lambda _world: [Way((verb,), {"secret": SECRET})]


def token(world: World) -> Iterator[Way]:
    yield Way(("sign_in",), {"token": world.ids["token"]})


def numbered(verb: str, key: str, param: str = "number") -> Ways:
    return lambda world: [Way((verb,), {param: world.ids[key]})]


def steps(world: World) -> Iterator[Way]:
    for slug, name in (
        ("applied", "approve"),
        ("applied", "decline"),
        ("owner", "suspend"),
        ("owner", "warn"),
        ("owner", "bar"),
        ("suspended", "restore"),
    ):
        yield Way(("membership.decide",), {"slug": slug, "name": name})


def member_elsewhere(held: Held) -> bool:
    return "owner_staff" in held


WAYS: dict[str, Ways] = {
    # the public face
    "portal.home": plain("public.read"),
    "portal.search": plain("public.read"),
    "portal.archive": plain("public.read"),
    "portal.centres": plain("public.read"),
    "portal.centre": public_centres,
    "portal.disclosure": public_centres,
    "portal.rules": plain("public.read"),
    "portal.rules_version": plain("public.read", number=1),
    "portal.resource": each("listing", "resource.read"),
    "portal.photo": each("listing", "resource.read", only=SEEN, photo_id="{photo}", size="card"),
    "portal.asset": asset_pages,
    "portal.citation_file": each("asset", "asset.read", style="bib"),
    "portal.collections_page": plain("public.read"),
    "portal.collection": shelves,
    "portal.desk": plain("desk.read"),
    "portal.sessions": plain("board.read"),
    "portal.session_book": each("listing", "resource.read", "resource.private"),
    "portal.use_sessions": edits(),
    "portal.take_session_back": edits(number=1),
    "web.display": plain("public.read"),
    "health.healthz": plain("public.read"),
    "health.readyz": plain("public.read"),
    # signing in, one's own profile
    "people.sign_in": plain("sign_in"),
    "people.do_sign_in": plain("sign_in"),
    "people.forgotten": plain("sign_in"),
    "people.ask_link": plain("sign_in"),
    "people.new_password": token,
    "people.set_new_password": token,
    "people.sign_out": plain("self.edit"),
    "people.profile": plain("self.edit"),
    "people.save_profile": plain("self.edit"),
    "people.act_for": plain("self.edit"),
    "people.away": plain("self.edit"),
    "people.back": absences,
    "people.change_password": plain("self.edit"),
    "people.my_people": lambda _world: [Way(("self.edit",), {}, "own centre", member_elsewhere)],
    # who works where
    "people.people": centres("people.read"),
    "people.member": members("people.invite"),
    "people.set_roles": members("people.invite"),
    "people.leave": members("people.invite"),
    "people.assign": centres("centre.edit"),
    "people.invite": centres("people.invite"),
    "people.resend": invited("people.invite"),
    "people.withdraw": invited("people.invite"),
    "people.invitation": secret("sign_in"),
    "people.accept": secret("sign_in"),
    "people.join": secret("self.edit"),
    # centres
    "centres.join": plain("membership.apply"),
    "centres.apply": plain("membership.apply"),
    "centres.edit": centres("centre.edit"),
    "centres.save": centres("centre.edit"),
    "centres.edit_disclosure": centres("centre.edit"),
    "centres.disclose": centres("centre.edit"),
    "notifications.notice_choices": plain("self.edit"),
    "notifications.choose_notices": plain("self.edit"),
    "portal.announced": plain("public.read"),
    "portal.announcement": announcements,
    "figures.public": plain("public.read"),
    "figures.public_table": plain("public.read", name="exchanges-by-month", ending="csv"),
    "figures.admin": plain("figures.read"),
    "figures.admin_table": plain("figures.read", name="use-by-centre", ending="xlsx"),
    "figures.year_book": plain("figures.read"),
    "figures.records": figure_lists,
    "figures.balance": centres("balance.read"),
    "figures.balance_table": lambda _world: [Way(("figures.read",), {"slug": "all", "name": "all", "ending": "csv"})],
    "figures.postings": centres("balance.read"),
    "figures.refusals": plain("figures.read"),
    "figures.refusals_table": plain("figures.read", name="refusals-by-code", ending="csv"),
    "figures.expedited": plain("public.read"),
    "figures.expedited_table": plain("public.read", name="expedited-by-month", ending="csv"),
    "figures.scorecard": own_centre("balance.read"),
    "figures.scorecard_book": own_centre("balance.read"),
    "figures.training": own_centre("balance.read"),
    "figures.scored": centres("balance.read", name="lent"),
    "admin.announced": plain("announcement.edit"),
    "admin.new_announcement": plain("announcement.edit"),
    "admin.announce": plain("announcement.edit"),
    "admin.edit_announcement": announcing,
    "admin.change_announcement": announcing,
    "admin.withdraw_announcement": announcing,
    "admin.code_lists": plain("codes.edit"),
    "admin.code_list": plain("codes.edit", name="venue_type"),
    "admin.relabel": plain("codes.edit", name="venue_type"),
    "admin.people": plain("people.suspend"),
    "admin.someone": of_person("people.suspend"),
    "admin.suspend": of_person("people.suspend"),
    "admin.restore": of_person("people.suspend"),
    "centres.manage": plain("membership.decide"),
    "centres.managed": plain("membership.decide", slug="suspended"),
    "centres.new": plain("membership.decide"),
    "centres.create": plain("membership.decide"),
    "centres.step": steps,
    "centres.decide": steps,
    "centres.edit_rules": plain("rules.edit"),
    "centres.publish_rules": plain("rules.edit"),
    # catalogue
    "catalogue.mine": own_centre("resource.create"),
    "catalogue.new": own_centre("resource.create"),
    "catalogue.make": own_centre("resource.create"),
    "catalogue.edit": each("listing", "resource.edit"),
    "catalogue.save": each("listing", "resource.edit", only=(*EDITED, "county", "suspended")),
    "catalogue.autosave": edits(),
    "catalogue.change": changes,
    "catalogue.photos": edits(),
    "catalogue.photos_add": edits(),
    "catalogue.photos_arrange": edits(),
    "catalogue.photos_remove": edits(photo_id="{photo}"),
    "catalogue.photo": private_or_reviewer("photo", "resource.read"),
    "catalogue.papers": edits(),
    "catalogue.papers_add": edits(),
    "catalogue.papers_remove": edits(paper_id="{paper}"),
    "catalogue.paper": private_or_reviewer("paper", "resource.private"),
    "catalogue.week": edits(),
    "catalogue.week_set": edits(),
    "catalogue.exception_add": edits(),
    "catalogue.exception_remove": edits(exception_id="{exception}"),
    "catalogue.blocks": edits(),
    "catalogue.blocks_add": edits(),
    "catalogue.blocks_remove": edits(occupancy_id="{block}"),
    "catalogue.parts": edits(),
    "catalogue.parts_add": edits(),
    "catalogue.parts_remove": edits(part="{listing}"),
    "imports.start": lambda _world: [Way(("resource.create", "centre.import"), {}, "own centre", any_verb=True)],
    "imports.upload": lambda _world: [Way(("resource.create", "centre.import"), {}, "own centre", any_verb=True)],
    "imports.export": lambda _world: [Way(("resource.create",), {"ending": "xlsx"}, "own centre")],
    "imports.batch": imported,
    "imports.rematch": imported,
    "imports.commit": imported,
    "imports.undo": imported,
    # archive
    "archive.mine": own_centre("asset.edit"),
    "archive.new": own_centre("asset.edit"),
    "archive.create": own_centre("asset.edit"),
    "archive.edit": each("asset", "asset.edit", only=OWN_ASSETS),
    "archive.save": own_assets,
    "archive.upload": own_assets,
    "archive.arrivals": own_centre("upload.begin"),
    "archive.begin_upload": own_centre("upload.begin"),
    "archive.describe": own_centre("upload.begin"),
    "archive.take": own_centre("upload.begin"),
    "archive.arrival": each("upload", "upload.continue"),
    "archive.row": each("upload", "upload.continue"),
    "archive.part_address": each("upload", "upload.continue", number=1),
    "archive.part": each("upload", "upload.continue", number=1),
    "archive.finish_upload": each("upload", "upload.continue"),
    "archive.cancel_upload": each("upload", "upload.continue"),
    "archive.receive": own_assets,
    "archive.submit": own_assets,
    "archive.restore": own_assets,
    "archive.withdraw": each("asset", "asset.withdraw", only=("public_public", "members_members", "near_draft")),
    "archive.ask_withdrawal": each("asset", "asset.withdraw", only=("public_public", "members_members", "near_draft")),
    "archive.change": own_centre("asset.edit"),
    "archive.autosave_new": own_centre("asset.edit"),
    "archive.autosave": own_assets,
    "archive.preview": own_assets,
    "archive.related": own_assets,
    "archive.relate": own_assets,
    "archive.unrelate": each("asset", "asset.edit", only=OWN_ASSETS, relation_id="{relation}"),
    "archive.captioned": own_assets,
    "archive.add_captions": own_assets,
    "archive.remove_captions": each("asset", "asset.edit", only=OWN_ASSETS, caption_id="{caption}"),
    "archive.track": each("asset", "asset.open", caption_id="{caption}", digest="{track}"),
    "archive.history": each("asset", "asset.history", only=READ_ASSETS),
    "archive.consents": each("asset", "asset.consent", only=READ_ASSETS),
    "archive.withdraw_consent": each("asset", "asset.consent", only=READ_ASSETS, performer_id="{performer}"),
    "archive.curate": plain("asset.reviews"),
    "archive.new_collection": plain("asset.reviews"),
    "archive.create_collection": plain("asset.reviews"),
    "archive.collection": each("collection", "collection.edit", param="collection_id"),
    "archive.save_collection": each("collection", "collection.edit", param="collection_id"),
    "archive.reviews": plain("asset.reviews"),
    "archive.review": asset_reviews,
    "archive.decide": asset_reviews,
    "archive.file": each("asset", "asset.open"),
    "archive.made": each("asset", "asset.open", only=PICTURED, digest="{card}", name="card"),
    "archive.zoom": each("asset", "asset.open", only=PICTURED, digest="{zoom}"),
    "archive.tile": each("asset", "asset.open", only=PICTURED, digest="{zoom}", place="0,0,512,60/512,60/0/default.jpg"),
    "archive.again": own_assets,
    # public cases: anyone asks; the handlers of the centre that has it, and the secretariat, read and answer
    "cases.home": plain("case.file"),
    "cases.answered": plain("case.file"),
    "cases.new": plain("case.file", kind="use"),
    "cases.file": plain("case.file", kind="complaint"),
    "cases.look": plain("case.file"),
    "cases.leave": plain("case.file"),
    "cases.status": each("case", "case.file", param="number"),
    "cases.open_link": each("case", "case.file", param="number", code="AAAA-BBBB-CCCC"),
    "cases.answer_back": each("case", "case.file", param="number", action="rate"),
    "cases.desk": own_centre("case.read"),
    "cases.case": each("case", "case.read", param="number"),
    "cases.do": each("case", "case.answer", param="number", action="explain"),
    "cases.attachment": attachments,
    # exchange
    "exchange.agreements": plain("desk.read"),
    "exchange.agreement": outlines,
    "exchange.file": reported,
    "exchange.disputes": plain("desk.read"),
    "exchange.room": disputed,
    "exchange.letter": agreements(only=("draft", "requested", "endorsing")),
    "exchange.letter_pdf": agreements(only=("draft", "confirmed")),
    "exchange.sheet_pdf": agreements(only=("confirmed",)),
    "exchange.contract": agreements(only=("confirmed", "in_use")),
    "exchange.contract_pdf": agreements(only=("confirmed",)),
    "exchange.receipt": agreements(only=("confirmed", "in_use")),
    "exchange.receipt_pdf": agreements(only=("confirmed",)),
    "exchange.sheet": agreements(only=("confirmed", "in_use")),
    "exchange.handing": agreements(only=("confirmed", "in_use")),
    "exchange.prepare": acts,
    "exchange.do": acts,
    "exchange.edit": agreements(only=("draft", "requested")),
    "exchange.edited": agreements(only=("draft", "requested")),
    "exchange.send": gathered,
    "exchange.give": gathered,
    "exchange.substitute": gathered,
    "exchange.weigh": gathered,
    "exchange.itinerary": toured,
    "exchange.itinerary_kept": toured,
    "exchange.itinerary_removed": toured,
    "exchange.itinerary_ordered": toured,
    "exchange.new": asked_for,
    "exchange.ask": asked_for,
    "exchange.checks": asked_for,
    "exchange.autosave_new": asked_for,
    "exchange.autosave": agreements(only=("draft", "requested")),
    # boards
    "boards.board": lambda _world: [Way(("board.read",), {"side": side}) for side in ("need", "supply")],
    "boards.new": writes("need", "supply"),
    "boards.create": writes("need", "supply"),
    "boards.entry": each("entry", "entry.read", param="number"),
    "boards.edit": each("entry", "entry.edit", param="number"),
    "boards.edited": each("entry", "entry.edit", param="number"),
    "boards.close": each("entry", "entry.edit", param="number"),
    "boards.prepare": each("entry", "entry.answer", param="number", only=("need",)),
    "boards.answer": each("entry", "entry.answer", param="number"),
    # calendars
    "calendars.timeline": plain("timeline.read"),
    "portal.compare": plain("public.read"),
    "calendars.month": lambda _world: [Way(("desk.read",), {}, "own centre", lambda held: "owner_staff" in held)],
    "calendars.subscriptions": plain("desk.read"),
    "calendars.subscribe": plain("desk.read"),
    "calendars.unsubscribe": lambda world: [Way(("feed.end",), {"number": world.things["feed:owner"][1]}, "feed:owner")],
    "calendars.feed": plain(
        "public.read", also=lambda _held: False, secret="none"
    ),  # without the secret there is nothing for anybody
    # notices and the alliance's desk
    "notifications.notices": plain("desk.read"),
    "notifications.open_notice": notices,
    "notifications.read_all": plain("desk.read"),
    "admin.board": plain("admin.board"),
    "admin.legs": plain("admin.board"),
    "admin.papers": plain("admin.board"),
    "admin.audit": plain("audit.read"),
    "admin.audit_csv": plain("audit.read"),
    "admin.holidays": plain("holidays.edit"),
    "admin.add_holiday": plain("holidays.edit"),
    "admin.remove_holiday": numbered("holidays.edit", "day", "day"),
    "admin.seed_holidays": plain("holidays.edit"),
    "admin.jobs": plain("jobs.read"),
    "admin.retry": numbered("jobs.read", "job"),
    "admin.remake": numbered("jobs.read", "rendition"),
    "admin.outbox": plain("outbox.read"),
    "admin.mail": numbered("outbox.read", "mail"),
    "admin.send_again": numbered("outbox.read", "mail"),
    "admin.reviews": plain("review.queue"),
    "admin.review": reviewed,
    "admin.decide": reviewed,
    "admin.seen": reviewed,
}
